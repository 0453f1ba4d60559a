"""Every verb prints one JSON document with the keys that people script, and ends with its exit code."""

import json
import subprocess
from pathlib import Path

import pytest

from ledgerferry_bench.journey.stage import Ferry, Row, program
from tests.journey.conftest import Journey, Settled

RUN = {"run", "state", "documents", "operations", "calls", "verify", "report", "waiting_until"}
DOCUMENTS = {"found", "loaded", "held", "rejected"}
OPERATIONS = {"planned", "done", "held", "dead", "in_doubt"}
VERIFY = {"equal", "compared", "differences", "by_currency"}
SUMS = {"found_total", "loaded_total", "held_total", "rejected_total", "target_total", "difference",
        "net", "tax", "gross", "paid", "balance"}  # fmt: skip
PRICE = {"calls", "crm_credits", "pipedrive_tokens", "minutes", "days"}
CHANGES = {"create", "update", "unchanged", "conflict"}


def has(document: Row, keys: set[str]) -> None:
    assert keys <= set(document), keys - set(document)


def is_a_run(document: Row) -> None:
    has(document, RUN)
    has(document["documents"], DOCUMENTS)
    has(document["operations"], OPERATIONS)
    assert isinstance(document["calls"]["books"], int)


def is_a_plan(document: Row) -> None:
    is_a_run(document)
    has(document["price"], PRICE)
    for changes in document["changes"].values():
        has(changes, CHANGES)


def is_verified(document: Row) -> None:
    has(document["verify"], VERIFY)
    for sums in document["verify"]["by_currency"].values():
        has(sums, SUMS)
        assert all(isinstance(sums[name], str) for name in SUMS - {"tax"})


def test_a_plan_is_priced_sends_nothing_and_is_applied_later(journey: Journey) -> None:
    planned = journey.ferry.run("plan", "migrate", str(journey.folder), "--books", "acme")
    assert planned.code == 0, planned.told
    is_a_plan(planned.json)
    assert planned.json["state"] == "planned"
    assert journey.writes() == []

    dry = journey.migrate("--dry-run")
    assert dry.code == 0
    is_a_plan(dry.json)
    assert dry.json["run"] == planned.json["run"]
    assert journey.writes() == []

    applied = journey.ferry.run("apply", planned.json["run"])
    assert applied.code == 0, applied.told
    is_a_run(applied.json)
    is_verified(applied.json)
    assert applied.json["state"] == "done"
    assert applied.json["run"] == planned.json["run"]


def test_without_a_yes_and_a_terminal_the_plan_is_printed_and_nothing_sent(journey: Journey) -> None:
    said = journey.ferry.run("migrate", str(journey.folder), "--books", "acme")

    assert said.code == 2
    is_a_plan(said.json)
    assert "--yes" in said.told
    assert journey.writes() == []


def test_yes_alone_does_not_stand_for_having_checked_the_mail(journey: Journey, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    ferry = Ferry(tmp_path / "other" / "home")
    assert ferry.connect(journey.box, mail_checked=False).code == 0

    said = ferry.migrate(journey.folder)

    assert said.code == 2
    assert "--mail-checked" in said.told
    assert journey.writes() == []
    checked = ferry.migrate(journey.folder, "--mail-checked")
    assert (checked.code, checked.json["documents"]["loaded"]) == (0, 3), checked.told


def test_the_verbs_that_look_back_print_their_documents(settled: Settled) -> None:
    ferry, run = settled.journey.ferry, settled.run

    status = ferry.run("status").json
    has(status, {"runs", "links", "quotas", "needs_person"})
    has(status["needs_person"], {"held", "conflicts", "dead"})
    assert {*status["quotas"]["acme"]["minute"]} == {*status["quotas"]["acme"]["day"]} == {"used", "limit"}
    verified = ferry.run("verify", run)
    assert verified.code == 0
    is_verified(verified.json)
    assert ferry.run("report", run).json["report"].endswith(f"{run}.xlsx")
    assert ferry.run("ledger", "--check").json["whole"] is True
    assert ferry.run("ledger", "--run", run).json["entries"]
    assert ferry.run("dead", "list").json == {"dead": []}
    assert [one["name"] for one in ferry.run("connections").json["connections"]] == ["acme"]
    assert ferry.run("doctor").json["checks"]


@pytest.mark.parametrize(
    ("verb", "code"),
    [
        (("resume",), 2),
        (("verify", "run-none"), 2),
        (("migrate", "docs", "--books", "nobody", "--yes"), 2),
        (("connect", "books", "x"), 2),
        (("ledger", "--day", "yesterday"), 2),
        (("dead", "show", "nothing"), 2),
    ],
)
def test_wrong_usage_is_one_json_document_too(journey: Journey, verb: tuple[str, ...], code: int) -> None:
    said = journey.ferry.run(*verb)

    assert said.code == code, said.told
    assert said.json["error"]["exit"] == code
    assert said.json["error"]["text"]


def test_a_folder_is_extracted_without_a_home(journey: Journey) -> None:
    out = journey.folder.with_name("out")
    said = journey.ferry.run("extract", str(journey.folder), "--out", str(out))

    assert said.code == 0, said.told
    assert {path.name for path in out.iterdir()} == {f"JN-000{n}.json" for n in (1, 2, 3)}
    assert json.loads((out / "JN-0001.json").read_text())


def test_help_needs_neither_the_database_nor_the_engine() -> None:
    asked = subprocess.run([program(), "--help"], capture_output=True, text=True, check=True, timeout=60)
    assert "migrate" in asked.stdout
