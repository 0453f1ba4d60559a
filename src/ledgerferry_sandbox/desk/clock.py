"""The sandbox's time: real, real but faster, or moved by hand."""

import time
from datetime import UTC, datetime, tzinfo
from email.utils import format_datetime
from functools import lru_cache
from typing import Protocol


class Clock(Protocol):
    """The one owner of the sandbox's time."""

    def now(self) -> float:
        """Seconds since 1970 in UTC, by this clock."""

    def advance(self, seconds: float) -> None:
        """Moves the clock forward by so many of its own seconds."""


class VirtualClock:
    """A clock that stands still until it is advanced."""

    def __init__(self, start: float = 1_767_603_600.0) -> None:
        self._now = start

    def now(self) -> float:
        """Seconds since 1970; the default start is 5 January 2026, 09:00 UTC."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Moves the clock by hand."""
        self._now += seconds


class ScaledClock:
    """The machine's clock, running `scale` times as fast from the moment this one is made.

    It never starts before `not_before`, so that a sandbox that is started again does not go back in time.
    """

    def __init__(self, scale: float = 1.0, not_before: float = 0.0) -> None:
        self._scale = scale
        self._origin = time.monotonic()  # noqa: TID251 - this is the one real clock
        self._base = max(time.time(), not_before)  # noqa: TID251 - this is the one real clock

    def now(self) -> float:
        """Seconds since 1970 by the scaled clock."""
        return self._base + (time.monotonic() - self._origin) * self._scale  # noqa: TID251 - the real clock

    def advance(self, seconds: float) -> None:
        """Jumps ahead by so many scaled seconds."""
        self._base += seconds


def iso(now: float) -> str:
    """A moment in UTC, to the millisecond, as the control plane writes it."""
    return datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@lru_cache(8)
def second(now: int, zone: tzinfo) -> datetime:
    """A second as the clocks of a time zone show it."""
    return datetime.fromtimestamp(now, zone)


@lru_cache(8)
def http_date(now: int) -> str:
    """A second as the `Date` header writes it."""
    return format_datetime(datetime.fromtimestamp(now, UTC), usegmt=True)
