"""`ferry review` and `ferry layouts`, as a script and as a person meet them."""

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer

from ledgerferry.faces.cli import reviewing
from ledgerferry.faces.cli.asking import Asking
from ledgerferry.faces.cli.output import Output
from ledgerferry.faces.house import House
from ledgerferry.faces.settings import Settings
from ledgerferry.flows.review import Review
from ledgerferry.systems.workbook.api import read_known
from tests.faces.stage import typed
from tests.systems.workbook.sheets import weakly_labelled


def extracted(where: Path, *paths: Path) -> dict[str, Any]:
    """What the only document of each file says now, by number."""
    ended = typed(where, "extract", *map(str, paths), "--out", "out")
    assert ended.code in (0, 1), ended.err
    found = [json.loads((where / "out" / f"{p.stem}.json").read_text(encoding="utf-8")) for p in paths]
    return {f["invoices"][0]["invoice_number"]: f["invoices"][0] for f in found}


def test_a_script_teaches_a_home_and_takes_what_it_knows_to_the_next(tmp_path: Path) -> None:
    papers = [weakly_labelled(tmp_path / f"{n}.xlsx", f"R-{n}", 100 + n) for n in range(3)]
    before = extracted(tmp_path, *papers)
    assert {i["needs_review"] for i in before.values()} == {True}
    listed = typed(tmp_path, "review", "list", "--json")
    assert (listed.code, [h["id"] for h in listed.json()["held"]]) == (1, [i["id"] for i in before.values()])
    assert typed(tmp_path, "review", "--json").json() == listed.json()
    shown = typed(tmp_path, "review", "show", before["R-0"]["id"])
    assert shown.code == 0
    assert "▶R-0◀" in shown.out
    assert "weak-number" in shown.out
    told = typed(tmp_path, "review", "accept", before["R-0"]["id"], "--note", "seen", "--json").json()
    assert (told["decided"], told["still_asks"], told["measured"]) == ("accept", [], False)
    after = extracted(tmp_path, *papers)
    assert {i["needs_review"] for i in after.values()} == {False}
    assert [i["id"] for i in after.values()] == [i["id"] for i in before.values()]
    assert after["R-1"]["layout"] == told["layout"]
    (layout,) = typed(tmp_path, "layouts", "list", "--json").json()["layouts"]
    assert (layout["id"], layout["taught_by"], layout["used"]) == (told["layout"], before["R-0"]["id"], 2)
    exported = typed(tmp_path, "layouts", "export", "--json")
    assert exported.json()["layouts"] == [layout["id"]]
    file = tmp_path / "ferry-layouts.toml"
    assert "Quay" not in file.read_text(encoding="utf-8")
    other = tmp_path / "other"
    other.mkdir()
    assert typed(other, "layouts", "import", str(file), "--json").json()["imported"] == [layout["id"]]
    assert typed(other, "layouts", "import", str(file), "--json").json() == {"found": 1, "imported": []}
    assert {i["needs_review"] for i in extracted(other, *papers).values()} == {False}
    assert typed(other, "layouts", "forget", layout["id"][:6]).code == 0
    assert {i["needs_review"] for i in extracted(other, *papers).values()} == {True}


def test_corrections_and_rejections_are_taken_up(tmp_path: Path) -> None:
    first, second = (weakly_labelled(tmp_path / f"{n}.xlsx", f"R-{n}") for n in range(2))
    found = extracted(tmp_path, first, second)
    answer = tmp_path / "right.json"
    answer.write_text(json.dumps({"invoice_number": "Q-1", "other": 1}))
    done = typed(tmp_path, "review", "correct", found["R-0"]["id"], "--with", "right.json", "--json")
    assert done.json()["document"]["invoice_number"] == "Q-1"
    assert done.json()["not_taught"] == {"number": "no cell holds it"}
    assert typed(tmp_path, "review", "reject", f"{second}#Sheet", "--note", "not ours").code == 0
    assert extracted(tmp_path, first)["Q-1"]["needs_review"] is False
    assert typed(tmp_path, "extract", str(second), "--out", "out").code == 0
    turned = json.loads((tmp_path / "out" / "1.json").read_text(encoding="utf-8"))
    assert (turned["invoices"], turned["rejections"][0]["text"]) == ([], "not ours")
    listed = typed(tmp_path, "review", "list")
    assert (listed.code, listed.out.strip()) == (0, "Nothing waits for review.")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["accept", "nothing"], "no document nothing"),
        (["reject", ""], "no document"),
        (["show", "one.xlsx#Nowhere"], "no sheet"),
        (["list", "run-none"], "no run run-none"),
        (["run-none"], "no run run-none"),
        (["correct", "one.xlsx#Sheet"], "--with"),
        (["correct", "one.xlsx#Sheet", "--with", "absent.json"], "cannot be read"),
        (["correct", "one.xlsx#Sheet", "--with", "bad.json"], "invoice_date"),
        (["correct", "one.xlsx#Sheet", "--with", "one.xlsx"], "cannot be read"),
    ],
)
def test_a_wrong_use_is_told_and_ends_with_2(tmp_path: Path, words: list[str], says: str) -> None:
    weakly_labelled(tmp_path / "one.xlsx", "R-1")
    (tmp_path / "bad.json").write_text('{"invoice_date": "yesterday"}')
    ended = typed(tmp_path, "review", *words)
    assert (ended.code, ended.out) == (2, "")
    assert says in " ".join(ended.err.split())
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["show", "0"], "no layout 0"),
        (["forget", ""], "no layout"),
        (["import", "absent.toml"], "cannot be read"),
        (["import", "bad.toml"], "not TOML"),
        (["export", "--to", "nowhere/at/all.toml"], "cannot be written"),
    ],
)
def test_a_wrong_use_of_layouts_is_told_and_ends_with_2(tmp_path: Path, words: list[str], says: str) -> None:
    (tmp_path / "bad.toml").write_text("{")
    ended = typed(tmp_path, "layouts", *words, "--json")
    assert (ended.code, ended.json()["error"]["exit"]) == (2, 2)
    assert says in " ".join(ended.err.split())


class Typed:
    """A person who types these answers, and needs some seconds for each."""

    def __init__(self, answers: Iterator[str], clock: "Ticking") -> None:
        self._answers = answers
        self._clock = clock
        self.asked: list[str] = []

    def __call__(self, text: str, **_: object) -> str:
        self.asked.append(text)
        self._clock.moment += 20
        return next(self._answers)


class Ticking:
    moment = 0.0

    def monotonic(self) -> float:
        return self.moment


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with House.open(Settings(home=tmp_path / "home", key=b64encode(bytes(32)).decode())) as opened:
        yield opened


def gone_through(house: House, monkeypatch: pytest.MonkeyPatch, *answers: str) -> tuple[int, Review, Typed]:
    desk = reviewing.review_of(house)
    clock = Ticking()
    typed = Typed(iter(answers), clock)
    monkeypatch.setattr(typer, "prompt", typed)
    asking = Asking(desk, Output(json=False), clock, lambda _: [])  # type: ignore[arg-type]
    left = asking.through(desk.held())
    return left, desk, typed


def held(house: House, tmp_path: Path, count: int) -> list[Path]:
    paths = [
        weakly_labelled(tmp_path / f"{n}.xlsx", f"R-{n}", 100 + n, A1=f"INVOICE{n * ' '}")
        for n in range(count)
    ]
    for path, reading in zip(paths, house.remembering(read_known)([(p, p.name) for p in paths]), strict=True):
        house.extracted(path, reading)
    return paths


def test_a_person_goes_through_what_is_held(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = held(house, tmp_path, 5)
    left, desk, _ = gone_through(
        house, monkeypatch,
        "x", "a",
        "c", "nonsense", "colour=red", "line 9 amount=3", "total=much", "invoice_number=Q-1",
        "line 1 description=Stones", "line 2 amount=5", "line 2=",
        "due_date=2025-12-04", "customer_email=", "",
        "r", "a copy",
        "s",
        "q",
    )  # fmt: skip
    assert left == 2
    assert [c.document.file for c in desk.held()] == [p.name for p in paths[3:]]
    with house.database.read() as conn:
        memories = house.shelf.memories
        cases = [memories.extracts.held(conn)[n].document for n in range(3)]
        decided = [memories.decisions.of(conn, d) for d in cases]
        spent = memories.decisions.spent(conn)
    assert [d.verdict.value for d in decided if d] == ["accept", "correct", "reject"]
    assert decided[1] is not None
    right = decided[1].document
    assert (right.number, right.due, right.lines[0].description) == ("Q-1", date(2025, 12, 4), "Stones")
    assert len(right.lines) == 1
    assert (spent.decisions, spent.seconds, spent.estimated) == (3, 40 + 240 + 40, 0)
    told = capsys.readouterr()
    assert "there is no field 'colour'" in told.err
    assert "there is no line 9: there are 1" in told.err
    assert "total is 'much'" in told.err
    assert "2 documents still wait" in told.out


def test_a_correction_without_a_value_decides_nothing(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = held(house, tmp_path, 1)
    left, desk, _ = gone_through(house, monkeypatch, "c", "")
    assert (left, len(desk.held())) == (1, 1)
    path.write_bytes(path.read_bytes() + b" ")
    left, desk, _ = gone_through(house, monkeypatch, "a")
    assert (left, len(desk.held())) == (1, 1)
