"""English single sheet with a list of the payments that came in under its totals (all years)."""

from ledgerferry_sandbox.samples.companies import SELLER
from ledgerferry_sandbox.samples.invoice import Invoice
from ledgerferry_sandbox.samples.layouts import blocks
from ledgerferry_sandbox.samples.page import Page, Style

_COLUMNS: tuple[blocks.Column, ...] = (
    ("Description", lambda line: line.description, Style.TEXT),
    ("Qty", lambda line: line.quantity, Style.QUANTITY),
    ("Unit price", lambda line: line.unit_price, Style.POUNDS),
    ("Amount", lambda line: line.amount, Style.POUNDS),
)


def draw(invoice: Invoice) -> Page:
    """Customer left, particulars right, the table, its totals, then each payment: date, method, amount."""
    page = Page((46, 22, 18, 16))
    page.put(0, 0, SELLER.name, Style.TITLE)
    page.put(0, 2, "INVOICE", Style.TITLE)
    page.down(1, 0, blocks.seller("en"), Style.NOTE)
    page.put(5, 0, "Bill to", Style.LABEL)
    page.down(6, 0, blocks.buyer(invoice.customer))
    page.down(5, 2, ["Invoice number", "Invoice date", "Due date"], Style.LABEL)
    page.put(5, 3, invoice.number)
    page.put(6, 3, invoice.issued, Style.DATE)
    page.put(7, 3, invoice.due, Style.DATE)
    _payments(page, invoice, _totals(page, invoice, blocks.table(page, 14, 0, _COLUMNS, invoice.lines)))
    return page


def _totals(page: Page, invoice: Invoice, row: int) -> int:
    ((rate, tax),) = invoice.taxes.items()
    page.down(row + 1, 2, ["Subtotal", f"VAT {blocks.percent(rate, 'en')}", "Total"], Style.LABEL)
    page.down(row + 1, 3, [invoice.net, tax, invoice.gross], Style.POUNDS)
    return row + 5


def _payments(page: Page, invoice: Invoice, row: int) -> None:
    page.put(row, 0, "Payments received", Style.LABEL)
    page.put(row + 1, 0, "Date", Style.HEADER)
    page.put(row + 1, 1, "Method", Style.HEADER)
    page.put(row + 1, 3, "Amount", Style.HEADER)
    for offset, payment in enumerate(invoice.payments, start=row + 2):
        page.put(offset, 0, payment.on, Style.DATE)
        page.put(offset, 1, " ".join(filter(None, (payment.mode, payment.reference))))
        page.put(offset, 3, payment.amount, Style.POUNDS)
    below = row + 3 + len(invoice.payments)
    page.put(below, 2, "Balance due", Style.LABEL)
    page.put(below, 3, invoice.balance, Style.POUNDS)
