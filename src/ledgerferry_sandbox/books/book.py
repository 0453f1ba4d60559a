"""The books of one organisation: its tables, and the questions every handler asks of them."""

import heapq
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar, cast

from ledgerferry_sandbox.books import customfields
from ledgerferry_sandbox.books.arithmetic import Rules
from ledgerferry_sandbox.books.creditnote_models import CreditNote, Refund
from ledgerferry_sandbox.books.customfields import CustomField, CustomInput, Values
from ledgerferry_sandbox.books.errors import Refusal, forbidden, invalid
from ledgerferry_sandbox.books.item_models import Item
from ledgerferry_sandbox.books.keeping import (
    BILL_KEYS,
    CONTACT_KEYS,
    CREDITNOTE_KEYS,
    INVOICE_KEYS,
    ITEM_KEYS,
    PAYMENT_KEYS,
)
from ledgerferry_sandbox.books.models import Comment, Contact, Document, Invoice, Payment
from ledgerferry_sandbox.books.purchase_models import Bill, Journal
from ledgerferry_sandbox.books.register_models import Account, Exemption, Location, TaxAuthority, User
from ledgerferry_sandbox.books.settings import Currency, Organization, Tax, TaxGroup, grouped
from ledgerferry_sandbox.books.webhook_models import History, Webhook, Workflow
from ledgerferry_sandbox.books.wire import ZERO, Rows, folded
from ledgerferry_sandbox.desk import Desk
from ledgerferry_sandbox.desk.tables import Keys, R, Table

REMINDER_DAYS = 7
OWN_MISSING = 102001
"""A code that no table of errors lists, for a record that is not there."""
T = TypeVar("T")


class Book:
    """Tables of records, each found by id and by the keys that must be unique or are searched for."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.switches = desk.switches
        self.organizations = Table("organizations", Organization, lambda kept: kept.organization_id)
        self.currencies = Table(
            "currencies", Currency, lambda kept: kept.currency_id, {"code": lambda kept: [kept.currency_code]}
        )
        self.taxes = Table(
            "taxes", Tax, lambda kept: kept.tax_id, {"name": lambda kept: [folded(kept.tax_name)]}
        )
        self.taxgroups = Table("taxgroups", TaxGroup, lambda kept: kept.tax_group_id)
        self.taxauthorities = Table("taxauthorities", TaxAuthority, lambda kept: kept.tax_authority_id)
        self.taxexemptions = Table("taxexemptions", Exemption, lambda kept: kept.tax_exemption_id)
        self.customfields = Table("customfields", CustomField, lambda kept: kept.customfield_id)
        self.accounts = Table("chartofaccounts", Account, lambda kept: kept.account_id)
        self.users = Table("users", User, lambda kept: kept.user_id)
        self.locations = Table("locations", Location, lambda kept: kept.location_id)
        self._open_records()
        self.receivable: dict[str, Decimal] = {}
        self.unused: dict[str, Decimal] = {}
        self.rows = Rows()
        self.reminders: list[tuple[date, str]] = []
        self._made: dict[Callable[[Book], Any], tuple[int, Any]] = {}

    def _open_records(self) -> None:
        self.items = self._lagging("items", Item, lambda kept: kept.item_id, ITEM_KEYS, "name")
        self.contacts = self._lagging(
            "contacts", Contact, lambda kept: kept.contact_id, CONTACT_KEYS, "contact_name"
        )
        self.invoices = self._lagging("invoices", Invoice, lambda kept: kept.invoice_id, INVOICE_KEYS)
        self.payments = self._lagging("customerpayments", Payment, lambda kept: kept.payment_id, PAYMENT_KEYS)
        self.creditnotes = self._lagging(
            "creditnotes", CreditNote, lambda kept: kept.creditnote_id, CREDITNOTE_KEYS
        )
        self.bills = self._lagging("bills", Bill, lambda kept: kept.bill_id, BILL_KEYS)
        self.journals = Table("journals", Journal, lambda kept: kept.journal_id)
        self.creditnote_refunds = self._refunds("creditnote_refunds")
        self.payment_refunds = self._refunds("customerpayment_refunds")
        self.documents = Table(
            "documents", Document, lambda kept: kept.document_id, {"owner": lambda kept: [kept.owner_id]}
        )
        self.comments = Table(
            "comments", Comment, lambda kept: kept.comment_id, {"owner": lambda kept: [kept.owner_id]}
        )
        self.webhooks = Table("webhooks", Webhook, lambda kept: kept.webhook_id)
        self.workflows = Table("workflows", Workflow, lambda kept: kept.workflow_id)
        self.histories = Table("webhook_histories", History, lambda kept: kept.history_id)

    def _lagging(
        self,
        name: str,
        model: type[R],
        key: Callable[[R], str],
        indexes: dict[str, Keys[R]],
        order: str = "",
    ) -> Table[R]:
        switches, clock = self.switches, self.desk.clock
        orders = {order: lambda kept: folded(str(getattr(kept, order)))} if order else {}
        return Table(
            name, model, key, indexes, lambda: switches.number("search_lag_seconds"), clock.now, orders
        )

    def _refunds(self, name: str) -> Table[Refund]:
        return Table(name, Refund, lambda kept: kept.refund_id, {"source": lambda kept: [kept.source_id]})

    @property
    def organization(self) -> Organization:
        """The organisation whose books these are."""
        return next(iter(self.organizations))

    def once(self, make: Callable[["Book"], T]) -> T:
        """What hangs on no record and on no call, only on the switches; made anew after one was moved."""
        moves, made = self._made.get(make, (-1, None))
        if moves == self.switches.moves:
            return cast("T", made)
        self._made[make] = (self.switches.moves, again := make(self))
        return again

    def tables(self) -> list[Table[Any]]:
        """Every table, in the order in which they are loaded."""
        return [
            *(self.organizations, self.currencies, self.taxes, self.taxgroups, self.taxauthorities),
            *(self.taxexemptions, self.customfields, self.accounts, self.users, self.locations),
            *(self.items, self.contacts, self.invoices, self.payments, self.creditnotes),
            *(self.bills, self.journals),
            *(self.creditnote_refunds, self.payment_refunds, self.documents, self.comments),
            *(self.webhooks, self.workflows, self.histories),
        ]

    def now(self) -> datetime:
        """This second, in the organisation's time zone."""
        return self.desk.now()

    def today(self) -> date:
        """The organisation's day."""
        return self.desk.now().date()

    def new_id(self) -> str:
        """A new id."""
        return self.desk.ids.next()

    def contact(self, number: str) -> Contact:
        """The contact, or error 1002 (F29)."""
        return self.there(self.contacts, number, "Contact")

    def invoice(self, number: str) -> Invoice:
        """The invoice, or error 1002."""
        return self.there(self.invoices, number, "Invoice")

    def payment(self, number: str) -> Payment:
        """The payment, or error 1002."""
        return self.there(self.payments, number, "Payment")

    def tax(self, number: str) -> Tax:
        """The tax, or error 1002."""
        return self.there(self.taxes, number, "Tax")

    def tax_or_group(self, number: str) -> Tax:
        """The tax of this id, or the group of taxes as one, or error 1002 (F44)."""
        group = self.taxgroups.get(number)
        return grouped(group, [self.tax(each) for each in group.tax_ids]) if group else self.tax(number)

    def creditnote(self, number: str) -> CreditNote:
        """The credit note, or error 1002."""
        return self.there(self.creditnotes, number, "Credit Note")

    def bill(self, number: str) -> Bill:
        """The bill, or error 1002."""
        return self.there(self.bills, number, "Bill")

    def journal(self, number: str) -> Journal:
        """The journal, or error 1002."""
        return self.there(self.journals, number, "Journal")

    def item(self, number: str) -> Item:
        """The item, or error 1002."""
        return self.there(self.items, number, "Item")

    def account(self, number: str) -> Account:
        """The account of the chart of accounts, or error 1002."""
        return self.there(self.accounts, number, "Account")

    def currency(self, number: str) -> Currency:
        """The currency, or error 1002."""
        return self.there(self.currencies, number, "Currency")

    def document(self, number: str) -> Document:
        """The attached file, or error 1002."""
        return self.there(self.documents, number, "Document")

    def there(self, table: Table[R], number: str, noun: str) -> R:
        """The record of a table, or error 1002 that names it."""
        record = table.get(number)
        if record is None:
            raise self.missing(noun)
        return record

    def missing(self, noun: str) -> Refusal:
        """Error 1002; its HTTP status, and whether all but invoices have another code, are switches."""
        own = noun != "Invoice" and self.switches.at("missing_code") == "own"
        status = int(self.switches.number("missing_status"))
        return Refusal(OWN_MISSING if own else 1002, f"{noun} does not exist.", status)

    def fields(self, module: str) -> list[CustomField]:
        """The custom fields of a module."""
        return [field for field in self.customfields if field.module == module]

    def custom_values(
        self, table: Table[R], number: str, held: Values, given: tuple[CustomInput, ...]
    ) -> Values:
        """A record's custom values after a write, unless a unique one is already another record's."""
        fields = self.fields(table.name)
        values = customfields.merged(fields, held, given)
        unique = {field.api_name: field for field in fields if field.unique}
        for value in values:
            field = unique.get(value.api_name)
            holders = table.find("custom", f"{value.api_name}={value.value}") if field else []
            if field and any(table.key(holder) != number for holder in holders):
                code = int(self.switches.number("duplicate_field_code"))
                text = f"The value given for the field {field.label} already exists."
                raise Refusal(code, text, repeat=True)
        return values

    def rules(self, precision: int) -> Rules:
        """How this organisation counts."""
        switches = self.switches
        return Rules(
            precision=precision,
            per_line=switches.at("tax_rounding") == "item_level",
            gross_sub_total=switches.at("inclusive_sub_total") == "gross",
            taxed_shipping=switches.at("shipping_tax") == "first_line",
        )

    def check_open(self, day: date | None, verb: str) -> None:
        """Refuses what concerns a day of the closed accounting period (F37).

        Deleting is refused there for sure; whether anything else is too is a switch.
        """
        closed = self.organization.closed_until
        if closed is None or day is None or day > closed:
            return
        if verb == "deleted" or self.switches.at("closed_period") == "all":
            raise forbidden(f"The transaction lies in a closed accounting period and cannot be {verb}.")

    def check_vat_treatment(self, treatment: str) -> None:
        """Refuses what the UK edition does not know; EU only under the Northern Ireland protocol (F43)."""
        organization = self.organization
        if organization.version != "uk":
            return
        northern = {"eu_vat_registered"} if organization.is_northern_ireland else set()
        if treatment not in {"", "uk", "overseas"} | northern:
            raise invalid("vat_treatment")

    def keep_invoice(self, invoice: Invoice, *, silent: bool = False) -> Invoice:
        """Keeps an invoice and what its customer owes."""
        former = self.invoices.get(invoice.invoice_id)
        self._owe(former, -1)
        self._owe(invoice, 1)
        if former is None or (former.status, former.due_date) != (invoice.status, invoice.due_date):
            self._schedule(invoice)
        return self.invoices.put(invoice, silent=silent)

    def drop_invoice(self, invoice: Invoice) -> None:
        """Forgets an invoice and its files."""
        self._owe(invoice, -1)
        self.invoices.drop(invoice.invoice_id)
        for document in self.documents.find("owner", invoice.invoice_id):
            self.documents.drop(document.document_id)

    def keep_payment(self, payment: Payment, *, silent: bool = False) -> Payment:
        """Keeps a payment and what its customer has left of it."""
        self._leave(self.payments.get(payment.payment_id), -1)
        self._leave(payment, 1)
        return self.payments.put(payment, silent=silent)

    def drop_payment(self, payment: Payment) -> None:
        """Forgets a payment."""
        self._leave(payment, -1)
        self.payments.drop(payment.payment_id)

    def keep_creditnote(self, note: CreditNote) -> CreditNote:
        """Keeps a credit note, its balance worked out, and what its customer has left of it."""
        self._credit(self.creditnotes.get(note.creditnote_id), -1)
        kept = self.creditnotes.put(note.model_copy(update={"balance": note.left}))
        self._credit(kept, 1)
        return kept

    def drop_creditnote(self, note: CreditNote) -> None:
        """Forgets a credit note."""
        self._credit(note, -1)
        self.creditnotes.drop(note.creditnote_id)

    def count_anew(self) -> None:
        """Works out what each customer owes and has left, after records were loaded."""
        self.receivable.clear()
        self.unused.clear()
        self.reminders.clear()
        for invoice in self.invoices:
            self._owe(invoice, 1)
            self._schedule(invoice)
        for payment in self.payments:
            self._leave(payment, 1)
        for note in self.creditnotes:
            self._credit(note, 1)

    def _schedule(self, invoice: Invoice) -> None:
        if invoice.status == "sent" and invoice.due_date:
            first = invoice.due_date + timedelta(days=1)
            if last := invoice.last_reminder_sent_date:
                first = max(first, last + timedelta(days=REMINDER_DAYS))
            heapq.heappush(self.reminders, (first, invoice.invoice_id))

    def _owe(self, invoice: Invoice | None, sign: int) -> None:
        if invoice and invoice.status == "sent":
            owed = self.receivable.get(invoice.customer_id, ZERO) + sign * invoice.balance
            self.receivable[invoice.customer_id] = owed

    def _leave(self, payment: Payment | None, sign: int) -> None:
        if payment:
            left = self.unused.get(payment.customer_id, ZERO) + sign * payment.unused
            self.unused[payment.customer_id] = left

    def _credit(self, note: CreditNote | None, sign: int) -> None:
        if note and note.status == "open":
            left = self.unused.get(note.customer_id, ZERO) + sign * note.left
            self.unused[note.customer_id] = left
