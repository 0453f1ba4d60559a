"""Write-offs: what is left to pay of an invoice, given up, and owed again (F36).

Books gives up all that is left, and says how much that was (F40): that figure is both guard and proof.
"""

from decimal import Decimal
from typing import Final

from ledgerferry.model.outcome import Probe, Probed, Receipt, Refused, Stale
from ledgerferry.model.plan import Operation
from ledgerferry.model.ports import Bindings, Journal
from ledgerferry.model.record import Kind, Record, Ref, WriteOffContent
from ledgerferry.systems.books.api import BooksApi, Seen
from ledgerferry.systems.books.fields import amount, text
from ledgerferry.systems.books.mapping.names import Names
from ledgerferry.systems.protocol import Work
from ledgerferry.wire.message import Reply

_CANCELLED: Final = "deleted"


class WriteOffs:
    """Writes off and takes it back. The address of a write-off is its invoice's id."""

    def __init__(self, api: BooksApi, connection: str) -> None:
        self._api = api
        self._connection = connection

    def give_up(self, operation: Operation, work: Work) -> Receipt:
        """All that is left to pay; what was given up before by another amount is owed again first.

        By an amount of nothing it is owed again and stays so. ``Refused`` where what is left is another
        amount than was meant.
        """
        content, invoice = _content(operation), self._invoice(operation, work)
        seen = self._seen(operation, invoice)
        if _given_up(seen) == content.amount:
            return self._receipt(invoice, seen)
        if not content.amount:
            reply = self._api.cancel_write_off(invoice, work.journal)
            return Receipt(ref=self._ref(invoice), at=self._api.at(reply), request=reply.request or None)
        _check(operation, content, seen)
        if _given_up(seen):
            self._api.cancel_write_off(invoice, work.journal)
        reply = self._api.write_off(invoice, work.journal)
        return Receipt(ref=self._ref(invoice), at=self._api.at(reply), request=reply.request or None)

    def probe(self, operation: Operation, work: Work) -> Probed:
        """Whether a write-off in doubt happened."""
        invoice = self._invoice(operation, work)
        seen = self._api.get(Kind.INVOICE, invoice)
        if seen is None or _given_up(seen) != _content(operation).amount:
            return Probed(probe=Probe.ABSENT, why="the invoice is not written off by that amount")
        return Probed(probe=Probe.FOUND, receipt=self._receipt(invoice, seen))

    def cancel(self, operation: Operation, journal: Journal) -> Receipt:
        """What was given up is owed again; what is so already, or whose invoice is gone, is done."""
        invoice = _bound(operation)
        seen = self._api.get(Kind.INVOICE, invoice)
        if seen is None or not _given_up(seen):
            return self._cancelled(invoice, None)
        return self._cancelled(invoice, self._api.cancel_write_off(invoice, journal))

    def probe_gone(self, operation: Operation) -> Probed:
        """Whether taking one back, in doubt, happened."""
        invoice = _bound(operation)
        seen = self._api.get(Kind.INVOICE, invoice)
        if seen is not None and _given_up(seen):
            return Probed(probe=Probe.ABSENT, why="the invoice is still written off")
        return Probed(probe=Probe.FOUND, receipt=self._cancelled(invoice, None))

    def record(self, ref: Ref, bindings: Bindings) -> Record | None:
        """A write-off in full; None where there is none."""
        seen = self._api.get(Kind.INVOICE, ref.id)
        if seen is None or not _given_up(seen):
            return None
        content = WriteOffContent(
            invoice=Names(bindings).identity(Kind.INVOICE, ref.id),
            amount=_given_up(seen),
            currency=text(seen.row, "currency_code") or "",
        )
        return Record(ref=ref, content=content)

    def _seen(self, operation: Operation, invoice: str) -> Seen:
        seen = self._api.get(Kind.INVOICE, invoice)
        if seen is None:
            raise Stale("the record is gone", subject=operation.key)
        return seen

    def _invoice(self, operation: Operation, work: Work) -> str:
        named = _content(operation).invoice
        found = work.bindings.refs([named]).get(named)
        if found is None:
            raise Stale("the invoice that it names is bound to nothing", subject=operation.key)
        return found

    def _receipt(self, invoice: str, seen: Seen) -> Receipt:
        return Receipt(ref=self._ref(invoice), at=seen.at, request=seen.request or None)

    def _cancelled(self, invoice: str, reply: Reply | None) -> Receipt:
        at = self._api.at(reply) if reply else self._api.client.now()
        return Receipt(ref=self._ref(invoice), status=_CANCELLED, at=at)

    def _ref(self, invoice: str) -> Ref:
        return Ref(connection=self._connection, kind=Kind.WRITE_OFF, id=invoice)


def _given_up(seen: Seen) -> Decimal:
    return amount(seen.row, "write_off_amount")


def _check(operation: Operation, content: WriteOffContent, seen: Seen) -> None:
    """``Refused`` where what is left to pay, with what is given up of it now, is not what was meant."""
    left = amount(seen.row, "balance") + _given_up(seen)
    if left != content.amount:
        raise Refused(f"the invoice owes {left}, and {content.amount} is to be written off: compare its "
                      "payments", subject=operation.key, request=seen.request)


def _bound(operation: Operation) -> str:
    if operation.target is None:
        raise TypeError(f"{operation.key}: nothing can be taken back without its record")
    return operation.target.id


def _content(operation: Operation) -> WriteOffContent:
    if not isinstance(operation.content, WriteOffContent):
        raise TypeError(f"{operation.key} is no write-off")
    return operation.content
