"""The bench of reading measures, finds what differs and can fail; the corpus reads as openpyxl reads it."""

import json
import os
import zipfile
from pathlib import Path

import pytest

from ledgerferry.systems.workbook.grid import How
from ledgerferry.systems.workbook.guards import DEFAULT
from ledgerferry.systems.workbook.reader import load
from ledgerferry_bench import cli
from ledgerferry_bench.extract.bench import Result, told
from ledgerferry_bench.extract.compare import compared
from ledgerferry_bench.extract.files import made
from ledgerferry_bench.extract.memory import Memory

SHARED = Path(os.environ.get("FERRY_SHARED", Path(__file__).parents[4] / "shared"))
CORPUS = SHARED / "corpus" / "dev" / "files"


def test_the_bench_measures_and_compares(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made(tmp_path, 3, seed=2)
    code = cli.run(["extract", str(tmp_path), "--files", "6", "--memory", "60", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert code == int(not found["kept"])
    assert found["files"] == 9
    assert found["cells"] > 9 * 20
    assert (found["differences"], found["unread"]) == ([], [])
    assert found["reading"] > found["double_load"] > 0
    assert found["memory"]["files"] == 60
    assert all(main > 1 << 20 and worker > 1 << 20 for _, main, worker in found["memory"]["samples"])


def test_the_generated_files_are_as_varied_as_real_ones(tmp_path: Path) -> None:
    books = [load(path, DEFAULT) for path in made(tmp_path, 8)]
    ways = [{cell.how for sheet in book.sheets for cell in sheet.cells.values()} for book in books]
    assert ways.count({How.TYPED, How.CACHED}) == 6
    assert ways.count({How.TYPED, How.COMPUTED}) == 2
    assert {len(book.sheets) for book in books} == {1, 2}
    assert all(book.sheets[0].merges and book.sheets[0].hidden_rows for book in books)


@pytest.mark.parametrize(
    ("part", "old", "new", "what"),
    [
        ("xl/worksheets/sheet1.xml", b"<v>30</v>", b"<v>31</v>", "value"),
        ("xl/worksheets/sheet1.xml", b"<f>A1*2</f>", b"<f>A1*3</f>", "formula"),
        ("xl/styles.xml", b'"0.000"', b'"0.0000"', "format"),
        ("xl/worksheets/sheet1.xml", b'ref="C1:D2"', b'ref="C1:E2"', "merges"),
        ("xl/worksheets/sheet1.xml", b'hidden="1"', b'hidden="0"', "hidden rows"),
    ],
)
def test_what_differs_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str, old: bytes, new: bytes, what: str
) -> None:
    """Our reader is given another file than openpyxl: one that differs in one respect."""
    import xlsxwriter

    from ledgerferry.systems.workbook import ooxml

    path, other = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write("A1", 15, book.add_format({"num_format": "0.000"}))
    sheet.write_formula("A2", "=A1*2", None, 30)
    sheet.merge_range("C1:D2", "wide")
    sheet.set_row(4, None, None, {"hidden": True})
    book.close()
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(other, "w") as changed:
        for name in whole.namelist():
            content = whole.read(name)
            assert name != part or old in content
            changed.writestr(name, content.replace(old, new) if name == part else content)
    assert compared(path).differences == ()
    right = ooxml.read
    monkeypatch.setattr(ooxml, "read", lambda _, limits: right(other, limits))
    assert {d.what for d in compared(path).differences} == {what}


def memory(*workers: int) -> Memory:
    samples = tuple((n, 50 << 20, size << 20) for n, size in enumerate(workers, 1))
    return Memory(len(workers), 1.0, samples)


def test_memory_that_grows_is_not_flat() -> None:
    assert memory(60, 80, 82, 82).flat
    assert not memory(60, 80, 100, 120).flat
    assert not memory(60).flat


@pytest.mark.parametrize(
    ("ratio", "differences", "unread", "kept"),
    [(4.0, (), (), True), (3.9, (), (), False), (9.0, ("a",), (), False), (9.0, (), ("b",), False)],
)
def test_the_promises_of_the_bench(
    ratio: float, differences: tuple[str, ...], unread: tuple[str, ...], kept: bool
) -> None:
    result = Result(9, 99, 10.0, 10 * ratio, 20.0, ratio, 2.0, differences, unread, memory(60, 60, 60))
    assert result.kept is kept
    assert all(each in told(result) for each in (f"{ratio} times", *differences, *unread))


@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"the corpus of workbooks is not at {CORPUS}")
def test_the_corpus_is_read_cell_by_cell_as_by_openpyxl() -> None:
    found = [compared(path) for path in sorted(CORPUS.iterdir()) if path.suffix in (".xlsx", ".xlsm")]
    assert [str(d) for each in found for d in each.differences] == []
    assert sum(each.cells for each in found) > 10_000
