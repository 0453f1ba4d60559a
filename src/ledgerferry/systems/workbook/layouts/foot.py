"""The foot of a form: every number under the lines, and the label that it stands beside."""

from collections.abc import Iterator
from decimal import Decimal

from ledgerferry.systems.workbook import grid
from ledgerferry.systems.workbook.grid import Cell, Locale, Sheet
from ledgerferry.systems.workbook.layouts.marks import mark
from ledgerferry.systems.workbook.lines import CENT

_DEEP = 8


def numbers(sheet: Sheet, last: int, total: Cell, locale: Locale) -> Iterator[tuple[Cell, Decimal, str]]:
    """The numbers from the last line to some rows under the total, each with the mark beside it."""
    for row in range(last + 1, max(total.row, last) + _DEEP):
        beside = ""
        for cell in sheet.rows.get(row, ()) if row not in sheet.hidden_rows else ():
            read = grid.number(cell, locale)
            if read is None:
                beside = mark(cell.text) or beside if cell.text else beside
            elif not read.percent and not read.unit:
                yield cell, read.value, beside


def strange(
    sheet: Sheet, last: int, total: Cell, locale: Locale, known: tuple[str, ...], used: set[Decimal]
) -> Cell | None:
    """A number of the foot that stands beside no known label and is none of those used."""
    for cell, value, beside in numbers(sheet, last, total, locale):
        if beside not in known and value and all(abs(abs(value) - abs(one)) > CENT for one in used):
            return cell
    return None
