"""Receipts: what an answer shows of a write, read back, and what it silently left out (F23)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ledgerferry.model.outcome import Receipt
from ledgerferry.model.plan import Operation, Purpose
from ledgerferry.model.ports import Bindings
from ledgerferry.model.record import (
    AnyContent,
    CustomerContent,
    InvoiceContent,
    Kind,
    LineContent,
    PaymentContent,
    Record,
)
from ledgerferry.systems.books.api import Seen
from ledgerferry.systems.books.catalogue import Catalogue
from ledgerferry.systems.books.fields import Row
from ledgerferry.systems.books.guard import Guard
from ledgerferry.systems.books.mapping import customers, invoices, payments
from ledgerferry.systems.books.mapping.names import Names

_RATE_DECIMALS = Decimal("0.000001")


class Reader:
    """Reads records, and receipts of writes, out of details."""

    def __init__(self, connection: str, key_field: str, catalogue: Catalogue, guard: Guard) -> None:
        self._connection = connection
        self._key_field = key_field
        self._catalogue = catalogue
        self._guard = guard

    def record(self, kind: Kind, row: Row, names: Names) -> Record:
        """A customer, invoice or payment in full."""
        if kind is Kind.CUSTOMER:
            return customers.record(row, self._connection, self._key_field)
        if kind is Kind.INVOICE:
            return invoices.record(row, self._connection, self._key_field, self._catalogue, names)
        return payments.record(row, self._connection, self._key_field, self._catalogue, names)

    def receipt(self, operation: Operation, seen: Seen, names: Names) -> Receipt:
        """The proof of a create or update, with the fields that did not arrive."""
        record = self.record(operation.kind, seen.row, names)
        missing = self.differing(operation.content, record.content)
        if operation.purpose is Purpose.UPDATE:
            missing = tuple(name for name in missing if name in operation.changed)
        elif self._guard.key(operation) and record.key != operation.key:
            missing = (*missing, "key")
        return Receipt(ref=record.ref, content=record.content, status=record.status, modified=record.modified,
                       at=seen.at, request=seen.request or None, dropped=missing)

    def differing(self, asked: AnyContent, got: AnyContent) -> tuple[str, ...]:
        """The fields that were asked for and are not, or otherwise, in the answer."""
        if isinstance(asked, CustomerContent) and isinstance(got, CustomerContent):
            return _customer(self._body(asked), self._body(got))
        if isinstance(asked, InvoiceContent) and isinstance(got, InvoiceContent):
            return _unequal(_invoice(asked), _invoice(got))
        if isinstance(asked, PaymentContent) and isinstance(got, PaymentContent):
            return _unequal(_payment(asked), _payment(got))
        return ()

    def _body(self, content: CustomerContent) -> dict[str, Any]:
        known = content.currency in self._catalogue.currencies()
        shown = content if known else content.model_copy(update={"currency": None})
        return customers.body(shown, self._catalogue, None)


def _customer(asked: dict[str, Any], got: dict[str, Any]) -> tuple[str, ...]:
    return tuple(
        field for field, names in customers.GROUPS.items()
        if any(name in asked and asked[name] != got.get(name) for name in names))


def _unequal(asked: Mapping[str, object], got: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(name for name, value in asked.items() if value is not None and value != got[name])


def _invoice(content: InvoiceContent) -> dict[str, object]:
    return {
        "number": content.number, "reference": content.reference or "", "customer": content.customer,
        "issued": content.issued, "due": content.due, "currency": content.currency,
        "exchange_rate": _rate(content.exchange_rate), "lines": tuple(map(_line, content.lines)),
        "discount": content.discount or Decimal(0), "charges": content.charges or Decimal(0),
        "adjustment": content.adjustment or Decimal(0),
    }


def _line(line: LineContent) -> tuple[object, ...]:
    return " ".join(line.description.split()) or "-", line.quantity, line.price, line.tax_rate


def _payment(content: PaymentContent) -> dict[str, object]:
    return {
        "customer": content.customer, "paid_on": content.paid_on, "amount": content.amount,
        "currency": content.currency, "reference": content.reference or None,
        "exchange_rate": _rate(content.exchange_rate),
        "applied": frozenset((a.invoice, a.amount) for a in content.applied),
    }


def _rate(rate: Decimal | None) -> Decimal | None:
    return None if rate is None or rate == 1 else rate.quantize(_RATE_DECIMALS)


def names_for(bindings: Bindings, operation: Operation, refs: Mapping[str, str]) -> Names:
    """Names that know the operation's own record and those that it refers to."""
    known = {record: identity for identity, record in refs.items()}
    if operation.target is not None:
        known[operation.target.id] = operation.identity
    return Names(bindings, known)
