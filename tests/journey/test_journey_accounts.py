"""Accounts that are wrong, locked or away: a clear word, the documented exit code, nothing lost."""

import json
from pathlib import Path

import pytest

from ledgerferry_bench.journey.kill import made
from ledgerferry_bench.journey.stage import Ferry, Sandbox, migrating, pause, sandbox
from ledgerferry_sandbox import samples
from tests.journey import sheets
from tests.journey.conftest import Journey


def scoped(box: Sandbox, scope: str) -> str:
    edit = {"service": "accounts", "kind": "refreshes", "fields": {"scope": scope}}
    token: str = box.post("edit", edit)["token"]
    return token


def test_an_organisation_that_the_login_does_not_see_is_named_with_those_it_sees(journey: Journey) -> None:
    said = journey.ferry.connect(journey.box, "--organization", "60099999999", name="other")

    assert said.code == 2
    assert "60099999999" in said.json["error"]["text"]
    assert journey.box.line["organization_id"] in said.json["error"]["text"]


@pytest.mark.parametrize("status", ["401", "400"])
def test_an_organisation_that_is_no_longer_the_callers_is_said_so(journey: Journey, status: str) -> None:
    journey.box.put("switches", {"wrong_organization": status})
    own = journey.box.books()["organizations"][0]
    journey.box.put("state", {"books": {"organizations": [{**own, "organization_id": "60099999999"}]}})

    said = journey.migrate()

    assert said.code == 2, said.told
    assert journey.box.line["organization_id"] in said.told
    assert journey.writes() == []


def test_a_missing_scope_is_named_and_another_login_goes_on(journey: Journey) -> None:
    journey.ferry.run("disconnect", "acme")
    scopes = "ZohoBooks.settings.READ,ZohoBooks.contacts.ALL,ZohoBooks.customerpayments.ALL"
    poor = {**journey.box.line, "refresh_token": scoped(journey.box, scopes)}
    assert journey.ferry.connect(Sandbox(poor, journey.box.process, journey.box.http)).code == 0

    said = journey.migrate()

    assert said.code == 3, said.told
    assert "scope" in said.told
    whole = {**journey.box.line, "refresh_token": scoped(journey.box, "ZohoBooks.fullaccess.all")}
    assert journey.ferry.connect(Sandbox(whole, journey.box.process, journey.box.http)).code == 0
    resumed = journey.ferry.run("resume")
    assert (resumed.code, resumed.json["documents"]["loaded"]) == (0, 3), resumed.told


def test_a_revoked_login_stops_with_exit_code_3_and_a_new_one_goes_on(journey: Journey) -> None:
    token = journey.box.line["refresh_token"]
    assert journey.box.http.post("/oauth/v2/token/revoke", params={"token": token}).status_code == 200

    said = journey.migrate()

    assert said.code == 3, said.told
    assert "ferry connect" in said.told
    assert journey.writes() == []
    whole = {**journey.box.line, "refresh_token": scoped(journey.box, "ZohoBooks.fullaccess.all")}
    assert journey.ferry.connect(Sandbox(whole, journey.box.process, journey.box.http)).code == 0
    resumed = journey.ferry.run("resume")
    assert (resumed.code, resumed.json["documents"]["loaded"]) == (0, 3), resumed.told


def test_a_wrong_region_is_said_and_the_right_one_found_by_trying(tmp_path: Path) -> None:
    ferry = Ferry(tmp_path / "home")
    with sandbox("--dc", "eu,us,in") as box:
        centres = box.line["centres"]
        table = tmp_path / "centres.json"
        table.write_text(json.dumps(centres))
        login = [w for name in ("client_id", "client_secret", "refresh_token")
                 for w in (f"--{name.replace('_', '-')}", box.line[name])]  # fmt: skip

        wrong = ferry.run("connect", "books", "acme", *login, "--dc", "us", FERRY_DC_TABLE=str(table))
        right = ferry.run("connect", "books", "acme", *login, FERRY_DC_TABLE=str(table))

    assert wrong.code == 3, wrong.told
    assert "--dc" in wrong.json["error"]["text"]
    assert (right.code, right.json["dc"]) == (0, "eu"), right.told


def test_an_account_that_is_away_ends_with_exit_code_5_and_resume_finishes(tmp_path: Path) -> None:
    ferry, folder = Ferry(tmp_path / "home"), tmp_path / "docs"
    sheets.three(folder)
    kept = ("--state", str(tmp_path / "state"))
    with sandbox(*kept) as box:
        made(ferry, box)
        port = int(box.url.rpartition(":")[2])

    away = ferry.migrate(folder)
    with sandbox(*kept, port=port) as box:
        resumed = ferry.run("resume")
        assert len(box.books()["invoices"]) == 3

    assert away.code == 5, away.told
    assert "ferry resume" in away.told
    assert (resumed.code, resumed.json["documents"]["loaded"]) == (0, 3), resumed.told


def test_an_account_that_goes_away_in_mid_run_costs_a_resume(tmp_path: Path) -> None:
    ferry, folder = Ferry(tmp_path / "home"), tmp_path / "docs"
    samples.write(folder, 4, 16, 3)
    kept = ("--state", str(tmp_path / "state"))
    with sandbox(*kept) as box:
        made(ferry, box)
        port = int(box.url.rpartition(":")[2])
        box.faults({"service": "books", "mode": "slow", "ms": 300})
        process = ferry.start(*migrating(folder))
        while process.poll() is None and len(box.books()["invoices"]) < 6:
            pause()
    stopped = ferry.heard(process)
    with sandbox(*kept, port=port) as box:
        box.faults()
        said = ferry.run("resume")
        numbers = [row["invoice_number"] for row in box.books()["invoices"]]

    assert stopped.code == 5, stopped.told
    assert said.json["documents"]["loaded"] == len(numbers) == len(set(numbers)) == 16, said.told
    assert said.json["verify"]["equal"] is True
    assert (said.json["operations"]["dead"], said.json["operations"]["in_doubt"]) == (0, 0)
