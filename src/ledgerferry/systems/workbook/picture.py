"""A picture of a sheet: its cells as texts, to be drawn for a person."""

from itertools import islice

from pydantic import BaseModel, ConfigDict

from ledgerferry.systems.workbook.grid import Book, Cell, Value, address

_MOST = 4000
_WIDEST = 200


class Drawn(BaseModel):
    """One cell of a picture."""

    model_config = ConfigDict(frozen=True)

    cell: str
    text: str
    formula: str | None = None

    @property
    def at(self) -> tuple[int, int]:
        """Row and column, counted from 1."""
        return address(self.cell)


class Picture(BaseModel):
    """The filled cells of one sheet, and the names of the file's sheets that are not hidden.

    ``fault`` says why there is nothing to be seen.
    """

    model_config = ConfigDict(frozen=True)

    sheet: str
    sheets: tuple[str, ...] = ()
    cells: tuple[Drawn, ...] = ()
    fault: str | None = None


def picture(book: Book, name: str) -> Picture:
    """The picture of a sheet; a fault where the file has none of that name."""
    names = tuple(s.name for s in book.sheets if not s.hidden)
    sheet = book.sheet(name)
    if sheet is None:
        return Picture(
            sheet=name, sheets=names, fault=f"the file has no sheet {name!r}: it has {', '.join(names)}"
        )
    cells = tuple(Drawn(cell=c.name, text=_text(c), formula=c.formula) for c in islice(sheet, _MOST))
    return Picture(sheet=sheet.name, sheets=names, cells=cells)


def _text(cell: Cell) -> str:
    if cell.error:
        return "#ERROR"
    value: Value | None = cell.value
    return "" if value is None else str(value)[:_WIDEST]
