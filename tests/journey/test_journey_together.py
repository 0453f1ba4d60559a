"""Two at the same moment, and an engine that loses its tables: one result all the same."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledgerferry_bench.journey.picture import differences
from ledgerferry_bench.journey.stage import Row, Said, migrating, pause
from ledgerferry_sandbox import samples
from tests.journey.conftest import Journey, Town

SLOW: Row = {"service": "books", "mode": "slow", "ms": 300}


@dataclass(frozen=True)
class Calm:
    """A folder, and what an undisturbed migration of it came to."""

    folder: Path
    said: Said
    holds: dict[str, list[str]]


@pytest.fixture(scope="module")
def calm(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Calm:
    where = tmp_path_factory.mktemp("calm")
    samples.write(where / "docs", 6, 24, 3)
    alone = town.anew(where)
    said = alone.migrate()
    assert said.json["documents"]["loaded"] == 24, said.told
    return Calm(where / "docs", said, alone.holds())


def proven(said: Said) -> dict[str, object]:
    """What was verified, but when."""
    return {key: found for key, found in said.json["verify"].items() if key not in {"at", "rows_at"}}


def test_two_migrations_of_one_folder_in_one_home_are_one(journey: Journey, calm: Calm) -> None:
    processes = [journey.ferry.start(*migrating(calm.folder)) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(journey.ferry.heard, processes)

    assert {first.code, second.code} == {calm.said.code}, first.told + second.told
    assert first.json["run"] == second.json["run"]
    assert first.json["verify"] == second.json["verify"]
    assert proven(first) == proven(calm.said)
    assert first.json["documents"] == second.json["documents"] == calm.said.json["documents"]
    assert differences(calm.holds, journey.holds()) == []


def test_two_homes_on_one_account_write_no_record_twice(journey: Journey, calm: Calm) -> None:
    ferries = [journey.ferry, journey.home("other")]
    processes = [ferry.start(*migrating(calm.folder)) for ferry in ferries]
    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(lambda pair: pair[0].heard(pair[1]), zip(ferries, processes, strict=True)))

    assert differences(calm.holds, journey.holds()) == [], said[0].told + said[1].told
    assert [s.code for s in said] == [calm.said.code] * 2, said[0].told + said[1].told
    for one in said:
        assert one.json["verify"]["equal"] is True
        assert one.json["verify"]["by_currency"] == calm.said.json["verify"]["by_currency"]


@pytest.mark.parametrize("lost", ["tables", "file"])
def test_an_engine_that_loses_its_tables_costs_a_resume(journey: Journey, calm: Calm, lost: str) -> None:
    journey.box.faults(SLOW)
    process = journey.ferry.start(*migrating(calm.folder))
    while len(journey.writes()) < 12 and process.poll() is None:
        pause()
    {"tables": _drop_tables, "file": _drop_file}[lost](journey.ferry.home)
    first = journey.ferry.heard(process)
    journey.box.faults()

    assert first.code in (calm.said.code, 5), first.told
    last = journey.ferry.run("resume") if first.code == 5 else first
    assert last.code == calm.said.code, last.told
    assert proven(last) == proven(calm.said)
    assert differences(calm.holds, journey.holds()) == []


def _drop_tables(home: Path) -> None:
    db = sqlite3.connect(home / "engine.db", timeout=30)
    with db:
        tables = [n for (n,) in db.execute("select name from sqlite_master where type = 'table'")]
        for name in tables:
            if not name.startswith("sqlite_"):
                db.execute(f'drop table "{name}"')
    db.close()
    assert len(tables) > 3


def _drop_file(home: Path) -> None:
    for path in home.glob("engine.db*"):
        path.unlink()
