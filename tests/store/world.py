"""What the store's tests stand on: clocks that only tests turn, ids, and work in several processes."""

import multiprocessing
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ledgerferry.model.ports import Clock, Ids, VendorClock
from ledgerferry.store.connections import Settings

START = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
SETTINGS = Settings(product="books", dc="us", accounts_url="https://accounts.zoho.com",
                    api_url="https://www.zohoapis.com", organization="10234695", currency="USD")


class TurnedClock(Clock):
    """The home's time, which passes only when it is slept."""

    def __init__(self) -> None:
        self.moment = START

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return (self.moment - START).total_seconds()

    def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


class FarClock(VendorClock):
    """The system's time: some hours away from the home's, at a pace of its own."""

    def __init__(self, home: Clock, pace: float = 1.0) -> None:
        self._home = home
        self._pace = pace

    def now(self) -> datetime:
        return START + timedelta(hours=5, seconds=self._home.monotonic() * self._pace)

    def heard(self, date: datetime, asked: float | None = None) -> None:
        raise AssertionError("the store never hears a date")

    def seconds_until(self, moment: datetime) -> float:
        rest = (moment - self.now()).total_seconds() / self._pace
        return rest + 1e-6 if rest > 0 else 0.0


class CountedIds(Ids):
    """Ids that count up, told apart by who makes them."""

    def __init__(self, maker: str = "") -> None:
        self._maker = maker
        self._made = 0

    def fresh(self, prefix: str) -> str:
        self._made += 1
        return f"{prefix}-{self._maker}{self._made:06}"

    def random(self) -> float:
        return 0.5


def in_processes(work: Callable[..., None], arguments: list[tuple[object, ...]]) -> None:
    """Run the work in that many processes at once; each must end well."""
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=work, args=given) for given in arguments]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert [worker.exitcode for worker in workers] == [0] * len(workers)
