"""Hits: the cells of a sheet that hold a confirmed value, and which of them is the one that counts."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ledgerferry.systems.workbook import grid, values
from ledgerferry.systems.workbook.docnumbers import number_at
from ledgerferry.systems.workbook.grid import Cell, Locale, Sheet
from ledgerferry.systems.workbook.labels import Concept, Label
from ledgerferry.systems.workbook.layouts.marks import inner
from ledgerferry.systems.workbook.layouts.model import Spot
from ledgerferry.systems.workbook.layouts.spots import Ground, Hit, Telling, spot
from ledgerferry.systems.workbook.lines import CENT
from ledgerferry.systems.workbook.totals import Sum, sum_role

C = Concept
ORDERS = ("dmy", "mdy")
_SHOWN = 4
_SURE = 3


def _sum(*kinds: Sum) -> Telling:
    return lambda name: sum_role(name) in kinds


def _has(*concepts: Concept, without: tuple[Concept, ...] = ()) -> Telling:
    return lambda name: name.any(*concepts) and not name.any(*without)


def _number(name: Label) -> bool:
    return name.any(C.INVOICE, C.CREDIT, C.NUMBER, C.REFERENCE) and not (
        name.any(C.CUSTOMER, C.ORDER, C.TAXID, C.BANK, C.PHONE)
        or (name.any(C.DATE, C.DUE) and not name.has(C.NUMBER))
    )


TELLING: dict[str, Telling] = {
    "number": _number,
    "issued": _has(C.DATE, C.ISSUED, without=(C.DUE, C.ORDER, C.SHIP, C.PAYMENT)),
    "due": _has(C.DUE),
    "paid_on": _has(C.PAID, C.PAYMENT),
    "customer_name": _has(C.CUSTOMER, C.NAME, C.COMPANY, without=(C.SELLER, C.SHIP)),
    "contact_name": _has(C.CONTACT),
    "customer_email": _has(C.EMAIL),
    "customer_phone": _has(C.PHONE),
    "customer_postcode": _has(C.POSTCODE),
    "seller_name": _has(C.SELLER),
    "total": _sum(Sum.TOTAL, Sum.PAYABLE),
    "subtotal": _sum(Sum.NET),
    "discount": _sum(Sum.DISCOUNT),
    "charges": _sum(Sum.CHARGE),
    "tax_total": _sum(Sum.TAX, Sum.TAX_TOTAL),
    "paid": _sum(Sum.PAID),
    "balance": _sum(Sum.BALANCE, Sum.PAYABLE),
}
SUMMED = ("total", "subtotal", "discount", "charges", "tax_total", "paid", "balance")
LAST = ("total", "balance", "paid")
# Sums that a sheet may state as a part of others: never taken from a cell that only happens to be equal.
NAMED = ("discount", "charges", "paid", "balance")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A spot for a value and the cell that it was made from."""

    spot: Spot
    hit: Hit


def choose(
    ground: Ground, field: str, hits: list[Hit], origin: str | None, tells: Telling | None = None
) -> Chosen | None:
    """The spot of the hit that counts: where the value was shown to stand, else by its label, else alone."""
    told = tells or TELLING[field]
    rated = []
    for hit in hits:
        made, telling = spot(ground, hit, told, summed=field in SUMMED)
        rated.append((telling + (_SHOWN if hit.cell.name == origin else 0), Chosen(made, hit)))
    if not rated:
        return None
    best = max(score for score, _ in rated)
    if field in NAMED and best < _SURE and len(rated) > 1:
        return None
    fits = [c for score, c in rated if score == best]
    return (max if field in LAST else min)(fits, key=lambda c: (c.hit.cell.row, c.hit.cell.column))


def of_number(sheet: Sheet, number: str, skipped: Collection[int]) -> list[Hit]:
    """The cells that show a document number, as a whole or behind a label."""
    wanted = _bare(number)
    found = []
    for cell in _outside(sheet, skipped):
        if (whole := number_at(cell)) and _bare(whole) == wanted:
            found.append(Hit(cell))
        elif cell.text and (part := number_at(cell, inside=True)) and _bare(part) == wanted:
            found.append(Hit(cell, inside=True))
    return found


def of_day(sheet: Sheet, day: date, skipped: Collection[int]) -> list[Hit]:
    """The cells that hold a day, in either order of day and month."""
    found = []
    for cell in _outside(sheet, skipped):
        whole = (grid.day(cell, Locale(None, order)) for order in ORDERS)
        if any(w is not None and w.value == day for w in whole):
            inside = bool(cell.text) and _dated(inner(cell.text), day)
            found.append(Hit(cell, inside=inside))
    return found


def _dated(text: str, day: date) -> bool:
    read = [values.day(text, order) for order in ORDERS] if text else []
    return any(r is not None and r.value == day for r in read)


def of_amount(sheet: Sheet, amount: Decimal, skipped: Collection[int], locale: Locale) -> list[Hit]:
    """The cells that hold an amount, as a whole or behind a label."""
    found = []
    for cell in _outside(sheet, skipped):
        read = grid.number(cell, locale)
        if read is not None and not read.percent and abs(abs(read.value) - abs(amount)) <= CENT:
            found.append(Hit(cell))
            continue
        part = values.number(inner(cell.text), locale.decimal) if cell.text else None
        if part is not None and not part.percent and abs(part.value - amount) <= CENT:
            found.append(Hit(cell, inside=True))
    return found


def of_text(sheet: Sheet, text: str, skipped: Collection[int]) -> list[Hit]:
    """The cells that hold a text: as a whole, behind a label, or as one of their lines."""
    wanted = squashed(text)
    found = []
    for cell in _outside(sheet, skipped):
        whole = cell.text or (f"{cell.value:f}" if isinstance(cell.value, Decimal) else "")
        if squashed(whole) == wanted:
            found.append(Hit(cell))
        elif squashed(inner(whole)) == wanted:
            found.append(Hit(cell, inside=True))
        else:
            rows = whole.splitlines() if "\n" in whole else []
            found += [Hit(cell, line=n) for n, row in enumerate(rows) if squashed(row) == wanted][:1]
            inside = [n for n, row in enumerate(rows) if squashed(inner(row)) == wanted]
            found += [Hit(cell, inside=True, line=n) for n in inside[:1]]
    return found


def squashed(text: str) -> str:
    """A text without case, spaces and marks at its ends, as two spellings are compared."""
    return "".join(text.casefold().split()).strip(".,;:-")


def _bare(number: str) -> str:
    return squashed(number).lstrip("#").removesuffix(".0")


def _outside(sheet: Sheet, skipped: Collection[int]) -> Iterator[Cell]:
    return (c for c in sheet if c.row not in skipped and c.row not in sheet.hidden_rows)
