"""What a sheet states beside lines and sums: the invoice credited, payments, treatments, write-offs."""

from dataclasses import replace
from decimal import Decimal

from ledgerferry.model.document import DocumentKind
from ledgerferry.systems.workbook import (
    credited,
    docnumbers,
    exchange,
    grid,
    paidsentences,
    payments,
    status,
    treatments,
)
from ledgerferry.systems.workbook.draft import Draft
from ledgerferry.systems.workbook.forms import Shape
from ledgerferry.systems.workbook.grid import Cell
from ledgerferry.systems.workbook.labels import Concept, label
from ledgerferry.systems.workbook.labels.statements import Statement, hits
from ledgerferry.systems.workbook.lines import CENT, Doubt
from ledgerferry.systems.workbook.payments import Paid
from ledgerferry.systems.workbook.titles import pieces

C = Concept
ZERO = Decimal(0)


def tell(draft: Draft, form: Shape) -> None:
    """Adds to the draft of a sheet what else it states, each with its cell; what is not sure is a doubt."""
    if draft.kind is DocumentKind.CREDIT_NOTE:
        _credited(draft, form)
    statuses = tuple(status.stated(form.sheet, form.rows))
    status.fill(draft, statuses)
    status.fill_dated(draft, form.sheet)
    paidsentences.tell(draft, form.sheet, form.rows, form.locale)
    _payments(draft, form)
    paidsentences.tell_day(draft, form.sheet, form.rows, form.locale)
    _written_off(draft, form)
    status.check(draft, statuses)
    treatments.tell(draft, form.sheet, form.rows)
    exchange.tell(draft, form.sheet, form.rows, form.locale)


def _credited(draft: Draft, form: Shape) -> None:
    numbers = docnumbers.numbers(form.sheet, form.rows, form.spelled)
    named = credited.of(form.sheet, draft.number, numbers, titled=form.title.credit)
    if len(named.numbers) > 1:
        text = "it names several invoices: say how much of each it credits, or name one"
        draft.doubt("several-credited", text, named.found[1][1])
    elif named.found:
        draft.credits, draft.cells["credits"] = named.found[0]


def _payments(draft: Draft, form: Shape) -> None:
    """The payments one by one, where they are several or say how they were made, and come to what is paid."""
    found = payments.find(form.sheet, form.rows, form.locale)
    whole = abs(sum((p.amount for p in found), ZERO))
    if not found or draft.paid is None or abs(whole - draft.paid) > CENT:
        _planned(draft, found)
        return
    if len(found) == 1:
        found = [_marked(form, found)]
        draft.paid_on = draft.paid_on or found[0].paid_on
        found = [replace(found[0], paid_on=draft.paid_on)]
    else:
        draft.paid_on = None
        draft.cells.pop("paid_on", None)
        _sure(draft, found)
    if len(found) == 1 and not (found[0].mode or found[0].reference):
        return
    draft.payments = tuple(p.stated() for p in found)
    draft.cells |= {f"payments.{n}.amount": p.cell for n, p in enumerate(found)}


def _planned(draft: Draft, found: list[Paid]) -> None:
    """Payments that may be made or only planned, where nothing else says which, are a doubt."""
    if len(found) > 1 and draft.paid is None and draft.balance is None:
        text = "these may be payments made or a plan of them: say what was paid"
        draft.doubt("payments", text, found[0].cell)


def _marked(form: Shape, found: list[Paid]) -> Paid:
    """The only payment with the way it was made, which another cell may say (``Paid by cheque no. 7``)."""
    if found[0].mode or found[0].reference:
        return found[0]
    for cell in form.sheet:
        name = label(cell.text) if cell.text and cell.row not in form.rows else None
        if name is not None and name.any(C.PAID, C.PAYMENT) and not name.any(C.TERMS, C.DUE, C.UNPAID):
            marked = payments.marked(found, cell.text)
            if marked is not None:
                return marked
    return found[0]


def _sure(draft: Draft, found: list[Paid]) -> None:
    """Several payments are certain where a balance or each one's date bears them out."""
    late = next((p for p in found if p.ambiguous), None)
    if late is not None:
        text = "day and month of this payment could be exchanged: confirm it"
        draft.doubt("payment-date-order", text, late.cell)
    proven = draft.balance is not None or all(p.paid_on for p in found)
    if not proven or (draft.paid or ZERO) > abs(draft.total or ZERO) + CENT:
        draft.doubt("payments", "several payments are stated: confirm what was paid", found[0].cell)


def _written_off(draft: Draft, form: Shape) -> None:
    found = [f for cell in form.sheet for f in _given_up(form, cell)]
    if not found:
        return
    amounts = {abs(amount) for amount, _ in found}
    owed = abs(draft.total or ZERO) - (draft.paid or ZERO)
    amount, cell = found[0]
    if len(amounts) > 1 or abs(amount) > owed + CENT:
        text = "what was written off is more than was owed, or stated twice: say what it was"
        draft.doubt("written-off", text, cell)
        return
    draft.written_off, draft.cells["written_off"] = abs(amount), cell
    left = draft.balance
    if left is not None and min(abs(owed - abs(amount) - left), abs(owed - left)) <= CENT:
        draft.doubts = [d for d in draft.doubts if not _explained(d, draft)]


def _explained(doubt: Doubt, draft: Draft) -> bool:
    """Whether a doubt is that of a balance which the write-off explains."""
    return doubt.code == "balance" and doubt.cell == draft.cells.get("balance")


def _given_up(form: Shape, whole: Cell) -> list[tuple[Decimal, Cell]]:
    """The amount beside, under or behind a phrase that says it was written off."""
    if not whole.text or whole.row in form.rows or whole.row in form.sheet.hidden_rows:
        return []
    for cell in pieces(whole):
        hit = next((h for h in hits(cell.text) if h.kind is Statement.WRITTEN_OFF and not h.doubtful), None)
        if hit is None:
            continue
        inside = grid.number(Cell(whole.row, whole.column, cell.text[hit.end :].strip(" :=")), form.locale)
        if inside is not None and not inside.percent and not inside.unit:
            return [(inside.value, whole)] if inside.value else []
        places = [*form.sheet.right_of(whole)] or [c for c in (form.sheet.below(whole, 1),) if c]
        for place in places:
            read = grid.number(place, form.locale)
            if read is not None and not read.percent and not read.unit and grid.day(place) is None:
                return [(read.value, place)] if read.value else []
    return []
