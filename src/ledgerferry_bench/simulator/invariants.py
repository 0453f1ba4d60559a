"""Invariants: read from the sandbox's own tables, log and mail, and from the ledger's chain."""

from collections import Counter
from collections.abc import Iterator

from ledgerferry.faces.house import House
from ledgerferry.model.ids import normal_number
from ledgerferry.model.plan import State
from ledgerferry_bench.simulator.broken import Broken
from ledgerferry_sandbox.sandbox import Sandbox


def twice(sandbox: Sandbox) -> None:
    """No record is at the target twice: not by name or folded number, not by key, not by what it says."""
    book = sandbox.books.book
    things = [f"contact {c.contact_name.casefold()}" for c in book.contacts]
    things += [f"invoice {normal_number(i.invoice_number)}" for i in book.invoices]
    things += [f"credit note {normal_number(n.creditnote_number)}" for n in book.creditnotes]
    things += [f"credit {n.creditnote_id} {a.invoice_id}" for n in book.creditnotes for a in n.invoices]
    things += [f"refund {r.source_id} {r.date} {r.amount}" for r in book.creditnote_refunds]
    things += [f"payment {p.customer_id} {p.date} {p.amount}" for p in book.payments]
    things += [f"document {d.owner_id} {d.file_name}" for d in book.documents]
    keyed = [*book.contacts, *book.invoices, *book.payments, *book.creditnotes]
    things += [f"key {v.value}" for record in keyed for v in record.custom_fields if v.value]
    doubled = [thing for thing, times in Counter(things).items() if times > 1]
    if doubled:
        raise Broken("twice", ", ".join(doubled))


def mail(sandbox: Sandbox) -> None:
    """Nobody was written to."""
    if sandbox.desk.mail.rows:
        raise Broken("mail", str(sandbox.desk.mail.rows[0]))


def lost(sandbox: Sandbox, acknowledged: set[str]) -> None:
    """Every record whose creation was acknowledged is at the target."""
    missing = acknowledged - there(sandbox)
    if missing:
        raise Broken("lost", f"{', '.join(sorted(missing))} acknowledged and not there")


def there(sandbox: Sandbox) -> set[str]:
    """The ids of all records."""
    book = sandbox.books.book
    ids = {c.contact_id for c in book.contacts} | {i.invoice_id for i in book.invoices}
    ids |= {n.creditnote_id for n in book.creditnotes} | {r.refund_id for r in book.creditnote_refunds}
    return ids | {p.payment_id for p in book.payments} | {d.document_id for d in book.documents}


def proved(sandbox: Sandbox, house: House) -> None:
    """Every operation that the ledger holds a receipt for is bound to a record that is at the target."""
    held = there(sandbox)
    with house.database.read() as conn:
        done = house.shelf.rooms.operations.listed(conn, [State.DONE])
        refs = house.shelf.bindings.refs(conn, "books", [o.identity for o, _ in done])
    for operation, _ in done:
        ref = refs.get(operation.identity)
        if ref is None or not set(ref.split("/")) & held:
            raise Broken("lost", f"{operation.identity} has a receipt and is not there")


class Chain:
    """The ledger's chain, checked as it grows; ``head`` is its last hash."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._entries = 0
        self.head = ""

    def check(self) -> None:
        """Every hash, number and digest holds, and no entry went away."""
        with self._house.database.read() as conn:
            checked = self._house.ledger.check(conn)
        if checked.broken_at is not None or checked.entries < self._entries:
            raise Broken("chain", f"{checked.entries} of {self._entries}, broken at {checked.broken_at}")
        self._entries, self.head = checked.entries, checked.head

    def check_past(self, head: str) -> None:
        """What once was the last entry is still there."""
        with self._house.database.read() as conn:
            if all(entry.hash != head for entry in self._house.ledger.entries(conn)):
                raise Broken("chain", "an entry was written anew")


def population(sandbox: Sandbox) -> dict[str, str]:
    """What the target holds, by name, without ids and times: what two runs of one source must agree on."""
    return dict(_records(sandbox))


def _records(sandbox: Sandbox) -> Iterator[tuple[str, str]]:
    book = sandbox.books.book
    names = {c.contact_id: c.contact_name for c in book.contacts}
    numbers = {i.invoice_id: i.invoice_number for i in book.invoices}
    for contact in book.contacts:
        emails = [p.email for p in contact.contact_persons]
        yield f"customer {contact.contact_name}", f"{emails} {_keys(contact.custom_fields)}"
    for invoice in book.invoices:
        sent = "draft" if invoice.status == "draft" else "sent"
        lines = [f"{line.quantity}x{line.rate}" for line in invoice.line_items]
        says = [names[invoice.customer_id], invoice.date, invoice.due_date, sent, invoice.reference_number]
        counts = [lines, invoice.total, invoice.tax_total, invoice.balance, _keys(invoice.custom_fields)]
        yield f"invoice {invoice.invoice_number}", " ".join(map(str, [*says, *counts]))
    for payment in book.payments:
        parts = sorted(f"{numbers[a.invoice_id]} {a.amount_applied}" for a in payment.invoices)
        yield f"payment {names[payment.customer_id]} {payment.date}", (
            f"{payment.amount} {parts} {_keys(payment.custom_fields)}")
    for note in book.creditnotes:
        lines = [f"{line.quantity}x{line.rate}" for line in note.line_items]
        counts = [lines, note.total, note.tax_total, note.left, _keys(note.custom_fields)]
        yield f"credit note {note.creditnote_number}", " ".join(
            map(str, [names[note.customer_id], note.date, note.status, note.reference_number, *counts]))
        for part in note.invoices:
            yield f"credit {note.creditnote_number} {numbers[part.invoice_id]}", str(part.amount_applied)
    notes = {n.creditnote_id: n.creditnote_number for n in book.creditnotes}
    for refund in book.creditnote_refunds:
        paid = f"{refund.amount} {refund.refund_mode} {refund.reference_number}"
        yield f"refund {notes[refund.source_id]} {refund.date}", paid
    for document in book.documents:
        yield f"file {numbers[document.owner_id]}", f"{document.file_name} {document.file_size}"


def _keys(values: tuple[object, ...]) -> list[str]:
    return [str(getattr(v, "value", "")) for v in values]
