"""Invoices: numbered, worked out, changed and shown (F33 to F35, F40)."""

from datetime import UTC, datetime, timedelta

from ledgerferry_sandbox.books import drafting, settlement
from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.customfields import spread
from ledgerferry_sandbox.books.drafting import Numbers
from ledgerferry_sandbox.books.errors import forbidden, invalid
from ledgerferry_sandbox.books.models import Invoice, InvoiceFields
from ledgerferry_sandbox.books.wire import ZERO, derived, folded, picked
from ledgerferry_sandbox.exchange import Row

LIST_KEYS = (
    "invoice_id",
    "customer_id",
    "invoice_number",
    "reference_number",
    "date",
    "due_date",
    "currency_id",
    "currency_code",
    "total",
    "balance",
    "created_time",
    "last_modified_time",
    "is_emailed",
    "reminders_sent",
    "last_reminder_sent_date",
    "last_payment_date",
    "shipping_charge",
    "adjustment",
    "write_off_amount",
    "exchange_rate",
)


STORED = frozenset(["draft", "pending_approval", "approved", "rejected", "sent", "void"])
"""The statuses that an invoice carries; all others are worked out."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
BLANK = Invoice(invoice_id="", created_time=LONG_AGO, last_modified_time=LONG_AGO)
"""What every new invoice begins as."""


def _numbers(book: Book) -> Numbers[Invoice]:
    return Numbers(
        book, book.invoices, "invoice", lambda kept: kept.invoice_number, lambda: _next_number(book)
    )


def create(book: Book, fields: InvoiceFields, *, own_number: bool) -> Invoice:
    """A new draft. `own_number` is the flag that lets the caller choose the number (F33)."""
    customer, made = drafting.base(book, fields)
    invoice_id = book.new_id()
    values = book.custom_values(book.invoices, invoice_id, (), fields.custom_fields)
    given = {name: getattr(fields, name) for name in fields.model_fields_set}
    made |= _dates(book, fields) | {
        "invoice_id": invoice_id,
        "custom_fields": values,
        "balance": made["total"],
        "payment_reminder_enabled": customer.payment_reminder_enabled,
        "invoice_number": _numbers(book).new(fields.invoice_number, invoice_id, own=own_number),
    }
    return book.keep_invoice(derived(BLANK, given | made))


def update(book: Book, invoice: Invoice, fields: InvoiceFields, *, own_number: bool) -> Invoice:
    """The invoice with the given fields changed; given lines replace all lines."""
    if invoice.status == "void":
        raise forbidden("A void invoice cannot be changed.")
    given = drafting.changed(book, invoice, fields)
    if "invoice_number" in given:
        given["invoice_number"] = _numbers(book).changed(
            invoice.invoice_number, fields.invoice_number, invoice.invoice_id, own=own_number
        )
    given["custom_fields"] = book.custom_values(
        book.invoices, invoice.invoice_id, invoice.custom_fields, fields.custom_fields
    )
    changed = invoice.model_copy(update={**given, "last_modified_time": book.now()})
    if drafting.COUNTED & given.keys():
        changed = changed.model_copy(update=drafting.counted(book, changed, changed.price_precision))
        if changed.total < invoice.payment_made + invoice.credits_applied:
            raise forbidden("The invoice total is less than what has been paid.")
    return book.keep_invoice(settlement.balanced(changed))


def remove(book: Book, invoice: Invoice) -> None:
    """Deletes an invoice, unless it is paid or lies in a closed period (F37)."""
    book.check_open(invoice.date, "deleted")
    if invoice.payment_made and book.switches.at("delete_paid_invoice") == "refused":
        raise forbidden("Invoices that have payments cannot be deleted.")
    settlement.release(book, invoice)
    book.drop_invoice(book.invoice(invoice.invoice_id))


def status(book: Book, invoice: Invoice) -> str:
    """The status as Books shows it, by balance and by the organisation's day (F35)."""
    if invoice.status != "sent":
        return invoice.status
    if invoice.balance <= ZERO:
        return book.switches.at("written_off_status") if invoice.write_off_amount else "paid"
    settled = invoice.payment_made + invoice.credits_applied
    late = invoice.due_date is not None and invoice.due_date < book.today()
    if late and not (settled and book.switches.at("partly_paid_late") == "partially_paid"):
        return "overdue"
    if settled:
        return "partially_paid"
    return "viewed" if invoice.is_viewed_by_client else "sent"


def _dates(book: Book, fields: InvoiceFields) -> Row:
    day = fields.date or book.today()
    due = fields.due_date or day + timedelta(days=max(fields.payment_terms, 0))
    if due < day:
        raise invalid("due_date")
    return {"date": day, "due_date": due}


def _next_number(book: Book) -> str:
    organization = book.organization
    counter = organization.next_invoice
    while book.invoices.has("number", folded(f"{organization.invoice_prefix}{counter:06d}")):
        counter += 1
    book.organizations.put(organization.model_copy(update={"next_invoice": counter + 1}))
    return f"{organization.invoice_prefix}{counter:06d}"


def shown(book: Book, invoice: Invoice) -> Row:
    """The invoice as its detail and the control plane show it."""
    row = invoice.model_dump(mode="json")
    del row["metadata"]
    custom = spread(invoice.custom_fields)
    documents = book.documents.find("owner", invoice.invoice_id)
    customer = book.contacts.get(invoice.customer_id)
    files = [
        {
            "document_id": each.document_id,
            "file_name": each.file_name,
            "file_size": each.file_size,
            "file_type": each.file_type,
            "can_send_in_mail": each.can_send_in_mail,
        }
        for each in documents
    ]
    row |= {
        "status": status(book, invoice),
        "customer_name": customer.contact_name if customer else "",
        "has_attachment": bool(files),
        "attachment_name": documents[-1].file_name if documents else "",
        "documents": files,
        "custom_field_hash": custom,
        "invoice_url": f"https://books.example/SecurePayment?CInvoiceID={invoice.invoice_id}",
        **custom,
    }
    return row


def _own(invoice: Invoice) -> Row:
    return picked(invoice, LIST_KEYS) | spread(invoice.custom_fields)


def row(book: Book, invoice: Invoice) -> Row:
    """The invoice as a list shows it."""
    customer = book.contacts.get(invoice.customer_id)
    return book.rows.of(invoice.invoice_id, invoice, _own) | {
        "status": status(book, invoice),
        "customer_name": customer.contact_name if customer else "",
        "has_attachment": book.documents.has("owner", invoice.invoice_id),
    }
