"""The writes, one operation at a time but for the bulk calls."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path, PurePath
from typing import Final, TypeVar

from ledgerferry.model.ids import Identity
from ledgerferry.model.outcome import Busy, CallError, LoginNeeded, Receipt, Refused, Stale
from ledgerferry.model.plan import Operation, Purpose, Rung
from ledgerferry.model.record import (
    CustomerContent,
    FileContent,
    InvoiceContent,
    Kind,
    PaymentContent,
    Ref,
    TaxContent,
)
from ledgerferry.systems.books.api import BooksApi, Seen
from ledgerferry.systems.books.catalogue import Catalogue
from ledgerferry.systems.books.declaration import BooksSettings
from ledgerferry.systems.books.fields import ident, moment, text
from ledgerferry.systems.books.guard import Guard
from ledgerferry.systems.books.mapping import customers, files, invoices, payments
from ledgerferry.systems.books.people import People
from ledgerferry.systems.books.receipts import Reader, names_for
from ledgerferry.systems.books.revert import Reverter
from ledgerferry.systems.protocol import Work

_C = TypeVar("_C")
_UNSENT_STATUSES: Final = ("draft", "void", "pending_approval")


class Performer:
    """Does operations against Books. Every method returns the receipt or raises the ``CallError``."""

    def __init__(self, api: BooksApi, connection: str, settings: BooksSettings, catalogue: Catalogue,
                 guard: Guard, reader: Reader, people: People) -> None:
        self._api = api
        self._connection = connection
        self._settings = settings
        self._catalogue = catalogue
        self._guard = guard
        self._reader = reader
        self._people = people
        self._reverter = Reverter(api, connection, settings)
        self._made: set[str] = set()
        self._ways: dict[tuple[Kind, Purpose], Callable[[Operation, Work], Receipt]] = {
            (Kind.CUSTOMER, Purpose.CREATE): self._create_customer,
            (Kind.CUSTOMER, Purpose.UPDATE): self._update_customer,
            (Kind.INVOICE, Purpose.CREATE): self._create_invoice,
            (Kind.INVOICE, Purpose.UPDATE): self._update_invoice,
            (Kind.PAYMENT, Purpose.CREATE): self._create_payment,
            (Kind.PAYMENT, Purpose.UPDATE): self._update_payment,
            (Kind.FILE, Purpose.ATTACH): self._attach,
            (Kind.FILE, Purpose.CREATE): self._attach,
            (Kind.TAX, Purpose.CREATE): self._create_tax,
            (Kind.INVOICE, Purpose.VOID): self._reverter.void,
        }

    def one(self, operation: Operation, work: Work) -> Receipt:
        """Do one operation."""
        way = self._ways.get((operation.kind, operation.purpose))
        if way is None:
            raise Refused(f"Books knows no way to {operation.purpose} a {operation.kind}",
                          subject=operation.key)
        return way(operation, work)

    def send(self, operations: Sequence[Operation], work: Work) -> list[Receipt | CallError]:
        """Mark invoices as sent, in one call; one by one where Books refuses them together."""
        ids = [self._target(o, work) for o in operations]
        bound = [record for record in ids if record is not None]
        if len(bound) > 1:
            try:
                reply = self._api.mark_sent(bound, work.journal)
            except (Refused, Stale):
                pass
            else:
                at = self._api.at(reply)
                return [self._sent(record, at=at, request=reply.request) if record else _unbound(o)
                        for o, record in zip(operations, ids, strict=True)]
        results: list[Receipt | CallError] = []
        for operation, record in zip(operations, ids, strict=True):
            stop = results and isinstance(results[-1], Busy | LoginNeeded)
            results.append(results[-1] if stop else self._send_one(operation, record, work))
        return results

    def delete(self, operations: Sequence[Operation], work: Work) -> list[Receipt | CallError]:
        """Remove records, in one call where Books takes several."""
        if any(o.kind is Kind.TAX for o in operations):
            self._catalogue.forget()
        return self._reverter.delete(operations, work)

    def _send_one(self, operation: Operation, record: str | None, work: Work) -> Receipt | CallError:
        if record is None:
            return _unbound(operation)
        try:
            reply = self._api.mark_one_sent(record, work.journal)
        except (Refused, Stale) as error:
            seen = self._api.get(Kind.INVOICE, record)
            if seen is None or text(seen.row, "status") in _UNSENT_STATUSES:
                return error
            return self._sent(record, at=seen.at, request=seen.request, status=text(seen.row, "status"),
                              modified=moment(seen.row, "last_modified_time"))
        except CallError as error:
            return error
        return self._sent(record, at=self._api.at(reply), request=reply.request)

    def _sent(self, record: str, **proof: object) -> Receipt:
        ref = Ref(connection=self._connection, kind=Kind.INVOICE, id=record)
        return Receipt.model_validate({"ref": ref, "status": "sent", **proof})

    def _create_customer(self, operation: Operation, work: Work) -> Receipt:
        content = _content(operation, CustomerContent)
        body = customers.body(content, self._catalogue, self._guard.key(operation))
        seen = self._guard.create(operation, body, work.journal)
        self._people.saw(seen.row)
        return self._receipt(operation, seen, work, {})

    def _update_customer(self, operation: Operation, work: Work) -> Receipt:
        content, record = _content(operation, CustomerContent), self._bound(operation, work)
        now = self._now(operation, record)
        body = customers.changes(content, operation.changed, self._catalogue, now.row)
        seen = self._api.update(Kind.CUSTOMER, record, body, work.journal, subject=operation.key)
        self._people.saw(seen.row)
        return self._receipt(operation, seen, work, {})

    def _create_invoice(self, operation: Operation, work: Work) -> Receipt:
        content = _content(operation, InvoiceContent)
        refs = self._refs(operation, work, (content.customer,))
        customer = refs[content.customer]
        body = invoices.body(content, customer, self._catalogue, self._settings.charges,
                             key=self._guard.key(operation), persons=self._people.of(customer))
        seen = self._guard.create(operation, body, work.journal)
        given = text(seen.row, "invoice_number")
        if given != content.number:
            raise Refused(f"Books gave the invoice the number {given} instead of {content.number}: delete or "
                          f"renumber its record {ident(seen.row, 'invoice_id')}, then retry",
                          subject=operation.key, request=seen.request, code="number")
        if self._guard.rung(Kind.INVOICE) is not Rung.UPSERT:
            self._made.add(ident(seen.row, "invoice_id"))
        return self._receipt(operation, seen, work, refs)

    def _update_invoice(self, operation: Operation, work: Work) -> Receipt:
        content, record = _content(operation, InvoiceContent), self._bound(operation, work)
        refs = self._refs(operation, work, (content.customer,))
        customer = refs[content.customer]
        now = self._now(operation, record)
        whole = invoices.body(content, customer, self._catalogue, self._settings.charges, key=None,
                              persons=self._people.of(customer))
        body = invoices.changes(content, operation.changed, whole, now.row)
        seen = self._api.update(Kind.INVOICE, record, body, work.journal, subject=operation.key,
                                query=invoices.OWN_NUMBER)
        return self._receipt(operation, seen, work, refs)

    def _create_payment(self, operation: Operation, work: Work) -> Receipt:
        content = _content(operation, PaymentContent)
        refs = self._refs(operation, work, (content.customer, *content.touches()))
        body = payments.body(content, refs, self._catalogue, self._settings, key=self._guard.key(operation),
                             reference=self._guard.reference(operation, content.reference))
        return self._receipt(operation, self._guard.create(operation, body, work.journal), work, refs)

    def _update_payment(self, operation: Operation, work: Work) -> Receipt:
        content, record = _content(operation, PaymentContent), self._bound(operation, work)
        refs = self._refs(operation, work, (content.customer, *content.touches()))
        held = text(self._now(operation, record).row, "reference_number")
        body = payments.body(content, refs, self._catalogue, self._settings, key=None,
                             reference=content.reference or held or "")
        seen = self._api.update(Kind.PAYMENT, record, body, work.journal, subject=operation.key)
        return self._receipt(operation, seen, work, refs)

    def _attach(self, operation: Operation, work: Work) -> Receipt:
        content = _content(operation, FileContent)
        invoice = self._refs(operation, work, (content.document,))[content.document]
        media = files.MEDIA.get(PurePath(content.name).suffix.lower())
        if media is None:
            raise Refused("Books attaches pdf and images only", subject=operation.key)
        name = files.attachment_name(content, operation.key)
        ref = files.ref(self._connection, invoice, operation.key)
        path = _checked(operation, content, work.folder)
        there = self._attached(operation, content, invoice)
        if there is not None:
            return Receipt(ref=ref, at=there.at, request=there.request or None)
        reply = self._api.attach(invoice, path, name, media, work.journal)
        return Receipt(ref=ref, at=self._api.at(reply), request=reply.request or None)

    def _attached(self, operation: Operation, content: FileContent, invoice: str) -> Seen | None:
        """The invoice, where it holds the file already; asked only of invoices not made in this process."""
        if invoice in self._made:
            return None
        seen = self._api.get(Kind.INVOICE, invoice)
        if seen is None:
            raise Stale("the record is gone", subject=operation.key)
        return seen if files.held(seen.row, content, operation.key) else None

    def _create_tax(self, operation: Operation, work: Work) -> Receipt:
        content = _content(operation, TaxContent)
        body = {"tax_name": content.name, "tax_percentage": content.rate, "tax_type": "tax"}
        try:
            seen = self._guard.create(operation, body, work.journal)
        finally:
            self._catalogue.forget()
        ref = Ref(connection=self._connection, kind=Kind.TAX, id=ident(seen.row, "tax_id"))
        return Receipt(ref=ref, content=content, at=seen.at, request=seen.request or None)

    def _receipt(self, operation: Operation, seen: Seen, work: Work, refs: dict[str, str]) -> Receipt:
        return self._reader.receipt(operation, seen, names_for(work.bindings, operation, refs))

    def _now(self, operation: Operation, record: str) -> Seen:
        seen = self._api.get(operation.kind, record)
        if seen is None:
            raise Stale("the record is gone", subject=operation.key)
        return seen

    def _target(self, operation: Operation, work: Work) -> str | None:
        if operation.target is not None:
            return operation.target.id
        return work.bindings.refs([operation.identity]).get(operation.identity)

    def _bound(self, operation: Operation, work: Work) -> str:
        record = self._target(operation, work)
        if record is None:
            raise _unbound(operation)
        return record

    def _refs(self, operation: Operation, work: Work, identities: Sequence[str]) -> dict[str, str]:
        refs = work.bindings.refs(identities)
        missing = next((i for i in identities if i not in refs), None)
        if missing is not None:
            raise Stale(f"the {Identity.parse(missing).kind} that it names is bound to nothing",
                        subject=operation.key)
        return refs


def _content(operation: Operation, kind: type[_C]) -> _C:
    if not isinstance(operation.content, kind):
        raise TypeError(f"{operation.key}: {type(operation.content).__name__} is no {kind.__name__}")
    return operation.content


def _unbound(operation: Operation) -> Stale:
    return Stale("no record is bound to it", subject=operation.key)


def _checked(operation: Operation, content: FileContent, folder: Path | None) -> Path:
    """The file on disk, still the one that was planned."""
    path = (folder or Path()) / content.path
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Refused(f"the file cannot be read: {error.strerror}", subject=operation.key) from None
    if digest != content.digest:
        raise Refused("the file is no longer the one that was planned; plan again", subject=operation.key)
    return path
