"""Documents on paper: a small real PDF, and the same in HTML (F36, F38)."""

from html import escape

from ledgerferry_sandbox.books.approvals import book_limit
from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.call import Call, Handler, Reply
from ledgerferry_sandbox.books.creditnote_models import CreditNote
from ledgerferry_sandbox.books.models import Drawn, Invoice

KINDS = ("pdf", "html")
TYPES = {"pdf": "application/pdf", "html": "text/html;charset=UTF-8"}
LEFT, TOP, LEADING = 50, 790, 16
LINES_A_LEAF = 45
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


def _texts(book: Book, title: str, number: str, customer_id: str, drawn: Drawn) -> list[str]:
    customer = book.contacts.get(customer_id)
    lines = [f"{line.name}  {line.quantity} x {line.rate} = {line.item_total}" for line in drawn.line_items]
    taxes = [f"{tax.tax_name}: {tax.tax_amount}" for tax in drawn.taxes]
    total = f"Total: {drawn.currency_code} {drawn.total}"
    return [
        book.organization.name,
        f"{title} {number}",
        customer.contact_name if customer else "",
        *lines,
        f"Sub total: {drawn.sub_total}",
        *taxes,
        total,
    ]


def _of(book: Book, document: Invoice | CreditNote) -> list[str]:
    if isinstance(document, Invoice):
        return _texts(book, "INVOICE", document.invoice_number, document.customer_id, document)
    return _texts(book, "CREDIT NOTE", document.creditnote_number, document.customer_id, document)


def of_invoice(book: Book, invoice: Invoice, kind: str) -> Reply:
    """An invoice on paper."""
    return _reply([_of(book, invoice)], kind)


def of_creditnote(book: Book, note: CreditNote, kind: str) -> Reply:
    """A credit note on paper."""
    return _reply([_of(book, note)], kind)


def _reply(leaves: list[list[str]], kind: str) -> Reply:
    body = pdf(leaves) if kind == "pdf" else _html(leaves)
    return Reply(file=body, file_type=TYPES[kind])


def _several(name: str, doc: str) -> Handler:
    def handler(book: Book, call: Call) -> Reply:
        numbers = book_limit(book, call.several(name))
        find = book.invoice if name == "invoice_ids" else book.creditnote
        return _reply([_of(book, find(number)) for number in numbers], "pdf")

    handler.__doc__ = doc
    return handler


invoices = _several("invoice_ids", "Several invoices in one PDF, 25 at most (F36).")
creditnotes = _several("creditnote_ids", "Several credit notes in one PDF.")


def _html(leaves: list[list[str]]) -> bytes:
    parts = ("".join(f"<p>{escape(text)}</p>" for text in leaf) for leaf in leaves)
    return f"<!DOCTYPE html><html><body>{'<hr>'.join(parts)}</body></html>".encode()


def pdf(leaves: list[list[str]]) -> bytes:
    """A PDF of one page for each list of texts, which can be read out of it again."""
    kids = " ".join(f"{4 + 2 * order} 0 R" for order in range(len(leaves)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(leaves)} >>".encode(),
        FONT,
    ]
    for order, leaf in enumerate(leaves):
        content = _content(leaf[:LINES_A_LEAF])
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * order),
            b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
        ]
    return _file(objects)


def _content(texts: list[str]) -> bytes:
    rows = (
        f"BT /F1 11 Tf {LEFT} {TOP - order * LEADING} Td ({_escaped(text)}) Tj ET"
        for order, text in enumerate(texts)
    )
    return "\n".join(rows).encode("cp1252", "replace")


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _file(objects: list[bytes]) -> bytes:
    body, offsets = b"%PDF-1.4\n", []
    for number, held in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, held)
    size, start = len(objects) + 1, len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % size
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
