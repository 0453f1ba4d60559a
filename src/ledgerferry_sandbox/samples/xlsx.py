"""Pages saved as an Excel workbook, with the values of formulas beside them as Excel keeps them."""

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime

import xlsxwriter

from ledgerferry_sandbox.samples.page import Cell, Page, Style

_SAVED = datetime(2025, 11, 3, 9, 0, tzinfo=UTC)

_FORMATS: dict[Style, dict[str, object]] = {
    Style.TEXT: {},
    Style.TITLE: {"bold": True, "font_size": 15},
    Style.LABEL: {"bold": True},
    Style.HEADER: {"bold": True, "bottom": 1, "bg_color": "#DDE6D5"},
    Style.NOTE: {"italic": True, "font_color": "#555555"},
    Style.DATE: {"num_format": "dd/mm/yyyy", "align": "left"},
    Style.QUANTITY: {"num_format": "0.##"},
    Style.PERCENT: {"num_format": "0.0%"},
    Style.AMOUNT: {"num_format": "#,##0.00"},
    Style.POUNDS: {"num_format": "[$£-809]#,##0.00"},
    Style.EUROS: {"num_format": "#,##0.00\\ [$€-40C]"},
}


def workbook(pages: Mapping[str, Page]) -> bytes:
    """The bytes of an .xlsx with one sheet for each page; the same pages give the same bytes."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": _SAVED, "author": "Office"})
    formats = {style: book.add_format(looks) for style, looks in _FORMATS.items()}
    for name, page in pages.items():
        sheet = book.add_worksheet(name)
        for column, width in enumerate(page.widths):
            sheet.set_column(column, column, width)
        for (row, column), cell in page.cells.items():
            if cell.span > 1:
                sheet.merge_range(row, column, row, column + cell.span - 1, "", formats[cell.style])
            _write(sheet, row, column, cell, formats[cell.style])
    book.close()
    return buffer.getvalue()


def _write(
    sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell, looks: xlsxwriter.format.Format
) -> None:
    if cell.formula:
        sheet.write_formula(row, column, f"={cell.formula}", looks, cell.value)
    elif isinstance(cell.value, date):
        sheet.write_datetime(row, column, cell.value, looks)
    elif isinstance(cell.value, str):
        sheet.write_string(row, column, cell.value, looks)
    else:
        sheet.write_number(row, column, cell.value, looks)
