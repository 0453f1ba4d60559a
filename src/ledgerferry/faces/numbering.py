"""Numbering: the number that the account must give to the next invoice, so that no old one is used again."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ledgerferry.faces.house import House
from ledgerferry.flows.settling import account


@dataclass(frozen=True, slots=True)
class Series:
    """One row of numbers: what they begin with, the highest of them, its day, and the one that comes next."""

    prefix: str
    last: str
    last_day: date
    following: str


def series(numbers: Iterable[tuple[str, date]]) -> list[Series]:
    """The series among numbers with their days, the one used last first.

    Numbers without digits at their end belong to none.
    """
    highest: dict[str, tuple[int, str]] = {}
    newest: dict[str, date] = {}
    for number, day in numbers:
        match = re.fullmatch(r"(.*?)(\d+)", number, re.DOTALL)
        if match is None:
            continue
        prefix, digits = match[1], match[2]
        highest[prefix] = max(highest.get(prefix, (-1, "")), (int(digits), digits))
        newest[prefix] = max(newest.get(prefix, day), day)
    found = [_series(prefix, digits, newest[prefix]) for prefix, (_, digits) in highest.items()]
    return sorted(found, key=lambda s: (s.last_day, s.prefix), reverse=True)


def _series(prefix: str, digits: str, day: date) -> Series:
    following = str(int(digits) + 1).zfill(len(digits))
    return Series(prefix, prefix + digits, day, prefix + following)


def advice(found: list[Series]) -> str | None:
    """What to set in the account, in a sentence; None where no series is known."""
    if not found:
        return None
    newest = found[0]
    others = [s.following for s in found[1:4] if s.last_day.year == newest.last_day.year]
    more = f" Other series of that year go on with {', '.join(others)}." if others else ""
    return (
        f"Set the next invoice number in Books to {newest.following} (the last is {newest.last} of "
        f"{newest.last_day}): Settings › Transaction Number Series.{more}"
    )


def of_run(house: House, run: str) -> str | None:
    """What to set in the account after a run, by the documents that it loaded."""
    with house.database.read() as conn:
        found = house.shelf.runs.get(conn, run)
    if found is None:
        return None
    loaded = account(house.shelf, found).loaded
    return advice(series((shaped.document.number, shaped.document.issued) for _, shaped in loaded))
