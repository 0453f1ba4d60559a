"""Two contacts made one, and what else is asked of a contact by its id (F30, F42)."""

from ledgerferry_sandbox.books import contacts, invoices
from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.call import Call, Reply
from ledgerferry_sandbox.books.errors import forbidden
from ledgerferry_sandbox.books.models import Contact


def merge(book: Book, call: Call) -> Reply:
    """POST /contacts/{id}/merge: the contacts of `contact_ids` become the one of the path (F42)."""
    kept = book.contact(call.ids[0])
    others = [book.contact(number) for number in call.several("contact_ids")]
    if any(each.contact_id == kept.contact_id or each.currency_id != kept.currency_id for each in others):
        raise forbidden("These contacts cannot be merged.")
    for other in others:
        _take_over(book, book.contact(kept.contact_id), other)
    return Reply(message="The contacts have been merged.")


def _take_over(book: Book, kept: Contact, other: Contact) -> None:
    """Everything of the other becomes the kept one's, then the other is gone."""
    changes = {"customer_id": kept.contact_id, "last_modified_time": book.now()}
    for invoice in book.invoices.find("customer", other.contact_id):
        book.keep_invoice(invoice.model_copy(update=changes))
    for payment in book.payments.find("customer", other.contact_id):
        book.keep_payment(payment.model_copy(update=changes))
    for note in book.creditnotes.find("customer", other.contact_id):
        book.keep_creditnote(note.model_copy(update=changes))
    for bill in book.bills.find("customer", other.contact_id):
        taken = {"vendor_id": kept.contact_id, "last_modified_time": book.now()}
        book.bills.put(bill.model_copy(update=taken))
    moved = tuple(
        each.model_copy(update={"contact_id": kept.contact_id, "is_primary_contact": False})
        for each in other.contact_persons
    )
    book.contacts.drop(other.contact_id)
    contacts.keep(book, kept, contact_persons=(*kept.contact_persons, *moved))


def unpaid(book: Book, call: Call) -> Reply:
    """GET /contacts/{id}/unpaidinvoices."""
    held = book.invoices.find("customer", book.contact(call.ids[0]).contact_id)
    owing = [each for each in held if each.status == "sent" and each.balance > 0]
    return Reply({"invoices": [invoices.row(book, each) for each in owing]})


def contact_by_reference(book: Book, call: Call) -> Reply:
    """GET /contacts/reference/{reference_id}: the contact that a CRM record became (F30)."""
    asked = call.ids[0]
    found = (
        each
        for each in book.contacts
        if asked in (each.zcrm_contact_id, each.zcrm_account_id, each.zcrm_vendor_id)
    )
    contact = next(found, None)
    if contact is None:
        raise book.missing("Contact")
    return Reply({"contact": contacts.shown(book, contact)})


def invoice_by_reference(book: Book, call: Call) -> Reply:
    """GET /invoices/reference/{reference_id}: the invoice of this reference number (F30)."""
    found = book.invoices.find("reference", call.ids[0].strip().casefold())
    if not found:
        raise book.missing("Invoice")
    return Reply({"invoice": invoices.shown(book, found[0])})
