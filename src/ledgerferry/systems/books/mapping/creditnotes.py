"""Credit notes, what they are applied to, and what of them is paid back (F48 to F50).

A credit note is written and read as an invoice is, but for the name of its number and the day it is due.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from ledgerferry.model.outcome import Refused
from ledgerferry.model.record import (
    CreditContent,
    CreditNoteContent,
    InvoiceContent,
    Kind,
    Record,
    Ref,
    RefundContent,
    SalesContent,
    Summary,
)
from ledgerferry.systems.books.catalogue import Catalogue
from ledgerferry.systems.books.declaration import Charges
from ledgerferry.systems.books.fields import (
    Row,
    amount,
    custom_field,
    day,
    ident,
    members,
    moment,
    number,
    text,
)
from ledgerferry.systems.books.mapping import files, invoices
from ledgerferry.systems.books.mapping.names import Names

_NUMBER, _INVOICE_NUMBER = "creditnote_number", "invoice_number"
# An operation key where a refund has no reference of its own.
_KEY: Final = re.compile(r"lf[a-z2-7]{26}")


def body(content: CreditNoteContent, customer: str, catalogue: Catalogue, charges: Charges, *,
         key: tuple[str, str] | None, persons: Sequence[str]) -> dict[str, Any]:
    """The credit note as Books takes it; ``persons`` are the customer's, none of whom gets mail."""
    found = invoices.body(_as_invoice(content), customer, catalogue, charges, key=key, persons=persons)
    found[_NUMBER] = found.pop(_INVOICE_NUMBER)
    return found


def changes(content: CreditNoteContent, changed: tuple[str, ...], whole: dict[str, Any],
            now: Row) -> dict[str, Any]:
    """The groups of a credit note that an update writes, with the customer and lines that a PUT needs."""
    found = invoices.changes(_as_invoice(content), changed, whole, now)
    return found | ({_NUMBER: content.number} if "number" in changed else {})


def content(row: Row, catalogue: Catalogue, names: Names) -> CreditNoteContent:
    """The credit note that a detail shows, with the figures as Books answered them."""
    shown = invoices.content({**row, _INVOICE_NUMBER: row.get(_NUMBER)}, catalogue, names)
    return CreditNoteContent(**{name: getattr(shown, name) for name in SalesContent.model_fields
                                if name != "kind"})


def summary(row: Row, connection: str, key_field: str) -> Summary:
    """A list row of credit notes; ``balance`` is what is neither applied nor paid back."""
    return Summary(
        ref=Ref(connection=connection, kind=Kind.CREDIT_NOTE, id=ident(row, "creditnote_id")),
        name=text(row, _NUMBER) or "", key=custom_field(row, key_field), customer=text(row, "customer_id"),
        day=day(row, "date"), currency=text(row, "currency_code"), total=number(row, "total"),
        balance=number(row, "balance"), status=text(row, "status"), reference=text(row, "reference_number"),
        modified=moment(row, "last_modified_time", "updated_time"))


def record(row: Row, connection: str, key_field: str, catalogue: Catalogue, names: Names) -> Record:
    """A credit note in full."""
    return Record(
        ref=Ref(connection=connection, kind=Kind.CREDIT_NOTE, id=ident(row, "creditnote_id")),
        content=content(row, catalogue, names), key=custom_field(row, key_field), status=text(row, "status"),
        balance=number(row, "balance"),
        files=files.addresses(row, Kind.CREDIT_NOTE, ident(row, "creditnote_id")),
        modified=moment(row, "last_modified_time", "updated_time"))


def _as_invoice(content: CreditNoteContent) -> InvoiceContent:
    return InvoiceContent(**{name: getattr(content, name) for name in SalesContent.model_fields
                             if name != "kind"})


def applied(row: Row) -> list[tuple[str, Decimal]]:
    """On which invoices a credit note's detail says that it is, by id, and how much of it on each."""
    return [(ident(part, "invoice_id"), amount(part, "amount")) for part in members(row, "invoices")]


def credit(row: Row, invoice: str, names: Names) -> CreditContent | None:
    """What of a credit note is on one invoice, by the credit note's detail; None where nothing is."""
    parts = [held for on, held in applied(row) if on == invoice]
    if not parts:
        return None
    return CreditContent(
        credit_note=names.identity(Kind.CREDIT_NOTE, ident(row, "creditnote_id")),
        invoice=names.identity(Kind.INVOICE, invoice), amount=sum(parts, Decimal(0)),
        currency=text(row, "currency_code") or "")


def refund_body(content: RefundContent, catalogue: Catalogue, account: str | None,
                key: str) -> dict[str, Any]:
    """A refund as Books takes it (F50); the operation's key is its reference, or beside its own."""
    found: dict[str, Any] = {
        "date": content.refunded_on.isoformat(), "refund_mode": content.mode, "amount": content.amount,
        "reference_number": content.reference or key, "description": key if content.reference else ""}
    if account is not None:
        found["from_account_id"] = account
    if not catalogue.currency(content.currency).base:
        if content.exchange_rate is None:
            raise Refused(f"a refund in {content.currency} needs an exchange rate of its day",
                          subject=f"refund of {content.refunded_on}")
        found["exchange_rate"] = content.exchange_rate
    return found


def refund(row: Row, currency: str, names: Names) -> RefundContent:
    """The refund that a row shows; no row tells its currency, which is its credit note's."""
    reference = text(row, "reference_number")
    return RefundContent(
        credit_note=names.identity(Kind.CREDIT_NOTE, ident(row, "creditnote_id")),
        refunded_on=day(row, "date") or date.min,
        amount=number(row, "amount") or amount(row, "amount_fcy"), mode=text(row, "refund_mode") or "",
        reference=None if reference is None or _KEY.fullmatch(reference) else reference,
        exchange_rate=number(row, "exchange_rate"), currency=currency)


def refund_keys(row: Row) -> Iterator[str]:
    """The operation keys that a refund's row carries."""
    return (held for name in ("reference_number", "description")
            if _KEY.fullmatch(held := text(row, name) or ""))
