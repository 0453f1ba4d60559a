"""Day and month: dates that could be either, settled by what other papers of one seller prove. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import PurePosixPath

from ledgerferry.model.document import Document, Reading
from ledgerferry.model.party import name_key

DOUBTS = {"date-order": "issued", "due-date-order": "due", "paid-date-order": "paid_on"}
"""The dates in doubt, by the codes of the reasons that name them."""


def settled(readings: Sequence[Reading]) -> list[Reading]:
    """The readings, with the dates in doubt settled where their folder leaves no choice.

    Proof are papers of the same folder, language and seller whose own texts show the order of day and
    month, all of them the same one.
    """
    proved: dict[tuple[str, str | None, str], set[str]] = defaultdict(set)
    for reading in readings:
        for key in _keys(reading):
            proved[key].update(reading.orders)
    return [_read_again(reading, proved) for reading in readings]


def _keys(reading: Reading) -> set[tuple[str, str | None, str]]:
    return {_key(reading, document) for document in reading.documents}


def _key(reading: Reading, document: Document) -> tuple[str, str | None, str]:
    seller = name_key(document.seller.name) if document.seller else ""
    return str(PurePosixPath(reading.file).parent), reading.language, seller


def _read_again(reading: Reading, proved: dict[tuple[str, str | None, str], set[str]]) -> Reading:
    if not any(reason.code in DOUBTS for d in reading.documents for reason in d.reasons):
        return reading
    documents = tuple(_clear(d, reading, proved[_key(reading, d)]) for d in reading.documents)
    return reading.model_copy(update={"documents": documents})


def _clear(document: Document, reading: Reading, orders: Iterable[str]) -> Document:
    """The document with its dates by the only order that was proved; itself where none or several were."""
    known = set(orders)
    if len(known) != 1 or reading.assumed is None or document.seller is None:
        return document
    doubted = {DOUBTS[reason.code] for reason in document.reasons if reason.code in DOUBTS}
    dates = {field: getattr(document, field) for field in doubted}
    if not dates or None in dates.values():
        return document
    if known != {reading.assumed}:
        dates = {field: _swapped(day) for field, day in dates.items()}
    reasons = tuple(reason for reason in document.reasons if reason.code not in DOUBTS)
    return document.model_copy(update={**dates, "reasons": reasons})


def _swapped(day: date) -> date:
    return date(day.year, day.day, day.month)
