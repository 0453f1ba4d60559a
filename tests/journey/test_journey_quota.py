"""Quotas: every busy answer ends in a wait and a resume, none in a failed record."""

from datetime import datetime
from pathlib import Path

import pytest

from ledgerferry_bench.journey import quota
from ledgerferry_bench.journey.stage import NAME, Ferry, Row, Said, migrating, pause
from ledgerferry_sandbox import samples
from tests.journey.conftest import DAY, Journey

HOUR = 3600


def busy(code: int, times: int, **more: object) -> Row:
    return {"service": "books", "mode": f"books_{code}", "times": times, **more}


def all_there(journey: Journey, said: Said) -> None:
    assert said.code == 0, said.told
    assert said.json["documents"] == {"found": 3, "loaded": 3, "held": 0, "rejected": 0}
    counts = said.json["operations"]
    assert (counts["done"], counts["dead"], counts["in_doubt"]) == (counts["planned"], 0, 0)
    assert said.json["verify"]["equal"] is True
    assert len(journey.box.books()["invoices"]) == 3


@pytest.mark.parametrize("what", ["reads", "writes"])
def test_a_busy_minute_and_too_many_calls_at_once_are_waited_for(journey: Journey, what: str) -> None:
    methods = {"reads": ("GET", "GET"), "writes": ("PUT", "POST")}[what]
    journey.box.faults(*(busy(code, 1, method=method) for method in methods for code in (1070, 44)))

    said = journey.migrate()

    all_there(journey, said)
    assert sum(1 for call in journey.calls() if call["status"] == 429) == 4


def test_a_resume_on_the_same_day_waits_again(journey: Journey) -> None:
    journey.box.put("limits", {"books": {"day": journey.box.get("usage")["books"]["day"]}})
    assert journey.migrate().code == 4

    again = journey.ferry.run("resume")

    assert (again.code, again.json["state"]) == (4, "waiting"), again.told


def test_a_resume_remembers_that_a_person_looked_at_mail(journey: Journey) -> None:
    home = journey.ferry.home.with_name("unchecked") / "home"
    home.parent.mkdir()
    ferry = Ferry(home)
    assert ferry.connect(journey.box, mail_checked=False).code <= 1
    journey.box.put("limits", {"books": {"day": journey.box.get("usage")["books"]["day"]}})
    assert ferry.migrate(journey.folder, "--mail-checked").code == 4
    journey.box.put("limits", {"books": {"day": 2_000}})
    journey.box.put("clock", {"advance_seconds": DAY})

    all_there(journey, ferry.run("resume"))


def test_headroom_stops_before_the_day_is_used_up(journey: Journey) -> None:
    assert journey.ferry.run("connect", "books", NAME, "--plan", "free").code <= 1
    left = 1_000 * 5 // 100
    while journey.box.get("usage")["books"]["day"] < left:
        before = len(journey.calls())
        assert journey.migrate("--limit", "1").code == 0
        assert len(journey.calls()) > before

    said = journey.migrate("--headroom", "95")

    assert (said.code, said.json["state"]) == (4, "waiting"), said.told
    assert journey.box.get("usage")["books"]["refused"] == 0


def test_a_block_of_an_hour_is_waited_for_by_the_accounts_clock(journey: Journey) -> None:
    journey.box.faults(busy(43, 1, method="POST"))
    process = journey.ferry.start(*migrating(journey.folder))
    while process.poll() is None and not any(call["status"] == 429 for call in journey.calls()):
        pause()
    refused = next(call for call in journey.calls() if call["status"] == 429)
    journey.box.put("clock", {"advance_seconds": HOUR})

    said = journey.ferry.heard(process)

    all_there(journey, said)
    writes = [call for call in journey.writes() if call["number"] > refused["number"]]
    later = [moment(call) - moment(refused) for call in writes]
    assert [after for after in later if 2 * quota.MINUTE < after < HOUR] == []
    assert max(later) >= HOUR


def test_real_limits_are_kept_without_a_single_refusal(journey: Journey, tmp_path: Path) -> None:
    samples.write(tmp_path / "samples", 6, 60, 5)

    said = journey.ferry.migrate(tmp_path / "samples")

    assert said.json["operations"]["done"] == said.json["operations"]["planned"] > 120
    assert [call for call in journey.calls() if call["status"] == 429] == []
    assert quota.fullest([moment(call) for call in journey.calls()], "sliding") <= 100


def moment(call: Row) -> float:
    return datetime.fromisoformat(call["time"]).timestamp()


@pytest.mark.parametrize("cap", [4, 12], ids=["while planning", "while writing"])
def test_a_days_cap_ends_with_exit_code_4_and_resume_finishes_it(journey: Journey, cap: int) -> None:
    journey.box.put("limits", {"books": {"day": journey.box.get("usage")["books"]["day"] + cap}})

    stopped = journey.migrate()

    assert stopped.code == 4, stopped.told
    assert stopped.json["state"] == "waiting"
    until = datetime.fromisoformat(stopped.json["waiting_until"])
    now = datetime.fromisoformat(journey.box.get("clock")["time"])
    assert 0 < (until - now).total_seconds() <= DAY
    assert stopped.json["operations"]["dead"] == 0
    journey.box.put("limits", {"books": {"day": 2000}})
    journey.at_midnight()
    said = journey.ferry.run("resume")

    all_there(journey, said)
    assert said.json["run"] == stopped.json["run"]
    assert said.json["waiting_until"] is None


@pytest.mark.parametrize("cap", [4, 12], ids=["while planning", "while writing"])
def test_a_days_cap_with_wait_is_waited_for_over_the_days_end(journey: Journey, cap: int) -> None:
    journey.box.put("limits", {"books": {"day": journey.box.get("usage")["books"]["day"] + cap}})
    process = journey.ferry.start(*migrating(journey.folder, "--wait"))
    while process.poll() is None and not any(call["status"] == 429 for call in journey.calls()):
        pause()
    pause(2)
    assert process.poll() is None
    journey.box.put("limits", {"books": {"day": 2000}})
    journey.at_midnight()

    said = journey.ferry.heard(process)

    all_there(journey, said)


@pytest.mark.slow
def test_the_minutes_allowance_is_used_and_no_call_refused(tmp_path: Path) -> None:
    used = quota.measured(tmp_path, "sliding", 52)

    assert used.refused == 0
    assert used.most <= 100
    assert quota.LEAST <= used.share <= quota.MOST, used


def test_who_waits_waits_for_an_account_that_is_away_too(journey: Journey) -> None:
    journey.box.faults({"service": "books", "path": "/organizations", "mode": "reset", "times": 12})
    away = journey.migrate()
    assert (away.code, "ferry resume" in away.told) == (5, True), away.told
    said = journey.migrate("--wait")
    assert (said.code, said.json["documents"]["loaded"]) == (0, 3), said.told
    assert "Trying again in 2 s" in said.told
