"""Moves of invoices: sent, void, draft, written off, deleted, alone and in bulk (F36)."""

from collections.abc import Callable

from ledgerferry_sandbox.books import approvals, invoices, mailing, settlement
from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.call import Call, Handler, Reply
from ledgerferry_sandbox.books.errors import Refusal, forbidden
from ledgerferry_sandbox.books.models import Invoice
from ledgerferry_sandbox.books.wire import ZERO
from ledgerferry_sandbox.exchange import Row

Check = Callable[[Book, Invoice], None]
Move = Callable[[Book, Invoice], None]


def _sendable(book: Book, invoice: Invoice) -> None:
    if invoice.status == "void":
        raise forbidden("A void invoice cannot be marked as sent.")
    approvals.check_sendable(book, invoice.status)


def _open(book: Book, invoice: Invoice) -> None:
    book.check_open(invoice.date, "changed")


def _voided(book: Book, invoice: Invoice) -> None:
    _open(book, invoice)
    if invoice.status != "void":
        raise forbidden("Only a void invoice can be marked as draft.")


def _owing(book: Book, invoice: Invoice) -> None:
    _open(book, invoice)
    if invoice.status != "sent" or invoice.balance <= ZERO:
        raise forbidden("Only a sent invoice that is not paid can be written off.")


def _late(book: Book, invoice: Invoice) -> None:
    if invoices.status(book, invoice) not in ("sent", "viewed", "overdue", "partially_paid"):
        raise forbidden("Only a sent invoice that is not paid can be reminded of.")


def mark_sent(book: Book, invoice: Invoice) -> None:
    """From draft, or approved, to sent; what is sent already stays so, what is void is refused."""
    _sendable(book, invoice)
    if invoice.status != "sent":
        _move(book, invoice, status="sent")


def mark_viewed(book: Book, invoice: Invoice) -> None:
    """The customer has opened what was sent; that changes nothing but how its status reads (F35)."""
    if invoice.status != "sent":
        raise forbidden("Only a sent invoice can be viewed by its customer.")
    book.keep_invoice(invoice.model_copy(update={"is_viewed_by_client": True}), silent=True)


def mark_void(book: Book, invoice: Invoice) -> None:
    """To void; payments and credits come off and become the customer's credit."""
    _open(book, invoice)
    settlement.release(book, invoice)
    _move(book, book.invoice(invoice.invoice_id), status="void", write_off_amount=ZERO)


def mark_draft(book: Book, invoice: Invoice) -> None:
    """From void back to draft, and from nowhere else."""
    _voided(book, invoice)
    _move(book, invoice, status="draft")


def write_off(book: Book, invoice: Invoice) -> None:
    """Gives up what is still owed."""
    _owing(book, invoice)
    _move(book, invoice, write_off_amount=invoice.balance)


def write_back(book: Book, invoice: Invoice) -> None:
    """Owes again what was written off."""
    _open(book, invoice)
    if not invoice.write_off_amount:
        raise forbidden("The invoice has not been written off.")
    _move(book, invoice, write_off_amount=ZERO)


def remind(book: Book, invoice: Invoice) -> None:
    """Sends a reminder."""
    _late(book, invoice)
    mailing.remind(book, invoice)


def _move(book: Book, invoice: Invoice, **changes: object) -> None:
    changed: Row = {**changes, "last_modified_time": book.now()}
    book.keep_invoice(settlement.balanced(invoice.model_copy(update=changed)))


def _one(move: Move, message: str) -> Handler:
    def handler(book: Book, call: Call) -> Reply:
        move(book, book.invoice(call.ids[0]))
        return Reply(message=message)

    handler.__doc__ = move.__doc__
    return handler


def _several(check: Check, move: Move, message: str, status: int = 200) -> Handler:
    def handler(book: Book, call: Call) -> Reply:
        numbers = approvals.book_limit(book, call.several("invoice_ids"))
        _all_or_fit(book, numbers, check, move)
        return Reply(message=message, status=status)

    handler.__doc__ = f"In bulk: {move.__doc__}"
    return handler


def _all_or_fit(book: Book, numbers: list[str], check: Check, move: Move) -> None:
    skip = book.switches.at("bulk_unfit") == "skipped"
    if not skip:
        for number in numbers:
            check(book, book.invoice(number))
    for number in numbers:
        try:
            move(book, book.invoice(number))
        except Refusal:
            if not skip:
                raise


def delete_several(book: Book, call: Call) -> Reply:
    """DELETE /invoices?invoice_ids=."""
    for invoice in [book.invoice(number) for number in call.several("invoice_ids")]:
        invoices.remove(book, invoice)
    return Reply(message="The invoices have been deleted.")


sent = _one(mark_sent, "Invoice status has been changed to Sent.")
void = _one(mark_void, "Invoice status has been changed to Void.")
draft = _one(mark_draft, "Status of invoice changed from void to draft")
reminded = _one(remind, "Your payment reminder has been sent.")
off = _one(write_off, "Invoice has been written off.")
back = _one(write_back, "The writeoff done for this invoice has been cancelled.")
sent_several = _several(_sendable, mark_sent, "The invoices have been marked as sent.")
void_several = _several(_open, mark_void, "The selected invoices have been marked as void.")
off_several = _several(_owing, write_off, "The selected invoices have been written off.")
