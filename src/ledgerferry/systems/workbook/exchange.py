"""The exchange rate that a sheet states: its number, and of what in what, where the sheet says so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ledgerferry.systems.workbook import grid
from ledgerferry.systems.workbook.draft import Draft
from ledgerferry.systems.workbook.forms import Shape
from ledgerferry.systems.workbook.grid import Cell, Locale
from ledgerferry.systems.workbook.labelledvalues import places
from ledgerferry.systems.workbook.labels import Concept, label
from ledgerferry.systems.workbook.roles import Role
from ledgerferry.systems.workbook.tables import Row, Table
from ledgerferry.systems.workbook.titles import pieces

# ``1 EUR = 0.86 GBP``, ``EUR/GBP``, ``GBP per EUR``.
_EQUATION: Final = re.compile(r"\b1(?:[.,]0+)? ?([A-Z]{3}) ?= ?([\d.,]*\d) ?([A-Z]{3})\b")
_QUOTED: Final = re.compile(r"\b([A-Z]{3}) ?/ ?([A-Z]{3})\b")
_PER: Final = re.compile(r"\b([A-Z]{3}) per (?:1 )?([A-Z]{3})\b")


@dataclass(frozen=True, slots=True)
class Stated:
    """A rate: one of ``pair``'s first currency is so many of its second; ``pair`` is None where unsaid."""

    rate: Decimal
    cell: Cell
    pair: tuple[str, str] | None = None


def tell(draft: Draft, form: Shape) -> None:
    """Adds the rate that a sheet states outside its lines; several of them are a doubt."""
    cells = (c for c in form.sheet if c.row not in form.rows and c.row not in form.sheet.hidden_rows)
    _put(draft, [one for whole in cells if whole.text for one in _of(form, whole)])


def tell_row(draft: Draft, form: Shape, table: Table, row: Row) -> None:
    """Adds the rate that a row of a register states in a column of its own."""
    found = []
    for index in table.of(Role.EXCHANGE):
        if index in row.numbers and row.numbers[index][0] > 0:
            rate, cell = row.numbers[index]
            heads = (form.sheet.at(at, cell.column) for at in range(table.header[0], table.header[1] + 1))
            pairs = (_pair(head.text) for head in heads if head is not None)
            found.append(Stated(rate, cell, next((p for p in pairs if p), None)))
    _put(draft, found)


def _put(draft: Draft, found: list[Stated]) -> None:
    if len({(one.rate, one.pair) for one in found}) > 1:
        text = "it states several exchange rates: leave the one that counts"
        draft.doubt("exchange-rate", text, found[1].cell)
    elif found:
        draft.exchange_rate, draft.exchange_pair = found[0].rate, found[0].pair
        draft.cells["exchange_rate"] = found[0].cell


def _of(form: Shape, whole: Cell) -> Iterator[Stated]:
    equation = _equation(whole.text, form.locale)
    if equation is not None:
        yield Stated(equation[0], whole, equation[1])
        return
    for cell in pieces(whole):
        named = label(cell.text)
        if not named.has(Concept.EXCHANGE):
            continue
        inside = Cell(whole.row, whole.column, named.value) if named.value else None
        for place in (inside,) if inside is not None else places(form.sheet, whole):
            if place.text and _equation(place.text, form.locale):
                break
            read = grid.number(place, form.locale)
            if read is not None and read.value > 0 and not read.percent and grid.day(place) is None:
                yield Stated(read.value, whole if place is inside else place, _pair(cell.text))
                break


def _equation(text: str, locale: Locale) -> tuple[Decimal, tuple[str, str]] | None:
    found = _EQUATION.search(text)
    read = grid.number(Cell(0, 0, found[2]), locale) if found else None
    if found is None or read is None or read.value <= 0 or found[1] == found[3]:
        return None
    return read.value, (found[1], found[3])


def _pair(text: str) -> tuple[str, str] | None:
    if found := _QUOTED.search(text):
        return found[1], found[2]
    return (found[2], found[1]) if (found := _PER.search(text)) else None
