"""The date of payment that a document states."""

from ledgerferry.systems.workbook.docdates import date_of
from ledgerferry.systems.workbook.grid import Locale, Sheet
from ledgerferry.systems.workbook.labelledvalues import C, Found
from ledgerferry.systems.workbook.titles import labelled


def paid_on(sheet: Sheet, skipped: frozenset[int], locale: Locale) -> Found | None:
    """The date of payment, from a label such as ``Date paid`` or inside one (``Paid 1 May 2024``).

    One that could be two days only where there is no other.
    """
    doubtful: Found | None = None
    for cell, name in labelled(sheet, skipped):
        if name.any(C.PAID, C.PAYMENT) and not name.any(C.TERMS, C.DUE, C.NOTE, C.BANK, C.UNPAID):
            found = date_of(sheet, cell, name, 2, locale)
            if found is not None and not found.ambiguous:
                return found
            doubtful = doubtful or found
    return doubtful
