"""Credit notes and refunds, in the vendor's own words (F47 to F50)."""

from decimal import Decimal

from ledgerferry_sandbox.books.models import DocumentFields, Drawn
from ledgerferry_sandbox.books.wire import ZERO, Amount, Day, Moment, Text, Text100, Wire


class CreditNoteFields(DocumentFields):
    """A credit note as a caller gives one (F48)."""

    creditnote_number: Text100 = ""
    is_draft: bool = False
    ignore_auto_number_generation: bool = False


class CreditFields(Wire):
    """How much of a credit note goes to one invoice, as a caller gives it (F49)."""

    invoice_id: str
    amount_applied: Amount = ZERO


class Credit(CreditFields):
    """How much of a credit note went to one invoice."""

    creditnote_invoice_id: str
    date: Day = None


class CreditNote(Drawn, CreditNoteFields):
    """A credit note.

    `status` holds draft, pending_approval, approved, rejected, open or void; closed is worked out from the
    balance.
    """

    creditnote_id: str
    invoices: tuple[Credit, ...] = ()
    amount_refunded: Amount = ZERO

    @property
    def applied(self) -> Decimal:
        """What invoices have taken."""
        return sum((each.amount_applied for each in self.invoices), ZERO)

    @property
    def left(self) -> Decimal:
        """What neither an invoice nor a refund has taken; a void one has nothing left."""
        return ZERO if self.status == "void" else self.total - self.applied - self.amount_refunded


class RefundFields(Wire):
    """Money given back, as a caller tells of it (F47, F50)."""

    date: Day = None
    refund_mode: Text100 = "cash"
    reference_number: Text100 = ""
    amount: Amount = ZERO
    exchange_rate: Amount = ZERO
    from_account_id: Text = ""
    payment_form: Text = ""
    description: Text = ""


class Refund(RefundFields):
    """Money given back of a credit note or of a payment, whose id is `source_id`."""

    refund_id: str
    source_id: str
    customer_id: str = ""
    created_time: Moment
    last_modified_time: Moment
