"""Calls of one connection over a sliding day of the system's time, in quarters of an hour."""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

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
