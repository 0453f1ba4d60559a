"""French sheet with real numbers in euros and formulas (2024 and 2025)."""

from ledgerferry_sandbox.samples.companies import SELLER
from ledgerferry_sandbox.samples.invoice import Invoice
from ledgerferry_sandbox.samples.layouts import blocks
from ledgerferry_sandbox.samples.page import Page, Style, address

_FIRST_LINE = 16


def draw(invoice: Invoice) -> Page:
    """Seller left, customer right, number and dates beside their labels, totals under the table."""
    page = Page((46, 12, 22, 20))
    page.put(0, 0, SELLER.name, Style.TITLE)
    page.down(1, 0, blocks.seller("fr"), Style.NOTE)
    page.put(0, 2, "FACTURE", Style.TITLE)
    page.down(6, 0, ["Facture n°", "Date de facture", "Date d'échéance"], Style.LABEL)
    page.put(6, 1, invoice.number)
    page.put(7, 1, invoice.issued, Style.DATE)
    page.put(8, 1, invoice.due, Style.DATE)
    page.put(5, 2, "Client", Style.LABEL)
    page.down(6, 2, blocks.buyer(invoice.customer))
    headings = ["Désignation", "Quantité", "Prix unitaire HT", "Montant HT"]
    page.across(_FIRST_LINE - 1, 0, headings, Style.HEADER)
    for row, line in enumerate(invoice.lines, start=_FIRST_LINE):
        page.put(row, 0, line.description)
        page.put(row, 1, line.quantity, Style.QUANTITY)
        page.put(row, 2, line.unit_price, Style.EUROS)
        page.put(row, 3, line.amount, Style.EUROS, formula=f"{address(row, 1)}*{address(row, 2)}")
    _totals(page, invoice, _FIRST_LINE + len(invoice.lines))
    return page


def _totals(page: Page, invoice: Invoice, row: int) -> None:
    ((rate, tax),) = invoice.taxes.items()
    net, tva, total, paid = (address(row + 1 + offset, 3) for offset in range(4))
    page.down(row + 1, 2, ["Total HT", f"TVA {blocks.percent(rate, 'fr')}", "Total TTC"], Style.LABEL)
    lines = f"SUM({address(_FIRST_LINE, 3)}:{address(row - 1, 3)})"
    page.put(row + 1, 3, invoice.net, Style.EUROS, formula=lines)
    page.put(row + 2, 3, tax, Style.EUROS, formula=f"ROUND({net}*{rate}/100,2)")
    page.put(row + 3, 3, invoice.gross, Style.EUROS, formula=f"{net}+{tva}")
    if invoice.payment:
        page.put(row + 4, 2, "Déjà payé", Style.LABEL)
        page.put(row + 4, 3, invoice.paid, Style.EUROS)
        page.put(row + 5, 2, "Payé le", Style.LABEL)
        page.put(row + 5, 3, invoice.payment.on, Style.DATE)
        page.put(row + 6, 2, "Reste à payer", Style.LABEL)
        page.put(row + 6, 3, invoice.balance, Style.EUROS, formula=f"{total}-{paid}")
