"""Our grid beside openpyxl's two, cell by cell: values, formulas, formats, merges, what is hidden.

Four things differ on purpose and are no difference here. A day is a day without the time of day. What
XML cannot hold is unescaped (``_x000D_``). A nought or nothing that the writer of a book left for the
first calculation is no value. The date formats of East Asia, which openpyxl does not know, are dates.
"""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
from openpyxl import Workbook
from openpyxl.cell.cell import Cell as TheirCell
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.worksheet import Worksheet

from ledgerferry.systems.workbook import ooxml
from ledgerferry.systems.workbook.grid import Cell, How, Sheet
from ledgerferry.systems.workbook.guards import DEFAULT

_CLOSE = Decimal("1e-14")
_ESCAPED = re.compile("_x([0-9A-F]{4})_")


@dataclass(frozen=True)
class Difference:
    """What two readers of one file do not agree on."""

    file: str
    sheet: str
    place: str
    what: str
    ours: str
    theirs: str

    def __str__(self) -> str:
        return f"{self.file} [{self.sheet}] {self.place} {self.what}: {self.ours} / {self.theirs}"


@dataclass(frozen=True)
class Compared:
    """How many filled cells of a file were compared, and what differs."""

    cells: int
    differences: tuple[Difference, ...]


def double(path: Path) -> tuple[Workbook, Workbook]:
    """The file as openpyxl reads it: once for the values, once for the formulas."""
    with warnings.catch_warnings(action="ignore"):
        return openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path)


def compared(path: Path) -> Compared:
    """One .xlsx or .xlsm, before any formula is computed. Raises what either reader raises."""
    values, formulas = double(path)
    book = ooxml.read(path, DEFAULT)
    found: list[Difference] = []
    cells = 0
    names = [s.title for s in values.worksheets]
    if names != [s.name for s in book.sheets]:
        found.append(Difference(path.name, "", "", "sheets", str([s.name for s in book.sheets]), str(names)))
    for sheet, one, two in zip(book.sheets, values.worksheets, formulas.worksheets, strict=False):
        pairs = list(_pairs(sheet, one, two))
        cells += len(pairs)
        told = [*_around(sheet, one), *(d for pair in pairs for d in _cell(*pair))]
        found += [Difference(path.name, sheet.name, *each) for each in told]
    return Compared(cells, tuple(found))


_Told = tuple[str, str, str, str]
"""Place, what differs, ours, theirs."""


def _around(sheet: Sheet, theirs: Worksheet) -> Iterator[_Told]:
    merges = {(r.min_row, r.min_col, r.max_row, r.max_col) for r in theirs.merged_cells.ranges}
    hidden = {row for row, kept in theirs.row_dimensions.items() if kept.hidden}
    for what, ours, other in (
        ("merges", set(sheet.merges), merges),
        ("hidden rows", sheet.hidden_rows, hidden),
        ("hidden", sheet.hidden, theirs.sheet_state != "visible"),
    ):
        if ours != other:
            yield "", what, str(ours), str(other)


_Pair = tuple[str, Cell | None, TheirCell | None, TheirCell | None]
"""Place, our cell, theirs with the value, theirs with the formula."""


def _pairs(sheet: Sheet, one: Worksheet, two: Worksheet) -> Iterator[_Pair]:
    """Each place that either reader finds filled: its name, our cell, their value and their formula."""
    left = dict(sheet.cells)
    for row in one.iter_rows():
        for cell in row:
            if not isinstance(cell, TheirCell):
                continue
            other = two.cell(cell.row, cell.column)
            kept = left.pop((cell.row, cell.column), None)
            formula = other if isinstance(other, TheirCell) and other.data_type == "f" else None
            if cell.value is not None or formula is not None:
                yield cell.coordinate, kept, cell, formula
            elif kept is not None and kept.value != "":
                yield cell.coordinate, kept, cell, None
    for place, ours in left.items():
        if ours.value != "" and place not in _covered(one):
            yield ours.name, ours, None, None


def _covered(sheet: Worksheet) -> set[tuple[int, int]]:
    """The places under a merge, which openpyxl empties."""
    return {
        (row, column)
        for area in sheet.merged_cells.ranges
        if area.size["rows"] * area.size["columns"] < 100_000
        for row, column in area.cells
    }


def _cell(
    place: str, ours: Cell | None, theirs: TheirCell | None, formula: TheirCell | None
) -> Iterator[_Told]:
    if ours is None or theirs is None:
        yield place, "cell", str(ours), str(theirs and theirs.value)
        return
    text = _formula(formula)
    if (ours.formula or "") != text:
        yield place, "formula", str(ours.formula), text
    code = theirs.number_format
    if (ours.format or "General") != code and not (ours.format == "yyyy-mm-dd" and code == "General"):
        yield place, "format", ours.format, code
    if not _same(ours, theirs):
        yield place, "value", repr(ours.error or ours.value), repr(theirs.value)


def _formula(cell: TheirCell | None) -> str:
    if cell is None or isinstance(cell.value, DataTableFormula):
        return ""
    text = cell.value.text if isinstance(cell.value, ArrayFormula) else cell.value
    return str(text or "").removeprefix("=")


def _same(ours: Cell, theirs: TheirCell) -> bool:
    value: object = theirs.value
    if theirs.data_type == "e":
        return bool(ours.error == value)
    if ours.how is How.MISSING:
        return value in (None, 0, "0", "")
    if isinstance(value, bool):
        return ours.value is value
    if isinstance(value, datetime):
        return ours.value == value.date()
    if isinstance(value, time | timedelta):
        value = float(to_excel(value))  # type: ignore[no-untyped-call]
    if isinstance(value, int | float):
        exact = Decimal(repr(value))
        return isinstance(ours.value, Decimal) and abs(ours.value - exact) <= abs(exact) * _CLOSE
    if isinstance(value, str):
        return ours.value == _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value).replace("\r", "")
    return ours.value == (value or "") or (isinstance(value, date) and ours.value == value)
