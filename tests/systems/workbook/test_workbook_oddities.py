"""Hostile and odd files in one worker: each is a rejection that says what to do, or a correct reading."""

import os
import threading
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ledgerferry.model.document import Reading
from ledgerferry.systems.workbook import DEFAULT
from ledgerferry.systems.workbook.api import Worker
from tests.systems.workbook import oddities as odd
from tests.systems.workbook.oddities import BOOK, RELATIONS, SHEET, STRINGS, STYLES, Maker, edited
from tests.systems.workbook.sheets import plain, write

READ = "read"
"""The outcome of a file that is an invoice all the same: HT-0041 over 120.24."""

KINDS: dict[str, tuple[str, Maker, str]] = {
    "a corrupt zip": ("a.xlsx", odd.spoilt, "corrupt"),
    "a truncated file": ("a.xlsx", odd.cut, "corrupt"),
    "a zip bomb of 300 MB": ("a.xlsx", odd.bomb, "too-large"),
    "a bomb within an invoice": ("a.xlsx", odd.nested_bomb, READ),
    "a part larger than its header says": ("a.xlsx", odd.lying_size, "corrupt"),
    "a billion laughs": ("a.xlsx", edited({SHEET: odd.before_root(odd.LAUGHS)}), "unsafe"),
    "entities that grow by the square": (
        "a.xlsx",
        edited({STRINGS: odd.before_root(f"<!DOCTYPE x [<!ENTITY a '{'ha' * 50_000}'>]>")}),
        "unsafe",
    ),
    "an external entity": (
        "a.xlsx",
        edited({BOOK: odd.before_root('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')}),
        "unsafe",
    ),
    "a document type elsewhere": (
        "a.xlsx",
        edited({STYLES: odd.before_root('<!DOCTYPE x SYSTEM "x">')}),
        "unsafe",
    ),
    "a sheet that breaks off": (
        "a.xlsx",
        edited({SHEET: lambda content: content[: len(content) // 2]}),
        "corrupt",
    ),
    "an archive without a workbook's parts": ("a.xlsx", odd.zipped({BOOK: b"<workbook/>"}), "corrupt"),
    "elements in elements": ("a.xlsx", edited(odd.rows("<row>" * 100_000)), "corrupt"),
    "a cell at the far corner": ("a.xlsx", edited({}, XFD1048576=1), READ),
    "a cell beyond the far corner": (
        "a.xlsx",
        edited(odd.rows('<row r="40"><c r="XFE40"><v>1</v></c></row>')),
        "corrupt",
    ),
    "a locked .xlsx": ("a.xlsx", odd.locked_ooxml, "password-protected"),
    "a locked .xls": ("a.xls", odd.locked_xls, "password-protected"),
    "a locked .ods": ("a.ods", odd.locked_ods, "password-protected"),
    "an .xlsx named .xls": ("a.xls", odd.invoice, READ),
    "an .ods named .xlsx": ("a.xlsx", lambda path: odd.ods(path, ""), READ),
    "a PDF": ("a.xlsx", odd.written("%PDF-1.7\n"), "not-a-workbook"),
    "a letter": ("a.xls", odd.written("Dear Sir,\nthe invoice, sent today, is late.\n"), "not-a-workbook"),
    "a Word document": (
        "a.xls",
        odd.written(odd.OLE + bytes(504) + "WordDocument".encode("utf-16-le")),
        "not-a-workbook",
    ),
    "an .xls of noughts": (
        "a.xls",
        odd.written(odd.OLE + bytes(504) + "Workbook".encode("utf-16-le") + bytes(2000)),
        "corrupt",
    ),
    "an .xlsb of noughts": ("a.xlsb", odd.zipped({"xl/workbook.bin": bytes(900)}), "corrupt"),
    "an archive that is no workbook": ("a.xlsx", odd.zipped({"a.txt": b"a"}), "not-a-workbook"),
    "an empty file": ("a.xlsx", odd.written(b""), "empty-file"),
    "a file of 5 GB": ("a.xlsx", odd.sparse, "too-large"),
    "a folder": ("a.xlsx", Path.mkdir, "not-a-file"),
    "a pipe that nobody writes to": ("a.xlsx", odd.pipe, "not-a-file"),
    "a device without end": ("a.xlsx", odd.endless, "not-a-file"),
    "a link to itself": ("a.xlsx", odd.loop, "unreadable"),
    "a file that may not be read": ("a.xlsx", odd.unreadable, "unreadable"),
    "a file that is not there": ("a.xlsx", lambda path: path, "unreadable"),
    "a name that is no text": ("a\udcff.xlsx", odd.invoice, READ),
    "half a million shared strings": (
        "a.xlsx",
        edited({STRINGS: odd.many_strings}),
        READ,
    ),
    "a shared string of 20 MB": ("a.xlsx", edited({STRINGS: odd.long_string}), "corrupt"),
    "a million styles": ("a.xlsx", edited({STYLES: odd.many_styles}), "too-large"),
    "ten thousand sheets": ("a.xlsx", odd.many_sheets, "too-large"),
    "one part for forty thousand sheets": ("a.xlsx", edited({BOOK: odd.one_part_for_many_sheets}), "corrupt"),
    "a sheet's name of 10,000 letters": (
        "a.xlsx",
        edited({BOOK: odd.instead('"One"', f'"{"x" * 10_000}"')}),
        READ,
    ),
    "a formula of 100,000 characters": ("a.xlsx", edited({}, H20="=" + "+".join(["D10"] * 25_000)), READ),
    "parentheses without end": ("a.xlsx", edited({}, H20="=" + "(" * 4000 + "1" + ")" * 4000), READ),
    "a chain of 20,000 references": (
        "a.xlsx",
        edited({}, **{f"H{n}": f"=H{n + 1}+1" for n in range(20, 20_020)}),
        READ,
    ),
    "references in a circle": ("a.xlsx", edited({}, H20="=H21", H21="=H22+1", H22="=SUM(H20:H22)"), READ),
    "a million merges": ("a.xlsx", edited(odd.merged("J1:K2", 1_000_001)), "too-large"),
    "everything below merged into one": ("a.xlsx", edited(odd.merged("A20:XFD1048576")), READ),
    "numbers that are none": (
        "a.xlsx",
        edited(odd.cells({f"<v>{n}</v>": "" for n in ("NaN", "-INF", "1e308", "-1e308", "1e999", "1e-999")})),
        READ,
    ),
    "a number that is text": ("a.xlsx", edited(odd.cells({"<v>twelve</v>": ""})), "corrupt"),
    "days beyond the calendar": (
        "a.xlsx",
        edited(odd.cells({f"<v>{n}</v>": 's="1"' for n in ("-5", "0.5", "59", "60", "2958466", "1e300")})),
        READ,
    ),
    "error cells aside": (
        "a.xlsx",
        edited(odd.cells({"<v>#REF!</v>": 't="e"', "<v>#N/A</v>": 't="e"'})),
        READ,
    ),
    "half pairs and control characters": (
        "a.xlsx",
        edited({STRINGS: odd.instead("Quay Street Bakery", "Quay _xD800_Street_x0001_ _x000D_Bakery")}),
        READ,
    ),
    "a sheet from right to left": (
        "a.xlsx",
        edited({SHEET: odd.instead("<sheetView ", '<sheetView rightToLeft="1" ')}, A17="شكراً لتعاملكم معنا"),
        READ,
    ),
    "macros": ("a.xlsm", odd.with_parts({"xl/vbaProject.bin": odd.OLE + bytes(5000)}), READ),
    "Strict OOXML": (
        "a.xlsx",
        edited(dict.fromkeys((BOOK, SHEET, STRINGS, STYLES, RELATIONS), odd.strict)),
        READ,
    ),
    "a spreadsheet of 2003 in XML": (
        "a.xls",
        odd.written('<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'),
        "not-a-workbook",
    ),
    "a web page named .xls": (
        "a.xls",
        odd.written("<html><table><tr><td>Invoice</td></tr></table>"),
        "not-a-workbook",
    ),
    "delimited text named .xls": ("a.xls", odd.delimited(";", "utf-8"), READ),
    "tabbed text in UTF-16 named .xls": ("a.xls", odd.delimited("\t", "utf-16"), READ),
    "an open quotation mark": ("a.csv", odd.written('a,b,c\n1,2,"' + "x" * 200_000), "corrupt"),
    "a million empty rows in an .ods": (
        "a.ods",
        odd.a_million_rows('<table:table-cell table:number-columns-repeated="16384"/>'),
        READ,
    ),
    "a million filled rows in an .ods": (
        "a.ods",
        odd.a_million_rows("<table:table-cell><text:p>x</text:p></table:table-cell>"),
        "too-large",
    ),
    "no content types": ("a.xlsx", edited({"[Content_Types].xml": None}), READ),
    "no styles": ("a.xlsx", edited({STYLES: None}, D4="2024-03-05", D5="2024-04-04"), READ),
    "no shared strings": ("a.xlsx", edited({STRINGS: None}), "corrupt"),
    "no relations": ("a.xlsx", edited({RELATIONS: None}), "corrupt"),
    "a sheet that is missing": ("a.xlsx", edited({SHEET: None}), "corrupt"),
    "a string before the first": ("a.xlsx", edited(odd.cells({"<v>-1</v>": 't="s"'})), "corrupt"),
    "inline strings": (
        "a.xlsx",
        edited(
            odd.cells(
                {"<is><t>Thank </t></is>": 't="inlineStr"', "<is><r><t>all</t></r></is>": 't="inlineStr"'}
            )
        ),
        READ,
    ),
    "charts only": ("a.xlsx", odd.charts_only, "not-an-invoice"),
    "links to other workbooks": (
        "a.xlsx",
        edited(
            odd.cells({"<f>[1]Prices!A1*2</f><v>9</v>": "", "<f>HYPERLINK(&quot;http://x&quot;)</f>": ""})
        ),
        READ,
    ),
    "parts with backslashes and capitals": ("a.xlsx", odd.backslashes, READ),
}


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker(DEFAULT) as one:
        yield one


def is_right(reading: Reading) -> bool:
    found = [(d.number, d.issued, d.total) for d in reading.documents]
    return found == [("HT-0041", date(2024, 3, 5), Decimal("120.24"))]


@pytest.mark.parametrize("kind", KINDS)
def test_a_rejection_that_says_what_to_do_or_a_correct_reading(
    tmp_path: Path, worker: Worker, kind: str
) -> None:
    name, make, outcome = KINDS[kind]
    if make is odd.unreadable and os.geteuid() == 0:
        pytest.skip("root may read every file")
    path = tmp_path / name
    make(path)
    started = time.perf_counter()
    reading = worker.read(path, f"some/{name}")
    assert time.perf_counter() - started < DEFAULT.seconds
    codes = {READ} if is_right(reading) else {r.code for r in reading.rejections}
    assert codes == {outcome}, reading
    for rejection in reading.rejections:
        assert rejection.file == f"some/{name}"
        assert len(rejection.text.split(": ", 1)[1].split()) >= 3, "it says what to do"
    good = write(tmp_path / "good.xlsx", {"One": plain()})
    assert is_right(worker.read(good, "good.xlsx")), "the next file is read as ever"


def test_there_are_more_kinds_than_were_promised() -> None:
    assert len(KINDS) >= 24


@pytest.mark.parametrize(
    ("kind", "sheet", "cell"),
    [
        ("a number that is text", "One", "H30"),
        ("a cell beyond the far corner", "One", "XFE40"),
        ("no shared strings", "One", "A1"),
        ("a sheet that is missing", "One", None),
        ("an open quotation mark", "a", "line 2"),
    ],
)
def test_a_rejection_names_sheet_and_cell_where_they_are_known(
    tmp_path: Path, worker: Worker, kind: str, sheet: str, cell: str | None
) -> None:
    name, make, _ = KINDS[kind]
    make(tmp_path / name)
    (rejection,) = worker.read(tmp_path / name, name).rejections
    assert (rejection.sheet, rejection.cell) == (sheet, cell)


def test_a_file_that_changes_while_it_is_read_is_rejected(tmp_path: Path, worker: Worker) -> None:
    path = write(tmp_path / "a.xlsx", {"One": plain()})
    others = [write(tmp_path / f"{n}.xlsx", {"One": plain(D3=f"HT-{n}")}) for n in range(2)]
    stop = threading.Event()

    def change() -> None:
        while not stop.is_set():
            for other in others:
                os.link(other, tmp_path / "next")
                (tmp_path / "next").replace(path)

    changing = threading.Thread(target=change)
    changing.start()
    try:
        readings = [worker.read(path, "a.xlsx") for _ in range(20)]
    finally:
        stop.set()
        changing.join()
    codes = {r.code for reading in readings for r in reading.rejections}
    assert codes == {"changed"}
    for reading in readings:
        assert len(reading.documents) == (0 if reading.rejections else 1)
