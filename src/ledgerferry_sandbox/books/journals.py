"""Journals: debits and credits that agree, without tax and without a word of supply (table 2.3, F23)."""

from decimal import Decimal

from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.call import Call, Reply
from ledgerferry_sandbox.books.errors import Refusal, forbidden, missing
from ledgerferry_sandbox.books.listing import paged
from ledgerferry_sandbox.books.purchase_models import Journal, JournalFields, JournalLine
from ledgerferry_sandbox.books.wire import ZERO
from ledgerferry_sandbox.exchange import Row


def create(book: Book, fields: JournalFields) -> Journal:
    """A new journal; error 110942 for a line with a tax."""
    if not fields.line_items:
        raise missing("line_items")
    book.check_open(fields.journal_date or book.today(), "created")
    if any(line.tax_id for line in fields.line_items):
        raise Refusal(110942, "The tax is not supported on journals.")
    debit, credit = (_sum(fields, side) for side in ("debit", "credit"))
    if debit != credit:
        raise forbidden("The debits and the credits of a journal must be equal.")
    now = book.now()
    lines = tuple(
        JournalLine.model_validate(
            line.model_dump()
            | {"line_id": book.new_id(), "account_name": book.account(line.account_id).account_name}
        )
        for line in fields.line_items
    )
    made: Row = {
        "journal_id": book.new_id(),
        "entry_number": str(len(book.journals) + 1),
        "journal_date": fields.journal_date or book.today(),
        "line_items": lines,
        "total": debit,
        "created_time": now,
        "last_modified_time": now,
    }
    given = {name: getattr(fields, name) for name in fields.model_fields_set}
    return book.journals.put(Journal.model_construct(**given | made))


def _sum(fields: JournalFields, side: str) -> Decimal:
    return sum((line.amount for line in fields.line_items if line.debit_or_credit == side), ZERO)


def index(book: Book, call: Call) -> Reply:
    """GET /journals (F17)."""
    rows, context = paged(list(book.journals), call, "Journals")
    shown = [row.model_dump(mode="json", exclude={"line_items"}) for row in rows]
    return Reply({"journals": shown, "page_context": context})


def post(book: Book, call: Call) -> Reply:
    """POST /journals: what it does not know, such as states of supply, is dropped without a word (F23)."""
    journal = create(book, call.payload(JournalFields))
    row = journal.model_dump(mode="json")
    return Reply({"journal": row}, "The journal entry has been created.", 201)


def get(book: Book, call: Call) -> Reply:
    """GET /journals/{id} (F23)."""
    return Reply({"journal": book.journal(call.ids[0]).model_dump(mode="json")})


def delete(book: Book, call: Call) -> Reply:
    """DELETE /journals/{id}."""
    journal = book.journal(call.ids[0])
    book.check_open(journal.journal_date, "deleted")
    book.journals.drop(journal.journal_id)
    return Reply(message="The selected journal entry has been deleted.")
