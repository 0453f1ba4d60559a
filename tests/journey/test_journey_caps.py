"""Over several days: a migration whose days end, waited for durably, also by a process that is killed."""

import os
import signal
from datetime import datetime
from pathlib import Path

import pytest

from ledgerferry_bench.journey.kill import made
from ledgerferry_bench.journey.picture import picture
from ledgerferry_bench.journey.stage import Ferry, Sandbox, migrating, pause, sandbox
from ledgerferry_sandbox import samples
from tests.journey.conftest import DAY

CAP = 200
CAPS = 3
_LOOKS = 1_500


def refused(box: Sandbox) -> int:
    return int(box.get("usage")["books"]["refused"])


def at_midnight(box: Sandbox) -> None:
    now = datetime.fromisoformat(box.get("clock")["time"])
    gone = now.hour * 3600 + now.minute * 60 + now.second
    box.put("clock", {"advance_seconds": DAY - gone + 1})


@pytest.mark.slow
def test_three_days_caps_in_a_row_end_as_one_day_without_a_cap(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    samples.write(folder, 12, 380, 3)
    with sandbox("--books-plan", "premium") as box:
        free = Ferry(tmp_path / "free" / "home")
        free.home.parent.mkdir()
        made(free, box, "--plan", "premium")
        once = free.migrate(folder, seconds=300)
        assert once.code == 1, once.told
        wanted = picture(box.books())

    ferry = Ferry(tmp_path / "capped" / "home")
    ferry.home.parent.mkdir()
    with sandbox("--books-plan", "premium", "--quota", "books.day=100000") as box:
        made(ferry, box, "--plan", "premium")
        at_midnight(box)
        box.put("limits", {"books": {"day": CAP}})
        process = ferry.start(*migrating(folder, "--wait"))
        for day in range(CAPS):
            before = refused(box)
            for _ in range(_LOOKS):
                if refused(box) > before or process.poll() is not None:
                    break
                pause(0.1)
            assert process.poll() is None, f"it ended on day {day}"
            if day == 1:
                pause(2)
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
                process = ferry.start("resume")
                pause(2)
                assert process.poll() is None, "the resumed run must wait as it was told to"
            at_midnight(box)
        box.put("limits", {"books": {"day": 10_000}})
        said = ferry.heard(process, 300)
        held, mails = picture(box.books()), box.get("mail")
        days = box.get("usage")["books"]

    assert said.code == 1, said.told
    assert held == wanted
    assert (said.json["documents"], said.json["verify"]["equal"], mails) == (once.json["documents"], True, [])
    assert (said.json["operations"]["dead"], said.json["operations"]["in_doubt"]) == (0, 0)
    assert days["refused"] <= CAPS * 12, "a refused day is waited out, not knocked at"
