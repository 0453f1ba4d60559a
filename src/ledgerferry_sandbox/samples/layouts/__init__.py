"""The looks that the seller's invoices had over the years, each in a file of its own."""

from collections.abc import Callable
from dataclasses import dataclass

from ledgerferry_sandbox.samples.invoice import Invoice
from ledgerferry_sandbox.samples.layouts import (
    above,
    below,
    beside,
    book,
    facture,
    facture_taux,
    facture_texte,
    mixed,
    timesheet,
)
from ledgerferry_sandbox.samples.page import Page

EARLY = range(2022, 2024)
LATE = range(2024, 2026)


@dataclass(frozen=True)
class Series:
    """How numbers of a year look, and which is the year's first."""

    pattern: str
    first: int


DASHED = Series("INV-{year}-{n:04d}", 1)
SLASHED = Series("{year}/{n}", 101)
FRENCH = Series("F{year}-{n:03d}", 11)


@dataclass(frozen=True)
class Layout:
    """One look: when and in which language it was used, how it numbers, and what it has room for.

    `selection` names what its lines are chosen from, `bound` puts all its invoices into one workbook,
    a sheet each, `printed` keeps a PDF of the same stem beside the workbook, `share` is how often it is
    taken compared with the others of its language and years.
    """

    name: str
    language: str
    years: range
    numbers: Series
    sheet: str
    draw: Callable[[Invoice], Page]
    selection: str = "one rate"
    suffix: str = ".xlsx"
    discounts: bool = False
    bound: bool = False
    printed: bool = False
    share: int = 1


BESIDE = Layout("beside", "en", EARLY, DASHED, "Invoice", beside.draw, printed=True)
BELOW = Layout("below", "en", EARLY, DASHED, "Form", below.draw)
ABOVE = Layout("above", "en", LATE, SLASHED, "Sheet1", above.draw, discounts=True, printed=True)

LAYOUTS = (
    BESIDE,
    BELOW,
    Layout("timesheet", "en", EARLY, DASHED, "Hours", timesheet.draw, "hours", ".ods"),
    ABOVE,
    Layout("mixed", "en", LATE, SLASHED, "VAT invoice", mixed.draw, "mixed rates"),
    Layout("book", "en", LATE, SLASHED, "", book.draw, bound=True, share=2),
    Layout("facture_texte", "fr", EARLY, FRENCH, "Feuil1", facture_texte.draw),
    Layout("facture", "fr", LATE, FRENCH, "Facture", facture.draw, printed=True),
    Layout("facture_taux", "fr", LATE, FRENCH, "Facture", facture_taux.draw, "mixed rates"),
)
"""Every layout, the oldest first within a language."""
