"""Operations: intended writes as rows, from their plan to their receipt."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Row,
    and_,
    bindparam,
    case,
    func,
    insert,
    or_,
    select,
    update,
)

from ledgerferry.model.outcome import Receipt
from ledgerferry.model.plan import Operation, Purpose, State
from ledgerferry.model.record import Kind
from ledgerferry.store import needs
from ledgerferry.store.payloads import Payloads
from ledgerferry.store.seal import Seal
from ledgerferry.store.tables import Instant, operations

# Operations that are read at a time.
_READ = 500

_op = operations.c
_AT_KEY = _op.key == bindparam("at")
_KEYS: BindParameter[list[str]] = bindparam("keys", expanding=True)
_PAIR = and_(_op.link == bindparam("of_link"), _op.identity == bindparam("blind"))
_KNOWN = select(_op.state, _op.doubtful, _op.payload).where(_AT_KEY)
_INSERT = insert(operations)
_REPLACE = update(operations).where(_AT_KEY)
# Is a call of this pair under way, or its answer unknown?
_IS_UNSETTLED = or_(_op.state == State.CLAIMED, _op.state == State.IN_DOUBT,
                    and_(_op.state == State.DEAD, _op.doubtful == 1))
_UNSETTLED = select(_op.key).where(_PAIR, _IS_UNSETTLED).limit(1)
_ALL_UNSETTLED = select(_op.identity).where(_op.link == bindparam("of_link"), _IS_UNSETTLED)
_SUPERSEDE = update(operations).where(
    _PAIR, or_(_op.state == State.PLANNED, _op.state == State.READY, _op.state == State.HELD)).values(
        state=State.SUPERSEDED, why="a newer plan")
_CONFIRM = update(operations).where(
    _op.run == bindparam("of_run"), or_(_op.state == State.PLANNED, _op.state == State.HELD)).values(
        state=State.READY)
_OPEN_OF_PAIR = select(_op.key).where(_PAIR, _op.purpose != Purpose.LINK, or_(
    _op.state == State.PLANNED, _op.state == State.READY, _op.state == State.CLAIMED,
    _op.state == State.IN_DOUBT, _op.state == State.HELD, _op.state == State.DEAD)).order_by(_op.seq)
_PAYLOADS_OF = select(_op.key, _op.payload).where(_op.key.in_(_KEYS))
_STANDING = select(operations).where(_AT_KEY)
_FINISH = update(operations).where(_AT_KEY).values(
    state=State.DONE, owner=None, lease_until=None, receipt=bindparam("proof"), target=bindparam("record"),
    why=None)
_STOP = update(operations).where(_op.run == bindparam("of_run"), or_(
    _op.state == State.PLANNED, _op.state == State.READY, _op.state == State.HELD,
    and_(_op.state == State.DEAD, _op.doubtful == 0))).values(
        state=State.SUPERSEDED, why="its run is rolled back")
_STOP_OPEN = update(operations).where(_op.run == bindparam("of_run"), or_(
    _op.state == State.CLAIMED, _op.state == State.IN_DOUBT)).values(stopped=1)
# Which operations wrote a connection's records, by record?
_WRITERS = select(_op.kind, _op.target, _op.key, _op.run).where(
    _op.connection == bindparam("there"), _op.state == State.DONE, _op.target.is_not(None)).order_by(_op.seq)
_DELETED = select(_op.kind, _op.target).where(
    _op.connection == bindparam("there"), _op.state == State.DONE, _op.purpose == Purpose.DELETE)
_IS_STOPPED = and_(_op.stopped == 1, bindparam("as_state") == State.READY)
_RELEASE = update(operations).where(_AT_KEY).values(
    state=case((_IS_STOPPED, State.SUPERSEDED), else_=bindparam("as_state")),
    owner=None, lease_until=None, why=bindparam("reason"),
    not_before=bindparam("earliest", type_=Instant), settle_until=bindparam("settled", type_=Instant),
    doubtful=bindparam("is_doubtful"), tries=_op.tries + bindparam("more"))
_PLACE = case(
    (and_(_op.state == State.READY, _op.blockers > 0), "blocked"),
    (_op.state == State.PLANNED, "unconfirmed"),
    else_=_op.state).label("place")
_COUNTS = select(_PLACE, func.count()).group_by(_PLACE)
_COUNTS_OF = {
    (run, link): _COUNTS.where(*([_op.run == bindparam("of_run")] if run else []),
                               *([_op.link == bindparam("of_link")] if link else []))
    for run in (False, True) for link in (False, True)}
_LEFT = select(_op.kind, _op.purpose, func.count()).where(
    _op.run == bindparam("of_run"), _op.connection == bindparam("there"),
    _op.state.in_([State.READY, State.CLAIMED, State.IN_DOUBT])).group_by(_op.kind, _op.purpose)
_RECEIPTS = select(_op.key, _op.receipt).where(_op.run == bindparam("of_run"), _op.receipt.is_not(None))
_LAST_SEQ = select(func.coalesce(func.max(_op.seq), 0))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an operation stands, as its row tells."""

    key: str
    state: State
    fence: int
    tries: int
    doubtful: bool
    why: str | None
    not_before: datetime | None
    settle_until: datetime | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many operations stand where.

    ``blocked`` are ready but wait for one that is not done; ``unconfirmed`` wait for a yes to their
    plan; ``kept`` are those of a rollback that the system refused, ``held`` wait for a person there.
    """

    unconfirmed: int = 0
    done: int = 0
    dead: int = 0
    in_doubt: int = 0
    claimed: int = 0
    ready: int = 0
    blocked: int = 0
    kept: int = 0
    held: int = 0

    @property
    def planned(self) -> int:
        """All that the plan holds."""
        moving = self.in_doubt + self.claimed + self.ready + self.blocked
        return self.unconfirmed + self.done + self.dead + self.kept + self.held + moving

    @property
    def open(self) -> int:
        """Those that are still to be done, also the ones that nobody has said yes to."""
        return self.planned - self.done - self.dead

    @property
    def begun(self) -> bool:
        """Whether anybody said yes to the plan, so that anything of it may have been sent."""
        return self.planned > self.unconfirmed

    @property
    def active(self) -> int:
        """Those that can still move without a person."""
        return self.in_doubt + self.claimed + self.ready


class Operations:
    """The table of operations. Every method runs inside the caller's transaction."""

    def __init__(self, payloads: Payloads, seal: Seal) -> None:
        self._payloads = payloads
        self._seal = seal

    def pack(self, tx: Connection, operation: Operation) -> str:
        """Store the operation's content, sealed for its identity; the payload's id."""
        return self._payloads.put(tx, operation.identity, operation.model_dump_json())

    def plan(self, tx: Connection, operation: Operation, seq: int, blockers: int) -> bool:
        """Put a planned operation in its lane; False where it must stay as it is.

        A row of the same key that was never sent is replaced. One that is done, open, or dead with
        the same content or in doubt, stays.
        """
        payload = self.pack(tx, operation)
        row = tx.execute(_KNOWN, {"at": operation.key}).first()
        if row is not None and not _replaceable(row, payload):
            return False
        values = self._values(operation, payload, seq, blockers)
        if row is None:
            tx.execute(_INSERT, {"key": operation.key, "fence": 0, **values})
        else:
            needs.forget(tx, operation.key)
            tx.execute(_REPLACE.values(**values), {"at": operation.key})
        needs.add(tx, operation.key, operation.needs)
        return True

    def _values(self, operation: Operation, payload: str, seq: int, blockers: int) -> dict[str, object]:
        identity = self._seal.blind(operation.identity)
        target = operation.target.id if operation.target else None
        return {
            "seq": seq, "run": operation.run, "link": operation.link, "connection": operation.connection,
            "kind": operation.kind, "purpose": operation.purpose, "identity": identity,
            "lock": f"{operation.kind}:{identity}"[:64], "target": target, "payload": payload,
            "state": State.PLANNED, "blockers": blockers, "not_before": None, "settle_until": None,
            "owner": None, "lease_until": None, "tries": 0, "doubtful": 0, "why": None, "receipt": None,
            "stopped": None,
        }

    def confirm(self, tx: Connection, run: str) -> int:
        """A yes to a run's plan: its operations may be claimed from now on; how many there are.

        Those that were held by the system are tried again.
        """
        return tx.execute(_CONFIRM, {"of_run": run}).rowcount

    def unsettled(self, conn: Connection, link: str, identity: str) -> bool:
        """Whether the pair has a call whose answer is not known: then it is not planned."""
        return conn.execute(_UNSETTLED, self._pair(link, identity)).first() is not None

    def unsettled_among(self, conn: Connection, link: str, identities: Iterable[str]) -> set[str]:
        """Those of the identities whose pair has a call whose answer is not known."""
        blind = self.unsettled_pairs(conn, link)
        return {i for i in identities if self._seal.blind(i) in blind} if blind else set()

    def unsettled_pairs(self, conn: Connection, link: str) -> set[str]:
        """Blind identities of all pairs of a link with a call whose answer is not known."""
        return set(conn.execute(_ALL_UNSETTLED, {"of_link": link}).scalars())

    def supersede(self, tx: Connection, link: str, identity: str) -> int:
        """Take back the pair's operations that were never sent; how many there were."""
        return tx.execute(_SUPERSEDE, self._pair(link, identity)).rowcount

    def succeed(self, tx: Connection, link: str, identity: str, successor: str | None) -> int:
        """Let what waits for superseded operations of the pair wait for this one, or for none of them.

        How many waited.
        """
        return needs.hand_on(tx, link, self._seal.blind(identity), successor)

    def stop(self, tx: Connection, run: str) -> int:
        """Send nothing more of a run: what was not sent, or was refused, is taken back; how much that was.

        What has a call under way or an answer unknown is settled, and then not tried again.
        """
        tx.execute(_STOP_OPEN, {"of_run": run})
        return tx.execute(_STOP, {"of_run": run}).rowcount

    def writers(self, conn: Connection, connection: str) -> dict[tuple[Kind, str], list[tuple[str, str]]]:
        """Keys and runs of the operations that wrote each record, in order, by kind and vendor's id."""
        found: dict[tuple[Kind, str], list[tuple[str, str]]] = {}
        for row in conn.execute(_WRITERS, {"there": connection}):
            found.setdefault((Kind(row.kind), row.target), []).append((row.key, row.run))
        return found

    def deleted(self, conn: Connection, connection: str) -> set[tuple[Kind, str]]:
        """Records of a connection that rollbacks have deleted; lists may still show them for a while."""
        return {(Kind(row.kind), row.target) for row in conn.execute(_DELETED, {"there": connection})}

    def open_keys(self, conn: Connection, link: str, identity: str) -> list[str]:
        """Keys of the pair's operations that are open, or dead and not settled, but for links.

        Nothing needs a link: the record is there and says the same without it.
        """
        return list(conn.execute(_OPEN_OF_PAIR, self._pair(link, identity)).scalars())

    def _pair(self, link: str, identity: str) -> dict[str, str]:
        return {"of_link": link, "blind": self._seal.blind(identity)}

    def load(self, conn: Connection, keys: Sequence[str]) -> list[Operation]:
        """The operations of these keys, in that order."""
        rows = {r.key: r.payload for r in conn.execute(_PAYLOADS_OF, {"keys": list(keys)})}
        texts = self._payloads.get_many(conn, list(rows.values()))
        return [Operation.model_validate_json(texts[rows[k]]) for k in keys]

    def standing(self, conn: Connection, key: str) -> Standing | None:
        """Where one operation stands."""
        row = conn.execute(_STANDING, {"at": key}).first()
        return None if row is None else _standing(row)

    def finish(self, tx: Connection, key: str, receipt: Receipt, run: str) -> str:
        """Write the receipt and let those that waited for it go; the receipt's payload."""
        payload = self._payloads.put(tx, f"run {run}", receipt.model_dump_json())
        tx.execute(_FINISH, {"at": key, "proof": payload, "record": receipt.ref.id})
        needs.unblock(tx, key)
        return payload

    def release(self, tx: Connection, key: str, state: State, *, why: str | None, tried: bool,
                not_before: datetime | None = None, settle_until: datetime | None = None,
                doubtful: bool = False) -> None:
        """End a claim without a receipt."""
        tx.execute(_RELEASE, {
            "at": key, "as_state": state, "reason": why, "earliest": not_before, "settled": settle_until,
            "is_doubtful": int(doubtful), "more": int(tried)})

    def counts(self, conn: Connection, run: str | None = None, link: str | None = None) -> Counts:
        """How many of a run's (or a link's) operations stand where."""
        query, given = _COUNTS_OF[run is not None, link is not None], {"of_run": run, "of_link": link}
        found = {str(name): int(n) for name, n in conn.execute(query, given)}
        return Counts(**{name: found.get(name, 0) for name in Counts.__dataclass_fields__})

    def left(self, conn: Connection, run: str, connection: str) -> dict[tuple[Kind, Purpose], int]:
        """How many of a run's operations are still to be done through a connection, by kind and purpose."""
        rows = conn.execute(_LEFT, {"of_run": run, "there": connection})
        return {(Kind(kind), Purpose(purpose)): int(n) for kind, purpose, n in rows}

    def listed(self, conn: Connection, states: Iterable[State], run: str | None = None
               ) -> list[tuple[Operation, Standing]]:
        """Operations in some states, in the order of their plan."""
        return list(self.each(conn, states, run))

    def each(self, conn: Connection, states: Iterable[State], run: str | None = None
             ) -> Iterator[tuple[Operation, Standing]]:
        """The same, one by one; some hundreds are read at a time."""
        query = select(operations).where(_op.state.in_(list(states))).order_by(_op.seq)
        if run is not None:
            query = query.where(_op.run == run)
        rows = conn.execute(query).all()
        for start in range(0, len(rows), _READ):
            here = rows[start:start + _READ]
            texts = self._payloads.get_many(conn, [r.payload for r in here])
            yield from ((Operation.model_validate_json(texts[r.payload]), _standing(r)) for r in here)

    def receipts(self, conn: Connection, run: str) -> dict[str, Receipt]:
        """The receipts of a run's operations, by key."""
        rows = conn.execute(_RECEIPTS, {"of_run": run}).all()
        texts = self._payloads.get_many(conn, [r.receipt for r in rows])
        return {r.key: Receipt.model_validate_json(texts[r.receipt]) for r in rows}

    def next_seq(self, conn: Connection) -> int:
        """The place in line after the last."""
        return int(conn.execute(_LAST_SEQ).scalar_one()) + 1


def _replaceable(row: Row[Any, Any, Any], payload: str) -> bool:
    if row.state == State.DEAD:
        return not row.doubtful and row.payload != payload
    return row.state in {State.PLANNED, State.READY, State.SUPERSEDED, State.KEPT, State.HELD}


def _standing(row: Row[Any]) -> Standing:
    return Standing(row.key, State(row.state), row.fence, row.tries, bool(row.doubtful), row.why,
                    row.not_before, row.settle_until)
