"""The demo: a minute, the planted faults and nothing else."""

import json
import time
import urllib.error
import urllib.request
from decimal import Decimal
from pathlib import Path

import pytest

from ledgerferry.faces.demo.stage import Sandbox, Stage
from ledgerferry.faces.demo.truth import Truth, compare
from ledgerferry.faces.house import House
from ledgerferry.faces.settings import Settings, WrongUsage
from ledgerferry.flows.result import RunResult
from tests.faces.stage import ferry


def test_the_demo_holds_exactly_what_was_planted(tmp_path: Path) -> None:
    began = time.monotonic()  # noqa: TID251 the promise is of real seconds
    ended = ferry(tmp_path, "demo", "--json")
    seconds = time.monotonic() - began  # noqa: TID251
    told = ended.json()
    assert (ended.code, told["as_planted"], told["verify"]["equal"]) == (0, True, True), ended.err
    assert seconds < 60
    planted = json.loads((tmp_path / "ferry-demo" / "companies.planted.json").read_text())
    _a_check_fails_when_it_should(tmp_path / "ferry-demo" / "home", told, planted)


def _a_check_fails_when_it_should(
    home: Path, told: dict[str, object], planted: dict[str, list[object]]
) -> None:
    outcome = RunResult.model_validate(told)
    truth = Truth.model_validate(planted)
    with House.open(Settings(home=home)) as house:
        assert all(c.holds for c in compare(house, outcome, truth))
        for fault in truth.faults[1:]:
            less = truth.model_copy(update={"faults": tuple(f for f in truth.faults if f is not fault)})
            assert not all(c.holds for c in compare(house, outcome, less)), fault.kind
        cent = truth.documents[0].model_copy(update={"paid": truth.documents[0].paid / 2})
        moved = truth.model_copy(update={"documents": (cent, *truth.documents[1:])})
        assert [c.text for c in compare(house, outcome, moved) if not c.holds]
        note = next(n for n, d in enumerate(truth.documents) if d.applied)
        other = truth.documents[note].model_copy(update={"applied": Decimal("0.01")})
        documents = (*truth.documents[:note], other, *truth.documents[note + 1 :])
        moved = truth.model_copy(update={"documents": documents})
        assert [c.text for c in compare(house, outcome, moved) if not c.holds]


def test_the_sandbox_ends_with_the_demo_however_that_ends(tmp_path: Path) -> None:
    addresses: list[str] = []

    def interrupted() -> None:
        with Sandbox(tmp_path / "log") as sandbox:
            urllib.request.urlopen(f"{sandbox.url}/oauth/serverinfo").close()
            addresses.append(sandbox.url)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{addresses[0]}/oauth/serverinfo")


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(WrongUsage, match="--folder"):
        Stage.prepared(tmp_path / "mine")
    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"
    Stage.prepared(tmp_path / "demo")
    (tmp_path / "demo" / "old").touch()
    Stage.prepared(tmp_path / "demo")
    assert [p.name for p in (tmp_path / "demo").iterdir()] == [".ferry-demo"]
