"""The lines of a document, read from a table: one reading for each column that could hold their amounts."""

from dataclasses import dataclass, replace
from decimal import Decimal

from ledgerferry.model.document import Line
from ledgerferry.systems.workbook.grid import Cell, How
from ledgerferry.systems.workbook.labels import Concept, label
from ledgerferry.systems.workbook.roles import SUMS, Role
from ledgerferry.systems.workbook.tables import Row, Table

CENT = Decimal("0.0051")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that a person must look at, before it has a file name: code, sentence, cell."""

    code: str
    text: str
    cell: Cell | None = None


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line with the cells of its fields; ``tax`` is the tax amount its row states."""

    line: Line
    cells: dict[str, Cell]
    tax: Decimal | None = None

    def taxed(self, rate: Decimal) -> "ReadLine":
        """The line at a rate that the whole document bears, unless it states its own."""
        if self.line.tax_rate is not None:
            return self
        return replace(self, line=self.line.model_copy(update={"tax_rate": rate}))


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a table's lines.

    ``role`` says what the amounts are taken from; ``computed`` that they are quantity times price because no
    column states them; ``discount`` is what rows called a discount come to, which are then no lines.
    """

    lines: tuple[ReadLine, ...]
    role: Role
    column: int
    doubts: tuple[Doubt, ...] = ()
    computed: bool = False
    discount: tuple[Decimal, Cell] | None = None

    @property
    def total(self) -> Decimal:
        """The exact sum of the lines."""
        return sum((item.line.amount for item in self.lines), Decimal(0))

    @property
    def tax(self) -> Decimal | None:
        """The sum of the tax that the rows state, if they do."""
        stated = [item.tax for item in self.lines if item.tax is not None]
        return sum(stated, Decimal(0)) if stated else None


def readings(table: Table) -> list[Reading]:
    """All readings of the table, net columns before plain ones before gross ones."""
    order = {Role.NET: 0, Role.AMOUNT: 1, Role.GROSS: 2}
    columns = sorted(table.of(*SUMS), key=lambda i: (order[table.columns[i].role], -i))
    found = [_reading(table, index) for index in columns]
    if not columns and table.of(Role.QUANTITY) and table.of(Role.PRICE):
        found.append(_reading(table, None))
    found += [apart for reading in found if (apart := _discounted(reading))]
    return [reading for reading in found if reading.lines]


def _discounted(reading: Reading) -> Reading | None:
    """The reading in which rows that are called a discount are taken off instead of added."""
    rows = [item for item in reading.lines if Concept.DISCOUNT in label(item.line.description).concepts]
    cell = rows[0].cells.get("amount") if rows else None
    if cell is None or any(item.line.amount <= 0 for item in rows):
        return None
    kept = tuple(item for item in reading.lines if item not in rows)
    return replace(reading, lines=kept, discount=(sum((r.line.amount for r in rows), Decimal(0)), cell))


def _reading(table: Table, index: int | None) -> Reading:
    lines, doubts = [], []
    for row in table.rows:
        read = _line(table, row, index)
        if read is not None:
            lines.append(read)
            doubts += _doubts(table, row, read)
    if table.doubtful and lines:
        text = "the lines have no headings that are known: confirm that these are the lines"
        doubts.append(Doubt("no-header", text, next(iter(lines[0].cells.values()), None)))
    role = table.columns[index].role if index is not None else Role.AMOUNT
    column = table.columns[index].heading.column if index is not None else 0
    return Reading(tuple(lines), role, column, tuple(doubts), computed=index is None)


def value(table: Table, row: Row, *roles: Role) -> tuple[Decimal, Cell] | None:
    """The first number of a row under a column with one of these roles."""
    return next((row.numbers[i] for i in table.of(*roles) if i in row.numbers), None)


def text(table: Table, row: Row, *roles: Role) -> tuple[str, Cell] | None:
    """The first text of a row under a column with one of these roles; numbers as they are written."""
    for index in table.of(*roles):
        cell = row.texts.get(index)
        if cell is not None and cell.value is not None:
            return (cell.text or str(cell.value)), cell
    return None


def _line(table: Table, row: Row, index: int | None) -> ReadLine | None:
    quantity, price = value(table, row, Role.QUANTITY), value(table, row, Role.PRICE)
    stated = row.numbers.get(index) if index is not None else None
    product = quantity[0] * price[0] if quantity and price else None
    amount = stated[0] if stated else product
    if amount is None or (not amount and not (quantity and quantity[0])):
        return None
    described = text(table, row, Role.DESCRIPTION) or text(table, row, Role.CODE)
    if not amount and not described:
        return None
    rate = _rate(value(table, row, Role.TAX_RATE))
    tax = _taxes(table, row)
    line = Line(
        description=described[0] if described else "",
        quantity=quantity[0] if quantity else None,
        unit_price=price[0] if price else None,
        tax_rate=rate,
        amount=amount,
    )
    places = {"amount": stated, "quantity": quantity, "unit_price": price}
    cells = {name: place[1] for name, place in places.items() if place}
    if described:
        cells["description"] = described[1]
    return ReadLine(line, cells, tax)


def _taxes(table: Table, row: Row) -> Decimal | None:
    stated = [row.numbers[i][0] for i in table.of(Role.TAX) if i in row.numbers]
    return sum(stated, Decimal(0)) if stated else None


def _rate(found: tuple[Decimal, Cell] | None) -> Decimal | None:
    if found is None:
        return None
    rate, cell = found
    return rate * 100 if cell.percent or (0 < rate < 1) else rate


def _doubts(table: Table, row: Row, read: ReadLine) -> list[Doubt]:
    doubts = []
    unread = [c for c in row.unread if _inside(table, c)]
    if unread:
        doubts.append(
            Doubt("unread-cell", "a number is expected here and cannot be read: correct the cell", unread[0])
        )
    stale = next((c for c in read.cells.values() if c.how is How.STALE), None)
    if stale:
        doubts.append(
            Doubt("stale-value", "the stored value differs from its formula: recalculate and save", stale)
        )
    line = read.line
    if line.unit_price is not None and not _closes(table, row, read):
        cell = read.cells.get("amount")
        doubts.append(
            Doubt("line-arithmetic", "quantity times price does not give the amount: check the line", cell)
        )
    return doubts


def _inside(table: Table, cell: Cell) -> bool:
    wanted = (Role.QUANTITY, Role.PRICE, *SUMS)
    return any(table.columns[i].first <= cell.column <= table.columns[i].last for i in table.of(*wanted))


def _closes(table: Table, row: Row, read: ReadLine) -> bool:
    quantity = Decimal(1) if read.line.quantity is None else read.line.quantity
    product = quantity * (read.line.unit_price or Decimal(0))
    reduced = [product]
    if discount := value(table, row, Role.DISCOUNT):
        reduced += [product - abs(discount[0]), product * (1 - abs(discount[0]) / 100)]
    if percent := _rate(value(table, row, Role.DISCOUNT_RATE)):
        reduced.append(product * (1 - percent / 100))
    taxed = [amount + (read.tax or Decimal(0)) for amount in reduced]
    rated = [amount * (1 + (read.line.tax_rate or Decimal(0)) / 100) for amount in reduced]
    return any(abs(found - read.line.amount) <= CENT for found in (*reduced, *taxed, *rated))
