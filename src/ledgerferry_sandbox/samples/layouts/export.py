"""English sheet for customers overseas, in their money, zero-rated as goods that leave (all years)."""

from ledgerferry_sandbox.samples.companies import SELLER
from ledgerferry_sandbox.samples.invoice import Invoice
from ledgerferry_sandbox.samples.layouts import blocks
from ledgerferry_sandbox.samples.page import Page, Style, Value

_COLUMNS: tuple[blocks.Column, ...] = (
    ("Description of goods", lambda line: line.description, Style.TEXT),
    ("Quantity", lambda line: line.quantity, Style.QUANTITY),
    ("Unit price", lambda line: line.unit_price, Style.AMOUNT),
    ("Amount", lambda line: line.amount, Style.AMOUNT),
)


def draw(invoice: Invoice) -> Page:
    """Particulars with the currency on the right, the goods, the totals, and why there is no VAT."""
    page = Page((46, 14, 18, 20))
    page.put(0, 0, SELLER.name, Style.TITLE)
    page.put(0, 2, "COMMERCIAL INVOICE", Style.TITLE)
    page.down(1, 0, blocks.seller("en"), Style.NOTE)
    page.put(5, 0, "Sold to", Style.LABEL)
    page.down(6, 0, blocks.buyer(invoice.customer))
    page.down(5, 2, ["Invoice no.", "Invoice date", "Due date", "Currency"], Style.LABEL)
    page.put(5, 3, invoice.number)
    page.put(6, 3, invoice.issued, Style.DATE)
    page.put(7, 3, invoice.due, Style.DATE)
    page.put(8, 3, invoice.customer.currency)
    row = blocks.table(page, 14, 0, _COLUMNS, invoice.lines)
    rows: list[tuple[str, Value]] = [
        ("Subtotal", invoice.net),
        ("VAT 0%", invoice.tax),
        ("Total", invoice.gross),
    ]
    if invoice.payment:
        rows += [("Amount paid", invoice.paid), ("Date paid", invoice.payment.on)]
        rows += [("Balance due", invoice.balance)]
    for offset, (label, value) in enumerate(rows, start=row + 1):
        page.put(offset, 2, label, Style.LABEL)
        page.put(offset, 3, value, Style.DATE if label == "Date paid" else Style.AMOUNT)
    page.put(row + len(rows) + 2, 0, "VAT zero rated: goods exported from the United Kingdom.", Style.NOTE)
    return page
