"""A dry run is the run: its operations one by one, and its calls."""

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

from ledgerferry.faces.house import House
from ledgerferry.faces.settings import Settings
from ledgerferry.model.plan import State
from ledgerferry_bench.calls.bench import measured
from ledgerferry_bench.journey.stage import NAME
from ledgerferry_sandbox import samples
from tests.journey.conftest import Journey

Step = tuple[str, str, str]


def steps(home: Path, run: str, *states: State) -> Counter[Step]:
    """A run's operations: what each is of, and what it does."""
    with House.open(Settings(home=home)) as house, house.database.read() as conn:
        listed = house.shelf.rooms.operations.listed(conn, states, run)
    return Counter((o.identity, o.kind, o.purpose) for o, _ in listed)


def test_a_dry_runs_operations_and_calls_are_those_of_the_run(journey: Journey, tmp_path: Path) -> None:
    folder = tmp_path / "samples"
    samples.write(folder, 5, 30, 11)
    dry = journey.ferry.migrate(folder, "--dry-run")
    planned = steps(journey.ferry.home, dry.json["run"], State.PLANNED)
    before = len(journey.calls())

    said = journey.ferry.migrate(folder)

    assert said.json["run"] == dry.json["run"]
    assert sum(planned.values()) > 60
    assert steps(journey.ferry.home, said.json["run"], State.DONE) == planned
    assert steps(journey.ferry.home, said.json["run"], State.PLANNED, State.READY, State.DEAD) == Counter()
    made = len(journey.calls()) - before
    assert dry.json["price"]["calls"]["books"] == said.json["calls"]["books"] == made
    assert dry.json["documents"] == said.json["documents"]
    assert dry.json["schedule"][-1]["documents"] == said.json["documents"]["loaded"]


def test_what_is_found_there_already_is_priced_by_what_verify_reads(journey: Journey) -> None:
    """Another home knows the invoices by their lists alone, and reads each once to be sure of it."""
    for file in journey.folder.rglob("*.pdf"):
        file.unlink()
    assert journey.migrate().code == 0
    other = journey.home("other")
    before = len(journey.calls())
    planned = other.run("plan", "migrate", str(journey.folder), "--books", NAME)
    price = planned.json["price"]

    said = other.run("apply", planned.json["run"])

    assert (said.code, said.json["verify"]["equal"]) == (0, True), said.told
    assert said.json["verify"]["read_in_full"] == 3
    assert price["steps"]["books"]["write"] == 0
    taxes_asked_by_another_process = 1
    assert price["calls"]["books"] + taxes_asked_by_another_process == len(journey.calls()) - before


def test_calls_are_near_the_floor_and_far_from_one_by_one(tmp_path: Path) -> None:
    samples.write(tmp_path / "docs", 8, 40, 5)

    books, crm = measured(tmp_path / "docs", tmp_path / "at")

    assert (books.system, books.documents) == ("books", 40)
    assert books.kept, books
    assert books.floor.parts["sent, 25 a call"] == 2
    assert books.ratio > 2
    assert (crm.system, crm.documents) == ("crm", 40)
    assert crm.kept, crm
    assert crm.ratio > 5


def test_the_letter_asks_for_a_limit_under_which_all_fits_into_one_day_beside_the_headroom(
    journey: Journey, tmp_path: Path
) -> None:
    samples.write(tmp_path / "samples", 5, 30, 11)
    assert journey.ferry.run("connect", "books", NAME, "--plan", "free").code <= 1
    dry = journey.ferry.migrate(tmp_path / "samples", "--dry-run", "--letter", "--headroom", "95")

    assert dry.json["price"]["days"] > 1
    asked = re.search(r"Limit asked for: +([\d,]+) API calls a day", dry.json["letters"]["books"])
    assert asked is not None
    whole = int(asked[1].replace(",", ""))
    assert whole > 1_000
    assert Decimal(whole) * Decimal("0.05") * Decimal("0.95") >= dry.json["price"]["calls"]["books"]
