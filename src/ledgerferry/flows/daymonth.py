"""Day and month: dates that could be either, settled by what other papers of one seller prove. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import PurePosixPath

from ledgerferry.model.document import Document, Reading
from ledgerferry.model.party import name_key

DOUBT = "date-order"


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
    if not any(reason.code == DOUBT for d in reading.documents for reason in d.reasons):
        return reading
    documents = tuple(_clear(d, reading, proved[_key(reading, d)]) for d in reading.documents)
    return reading.model_copy(update={"documents": documents})


def _clear(document: Document, reading: Reading, orders: Iterable[str]) -> Document:
    """The document with its date by the only order that was proved; itself where none or several were."""
    known = set(orders)
    if len(known) != 1 or reading.assumed is None or document.seller is None or document.issued is None:
        return document
    if all(reason.code != DOUBT for reason in document.reasons):
        return document
    issued = document.issued if known == {reading.assumed} else _swapped(document.issued)
    reasons = tuple(reason for reason in document.reasons if reason.code != DOUBT)
    return document.model_copy(update={"issued": issued, "reasons": reasons})


def _swapped(day: date) -> date:
    return date(day.year, day.day, day.month)
