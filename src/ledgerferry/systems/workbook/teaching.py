"""Teaching: the layout of one confirmed document, learnt from its own file."""

from itertools import islice

from ledgerferry.model.document import Document
from ledgerferry.systems.workbook import forms, registers
from ledgerferry.systems.workbook.grid import Book
from ledgerferry.systems.workbook.labels import language_of
from ledgerferry.systems.workbook.layouts.learn import Lesson, learn
from ledgerferry.systems.workbook.layouts.memory import orders_of

_GLANCE = 200


def teach(book: Book, document: Document) -> Lesson:
    """What the document, as a person confirmed it, teaches about its sheet's layout."""
    sheet = book.sheet(document.sheet)
    if sheet is None:
        return Lesson(untaught={"layout": "the file has no such sheet"})
    if document.place:
        return Lesson(untaught={"layout": "several documents stand on its sheet"})
    form = forms.shape(sheet, glance(book), document.file)
    if registers.is_register(form) and not document.lines:
        return Lesson(untaught={"layout": "its sheet is a list of documents"})
    return learn(form, forms.read(form), document, orders_of(book), document.file)


def glance(book: Book) -> str | None:
    """The language of a file, by the first of its texts that are not hidden."""
    texts = (c.text[:_GLANCE] for s in book.sheets if not s.hidden for c in s if c.text)
    return language_of(list(islice(texts, 4000)))
