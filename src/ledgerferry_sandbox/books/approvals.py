"""Approvals: submit, approve, approve finally, reject, where the organisation has them on (F35, F36)."""

from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.call import Call, Handler, Reply
from ledgerferry_sandbox.books.creditnote_models import CreditNote
from ledgerferry_sandbox.books.errors import Refusal, forbidden
from ledgerferry_sandbox.books.models import Invoice

FROM = {
    "submit": ("draft", "rejected"),
    "approve": ("pending_approval",),
    "final": ("pending_approval",),
    "reject": ("pending_approval",),
}
WORDS = {
    "submit": "submitted for approval",
    "approve": "approved",
    "final": "approved",
    "reject": "rejected",
}


def check_sendable(book: Book, status: str) -> None:
    """Refuses to let out what has not been approved, where approvals are on."""
    if book.organization.approvals != "off" and status not in ("approved", "sent", "open"):
        raise forbidden("The transaction has to be approved first.")


def _moved(book: Book, step: str, status: str) -> str:
    """The status after a step of the approval."""
    levels = book.organization.approvals
    if levels == "off":
        raise forbidden("Approvals are not enabled for this organization.")
    if step == "final" and levels != "final":
        raise forbidden("There is no final approval in this organization.")
    if status not in FROM[step]:
        raise forbidden(f"A transaction that is {status} cannot be {WORDS[step]}.")
    if step == "submit":
        return "pending_approval"
    if step == "reject":
        return "rejected"
    return "pending_approval" if step == "approve" and levels == "final" else "approved"


def move_invoice(book: Book, invoice: Invoice, step: str) -> Invoice:
    """The invoice after a step of its approval."""
    changes = {"status": _moved(book, step, invoice.status), "last_modified_time": book.now()}
    return book.keep_invoice(invoice.model_copy(update=changes))


def move_creditnote(book: Book, note: CreditNote, step: str) -> CreditNote:
    """The credit note after a step of its approval; an approved one is open."""
    status = _moved(book, step, note.status)
    changes = {"status": "open" if status == "approved" else status, "last_modified_time": book.now()}
    return book.keep_creditnote(note.model_copy(update=changes))


def _invoice(step: str) -> Handler:
    def handler(book: Book, call: Call) -> Reply:
        move_invoice(book, book.invoice(call.ids[0]), step)
        return Reply(message=f"The invoice has been {WORDS[step]}.")

    handler.__doc__ = f"Invoice {WORDS[step]} (F36)."
    return handler


def _creditnote(step: str) -> Handler:
    def handler(book: Book, call: Call) -> Reply:
        move_creditnote(book, book.creditnote(call.ids[0]), step)
        return Reply(message=f"The credit note has been {WORDS[step]}.")

    handler.__doc__ = f"Credit note {WORDS[step]} (F48)."
    return handler


def _several(step: str, name: str) -> Handler:
    def handler(book: Book, call: Call) -> Reply:
        numbers = book_limit(book, call.several(name))
        if name == "invoice_ids":
            for invoice in [book.invoice(number) for number in numbers]:
                move_invoice(book, invoice, step)
        else:
            for note in [book.creditnote(number) for number in numbers]:
                move_creditnote(book, note, step)
        return Reply(message=f"The selected transactions have been {WORDS[step]}.")

    handler.__doc__ = f"Several at once {WORDS[step]} (F36)."
    return handler


def book_limit(book: Book, numbers: list[str]) -> list[str]:
    """The ids of a bulk call, unless they are too many; how many are, is a switch."""
    limit = int(book.switches.number("bulk_limit"))
    if len(numbers) > limit:
        raise Refusal(15, f"No more than {limit} transactions can be changed at once.")
    return numbers


submit = _invoice("submit")
approve = _invoice("approve")
approve_finally = _invoice("final")
reject = _invoice("reject")
submit_several = _several("submit", "invoice_ids")
approve_several = _several("approve", "invoice_ids")
submit_note = _creditnote("submit")
approve_note = _creditnote("approve")
approve_note_finally = _creditnote("final")
reject_note = _creditnote("reject")
submit_notes = _several("submit", "creditnote_ids")
approve_notes = _several("approve", "creditnote_ids")
