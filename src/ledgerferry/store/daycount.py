"""Calls of one connection over a sliding day of the system's time, in quarters of an hour."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from ledgerferry.store import upsert
from ledgerferry.store.tables import Instant, days

QUARTER: Final = timedelta(minutes=15)
_KEPT: Final = timedelta(hours=24) + QUARTER
_RECENT = (days.c.connection == bindparam("of"), days.c.bucket > bindparam("floor", type_=Instant))
_USED = select(func.coalesce(func.sum(days.c.used), 0)).where(*_RECENT)
_BUCKETS = select(days.c.bucket, days.c.used).where(*_RECENT).order_by(days.c.bucket)
_ADD = (
    update(days)
    .where(days.c.connection == bindparam("of"), days.c.bucket == bindparam("start", type_=Instant))
    .values(used=days.c.used + bindparam("weight"))
)
_INSERT = insert(days)
_LATEST = select(days.c.bucket, days.c.used).where(*_RECENT).order_by(days.c.bucket.desc()).limit(1)
# What others spent stands under a name of its own, which no connection can have.
_OTHERS: Final = "/others"
_BELIEVED: Final = 2 * QUARTER
_DROP = delete(days).where(
    days.c.connection == bindparam("of"), days.c.bucket <= bindparam("floor", type_=Instant))


def bucket(moment: datetime) -> datetime:
    """The start of the quarter of an hour that a moment lies in."""
    utc = moment.astimezone(UTC)
    return utc.replace(minute=utc.minute // 15 * 15, second=0, microsecond=0)


def used(conn: Connection, connection: str, now: datetime) -> int:
    """The weight of the last 24 hours, the quarter in which they began included."""
    return int(conn.execute(_USED, {"of": connection, "floor": now - _KEPT}).scalar_one())


def room_at(conn: Connection, connection: str, now: datetime, surplus: int) -> datetime:
    """The moment at which so much weight will have left the day."""
    for row in conn.execute(_BUCKETS, {"of": connection, "floor": now - _KEPT}):
        surplus -= row.used
        if surplus <= 0:
            end: datetime = row.bucket + _KEPT
            return end
    return now + _KEPT


def add(tx: Connection, connection: str, start: datetime, weight: int) -> None:
    """Count so much more (or less) in a bucket; a new bucket drops those that count no longer."""
    if tx.execute(_ADD, {"of": connection, "start": start, "weight": weight}).rowcount:
        return
    tx.execute(_INSERT, {"connection": connection, "bucket": start, "used": weight})
    tx.execute(_DROP, {"of": connection, "floor": start - _KEPT})


@dataclass(frozen=True, slots=True)
class Others:
    """What others spent of a connection's day, and until when that is believed (the system's time)."""

    used: int
    until: datetime


def others(conn: Connection, connection: str, now: datetime) -> Others:
    """What others spent, by what the system last said; nothing once that is half an hour old."""
    row = conn.execute(_LATEST, {"of": connection + _OTHERS, "floor": now - _BELIEVED}).first()
    return Others(0, now) if row is None else Others(row.used, row.bucket + _BELIEVED)


def note_others(tx: Connection, connection: str, now: datetime, spent: int) -> None:
    """Keep what others spent, in place of what was kept before."""
    start = bucket(now)
    upsert.put(tx, days, [{"connection": connection + _OTHERS, "bucket": start, "used": spent}])
    tx.execute(_DROP, {"of": connection + _OTHERS, "floor": start - QUARTER})
