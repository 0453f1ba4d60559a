"""Claims: who works on which operations, under which fence, and what of a dead worker is taken over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    ScalarSelect,
    and_,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from ledgerferry.model.outcome import Outcome
from ledgerferry.model.plan import Purpose, State
from ledgerferry.model.ports import Fenced
from ledgerferry.model.record import Kind
from ledgerferry.store.batchwait import more_coming
from ledgerferry.store.tables import Instant, attempt_operations, attempts, operations

_op = operations.c
_HOME = bindparam("home", type_=Instant)
_SYSTEM = bindparam("system", type_=Instant)
_KEYS: BindParameter[list[str]] = bindparam("keys", expanding=True)
_MOST: BindParameter[int] = bindparam("most")
_AT_KEY = _op.key == bindparam("at")
_LANE = and_(_op.connection == bindparam("of"), _op.kind == bindparam("sort"))


def _open(state: ColumnElement[str]) -> ColumnElement[bool]:
    return or_(state == State.CLAIMED, state == State.IN_DOUBT)


def _due_at(home: ColumnElement[datetime | None]) -> ColumnElement[bool]:
    return or_(home.is_(None), home <= _HOME)


_other = operations.alias("other")
_UNLOCKED = ~exists(select(_other.c.key).where(_other.c.lock == _op.lock, _open(_other.c.state))
                    .correlate(operations))
_HELD = and_(_LANE, _open(_op.state), _op.owner.is_not(None))
_RUN_OUT = and_(_HELD, _op.lease_until < _HOME)
_DOUBT = and_(_LANE, _op.state == State.IN_DOUBT, _op.owner.is_(None))
_SETTLED = or_(_op.settle_until.is_(None), _op.settle_until <= _SYSTEM)
_DOUBTFUL = and_(_DOUBT, _SETTLED, _due_at(_op.not_before))
_WAITING = and_(_LANE, _op.state == State.READY, _op.blockers == 0)
_READY = and_(_WAITING, _due_at(_op.not_before), _UNLOCKED)
_PURPOSE = _op.purpose == bindparam("sends")
_SINGLES: BindParameter[list[str]] = bindparam("singles", expanding=True)
_SINGLE = and_(_READY, _op.purpose.in_(_SINGLES))
_BATCHED = and_(_READY, _PURPOSE)

# Does anything in the lane wait for a worker, beside what is sent in batches?
_DUE = select(or_(exists().where(_RUN_OUT), exists().where(_DOUBTFUL), exists().where(_SINGLE)))
_ORPHANED = select(exists().where(_RUN_OUT))
_TAKE_OVER = select(_op.key, _op.fence, _op.state).where(_RUN_OUT)
_CHOOSE_DOUBTFUL = select(_op.key, _op.purpose).where(_DOUBTFUL).order_by(_op.seq).limit(_MOST)
_CHOOSE_SINGLE = select(_op.key).where(_SINGLE).order_by(_op.seq).limit(1)
_CHOOSE_BATCHED = select(_op.key).where(_BATCHED).order_by(_op.seq).limit(_MOST)
# Until when may a call of this claim still be under way?
_DEADLINE = select(func.max(attempts.c.deadline)).select_from(
    attempts.join(attempt_operations, attempt_operations.c.attempt == attempts.c.id)).where(
        attempt_operations.c.operation == bindparam("at"), attempt_operations.c.fence == bindparam("under"),
        attempts.c.outcome != Outcome.UNSENT, attempts.c.outcome != Outcome.REFUSED)
_BACK_READY = update(operations).where(_AT_KEY).values(
    state=State.READY, owner=None, lease_until=None, fence=_op.fence + 1)
_BACK_DOUBTED = update(operations).where(_AT_KEY).values(owner=None, lease_until=None, fence=_op.fence + 1)
_INTO_DOUBT = update(operations).where(_AT_KEY).values(
    state=State.IN_DOUBT, owner=None, lease_until=None, fence=_op.fence + 1,
    not_before=bindparam("deadline", type_=Instant), settle_until=bindparam("settled", type_=Instant),
    why="its worker ended during the call")
_ABANDON = update(operations).where(
    _open(_op.state), _op.owner.is_not(None), _op.owner != bindparam("who")).values(
        lease_until=bindparam("ended", type_=Instant))
_CLAIM = update(operations).where(_AT_KEY).values(
    state=bindparam("as_state"), owner=bindparam("who"), lease_until=bindparam("until", type_=Instant),
    fence=_op.fence + 1)
_FENCES = select(_op.key, _op.fence).where(_op.key.in_(_KEYS))
_RENEW = update(operations).where(
    _AT_KEY, _op.fence == bindparam("under"), _op.owner == bindparam("who"), _open(_op.state)).values(
        lease_until=bindparam("until", type_=Instant))
_ATTEMPT: Final = insert(attempts)
_ATTEMPT_OPERATIONS: Final = insert(attempt_operations)
_CLOSE = update(attempts).where(attempts.c.id == bindparam("attempt")).values(
    ended_at=bindparam("now", type_=Instant), outcome=bindparam("as_outcome"), status=bindparam("code"),
    request=bindparam("their_id"), why=bindparam("reason"))


def _least(moment: ColumnElement[datetime | None], condition: ColumnElement[bool]) -> ScalarSelect[Any]:
    return select(func.min(moment)).where(condition).scalar_subquery()


# When is something in the lane due that is not due now?
_NEXT = select(
    _least(_op.not_before, and_(_WAITING, _op.not_before > _HOME)).label("ready"),
    _least(_op.lease_until, _HELD).label("lease"),
    _least(_op.not_before, and_(_DOUBT, _op.not_before > _HOME)).label("doubt"),
    _least(_op.settle_until, and_(_DOUBT, _op.settle_until > _SYSTEM)).label("settle"),
)


@dataclass(frozen=True, slots=True)
class Claim:
    """Some operations of one lane and purpose, held by one worker: each key with its fence number."""

    owner: str
    fences: tuple[tuple[str, int], ...]
    probing: bool

    @property
    def keys(self) -> list[str]:
        """The operations' keys, in their order."""
        return [key for key, _ in self.fences]


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, on both clocks: the home's for leases, the system's for settle times."""

    home: datetime
    system: datetime | None  # None before the system was ever heard


@dataclass(frozen=True, slots=True)
class LaneKey:
    """One lane: a connection and a kind."""

    connection: str
    kind: Kind

    def at(self, now: Moment | None = None, **more: object) -> dict[str, object]:
        """The lane as parameters of a statement, with the moment it is asked for."""
        moment = {"home": now.home, "system": now.system} if now else {}
        return {"of": self.connection, "sort": self.kind, **moment, **more}


@dataclass(frozen=True, slots=True)
class Batches:
    """How many operations of a lane go into one call and one claim, by purpose; more than one: a batch.

    ``probed`` is how many in doubt are probed under one claim.
    """

    sent: Mapping[Purpose, int]
    probed: Mapping[Purpose, int]

    @property
    def singles(self) -> list[str]:
        """The purposes whose operations are claimed one by one."""
        return [purpose for purpose in Purpose if self.sent.get(purpose, 1) <= 1]

    @property
    def batched(self) -> list[tuple[Purpose, int]]:
        """The purposes that are sent in batches, and how large these are."""
        return [(purpose, most) for purpose in Purpose if (most := self.sent.get(purpose, 1)) > 1]


class Claims:
    """Claims on operations. Every method runs inside the caller's transaction.

    A batch is claimed when it is full, or when no operation can still join it without a person. That
    ends in every order of needs in which no operation waits for one of its own lane and purpose by way of
    another batch: kinds need each other in one direction only.
    """

    def due(self, conn: Connection, lane: LaneKey, now: Moment, batches: Batches) -> bool:
        """Whether anything in the lane can be claimed or taken over now: some cheap reads."""
        if conn.execute(_DUE, lane.at(now, singles=batches.singles)).scalar():
            return True
        return any(self._batch(conn, lane, now, purpose, most) for purpose, most in batches.batched)

    def orphaned(self, conn: Connection, lane: LaneKey, now: Moment) -> bool:
        """Whether a lease of the lane ran out."""
        return bool(conn.execute(_ORPHANED, lane.at(now)).scalar())

    def take_over(self, tx: Connection, lane: LaneKey, now: Moment, settle: timedelta) -> int:
        """Turn claims whose lease ran out back: ready where no call was made, else in doubt.

        The settle time counts from ``now``, which must have been heard after those leases ran out: a
        system's time that is only reckoned may lie behind, and what is still under way outlast it.
        """
        rows = tx.execute(_TAKE_OVER, lane.at(now)).all()
        for row in rows:
            self._turn_back(tx, row.key, row.fence, row.state, now, settle)
        return len(rows)

    def _turn_back(self, tx: Connection, key: str, fence: int, state: str, now: Moment,
                   settle: timedelta) -> None:
        deadline = tx.execute(_DEADLINE, {"at": key, "under": fence}).scalar()
        if deadline is not None:
            settled = now.system + settle if now.system else None
            tx.execute(_INTO_DOUBT, {"at": key, "deadline": deadline, "settled": settled})
        else:
            tx.execute(_BACK_READY if state == State.CLAIMED else _BACK_DOUBTED, {"at": key})

    def abandon(self, tx: Connection, owner: str, now: datetime) -> int:
        """End the leases of all owners but this one: only for who knows that no other worker lives."""
        return tx.execute(_ABANDON, {"who": owner, "ended": now - timedelta(microseconds=1)}).rowcount

    def doubtful(self, conn: Connection, lane: LaneKey, now: Moment, batches: Batches) -> list[str]:
        """Keys of operations in doubt, of one purpose, whose time to be probed has come."""
        most = max([1, *batches.probed.values()])
        rows = conn.execute(_CHOOSE_DOUBTFUL, lane.at(now, most=most)).all()
        same = [row.key for row in rows if row.purpose == rows[0].purpose]
        return same[:batches.probed.get(Purpose(rows[0].purpose), 1)] if rows else []

    def ready(self, conn: Connection, lane: LaneKey, now: Moment, batches: Batches) -> list[str]:
        """Keys to be performed in one claim: the first that goes alone, or a batch of one purpose."""
        single = conn.execute(_CHOOSE_SINGLE, lane.at(now, singles=batches.singles)).scalar()
        if single is not None:
            return [single]
        found = (self._batch(conn, lane, now, purpose, most) for purpose, most in batches.batched)
        return next((keys for keys in found if keys), [])

    def _batch(self, conn: Connection, lane: LaneKey, now: Moment, purpose: Purpose, most: int) -> list[str]:
        """Keys of a batch: a full one, or the last, when no more will come."""
        given = lane.at(now, sends=purpose, most=most)
        keys = list(conn.execute(_CHOOSE_BATCHED, given).scalars())
        return [] if 0 < len(keys) < most and self.more_coming(conn, lane, purpose) else keys

    def more_coming(self, conn: Connection, lane: LaneKey, purpose: Purpose) -> bool:
        """Whether more of the lane's operations of a purpose will be ready without a person."""
        return more_coming(conn, lane.connection, lane.kind, purpose)

    def claim(self, tx: Connection, keys: Sequence[str], owner: str, until: datetime, *,
              probing: bool) -> Claim:
        """Take the lease of these operations, each with a new fence number."""
        state = State.IN_DOUBT if probing else State.CLAIMED
        tx.execute(_CLAIM, [{"at": key, "as_state": state, "who": owner, "until": until} for key in keys])
        fences = {r.key: r.fence for r in tx.execute(_FENCES, {"keys": list(keys)})}
        return Claim(owner, tuple((k, fences[k]) for k in keys), probing)

    def renew(self, tx: Connection, claim: Claim, until: datetime) -> None:
        """Check the fence and renew the lease; ``Fenced`` where another worker took over."""
        kept = 0
        for key, fence in claim.fences:
            held = {"at": key, "under": fence, "who": claim.owner, "until": until}
            kept += tx.execute(_RENEW, held).rowcount
        if kept != len(claim.fences):
            raise Fenced(f"{len(claim.fences) - kept} of {len(claim.fences)} operations were taken over")

    def attempt(self, tx: Connection, claim: Claim, attempt: str, *, connection: str, method: str, path: str,
                now: datetime, deadline: datetime) -> None:
        """Write the attempt of a call that is about to be made."""
        tx.execute(_ATTEMPT, {
            "id": attempt, "connection": connection, "worker": claim.owner, "method": method, "path": path,
            "started_at": now, "deadline": deadline, "outcome": Outcome.OPEN})
        tx.execute(_ATTEMPT_OPERATIONS, [
            {"attempt": attempt, "operation": key, "fence": fence} for key, fence in claim.fences])

    def close(self, tx: Connection, attempt: str, *, now: datetime, outcome: Outcome, status: int | None,
              request: str | None, why: str) -> None:
        """Write what an attempt ended as."""
        tx.execute(_CLOSE, {"attempt": attempt, "now": now, "as_outcome": outcome, "code": status,
                            "their_id": request, "reason": why[:500] or None})

    def next_moment(self, conn: Connection, lane: LaneKey, now: Moment
                    ) -> tuple[datetime | None, datetime | None]:
        """When the lane has work that it has not now: by the home's clock, by the system's; None: never."""
        row = conn.execute(_NEXT, lane.at(now)).one()
        moments = [m for m in (row.ready, row.lease, row.doubt) if m is not None]
        return (min(moments) if moments else None), row.settle
