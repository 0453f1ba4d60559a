"""Apply: claim, permit, attempt, send, receipt; a probe where an answer was lost.

One ``LaneWorker`` performs the operations of one lane, a claim at a time. Any number of them, in any
number of threads and processes, may work on one lane: the fence keeps them apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from ledgerferry.engine.journal import ClaimJournal, lease
from ledgerferry.engine.settle import Settlement
from ledgerferry.model.outcome import CallError, InDoubt, Probed, Receipt, Unreachable
from ledgerferry.model.plan import Operation, Purpose, Rung
from ledgerferry.model.ports import Bindings, Clock, Fenced, Ids, VendorClock
from ledgerferry.model.record import Kind
from ledgerferry.store.claims import Batches, Claim, Claims, LaneKey, Moment
from ledgerferry.store.connections import Connections
from ledgerferry.store.database import Database
from ledgerferry.store.operations import Operations
from ledgerferry.systems.protocol import Declaration, Target, Work


@dataclass(frozen=True)
class Rooms:
    """The rooms of the store that the engine works in."""

    database: Database
    operations: Operations
    claims: Claims
    connections: Connections
    settlement: Settlement


@dataclass(frozen=True)
class Side:
    """One connection as the engine meets it; ``elsewhere`` are the bindings of the run's other one."""

    connection: str
    target: Target
    vendor: VendorClock
    bindings: Bindings
    folder: Path | None = None
    elsewhere: Bindings | None = None


@dataclass(frozen=True, slots=True)
class Idle:
    """A lane has nothing to do now: until a moment of the home's or the system's clock, or a login."""

    home: datetime | None = None
    system: datetime | None = None
    cap: str | None = None
    login: str | None = None

    @property
    def for_ever(self) -> bool:
        """Whether nothing but new work or a person ends it."""
        return self.home is None and self.system is None


def batches(declared: Declaration, kind: Kind) -> Batches:
    """How many operations of a kind a system takes and shows together."""
    return Batches(
        {purpose: declared.batch_of(kind, purpose) for purpose in Purpose},
        {purpose: declared.probed_of(kind, purpose) for purpose in Purpose},
    )


class LaneWorker:
    """Performs one lane's operations for one worker (an executor id that no other process has)."""

    def __init__(self, rooms: Rooms, side: Side, kind: Kind, *, worker: str, clock: Clock, ids: Ids) -> None:
        self._rooms = rooms
        self._side = side
        self._kind = kind
        self._lane = LaneKey(side.connection, kind)
        self._worker = worker
        self._clock = clock
        self._ids = ids
        self._rung = side.target.declaration.rungs.get(kind, Rung.NONE)
        self._settle = timedelta(seconds=side.target.declaration.settle_seconds)
        self._batches = batches(side.target.declaration, kind)

    def step(self) -> Idle | None:
        """Claim and perform, or probe, one batch. None when something was done, else why not."""
        taken = self.take()
        if isinstance(taken, Idle):
            return taken
        self.work(taken)
        return None

    def take(self) -> Claim | Idle:
        """Claim what is next in this lane, or say why there is nothing to do now.

        Raises ``Unreachable`` where the system does not say what time it is there.
        """
        moment = self._moment()
        with self._rooms.database.read() as conn:
            idle = self._paused(conn, moment) or self._idle(conn, moment)
            orphaned = idle is None and self._rooms.claims.orphaned(conn, self._lane, moment)
        if idle is not None:
            return idle
        if orphaned:
            self._side.target.hear()
            moment = self._moment()
        claim = self._claim(moment)
        if claim is not None:
            return claim
        with self._rooms.database.read() as conn:
            return self._next(conn, moment)

    def work(self, claim: Claim) -> None:
        """Perform or probe what was claimed, and write what it came to.

        Raises ``Unreachable`` when the system could not be reached; that too is written, unless it leaves
        a doubt whose settle time has no beginning yet: then the lease runs out, as if the worker had ended.
        """
        try:
            if claim.probing:
                self._probe(claim)
            else:
                self._perform(claim)
        except Fenced:
            return

    def hear(self) -> None:
        """Ask the system for its time."""
        self._side.target.hear()

    def _moment(self) -> Moment:
        if self._system() is None:
            self._side.target.hear()
        return Moment(self._clock.now(), self._system())

    def _system(self) -> datetime | None:
        try:
            return self._side.vendor.now()
        except LookupError:
            return None

    def _paused(self, conn: Connection, moment: Moment) -> Idle | None:
        pause, login = self._rooms.connections.barred(conn, self._side.connection)
        if login is not None:
            return Idle(login=login)
        if pause is not None and moment.system is not None and pause.until > moment.system:
            return Idle(system=pause.until, cap=pause.cap)
        return None

    def _idle(self, conn: Connection, moment: Moment) -> Idle | None:
        due = self._rooms.claims.due(conn, self._lane, moment, self._batches)
        return None if due else self._next(conn, moment)

    def _next(self, conn: Connection, moment: Moment) -> Idle:
        home, system = self._rooms.claims.next_moment(conn, self._lane, moment)
        return Idle(home=home, system=system)

    def _claim(self, moment: Moment) -> Claim | None:
        claims, batches = self._rooms.claims, self._batches
        with self._rooms.database.transaction("claim") as tx:
            claims.take_over(tx, self._lane, moment, self._settle)
            keys, probing = claims.doubtful(tx, self._lane, moment, batches), True
            if not keys:
                keys, probing = claims.ready(tx, self._lane, moment, batches), False
            if not keys:
                return None
            until = moment.home + lease(self._side.target.declaration.timeout_seconds)
            return claims.claim(tx, keys, self._worker, until, probing=probing)

    def _work(self, claim: Claim) -> tuple[list[Operation], Work, ClaimJournal]:
        rooms, side = self._rooms, self._side
        journal = ClaimJournal(
            rooms.database,
            rooms.claims,
            claim,
            connection=side.connection,
            clock=self._clock,
            ids=self._ids,
            timeout_seconds=side.target.declaration.timeout_seconds,
        )
        with rooms.database.read() as conn:
            operations = rooms.operations.load(conn, claim.keys)
        return operations, Work(journal, side.bindings, side.folder, side.elsewhere), journal

    def _perform(self, claim: Claim) -> None:
        operations, work, journal = self._work(claim)
        results: Sequence[Receipt | CallError]
        try:
            results = self._side.target.perform(operations, work)
        except CallError as error:
            results = [error] * len(operations)
        self._write(claim, operations, results, journal)
        _raise_unreachable(results)

    def _probe(self, claim: Claim) -> None:
        operations, work, journal = self._work(claim)
        results: Sequence[Probed | CallError]
        try:
            probed = self._side.target.probe(operations, work)
            results = [probed[o.key] for o in operations]
        except CallError as error:
            results = [error] * len(operations)
        self._write(claim, operations, results, journal)
        _raise_unreachable(results)

    def _write(
        self,
        claim: Claim,
        operations: Sequence[Operation],
        results: Sequence[Receipt | Probed | CallError],
        journal: ClaimJournal,
    ) -> None:
        if any(isinstance(result, InDoubt) for result in results):
            self._side.target.hear()
        with self._rooms.database.transaction("receipt") as tx:
            self._rooms.claims.renew(
                tx, claim, self._clock.now() + lease(self._side.target.declaration.timeout_seconds)
            )
            journal.flush(tx)
            moment = Moment(self._clock.now(), self._system())
            for operation, result in zip(operations, results, strict=True):
                self._rooms.settlement.write(
                    tx, operation, result, moment, self._settle, rung=self._rung, probing=claim.probing
                )


def _raise_unreachable(results: Sequence[Receipt | Probed | CallError]) -> None:
    for result in results:
        if isinstance(result, Unreachable):
            raise result
