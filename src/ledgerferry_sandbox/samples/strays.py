"""Files in the folder that are no invoice: a blank form and a price list."""

from ledgerferry_sandbox.samples.catalogue import ENGLISH
from ledgerferry_sandbox.samples.companies import SELLER
from ledgerferry_sandbox.samples.invoice import Invoice
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
