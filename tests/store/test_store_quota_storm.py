"""No window of the system's time ever holds more than its limit, whatever the calls do."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from ledgerferry.model.outcome import Busy
from ledgerferry.model.ports import Permit
from ledgerferry.store.connections import Connections
from ledgerferry.store.database import memory_database
from ledgerferry.store.quota import Limits, SqlQuota
from tests.store.world import SETTINGS, CountedIds, FarClock, TurnedClock

SLOT = 30.0
MINUTE, DAY = timedelta(minutes=1), timedelta(hours=24)
End = Literal["answered", "lost", "unsent", "killed"]


@dataclass
class Call:
    """One call under way; ``early`` is whether the system counts it at its start or at its end."""

    permit: Permit
    weight: int
    early: bool
    began: datetime
    slot_until: datetime


@dataclass
class System:
    """The system's own count of what reached it."""

    counted: list[tuple[datetime, int]] = field(default_factory=list)

    def most_in(self, window: timedelta) -> int:
        return max((sum(w for at, w in self.counted if start <= at < start + window)
                    for start, _ in self.counted), default=0)


class Storm:
    """One quota, one system, and calls that begin and end as the test says."""

    def __init__(self, limits: Limits, pace: float) -> None:
        self.db = memory_database()
        Connections(self.db).save("books", SETTINGS)
        self.clock = TurnedClock()
        self.vendor = FarClock(self.clock, pace)
        self.pace = pace
        self.quota = SqlQuota(self.db, "books", limits, self.vendor, self.clock, CountedIds(), SLOT)
        self.limits = limits
        self.open: list[Call] = []
        self.killed: list[Call] = []
        self.system = System()
        self.told: list[timedelta] = []

    def begin(self, weight: int, early: bool) -> None:
        try:
            permit = self.quota.permit(weight)
        except Busy as busy:
            self.told.append(busy.until - self.vendor.now())
            return
        end = self.clock.now() + timedelta(seconds=SLOT)
        self.open.append(Call(permit, weight, early, self.vendor.now(), end))
        living = [call for call in self.open + self.killed if call.slot_until > self.clock.now()]
        assert len(living) <= self.limits.slots

    def end(self, number: int, how: End) -> None:
        if not self.open:
            return
        call = self.open.pop(number % len(self.open))
        if how == "killed":
            self.killed.append(call)
            self.count(call)
        elif how == "unsent":
            call.permit.settle(None, counted=False)
        else:
            self.count(call)
            date = self.vendor.now().replace(microsecond=0)
            call.permit.settle(date if how == "answered" else None)

    def count(self, call: Call) -> None:
        self.system.counted.append((call.began if call.early else self.vendor.now(), call.weight))

    def wait(self, seconds: float) -> None:
        """Let the system's time pass; no call lasts longer than its slot."""
        self.clock.sleep(seconds / self.pace)
        for number in reversed(range(len(self.open))):
            if self.open[number].slot_until <= self.clock.now() + timedelta(seconds=1):
                call = self.open.pop(number)
                self.system.counted.append((call.began, call.weight))
                call.permit.settle(None)


def steps(longest: int) -> st.SearchStrategy[list[tuple[float, int, bool, int, End | None]]]:
    waits = st.one_of(st.just(0.0), st.just(0.0), st.floats(0, longest / 20), st.floats(0, longest))
    ends = st.sampled_from([None, "answered", "answered", "answered", "lost", "unsent", "killed"])
    return st.lists(st.tuples(waits, st.integers(1, 3), st.booleans(), st.integers(0, 9), ends),
                    min_size=30, max_size=60)


def run(storm: Storm, script: Sequence[tuple[float, int, bool, int, End | None]]) -> None:
    for seconds, weight, early, number, how in script:
        storm.wait(seconds)
        storm.begin(weight, early)
        if how is not None:
            storm.end(number, how)
    while storm.open:
        storm.end(0, "answered")


@settings(max_examples=25, deadline=None)
@given(st.sampled_from([1.0, 0.97, 60.0]), st.integers(4, 12), steps(40))
def test_no_minute_of_the_system_holds_too_much(
        pace: float, per_minute: int, script: list[tuple[float, int, bool, int, End | None]]) -> None:
    storm = Storm(Limits(per_minute, 10_000, 5), pace)
    run(storm, script)
    assert storm.system.most_in(MINUTE) <= storm.limits.minute
    assert all(timedelta(0) < wait <= timedelta(seconds=61.5) for wait in storm.told)
    storm.db.close()


@settings(max_examples=15, deadline=None)
@given(st.integers(6, 14), steps(6 * 3_600))
def test_no_day_of_the_system_holds_too_much(
        per_day: int, script: list[tuple[float, int, bool, int, End | None]]) -> None:
    storm = Storm(Limits(100, per_day, 5), 60.0)
    run(storm, script)
    assert storm.system.most_in(DAY) <= storm.limits.day
    storm.db.close()


@settings(max_examples=20, deadline=None)
@given(st.integers(4, 9), st.integers(6, 20), steps(300), st.integers(1, 3))
def test_at_the_moment_told_there_is_room(
        per_minute: int, per_day: int, script: list[tuple[float, int, bool, int, End | None]],
        weight: int) -> None:
    storm = Storm(Limits(per_minute, per_day, 5), 1.0)
    run(storm, script)
    storm.wait(2 * SLOT)
    with suppress(Busy):
        storm.quota.permit().settle(None, counted=False)
    try:
        storm.quota.permit(weight)
    except Busy as busy:
        storm.wait(storm.vendor.seconds_until(busy.until))
        storm.quota.permit(weight)
    storm.db.close()


def test_a_greedy_client_uses_the_minute_well() -> None:
    storm = Storm(Limits(100, 10_000, 10), 6.0)
    end = storm.vendor.now() + 10 * MINUTE
    while storm.vendor.now() < end:
        try:
            permit = storm.quota.permit()
        except Busy as busy:
            storm.clock.sleep(storm.vendor.seconds_until(busy.until))
            continue
        storm.clock.sleep(0.05)
        storm.system.counted.append((storm.vendor.now(), 1))
        permit.settle(storm.vendor.now().replace(microsecond=0))
    assert storm.system.most_in(MINUTE) <= 95
    assert 0.88 * 1_000 <= len(storm.system.counted) <= 0.97 * 1_000
    storm.db.close()
