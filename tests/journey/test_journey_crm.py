"""Books and CRM in one run, with the command: overlap, calls, kills, caps, and the way back."""

import os
import signal
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from ledgerferry.faces.house import House
from ledgerferry.faces.settings import Settings
from ledgerferry_bench.journey.stage import Ferry, Row, Said, Sandbox, pause
from tests.journey import sheets
from tests.journey.conftest import DAY, Journey

CRM = "sales"
CUSTOMERS, INVOICES = 6, 12


def connect_crm(ferry: Ferry, box: Sandbox) -> Said:
    line = box.line
    return ferry.run("connect", "crm", CRM, "--client-id", line["client_id"], "--client-secret",
                     line["client_secret"], "--refresh-token", line["refresh_token"],
                     "--accounts-url", box.url, "--api-url", box.url)  # fmt: skip


@pytest.fixture
def both(journey: Journey) -> Journey:
    """A journey whose home is connected to CRM too; twelve invoices of six customers, half of them paid."""
    said = connect_crm(journey.ferry, journey.box)
    assert said.code <= 1, said.told
    for old in journey.folder.iterdir():
        old.unlink()
    for n in range(INVOICES):
        one = sheets.Invoice(f"CR-{n:04}", f"Customer{n % CUSTOMERS} Ltd", due=date(2024, 4, 1 + n))
        sheets.write(journey.folder / f"CR-{n:04}.xlsx", one.all_paid() if n % 2 else one)
    (journey.folder / "CR-0001.pdf").write_bytes(b"%PDF-1.4\n% one\n%%EOF\n")
    return journey


def crm(journey: Journey) -> dict[str, list[Row]]:
    held: dict[str, list[Row]] = journey.box.get("state")["crm"]
    return held


def crm_calls(journey: Journey, since: int = 0) -> list[Row]:
    return [c for c in journey.box.log(since) if c["service"] == "crm"]


def all_there(journey: Journey, said: Said) -> None:
    """Every record on both sides, once, and each with the other's id."""
    assert said.json["documents"]["loaded"] == INVOICES, said.told
    assert said.json["verify"]["differences"] == []
    assert (said.json["operations"]["dead"], said.json["operations"]["in_doubt"]) == (0, 0)
    held, books = crm(journey), journey.box.books()
    counts = {name: len(held[name]) for name in ("Accounts", "Contacts", "Deals", "Attachments")}
    assert counts == {"Accounts": CUSTOMERS, "Contacts": CUSTOMERS, "Deals": INVOICES, "Attachments": 1}
    assert (len(books["contacts"]) - 1, len(books["invoices"])) == (CUSTOMERS, INVOICES) or (
        len(books["contacts"]), len(books["invoices"])) == (CUSTOMERS, INVOICES)  # fmt: skip
    numbers = {i["invoice_id"]: i["invoice_number"] for i in books["invoices"]}
    for deal in held["Deals"]:
        assert deal["Deal_Name"].startswith(numbers[deal["Books_Invoice_Id"]])
    won = Counter(deal["Stage"] for deal in held["Deals"])
    assert won == {"Closed Won": INVOICES // 2, "Closed Lost": INVOICES // 2}


def test_one_run_fills_both_and_takes_back_both(both: Journey) -> None:
    before = len(both.box.log())
    said = both.migrate("--crm", CRM)

    assert said.code == 0, said.told
    all_there(both, said)
    used = crm_calls(both, before)
    most = 2 * 3 + 12 + 1
    assert len(used) == said.json["calls"]["crm"] == said.json["price"]["calls"]["crm"] <= most
    assert said.json["price"]["crm_credits"] >= len(used)
    assert both.box.get("mail") == []

    again = both.migrate("--crm", CRM)
    assert (again.code, again.json["operations"]["planned"]) == (0, 0), again.told

    gone = both.ferry.run("rollback", said.json["run"], "--yes")
    assert (gone.code, gone.json["kept"], gone.json["left"]) == (0, [], []), gone.told
    assert gone.json["calls"]["crm"] > 0
    assert all(crm(both)[name] == [] for name in ("Accounts", "Contacts", "Deals"))
    assert both.box.books()["invoices"] == []


def test_a_run_killed_while_calls_of_both_are_open_ends_as_an_undisturbed_one(both: Journey) -> None:
    slow = [{"service": s, "mode": "slow", "ms": 1500} for s in ("books", "crm")]
    both.box.faults(*slow)
    process = both.ferry.start("migrate", str(both.folder), "--books", "acme", "--crm", CRM, "--yes",
                               "--create-taxes")  # fmt: skip
    for service in ("crm", "books", "crm"):
        seen = len(both.box.log())
        while process.poll() is None and not any(
            c["status"] is None and c["service"] == service and c["method"] != "GET"
            for c in both.box.log(seen)
        ):
            pause()
        if process.poll() is not None:
            break
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        process = both.ferry.start("resume")
    both.box.faults()
    said = both.ferry.heard(process)

    assert said.code == 0, said.told
    all_there(both, said)


def test_lost_answers_of_crm_make_nothing_twice(both: Journey) -> None:
    both.box.faults({"service": "crm", "mode": "lost", "rate": 0.3, "path": "upsert|Attachments|coql"},
                    {"service": "crm", "mode": "http_500", "times": 1, "path": "Deals"})  # fmt: skip
    said = both.migrate("--crm", CRM)

    assert said.code == 0, said.told
    all_there(both, said)


def allowed(ferry: Ferry, more: int | None) -> None:
    """Give the home's CRM so many credits a day beyond those that it used; None: its edition's."""
    with House.open(Settings(home=ferry.home)) as house:
        known = house.connections.get(CRM)
        assert known is not None
        used = house.quota_usage(CRM).day_used
        per_day = None if more is None else -(-(used + more) * 100 // 95)
        house.connections.save(CRM, known.model_copy(update={"per_day": per_day}))


def test_a_crm_at_its_days_end_does_not_keep_books_from_its_work(both: Journey) -> None:
    allowed(both.ferry, 16)
    said = both.migrate("--crm", CRM)

    assert (said.code, said.json["state"]) == (4, "waiting"), said.told
    assert len(both.box.books()["invoices"]) == INVOICES
    assert all(i["status"] != "draft" for i in both.box.books()["invoices"])
    assert len(crm(both)["Accounts"]) == CUSTOMERS
    assert said.json["operations"]["done"] < said.json["operations"]["planned"]

    allowed(both.ferry, None)
    both.box.put("clock", {"advance_seconds": 2 * DAY})
    done = both.ferry.run("resume")
    assert done.code == 0, done.told
    all_there(both, done)


def test_what_is_no_crm_is_refused_before_anything_is_opened(both: Journey) -> None:
    for name, word in (("acme", "no CRM"), ("nobody", "no connection")):
        said = both.migrate("--crm", name)
        assert said.code == 2
        assert word in said.told
    config = both.ferry.home.parent / "ferry.toml"
    config.write_text('[crm.stages]\npaid = "Won"\n')
    said = both.migrate("--crm", CRM)
    assert said.code == 2
    assert "Closed Won" in said.told
    assert both.box.books()["invoices"] == []


def test_verify_status_and_report_know_of_both(both: Journey, tmp_path: Path) -> None:
    run = both.migrate("--crm", CRM).json["run"]
    deal = crm(both)["Deals"][0]
    both.box.post("edit", {"service": "crm", "kind": "Deals", "id": deal["id"], "fields": {"Amount": 1}})
    both.box.put("clock", {"advance_seconds": 60})

    said = both.ferry.run("verify", run)
    assert said.code == 1
    assert [(d["kind"], d["field"]) for d in said.json["verify"]["differences"]] == [("deal", "amount")]
    assert both.ferry.run("report", run).code == 0
    status = both.ferry.run("status")
    assert status.json["quotas"].keys() == {"acme", CRM}
