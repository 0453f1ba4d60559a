"""Taking back what a run wrote: deletes, in bulk where Books has it, else voids (F36, F37)."""

from collections.abc import Sequence
from typing import Any, Final

from ledgerferry.model.outcome import (
    Busy,
    CallError,
    LoginNeeded,
    Probe,
    Probed,
    Receipt,
    Refused,
    Stale,
    Unsent,
)
from ledgerferry.model.plan import Operation
from ledgerferry.model.ports import Journal
from ledgerferry.model.record import InvoiceContent, Kind, Ref
from ledgerferry.systems.books.api import BooksApi, Seen
from ledgerferry.systems.books.declaration import BooksSettings
from ledgerferry.systems.books.fields import custom_field, text
from ledgerferry.systems.books.mapping import files, invoices
from ledgerferry.systems.protocol import Work
from ledgerferry.wire.message import Reply

_STOPS: Final = (Busy, LoginNeeded, Unsent)
_GONE, _VOID = "deleted", "void"
# How much of an operation's key tells void invoices of one number apart.
_TAIL: Final = 6
_REFERENCE_LENGTH: Final = 50


class Reverter:
    """Deletes and voids. What is gone, or void without its number, is done: a repeat does no harm."""

    def __init__(self, api: BooksApi, connection: str, settings: BooksSettings) -> None:
        self._api = api
        self._connection = connection
        self._settings = settings

    def delete(self, operations: Sequence[Operation], work: Work) -> list[Receipt | CallError]:
        """Delete records of one kind; one by one where Books refuses them together."""
        kind = operations[0].kind
        if len(operations) > 1:
            try:
                reply = self._api.delete_several(kind, [_record(o) for o in operations], work.journal)
            except (Refused, Stale):
                pass
            else:
                at, request = self._api.at(reply), reply.request or None
                return [Receipt(ref=_ref(o), status=_GONE, at=at, request=request) for o in operations]
        results: list[Receipt | CallError] = []
        for operation in operations:
            stop = results and isinstance(results[-1], _STOPS)
            results.append(results[-1] if stop else self._delete_one(operation, work.journal))
        return results

    def _delete_one(self, operation: Operation, journal: Journal) -> Receipt | CallError:
        try:
            if operation.kind is Kind.FILE:
                return self._detach(operation, journal)
            reply = self._api.delete(operation.kind, _record(operation), journal)
        except Stale:
            return self._gone(operation)
        except CallError as error:
            return error
        return self._receipt(operation, _GONE, reply)

    def _detach(self, operation: Operation, journal: Journal) -> Receipt:
        invoice, tail = files.invoice_of(_record(operation))
        seen = self._api.get(Kind.INVOICE, invoice)
        document = files.document_of(seen.row, tail) if seen else None
        if document is None:
            return self._gone(operation)
        reply = self._api.detach(invoice, document, journal)
        return self._receipt(operation, _GONE, reply)

    def void(self, operation: Operation, work: Work) -> Receipt:
        """An invoice gives up its key and its number, the original kept in its reference, then it is voided.

        Where Books refuses the second after the first, the first is taken back, so that a refusal leaves
        the invoice as it was. Raises ``Refused`` then, or where an invoice that is void keeps its number.
        """
        record, content = _record(operation), _invoice(operation)
        seen = self._api.get(Kind.INVOICE, record)
        if seen is None:
            return self._gone(operation)
        before = seen
        if not self._gave_up(operation, seen):
            seen = self._api.update(Kind.INVOICE, record, self._giving_up(operation, content, seen),
                                    work.journal, subject=operation.key, query=invoices.OWN_NUMBER)
        if text(seen.row, "status") == _VOID:
            return self._voided(operation, seen)
        try:
            reply = self._api.void(record, work.journal)
        except Refused:
            self._api.update(Kind.INVOICE, record, self._as_before(content, before), work.journal,
                             subject=operation.key, query=invoices.OWN_NUMBER)
            raise
        return self._receipt(operation, _VOID, reply)

    def probe(self, operation: Operation) -> Probed:
        """Whether a delete or void in doubt happened: the record is gone, or void and without its number."""
        if operation.kind is Kind.FILE:
            invoice, tail = files.invoice_of(_record(operation))
            seen = self._api.get(Kind.INVOICE, invoice)
            there = seen is not None and files.document_of(seen.row, tail) is not None
        else:
            seen = self._api.get(operation.kind, _record(operation))
            there = seen is not None
        if not there:
            return Probed(probe=Probe.FOUND, receipt=self._gone(operation))
        if seen is not None and operation.kind is Kind.INVOICE and text(seen.row, "status") == _VOID \
                and self._gave_up(operation, seen):
            return Probed(probe=Probe.FOUND, receipt=self._voided(operation, seen))
        return Probed(probe=Probe.ABSENT, why=f"the {operation.kind} is still there")

    def _gave_up(self, operation: Operation, seen: Seen) -> bool:
        """Whether an invoice gave up its number for this operation."""
        return text(seen.row, "invoice_number") == _freed(operation, _invoice(operation))

    def _giving_up(self, operation: Operation, content: InvoiceContent, seen: Seen) -> dict[str, Any]:
        body = invoices.changes(content, (), {}, seen.row)
        body["invoice_number"] = _freed(operation, content)
        body["reference_number"] = _original(content, text(seen.row, "reference_number"))
        if custom_field(seen.row, self._settings.key_field):
            body["custom_fields"] = [{"api_name": self._settings.key_field, "value": ""}]
        return body

    def _as_before(self, content: InvoiceContent, before: Seen) -> dict[str, Any]:
        """The number and reference again, and the key where this very call took it."""
        body = invoices.changes(content, (), {}, before.row)
        key = custom_field(before.row, self._settings.key_field)
        if key:
            body["custom_fields"] = [{"api_name": self._settings.key_field, "value": key}]
        return body | {"invoice_number": content.number, "reference_number": content.reference or ""}

    def _receipt(self, operation: Operation, status: str, reply: Reply) -> Receipt:
        at, request = self._api.at(reply), reply.request or None
        return Receipt(ref=_ref(operation), status=status, at=at, request=request)

    def _gone(self, operation: Operation) -> Receipt:
        return Receipt(ref=_ref(operation), status=_GONE, at=self._api.client.now())

    def _voided(self, operation: Operation, seen: Seen) -> Receipt:
        return Receipt(ref=_ref(operation), status=_VOID, at=seen.at, request=seen.request or None)


def _ref(operation: Operation) -> Ref:
    if operation.target is None:
        raise TypeError(f"{operation.key}: nothing can be taken back without its record")
    return operation.target


def _record(operation: Operation) -> str:
    return _ref(operation).id


def _invoice(operation: Operation) -> InvoiceContent:
    if not isinstance(operation.content, InvoiceContent):
        raise TypeError(f"{operation.key}: only an invoice can be voided")
    return operation.content


def _freed(operation: Operation, content: InvoiceContent) -> str:
    """The number of an invoice that gave up its own."""
    return f"{content.number} VOID {operation.key[-_TAIL:]}"


def _original(content: InvoiceContent, reference: str | None) -> str:
    """The reference of an invoice that gave up its number: that number, and what stood there as it fits."""
    both = f"{content.number} / {reference}" if reference else content.number
    return both if len(both) <= _REFERENCE_LENGTH else content.number
