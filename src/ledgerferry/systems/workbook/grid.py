"""What a sheet holds after reading: sparse cells with their value, their formula and how the value came."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from ledgerferry.systems.workbook import values

Value = str | Decimal | date | bool


class How(StrEnum):
    """How the value of a cell came to be."""

    TYPED = "typed"
    CACHED = "cached"
    COMPUTED = "computed"
    STALE = "stale"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; rows and columns count from 1, ``format`` is the number format code.

    ``value`` is ``None`` for an error, or a formula that was never calculated and cannot be here;
    ``error`` is the error shown, such as ``#REF!``; ``text`` is the text, stripped, empty for anything else.
    """

    row: int
    column: int
    value: Value | None
    formula: str | None = None
    format: str = ""
    how: How = How.TYPED
    error: str = ""
    text: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.value.strip() if isinstance(self.value, str) else "")

    @property
    def name(self) -> str:
        """The address, such as ``B7``."""
        return f"{letters(self.column)}{self.row}"

    @property
    def percent(self) -> bool:
        """Whether the number is shown as a percentage."""
        return "%" in self.format


def letters(column: int) -> str:
    """The letters of a column: 1 is ``A``, 16384 is ``XFD``."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_of(name: str) -> int:
    """The number of a column from its letters."""
    result = 0
    for letter in name:
        result = result * 26 + ord(letter) - 64
    return result


LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def address(name: str) -> tuple[int, int]:
    """Row and column of an address such as ``B7``; ``ValueError`` for anything else."""
    found = _ADDRESS.fullmatch(name)
    row, column = (int(found.group(2)), column_of(found.group(1))) if found else (0, 0)
    if not 1 <= row <= LAST_ROW or not 1 <= column <= LAST_COLUMN:
        raise ValueError(f"not a cell address: {name!r}")
    return row, column


Area = tuple[int, int, int, int]
"""First row, first column, last row, last column."""


@dataclass(slots=True)
class Sheet:
    """A sheet: its cells by row and column, what is merged and what is hidden.

    Above the row ``captions_below``, labels stand under their values, as on printed forms.
    """

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merges: list[Area] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    captions_below: int = 0
    rows: dict[int, list[Cell]] = field(default_factory=dict)
    spans: dict[tuple[int, int], Area] = field(default_factory=dict)

    def settle(self) -> "Sheet":
        """Orders the cells once all are there."""
        self.spans = {(a[0], a[1]): a for a in self.merges}
        filled = [c for c in self.cells.values() if c.value not in (None, "") or c.error]
        self.rows = {}
        for cell in sorted(filled, key=lambda c: (c.row, c.column)):
            if not isinstance(cell.value, str) or cell.text:
                self.rows.setdefault(cell.row, []).append(cell)
        return self

    def at(self, row: int, column: int) -> Cell | None:
        """The filled cell at a place."""
        cell = self.cells.get((row, column))
        return (
            cell
            if cell is not None
            and cell.value not in (None, "")
            and (cell.text or not isinstance(cell.value, str))
            else None
        )

    def put(self, cell: Cell, **changes: object) -> None:
        """Replaces a cell by one that differs in some respects."""
        self.cells[cell.row, cell.column] = replace(cell, **changes)  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[Cell]:
        for row in self.rows.values():
            yield from row

    def right_of(self, cell: Cell) -> Iterator[Cell]:
        """The filled cells of its row to the right, nearest first."""
        return (c for c in self.rows.get(cell.row, ()) if c.column > cell.column)

    def width(self, cell: Cell) -> tuple[int, int]:
        """First and last column of the cell, with what is merged into it."""
        area = self.spans.get((cell.row, cell.column))
        return (area[1], area[3]) if area else (cell.column, cell.column)

    def below(self, cell: Cell, gap: int = 3) -> Cell | None:
        """The nearest filled cell under it, at most ``gap`` rows further down."""
        first, last = self.width(cell)
        area = self.spans.get((cell.row, cell.column))
        start = (area[2] if area else cell.row) + 1
        for row in range(start, start + gap):
            found = next((c for c in self.rows.get(row, ()) if first <= c.column <= last), None)
            if found:
                return found
        return None


@dataclass(slots=True)
class Book:
    """A whole file: its sheets in order."""

    sheets: list[Sheet]

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of a name, whatever its case."""
        return next((s for s in self.sheets if s.name.casefold() == name.casefold()), None)


@dataclass(frozen=True, slots=True)
class Locale:
    """The decimal sign and the order of day and month that a document's own texts prove.

    ``leaning`` is the order that is likely where none is proved: dates are read by it and stay ambiguous.
    ``proved`` are all the orders that the texts and formats show.
    """

    decimal: str | None = None
    order: str | None = None
    leaning: str | None = None
    proved: tuple[str, ...] = ()


def number(cell: Cell, locale: Locale = Locale()) -> values.Number | None:
    """The number a cell holds, typed or as text; dates and truth values are none."""
    if isinstance(cell.value, Decimal):
        return values.Number(cell.value, percent=cell.percent)
    if isinstance(cell.value, str):
        return values.number(cell.value, locale.decimal)
    return None


def day(cell: Cell, locale: Locale = Locale()) -> values.Day | None:
    """The date a cell holds, typed or as text."""
    if isinstance(cell.value, date):
        return values.Day(cell.value)
    if isinstance(cell.value, str) and len(cell.value) < 60:
        read = values.day(cell.value, locale.order)
        if read is not None and read.ambiguous and locale.leaning:
            leaned = values.day(cell.value, locale.leaning)
            return replace(leaned, ambiguous=True) if leaned else read
        return read
    return None
