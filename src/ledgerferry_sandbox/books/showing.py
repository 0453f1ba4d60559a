"""Records as their details show them, whatever they are, and what they are called on the wire."""

from pydantic import BaseModel

from ledgerferry_sandbox.books import bills, contacts, creditnotes, invoices, items, payments
from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.creditnote_models import CreditNote
from ledgerferry_sandbox.books.item_models import Item
from ledgerferry_sandbox.books.models import Contact, Invoice, Payment
from ledgerferry_sandbox.books.purchase_models import Bill
from ledgerferry_sandbox.exchange import Row

ENTITIES = ("invoice", "contact", "customerpayment", "creditnote", "item")
"""The kinds that webhooks tell of; each is also the key of a default payload (F53)."""


def entity_of(name: str) -> str:
    """The kind that a table or a caller means: Invoices, customer_payment, customers."""
    plain = name.lower().replace("_", "").replace(" ", "").removesuffix("s")
    return "contact" if plain in ("customer", "vendor") else plain


def detail(book: Book, record: BaseModel) -> Row:
    """A record as its detail shows it."""
    if isinstance(record, Contact):
        return contacts.shown(book, record)
    if isinstance(record, Invoice):
        return invoices.shown(book, record)
    if isinstance(record, Payment):
        return payments.shown(book, record)
    if isinstance(record, CreditNote):
        return creditnotes.shown(book, record)
    if isinstance(record, Bill):
        return bills.shown(book, record)
    if isinstance(record, Item):
        return items.shown(book, record)
    return record.model_dump(mode="json")
