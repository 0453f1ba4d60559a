"""What surrounds a house: real time and chance, unless the simulator says otherwise."""

import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx2

from ledgerferry.model.ports import Clock, Ids, Watch
from ledgerferry.store.claims import Claims
from ledgerferry.store.database import silent
from ledgerferry.store.operations import Operations


class RealClock:
    """The machine's time."""

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 the one real clock

    def monotonic(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()  # noqa: TID251 the one real clock

    def sleep(self, seconds: float) -> None:
        """Let seconds pass."""
        time.sleep(seconds)  # noqa: TID251 the one real clock


class RealIds:
    """Ids that sort by the time they were made, and real chance."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def fresh(self, prefix: str) -> str:
        """A new id: 12 hexadecimal digits of time, 12 of chance."""
        return f"{prefix}-{int(self._clock.now().timestamp() * 1000):012x}{secrets.token_hex(6)}"

    def random(self) -> float:
        """A number from 0 up to 1."""
        return secrets.randbelow(2**53) / 2**53


@dataclass(frozen=True)
class Surroundings:
    """What surrounds a house: real, unless the simulator says otherwise."""

    clock: Clock = field(default_factory=RealClock)
    ids: Ids | None = None
    watch: Watch = silent
    transport: httpx2.BaseTransport | None = None
    claims: Claims = field(default_factory=Claims)
    operations: type[Operations] = Operations
