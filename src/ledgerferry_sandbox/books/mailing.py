"""Who gets mail, and when: invoices, reminders, thank-yous (F36, F38, F46)."""

import heapq
from datetime import timedelta

from ledgerferry_sandbox.books.book import REMINDER_DAYS, Book
from ledgerferry_sandbox.books.creditnote_models import CreditNote
from ledgerferry_sandbox.books.models import Associated, Contact, Invoice, Payment


def recipients(book: Book, contact: Contact, associated: tuple[Associated, ...]) -> list[str]:
    """The addresses that mail goes to: of those associated, the ones whose e-mail is enabled.

    With none associated it is the primary person, or nobody, by switch.
    """
    people = {person.contact_person_id: person for person in contact.contact_persons}
    if not associated:
        primary = contact.primary
        wanted = [primary] if primary and book.switches.at("mail.unassociated") == "primary" else []
    else:
        wanted = [
            people[each.contact_person_id]
            for each in associated
            if each.contact_person_id in people and each.communication_preference.is_email_enabled
        ]
    return [
        person.email for person in wanted if person.email and person.communication_preference.is_email_enabled
    ]


def remind_late(book: Book) -> None:
    """Sends the reminders that the passing of time has made due."""
    if book.switches.at("mail.reminders") == "off":
        return
    today = book.today()
    while book.reminders and book.reminders[0][0] <= today:
        _, number = heapq.heappop(book.reminders)
        invoice = book.invoices.get(number)
        if invoice and _late(book, invoice):
            contact = book.contact(invoice.customer_id)
            if invoice.payment_reminder_enabled and contact.payment_reminder_enabled:
                remind(book, invoice)
            heapq.heappush(book.reminders, (today + timedelta(days=REMINDER_DAYS), number))


def _late(book: Book, invoice: Invoice) -> bool:
    today, last = book.today(), invoice.last_reminder_sent_date
    overdue = invoice.due_date is not None and invoice.due_date < today
    recent = last is not None and today < last + timedelta(days=REMINDER_DAYS)
    return invoice.status == "sent" and invoice.balance > 0 and overdue and not recent


def remind(book: Book, invoice: Invoice) -> None:
    """Sends one reminder of an invoice to the persons it goes to."""
    contact = book.contact(invoice.customer_id)
    if _send(book, "reminder", recipients(book, contact, invoice.contact_persons_associated), invoice):
        changes = {"reminders_sent": invoice.reminders_sent + 1, "last_reminder_sent_date": book.today()}
        book.keep_invoice(invoice.model_copy(update=changes), silent=True)


def _send(book: Book, kind: str, to: list[str], invoice: Invoice) -> bool:
    about = {
        "subject": f"{kind} {invoice.invoice_number}",
        "invoice_id": invoice.invoice_id,
        "customer_id": invoice.customer_id,
    }
    return book.desk.mail.send(book.desk.clock.now(), "books", kind, to, about)


def send_invoice(book: Book, invoice: Invoice, to: list[str] | None = None) -> Invoice:
    """E-mails an invoice, to these or to the persons it goes to; a draft becomes sent."""
    if to is None:
        to = recipients(book, book.contact(invoice.customer_id), invoice.contact_persons_associated)
    emailed = _send(book, "invoice", to, invoice)
    status = "sent" if invoice.status in ("draft", "approved") else invoice.status
    changes = {"status": status, "is_emailed": emailed, "last_modified_time": book.now()}
    return book.keep_invoice(invoice.model_copy(update=changes))


def send_creditnote(book: Book, note: CreditNote, to: list[str]) -> None:
    """E-mails a credit note; a draft becomes open."""
    about = {
        "subject": f"credit note {note.creditnote_number}",
        "creditnote_id": note.creditnote_id,
        "customer_id": note.customer_id,
    }
    emailed = book.desk.mail.send(book.desk.clock.now(), "books", "creditnote", to, about)
    status = "open" if note.status == "draft" else note.status
    changes = {"status": status, "is_emailed": emailed, "last_modified_time": book.now()}
    book.keep_creditnote(note.model_copy(update=changes))


def thank(book: Book, payment: Payment) -> None:
    """Thanks for a payment, if the organisation does so: the payment's persons, else its invoices'."""
    if book.switches.at("mail.thank_you") == "off":
        return
    contact = book.contact(payment.customer_id)
    associated = tuple(Associated(contact_person_id=number) for number in payment.contact_persons)
    for each in payment.invoices if not associated else ():
        associated += book.invoice(each.invoice_id).contact_persons_associated
    about = {
        "subject": f"thank you for payment {payment.payment_number}",
        "payment_id": payment.payment_id,
        "customer_id": payment.customer_id,
    }
    to = list(dict.fromkeys(recipients(book, contact, associated)))
    book.desk.mail.send(book.desk.clock.now(), "books", "thank_you", to, about)
