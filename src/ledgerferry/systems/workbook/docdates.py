"""The dates of a document: of issue and due, by their labels, behind its number, or with no label."""

from ledgerferry.systems.workbook import grid, values
from ledgerferry.systems.workbook.grid import Cell, Locale, Sheet
from ledgerferry.systems.workbook.labelledvalues import CONNECTORS, C, Found, places
from ledgerferry.systems.workbook.labels import Label, label
from ledgerferry.systems.workbook.titles import labelled

_NOT_DATE = (
    C.PERIOD,
    C.ORDER,
    C.SHIP,
    C.PAYMENT,
    C.DELIVERY_NOTE,
    C.CHARGE,
    C.QUOTE,
    C.DUE,
    C.REFERENCE,
    C.BANK,
)


def dates(sheet: Sheet, skipped: frozenset[int], locale: Locale, *, due: bool = False) -> list[Found]:
    """The dates of issue (or those due) that labels name, the most telling label first."""
    found = []
    for cell, name in labelled(sheet, skipped):
        strength = _due_strength(name) if due else _strength(name)
        value = date_of(sheet, cell, name, strength, locale) if strength else None
        if value is None and not due:
            value = _dated_number(cell, name, locale)
        if value is not None:
            found.append(value)
    return sorted(found, key=lambda f: -f.strength)


def _dated_number(cell: Cell, name: Label, locale: Locale) -> Found | None:
    """The date in ``Invoice no. 7 of 5 March 2024``: it stands behind the number and a word that says so."""
    if not name.value or not name.any(C.INVOICE, C.CREDIT) or name.any(*_NOT_DATE):
        return None
    for pattern in (values.NUMERIC, values.ISO, values.NAMED_MONTH, values.NAMED_DAY):
        match = pattern.search(name.value)
        before = name.value[: match.start()] if match else ""
        if match and any(c.isdigit() for c in before) and CONNECTORS.search(before):
            read = values.day(match.group(), locale.order)
            return Found(match.group(), cell, 2, read.value, read.ambiguous) if read else None
    return None


def _strength(name: Label) -> int:
    if name.any(*_NOT_DATE) or not name.any(C.DATE, C.ISSUED):
        return 0
    return (
        3
        if name.any(C.INVOICE, C.CREDIT, C.ISSUED)
        else 2
        if name.concepts <= {C.DATE, C.NUMBER, C.CITY}
        else 1
    )


def _due_strength(name: Label) -> int:
    return 0 if not name.has(C.DUE) or name.any(C.AMOUNT, C.TOTAL, C.BALANCE) else 2


def date_of(sheet: Sheet, cell: Cell, name: Label, strength: int, locale: Locale) -> Found | None:
    """The date at a label: in its own cell, or where its value may be."""
    candidates = [cell] if name.value else []
    candidates += list(places(sheet, cell))
    if name.has(C.NUMBER) and not name.value:
        candidates += [c for place in candidates for c in sheet.right_of(place)]
    for other in candidates:
        read = grid.day(other, locale)
        if read is not None and (other is cell or _one_date(other)):
            return Found(other.text or read.value.isoformat(), other, strength, read.value, read.ambiguous)
    return None


def _one_date(cell: Cell) -> bool:
    return not cell.text or len(values.NUMERIC.findall(cell.text)) <= 1


def loose_dates(sheet: Sheet, skipped: frozenset[int], locale: Locale) -> list[Found]:
    """Dates that no label names: whole cells, or behind the name of a place (``Lyon, le 3 mai 2024``)."""
    found = []
    for cell in sheet:
        if cell.row in skipped or (cell.text and (len(cell.text) > 40 or label(cell.text).any(*_NOT_DATE))):
            continue
        read = grid.day(cell, locale)
        if read is not None and _one_date(cell) and not _named_otherwise(sheet, cell):
            found.append(Found(cell.text or read.value.isoformat(), cell, 0, read.value, read.ambiguous))
    return found


def _named_otherwise(sheet: Sheet, cell: Cell) -> bool:
    """Whether the text stands beside a label that speaks of something else than a date."""
    left = [c for c in sheet.rows[cell.row] if c.column < cell.column and c.text not in (":", "-")]
    found = label(left[-1].text) if left and left[-1].text else None
    if found is None or not found.pure:
        return False
    return found.any(*_NOT_DATE) or not found.any(C.DATE, C.INVOICE, C.ISSUED, C.CITY)


def asked(sheet: Sheet, skipped: frozenset[int]) -> bool:
    """Whether a label asks for the document's date."""
    return any(_strength(name) > 1 for _, name in labelled(sheet, skipped))
