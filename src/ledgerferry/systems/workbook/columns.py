"""What columns hold that their headings do not say: told by their numbers, their formulas and arithmetic."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import permutations

from ledgerferry.systems.workbook import grid
from ledgerferry.systems.workbook.grid import Cell, Locale, Sheet
from ledgerferry.systems.workbook.labels import Concept, label
from ledgerferry.systems.workbook.roles import SUMS, Role
from ledgerferry.systems.workbook.tables import Column, Table, row_of

C = Concept
_CENT = Decimal("0.0051")
_WIDEST = 14
_LONGEST = 4000


def settle(sheet: Sheet, table: Table, locale: Locale) -> Table:
    """The table with the roles of its columns corrected by what they hold."""
    _rates_apart(table)
    _measures(table)
    _numbers_apart(table)
    if table.rows and _factors(sheet, table, locale):
        _read_again(sheet, table, locale)
    if table.rows and not table.of(Role.DESCRIPTION):
        _described(sheet, table)
    return table


def _numbers_apart(table: Table) -> None:
    """Of two columns that could describe, one of bare numbers counts the rows or holds a discount."""
    described = table.of(Role.DESCRIPTION)
    bare = [
        i
        for i in described
        if (held := [row.texts[i] for row in table.rows if i in row.texts]) and not any(c.text for c in held)
    ]
    for index in bare if len(bare) < len(described) else ():
        column = table.columns[index]
        role = Role.DISCOUNT if column.label.has(C.DISCOUNT) else Role.SERIAL
        table.columns[index] = replace(column, role=role)


def _measures(table: Table) -> None:
    """Of two columns that are called a quantity, one without any number names the unit."""
    counted = table.of(Role.QUANTITY)
    bare = [i for i in counted if not any(i in row.numbers for row in table.rows)]
    for index in bare if len(bare) < len(counted) else ():
        column = table.columns[index] = replace(table.columns[index], role=Role.MEASURE)
        for row in table.rows:
            row.unread = [c for c in row.unread if not column.first <= c.column <= column.last]


def _rates_apart(table: Table) -> None:
    """A column that is called a tax and holds percentages holds rates."""
    for index in table.of(Role.TAX):
        held = [row.numbers[index] for row in table.rows if index in row.numbers]
        if held and all(_percentage(cell) or 0 < abs(value) < 1 for value, cell in held if value):
            table.columns[index] = replace(table.columns[index], role=Role.TAX_RATE)


def _percentage(cell: Cell) -> bool:
    """Whether a cell shows a percentage, as a number or as a text (``5,5 %``)."""
    return cell.percent or "%" in cell.text


def _read_again(sheet: Sheet, table: Table, locale: Locale) -> None:
    rows = (row_of(sheet, table, row.row, locale) for row in table.rows)
    table.rows = [row for row in rows if row is not None]


def _numbers(sheet: Sheet, row: int, locale: Locale) -> dict[int, Decimal]:
    """The plain numbers of a row by column."""
    found = {c.column: grid.number(c, locale) for c in sheet.rows.get(row, ())}
    return {column: n.value for column, n in found.items() if n is not None and not n.percent and not n.unit}


def _factors(sheet: Sheet, table: Table, locale: Locale) -> bool:
    """Finds the column of quantities or prices that no heading names: the one that gives every amount."""
    missing = [role for role in (Role.QUANTITY, Role.PRICE) if not table.of(role)]
    sums = [table.columns[i].heading.column for i in table.of(*SUMS)]
    if len(missing) != 1 or not sums:
        return False
    known = table.of(Role.QUANTITY if missing[0] is Role.PRICE else Role.PRICE)
    rows = [_numbers(sheet, row.row, locale) for row in table.rows[:_LONGEST]]
    for index in known:
        own = range(table.columns[index].first, table.columns[index].last + 1)
        for column in sorted({c for row in rows for c in row} - set(own)):
            for total in (c for c in sums if c != column):
                if _multiplies(rows, own, column, total):
                    _name(sheet, table, column, missing[0])
                    return True
    return False


def _multiplies(rows: list[dict[int, Decimal]], own: range, column: int, total: int) -> bool:
    """Whether the column times the known one is the total on every row, and not by ones alone."""
    held = [
        (row[k], row[column], row[total]) for row in rows for k in own if {k, column, total} <= row.keys()
    ]
    right = all(abs(a * b - amount) <= _CENT for a, b, amount in held)
    return len(held) * 2 > len(rows) and right and any(amount not in (0, a, b) for a, b, amount in held)


def _name(sheet: Sheet, table: Table, column: int, role: Role) -> None:
    table.columns = [c for c in table.columns if not c.first == column == c.heading.column]
    for i, other in enumerate(table.columns):
        if other.first < column <= other.last:
            table.columns[i] = replace(other, last=column - 1)
    heading = sheet.at(table.header[0], column) or Cell(table.header[0], column, "")
    table.columns.append(Column(role, heading, column, column, label(heading.text)))
    table.columns.sort(key=lambda c: c.first)


def _described(sheet: Sheet, table: Table) -> None:
    """The widest column of texts that no heading claims describes the lines."""
    taken = {c for col in table.columns for c in (col.heading.column,)}
    length: Counter[int] = Counter()
    for row in table.rows:
        for cell in sheet.rows[row.row]:
            if cell.column not in taken and any(ch.isalpha() for ch in cell.text):
                length[cell.column] += min(len(cell.text), 60)
    if not length:
        return
    column = length.most_common(1)[0][0]
    _name(sheet, table, column, Role.DESCRIPTION)
    index = next(i for i, c in enumerate(table.columns) if c.role is Role.DESCRIPTION)
    _moved(table, index)
    for row in table.rows:
        text = sheet.at(row.row, column)
        if text is not None and text.text:
            row.texts[index] = text


def _moved(table: Table, index: int) -> None:
    """Makes room for a column that was put among the others."""
    for row in table.rows:
        row.numbers = {i + (i >= index): held for i, held in row.numbers.items()}
        row.texts = {i + (i >= index): held for i, held in row.texts.items()}


def infer(sheet: Sheet, locale: Locale) -> Table | None:
    """A table without headings that are known: rows in which one column times another is a third."""
    votes: Counter[tuple[int, int, int]] = Counter()
    rows: dict[tuple[int, int, int], list[int]] = {}
    for row in list(sheet.rows)[:_LONGEST]:
        if row in sheet.hidden_rows:
            continue
        numbers = _numbers(sheet, row, locale)
        for triple in _triples(sheet, row, numbers):
            votes[triple] += 1 + _computed(sheet, row, triple)
            rows.setdefault(triple, []).append(row)
    likely = [t for t, count in votes.items() if count > 1]
    if not likely:
        return None
    best = max(likely, key=lambda t: (votes[t], t[2], -t[0]))
    return _table(sheet, best, rows[best], locale)


def _triples(sheet: Sheet, row: int, numbers: dict[int, Decimal]) -> Iterator[tuple[int, int, int]]:
    columns = sorted(numbers)[:_WIDEST]
    if not any(any(ch.isalpha() for ch in c.text) for c in sheet.rows[row]):
        return
    for left, right, total in permutations(columns, 3):
        a, b, amount = numbers[left], numbers[right], numbers[total]
        if left < right < total and amount not in (0, a, b) and abs(a * b - amount) <= _CENT:
            yield left, right, total


def _computed(sheet: Sheet, row: int, triple: tuple[int, int, int]) -> int:
    """One where the third column's formula multiplies the others."""
    left, right, total = (grid.letters(c) + str(row) for c in triple)
    cell = sheet.at(row, triple[2])
    text = re.sub(r"[\s$()=]", "", (cell.formula or "") if cell else "")
    return int({left, right} == set(text.split("*"))) if total else 0


def _table(sheet: Sheet, triple: tuple[int, int, int], rows: list[int], locale: Locale) -> Table:
    first = rows[0]
    above = sheet.rows.get(first - 1, [])
    headed = len(above) > 1 and all(c.text for c in above)
    top = first - 1 if headed else first
    table = Table((top, first - 1), [], doubtful=True)
    for column, role in zip(triple, (Role.QUANTITY, Role.PRICE, Role.AMOUNT), strict=True):
        _name(sheet, table, column, role)
    lines = (row_of(sheet, table, row, locale) for row in range(first, rows[-1] + 1) if row in sheet.rows)
    table.rows = [row for row in lines if row is not None and row.numbers]
    _described(sheet, table)
    return table
