"""A sheet as data: what stands in which cell. Layouts draw pages, and only `saving` knows file formats."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum, auto

NO_BREAK_SPACE = "\u00a0"

Value = str | int | Decimal | date


class Style(Enum):
    """How a cell looks; TITLE, LABEL, HEADER and NOTE are the words that a blank form keeps."""

    TEXT = auto()
    TITLE = auto()
    LABEL = auto()
    HEADER = auto()
    NOTE = auto()
    DATE = auto()
    QUANTITY = auto()
    PERCENT = auto()
    AMOUNT = auto()
    POUNDS = auto()
    EUROS = auto()


_PRINTED_ON_THE_FORM = {Style.TITLE, Style.LABEL, Style.HEADER, Style.NOTE}


@dataclass(frozen=True)
class Cell:
    """A value with its style; with a formula, the value is what the formula was last computed to."""

    value: Value
    style: Style = Style.TEXT
    formula: str | None = None
    span: int = 1


class Page:
    """One sheet being drawn: cells by zero-based (row, column), and column widths in characters."""

    def __init__(self, widths: Sequence[int]) -> None:
        self.widths = tuple(widths)
        self.cells: dict[tuple[int, int], Cell] = {}

    def put(
        self,
        row: int,
        column: int,
        value: Value,
        style: Style = Style.TEXT,
        *,
        formula: str | None = None,
        span: int = 1,
    ) -> None:
        """Write one cell; `formula` is in A1 notation without the equals sign, `span` counts columns."""
        self.cells[row, column] = Cell(value, style, formula, span)

    def down(self, row: int, column: int, values: Iterable[Value], style: Style = Style.TEXT) -> None:
        """Write values one below the other."""
        for offset, value in enumerate(values):
            self.put(row + offset, column, value, style)

    def across(self, row: int, column: int, values: Iterable[Value], style: Style = Style.TEXT) -> None:
        """Write values one beside the other."""
        for offset, value in enumerate(values):
            self.put(row, column + offset, value, style)

    def blank(self) -> "Page":
        """The same form before anybody filled it in: its words and its formulas, which come to zero."""
        form = Page(self.widths)
        for place, cell in self.cells.items():
            if cell.formula:
                form.cells[place] = replace(cell, value=Decimal(0))
            elif cell.style in _PRINTED_ON_THE_FORM:
                form.cells[place] = cell
        return form

    def rows(self) -> list[tuple[int, list[tuple[int, Cell]]]]:
        """The rows that hold something, from the top, each with its cells from the left."""
        found: dict[int, list[tuple[int, Cell]]] = {}
        for (row, column), cell in sorted(self.cells.items(), key=lambda entry: entry[0]):
            found.setdefault(row, []).append((column, cell))
        return list(found.items())


def address(row: int, column: int) -> str:
    """The A1 name of a zero-based cell within the first twenty-six columns."""
    return f"{chr(ord('A') + column)}{row + 1}"


def shown(cell: Cell) -> str:
    """The text that a person sees in the cell."""
    value = cell.value
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if not isinstance(value, Decimal):
        return str(value)
    match cell.style:
        case Style.POUNDS:
            return f"{'-' if value < 0 else ''}£{abs(value):,.2f}"
        case Style.EUROS:
            return f"{comma_decimal(value)}{NO_BREAK_SPACE}€"
        case Style.AMOUNT:
            return f"{value:,.2f}"
        case Style.PERCENT:
            return f"{plain(value * 100)}%"
        case _:
            return plain(value)


def comma_decimal(amount: Decimal) -> str:
    """An amount as the French write it: 1 234,50 with a no-break space."""
    return f"{amount:,.2f}".replace(",", NO_BREAK_SPACE).replace(".", ",")


def plain(number: Decimal) -> str:
    """A number without needless zeros: 20, 5.5, 7.25."""
    return f"{number.normalize():f}"
