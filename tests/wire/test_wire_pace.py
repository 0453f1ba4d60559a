import random
from datetime import datetime, timedelta
from threading import Thread

import pytest

from ledgerferry.wire.pace import PacedClock

from .world import START, ManualClock


class Vendor:
    """A system whose clock runs ``scale`` times as fast as the home's."""

    def __init__(self, home: ManualClock, scale: float) -> None:
        self.home, self.scale, self.offset = home, scale, 7200.4

    def true(self) -> datetime:
        return START + timedelta(seconds=self.offset + self.home.seconds * self.scale)

    def date(self) -> datetime:
        return self.true().replace(microsecond=0)


def follow(clock: PacedClock, vendor: Vendor, seconds: float, step: float = 0.2) -> None:
    """Answers come every ``step`` home seconds; never is more time believed than has passed."""
    last = clock.now()
    end = vendor.home.seconds + seconds
    while vendor.home.seconds < end:
        vendor.home.seconds += step
        assert clock.now() <= vendor.true()
        clock.heard(vendor.date())
        assert last <= clock.now() <= vendor.true()
        last = clock.now()


def test_before_the_first_answer_nothing_is_known() -> None:
    with pytest.raises(LookupError):
        PacedClock(ManualClock()).now()


@pytest.mark.parametrize(("scale", "within"), [(1.0, 0.0), (6.0, 0.25), (60.0, 1.5)])
def test_learns_the_pace_and_never_runs_ahead(scale: float, within: float) -> None:
    home = ManualClock()
    vendor, clock = Vendor(home, scale), PacedClock(home)
    clock.heard(vendor.date())
    follow(clock, vendor, 40)
    assert scale - within <= clock.pace <= scale
    home.seconds += 10
    behind = (vendor.true() - clock.now()).total_seconds()
    assert 0 <= behind <= 2 + 10 * within


def test_the_pace_is_exactly_one_whatever_the_grain_of_dates() -> None:
    home = ManualClock()
    vendor, clock = Vendor(home, 1.0), PacedClock(home)
    clock.heard(vendor.date())
    chance = random.Random(7)
    for _ in range(2000):
        home.seconds += chance.choice([0.01, 0.3, 2, 40])
        clock.heard(vendor.date())
        assert clock.pace == 1.0


def test_late_dates_do_not_bend_the_pace() -> None:
    home = ManualClock()
    vendor, clock = Vendor(home, 1.0), PacedClock(home)
    clock.heard(vendor.date())
    chance = random.Random(3)
    for _ in range(500):
        date = vendor.date()
        home.seconds += chance.random() * 0.4
        clock.heard(date)
        assert clock.now() <= vendor.true()
    assert clock.pace == 1.0


@pytest.mark.parametrize("after", [0.1, 5.0, 300.0])
def test_a_jump_ahead_moves_the_time_and_not_the_pace(after: float) -> None:
    home = ManualClock()
    vendor, clock = Vendor(home, 1.0), PacedClock(home)
    clock.heard(vendor.date())
    follow(clock, vendor, after, step=min(0.2, after))
    vendor.offset += 86400
    home.seconds += 0.2
    clock.heard(vendor.date())
    assert timedelta(0) <= vendor.true() - clock.now() <= timedelta(seconds=1)
    follow(clock, vendor, 20)
    assert clock.pace == 1.0


def test_a_jump_at_a_learnt_pace_keeps_it() -> None:
    home = ManualClock()
    vendor, clock = Vendor(home, 60.0), PacedClock(home)
    clock.heard(vendor.date())
    follow(clock, vendor, 20)
    vendor.offset += 3600
    follow(clock, vendor, 20)
    assert 57 <= clock.pace <= 60


def test_a_system_that_slows_down_is_believed() -> None:
    home = ManualClock()
    vendor, clock = Vendor(home, 60.0), PacedClock(home)
    clock.heard(vendor.date())
    follow(clock, vendor, 20)
    vendor.offset += home.seconds * 59
    vendor.scale = 1.0
    for _ in range(200):
        home.seconds += 0.5
        clock.heard(vendor.date())
    assert clock.pace == 1.0


def test_small_steps_back_hold_the_time_and_a_real_setting_back_is_followed() -> None:
    home = ManualClock()
    vendor, clock = Vendor(home, 1.0), PacedClock(home)
    clock.heard(vendor.date())
    before = clock.now()
    clock.heard(vendor.date() - timedelta(seconds=3))
    assert clock.now() >= before
    vendor.offset -= 86400
    for _ in range(4):
        home.seconds += 1
        clock.heard(vendor.date())
    assert abs((clock.now() - vendor.true()).total_seconds()) <= 2


def test_waits_are_in_home_seconds_and_never_short() -> None:
    home = ManualClock()
    vendor, clock = Vendor(home, 6.0), PacedClock(home)
    clock.heard(vendor.date())
    follow(clock, vendor, 30)
    moment = vendor.true() + timedelta(seconds=60)
    wait = clock.seconds_until(moment)
    assert 10 <= wait <= 11
    home.seconds += wait
    assert vendor.true() >= moment
    assert clock.seconds_until(vendor.true() - timedelta(hours=1)) == 0


def test_threads_may_hear_at_once() -> None:
    home = ManualClock()
    vendor, clock = Vendor(home, 1.0), PacedClock(home)
    clock.heard(vendor.date())

    def hear() -> None:
        for _ in range(300):
            home.seconds += 0.01
            asked = home.seconds
            clock.heard(vendor.date(), asked)
            clock.now()

    threads = [Thread(target=hear) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.now() <= vendor.true()
    assert clock.pace == 1.0
