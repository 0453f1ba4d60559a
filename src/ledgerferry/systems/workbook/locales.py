"""The decimal sign and the order of day and month of one sheet, proved by its own texts and formats."""

import re
import tomllib
from datetime import date
from functools import cache
from importlib.resources import files

from ledgerferry.systems.workbook import labels, values
from ledgerferry.systems.workbook.grid import Locale, Sheet

DAY_FIRST = frozenset(labels.LANGUAGES) - {"en", "zh", "ja", "ko", "hu", "sv"}
_WORD = re.compile(r"[^\W\d_]+|[£€₹₱$]")
_FORMATS = {
    "dmy": re.compile(r"\bd{1,2}[/.\- ]+m{1,2}[/.\- ]"),
    "mdy": re.compile(r"\bm{1,2}[/. ]+d{1,2}[/. ]"),
}
# The language identifiers of Windows in number formats, for English that writes the day first.
_BRITISH = re.compile(r"-(?:0?809|0?4009|0?C09|1409|1809|1C09)\]", re.IGNORECASE)
_DASHED = re.compile(r"(?<!\d)\d{1,2}[-.]\d{1,2}[-.](?:\d{4}|\d{2})(?!\d)")
_SLASHED = re.compile(r"(?<!\d)\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})(?!\d)")
_LONGEST = 200


def of(sheet: Sheet, language: str | None) -> Locale:
    """What the sheet proves; of dates else what its language or country writes without exception."""
    signs: set[str] = set()
    orders: set[str] = set()
    for cell in sheet:
        if isinstance(cell.value, date):
            orders.update(order for order, shape in _FORMATS.items() if shape.search(cell.format))
        if not cell.text or len(cell.text) > 60:
            continue
        number = values.number(cell.text)
        if number and number.decimal:
            signs.add(number.decimal)
        found = values.day(cell.text)
        if found and found.order:
            orders.add(found.order)
    order = next(iter(orders)) if len(orders) == 1 else None
    leaning = None
    if not orders and language in DAY_FIRST:
        order = "dmy"
    elif not orders and language == "en":
        order, leaning = _country(sheet)
    return Locale(next(iter(signs)) if len(signs) == 1 else None, order, leaning, tuple(sorted(orders)))


@cache
def _countries() -> tuple[frozenset[str], frozenset[str], re.Pattern[str]]:
    data = tomllib.loads(files(labels).joinpath("orders.toml").read_text(encoding="utf-8"))
    states = re.compile(rf"\b(?:{'|'.join(data['states'])}),? \d{{5}}(?:-\d{{4}})?\b")
    return frozenset(data["day_first"]), frozenset(data["either"]), states


def _country(sheet: Sheet) -> tuple[str | None, str | None]:
    """The order that an English sheet's country writes, and the one it leans to where that is no proof.

    Proof is a number format made for British or Indian English and the like, or the taxes and moneys of
    such a country with dates that are dashed; a slashed date may come from a program that writes American.
    """
    day_first, either, states = _countries()
    words: set[str] = set()
    american = british = dashed = slashed = False
    for cell in sheet:
        british = british or bool(_BRITISH.search(cell.format))
        if cell.text and len(cell.text) <= _LONGEST:
            words.update(word.casefold() for word in _WORD.findall(cell.text))
            american = american or bool(states.search(cell.text))
            dashed, slashed = (
                dashed or bool(_DASHED.search(cell.text)),
                slashed or bool(_SLASHED.search(cell.text)),
            )
    if american or words & either:
        return None, "mdy" if american and not words & (day_first | either) else None
    return ("dmy" if british or (words & day_first and dashed and not slashed) else None), None
