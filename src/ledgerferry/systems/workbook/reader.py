"""From a path to a book, by what the file really is."""

from pathlib import Path

from ledgerferry.systems.workbook import formula, legacyformats, ooxml, opendocument
from ledgerferry.systems.workbook.grid import Book
from ledgerferry.systems.workbook.guards import Format, Limits, recognise


def load(path: Path, limits: Limits) -> Book:
    """The book with every plain formula settled. Raises ``Refused``; run it in a worker process only."""
    kind = recognise(path, limits)
    if kind is Format.OOXML:
        book = ooxml.read(path, limits)
    elif kind is Format.OPENDOCUMENT:
        book = opendocument.read(path, limits)
    elif kind is Format.DELIMITED:
        book = legacyformats.delimited(path, limits)
    else:
        book = legacyformats.read(path, limits)
    formula.settle(book)
    return book
