"""The writes, one operation at a time but for the bulk calls."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from typing import Any, Final, TypeVar

from ledgerferry.model.ids import IN_CRM, Identity, counterpart
from ledgerferry.model.outcome import Busy, CallError, LoginNeeded, Pending, Receipt, Refused, Stale
from ledgerferry.model.party import VatPlace
from ledgerferry.model.plan import Operation, Purpose, Rung
from ledgerferry.model.record import (
    UNSENT,
    CreditNoteContent,
    CustomerContent,
    FileContent,
    InvoiceContent,
    Kind,
    PaymentContent,
    Ref,
    SalesContent,
    TaxContent,
)
from ledgerferry.systems.books.api import MODULES, BooksApi, Seen
from ledgerferry.systems.books.calculator import Calculator, same
from ledgerferry.systems.books.catalogue import Catalogue
from ledgerferry.systems.books.credits import Credits
from ledgerferry.systems.books.declaration import BooksSettings
from ledgerferry.systems.books.fields import ident, moment, text
from ledgerferry.systems.books.guard import Guard
from ledgerferry.systems.books.mapping import creditnotes, customers, files, invoices, payments
from ledgerferry.systems.books.people import People
from ledgerferry.systems.books.receipts import Reader, names_for
from ledgerferry.systems.books.revert import Reverter
from ledgerferry.systems.books.writeoffs import WriteOffs
from ledgerferry.systems.protocol import Work
from ledgerferry.systems.zoho.attaching import attachment_name, checked

_C = TypeVar("_C")
_Sold = InvoiceContent | CreditNoteContent
_UNAPPROVED: Final = ("pending_approval", "rejected")


class Performer:
    """Does operations against Books. Every method returns the receipt or raises the ``CallError``."""

    def __init__(self, api: BooksApi, connection: str, settings: BooksSettings, catalogue: Catalogue,
                 guard: Guard, reader: Reader, people: People, applied: Credits,
                 calculator: Calculator) -> None:
        self._api = api
        self._connection = connection
        self._settings = settings
        self._catalogue = catalogue
        self._guard = guard
        self._reader = reader
        self._people = people
        self._calculator = calculator
        self._reverter = Reverter(api, connection, settings, applied)
        written_off = WriteOffs(api, connection)
        self._made: set[str] = set()
        self._ways: dict[tuple[Kind, Purpose], Callable[[Operation, Work], Receipt]] = {
            (Kind.CUSTOMER, Purpose.CREATE): self._create_customer,
            (Kind.CUSTOMER, Purpose.UPDATE): self._update_customer,
            (Kind.INVOICE, Purpose.CREATE): self._create_sold,
            (Kind.INVOICE, Purpose.UPDATE): self._update_sold,
            (Kind.PAYMENT, Purpose.CREATE): self._create_payment,
            (Kind.PAYMENT, Purpose.UPDATE): self._update_payment,
            (Kind.FILE, Purpose.ATTACH): self._attach,
            (Kind.FILE, Purpose.CREATE): self._attach,
            (Kind.TAX, Purpose.CREATE): self._create_tax,
            (Kind.INVOICE, Purpose.VOID): self._reverter.void,
            (Kind.CREDIT_NOTE, Purpose.CREATE): self._create_sold,
            (Kind.CREDIT_NOTE, Purpose.UPDATE): self._update_sold,
            (Kind.CREDIT_NOTE, Purpose.VOID): self._reverter.void,
            (Kind.CREDIT, Purpose.CREATE): applied.apply,
            (Kind.CREDIT, Purpose.UPDATE): applied.apply_anew,
            (Kind.WRITE_OFF, Purpose.WRITE_OFF): written_off.give_up,
            (Kind.WRITE_OFF, Purpose.UPDATE): written_off.give_up,
            (Kind.REFUND, Purpose.CREATE): applied.refund,
            (Kind.REFUND, Purpose.UPDATE): applied.refund_anew,
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
            status = text(seen.row, "status") if seen else None
            if status in _UNAPPROVED and not isinstance(error, Pending):
                return Pending(f"{error.why}; it is {status}: approve it in Books, then ferry resume",
                               system=error.system, subject=error.subject, request=error.request)
            if seen is None or status in UNSENT:
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
        body |= self._crossed(operation, work, body)
        try:
            seen = self._guard.create(operation, body, work.journal)
        except Refused as error:
            raise _placed(content, error) from None
        self._people.saw(seen.row)
        return self._receipt(operation, seen, work, {})

    def _update_customer(self, operation: Operation, work: Work) -> Receipt:
        content, record = _content(operation, CustomerContent), self._bound(operation, work)
        now = self._now(operation, record)
        body = customers.changes(content, operation.changed, self._catalogue, now.row)
        try:
            seen = self._api.update(Kind.CUSTOMER, record, body, work.journal, subject=operation.key)
        except Refused as error:
            raise _placed(content, error) from None
        self._people.saw(seen.row)
        return self._receipt(operation, seen, work, {})

    def _create_sold(self, operation: Operation, work: Work) -> Receipt:
        """An invoice or a credit note."""
        kind, content = operation.kind, _sold(operation)
        self._check_rounding(operation, content)
        refs = self._refs(operation, work, (content.customer,))
        body = self._sold_body(content, refs[content.customer], self._guard.key(operation))
        body |= self._crossed(operation, work, body)
        seen = self._guard.create(operation, body, work.journal)
        _check_number(operation, seen, content.number)
        self._check_figures(operation, content, seen, work)
        if self._guard.rung(kind) is not Rung.UPSERT or seen.row.get("documents") == []:
            self._made.add(ident(seen.row, MODULES[kind].id_field))
        return self._receipt(operation, seen, work, refs)

    def _update_sold(self, operation: Operation, work: Work) -> Receipt:
        content, record = _sold(operation), self._bound(operation, work)
        refs = self._refs(operation, work, (content.customer,))
        now = self._now(operation, record)
        whole = self._sold_body(content, refs[content.customer], None)
        if isinstance(content, CreditNoteContent):
            body = creditnotes.changes(content, operation.changed, whole, now.row)
        else:
            body = invoices.changes(content, operation.changed, whole, now.row)
        seen = self._api.update(operation.kind, record, body, work.journal, subject=operation.key,
                                query=invoices.OWN_NUMBER)
        return self._receipt(operation, seen, work, refs)

    def _sold_body(self, content: _Sold, customer: str, key: tuple[str, str] | None) -> dict[str, Any]:
        charges, persons = self._settings.charges, self._people.of(customer)
        if isinstance(content, CreditNoteContent):
            return creditnotes.body(content, customer, self._catalogue, charges, key=key, persons=persons)
        return invoices.body(content, customer, self._catalogue, charges, key=key, persons=persons)

    def _crossed(self, operation: Operation, work: Work, body: Mapping[str, Any]) -> dict[str, Any]:
        """The custom fields of a new record with its id in the run's CRM, where a field is named for it."""
        field, kind = self._settings.crm_field, IN_CRM.get(operation.kind)
        if field is None or kind is None or work.elsewhere is None:
            return {}
        there = counterpart(operation.identity, kind)
        ref = work.elsewhere.refs([there]).get(there)
        if ref is None:
            return {}
        return {"custom_fields": [*body.get("custom_fields", ()), {"api_name": field, "value": ref}]}

    def _check_rounding(self, operation: Operation, content: SalesContent) -> None:
        """``Stale`` where a document comes out otherwise by the rounding that Books has shown since."""
        if self._calculator.outdated(content):
            raise Stale("it was planned by another rounding of tax than Books has shown since",
                        subject=operation.key)

    def _check_figures(self, operation: Operation, content: SalesContent, seen: Seen, work: Work) -> None:
        """Take a document back of which Books computes other amounts than were planned, and say why.

        ``Stale`` where its rounding of tax explains them, which is known from now on; else ``Refused``.
        One that Books does not let go, or that was there before (an upsert's), stays, and its receipt says
        that the figures differ.
        """
        answered = invoices.figures(seen.row, self._catalogue)
        explained = self._calculator.learn(content, answered)
        if same(content.figures, answered) or not self._is_new(operation.kind, seen):
            return
        try:
            self._api.delete(operation.kind, ident(seen.row, MODULES[operation.kind].id_field), work.journal)
        except (Refused, Stale):
            return
        told = (f"Books computes net {answered.net}, tax {answered.tax} and gross {answered.gross}, and the "
                f"document says {content.figures.net}, {content.figures.tax} and {content.figures.gross}: "
                "it was deleted again")
        if explained:
            raise Stale(f"{told}, since tax is rounded otherwise there", subject=operation.key)
        raise Refused(f"{told}. Compare the organisation's tax settings, then plan again",
                      subject=operation.key, request=seen.request, code="figures")

    def _is_new(self, kind: Kind, seen: Seen) -> bool:
        """Whether a create made the record: what an upsert finds may be older, and a person's since."""
        made, moved = moment(seen.row, "created_time"), moment(seen.row, "last_modified_time")
        return self._guard.rung(kind) is not Rung.UPSERT or (made is not None and made == moved)

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
        kind, document = files.owner_kind(content), self._refs(operation, work, (content.document,))
        owner = document[content.document]
        media = files.MEDIA.get(PurePath(content.name).suffix.lower())
        if media is None:
            raise Refused("Books attaches pdf and images only", subject=operation.key)
        name = attachment_name(content, operation.key)
        ref = files.ref(self._connection, kind, owner, operation.key)
        path = checked(operation, content, work.folder)
        there = self._attached(operation, content, kind, owner)
        if there is not None:
            return Receipt(ref=ref, at=there.at, request=there.request or None)
        reply = self._api.attach(kind, owner, path, name, media, work.journal)
        return Receipt(ref=ref, at=self._api.at(reply), request=reply.request or None)

    def _attached(self, operation: Operation, content: FileContent, kind: Kind, owner: str) -> Seen | None:
        """The document, where it holds the file already; asked only of those not made in this process."""
        if owner in self._made:
            return None
        seen = self._api.get(kind, owner)
        if seen is None:
            raise Stale("the record is gone", subject=operation.key)
        return seen if files.held(seen.row, content, operation.key) else None

    def _create_tax(self, operation: Operation, work: Work) -> Receipt:
        content = _content(operation, TaxContent)
        body = {"tax_name": content.name, "tax_percentage": content.rate, "tax_type": "tax"}
        try:
            seen = self._guard.create(operation, body, work.journal)
        except CallError:
            self._catalogue.forget()
            raise
        self._catalogue.made(seen.row)
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


def _sold(operation: Operation) -> _Sold:
    if isinstance(operation.content, CreditNoteContent):
        return operation.content
    return _content(operation, InvoiceContent)


def _check_number(operation: Operation, seen: Seen, wanted: str) -> None:
    """``Refused`` where Books gave the record another number than it was told."""
    kind, module = operation.kind.replace("_", " "), MODULES[operation.kind]
    given = text(seen.row, f"{module.one}_number")
    if given != wanted:
        raise Refused(f"Books gave the {kind} the number {given} instead of {wanted}: delete or "
                      f"renumber its record {ident(seen.row, module.id_field)}, then retry",
                      subject=operation.key, request=seen.request, code="number")


def _unbound(operation: Operation) -> Stale:
    return Stale("no record is bound to it", subject=operation.key)


def _placed(content: CustomerContent, refused: Refused) -> Refused:
    """A refusal that says what to do where Books does not know the customer's place for VAT (F43)."""
    if content.vat_place is not VatPlace.EU_REGISTERED or "vat_treatment" not in refused.why:
        return refused
    return Refused(
        f"{refused.why}: Books takes eu_vat_registered only where its VAT settings say that the organisation "
        "trades under the Northern Ireland protocol: say so there, or set northern_ireland = false under "
        "[organization] in ferry.toml",
        system=refused.system, subject=refused.subject, request=refused.request, code=refused.code)
