"""The number of a document: the labels that name one, and what of a text is a number."""

import re
import unicodedata
from dataclasses import replace
from decimal import Decimal

from ledgerferry.systems.workbook import values
from ledgerferry.systems.workbook.grid import Cell, Sheet
from ledgerferry.systems.workbook.labelledvalues import CONNECTORS, C, Found, places
from ledgerferry.systems.workbook.labels import Concept, Label, abbreviates, label
from ledgerferry.systems.workbook.labels.statements import Statement, hits
from ledgerferry.systems.workbook.titles import labelled

_NOT_NUMBER = (
    C.CUSTOMER,
    C.ORDER,
    C.PHONE,
    C.FAX,
    C.TAXID,
    C.BANK,
    C.PAGE,
    C.REFERENCE,
    C.DELIVERY_NOTE,
    C.QUOTE,
    C.CODE,
    C.SERIAL,
    C.POSTCODE,
    C.PERIOD,
    C.CONTACT,
    C.SELLER,
    C.TAX,
    C.AMOUNT,
    C.TOTAL,
    C.PAYMENT,
    C.QUANTITY,
    C.SHIP,
    C.UNIT,
)


def numbers(sheet: Sheet, skipped: frozenset[int], spelled: str) -> list[Found]:
    """The document numbers that labels name, the most telling label first.

    A number behind a label that is not telling counts when it is ``spelled`` in the name of tab or file.
    """
    found = []
    for cell, name in labelled(sheet, skipped):
        strength = _strength(sheet, cell, name)
        if strength:
            value = _number(sheet, cell, name, strength)
            if value is not None:
                told = value.strength < 2 and (
                    (len(value.text) >= 4 and _letters(value.text) in _letters(spelled))
                    or (name.any(C.INVOICE, C.CREDIT) and _formed(value.text))
                )
                strength = 2 if told else value.strength
                at, found_in = cell.text.find(value.text), hits(cell.text)
                other = any(h.kind is Statement.CREDITED and not 0 <= at < h.start for h in found_in)
                whose = _whose(sheet, cell, name)
                found.append(replace(value, strength=strength, concepts=whose, credited=other))
    return sorted(found, key=lambda f: -f.strength)


_FORMED = re.compile(r"([^\W\d_]{3,})[-/_. ]?\d[\d/-]*")


def _formed(text: str) -> bool:
    """Whether a text has the form of an invoice's number: what abbreviates invoice, then digits."""
    found = _FORMED.fullmatch(text)
    return found is not None and any(abbreviates(found.group(1), c) for c in (C.INVOICE, C.CREDIT))


def tab_number(name: str) -> str | None:
    """The document number that the name of a tab is or holds."""
    found = label(name)
    if found.any(C.INVOICE, C.CREDIT) and found.unknown == 0 and found.value:
        return _identifier(found.value)
    return name.strip() if _formed(name.strip()) else None


def formed_as(text: str, concept: Concept) -> bool:
    """Whether a number begins with what abbreviates a word that means the concept: ``CN-7`` a credit note."""
    begun = re.match(r"[^\W\d_]+", text)
    if begun is None:
        return False
    return abbreviates(begun.group(), concept) or label(begun.group()).has(concept)


def _letters(text: str) -> str:
    return "".join(ch for ch in text.casefold() if ch.isalnum())


def _strength(sheet: Sheet, cell: Cell, name: Label) -> int:
    own = name.any(C.INVOICE, C.CREDIT)
    barred = name.concepts & set(_NOT_NUMBER) if not name.concepts <= {C.REFERENCE, C.CODE} else set()
    if (
        (barred and not (own and name.has(C.NAME) and barred == {C.QUANTITY}))
        or (name.any(C.DATE, C.ISSUED) and not name.has(C.NUMBER))
        or name.has(C.DUE)
    ):
        return 0
    if own and name.has(C.NUMBER):
        return 3
    if own and (
        (name.value and any(c.isdigit() for c in name.value)) or name.concepts <= {C.INVOICE, C.CREDIT}
    ):
        return 2 if name.value and (name.value[0].isdigit() or len(_own_part(name.value).split()) == 1) else 1
    if own and name.concepts <= {C.INVOICE, C.CREDIT, C.NAME, C.QUANTITY}:
        return 1
    if name.concepts <= {C.REFERENCE, C.CODE} and name.unknown == 0:
        return 1
    if _bare(name):
        return 2 if _titled(sheet, cell) else 1
    return 0


def _bare(name: Label) -> bool:
    """Whether a label says number, and not whose."""
    return name.concepts <= {C.NUMBER, C.ISSUED} and name.unknown == 0


def _whose(sheet: Sheet, cell: Cell, name: Label) -> frozenset[Concept]:
    """The concepts of a number's label; of one that says only number, with what a credit note's title adds.

    Under a title that names an invoice too (``Avoir sur facture``) the number may be that invoice's.
    """
    titles = _titled(sheet, cell) if _bare(name) else frozenset()
    if C.CREDIT not in titles:
        return name.concepts
    return name.concepts | {C.INVOICE if C.INVOICE in titles else C.CREDIT}


def _titled(sheet: Sheet, cell: Cell) -> frozenset[Concept]:
    """What the titles beside a cell, or just above it, call the document."""
    beside = (c for c in sheet.rows[cell.row] if c.column < cell.column)
    above = (c for row in (cell.row - 1, cell.row - 2) for c in sheet.rows.get(row, ()))
    names = [label(c.text).concepts for c in (*beside, *above) if c.text]
    titles = (concepts for concepts in names if concepts <= {C.INVOICE, C.CREDIT, C.TAX})
    return frozenset().union(*titles)


def _number(sheet: Sheet, cell: Cell, name: Label, strength: int) -> Found | None:
    if name.value:
        text = _identifier(_own_part(name.value))
        return Found(text, cell, strength) if text else None
    for other in places(sheet, cell):
        text = _shown(other)
        if text:
            return Found(text, other, strength)
        if other.text and not label(other.text).pure:
            continue
    return None


def _own_part(text: str) -> str:
    """What stands before a phrase that names another document: ``AV-3 sur facture n° F-12``."""
    start = next((hit.start for hit in hits(text) if hit.kind is Statement.CREDITED), 0)
    return text[:start] if start else text


def _shown(cell: Cell) -> str | None:
    """The text of a cell as a document number, as its format shows it."""
    if isinstance(cell.value, Decimal):
        if cell.value < 0 or cell.percent:
            return None
        plain = f"{cell.value:f}"
        prefix = re.fullmatch(r'(?:"([^"]*)"|\\?([A-Za-z#-]*))(0*)', cell.format or "")
        if prefix and prefix.group(3) and cell.value == int(cell.value):
            return (prefix.group(1) or prefix.group(2) or "").lstrip("#") + plain.zfill(len(prefix.group(3)))
        return plain
    found = label(cell.text)
    return (
        None
        if not cell.text or (found.concepts and found.unknown == 0 and not found.value)
        else _identifier(cell.text)
    )


def number_at(cell: Cell, *, inside: bool = False) -> str | None:
    """The document number that a cell shows, or that stands behind the label in it; ``None`` for none."""
    if inside:
        return _identifier(label(cell.text).value or cell.text.partition(":")[2])
    return _shown(cell)


def _identifier(text: str) -> str | None:
    """A document number out of a text that may go on with its date."""
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip(" :.#-")
    for pattern in (values.NUMERIC, values.ISO, values.NAMED_MONTH, values.NAMED_DAY):
        match = pattern.search(plain)
        if match and match.start() == 0 and match.group() != plain and values.day(match.group()):
            plain = plain[match.end() :].strip(" ,;/|-")
            break
        if match and match.start() > 0 and values.day(match.group()):
            before = plain[: match.start()]
            if CONNECTORS.search(before) or before.endswith(" "):
                plain = CONNECTORS.sub("", before).strip()
                break
        elif match and match.group() == plain:
            return None
    if not plain or len(plain) > 30 or not any(c.isdigit() for c in plain) or "@" in plain:
        return None
    return plain if len(plain.split()) <= 4 else None


def asked(sheet: Sheet, skipped: frozenset[int]) -> bool:
    """Whether a label asks for the document's number."""
    return any(_strength(sheet, cell, name) > 1 for cell, name in labelled(sheet, skipped))
