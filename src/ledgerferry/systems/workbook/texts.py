"""The cells of a file as texts, for who reads a sheet without judging it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Final

from pydantic import BaseModel, ConfigDict

from ledgerferry.model.document import Cell as Place
from ledgerferry.model.question import CellText, Form
from ledgerferry.systems.workbook.grid import Book, Cell, Sheet

_MOST_CELLS: Final = 1_000
_LONGEST: Final = 500


class Texts(BaseModel):
    """The texts of a file's cells, sheet by sheet and row by row; ``fault`` says why there are none."""

    model_config = ConfigDict(frozen=True)

    cells: tuple[CellText, ...] = ()
    fault: str | None = None


def texts(book: Book, file: str) -> Iterator[CellText]:
    """What the cells of the visible sheets hold, row by row; the first thousand of each sheet."""
    for sheet in book.sheets:
        if not sheet.hidden:
            yield from islice(_of_sheet(sheet, file), _MOST_CELLS)


def _of_sheet(sheet: Sheet, file: str) -> Iterator[CellText]:
    for cell in sheet:
        form, text = _text(cell)
        if text and cell.row not in sheet.hidden_rows:
            where = Place(file=file, sheet=sheet.name, cell=cell.name)
            yield CellText(cell=where, text=text[:_LONGEST], form=form)


def _text(cell: Cell) -> tuple[Form, str]:
    if isinstance(cell.value, bool):
        return Form.TEXT, ""
    if isinstance(cell.value, Decimal):
        return Form.NUMBER, _digits(cell.value)
    if isinstance(cell.value, date):
        return Form.DATE, cell.value.isoformat()[:10]
    return Form.TEXT, cell.text


def _digits(number: Decimal) -> str:
    whole = number == number.to_integral_value()
    return f"{number.to_integral_value() if whole else number.normalize():f}"
