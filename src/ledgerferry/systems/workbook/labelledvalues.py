"""Values that labels name at the head of a document: where they may be, and what is found there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ledgerferry.systems.workbook.grid import Cell, Sheet
from ledgerferry.systems.workbook.labels import Concept, label

C = Concept
_SAME = frozenset({C.DATE, C.NUMBER, C.INVOICE, C.CREDIT, C.ISSUED})
# What may stand between a number and its date in one text.
_BEFORE_DATES = (
    *("du", "vom", "of", "dated", "date", "datum", "fecha", "le", "del", "van", "from", "de", "de fecha"),
    *("em", "z dnia", "ze dne", "din", "от", "від"),
)
CONNECTORS = re.compile(rf"\s*(?:[,;/|]|\b(?:{'|'.join(_BEFORE_DATES)})\b)[\s:.]*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A value at the head: its text or date, its cell, how telling its label is, whether it is certain.

    ``concepts`` are those of the label of a number, and of a credit note's title over a label that says only
    number; ``credited`` says that it names an invoice credited.
    """

    text: str
    cell: Cell
    strength: int
    day: date | None = None
    ambiguous: bool = False
    concepts: frozenset[Concept] = frozenset()
    credited: bool = False


def places(sheet: Sheet, cell: Cell) -> Iterator[Cell]:
    """Where the value of a label can be: the next cell to its right unless that is a label, then below it."""
    if cell.row < sheet.captions_below:
        over = sheet.at(cell.row - 1, cell.column)
        yield from [over] if over is not None else []
        return
    beside = next((c for c in sheet.right_of(cell) if c.text not in (":", "-", "#", "：")), None)
    if beside is not None and not speaks(beside):
        yield beside
    below = sheet.below(cell)
    if below is not None and not (label(below.text).value and speaks(below)):
        yield below


def speaks(cell: Cell) -> bool:
    """Whether a text is a label of its own, with or without a value, rather than the value of another."""
    found = label(cell.text) if cell.text else None
    if found is None or not found.concepts:
        return False
    return not any(ch.isdigit() for ch in cell.text) or bool(found.value and found.concepts - _SAME)
