"""English workbook with a sheet for each invoice, amounts by formulas (2024 and 2025)."""

from ledgerferry_sandbox.samples.companies import SELLER
from ledgerferry_sandbox.samples.invoice import Invoice
from ledgerferry_sandbox.samples.layouts import blocks
from ledgerferry_sandbox.samples.page import Page, Style, address

_FIRST_LINE = 12


def draw(invoice: Invoice) -> Page:
    """A plain sheet in two columns of particulars over a table numbered line by line."""
    page = Page((12, 46, 10, 14, 16))
    page.put(0, 0, f"INVOICE from {SELLER.name}", Style.TITLE, span=4)
    page.down(2, 0, ["Ref", "Date", "Pay by", "To"], Style.LABEL)
    page.put(2, 1, invoice.number)
    page.put(3, 1, invoice.issued, Style.DATE)
    page.put(4, 1, invoice.due, Style.DATE)
    customer = invoice.customer
    page.down(5, 1, [customer.name, customer.street, customer.town, customer.email])
    page.across(_FIRST_LINE - 1, 0, ["No.", "Description", "Qty", "Price", "Amount (GBP)"], Style.HEADER)
    for row, line in enumerate(invoice.lines, start=_FIRST_LINE):
        page.put(row, 0, row - _FIRST_LINE + 1)
        page.put(row, 1, line.description)
        page.put(row, 2, line.quantity, Style.QUANTITY)
        page.put(row, 3, line.unit_price, Style.AMOUNT)
        page.put(row, 4, line.amount, Style.AMOUNT, formula=f"{address(row, 2)}*{address(row, 3)}")
    _totals(page, invoice, _FIRST_LINE + len(invoice.lines))
    return page


def _totals(page: Page, invoice: Invoice, row: int) -> None:
    ((rate, tax),) = invoice.taxes.items()
    net, vat, total, paid = (address(row + offset, 4) for offset in range(4))
    page.down(row, 1, ["Total net", f"VAT {blocks.percent(rate, 'en')}", "Total to pay"], Style.LABEL)
    lines = f"SUM({address(_FIRST_LINE, 4)}:{address(row - 1, 4)})"
    page.put(row, 4, invoice.net, Style.POUNDS, formula=lines)
    page.put(row + 1, 4, tax, Style.POUNDS, formula=f"ROUND({net}*{rate}%,2)")
    page.put(row + 2, 4, invoice.gross, Style.POUNDS, formula=f"{net}+{vat}")
    if invoice.payment:
        page.put(row + 3, 1, f"Paid {invoice.payment.on.day} {invoice.payment.on:%B %Y}", Style.LABEL)
        page.put(row + 3, 4, invoice.paid, Style.POUNDS)
        page.put(row + 4, 1, "Outstanding", Style.LABEL)
        page.put(row + 4, 4, invoice.balance, Style.POUNDS, formula=f"{total}-{paid}")
