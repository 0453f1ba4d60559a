"""English single sheet, labels left of their values, amounts computed by formulas (2022 and 2023)."""

from ledgerferry_sandbox.samples.companies import SELLER
from ledgerferry_sandbox.samples.invoice import Invoice
from ledgerferry_sandbox.samples.layouts import blocks
from ledgerferry_sandbox.samples.page import Page, Style, address

_FIRST_LINE = 15


def draw(invoice: Invoice) -> Page:
    """Letterhead, customer on the left, particulars on the right, four columns, totals with payment."""
    page = Page((3, 46, 11, 16, 16))
    page.put(1, 1, SELLER.name, Style.TITLE, span=2)
    page.put(1, 3, "INVOICE", Style.TITLE)
    page.down(2, 1, blocks.seller("en"), Style.NOTE)
    page.put(6, 1, "Bill to", Style.LABEL)
    page.down(7, 1, blocks.buyer(invoice.customer))
    page.down(6, 3, ["Invoice no:", "Invoice date:", "Due date:", "Currency:"], Style.LABEL)
    page.put(6, 4, invoice.number)
    page.put(7, 4, invoice.issued, Style.DATE)
    page.put(8, 4, invoice.due, Style.DATE)
    page.put(9, 4, "GBP", Style.NOTE)
    _totals(page, invoice, _lines(page, invoice))
    return page


def _lines(page: Page, invoice: Invoice) -> int:
    page.across(_FIRST_LINE - 1, 1, ["Description", "Quantity", "Unit price", "Amount"], Style.HEADER)
    for row, line in enumerate(invoice.lines, start=_FIRST_LINE):
        page.put(row, 1, line.description)
        page.put(row, 2, line.quantity, Style.QUANTITY)
        page.put(row, 3, line.unit_price, Style.POUNDS)
        page.put(row, 4, line.amount, Style.POUNDS, formula=f"{address(row, 2)}*{address(row, 3)}")
    return _FIRST_LINE + len(invoice.lines)


def _totals(page: Page, invoice: Invoice, row: int) -> None:
    ((rate, tax),) = invoice.taxes.items()
    subtotal, vat, total, paid = (address(row + 1 + offset, 4) for offset in range(4))
    lines = f"SUM({address(_FIRST_LINE, 4)}:{address(row - 1, 4)})"
    labels = ["Subtotal", f"VAT {blocks.percent(rate, 'en')}", "Total", "Amount paid", "Balance due"]
    page.down(row + 1, 3, labels, Style.LABEL)
    page.put(row + 1, 4, invoice.net, Style.POUNDS, formula=lines)
    page.put(row + 2, 4, tax, Style.POUNDS, formula=f"ROUND({subtotal}*{rate}/100,2)")
    page.put(row + 3, 4, invoice.gross, Style.POUNDS, formula=f"{subtotal}+{vat}")
    page.put(row + 4, 4, invoice.paid, Style.POUNDS)
    page.put(row + 5, 4, invoice.balance, Style.POUNDS, formula=f"{total}-{paid}")
    if invoice.payment:
        page.put(row + 6, 3, "Date paid", Style.LABEL)
        page.put(row + 6, 4, invoice.payment.on, Style.DATE)
    page.put(row + 8, 1, "Payment within 30 days. Sort code 00-00-00, account 00012345.", Style.NOTE)
