"""Marks that a document was paid: a date of payment, a status, or a stamp."""

from ledgerferry.systems.workbook.docdates import date_of
from ledgerferry.systems.workbook.grid import Cell, Locale, Sheet
from ledgerferry.systems.workbook.labelledvalues import C, Found
from ledgerferry.systems.workbook.labels import Label, label
from ledgerferry.systems.workbook.titles import labelled


def paid_on(sheet: Sheet, skipped: frozenset[int], locale: Locale) -> Found | None:
    """The date of payment, from a label such as ``Date paid`` or inside one (``Paid 1 May 2024``)."""
    for cell, name in labelled(sheet, skipped):
        if name.any(C.PAID, C.PAYMENT) and not name.any(C.TERMS, C.DUE, C.NOTE, C.BANK, C.UNPAID):
            found = date_of(sheet, cell, name, 2, locale)
            if found is not None and not found.ambiguous:
                return found
    return None


def paid_stamp(sheet: Sheet, skipped: frozenset[int]) -> Cell | None:
    """The cell that says the document is paid as a whole: a status, or the word by itself in capitals."""
    for cell, name in labelled(sheet, skipped):
        beside = next(sheet.right_of(cell), None)
        if name.has(C.STATUS):
            text = name.value or (beside.text if beside is not None else "")
            if _means_paid(label(text)):
                return cell
        elif (
            _means_paid(name)
            and name.pure
            and cell.text.isupper()
            and ":" not in cell.text
            and beside is None
        ):
            return cell
    return None


def _means_paid(found: Label) -> bool:
    return C.PAID in found.concepts and not found.concepts - {C.PAID, C.PAYMENT, C.STATUS, C.INVOICE}
