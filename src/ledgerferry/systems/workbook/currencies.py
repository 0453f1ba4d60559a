"""The currency of a document: from number formats, signs beside amounts, codes in labels."""

import re
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from ledgerferry.systems.workbook import values
from ledgerferry.systems.workbook.grid import Cell, Sheet

_BRACKET = re.compile(r"\[\$([^\]\-]*)(?:-([0-9A-Fa-f]+))?\]")
_QUOTED = re.compile(r'"\s*([^"\d]{1,5}?)\s*"')
_WORD = re.compile(r"[^\W\d_]+|[€£₹$¥]")
SURE, LIKELY, GUESSED = Decimal("0.98"), Decimal("0.9"), Decimal("0.6")


def of(sheet: Sheet, amounts: Iterable[Cell], labels: Iterable[Cell]) -> tuple[str | None, Decimal]:
    """The currency and how sure it is; ``None`` where the sheet does not say or says two things."""
    votes: Counter[str] = Counter()
    for cell in amounts:
        found = _of_amount(cell)
        if found:
            votes[found] += 1
    if not votes:
        votes.update(found for cell in labels for found in _of_label(cell.text))
    if not votes:
        votes.update(_everywhere(sheet))
    dollars = votes.pop("$", 0)
    if len(votes) == 1:
        return next(iter(votes)), SURE
    if votes:
        (first, most), (_, second) = votes.most_common(2)
        return (first, LIKELY) if most > 2 * second else (None, Decimal(0))
    return ("USD", GUESSED) if dollars else (None, Decimal(0))


def _of_amount(cell: Cell) -> str | None:
    if isinstance(cell.value, Decimal):
        return of_format(cell.format)
    read = values.number(cell.text)
    return read.currency if read else None


def of_format(code: str) -> str | None:
    """The currency a number format shows."""
    for sign, _ in _BRACKET.findall(code):
        if sign.strip() and (found := values.currency_of(sign)):
            return found
    for quoted in _QUOTED.findall(code):
        if found := values.currency_of(quoted):
            return found
    return next(
        (found for sign in "€£₹¥$" if sign in _BRACKET.sub("", code) and (found := values.currency_of(sign))),
        None,
    )


def _of_label(text: str) -> list[str]:
    found = []
    for word in _WORD.findall(text):
        code = word if word in values.CODES or not word.isalpha() else ""
        if code and (currency := values.currency_of(code)):
            found.append(currency)
        elif word.casefold() in ("euro", "euros", "rs"):
            found.append(values.SIGNS[word.casefold()])
    return found


def _everywhere(sheet: Sheet) -> list[str]:
    found: list[str] = []
    for cell in sheet:
        if cell.text and len(cell.text) < 200:
            codes = [
                w
                for w in _WORD.findall(cell.text)
                if w in ("USD", "EUR", "GBP", "CHF", "CAD", "INR", "€", "£", "₹")
            ]
            found += [c for w in codes if (c := values.currency_of(w))]
        elif isinstance(cell.value, Decimal) and (sign := of_format(cell.format)):
            found.append(sign)
    return found
