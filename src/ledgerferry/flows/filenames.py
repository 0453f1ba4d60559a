"""File names: which numbers, days and words they say. Case, accents and separators do not matter."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from datetime import date
from typing import Final

from ledgerferry.model.ids import normal_number
from ledgerferry.model.paths import legible

# Shorter numbers stand in too many names by chance.
SHORTEST_NUMBER: Final = 3

_Span = tuple[int, int]
_DAY: Final = re.compile(r"(?<!\d)(\d{4})([-_. ]?)(\d{2})\2(\d{2})(?!\d)")
_WORD: Final = re.compile(r"[^\W_]+")
_YEARS: Final = range(1990, 2101)


def plain(text: str) -> str:
    """The text in small letters without accents: ``Payé`` and ``paye`` are one word."""
    apart = unicodedata.normalize("NFKD", legible(text).casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))


def words(stem: str) -> list[str]:
    """The words of a name, plain."""
    return _WORD.findall(plain(stem))


def number_mark(number: str) -> str:
    """A number as names bear it: a slash cannot stand in a file's name, so any separator does for it."""
    return re.sub(r"[\W_]+", "-", plain(normal_number(number))).strip("-")


def numbers_in(stem: str, known: Collection[str]) -> list[str]:
    """The numbers (``number_mark``) that stand in a name as whole words; of one inside another, the longer.

    What lies within a day is none: ``2025-03`` is not named by ``2025-03-20 terms.pdf``.
    """
    return sorted(set(_numbers(plain(stem), known).values()))


def days_in(stem: str, known: Collection[str]) -> set[date]:
    """The ISO dates in a name, but for those that are part of one of the numbers."""
    text = plain(stem)
    taken = _numbers(text, known)
    return {day for span, day in _days(text) if not any(_within(span, number) for number in taken)}


def _numbers(text: str, known: Collection[str]) -> dict[_Span, str]:
    spans = [m.span() for m in _WORD.finditer(text)]
    several = [(a, b) for i, (a, _) in enumerate(spans) for _, b in spans[i:]]
    days = [span for span, _ in _days(text)]
    found = {
        (a, b): mark
        for a, b in several
        if (mark := number_mark(text[a:b])) in known
        and not any(_touches((a, b), day) and not _within(day, (a, b)) for day in days)
    }
    inner = {x for x in found for y in found if x != y and _within(x, y)}
    return {span: mark for span, mark in found.items() if span not in inner}


def _days(text: str) -> Iterator[tuple[_Span, date]]:
    for match in _DAY.finditer(text):
        year, month, day = int(match[1]), int(match[3]), int(match[4])
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if year in _YEARS:
            yield match.span(), found


def _within(inner: _Span, outer: _Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _touches(one: _Span, other: _Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
