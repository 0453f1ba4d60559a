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
from ledgerferry.model.record import AnySales, CreditNoteContent, InvoiceContent, Kind, Ref, SalesContent
from ledgerferry.systems.books.api import BooksApi, Seen
from ledgerferry.systems.books.credits import PARTS, Credits
from ledgerferry.systems.books.declaration import BooksSettings
from ledgerferry.systems.books.fields import custom_field, text
from ledgerferry.systems.books.mapping import creditnotes, files, invoices
from ledgerferry.systems.books.writeoffs import WriteOffs
from ledgerferry.systems.protocol import Work
from ledgerferry.wire.message import Reply

# What can be voided, and the name of its number.
_VOIDED: Final = {Kind.INVOICE: "invoice_number", Kind.CREDIT_NOTE: "creditnote_number"}
_STOPS: Final = (Busy, LoginNeeded, Unsent)
_GONE, _VOID = "deleted", "void"
# How much of an operation's key tells void invoices of one number apart.
_TAIL: Final = 6
_REFERENCE_LENGTH: Final = 50


class Reverter:
    """Deletes and voids. What is gone, or void without its number, is done: a repeat does no harm."""

    def __init__(self, api: BooksApi, connection: str, settings: BooksSettings, applied: Credits) -> None:
        self._api = api
        self._connection = connection
        self._settings = settings
        self._applied = applied

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
            if operation.kind in PARTS:
                return self._applied.remove(operation, journal)
            if operation.kind is Kind.WRITE_OFF:
                return WriteOffs(self._api, self._connection).cancel(operation, journal)
            reply = self._api.delete(operation.kind, _record(operation), journal)
        except Stale:
            return self._gone(operation)
        except CallError as error:
            return error
        return self._receipt(operation, _GONE, reply)

    def _detach(self, operation: Operation, journal: Journal) -> Receipt:
        kind, owner, tail = files.owner_of(_record(operation))
        seen = self._api.get(kind, owner)
        document = files.document_of(seen.row, tail) if seen else None
        if document is None:
            return self._gone(operation)
        reply = self._api.drop_part(kind, owner, f"documents/{document}", journal)
        return self._receipt(operation, _GONE, reply)

    def void(self, operation: Operation, work: Work) -> Receipt:
        """An invoice or credit note gives up its key and number, kept in its reference, then it is voided.

        Where Books refuses the second after the first, the first is taken back, so that a refusal leaves
        the record as it was. Raises ``Refused`` then, or where one that is void keeps its number.
        """
        kind, record, content = operation.kind, _record(operation), _sales(operation)
        seen = self._api.get(kind, record)
        if seen is None:
            return self._gone(operation)
        before = seen
        if not self._gave_up(operation, seen):
            seen = self._api.update(kind, record, self._giving_up(operation, content, seen),
                                    work.journal, subject=operation.key, query=invoices.OWN_NUMBER)
        if text(seen.row, "status") == _VOID:
            return self._voided(operation, seen)
        try:
            reply = self._api.void(kind, record, work.journal)
        except Refused:
            self._api.update(kind, record, self._as_before(content, before), work.journal,
                             subject=operation.key, query=invoices.OWN_NUMBER)
            raise
        return self._receipt(operation, _VOID, reply)

    def probe(self, operation: Operation) -> Probed:
        """Whether a delete or void in doubt happened: the record is gone, or void and without its number."""
        if operation.kind in PARTS:
            return self._applied.probe_gone(operation)
        if operation.kind is Kind.WRITE_OFF:
            return WriteOffs(self._api, self._connection).probe_gone(operation)
        if operation.kind is Kind.FILE:
            kind, owner, tail = files.owner_of(_record(operation))
            seen = self._api.get(kind, owner)
            there = seen is not None and files.document_of(seen.row, tail) is not None
        else:
            seen = self._api.get(operation.kind, _record(operation))
            there = seen is not None
        if not there:
            return Probed(probe=Probe.FOUND, receipt=self._gone(operation))
        if seen is not None and operation.kind in _VOIDED and text(seen.row, "status") == _VOID \
                and self._gave_up(operation, seen):
            return Probed(probe=Probe.FOUND, receipt=self._voided(operation, seen))
        return Probed(probe=Probe.ABSENT, why=f"the {operation.kind} is still there")

    def _gave_up(self, operation: Operation, seen: Seen) -> bool:
        """Whether a document gave up its number for this operation."""
        return text(seen.row, _VOIDED[operation.kind]) == _freed(operation, _sales(operation))

    def _giving_up(self, operation: Operation, content: AnySales, seen: Seen) -> dict[str, Any]:
        body = _unchanged(content, seen)
        body[_VOIDED[content.kind]] = _freed(operation, content)
        body["reference_number"] = _original(content, text(seen.row, "reference_number"))
        if custom_field(seen.row, self._settings.key_field):
            body["custom_fields"] = [{"api_name": self._settings.key_field, "value": ""}]
        return body

    def _as_before(self, content: AnySales, before: Seen) -> dict[str, Any]:
        """The number and reference again, and the key where this very call took it."""
        body = _unchanged(content, before)
        key = custom_field(before.row, self._settings.key_field)
        if key:
            body["custom_fields"] = [{"api_name": self._settings.key_field, "value": key}]
        return body | {_VOIDED[content.kind]: content.number, "reference_number": content.reference or ""}

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


def _sales(operation: Operation) -> AnySales:
    if not isinstance(operation.content, InvoiceContent | CreditNoteContent):
        raise TypeError(f"{operation.key}: only an invoice or a credit note can be voided")
    return operation.content


def _unchanged(content: AnySales, seen: Seen) -> dict[str, Any]:
    """What every PUT needs, as it is."""
    if isinstance(content, CreditNoteContent):
        return creditnotes.changes(content, (), {}, seen.row)
    return invoices.changes(content, (), {}, seen.row)


def _freed(operation: Operation, content: SalesContent) -> str:
    """The number of a document that gave up its own."""
    return f"{content.number} VOID {operation.key[-_TAIL:]}"


def _original(content: SalesContent, reference: str | None) -> str:
    """The reference of a document that gave up its number: that number, and what stood there as it fits."""
    both = f"{content.number} / {reference}" if reference else content.number
    return both if len(both) <= _REFERENCE_LENGTH else content.number
