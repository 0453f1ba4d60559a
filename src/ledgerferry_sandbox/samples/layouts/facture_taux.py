"""French sheet with TVA by line at several rates and a table of bases (2024 and 2025)."""

from ledgerferry_sandbox.samples.companies import SELLER
from ledgerferry_sandbox.samples.invoice import Invoice
from ledgerferry_sandbox.samples.layouts import blocks
from ledgerferry_sandbox.samples.page import Page, Style

_COLUMNS: tuple[blocks.Column, ...] = (
    ("Désignation", lambda line: line.description, Style.TEXT),
    ("Quantité", lambda line: line.quantity, Style.QUANTITY),
    ("PU HT", lambda line: line.unit_price, Style.EUROS),
    ("TVA %", lambda line: line.rate, Style.QUANTITY),
    ("Montant HT", lambda line: line.amount, Style.EUROS),
)


def draw(invoice: Invoice) -> Page:
    """Labels above number and dates, the customer under them, lines with their rate, bases by rate."""
    page = Page((46, 16, 18, 20, 18))
    page.put(0, 0, SELLER.name, Style.TITLE)
    page.put(0, 3, "Facture", Style.TITLE)
    page.down(1, 0, blocks.seller("fr"), Style.NOTE)
    page.across(5, 1, ["Numéro de facture", "Date d'émission", "Échéance"], Style.HEADER)
    page.put(6, 1, invoice.number)
    page.put(6, 2, invoice.issued, Style.DATE)
    page.put(6, 3, invoice.due, Style.DATE)
    page.put(8, 0, "Client", Style.LABEL)
    page.down(9, 0, blocks.buyer(invoice.customer))
    _totals(page, invoice, _bases(page, invoice, blocks.table(page, 17, 0, _COLUMNS, invoice.lines)))
    return page


def _bases(page: Page, invoice: Invoice, row: int) -> int:
    page.across(row + 1, 0, ["Taux de TVA", "Base HT", "Montant TVA"], Style.HEADER)
    for offset, (rate, base) in enumerate(invoice.bases.items(), start=row + 2):
        page.put(offset, 0, f"TVA {blocks.percent(rate, 'fr')}")
        page.put(offset, 1, base, Style.EUROS)
        page.put(offset, 2, invoice.taxes[rate], Style.EUROS)
    return row + 2 + len(invoice.bases)


def _totals(page: Page, invoice: Invoice, row: int) -> None:
    page.down(row + 1, 3, ["Total HT", "Total TVA", "Net à payer TTC"], Style.LABEL)
    page.down(row + 1, 4, [invoice.net, invoice.tax, invoice.gross], Style.EUROS)
    if invoice.payment:
        page.put(row + 4, 3, "Acompte versé" if invoice.balance else "Réglé", Style.LABEL)
        page.put(row + 4, 4, invoice.paid, Style.EUROS)
        page.put(row + 5, 3, "Date de règlement", Style.LABEL)
        page.put(row + 5, 4, invoice.payment.on, Style.DATE)
        page.put(row + 6, 3, "Solde dû", Style.LABEL)
        page.put(row + 6, 4, invoice.balance, Style.EUROS)
