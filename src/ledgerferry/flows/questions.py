"""What a local model is asked about a document: only what the reading left open, from few cells."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ledgerferry.flows import literal
from ledgerferry.model.document import Document
from ledgerferry.model.question import CellText, Form, Question, Topic

MOST_CELLS: Final = 80
MOST_CHARACTERS: Final = 5_000
_LONGEST_CELL: Final = 200
_BLOCK_ROWS, _BLOCK_COLUMNS, _GAP = 9, 3, 2
# Fields of a document's origins that hold no money; the cells of all others are never shown.
_PLAIN: Final = frozenset({"number", "issued", "due", "paid_on", "currency"})
_PARTIES: Final = ("customer_", "seller_")
_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass(frozen=True)
class Subject:
    """What is asked about: the texts of one sheet, and the document that was read from it, if any."""

    texts: tuple[CellText, ...]
    document: Document | None = None

    @property
    def shown(self) -> tuple[CellText, ...]:
        """The cells that may be shown and suggested from.

        None that an amount or a line was read from, and no number with a fraction.
        """
        money = self._money()
        return tuple(
            t
            for t in self.texts
            if t.cell.cell not in money and not (t.form is Form.NUMBER and "." in t.text)
        )

    @property
    def amounts(self) -> frozenset[str]:
        """What stands in the cells that an amount or a line was read from."""
        money = self._money()
        return frozenset(t.text for t in self.texts if t.cell.cell in money)

    def _money(self) -> set[str]:
        origins = self.document.origins if self.document else ()
        return {o.cell.cell for o in origins if not (o.field in _PLAIN or o.field.startswith(_PARTIES))}

    def block(self) -> tuple[CellText, ...]:
        """The cells around the customer's name and below it up to a gap, where a name was read."""
        name = self.document.where("customer_name") if self.document else None
        if name is None or not _ADDRESS.fullmatch(name.cell):
            return ()
        row, column = place(name.cell)
        found: list[CellText] = []
        last = row
        for text in self.shown:
            at, beside = place(text.cell.cell)
            if text.form is Form.DATE or not column - 1 <= beside <= column + _BLOCK_COLUMNS:
                continue
            if row - 1 <= at <= row + _BLOCK_ROWS and at <= last + _GAP:
                found.append(text)
                last = max(last, at)
        return tuple(found)


def subjects(texts: Sequence[CellText], documents: Sequence[Document]) -> list[Subject]:
    """What can be asked about in one file: each document that has its sheet for itself.

    Where the file holds no document at all, each of its sheets.
    """
    sheets: dict[str, list[CellText]] = {}
    for text in texts:
        sheets.setdefault(text.cell.sheet, []).append(text)
    if not documents:
        return [Subject(tuple(found)) for found in sheets.values()]
    alone = Counter(d.sheet for d in documents)
    return [
        Subject(tuple(sheets[d.sheet]), d) for d in documents if alone[d.sheet] == 1 and d.sheet in sheets
    ]


def place(cell: str) -> tuple[int, int]:
    """Row and column of a cell's address; ``ValueError`` for what is none."""
    match = _ADDRESS.fullmatch(cell)
    if match is None:
        raise ValueError("not the address of a cell")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def failed(document: Document | None) -> bool:
    """Whether a reading lacks its number, its date or its customer."""
    return document is None or None in (document.number, document.issued, document.customer)


def questions(subject: Subject) -> Iterator[Question]:
    """The questions worth asking about a subject; none for what was read."""
    document = subject.document
    if failed(document):
        yield Question(Topic.READING, _READING, _cells(subject.shown))
    if document is None or document.customer is None:
        return
    customer, block = document.customer, subject.block()
    address = customer.address
    if block and (address is None or None in (address.city, address.postcode, address.country)):
        yield Question(Topic.ADDRESS, _ADDRESSES, _lines(block, customer.name))
    if block and customer.contact is None:
        yield Question(Topic.CONTACT, _CONTACT, _lines(block, customer.name))
    words = [t for t in subject.shown if t.form is not Form.DATE]
    if _reachable(words, email=customer.email is None, phone=customer.phone is None):
        yield Question(Topic.REACH, _REACH, _cells(words, customer.name))
    if block:
        texts = [t for t in words if t.form is Form.TEXT]
        yield Question(Topic.SPONSOR, _SPONSOR, _cells(texts, customer.name))


def _reachable(texts: Sequence[CellText], *, email: bool, phone: bool) -> bool:
    """Whether what is missing could stand in the sheet at all."""
    return (email and any("@" in t.text for t in texts)) or (
        phone and any(sum(c.isdigit() for c in t.text) >= 7 for t in texts)
    )


def _cells(texts: Sequence[CellText], customer: str | None = None) -> str:
    """Cells as JSON, from the first on until the bound is reached."""
    shown, size = [], 0
    for text in texts[:MOST_CELLS]:
        item = {"cell": text.cell.cell, "text": text.text[:_LONGEST_CELL]}
        size += len(item["text"]) + len(item["cell"])
        if size > MOST_CHARACTERS:
            break
        shown.append(item)
    return _json({"customer": customer, "cells": shown} if customer else {"cells": shown})


def block_lines(texts: Sequence[CellText]) -> list[tuple[str, CellText]]:
    """The lines of a block that are shown and can be answered by their number, counted from 1."""
    return literal.lines(texts)[:20]


def _lines(texts: Sequence[CellText], customer: str) -> str:
    shown = [
        {"line": number, "cell": text.cell.cell, "text": line[:_LONGEST_CELL]}
        for number, (line, text) in enumerate(block_lines(texts), 1)
    ]
    return _json({"customer": customer[:_LONGEST_CELL], "lines": shown})


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


_ADDRESSES: Final = (
    "Tell the parts of the customer's postal address apart. address: the numbers of the lines that are its "
    "address (street, building, postcode, city, country), not its name, phone or e-mail. city, postcode, "
    "country: copied from these lines."
)
_CONTACT: Final = (
    "customer_is: whether the customer is a person or a business. contact: the person to write to at the "
    "customer, copied from a line, if one is named."
)
_REACH: Final = (
    "Find the customer's own e-mail address and phone number (not the seller's, not a fax). email, phone: "
    "copied from a cell."
)
_SPONSOR: Final = (
    "Is the customer billed on behalf of somebody else, as in 'on behalf of', 'c/o', 'facturé à … pour'? "
    "sponsor: that somebody, copied from a cell."
)
_READING: Final = (
    "This sheet should be an invoice or credit note. number: its number. issued: the date on which it was "
    "issued. due: the date on which it is to be paid. All copied from a cell exactly as they stand there. "
    "customer_first, customer_last: the cells in which the block of the customer (whom it is addressed to) "
    "begins and ends, such as A4 and A7."
)
