"""Comments and history of invoices, credit notes and contacts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.call import Call, Handler, Reply
from ledgerferry_sandbox.books.errors import missing
from ledgerferry_sandbox.books.listing import paged
from ledgerferry_sandbox.books.models import Comment
from ledgerferry_sandbox.exchange import Row


@dataclass(frozen=True, slots=True)
class Subject:
    """What is commented on: its noun on the wire, the key of the list, and when a record of it was made."""

    noun: str
    many: str
    made: Callable[[Book, str], datetime]


INVOICE = Subject("invoice", "comments", lambda book, held: book.invoice(held).created_time)
CREDITNOTE = Subject("creditnote", "comments", lambda book, held: book.creditnote(held).created_time)
CONTACT = Subject("contact", "contact_comments", lambda book, held: book.contact(held).created_time)


def _row(book: Book, subject: Subject, comment: Comment) -> Row:
    user = next(iter(book.users))
    return {
        "comment_id": comment.comment_id,
        f"{subject.noun}_id": comment.owner_id,
        "description": comment.description,
        "commented_by_id": user.user_id,
        "commented_by": user.name,
        "comment_type": comment.comment_type,
        "operation_type": comment.operation_type,
        "date": comment.created_time.date().isoformat(),
        "date_description": "",
        "time": comment.created_time.strftime("%I:%M %p"),
        "transaction_id": comment.owner_id,
        "transaction_type": subject.noun,
    }


def _list(subject: Subject) -> Handler:
    def handler(book: Book, call: Call) -> Reply:
        owner = call.ids[0]
        first = Comment(
            comment_id=owner,
            owner_id=owner,
            description=f"{subject.noun.capitalize()} created.",
            comment_type="system",
            operation_type="Added",
            created_time=subject.made(book, owner),
        )
        held = [first, *book.comments.find("owner", owner)][::-1]
        shown, context = paged(held, call, "Comments")
        return Reply({subject.many: [_row(book, subject, each) for each in shown], "page_context": context})

    handler.__doc__ = f"Comments on and history of a {subject.noun}."
    return handler


def _text(call: Call) -> str:
    text = call.json().get("description")
    if not text:
        raise missing("description")
    return str(text)


def _post(subject: Subject) -> Handler:
    def handler(book: Book, call: Call) -> Reply:
        subject.made(book, call.ids[0])
        made = Comment(
            comment_id=book.new_id(),
            owner_id=call.ids[0],
            description=_text(call),
            created_time=book.now(),
        )
        row = _row(book, subject, book.comments.put(made))
        return Reply({"comment": row}, "Comments added.")

    handler.__doc__ = f"Comments on a {subject.noun}."
    return handler


def _of(book: Book, call: Call) -> Comment:
    comment = book.there(book.comments, call.ids[1], "Comment")
    if comment.owner_id != call.ids[0]:
        raise book.missing("Comment")
    return comment


def put(book: Book, call: Call) -> Reply:
    """PUT /invoices/{id}/comments/{id}."""
    changed = _of(book, call).model_copy(update={"description": _text(call)})
    return Reply({"comment": _row(book, INVOICE, book.comments.put(changed))}, "Comment has been updated.")


def delete(book: Book, call: Call) -> Reply:
    """DELETE …/comments/{id}."""
    book.comments.drop(_of(book, call).comment_id)
    return Reply(message="The comment has been deleted.")


of_invoice, on_invoice = _list(INVOICE), _post(INVOICE)
of_creditnote, on_creditnote = _list(CREDITNOTE), _post(CREDITNOTE)
of_contact, on_contact = _list(CONTACT), _post(CONTACT)
