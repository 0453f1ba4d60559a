"""The currency of a document: from number formats, signs beside amounts, codes in labels."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from ledgerferry.systems.workbook import values
from ledgerferry.systems.workbook.draft import Draft
from ledgerferry.systems.workbook.grid import Cell, Sheet
from ledgerferry.systems.workbook.labels import Concept
from ledgerferry.systems.workbook.titles import labelled

_BRACKET = re.compile(r"\[\$([^\]\-]*)(?:-([0-9A-Fa-f]+))?\]")
_QUOTED = re.compile(r'"\s*([^"\d]{1,5}?)\s*"')
_WORD = re.compile(r"[^\W\d_]+|[€£₹$¥]")
# Currencies whose sign is the dollar's.
_DOLLARS = ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN")
SURE, LIKELY, GUESSED = Decimal("0.98"), Decimal("0.9"), Decimal("0.6")


def tell(
    draft: Draft, sheet: Sheet, skipped: frozenset[int], amounts: Iterable[Cell], labels: Iterable[Cell]
) -> None:
    """Adds the currency: that which a label names, else by signs and codes; a contradiction is a doubt."""
    votes = Counter(found for cell in amounts if (found := _of_amount(cell)))
    named = dict(_named(sheet, skipped))
    draft.currency, draft.currency_confidence = _by_votes(sheet, votes.copy(), labels)
    if not named:
        return
    code, cell = next(iter(named.items()))
    shown = set(votes) - {"$"} if code in _DOLLARS else set(votes)
    if len(named) > 1 or shown - {code}:
        said = ", ".join(sorted({*named, *votes}))
        draft.doubt("currency", f"the currency is named and shown as {said}: say which it is", cell)
        return
    draft.currency, draft.currency_confidence, draft.cells["currency"] = code, SURE, cell


def _named(sheet: Sheet, skipped: frozenset[int]) -> Iterator[tuple[str, Cell]]:
    """The currencies that labels name, beside, under or behind them."""
    for cell, name in labelled(sheet, skipped):
        if name.concepts != {Concept.CURRENCY}:
            continue
        inside = [replace(cell, value=name.value)] if name.value else []
        beside = [c for c in (next(sheet.right_of(cell), None), sheet.below(cell, 1)) if c is not None]
        for place in inside or beside:
            code = place.text.strip().upper()
            if code in values.CODES or place.text.strip() in values.SIGNS:
                found = values.currency_of(place.text.strip())
                if found not in (None, "$"):
                    yield str(found), place
                break


def _by_votes(
    sheet: Sheet, votes: Counter[str], labels: Iterable[Cell]
) -> tuple[str | None, Decimal]:
    """The currency and how sure it is; ``None`` where the sheet does not say or says two things."""
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
        if cell.text and len(cell.text) < 200 and "=" not in cell.text:
            codes = [
                w
                for w in _WORD.findall(cell.text)
                if w in ("USD", "EUR", "GBP", "CHF", "CAD", "INR", "€", "£", "₹")
            ]
            found += [c for w in codes if (c := values.currency_of(w))]
        elif isinstance(cell.value, Decimal) and (sign := of_format(cell.format)):
            found.append(sign)
    return found
