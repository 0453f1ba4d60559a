"""By which keys the records of Books are found at once."""

from collections.abc import Iterable

from ledgerferry_sandbox.books import customfields
from ledgerferry_sandbox.books.creditnote_models import CreditNote
from ledgerferry_sandbox.books.item_models import Item
from ledgerferry_sandbox.books.models import Contact, Invoice, Payment
from ledgerferry_sandbox.books.purchase_models import Bill
from ledgerferry_sandbox.books.wire import folded
from ledgerferry_sandbox.desk.tables import Keys


def _contact_emails(contact: Contact) -> Iterable[str]:
    return [folded(person.email) for person in contact.contact_persons if person.email]


def _invoice_state(invoice: Invoice) -> Iterable[str]:
    owing = invoice.status == "sent" and invoice.balance > 0
    return ["owing" if owing else "settled" if invoice.status == "sent" else invoice.status]


CONTACT_KEYS: dict[str, Keys[Contact]] = {
    "name": lambda kept: [folded(kept.contact_name)],
    "company": lambda kept: [folded(kept.company_name)] if kept.company_name else [],
    "email": _contact_emails,
    "person": lambda kept: [person.contact_person_id for person in kept.contact_persons],
    "custom": lambda kept: customfields.keys(kept.custom_fields),
}
INVOICE_KEYS: dict[str, Keys[Invoice]] = {
    "number": lambda kept: [folded(kept.invoice_number)],
    "reference": lambda kept: [folded(kept.reference_number)] if kept.reference_number else [],
    "customer": lambda kept: [kept.customer_id],
    "state": _invoice_state,
    "custom": lambda kept: customfields.keys(kept.custom_fields),
}
PAYMENT_KEYS: dict[str, Keys[Payment]] = {
    "reference": lambda kept: [folded(kept.reference_number)] if kept.reference_number else [],
    "customer": lambda kept: [kept.customer_id],
    "invoice": lambda kept: [each.invoice_id for each in kept.invoices],
    "custom": lambda kept: customfields.keys(kept.custom_fields),
}
CREDITNOTE_KEYS: dict[str, Keys[CreditNote]] = {
    "number": lambda kept: [folded(kept.creditnote_number)],
    "reference": lambda kept: [folded(kept.reference_number)] if kept.reference_number else [],
    "customer": lambda kept: [kept.customer_id],
    "invoice": lambda kept: [each.invoice_id for each in kept.invoices],
    "custom": lambda kept: customfields.keys(kept.custom_fields),
}
BILL_KEYS: dict[str, Keys[Bill]] = {
    "number": lambda kept: [f"{kept.vendor_id} {folded(kept.bill_number)}"],
    "customer": lambda kept: [kept.vendor_id],
}
ITEM_KEYS: dict[str, Keys[Item]] = {
    "name": lambda kept: [folded(kept.name)],
    "custom": lambda kept: customfields.keys(kept.custom_fields),
}
