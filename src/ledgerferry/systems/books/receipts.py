"""Receipts: what an answer shows of a write, read back, and what it silently left out (F23)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from ledgerferry.model.outcome import Receipt
from ledgerferry.model.plan import Operation, Purpose
from ledgerferry.model.ports import Bindings
from ledgerferry.model.record import (
    AnyContent,
    CreditContent,
    CustomerContent,
    Kind,
    LineContent,
    PaymentContent,
    Record,
    RefundContent,
    SalesContent,
    WriteOffContent,
)
from ledgerferry.systems.books.api import Seen
from ledgerferry.systems.books.calculator import same
from ledgerferry.systems.books.catalogue import Catalogue
from ledgerferry.systems.books.fields import Row
from ledgerferry.systems.books.guard import Guard
from ledgerferry.systems.books.mapping import creditnotes, customers, invoices, payments
from ledgerferry.systems.books.mapping.names import Names

# What an answer lacks where Books computed other amounts: nothing that could be written again.
FIGURES: Final = "figures"
_RATE_DECIMALS = Decimal("0.000001")


class Reader:
    """Reads records, and receipts of writes, out of details."""

    def __init__(self, connection: str, key_field: str, catalogue: Catalogue, guard: Guard) -> None:
        self._connection = connection
        self._key_field = key_field
        self._catalogue = catalogue
        self._guard = guard

    def record(self, kind: Kind, row: Row, names: Names, *, account: bool = False) -> Record:
        """A customer, invoice, credit note or payment in full; with the payment's ``account`` if asked."""
        if kind is Kind.CUSTOMER:
            return customers.record(row, self._connection, self._key_field)
        if kind is Kind.INVOICE:
            return invoices.record(row, self._connection, self._key_field, self._catalogue, names)
        if kind is Kind.CREDIT_NOTE:
            return creditnotes.record(row, self._connection, self._key_field, self._catalogue, names)
        return payments.record(row, self._connection, self._key_field, self._catalogue, names,
                               account=account)

    def receipt(self, operation: Operation, seen: Seen, names: Names) -> Receipt:
        """The proof of a create or update, with the fields that did not arrive."""
        named = getattr(operation.content, "account", None) is not None
        record = self.record(operation.kind, seen.row, names, account=named)
        missing = self.differing(operation.content, record.content)
        if operation.purpose is Purpose.UPDATE:
            missing = tuple(name for name in missing if name in operation.changed)
        elif self._guard.key(operation) and record.key != operation.key:
            missing = (*missing, "key")
        if _miscounted(operation.content, record.content):
            missing = (*missing, FIGURES)
        return Receipt(ref=record.ref, content=record.content, status=record.status, modified=record.modified,
                       at=seen.at, request=seen.request or None, dropped=missing)

    def differing(self, asked: AnyContent, got: AnyContent) -> tuple[str, ...]:
        """The fields that were asked for and are not, or otherwise, in the answer."""
        if isinstance(asked, CustomerContent) and isinstance(got, CustomerContent):
            return _customer(self._body(asked), self._body(got))
        if isinstance(asked, SalesContent) and isinstance(got, SalesContent):
            return _unequal(_sales(asked.silent_like(got)), _sales(got.silent_like(asked)))
        if isinstance(asked, PaymentContent) and isinstance(got, PaymentContent):
            return _unequal(_payment(asked), _payment(got))
        if isinstance(asked, CreditContent) and isinstance(got, CreditContent):
            return _unequal({"amount": asked.amount}, {"amount": got.amount})
        if isinstance(asked, WriteOffContent) and isinstance(got, WriteOffContent):
            return _unequal({"amount": asked.amount}, {"amount": got.amount})
        if isinstance(asked, RefundContent) and isinstance(got, RefundContent):
            return _unequal(_refund(asked), _refund(got))
        return ()

    def _body(self, content: CustomerContent) -> dict[str, Any]:
        known = content.currency in self._catalogue.currencies()
        shown = content if known else content.model_copy(update={"currency": None})
        return customers.body(shown, self._catalogue, None)


def _miscounted(asked: AnyContent, got: AnyContent) -> bool:
    """Whether Books computed other amounts than were planned."""
    return (isinstance(asked, SalesContent) and isinstance(got, SalesContent)
            and not same(asked.figures, got.figures))


def _customer(asked: dict[str, Any], got: dict[str, Any]) -> tuple[str, ...]:
    return tuple(
        field for field, names in customers.GROUPS.items()
        if any(name in asked and asked[name] != got.get(name) for name in names))


def _unequal(asked: Mapping[str, object], got: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(name for name, value in asked.items() if value is not None and value != got[name])


def _sales(content: SalesContent) -> dict[str, object]:
    return {
        "number": content.number, "reference": content.reference or "", "customer": content.customer,
        "issued": content.issued, "due": getattr(content, "due", None), "currency": content.currency,
        "exchange_rate": _rate(content.exchange_rate), "lines": tuple(map(_line, content.lines)),
        "discount": content.discount or Decimal(0), "discount_after_tax": content.discount_after_tax,
        "charges": content.charges or Decimal(0),
        "adjustment": content.adjustment or Decimal(0), "vat_place": content.vat_place,
    }


def _line(line: LineContent) -> tuple[object, ...]:
    """What must be equal; of lines without a rate the treatment tells, of others the tax that they name."""
    said, told = " ".join(line.description.split()) or "-", line.tax or line.treatment
    return said, line.quantity, line.price, line.tax_rate, told, line.account


def _payment(content: PaymentContent) -> dict[str, object]:
    return {
        "customer": content.customer, "paid_on": content.paid_on, "amount": content.amount,
        "currency": content.currency, "reference": content.reference or None,
        "exchange_rate": _rate(content.exchange_rate), "account": content.account,
        "applied": frozenset((a.invoice, a.amount) for a in content.applied),
    }


def _refund(content: RefundContent) -> dict[str, object]:
    return {"refunded_on": content.refunded_on, "amount": content.amount, "mode": content.mode,
            "reference": content.reference or None}


def _rate(rate: Decimal | None) -> Decimal | None:
    return None if rate is None or rate == 1 else rate.quantize(_RATE_DECIMALS)


def names_for(bindings: Bindings, operation: Operation, refs: Mapping[str, str]) -> Names:
    """Names that know the operation's own record and those that it refers to."""
    known = {record: identity for identity, record in refs.items()}
    if operation.target is not None:
        known[operation.target.id] = operation.identity
    return Names(bindings, known)
