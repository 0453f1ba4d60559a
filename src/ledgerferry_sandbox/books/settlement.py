"""Payments and credits on invoices: put on, taken off, and the balances that follow (F36, F46, F49)."""

from decimal import Decimal

from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.creditnote_models import Credit, CreditNote
from ledgerferry_sandbox.books.errors import forbidden
from ledgerferry_sandbox.books.models import Application, ApplicationFields, Invoice, Payment
from ledgerferry_sandbox.books.wire import ZERO
from ledgerferry_sandbox.exchange import Row


def balanced(invoice: Invoice) -> Invoice:
    """The invoice with its balance worked out; a void one owes nothing."""
    settled = invoice.payment_made + invoice.credits_applied + invoice.write_off_amount
    owed = ZERO if invoice.status == "void" else invoice.total - settled
    return invoice.model_copy(update={"balance": owed})


def pay(book: Book, invoice: Invoice, amount: Decimal, payment: Payment) -> None:
    """Puts an amount of a payment on an invoice, or with a negative amount takes it off.

    The last payment is the one of the latest date, in whatever order they were put on.
    """
    days = [invoice.last_payment_date, payment.date if amount > 0 else None]
    day = max((day for day in days if day), default=None)
    _settle(book, invoice, {"payment_made": invoice.payment_made + amount, "last_payment_date": day})


def credit(book: Book, invoice: Invoice, amount: Decimal) -> None:
    """Puts an amount of a credit note on an invoice, or with a negative amount takes it off."""
    _settle(book, invoice, {"credits_applied": invoice.credits_applied + amount})


def _settle(book: Book, invoice: Invoice, changes: Row) -> None:
    state = "void" if invoice.status == "void" else "sent"
    changed = {**changes, "status": state, "last_modified_time": book.now()}
    book.keep_invoice(balanced(invoice.model_copy(update=changed)))


def applications(
    book: Book, customer_id: str, amount: Decimal, given: tuple[ApplicationFields, ...]
) -> tuple[Application, ...]:
    """The wanted applications, each checked against its invoice's balance and all against the amount."""
    if sum((each.amount_applied for each in given), ZERO) > amount:
        raise forbidden("The amount applied is more than the amount of the payment.")
    wanted: dict[str, Decimal] = {}
    for each in given:
        invoice = book.invoice(each.invoice_id)
        wanted[each.invoice_id] = wanted.get(each.invoice_id, ZERO) + each.amount_applied
        check(book, invoice, customer_id, wanted[each.invoice_id])
    return tuple(
        Application(
            invoice_id=each.invoice_id,
            amount_applied=each.amount_applied,
            tax_amount_withheld=each.tax_amount_withheld,
            invoice_payment_id=book.new_id(),
        )
        for each in given
    )


def check(book: Book, invoice: Invoice, customer_id: str, wanted: Decimal) -> None:
    """Refuses to put an amount on an invoice that cannot take it."""
    if invoice.customer_id != customer_id:
        raise forbidden("The invoice belongs to another customer.")
    if invoice.status == "void":
        raise forbidden("A void invoice takes no payment.")
    if invoice.status != "sent" and book.switches.at("payment_on_draft") == "refused":
        raise forbidden("A draft invoice takes no payment.")
    if wanted <= ZERO or wanted > invoice.balance:
        raise forbidden("The amount applied is more than the balance of the invoice.")


def release(book: Book, invoice: Invoice) -> None:
    """Takes every payment and credit off an invoice; the money becomes the customer's credit (F36)."""
    number = invoice.invoice_id
    for payment in book.payments.find("invoice", number):
        kept = tuple(each for each in payment.invoices if each.invoice_id != number)
        off = sum((each.amount_applied for each in payment.invoices if each.invoice_id == number), ZERO)
        book.keep_payment(payment.model_copy(update={"invoices": kept, "last_modified_time": book.now()}))
        pay(book, book.invoice(number), -off, payment)
    for note in book.creditnotes.find("invoice", number):
        for each in note.invoices:
            if each.invoice_id == number:
                uncredit(book, note.creditnote_id, each.creditnote_invoice_id)


def uncredit(book: Book, creditnote_id: str, application_id: str) -> CreditNote:
    """Takes one application of a credit note off its invoice (F49)."""
    note = book.creditnote(creditnote_id)
    gone = next((each for each in note.invoices if each.creditnote_invoice_id == application_id), None)
    if gone is None:
        raise book.missing("Credit")
    kept = tuple(each for each in note.invoices if each is not gone)
    changed = note.model_copy(update={"invoices": kept, "last_modified_time": book.now()})
    credit(book, book.invoice(gone.invoice_id), -gone.amount_applied)
    return book.keep_creditnote(changed)


def put_on(book: Book, note: CreditNote, invoice: Invoice, amount: Decimal) -> CreditNote:
    """Puts an amount of an open credit note on an invoice of the same customer and currency (F49)."""
    if note.status != "open":
        raise forbidden("Only an open credit note can be applied.")
    if note.currency_id != invoice.currency_id:
        raise forbidden("The credit note and the invoice have different currencies.")
    check(book, invoice, note.customer_id, amount)
    if amount > note.left:
        raise forbidden("The amount applied is more than what is left of the credit note.")
    made = Credit(
        invoice_id=invoice.invoice_id,
        amount_applied=amount,
        creditnote_invoice_id=book.new_id(),
        date=book.today(),
    )
    credit(book, invoice, amount)
    changes = {"invoices": (*note.invoices, made), "last_modified_time": book.now()}
    return book.keep_creditnote(note.model_copy(update=changes))
