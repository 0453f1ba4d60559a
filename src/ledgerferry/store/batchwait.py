"""Whether a batch is worth waiting for: will more operations join it without a person?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import BindParameter, Connection, and_, bindparam, select

from ledgerferry.model.plan import OPEN, Purpose, State
from ledgerferry.model.record import Kind
from ledgerferry.store.tables import needs, operations

_op = operations.c
_need = operations.alias("need")
_KEYS: BindParameter[list[str]] = bindparam("keys", expanding=True)
_BLOCKED = select(_op.key).where(and_(
    _op.connection == bindparam("of"), _op.kind == bindparam("sort"), _op.purpose == bindparam("sends"),
    _op.state == State.READY, _op.blockers > 0)).order_by(_op.seq.desc()).limit(
        bindparam("most", type_=_op.seq.type)).offset(bindparam("past", type_=_op.seq.type))
_UNDONE = select(
    needs.c.operation, _need.c.key, _need.c.state, _need.c.connection, _need.c.kind, _need.c.purpose,
).join(_need, _need.c.key == needs.c.need).where(needs.c.operation.in_(_KEYS), _need.c.state != State.DONE)
# The last planned are looked at first: what is stuck lies mostly before what is still under way.
_FIRST_LOOK: Final = 50
_LOOK: Final = 5_000


@dataclass(frozen=True, slots=True)
class _Wait:
    """One operation waits for another that is not done; ``vain``: not for anything worth waiting for."""

    key: str
    need: str
    vain: bool


def more_coming(conn: Connection, connection: str, kind: Kind, purpose: Purpose) -> bool:
    """Whether an operation of a lane and purpose, blocked now, will be ready without a person.

    One that needs, at whatever remove, another of the same lane and purpose does not count: that one may be
    in the batch itself.
    """
    given = {"of": connection, "sort": kind, "sends": purpose}
    past, most = 0, _FIRST_LOOK
    while True:
        blocked = conn.execute(_BLOCKED, {**given, "past": past, "most": most}).scalars().all()
        waits = _above(conn, blocked, (connection, kind, purpose))
        if not _stuck(waits).issuperset(blocked):
            return True
        if len(blocked) < most:
            return False
        past, most = past + most, _LOOK


def _above(conn: Connection, keys: Sequence[str], of: tuple[str, str, str]) -> list[_Wait]:
    """What these operations wait for, and what those wait for, to the end."""
    found: list[_Wait] = []
    seen, asked = set(keys), list(keys)
    while asked:
        asked, later = asked[:_LOOK], asked[_LOOK:]
        rows = conn.execute(_UNDONE, {"keys": asked}).all()
        for row in rows:
            alike = of == (row.connection, row.kind, row.purpose)
            found.append(_Wait(row.operation, row.key, alike or row.state not in OPEN))
        fresh = sorted({row.key for row in rows} - seen)
        seen.update(fresh)
        asked = later + fresh
    return found


def _stuck(waits: Sequence[_Wait]) -> set[str]:
    """Those that wait in vain, at whatever remove."""
    behind = _behind(waits)
    stuck = {wait.key for wait in waits if wait.vain}
    fresh = list(stuck)
    while fresh:
        more = {key for held in fresh for key in behind.get(held, [])} - stuck
        stuck |= more
        fresh = list(more)
    return stuck


def _behind(waits: Iterable[_Wait]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for wait in waits:
        found.setdefault(wait.need, []).append(wait.key)
    return found
