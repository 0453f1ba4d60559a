"""How a document stands by a status or a stamp on its sheet: paid, unpaid, paid in part, void, a draft."""

import tomllib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files

from ledgerferry.model.document import DocumentKind, DocumentStatus
from ledgerferry.systems.workbook import labels, values
from ledgerferry.systems.workbook.draft import Draft
from ledgerferry.systems.workbook.grid import Cell, Sheet
from ledgerferry.systems.workbook.labels import Concept, Label, label
from ledgerferry.systems.workbook.lines import CENT
from ledgerferry.systems.workbook.titles import labelled
from ledgerferry.systems.workbook.yesno import answer

C = Concept
_LONGEST = 60
_TITLES = {C.INVOICE, C.CREDIT, C.TAX}
# What a question such as ``Paid?`` may speak of.
_ASKED = {C.PAID, C.PAYMENT, C.INVOICE}


class Status(StrEnum):
    """What a status says of a whole document. The order is that in which words of it count."""

    VOIDED = "voided"
    DRAFT = "draft"
    PARTLY = "partly"
    UNPAID = "unpaid"
    PAID = "paid"


_WHOLE = {Status.VOIDED: DocumentStatus.VOID, Status.DRAFT: DocumentStatus.DRAFT}


@cache
def table() -> dict[str, list[str]]:
    """The phrases of statuses and of sentences about payment, the longest of a kind first."""
    source = files(labels).joinpath("statuses.toml").read_text(encoding="utf-8")
    return {kind: sorted(texts, key=lambda t: -len(t)) for kind, texts in tomllib.loads(source).items()}


@cache
def _phrases() -> tuple[tuple[Status, str, tuple[str, ...]], ...]:
    known = table()
    return tuple((kind, text, tuple(labels.words(text))) for kind in Status for text in known.get(kind, ()))


def said(text: str) -> Status | None:
    """What a text says by one of the known phrases; ``None`` where it says nothing of the kind."""
    if not text or len(text) > _LONGEST:
        return None
    found = next((kind for kind, phrase, parts in _phrases() if _rest(text, phrase, parts) is not None), None)
    return found or (Status.PAID if _means_paid(label(text)) else None)


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


def stated(sheet: Sheet, skipped: frozenset[int]) -> Iterator[tuple[Status, Cell]]:
    """Each status of a sheet, and each stamp: a word by itself in capitals, also with the title."""
    for cell, name in labelled(sheet, skipped):
        beside = next(sheet.right_of(cell), None)
        if name.has(C.STATUS):
            found = said(name.value or (beside.text if beside is not None else ""))
            if found is not None:
                yield found, cell if name.value or beside is None else beside
        elif name.has(C.PAID) and name.concepts <= _ASKED and (name.value or beside is not None):
            answered = answer(name.value or "", beside)
            if answered is not None:
                yield Status.PAID if answered else Status.UNPAID, cell
        elif beside is None and cell.text.isupper() and ":" not in cell.text:
            found = _stamped(cell.text)
            if found is not None:
                yield found, cell


def _stamped(text: str) -> Status | None:
    """What a text says that says nothing else; a title may stand with it (``DRAFT INVOICE``)."""
    found = said(text)
    if found is None or found is Status.PAID:
        return found if found and label(text).pure else None
    rests = (_rest(text, phrase, parts) for kind, phrase, parts in _phrases() if kind is found)
    return found if any(rest is not None and _titles(rest) for rest in rests) else None


def _titles(text: str) -> bool:
    name = label(text)
    return not text or (name.pure and name.concepts <= _TITLES)


def fill(draft: Draft, found: Iterable[tuple[Status, Cell]]) -> None:
    """What was paid by the statuses of a document that says neither what was paid nor what is left."""
    for kind, cell in found:
        if draft.paid is not None or draft.balance or draft.total is None:
            return
        if kind is Status.PAID:
            draft.paid, draft.cells["amount_paid"] = draft.total, cell
            draft.doubts = [d for d in draft.doubts if d.code != "balance"]
        elif kind is Status.UNPAID and draft.balance is None and draft.kind is DocumentKind.INVOICE:
            draft.paid, draft.cells["amount_paid"] = Decimal(0), cell


def fill_dated(draft: Draft, sheet: Sheet) -> None:
    """All was paid where a sentence says on which day, and nothing how much (``Paid on 3 May``)."""
    day = draft.cells.get("paid_on")
    if day is None or draft.paid is not None or draft.balance is not None or draft.total is None:
        return
    left = [c for c in sheet.rows[day.row] if c.column < day.column]
    beside = left[-1].text if left and not day.text.lstrip()[:1].isalpha() else day.text
    if _begins_paid(beside) and not any(sign.isdigit() for sign in dateless(f"{beside} {day.text}")):
        draft.paid, draft.cells["amount_paid"] = draft.total, day


def _begins_paid(text: str) -> bool:
    words = labels.words(text)
    begun = (labels.words(phrase) for phrase in table()["paid_on"])
    return any(words[: len(parts)] == parts for parts in begun) or said(text) is Status.PAID


def dateless(text: str) -> str:
    """A text without the dates in it."""
    for pattern in (values.ISO, values.NUMERIC, values.NAMED_MONTH, values.NAMED_DAY):
        text = pattern.sub(" ", text)
    return text


def check(draft: Draft, found: Iterable[tuple[Status, Cell]]) -> None:
    """Adds what the statuses say of the whole document, and a doubt where its figures contradict one."""
    for kind, cell in found:
        if kind in _WHOLE:
            draft.status, draft.cells["status"] = _WHOLE[kind], cell
        elif draft.kind is DocumentKind.INVOICE and draft.total:
            _check_paid(draft, draft.total, kind, cell)


def _check_paid(draft: Draft, total: Decimal, kind: Status, cell: Cell) -> None:
    """Compares a status with what is left to pay by the figures."""
    paid = (draft.paid or Decimal(0)) + (draft.written_off or Decimal(0))
    left = total - paid if draft.balance is None else draft.balance
    if kind is Status.PARTLY and not CENT < left < total - CENT:
        text = "its status says that a part of it was paid, and its figures do not: say how much was paid"
        draft.doubt("status-partly", text, cell)
    elif (kind is Status.PAID and left > CENT) or (kind is Status.UNPAID and left <= CENT):
        text = f"its status says {kind}, and by its figures {left:f} is left to pay: correct one of them"
        draft.doubt("status-differs", text, cell)
