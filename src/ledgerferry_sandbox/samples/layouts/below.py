"""English printed form, each value over its small caption, typed amounts (2022 and 2023)."""

from ledgerferry_sandbox.samples.companies import SELLER
from ledgerferry_sandbox.samples.invoice import Invoice
from ledgerferry_sandbox.samples.layouts import blocks
from ledgerferry_sandbox.samples.page import Page, Style, Value

_COLUMNS: tuple[blocks.Column, ...] = (
    ("Details", lambda line: line.description, Style.TEXT),
    ("Qty", lambda line: line.quantity, Style.QUANTITY),
    ("Price each", lambda line: line.unit_price, Style.POUNDS),
    ("Net", lambda line: line.amount, Style.POUNDS),
)


def draw(invoice: Invoice) -> Page:
    """Boxes with captions under them, a blank row after each, then the table and its totals."""
    page = Page((44, 9, 20, 16))
    page.put(0, 0, SELLER.name, Style.TITLE)
    page.put(0, 2, "Sales invoice", Style.TITLE)
    _box(page, 2, 0, invoice.customer.name, "Customer")
    _box(page, 2, 2, invoice.number, "Invoice number")
    _box(page, 5, 0, f"{invoice.customer.street}, {invoice.customer.town}", "Address")
    _box(page, 5, 2, invoice.issued, "Date of invoice")
    _box(page, 8, 0, invoice.customer.email, "E-mail")
    _box(page, 8, 2, invoice.due, "Payment due by")
    end = blocks.table(page, 11, 0, _COLUMNS, invoice.lines)
    _totals(page, invoice, end)
    return page


def _box(page: Page, row: int, column: int, value: Value, caption: str) -> None:
    page.put(row, column, value, Style.DATE if not isinstance(value, str) else Style.TEXT)
    page.put(row + 1, column, caption, Style.LABEL)


def _totals(page: Page, invoice: Invoice, row: int) -> None:
    ((rate, tax),) = invoice.taxes.items()
    labels = ["Net total", f"VAT at {blocks.percent(rate, 'en')}", "Invoice total"]
    page.down(row + 1, 2, labels, Style.LABEL)
    page.down(row + 1, 3, [invoice.net, tax, invoice.gross], Style.POUNDS)
    if invoice.payment:
        page.put(row + 5, 2, "Paid", Style.LABEL)
        page.put(row + 5, 3, invoice.paid, Style.POUNDS)
        page.put(row + 6, 2, "Paid on", Style.LABEL)
        page.put(row + 6, 3, invoice.payment.on, Style.DATE)
        page.put(row + 7, 2, "Balance due", Style.LABEL)
        page.put(row + 7, 3, invoice.balance, Style.POUNDS)
