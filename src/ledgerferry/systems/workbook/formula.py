"""Computing what was never calculated or is stale: plain arithmetic only, in the order of its references."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, localcontext

from ledgerferry.systems.workbook.expression import (
    Expression,
    Operand,
    Reference,
    Unsupported,
    parsed,
    round_15,
)
from ledgerferry.systems.workbook.grid import (
    LAST_COLUMN,
    LAST_ROW,
    Book,
    Cell,
    How,
    Sheet,
    Value,
    column_of,
    letters,
)

_SHIFTED = re.compile(
    r"(\"[^\"]*\"|'[^']*'!)|(?<![\w.$\\])(?:(\$?)([A-Z]{1,3})(\$?)([0-9]{1,7})(?![\w(!.\[])"
    r"|(\$?)([A-Z]{1,3}):(\$?)([A-Z]{1,3})(?![\w(!.])|(\$?)([0-9]{1,7}):(\$?)([0-9]{1,7})(?![\w(!.]))"
)


def shifted(formula: str, rows: int, columns: int) -> str:
    """The formula as it reads that many rows and columns further on: how shared formulas are stored.

    A reference that leaves the sheet becomes ``#REF!``.
    """

    def across(fixed: str, name: str) -> str:
        column = column_of(name) + (0 if fixed else columns)
        return f"{fixed}{letters(column)}" if 1 <= column <= LAST_COLUMN else ""

    def down(fixed: str, name: str) -> str:
        row = int(name) + (0 if fixed else rows)
        return f"{fixed}{row}" if 1 <= row <= LAST_ROW else ""

    def move(found: re.Match[str]) -> str:
        if found.group(1):
            return found.group(1)
        if found.group(3):
            column, row = across(*found.group(2, 3)), down(*found.group(4, 5))
            return column + row if column and row else "#REF!"
        ends = (
            (across(*found.group(6, 7)), across(*found.group(8, 9)))
            if found.group(7)
            else (down(*found.group(10, 11)), down(*found.group(12, 13)))
        )
        return ":".join(ends) if all(ends) else "#REF!"

    return _SHIFTED.sub(move, formula)


def settle(book: Book) -> None:
    """Computes every plain formula that was never calculated, or whose cached value is stale."""
    evaluator = _Evaluator(book)
    for number, sheet in enumerate(book.sheets):
        for place, cell in list(sheet.cells.items()):
            if cell.formula is not None and not cell.error:
                evaluator.settle((number, *place))
    for sheet in book.sheets:
        sheet.settle()


_Place = tuple[int, int, int]
"""Number of the sheet, row and column."""


@dataclass
class _Evaluator:
    """Walks the references depth first, without recursion: a chain may be as long as a sheet."""

    book: Book
    done: set[_Place] = field(default_factory=set)
    circular: set[_Place] = field(default_factory=set)
    names: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, sheet in reversed(list(enumerate(self.book.sheets))):
            self.names[sheet.name.casefold()] = number

    def settle(self, start: _Place) -> None:
        """Settles a formula after those that it needs."""
        if start in self.done:
            return
        path = {start: self._open(start)}
        while path:
            place, (expression, needs) = next(reversed(path.items()))
            needed = next(needs, None)
            if needed is None:
                path.popitem()
                self.done.add(place)
                self._finish(place, expression)
            elif needed in path:
                opened = list(path)
                self.circular.update(opened[opened.index(needed) :])
            elif needed in self.circular:
                self.circular.add(place)
            elif needed not in self.done:
                path[needed] = self._open(needed)

    def _open(self, place: _Place) -> tuple[Expression | None, Iterator[_Place]]:
        """The tree of a formula and the formulas that it refers to."""
        cell = self._cell(place)
        expression = parsed(cell.formula) if cell is not None and cell.formula and not cell.error else None
        return expression, self._needs(expression, place[0])

    def _cell(self, place: _Place) -> Cell | None:
        return self.book.sheets[place[0]].cells.get(place[1:])

    def _needs(self, expression: Expression | None, own: int) -> Iterator[_Place]:
        for reference in expression.needs if expression else ():
            number = self.number(reference, own)
            if number is not None:
                yield from (
                    (number, cell.row, cell.column)
                    for cell in _within(self.book.sheets[number], reference)
                    if cell.formula is not None
                )

    def number(self, reference: Reference, own: int) -> int | None:
        """The number of the sheet that a reference of another means."""
        return own if reference.sheet is None else self.names.get(reference.sheet.casefold())

    def _finish(self, place: _Place, expression: Expression | None) -> None:
        cell = self._cell(place)
        if cell is None or expression is None or place in self.circular:
            return
        try:
            with localcontext(prec=28):
                found = expression.value(_Values(self, place[0]))
            value = round_15(found) if isinstance(found, Decimal) else found
        except (Unsupported, ArithmeticError, ValueError):
            return
        if isinstance(value, list) or value is None:
            return
        if cell.how is How.MISSING:
            self.book.sheets[place[0]].put(cell, value=value, how=How.COMPUTED)
        elif _differs(cell.value, value):
            self.book.sheets[place[0]].put(cell, value=value, how=How.STALE)


@dataclass(frozen=True, slots=True)
class _Values:
    """The values of references as a formula of one sheet sees them."""

    evaluator: _Evaluator
    own: int

    def operand(self, reference: Reference) -> Operand:
        """The value of one cell, or the filled ones of a range."""
        number = self.evaluator.number(reference, self.own)
        if number is None:
            raise Unsupported
        found: list[Value] = []
        for cell in _within(self.evaluator.book.sheets[number], reference):
            if cell.error or cell.how is How.MISSING:
                raise Unsupported
            if cell.value is not None:
                found.append(cell.value)
        if reference.single:
            return found[0] if found else None
        return list(found)


def _within(sheet: Sheet, reference: Reference) -> Iterator[Cell]:
    """The cells of a reference, by the shorter way: through the area or through the sheet."""
    top, left, bottom, right = reference.area
    cells = sheet.cells
    if (bottom - top + 1) * (right - left + 1) <= len(cells):
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (cell := cells.get((row, column))) is not None:
                    yield cell
        return
    for (row, column), cell in cells.items():
        if top <= row <= bottom and left <= column <= right:
            yield cell


def _differs(cached: Value | None, value: Value) -> bool:
    """Whether a cached value is not what its formula gives; nothing and nought may stand for each other."""
    if isinstance(cached, Decimal) and isinstance(value, Decimal):
        return abs(cached - value) > max(Decimal("0.00005"), abs(value) / 10**9)
    if cached in ("", 0) and value in ("", 0):
        return False
    plain = (Decimal, str)
    if isinstance(cached, plain) and isinstance(value, plain):
        return cached != value
    return isinstance(cached, date) and isinstance(value, date) and cached != value
