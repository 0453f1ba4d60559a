"""Hostile and odd files: each is a clear rejection or a correct reading, and ends or stalls nothing."""

import zipfile
from collections.abc import Callable
from itertools import chain, repeat
from pathlib import Path

import pytest

from ledgerferry.systems.workbook import DEFAULT, Limits, read, read_many, worker
from ledgerferry.systems.workbook.guards import Refused, recognise
from tests.systems.workbook.sheets import plain, write

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_SHEET = "xl/worksheets/sheet1.xml"


def replaced(source: Path, target: Path, name: str, content: bytes) -> Path:
    """A copy of a workbook with one of its parts replaced."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, content if entry == name else old.read(entry))
    return target


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open(_SHEET, "w") as part:
            for chunk in repeat(b" " * 1_000_000, 300):
                part.write(chunk)


def many_parts(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(DEFAULT.entries + 1):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", "")


def cut(path: Path) -> None:
    write(path, {"One": plain()})
    path.write_bytes(path.read_bytes()[:-300])


def not_xml(path: Path) -> None:
    replaced(
        write(path.with_name("whole.xlsx"), {"One": plain()}), path, _SHEET, b"<worksheet><sheetData><row"
    )


def no_parts(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")


def locked_ooxml(path: Path) -> None:
    path.write_bytes(_OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(512))


def locked_xls(path: Path) -> None:
    beginning = b"\x09\x08\x10\x00" + bytes(16) + b"\x2f\x00\x36\x00"
    path.write_bytes(_OLE + bytes(504) + beginning.ljust(512, b"\0") + "Workbook".encode("utf-16-le"))


def word_document(path: Path) -> None:
    path.write_bytes(_OLE + bytes(504) + "WordDocument".encode("utf-16-le"))


def broken_xls(path: Path) -> None:
    path.write_bytes(_OLE + bytes(504) + "Workbook".encode("utf-16-le") + bytes(2000))


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda path: path.write_bytes(b""), "empty-file"),
        (lambda path: path.write_text("Dear Sir, the invoice is late."), "not-a-workbook"),
        (lambda path: path.write_bytes(b"%PDF-1.7 ..."), "not-a-workbook"),
        (lambda path: path.write_bytes(b"PK\x03\x04 and then nothing"), "corrupt"),
        (no_parts, "corrupt"),
        (cut, "corrupt"),
        (not_xml, "corrupt"),
        (bomb, "too-large"),
        (many_parts, "too-large"),
        (locked_ooxml, "password-protected"),
        (locked_xls, "password-protected"),
        (word_document, "not-a-workbook"),
        (broken_xls, "corrupt"),
    ],
)
def test_what_is_no_good_workbook_is_rejected_with_a_code(
    tmp_path: Path, make: Callable[[Path], object], code: str
) -> None:
    path = tmp_path / "file.xlsx"
    make(path)
    reading = worker.reading(path, "some/file.xlsx", "", DEFAULT)
    assert [r.code for r in reading.rejections] == [code]
    assert reading.documents == ()
    assert ": " in reading.rejections[0].text, "a rejection says what to do"


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


def test_a_cell_at_the_far_corner_costs_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "far.xlsx", {"One": plain(XFD1048576=1)})
    assert read(path, "far.xlsx").documents[0].number == "HT-0041"


def test_too_many_cells_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {"One": plain()})
    assert worker.reading(path, "a.xlsx", "", Limits(cells=10)).rejections[0].code == "too-large"


def test_a_worker_that_takes_too_long_is_ended_and_replaced(tmp_path: Path) -> None:
    good = write(tmp_path / "good.xlsx", {"One": plain()})
    endless: dict[str, object] = {f"B{n}": "=SUM($A$1:$A$19000)" for n in range(1, 4000)}
    slow = write(tmp_path / "slow.xlsx", {"One": endless})
    readings = list(read_many([(good, "1"), (slow, "2"), (good, "3")], workers=1, limits=Limits(seconds=0.8)))
    assert [r.code for r in readings[1].rejections] == ["timed-out"]
    assert [len(r.documents) for r in readings] == [1, 0, 1]


def test_a_worker_that_needs_too_much_memory_is_a_rejection(tmp_path: Path) -> None:
    good = write(tmp_path / "good.xlsx", {"One": plain()})
    cell = b'<row><c t="inlineStr"><is><t>' + b"item " * 4000 + b"</t></is></c></row>"
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    big = replaced(good, tmp_path / "big.xlsx", _SHEET, sheet + cell * 9000 + b"</sheetData></worksheet>")
    limits = Limits(memory_bytes=180_000_000, ratio=10_000)
    readings = list(read_many([(good, "1"), (big, "2"), (good, "3")], workers=1, limits=limits))
    assert [r.code for r in readings[1].rejections] == ["too-large"]
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
