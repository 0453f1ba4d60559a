"""Spots: the place of a value told by its label, and the value's cell found again in another sheet."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ledgerferry.systems.workbook.grid import Cell, Sheet
from ledgerferry.systems.workbook.labels import Label, label
from ledgerferry.systems.workbook.layouts.fingerprint import UNMOVED, Likeness
from ledgerferry.systems.workbook.layouts.marks import mark, readable
from ledgerferry.systems.workbook.layouts.model import Place, Spot

_NEAR_ABOVE = 3
_NEAR_LEFT = 2
_WORDS = re.compile(r"[\s_]+")

Telling = Callable[[Label], bool]
"""Whether a label tells of the field that is looked for."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A cell that holds a value: as a whole, behind a label of its own, or in one of its lines."""

    cell: Cell
    inside: bool = False
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """A sheet to find spots in: how it is shifted, its last line's row, and the names of tab and file."""

    sheet: Sheet
    shift: Likeness = UNMOVED
    last: int | None = None
    file: str = ""


def spot(ground: Ground, hit: Hit, telling: Telling, *, summed: bool = False) -> tuple[Spot, int]:
    """The best way to tell where a value stands, and how telling it is (3 a telling label, 0 none).

    Left of what is ``summed`` stands its label, in whatever language.
    """
    cell, sheet = hit.cell, ground.sheet
    if hit.inside:
        made = Spot(place=Place.INSIDE, mark=mark(cell.text), row=cell.row, column=cell.column, line=hit.line)
        return _counted(sheet, made, cell), 3 if telling(label(cell.text)) else 2
    found = list(_labels(sheet, cell))
    for owner in found:
        if telling(label(owner.text)):
            return _beside(sheet, owner, hit), 3
    for owner in found:
        if readable(mark(owner.text)) or ":" in owner.text or (summed and owner.row == cell.row):
            return _beside(sheet, owner, hit), 1
    if ground.last is not None and cell.row > ground.last:
        after = Spot(place=Place.AFTER_LINES, row=cell.row - ground.last, column=cell.column, line=hit.line)
        return after, 0
    near = _near(sheet, cell)
    return Spot(place=Place.FIXED, mark=near, row=cell.row, column=cell.column, line=hit.line), 0


def _near(sheet: Sheet, cell: Cell) -> str:
    """The mark of the text next to a cell: left of it, else above it."""
    return next((mark(c.text) for c in _labels(sheet, cell)), "")


def _labels(sheet: Sheet, cell: Cell) -> Iterator[Cell]:
    """The texts that could name a cell: left of it, above it, under it."""
    left = [c for c in sheet.rows.get(cell.row, ()) if c.column < cell.column and mark(c.text)]
    above = [
        c
        for row in range(cell.row - 1, cell.row - 1 - _NEAR_ABOVE, -1)
        for c in sheet.rows.get(row, ())
        if sheet.width(c)[0] <= cell.column <= sheet.width(c)[1] and mark(c.text)
    ]
    under = sheet.at(cell.row + 1, cell.column)
    yield from (c for c in reversed(left[-_NEAR_LEFT:]) if not label(c.text).value)
    yield from above[:1]
    if under is not None and mark(under.text):
        yield under


def _beside(sheet: Sheet, owner: Cell, hit: Hit) -> Spot:
    made = Spot(
        place=Place.LABEL,
        mark=mark(owner.text),
        down=hit.cell.row - owner.row,
        right=hit.cell.column - owner.column,
        row=hit.cell.row,
        column=hit.cell.column,
        line=hit.line,
    )
    return _counted(sheet, made, owner)


def _counted(sheet: Sheet, made: Spot, owner: Cell) -> Spot:
    alike = _alike(sheet, made.mark, owner.column)
    at = next(n for n, c in enumerate(alike) if (c.row, c.column) == (owner.row, owner.column))
    return made.model_copy(update={"nth": at, "of": len(alike)})


def _alike(sheet: Sheet, wanted: str, column: int) -> list[Cell]:
    """The labels of one mark in a column."""
    return [c for c in sheet if c.column == column and c.text and mark(c.text) == wanted]


def owner_of(ground: Ground, wanted: Spot) -> Cell | None:
    """The label's cell of a spot; ``None`` where it is missing, or not the only one as it was taught."""
    if wanted.place not in (Place.LABEL, Place.INSIDE):
        return None
    column = wanted.column - wanted.right + ground.shift.right
    found = _alike(ground.sheet, wanted.mark, column)
    if len(found) == wanted.of:
        return found[wanted.nth]
    return found[0] if len(found) == 1 else None


def ambiguous(ground: Ground, wanted: Spot) -> bool:
    """Whether there are labels of a spot's mark, but not as they were taught."""
    column = wanted.column - wanted.right + ground.shift.right
    return owner_of(ground, wanted) is None and bool(_alike(ground.sheet, wanted.mark, column))


def find(ground: Ground, wanted: Spot) -> Cell | None:
    """The cell of a spot in a sheet; ``None`` where it is empty or its label is missing."""
    sheet, shift = ground.sheet, ground.shift
    if wanted.place is Place.FIXED:
        return _fixed(ground, wanted)
    if wanted.place is Place.AFTER_LINES:
        return sheet.at(wanted.row + ground.last, wanted.column + shift.right) if ground.last else None
    owner = owner_of(ground, wanted) if wanted.mark else None
    if owner is None or wanted.place is Place.INSIDE:
        return owner
    there = sheet.at(owner.row + wanted.down, owner.column + wanted.right)
    if there is not None or wanted.down < 0:
        return there
    other = next(sheet.right_of(owner), None) if not wanted.down else sheet.below(owner, wanted.down + 1)
    return None if other is None or label(other.text).pure else other


def _fixed(ground: Ground, wanted: Spot) -> Cell | None:
    """The cell next to the text that it was next to, else at its address where that is sure enough."""
    sheet, shift = ground.sheet, ground.shift
    column = wanted.column + shift.right
    alike = [c for c in sheet if wanted.mark and c.column == column and _near(sheet, c) == wanted.mark]
    if len(alike) == 1:
        return alike[0]
    return sheet.at(wanted.row + shift.down, column) if shift.firm else None


def name_spot(sheet: str, file: str, text: str) -> Spot | None:
    """The spot of a text in the tab's or the file's name, as a whole or as one of its words."""
    for place, name in ((Place.TAB, sheet), (Place.FILE, _stem(file))):
        if name.casefold() == text.casefold():
            return Spot(place=place, of=0)
        parts = _WORDS.split(name)
        at = [n for n, part in enumerate(parts) if part.casefold() == text.casefold()]
        if len(at) == 1 and any(ch.isdigit() for ch in text):
            return Spot(place=place, nth=at[0], of=len(parts))
    return None


def name_at(ground: Ground, wanted: Spot) -> str | None:
    """The text that a spot means in the tab's or the file's name."""
    name = ground.sheet.name if wanted.place is Place.TAB else _stem(ground.file)
    parts = _WORDS.split(name) if wanted.of else [name]
    return parts[wanted.nth] if len(parts) == max(wanted.of, 1) else None


def _stem(file: str) -> str:
    return file.rpartition("/")[2].rpartition(".")[0]
