"""Registers: sheets with one row for each document, or one row for each line of several documents."""

import re
from decimal import Decimal
from itertools import groupby, pairwise

from ledgerferry.systems.workbook import lines, rowstatements, status, treatments
from ledgerferry.systems.workbook.draft import Draft
from ledgerferry.systems.workbook.forms import Shape
from ledgerferry.systems.workbook.labels import Concept, label
from ledgerferry.systems.workbook.roles import SUMS, Role
from ledgerferry.systems.workbook.rowfields import fill
from ledgerferry.systems.workbook.rowsums import several_rows, single_row
from ledgerferry.systems.workbook.tables import Row, Table

C = Concept


def is_register(form: Shape) -> bool:
    """Whether the table has a column of document numbers, filled in its rows."""
    table = form.table
    if table is None or not table.rows:
        return False
    if not table.of(Role.NUMBER) and not _bare_number(form):
        return False
    valued = table.of(*SUMS) or (table.of(Role.QUANTITY) and table.of(Role.PRICE))
    return bool(valued) and bool(table.of(Role.DATE, Role.CUSTOMER))


def _bare_number(form: Shape) -> bool:
    """A column that is only called number, on a tab or in a file that speaks of invoices."""
    table = form.table
    if table is None or C.INVOICE not in label(form.sheet.name).concepts or not table.of(Role.DATE):
        return False
    return any(table.columns[i].label.concepts <= {C.NUMBER} for i in table.of(Role.SERIAL))


def _numbers(table: Table) -> list[int]:
    return table.of(Role.NUMBER) or [
        i for i in table.of(Role.SERIAL) if table.columns[i].label.concepts <= {C.NUMBER}
    ]


def read(form: Shape) -> list[Draft]:
    """The documents of a register, in the order of its rows."""
    table = form.table
    if table is None:
        return []
    column = _numbers(table)[0]
    rows = _numbered(table, column)
    drafts = []
    known = treatments.legend(form.sheet)
    for number, group in groupby(rows, key=lambda pair: pair[0]):
        members = [row for _, row in group]
        single = len(members) == 1 and not _per_line(table, members[0])
        draft = single_row(table, members[0]) if single else several_rows(table, members)
        _name(draft, members[0], number, column)
        fill(draft, form, table, members[0])
        if len(members) == 1:
            rowstatements.tell(draft, form, table, members[0], known)
        status.check(draft, rowstatements.statuses(table, members[0]))
        drafts.append(draft)
    if not table.of(Role.NUMBER) and (len(_numbers(table)) > 1 or _rivals(form, table)):
        for draft in drafts:
            text = "the column's heading does not say that it holds the invoices' numbers: confirm it"
            draft.doubt("weak-number", text, draft.cells.get("number"))
    _repeated(drafts)
    if table.of(Role.QUANTITY) and table.of(Role.PRICE):
        _beside_unnumbered(drafts)
    return drafts


_IDENTIFIER = re.compile(r"[^\s\\:@]{0,24}\d[^\s\\:@]{0,24}")


def _rivals(form: Shape, table: Table) -> bool:
    """Whether a column of another heading could hold the documents' numbers as well: each row another."""
    taken = {c.heading.column for c in table.columns}
    for heading in form.sheet.rows[table.header[0]]:
        if heading.column in taken:
            continue
        cells = [c for row in table.rows if (c := form.sheet.at(row.row, heading.column)) is not None]
        held = [c.text or str(c.value) for c in cells]
        if held and len(set(held)) == len(held) and all(_IDENTIFIER.fullmatch(text) for text in held):
            return True
    return False


def _numbered(table: Table, column: int) -> list[tuple[str | None, Row]]:
    """The rows with their numbers; a row without number, date and customer goes on the one above."""
    found: list[tuple[str | None, Row]] = []
    heads = table.of(Role.DATE, Role.CUSTOMER)
    for row in table.rows:
        number = _identifier(table, row, column)
        if number is None and found and not any(index in row.texts for index in heads):
            number = found[-1][0]
        found.append((number, row))
    return found


def _beside_unnumbered(drafts: list[Draft]) -> None:
    """A row without a number may be a line of the document before or after it."""
    for left, right in pairwise(drafts):
        if (left.number is None) != (right.number is None):
            text = "the next row has no number and may belong here: confirm the lines"
            for draft in (left, right):
                draft.doubt("row-without-number", text, draft.cells.get("number"))


def _identifier(table: Table, row: Row, column: int) -> str | None:
    cell = row.texts.get(column)
    if cell is None or cell.value is None:
        return None
    return re.sub(r"\s+", " ", cell.text) or (
        f"{cell.value:f}" if isinstance(cell.value, Decimal) else str(cell.value)
    )


def _name(draft: Draft, row: Row, number: str | None, column: int) -> None:
    """The draft gets the number of its rows, and the cell in which it stands."""
    draft.number = number
    if number is None:
        draft.doubt("no-number", "the row has no invoice number: add it")
    elif column in row.texts:
        draft.cells["number"] = row.texts[column]


def _per_line(table: Table, row: Row) -> bool:
    """Whether the row is a line: it has quantity and price, and its amounts follow from them alone."""
    return bool(lines.value(table, row, Role.QUANTITY) and lines.value(table, row, Role.PRICE))


def _repeated(drafts: list[Draft]) -> None:
    """The same number on rows that do not stand together is doubtful wherever it stands."""
    seen: dict[str, Draft] = {}
    for draft in drafts:
        if draft.number is None:
            continue
        other = seen.setdefault(draft.number.casefold(), draft)
        if other is not draft:
            for each in (other, draft):
                each.doubt(
                    "repeated-number",
                    "the number stands on rows that are apart: confirm each",
                    draft.cells.get("number"),
                )
