"""French sheet typed like a letter: every amount and date is text, decimals by comma (2022 and 2023)."""

from datetime import date
from decimal import Decimal

from ledgerferry_sandbox.samples.companies import SELLER
from ledgerferry_sandbox.samples.invoice import Invoice
from ledgerferry_sandbox.samples.layouts import blocks
from ledgerferry_sandbox.samples.page import NO_BREAK_SPACE, Page, Style, comma_decimal, plain


def draw(invoice: Invoice) -> Page:
    """Customer first, as in a letter; then number and dates; amounts like 1 234,50 € as text."""
    page = Page((46, 12, 18, 20))
    page.put(0, 0, SELLER.name, Style.TITLE)
    page.down(1, 0, blocks.seller("fr"), Style.NOTE)
    page.put(5, 2, "Facturé à :", Style.LABEL)
    page.down(6, 2, blocks.buyer(invoice.customer))
    page.down(6, 0, ["N° de facture :", "Date :", "Échéance :"], Style.LABEL)
    page.down(6, 1, [invoice.number, _day(invoice.issued), _day(invoice.due)])
    page.across(14, 0, ["Description", "Qté", "P.U. HT", "Total HT"], Style.HEADER)
    for row, line in enumerate(invoice.lines, start=15):
        quantity = plain(line.quantity).replace(".", ",")
        page.across(row, 0, [line.description, quantity, _euros(line.unit_price), _euros(line.amount)])
    _totals(page, invoice, 16 + len(invoice.lines))
    return page


def _totals(page: Page, invoice: Invoice, row: int) -> None:
    ((rate, tax),) = invoice.taxes.items()
    page.down(row, 2, ["Total HT", f"TVA à {blocks.percent(rate, 'fr')}", "Total TTC"], Style.LABEL)
    page.down(row, 3, [_euros(invoice.net), _euros(tax), _euros(invoice.gross)])
    if invoice.payment:
        page.down(row + 4, 2, ["Payé", "Payé le", "Solde dû"], Style.LABEL)
        page.down(row + 4, 3, [_euros(invoice.paid), _day(invoice.payment.on), _euros(invoice.balance)])


def _euros(amount: Decimal) -> str:
    return f"{comma_decimal(amount)}{NO_BREAK_SPACE}€"


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
