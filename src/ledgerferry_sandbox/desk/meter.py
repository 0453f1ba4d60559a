"""Quotas: how many calls, or credits, a service takes in a minute, in a day and at once."""

from collections import deque
from datetime import date
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, NonNegativeInt

from ledgerferry_sandbox.exchange import Row

Breach = Literal["in_flight", "sub_in_flight", "burst", "day", "minute"]
MINUTE = 60.0
DAY = 86_400.0
BLOCK = 3_600.0


class Limits(BaseModel):
    """Calls allowed per minute, per day and open at once; null is no limit.

    `burst` is the number of calls in a minute after which the caller is blocked for an hour (F21),
    `sub_in_flight` that of heavy calls open at once (F77). Where calls cost credits, the day's are credits.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")

    minute: NonNegativeInt | None = None
    day: NonNegativeInt | None = None
    in_flight: NonNegativeInt | None = None
    burst: NonNegativeInt | None = None
    sub_in_flight: NonNegativeInt | None = None


class Meter:
    """Counts the calls of one service in every kind of window at once; which ones count is asked per call."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.calls = 0
        self.refused = 0
        self.open = 0
        self.heavy = 0
        self.blocked_until = 0.0
        self._minute: deque[float] = deque()
        self._burst: deque[float] = deque()
        self._rolling: deque[tuple[float, int]] = deque()
        self._rolled = 0
        self._days: dict[date, int] = {}

    def in_minute(self, now: float, *, sliding: bool) -> int:
        """Counted calls in the running minute: the clock's, or the sixty seconds behind us."""
        while self._minute and self._minute[0] <= now - MINUTE:
            self._minute.popleft()
        if sliding:
            return len(self._minute)
        start = now // MINUTE * MINUTE
        while self._minute and self._minute[0] < start:
            self._minute.popleft()
        return len(self._minute)

    def in_day(self, now: float, today: date, *, rolling: bool) -> int:
        """Counted calls today, or in the twenty-four hours behind us."""
        if not rolling:
            return self._days.get(today, 0)
        while self._rolling and self._rolling[0][0] + MINUTE <= now - DAY:
            self._rolled -= self._rolling.popleft()[1]
        return self._rolled

    def breach(
        self, now: float, today: date, *, sliding: bool, rolling: bool, cost: int = 1, heavy: bool = False
    ) -> Breach | None:
        """The limit that one more call would break, if any. `open`, `heavy` already count the call itself."""
        self._burst.append(now)
        while self._burst[0] <= now - MINUTE:
            self._burst.popleft()
        limits = self.limits
        if limits.burst is not None and len(self._burst) > limits.burst:
            self.blocked_until = now + BLOCK
        if now < self.blocked_until:
            return "burst"
        if limits.in_flight is not None and self.open > limits.in_flight:
            return "in_flight"
        if heavy and limits.sub_in_flight is not None and self.heavy > limits.sub_in_flight:
            return "sub_in_flight"
        if limits.day is not None and self.in_day(now, today, rolling=rolling) + cost > limits.day:
            return "day"
        if limits.minute is not None and self.in_minute(now, sliding=sliding) >= limits.minute:
            return "minute"
        return None

    def count(self, now: float, today: date, cost: int = 1) -> None:
        """Takes one call into every window, and what it costs into the day's."""
        self._minute.append(now)
        if self._rolling and self._rolling[-1][0] == now // MINUTE * MINUTE:
            self._rolling[-1] = (self._rolling[-1][0], self._rolling[-1][1] + cost)
        else:
            self._rolling.append((now // MINUTE * MINUTE, cost))
        self._rolled += cost
        self._days = {today: self._days.get(today, 0) + cost}

    def state(self) -> Row:
        """What must survive a restart."""
        days = {day.isoformat(): count for day, count in self._days.items()}
        return {"calls": self.calls, "refused": self.refused, "days": days, "rolling": list(self._rolling)}

    def load(self, row: Row) -> None:
        """Takes up what a former process had counted."""
        self.calls, self.refused = int(row["calls"]), int(row["refused"])
        self._days = {date.fromisoformat(day): int(count) for day, count in row["days"].items()}
        self._rolling = deque((float(at), int(count)) for at, count in row["rolling"])
        self._rolled = sum(count for _, count in self._rolling)
