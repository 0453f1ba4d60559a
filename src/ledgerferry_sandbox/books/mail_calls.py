"""The calls that send mail, and those that say what would be sent (F36, F38)."""

from ledgerferry_sandbox.books import approvals, mailing
from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.call import Call, Reply
from ledgerferry_sandbox.books.errors import Refusal, invalid, missing
from ledgerferry_sandbox.books.listing import paged
from ledgerferry_sandbox.books.models import Associated, Contact
from ledgerferry_sandbox.exchange import Row

BULK_EMAILS = 10


def _addressed(call: Call) -> list[str]:
    """Whom a letter is to go to, as the body says; none where it does not."""
    given = call.json().get("to_mail_ids") or []
    if not isinstance(given, list):
        raise invalid("to_mail_ids")
    return [str(address) for address in given]


def email(book: Book, call: Call) -> Reply:
    """POST /invoices/{id}/email; an empty body is allowed (F38)."""
    invoice = book.invoice(call.ids[0])
    approvals.check_sendable(book, invoice.status)
    mailing.send_invoice(book, invoice, _addressed(call) or None)
    return Reply(message="Your invoice has been sent.")


def email_several(book: Book, call: Call) -> Reply:
    """POST /invoices/email?invoice_ids=, ten at most (F36)."""
    numbers = call.several("invoice_ids")
    if len(numbers) > BULK_EMAILS:
        raise Refusal(15, f"No more than {BULK_EMAILS} invoices can be e-mailed at once.")
    found = [book.invoice(number) for number in numbers]
    for invoice in found:
        approvals.check_sendable(book, invoice.status)
    for invoice in found:
        mailing.send_invoice(book, invoice)
    return Reply(message="Your mails are scheduled to be sent in a few minutes.")


def email_creditnote(book: Book, call: Call) -> Reply:
    """POST /creditnotes/{id}/email."""
    note, given = book.creditnote(call.ids[0]), _addressed(call)
    approvals.check_sendable(book, note.status)
    if not given:
        raise missing("to_mail_ids")
    mailing.send_creditnote(book, note, given)
    return Reply(message="Your credit note has been sent.")


def remind_several(book: Book, call: Call) -> Reply:
    """POST /invoices/paymentreminder?invoice_ids=: who cannot be reminded is told apart (F36)."""
    sent, unsent = 0, []
    for invoice in [book.invoice(number) for number in call.several("invoice_ids")]:
        if invoice.status == "sent" and invoice.balance > 0:
            mailing.remind(book, invoice)
            sent += 1
        else:
            unsent.append(invoice.invoice_id)
    errors = [{"message": "Reminders are sent for unpaid invoices only.", "ids": unsent}] if unsent else []
    success = {"message": "Reminders have been sent.", "sent_count": sent}
    info: Row = {"email_success_info": success, "email_errors_info": errors, "code": 0}
    return Reply({"info": info}, "Reminders have been sent.", 201)


def enable(book: Book, call: Call) -> Reply:
    """POST /invoices/{id}/paymentreminder/enable."""
    _set_reminders(book, call.ids[0], enabled=True)
    return Reply(message="Reminders enabled.")


def disable(book: Book, call: Call) -> Reply:
    """POST /invoices/{id}/paymentreminder/disable."""
    _set_reminders(book, call.ids[0], enabled=False)
    return Reply(message="Reminders stopped.")


def _set_reminders(book: Book, number: str, *, enabled: bool) -> None:
    changes = {"payment_reminder_enabled": enabled, "last_modified_time": book.now()}
    book.keep_invoice(book.invoice(number).model_copy(update=changes))


def _content(book: Book, contact: Contact, associated: tuple[Associated, ...], subject: str) -> Row:
    to = mailing.recipients(book, contact, associated)
    people = [
        {
            "contact_person_id": person.contact_person_id,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "salutation": person.salutation,
            "email": person.email,
            "phone": person.phone,
            "mobile": person.mobile,
            "selected": person.email in to,
        }
        for person in contact.contact_persons
    ]
    return {
        "subject": subject,
        "body": f"Dear {contact.contact_name}, {subject}.",
        "customer_id": contact.contact_id,
        "customer_name": contact.contact_name,
        "to_contacts": people,
        "to_mails_str": ",".join(to),
        "file_name": f"{subject}.pdf",
        "from_emails": [],
        "emailtemplates": [],
        "error_list": [],
        "attach_pdf": True,
    }


def content(book: Book, call: Call) -> Reply:
    """GET /invoices/{id}/email: what would be sent."""
    invoice = book.invoice(call.ids[0])
    contact = book.contact(invoice.customer_id)
    subject = f"Invoice {invoice.invoice_number}"
    return Reply({"data": _content(book, contact, invoice.contact_persons_associated, subject)})


def reminder(book: Book, call: Call) -> Reply:
    """GET /invoices/{id}/paymentreminder: what would be sent."""
    invoice = book.invoice(call.ids[0])
    contact = book.contact(invoice.customer_id)
    subject = f"Reminder of invoice {invoice.invoice_number}"
    return Reply({"data": _content(book, contact, invoice.contact_persons_associated, subject)})


def creditnote_content(book: Book, call: Call) -> Reply:
    """GET /creditnotes/{id}/email: what would be sent."""
    note = book.creditnote(call.ids[0])
    contact = book.contact(note.customer_id)
    subject = f"Credit note {note.creditnote_number}"
    return Reply({"data": [_content(book, contact, note.contact_persons_associated, subject)]})


def creditnote_history(book: Book, call: Call) -> Reply:
    """GET /creditnotes/{id}/emailhistory."""
    note = book.creditnote(call.ids[0])
    sent = [each for each in book.desk.mail.rows if each.get("creditnote_id") == note.creditnote_id]
    shown, context = paged(sent, call, "Email History")
    rows = [
        {
            "mailhistory_id": str(each["number"]),
            "from": book.organization.email,
            "to_mail_ids": each["to"],
            "subject": each["subject"],
            "date": str(each["time"])[:10],
        }
        for each in shown
    ]
    return Reply({"email_history": rows, "page_context": context})
