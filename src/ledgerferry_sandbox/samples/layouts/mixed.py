"""English sheet with VAT on each line and a summary by rate (2024 and 2025)."""

from decimal import Decimal

from ledgerferry_sandbox.samples.companies import SELLER
from ledgerferry_sandbox.samples.invoice import Invoice
from ledgerferry_sandbox.samples.layouts import blocks
from ledgerferry_sandbox.samples.page import Page, Style, Value

_COLUMNS: tuple[blocks.Column, ...] = (
    ("Description", lambda line: line.description, Style.TEXT),
    ("Quantity", lambda line: line.quantity, Style.QUANTITY),
    ("Unit price", lambda line: line.unit_price, Style.POUNDS),
    ("Net amount", lambda line: line.amount, Style.POUNDS),
    ("VAT rate", lambda line: line.rate / Decimal(100), Style.PERCENT),
    ("VAT", lambda line: line.tax, Style.POUNDS),
    ("Gross", lambda line: line.amount + line.tax, Style.POUNDS),
)


def draw(invoice: Invoice) -> Page:
    """Particulars top right, seven columns, a VAT summary and the totals under it."""
    page = Page((44, 10, 12, 14, 18, 14, 14))
    page.put(0, 0, SELLER.name, Style.TITLE, span=3)
    page.down(1, 0, blocks.seller("en"), Style.NOTE)
    page.put(0, 5, "VAT INVOICE", Style.TITLE)
    page.down(2, 4, ["Invoice no.", "Tax point", "Due date"], Style.LABEL)
    page.put(2, 5, invoice.number)
    page.put(3, 5, invoice.issued, Style.DATE)
    page.put(4, 5, invoice.due, Style.DATE)
    page.put(5, 0, "Customer", Style.LABEL)
    page.down(6, 0, blocks.buyer(invoice.customer))
    _totals(page, invoice, _summary(page, invoice, blocks.table(page, 15, 0, _COLUMNS, invoice.lines)))
    return page


def _summary(page: Page, invoice: Invoice, row: int) -> int:
    page.across(row + 1, 0, ["VAT summary", "Rate", "Net", "VAT"], Style.HEADER)
    for offset, (rate, base) in enumerate(invoice.bases.items(), start=row + 2):
        page.put(offset, 1, rate / Decimal(100), Style.PERCENT)
        page.put(offset, 2, base, Style.POUNDS)
        page.put(offset, 3, invoice.taxes[rate], Style.POUNDS)
    return row + 2 + len(invoice.bases)


def _totals(page: Page, invoice: Invoice, row: int) -> None:
    rows: list[tuple[str, Value, Style]] = [
        ("Total net", invoice.net, Style.POUNDS),
        ("Total VAT", invoice.tax, Style.POUNDS),
        ("Total due", invoice.gross, Style.POUNDS),
    ]
    if invoice.payment:
        rows.append(("Amount paid", invoice.paid, Style.POUNDS))
        rows.append(("Date paid", invoice.payment.on, Style.DATE))
        rows.append(("Balance due", invoice.balance, Style.POUNDS))
    for offset, (label, value, style) in enumerate(rows, start=row + 1):
        page.put(offset, 5, label, Style.LABEL)
        page.put(offset, 6, value, style)
