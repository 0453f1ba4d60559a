"""What the readers keep of a cell: value, formula, format, how it came, what is hidden."""

import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import Workbook

from ledgerferry.systems.workbook import formats
from ledgerferry.systems.workbook.grid import How
from ledgerferry.systems.workbook.guards import DEFAULT, Limits, Refused
from ledgerferry.systems.workbook.reader import load

_ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="One">
<table:table-row><table:table-cell office:value-type="string" table:number-columns-spanned="2">
<text:p>Two<text:s text:c="2"/>words</text:p></table:table-cell>
<table:table-cell office:value-type="date" office:date-value="2024-03-05T00:00:00"/></table:table-row>
<table:table-row table:number-rows-repeated="2" table:visibility="collapse">
<table:table-cell office:value-type="currency" office:currency="GBP" office:value="12.5"/></table:table-row>
<table:table-row><table:table-cell table:formula="of:=SUM([.A2:.A3])*2"/>
<table:table-cell table:number-columns-repeated="16000"/></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"""


def ods(path: Path, content: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return path


def test_values_formulas_and_formats_of_an_xlsx(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("One")
    euro = book.add_format({"num_format": "#,##0.00 [$€-407]"})
    sheet.write("A1", 1234.5, euro)
    sheet.write_datetime("A2", date(2024, 3, 5), book.add_format({"num_format": "dd/mm/yyyy"}))
    sheet.write_formula("A3", "=A1*2", euro, 2469)
    sheet.write_formula("A4", "=A1*2", euro, 1)
    sheet.write_boolean("A5", True)
    sheet.merge_range("C1:E2", "wide")
    sheet.set_row(5, None, None, {"hidden": True})
    sheet.write("A6", "unseen")
    book.add_worksheet("Two").hide()
    book.close()
    one, two = load(path, DEFAULT).sheets
    assert (one.cells[1, 1].value, one.cells[1, 1].format) == (Decimal("1234.5"), "#,##0.00 [$€-407]")
    assert one.cells[2, 1].value == date(2024, 3, 5)
    assert (one.cells[3, 1].formula, one.cells[3, 1].how) == ("A1*2", How.CACHED)
    assert (one.cells[4, 1].value, one.cells[4, 1].how) == (Decimal(2469), How.STALE)
    assert one.cells[5, 1].value is True
    assert one.merges == [(1, 3, 2, 5)]
    assert one.hidden_rows == {6}
    assert (one.hidden, two.hidden) == (False, True)


def test_a_formula_never_calculated_is_computed(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["A2"], sheet["A3"] = 2.5, 4, "=A1*A2"
    book.save(tmp_path / "a.xlsx")
    cell = load(tmp_path / "a.xlsx", DEFAULT).sheets[0].cells[3, 1]
    assert (cell.value, cell.how) == (Decimal(10), How.COMPUTED)


def test_floats_are_the_fifteen_digits_a_spreadsheet_shows(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0]["A1"] = 0.1 + 0.2
    book.save(tmp_path / "a.xlsx")
    assert load(tmp_path / "a.xlsx", DEFAULT).sheets[0].cells[1, 1].value == Decimal("0.3")


def test_dates_of_1904_books(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path), {"date_1904": True})
    book.add_worksheet().write_datetime("A1", date(2024, 3, 5), book.add_format({"num_format": 14}))
    book.close()
    assert load(path, DEFAULT).sheets[0].cells[1, 1].value == date(2024, 3, 5)


@pytest.mark.parametrize(
    ("code", "dated"),
    [
        ("dd/mm/yyyy", True),
        ("m/d/yy h:mm", True),
        ("[$-409]mmmm d, yyyy", True),
        ("0.00", False),
        ('"day "0', False),
        ("[h]:mm:ss", False),
        ("General", False),
        ("#,##0 [$DKK]", False),
        ("mmm-yy", True),
    ],
)
def test_which_formats_show_dates(code: str, dated: bool) -> None:
    assert formats.is_date(code) is dated


def test_an_opendocument_sheet(tmp_path: Path) -> None:
    sheet = load(ods(tmp_path / "a.ods", _ODS), DEFAULT).sheets[0]
    assert sheet.cells[1, 1].text == "Two  words"
    assert sheet.cells[1, 2].value == date(2024, 3, 5)
    assert (sheet.cells[2, 1].value, sheet.cells[2, 1].format) == (Decimal("12.5"), "[$GBP]0.00")
    assert sheet.cells[3, 1].value == Decimal("12.5")
    assert sheet.hidden_rows == {2, 3}
    assert sheet.merges == [(1, 1, 1, 2)]
    assert (sheet.cells[4, 1].value, sheet.cells[4, 1].how) == (Decimal(50), How.COMPUTED)


def test_an_opendocument_sheet_that_repeats_a_value_without_end_is_refused(tmp_path: Path) -> None:
    content = _ODS.replace('number-rows-repeated="2"', 'number-rows-repeated="1048576"')
    with pytest.raises(Refused) as refused:
        load(ods(tmp_path / "a.ods", content), Limits(cells=1000))
    assert refused.value.code == "too-large"


def test_a_document_with_entities_of_its_own_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("top secret")
    trap = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>'
    content = _ODS.replace("?>\n", f"?>\n{trap}", 1).replace("Two<", "&e;<")
    with pytest.raises(Refused) as refused:
        load(ods(tmp_path / "a.ods", content), DEFAULT)
    assert refused.value.code == "unsafe"


def test_delimited_text_is_read_as_a_sheet(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("numéro;total\nA1;12,50\n".encode("cp1252"))
    sheet = load(path, DEFAULT).sheets[0]
    assert [c.text for c in sheet] == ["numéro", "total", "A1", "12,50"]
