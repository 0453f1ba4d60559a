"""English single sheet, labels above their values, a discount, typed amounts (2024 and 2025)."""

from ledgerferry_sandbox.samples.companies import SELLER
from ledgerferry_sandbox.samples.invoice import Invoice
from ledgerferry_sandbox.samples.layouts import blocks
from ledgerferry_sandbox.samples.page import Page, Style, Value

_COLUMNS: tuple[blocks.Column, ...] = (
    ("Item", lambda line: line.description, Style.TEXT),
    ("Qty", lambda line: line.quantity, Style.QUANTITY),
    ("Rate", lambda line: line.unit_price, Style.AMOUNT),
    ("Line total", lambda line: line.amount, Style.AMOUNT),
)


def draw(invoice: Invoice) -> Page:
    """A strip of headings over number, dates and terms, the customer under it, then the table."""
    page = Page((44, 14, 16, 16))
    page.put(0, 0, SELLER.name, Style.TITLE, span=3)
    page.down(1, 0, blocks.seller("en"), Style.NOTE)
    page.across(5, 0, ["Invoice number", "Issue date", "Payment due", "Terms"], Style.HEADER)
    page.put(6, 0, invoice.number)
    page.put(6, 1, invoice.issued, Style.DATE)
    page.put(6, 2, invoice.due, Style.DATE)
    page.put(6, 3, "30 days", Style.NOTE)
    page.put(8, 0, "Invoice to", Style.LABEL)
    page.down(9, 0, blocks.buyer(invoice.customer))
    _totals(page, invoice, blocks.table(page, 18, 0, _COLUMNS, invoice.lines))
    return page


def _totals(page: Page, invoice: Invoice, row: int) -> None:
    ((rate, tax),) = invoice.taxes.items()
    rows: list[tuple[str, Value, Style]] = [("Subtotal", invoice.subtotal, Style.POUNDS)]
    if invoice.discount:
        label = f"Discount {blocks.percent(invoice.discount_percent, 'en')}"
        rows.append((label, -invoice.discount, Style.POUNDS))
        rows.append(("Net after discount", invoice.net, Style.POUNDS))
    rows.append((f"VAT @ {blocks.percent(rate, 'en')}", tax, Style.POUNDS))
    rows.append(("Total", invoice.gross, Style.POUNDS))
    if invoice.payment:
        rows.append(("Amount paid", invoice.paid, Style.POUNDS))
        rows.append(("Date paid", invoice.payment.on, Style.DATE))
        rows.append(("Balance due", invoice.balance, Style.POUNDS))
    for offset, (label, value, style) in enumerate(rows, start=row + 1):
        page.put(offset, 2, label, Style.LABEL)
        page.put(offset, 3, value, style)
    page.put(row + len(rows) + 2, 0, "Registered in England. Goods remain ours until paid for.", Style.NOTE)
