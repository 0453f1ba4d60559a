"""Which invoice a credit note credits: named by a label, or in a sentence."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ledgerferry.systems.workbook import docnumbers, values
from ledgerferry.systems.workbook.grid import Cell, Sheet
from ledgerferry.systems.workbook.labelledvalues import Found
from ledgerferry.systems.workbook.labels import Concept, label, words
from ledgerferry.systems.workbook.labels.statements import Hit, Statement, hits
from ledgerferry.systems.workbook.titles import pieces

C = Concept
_TOKEN = re.compile(r"(?:[^\W\d_]{1,6}[ ])?[^\s,;]*\d[^\s,;]*")
_FILLING = frozenset({"dated", "du", "vom", "of", "de", "del", "the", "la", "our", "notre", "und", "and"})
_DATES = (values.ISO, values.NUMERIC, values.NAMED_MONTH, values.NAMED_DAY)
_NUMERO = re.compile(r"^\s*(?:[nN]\s?[°º]|№)\s*")
_TIDY = " .:#-–—()[]\"'«»"


@dataclass(frozen=True, slots=True)
class Credited:
    """The numbers of the invoices that a credit note names, each with its cell; more than one is a doubt."""

    found: tuple[tuple[str, Cell], ...] = ()

    @property
    def numbers(self) -> list[str]:
        """The different numbers."""
        return list({_key(text): text for text, _ in self.found}.values())


def own(found: list[Found]) -> list[Found]:
    """Of the numbers on a credit note those that are its own: where one is named so, no invoice's."""
    return _own(found) or [f for f in found if not f.credited]


def _own(found: list[Found]) -> list[Found]:
    """The numbers that are named a credit note's, but those that another label names an invoice's."""
    invoices = {(f.cell.row, f.cell.column) for f in found if _an_invoices(f)}
    named = (f for f in found if C.CREDIT in f.concepts and not f.credited)
    return [f for f in named if (f.cell.row, f.cell.column) not in invoices]


def _an_invoices(number: Found) -> bool:
    return number.concepts >= {C.INVOICE, C.NUMBER} and C.CREDIT not in number.concepts


def told_apart(number: Found) -> bool:
    """Whether a credit note's number is told from an invoice's, by its label or its own letters."""
    return (
        C.INVOICE not in number.concepts
        or C.CREDIT in number.concepts
        or (docnumbers.formed_as(number.text, C.CREDIT))
    )


def of(sheet: Sheet, number: str | None, found: list[Found], *, titled: bool) -> Credited:
    """The invoices that a credit note of this number credits.

    ``found`` are the numbers at its head, which on a credit note with a number of its own name invoices.
    """
    named = list(_phrased(sheet))
    if titled and _own(found):
        named += [(f.text, f.cell) for f in found if _an_invoices(f)]
    return Credited(tuple((text, cell) for text, cell in named if _key(text) != _key(number or "")))


def _phrased(sheet: Sheet) -> Iterator[tuple[str, Cell]]:
    for whole in sheet:
        if whole.row in sheet.hidden_rows or not whole.text:
            continue
        for cell in pieces(whole):
            for hit in hits(cell.text):
                if hit.kind is Statement.CREDITED and not hit.doubtful:
                    yield from _named(sheet, cell, whole, hit)


def _named(sheet: Sheet, cell: Cell, whole: Cell, hit: Hit) -> Iterator[tuple[str, Cell]]:
    """The numbers that stand behind a phrase, else the one beside or under it."""
    rest = cell.text[hit.end :]
    inside = list(numbers_in(rest))
    yield from ((text, whole) for text in inside)
    if inside or not _bare(rest):
        return
    for other in (next(sheet.right_of(whole), None), sheet.below(whole, 2)):
        text = docnumbers.number_at(other) if other is not None else None
        if other is not None and text is not None and values.day(text) is None:
            yield from ((one, other) for one in numbers_in(text))
            return


def _bare(rest: str) -> bool:
    """Whether nothing but a word for number stands there."""
    return all(C.NUMBER in label(word).concepts or word in _FILLING for word in words(rest))


def numbers_in(text: str) -> Iterator[str]:
    """The document numbers at the start of a text, without the dates behind them; all that are alike."""
    plain = text
    for pattern in _DATES:
        plain = pattern.sub(lambda m: " " if values.day(m.group()) else m.group(), plain)
    plain = plain.lstrip(" \t:.-–—=#(")
    first: str | None = None
    for match in _TOKEN.finditer(plain):
        before = words(plain[: match.start()])
        if first is None and not all(C.NUMBER in label(w).concepts or w in _FILLING for w in before):
            return
        found = _stripped(match.group())
        if first is None or _form(found) == _form(first):
            first = first or found
            yield found


def _stripped(text: str) -> str:
    """The number without the word for number before it."""
    text = _NUMERO.sub("", text)
    head, _, tail = text.strip(_TIDY).partition(" ")
    if tail and (C.NUMBER in label(head).concepts or head.casefold() in _FILLING):
        return tail.strip(_TIDY)
    return text.strip(_TIDY)


def _form(text: str) -> str:
    """The form of a number: letters and digits of any kind alike."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", text))


def _key(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())
