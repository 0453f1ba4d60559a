"""How a document stands by a status or a stamp on its sheet: paid, unpaid, paid in part, void, a draft."""

import tomllib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files

from ledgerferry.model.document import DocumentKind
from ledgerferry.systems.workbook import labels, values
from ledgerferry.systems.workbook.draft import Draft
from ledgerferry.systems.workbook.grid import Cell, Sheet
from ledgerferry.systems.workbook.labels import Concept, Label, label
from ledgerferry.systems.workbook.lines import CENT
from ledgerferry.systems.workbook.titles import labelled

C = Concept
_LONGEST = 60
_TITLES = {C.INVOICE, C.CREDIT, C.TAX}


class Standing(StrEnum):
    """What a status says of a whole document. The order is that in which words of it count."""

    VOIDED = "voided"
    DRAFT = "draft"
    PARTLY = "partly"
    UNPAID = "unpaid"
    PAID = "paid"


@cache
def _phrases() -> tuple[tuple[Standing, str, tuple[str, ...]], ...]:
    source = files(labels).joinpath("standings.toml").read_text(encoding="utf-8")
    table = tomllib.loads(source)
    return tuple(
        (kind, text, tuple(labels.words(text)))
        for kind in Standing
        for text in sorted(table.get(kind, ()), key=lambda t: -len(t))
    )


def said(text: str) -> Standing | None:
    """What a text says by one of the known phrases; ``None`` where it says nothing of the kind."""
    if not text or len(text) > _LONGEST:
        return None
    found = next((kind for kind, phrase, parts in _phrases() if _rest(text, phrase, parts) is not None), None)
    return found or (Standing.PAID if _means_paid(label(text)) else None)


def _rest(text: str, phrase: str, parts: tuple[str, ...]) -> str | None:
    """What else a text says than a phrase; ``None`` where the phrase does not stand in it."""
    if labels.unspaced(phrase):
        return text.replace(phrase, " ", 1).strip() if phrase in text else None
    words, size = labels.words(text), len(parts)
    for at in range(len(words) - size + 1):
        if tuple(words[at : at + size]) == parts:
            return " ".join([*words[:at], *words[at + size :]])
    return None


def _means_paid(found: Label) -> bool:
    """Whether a text says paid, with a date behind it at most: ``Paid 200`` says how much."""
    numbered = any(sign.isdigit() for sign in found.value or "") and values.day(found.value or "") is None
    known = C.PAID in found.concepts and found.unknown == 0 and not numbered
    return known and not found.concepts - {C.PAID, C.PAYMENT, C.STATUS, C.INVOICE}


def stated(sheet: Sheet, skipped: frozenset[int]) -> Iterator[tuple[Standing, Cell]]:
    """Each status of a sheet, and each stamp: a word by itself in capitals, also with the title."""
    for cell, name in labelled(sheet, skipped):
        beside = next(sheet.right_of(cell), None)
        if name.has(C.STATUS):
            found = said(name.value or (beside.text if beside is not None else ""))
            if found is not None:
                yield found, cell if name.value or beside is None else beside
        elif beside is None and cell.text.isupper() and ":" not in cell.text:
            found = _stamped(cell.text)
            if found is not None:
                yield found, cell


def _stamped(text: str) -> Standing | None:
    """What a text says that says nothing else; a title may stand with it (``DRAFT INVOICE``)."""
    found = said(text)
    if found is None or found is Standing.PAID:
        return found if found and label(text).pure else None
    rests = (_rest(text, phrase, parts) for kind, phrase, parts in _phrases() if kind is found)
    return found if any(rest is not None and _titles(rest) for rest in rests) else None


def _titles(text: str) -> bool:
    name = label(text)
    return not text or (name.pure and name.concepts <= _TITLES)


def fill(draft: Draft, found: Iterable[tuple[Standing, Cell]]) -> None:
    """What was paid by the statuses of a document that says neither what was paid nor what is left."""
    for kind, cell in found:
        if draft.paid is not None or draft.balance or draft.total is None:
            return
        if kind is Standing.PAID:
            draft.paid, draft.cells["amount_paid"] = draft.total, cell
        elif kind is Standing.UNPAID and draft.balance is None and draft.kind is DocumentKind.INVOICE:
            draft.paid, draft.cells["amount_paid"] = Decimal(0), cell


def check(draft: Draft, found: Iterable[tuple[Standing, Cell]]) -> None:
    """Adds a doubt for each status that no document can be loaded with, or that its figures contradict."""
    for kind, cell in found:
        if kind is Standing.VOIDED:
            text = "its status says that it does not stand any more: reject it, or correct the status"
            draft.doubt("status-void", text, cell)
        elif kind is Standing.DRAFT:
            text = "its status says that it is a draft: confirm that it was issued"
            draft.doubt("status-draft", text, cell)
        elif draft.kind is DocumentKind.INVOICE and draft.total:
            _check_paid(draft, draft.total, kind, cell)


def _check_paid(draft: Draft, total: Decimal, kind: Standing, cell: Cell) -> None:
    """Compares a status with what is left to pay by the figures."""
    paid = (draft.paid or Decimal(0)) + (draft.written_off or Decimal(0))
    left = total - paid if draft.balance is None else draft.balance
    if kind is Standing.PARTLY and not CENT < left < total - CENT:
        text = "its status says that a part of it was paid, and its figures do not: say how much was paid"
        draft.doubt("status-partly", text, cell)
    elif (kind is Standing.PAID and left > CENT) or (kind is Standing.UNPAID and left <= CENT):
        text = f"its status says {kind}, and by its figures {left:f} is left to pay: correct one of them"
        draft.doubt("status-differs", text, cell)
