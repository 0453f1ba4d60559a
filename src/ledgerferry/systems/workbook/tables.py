"""Line tables: where the header row is, what its columns mean, and which rows under it are lines."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product

from ledgerferry.systems.workbook import grid
from ledgerferry.systems.workbook.grid import Cell, Locale, Sheet
from ledgerferry.systems.workbook.labels import Concept, Label, label
from ledgerferry.systems.workbook.labels.statements import NO_TAX, Statement, states
from ledgerferry.systems.workbook.roles import SUMS, Role, column_role
from ledgerferry.systems.workbook.totals import Sum, sum_role

C = Concept


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its role, the heading cell, the columns it spans, and a tax rate named in its heading."""

    role: Role
    heading: Cell
    first: int
    last: int
    label: Label


@dataclass(slots=True)
class Row:
    """One row of a table: the number or the text under each column, with its cell."""

    row: int
    numbers: dict[int, tuple[Decimal, Cell]] = field(default_factory=dict)
    texts: dict[int, Cell] = field(default_factory=dict)
    unread: list[Cell] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """A header and the rows under it; ``doubtful`` where arithmetic alone says what its columns hold."""

    header: tuple[int, int]
    columns: list[Column]
    rows: list[Row] = field(default_factory=list)
    doubtful: bool = False

    def of(self, *roles: Role) -> list[int]:
        """The positions of the columns with one of these roles."""
        return [i for i, c in enumerate(self.columns) if c.role in roles]

    @property
    def last(self) -> int:
        """The last line's row, or the header's."""
        return self.rows[-1].row if self.rows else self.header[1]


def find(sheet: Sheet) -> list[Table]:
    """The tables of a sheet that can be lines of documents, the most telling header first."""
    found: list[tuple[int, int, list[Column]]] = []
    for row in sheet.rows:
        columns = _header(sheet, row)
        if columns:
            found.append((_telling(columns), row, columns))
    found.sort(key=lambda f: (-f[0], f[1]))
    return [_stacked(sheet, row, columns) for _, row, columns in found]


def _telling(columns: list[Column]) -> int:
    roles = {c.role for c in columns}
    return len(roles) + bool(roles & set(SUMS)) + (Role.DESCRIPTION in roles)


def _header(sheet: Sheet, row: int) -> list[Column]:
    cells = sheet.rows[row]
    if sum(1 for c in cells if isinstance(c.value, Decimal)) > 1 or row in sheet.hidden_rows:
        return []
    columns = _charged(_columns(sheet, [(c, label(c.text)) for c in cells if c.text]))
    roles = {c.role for c in columns}
    things = roles & {Role.DESCRIPTION, Role.CODE, Role.QUANTITY, Role.NUMBER, Role.CUSTOMER}
    money = roles & {*SUMS, Role.PRICE}
    if not things or not money:
        return []
    return columns if len(roles) >= 3 or {Role.DESCRIPTION, *money} == roles else []


def _columns(sheet: Sheet, cells: list[tuple[Cell, Label]]) -> list[Column]:
    columns = []
    for index, (cell, found) in enumerate(cells):
        role = column_role(found) if found.unknown <= 2 and len(cell.text) <= 60 else None
        if role is None or (found.value and found.value[0].isdigit()):
            continue
        first, last = sheet.width(cell)
        following = cells[index + 1][0].column - 1 if index + 1 < len(cells) else last
        columns.append(Column(role, cell, first, max(last, following), found))
    return _priced(_own_numbers(columns))


def _own_numbers(columns: list[Column]) -> list[Column]:
    """The columns without that of the invoices credited, where another holds the documents' own numbers."""
    numbered = [c for c in columns if c.role is Role.NUMBER]
    others = [c for c in numbered if states(c.heading.text, Statement.CREDITED)]
    return [c for c in columns if c not in others] if len(others) < len(numbered) else columns


def _charged(columns: list[Column]) -> list[Column]:
    """Where no column is called an amount or a price, that of the fees or charges holds the amounts."""
    fees = [i for i, c in enumerate(columns) if c.role is Role.CHARGE]
    if len(fees) == 1 and not any(c.role in (*SUMS, Role.PRICE) for c in columns):
        c = columns[fees[0]]
        columns[fees[0]] = Column(Role.AMOUNT, c.heading, c.first, c.last, c.label)
    return columns


def _priced(columns: list[Column]) -> list[Column]:
    """Where two columns are called a price and none an amount, the last is the amount."""
    prices = [i for i, c in enumerate(columns) if c.role is Role.PRICE]
    if len(prices) == 2 and not any(c.role in SUMS for c in columns):
        named = (i for i in prices if columns[i].label.any(C.NET, C.GROSS))
        index = next((i for i in named if not columns[i].label.has(C.UNIT)), prices[-1])
        c = columns[index]
        columns[index] = Column(Role.AMOUNT, c.heading, c.first, c.last, c.label)
    return columns


def _stacked(sheet: Sheet, row: int, columns: list[Column]) -> Table:
    """The table of this header, with the rows of headings right under it taken into the header."""
    end = row
    for below in (row + 1, row + 2):
        cells = sheet.rows.get(below, [])
        texts = [c for c in cells if c.text and len(c.text) <= 25]
        roles = [column_role(label(c.text)) for c in texts]
        if (
            cells
            and len(texts) == len(cells)
            and sum(r is not None for r in roles) * 2 >= len(texts)
            and len(texts) > 1
        ):
            extra = _columns(sheet, [(c, label(c.text)) for c in texts])
            taken = {i for c in columns for i in range(c.heading.column, sheet.width(c.heading)[1] + 1)}
            columns = sorted(
                [*columns, *(c for c in extra if c.heading.column not in taken)], key=lambda c: c.first
            )
            end = below
        else:
            break
    return Table((row, end), columns)


def fill(sheet: Sheet, table: Table, locale: Locale) -> Table:
    """Reads the rows under the header that are lines; stops where the sums begin."""
    closed = False
    blank = 0
    for row in range(table.header[1] + 1, max(sheet.rows, default=0) + 1):
        cells = sheet.rows.get(row)
        if not cells or row in sheet.hidden_rows:
            blank += 1
            if blank > 60:
                break
            continue
        blank = 0
        if _sums(cells, table):
            closed = closed or bool(table.rows)
            continue
        read = row_of(sheet, table, row, locale)
        if read is not None and (not closed or _complete(table, read)):
            table.rows.append(read)
    _drop_foot(table)
    return table


def _drop_foot(table: Table) -> None:
    """A last row that is nothing but the sum of the rows above it is no line."""
    if len(table.rows) < 2 or table.rows[-1].texts:
        return
    last = table.rows[-1]
    if len(last.numbers) == 1:
        index, (value, _) = next(iter(last.numbers.items()))
        above = [row.numbers[index][0] for row in table.rows[:-1] if index in row.numbers]
        if table.columns[index].role in SUMS and sum(above) == value:
            table.rows.pop()


def _sums(cells: list[Cell], table: Table) -> bool:
    """Whether the row is about sums rather than a line."""
    apart = [table.columns[i] for i in table.of(Role.STATUS)]
    named = [table.columns[i] for i in table.of(Role.CUSTOMER, Role.SELLER, Role.CONTACT, Role.ADDRESS)]
    for cell in cells:
        if any(column.first <= cell.column <= column.last for column in apart) or _untaxed(
            cell, cells, table
        ):
            continue
        found = label(cell.text) if cell.text and len(cell.text) < 60 else None
        name = any(column.first <= cell.column <= column.last for column in named)
        if found is None or found.unknown > (0 if name else 1):
            continue
        kind = sum_role(found)
        if kind is Sum.DISCOUNT:
            described = any(
                table.columns[i].first <= cell.column <= table.columns[i].last
                for i in table.of(Role.DESCRIPTION)
            )
            return not described
        if kind is not None and not (found.unknown and kind in (Sum.CHARGE, Sum.PAID)):
            return not _lined(cells, table, kind)
    return False


def _untaxed(cell: Cell, cells: list[Cell], table: Table) -> bool:
    """Whether a cell says under a heading of tax why the line that the row describes bears none."""
    taxed = [table.columns[i] for i in table.of(Role.TAX, Role.TAX_RATE)]
    told = [c for c in table.columns if c.role in _TOLD]
    return (
        any(column.first <= cell.column <= column.last for column in taxed)
        and states(cell.text, *NO_TAX)
        and any(c.text and column.first <= c.column <= column.last for c in cells for column in told)
    )


def _lined(cells: list[Cell], table: Table, kind: Sum) -> bool:
    """Whether a row that speaks of a charge is a line all the same: it has quantity and price of its own."""
    if kind not in (Sum.CHARGE, Sum.PAID):
        return False
    wanted = table.of(Role.QUANTITY, Role.PRICE)
    numbers = [c.column for c in cells if isinstance(c.value, Decimal)]
    return len(wanted) >= 2 and all(
        any(table.columns[i].first <= n <= table.columns[i].last for n in numbers) for i in wanted
    )


def row_of(sheet: Sheet, table: Table, row: int, locale: Locale) -> Row | None:
    """The row as a line of the table; ``None`` when it is none."""
    read = Row(row)
    for index, column in enumerate(table.columns):
        numeric = column.role in _NUMERIC
        for cell in (c for c in sheet.rows[row] if column.first <= c.column <= column.last):
            found = grid.number(_shown(sheet, cell), locale) if numeric else None
            if found is not None and (column.role in _LOOSE or not found.unit):
                read.numbers[index] = (found.value, cell)
                break
            if numeric and (cell.error or cell.how is grid.How.MISSING or cell.text):
                read.unread.append(cell)
            elif (not numeric and index not in read.texts) or (cell.text and not read.texts[index].text):
                read.texts[index] = cell
    return read if _line(table, read) and not _captioned(table, read) else None


def _captioned(table: Table, read: Row) -> bool:
    """Whether a row describes nothing and a label stands where a number should: it is about another sum."""
    described = any(c.text and table.columns[i].role in _TOLD for i, c in read.texts.items())
    return not described and any(c.text and label(c.text).pure for c in read.unread)


_TOLD = {Role.DESCRIPTION, Role.CODE, Role.NUMBER, Role.DATE, Role.CUSTOMER}
_RENDERED = re.compile(r"=?TEXT\(\$?([A-Z]{1,3})\$?(\d{1,7}),", re.IGNORECASE)


def _shown(sheet: Sheet, cell: Cell) -> Cell:
    """The cell whose number this one shows as text, by its formula; else the cell itself."""
    found = _RENDERED.match(cell.formula or "")
    source = sheet.at(int(found.group(2)), grid.column_of(found.group(1).upper())) if found else None
    return source if source is not None and isinstance(source.value, Decimal) else cell


_NUMERIC = {
    Role.QUANTITY,
    Role.PRICE,
    Role.AMOUNT,
    Role.NET,
    Role.GROSS,
    Role.TAX,
    Role.TAX_RATE,
    Role.DISCOUNT,
    Role.DISCOUNT_RATE,
    Role.CHARGE,
    Role.PAID,
    Role.BALANCE,
    Role.EXCHANGE,
}
_LOOSE = {Role.QUANTITY, Role.PRICE}


def _line(table: Table, read: Row) -> bool:
    sums = [read.numbers[i][0] for i in table.of(*SUMS) if i in read.numbers]
    if any(sums):
        return True
    quantity = any(read.numbers[i][0] for i in table.of(Role.QUANTITY) if i in read.numbers)
    price = [read.numbers[i][0] for i in table.of(Role.PRICE) if i in read.numbers]
    described = any(
        c.text for i, c in read.texts.items() if table.columns[i].role in (Role.DESCRIPTION, Role.CODE)
    )
    return quantity and (any(price) or (bool(price or sums) and described))


def _complete(table: Table, read: Row) -> bool:
    """Whether a row after a sum is a line beyond doubt: described, and quantity times price is its amount."""
    if not any(c.text and table.columns[i].role is Role.DESCRIPTION for i, c in read.texts.items()):
        return False
    wanted = (table.of(Role.QUANTITY), table.of(Role.PRICE), table.of(*SUMS))
    for places in product(*wanted):
        if set(places) <= read.numbers.keys():
            quantity, price, amount = (read.numbers[i][0] for i in places)
            if quantity * price == amount != 0 and not read.numbers[places[0]][1].percent:
                return True
    return False
