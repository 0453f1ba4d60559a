"""Sentences that say the whole of a document was paid, and no amount: ``Paid by card on 12 March 2025``."""

from enum import Enum

from ledgerferry.model.document import DocumentKind
from ledgerferry.systems.workbook import grid, labels, paidmarks, status
from ledgerferry.systems.workbook.draft import Draft
from ledgerferry.systems.workbook.grid import Cell, Locale, Sheet
from ledgerferry.systems.workbook.labels.statements import Statement, hits

_LONGEST = 80
_WAYS = (Statement.TRANSFER, Statement.CHEQUE, Statement.CASH, Statement.CARD, Statement.DEBIT)


class Said(Enum):
    """What a sentence about payment says: all was paid, or something that it does not say plainly."""

    ALL = "all"
    UNCLEAR = "unclear"


def tell(draft: Draft, sheet: Sheet, skipped: frozenset[int], locale: Locale) -> None:
    """Adds what a sentence says was paid, where nothing else does; what is not plain is a doubt."""
    if draft.kind is not DocumentKind.INVOICE or not draft.total:
        return
    if draft.paid is not None or draft.balance is not None:
        return
    for cell in sheet:
        found = said(cell.text) if _by_itself(sheet, cell, skipped) else None
        if found is Said.UNCLEAR:
            text = "it says something of a payment, and not how much was paid: say how much, and when"
            draft.doubt("payment-unclear", text, cell)
        elif found is Said.ALL:
            draft.paid, draft.cells["amount_paid"] = draft.total, cell
            _date(draft, cell, locale)
        if found is not None:
            return


def said(text: str) -> Said | None:
    """What a text says of payment; ``None`` where it says nothing, or that it is wished or still to come.

    A word by itself, or what a colon ends, is a label that was left empty.
    """
    if len(labels.words(text)) < 2 or text.rstrip().endswith(":"):
        return None
    if len(text) > _LONGEST or "?" in text or status.said(text) not in (None, status.Status.PAID):
        return None
    words = labels.words(status.dateless(_without_ways(text)))
    if _known("wished") & set(words):
        return None
    at, size = _phrase(words)
    if not size:
        return None
    rest = [*words[:at], *words[at + size :]]
    if not set(rest) - _known("around"):
        return Said.ALL
    return Said.UNCLEAR if at == 0 else None


def _by_itself(sheet: Sheet, cell: Cell, skipped: frozenset[int]) -> bool:
    """Whether a text outside the lines is no label of what is beside it and no heading of what is below."""
    if not cell.text or cell.row in skipped or cell.row in sheet.hidden_rows:
        return False
    below = sheet.below(cell, 1)
    heading = below is not None and (grid.number(below) is not None or not below.text)
    return not heading and next(sheet.right_of(cell), None) is None


def _without_ways(text: str) -> str:
    """A text without the ways to pay that it names."""
    for hit in sorted((h for h in hits(text) if h.kind in _WAYS), key=lambda h: -h.start):
        text = f"{text[: hit.start]} {text[hit.end :]}"
    return text


def _phrase(words: list[str]) -> tuple[int, int]:
    """Where the longest phrase of a payment begins, and of how many words it is: none where there is none."""
    for parts in (labels.words(phrase) for phrase in status.table()["settled"]):
        for at in range(len(words) - len(parts) + 1):
            if words[at : at + len(parts)] == parts:
                return at, len(parts)
    return 0, 0


def _known(kind: str) -> frozenset[str]:
    return frozenset(word for text in status.table()[kind] for word in labels.words(text))


def _date(draft: Draft, cell: Cell, locale: Locale) -> None:
    read = grid.day(cell, locale)
    if read is not None and draft.paid_on is None:
        draft.paid_on, draft.cells["paid_on"] = read.value, cell
        if read.ambiguous:
            _doubt(draft, cell)


def tell_day(draft: Draft, sheet: Sheet, skipped: frozenset[int], locale: Locale) -> None:
    """Adds the day of what was paid where it could be two, with a doubt: another's shall not stand for it."""
    if not draft.paid or draft.paid_on is not None or any(p.paid_on for p in draft.payments):
        return
    stamp = draft.cells.get("amount_paid")
    if stamp is not None and stamp.text and grid.day(stamp, locale) is not None:
        _date(draft, stamp, locale)
    elif (found := paidmarks.paid_on(sheet, skipped, locale)) is not None and found.ambiguous:
        draft.paid_on, draft.cells["paid_on"] = found.day, found.cell
        _doubt(draft, found.cell)


def _doubt(draft: Draft, cell: Cell) -> None:
    text = "the day of payment may be day-month or month-day: write it with the month in letters"
    draft.doubt("paid-date-order", text, cell)
