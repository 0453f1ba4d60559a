"""Evidence of payment outside the sheet: a receipt beside the workbook, or the folder that it lies in."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path, PurePosixPath
from typing import Final

from ledgerferry.flows.filenames import SHORTEST_NUMBER, days_in, number_mark, numbers_in, plain, words
from ledgerferry.flows.policy import Policy
from ledgerferry.model.document import Cell, Document, DocumentKind, Origin, PaidEvidence, Reading
from ledgerferry.model.paths import located, spelled

# Beside a word of payment these say that none was made: a reminder, a request, terms.
_NOT: Final = set(
    words(
        "unpaid impayé impayée not non reminder overdue due request requested terms pending awaiting "
        "rappel relance demande attente"
    )
)
# These say that it was a part only.
_PARTLY: Final = set(
    words(
        "partial partially part partly deposit instalment installment advance "
        "partiel partielle partiellement acompte"
    )
)
_PART: Final = "speaks of a part only"
_YEARS: Final = "bears a number that stands on invoices of several years"

_Key = tuple[str, int]


class Evidence:
    """What the names of files and folders say of payments, under one policy."""

    def __init__(self, policy: Policy) -> None:
        self._words = {plain(w) for w in policy.evidence_words}
        self._folders = {plain(f) for f in policy.paid_folders}
        self._asked = policy.payments_from_files

    def speaks(self, stem: str) -> bool:
        """Whether a file's name says that something was paid."""
        said = set(words(stem))
        return self._asked and bool(said & self._words) and not said & _NOT

    def found(self, readings: Sequence[Reading], folder: Path) -> list[Reading]:
        """The readings, each invoice with the evidence that speaks of it.

        Evidence of one invoice counts for all its copies.
        """
        invoices = [d for r in readings for d in r.documents if d.kind is DocumentKind.INVOICE]
        if not self._asked or not invoices:
            return list(readings)
        known: dict[_Key, dict[PaidEvidence, None]] = {}
        for key, evidence in [*self._files(invoices, folder), *self._lying(invoices, folder)]:
            known.setdefault(key, {})[evidence] = None
        return [
            r.model_copy(update={"documents": tuple(_with(d, known) for d in r.documents)}) for r in readings
        ]

    def _files(self, invoices: Iterable[Document], folder: Path) -> Iterable[tuple[_Key, PaidEvidence]]:
        for place, here in _by_place(invoices).items():
            directory = located(folder, place.as_posix())
            for path in sorted(directory.iterdir()) if directory.is_dir() else ():
                if path.is_file() and not path.name.startswith((".", "~$")) and self.speaks(path.stem):
                    yield from self._said(path.stem, (place / spelled(path.name)).as_posix(), here)

    def _said(
        self, stem: str, file: str, here: Mapping[str, Sequence[Document]]
    ) -> Iterable[tuple[_Key, PaidEvidence]]:
        """What one file says: of each invoice that it names, on each day that it names."""
        days: list[date | None] = [*sorted(days_in(stem, here))]
        part = _PART if set(words(stem)) & _PARTLY else None
        for mark in numbers_in(stem, here):
            meant = {key for d in here[mark] if (key := _key(d))}
            doubt = _YEARS if len(meant) > 1 else part
            for key, day in product(sorted(meant), days or [None]):
                yield key, PaidEvidence(file=file, paid_on=day, doubt=doubt)

    def _lying(self, invoices: Iterable[Document], folder: Path) -> Iterable[tuple[_Key, PaidEvidence]]:
        """Invoices in workbooks below a folder of paid ones."""
        whole = plain(folder.name) in self._folders
        for document in invoices:
            path, key = PurePosixPath(document.file), _key(document)
            named = next((p for p in path.parents if plain(p.name) in self._folders), None)
            if key is not None and (named is not None or whole):
                yield key, PaidEvidence(file=named.as_posix() if named is not None else folder.name)


def _by_place(invoices: Iterable[Document]) -> dict[PurePosixPath, dict[str, list[Document]]]:
    """Invoices by folder and number, as names bear it."""
    found: dict[PurePosixPath, dict[str, list[Document]]] = {}
    for document in invoices:
        mark = number_mark(document.number or "")
        if len(mark) >= SHORTEST_NUMBER:
            place = PurePosixPath(document.file).parent
            found.setdefault(place, {}).setdefault(mark, []).append(document)
    return found


def _key(document: Document) -> _Key | None:
    if not document.number or document.issued is None:
        return None
    return number_mark(document.number), document.issued.year


def _with(document: Document, known: Mapping[_Key, Iterable[PaidEvidence]]) -> Document:
    key = _key(document) if document.kind is DocumentKind.INVOICE else None
    evidence = tuple(known.get(key, ())) if key else ()
    if not evidence:
        return document
    origins = document.origins
    if document.where("paid") is None:
        cell = Cell(file=evidence[0].file, sheet="", cell="")
        origins += (Origin(field="paid", cell=cell, confidence=Decimal(1)),)
    return document.model_copy(update={"evidence": evidence, "origins": origins})
