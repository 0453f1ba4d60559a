"""The trial behind ``ferry doctor --probe``: what this organisation really does, tried and undone."""

from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict

from ledgerferry.model.outcome import CallError, Refused, Stale
from ledgerferry.model.plan import Rung
from ledgerferry.model.ports import Clock
from ledgerferry.model.record import Kind
from ledgerferry.systems.books.api import MODULES, BooksApi, Seen
from ledgerferry.systems.books.catalogue import Catalogue, Tax
from ledgerferry.systems.books.declaration import DELETED_TOGETHER, BooksSettings
from ledgerferry.systems.books.fields import Row, amount, custom_field, ident, members, text
from ledgerferry.systems.books.mapping.invoices import NOT_SENT, OWN_NUMBER
from ledgerferry.systems.protocol import TaxRounding
from ledgerferry.wire.journal import NoJournal

# Home seconds before each look: few calls, over as long as a list may lag.
_PAUSES: Final = (2.0, 3.0, 5.0)
_T = TypeVar("_T")
_CENT: Final = Decimal("0.01")


class Capabilities(BaseModel):
    """What the trial found. ``rungs`` may be used as they are; ``notes`` say what was seen, for a person.

    ``settle_seconds`` is how long a list took to show a new record (the system's time; None: it never
    did); ``kept`` are records that could not be deleted again. ``crossed`` are the kinds that keep a CRM's
    id in the field that is named for it; None where none is named.
    """

    model_config = ConfigDict(frozen=True)

    rungs: dict[Kind, Rung]
    crossed: tuple[Kind, ...] | None = None
    number_honoured: bool
    settle_seconds: int | None
    bulk_send: bool
    tax_rounding: TaxRounding | None
    calls: int
    notes: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    def applied(self, settings: BooksSettings) -> BooksSettings:
        """The settings with what was found in them; never a shorter settle time than the default."""
        settle = max(settings.settle_seconds, 2 * (self.settle_seconds or settings.settle_seconds))
        return settings.model_copy(update={
            "rungs": self.rungs, "settle_seconds": settle,
            "bulk_send": settings.bulk_send if self.bulk_send else 1,
            "tax_rounding": self.tax_rounding or settings.tax_rounding, "crossed": self.crossed})


class Trial:
    """One run: a marked contact without an address, drafts outside the number series, and their removal.

    Nothing is e-mailed: the contact has no e-mail address. ``tag`` makes the names of a run its own.
    """

    def __init__(self, api: BooksApi, settings: BooksSettings, catalogue: Catalogue, clock: Clock,
                 tag: str) -> None:
        self._api = api
        self._settings = settings
        self._catalogue = catalogue
        self._clock = clock
        self._tag = tag
        self._journal = NoJournal()
        self._made: list[tuple[Kind, str]] = []
        self._calls = 0
        self._notes: list[str] = []
        self._rungs: dict[Kind, Rung] = {}
        self._crossed: list[Kind] = []

    def run(self) -> Capabilities:
        """Try, undo, tell. Raises the ``CallError`` of a trial that could not even begin."""
        contact = self._made_one(Kind.CUSTOMER, self._contact("one"))
        found: dict[str, Any] = {"number_honoured": False, "settle_seconds": None, "bulk_send": False,
                                 "tax_rounding": None}
        try:
            self._rungs[Kind.CUSTOMER] = self._ladder(Kind.CUSTOMER, contact, self._contact)
            self._cross(Kind.CUSTOMER, self._contact("crm"))
            found |= self._invoices(ident(contact.row, "contact_id"))
            self._credit_notes(ident(contact.row, "contact_id"))
        except CallError as error:
            self._notes.append(f"the trial ended early: {error}")
        kept = self._undo()
        crossed = tuple(self._crossed) if self._settings.crm_field else None
        return Capabilities(rungs=self._rungs, calls=self._calls, notes=tuple(self._notes), kept=kept,
                            crossed=crossed, **found)

    def _invoices(self, customer: str) -> dict[str, Any]:
        def draft(name: str) -> dict[str, Any]:
            return self._draft(customer, name)

        first = self._made_one(Kind.INVOICE, draft("one"))
        honoured = text(first.row, "invoice_number") == draft("one")["invoice_number"]
        if not honoured:
            self._notes.append("Books discards the numbers that it is given: check the number settings")
        self._rungs[Kind.INVOICE] = self._ladder(Kind.INVOICE, first, draft)
        self._cross(Kind.INVOICE, draft("crm"))
        bulk = self._bulk(first)
        self._payments(customer, first)
        return {"number_honoured": honoured, "settle_seconds": self._settle(first), "bulk_send": bulk,
                "tax_rounding": self._rounding(first)}

    def _ladder(self, kind: Kind, first: Seen, make: Callable[[str], dict[str, Any]]) -> Rung:
        """The highest rung that holds: the key stays, its repeat is refused, an upsert keeps the name."""
        if self._keyed(kind, first, make) is Rung.NATURAL:
            return Rung.NATURAL
        return self._upsert(kind, make("three"))

    def _keyed(self, kind: Kind, first: Seen, make: Callable[[str], dict[str, Any]]) -> Rung:
        """Whether the key stays and its repeat is refused."""
        if custom_field(first.row, self._settings.key_field) != self._key("one"):
            self._notes.append(f"{kind}: the field {self._settings.key_field} does not exist")
            return Rung.NATURAL
        repeat = make("two") | {"custom_fields": self._custom("one")}
        try:
            self._made_one(kind, repeat)
        except Refused:
            pass
        else:
            self._notes.append(f"{kind}: {self._settings.key_field} takes a value twice; make it unique")
            return Rung.NATURAL
        return Rung.KEY

    def _cross(self, kind: Kind, body: dict[str, Any]) -> None:
        """Whether a create carries an id of a CRM in the field that is named for it."""
        field, value = self._settings.crm_field, self._key("crm")
        if field is None:
            return
        try:
            seen = self._made_one(kind, body | {"custom_fields": [{"api_name": field, "value": value}]})
        except Refused as error:
            self._notes.append(f"{kind}: no id of a CRM in {field} ({error.why})")
            return
        if custom_field(seen.row, field) == value:
            self._crossed.append(kind)
        else:
            self._notes.append(f"{kind}: the field {field} for the CRM's id does not exist")

    def _upsert(self, kind: Kind, body: dict[str, Any]) -> Rung:
        """Whether a creating upsert keeps what it is given; that a repeat finds it is tried once.

        A second record cannot come of it anywhere: the key refuses that by now.
        """
        module, key = MODULES[kind], (self._settings.key_field, self._key("three"))
        named = {Kind.CUSTOMER: "contact_name", Kind.INVOICE: "invoice_number"}.get(kind)
        query = OWN_NUMBER if kind is Kind.INVOICE else ()
        times = 1 if self._rungs else 2
        try:
            seen = [self._counted(lambda: self._api.upsert(kind, body, key, self._journal, subject="trial",
                                                           query=query)) for _ in range(times)]
        except (Refused, Stale) as error:
            self._notes.append(f"{kind}: no upsert ({error.why})")
            return Rung.KEY
        ids = {ident(s.row, module.id_field) for s in seen}
        self._made += [(kind, record) for record in sorted(ids)]
        kept = custom_field(seen[0].row, key[0]) == key[1]
        if len(ids) == 1 and kept and (named is None or text(seen[0].row, named) == body[named]):
            return Rung.UPSERT
        self._notes.append(f"{kind}: an upsert does not keep what it is given, so rung b is used and not a")
        return Rung.KEY

    def _settle(self, first: Seen) -> int | None:
        record, number = ident(first.row, "invoice_id"), text(first.row, "invoice_number") or ""
        for pause in _PAUSES:
            self._clock.sleep(pause)
            rows = self._counted(lambda: list(self._api.rows(Kind.INVOICE, {"invoice_number": number})))
            if any(ident(row, "invoice_id") == record for row in rows):
                return max(0, round((self._api.client.now() - first.at).total_seconds()))
        self._notes.append("lists did not show a new invoice in time")
        return None

    def _bulk(self, first: Seen) -> bool:
        record = ident(first.row, "invoice_id")
        try:
            self._counted(lambda: self._api.mark_sent([record], self._journal))
        except (Refused, Stale) as error:
            self._notes.append(f"no bulk call to mark as sent ({error.why})")
            self._counted(lambda: self._api.mark_one_sent(record, self._journal))
            return False
        return True

    def _payments(self, customer: str, invoice: Seen) -> None:
        def payment(name: str) -> dict[str, Any]:
            applied = [{"invoice_id": ident(invoice.row, "invoice_id"), "amount_applied": _CENT}]
            body = {"customer_id": customer, "payment_mode": self._settings.payment_mode, "amount": _CENT,
                    "date": text(invoice.row, "date"), "invoices": applied, "contact_persons": [],
                    "reference_number": f"FERRY-PROBE-{self._tag}", "custom_fields": self._custom(name)}
            account = self._settings.deposit_account
            return body | ({"account_id": account} if account else {})

        first = self._made_one(Kind.PAYMENT, payment("one"))
        self._rungs[Kind.PAYMENT] = self._ladder(Kind.PAYMENT, first, payment)

    def _credit_notes(self, customer: str) -> None:
        """No upsert is tried: each record that one makes would take a call of its own to delete."""
        def draft(name: str) -> dict[str, Any]:
            return {"customer_id": customer, "creditnote_number": f"FERRY-PROBE-{self._tag}-{name}",
                    "date": self._api.client.now().date().isoformat(),
                    "line_items": [{"name": "ferry probe", "quantity": 1, "rate": _CENT}],
                    "custom_fields": self._custom(name)}

        first = self._made_one(Kind.CREDIT_NOTE, draft("one"))
        self._rungs[Kind.CREDIT_NOTE] = self._keyed(Kind.CREDIT_NOTE, first, draft)

    def _rounding(self, invoice: Seen) -> TaxRounding | None:
        """The draft has two equal lines whose tax rounds otherwise together than apart."""
        lines, taxes = members(invoice.row, "line_items"), members(invoice.row, "taxes")
        tax = self._tax()
        if tax is None or len(lines) < 2 or not taxes:
            return None
        stated, net = amount(taxes[0], "tax_amount"), _awkward(tax.rate)
        return TaxRounding.LINE if stated == 2 * _cents(net * tax.rate / 100) else TaxRounding.DOCUMENT

    def _tax(self) -> Tax | None:
        return next((t for t in self._catalogue.taxes() if t.rate > 0), None)

    def _draft(self, customer: str, name: str) -> dict[str, Any]:
        tax = self._tax()
        price = _awkward(tax.rate) if tax else _CENT
        line: dict[str, Any] = {"name": "ferry probe", "quantity": 1, "rate": price}
        if tax is not None:
            line["tax_id"] = tax.id
        return {"customer_id": customer, "invoice_number": f"FERRY-PROBE-{self._tag}-{name}",
                "line_items": [line, line], "contact_persons": [], "custom_fields": self._custom(name)}

    def _contact(self, name: str) -> dict[str, Any]:
        return {"contact_name": f"Ferry probe {self._tag} {name}", "contact_type": "customer",
                "custom_fields": self._custom(name)}

    def _custom(self, name: str) -> list[dict[str, str]]:
        return [{"api_name": self._settings.key_field, "value": self._key(name)}]

    def _key(self, name: str) -> str:
        return f"probe-{self._tag}-{name}"

    def _made_one(self, kind: Kind, body: Row) -> Seen:
        query = {Kind.INVOICE: NOT_SENT, Kind.CREDIT_NOTE: OWN_NUMBER}.get(kind, ())
        seen = self._counted(
            lambda: self._api.create(kind, body, self._journal, subject="trial", query=query))
        self._made.append((kind, ident(seen.row, MODULES[kind].id_field)))
        return seen

    def _undo(self) -> tuple[str, ...]:
        """Delete everything, what was made last first; what is left is named."""
        made: dict[Kind, list[str]] = {}
        for kind, record in reversed(list(dict.fromkeys(self._made))):
            made.setdefault(kind, []).append(record)
        return tuple(left for kind, records in made.items() for left in self._remove(kind, records))

    def _remove(self, kind: Kind, records: list[str]) -> Iterator[str]:
        """Records of a kind deleted in one call, or where Books does not take that, one by one."""
        try:
            if kind in DELETED_TOGETHER:
                self._counted(partial(self._api.delete_together, kind, records, self._journal))
                return
        except CallError:
            pass
        for record in records:
            try:
                self._counted(partial(self._api.delete, kind, record, self._journal))
            except Stale:
                continue
            except CallError as error:
                yield f"{kind} {record}: {error.why}"

    def _counted(self, call: Callable[[], _T]) -> _T:
        self._calls += 1
        return call()


def _cents(value: Decimal) -> Decimal:
    return value.quantize(_CENT, rounding=ROUND_HALF_UP)


def _awkward(rate: Decimal) -> Decimal:
    """The least amount of which two taxes, rounded apart, are not the tax on both, rounded once."""
    amounts = (Decimal(cents) / 100 for cents in range(1, 1000))
    return next((a for a in amounts if 2 * _cents(a * rate / 100) != _cents(2 * a * rate / 100)), _CENT)
