"""An hour at 95% of every limit: who keeps the rules sees no 429, who breaks one is told as documented."""

import heapq
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from ledgerferry.model.outcome import Busy
from ledgerferry.model.ports import Permit
from ledgerferry.store.connections import Connections
from ledgerferry.store.database import memory_database
from ledgerferry.store.quota import Limits, SqlQuota
from ledgerferry.systems.books.declaration import BooksSettings, declare
from ledgerferry.systems.crm import CrmSettings
from ledgerferry.wire.pace import PacedClock
from ledgerferry_sandbox import seeds
from ledgerferry_sandbox.desk import Desk, VirtualClock
from ledgerferry_sandbox.sandbox import Exchange, Sandbox
from tests.sandbox.caller import Caller
from tests.store.world import SETTINGS, CountedIds
from tests.systems.inprocess import SharedClock

PLENTY = 10**9
HOUR = 3600.0
_books = declare(BooksSettings(organization="1", api_url="https://x.example", plan="standard"), 20)
_crm = CrmSettings(organization="1", api_url="https://x.example", edition="enterprise")
BOOKS = Limits(_books.per_minute, PLENTY, _books.in_flight)
CRM = Limits(None, PLENTY, _crm.at_once, heavy_in_flight=_crm.heavy_at_once)


# F19, F21, F77; the day's raised.
THEIRS = {
    "books": {"minute": 100, "in_flight": 10, "burst": 1100, "day": PLENTY},
    "crm": {"in_flight": 20, "sub_in_flight": 10, "day": PLENTY},
}


@dataclass(frozen=True)
class Asked:
    """A kind of call: what it asks for, whether it is a heavy one, and its body."""

    method: str
    target: str
    heavy: bool = False
    body: Any = None


BOOKS_CALLS = (Asked("GET", f"/books/v3/contacts?organization_id={seeds.ORGANIZATION_ID}"),)
CRM_CALLS = (
    Asked("GET", "/crm/v8/Contacts?fields=Last_Name"),
    Asked("POST", "/crm/v8/coql", True, {"select_query": "select id from Contacts where id is not null"}),
    Asked("GET", "/crm/v8/Contacts?fields=Last_Name&sort_by=id", True),
)


class Hour:
    """One account before the sandbox: calls that stay open for seconds, under the quota or without one."""

    def __init__(self, service: str, limits: Limits, **positions: str) -> None:
        self.clock = VirtualClock()
        self.sandbox = Sandbox(Desk(clock=self.clock))
        self.caller = Caller(self.sandbox)
        self.caller.control("PUT", "limits", {service: THEIRS[service]})
        self.caller.control("PUT", "switches", positions)
        home = SharedClock(self.clock)
        self.vendor = PacedClock(home)
        database = memory_database()
        Connections(database).save("acme", SETTINGS)
        self.quota = SqlQuota(database, "acme", limits, self.vendor, home, CountedIds(), 60)
        self.random = Random(1)
        self.open: list[tuple[float, int, Exchange, Permit]] = []
        self.statuses: list[int] = []
        self.most_open = 0
        self.told: set[str] = set()
        self._signed_until = 0.0
        self.sign()
        self.hear()

    def sign(self) -> None:
        if self.clock.now() >= self._signed_until:
            self.caller.sign_in()
            self._signed_until = self.clock.now() + HOUR / 2

    def hear(self) -> datetime:
        """The Date of an answer that is given now: whole seconds."""
        date = datetime.fromtimestamp(int(self.clock.now()), UTC)
        self.vendor.heard(date)
        return date

    def begin(self, asked: Asked) -> Exchange:
        self.sign()
        headers = {
            "authorization": f"Zoho-oauthtoken {self.caller.token}",
            "content_type": "application/json",
        }
        request = self.caller.request(asked.method, asked.target, asked.body, **headers)
        return self.sandbox.begin(request)

    def run(self, calls: tuple[Asked, ...], seconds: float, lasts: Callable[[Random], float]) -> None:
        """As many calls as the quota lets out, each open for a while."""
        ends = self.clock.now() + seconds
        while self.clock.now() < ends:
            asked = self.random.choice(calls)
            try:
                permit = self.quota.permit(heavy=asked.heavy)
            except Busy as busy:
                self.told.add(busy.cap)
                full = busy.cap == "in_flight"
                self.wait(HOUR if full else self.vendor.seconds_until(busy.until))
                continue
            exchange = self.begin(asked)
            self.statuses.append(exchange.answer.status)
            done = self.clock.now() + lasts(self.random)
            heapq.heappush(self.open, (done, len(self.statuses), exchange, permit))
            self.most_open = max(self.most_open, len(self.open))

    def wait(self, seconds: float) -> None:
        """Until the next call ends, or that long."""
        until = self.clock.now() + max(seconds, 0.01)
        if self.open and self.open[0][0] <= until:
            done, _, exchange, permit = heapq.heappop(self.open)
            self.clock.advance(max(0.0, done - self.clock.now()))
            self.sandbox.finish(exchange)
            permit.settle(self.hear())
            return
        self.clock.advance(until - self.clock.now())


def refusal(exchange: Exchange) -> tuple[int, Any]:
    return exchange.answer.status, json.loads(exchange.answer.body)["code"]


@pytest.mark.parametrize(("window", "minutes"), [("fixed", 15), ("sliding", 60)])
def test_books_an_hour_at_95_percent_of_the_minute(window: str, minutes: int) -> None:
    hour = Hour("books", BOOKS, minute_window=window)
    hour.run(BOOKS_CALLS, minutes * 60.0, lambda random: random.uniform(0.05, 0.5))
    assert set(hour.statuses) == {200}
    assert len(hour.statuses) >= 95 * minutes * 0.9


def test_books_an_hour_at_95_percent_of_calls_at_once() -> None:
    hour = Hour("books", BOOKS)
    hour.run(BOOKS_CALLS, HOUR, lambda random: random.uniform(8.0, 15.0))
    assert set(hour.statuses) == {200}
    assert hour.most_open == BOOKS.slots == 9


def test_crm_an_hour_at_95_percent_of_calls_and_heavy_calls_at_once() -> None:
    hour = Hour("crm", CRM)
    hour.run(CRM_CALLS, HOUR, lambda random: random.uniform(20.0, 55.0))
    assert set(hour.statuses) == {204}
    assert hour.most_open == CRM.slots == 19


@pytest.mark.parametrize("heavy", [0, 10])
def test_crm_one_more_than_may_be_open_is_refused_as_documented(heavy: int) -> None:
    hour = Hour("crm", CRM)
    calls = [CRM_CALLS[1]] * heavy if heavy else [CRM_CALLS[0]] * 20
    assert {hour.begin(asked).answer.status for asked in calls} == {204}
    assert refusal(hour.begin(calls[0])) == (429, "TOO_MANY_REQUESTS")


def test_books_one_more_than_a_minute_or_the_slots_hold_is_refused_as_documented() -> None:
    hour = Hour("books", BOOKS)
    opened = [hour.begin(BOOKS_CALLS[0]) for _ in range(11)]
    assert [exchange.answer.status for exchange in opened] == [200] * 10 + [429]
    assert refusal(opened[-1]) == (429, 1070)
    for exchange in opened:
        hour.sandbox.finish(exchange)
    for _ in range(100):
        last = hour.begin(BOOKS_CALLS[0])
        hour.sandbox.finish(last)
    assert refusal(last) == (429, 44)


@pytest.mark.parametrize(
    ("service", "calls", "limits"), [("books", BOOKS_CALLS, BOOKS), ("crm", CRM_CALLS[:1], CRM)]
)
def test_the_day_ends_for_us_before_it_does_for_them(
    service: str, calls: tuple[Asked, ...], limits: Limits
) -> None:
    day = Limits(limits.per_minute, 200, limits.in_flight, limits.heavy_in_flight)
    hour = Hour(service, day)
    hour.caller.control("PUT", "limits", {service: {"day": 200}})
    began = hour.clock.now()
    hour.run(calls, 7200, lambda random: random.uniform(0.1, 0.5))
    assert (len(hour.statuses), 429 in hour.statuses, "day" in hour.told) == (190, False, True)
    assert hour.clock.now() - began > 23 * HOUR
    hour.run(calls, 60, lambda random: random.uniform(0.1, 0.5))
    assert len(hour.statuses) > 190
    assert 429 not in hour.statuses
