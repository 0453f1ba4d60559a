"""A connection's time: the ``Date`` of its answers, running on between them at the pace learnt."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from ledgerferry.model.ports import Clock

# A Date has whole seconds: the system's moment lies in the second that follows it.
_RESOLUTION = 1.0
# Home seconds between the system's writing of a Date and our reading of it, where the asking is not known.
_DELAY = 0.5
_MARKS = 32
# A system that says three times in a row that it is so many seconds earlier was set back.
_SET_BACK_SECONDS = 60.0
_SET_BACK_TIMES = 3


@dataclass(frozen=True, slots=True)
class _Mark:
    """The system said ``system`` somewhere between the asking and the hearing, both by the home."""

    asked: float
    home: float
    system: float


class PacedClock:
    """Implements ``model.ports.VendorClock`` from Dates of one-second resolution. Thread-safe.

    ``now`` is a lower bound: the last proof of time plus what has passed since at a pace that is proven
    too, so that no wait ends early. It never runs backwards, unless the system's clock was set back and
    said so repeatedly. ``pace`` (seconds of the system in one of the home) stays exactly 1 while the
    evidence allows it; a jump of the system's clock moves ``now`` at once and leaves the pace alone.
    """

    def __init__(self, clock: Clock, pace: float = 1.0) -> None:
        self._clock = clock
        self._lock = Lock()
        self._pace = pace
        self._epoch: datetime | None = None
        self._base = _Mark(0.0, 0.0, 0.0)
        self._shown = 0.0
        self._marks: list[_Mark] = []
        self._spacing = _DELAY
        self._low, self._high = 0.0, float("inf")
        self._behind = 0

    @property
    def pace(self) -> float:
        """Seconds of the system for one of the home: 1, or the least that is proven."""
        with self._lock:
            return self._pace

    def now(self) -> datetime:
        """The system's time, never ahead of the truth; raises ``LookupError`` before the first answer."""
        home = self._clock.monotonic()
        with self._lock:
            if self._epoch is None:
                raise LookupError("no answer has said yet what time it is there")
            self._shown = max(self._shown, self._at(home))
            return self._epoch + timedelta(seconds=self._shown)

    def heard(self, date: datetime, asked: float | None = None) -> None:
        """An answer just said what time it is there; it was asked for at that home second (monotonic)."""
        home = self._clock.monotonic()
        with self._lock:
            if self._epoch is None:
                self._epoch = date
            since = home - _DELAY if asked is None else min(asked, home)
            mark = _Mark(since, home, (date - self._epoch).total_seconds())
            self._learn(mark)
            self._rebase(mark)

    def seconds_until(self, moment: datetime) -> float:
        """Home seconds from now to a moment of the system's time; 0 where it has passed."""
        left = (moment - self.now()).total_seconds()
        return max(0.0, left) / self.pace

    def _at(self, home: float) -> float:
        return self._base.system + max(0.0, home - self._base.home) * self._pace

    def _rebase(self, mark: _Mark) -> None:
        expected = self._at(mark.home)
        ahead = expected - (mark.system + _RESOLUTION + (mark.home - mark.asked) * self._pace)
        if mark.system >= expected or ahead > 0:
            self._base = mark
        self._behind = self._behind + 1 if self._shown - mark.system > self._set_back() else 0
        if self._behind >= _SET_BACK_TIMES:
            self._shown, self._base, self._behind = mark.system, mark, 0

    def _set_back(self) -> float:
        return _SET_BACK_SECONDS * max(1.0, self._pace)

    def _learn(self, mark: _Mark) -> None:
        for low, high in (_bounds(earlier, mark) for earlier in self._marks):
            self._low, self._high = max(self._low, low), min(self._high, high)
        if self._low > self._high:
            self._low, self._high = 0.0, float("inf")
            self._marks, self._spacing = [mark], _DELAY
        self._keep(mark)
        self._believe(mark)

    def _believe(self, mark: _Mark) -> None:
        if self._pace > self._high:
            self._pace = 1.0 if self._low <= 1.0 <= self._high else max(self._low, self._high / 2)
        elif self._pace < self._low and any(low > self._pace for low in self._twice(mark)):
            self._pace = self._low

    def _twice(self, last: _Mark) -> Iterator[float]:
        """What two stretches of time that follow each other both prove: a jump is only in one of them."""
        first = self._marks[0]
        for middle in self._marks[1:]:
            yield min(_bounds(first, middle)[0], _bounds(middle, last)[0])

    def _keep(self, mark: _Mark) -> None:
        if self._marks and mark.home - self._marks[-1].home < self._spacing:
            return
        self._marks.append(mark)
        if len(self._marks) > _MARKS:
            self._marks = self._marks[::2]
            self._spacing *= 2


def _bounds(earlier: _Mark, later: _Mark) -> tuple[float, float]:
    """The least and the greatest pace that explain two Dates."""
    system = later.system - earlier.system
    longest, shortest = later.home - earlier.asked, later.asked - earlier.home
    low = max(0.0, (system - _RESOLUTION) / longest) if longest > 0 else 0.0
    high = (max(system, 0.0) + _RESOLUTION) / shortest if shortest > 0 else float("inf")
    return low, high
