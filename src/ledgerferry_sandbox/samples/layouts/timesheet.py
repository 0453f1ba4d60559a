"""English sheet for work by the hour, kept in LibreOffice as .ods, dates written out (2022 and 2023)."""

from ledgerferry_sandbox.samples.companies import SELLER
from ledgerferry_sandbox.samples.invoice import Invoice
from ledgerferry_sandbox.samples.layouts import blocks
from ledgerferry_sandbox.samples.page import Page, Style, address

_COLUMNS: tuple[blocks.Column, ...] = (
    ("Work done", lambda line: line.description, Style.TEXT),
    ("Hours", lambda line: line.quantity, Style.QUANTITY),
    ("Rate per hour", lambda line: line.unit_price, Style.POUNDS),
    ("Charge", lambda line: line.amount, Style.POUNDS),
)


def draw(invoice: Invoice) -> Page:
    """The customer first, then the particulars, then hours; the total is a formula."""
    page = Page((48, 12, 18, 16))
    page.put(0, 0, SELLER.name, Style.TITLE)
    page.put(2, 0, "Invoice for:", Style.LABEL)
    page.down(3, 0, blocks.buyer(invoice.customer))
    page.down(3, 2, ["Invoice #", "Date", "Due"], Style.LABEL)
    page.put(3, 3, invoice.number)
    page.put(4, 3, f"{invoice.issued.day} {invoice.issued:%B %Y}")
    page.put(5, 3, f"{invoice.due.day} {invoice.due:%B %Y}")
    _totals(page, invoice, blocks.table(page, 11, 0, _COLUMNS, invoice.lines))
    return page


def _totals(page: Page, invoice: Invoice, row: int) -> None:
    ((rate, tax),) = invoice.taxes.items()
    page.down(row, 2, ["Sub-total", f"VAT ({blocks.percent(rate, 'en')})", "TOTAL"], Style.LABEL)
    page.put(row, 3, invoice.net, Style.POUNDS, formula=f"SUM({address(12, 3)}:{address(row - 1, 3)})")
    page.put(row + 1, 3, tax, Style.POUNDS)
    page.put(row + 2, 3, invoice.gross, Style.POUNDS, formula=f"{address(row, 3)}+{address(row + 1, 3)}")
    if invoice.payment:
        page.put(row + 4, 2, "Paid", Style.LABEL)
        page.put(row + 4, 3, invoice.paid, Style.POUNDS)
        page.put(row + 5, 2, "Paid on", Style.LABEL)
        page.put(row + 5, 3, f"{invoice.payment.on.day} {invoice.payment.on:%B %Y}")
        page.put(row + 6, 2, "Balance due", Style.LABEL)
        page.put(row + 6, 3, invoice.balance, Style.POUNDS)
