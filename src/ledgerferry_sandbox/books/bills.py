"""Bills: the number that a vendor uses once, and lines whose tax stands beside them (table 2.3, F40)."""

from ledgerferry_sandbox.books import drafting
from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.call import Call, Reply
from ledgerferry_sandbox.books.errors import Refusal, forbidden, invalid, missing
from ledgerferry_sandbox.books.listing import Column, View, day, decimal, listed, moment
from ledgerferry_sandbox.books.purchase_models import Bill, BillFields
from ledgerferry_sandbox.books.wire import folded
from ledgerferry_sandbox.exchange import Row

OWN = frozenset({"customer_id", "shipping_address", "is_emailed", "contact_persons_associated"})
"""What invoices show and bills do not."""


def create(book: Book, fields: BillFields) -> Bill:
    """A new, open bill of a vendor."""
    if not fields.vendor_id:
        raise missing("vendor_id")
    if book.contact(fields.vendor_id).contact_type != "vendor":
        raise invalid("vendor_id")
    bill_id = book.new_id()
    _check_number(book, fields.vendor_id, fields.bill_number, bill_id)
    _, made = drafting.base(book, fields.model_copy(update={"customer_id": fields.vendor_id}))
    given = {name: getattr(fields, name) for name in fields.model_fields_set}
    date = fields.date or book.today()
    made |= {"bill_id": bill_id, "status": "open", "date": date, "due_date": fields.due_date or date}
    made |= {"balance": made["total"], "custom_fields": ()}
    return book.bills.put(Bill.model_construct(**given | made))


def update(book: Book, bill: Bill, fields: BillFields) -> Bill:
    """The bill with the given fields changed; given lines replace all lines."""
    given = drafting.changed(book, bill, fields) | {"custom_fields": ()}
    if "vendor_id" in given and given["vendor_id"] != bill.vendor_id:
        raise forbidden("The vendor of a bill cannot be changed.")
    if "bill_number" in given:
        _check_number(book, bill.vendor_id, fields.bill_number, bill.bill_id)
    changed = bill.model_copy(update={**given, "last_modified_time": book.now()})
    if drafting.COUNTED & given.keys():
        counted = drafting.counted(book, changed, changed.price_precision)
        changed = changed.model_copy(update={**counted, "balance": counted["total"]})
    return book.bills.put(changed)


def _check_number(book: Book, vendor_id: str, number: str, bill_id: str) -> None:
    """Error 13011: spaces around a number and its case make no other number, all else does (table 2.3)."""
    if not number.strip():
        raise missing("bill_number")
    holders = book.bills.find("number", f"{vendor_id} {folded(number)}")
    if any(holder.bill_id != bill_id for holder in holders):
        raise Refusal(13011, f"A bill with the number {number.strip()} has already been created.")


def shown(book: Book, bill: Bill) -> Row:
    """The bill as its detail shows it; the tax of a line stands in its `line_item_taxes` alone (F40)."""
    row = bill.model_dump(mode="json", exclude=set(OWN))
    vendor = book.contacts.get(bill.vendor_id)
    late = bill.due_date is not None and bill.due_date < book.today()
    return row | {
        "status": "overdue" if late else bill.status,
        "vendor_name": vendor.contact_name if vendor else "",
        "line_items": [{**line, "tax_amount": None} for line in row["line_items"]],
    }


def view(book: Book) -> View[Bill]:
    """How bills are listed."""
    columns: dict[str, Column[Bill]] = {
        "bill_number": Column(lambda kept: kept.bill_number),
        "reference_number": Column(lambda kept: kept.reference_number),
        "vendor_id": Column(lambda kept: kept.vendor_id),
        "date": Column(lambda kept: kept.date, day),
        "total": Column(lambda kept: kept.total, decimal),
        "last_modified_time": Column(lambda kept: kept.last_modified_time, moment),
    }
    return View(
        book.bills,
        "Bills",
        columns,
        lambda kept: {name: held for name, held in shown(book, kept).items() if name != "line_items"},
        sortable=("bill_number", "date", "total", "created_time"),
        search=lambda kept: (kept.bill_number, kept.reference_number),
    )


def index(book: Book, call: Call) -> Reply:
    """GET /bills (F17, F24)."""
    held = view(book)
    page = listed(held, call)
    return Reply({"bills": [held.row(each) for each in page.records], "page_context": page.context})


def post(book: Book, call: Call) -> Reply:
    """POST /bills: error 13011 for a number that the vendor has used (F40)."""
    bill = create(book, call.payload(BillFields))
    return Reply({"bill": shown(book, bill)}, "The bill has been created.", 201)


def get(book: Book, call: Call) -> Reply:
    """GET /bills/{id} (F40)."""
    return Reply({"bill": shown(book, book.bill(call.ids[0]))})


def put(book: Book, call: Call) -> Reply:
    """PUT /bills/{id}."""
    bill = update(book, book.bill(call.ids[0]), call.payload(BillFields))
    return Reply({"bill": shown(book, bill)}, "Bill information has been updated.")


def delete(book: Book, call: Call) -> Reply:
    """DELETE /bills/{id}."""
    bill = book.bill(call.ids[0])
    book.check_open(bill.date, "deleted")
    book.bills.drop(bill.bill_id)
    return Reply(message="The bill has been deleted.")
