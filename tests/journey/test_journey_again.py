"""The same folder again, and what of it is news."""

import os
import shutil
import signal
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from ledgerferry_bench.journey.stage import NAME, Said, migrating, pause
from tests.journey import sheets
from tests.journey.conftest import Journey, Settled


def nothing_planned(said: Said, *, but: str = "", looked: int = 0) -> None:
    """``looked`` operations of ``but`` only look whether it is there."""
    assert said.code == 0, said.told
    for kind, changes in said.json["changes"].items():
        assert kind == but or (changes["create"], changes["update"], changes["conflict"]) == (0, 0, 0), kind
    assert said.json["changes"]["invoice"]["unchanged"] == 3
    assert said.json["price"]["steps"]["books"]["write"] == 2 * looked
    assert said.json["price"]["calls"]["books"] >= said.json["calls"]["books"]
    assert said.json["operations"]["planned"] == looked
    assert said.json["verify"]["equal"] is True


def test_the_same_folder_again_plans_nothing(settled: Settled) -> None:
    journey = settled.journey
    held, writes = journey.holds(), len(journey.writes())

    nothing_planned(journey.migrate())

    assert journey.holds() == held
    assert len(journey.writes()) == writes


def test_a_folder_renamed_resaved_moved_about_and_copied_plans_nothing(
    settled: Settled, tmp_path: Path
) -> None:
    journey = settled.journey
    held = journey.holds()
    books = sorted(journey.folder.glob("*.xlsx"))
    sheets.saved_again(books[0])
    (journey.folder / "2024" / "March").mkdir(parents=True)
    books[1].rename(journey.folder / "2024" / "March" / "renamed.xlsx")
    shutil.copy(books[2], journey.folder / "2024" / f"Copy of {books[2].name}")
    moved = journey.folder.rename(tmp_path / "the same invoices")

    nothing_planned(journey.ferry.migrate(moved))

    assert journey.holds() == held


def test_one_corrected_cell_is_exactly_that_update(settled: Settled) -> None:
    journey = settled.journey
    invoice = sheets.INVOICES[0]
    before = journey.holds()
    lines = (invoice.lines[0], ("Pruning knife", 3, Decimal("25.10")))
    sheets.write(journey.folder / "JN-0001.xlsx", replace(invoice, lines=lines))

    said = journey.migrate()

    assert (said.code, said.json["operations"]["planned"]) == (0, 1), said.told
    changes = said.json["changes"]
    assert changes["invoice"] == {"create": 0, "update": 1, "unchanged": 2, "conflict": 0}
    assert changes["customer"]["update"] == changes["payment"]["update"] == 0
    rows = {row["invoice_number"]: row for row in journey.box.books()["invoices"]}
    assert str(rows["JN-0001"]["total"]) == "150.36"
    assert len(rows) == 3
    after = journey.holds()
    assert len(set(after["invoices"]) - set(before["invoices"])) == 1
    assert after["customerpayments"] == before["customerpayments"]


def test_a_corrected_number_is_an_update_of_the_same_record(settled: Settled) -> None:
    journey = settled.journey
    invoice = sheets.INVOICES[1]
    before = {row["invoice_number"]: row["invoice_id"] for row in journey.box.books()["invoices"]}
    sheets.write(journey.folder / "JN-0002.xlsx", replace(invoice, number="JN-0012"))

    said = journey.migrate()

    assert (said.code, said.json["operations"]["planned"]) == (0, 1), said.told
    after = {row["invoice_number"]: row["invoice_id"] for row in journey.box.books()["invoices"]}
    assert after == {
        "JN-0001": before["JN-0001"],
        "JN-0003": before["JN-0003"],
        "JN-0012": before["JN-0002"],
    }


def test_a_lost_home_adopts_what_the_key_field_marks_and_writes_nothing(settled: Settled) -> None:
    journey = settled.journey
    held, writes = journey.holds(), len(journey.writes())
    shutil.rmtree(journey.ferry.home)
    assert journey.ferry.connect(journey.box).code == 0
    assert journey.ferry.run("doctor", "--probe").code <= 1
    tried = len(journey.writes())

    said = journey.migrate()

    nothing_planned(said, but="file", looked=1)  # whether a file is there, only a look can tell
    assert said.json["changes"]["file"]["create"] == 1
    assert journey.holds() == held
    assert len(journey.writes()) == tried > writes


def test_what_an_earlier_plan_was_limited_to_binds_no_later_one(journey: Journey) -> None:
    assert journey.migrate("--dry-run").json["documents"]["loaded"] == 3

    few, all_of_them = journey.migrate("--limit", "1"), journey.migrate()

    assert (few.code, few.json["documents"]["found"]) == (0, 1), few.told
    assert (all_of_them.code, all_of_them.json["documents"]["loaded"]) == (0, 3), all_of_them.told


def test_what_sends_nothing_needs_nobodys_yes(settled: Settled) -> None:
    journey = settled.journey

    said = journey.ferry.run("migrate", str(journey.folder), "--books", NAME)

    nothing_planned(said)
    (journey.folder / "JN-0001.xlsx").unlink()
    sheets.write(journey.folder / "JN-0001.xlsx", replace(sheets.INVOICES[0], number="JN-0011"))
    assert journey.ferry.run("migrate", str(journey.folder), "--books", NAME).code == 2


def test_migrated_again_after_a_kill_among_open_calls_it_is_whole_at_once(journey: Journey) -> None:
    """What is left out of a plan because its call is open is planned once that call is settled."""
    journey.box.faults({"service": "books", "mode": "slow", "ms": 4000, "method": "POST",
                        "path": "/books/v3/invoices$"})  # fmt: skip
    process = journey.ferry.start(*migrating(journey.folder, name=NAME))
    while not any(c["path"].endswith("/invoices") for c in journey.calls("POST")):
        assert process.poll() is None
        pause(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)
    journey.box.faults()

    said = journey.migrate()

    assert said.code == 0, said.told
    assert said.json["documents"] == {"found": 3, "loaded": 3, "held": 0, "rejected": 0}
    assert said.json["verify"]["equal"] is True
    numbers = [row["invoice_number"] for row in journey.box.books()["invoices"]]
    assert sorted(numbers) == sorted(invoice.number for invoice in sheets.INVOICES)
