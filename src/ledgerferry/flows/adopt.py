"""Adopt: records that the target held before the ferry came, recognised or kept apart."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ledgerferry.engine.observe import Population
from ledgerferry.engine.planning import Wanted
from ledgerferry.model.ids import Identity, normal_number, operation_key
from ledgerferry.model.money import exact_sum, rounded
from ledgerferry.model.party import name_key
from ledgerferry.model.plan import Purpose
from ledgerferry.model.record import (
    UNSENT,
    CreditContent,
    CreditNoteContent,
    CustomerContent,
    InvoiceContent,
    Kind,
    PaymentContent,
    Record,
    Ref,
    SalesContent,
    Summary,
    WriteOffContent,
)
from ledgerferry.store.bindings import Binding

Reasons = dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Known:
    """What is known of the target before a plan: its rows, what is bound, and how to read one in full.

    ``unsettled`` tells identities with a call whose answer is not known.
    """

    population: Population
    live: Mapping[str, Binding]
    get: Callable[[Ref], Record | None]
    unsettled: Callable[[str], bool]


class Adopter:
    """Recognises unbound wants among the target's rows, one plan's wants at a time."""

    def __init__(self, known: Known, target: str, link: str) -> None:
        self._known = known
        self._target = target
        self._link = link
        self._refs = {identity: b.ref.id for identity, b in known.live.items()}
        self._bound = {(b.ref.kind, b.ref.id) for b in known.live.values()}
        self._named: dict[str, list[Summary]] = {}
        for (kind, _), row in known.population.ids.items():
            if kind is Kind.CUSTOMER:
                self._named.setdefault(name_key(row.name), []).append(row)

    def adopt(self, wanted: Sequence[Wanted]) -> tuple[list[Wanted], Reasons]:
        """The wants, those recognised with their rows; and why others cannot be written, by identity."""
        kept: list[Wanted] = []
        reasons: Reasons = {}
        for one in wanted:
            if one.identity in self._refs:
                kept.append(one)
                continue
            result = self._one(one)
            if isinstance(result, Wanted):
                kept.append(result)
                if result.adopts is not None:
                    self._refs[one.identity] = result.adopts.id
                    self._bound.add((result.adopts.kind, result.adopts.id))
            else:
                reasons[one.identity] = result
        return kept, reasons

    def _one(self, one: Wanted) -> Wanted | tuple[str, str]:
        ours = self._known.population.keys.get(self._key(one))
        if ours is not None and (ours.ref.kind, ours.ref.id) in self._bound:
            ours = None
        if isinstance(one.content, CustomerContent):
            return self._customer(one, one.content, ours)
        if isinstance(one.content, InvoiceContent):
            return self._invoice(one, one.content, ours)
        if isinstance(one.content, CreditNoteContent):
            return self._credit_note(one, one.content, ours)
        if isinstance(one.content, PaymentContent) and not self._known.unsettled(one.identity):
            return self._payment(one, one.content, ours)
        return one

    def _key(self, one: Wanted) -> str:
        return operation_key(self._target, self._link, Identity.parse(one.identity), Purpose.CREATE, 1)

    def _customer(
        self, one: Wanted, content: CustomerContent, ours: Summary | None
    ) -> Wanted | tuple[str, str]:
        rows = [ours] if ours is not None else self._named.get(name_key(content.name), [])
        rows = [r for r in rows if r.name.strip() == content.name] or rows
        if not rows:
            return one
        row = rows[0]
        if len(rows) > 1:
            return "customer-twice", f"The account has several contacts called {content.name}: merge them."
        if (Kind.CUSTOMER, row.ref.id) in self._bound:
            return "customer-taken", f"The account's contact {row.name} is another customer of the documents."
        if row.status == "inactive":
            return "customer-inactive", f"The account's contact {row.name} is inactive: make it active."
        if row.currency is not None and row.currency != content.currency:
            return (
                "customer-currency",
                f"The account keeps {row.name} in {row.currency}, not {content.currency}.",
            )
        return replace(one, adopts=row.ref)

    def _invoice(
        self, one: Wanted, content: InvoiceContent, ours: Summary | None
    ) -> Wanted | tuple[str, str]:
        row = ours or self._known.population.invoices.get(normal_number(content.number))
        if row is None:
            return one
        different = self._different(content, row)
        if (Kind.INVOICE, row.ref.id) in self._bound:
            different = "it was loaded from another document"
        if different:
            return "number-taken", (
                f"The account has an invoice {row.name} already, and it differs: {different}. "
                "Compare them; correct or discard one."
            )
        if ours is None and row.status in UNSENT:
            return "number-taken", f"The account has an invoice {row.name} already, as {row.status}."
        held = content.model_copy(update={"sent": row.status not in UNSENT})
        return replace(one, adopts=row.ref, adopted=held)

    def _credit_note(
        self, one: Wanted, content: CreditNoteContent, ours: Summary | None
    ) -> Wanted | tuple[str, str]:
        row = ours or self._known.population.credit_notes.get(normal_number(content.number))
        if row is None:
            return one
        different = self._different(content, row)
        if (Kind.CREDIT_NOTE, row.ref.id) in self._bound:
            different = "it was loaded from another document"
        elif row.status != "void" and row.total != row.balance:
            different = different or "it is used there already"
        if different or row.status in {"draft", "void"}:
            return "number-taken", (
                f"The account has a credit note {row.name} already, and it differs: "
                f"{different or f'it is {row.status}'}. Compare them; correct or discard one."
            )
        return replace(one, adopts=row.ref)

    def _different(self, content: SalesContent, row: Summary) -> str:
        found: list[str] = []
        if row.total is not None and row.total != rounded(content.figures.gross, content.currency):
            found.append(f"total {row.total} there, {content.figures.gross} here")
        if row.currency is not None and row.currency != content.currency:
            found.append(f"{row.currency} there, {content.currency} here")
        if row.day is not None and row.day != content.issued:
            found.append(f"date {row.day} there, {content.issued} here")
        if row.customer is not None and row.customer != self._refs.get(content.customer):
            found.append("another customer")
        return ", ".join(found)

    def _payment(
        self, one: Wanted, content: PaymentContent, ours: Summary | None
    ) -> Wanted | tuple[str, str]:
        if ours is not None:
            return replace(one, adopts=ours.ref)
        alike = self._alike(content)
        fitting = [row for row in alike if self._settles(row, content)]
        if len(fitting) == 1:
            return replace(one, adopts=fitting[0].ref)
        if alike:
            return "payment-there", (
                f"The account has a payment of {content.amount} of {content.paid_on} by this customer "
                "already, and not for these invoices alone: compare them."
            )
        paid = next((p for a in content.applied if (p := self._paid_there(a.invoice))), None)
        if paid is None:
            return one
        return "payment-there", (
            f"The account has {paid} paid on it that did not come from here, and not on {content.paid_on}: "
            "compare the payments, so that none is entered twice."
        )

    def _alike(self, content: PaymentContent) -> list[Summary]:
        rows = self._known.population.payments.get(self._refs.get(content.customer, ""), [])
        return [
            r
            for r in rows
            if (Kind.PAYMENT, r.ref.id) not in self._bound
            and r.day == content.paid_on
            and r.total == content.amount
            and r.currency in {None, content.currency}
            and (content.reference is None or r.reference == content.reference)
        ]

    def _settles(self, row: Summary, content: PaymentContent) -> bool:
        """Whether a payment of the account settles exactly the invoices that a document's would."""
        record = self._known.get(row.ref)
        if record is None or not isinstance(record.content, PaymentContent):
            return False
        there = {a.invoice: a.amount for a in record.content.applied}
        return there == {self._name(a.invoice): a.amount for a in content.applied}

    def _name(self, invoice: str) -> str:
        """How a record read in full names an invoice: one that is not bound yet, after its id."""
        if invoice in self._known.live:
            return invoice
        return str(Identity("", str(Kind.INVOICE), self._refs.get(invoice, "")))

    def _paid_there(self, invoice: str) -> Decimal | None:
        """What the account has as paid on an invoice beyond what was loaded; None where there is nothing."""
        row = self._known.population.ids.get((Kind.INVOICE, self._refs.get(invoice, "")))
        if row is None or row.total is None or row.balance is None:
            return None
        live = [b.content for b in self._known.live.values()]
        parts = (c for c in live if isinstance(c, CreditContent | WriteOffContent))
        credited = (c.amount for c in parts if c.invoice == invoice)
        settled = (
            a.amount for c in live if isinstance(c, PaymentContent) for a in c.applied if a.invoice == invoice
        )
        ours = exact_sum((*settled, *credited))
        paid = row.total - row.balance - ours
        return paid if paid > 0 else None
