"""English credit note: what is taken off an invoice, in positive amounts (all years)."""

from ledgerferry_sandbox.samples.companies import SELLER
from ledgerferry_sandbox.samples.invoice import Invoice
from ledgerferry_sandbox.samples.layouts import blocks
from ledgerferry_sandbox.samples.page import Page, Style

_COLUMNS: tuple[blocks.Column, ...] = (
    ("Description", lambda line: line.description, Style.TEXT),
    ("Quantity", lambda line: line.quantity, Style.QUANTITY),
    ("Unit price", lambda line: line.unit_price, Style.POUNDS),
    ("Amount", lambda line: line.amount, Style.POUNDS),
)


def draw(note: Invoice) -> Page:
    """Particulars right, the invoice credited among them, then what is credited."""
    ((rate, tax),) = note.taxes.items()
    page = Page((46, 12, 22, 18))
    page.put(0, 0, SELLER.name, Style.TITLE)
    page.put(0, 2, "CREDIT NOTE", Style.TITLE)
    page.down(1, 0, blocks.seller("en"), Style.NOTE)
    page.put(5, 0, "Customer", Style.LABEL)
    page.down(6, 0, blocks.buyer(note.customer))
    page.down(5, 2, ["Credit note no.", "Date", "Credit for invoice"], Style.LABEL)
    page.put(5, 3, note.number)
    page.put(6, 3, note.issued, Style.DATE)
    page.put(7, 3, note.credits or "")
    row = blocks.table(page, 14, 0, _COLUMNS, note.lines)
    page.down(row + 1, 2, ["Subtotal", f"VAT {blocks.percent(rate, 'en')}", "Total credit"], Style.LABEL)
    page.down(row + 1, 3, [note.net, tax, note.gross], Style.POUNDS)
    page.put(
        row + 5, 0, "Goods returned or overcharged. Please set this against the invoice named.", Style.NOTE
    )
    return page
