"""French sheet with a row for each payment on account between total and what is left (all years)."""

from ledgerferry_sandbox.samples.companies import SELLER
from ledgerferry_sandbox.samples.invoice import Invoice
from ledgerferry_sandbox.samples.layouts import blocks
from ledgerferry_sandbox.samples.page import Page, Style

_COLUMNS: tuple[blocks.Column, ...] = (
    ("Désignation", lambda line: line.description, Style.TEXT),
    ("Quantité", lambda line: line.quantity, Style.QUANTITY),
    ("Prix unitaire HT", lambda line: line.unit_price, Style.EUROS),
    ("Montant HT", lambda line: line.amount, Style.EUROS),
)


def draw(invoice: Invoice) -> Page:
    """Number and dates left, customer right, the table, then totals, payments and balance in one column."""
    page = Page((46, 12, 30, 18))
    page.put(0, 0, SELLER.name, Style.TITLE)
    page.put(0, 2, "FACTURE", Style.TITLE)
    page.down(1, 0, blocks.seller("fr"), Style.NOTE)
    page.down(6, 0, ["Facture n°", "Date de facture", "Date d'échéance"], Style.LABEL)
    page.put(6, 1, invoice.number)
    page.put(7, 1, invoice.issued, Style.DATE)
    page.put(8, 1, invoice.due, Style.DATE)
    page.put(5, 2, "Client", Style.LABEL)
    page.down(6, 2, blocks.buyer(invoice.customer))
    _totals(page, invoice, blocks.table(page, 15, 0, _COLUMNS, invoice.lines))
    return page


def _totals(page: Page, invoice: Invoice, row: int) -> None:
    ((rate, tax),) = invoice.taxes.items()
    page.down(row + 1, 2, ["Total HT", f"TVA {blocks.percent(rate, 'fr')}", "Total TTC"], Style.LABEL)
    page.down(row + 1, 3, [invoice.net, tax, invoice.gross], Style.EUROS)
    for offset, payment in enumerate(invoice.payments, start=row + 4):
        how = f" par {payment.mode}" if payment.mode else ""
        page.put(offset, 2, f"Acompte versé le {payment.on:%d/%m/%Y}{how}", Style.LABEL)
        page.put(offset, 3, payment.amount, Style.EUROS)
    page.put(row + 4 + len(invoice.payments), 2, "Solde dû", Style.LABEL)
    page.put(row + 4 + len(invoice.payments), 3, invoice.balance, Style.EUROS)
