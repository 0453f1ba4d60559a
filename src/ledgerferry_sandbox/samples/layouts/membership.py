"""English sheet of the garden club: adults bear VAT, the young none, and no line says so (all years)."""

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
    """Particulars left, the club's fees, and one sum of VAT for all of them."""
    page = Page((46, 12, 18, 16))
    page.put(0, 0, f"{SELLER.name}: Garden Club", Style.TITLE, span=3)
    page.put(1, 0, "INVOICE", Style.TITLE)
    page.down(3, 0, ["Invoice no.", "Invoice date", "Due date"], Style.LABEL)
    page.put(3, 1, invoice.number)
    page.put(4, 1, invoice.issued, Style.DATE)
    page.put(5, 1, invoice.due, Style.DATE)
    page.put(7, 0, "Bill to", Style.LABEL)
    page.down(8, 0, blocks.buyer(invoice.customer))
    row = blocks.table(page, 16, 0, _COLUMNS, invoice.lines)
    blocks.totals(page, row + 1, 2, invoice, ("VAT", Style.POUNDS))
    return page
