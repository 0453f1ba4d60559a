"""Payments: money from one customer, applied to its invoices (F46)."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from ledgerferry.model.outcome import Refused
from ledgerferry.model.record import Application, Kind, PaymentContent, Record, Ref, Summary
from ledgerferry.systems.books.catalogue import Catalogue
from ledgerferry.systems.books.declaration import BooksSettings
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
from ledgerferry.systems.books.mapping.names import Names

# An operation key where a payment has no reference of its own (rung c).
_KEY: Final = re.compile(r"lf[a-z2-7]{26}")


def body(content: PaymentContent, refs: Mapping[str, str], catalogue: Catalogue, settings: BooksSettings, *,
         key: tuple[str, str] | None, reference: str) -> dict[str, Any]:
    """The payment as Books takes it; ``refs`` give the ids of its customer and invoices."""
    found: dict[str, Any] = {
        "customer_id": refs[content.customer], "payment_mode": content.mode or settings.payment_mode,
        "amount": content.amount, "date": content.paid_on.isoformat(), "reference_number": reference,
        "invoices": [{"invoice_id": refs[a.invoice], "amount_applied": a.amount} for a in content.applied],
        "contact_persons": [],
    }
    if content.account:
        found["account_id"] = catalogue.account(content.account).id
    elif settings.deposit_account:
        found["account_id"] = settings.deposit_account
    if not catalogue.currency(content.currency).base:
        if content.exchange_rate is None:
            raise Refused(f"a payment in {content.currency} needs an exchange rate of its day",
                          subject=f"payment of {content.paid_on}")
        found["exchange_rate"] = content.exchange_rate
    if key is not None:
        found["custom_fields"] = [{"api_name": key[0], "value": key[1]}]
    return found


def content(row: Row, catalogue: Catalogue, names: Names, *, account: bool = False) -> PaymentContent:
    """The payment that a detail shows; the name of its ``account`` is asked for, or taken where known."""
    currency, reference = text(row, "currency_code") or "", text(row, "reference_number")
    base = currency in catalogue.currencies() and catalogue.currency(currency).base
    return PaymentContent(
        customer=names.identity(Kind.CUSTOMER, ident(row, "customer_id")),
        paid_on=day(row, "date") or date.min, amount=amount(row, "amount"), currency=currency,
        mode=text(row, "payment_mode") or "",
        reference=None if reference is None or _KEY.fullmatch(reference) else reference,
        exchange_rate=None if base else number(row, "exchange_rate"),
        account=catalogue.account_name(ident(row, "account_id"), ask=account),
        applied=tuple(
            Application(invoice=names.identity(Kind.INVOICE, ident(a, "invoice_id")),
                        amount=amount(a, "amount_applied"))
            for a in members(row, "invoices")))


def key_of(row: Row, key_field: str) -> str | None:
    """The operation key that a payment carries, in its own field or as its reference."""
    reference = text(row, "reference_number") or ""
    return custom_field(row, key_field) or (reference if _KEY.fullmatch(reference) else None)


def alike(row: Row, content: PaymentContent) -> bool:
    """Whether a list row may be this payment: same day, amount and reference."""
    reference = text(row, "reference_number") or ""
    return (day(row, "date") == content.paid_on and amount(row, "amount") == content.amount
            and reference == (content.reference or ""))


def summary(row: Row, connection: str, key_field: str) -> Summary:
    """A list row of payments; ``balance`` is what is not applied."""
    return Summary(
        ref=Ref(connection=connection, kind=Kind.PAYMENT, id=ident(row, "payment_id")),
        name=text(row, "payment_number") or "", key=key_of(row, key_field), customer=text(row, "customer_id"),
        day=day(row, "date"), currency=text(row, "currency_code"), total=number(row, "amount"),
        balance=number(row, "unused_amount"), status=text(row, "status"),
        reference=text(row, "reference_number"), modified=moment(row, "last_modified_time", "updated_time"))


def record(row: Row, connection: str, key_field: str, catalogue: Catalogue, names: Names, *,
           account: bool = False) -> Record:
    """A payment in full; its account too where that is of interest."""
    found = content(row, catalogue, names, account=account)
    unused = number(row, "unused_amount")
    applied = sum((a.amount for a in found.applied), Decimal(0))
    return Record(
        ref=Ref(connection=connection, kind=Kind.PAYMENT, id=ident(row, "payment_id")), content=found,
        key=key_of(row, key_field), status=text(row, "status"),
        balance=found.amount - applied if unused is None else unused,
        modified=moment(row, "last_modified_time", "updated_time"))
