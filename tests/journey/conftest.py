import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest

from ledgerferry_bench.journey.kill import made
from ledgerferry_bench.journey.picture import picture
from ledgerferry_bench.journey.stage import Ferry, Row, Said, Sandbox, sandbox
from tests.journey import sheets

DAY = 86_400


@dataclass(frozen=True)
class Town:
    """A sandbox that all journeys use in turn, and how a home looks that has just been connected to it."""

    box: Sandbox
    home: Path
    state: Row

    def anew(self, where: Path) -> "Journey":
        """The account and the home as they were, the home in this folder."""
        self.box.post("reset", {"seed": "demo"})
        self.box.put("state", self.state)
        shutil.copytree(self.home, where / "home")
        arrived = Journey(self.box, Ferry(where / "home"), where / "docs")
        arrived.at_midnight()
        return arrived


@dataclass(frozen=True)
class Journey:
    """A connected home before a fresh account, and a folder of three invoices."""

    box: Sandbox
    ferry: Ferry
    folder: Path

    def home(self, name: str) -> Ferry:
        """A second home, connected to the same account, that knows nothing of the first."""
        other = self.ferry.home.with_name(name) / "home"
        other.parent.mkdir()
        made(Ferry(other), self.box)
        return Ferry(other)

    def migrate(self, *options: str) -> Said:
        return self.ferry.migrate(self.folder, *options)

    def holds(self) -> dict[str, list[str]]:
        return picture(self.box.books())

    def calls(self, method: str = "") -> list[Row]:
        return [c for c in self.box.log() if c["service"] == "books" and c["method"].startswith(method)]

    def writes(self) -> list[Row]:
        return [call for call in self.calls() if call["method"] != "GET"]

    def at_midnight(self) -> None:
        """Let the account's day begin now, so that no test's day ends within it."""
        now = datetime.fromisoformat(self.box.get("clock")["time"])
        gone = now.hour * 3600 + now.minute * 60 + now.second
        self.box.put("clock", {"advance_seconds": DAY - gone + 1})


@dataclass(frozen=True)
class Settled:
    """A journey whose folder was migrated before, in that run."""

    journey: Journey
    run: str


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    where = tmp_path_factory.mktemp("town")
    with sandbox() as box:
        made(Ferry(where / "home"), box)
        yield Town(box, where / "home", box.get("state"))


@pytest.fixture
def journey(town: Town, tmp_path: Path) -> Iterator[Journey]:
    arrived = town.anew(tmp_path)
    sheets.three(arrived.folder)
    yield arrived
    arrived.ferry.end()


@dataclass(frozen=True)
class OldTown:
    """The town after a migration of three invoices: its state, their folder and its run."""

    town: Town
    folder: Path
    run: str


@pytest.fixture(scope="session")
def old_town(town: Town, tmp_path_factory: pytest.TempPathFactory) -> OldTown:
    where = tmp_path_factory.mktemp("settled")
    first = town.anew(where)
    sheets.three(first.folder)
    said = first.migrate()
    assert (said.code, said.json["documents"]["loaded"]) == (0, 3), said.told
    first.folder.rename(where / "kept")
    now = Town(town.box, where / "home", town.box.get("state"))
    return OldTown(now, first.folder, said.json["run"])


@pytest.fixture
def settled(old_town: OldTown, tmp_path: Path) -> Iterator[Settled]:
    folder = old_town.folder
    shutil.copytree(folder.with_name("kept"), folder)
    arrived = replace(old_town.town.anew(tmp_path), folder=folder)
    yield Settled(arrived, old_town.run)
    arrived.ferry.end()
    shutil.rmtree(folder, ignore_errors=True)
