"""Bills and journals, in the vendor's own words."""

from typing import Literal

from ledgerferry_sandbox.books.models import DocumentFields, Drawn
from ledgerferry_sandbox.books.wire import ZERO, Amount, Day, Moment, Text, Text100, Wire


class BillFields(DocumentFields):
    """A bill as a caller gives one."""

    vendor_id: Text = ""
    bill_number: Text100 = ""
    due_date: Day = None


class Bill(Drawn, BillFields):
    """What a vendor asks for. It is open, and overdue once its day has passed."""

    bill_id: str


class JournalLineFields(Wire):
    """One side of a journal as a caller gives it."""

    account_id: Text = ""
    customer_id: Text = ""
    description: Text = ""
    debit_or_credit: Literal["debit", "credit"] = "debit"
    amount: Amount = ZERO
    tax_id: Text = ""


class JournalFields(Wire):
    """A journal as a caller gives one. Of supply and its states it knows nothing (F23)."""

    journal_date: Day = None
    reference_number: Text100 = ""
    notes: Text = ""
    journal_type: Text = "both"
    line_items: tuple[JournalLineFields, ...] = ()


class JournalLine(JournalLineFields):
    """One side of a journal."""

    line_id: str
    account_name: str = ""


class Journal(JournalFields):
    """A journal: what goes from accounts to accounts."""

    journal_id: str
    entry_number: str
    status: str = "published"
    total: Amount = ZERO
    line_items: tuple[JournalLine, ...] = ()
    created_time: Moment
    last_modified_time: Moment
