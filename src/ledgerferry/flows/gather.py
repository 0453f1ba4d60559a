"""Gather: the documents of a folder, each found once, with what is held and rejected."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from ledgerferry.flows.creditnote import counted
from ledgerferry.flows.documentchecks import Unclear
from ledgerferry.flows.interning import alike, shared
from ledgerferry.flows.periods import ARCHIVED
from ledgerferry.flows.shape import Shaped, Shaper
from ledgerferry.model.document import Cell, Document, Reading, Reason
from ledgerferry.model.ids import digest, normal_number
from ledgerferry.model.party import name_key
from ledgerferry.model.paths import spelled
from ledgerferry.store.runs import Found, Standing

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods", ".xlsb")
_SUMS = ("discount", "charges", "tax_total", "total", "paid", "balance", "exchange_rate")


class NothingThere(Exception):
    """The folder given does not exist, is not a folder, or holds no workbook."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A document that was found, and what it asks for where it is clear.

    ``archived`` is what it asks for where the books shall not have it, and the CRM may.
    """

    found: Found
    shaped: Shaped | None = None
    archived: Shaped | None = None

    @property
    def told(self) -> Found:
        """What was found, with what it asks for as it is kept."""
        wants = self.shaped or self.archived
        text = wants.model_dump_json() if wants else None
        return self.found.model_copy(update={"wants": text})


def workbooks(folder: Path) -> list[tuple[Path, str]]:
    """The workbooks below a folder, each with its name relative to it, in a fixed order.

    What bears a workbook's name and is none (a pipe, a link to nowhere) is among them, and so is a folder
    that cannot be listed or is only linked to: reading rejects each, so that nothing is passed over in
    silence. Hidden files and folders, the home's own among them, are not looked at.
    """
    if not folder.is_dir():
        raise NothingThere(f"There is no folder {folder}.")
    paths = sorted(_below(folder))
    if not paths:
        raise NothingThere(f"{folder} holds no workbook ({', '.join(WORKBOOKS)}).")
    if paths == [folder]:
        raise NothingThere(f"{folder} cannot be listed: check that it may be read.")
    return [(p, spelled(p.relative_to(folder).as_posix())) for p in paths]


def _below(folder: Path) -> Iterator[Path]:
    """Whatever bears a workbook's name below a folder, and the folders that cannot be looked into."""
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as listed:
                entries = [entry for entry in listed if not entry.name.startswith((".", "~$"))]
        except OSError:
            yield here
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                waiting.append(here / entry.name)
            elif _counts(entry):
                yield here / entry.name


def _counts(entry: os.DirEntry[str]) -> bool:
    """Whether it bears a workbook's name, or is a link to a folder."""
    try:
        linked = entry.is_symlink() and entry.is_dir()
    except OSError:
        linked = False
    return linked or Path(entry.name).suffix.lower() in WORKBOOKS


def gather(readings: Iterable[Reading], shaper: Shaper, source: str) -> list[Piece]:
    """Every document of the readings; ``source`` names the folder that they lie in and where they go.

    Equal identity and equal values are one document with more evidence; equal identity and
    different values are all held.
    """
    documents = [d for reading in readings for d in reading.documents]
    lineages = [lineage(source, d) for d in documents]
    shared = Counter(lineages)
    pieces = [
        _piece(d, shaper, mark if shared[mark] == 1 else digest(mark, str(number)), alone=shared[mark] == 1)
        for number, (d, mark) in enumerate(zip(documents, lineages, strict=True))
    ]
    return _told_apart(pieces)


def first(pieces: Sequence[Piece], limit: int | None) -> list[Piece]:
    """The first ``limit`` documents, with what more evidence there is for them before the next one."""
    counted = 0
    for place, piece in enumerate(pieces):
        counted += piece.found.standing is not Standing.TWIN
        if limit is not None and counted > limit:
            return list(pieces[:place])
    return list(pieces)


def rejections(readings: Iterable[Reading]) -> Iterator[Found]:
    """The files, sheets and rows that cannot become a record."""
    for reading in readings:
        for number, rejection in enumerate(reading.rejections):
            yield Found(
                id=digest("rejection", reading.file, rejection.sheet or "", str(number))[:16],
                standing=Standing.REJECTED,
                currency=rejection.currency,
                amount=rejection.amount,
                rejection=rejection,
            )


def lineage(source: str, document: Document) -> str:
    """Where a document's evidence lies: its source, file, sheet and the cell of its number."""
    cell = document.where("number") or document.where("total")
    return digest(source, document.file, document.sheet, cell.cell if cell else "")


def _piece(document: Document, shaper: Shaper, mark: str, *, alone: bool) -> Piece:
    """``alone`` is False where several documents have their evidence in one place."""
    found = Found(
        id=document.id or mark[:16],
        lineage=mark if alone else None,
        standing=Standing.HELD,
        currency=document.currency,
        amount=counted(document),
        document=document,
    )
    try:
        found = found.model_copy(update={"identity": shaper.identity(document)})
        if document.held:
            return Piece(found)
        shaped = shaper.shape(document)
        alike(shaped, document)
    except Unclear as unclear:
        return Piece(_held(found, unclear.reason(document)))
    if shaped.archived is not None:
        return _archived(found, shaped, shaped.archived)
    update = {
        "standing": Standing.PLANNED,
        "currency": shaped.document.currency,
    }
    return Piece(shared(found.model_copy(update=update)), shaped)


def _archived(found: Found, shaped: Shaped, why: str) -> Piece:
    """A document that the books shall not have: held by its own code, with what it would have asked for."""
    update = {"currency": shaped.document.currency, "archived": True}
    return Piece(_held(found.model_copy(update=update), Reason(code=ARCHIVED, text=why)), archived=shaped)


def hold(piece: Piece, code: str, text: str, field: str | None = "number") -> Piece:
    """The piece, held for one more reason."""
    document = piece.found.document
    cell = document.where(field) if document and field else None
    found = piece.found.model_copy(update={"archived": False})
    return Piece(_held(found, Reason(code=code, text=text, cell=cell)))


def _held(found: Found, reason: Reason) -> Found:
    document = found.document
    if document is None:
        return found
    held = document.model_copy(update={"reasons": (*document.reasons, reason)})
    return found.model_copy(update={"standing": Standing.HELD, "document": held})


def _told_apart(pieces: Sequence[Piece]) -> list[Piece]:
    alike: dict[str, list[int]] = {}
    for place, piece in enumerate(pieces):
        if piece.found.identity is not None:
            alike.setdefault(piece.found.identity, []).append(place)
    result = list(pieces)
    for places in alike.values():
        if len(places) > 1:
            for place, piece in zip(places, _one_or_held([pieces[p] for p in places]), strict=True):
                result[place] = piece
    return result


def _one_or_held(group: Sequence[Piece]) -> list[Piece]:
    values = {_values(p.found.document) for p in group if p.found.document}
    if len(values) == 1:
        chosen = next((p for p in group if p.shaped), group[0])
        return [p if p is chosen else _twin(p) for p in group]
    where = "; ".join(str(_place(p)) for p in group)
    return [
        hold(p, "number-used-twice", f"Its number stands on different documents: {where}.") for p in group
    ]


def _twin(piece: Piece) -> Piece:
    return Piece(piece.found.model_copy(update={"standing": Standing.TWIN, "lineage": None, "wants": None}))


def _place(piece: Piece) -> Cell | str:
    document = piece.found.document
    if document is None:
        return piece.found.id
    return document.where("number") or Cell(file=document.file, sheet=document.sheet, cell="")


def _values(document: Document) -> tuple[object, ...]:
    """What must be equal for two findings to be one document."""
    lines = tuple(
        (name_key(x.description), _plain(x.quantity), _plain(x.amount), _plain(x.tax_rate))
        for x in document.lines
    )
    taxes = sorted((t.rate.normalize(), t.amount.normalize()) for t in document.taxes)
    customer = name_key(document.customer.name) if document.customer else None
    return (
        document.kind,
        normal_number(document.number or ""),
        document.issued,
        document.currency,
        customer,
        lines,
        tuple(taxes),
        *(_plain(getattr(document, name)) for name in _SUMS),
        document.due,
        document.paid_on,
    )


def _plain(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount.normalize()
