"""The quota's rules one by one, and its counting with several threads and processes."""

import threading
from datetime import datetime, timedelta

import pytest

from ledgerferry.model.outcome import Busy
from ledgerferry.store import daycount
from ledgerferry.store.connections import Connections
from ledgerferry.store.database import Database, open_database
from ledgerferry.store.quota import Limits, SqlQuota, Usage, usage
from tests.store.world import SETTINGS, CountedIds, FarClock, TurnedClock, in_processes

WINDOW = timedelta(seconds=61.5)


def quota_of(db: Database, clock: TurnedClock, limits: Limits, maker: str = "") -> SqlQuota:
    return SqlQuota(db, "books", limits, FarClock(clock), clock, CountedIds(maker), slot_seconds=30)


def refused(quota: SqlQuota, weight: int = 1) -> Busy:
    with pytest.raises(Busy) as told:
        quota.permit(weight)
    assert told.value.system == "books"
    return told.value


def rows(db: Database) -> int:
    with db.read() as conn:
        return int(conn.exec_driver_sql("SELECT count(*) FROM permits").scalar_one())


def test_the_limits_keep_their_margin() -> None:
    limits = Limits(per_minute=100, per_day=2_000, in_flight=10)
    assert (limits.minute, limits.day, limits.slots) == (95, 1_900, 9)
    assert limits.window == WINDOW
    least = Limits(per_minute=1, per_day=1, in_flight=1)
    assert (least.minute, least.day, least.slots) == (1, 1, 1)


def test_an_answered_call_counts_for_a_minute_and_the_pad(db: Database, books: str,
                                                          clock: TurnedClock) -> None:
    quota, vendor = quota_of(db, clock, Limits(4, 1_000, 10)), FarClock(clock)
    permits = [quota.permit() for _ in range(3)]
    answered: list[datetime] = []
    for permit in permits:
        clock.sleep(1)
        answered.append(vendor.now())
        permit.settle(answered[-1])
    busy = refused(quota)
    assert (busy.cap, busy.until) == ("minute", answered[0] + WINDOW)
    assert refused(quota, weight=2).until == answered[1] + WINDOW
    clock.sleep(vendor.seconds_until(busy.until) - 0.001)
    refused(quota)
    clock.sleep(0.001)
    quota.permit().settle(vendor.now())
    refused(quota)
    clock.sleep(600)
    quota.permit().settle(vendor.now())
    assert rows(db) == 1


def test_an_open_call_counts_for_as_long_as_it_lasts(db: Database, books: str, clock: TurnedClock) -> None:
    quota, vendor = quota_of(db, clock, Limits(2, 1_000, 10)), FarClock(clock)
    permit = quota.permit()
    clock.sleep(29)
    assert refused(quota).until == vendor.now() + WINDOW
    permit.settle(None)
    assert refused(quota).until == vendor.now() + WINDOW


def test_a_call_that_never_left_gives_everything_back(db: Database, books: str, clock: TurnedClock) -> None:
    quota = quota_of(db, clock, Limits(1, 1, 1))
    permit = quota.permit()
    assert refused(quota).cap == "day"
    permit.settle(None, counted=False)
    permit.settle(None, counted=False)
    quota.permit()
    assert refused(quota).cap == "day"
    with db.read() as conn:
        assert daycount.used(conn, books, FarClock(clock).now()) == 1


def test_open_calls_fill_the_slots(db: Database, books: str, clock: TurnedClock) -> None:
    quota, vendor = quota_of(db, clock, Limits(1_000, 1_000, 10)), FarClock(clock)
    permits = [quota.permit() for _ in range(9)]
    busy = refused(quota)
    assert busy.cap == "in_flight"
    assert vendor.now() < busy.until < vendor.now() + timedelta(seconds=2)
    permits[4].settle(vendor.now())
    quota.permit()
    assert refused(quota).cap == "in_flight"


def test_a_killed_call_frees_its_slot_in_time_and_counts_from_then(db: Database, books: str,
                                                                   clock: TurnedClock) -> None:
    quota, vendor = quota_of(db, clock, Limits(2, 1_000, 10)), FarClock(clock)
    quota.permit()
    clock.sleep(30)
    noticed = vendor.now()
    assert refused(quota).until == noticed + WINDOW
    for _ in range(3):
        clock.sleep(10)
        assert refused(quota).until == noticed + WINDOW
    clock.sleep(vendor.seconds_until(noticed + WINDOW))
    quota.permit()


def test_a_killed_call_of_the_one_slot_frees_it(db: Database, books: str, clock: TurnedClock) -> None:
    quota = quota_of(db, clock, Limits(100, 1_000, 1))
    quota.permit()
    clock.sleep(29.9)
    assert refused(quota).cap == "in_flight"
    clock.sleep(0.1)
    quota.permit()


def test_an_answer_later_than_its_slot_still_counts(db: Database, books: str, clock: TurnedClock) -> None:
    quota, vendor = quota_of(db, clock, Limits(2, 1_000, 10)), FarClock(clock)
    late = quota.permit()
    clock.sleep(30)
    refused(quota)
    clock.sleep(200)
    quota.permit().settle(None, counted=False)
    assert rows(db) == 0
    late.settle(vendor.now())
    assert refused(quota).until == vendor.now() + WINDOW


def test_the_day_is_counted_in_quarters(db: Database, books: str, clock: TurnedClock) -> None:
    quota, vendor = quota_of(db, clock, Limits(100, 11, 10)), FarClock(clock)
    first = vendor.now()
    for _ in range(10):
        quota.permit().settle(vendor.now())
        clock.sleep(600)
    busy = refused(quota)
    assert (busy.cap, busy.until) == ("day", first + timedelta(hours=24, minutes=15))
    assert refused(quota, weight=3).until == first + timedelta(hours=24, minutes=30)
    clock.sleep(vendor.seconds_until(busy.until))
    quota.permit().settle(vendor.now())
    quota.permit().settle(vendor.now())
    assert refused(quota).until == first + timedelta(hours=24, minutes=30)


def test_headroom_leaves_a_share_of_the_day_to_others(db: Database, books: str, clock: TurnedClock) -> None:
    quota, vendor = quota_of(db, clock, Limits(100, 100, 10, headroom=80)), FarClock(clock)
    quota.permit(19).settle(vendor.now())
    assert refused(quota).cap == "day"
    quota_of(db, clock, Limits(100, 100, 10), "other").permit(1).settle(vendor.now())


def test_headroom_is_there_for_others_to_use(db: Database, books: str, clock: TurnedClock) -> None:
    quota, vendor = quota_of(db, clock, Limits(None, 100, 10, headroom=40)), FarClock(clock)
    quota.told(60)
    quota.permit(55).settle(vendor.now())
    assert "others" in refused(quota).why


def test_a_call_counts_in_the_quarter_of_its_answer(db: Database, books: str, clock: TurnedClock) -> None:
    quota, vendor = quota_of(db, clock, Limits(100, 1, 10)), FarClock(clock)
    permit = quota.permit()
    clock.sleep(20 * 60)
    permit.settle(vendor.now())
    permit.settle(vendor.now())
    assert refused(quota).until == daycount.bucket(vendor.now()) + timedelta(hours=24, minutes=15)
    with db.read() as conn:
        assert daycount.used(conn, books, vendor.now()) == 1


def test_a_pause_holds_until_its_end(db: Database, books: str, clock: TurnedClock) -> None:
    quota, vendor = quota_of(db, clock, Limits(100, 1_000, 10)), FarClock(clock)
    until = vendor.now() + timedelta(hours=1)
    quota.pause(until, "blocked")
    quota.pause(vendor.now() + timedelta(minutes=1), "minute")
    busy = refused(quota)
    assert (busy.cap, busy.until) == ("blocked", until)
    clock.sleep(3_600)
    quota.permit()


def test_a_connection_may_be_tried_before_it_is_stored(db: Database, clock: TurnedClock) -> None:
    quota, vendor = quota_of(db, clock, Limits(2, 1_000, 10)), FarClock(clock)
    quota.permit().settle(vendor.now())
    quota.pause(vendor.now() + timedelta(seconds=1), "minute")
    assert refused(quota).cap == "minute"


def test_what_can_never_fit_is_a_bug(db: Database, books: str, clock: TurnedClock) -> None:
    with pytest.raises(ValueError, match="weight 5"):
        quota_of(db, clock, Limits(5, 1_000, 10)).permit(5)


def test_connections_do_not_share_a_quota(db: Database, books: str, clock: TurnedClock) -> None:
    Connections(db).save("crm", SETTINGS)
    books_quota = quota_of(db, clock, Limits(2, 1_000, 10))
    crm = SqlQuota(db, "crm", Limits(2, 1_000, 10), FarClock(clock), clock, CountedIds("crm"), 30)
    books_quota.permit()
    crm.permit()
    refused(books_quota)


def test_usage_tells_what_is_left(db: Database, books: str, clock: TurnedClock) -> None:
    limits = Limits(100, 1_000, 10)
    quota, vendor = quota_of(db, clock, limits), FarClock(clock)
    quota.permit(3).settle(vendor.now())
    quota.permit()
    with db.read() as conn:
        assert usage(conn, books, limits, vendor.now()) == Usage(4, 95, 4, 950)
    clock.sleep(120)
    with db.read() as conn:
        assert usage(conn, books, limits, vendor.now()) == Usage(1, 95, 4, 950)


def take_all(db: Database, maker: str) -> int:
    clock = TurnedClock()
    quota, taken = quota_of(db, clock, Limits(60, 1_000, 1_000), maker), 0
    while True:
        try:
            permit = quota.permit()
        except Busy:
            return taken
        taken += 1
        permit.settle(FarClock(clock).now())


def test_threads_together_take_no_more_than_there_is(db: Database, books: str) -> None:
    taken: list[int] = []
    threads = [threading.Thread(target=lambda n=n: taken.append(take_all(db, f"{n}-"))) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 57


def take_all_in_process(url: str, maker: str) -> None:
    db = open_database(url)
    take_all(db, maker)
    db.close()


def test_processes_together_take_no_more_than_there_is(db: Database, books: str, url: str) -> None:
    in_processes(take_all_in_process, [(url, "a-"), (url, "b-"), (url, "c-")])
    with db.read() as conn:
        found = usage(conn, books, Limits(60, 1_000, 1_000), FarClock(TurnedClock()).now())
    assert (found.minute_used, found.day_used) == (57, 57)


def test_f77_heavy_calls_have_slots_of_their_own(db: Database, clock: TurnedClock) -> None:
    quota = quota_of(db, clock, Limits(None, 50_000, 20, heavy_in_flight=10))
    heavy = [quota.permit(heavy=True) for _ in range(9)]
    with pytest.raises(Busy) as told:
        quota.permit(heavy=True)
    assert told.value.cap == "in_flight"
    light = [quota.permit() for _ in range(10)]
    assert refused(quota).cap == "in_flight"
    light[0].settle(None)
    heavy[0].settle(None)
    quota.permit(heavy=True).settle(None)
    with db.read() as conn:
        assert daycount.used(conn, "books", FarClock(clock).now()) == 20


def test_f75_credits_are_of_a_rolling_day_and_no_minute_limits_them(db: Database, clock: TurnedClock) -> None:
    quota, vendor = quota_of(db, clock, Limits(None, 1_000, 20)), FarClock(clock)
    for _ in range(19):
        quota.permit(50).settle(vendor.now())
    busy = refused(quota)
    assert (busy.cap, busy.until > vendor.now() + timedelta(hours=23)) == ("day", True)


def test_a_heavy_slot_is_given_back_where_the_call_has_no_room(db: Database, clock: TurnedClock) -> None:
    quota = quota_of(db, clock, Limits(None, 50_000, 2, heavy_in_flight=10))
    kept = quota.permit()
    for _ in range(20):
        with pytest.raises(Busy):
            quota.permit(heavy=True)
    assert rows(db) == 1
    kept.settle(None)


class TestTold:
    """The system says what is left of its day (F79)."""

    LIMITS = Limits(None, 1_000, 10)

    def spend(self, quota: SqlQuota, vendor: FarClock, weight: int) -> None:
        quota.permit(weight).settle(vendor.now())

    def test_f79_what_others_spend_leaves_less_for_us(
        self, db: Database, books: str, clock: TurnedClock
    ) -> None:
        quota, vendor = quota_of(db, clock, self.LIMITS), FarClock(clock)
        self.spend(quota, vendor, 100)
        quota.told(300)
        with db.read() as conn:
            assert usage(conn, "books", self.LIMITS, vendor.now()) == Usage(100, 950, 100, 950, 600)
        self.spend(quota, vendor, 250)
        busy = refused(quota)
        assert (busy.cap, "others" in busy.why) == ("day", True)
        assert timedelta(0) < busy.until - vendor.now() <= timedelta(minutes=30)

    def test_f79_it_is_asked_again_after_a_while(self, db: Database, books: str, clock: TurnedClock) -> None:
        quota, vendor = quota_of(db, clock, self.LIMITS), FarClock(clock)
        self.spend(quota, vendor, 10)
        quota.told(0)
        until = refused(quota).until
        clock.sleep(vendor.seconds_until(until))
        self.spend(quota, vendor, 1)
        quota.told(2)
        assert refused(quota).until > until

    def test_f79_others_who_stop_give_back_what_they_took(
        self, db: Database, books: str, clock: TurnedClock
    ) -> None:
        quota, vendor = quota_of(db, clock, self.LIMITS), FarClock(clock)
        self.spend(quota, vendor, 10)
        quota.told(0)
        refused(quota)
        quota.told(990)
        self.spend(quota, vendor, 10)

    @pytest.mark.parametrize("remaining", [900, 1_000, 1_000_000])
    def test_f79_more_than_the_plan_allows_is_not_believed(
        self, db: Database, books: str, clock: TurnedClock, remaining: int
    ) -> None:
        quota, vendor = quota_of(db, clock, self.LIMITS), FarClock(clock)
        self.spend(quota, vendor, 900)
        quota.told(remaining)
        self.spend(quota, vendor, 50)
        assert "others" not in refused(quota).why

    def test_f79_another_process_knows_it_too(self, db: Database, books: str, clock: TurnedClock) -> None:
        quota_of(db, clock, self.LIMITS).told(0)
        refused(quota_of(db, clock, self.LIMITS, "b"))
