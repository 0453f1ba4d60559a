"""The bell, and a lane's ways of stopping, with real threads."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest

from ledgerferry.engine.apply import Idle
from ledgerferry.engine.lane import Bell, Lane
from ledgerferry.model.outcome import Unreachable
from ledgerferry.store.claims import Claim
from tests.store.world import START, FarClock, TurnedClock

SOON = 5.0


class Scripted:
    """A worker that takes what it is given, in order, and then has nothing to do."""

    def __init__(self, *takes: Claim | Idle, work: Callable[[Claim], None] = lambda _: None) -> None:
        self._takes = list(takes)
        self._work = work

    def take(self) -> Claim | Idle:
        return self._takes.pop(0) if self._takes else Idle()

    def work(self, claim: Claim) -> None:
        self._work(claim)


def _lane(worker: Scripted, bell: Bell, pool: ThreadPoolExecutor, slots: int = 2) -> Lane:
    clock = TurnedClock()
    return Lane(
        worker,  # type: ignore[arg-type]
        FarClock(clock, pace=2.0),
        clock,
        slots=threading.Semaphore(slots),
        pool=pool,
        bell=bell,
    )


@pytest.fixture
def pool() -> ThreadPoolExecutor:
    """A few threads."""
    return ThreadPoolExecutor(4)


def _claim(key: str = "k") -> Claim:
    return Claim("w", ((key, 1),), probing=False)


def test_the_bell_wakes_who_waits() -> None:
    bell, heard = Bell(), threading.Event()

    def wait() -> None:
        if bell.wait(SOON):
            heard.set()

    waiting = threading.Thread(target=wait)
    waiting.start()
    while not heard.is_set() and waiting.is_alive():
        bell.ring()
    waiting.join(SOON)
    assert heard.is_set()


def test_the_bell_says_when_nobody_rang() -> None:
    assert not Bell().wait(0.01)


def test_the_bell_is_busy_while_something_is_open() -> None:
    bell = Bell()
    bell.opened()
    assert bell.busy
    bell.closed()
    assert not bell.busy


def test_a_lane_does_all_there_is_and_says_why_it_stopped(pool: ThreadPoolExecutor) -> None:
    done: list[str] = []
    idle = Idle(home=START + timedelta(seconds=7))
    worker = Scripted(
        _claim("a"), _claim("b"), _claim("c"), idle, idle, idle, idle, work=lambda c: done.extend(c.keys)
    )
    pace = _lane(worker, Bell(), pool).drain(10)
    assert sorted(done) == ["a", "b", "c"]
    assert not pace.idle.for_ever or pace.seconds > 0


def test_a_wait_for_the_system_is_counted_in_home_seconds(pool: ThreadPoolExecutor) -> None:
    far = START + timedelta(hours=5, seconds=60)
    assert _lane(Scripted(Idle(system=far)), Bell(), pool).drain(10).seconds == pytest.approx(30, abs=0.01)


def test_a_wait_by_two_clocks_is_the_shorter(pool: ThreadPoolExecutor) -> None:
    idle = Idle(home=START + timedelta(seconds=4), system=START + timedelta(hours=5, seconds=60))
    assert _lane(Scripted(idle), Bell(), pool).drain(10).seconds == pytest.approx(4)


def test_no_more_than_the_slots_are_open_at_once(pool: ThreadPoolExecutor) -> None:
    lock, now, most = threading.Lock(), [0], [0]

    def work(_: Claim) -> None:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        threading.Event().wait(0.01)
        with lock:
            now[0] -= 1

    _lane(Scripted(*(_claim(str(n)) for n in range(8)), work=work), Bell(), pool, slots=2).drain(8)
    assert most[0] == 2


def test_a_system_that_stays_unreachable_is_told(pool: ThreadPoolExecutor) -> None:
    def work(_: Claim) -> None:
        raise Unreachable("nobody there")

    pace = _lane(Scripted(*(_claim(str(n)) for n in range(20)), work=work), Bell(), pool).drain(20)
    assert pace.unreachable is not None
    assert "nobody there" in pace.unreachable


def test_a_bug_in_the_work_is_raised_and_gives_its_slot_back(pool: ThreadPoolExecutor) -> None:
    def work(claim: Claim) -> None:
        if claim.keys == ["bad"]:
            raise ZeroDivisionError

    lane = _lane(Scripted(_claim("bad"), work=work), Bell(), pool, slots=1)
    with pytest.raises(ZeroDivisionError):
        lane.drain(1)
    assert lane.drain(1).idle.for_ever


def test_a_lane_that_is_stopped_claims_no_more(pool: ThreadPoolExecutor) -> None:
    done: list[str] = []
    lane = _lane(Scripted(_claim("a"), work=lambda c: done.extend(c.keys)), Bell(), pool)
    lane.stop()
    lane.drain(10)
    assert done == []


def test_in_a_long_wait_one_lane_asks_for_the_time_and_ever_more_seldom() -> None:
    bell = Bell()
    asked = [second for second in range(1, 3_601) for _ in range(9) if bell.asks(float(second))]
    assert asked[:3] == [3, 5, 7]
    assert len(asked) == len(set(asked)) < 160
    assert all(later - earlier <= 30 for earlier, later in pairwise(asked))
    bell.opened()
    bell.closed()
    assert [second for second in range(3_601, 3_607) if bell.asks(float(second))] == [3_603, 3_605]
