"""An example: one confirmed document beside its sheet, from which its layout is learnt."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from ledgerferry.model.document import Document
from ledgerferry.systems.workbook import grid
from ledgerferry.systems.workbook.draft import Draft
from ledgerferry.systems.workbook.forms import Refusal, Shape
from ledgerferry.systems.workbook.grid import Locale, address
from ledgerferry.systems.workbook.layouts import body as bodies
from ledgerferry.systems.workbook.layouts import fingerprint, hits
from ledgerferry.systems.workbook.layouts.fingerprint import UNMOVED
from ledgerferry.systems.workbook.layouts.spots import Ground


@dataclass(slots=True)
class Example:
    """One learning: the sheet, what the reader by itself found there, and the document as confirmed."""

    form: Shape
    found: Draft | Refusal | None
    target: Document
    orders: frozenset[str]
    file: str
    untaught: dict[str, str] = field(default_factory=dict)
    rows: tuple[int, ...] = ()

    @property
    def locale(self) -> Locale:
        """The locale by which the confirmed values are looked up."""
        return Locale(self.form.locale.decimal or self.decimal(), self.order() or self.form.locale.order)

    @property
    def ground(self) -> Ground:
        """The confirmed sheet itself."""
        return Ground(self.form.sheet, UNMOVED, max(self.rows, default=None), self.file)

    def origin(self, name: str) -> str | None:
        """The cell in which a field was shown to stand."""
        name = {"paid": "amount_paid"}.get(name, name)
        place = self.target.where(name)
        return place.cell if place else None

    def order(self) -> Literal["dmy", "mdy"] | None:
        """The order of day and month: what the file proves, else what the confirmed date proves."""
        if len(self.orders) == 1:
            return "dmy" if "dmy" in self.orders else "mdy"
        if self.orders or self.target.issued is None:
            return None
        for hit in hits.of_day(self.form.sheet, self.target.issued, ()):
            own = [o for o in hits.ORDERS if _means(hit.cell.text, o, self.target.issued)]
            if len(own) == 1:
                return "dmy" if own == ["dmy"] else "mdy"
        return None

    def decimal(self) -> Literal[".", ","] | None:
        """The decimal sign by which an ambiguous text is the confirmed total."""
        for cell in self.form.sheet:
            read = grid.number(cell) if cell.text and self.target.total is not None else None
            if read is None or not read.ambiguous:
                continue
            for sign in (".", ","):
                other = grid.number(cell, Locale(sign))
                if other is not None and other.value == self.target.total:
                    return "." if sign == "." else ","
        return None


def _means(text: str, order: str, day: date) -> bool:
    cell = grid.Cell(1, 1, text)
    read = grid.day(cell, Locale(None, order)) if text else None
    return read is not None and read.value == day and bool(grid.day(cell) and _ambiguous(cell))


def _ambiguous(cell: grid.Cell) -> bool:
    read = grid.day(cell)
    return read is not None and read.ambiguous


def line_rows(example: Example) -> list[int]:
    """The rows of the confirmed lines: as they were shown, else where their amounts stand in one column."""
    shown = []
    for index, _ in enumerate(example.target.lines):
        names = (f"lines.{index}.{name}" for name in ("amount", "quantity", "description"))
        cell = next((c for n in names if (c := example.target.where(n))), None)
        if cell is not None:
            shown.append(address(cell.cell)[0])
    if shown and len(shown) == len(example.target.lines):
        return shown
    columns = bodies.amount_columns(example.form.sheet, example.target.lines, example.locale)
    known = fingerprint.rows_of(example.form)
    best = max(columns, key=lambda cells: sum(c.row in known for c in cells), default=[])
    return [c.row for c in best]
