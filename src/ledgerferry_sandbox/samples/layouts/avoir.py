"""French credit note: the invoice's lines with a minus before every amount (all years)."""

from ledgerferry_sandbox.samples.companies import SELLER
from ledgerferry_sandbox.samples.invoice import Invoice
from ledgerferry_sandbox.samples.layouts import blocks
from ledgerferry_sandbox.samples.page import Page, Style

_COLUMNS: tuple[blocks.Column, ...] = (
    ("Désignation", lambda line: line.description, Style.TEXT),
    ("Quantité", lambda line: -line.quantity, Style.QUANTITY),
    ("Prix unitaire HT", lambda line: line.unit_price, Style.EUROS),
    ("Montant HT", lambda line: -line.amount, Style.EUROS),
)


def draw(note: Invoice) -> Page:
    """Number, date and the invoice credited on the left, the customer right, then what is taken off."""
    ((rate, tax),) = note.taxes.items()
    page = Page((46, 14, 22, 18))
    page.put(0, 0, SELLER.name, Style.TITLE)
    page.put(0, 2, "AVOIR", Style.TITLE)
    page.down(1, 0, blocks.seller("fr"), Style.NOTE)
    page.down(6, 0, ["Avoir n°", "Date", "Avoir sur facture n°"], Style.LABEL)
    page.put(6, 1, note.number)
    page.put(7, 1, note.issued, Style.DATE)
    page.put(8, 1, note.credits or "")
    page.put(5, 2, "Client", Style.LABEL)
    page.down(6, 2, blocks.buyer(note.customer))
    row = blocks.table(page, 15, 0, _COLUMNS, note.lines)
    page.down(row + 1, 2, ["Total HT", f"TVA {blocks.percent(rate, 'fr')}", "Total TTC"], Style.LABEL)
    page.down(row + 1, 3, [-note.net, -tax, -note.gross], Style.EUROS)
    return page
