"""From a book to a reading: which sheets hold documents, and what is rejected by name."""

from itertools import islice

from ledgerferry.model.document import Document, FileKind, Reading, Rejection
from ledgerferry.systems.workbook import forms, regions, registers
from ledgerferry.systems.workbook.draft import document
from ledgerferry.systems.workbook.forms import Refusal, Shape
from ledgerferry.systems.workbook.grid import Book
from ledgerferry.systems.workbook.labels import language_of

_GLANCE = 200
_TEMPLATES = {"blank-template"}


def extract(book: Book, file: str, digest: str) -> Reading:
    """Everything one file holds: its documents, and a rejection for each sheet that says it is none."""
    language = _language(book)
    visible = [part for s in book.sheets if s.rows and not s.hidden for part in regions.split(s)]
    shapes = [forms.shape(sheet, language, file) for sheet in visible]
    hidden = [forms.shape(sheet, language, file) for sheet in book.sheets if sheet.rows and sheet.hidden]
    chosen = _chosen(shapes)
    lists = [form for form in chosen if registers.is_register(form) and forms.refusal(form) is None]
    documents: list[Document] = []
    rejections: list[Rejection] = []
    for form in chosen:
        if form not in lists:
            found, refused = _form(form, _lines_apart(form, shapes, chosen), file, language)
            documents += found
            rejections += refused
    register = bool(lists) and not documents
    for form in lists:
        found, refused = _list(form, file, language, {d.number for d in documents if not register})
        documents += found
        rejections += refused
    rejections += [
        _hidden(form, file) for form in hidden if form.title.invoice and form.table and form.table.rows
    ]
    if not documents and not rejections:
        rejections = [
            Rejection(
                file=file, code="not-an-invoice", text="no sheet holds an invoice: nothing is to be loaded"
            )
        ]
    return Reading(
        file=file,
        digest=digest,
        kind=_kind(documents, rejections, register=register),
        language=language,
        orders=tuple(sorted({o for form in chosen for o in form.locale.proved})),
        assumed=_assumed(chosen),
        documents=tuple(documents),
        rejections=tuple(rejections),
    )


def _language(book: Book) -> str | None:
    texts = (c.text[:_GLANCE] for s in book.sheets if not s.hidden for c in s if c.text)
    return language_of(list(islice(texts, 4000)))


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


def _lines_apart(form: Shape, shapes: list[Shape], chosen: list[Shape]) -> Shape | None:
    """The only other sheet with lines, for a document whose own sheet has none."""
    if (form.table and form.table.rows) or not form.title.invoice:
        return None
    others = [s for s in shapes if s not in chosen and s.table and s.table.rows and not forms.refusal(s)]
    return others[0] if len(others) == 1 else None


def _form(
    form: Shape, apart: Shape | None, file: str, language: str | None
) -> tuple[list[Document], list[Rejection]]:
    name = form.sheet.name
    found = forms.read(form, apart)
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
