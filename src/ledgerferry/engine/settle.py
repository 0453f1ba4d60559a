"""Settle: write into the ledger what an operation's call, or its probe, came to."""

from datetime import timedelta

from sqlalchemy import Connection

from ledgerferry.model.outcome import (
    Busy,
    CallError,
    Duplicate,
    InDoubt,
    LoginNeeded,
    Pending,
    Probe,
    Probed,
    Receipt,
    Refused,
    Stale,
)
from ledgerferry.model.plan import Operation, Purpose, Rung, State
from ledgerferry.model.record import AnyContent, CreditNoteContent, InvoiceContent, SalesContent
from ledgerferry.store import needs
from ledgerferry.store.bindings import Binding, BindingTable
from ledgerferry.store.claims import Moment
from ledgerferry.store.connections import Connections
from ledgerferry.store.ledger import Ledger
from ledgerferry.store.operations import Operations
from ledgerferry.store.pairs import MOVED, Pairs

# After so many tries an operation is a dead letter instead of another try.
MOST_TRIES = 8
_BACKOFF = timedelta(seconds=2)


class Settlement:
    """Writes results. Everything happens inside the caller's transaction."""

    def __init__(
        self,
        operations: Operations,
        bindings: BindingTable,
        connections: Connections,
        pairs: Pairs,
        ledger: Ledger,
    ) -> None:
        self._operations = operations
        self._bindings = bindings
        self._connections = connections
        self._pairs = pairs
        self._ledger = ledger

    def write(
        self,
        tx: Connection,
        operation: Operation,
        result: Receipt | Probed | CallError,
        moment: Moment,
        settle: timedelta,
        *,
        rung: Rung,
        probing: bool,
    ) -> None:
        """Write the result of one operation that the caller holds a claim on."""
        if isinstance(result, Receipt):
            self._done(tx, operation, result)
        elif isinstance(result, Probed):
            self._probed(tx, operation, result, moment, settle, rung)
        elif probing:
            self._probe_failed(tx, operation, result, moment, settle)
        else:
            self._failed(tx, operation, result, moment, settle)

    def _done(
        self, tx: Connection, operation: Operation, receipt: Receipt, *, found: bool = False
    ) -> None:
        """A receipt; one that was ``found`` may be of an earlier plan of the operation."""
        if operation.purpose in (Purpose.DELETE, Purpose.VOID):
            self._gone(tx, operation, receipt)
            return
        agreed = self._agreed(tx, operation, receipt)
        payload = self._operations.finish(tx, operation.key, receipt, operation.run)
        self._bindings.bind(
            tx,
            Binding(
                link=operation.link,
                identity=operation.identity,
                generation=operation.generation,
                ref=receipt.ref,
                agreement=operation.base + 1,
                content=_as_found(agreed, receipt) if found else agreed,
                lineage=operation.lineage,
                touched=receipt.at,
            ),
        )
        self._bindings.touch(tx, operation.link, operation.content.touches(), receipt.at)
        if receipt.dropped:
            why = f"left out there: {', '.join(receipt.dropped)}"
            self._pairs.mark(tx, operation.link, operation.identity, why)
        self._ledger.append(tx, "receipt", run=operation.run, about=operation.key, payload=payload)

    def _gone(self, tx: Connection, operation: Operation, receipt: Receipt) -> None:
        """The record is away, or counts no longer: its generation is closed, and what hung on it with it."""
        payload = self._operations.finish(tx, operation.key, receipt, operation.run)
        for identity in (operation.identity, *operation.along):
            self._bindings.close(tx, operation.link, identity)
            self._pairs.clear(tx, operation.link, identity)
        self._bindings.touch(tx, operation.link, operation.content.touches(), receipt.at)
        self._ledger.append(tx, "undone", run=operation.run, about=operation.key, payload=payload)

    def _agreed(self, tx: Connection, operation: Operation, receipt: Receipt) -> AnyContent:
        """What both sides hold now: as it was written, with the figures that the system answered.

        A link writes nothing that was agreed: the last agreement stands as it is.
        """
        content = operation.content
        if operation.purpose is Purpose.LINK:
            held = self._bindings.find(tx, operation.link, operation.identity)
            return content if held is None else held.content
        if not isinstance(content, InvoiceContent | CreditNoteContent):
            return content
        if isinstance(receipt.content, SalesContent):
            return content.model_copy(update={"figures": receipt.content.figures})
        known = self._bindings.find(tx, operation.link, operation.identity)
        if known is None or not isinstance(known.content, SalesContent):
            return content
        return content.model_copy(update={"figures": known.content.figures})

    def _probed(
        self,
        tx: Connection,
        operation: Operation,
        probed: Probed,
        moment: Moment,
        settle: timedelta,
        rung: Rung,
    ) -> None:
        if probed.probe is Probe.FOUND and probed.receipt is not None:
            self._done(tx, operation, probed.receipt, found=True)
        elif probed.probe is Probe.ABSENT and not self._worn(tx, operation):
            self._operations.release(tx, operation.key, State.READY, why=probed.why or None, tried=False)
        elif probed.probe is Probe.ABSENT:
            self._dead(tx, operation, probed.why or "refused again and again, and not found there")
        elif rung is Rung.NONE or self._worn(tx, operation):
            self._dead(tx, operation, probed.why or "nothing can tell whether it happened", doubtful=True)
        else:
            self._doubt(tx, operation, probed.why, moment, settle)

    def _probe_failed(
        self, tx: Connection, operation: Operation, error: CallError, moment: Moment, settle: timedelta
    ) -> None:
        """It stays in doubt: nothing was learnt, and it is probed again later."""
        self._hold_back(tx, operation, error)
        self._operations.release(
            tx,
            operation.key,
            State.IN_DOUBT,
            why=str(error),
            tried=False,
            not_before=moment.home + _BACKOFF,
            settle_until=moment.system + settle if moment.system and isinstance(error, InDoubt) else None,
        )

    def _failed(
        self, tx: Connection, operation: Operation, error: CallError, moment: Moment, settle: timedelta
    ) -> None:
        self._hold_back(tx, operation, error)
        if isinstance(error, Refused | Stale) and operation.undoes:
            self._kept(tx, operation, error.why)
        elif isinstance(error, Pending):
            self._held(tx, operation, error.why)
        elif isinstance(error, InDoubt | Duplicate):
            self._doubt(tx, operation, str(error), moment, settle)
        elif isinstance(error, Refused):
            self._dead(tx, operation, str(error))
        elif isinstance(error, Stale):
            self._operations.release(tx, operation.key, State.SUPERSEDED, why=str(error), tried=True)
            self._pairs.mark(tx, operation.link, operation.identity, MOVED)
        elif isinstance(error, Busy | LoginNeeded):
            self._operations.release(tx, operation.key, State.READY, why=str(error), tried=False)
        else:
            self._again(tx, operation, error, moment)

    def _again(self, tx: Connection, operation: Operation, error: CallError, moment: Moment) -> None:
        self._operations.release(
            tx, operation.key, State.READY, why=str(error), tried=True, not_before=moment.home + _BACKOFF
        )

    def _hold_back(self, tx: Connection, operation: Operation, error: CallError) -> None:
        """What concerns the whole connection and not this operation alone."""
        if isinstance(error, Busy):
            self._connections.pause(tx, operation.connection, error.until, error.cap)
        elif isinstance(error, LoginNeeded):
            self._connections.require_login(tx, operation.connection, str(error))
            self._ledger.append(tx, "login-needed", run=operation.run, about=operation.connection)

    def _doubt(
        self, tx: Connection, operation: Operation, why: str, moment: Moment, settle: timedelta
    ) -> None:
        settled = moment.system + settle if moment.system else None
        self._operations.release(tx, operation.key, State.IN_DOUBT, why=why, tried=True, settle_until=settled)
        self._ledger.append(tx, "in-doubt", run=operation.run, about=operation.key)

    def _held(self, tx: Connection, operation: Operation, why: str) -> None:
        """The system waits for a person: no dead letter, and what waits for it waits on."""
        self._operations.release(tx, operation.key, State.HELD, why=why, tried=False)
        self._ledger.append(tx, "held", run=operation.run, about=operation.key)

    def _kept(self, tx: Connection, operation: Operation, why: str) -> None:
        """The system refuses to take it back: the record stays, and what waited for it too."""
        self._operations.release(tx, operation.key, State.KEPT, why=why, tried=True)
        needs.strand(tx, operation.key)
        self._ledger.append(tx, "kept", run=operation.run, about=operation.key)

    def _dead(self, tx: Connection, operation: Operation, why: str, *, doubtful: bool = False) -> None:
        if operation.undoes:
            self._kept(tx, operation, why)
            return
        self._operations.release(tx, operation.key, State.DEAD, why=why, tried=True, doubtful=doubtful)
        needs.spare(tx, operation.key, operation.connection)
        self._ledger.append(tx, "dead-letter", run=operation.run, about=operation.key)

    def _worn(self, tx: Connection, operation: Operation) -> bool:
        standing = self._operations.standing(tx, operation.key)
        return standing is not None and standing.tries >= MOST_TRIES


def _as_found(agreed: AnyContent, receipt: Receipt) -> AnyContent:
    """The agreement, with what was left out as it stands there: the next plan of the pair writes it."""
    held = receipt.content
    if type(held) is not type(agreed):
        return agreed
    left_out = [name for name in receipt.dropped if name in type(agreed).model_fields]
    return agreed.model_copy(update={name: getattr(held, name) for name in left_out})
