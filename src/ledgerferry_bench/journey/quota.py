"""How well the allowance of calls is used: a long migration at real limits, judged by the sandbox's log."""

import signal
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

from ledgerferry_bench.journey.kill import made
from ledgerferry_bench.journey.stage import Ferry, Row, Sandbox, ended, migrating, pause, sandbox
from ledgerferry_sandbox import samples

SCALE: Final = 6.0
MINUTE: Final = 60.0
SLOW: Final[Row] = {"service": "books", "mode": "slow", "ms": 300}
WINDOWS: Final = ("fixed", "sliding")
LEAST: Final = 0.85
MOST: Final = 0.97
_PER_MINUTE: Final = 100
_CALLS_A_DOCUMENT: Final = 2.0
_STARTED_SECONDS: Final = 300


@dataclass(frozen=True)
class Use:
    """How a stretch of whole minutes was used. ``most`` is the fullest minute of the window's kind."""

    window: str
    minutes: int
    calls: int
    refused: int
    most: int
    longest_pause: float

    @property
    def share(self) -> float:
        """Calls made of the calls allowed."""
        return self.calls / (self.minutes * _PER_MINUTE)


def measured(where: Path, window: str, seconds: float) -> Use:
    """Migrate for so many real seconds under a window, and see how much of the allowance was used."""
    minutes = seconds * SCALE / MINUTE
    samples.write(where / "docs", 40, round(minutes * _PER_MINUTE / _CALLS_A_DOCUMENT) + 50, 7)
    ferry = Ferry(where / "home")
    with sandbox("--books-plan", "premium", "--quota", "books.day=10000", scale=SCALE) as box:
        box.put("switches", {"minute_window": window})
        made(ferry, box, "--plan", "premium")
        box.faults(SLOW)
        since = len(box.log())
        process = ferry.start(*migrating(where / "docs"))
        try:
            _begun(box, since)
            pause(seconds)
            if process.poll() is not None:
                raise ValueError(f"the work was too little for {seconds:.0f} s")
            return used(box.log(since), window)
        finally:
            ended(process, signal.SIGKILL)


def _begun(box: Sandbox, since: int) -> None:
    """Wait until the first write was received."""
    for _ in range(round(_STARTED_SECONDS / 0.2)):
        if any(_is_write(call) for call in box.log(since)):
            return
        pause(0.2)
    raise TimeoutError("the migration did not begin")


def _is_write(call: Row) -> bool:
    return bool(call["service"] == "books" and call["method"] != "GET")


def used(log: Sequence[Row], window: str) -> Use:
    """What a log says of the whole minutes between its first write and its last call."""
    books = [call for call in log if call["service"] == "books"]
    start = next(_moment(call) for call in books if _is_write(call))
    moments = [m for m in map(_moment, books) if m >= start]
    minutes = int((moments[-1] - start) // MINUTE)
    within = [m for m in moments if m < start + minutes * MINUTE]
    return Use(window, minutes, len(within), sum(1 for call in books if call["status"] == 429),
               fullest([_moment(call) for call in books], window),
               max((b - a for a, b in pairwise(within)), default=0.0))  # fmt: skip


def fullest(moments: Sequence[float], window: str) -> int:
    """The most calls in any one minute: of the clock's, or of any sixty seconds."""
    if window == "fixed":
        return max(Counter(m // MINUTE for m in moments).values(), default=0)
    most = first = 0
    for last, moment in enumerate(moments):
        while moments[first] <= moment - MINUTE:
            first += 1
        most = max(most, last - first + 1)
    return most


def _moment(call: Row) -> float:
    return datetime.fromisoformat(call["time"]).timestamp()
