"""Deciding: what a person decided about a file's documents, put in the place of what was read. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from ledgerferry.model.document import Cell, Document, FileKind, Reading, Rejection
from ledgerferry.store.decisions import Decision, Verdict

REJECTED = "rejected-by-person"
_NONE = {FileKind.BLANK_TEMPLATE, FileKind.NOT_AN_INVOICE}


def decided(reading: Reading, decisions: Iterable[Decision]) -> Reading:
    """The reading with its decisions: confirmed documents as confirmed, rejected ones as rejections."""
    by_place = {(d.document.sheet, d.document.place): d for d in decisions}
    documents, rejections = [], list(reading.rejections)
    for document in reading.documents:
        decision = by_place.pop((document.sheet, document.place), None)
        if decision is None:
            documents.append(document)
        elif decision.verdict is Verdict.REJECT:
            rejections.append(_rejection(document, decision))
        else:
            documents.append(_confirmed(decision.document, reading.file))
    for decision in by_place.values():
        if decision.verdict is not Verdict.REJECT:
            documents.append(_confirmed(decision.document, reading.file))
            rejections = [r for r in rejections if r.sheet not in (None, decision.document.sheet)]
    update = {
        "documents": tuple(documents),
        "rejections": tuple(rejections),
        "kind": _kind(reading, documents),
    }
    return reading.model_copy(update=update)


def _confirmed(document: Document, file: str) -> Document:
    """The document as a person confirmed it, under the name that its file has now."""
    origins = tuple(replace(o, cell=_at(o.cell, file)) for o in document.origins)
    return document.model_copy(update={"file": file, "origins": origins, "reasons": (), "status": None})


def _at(cell: Cell, file: str) -> Cell:
    return replace(cell, file=file)


def _rejection(document: Document, decision: Decision) -> Rejection:
    cell = document.where("number") or document.where("total")
    return Rejection(
        file=document.file,
        sheet=document.sheet,
        cell=cell.cell if cell else None,
        code=REJECTED,
        text=decision.note or "a person turned it down",
        amount=document.total,
        currency=document.currency,
    )


def _kind(reading: Reading, documents: list[Document]) -> FileKind:
    if not documents:
        return reading.kind if reading.kind in _NONE else FileKind.NOT_AN_INVOICE
    if reading.kind in _NONE:
        return FileKind.MULTI_INVOICE if len(documents) > 1 else FileKind.INVOICE
    return reading.kind
