"""From a book to a reading: which sheets hold documents, and what is rejected by name."""

from dataclasses import dataclass

from ledgerferry.model.document import Document, FileKind, Reading, Rejection
from ledgerferry.systems.workbook import forms, regions, registers, statements
from ledgerferry.systems.workbook.draft import Draft, document
from ledgerferry.systems.workbook.forms import Refusal, Shape
from ledgerferry.systems.workbook.grid import Book
from ledgerferry.systems.workbook.identity import identified
from ledgerferry.systems.workbook.layouts import memory as memories
from ledgerferry.systems.workbook.layouts.memory import NOTHING, Memory, orders_of
from ledgerferry.systems.workbook.teaching import glance

_TEMPLATES = {"blank-template"}


def extract(book: Book, file: str, digest: str, memory: Memory = NOTHING, path: str | None = None) -> Reading:
    """Everything one file holds: its documents, and a rejection for each sheet that says it is none.

    A sheet of a layout that ``memory`` holds is read as that layout was confirmed. ``path`` is where the file
    lies, for the ids of its documents; its name where it is not given.
    """
    language = glance(book)
    visible = [part for s in book.sheets if s.rows and not s.hidden for part in regions.split(s)]
    shapes = [forms.shape(sheet, language, file) for sheet in visible]
    hidden = [forms.shape(sheet, language, file) for sheet in book.sheets if sheet.rows and sheet.hidden]
    chosen = _chosen(shapes)
    lists = [form for form in chosen if registers.is_register(form) and forms.refusal(form) is None]
    orders: frozenset[str] = orders_of(book) if memory.layouts else frozenset()
    documents, rejections = _forms(Shapes(shapes, chosen, lists), orders, file, language, memory)
    if chosen is shapes and any(d.layout and not d.held for d in documents):
        documents = [d for d in documents if d.layout]
    register = bool(lists) and not documents
    for form in lists:
        found, refused = _list(form, file, language, {d.number for d in documents if not register})
        documents += found
        rejections += refused
    rejections += [
        _hidden(form, file) for form in hidden if form.title.invoice and form.table and form.table.rows
    ]
    reading = Reading(
        file=file,
        digest=digest,
        kind=_kind(documents, rejections, register=register),
        language=language,
        orders=tuple(sorted({o for form in chosen for o in form.locale.proved})),
        assumed=_assumed(chosen),
        documents=tuple(documents),
        rejections=tuple(rejections) or (() if documents else (_nothing(file),)),
    )
    return identified(reading, path or file)


def _nothing(file: str) -> Rejection:
    text = "no sheet holds an invoice: nothing is to be loaded"
    return Rejection(file=file, code="not-an-invoice", text=text)


def _assumed(forms_: list[Shape]) -> str | None:
    """The order by which dates that could be either are read, where all sheets are read by one."""
    found = {form.locale.leaning or "dmy" for form in forms_}
    return found.pop() if len(found) == 1 else None


def _hidden(form: Shape, file: str) -> Rejection:
    text = "the sheet is hidden and was not read: unhide it if it is to be loaded"
    return Rejection(file=file, sheet=form.sheet.name, code="hidden-sheet", text=text)


def _chosen(shapes: list[Shape]) -> list[Shape]:
    """Where a sheet calls itself an invoice, those that do; lists beside them are its helpers."""
    named = [form for form in shapes if form.title.invoice and not forms.refusal(form)]
    return named or shapes


@dataclass(frozen=True, slots=True)
class Shapes:
    """The visible sheets of a file: all, those chosen to be read, and those of them that are lists."""

    every: list[Shape]
    chosen: list[Shape]
    lists: list[Shape]


def _forms(
    shapes: Shapes, orders: frozenset[str], file: str, language: str | None, memory: Memory
) -> tuple[list[Document], list[Rejection]]:
    """The documents of the sheets that are forms: those chosen, and any other that follows a layout."""
    documents: list[Document] = []
    rejections: list[Rejection] = []
    for form in shapes.every:
        alike = memory.alike(form) if memory.layouts and not registers.is_register(form) else ()
        if form in shapes.lists or not (alike or form in shapes.chosen):
            continue
        read = memories.read(form, forms.read(form, _lines_apart(form, shapes)), alike, orders, file)
        if isinstance(read, Draft):
            statements.tell(read, form)
        found, refused = _form(form, read, file, language)
        documents += found if form in shapes.chosen else [d for d in found if d.layout]
        rejections += refused if form in shapes.chosen else []
    return documents, rejections


def _lines_apart(form: Shape, shapes: Shapes) -> Shape | None:
    """The only other sheet with lines, for a document whose own sheet has none."""
    if (form.table and form.table.rows) or not form.title.invoice:
        return None
    others = [s for s in shapes.every if s not in shapes.chosen and s.table and s.table.rows]
    others = [s for s in others if not forms.refusal(s)]
    return others[0] if len(others) == 1 else None


def _form(
    form: Shape, found: Draft | Refusal | None, file: str, language: str | None
) -> tuple[list[Document], list[Rejection]]:
    name = form.sheet.name
    if isinstance(found, Refusal):
        cell = found.cell.name if found.cell else None
        return [], [Rejection(file=file, sheet=name, cell=cell, code=found.code, text=found.text)]
    return ([document(found, file, name, language)] if found else []), []


def _list(
    form: Shape, file: str, language: str | None, known: set[str | None]
) -> tuple[list[Document], list[Rejection]]:
    """The documents of a register; none when it lists documents that stand on sheets of their own."""
    name = form.sheet.name
    found = [document(draft, file, name, language) for draft in registers.read(form)]
    if any(d.number in known for d in found if d.number):
        text = "the sheet lists documents that have sheets of their own in this file: those were read instead"
        return [], [Rejection(file=file, sheet=name, code="list-of-sheets", text=text)]
    return found, []


def _kind(documents: list[Document], rejections: list[Rejection], *, register: bool) -> FileKind:
    if register and len(documents) > 1:
        return FileKind.REGISTER
    if documents:
        return FileKind.MULTI_INVOICE if len(documents) > 1 else FileKind.INVOICE
    blank = any(r.code in _TEMPLATES for r in rejections)
    return FileKind.BLANK_TEMPLATE if blank else FileKind.NOT_AN_INVOICE
