"""The quota: how many calls one connection may make, counted in the store for all processes of a home.

A permit counts in the minute while it is open and for a window after the system's time of its
answer. The system counted the call somewhere between the two, so no minute of its own, fixed or
sliding, ever holds more than the limit (F19: 100 a minute, a day by plan, 5 or 10 in flight; F75 and
F77: no minute, credits of a rolling day, 5 to 25 in flight and of these 10 heavy ones).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import ColumnElement, Connection, bindparam, case, delete, func, select, update

from ledgerferry.model.outcome import Busy
from ledgerferry.model.ports import Clock, Ids, Permit, Quota, VendorClock
from ledgerferry.store import daycount, upsert
from ledgerferry.store.connections import Connections
from ledgerferry.store.database import Database
from ledgerferry.store.tables import Instant, permits

_SHORT: Final = timedelta(seconds=0.5)
_OF = permits.c.connection == bindparam("of")
_FLOOR = bindparam("floor", type_=Instant)
_HOME = bindparam("home", type_=Instant)
_IS_OPEN = permits.c.counts_at.is_(None)


def _sum(condition: ColumnElement[bool], value: ColumnElement[int] | int = 1) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, value), else_=0)), 0)


_USED = _sum(_IS_OPEN | (permits.c.counts_at > _FLOOR), permits.c.weight).label("used")
_MINUTE = select(_USED).where(_OF)
_STANDING = select(
    _USED,
    _sum(_IS_OPEN & (permits.c.slot_until > _HOME)).label("in_flight"),
    _sum(_IS_OPEN & (permits.c.slot_until <= _HOME)).label("expired"),
    _sum(permits.c.counts_at <= _FLOOR).label("old"),
).where(_OF)
_COUNTED = (
    select(permits.c.counts_at, permits.c.weight).where(_OF, permits.c.counts_at > _FLOOR)
    .order_by(permits.c.counts_at)
)
_EXPIRE = (
    update(permits).where(_OF, _IS_OPEN, permits.c.slot_until <= _HOME)
    .values(counts_at=bindparam("moment", type_=Instant), slot_until=None)
)
_DROP_OLD = delete(permits).where(_OF, permits.c.counts_at <= _FLOOR)
_DROP = delete(permits).where(permits.c.id == bindparam("permit"))


@dataclass(frozen=True, slots=True)
class Limits:
    """A system's limits as it states them. ``margin`` is the share left unused, the pad in its seconds.

    ``headroom`` is how many hundredths of the day are left to others besides.
    ``per_minute`` is None where only days are limited, ``heavy_in_flight`` where no calls are heavy ones.
    """

    per_minute: int | None
    per_day: int
    in_flight: int
    heavy_in_flight: int | None = None
    margin: Decimal = Decimal("0.05")
    window_pad_seconds: float = 1.5
    headroom: int = 0

    @property
    def minute(self) -> int:
        """The weight that may count in any minute: the day's, where minutes have no limit."""
        return self._without_margin(self.per_day if self.per_minute is None else self.per_minute)

    @property
    def day(self) -> int:
        """The weight that may count in any 24 hours: our share of them."""
        return self._without_margin(self.per_day * (100 - self.headroom) // 100)

    @property
    def shared_day(self) -> int:
        """The weight of all together, ours and others', that may count in any 24 hours."""
        return self._without_margin(self.per_day)

    @property
    def slots(self) -> int:
        """The calls that may be open at once."""
        return self._without_margin(self.in_flight)

    @property
    def window(self) -> timedelta:
        """How long an answered call counts: a minute, and the pad for clocks that tell whole seconds."""
        return timedelta(seconds=60 + self.window_pad_seconds)

    def _without_margin(self, limit: int) -> int:
        return max(1, int(limit * (1 - self.margin)))


@dataclass(frozen=True, slots=True)
class _Standing:
    """The sums over one connection's permits."""

    used: int
    in_flight: int
    expired: int
    old: int


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of a connection's minute and day is used, of the limits that the ferry keeps.

    ``others`` is what somebody else spent of the day besides, as far as the system said so.
    """

    minute_used: int
    minute_limit: int
    day_used: int
    day_limit: int
    others: int = 0


def usage(conn: Connection, connection: str, limits: Limits, now: datetime) -> Usage:
    """The usage at a moment of the system's time."""
    minute = conn.execute(_MINUTE, {"of": connection, "floor": now - limits.window}).scalar_one()
    others = daycount.others(conn, connection, now).used
    return Usage(int(minute), limits.minute, daycount.used(conn, connection, now), limits.day, others)


class SqlQuota(Quota):
    """The limiter of one connection. A permit is one short transaction, and one more settles it.

    ``slot_seconds`` of the home's time is how long a call can last at most; a permit that nobody
    settled (its process was killed) then counts as answered when that is first noticed. Raises
    ``LookupError`` while the system's time is not known.
    """

    def __init__(self, db: Database, connection: str, limits: Limits, vendor: VendorClock, clock: Clock,
                 ids: Ids, slot_seconds: float) -> None:
        self.limits = limits
        self._db = db
        self._connection = connection
        self._connections = Connections(db)
        self._vendor = vendor
        self._clock = clock
        self._ids = ids
        self._slot = timedelta(seconds=slot_seconds)
        self._heavy: SqlQuota | None = None
        if limits.heavy_in_flight is not None:
            apart = Limits(None, limits.per_day, limits.heavy_in_flight, margin=limits.margin)
            self._heavy = SqlQuota(db, f"{connection}/heavy", apart, vendor, clock, ids, slot_seconds)

    def permit(self, weight: int = 1, *, heavy: bool = False) -> Permit:
        """A permit now, or ``Busy`` with the moment to ask again; ``ValueError`` if it never fits."""
        if weight > min(self.limits.minute, self.limits.day):
            raise ValueError(f"a call of weight {weight} never fits in {self.limits}")
        if heavy and self._heavy is not None:
            return self._both(weight, self._heavy.permit(0))
        return self._light(weight)

    def _both(self, weight: int, slot: Permit) -> Permit:
        try:
            return HeavyPermit(self._light(weight), slot)
        except Exception:
            # The slot is given back whatever happened, and the error goes on.
            slot.settle(None, counted=False)
            raise

    def _light(self, weight: int) -> Permit:
        permit = self._ids.fresh("permit")
        with self._db.transaction("permit") as tx:
            moment = self._vendor.now()
            standing = self._standing(tx, moment)
            busy = self._paused(tx, moment) or self._full(tx, moment, weight, standing)
            if not busy:
                bucket = self._open(tx, permit, weight, moment)
        if busy:
            raise busy
        return SqlPermit(self._db, self._vendor, self._connection, permit, weight, bucket)

    def pause(self, until: datetime, cap: str) -> None:
        """No permit before that moment of the system's time."""
        with self._db.transaction("pause") as tx:
            self._connections.pause(tx, self._connection, until, cap)

    def told(self, remaining: int) -> None:
        """The system's own count of the day: what it holds beyond ours, others have spent (F79).

        It never makes room: more than the plan allows is not believed, and less is, for half an hour.
        """
        with self._db.transaction("quota-told") as tx:
            moment = self._vendor.now()
            ours = daycount.used(tx, self._connection, moment)
            spent = max(0, self.limits.per_day - remaining - ours)
            if spent or daycount.others(tx, self._connection, moment).used:
                daycount.note_others(tx, self._connection, moment, spent)

    def _paused(self, tx: Connection, moment: datetime) -> Busy | None:
        pause = self._connections.paused(tx, self._connection)
        if pause is None or pause.until <= moment:
            return None
        return self._busy("the system asked for a pause", pause.until, pause.cap)

    def _full(self, tx: Connection, moment: datetime, weight: int, standing: _Standing) -> Busy | None:
        wanted = daycount.used(tx, self._connection, moment) + weight
        surplus = wanted - self.limits.day
        if surplus > 0:
            until = daycount.room_at(tx, self._connection, moment, surplus)
            return self._busy("the day's calls are used up", until, "day")
        others = daycount.others(tx, self._connection, moment)
        if wanted + others.used > self.limits.shared_day:
            return self._busy("others use up this account's day", others.until, "day")
        surplus = standing.used + weight - self.limits.minute
        if surplus > 0:
            return self._busy("the minute's calls are used up", self._room_at(tx, moment, surplus), "minute")
        if standing.in_flight >= self.limits.slots:
            return self._busy("as many calls as may be are open", moment + _SHORT, "in_flight")
        return None

    def _standing(self, tx: Connection, moment: datetime) -> _Standing:
        about = {"of": self._connection, "floor": moment - self.limits.window, "home": self._clock.now()}
        standing = _Standing(*tx.execute(_STANDING, about).one())
        if standing.old:
            tx.execute(_DROP_OLD, about)
        if standing.expired:
            tx.execute(_EXPIRE, about | {"moment": moment})
        return standing

    def _room_at(self, tx: Connection, moment: datetime, surplus: int) -> datetime:
        window = self.limits.window
        for row in tx.execute(_COUNTED, {"of": self._connection, "floor": moment - window}):
            surplus -= row.weight
            if surplus <= 0:
                end: datetime = row.counts_at + window
                return end
        return moment + window

    def _open(self, tx: Connection, permit: str, weight: int, moment: datetime) -> datetime:
        upsert.add(tx, permits, [{
            "id": permit, "connection": self._connection, "weight": weight,
            "slot_until": self._clock.now() + self._slot, "counts_at": None}])
        bucket = daycount.bucket(moment)
        daycount.add(tx, self._connection, bucket, weight)
        return bucket

    def _busy(self, why: str, until: datetime, cap: str) -> Busy:
        return Busy(why, until, cap=cap, system=self._connection)


class SqlPermit(Permit):
    """Leave for one call. Settle it with the system's time of the answer; a permit never settled expires."""

    def __init__(self, db: Database, vendor: VendorClock, connection: str, permit: str, weight: int,
                 bucket: datetime) -> None:
        self._db = db
        self._vendor = vendor
        self._connection = connection
        self._permit = permit
        self._weight = weight
        self._bucket = bucket

    def settle(self, answered_at: datetime | None, *, counted: bool = True) -> None:
        """Close the slot. ``counted=False`` takes the permit back: the call never left."""
        with self._db.transaction("permit-settle") as tx:
            if counted:
                self._count(tx, self._vendor.now() if answered_at is None else answered_at)
            elif tx.execute(_DROP, {"permit": self._permit}).rowcount:
                daycount.add(tx, self._connection, self._bucket, -self._weight)

    def _count(self, tx: Connection, moment: datetime) -> None:
        upsert.put(tx, permits, [{
            "id": self._permit, "connection": self._connection, "weight": self._weight,
            "slot_until": None, "counts_at": moment}])
        bucket = daycount.bucket(moment)
        if bucket > self._bucket:
            daycount.add(tx, self._connection, self._bucket, -self._weight)
            daycount.add(tx, self._connection, bucket, self._weight)
            self._bucket = bucket


@dataclass(frozen=True, slots=True)
class HeavyPermit(Permit):
    """Leave for one heavy call: a permit among all calls, and a slot among the heavy ones."""

    permit: Permit
    slot: Permit

    def settle(self, answered_at: datetime | None, *, counted: bool = True) -> None:
        """Close both."""
        self.permit.settle(answered_at, counted=counted)
        self.slot.settle(answered_at, counted=False)
