"""Leases: one holder of a name at a time, until a moment of the home's time, with a fencing number."""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select, update

from ledgerferry.store.tables import Instant, leases

_FREE: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIND = select(leases.c.fence, leases.c.until).where(leases.c.name == bindparam("lease"))
_INSERT = insert(leases)
_TAKE = (
    update(leases).where(leases.c.name == bindparam("lease"))
    .values(owner=bindparam("who"), fence=leases.c.fence + 1, until=bindparam("end", type_=Instant))
)
_KEEP = (
    update(leases)
    .where(leases.c.name == bindparam("lease"), leases.c.owner == bindparam("who"),
           leases.c.fence == bindparam("number"), leases.c.until > _FREE)
    .values(until=bindparam("end", type_=Instant))
)
_HOLDER = select(leases.c.owner).where(
    leases.c.name == bindparam("lease"), leases.c.until > bindparam("now", type_=Instant))


def acquire(tx: Connection, name: str, owner: str, now: datetime, seconds: float) -> int | None:
    """The fencing number, higher than any before, or None while anyone (this owner too) holds the lease."""
    end = now + timedelta(seconds=seconds)
    row = tx.execute(_FIND, {"lease": name}).first()
    if row is None:
        tx.execute(_INSERT, {"name": name, "owner": owner, "fence": 1, "until": end})
        return 1
    if row.until > now:
        return None
    tx.execute(_TAKE, {"lease": name, "who": owner, "end": end})
    return int(row.fence) + 1


def renew(tx: Connection, name: str, owner: str, fence: int, now: datetime, seconds: float) -> bool:
    """Hold it longer; False where it was released or taken over. A late holder keeps it if nobody came."""
    end = now + timedelta(seconds=seconds)
    return tx.execute(_KEEP, {"lease": name, "who": owner, "number": fence, "end": end}).rowcount == 1


def release(tx: Connection, name: str, owner: str, fence: int) -> None:
    """Give it back; nothing happens where another took it over."""
    tx.execute(_KEEP, {"lease": name, "who": owner, "number": fence, "end": _FREE})


def holder(conn: Connection, name: str, now: datetime) -> str | None:
    """Who holds it now."""
    found: str | None = conn.execute(_HOLDER, {"lease": name, "now": now}).scalar()
    return found
