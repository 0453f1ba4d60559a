"""A sheet that is one document: head, lines and sums brought together under the judge's verdict."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from ledgerferry.model.document import DocumentKind
from ledgerferry.model.party import Party
from ledgerferry.systems.workbook import (
    columns,
    credited,
    currencies,
    docdates,
    docnumbers,
    grid,
    judge,
    lines,
    locales,
    paidmarks,
    parties,
    payments,
    tables,
    titles,
    totals,
    unlabelled,
)
from ledgerferry.systems.workbook.draft import Draft
from ledgerferry.systems.workbook.grid import Cell, Locale, Sheet
from ledgerferry.systems.workbook.labelledvalues import Found
from ledgerferry.systems.workbook.labels import Concept
from ledgerferry.systems.workbook.lines import Doubt, Reading
from ledgerferry.systems.workbook.roles import SUMS, Role
from ledgerferry.systems.workbook.tables import Table
from ledgerferry.systems.workbook.titles import NEGATIVE, Title
from ledgerferry.systems.workbook.totals import Amount, Sum
from ledgerferry.systems.workbook.verdict import Verdict, cells_of

C = Concept


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a sheet holds no document: a code, a sentence, and the cell that says so."""

    code: str
    text: str
    cell: Cell | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """A sheet as laid out: its table with lines read, the rows that belong to it, its locale and title."""

    sheet: Sheet
    table: Table | None
    rows: frozenset[int]
    locale: Locale
    title: Title
    spelled: str = ""

    @property
    def top(self) -> int:
        """The last row above the table."""
        return self.table.header[0] - 1 if self.table else max(self.sheet.rows, default=0)


def shape(sheet: Sheet, language: str | None, file: str = "") -> Shape:
    """How a sheet is laid out: the first table with lines, else the first table."""
    locale = locales.of(sheet, language)
    found = [tables.fill(sheet, table, locale) for table in tables.find(sheet)[:6]]
    found = [columns.settle(sheet, table, locale) for table in found]
    table = max(found, key=_weight, default=None)
    if table is None or not table.rows:
        table = columns.infer(sheet, locale) or table
    top = table.header[0] if table else max(sheet.rows, default=0)
    rows = {*range(table.header[0], table.header[1] + 1), *(r.row for r in table.rows)} if table else set()
    sheet.captions_below = top if titles.captions_below(sheet, top) else 0
    return Shape(
        sheet, table, frozenset(rows), locale, titles.title(sheet, max(top, 12)), f"{sheet.name} {file}"
    )


def _weight(table: Table) -> tuple[bool, int]:
    return bool(table.rows), len({c.role for c in table.columns})


def refusal(form: Shape) -> Refusal | None:
    """Whether the sheet says by name that it is something else than an invoice."""
    if form.title.other is not None:
        return Refusal(*NEGATIVE[form.title.other])
    if titles.placeholders(form.sheet) >= 3:
        return Refusal(
            "blank-template", "the sheet still holds the placeholders of its form: nothing is to be loaded"
        )
    return None


def read(form: Shape, apart: Shape | None = None) -> Draft | Refusal | None:
    """The document of a sheet, or why there is none; ``None`` for a sheet that speaks of no document.

    ``apart`` is another sheet that may hold its lines: taken only where their arithmetic closes with it.
    """
    if found := refusal(form):
        return found
    if apart is not None and apart.table is not None and (joined := _joined(form, apart, apart.table)):
        return joined
    known = lines.readings(form.table) if form.table else []
    amounts = totals.find(form.sheet, form.rows, form.locale, kinds(form.table))
    amounts += _foot(form, known, amounts)
    amounts = payments.joined(amounts, payments.find(form.sheet, form.rows, form.locale))
    verdict = judge.judge(known, amounts)
    if not verdict.closed and (unheaded := unlabelled.readings(form.sheet, amounts)):
        verdict = _better(verdict, judge.judge(unheaded, amounts))
    if not verdict.closed and (unnamed := unlabelled.unnamed_tax(form.sheet, amounts)):
        amounts = [*amounts, unnamed]
        verdict = judge.judge(known, amounts)
        net, total = verdict.net, verdict.total
        if not (net and total and verdict.closed and unlabelled.proven(net, unnamed, total)):
            verdict = replace(verdict, doubts=(*verdict.doubts, _unnamed(unnamed)))
    if verdict.reading is None and (verdict.total is None or not verdict.total.value):
        return _empty(form)
    return _draft(form, _unlabelled_net(form, verdict), amounts)


def _unlabelled_net(form: Shape, verdict: Verdict) -> Verdict:
    """The verdict with the net that stands under the lines by a name that is not known, where it closes."""
    reading, total = verdict.reading, verdict.total
    if not verdict.closed or verdict.net is not None or reading is None or total is None:
        return verdict
    last = form.table.last if form.table else total.cell.row
    for cell in form.sheet:
        beneath = last < cell.row and cell.column in (reading.column, total.cell.column)
        if not beneath or cell is total.cell or not isinstance(cell.value, Decimal) or cell.percent:
            continue
        if abs(cell.value - reading.total) <= lines.CENT:
            return replace(verdict, net=Amount(Sum.NET, cell.value, cell, cell, frozenset()))
    return verdict


def _better(headed: Verdict, unheaded: Verdict) -> Verdict:
    """Lines without headings only where those under headings do not come to the total, or there are none."""
    return unheaded if headed.reading is None or unheaded.closed else headed


def _joined(form: Shape, apart: Shape, table: Table) -> Draft | Refusal | None:
    """The document whose lines stand on another sheet; its sums may stand on either."""
    own = totals.find(form.sheet, form.rows, form.locale)
    for amounts in (own, own + totals.find(apart.sheet, apart.rows, apart.locale, kinds(table))):
        verdict = judge.judge(lines.readings(table), amounts)
        if verdict.closed:
            found = _draft(form, verdict, amounts)
            if isinstance(found, Draft):
                found.lines_sheet = apart.sheet.name
            return found
    return None


def _unnamed(amount: Amount) -> Doubt:
    return Doubt(
        "unnamed-tax", f"{amount.label.text!r} is taken for a tax by its amount only: confirm it", amount.cell
    )


def _draft(form: Shape, verdict: Verdict, amounts: list[Amount]) -> Draft | Refusal:
    draft = headed(form)
    settle_head(draft)
    _money(draft, form, verdict, amounts)
    if not form.title.invoice:
        if draft.number is None and (draft.customer is None or draft.issued is None):
            return Refusal("not-an-invoice", "nothing on the sheet calls it an invoice, and it has no number")
        draft.doubt("untitled", "nothing on the sheet calls it an invoice: confirm that it is one")
    return draft


def headed(form: Shape) -> Draft:
    """The head of a sheet's document alone: number, dates, parties, and what is doubtful about them."""
    draft = Draft()
    _head(draft, form, form.rows)
    _parties(draft, form, form.rows)
    _columns(draft, form)
    return draft


def kinds(table: Table | None) -> dict[int, Sum]:
    """What a sum under each column of the table is."""
    if table is None:
        return {}
    plain = Sum.NET if table.of(Role.GROSS) else Sum.TOTAL
    kinds = {Role.AMOUNT: plain, Role.NET: Sum.NET, Role.GROSS: Sum.TOTAL, Role.TAX: Sum.TAX_TOTAL}
    return {
        c: kinds[col.role]
        for col in table.columns
        if col.role in kinds
        for c in range(col.first, col.last + 1)
    }


def _columns(draft: Draft, form: Shape) -> None:
    """Date and customer out of the lines' columns, where all rows that have them agree."""
    if form.table is None:
        return
    for role, name in ((Role.DATE, "issued"), (Role.CUSTOMER, "customer")):
        found = [
            c
            for row in form.table.rows
            if (c := next((row.texts[i] for i in form.table.of(role) if i in row.texts), None))
        ]
        if not found or len({str(c.value) for c in found}) > 1 or getattr(draft, name) is not None:
            continue
        if name == "issued" and (read := grid.day(found[0], form.locale)):
            draft.issued, draft.cells["issued"] = read.value, found[0]
            if read.ambiguous:
                draft.doubt(
                    "date-order", "day and month of this date could be exchanged: confirm it", found[0]
                )
        elif name == "customer" and found[0].text:
            draft.customer, draft.cells["customer_name"] = Party(name=found[0].text), found[0]


def settle_head(draft: Draft) -> None:
    """Adds a doubt for each part of a head that is missing or contradicts itself."""
    if draft.number is None:
        draft.doubt("no-number", "no invoice number is labelled: add it")
    if draft.issued is None:
        draft.doubt("no-date", "no invoice date is labelled: add it")
    if draft.customer is None:
        draft.doubt("no-customer", "no customer is named: add it")
    elif parties.same(draft.customer, draft.seller):
        text = "the customer bears the seller's name: confirm who buys"
        draft.doubt("customer-is-seller", text, draft.cells.get("customer_name"))


def _empty(form: Shape) -> Refusal | None:
    priced = (
        form.table is not None
        and form.table.of(Role.PRICE)
        and not form.table.of(Role.QUANTITY, *SUMS)
    )
    if priced and not form.title.invoice:
        return Refusal(*NEGATIVE[C.PRICE_LIST])
    if form.table is not None or form.title.invoice:
        return Refusal("blank-template", "the form holds no lines and no total: nothing is to be loaded")
    return None


def _foot(form: Shape, known: list[Reading], amounts: list[Amount]) -> list[Amount]:
    """An unlabelled number right under a column of amounts that is its sum, where no label names a total."""
    if form.table is None or any(a.kind in (Sum.TOTAL, Sum.PAYABLE) and a.value for a in amounts):
        return []
    for reading in known:
        for row in range(form.table.last + 1, form.table.last + 4):
            cell = form.sheet.at(row, reading.column)
            read = grid.number(cell, form.locale) if cell else None
            if (
                cell
                and read
                and abs(read.value - reading.total) <= lines.CENT
                and len(form.sheet.rows[row]) == 1
            ):
                return [Amount(Sum.TOTAL, read.value, cell, cell, frozenset({C.TOTAL}))]
    return []


def _head(draft: Draft, form: Shape, skipped: frozenset[int]) -> None:
    numbers = docnumbers.numbers(form.sheet, skipped, form.spelled)
    number = _one(draft, credited.own(numbers) if form.title.credit else numbers, "number")
    if number:
        draft.number, draft.cells["number"] = number.text, number.cell
        if form.title.credit and not credited.told_apart(number):
            text = "the label calls it an invoice's number: confirm that it is the credit note's own"
            draft.doubt("credit-number", text, number.cell)
    elif tab := docnumbers.tab_number(form.sheet.name):
        draft.number = tab
        draft.doubt("number-in-tab", "the number is taken from the name of the tab: confirm it")
    _dates(draft, form, skipped | payments.listed(form.sheet, skipped, form.locale))
    due = next(iter(docdates.dates(form.sheet, skipped, form.locale, due=True)), None)
    paid = paidmarks.paid_on(form.sheet, skipped, form.locale)
    if paid and paid.day and not paid.ambiguous:
        draft.paid_on, draft.cells["paid_on"] = paid.day, paid.cell
    if due and due.day and not due.ambiguous:
        draft.due, draft.cells["due"] = due.day, due.cell


def _one(draft: Draft, found: list[Found], what: str) -> Found | None:
    """The value with the most telling label; several that differ are a doubt."""
    if not found:
        return None
    best = [f for f in found if f.strength == found[0].strength]
    if len({f.day or f.text.casefold() for f in best}) > 1:
        draft.doubt(
            f"several-{what}s", f"several values could be the {what}: confirm the right one", best[1].cell
        )
    if what == "number" and best[0].strength < 2:
        draft.doubt(
            "weak-number",
            "the label of the number does not say that it is the invoice's: confirm it",
            best[0].cell,
        )
    return best[0]


def _dates(draft: Draft, form: Shape, skipped: frozenset[int]) -> None:
    found = _one(draft, docdates.dates(form.sheet, skipped, form.locale), "date")
    if found is None:
        loose = docdates.loose_dates(form.sheet, skipped, form.locale)
        found = loose[0] if len({f.day for f in loose}) == 1 else None
        if found is None:
            return
        draft.doubt("date-unlabelled", "no label says that this is the invoice date: confirm it", found.cell)
    draft.issued, draft.cells["issued"] = found.day, found.cell
    if found.ambiguous:
        draft.doubt("date-order", "day and month of this date could be exchanged: confirm it", found.cell)
    if found.cell.formula and re.search(r"\b(TODAY|NOW)\(", found.cell.formula, re.IGNORECASE):
        draft.doubt(
            "date-volatile", "the date is recomputed whenever the file is opened: confirm it", found.cell
        )


def _parties(draft: Draft, form: Shape, skipped: frozenset[int]) -> None:
    buyer = parties.customer(form.sheet, form.top, skipped)
    maker = parties.seller(form.sheet, form.top, skipped, buyer)
    draft.customer = buyer.party() if buyer else None
    draft.seller = maker.party() if maker else None
    draft.seller_labelled = maker is not None and maker.labelled
    for prefix, block in (("customer", buyer), ("seller", maker)):
        if block:
            draft.cells |= {f"{prefix}_{key}": cell for key, cell in block.cells.items()}


def _money(draft: Draft, form: Shape, verdict: Verdict, amounts: list[Amount]) -> None:
    draft.lines = verdict.reading.lines if verdict.reading else ()
    if verdict.included is not None:
        draft.lines = tuple(item.taxed(verdict.included) for item in draft.lines)
    draft.total = verdict.total.value if verdict.total else None
    draft.subtotal = verdict.net.value if verdict.net else None
    draft.discount = abs(verdict.discount.value) if verdict.discount else None
    draft.charges = sum((a.value for a in verdict.charges), Decimal(0)) if verdict.charges else None
    draft.tax_total = verdict.tax
    draft.paid = abs(verdict.paid.value) if verdict.paid else None
    draft.balance = verdict.balance.value if verdict.balance else None
    draft.taxes = _taxes(verdict)
    draft.cells |= cells_of(verdict)
    draft.doubts += verdict.doubts
    if verdict.reading is None:
        draft.doubt("no-lines", "no lines could be read: add them", draft.cells.get("total"))
    if form.title.credit or (draft.total is not None and draft.total < 0):
        draft.kind = DocumentKind.CREDIT_NOTE
    _currency(draft, form, verdict, amounts)


def _taxes(verdict: Verdict) -> tuple[tuple[Decimal | None, Decimal], ...]:
    """The taxes with their rates; one of nothing says something where it is all there is and names 0 %."""
    found = tuple((verdict.rate if a.rate is None else a.rate, a.value) for a in verdict.taxes if a.value)
    named = tuple((a.rate, a.value) for a in verdict.taxes if a.rate == 0)
    return found or named[:1]


def _currency(draft: Draft, form: Shape, verdict: Verdict, amounts: list[Amount]) -> None:
    cells = [a.cell for a in amounts if a.kind is not Sum.TAX_RATE]
    for item in draft.lines:
        cells += [c for name, c in item.cells.items() if name in ("amount", "unit_price")]
    labels = [a.label for a in amounts] + ([c.heading for c in form.table.columns] if form.table else [])
    currencies.tell(draft, form.sheet, form.rows, cells, labels)
