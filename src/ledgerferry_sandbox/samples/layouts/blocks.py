"""Pieces that several layouts have in common: who bought, how a rate is written, the table of lines."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from ledgerferry_sandbox.samples.companies import SELLER
from ledgerferry_sandbox.samples.invoice import Customer, Invoice, Line
from ledgerferry_sandbox.samples.page import Page, Style, Value, plain

Column = tuple[str, Callable[[Line], Value], Style]
"""A column of the table of lines: its heading, what it shows of a line, and how."""


def buyer(customer: Customer) -> list[str]:
    """Name, contact, address, e-mail, telephone and VAT number, one a row, as far as known."""
    vat = {"en": "VAT Reg No {}", "fr": "TVA intracommunautaire {}"}[customer.language]
    known = [customer.name, customer.contact, customer.street, customer.town, customer.email, customer.phone]
    return known + ([vat.format(customer.vat_number)] if customer.vat_number else [])


def seller(language: str) -> list[str]:
    """The letterhead under the name: address, how to reach the seller, VAT number."""
    vat = {"en": f"VAT Reg No {SELLER.vat_number}", "fr": f"N° TVA {SELLER.french_vat_number}"}[language]
    return [f"{SELLER.street}, {SELLER.town}", f"{SELLER.email} · {SELLER.phone}", vat]


def percent(rate: Decimal, language: str) -> str:
    """A rate as the language writes it: 5.5% or 5,5 %."""
    return f"{plain(rate)}%" if language == "en" else f"{plain(rate).replace('.', ',')}\u00a0%"


def table(page: Page, top: int, left: int, columns: Sequence[Column], lines: Sequence[Line]) -> int:
    """Draw headings and lines without formulas; answer the first row under the table."""
    page.across(top, left, [heading for heading, _, _ in columns], Style.HEADER)
    for row, line in enumerate(lines, start=top + 1):
        for column, (_, value, style) in enumerate(columns, start=left):
            page.put(row, column, value(line), style)
    return top + 1 + len(lines)


def totals(page: Page, top: int, left: int, invoice: Invoice, vat: tuple[str, Style]) -> int:
    """Draw the sums and what was paid; answer the next row. ``vat``: its label, and how amounts look."""
    name, style = vat
    rows: list[tuple[str, Value]] = [("Subtotal", invoice.net), (name, invoice.tax), ("Total", invoice.gross)]
    if invoice.payment:
        rows += [("Amount paid", invoice.paid), ("Date paid", invoice.payment.on)]
        rows += [("Balance due", invoice.balance)]
    for row, (label, value) in enumerate(rows, start=top):
        page.put(row, left, label, Style.LABEL)
        page.put(row, left + 1, value, Style.DATE if label == "Date paid" else style)
    return top + len(rows)
