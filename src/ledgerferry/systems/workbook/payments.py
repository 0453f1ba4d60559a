"""The payments that a sheet lists: rows with labels of their own, or a block of dates and amounts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from ledgerferry.model.document import StatedPayment
from ledgerferry.systems.workbook import grid, values
from ledgerferry.systems.workbook.grid import Cell, Locale, Sheet
from ledgerferry.systems.workbook.labels import LONGEST, Concept, label
from ledgerferry.systems.workbook.labels.statements import Statement, hits
from ledgerferry.systems.workbook.lines import CENT
from ledgerferry.systems.workbook.totals import Amount, Sum

C = Concept
# The words that the account's payments use for their mode (F46).
MODES: Final = {
    Statement.TRANSFER: "banktransfer",
    Statement.CHEQUE: "check",
    Statement.CASH: "cash",
    Statement.CARD: "creditcard",
    Statement.DEBIT: "autotransaction",
}
_OTHER = (
    *(C.TERMS, C.DUE, C.BALANCE, C.UNPAID, C.PAYABLE, C.TOTAL, C.SUB, C.NET, C.GROSS, C.TAX, C.DISCOUNT),
    *(C.STATUS, C.QUANTITY, C.PRICE, C.NOTE, C.WORDS, C.CHARGE),
)
_ORDINAL = re.compile(r"^\s*\d{1,2}\s?(?:st|nd|rd|th|er|e|ère|ème|\.|\))\s+", re.IGNORECASE)
_NUMBER = re.compile(r"^\s*\d{1,2}(?:\s*(?:/|of|sur|de|von)\s*\d{1,2})?\s+", re.IGNORECASE)
_REFERENCE = re.compile(
    r"(?:\b(?:no|nr|num|ref|réf|reference|référence|n)\b\.?|[#°º])[\s:.°º#]*([A-Z0-9][\w/-]*\d[\w/-]*|\d+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment as it stands: the amount and its cell, the label's cell, and what else its row says.

    ``said`` is whether a word says that it was paid: ``Payment 1`` may be one of a plan.
    """

    amount: Decimal
    cell: Cell
    label: Cell
    paid_on: date | None = None
    reference: str | None = None
    mode: str | None = None
    ambiguous: bool = False
    said: bool = False

    def stated(self) -> StatedPayment:
        """The payment as a document states it."""
        return StatedPayment(
            amount=abs(self.amount), paid_on=self.paid_on, reference=self.reference, mode=self.mode
        )


def find(sheet: Sheet, skipped: frozenset[int], locale: Locale) -> list[Paid]:
    """The payments that rows outside the lines state, from top to bottom, without a row that sums them."""
    found: list[Paid] = []
    taken: set[int] = set()
    for row in sheet.rows:
        if row in skipped or row in sheet.hidden_rows or row in taken:
            continue
        heading = _heading(sheet, row, locale)
        if heading is not None:
            block = list(_block(sheet, heading, skipped, locale))
            taken |= {paid.cell.row for paid in block}
            found += block
        elif (paid := _row(sheet, row, locale)) is not None:
            found.append(paid)
    return _without_sum(found)


def listed(sheet: Sheet, skipped: frozenset[int], locale: Locale) -> frozenset[int]:
    """The rows of the blocks of payments, each from its title to its last payment."""
    rows: set[int] = set()
    for row in sheet.rows:
        heading = _heading(sheet, row, locale) if row not in skipped | sheet.hidden_rows | rows else None
        block = list(_block(sheet, heading, skipped, locale)) if heading is not None else []
        rows |= set(range(row, block[-1].cell.row + 1)) if block else set()
    return frozenset(rows)


def _without_sum(found: list[Paid]) -> list[Paid]:
    """The payments without the one that is the sum of the others; one said twice over counts once."""
    dated = {(p.amount, p.paid_on) for p in found}
    if len(dated) < len(found) or (len({p.amount for p in found}) == 1 and not all(p.paid_on for p in found)):
        found = list({p.amount: p for p in sorted(found, key=lambda p: p.paid_on is not None)}.values())
    whole = sum((p.amount for p in found), Decimal(0))
    if len(found) < 3:
        return found
    return [p for p in found if abs(whole - 2 * p.amount) > CENT or p.paid_on is not None]


def _names(text: str) -> bool:
    """Whether a text names a payment, with what number or date may stand behind."""
    if not text or len(text) > LONGEST:
        return False
    name = label(_ORDINAL.sub("", text))
    return name.any(C.PAID, C.PAYMENT) and not name.any(*_OTHER) and name.unknown <= 2


def _says(text: str) -> bool:
    """Whether a text says that it was paid, also behind a number (``Instalment 2 paid``)."""
    name = label(_ORDINAL.sub("", text))
    behind = label(_NUMBER.sub("", name.value)) if name.value else name
    return name.has(C.PAID) or (behind.has(C.PAID) and behind.pure)


def _heading(sheet: Sheet, row: int, locale: Locale) -> Cell | None:
    """The title of a block of payments: it stands alone, without a number on its row."""
    cells = sheet.rows[row]
    named = [c for c in cells if c.text and _names(c.text) and label(c.text).pure]
    alone = len(cells) == 1 and named and not label(cells[0].text).value
    return named[0] if alone else None


def _block(sheet: Sheet, heading: Cell, skipped: frozenset[int], locale: Locale) -> Iterator[Paid]:
    """The rows under a title that hold a date and an amount; a row of their headings may come first."""
    headings: dict[int, Cell] = {}
    for row in range(heading.row + 1, max(sheet.rows) + 1):
        cells = sheet.rows.get(row, [])
        if not cells or row in skipped:
            return
        paid = _paid(cells, heading, locale, headings)
        if paid is None or (paid.paid_on is None and not paid.ambiguous):
            if headings or any(not c.text for c in cells):
                return
            headings = {c.column: c for c in cells}
            continue
        yield paid


def _row(sheet: Sheet, row: int, locale: Locale) -> Paid | None:
    """The payment of a row that names it."""
    cells = sheet.rows[row]
    at = next((i for i, c in enumerate(cells) if c.text and _names(c.text)), None)
    return _paid(cells[at:], cells[at], locale, {}) if at is not None else None


def _paid(cells: list[Cell], named: Cell, locale: Locale, headings: dict[int, Cell]) -> Paid | None:
    numbers = [(c, n) for c in cells if (n := _money(c, named, locale, headings)) is not None]
    inside = values.number(label(named.text).value or "", locale.decimal) if cells[0] is named else None
    if not numbers and inside is not None and values.day(named.text) is None and _decimal(inside):
        numbers = [(named, inside)]
    planned = any("%" in c.text or c.percent for c in cells) and not _says(named.text)
    if not numbers or planned:
        return None
    cell, amount = numbers[-1]
    if not amount.value or amount.ambiguous:
        return None
    days = [d for c in cells if (d := grid.day(c, locale)) is not None]
    day = days[0] if len({d.value for d in days}) == 1 else None
    mode, reference = _how(cells, headings)
    sure = day is not None and not day.ambiguous
    return Paid(
        amount.value, cell, named, day.value if day is not None and sure else None, reference, mode,
        ambiguous=day is not None and not sure, said=_says(named.text),
    )  # fmt: skip


def _decimal(number: values.Number) -> bool:
    """Whether a number inside a label can only be an amount: ``Payment 1`` is no payment of one."""
    return number.currency is not None or number.value != int(number.value)


def _money(cell: Cell, named: Cell, locale: Locale, headings: dict[int, Cell]) -> values.Number | None:
    """The amount a cell holds, unless it holds a date, a percentage, or what its heading calls otherwise."""
    above = headings.get(cell.column)
    other = above is not None and not label(above.text).any(C.AMOUNT, C.TOTAL, C.PAID, C.PAYMENT)
    if cell is named or other:
        return None
    read = grid.number(cell, locale)
    return read if read is not None and not read.percent and not read.unit else None


def _how(cells: list[Cell], headings: dict[int, Cell]) -> tuple[str | None, str | None]:
    """How a payment was made and its reference, as the texts of its row say."""
    texts = [c.text for c in cells if c.text]
    modes = {mode for text in texts for mode in _modes(text)}
    referred = (c for c in cells if c.column in headings and label(headings[c.column].text).has(C.REFERENCE))
    shown = (c.text or (f"{c.value:f}" if isinstance(c.value, Decimal) else "") for c in referred)
    reference = next((text for text in shown if text), None)
    if reference is None and modes:
        reference = next((m.group(1) for text in texts if (m := _REFERENCE.search(text))), None)
    return (modes.pop() if len(modes) == 1 else None), reference


def _modes(text: str) -> set[str]:
    return {MODES[hit.kind] for hit in hits(text) if hit.kind in MODES and not hit.doubtful}


def joined(amounts: list[Amount], found: list[Paid]) -> list[Amount]:
    """The sums of a sheet with its payments as one: what they come to.

    Payments that no word says were made count only where a balance bears them out.
    """
    whole = abs(sum((p.amount for p in found), Decimal(0)))
    known = len(found) == 1 and any(a.kind is Sum.PAID for a in amounts)
    if not found or known or not (all(p.said for p in found) or _borne_out(amounts, whole)):
        return amounts
    taken = {(p.cell.row, p.cell.column) for p in found}
    kept = [a for a in amounts if a.kind is not Sum.PAID or (a.cell.row, a.cell.column) not in taken]
    first = found[0]
    return [*kept, Amount(Sum.PAID, whole, first.cell, first.label, frozenset({C.PAID}))]


def _borne_out(amounts: list[Amount], whole: Decimal) -> bool:
    totals = [a.value for a in amounts if a.kind in (Sum.TOTAL, Sum.PAYABLE)]
    balances = [a.value for a in amounts if a.kind is Sum.BALANCE]
    return any(abs(abs(total) - whole - abs(left)) <= CENT for total in totals for left in balances)


def marked(found: list[Paid], text: str) -> Paid | None:
    """The only payment, with the mode and reference that another text of the sheet gives it."""
    modes = _modes(text)
    if len(found) != 1 or len(modes) != 1:
        return None
    reference = _REFERENCE.search(text)
    return replace(found[0], mode=modes.pop(), reference=reference.group(1) if reference else None)
