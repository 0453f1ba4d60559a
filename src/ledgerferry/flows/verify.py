"""Verify: every loaded document against its record, to the cent, in few calls."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from ledgerferry.engine.observe import Population
from ledgerferry.flows.creditnote import signed
from ledgerferry.flows.linewords import borne
from ledgerferry.flows.result import Difference
from ledgerferry.flows.shape import Shaped, merge_taxes
from ledgerferry.model.ids import normal_number
from ledgerferry.model.money import exact_sum, text
from ledgerferry.model.record import (
    UNSENT,
    Application,
    Figures,
    FileContent,
    Kind,
    PaymentContent,
    Record,
    Ref,
    SalesContent,
    Summary,
)
from ledgerferry.store.bindings import Binding

# Times in Books' answers have whole seconds.
_SECOND = timedelta(seconds=1)
# Rates keep six decimals there.
_RATE_DECIMALS = Decimal("0.000001")


@dataclass(frozen=True)
class Held:
    """What the target holds for one document, as verified; a credit note's figures are negative."""

    identity: str
    currency: str
    figures: Figures
    balance: Decimal
    in_full: bool


class Verifier:
    """Compares documents with their records.

    A list row whose total agrees and which nobody moved since our own last write shows that the
    figures of that write's receipt still hold; otherwise, where the row differs (it
    may lag behind), with ``details``, or where the pair is ``marked`` since its receipt showed something
    else than was written, the record is read. ``credited`` is what credit notes take of invoices; the
    ``vouched`` are shown to hold without their row.
    """

    def __init__(
        self,
        population: Population,
        bindings: dict[str, Binding],
        get: Callable[[Ref], Record | None],
        *,
        marked: Collection[str] = (),
        credited: Mapping[str, Decimal] | None = None,
        vouched: Collection[str] = (),
        details: bool,
    ) -> None:
        self._population = population
        self._bindings = bindings
        self._get = get
        self._marked = marked
        self._details = details
        self._credited = credited or {}
        self._vouched = vouched
        self._files: dict[str, list[Binding]] = {}
        for binding in bindings.values():
            if isinstance(binding.content, FileContent):
                self._files.setdefault(binding.content.document, []).append(binding)

    def compare(self, shaped: Shaped) -> tuple[Held | None, list[Difference]]:
        """What the target holds for a document, and where that is not what the document says."""
        binding = self._bindings.get(shaped.identity)
        if binding is None:
            return None, [_difference(shaped, None, "record", shaped.document.number, None)]
        if shaped.identity in self._vouched:
            return self._agreed(shaped, binding, shaped.document.currency, owed(shaped, self._credited))
        row = self._population.ids.get((binding.ref.kind, binding.ref.id))
        if self._details or row is None or not self._unmoved(shaped, binding, row):
            return self._in_full(shaped, binding)
        if any(self._by_row(shaped, binding, row)):
            return self._in_full(shaped, binding)
        balance = row.balance if row.balance is not None else Decimal(0)
        return self._agreed(shaped, binding, row.currency or shaped.document.currency, balance)

    @staticmethod
    def _agreed(
        shaped: Shaped, binding: Binding, currency: str, balance: Decimal
    ) -> tuple[Held, list[Difference]]:
        """The figures of our own last write, which are shown to hold."""
        figures = _figures(binding)
        held = Held(shaped.identity, currency, *signed(shaped.document, figures, balance), in_full=False)
        return held, _money(shaped, binding.ref.id, figures)

    def _unmoved(self, shaped: Shaped, binding: Binding, row: Summary) -> bool:
        if row.modified is None or binding.touched is None or row.total != _figures(binding).gross:
            return False
        if row.balance is None or row.status is None or shaped.identity in self._marked:
            return False
        return not _moved(row, binding)

    def _by_row(self, shaped: Shaped, binding: Binding, row: Summary) -> Iterator[Difference]:
        invoice, ref = shaped.document, binding.ref.id
        if normal_number(row.name) != normal_number(invoice.number):
            yield _difference(shaped, ref, "number", invoice.number, row.name)
        if row.day is not None and row.day != invoice.issued:
            yield _difference(shaped, ref, "date", str(invoice.issued), str(row.day))
        if row.currency is not None and row.currency != invoice.currency:
            yield _difference(shaped, ref, "currency", invoice.currency, row.currency)
        rate = _rate(invoice.exchange_rate)
        if rate is not None and row.rate is not None and _rate(row.rate) != rate:
            yield _difference(shaped, ref, "rate", str(rate), str(row.rate))
        if not row.filed:
            yield from self._detached(shaped, ref, ())
        customer = self._bindings.get(invoice.customer)
        if row.customer is not None and (customer is None or customer.ref.id != row.customer):
            yield _difference(shaped, ref, "customer", customer.ref.id if customer else None, row.customer)
        yield from self._standing(shaped, ref, row.status, row.balance)

    def _in_full(self, shaped: Shaped, binding: Binding) -> tuple[Held | None, list[Difference]]:
        record = self._get(binding.ref)
        invoice = shaped.document
        if record is None or not isinstance(record.content, SalesContent):
            return None, [_difference(shaped, binding.ref.id, "record", invoice.number, None)]
        there = record.content
        found = [
            _difference(shaped, binding.ref.id, name, str(left), str(right))
            for name, left, right in (
                ("number", normal_number(invoice.number), normal_number(there.number)),
                ("date", invoice.issued, there.issued),
                ("currency", invoice.currency, there.currency),
                ("customer", invoice.customer, there.customer),
                ("rate", _rate(invoice.exchange_rate), _rate(there.exchange_rate)),
                ("vat", borne(invoice, there), borne(there, invoice)),
            )
            if left != right and not (name == "rate" and left is None)
        ]
        found += self._detached(shaped, binding.ref.id, record.files)
        found += self._standing(shaped, binding.ref.id, record.status, record.balance)
        found += _money(shaped, binding.ref.id, there.figures)
        balance = record.balance
        if balance is None:
            found.append(_amounts(shaped, binding.ref.id, "balance", owed(shaped, self._credited), None))
            balance = Decimal(0)
        counts = signed(shaped.document, there.figures, balance)
        return Held(shaped.identity, there.currency, *counts, in_full=True), found

    def _detached(self, shaped: Shaped, ref: str, there: Collection[str]) -> Iterator[Difference]:
        """The files that were attached to a document and are not on it now."""
        for file in self._files.get(shaped.identity, ()):
            if file.ref.id not in there:
                yield _difference(shaped, ref, "file", getattr(file.content, "name", None), None)

    def _standing(
        self, shaped: Shaped, ref: str, status: str | None, balance: Decimal | None
    ) -> list[Difference]:
        found: list[Difference] = []
        wanted = owed(shaped, self._credited)
        if status in UNSENT:
            right = "sent" if shaped.document.kind is Kind.INVOICE else "open"
            found.append(_difference(shaped, ref, "status", right, status))
        if balance is not None and balance != wanted:
            found.append(_amounts(shaped, ref, "balance", wanted, balance))
        return found

    def payments(self, shaped: Sequence[Shaped], suspect: Collection[str]) -> Iterator[Difference]:
        """Payments that are not there, or not of that customer, amount and day, or not on their invoices.

        Those of ``suspect`` documents are read in full.
        """
        groups: dict[str, list[PaymentContent]] = {}
        suspects = {p.identity for s in shaped if s.identity in suspect for p in s.payments}
        for payment in (p for s in shaped for p in s.payments):
            groups.setdefault(payment.identity, []).append(payment.content)
        for identity, group in groups.items():
            yield from self._payment(identity, group, in_full=self._details or identity in suspects)

    def _payment(
        self, identity: str, group: Sequence[PaymentContent], *, in_full: bool
    ) -> list[Difference]:
        binding = self._bindings.get(identity)
        if binding is None:
            return [_of_payment(identity, None, "record", identity, None)]
        row = self._population.ids.get((Kind.PAYMENT, binding.ref.id))
        elsewhere = _elsewhere(binding, group)
        told = row is not None and not in_full and not _moved(row, binding)
        if told and row is not None and not self._differs(_settled(binding), group, elsewhere, row):
            return []
        record = self._get(binding.ref)
        if record is None or not isinstance(record.content, PaymentContent):
            return [_of_payment(identity, binding, "record", identity, None)]
        there = self._paid(binding, record.content, record.balance)
        found = self._differs(record.content.applied, group, elsewhere, there)
        return [_of_payment(identity, binding, *each) for each in found]

    def _differs(
        self,
        applied: Sequence[Application],
        group: Sequence[PaymentContent],
        elsewhere: Decimal,
        there: Summary,
    ) -> list[tuple[str, str, str]]:
        """The fields of a payment that are otherwise there, with both values.

        ``elsewhere`` is what it settles of documents that are not compared here.
        """
        agreed = {a.invoice: a.amount for a in applied}
        asked = [a for payment in group for a in payment.applied]
        customer = self._bindings.get(group[0].customer)
        pairs: list[tuple[str, object, object]] = [
            *(("applied", a.amount, agreed.get(a.invoice, Decimal(0))) for a in asked),
            ("amount", exact_sum((*(p.amount for p in group), elsewhere)), there.total),
            ("date", group[0].paid_on, there.day),
            ("currency", group[0].currency, there.currency),
            ("rate", _rate(group[0].exchange_rate), _rate(there.rate) if group[0].exchange_rate else None),
            ("customer", customer.ref.id if customer else None, there.customer),
            ("unused", Decimal(0), there.balance),
            ("account", group[0].account, there.account if group[0].account else None),
        ]
        money = group[0].currency
        return [(f, _said(a, money), _said(b, money)) for f, a, b in pairs if b is not None and a != b]

    def _paid(self, binding: Binding, there: PaymentContent, unused: Decimal | None) -> Summary:
        """A payment read in full, as a row would show it."""
        customer = self._bindings.get(there.customer)
        return Summary(
            ref=binding.ref,
            name="",
            customer=customer.ref.id if customer else there.customer,
            day=there.paid_on,
            currency=there.currency,
            total=there.amount,
            balance=unused,
            account=there.account,
            rate=there.exchange_rate,
        )


def owed(shaped: Shaped, credited: Mapping[str, Decimal]) -> Decimal:
    """What is left of a document: of an invoice to pay, of a credit note to use."""
    settled = shaped.paid + shaped.used + (shaped.written_off or Decimal(0))
    return shaped.document.figures.gross - settled - credited.get(shaped.identity, Decimal(0))


def _elsewhere(binding: Binding, group: Sequence[PaymentContent]) -> Decimal:
    """What a payment was agreed to settle of other documents than these: a run may be limited to some."""
    asked = {a.invoice for payment in group for a in payment.applied}
    return exact_sum(a.amount for a in _settled(binding) if a.invoice not in asked)


def _settled(binding: Binding) -> tuple[Application, ...]:
    return binding.content.applied if isinstance(binding.content, PaymentContent) else ()


def _of_payment(
    identity: str, binding: Binding | None, field: str, left: str | None, right: str | None
) -> Difference:
    return Difference(
        kind=Kind.PAYMENT,
        left=identity,
        right=binding.ref.id if binding else None,
        field=field,
        left_value=left,
        right_value=right,
    )


def _money(shaped: Shaped, ref: str, there: Figures) -> list[Difference]:
    here = shaped.document.figures
    pairs = [("net", here.net, there.net), ("tax", here.tax, there.tax), ("gross", here.gross, there.gross)]
    left, right = merge_taxes(here.taxes), merge_taxes(there.taxes)
    pairs += [
        (f"tax {rate.normalize():f}%", left.get(rate, Decimal(0)), right.get(rate, Decimal(0)))
        for rate in sorted(left.keys() | right.keys())
    ]
    return [_amounts(shaped, ref, name, a, b) for name, a, b in pairs if a != b]


def _amounts(shaped: Shaped, ref: str, field: str, left: Decimal, right: Decimal | None) -> Difference:
    money = shaped.document.currency
    there = None if right is None else _said(right, money)
    return _difference(shaped, ref, field, _said(left, money), there)


def _said(value: object, currency: str) -> str:
    return text(value, currency) if isinstance(value, Decimal) else str(value)


def _figures(binding: Binding) -> Figures:
    if not isinstance(binding.content, SalesContent):
        raise TypeError(f"{binding.ref} is no document")
    return binding.content.figures


def _difference(
    shaped: Shaped, ref: str | None, field: str, left: str | None, right: str | None
) -> Difference:
    return Difference(
        kind=shaped.document.kind,
        left=shaped.document.number,
        right=ref,
        field=field,
        left_value=left,
        right_value=right,
    )


def _moved(row: Summary, binding: Binding) -> bool:
    """Whether somebody modified a record after our own last write, as far as its row tells."""
    if row.modified is None or binding.touched is None:
        return False
    return row.modified >= binding.touched.replace(microsecond=0) + _SECOND


def _rate(rate: Decimal | None) -> Decimal | None:
    return None if rate is None else rate.quantize(_RATE_DECIMALS).normalize()
