"""The lines of a layout: read by the columns that a person confirmed, and those columns found once."""

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

from ledgerferry.model.document import Line
from ledgerferry.systems.workbook import grid, lines, tables
from ledgerferry.systems.workbook.grid import Cell, Locale, Sheet
from ledgerferry.systems.workbook.labels import label
from ledgerferry.systems.workbook.layouts.marks import mark
from ledgerferry.systems.workbook.layouts.model import Body, BodyColumn
from ledgerferry.systems.workbook.layouts.spots import Ground
from ledgerferry.systems.workbook.lines import CENT, Reading
from ledgerferry.systems.workbook.roles import SUMS, Role
from ledgerferry.systems.workbook.tables import Column, Table
from ledgerferry.systems.workbook.totals import sum_role

_TALLEST_GAP = 60
_MANY = 200


def table(ground: Ground, body: Body, end: int | None, locale: Locale) -> Table | None:
    """The table of a body in a sheet, its lines read above the row ``end``; ``None`` without its header."""
    header = _header(ground, body)
    if header is None:
        return None
    right = ground.shift.right
    columns = [
        Column(c.role, heading, c.first + right, c.last + right, label(heading.text))
        for c in body.columns
        for heading in [ground.sheet.at(header[1], c.first + right) or Cell(header[1], c.first + right, "")]
    ]
    view = _view(ground.sheet, body, columns, end)
    return tables.fill(view, Table(header, columns), locale)


def _header(ground: Ground, body: Body) -> tuple[int, int] | None:
    """First and last row of the headings; row 0 where the layout has none."""
    if not body.height:
        return 0, 0
    right = ground.shift.right
    wanted = {c.first + right: c.mark for c in body.columns if c.mark}
    best: tuple[int, int] | None = None
    for row, cells in ground.sheet.rows.items():
        met = sum(1 for c in cells if c.text and wanted.get(c.column) == mark(c.text))
        if met * 10 >= len(wanted) * 6 and met and (best is None or met > best[0]):
            best = met, row
    return (best[1], best[1] + body.height - 1) if best else None


def _view(sheet: Sheet, body: Body, columns: list[Column], end: int | None) -> Sheet:
    """The part of a sheet that lines may stand in."""
    first, last = min(c.first for c in columns), max(c.last for c in columns)
    kept = {
        at: cell
        for at, cell in sheet.cells.items()
        if (end is None or cell.row < end) and (not body.cropped or first <= cell.column <= last)
    }
    return Sheet(sheet.name, kept, sheet.merges, sheet.hidden, sheet.hidden_rows).settle()


def readings(found: Table, body: Body, right: int) -> list[Reading]:
    """The readings of its lines whose amounts are those that the layout takes them from."""
    column = body.amount + right if body.amount else 0
    known = [r for r in lines.readings(found) if r.column == column]
    return [r for r in known if not body.cropped or all(i.line.description for i in r.lines)]


def learn(ground: Ground, wanted: Sequence[Line], shown: Table | None, locale: Locale) -> list[Body]:
    """The bodies by which these lines may be read, the likeliest first."""
    found = []
    if shown is not None:
        for index in shown.of(*SUMS):
            found.append(_of_table(shown, shown.columns[index].heading.column))
        if not shown.of(*SUMS):
            found.append(_of_table(shown, 0))
    for column in amount_columns(ground.sheet, wanted, locale):
        found += _of_cells(ground.sheet, wanted, column, locale)
    return [b for body in found for b in (body, body.model_copy(update={"cropped": True}))]


def _of_table(shown: Table, amount: int) -> Body:
    columns = tuple(
        BodyColumn(
            role=c.role,
            first=c.first,
            last=c.last,
            mark=mark(c.heading.text) if c.heading.row == shown.header[0] else "",
        )
        for c in shown.columns
    )
    return Body(columns=columns, amount=amount, height=shown.header[1] - shown.header[0] + 1)


def amount_columns(sheet: Sheet, wanted: Sequence[Line], locale: Locale) -> list[list[Cell]]:
    """The cells of one column, downwards, that hold the amounts of all the lines in their order."""
    columns: dict[int, list[Cell]] = {}
    for cell in sheet:
        columns.setdefault(cell.column, []).append(cell)
    found = []
    for cells in columns.values():
        held = _sequence(cells, [x.amount for x in wanted], locale)
        if held:
            found.append(held)
    return sorted(found, key=lambda cells: -sum(_described(sheet, c) for c in cells))[:4]


def _described(sheet: Sheet, cell: Cell) -> bool:
    """Whether a text that names no sum stands on the row of a number."""
    return any(c.text and not sum_role(label(c.text)) for c in sheet.rows[cell.row])


def _sequence(cells: Sequence[Cell], amounts: Sequence[Decimal], locale: Locale) -> list[Cell]:
    """Cells downwards that hold these amounts one after the other; empty where they do not."""
    for start, cell in enumerate(cells[:_MANY]):
        if not _holds(cell, amounts[0] if amounts else None, locale):
            continue
        held: list[Cell] = []
        for other in cells[start:]:
            if len(held) < len(amounts) and _holds(other, amounts[len(held)], locale):
                if held and other.row - held[-1].row > _TALLEST_GAP:
                    break
                held.append(other)
        if len(held) == len(amounts):
            return held
    return []


def _holds(cell: Cell, amount: Decimal | None, locale: Locale) -> bool:
    read = grid.number(cell, locale)
    return read is not None and amount is not None and not read.percent and abs(read.value - amount) <= CENT


def _of_cells(sheet: Sheet, wanted: Sequence[Line], cells: list[Cell], locale: Locale) -> list[Body]:
    """Bodies around a column of amounts: the other columns are those that hold the lines' other values."""
    amount = cells[0].column
    columns = [BodyColumn(role=Role.AMOUNT, first=amount, last=amount)]
    described = _most(
        c.column
        for line, cell in zip(wanted, cells, strict=True)
        for c in sheet.rows[cell.row]
        if c.text and line.description and (c.text in line.description or line.description in c.text)
    )
    if described is not None:
        columns.append(BodyColumn(role=Role.DESCRIPTION, first=described, last=described))
    for role, name in ((Role.QUANTITY, "quantity"), (Role.PRICE, "unit_price")):
        taken = {c.first for c in columns}
        column = _all(sheet, wanted, cells, name, taken, locale)
        if column is not None:
            columns.append(BodyColumn(role=role, first=column, last=column))
    body = Body(columns=tuple(sorted(columns, key=lambda c: c.first)), amount=amount)
    header = _headed(sheet, body, cells[0].row)
    return [header, body] if header else [body]


def _most(columns: Iterable[int]) -> int | None:
    counted = Counter(columns)
    return counted.most_common(1)[0][0] if counted else None


def _all(
    sheet: Sheet, wanted: Sequence[Line], cells: list[Cell], name: str, taken: set[int], locale: Locale
) -> int | None:
    """The one column that holds a value of every line which has it."""
    fits: set[int] | None = None
    for line, cell in zip(wanted, cells, strict=True):
        value = getattr(line, name)
        if value is None:
            continue
        held = {c.column for c in sheet.rows[cell.row] if c.column not in taken and _holds(c, value, locale)}
        fits = held if fits is None else fits & held
    return max(fits) if fits else None


def _headed(sheet: Sheet, body: Body, first: int) -> Body | None:
    """The body with the headings that stand right over its columns; ``None`` where there are none."""
    for row in range(first - 1, max(first - 4, 0), -1):
        cells = {c.column: c for c in sheet.rows.get(row, ()) if c.text and mark(c.text)}
        columns = tuple(
            c.model_copy(update={"mark": mark(cells[c.first].text) if c.first in cells else ""})
            for c in body.columns
        )
        amount = next(c for c in columns if c.first == body.amount)
        if amount.mark:
            return body.model_copy(update={"columns": columns, "height": first - row})
        if sheet.rows.get(row):
            return None
    return None
