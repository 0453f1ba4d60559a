"""Bisection: which days hold something else than was agreed, found with few calls for sums."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from itertools import accumulate
from typing import Final

from ledgerferry.systems.protocol import Slice, Sums

Ask = Callable[[Slice], Sums | None]
_DAY: Final = timedelta(days=1)


class Agreed:
    """What was agreed for each day, and for any slice of days."""

    def __init__(self, days: Mapping[date, Sums]) -> None:
        """``days`` names one day at least."""
        self._days = sorted(days)
        self._up_to = list(accumulate((days[day] for day in self._days), initial=Sums()))

    @property
    def whole(self) -> Slice:
        """From the first day to the last."""
        return Slice(self._days[0], self._days[-1])

    def of(self, part: Slice) -> Sums:
        """What was agreed for a slice."""
        low, high = self._within(part)
        return self._up_to[high] - self._up_to[low]

    def halves(self, part: Slice) -> tuple[Slice, Slice]:
        """A slice of several days in two, with about as many agreed documents in either."""
        low, high = self._within(part)
        if high - low > 1:
            half = (self._up_to[low].count + self._up_to[high].count) / 2
            cut = bisect_left(self._up_to, half, low + 1, high - 1, key=lambda sums: sums.count)
            last = self._days[cut] - _DAY
        else:
            last = part.first + (part.last - part.first) // 2
        return Slice(part.first, last), Slice(last + _DAY, part.last)

    def _within(self, part: Slice) -> tuple[int, int]:
        return bisect_left(self._days, part.first), bisect_right(self._days, part.last)


def differing(agreed: Agreed, ask: Ask, *, page: int, most: int) -> list[Slice] | None:
    """The slices whose sums are not the agreed ones, each a day or at most ``page`` rows.

    The sums of the second half are those of the whole less those of the first, so that a level costs one
    call. None where sums are not told, or where they and the rows of what differs would take more calls
    than ``most``. Two changes in one slice that cancel out are not seen.
    """
    held = ask(agreed.whole)
    if held is None:
        return None
    found: list[Slice] = []
    calls, undecided = 1, [(agreed.whole, held)]
    while undecided:
        part, held = undecided.pop()
        due = agreed.of(part)
        if held == due:
            continue
        if part.first == part.last or max(held.count, due.count) <= page:
            found.append(part)
            calls += max(1, -(-held.count // page))
        else:
            first, second = agreed.halves(part)
            sums = ask(first)
            if sums is None:
                return None
            calls += 1
            undecided += [(second, held - sums), (first, sums)]
        if calls > most:
            return None
    return sorted(found, key=lambda each: each.first)
