"""Files attached to invoices and credit notes (F39)."""

from base64 import b64decode, b64encode

from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.call import Call, Reply
from ledgerferry_sandbox.books.errors import Refusal, missing
from ledgerferry_sandbox.books.models import Document
from ledgerferry_sandbox.exchange import Row
from ledgerferry_sandbox.multipart import Part

TYPES = {
    "gif": "image/gif",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "bmp": "image/bmp",
    "pdf": "application/pdf",
}
MEGABYTE = 1_048_576


def post(book: Book, call: Call) -> Reply:
    """POST /invoices/{id}/attachment, multipart, field `attachment` (F39)."""
    invoice = book.invoice(call.ids[0])
    _attach_all(book, call, invoice.invoice_id)
    book.keep_invoice(invoice.model_copy(update={"last_modified_time": book.now()}))
    return _listed(book, invoice.invoice_id, "Your file has been successfully attached to the invoice.")


def post_to_creditnote(book: Book, call: Call) -> Reply:
    """POST /creditnotes/{id}/attachment, multipart, field `attachment`."""
    note = book.creditnote(call.ids[0])
    _attach_all(book, call, note.creditnote_id)
    book.keep_creditnote(note.model_copy(update={"last_modified_time": book.now()}))
    return _listed(book, note.creditnote_id, "Your file has been successfully attached to the credit note.")


def _listed(book: Book, owner_id: str, message: str) -> Reply:
    return Reply({"documents": [_row(each) for each in book.documents.find("owner", owner_id)]}, message)


def _attach_all(book: Book, call: Call, owner_id: str) -> None:
    parts = call.request.parts()
    named = {part.name: part.text for part in parts}
    in_mail = call.get("can_send_in_mail") or named.get("can_send_in_mail")
    files = [part for part in parts if part.file_name]
    if not files:
        raise missing("attachment")
    for part in files:
        _attach(book, owner_id, part, in_mail=in_mail == "true")


def _attach(book: Book, owner_id: str, part: Part, *, in_mail: bool) -> None:
    name, body = part.file_name, part.content
    kind = TYPES.get(name.rpartition(".")[2].lower())
    if kind is None:
        raise Refusal(15, "The file cannot be attached: only gif, png, jpeg, jpg, bmp and pdf.")
    if len(body) > book.switches.number("attachment_max_mb") * MEGABYTE:
        raise Refusal(15, "The file cannot be attached: it is too large.")
    book.documents.put(
        Document(
            document_id=book.new_id(),
            owner_id=owner_id,
            file_name=name,
            file_type=kind,
            file_size=len(body),
            can_send_in_mail=in_mail,
            content=b64encode(body).decode(),
            created_time=book.now(),
        )
    )


def _row(document: Document) -> Row:
    row = document.model_dump(mode="json", exclude={"content", "owner_id"})
    return row | {"document_name": document.file_name}


def _last(book: Book, number: str) -> Document:
    held = book.documents.find("owner", book.invoice(number).invoice_id)
    if not held:
        raise book.missing("Attachment")
    return held[-1]


def _file(document: Document) -> Reply:
    return Reply(file=b64decode(document.content), file_type=document.file_type)


def get(book: Book, call: Call) -> Reply:
    """GET /invoices/{id}/attachment: the file attached last."""
    return _file(_last(book, call.ids[0]))


def put(book: Book, call: Call) -> Reply:
    """PUT /invoices/{id}/attachment: whether the last file goes along with mail."""
    last = _last(book, call.ids[0])
    book.documents.put(last.model_copy(update={"can_send_in_mail": call.flag("can_send_in_mail")}))
    return Reply(message="Invoice information has been updated.")


def delete(book: Book, call: Call) -> Reply:
    """DELETE /invoices/{id}/attachment: the file attached last."""
    book.documents.drop(_last(book, call.ids[0]).document_id)
    return Reply(message="Your file is no longer attached to the invoice.")


def _of(book: Book, call: Call) -> Document:
    document = book.document(call.ids[1])
    if document.owner_id != call.ids[0]:
        raise book.missing("Document")
    return document


def get_document(book: Book, call: Call) -> Reply:
    """GET /invoices/{id}/documents/{id}: the file, or with responseformat=json what is known of it."""
    document = _of(book, call)
    wants_json = call.get("responseformat") == "json"
    return Reply({"document": _row(document)}) if wants_json else _file(document)


def delete_document(book: Book, call: Call) -> Reply:
    """DELETE /invoices/{id}/documents/{id}."""
    book.documents.drop(_of(book, call).document_id)
    return Reply(message="The document has been deleted successfully.")
