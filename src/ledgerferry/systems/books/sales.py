"""What Books sells with: invoices, credit notes and payments, and their moves (F34 to F50)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import BinaryIO, Final

from ledgerferry.model.outcome import InDoubt
from ledgerferry.model.ports import Journal
from ledgerferry.systems.books.register import BooksCalls, Naming, Register, fields
from ledgerferry.systems.books.sums import SUMS_ONLY, sums_of
from ledgerferry.systems.protocol import Sums
from ledgerferry.systems.zoho.fields import Fields, Row

# Records of one call: of documented limits the mail's ten and the papers' 25 (F36), else cautious.
_TOGETHER: Final = 25
_MAILED: Final = 10


class Invoices(Register):
    """The invoices of an organisation."""

    def __init__(self, calls: BooksCalls) -> None:
        super().__init__(calls, Naming("/invoices", "invoice", ("invoices",), "invoice_id"))

    def sums(self, **filters: str) -> Sums:
        """Count and sums in one call, without the rows (``response_option`` 3 of F25)."""
        reply = self._calls.read("/invoices", {**filters, **SUMS_ONLY})
        found = sums_of(fields(reply))
        if found is None:
            raise InDoubt("the answer shows no sums", system=self._calls.client.system, request=reply.request)
        return found

    def mark_sent(self, invoices: Sequence[str], *, journal: Journal | None = None) -> None:
        """Drafts become sent; nothing is mailed."""
        self._together("POST", "status/sent", "invoice_ids", invoices, _TOGETHER, journal)

    def void(self, invoices: Sequence[str], *, journal: Journal | None = None) -> None:
        """Invoices become void; payments and credits come off and become the customer's credits."""
        self._together("POST", "status/void", "invoice_ids", invoices, _TOGETHER, journal)

    def submit(self, invoices: Sequence[str], *, journal: Journal | None = None) -> None:
        """Drafts are handed in for approval."""
        self._together("POST", "submit", "invoice_ids", invoices, _TOGETHER, journal)

    def approve(self, invoices: Sequence[str], *, journal: Journal | None = None) -> None:
        """What was handed in is approved."""
        self._together("POST", "approve", "invoice_ids", invoices, _TOGETHER, journal)

    def reject(self, invoice: str, *, journal: Journal | None = None) -> None:
        """What was handed in goes back."""
        self.move(invoice, "reject", journal=journal)

    def redraft(self, invoice: str, *, journal: Journal | None = None) -> None:
        """A void invoice becomes a draft."""
        self.move(invoice, "status/draft", journal=journal)

    def write_off(self, invoices: Sequence[str], *, journal: Journal | None = None) -> None:
        """What is left to pay is given up."""
        self._together("POST", "writeoff", "invoice_ids", invoices, _TOGETHER, journal)

    def cancel_write_off(self, invoice: str, *, journal: Journal | None = None) -> None:
        """What was given up is owed again."""
        self.move(invoice, "writeoff/cancel", journal=journal)

    def email(self, invoices: Sequence[str], *, journal: Journal | None = None) -> None:
        """Mail invoices to their contact persons, ten a call. A lost answer is never tried again."""
        self._together("POST", "email", "invoice_ids", invoices, _MAILED, journal)

    def email_one(
        self, invoice: str, to: Sequence[str], subject: str, body: str, *, journal: Journal | None = None
    ) -> None:
        """Mail one invoice to some addresses."""
        self.move(
            invoice, "email", {"to_mail_ids": list(to), "subject": subject, "body": body}, journal=journal
        )

    def remind(self, invoices: Sequence[str], *, journal: Journal | None = None) -> None:
        """Mail payment reminders, ten a call."""
        self._together("POST", "paymentreminder", "invoice_ids", invoices, _MAILED, journal)

    def delete_several(self, invoices: Sequence[str], *, journal: Journal | None = None) -> None:
        """Invoices removed, several a call."""
        self._together("DELETE", "", "invoice_ids", invoices, _TOGETHER, journal)

    def pdf(self, invoice: str, sink: BinaryIO) -> None:
        """An invoice as PDF, written as it comes."""
        self._calls.read(f"/invoices/{invoice}", {"accept": "pdf"}, sink=sink)

    def pdfs(self, invoices: Sequence[str], sink: BinaryIO) -> None:
        """Up to 25 invoices as one PDF."""
        self._calls.read("/invoices/pdf", {"invoice_ids": ",".join(invoices)}, sink=sink)

    def credit(
        self,
        invoice: str,
        *,
        payments: Mapping[str, Decimal] | None = None,
        credit_notes: Mapping[str, Decimal] | None = None,
        journal: Journal | None = None,
    ) -> None:
        """Credit applied to an invoice: amounts by excess payment and by credit note (F49)."""
        body = {
            "invoice_payments": [{"payment_id": i, "amount_applied": a} for i, a in (payments or {}).items()],
            "apply_creditnotes": [
                {"creditnote_id": i, "amount_applied": a} for i, a in (credit_notes or {}).items()
            ],
        }
        self.move(invoice, "credits", body, journal=journal)


class CreditNotes(Register):
    """The credit notes of an organisation."""

    def __init__(self, calls: BooksCalls) -> None:
        super().__init__(calls, Naming("/creditnotes", "creditnote", ("creditnotes",), "creditnote_id"))

    def open(self, note: str, *, journal: Journal | None = None) -> None:
        """A draft becomes open."""
        self.move(note, "status/open", journal=journal)

    def void(self, note: str, *, journal: Journal | None = None) -> None:
        """A credit note becomes void."""
        self.move(note, "status/void", journal=journal)

    def apply(self, note: str, amounts: Mapping[str, Decimal], *, journal: Journal | None = None) -> None:
        """Credit applied to invoices: the amount by invoice."""
        applied = [{"invoice_id": invoice, "amount_applied": value} for invoice, value in amounts.items()]
        self.move(note, "invoices", {"invoices": applied}, journal=journal)

    def unapply(self, note: str, application: str, *, journal: Journal | None = None) -> None:
        """One application taken back, by its ``creditnote_invoice_id``."""
        self.drop_within(note, "invoices", application, journal=journal)

    def refund(self, note: str, body: Row, *, journal: Journal | None = None) -> Fields:
        """Money paid back: ``date``, ``amount``, ``refund_mode``, ``from_account_id`` (F50)."""
        return self.put_within(note, "refunds", body, "creditnote_refund", journal=journal)

    def email(
        self, note: str, to: Sequence[str], subject: str, body: str, *, journal: Journal | None = None
    ) -> None:
        """Mail a credit note to some addresses."""
        self.move(note, "email", {"to_mail_ids": list(to), "subject": subject, "body": body}, journal=journal)

    def pdf(self, note: str, sink: BinaryIO) -> None:
        """A credit note as PDF, written as it comes."""
        self._calls.read(f"/creditnotes/{note}", {"accept": "pdf"}, sink=sink)


class Payments(Register):
    """The payments of customers."""

    def __init__(self, calls: BooksCalls) -> None:
        super().__init__(
            calls,
            Naming("/customerpayments", "payment", ("customerpayments", "customer_payments"), "payment_id"),
        )

    def refund(self, payment: str, body: Row, *, journal: Journal | None = None) -> Fields:
        """An excess paid back: ``date``, ``amount``, ``refund_mode``, ``from_account_id`` (F47)."""
        return self.put_within(payment, "refunds", body, "payment_refunds", "payment_refund", journal=journal)

    def take_off(self, invoice: str, application: str, *, journal: Journal | None = None) -> None:
        """One payment taken off an invoice, by its ``invoice_payment_id`` (F47)."""
        self._calls.write("DELETE", f"/invoices/{invoice}/payments/{application}", None, journal)

    def delete_several(self, payments: Sequence[str], *, journal: Journal | None = None) -> None:
        """Payments removed, several a call."""
        self._together("DELETE", "", "payment_ids", payments, _TOGETHER, journal, bulk_delete="true")
