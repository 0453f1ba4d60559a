"""Limits and worker processes: nothing ends, stalls or swells the process that asks."""

import os
import zipfile
from itertools import chain
from pathlib import Path

import pytest

from ledgerferry.systems.workbook import Limits, read, read_many, worker
from ledgerferry.systems.workbook.guards import Refused, recognise
from tests.systems.workbook.binaries import xls
from tests.systems.workbook.sheets import plain, write

_SHEET = "xl/worksheets/sheet1.xml"


def replaced(source: Path, target: Path, name: str, content: bytes) -> Path:
    """A copy of a workbook with one of its parts replaced."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, content if entry == name else old.read(entry))
    return target


def test_a_missing_file_is_a_rejection(tmp_path: Path) -> None:
    assert read(tmp_path / "gone.xlsx", "gone.xlsx").rejections[0].code == "unreadable"


def test_a_file_larger_than_allowed_is_not_opened(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {"One": plain()})
    with pytest.raises(Refused) as refused:
        recognise(path, Limits(file_bytes=100))
    assert refused.value.code == "too-large"


def test_the_content_decides_and_not_the_extension(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {"One": plain()}).rename(tmp_path / "a.xls")
    assert read(path, "a.xls").documents[0].number == "HT-0041"


@pytest.mark.parametrize("name", ["a.xls", "a.xlsx", "a", os.fsdecode(b"caf\xe9.xls")])
def test_a_workbook_of_excel_97_is_read_whatever_its_name(tmp_path: Path, name: str) -> None:
    path = xls(tmp_path / name, plain())
    assert read(path, name).documents[0].number == "HT-0041"


def test_too_many_cells_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {"One": plain()})
    assert worker.reading(path, "a.xlsx", "", Limits(cells=10)).rejections[0].code == "too-large"


def test_a_worker_that_takes_too_long_is_ended_and_replaced(tmp_path: Path) -> None:
    good = write(tmp_path / "good.xlsx", {"One": plain()})
    endless: dict[str, object] = {f"B{n}": "=SUM($A$1:$A$19000)" for n in range(1, 4000)}
    slow = write(tmp_path / "slow.xlsx", {"One": endless})
    readings = list(read_many([(good, "1"), (slow, "2"), (good, "3")], workers=1, limits=Limits(seconds=1.6)))
    assert [r.code for r in readings[1].rejections] == ["timed-out"]
    assert [len(r.documents) for r in readings] == [1, 0, 1]


def test_a_worker_that_needs_too_much_memory_is_a_rejection(tmp_path: Path) -> None:
    good = write(tmp_path / "good.xlsx", {"One": plain()})
    cell = b'<row><c t="inlineStr"><is><t>' + b"item " * 4000 + b"</t></is></c></row>"
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    big = replaced(good, tmp_path / "big.xlsx", _SHEET, sheet + cell * 9000 + b"</sheetData></worksheet>")
    for megabytes in (195, 210, 260, 300):
        limits = Limits(memory_bytes=megabytes * 1_000_000, ratio=10_000)
        readings = list(read_many([(good, "1"), (big, "2"), (good, "3")], workers=1, limits=limits))
        assert [r.code for r in readings[1].rejections] == ["too-large"], megabytes
        assert [len(r.documents) for r in readings] == [1, 0, 1]


def test_many_files_come_back_in_order(tmp_path: Path) -> None:
    files = [write(tmp_path / f"{n}.xlsx", {"One": plain(D3=f"HT-{n}")}) for n in range(12)]
    readings = list(read_many([(path, path.name) for path in files], workers=2))
    assert [r.documents[0].number for r in readings] == [f"HT-{n}" for n in range(12)]
    assert len({r.digest for r in readings}) == 12


def test_reading_stops_when_the_caller_does(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {"One": plain()})
    readings = read_many(list(chain.from_iterable([[(path, str(n))] for n in range(50)])))
    assert next(readings).file == "0"
    readings.close()  # type: ignore[attr-defined]
