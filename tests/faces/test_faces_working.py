"""One worker in a home on Postgres: who stood still too long follows the one that took over."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from ledgerferry.faces.house import House
from ledgerferry.faces.settings import Settings
from ledgerferry.faces.surroundings import Surroundings
from ledgerferry.faces.working import worked
from ledgerferry.flows.result import PlanReport
from ledgerferry.store.database import open_database
from ledgerferry.store.keys import load_key
from ledgerferry.store.runs import Order, Run, RunState
from ledgerferry.store.seal import Seal
from ledgerferry.store.worker import LeaseLock
from tests.store.conftest import postgres
from tests.store.world import TurnedClock

__all__ = ["postgres"]


@pytest.fixture
def house(postgres: str, tmp_path: Path) -> Iterator[House]:
    seal = Seal(load_key(tmp_path, None))
    database = open_database(postgres)
    with House(Settings(home=tmp_path), database, seal, Surroundings(clock=TurnedClock())) as opened:
        yield opened


@dataclass
class Other:
    """Another process of the home, which finishes the run as soon as it is followed."""

    house: House
    run: str
    lock: LeaseLock

    def say(self, text: str) -> None:
        if text.startswith("other works"):
            with self.house.database.transaction("test") as tx:
                self.house.shelf.runs.move(tx, self.run, RunState.DONE, self.house.clock.now())
            self.lock.release()

    def plan(self, report: PlanReport) -> None:
        raise AssertionError(report)

    def progress(self, done: int, total: int, calls: int, per_minute: int, waiting: str | None) -> None:
        raise AssertionError(waiting)


def test_a_worker_that_stood_still_follows_the_one_that_took_over(house: House) -> None:
    order = Order(flow="migrate", connection="main", source="/docs", today=date(2026, 1, 2))
    with house.database.transaction("test") as tx:
        house.shelf.runs.open(tx, "run-1", order, house.clock.now())
    with house.database.read() as conn:
        run = house.shelf.runs.get(conn, "run-1")
    assert run is not None
    other = Other(house, run.id, LeaseLock(house.database, "other", house.clock))
    walks = []

    def walk() -> str:
        walks.append("begun")
        house.clock.sleep(31)
        assert other.lock.try_acquire()
        house.heartbeat()
        raise AssertionError("it went on without the lock")

    def stored(finished: Run) -> str:
        return finished.state

    assert worked(house, run, other, walk, stored) == "done"
    assert walks == ["begun"]
