"""What a row of a register states beside its sums: kind, invoice credited, treatment, write-off."""

from collections.abc import Iterator
from decimal import Decimal

from ledgerferry.model.document import DocumentKind
from ledgerferry.systems.workbook import credited, grid, lines, status, treatments
from ledgerferry.systems.workbook.draft import Draft
from ledgerferry.systems.workbook.forms import Shape
from ledgerferry.systems.workbook.grid import Cell
from ledgerferry.systems.workbook.labels import Concept, label
from ledgerferry.systems.workbook.labels.statements import Statement, hits
from ledgerferry.systems.workbook.lines import CENT
from ledgerferry.systems.workbook.roles import Role
from ledgerferry.systems.workbook.tables import Row, Table

C = Concept
# Bare, the word may say how a sale is paid.
_SALES = ("credit", "kredit", "credito")


def tell(draft: Draft, form: Shape, table: Table, row: Row, known: treatments.Legend) -> None:
    """Adds what one row states of its document, by the register's headings; what is not sure is a doubt."""
    _kind(draft, table, row)
    if draft.kind is DocumentKind.CREDIT_NOTE:
        _credited(draft, form, table, row)
    for name, role in (("amount_paid", Role.PAID), ("balance", Role.BALANCE)):
        if found := lines.value(table, row, role):
            draft.cells.setdefault(name, found[1])
    _written_off(draft, form, table, row)
    _treatment(draft, form, table, row, known)


def paid(draft: Draft, table: Table, row: Row) -> None:
    """Adds what a row states of what was paid and what is left, else what its status says of that."""
    stated, balance = lines.value(table, row, Role.PAID), lines.value(table, row, Role.BALANCE)
    draft.paid, draft.balance = stated[0] if stated else None, balance[0] if balance else None
    status.fill(draft, statuses(table, row))
    if (
        draft.paid
        and draft.balance is not None
        and draft.total is not None
        and abs(draft.total - draft.paid - draft.balance) > CENT
    ):
        draft.doubt(
            "balance", "total less payments is not the balance stated: check them", draft.cells.get("total")
        )


def statuses(table: Table, row: Row) -> list[tuple[status.Status, Cell]]:
    """What the row's status says of the document."""
    stated = lines.text(table, row, Role.STATUS)
    found = status.said(stated[0]) if stated else None
    return [(found, stated[1])] if stated and found else []


def _kind(draft: Draft, table: Table, row: Row) -> None:
    for index in table.of(Role.STATUS, Role.KIND):
        cell = row.texts.get(index)
        said = label(cell.text) if cell is not None and cell.text else None
        if cell is None or said is None or cell.text.casefold() in _SALES:
            continue
        if said.has(C.CREDIT) and said.pure:
            draft.kind, draft.cells["kind"] = DocumentKind.CREDIT_NOTE, cell
        elif said.concepts == {C.INVOICE} and said.pure and draft.kind is DocumentKind.CREDIT_NOTE:
            text = "it is called an invoice and comes to less than nothing: say what it is"
            draft.doubt("kind", text, cell)


def _under(form: Shape, table: Table, row: Row, kind: Statement) -> Iterator[Cell]:
    """The cells of a row under headings that state something."""
    for at in range(table.header[0], table.header[1] + 1):
        for heading in form.sheet.rows.get(at, ()):
            cell = form.sheet.at(row.row, heading.column)
            if cell is not None and any(h.kind is kind and not h.doubtful for h in hits(heading.text)):
                yield cell


def _credited(draft: Draft, form: Shape, table: Table, row: Row) -> None:
    found = [(n, c) for c in _under(form, table, row, Statement.CREDITED) for n in _numbers(c)]
    if not found:
        texts = (c for c in form.sheet.rows[row.row] if c.text)
        found = [
            (number, cell)
            for cell in texts
            for hit in hits(cell.text)
            if hit.kind is Statement.CREDITED and not hit.doubtful
            for number in credited.numbers_in(cell.text[hit.end :])
        ]
    if len({number for number, _ in found}) > 1:
        text = "the row names several invoices: say how much of each it credits"
        draft.doubt("several-credited", text, found[1][1])
    elif found and found[0][0] != draft.number:
        draft.credits, draft.cells["credits"] = found[0]


def _numbers(cell: Cell) -> list[str]:
    plain = f"{cell.value:f}" if isinstance(cell.value, Decimal) else ""
    return list(credited.numbers_in(cell.text or plain))


def _written_off(draft: Draft, form: Shape, table: Table, row: Row) -> None:
    for cell in _under(form, table, row, Statement.WRITTEN_OFF):
        read = grid.number(cell, form.locale)
        if read is None or read.percent or read.unit or not read.value:
            continue
        amount, owed = abs(read.value), abs(draft.total or Decimal(0)) - (draft.paid or Decimal(0))
        if amount > owed + CENT:
            draft.doubt("written-off", "more is written off than was owed: correct the row", cell)
            return
        draft.written_off, draft.cells["written_off"] = amount, cell
        if draft.balance is not None and abs(owed - amount - draft.balance) <= CENT:
            draft.doubts = [d for d in draft.doubts if d.code != "balance"]


def _treatment(draft: Draft, form: Shape, table: Table, row: Row, known: treatments.Legend) -> None:
    described = lines.text(table, row, Role.DESCRIPTION)
    found = treatments.of_row(form.sheet, row.row, described[1] if described else None, known)
    if found is None:
        return
    if draft.tax_total or any(amount for _, amount in draft.taxes):
        text = f"the row states a tax and says that it is {found[0].value}: correct one of them"
        draft.doubt("treatment", text, found[1])
        return
    draft.treatment, draft.cells["treatment"] = found
