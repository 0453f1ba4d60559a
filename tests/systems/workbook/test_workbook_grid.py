"""What an .xlsx says in its own words: shared and array formulas, placeholders, odd days, errors, escapes."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from ledgerferry.systems.workbook import formula, ooxml
from ledgerferry.systems.workbook.grid import How, Sheet
from ledgerferry.systems.workbook.guards import DEFAULT
from ledgerferry.systems.workbook.reader import load
from tests.systems.workbook import oddities as odd
from tests.systems.workbook.oddities import SHEET, STRINGS, edited


def sheet_of(tmp_path: Path, cells: Mapping[str, str], **edits: odd.Edit) -> Sheet:
    """An invoice's sheet with more cells: the inside of ``<c>`` by its address and other attributes."""
    rows = ""
    for told, inside in cells.items():
        place, *attributes = told.split()
        rows += f'<row r="{place[1:]}"><c r="{place}" {" ".join(attributes)}>{inside}</c></row>'
    edited({**odd.rows(rows), **edits})(tmp_path / "a.xlsx")
    return ooxml.read(tmp_path / "a.xlsx", DEFAULT).sheets[0]


def test_a_shared_formula_is_told_in_full_for_each_cell(tmp_path: Path) -> None:
    sheet = sheet_of(
        tmp_path,
        {
            "H40": '<f t="shared" ref="H40:H42" si="0">SUM($A40,B$40,ABC12!C3,\'A1 B2\'!D4,"A1")</f><v>1</v>',
            "H41": '<f t="shared" si="0"/><v>2</v>',
            "H42": '<f t="shared" si="0"/><v>3</v>',
        },
    )
    assert sheet.cells[41, 8].formula == "SUM($A41,B$40,ABC12!C4,'A1 B2'!D5,\"A1\")"
    assert sheet.cells[42, 8].formula == "SUM($A42,B$40,ABC12!C5,'A1 B2'!D6,\"A1\")"


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("SUM(A:A,$B:C,3:4,$3:4)", "SUM(B:B,$B:D,5:6,$3:6)"),
        ("LOG10(A1)+RATE_A1+A1.B1", "LOG10(B3)+RATE_A1+A1.B1"),
        ("XFD1+A1048576", "#REF!+#REF!"),
        ("TABLE1[Net]+Q1", "TABLE1[Net]+R3"),
    ],
)
def test_only_references_move(text: str, moved: str) -> None:
    assert formula.shifted(text, 2, 1) == moved


def test_an_array_formula_stands_in_its_first_cell(tmp_path: Path) -> None:
    sheet = sheet_of(
        tmp_path,
        {"H40": '<f t="array" ref="H40:H41">B10:B11*C10:C11</f><v>50</v>', "H41": "<v>50.2</v>"},
    )
    first, second = sheet.cells[40, 8], sheet.cells[41, 8]
    assert (first.formula, first.value, first.how) == ("B10:B11*C10:C11", Decimal(50), How.CACHED)
    assert (second.formula, second.value, second.how) == (None, Decimal("50.2"), How.TYPED)


def test_what_a_writer_leaves_for_the_first_calculation_is_no_value(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_column("A1", [2, 3])
    sheet.write_formula("A3", "=A1*A2")
    sheet.write_formula("A4", "=VLOOKUP(1,A1:A2,1)")
    sheet.write_formula("A5", "=A1+A2", None, 4)
    book.close()
    cells = load(path, DEFAULT).sheets[0].cells
    assert (cells[3, 1].value, cells[3, 1].how) == (Decimal(6), How.COMPUTED)
    assert (cells[4, 1].value, cells[4, 1].how) == (None, How.MISSING)
    assert (cells[5, 1].value, cells[5, 1].how) == (Decimal(5), How.STALE)


def test_an_empty_text_that_was_calculated_is_a_value(tmp_path: Path) -> None:
    calculated: odd.Edit = odd.instead(' fullCalcOnLoad="1"', "")
    edits = {"xl/workbook.xml": calculated}
    sheet = sheet_of(tmp_path, {"H40 t='str'": '<f>IF(A20="","",1)</f><v></v>'}, **edits)
    assert (sheet.cells[40, 8].value, sheet.cells[40, 8].how) == ("", How.CACHED)


@pytest.mark.parametrize(
    ("serial", "since_1904", "value"),
    [
        ("1", False, date(1900, 1, 1)),
        ("59", False, date(1900, 2, 28)),
        ("61", False, date(1900, 3, 1)),
        ("45356.75", False, date(2024, 3, 5)),
        ("1", True, date(1904, 1, 2)),
        ("43894", True, date(2024, 3, 5)),
        ("-3", False, Decimal(-3)),
        ("2958466", False, Decimal(2_958_466)),
        ("0", False, Decimal(0)),
    ],
)
def test_the_day_of_a_serial_number(
    tmp_path: Path, serial: str, since_1904: bool, value: date | Decimal
) -> None:
    old = odd.instead("<workbookPr ", f'<workbookPr date1904="{int(since_1904)}" ')
    sheet = sheet_of(tmp_path, {"H40 s='1'": f"<v>{serial}</v>"}, **{"xl/workbook.xml": old})
    assert sheet.cells[40, 8].value == value


@pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#N/A"])
def test_an_error_is_kept_and_no_value(tmp_path: Path, error: str) -> None:
    sheet = sheet_of(tmp_path, {"H40 t='e'": f"<v>{error}</v>", "H41": "<v>NaN</v>"})
    assert (sheet.cells[40, 8].value, sheet.cells[40, 8].error) == (None, error)
    assert (sheet.cells[41, 8].value, sheet.cells[41, 8].error) == (None, "#NUM!")


def test_runs_readings_and_escapes_of_a_shared_string(tmp_path: Path) -> None:
    runs = (
        "<si><r><t>Har</t></r><r><rPr><b/></rPr><t>bour</t></r><rPh sb='0' eb='1'><t>ハ</t></rPh>"
        "<t>_x0009_Tools_x005F_x000D_ 🙂_xDC00_</t></si>"
    )
    sheet = sheet_of(tmp_path, {}, **{STRINGS: odd.instead("<si><t>Harbour Tools Ltd</t></si>", runs)})
    assert sheet.cells[1, 1].value == "Harbour\tTools_x000D_ 🙂\ufffd"


def test_a_hidden_row_and_cells_without_addresses(tmp_path: Path) -> None:
    rows = '<row hidden="1"><c><v>1</v></c><c s="1"/><c><v>3</v></c></row><row><c t="b"><v>1</v></c></row>'
    edited({SHEET: odd.instead("</sheetData>", f"{rows}</sheetData>")})(tmp_path / "a.xlsx")
    sheet = ooxml.read(tmp_path / "a.xlsx", DEFAULT).sheets[0]
    assert sheet.hidden_rows == {16}
    assert [sheet.cells[place].value for place in ((16, 1), (16, 3), (17, 1))] == [
        Decimal(1),
        Decimal(3),
        True,
    ]
    assert (16, 2) not in sheet.cells
