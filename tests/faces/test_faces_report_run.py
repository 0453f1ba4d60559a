"""The report of a real run: written again it is the same, in every state, and any program can open it."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook

from tests.faces.reported import every, pairs, table, values
from tests.faces.stage import at, ferry, login, samples, sandbox

_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("report")
    samples(folder / "in", 3, 12)
    with sandbox("--seed", "demo", "--time-scale", "60") as told:
        flags = ["--plan", "standard", "--mail-checked"]
        assert ferry(folder, "connect", "books", "acme", *login(told), *at(told), *flags).code == 0
        yield folder


def run(place: Path, *words: str) -> Any:
    ended = ferry(place, *words, "--json")
    assert ended.code in {0, 1}, ended.err
    return ended.json()


def report(place: Path, of: str) -> bytes:
    return Path(run(place, "report", of)["report"]).read_bytes()


def opened(place: Path, of: str) -> Any:
    return load_workbook(run(place, "report", of)["report"], data_only=True)


@pytest.fixture(scope="module")
def planned(place: Path) -> str:
    """A run of which nothing was sent, with its report looked at then."""
    told = run(place, "migrate", "in", "--books", "acme", "--dry-run")
    book = opened(place, told["run"])
    assert book["Overview"]["A3"].value == "Nothing was sent yet: this is a plan."
    assert {r["status"] for r in values(book["All invoices"])} >= {"will be loaded"}
    shown = [row for row in book["Dry-run plan"].iter_rows(values_only=True) if isinstance(row[0], int)]
    assert len(shown) == told["operations"]["planned"]
    assert {row[9] for row in shown} == {"planned"}
    assert report(place, told["run"]) == report(place, told["run"])
    name: str = told["run"]
    return name


@pytest.fixture(scope="module")
def done(place: Path, planned: str) -> dict[str, Any]:
    """The same run, carried out."""
    told = run(place, "migrate", "in", "--books", "acme", "--yes")
    assert told["run"] == planned
    result: dict[str, Any] = told
    return result


def test_it_is_the_same_whenever_and_wherever_it_is_written(
    place: Path, done: dict[str, Any], tmp_path: Path
) -> None:
    first = Path(done["report"]).read_bytes()
    assert report(place, done["run"]) == first
    shutil.copytree(place / ".ferry", tmp_path / "elsewhere")
    moved = ferry(tmp_path, "report", done["run"], "--home", str(tmp_path / "elsewhere"), "--json")
    assert Path(moved.json()["report"]).is_relative_to(tmp_path)
    assert Path(moved.json()["report"]).read_bytes() == first
    again = run(place, "migrate", "in", "--books", "acme", "--yes")
    assert again["run"] != done["run"]
    assert report(place, done["run"]) == first


def test_every_document_and_every_cent_is_in_it(place: Path, done: dict[str, Any]) -> None:
    book = opened(place, done["run"])
    counts, rows = done["documents"], values(book["All invoices"])
    found = [r for r in rows if r["status"] != "again"]
    assert len(found) == counts["found"]
    assert sum(r["status"] == "loaded" for r in found) == counts["loaded"]
    assert [r["agrees"] for r in values(book["Financials math check"]) if r["agrees"] != "yes"].count(
        "NO"
    ) == 0
    for currency, sums in done["verify"]["by_currency"].items():
        shown = next(r for r in book["Overview"].iter_rows(values_only=True) if r[0] == currency)
        told = (sums["loaded_total"], sums["held_total"], sums["rejected_total"], sums["found_total"])
        assert [Decimal(str(a)) for a in shown[1:5]] == [Decimal(a) for a in told]
        assert Decimal(str(shown[5])) == Decimal(sums["target_total"])
    done_there = [row for row in book["Dry-run plan"].iter_rows(values_only=True) if isinstance(row[0], int)]
    assert {row[9] for row in done_there} == {"done"}
    assert all(row[12] for row in done_there)


def test_every_link_leads_to_a_sheet_and_a_cell_that_are_there(place: Path, done: dict[str, Any]) -> None:
    book = load_workbook(run(place, "report", done["run"])["report"])
    links = [row["cell"] for row in table(book["All invoices"])]
    assert all(cell.hyperlink for cell in links)
    for cell in links:
        path = Path(unquote(cell.hyperlink.target.removeprefix("File://")))
        sheet, _, spot = cell.hyperlink.location.rpartition("!")
        assert path.is_file()
        if path.suffix == ".xlsx" and spot != "A1":
            name = sheet.strip("'").replace("''", "'")
            assert load_workbook(path)[name][spot].value is not None


def test_whoever_adds_again_comes_to_the_same(place: Path, done: dict[str, Any]) -> None:
    path = run(place, "report", done["run"])["report"]
    shown = load_workbook(path, data_only=True)["Financials math check"]
    checked = 0
    for cell in (c for c in every([load_workbook(path)["Financials math check"]]) if c.data_type == "f"):
        found = re.fullmatch(r"=ROUND\(([A-Z0-9+-]+),(\d)\)", str(cell.value))
        if found is None:
            continue
        terms = re.findall(r"([+-]?)([A-Z]+\d+)", found[1])
        amount = sum(Decimal(str(shown[at].value or 0)) * (-1 if sign == "-" else 1) for sign, at in terms)
        assert amount == Decimal(str(shown[cell.coordinate].value)), cell.coordinate
        checked += 1
    assert checked > 100


def test_a_later_verify_is_the_one_that_is_shown(place: Path, done: dict[str, Any]) -> None:
    before = opened(place, done["run"])["Overview"]
    run(place, "verify", done["run"], "--details")
    after = opened(place, done["run"])["Overview"]
    assert "(0 records read in full)" in before["A3"].value
    assert "every record read in full" in after["A3"].value
    head = "chain head at this run's last entry"
    assert pairs(before)[head] != pairs(after)[head]
    assert report(place, done["run"]) == report(place, done["run"])


# LibreOffice keeps the days on a chart's axis as texts, which openpyxl takes for no chart.
@pytest.mark.filterwarnings("ignore:Unable to read chart:UserWarning")
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it_and_comes_to_the_same_sums(
    place: Path, done: dict[str, Any], tmp_path: Path
) -> None:
    source = Path(run(place, "report", done["run"])["report"])
    profile = tmp_path / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(_RECALCULATE)
    office = ["soffice", f"-env:UserInstallation={profile.parent.as_uri()}", "--headless"]
    subprocess.run(
        [*office, "--convert-to", "xlsx", "--outdir", str(tmp_path / "out"), str(source)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    ours, theirs = (
        load_workbook(source, data_only=True),
        load_workbook(tmp_path / "out" / source.name, data_only=True),
    )
    assert ours.sheetnames == theirs.sheetnames
    for cell in every(ours):
        there = theirs[cell.parent.title][cell.coordinate]
        same = there.value == cell.value or pytest.approx(cell.value, abs=1e-6) == there.value
        assert same, (cell.parent.title, cell.coordinate, cell.value, there.value)
        if cell.hyperlink and cell.hyperlink.target:
            kept = tmp_path / "out" / unquote(there.hyperlink.target.removeprefix("file://"))
            assert kept.resolve() == Path(unquote(cell.hyperlink.target.removeprefix("File://")))


def test_a_rollback_has_a_report_and_the_run_it_took_back_says_so(place: Path, done: dict[str, Any]) -> None:
    told = run(place, "rollback", done["run"], "--yes")
    undone = opened(place, told["rollback"])
    assert str(undone["Overview"]["A1"].value).startswith("Rollback in")
    assert f"{told['undone']} records undone" in str(undone["Overview"]["A3"].value)
    assert (
        sum(r["status"] == "taken back" for r in values(undone["All invoices"]))
        == done["documents"]["loaded"]
    )
    assert report(place, told["rollback"]) == report(place, told["rollback"])
    taken = values(opened(place, done["run"])["All invoices"])
    assert sum(r["status"] == "taken back" for r in taken) == done["documents"]["loaded"]
