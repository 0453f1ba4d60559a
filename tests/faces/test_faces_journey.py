"""The whole way through the command, beside a sandbox in a process of its own."""

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faces.stage import Ended, at, ferry, login, samples, sandbox


@pytest.fixture(scope="module")
def books() -> Iterator[dict[str, Any]]:
    with sandbox("--seed", "demo", "--time-scale", "60", "--dc", "us,eu") as told:
        yield told


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("journey")
    samples(folder / "in", 3, 6)
    return folder


def writes(told: dict[str, Any]) -> list[str]:
    with urllib.request.urlopen(f"{told['url']}/_sandbox/log") as answer:
        calls = json.load(answer)
    listed = calls["calls"] if isinstance(calls, dict) else calls
    return [c["path"] for c in listed if c["service"] == "books" and c["method"] != "GET"]


def migrate(place: Path, *more: str) -> Ended:
    return ferry(place, "migrate", "in", "--books", "acme", "--json", *more)


def test_the_region_is_found_by_trying(place: Path, books: dict[str, Any]) -> None:
    table = place / "dc.json"
    table.write_text(json.dumps({"eu": books["centres"]["eu"], "us": books["centres"]["us"]}))
    ended = ferry(place, "connect", "books", "acme", *login(books), "--json", FERRY_DC_TABLE=str(table))
    assert ended.code == 0, ended.err
    assert (ended.json()["dc"], ended.json()["organization"]) == ("us", books["organization_id"])


def test_a_wrong_login_leaves_the_connection_as_it_was(place: Path, books: dict[str, Any]) -> None:
    wrong = books | {
        "refresh_token": "1000.0000000000000000000000000000dead.0000000000000000000000000000dead"
    }
    assert ferry(place, "connect", "books", "acme", *login(wrong), *at(books)).code == 3
    ended = ferry(place, "connect", "books", "acme", *at(books), "--organization", "1", "--json")
    assert ended.code == 2
    assert [c["name"] for c in ferry(place, "connections", "--json").json()["connections"]] == ["acme"]
    assert ferry(place, "connect", "books", "acme", *at(books), "--plan", "standard").code == 0


def test_nothing_is_sent_before_a_person_looked_at_mail_and_said_yes(
    place: Path, books: dict[str, Any]
) -> None:
    before = len(writes(books))
    dry = migrate(place, "--dry-run")
    assert dry.code == 1, dry.err
    assert dry.json()["documents"]["held"] > 0
    assert dry.json()["state"] == "planned"
    assert dry.json()["changes"]["invoice"]["create"] == 6
    assert dry.json()["price"]["calls"]["books"] > 0
    unchecked = migrate(place, "--yes")
    assert (unchecked.code, unchecked.json()["state"]) == (2, "planned")
    assert "--mail-checked" in unchecked.err
    unasked = migrate(place, "--mail-checked")
    assert (unasked.code, "--yes" in unasked.err) == (2, True)
    assert ferry(place, "resume").code == 2
    assert len(writes(books)) == before


def test_the_guards_are_proved_on_the_account(place: Path) -> None:
    ended = ferry(place, "doctor", "--probe", "--json")
    found = {c["text"] for c in ended.json()["checks"]}
    assert any("a second invoice is kept out by rung b" in text for text in found), ended.out
    assert ended.code == 1  # the sandbox's clock differs, and nobody has looked at its mail


def test_it_arrives_once_and_is_proved(place: Path, books: dict[str, Any]) -> None:
    ended = migrate(place, "--mail-checked", "--yes")
    told = ended.json()
    assert ended.code == 1, ended.err
    assert told["verify"]["equal"]
    assert told["documents"]["loaded"] == 6
    assert told["documents"]["found"] == sum(told["documents"][k] for k in ("loaded", "held", "rejected"))
    assert Path(told["report"]).stat().st_mode & 0o777 == 0o600
    before = len(writes(books))
    again = migrate(place, "--mail-checked", "--yes").json()
    assert again["changes"]["invoice"] | {"conflict": 0} == {
        "create": 0,
        "update": 0,
        "unchanged": 6,
        "conflict": 0,
    }
    assert len(writes(books)) == before


def test_what_a_person_agreed_to_is_not_asked_again(place: Path) -> None:
    planned = ferry(place, "plan", "migrate", "in", "--books", "acme", "--json").json()["run"]
    assert ferry(place, "apply", planned).code == 2
    assert ferry(place, "apply", planned, "--mail-checked").code == 1
    assert ferry(place, "resume", planned).code == 1
    assert ferry(place, "plan", "migrate", "in", "--books", "acme").code == 1
    assert ferry(place, "resume").code == 2


def test_it_can_be_looked_back_on(place: Path) -> None:
    run = ferry(place, "status", "--json").json()["runs"][0]["run"]
    assert ferry(place, "verify", run, "--details", "--json").json()["verify"]["details"]
    assert ferry(place, "report", run, "--json").json()["run"] == run
    assert ferry(place, "ledger", "--check", "--json").json()["whole"]
    events = {e["event"] for e in ferry(place, "ledger", "--json").json()["entries"]}
    assert {"run-opened", "plan", "receipt", "run-done"} <= events
    assert ferry(place, "dead", "list", "--json").json() == {"dead": []}


def test_no_secret_lies_in_the_home(place: Path, books: dict[str, Any]) -> None:
    secrets = [books["client_secret"].encode(), books["refresh_token"].encode()]
    files = [p for p in (place / ".ferry").rglob("*") if p.is_file()]
    assert len(files) > 3
    assert not [p.name for p in files for secret in secrets if secret in p.read_bytes()]


def test_a_login_is_revoked_and_forgotten(place: Path) -> None:
    assert ferry(place, "disconnect", "acme", "--json").json()["revoked"]
    assert ferry(place, "connections", "--json").json() == {"connections": []}
    assert migrate(place, "--mail-checked", "--yes").code == 2
