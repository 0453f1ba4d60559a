"""Files in the folder that are no invoice: a blank form, a price list, receipts, scans."""

from ledgerferry_sandbox.samples import pdf
from ledgerferry_sandbox.samples.catalogue import ENGLISH
from ledgerferry_sandbox.samples.companies import SELLER
from ledgerferry_sandbox.samples.invoice import Invoice, Payment
from ledgerferry_sandbox.samples.layouts import BESIDE
from ledgerferry_sandbox.samples.page import Page, Style


def blank_form(filled: Invoice) -> Page:
    """The form of the early years as it lies in the template folder, with nothing filled in."""
    return BESIDE.draw(filled).blank()


def price_list() -> Page:
    """What the seller charges this season: amounts and rates, but no number, no customer, no total."""
    page = Page((44, 16, 12))
    page.put(0, 0, f"{SELLER.name}: prices for the 2024 season", Style.TITLE, span=3)
    page.across(2, 0, ["Product or service", "Price ex VAT", "VAT rate"], Style.HEADER)
    for row, article in enumerate(ENGLISH, start=3):
        page.put(row, 0, article.description)
        page.put(row, 1, article.price, Style.POUNDS)
        page.put(row, 2, article.rate / 100, Style.PERCENT)
    page.put(len(ENGLISH) + 4, 0, "Trees and plants subject to availability. Prices may change.", Style.NOTE)
    return page


def receipt(invoice: Invoice, payment: Payment, *, printed: bool) -> bytes:
    """What the bank or the till gave out for a payment: a leaf of PDF, or a few words of text."""
    lines = [SELLER.name, f"{invoice.number}", f"{payment.on:%d/%m/%Y}"]
    if not printed:
        return "\n".join(["Reçu", *lines, ""]).encode()
    page = Page((60,))
    page.put(0, 0, "Receipt", Style.TITLE)
    page.down(2, 0, lines)
    return pdf.leaf(page)


def scan(invoice: Invoice) -> bytes:
    """The signed paper of an invoice, as a scanner leaves it: hardly a word that can be copied out."""
    page = Page((60,))
    page.put(0, 0, f"Signed copy of {invoice.number}", Style.NOTE)
    return pdf.leaf(page)
