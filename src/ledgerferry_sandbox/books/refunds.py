"""Money given back, of credit notes (F50) and of payments in excess (F47)."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.call import Call, Handler, Reply
from ledgerferry_sandbox.books.creditnote_models import Refund, RefundFields
from ledgerferry_sandbox.books.errors import forbidden, invalid, missing
from ledgerferry_sandbox.books.listing import paged
from ledgerferry_sandbox.books.wire import ONE, ZERO, number
from ledgerferry_sandbox.desk.tables import Table
from ledgerferry_sandbox.exchange import Row


@dataclass(frozen=True, slots=True)
class Source:
    """What is refunded: its nouns on the wire, its table of refunds, what it has left, and how it is told."""

    noun: str
    one: str
    many: str
    table: Callable[[Book], Table[Refund]]
    left: Callable[[Book, str], Decimal]
    customer: Callable[[Book, str], str]
    number_of: Callable[[Book, str], str]
    tell: Callable[[Book, str, Decimal], None]
    account_needed: bool = False
    one_in_list: bool = False


def _tell_note(book: Book, number_held: str, refunded: Decimal) -> None:
    changes = {"amount_refunded": refunded, "last_modified_time": book.now()}
    book.keep_creditnote(book.creditnote(number_held).model_copy(update=changes))


def _tell_payment(book: Book, number_held: str, refunded: Decimal) -> None:
    changes = {"amount_refunded": refunded, "last_modified_time": book.now()}
    book.keep_payment(book.payment(number_held).model_copy(update=changes))


def _left_of_note(book: Book, number_held: str) -> Decimal:
    note = book.creditnote(number_held)
    if note.status != "open":
        raise forbidden("Only an open credit note can be refunded.")
    return note.left


NOTE = Source(
    "creditnote",
    "creditnote_refund",
    "creditnote_refunds",
    lambda book: book.creditnote_refunds,
    _left_of_note,
    lambda book, held: book.creditnote(held).customer_id,
    lambda book, held: book.creditnote(held).creditnote_number,
    _tell_note,
)
PAYMENT = Source(
    "payment",
    "payment_refund",
    "payment_refunds",
    lambda book: book.payment_refunds,
    lambda book, held: book.payment(held).unused,
    lambda book, held: book.payment(held).customer_id,
    lambda book, held: book.payment(held).payment_number,
    _tell_payment,
    account_needed=True,
    one_in_list=True,
)


def create(book: Book, source: Source, owner: str, fields: RefundFields) -> Refund:
    """A refund of what is left."""
    left = source.left(book, owner)
    _check(book, source, fields, left)
    now = book.now()
    given = {name: getattr(fields, name) for name in fields.model_fields_set}
    made = {
        "refund_id": book.new_id(),
        "source_id": owner,
        "customer_id": source.customer(book, owner),
        "date": fields.date or book.today(),
        "exchange_rate": fields.exchange_rate or ONE,
        "created_time": now,
        "last_modified_time": now,
    }
    refund = source.table(book).put(Refund.model_construct(**given | made))
    _retell(book, source, owner)
    return refund


def _check(book: Book, source: Source, fields: RefundFields, left: Decimal) -> None:
    if source.account_needed and not fields.from_account_id:
        raise missing("from_account_id")
    if fields.from_account_id:
        book.account(fields.from_account_id)
    if fields.amount <= ZERO:
        raise invalid("amount")
    if fields.amount > left:
        raise forbidden("The amount of the refund is more than what is left.")


def _retell(book: Book, source: Source, owner: str) -> None:
    held = source.table(book).find("source", owner)
    source.tell(book, owner, sum((each.amount for each in held), ZERO))


def _of(book: Book, source: Source, call: Call) -> Refund:
    refund = source.table(book).get(call.ids[-1])
    if refund is None or (len(call.ids) > 1 and refund.source_id != call.ids[0]):
        raise book.missing("Refund")
    return refund


def _row(book: Book, source: Source, refund: Refund) -> Row:
    row = refund.model_dump(mode="json", exclude={"refund_id", "source_id"})
    customer = book.contacts.get(refund.customer_id)
    return row | {
        f"{source.one}_id": refund.refund_id,
        f"{source.noun}_id": refund.source_id,
        f"{source.noun}_number": source.number_of(book, refund.source_id),
        "customer_name": customer.contact_name if customer else "",
        "amount_fcy": number(refund.amount),
        "amount_bcy": number(refund.amount * refund.exchange_rate),
    }


def _list(source: Source) -> Handler:
    def handler(book: Book, call: Call) -> Reply:
        held = list(source.table(book))
        if call.ids:
            source.number_of(book, call.ids[0])
            held = source.table(book).find("source", call.ids[0])
        if customer := call.get("customer_id"):
            held = [each for each in held if each.customer_id == customer]
        shown, context = paged(held[::-1], call, f"{source.noun.title()} Refunds")
        rows = [_row(book, source, each) for each in shown]
        return Reply({source.many: rows, "page_context": context | {"sort_column": "date"}})

    handler.__doc__ = f"The refunds of a {source.noun}, or of all."
    return handler


def _post(source: Source) -> Handler:
    def handler(book: Book, call: Call) -> Reply:
        refund = create(book, source, call.ids[0], call.payload(RefundFields))
        return _one(book, source, refund, "The refund has been saved.")

    handler.__doc__ = f"A refund of a {source.noun}."
    return handler


def _one(book: Book, source: Source, refund: Refund, message: str = "success") -> Reply:
    row = _row(book, source, refund)
    return Reply({source.many: [row]} if source.one_in_list else {source.one: row}, message)


def _get(source: Source) -> Handler:
    def handler(book: Book, call: Call) -> Reply:
        return _one(book, source, _of(book, source, call))

    handler.__doc__ = f"One refund of a {source.noun}."
    return handler


def _put(source: Source) -> Handler:
    def handler(book: Book, call: Call) -> Reply:
        refund, fields = _of(book, source, call), call.payload(RefundFields)
        given = {name: getattr(fields, name) for name in fields.model_fields_set}
        changed = refund.model_copy(update={**given, "last_modified_time": book.now()})
        _check(book, source, changed, source.left(book, refund.source_id) + refund.amount)
        source.table(book).put(changed)
        _retell(book, source, refund.source_id)
        return _one(book, source, changed, "The refund information has been saved.")

    handler.__doc__ = f"Changes a refund of a {source.noun}."
    return handler


def _delete(source: Source) -> Handler:
    def handler(book: Book, call: Call) -> Reply:
        refund = _of(book, source, call)
        source.table(book).drop(refund.refund_id)
        _retell(book, source, refund.source_id)
        return Reply(message="The refund has been successfully deleted.")

    handler.__doc__ = f"Deletes a refund of a {source.noun}; it is left again."
    return handler


notes, note_post, note_get = _list(NOTE), _post(NOTE), _get(NOTE)
note_put, note_delete = _put(NOTE), _delete(NOTE)
payments, payment_post, payment_get = _list(PAYMENT), _post(PAYMENT), _get(PAYMENT)
payment_put, payment_delete = _put(PAYMENT), _delete(PAYMENT)


def of_contact(book: Book, call: Call) -> Reply:
    """GET /contacts/{id}/refunds: of all credit notes of a customer."""
    contact = book.contact(call.ids[0])
    held = [each for each in book.creditnote_refunds if each.customer_id == contact.contact_id]
    shown, context = paged(held[::-1], call, "Refunds")
    return Reply({NOTE.many: [_row(book, NOTE, each) for each in shown], "page_context": context})
