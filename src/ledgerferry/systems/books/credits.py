"""A credit note's amount at work: applied to an invoice, or paid back (F49, F50).

Neither has a unique field. A lost answer is told by the credit note itself: what it is applied to, and
which refunds it lists.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from ledgerferry.model.outcome import InDoubt, Probe, Probed, Receipt, Refused, Stale
from ledgerferry.model.plan import Operation, Purpose
from ledgerferry.model.ports import Bindings, Journal
from ledgerferry.model.record import CreditContent, Kind, Record, Ref, RefundContent
from ledgerferry.systems.books.api import BooksApi
from ledgerferry.systems.books.catalogue import Catalogue
from ledgerferry.systems.books.fields import Row, amount, day, ident, member, text
from ledgerferry.systems.books.mapping import creditnotes
from ledgerferry.systems.books.mapping.names import Names
from ledgerferry.systems.protocol import Work
from ledgerferry.wire.message import Reply

PARTS: Final = (Kind.CREDIT, Kind.REFUND)
_REFUND_ID: Final = "creditnote_refund_id"


class Credits:
    """Applies credit notes and pays them back. An address is the credit note's id and what is on it.

    Of an application that is the invoice's id, since the answer names no other (F49); of a refund its own.
    """

    def __init__(self, api: BooksApi, connection: str, catalogue: Catalogue) -> None:
        self._api = api
        self._connection = connection
        self._catalogue = catalogue

    def apply(self, operation: Operation, work: Work) -> Receipt:
        """An amount of a credit note put on an invoice.

        A refusal is none where the invoice has that amount already: another home may have put it there.
        """
        content = _credit(operation)
        note, invoice = self._refs(operation, work, content.touches())
        try:
            return self._put_on(operation, content, note, invoice, work.journal)
        except Refused:
            if not _of_amount(self._on(note, invoice), content.amount):
                raise
        return self._receipt(operation, f"{note}/{invoice}")

    def apply_anew(self, operation: Operation, work: Work) -> Receipt:
        """An application of another amount: the former comes off, since Books changes none in place."""
        content = _credit(operation)
        note, invoice = self._refs(operation, work, content.touches())
        there = self._on(note, invoice)
        if _of_amount(there, content.amount):
            return self._receipt(operation, f"{note}/{invoice}")
        former = operation.former
        for held in _of_amount(there, former.amount) if isinstance(former, CreditContent) else ():
            self._take_off(note, held, work.journal)
        return self._put_on(operation, content, note, invoice, work.journal)

    def refund(self, operation: Operation, work: Work) -> Receipt:
        """An amount of a credit note paid back."""
        content = _refund(operation)
        note, = self._refs(operation, work, content.touches())
        reply = self._api.put_part(Kind.CREDIT_NOTE, note, "refunds", self._body(operation, content),
                                   work.journal, subject=operation.key)
        made = member(_fields(reply), "creditnote_refund")
        if not ident(made, _REFUND_ID):
            raise InDoubt("the answer shows no refund", subject=operation.key, request=reply.request)
        return self._receipt(operation, f"{note}/{ident(made, _REFUND_ID)}", reply)

    def refund_anew(self, operation: Operation, work: Work) -> Receipt:
        """A refund corrected."""
        note, record = _parts(_target(operation, work))
        reply = self._api.put_part(Kind.CREDIT_NOTE, note, f"refunds/{record}",
                                   self._body(operation, _refund(operation)), work.journal,
                                   subject=operation.key, method="PUT")
        return self._receipt(operation, f"{note}/{record}", reply)

    def remove(self, operation: Operation, journal: Journal) -> Receipt:
        """An application taken off its invoice, or a refund deleted; what is gone already is done."""
        note, part = _parts(operation.target.id if operation.target else "")
        try:
            if operation.kind is Kind.REFUND:
                reply = self._api.drop_part(Kind.CREDIT_NOTE, note, f"refunds/{part}", journal)
                return self._receipt(operation, f"{note}/{part}", reply, "deleted")
            for held in _of_amount(self._on(note, part), _credit(operation).amount):
                self._take_off(note, held, journal)
        except Stale:
            pass
        return self._receipt(operation, f"{note}/{part}", status="deleted")

    def probe(self, operation: Operation, work: Work) -> Probed:
        """Whether the credit note shows what an operation in doubt would have written.

        ``unknown`` where it shows something like it that may be a person's.
        """
        if operation.kind is Kind.REFUND:
            return self._probe_refund(operation, _refund(operation), work)
        content = _credit(operation)
        note, invoice = self._refs(operation, work, content.touches())
        seen = self._api.get(Kind.CREDIT_NOTE, note)
        there = [held for on, held in creditnotes.applied(seen.row) if on == invoice] if seen else []
        former = operation.former.amount if isinstance(operation.former, CreditContent) else None
        if there == [content.amount]:
            return self._found(operation, f"{note}/{invoice}")
        if not there or there == [former]:
            return Probed(probe=Probe.ABSENT, why="the credit note is not on the invoice")
        said = ", ".join(map(str, there))
        why = f"the credit note is on the invoice with {said} instead of {content.amount}: one may be yours"
        return Probed(probe=Probe.UNKNOWN, why=why)

    def probe_gone(self, operation: Operation) -> Probed:
        """Whether a removal in doubt happened."""
        note, part = _parts(operation.target.id if operation.target else "")
        try:
            if operation.kind is Kind.REFUND:
                there = any(ident(r, _REFUND_ID) == part for r in self._refunds(note))
            else:
                there = bool(_of_amount(self._on(note, part), _credit(operation).amount))
        except Stale:
            there = False
        if there:
            return Probed(probe=Probe.ABSENT, why=f"the {operation.kind} is still there")
        return self._found(operation, f"{note}/{part}", "deleted")

    def get(self, ref: Ref, bindings: Bindings) -> Record | None:
        """What a credit note shows of one application or refund; None where it is gone."""
        note, part = _parts(ref.id)
        seen, names = self._api.get(Kind.CREDIT_NOTE, note), Names(bindings)
        if seen is None:
            return None
        if ref.kind is Kind.CREDIT:
            credit = creditnotes.credit(seen.row, part, names)
            return Record(ref=ref, content=credit) if credit else None
        row = next((r for r in self._refunds(note) if ident(r, _REFUND_ID) == part), None)
        if row is None:
            return None
        shown = {"creditnote_id": note, **row}
        currency = text(seen.row, "currency_code") or ""
        return Record(ref=ref, content=creditnotes.refund(shown, currency, names))

    def _probe_refund(self, operation: Operation, content: RefundContent, work: Work) -> Probed:
        note, = self._refs(operation, work, content.touches())
        try:
            rows = list(self._refunds(note))
        except Stale:
            return Probed(probe=Probe.ABSENT, why="the credit note is gone")
        if operation.purpose is Purpose.UPDATE:
            own = _parts(_target(operation, work))[1]
            rows = [r for r in rows if ident(r, _REFUND_ID) == own and _alike(r, content)]
        else:
            rows = [r for r in rows if operation.key in creditnotes.refund_keys(r)]
        if not rows:
            return Probed(probe=Probe.ABSENT, why="the credit note does not list it")
        return self._found(operation, f"{note}/{ident(rows[0], _REFUND_ID)}")

    def _body(self, operation: Operation, content: RefundContent) -> Row:
        account = self._catalogue.account(content.account).id if content.account else None
        return creditnotes.refund_body(content, self._catalogue, account, operation.key)

    def _put_on(self, operation: Operation, content: CreditContent, note: str, invoice: str,
                journal: Journal) -> Receipt:
        body = {"invoices": [{"invoice_id": invoice, "amount_applied": content.amount}]}
        reply = self._api.put_part(Kind.CREDIT_NOTE, note, "invoices", body, journal, subject=operation.key)
        return self._receipt(operation, f"{note}/{invoice}", reply)

    def _take_off(self, note: str, held: Row, journal: Journal) -> None:
        application = ident(held, "creditnote_invoice_id")
        self._api.drop_part(Kind.CREDIT_NOTE, note, f"invoices/{application}", journal)

    def _on(self, note: str, invoice: str) -> list[Row]:
        rows = self._api.parts(Kind.CREDIT_NOTE, note, "invoices", "invoices_credited")
        return [r for r in rows if ident(r, "invoice_id") == invoice]

    def _refunds(self, note: str) -> list[Row]:
        return list(self._api.parts(Kind.CREDIT_NOTE, note, "refunds", "creditnote_refunds"))

    def _refs(self, operation: Operation, work: Work, identities: Sequence[str]) -> list[str]:
        refs = work.bindings.refs(identities)
        if len(refs) < len(set(identities)):
            raise Stale("what it names is bound to nothing", subject=operation.key)
        return [refs[i] for i in identities]

    def _receipt(self, operation: Operation, address: str, reply: Reply | None = None,
                 status: str | None = None) -> Receipt:
        ref = Ref(connection=self._connection, kind=operation.kind, id=address)
        gone = status is not None
        return Receipt(ref=ref, content=None if gone else operation.content, status=status,
                       at=self._api.at(reply) if reply else self._api.client.now(),
                       request=reply.request or None if reply else None)

    def _found(self, operation: Operation, address: str, status: str | None = None) -> Probed:
        return Probed(probe=Probe.FOUND, receipt=self._receipt(operation, address, status=status))


def _of_amount(rows: Sequence[Row], wanted: Decimal) -> list[Row]:
    """The application of an amount, one at most; one of another amount is a person's."""
    return [r for r in rows if amount(r, "credited_amount") == wanted][:1]


def _alike(row: Row, content: RefundContent) -> bool:
    held = amount(row, "amount") or amount(row, "amount_fcy")
    return held == content.amount and day(row, "date") == content.refunded_on


def _fields(reply: Reply) -> Row:
    fields = reply.json()
    return fields if isinstance(fields, dict) else {}


def _parts(address: str) -> tuple[str, str]:
    note, _, part = address.partition("/")
    return note, part


def _target(operation: Operation, work: Work) -> str:
    found = operation.target.id if operation.target else work.bindings.refs([operation.identity]).get(
        operation.identity)
    if found is None:
        raise Stale("no record is bound to it", subject=operation.key)
    return found


def _credit(operation: Operation) -> CreditContent:
    if not isinstance(operation.content, CreditContent):
        raise TypeError(f"{operation.key}: {operation.kind} is no application")
    return operation.content


def _refund(operation: Operation) -> RefundContent:
    if not isinstance(operation.content, RefundContent):
        raise TypeError(f"{operation.key}: {operation.kind} is no refund")
    return operation.content
