"""Rolling back with the command itself: whole, killed in the middle, locked out, beside other people."""

import os
import re
import signal
import subprocess
from importlib.metadata import version

from ledgerferry_bench.journey.picture import differences
from ledgerferry_bench.journey.stage import NAME, Row, Said, pause
from tests.journey.conftest import Journey, Settled

SLOW: Row = {"service": "books", "mode": "slow", "ms": 1500, "method": "DELETE"}
LOST: Row = {"service": "books", "mode": "lost", "method": "DELETE", "times": 2}
KINDS = ("contacts", "invoices", "customerpayments")


def rolled(settled: Settled, *options: str) -> Said:
    return settled.journey.ferry.run("rollback", settled.run, "--yes", *options)


def counts(journey: Journey) -> list[int]:
    books = journey.box.books()
    return [len(books[kind]) for kind in KINDS]


def state_of(settled: Settled) -> str:
    runs = settled.journey.ferry.run("status").json["runs"]
    return str(next(r["state"] for r in runs if r["run"] == settled.run))


def keyless(holds: dict[str, list[str]]) -> dict[str, list[str]]:
    """A picture whatever the keys are: each generation has its own."""
    found = holds.items()
    return {kind: sorted(re.sub("lf[a-z2-7]{26}", "KEY", one) for one in rows) for kind, rows in found}


def edit(journey: Journey, kind: str, record: str | None, **fields: object) -> Row:
    change = {"service": "books", "kind": kind, "id": record, "fields": fields}
    made: Row = journey.box.post("edit", {k: v for k, v in change.items() if v is not None})
    return made


def test_a_dry_run_shows_plan_and_price_and_sends_nothing(settled: Settled) -> None:
    journey = settled.journey
    held, writes = journey.holds(), len(journey.writes())

    said = rolled(settled, "--dry-run")

    assert (said.code, said.json["run"], said.json["undone"]) == (0, settled.run, 0), said.told
    assert said.json["changes"]["invoice"] == {"delete": 3, "void": 0, "restore": 0}
    assert said.json["price"]["calls"]["books"] > 0
    assert said.json["kept"] == []
    assert (journey.holds(), len(journey.writes())) == (held, writes)
    assert state_of(settled) == "done"


def test_without_a_yes_nothing_is_sent(settled: Settled) -> None:
    writes = len(settled.journey.writes())

    said = settled.journey.ferry.run("rollback", settled.run)

    assert (said.code, said.json["changes"]["invoice"]["delete"]) == (2, 3), said.told
    assert len(settled.journey.writes()) == writes


def test_a_run_is_rolled_back_once_and_can_be_migrated_again(settled: Settled) -> None:
    journey = settled.journey
    once = keyless(journey.holds())

    said = rolled(settled)

    assert (said.code, said.json["state"], said.json["kept"]) == (0, "rolled_back", []), said.told
    assert counts(journey) == [0, 0, 0]
    assert journey.ferry.run("resume", settled.run, "--mail-checked").code == 2
    assert state_of(settled) == "rolled_back"
    assert all(f"Step {n} of 4" in said.told for n in (1, 2, 3, 4))
    writes = len(journey.writes())
    again = rolled(settled)
    assert (again.code, again.json["undone"], len(journey.writes())) == (0, 0, writes), again.told

    assert journey.migrate().code == 0
    assert differences(once, keyless(journey.holds())) == []
    assert journey.box.get("mail") == []


def test_what_it_costs_is_what_was_planned(settled: Settled) -> None:
    planned = rolled(settled, "--dry-run").json["price"]["calls"]["books"]
    before = len(settled.journey.calls())

    said = rolled(settled)

    assert len(settled.journey.calls()) - before == said.json["calls"]["books"] == planned


def killed(process: "subprocess.Popen[str]", journey: Journey) -> bool:
    """Kill it while a delete is open; False where it ended before."""
    while process.poll() is None:
        if any(c["method"] == "DELETE" and c["status"] is None for c in journey.box.log()):
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return True
        pause()
    process.communicate()
    return False


def test_a_rollback_killed_while_deletes_are_open_is_resumed(settled: Settled) -> None:
    journey = settled.journey
    journey.box.faults(SLOW)
    kills = int(killed(journey.ferry.start("rollback", settled.run, "--yes"), journey))
    kills += int(killed(journey.ferry.start("resume"), journey))
    assert kills == 2
    refused = journey.migrate()
    assert (refused.code, "is not over" in refused.told) == (2, True)
    journey.box.faults(LOST)

    said = journey.ferry.run("resume")

    assert (said.code, said.json["run"], said.json["state"]) == (0, settled.run, "rolled_back"), said.told
    assert (counts(journey), said.json["kept"], said.json["left"]) == ([0, 0, 0], [], [])
    assert journey.migrate().json["verify"]["equal"] is True


def test_a_locked_period_makes_voids_and_what_is_voided_is_listed(settled: Settled) -> None:
    journey = settled.journey
    journey.box.put("switches", {"closed_period": "deletion"})
    paid = [r for r in journey.box.books()["invoices"] if r["payment_made"]]
    edit(journey, "organizations", None, closed_until=max(r["date"] for r in journey.box.books()["invoices"]))

    said = rolled(settled)

    voided = {one["what"].split()[1] for one in said.json["voided"]}
    assert said.code == 1, said.told
    assert voided
    assert voided | {k["what"].split()[1] for k in said.json["kept"] if k["kind"] == "invoice"} == {
        "JN-0001", "JN-0002", "JN-0003",
    }  # fmt: skip
    assert {r["status"] for r in journey.box.books()["invoices"] if "VOID" in r["invoice_number"]} == {"void"}
    assert len(paid) < 3
    again = journey.migrate()
    held = again.json["documents"]["held"]
    assert (held, again.json["documents"]["loaded"]) == (3 - len(voided), len(voided)), again.told
    assert again.json["verify"]["equal"] is True


def test_a_persons_edit_and_other_peoples_records_stay(settled: Settled) -> None:
    journey = settled.journey
    theirs = edit(journey, "contacts", None, contact_name="Theirs")
    edit(journey, "invoices", None, customer_id=theirs["contact_id"], invoice_number="T-1",
         date="2024-01-01", line_items=[{"name": "x", "rate": 10, "quantity": 1}])  # fmt: skip
    mine = next(r for r in journey.box.books()["invoices"] if r["invoice_number"] == "JN-0003")
    journey.box.put("clock", {"advance_seconds": 120})
    edit(journey, "invoices", mine["invoice_id"], reference_number="disputed")
    journey.box.put("clock", {"advance_seconds": 120})

    said = rolled(settled)

    assert (said.code, said.json["state"]) == (1, "rolled_back"), said.told
    kept = {one["what"].split()[1]: one for one in said.json["kept"] if one["kind"] == "invoice"}
    assert kept["JN-0003"]["code"] == "edited"
    assert "reference" in kept["JN-0003"]["why"]
    assert kept["JN-0003"]["steps"]
    assert sorted(r["invoice_number"] for r in journey.box.books()["invoices"]) == ["JN-0003", "T-1"]
    assert "Theirs" in {r["contact_name"] for r in journey.box.books()["contacts"]}
    assert journey.box.get("mail") == []


def test_runs_are_named_by_version_and_by_time_too(settled: Settled) -> None:
    ferry = settled.journey.ferry
    assert ferry.run("rollback").code == 2
    assert ferry.run("rollback", "--version", "0.0.0", "--dry-run").code == 2
    assert ferry.run("rollback", settled.run, "--since", "tomorrow", "--dry-run").code == 2
    ours = ferry.run("rollback", "--version", version("ledgerferry"), "--dry-run")
    assert (ours.code, ours.json["run"]) == (0, settled.run), ours.told
    late = ferry.run("rollback", "--since", "2000-01-01", "--dry-run")
    assert (late.code, late.json["run"]) == (0, settled.run), late.told
    early = ferry.run("rollback", settled.run, "--until", "2000-01-01", "--dry-run")
    assert early.code == 2, early.told


def test_the_connection_is_named_where_there_is_none(journey: Journey) -> None:
    said = journey.ferry.run("rollback", "run-nothing")
    assert said.code == 2
    assert NAME not in said.json
