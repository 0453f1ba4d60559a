"""Needs: which operations wait for which, and how many of those that each waits for are not done."""

from collections.abc import Iterable, Sequence

from sqlalchemy import BindParameter, Connection, bindparam, delete, insert, or_, select, update

from ledgerferry.model.plan import OPEN, Purpose, State
from ledgerferry.store.tables import needs, operations

_CHUNK = 5_000

_op = operations.c
_need = operations.alias("need")
_AT_KEY = _op.key == bindparam("at")
_KEYS: BindParameter[list[str]] = bindparam("keys", expanding=True)
_UNSENT = or_(_op.state == State.PLANNED, _op.state == State.READY)
_ADD = insert(needs)
_FORGET = delete(needs).where(needs.c.operation == bindparam("at"))
_DROP = delete(needs).where(needs.c.operation == bindparam("at"), needs.c.need == bindparam("old"))
_NEEDS_OF = select(needs.c.need).where(needs.c.operation == bindparam("at"))
_NOW_BLOCKED = update(operations).where(_AT_KEY).values(blockers=bindparam("left"))
_UNBLOCK = update(operations).where(
    _op.key.in_(select(needs.c.operation).where(needs.c.need == bindparam("done")))).values(
        blockers=_op.blockers - 1)
_DONE_OF = select(_op.key).where(_op.key.in_(_KEYS), _op.state == State.DONE)
_HOPEFUL = select(_op.key).where(_op.key.in_(_KEYS), _op.state.in_([State.PLANNED, *OPEN]))
# Which operations wait for one of the pair's that was superseded and will never be done?
_STRANDED = (
    select(needs.c.operation, needs.c.need)
    .join(_need, _need.c.key == needs.c.need).join(operations, _op.key == needs.c.operation)
    .where(_need.c.link == bindparam("of_link"), _need.c.identity == bindparam("blind"),
           _need.c.state == State.SUPERSEDED, _UNSENT))
# Which operations that were not sent wait for this one?
_WAITING = select(_op.key, _op.connection, _op.purpose).join(needs, needs.c.operation == _op.key).where(
    needs.c.need == bindparam("on"), _UNSENT)
_STRAND = update(operations).where(_AT_KEY).values(
    state=State.SUPERSEDED, why="what it waited for stays")


def add(tx: Connection, key: str, on: Iterable[str]) -> None:
    """Let an operation wait for others."""
    rows = [{"operation": key, "need": need} for need in on]
    if rows:
        tx.execute(_ADD, rows)


def forget(tx: Connection, key: str) -> None:
    """Let an operation wait for nothing."""
    tx.execute(_FORGET, {"at": key})


def unblock(tx: Connection, key: str) -> None:
    """An operation is done: those that waited for it wait for one less."""
    tx.execute(_UNBLOCK, {"done": key})


def undone(conn: Connection, keys: Sequence[str]) -> set[str]:
    """Those of the keys whose operations are not done."""
    left = set(keys)
    for start in range(0, len(keys), _CHUNK):
        left -= set(conn.execute(_DONE_OF, {"keys": list(keys[start:start + _CHUNK])}).scalars())
    return left


def hopeful(conn: Connection, keys: Sequence[str]) -> list[str]:
    """Those of the keys whose operations can still be done without a person."""
    return list(conn.execute(_HOPEFUL, {"keys": list(keys)}).scalars())


def hand_on(tx: Connection, link: str, blind: str, successor: str | None) -> int:
    """Let what waits for superseded operations of a pair wait for this one, or for none of them.

    ``blind`` is the pair's sealed identity. How many waited.
    """
    stranded = tx.execute(_STRANDED, {"of_link": link, "blind": blind}).all()
    for row in stranded:
        _drop(tx, row.operation, row.need, successor)
    return len(stranded)


def strand(tx: Connection, key: str) -> None:
    """Take back what waits for an operation that will never be done, and what waits for that."""
    for row in tx.execute(_WAITING, {"on": key}).all():
        tx.execute(_STRAND, {"at": row.key})
        strand(tx, row.key)


def spare(tx: Connection, key: str, connection: str) -> None:
    """Let what other connections would do wait no longer for an operation that is dead.

    Nor for what waits for that. Links do wait: without it there is nothing to link with.
    """
    for row in tx.execute(_WAITING, {"on": key}).all():
        if row.connection == connection:
            spare(tx, row.key, connection)
        elif row.purpose != Purpose.LINK:
            _drop(tx, row.key, key)


def _drop(tx: Connection, key: str, old: str, successor: str | None = None) -> None:
    """Let an operation wait for one less, or for a successor instead."""
    tx.execute(_DROP, {"at": key, "old": old})
    kept = set(tx.execute(_NEEDS_OF, {"at": key}).scalars())
    if successor is not None and successor not in kept:
        add(tx, key, [successor])
        kept.add(successor)
    tx.execute(_NOW_BLOCKED, {"at": key, "left": len(undone(tx, sorted(kept)))})
