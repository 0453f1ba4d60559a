"""Changes that a person makes in Books: by its screens, or by force (INTERFACE, `POST edit`)."""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from ledgerferry_sandbox.books import (
    contacts,
    creditnotes,
    customfields,
    invoices,
    items,
    payments,
    settings_calls,
    statuses,
    webhook_calls,
)
from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.call import read
from ledgerferry_sandbox.books.creditnote_models import CreditNote, CreditNoteFields
from ledgerferry_sandbox.books.customfields import CustomField
from ledgerferry_sandbox.books.errors import Refusal
from ledgerferry_sandbox.books.item_models import Item, ItemFields
from ledgerferry_sandbox.books.models import (
    Contact,
    ContactFields,
    Invoice,
    InvoiceFields,
    Payment,
    PaymentFields,
)
from ledgerferry_sandbox.books.settings import Currency, CurrencyFields, Organization, Tax, TaxFields
from ledgerferry_sandbox.books.showing import detail
from ledgerferry_sandbox.books.webhook_models import Webhook, WebhookFields, Workflow, WorkflowFields
from ledgerferry_sandbox.desk.tables import Table
from ledgerferry_sandbox.exchange import Row
from ledgerferry_sandbox.rooms import Edit, EditRefused

MOVES = {
    "sent": statuses.mark_sent,
    "viewed": statuses.mark_viewed,
    "void": statuses.mark_void,
    "draft": statuses.mark_draft,
}


def edit(book: Book, change: Edit) -> Row:
    """Makes the change and returns the record, or of a deleted one its id."""
    table = {table.name: table for table in book.tables()}.get(change.kind)
    if table is None:
        raise EditRefused(f"books has no kind {change.kind!r}")
    try:
        if change.delete:
            return _delete(book, table, change)
        record = _forced(book, table, change) if change.force else _made(book, change)
    except Refusal as refusal:
        raise EditRefused(refusal.message) from None
    return detail(book, record)


def _made(book: Book, change: Edit) -> BaseModel:
    makers: dict[str, Callable[[Book, Edit], BaseModel]] = {
        "contacts": _contact,
        "invoices": _invoice,
        "customerpayments": _payment,
        "creditnotes": _creditnote,
        "items": _item,
        "webhooks": _webhook,
        "workflows": _workflow,
        "customfields": _customfield,
        "taxes": _tax,
        "currencies": _currency,
        "organizations": _organization,
    }
    if change.kind not in makers:
        raise EditRefused(f"a person makes no {change.kind} here")
    return makers[change.kind](book, change)


def _contact(book: Book, change: Edit) -> Contact:
    fields = read(ContactFields, change.fields)
    if change.id is None:
        kept = contacts.create(book, fields)
    else:
        kept = contacts.update(book, book.contact(change.id), fields)
    state = change.fields.get("status")
    return contacts.keep(book, kept, status=state) if state in ("active", "inactive") else kept


def _invoice(book: Book, change: Edit) -> Invoice:
    fields = read(InvoiceFields, change.fields)
    own = bool(fields.invoice_number)
    if change.id is None:
        kept = invoices.create(book, fields, own_number=own)
    elif fields.model_fields_set:
        kept = invoices.update(book, book.invoice(change.id), fields, own_number=own)
    else:
        kept = book.invoice(change.id)
    move = MOVES.get(str(change.fields.get("status", "")))
    if move:
        move(book, kept)
    return book.invoice(kept.invoice_id)


def _payment(book: Book, change: Edit) -> Payment:
    fields = read(PaymentFields, change.fields)
    if change.id is None:
        return payments.create(book, fields)
    return payments.update(book, book.payment(change.id), fields)


def _creditnote(book: Book, change: Edit) -> CreditNote:
    fields = read(CreditNoteFields, change.fields)
    own = bool(fields.creditnote_number)
    if change.id is None:
        kept = creditnotes.create(book, fields, own_number=own)
    elif fields.model_fields_set:
        kept = creditnotes.update(book, book.creditnote(change.id), fields, own_number=own)
    else:
        kept = book.creditnote(change.id)
    move = creditnotes.MOVES.get(str(change.fields.get("status", "")))
    if move:
        move(book, kept)
    return book.creditnote(kept.creditnote_id)


def _item(book: Book, change: Edit) -> Item:
    fields = read(ItemFields, change.fields)
    if change.id is None:
        return items.create(book, fields)
    return items.update(book, book.item(change.id), fields)


def _webhook(book: Book, change: Edit) -> Webhook:
    if change.id is None:
        return webhook_calls.create_webhook(book, read(WebhookFields, change.fields))
    held = book.there(book.webhooks, change.id, "Webhook")
    return book.webhooks.put(read(Webhook, held.model_dump() | change.fields))


def _workflow(book: Book, change: Edit) -> Workflow:
    if change.id is None:
        return webhook_calls.create_workflow(book, read(WorkflowFields, change.fields))
    held = book.there(book.workflows, change.id, "Workflow")
    return book.workflows.put(read(Workflow, held.model_dump() | change.fields))


def _customfield(book: Book, change: Edit) -> CustomField:
    held = book.customfields.get(change.id) if change.id else None
    name = str(change.fields.get("api_name", ""))
    module = str(change.fields.get("module", ""))
    if held is None and (module not in customfields.MODULES or not name):
        raise EditRefused(f"a custom field has a module ({', '.join(customfields.MODULES)}) and an api_name")
    count = len(book.fields(module)) + 1
    base: Row = {
        "customfield_id": book.new_id(),
        "label": name.removeprefix("cf_").replace("_", " ").capitalize(),
        "index": count,
    }
    former = held.model_dump() if held else base
    return book.customfields.put(read(CustomField, former | change.fields))


def _tax(book: Book, change: Edit) -> Tax:
    if change.id is None:
        return settings_calls.create_tax(book, read(TaxFields, change.fields))
    held = book.tax(change.id)
    return book.taxes.put(read(Tax, held.model_dump() | change.fields))


def _currency(book: Book, change: Edit) -> Currency:
    if change.id is None:
        return settings_calls.create_currency(book, read(CurrencyFields, change.fields))
    held = book.currency(change.id)
    return book.currencies.put(read(Currency, held.model_dump() | change.fields))


def _organization(book: Book, change: Edit) -> Organization:
    held = book.organization
    kept = book.organizations.put(read(Organization, held.model_dump() | change.fields))
    book.desk.zone = kept.zone
    return kept


def _forced(book: Book, table: Table[Any], change: Edit) -> BaseModel:
    held = table.get(change.id) if change.id else None
    if held is None:
        raise EditRefused("only a record that exists can be forced")
    changed = read(table.model, held.model_dump() | change.fields)
    if "last_modified_time" in type(changed).model_fields and not change.silent:
        changed = changed.model_copy(update={"last_modified_time": book.now()})
    if isinstance(changed, Invoice):
        status = changed.status if changed.status in invoices.STORED else "sent"
        return book.keep_invoice(changed.model_copy(update={"status": status}), silent=change.silent)
    if isinstance(changed, Payment):
        return book.keep_payment(changed, silent=change.silent)
    if isinstance(changed, CreditNote):
        status = changed.status if changed.status in creditnotes.STORED else "open"
        return book.keep_creditnote(changed.model_copy(update={"status": status}))
    kept: BaseModel = table.put(changed, silent=change.silent)
    return kept


def _delete(book: Book, table: Table[Any], change: Edit) -> Row:
    record = table.get(change.id or "")
    if record is None:
        raise EditRefused("there is no such record")
    if isinstance(record, Invoice):
        _delete_invoice(book, record, force=change.force)
    elif isinstance(record, Payment):
        payments.remove(book, record)
    elif isinstance(record, CreditNote):
        creditnotes.remove(book, record)
    elif isinstance(record, Item) and not change.force:
        items.remove(book, record)
    elif isinstance(record, Contact) and not change.force:
        contacts.remove(book, record)
    else:
        table.drop(table.key(record))
    return {"id": change.id, "deleted": True}


def _delete_invoice(book: Book, invoice: Invoice, *, force: bool) -> None:
    if force:
        book.drop_invoice(invoice)
    else:
        invoices.remove(book, invoice)
