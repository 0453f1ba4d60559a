"""The calls on invoices: list, create, read, change, delete (F25, F31, F33, F38)."""

from ledgerferry_sandbox.books import approvals, invoices, mailing, paper
from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.call import Call, Reply, read
from ledgerferry_sandbox.books.customfields import CustomInput
from ledgerferry_sandbox.books.errors import Refusal, missing
from ledgerferry_sandbox.books.listing import Column, Test, View, day, decimal, listed, moment
from ledgerferry_sandbox.books.models import Invoice, InvoiceFields
from ledgerferry_sandbox.books.wire import ZERO, number
from ledgerferry_sandbox.exchange import Row

STATUSES = {
    "Status.Sent": ("sent", "viewed"),
    "Status.Draft": ("draft",),
    "Status.OverDue": ("overdue",),
    "Status.Paid": ("paid",),
    "Status.Void": ("void",),
    "Status.Unpaid": ("sent", "viewed", "overdue", "partially_paid"),
    "Status.Viewed": ("viewed",),
    "Status.PartiallyPaid": ("partially_paid",),
}
TEMPLATE = "982000000000025"
STARTS = {
    "Status.Sent": ("state", "owing"),
    "Status.OverDue": ("state", "owing"),
    "Status.Unpaid": ("state", "owing"),
    "Status.Viewed": ("state", "owing"),
    "Status.PartiallyPaid": ("state", "owing"),
    "Status.Draft": ("state", "draft"),
    "Status.Void": ("state", "void"),
    "Status.Paid": ("state", "settled"),
}
OWING = frozenset(["sent", "viewed", "overdue", "partially_paid"])
SORTABLE = ("customer_name", "invoice_number", "date", "due_date", "total", "balance", "created_time")


def _start(status: str) -> tuple[str, str] | None:
    """Under which state of the index the invoices of a status stand."""
    if status in OWING:
        return "state", "owing"
    return ("state", status) if status in invoices.STORED else ("state", "settled")


def _customer_name(book: Book, invoice: Invoice) -> str:
    customer = book.contacts.get(invoice.customer_id)
    return customer.contact_name if customer else ""


def _email(book: Book, invoice: Invoice) -> str:
    customer = book.contacts.get(invoice.customer_id)
    return customer.primary.email if customer and customer.primary else ""


def _is(book: Book, wanted: tuple[str, ...]) -> Test[Invoice]:
    return lambda kept: invoices.status(book, kept) in wanted


def _columns(book: Book) -> dict[str, Column[Invoice]]:
    return {
        "invoice_number": Column(lambda kept: kept.invoice_number, index="number"),
        "reference_number": Column(lambda kept: kept.reference_number, index="reference"),
        "customer_id": Column(lambda kept: kept.customer_id, index="customer"),
        "customer_name": Column(lambda kept: _customer_name(book, kept)),
        "email": Column(lambda kept: _email(book, kept)),
        "status": Column(lambda kept: invoices.status(book, kept), narrow=_start),
        "total": Column(lambda kept: kept.total, decimal),
        "balance": Column(lambda kept: kept.balance, decimal),
        "date": Column(lambda kept: kept.date, day),
        "due_date": Column(lambda kept: kept.due_date, day),
        "item_id": Column(lambda kept: tuple(line.item_id for line in kept.line_items)),
        "item_name": Column(lambda kept: tuple(line.name for line in kept.line_items)),
        "item_description": Column(lambda kept: tuple(line.description for line in kept.line_items)),
        "created_date": Column(lambda kept: kept.created_time.date(), day),
        "last_modified_time": Column(lambda kept: kept.last_modified_time, moment),
    }


def view(book: Book) -> View[Invoice]:
    """How invoices are listed (F25)."""
    undocumented = book.switches.at("undocumented_filters") == "work"
    return View(
        book.invoices,
        "Invoices",
        _columns(book),
        lambda kept: invoices.row(book, kept),
        sortable=SORTABLE + (("last_modified_time",) if undocumented else ()),
        named={
            **{name: _is(book, wanted) for name, wanted in STATUSES.items()},
            "Date.PaymentExpectedDate": lambda kept: kept.payment_expected_date is not None,
        },
        starts=STARTS,
        statuses={"unpaid": _is(book, STATUSES["Status.Unpaid"])},
        search=lambda kept: (kept.invoice_number, kept.reference_number, _customer_name(book, kept)),
        custom=book.switches.at("custom_field_filter"),
    )


def index(book: Book, call: Call) -> Reply:
    """GET /invoices (F17, F24, F25).

    By response_option: 0 rows, 1 rows, count and sums, 2 count, 3 count and sums, 4 rows and sums (F25).
    """
    held = book.once(view)
    page = listed(held, call)
    option = call.get("response_option") or "0"
    context: Row = page.context | {"response_option": int(option) if option.isdigit() else 0}
    rows: Row = {} if option in ("2", "3") else {"invoices": [held.row(each) for each in page.records]}
    if option in ("1", "2", "3", "4"):
        context |= _sums(list(page.every()), option)
    return Reply(rows | {"page_context": context})


def _sums(found: list[Invoice], option: str) -> Row:
    count = {"total": len(found)} if option in ("1", "2", "3") else {}
    if option == "2":
        return count
    total = sum((each.total for each in found), ZERO)
    balance = sum((each.balance for each in found), ZERO)
    return count | {
        "sum_columns": [
            {"column_name": "total", "total": number(total)},
            {"column_name": "balance", "total": number(balance)},
        ]
    }


def _sent(book: Book, call: Call, invoice: Invoice) -> Invoice:
    if not call.flag("send"):
        return invoice
    approvals.check_sendable(book, invoice.status)
    return mailing.send_invoice(book, invoice)


def post(book: Book, call: Call) -> Reply:
    """POST /invoices (F33, F34)."""
    own = call.flag("ignore_auto_number_generation")
    invoice = invoices.create(book, call.payload(InvoiceFields), own_number=own)
    invoice = _sent(book, call, invoice)
    return Reply({"invoice": invoices.shown(book, invoice)}, "The invoice has been created.", 201)


def get(book: Book, call: Call) -> Reply:
    """GET /invoices/{id}, in JSON, or as a file with accept=pdf|html (F38, F40)."""
    invoice = book.invoice(call.ids[0])
    if (wanted := call.get("accept")) in paper.KINDS:
        return paper.of_invoice(book, invoice, wanted)
    return Reply({"invoice": invoices.shown(book, invoice)})


def put(book: Book, call: Call) -> Reply:
    """PUT /invoices/{id} (F33)."""
    invoice, fields = book.invoice(call.ids[0]), call.payload(InvoiceFields)
    own = call.flag("ignore_auto_number_generation")
    changed = invoices.update(book, invoice, fields, own_number=own)
    return Reply({"invoice": invoices.shown(book, changed)}, "Invoice information has been updated.")


def put_custom(book: Book, call: Call) -> Reply:
    """PUT /invoice/{id}/customfields, whose body is a bare list."""
    invoice = book.invoice(call.ids[0])
    given = tuple(read(CustomInput, row) for row in call.rows())
    fields = InvoiceFields(custom_fields=given)
    invoices.update(book, invoice, fields, own_number=False)
    return Reply(message="Custom Fields Updated Successfully")


def delete(book: Book, call: Call) -> Reply:
    """DELETE /invoices/{id} (F29, F37)."""
    invoices.remove(book, book.invoice(call.ids[0]))
    return Reply(message="The invoice has been deleted.")


def payments(book: Book, call: Call) -> Reply:
    """GET /invoices/{id}/payments."""
    invoice = book.invoice(call.ids[0])
    rows = [
        {
            "payment_id": payment.payment_id,
            "payment_number": payment.payment_number,
            "invoice_id": invoice.invoice_id,
            "invoice_payment_id": each.invoice_payment_id,
            "payment_mode": payment.payment_mode,
            "description": payment.description,
            "date": payment.date.isoformat() if payment.date else "",
            "reference_number": payment.reference_number,
            "exchange_rate": number(payment.exchange_rate),
            "amount": number(each.amount_applied),
            "tax_amount_withheld": number(each.tax_amount_withheld),
        }
        for payment in book.payments.find("invoice", invoice.invoice_id)
        for each in payment.invoices
        if each.invoice_id == invoice.invoice_id
    ]
    return Reply({"payments": rows})


def templates(book: Book, call: Call) -> Reply:
    """GET /invoices/templates and /creditnotes/templates: the one there is."""
    only = {"template_id": TEMPLATE, "template_name": "Standard Template", "template_type": "standard"}
    return Reply({"templates": [only]})


def put_template(book: Book, call: Call) -> Reply:
    """PUT /invoices/{id}/templates/{id}."""
    if call.ids[1] != TEMPLATE:
        raise book.missing("Template")
    changes = {"template_id": call.ids[1], "last_modified_time": book.now()}
    book.keep_invoice(book.invoice(call.ids[0]).model_copy(update=changes))
    return Reply(message="Invoice information has been updated.")


def get_custom(book: Book, call: Call) -> Reply:
    """GET /invoices/{id}/customfields."""
    invoice = book.invoice(call.ids[0])
    return Reply({"custom_fields": [each.model_dump(mode="json") for each in invoice.custom_fields]})


def delete_line(book: Book, call: Call) -> Reply:
    """DELETE /invoices/{id}/lineitems/{id}; the last line stays."""
    invoice = book.invoice(call.ids[0])
    kept = tuple(line for line in invoice.line_items if line.line_item_id != call.ids[1])
    if len(kept) == len(invoice.line_items):
        raise book.missing("Line item")
    if not kept:
        raise missing("line_items")
    invoices.update(book, invoice, InvoiceFields(line_items=kept), own_number=False)
    return Reply(message="The line item has been deleted.")


def metadata(book: Book, call: Call) -> Reply:
    """GET /invoices/{id}/metadata/{name} (F30)."""
    return Reply({"metadata": _metadata(book, call).get(call.ids[1], {})})


def put_metadata(book: Book, call: Call) -> Reply:
    """PUT /invoices/{id}/metadata/{name} (F30)."""
    held = _metadata(book, call) | {call.ids[1]: call.json()}
    book.keep_invoice(book.invoice(call.ids[0]).model_copy(update={"metadata": held}))
    return Reply({"metadata": held[call.ids[1]]}, "Metadata has been updated.")


def _metadata(book: Book, call: Call) -> Row:
    if book.switches.at("metadata") == "absent":
        raise Refusal(5, "Invalid URL Passed", 404)
    return dict(book.invoice(call.ids[0]).metadata)
