"""Credit notes with the command itself: from sheets to Books, killed, rolled back and migrated again."""

import os
import re
import signal
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ledgerferry_bench.journey.picture import differences
from ledgerferry_bench.journey.stage import NAME, Said, migrating, pause
from tests.journey.conftest import Journey
from tests.journey.sheets import INVOICES, Invoice, write

PART = Invoice("CN-0001", lines=(("Whetstone", 2, Decimal("12.50")),), credits="JN-0001")
WHOLE = replace(INVOICES[1], number="CN-0002", credits="jn-0002")
BACK = replace(INVOICES[2], number="CN-0003", credits="JN-0003", paid_on=date(2024, 4, 2))
CONFIG = '[credit_notes]\nrefund_account = "Undeposited Funds"\n'


def credited(journey: Journey) -> None:
    """Three credit notes beside the three invoices: a part, the whole, and one that was paid back."""
    for note in (PART, WHOLE, BACK):
        write(journey.folder / f"{note.number}.xlsx", note)
    journey.ferry.home.with_name("ferry.toml").write_text(CONFIG, encoding="utf-8")


def balances(journey: Journey) -> dict[str, str]:
    books = journey.box.books()
    found = {r["invoice_number"]: r["balance"] for r in books["invoices"]}
    found |= {r["creditnote_number"]: r["balance"] for r in books["creditnotes"]}
    return {number: f"{Decimal(str(left)):.2f}" for number, left in sorted(found.items())}


def keyless(holds: dict[str, list[str]]) -> dict[str, list[str]]:
    return {k: sorted(re.sub("lf[a-z2-7]{26}", "KEY", one) for one in rows) for k, rows in holds.items()}


def killed(journey: Journey, calls: int, *verb: str) -> None:
    """A verb, killed once so many writes about credit notes were sent."""
    process = journey.ferry.start(*verb)
    while process.poll() is None:
        sent = [c for c in journey.writes() if "/creditnotes" in c["path"]]
        if len(sent) >= calls:
            os.killpg(process.pid, signal.SIGKILL)
            break
        pause(0.01)
    process.communicate(timeout=30)


def settled(said: Said) -> None:
    assert said.code == 0, said.told
    assert said.json["documents"] == {"found": 6, "loaded": 6, "held": 0, "rejected": 0}, said.told
    assert said.json["verify"]["equal"], said.json["verify"]


OWED = {
    "CN-0001": "0.00",
    "CN-0002": "0.00",
    "CN-0003": "0.00",
    "JN-0001": "90.24",
    "JN-0002": "0.00",
    "JN-0003": "0.00",
}


def test_sheets_of_credit_notes_are_applied_refunded_proved_and_taken_back(journey: Journey) -> None:
    credited(journey)
    before = keyless(journey.holds())
    said = journey.migrate()
    settled(said)
    assert balances(journey) == OWED
    sums = said.json["verify"]["by_currency"]["GBP"]
    assert (sums["found_total"], sums["loaded_total"], sums["difference"]) == ("90.24", "90.24", "0.00")
    assert (sums["balance"], sums["paid"]) == ("90.24", "0.00")
    once = keyless(journey.holds())

    back = journey.ferry.run("rollback", said.json["run"], "--yes")
    assert (back.code, back.json["kept"]) == (0, []), back.told
    assert differences(before, keyless(journey.holds())) == []

    settled(journey.migrate())
    assert differences(once, keyless(journey.holds())) == []
    assert journey.box.get("mail") == []


@pytest.mark.slow
def test_killed_among_the_credit_notes_it_ends_as_if_it_had_not_been(journey: Journey) -> None:
    credited(journey)
    journey.box.faults({"service": "books", "mode": "slow", "ms": 700, "method": "POST",
                        "path": "/creditnotes"})  # fmt: skip
    killed(journey, 1, *migrating(journey.folder, name=NAME))
    killed(journey, 5, "resume")
    journey.box.faults({"service": "books", "mode": "lost", "method": "POST", "times": 2,
                        "path": "/creditnotes/[0-9]+/(invoices|refunds)"})  # fmt: skip
    said = journey.ferry.run("resume", seconds=180)
    assert said.code == 0, (said.json["operations"], journey.ferry.run("dead", "list").json)
    settled(said)
    assert balances(journey) == OWED
    books = journey.box.books()
    assert len(books["creditnotes"]) == 3
    assert len(books["creditnote_refunds"]) == 1
    assert sum(len(note["invoices_credited"]) for note in books["creditnotes"]) == 2


def test_what_names_an_unknown_invoice_is_held_with_its_cell(journey: Journey) -> None:
    write(journey.folder / "CN-9.xlsx", replace(PART, number="CN-0009", credits="JN-0404"))
    said = journey.migrate()
    assert said.code == 1, said.told
    assert said.json["documents"] == {"found": 4, "loaded": 3, "held": 1, "rejected": 0}
    listed = journey.ferry.run("review", "list")
    assert "credits JN-0404" in str(listed.json)
    assert journey.box.books()["creditnotes"] == []

