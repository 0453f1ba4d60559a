"""Numbers and dates written as text: read exactly, or not at all; what is ambiguous says so."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files

from ledgerferry.systems.workbook import labels
from ledgerferry.systems.workbook.labels import folded, vocabulary

_CURRENCIES = tomllib.loads(files(labels).joinpath("currencies.toml").read_text(encoding="utf-8"))
CODES = frozenset[str](_CURRENCIES["codes"])
SIGNS: dict[str, str] = _CURRENCIES["signs"]
_LONGEST = 40
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009\u2007]")
_DIGITS = re.compile(r"\d[\d.,'’ ]*")
# The minus of typographers, and the signs for decimals and thousands in Arabic.
_SIGNS = str.maketrans({"−": "-", "٫": ".", "٬": ",", "،": ","})
_UNIT = re.compile(r"^[^\W\d_]{1,8}\.?$")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written. ``decimal`` is the sign it proves, ``ambiguous`` that it could be read twice."""

    value: Decimal
    currency: str | None = None
    decimal: str | None = None
    ambiguous: bool = False
    percent: bool = False
    unit: str | None = None


def number(text: str, decimal: str | None = None) -> Number | None:
    """The one number that a text consists of, with an optional currency, sign, percent sign or unit.

    ``decimal`` settles what could be read twice (``1.234``); without it the thousands reading is given
    and marked as ambiguous.
    """
    if len(text) > _LONGEST:
        return None
    plain = unicodedata.normalize("NFKC", text).translate(_SIGNS).strip()
    found = _DIGITS.search(plain)
    if not found:
        return None
    digits = found.group().rstrip(" .,'’")
    before, after = plain[: found.start()], plain[found.start() + len(digits) :]
    negative, before, after = _sign(before, after)
    marks = [m for m in (before.strip(), after.strip()) if m]
    percent = "%" in marks
    marks = [m for m in marks if m != "%"]
    if len(marks) > 1 or negative is None:
        return None
    currency = currency_of(marks[0]) if marks else None
    unit = marks[0] if marks and not currency else None
    if unit and (not _UNIT.match(unit) or before.strip()):
        return None
    read = _plain(digits, decimal)
    if read is None:
        return None
    value, sign, ambiguous = read
    return Number(-value if negative else value, currency, sign, ambiguous, percent, unit)


def _sign(before: str, after: str) -> tuple[bool | None, str, str]:
    if "(" in before and ")" in after:
        return True, before.replace("(", "", 1), after.replace(")", "", 1)
    minus = before.count("-") + after.count("-")
    if minus > 1 or (after.count("-") and not after.strip().startswith("-")):
        return None, before, after
    return minus == 1, before.replace("-", "").replace("+", ""), after.replace("-", "")


def currency_of(mark: str) -> str | None:
    """The currency a sign or code stands for (``$`` for a dollar of no stated country)."""
    key = mark.strip().casefold()
    if key.upper() in CODES:
        return key.upper()
    return SIGNS.get(key) or SIGNS.get(key.rstrip("."))


def _plain(digits: str, decimal: str | None) -> tuple[Decimal, str | None, bool] | None:
    text = _SPACES.sub("'", digits).replace("’", "'")
    quotes = text.count("'")
    if quotes and not re.fullmatch(r"\d{1,3}('\d{3})+([.,]\d+)?", text):
        return None
    text = text.replace("'", "")
    dots, commas = text.count("."), text.count(",")
    if dots and commas:
        sign = "." if text.rfind(".") > text.rfind(",") else ","
        return _split(text, sign)
    if not dots and not commas:
        return Decimal(text), None, False
    mark = "." if dots else ","
    if dots + commas > 1:
        other = "," if mark == "." else "."
        return _split(text, other)
    whole, rest = text.split(mark)
    if len(rest) == 3 and 1 <= len(whole) <= 3 and whole != "0" and not quotes:
        grouped = decimal is None or decimal != mark
        return Decimal(whole + rest if grouped else f"{whole}.{rest}"), None, decimal is None
    return Decimal(f"{whole}.{rest or 0}"), mark, False


def _split(text: str, sign: str) -> tuple[Decimal, str | None, bool] | None:
    group = "," if sign == "." else "."
    whole, _, rest = text.partition(sign)
    if not re.fullmatch(rf"\d{{1,3}}([{group}]\d{{2,3}})*[{group}]\d{{3}}|\d+", whole) or (
        rest and not rest.isdigit()
    ):
        return None
    return Decimal(f"{whole.replace(group, '')}.{rest or 0}"), sign, False


@dataclass(frozen=True, slots=True)
class Day:
    """A date as written. ``order`` is what it proves (``dmy``, ``mdy``); ``ambiguous``: either would do."""

    value: date
    order: str | None = None
    ambiguous: bool = False


ISO = re.compile(r"(?<!\d)(\d{4})(?:[-/.]|\. )(\d{1,2})(?:[-/.]|\. )(\d{1,2})(?!\d)")
EASTERN = re.compile(
    r"(令和|平成|民國|民国|(?<!\d))\s*(\d{1,4}|元)\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일号號]?"
)
VIETNAMESE = re.compile(r"(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})", re.IGNORECASE)
YEAR_NAMED = re.compile(r"(?<!\d)(\d{4})\.?\s+([^\W\d_]{3,12})\.?\s+(\d{1,2})(?!\d)")
# The year before the first of an era: 1 Reiwa was 2019, 1 Heisei 1989, 1 of the Republic of China 1912.
_ERAS = {"令和": 2018, "平成": 1988, "民國": 1911, "民国": 1911, "": 0}
NUMERIC = re.compile(r"(?<!\d)(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{4}|\d{2})(?!\d)")
NAMED_DAY = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|\.|º)?[\s\-/.]*(?:de\s+|of\s+)?([^\W\d_]{3,12})\.?[\s\-/.,]*(?:de\s+|del\s+)?(\d{4}|\d{2})(?!\d)"
)
NAMED_MONTH = re.compile(
    r"(?<![^\W\d_])([^\W\d_]{3,12})\.?\s*(\d{1,2})(?:st|nd|rd|th)?\s*[,\s]\s*(\d{4})(?!\d)"
)


def day(text: str, order: str | None = None) -> Day | None:
    """The date that a text holds; ``order`` settles what could be day-month or month-day.

    Without it the day-month reading is given and marked as ambiguous.
    """
    plain = unicodedata.normalize("NFKC", text)
    if found := ISO.search(plain):
        return _day(int(found.group(1)), int(found.group(2)), int(found.group(3)))
    if found := EASTERN.search(plain):
        year = 1 if found.group(2) == "元" else int(found.group(2))
        return _day(_ERAS[found.group(1)] + year, int(found.group(3)), int(found.group(4)))
    if found := VIETNAMESE.search(unicodedata.normalize("NFC", plain)):
        return _day(int(found.group(3)), int(found.group(2)), int(found.group(1)))
    if found := NUMERIC.search(plain):
        return _numeric(int(found.group(1)), int(found.group(2)), int(found.group(3)), order)
    if (found := YEAR_NAMED.search(plain)) and (month := month_of(found.group(2))):
        return _day(int(found.group(1)), month, int(found.group(3)))
    if (found := NAMED_MONTH.search(plain)) and (month := month_of(found.group(1))):
        return _day(int(found.group(3)), month, int(found.group(2)))
    if (found := NAMED_DAY.search(plain)) and (month := month_of(found.group(2))):
        return _day(_year(int(found.group(3))), month, int(found.group(1)))
    return None


def _numeric(first: int, second: int, year: int, order: str | None) -> Day | None:
    year = _year(year)
    if first > 12:
        return _day(year, second, first, "dmy")
    if second > 12:
        return _day(year, first, second, "mdy")
    read = _day(year, first, second) if order == "mdy" else _day(year, second, first)
    if read is None or order or first == second:
        return read
    return Day(read.value, None, ambiguous=True)


def _year(year: int) -> int:
    return year + 2000 if year < 70 else year + 1900 if year < 100 else year


def _day(year: int, month: int, number_: int, order: str | None = None) -> Day | None:
    try:
        return Day(date(year, month, number_), order) if 1970 <= year <= 2099 else None
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def month_of(word: str) -> int | None:
    """The month that a name or an abbreviation of three letters and more stands for, in any language."""
    key = folded(word).rstrip(".")
    months, whole = vocabulary().months, vocabulary().whole_months
    found = {number_ for name, number_ in months.items() if len(key) >= 3 and name.startswith(key)}
    return found.pop() if len(found) == 1 else months.get(key, whole.get(key))
