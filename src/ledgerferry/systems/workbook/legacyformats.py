"""Older formats: .xls and .xlsb through calamine, and delimited text; values only, no formulas."""

import csv
import io
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from ledgerferry.systems.workbook.expression import round_15
from ledgerferry.systems.workbook.grid import Book, Cell, Sheet, Value
from ledgerferry.systems.workbook.guards import Limits, Refused, decoded


def read(path: Path, limits: Limits) -> Book:
    """The workbook as calamine sees it. Raises ``Refused`` when it cannot be read."""
    sheets = []
    try:
        # By its content: from a path calamine goes by the extension, which may lie.
        book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
        for meta in book.sheets_metadata:
            if meta.typ == SheetTypeEnum.WorkSheet:
                sheets.append(
                    _sheet(book, meta.name, limits, hidden=meta.visible != SheetVisibleEnum.Visible)
                )
    except Refused:
        raise
    except BaseException as error:
        # Calamine's panics derive from no ordinary exception.
        if not isinstance(error, CalamineError | ValueError | OSError) and not _panic(error):
            raise
        code = "password-protected" if "password" in str(error).lower() else "corrupt"
        raise Refused(
            code, "the workbook cannot be read: open it in a spreadsheet program and save it as .xlsx"
        ) from error
    return Book(sheets)


def _panic(error: BaseException) -> bool:
    """Whether calamine gave up; PyO3 raises what derives from no ordinary exception and has no name."""
    return type(error).__name__ == "PanicException"


def _sheet(book: CalamineWorkbook, name: str, limits: Limits, *, hidden: bool) -> Sheet:
    source = book.get_sheet_by_name(name)
    if source.total_height * source.total_width > limits.cells * 20:
        raise Refused(
            "too-large",
            f"the sheet spans {source.total_height:,} rows: delete what stands far from the rest",
            name,
        )
    sheet = Sheet(name, hidden=hidden)
    for area in source.merged_cell_ranges or []:
        (top, left), (bottom, right) = area
        sheet.merges.append((top + 1, left + 1, bottom + 1, right + 1))
    for row, content in enumerate(source.to_python(skip_empty_area=False), 1):
        for column, raw in enumerate(content, 1):
            if raw != "":
                sheet.cells[row, column] = Cell(row, column, _value(raw))
    return sheet


def _value(raw: object) -> Value:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, int | float):
        return round_15(Decimal(repr(raw)))
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if isinstance(raw, time | timedelta):
        return str(raw)
    return str(raw)


def delimited(path: Path, limits: Limits) -> Book:
    """A delimited text file as a book of one sheet; every value stays the text it is."""
    text = decoded(path.read_bytes())
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:8192], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    sheet = Sheet(path.stem)
    reader = csv.reader(io.StringIO(text, newline=""), dialect)
    try:
        for row, content in enumerate(reader, 1):
            for column, value in enumerate(content, 1):
                if value.strip():
                    sheet.cells[row, column] = Cell(row, column, value)
            if len(sheet.cells) > limits.cells:
                raise Refused(
                    "too-large",
                    f"the file has more than {limits.cells:,} filled cells: split it into several",
                )
    except csv.Error as error:
        text = "the line is no delimited text (is a quotation mark open?): export the file again"
        raise Refused("corrupt", text, sheet.name, f"line {reader.line_num}") from error
    return Book([sheet])
