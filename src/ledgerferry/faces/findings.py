"""Findings: what of a run's source was held or rejected, each with its place, value and reason."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from ledgerferry.faces.house import House
from ledgerferry.flows.settling import account
from ledgerferry.model.document import Document, Reason
from ledgerferry.model.money import NO_CURRENCY, text
from ledgerferry.store.runs import Found


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason for one document, or one rejection. ``value`` is what the document says in that place."""

    standing: str
    file: str
    sheet: str
    cell: str
    number: str | None
    customer: str | None
    currency: str | None
    amount: Decimal | None
    code: str
    reason: str
    value: str | None = None

    @property
    def place(self) -> str:
        """File, sheet and cell in one."""
        sheet = f" [{self.sheet}]" if self.sheet else ""
        return f"{self.file}{sheet} {self.cell}".strip()

    @property
    def money(self) -> str:
        """The amount with its currency, as text."""
        if self.amount is None:
            return ""
        return f"{self.currency or ''} {text(self.amount, self.currency or NO_CURRENCY)}".strip()


def listed(found: Iterable[Found]) -> list[Finding]:
    """Every reason of every document and rejection, in the order of the source."""
    return [finding for one in found for finding in _of(one)]


def _of(found: Found) -> Iterator[Finding]:
    rejection, document = found.rejection, found.document
    if rejection is not None:
        yield Finding(
            found.standing,
            rejection.file,
            rejection.sheet or "",
            rejection.cell or "",
            None,
            None,
            rejection.currency,
            rejection.amount,
            rejection.code,
            rejection.text,
        )
    if document is not None:
        for reason in document.reasons or (Reason(code="held", text="Held."),):
            yield _held(found, document, reason)


def _held(found: Found, document: Document, reason: Reason) -> Finding:
    file, sheet = (reason.cell.file, reason.cell.sheet) if reason.cell else (document.file, document.sheet)
    return Finding(
        found.standing,
        file,
        sheet,
        reason.cell.cell if reason.cell else "",
        document.number,
        document.customer.name if document.customer else None,
        found.currency,
        found.amount,
        reason.code,
        reason.text,
        _value(document, reason),
    )


def _value(document: Document, reason: Reason) -> str | None:
    """What the document holds in the field that was read from the reason's cell."""
    field = next((o.field for o in document.origins if o.cell == reason.cell), None)
    names = {
        "invoice_number": "number",
        "invoice_date": "issued",
        "due_date": "due",
        "amount_paid": "paid",
        "customer_name": "customer",
        "seller_name": "seller",
    }
    value = getattr(document, names.get(field, field), None) if field else None
    if isinstance(value, tuple) or value is None:
        return None
    return str(getattr(value, "name", value))


def of_run(house: House, run: str) -> tuple[list[Finding], list[Finding]]:
    """What of a run is held and what was rejected, by the ledger as it is now."""
    with house.database.read() as conn:
        found = house.shelf.runs.get(conn, run)
    if found is None:
        return [], []
    accounted = account(house.shelf, found)
    return listed(accounted.held), listed(accounted.rejected)
