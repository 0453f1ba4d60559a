"""The calls on credit notes: list, create, read, change, move, delete (F26, F48)."""

from ledgerferry_sandbox.books import creditnotes, paper
from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.call import Call, Handler, Reply, read
from ledgerferry_sandbox.books.creditnote_models import CreditNote, CreditNoteFields
from ledgerferry_sandbox.books.customfields import CustomInput
from ledgerferry_sandbox.books.invoice_calls import TEMPLATE
from ledgerferry_sandbox.books.listing import Column, Test, View, day, decimal, listed, moment

STATUSES = ("Open", "Closed", "Draft", "Void")
SORTABLE = (
    *("customer_name", "creditnote_number", "balance", "total", "date", "created_time"),
    *("last_modified_time", "reference_number"),
)


def _is(wanted: str) -> Test[CreditNote]:
    return lambda kept: creditnotes.status(kept) == wanted


def view(book: Book) -> View[CreditNote]:
    """How credit notes are listed (F26)."""

    def customer_name(kept: CreditNote) -> str:
        customer = book.contacts.get(kept.customer_id)
        return customer.contact_name if customer else ""

    columns: dict[str, Column[CreditNote]] = {
        "creditnote_number": Column(lambda kept: kept.creditnote_number, index="number"),
        "reference_number": Column(lambda kept: kept.reference_number, index="reference"),
        "customer_id": Column(lambda kept: kept.customer_id, index="customer"),
        "customer_name": Column(customer_name),
        "status": Column(creditnotes.status),
        "total": Column(lambda kept: kept.total, decimal),
        "balance": Column(lambda kept: kept.left, decimal),
        "date": Column(lambda kept: kept.date, day),
        "item_id": Column(lambda kept: tuple(line.item_id for line in kept.line_items)),
        "item_name": Column(lambda kept: tuple(line.name for line in kept.line_items)),
        "item_description": Column(lambda kept: tuple(line.description for line in kept.line_items)),
        "line_item_id": Column(lambda kept: tuple(line.line_item_id for line in kept.line_items)),
        "tax_id": Column(lambda kept: tuple(line.tax_id for line in kept.line_items)),
        "last_modified_time": Column(lambda kept: kept.last_modified_time, moment),
    }
    fields = (field.api_name for field in book.fields("creditnotes"))
    return View(
        book.creditnotes,
        "Credit Notes",
        columns | {name: _custom(name) for name in fields},
        lambda kept: creditnotes.row(book, kept),
        sortable=(*SORTABLE, *(field.api_name for field in book.fields("creditnotes"))),
        named={f"Status.{name}": _is(name.lower()) for name in STATUSES},
        search=lambda kept: (kept.creditnote_number, kept.reference_number, customer_name(kept)),
    )


def _custom(name: str) -> Column[CreditNote]:
    def value(kept: CreditNote) -> str:
        return next((each.value for each in kept.custom_fields if each.api_name == name), "")

    return Column(value)


def index(book: Book, call: Call) -> Reply:
    """GET /creditnotes (F26)."""
    held = view(book)
    page = listed(held, call)
    return Reply({"creditnotes": [held.row(each) for each in page.records], "page_context": page.context})


def post(book: Book, call: Call) -> Reply:
    """POST /creditnotes (F33, F48)."""
    own = call.flag("ignore_auto_number_generation")
    fields = call.payload(CreditNoteFields)
    note = creditnotes.create(book, fields, own_number=own, invoice_id=call.get("invoice_id"))
    return _one(book, note, "Credit Note has been created.", 201)


def _one(book: Book, note: CreditNote, message: str = "success", status: int = 200) -> Reply:
    return Reply({"creditnote": creditnotes.shown(book, note)}, message, status)


def get(book: Book, call: Call) -> Reply:
    """GET /creditnotes/{id}, in JSON, or as a file with accept=pdf|html."""
    note = book.creditnote(call.ids[0])
    if (wanted := call.get("accept")) in paper.KINDS:
        return paper.of_creditnote(book, note, wanted)
    return _one(book, note)


def put(book: Book, call: Call) -> Reply:
    """PUT /creditnotes/{id} (F33)."""
    note, fields = book.creditnote(call.ids[0]), call.payload(CreditNoteFields)
    own = call.flag("ignore_auto_number_generation")
    return _one(book, creditnotes.update(book, note, fields, own_number=own), "Credit note has been updated.")


def delete(book: Book, call: Call) -> Reply:
    """DELETE /creditnotes/{id}."""
    creditnotes.remove(book, book.creditnote(call.ids[0]))
    return Reply(message="The credit note has been deleted.")


def _to(status: str) -> Handler:
    def handler(book: Book, call: Call) -> Reply:
        creditnotes.MOVES[status](book, book.creditnote(call.ids[0]))
        return Reply(message=f"The credit note has been marked as {status}.")

    handler.__doc__ = f"Marks a credit note as {status} (F48)."
    return handler


to_open, to_void, to_draft = _to("open"), _to("void"), _to("draft")


def get_custom(book: Book, call: Call) -> Reply:
    """GET /creditnotes/{id}/customfields."""
    note = book.creditnote(call.ids[0])
    return Reply({"custom_fields": [each.model_dump(mode="json") for each in note.custom_fields]})


def post_custom(book: Book, call: Call) -> Reply:
    """POST /creditnotes/{id}/customfields, whose body is a list, bare or under `custom_fields`."""
    given = tuple(read(CustomInput, row) for row in call.rows())
    fields = CreditNoteFields(custom_fields=given)
    creditnotes.update(book, book.creditnote(call.ids[0]), fields, own_number=False)
    return Reply(message="Custom Fields Updated Successfully")


def put_template(book: Book, call: Call) -> Reply:
    """PUT /creditnotes/{id}/templates/{id}."""
    if call.ids[1] != TEMPLATE:
        raise book.missing("Template")
    changes = {"template_id": call.ids[1], "last_modified_time": book.now()}
    book.keep_creditnote(book.creditnote(call.ids[0]).model_copy(update=changes))
    return Reply(message="Credit note has been updated.")
