"""English sheet for customers overseas, in their money, zero-rated as goods that leave (all years)."""

from ledgerferry_sandbox.samples.companies import SELLER
from ledgerferry_sandbox.samples.invoice import Invoice
from ledgerferry_sandbox.samples.layouts import blocks
from ledgerferry_sandbox.samples.page import Page, Style

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
    end = blocks.totals(page, row + 1, 2, invoice, ("VAT 0%", Style.AMOUNT))
    page.put(end + 1, 0, "VAT zero rated: goods exported from the United Kingdom.", Style.NOTE)
    return page
