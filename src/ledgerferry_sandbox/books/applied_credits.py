"""Credits on invoices, put on and taken off from either side (F49)."""

from ledgerferry_sandbox.books import creditnotes, settlement
from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.call import Call, Reply
from ledgerferry_sandbox.books.creditnote_models import CreditFields
from ledgerferry_sandbox.books.errors import forbidden, missing
from ledgerferry_sandbox.books.models import Application, Payment
from ledgerferry_sandbox.books.wire import ZERO, Amount, Wire, number
from ledgerferry_sandbox.exchange import Row


class Applied(Wire):
    """POST /creditnotes/{id}/invoices, with a list or with one application bare."""

    invoices: tuple[CreditFields, ...] = ()
    invoice_id: str = ""
    amount_applied: Amount = ZERO


class PaymentPart(Wire):
    """How much of a payment goes to the invoice."""

    payment_id: str
    amount_applied: Amount = ZERO


class CreditPart(Wire):
    """How much of a credit note goes to the invoice."""

    creditnote_id: str
    amount_applied: Amount = ZERO


class Taken(Wire):
    """POST /invoices/{id}/credits."""

    invoice_payments: tuple[PaymentPart, ...] = ()
    apply_creditnotes: tuple[CreditPart, ...] = ()


def credited(book: Book, call: Call) -> Reply:
    """GET /creditnotes/{id}/invoices: where a credit note is applied."""
    note = book.creditnote(call.ids[0])
    return Reply({"invoices_credited": creditnotes.credited(book, note)})


def apply(book: Book, call: Call) -> Reply:
    """POST /creditnotes/{id}/invoices: a credit note put on invoices (F49)."""
    note, asked = book.creditnote(call.ids[0]), call.payload(Applied)
    parts = asked.invoices
    if not parts and asked.invoice_id:
        parts = (CreditFields(invoice_id=asked.invoice_id, amount_applied=asked.amount_applied),)
    if not parts:
        raise missing("invoices")
    if sum((each.amount_applied for each in parts), ZERO) > note.left:
        raise forbidden("The amount applied is more than what is left of the credit note.")
    for part in parts:
        settlement.check(book, book.invoice(part.invoice_id), note.customer_id, part.amount_applied)
    for part in parts:
        note = settlement.put_on(book, note, book.invoice(part.invoice_id), part.amount_applied)
    rows = [each.model_dump(mode="json", exclude={"date"}) for each in note.invoices[-len(parts) :]]
    return Reply({"apply_to_invoices": {"invoices": rows}}, "Credits have been applied to the invoice(s).")


def unapply(book: Book, call: Call) -> Reply:
    """DELETE /creditnotes/{id}/invoices/{creditnote_invoice_id}: off one invoice (F49)."""
    settlement.uncredit(book, call.ids[0], call.ids[1])
    return Reply(message="Credits applied to an invoice have been deleted.")


def take(book: Book, call: Call) -> Reply:
    """POST /invoices/{id}/credits: credit notes and excess payments put on an invoice (F49)."""
    invoice, asked = book.invoice(call.ids[0]), call.payload(Taken)
    amounts = [each.amount_applied for each in asked.invoice_payments]
    amounts += [each.amount_applied for each in asked.apply_creditnotes]
    if not amounts:
        raise missing("apply_creditnotes")
    whole = sum(amounts, ZERO)
    settlement.check(book, invoice, invoice.customer_id, whole)
    for part in asked.invoice_payments:
        if part.amount_applied > book.payment(part.payment_id).unused:
            raise forbidden("The amount applied is more than what is left of the payment.")
    for credit in asked.apply_creditnotes:
        if credit.amount_applied > book.creditnote(credit.creditnote_id).left:
            raise forbidden("The amount applied is more than what is left of the credit note.")
    for credit in asked.apply_creditnotes:
        note, open_invoice = book.creditnote(credit.creditnote_id), book.invoice(invoice.invoice_id)
        settlement.put_on(book, note, open_invoice, credit.amount_applied)
    for part in asked.invoice_payments:
        _spend(book, book.payment(part.payment_id), invoice.invoice_id, part.amount_applied)
    return Reply(message="Credits have been applied to the invoice.")


def _spend(book: Book, payment: Payment, invoice_id: str, amount: Amount) -> None:
    invoice = book.invoice(invoice_id)
    settlement.check(book, invoice, payment.customer_id, amount)
    made = Application(invoice_id=invoice_id, amount_applied=amount, invoice_payment_id=book.new_id())
    changes = {"invoices": (*payment.invoices, made), "last_modified_time": book.now()}
    book.keep_payment(payment.model_copy(update=changes))
    settlement.pay(book, invoice, amount, payment)


def applied(book: Book, call: Call) -> Reply:
    """GET /invoices/{id}/creditsapplied."""
    invoice = book.invoice(call.ids[0])
    rows: list[Row] = [
        {
            "creditnote_id": note.creditnote_id,
            "creditnotes_invoice_id": each.creditnote_invoice_id,
            "creditnotes_number": note.creditnote_number,
            "credited_date": each.date.isoformat() if each.date else "",
            "amount_applied": number(each.amount_applied),
        }
        for note in book.creditnotes.find("invoice", invoice.invoice_id)
        for each in note.invoices
        if each.invoice_id == invoice.invoice_id
    ]
    return Reply({"credits": rows})


def untake(book: Book, call: Call) -> Reply:
    """DELETE /invoices/{id}/creditsapplied/{id}: a credit off the invoice (F49)."""
    for note in book.creditnotes.find("invoice", book.invoice(call.ids[0]).invoice_id):
        if any(each.creditnote_invoice_id == call.ids[1] for each in note.invoices):
            settlement.uncredit(book, note.creditnote_id, call.ids[1])
            return Reply(message="Credits applied to an invoice have been deleted.")
    raise book.missing("Credit")


def of_contact(book: Book, call: Call) -> Reply:
    """GET /contacts/{id}/receivables/unusedcredits: open credit notes and excess payments of a customer."""
    contact = book.contact(call.ids[0])
    held = book.creditnotes.find("customer", contact.contact_id)
    notes = [each for each in held if creditnotes.status(each) == "open"]
    payments = book.payments.find("customer", contact.contact_id)
    return Reply(
        {
            "creditnotes": [
                creditnotes.row(book, each) for each in notes if creditnotes.status(each) == "open"
            ],
            "customerpayments": [
                {"payment_id": each.payment_id, "unused_amount": number(each.unused)}
                for each in payments
                if each.unused > ZERO
            ],
        }
    )
