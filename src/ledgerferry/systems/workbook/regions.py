"""Several documents on one sheet: side by side or one below the other, told by headings that repeat."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from ledgerferry.systems.workbook import docnumbers, tables
from ledgerferry.systems.workbook.grid import Cell, Sheet

_FEWEST = 3
_MOST = 60


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a sheet with the number of the document that it holds."""

    sheet: Sheet
    number: str | None


def split(sheet: Sheet) -> list[Sheet]:
    """The parts of a sheet that are documents of their own; the sheet itself where it is one.

    A part must repeat the headings of the lines and have its own number; a copy of the first is left out.
    """
    for starts, part in (_beside(sheet), _below(sheet)):
        if len(starts) < 2:
            continue
        edges = [*starts[1:], 1 << 30]
        cut = [part(first, last) for first, last in zip([0, *starts[1:]], edges, strict=True)]
        found = [_Part(piece, _number(piece)) for piece in cut]
        if any(p.number is None for p in found):
            continue
        return _own(found)
    return [sheet]


def _own(found: list[_Part]) -> list[Sheet]:
    """The parts without those that repeat an earlier one as a copy."""
    kept: list[_Part] = []
    for part in found:
        if not any(other.number == part.number and _values(other) == _values(part) for other in kept):
            kept.append(part)
    return [part.sheet for part in kept]


def _values(part: _Part) -> list[str]:
    return sorted(str(cell.value) for cell in part.sheet if not cell.text)


def _number(sheet: Sheet) -> str | None:
    table = next(iter(tables.find(sheet)), None)
    if table is None:
        return None
    skipped = frozenset(range(table.header[0], table.header[1] + 1))
    found = docnumbers.numbers(sheet, skipped, sheet.name)
    return found[0].text if found and found[0].cell.row < table.header[0] else None


def _texts(cells: list[Cell]) -> tuple[str, ...]:
    return tuple(cell.text.casefold() for cell in cells)


Cut = tuple[list[int], Callable[[int, int], Sheet]]


def _beside(sheet: Sheet) -> Cut:
    """Where the headings of one row come twice or more: the first column of each part."""
    for row, cells in sheet.rows.items():
        texts = _texts(cells)
        count = len(texts)
        for size in range(_FEWEST, count // 2 + 1):
            if count % size or texts != texts[:size] * (count // size) or "" in texts:
                continue
            if not tables.find(_part(sheet, row, row + 1)):
                continue
            starts = [cells[i].column for i in range(0, count, size)]
            left = min(c.column for c in sheet if c.column <= starts[0])
            return [s - (starts[0] - left) for s in starts], lambda a, b: _columns(sheet, a, b)
    return [], lambda a, b: _columns(sheet, a, b)


def _below(sheet: Sheet) -> Cut:
    """Where a row of headings comes again further down: the first row of each part."""
    alike: dict[tuple[str, ...], list[int]] = {}
    for row, cells in sheet.rows.items():
        if len(cells) >= _FEWEST and all(c.text for c in cells):
            alike.setdefault(_texts(cells), []).append(row)
    for rows in alike.values():
        if not 2 <= len(rows) <= _MOST or not tables.find(_part(sheet, rows[0], rows[0] + 1)):
            continue
        offset = rows[0] - min(sheet.rows)
        starts = [row - offset for row in rows]
        if all(start > row for start, (row, _) in zip(starts[1:], pairwise(rows), strict=True)):
            return starts, lambda a, b: _part(sheet, a, b)
    return [], lambda a, b: _part(sheet, a, b)


def _part(sheet: Sheet, first: int, last: int) -> Sheet:
    cells = {place: cell for place, cell in sheet.cells.items() if first <= place[0] < last}
    merges = [a for a in sheet.merges if first <= a[0] < last]
    return Sheet(sheet.name, cells, merges, sheet.hidden, sheet.hidden_rows).settle()


def _columns(sheet: Sheet, first: int, last: int) -> Sheet:
    cells = {place: cell for place, cell in sheet.cells.items() if first <= place[1] < last}
    merges = [a for a in sheet.merges if first <= a[1] < last]
    return Sheet(sheet.name, cells, merges, sheet.hidden, sheet.hidden_rows).settle()
