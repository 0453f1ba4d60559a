"""Credit notes: numbered, worked out, changed, moved and shown (F33, F48)."""

from collections.abc import Callable

from ledgerferry_sandbox.books import approvals, drafting, settlement
from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.creditnote_models import CreditNote, CreditNoteFields
from ledgerferry_sandbox.books.customfields import spread
from ledgerferry_sandbox.books.drafting import Numbers
from ledgerferry_sandbox.books.errors import forbidden, missing
from ledgerferry_sandbox.books.wire import ZERO, folded, number, picked
from ledgerferry_sandbox.exchange import Row

STORED = frozenset(["draft", "pending_approval", "approved", "rejected", "open", "void"])
"""The statuses that a credit note carries; closed is worked out."""
LIST_KEYS = frozenset(
    [
        "creditnote_id",
        "creditnote_number",
        "customer_id",
        "reference_number",
        "date",
        "currency_id",
        "currency_code",
        "total",
        "balance",
        "created_time",
        "last_modified_time",
        "is_emailed",
        "location_id",
    ]
)


def _numbers(book: Book) -> Numbers[CreditNote]:
    return Numbers(
        book,
        book.creditnotes,
        "creditnote",
        lambda kept: kept.creditnote_number,
        lambda: _next_number(book),
    )


def _next_number(book: Book) -> str:
    organization = book.organization
    counter = organization.next_creditnote
    while book.creditnotes.has("number", folded(f"{organization.creditnote_prefix}{counter:05d}")):
        counter += 1
    book.organizations.put(organization.model_copy(update={"next_creditnote": counter + 1}))
    return f"{organization.creditnote_prefix}{counter:05d}"


def create(book: Book, fields: CreditNoteFields, *, own_number: bool, invoice_id: str = "") -> CreditNote:
    """A new credit note: open, unless it is to be a draft or has to be approved first.

    `invoice_id` ties it to an invoice, on which it is put at once as far as both reach (F48).
    """
    own_number = own_number or fields.ignore_auto_number_generation
    _, made = drafting.base(book, fields)
    creditnote_id = book.new_id()
    values = book.custom_values(book.creditnotes, creditnote_id, (), fields.custom_fields)
    given = {name: getattr(fields, name) for name in fields.model_fields_set}
    draft = fields.is_draft or book.organization.approvals != "off"
    made |= {
        "creditnote_id": creditnote_id,
        "date": fields.date or book.today(),
        "status": "draft" if draft else "open",
        "custom_fields": values,
        "creditnote_number": _numbers(book).new(fields.creditnote_number, creditnote_id, own=own_number),
    }
    tied = book.invoice(invoice_id) if invoice_id else None
    note = book.keep_creditnote(CreditNote.model_construct(**given | made))
    wanted = min(note.total, tied.balance) if tied and note.status == "open" else ZERO
    if tied and wanted > 0:
        note = settlement.put_on(book, note, tied, wanted)
    return note


def update(book: Book, note: CreditNote, fields: CreditNoteFields, *, own_number: bool) -> CreditNote:
    """The credit note with the given fields changed; given lines replace all lines."""
    if note.status == "void":
        raise forbidden("A void credit note cannot be changed.")
    given = drafting.changed(book, note, fields)
    own_number = own_number or fields.ignore_auto_number_generation
    if "creditnote_number" in given:
        given["creditnote_number"] = _numbers(book).changed(
            note.creditnote_number, fields.creditnote_number, note.creditnote_id, own=own_number
        )
    given["custom_fields"] = book.custom_values(
        book.creditnotes, note.creditnote_id, note.custom_fields, fields.custom_fields
    )
    changed = note.model_copy(update={**given, "last_modified_time": book.now()})
    if drafting.COUNTED & given.keys():
        if not changed.line_items:
            raise missing("line_items")
        changed = changed.model_copy(update=drafting.counted(book, changed, changed.price_precision))
        if changed.total < note.applied + note.amount_refunded:
            raise forbidden("The total is less than what has been credited and refunded.")
    return book.keep_creditnote(changed)


def remove(book: Book, note: CreditNote) -> None:
    """Deletes a credit note, unless it is used or lies in a closed period."""
    book.check_open(note.date, "deleted")
    book.drop_creditnote(_freed(book, note, "deleted"))


def _freed(book: Book, note: CreditNote, verb: str) -> CreditNote:
    """The credit note off all invoices; whether one that is on some may be freed is a switch."""
    if note.amount_refunded:
        raise forbidden(f"A credit note that was refunded cannot be {verb}.")
    if note.invoices and book.switches.at("applied_creditnote") == "refused":
        raise forbidden(f"A credit note that is applied to invoices cannot be {verb}.")
    for each in note.invoices:
        settlement.uncredit(book, note.creditnote_id, each.creditnote_invoice_id)
    return book.creditnote(note.creditnote_id)


def mark_open(book: Book, note: CreditNote) -> None:
    """From draft, or void, to open."""
    if note.status == "open":
        return
    if note.status != "void":
        approvals.check_sendable(book, note.status)
    _move(book, note, "open")


def mark_void(book: Book, note: CreditNote) -> None:
    """To void."""
    book.check_open(note.date, "changed")
    _move(book, _freed(book, note, "voided"), "void")


def mark_draft(book: Book, note: CreditNote) -> None:
    """From void back to draft."""
    if note.status != "void":
        raise forbidden("Only a void credit note can be marked as draft.")
    _move(book, note, "draft")


def _move(book: Book, note: CreditNote, status: str) -> None:
    changes = {"status": status, "last_modified_time": book.now()}
    book.keep_creditnote(note.model_copy(update=changes))


MOVES: dict[str, Callable[[Book, CreditNote], None]] = {
    "open": mark_open,
    "void": mark_void,
    "draft": mark_draft,
}


def status(note: CreditNote) -> str:
    """The status as Books shows it: an open one with nothing left is closed."""
    return "closed" if note.status == "open" and note.left <= 0 else note.status


def shown(book: Book, note: CreditNote) -> Row:
    """The credit note as its detail and the control plane show it."""
    hidden = {"invoices", "is_draft", "ignore_auto_number_generation"}
    custom = spread(note.custom_fields)
    files = book.documents.find("owner", note.creditnote_id)
    return (
        note.model_dump(mode="json", exclude=hidden)
        | drafting.shown(book, note, note.customer_id)
        | {
            "status": status(note),
            "balance": number(note.left),
            "invoices": [
                {
                    "invoice_id": each["invoice_id"],
                    "invoice_number": each["invoice_number"],
                    "amount": each["credited_amount"],
                }
                for each in credited(book, note)
            ],
            "invoices_credited": credited(book, note),
            "documents": [
                {"document_id": each.document_id, "file_name": each.file_name, "file_size": each.file_size}
                for each in files
            ],
            "custom_field_hash": custom,
        }
        | custom
    )


def credited(book: Book, note: CreditNote) -> list[Row]:
    """On which invoices a credit note is, and how much of it (F49)."""
    return [
        {
            "creditnote_id": note.creditnote_id,
            "creditnote_number": note.creditnote_number,
            "creditnote_invoice_id": each.creditnote_invoice_id,
            "invoice_id": each.invoice_id,
            "invoice_number": book.invoice(each.invoice_id).invoice_number,
            "date": each.date.isoformat() if each.date else "",
            "credited_amount": number(each.amount_applied),
        }
        for each in note.invoices
    ]


def row(book: Book, note: CreditNote) -> Row:
    """The credit note as a list shows it."""
    customer = book.contacts.get(note.customer_id)
    return (
        picked(note, LIST_KEYS)
        | {
            "status": status(note),
            "balance": number(note.left),
            "customer_name": customer.contact_name if customer else "",
        }
        | spread(note.custom_fields)
    )
