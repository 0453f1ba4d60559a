"""Records: the address of a thing in a system, and what it held when it was seen."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from ledgerferry.model.document import TaxTotal, TaxTreatment
from ledgerferry.model.party import Address, VatPlace
from ledgerferry.model.tax import tax_identity


class Kind(StrEnum):
    """The kinds of record that the ferry carries."""

    CUSTOMER = "customer"
    INVOICE = "invoice"
    PAYMENT = "payment"
    FILE = "file"
    TAX = "tax"
    CREDIT_NOTE = "credit_note"
    CREDIT = "credit"  # a credit note's amount, applied to an invoice
    REFUND = "refund"  # a credit note's amount, paid back
    WRITE_OFF = "write_off"  # what is left to pay of an invoice, given up
    ACCOUNT = "account"
    CONTACT = "contact"
    DEAL = "deal"


class Ref(BaseModel):
    """The address of a record: connection, kind and the vendor's id (a string, up to 19 digits)."""

    model_config = ConfigDict(frozen=True)

    connection: str
    kind: Kind
    id: str

    def __str__(self) -> str:
        return f"{self.connection}/{self.kind}/{self.id}"


class Content(BaseModel):
    """What a record of one kind holds, in the ferry's own words; fields are merged one by one.

    Other records are named by identity (``str(Identity)``), never by a vendor's id.
    """

    model_config = ConfigDict(frozen=True)

    kind: Kind

    def touches(self) -> tuple[str, ...]:
        """Identities of other records whose modification time a write of this one moves."""
        return ()

    def refers(self) -> tuple[str, ...]:
        """Identities of other records that must be at the target before this one can be written."""
        return self.touches()


class CustomerContent(Content):
    """A customer; ``name`` is unique at the target. ``vat_place`` is None where nothing proves it."""

    kind: Literal[Kind.CUSTOMER] = Kind.CUSTOMER

    name: str
    contact: str | None = None
    email: str | None = None
    phone: str | None = None
    vat_number: str | None = None
    address: Address | None = None
    currency: str | None = None
    vat_place: VatPlace | None = None


class LineContent(BaseModel):
    """A line, net of tax: ``quantity`` times ``price``, taxed with ``tax_rate`` per cent (None: no tax).

    ``treatment`` says which kind of no tax it is, ``tax`` the name of the tax (of an exempt line without one:
    of the exemption) where a rule or the account's names chose one, ``account`` the name of the income
    account where a rule chose one. None says nothing of it: the account's own choice.
    """

    model_config = ConfigDict(frozen=True)

    description: str
    quantity: Decimal
    price: Decimal
    tax_rate: Decimal | None = None
    treatment: TaxTreatment | None = None
    tax: str | None = None
    account: str | None = None

    def silent_like(self, other: "LineContent") -> "LineContent":
        """The same line, silent on treatment, tax and account where the other is."""
        names = ("treatment", "tax", "account")
        return self.model_copy(update={n: None for n in names if getattr(other, n) is None})


class Figures(BaseModel):
    """The money of a document, in its own currency: what must agree to the cent."""

    model_config = ConfigDict(frozen=True)

    net: Decimal
    tax: Decimal
    gross: Decimal
    taxes: tuple[TaxTotal, ...] = ()


class SalesContent(Content):
    """A document of sales. ``adjustment`` is signed and after tax.

    ``discount`` is off the lines, and lessens their tax unless ``discount_after_tax``. ``vat_place`` is where
    it is taxed, whatever its customer's is; None leaves that to the account.

    All amounts are as positive on a credit note as on an invoice.
    """

    number: str
    reference: str | None = None
    customer: str
    issued: date
    currency: str
    exchange_rate: Decimal | None = None
    lines: tuple[LineContent, ...]
    discount: Decimal | None = None
    discount_after_tax: bool = False
    charges: Decimal | None = None
    adjustment: Decimal | None = None
    vat_place: VatPlace | None = None
    figures: Figures

    def refers(self) -> tuple[str, ...]:
        """Its customer, and the taxes of its lines."""
        seller = self.customer.split("|", 1)[0]
        taxes = dict.fromkeys((x.tax_rate, x.tax) for x in self.lines if x.tax_rate is not None)
        return (self.customer, *(tax_identity(seller, rate, name) for rate, name in taxes))

    def silent_like(self, other: "SalesContent") -> Self:
        """The same document, silent on where it is taxed and in its lines where the other is."""
        place = self.vat_place if other.vat_place is not None else None
        lines = self.lines
        if len(lines) == len(other.lines):
            lines = tuple(a.silent_like(b) for a, b in zip(lines, other.lines, strict=True))
        return self.model_copy(update={"lines": lines, "vat_place": place})


class InvoiceContent(SalesContent):
    """An invoice. ``sent``: it is no draft."""

    kind: Literal[Kind.INVOICE] = Kind.INVOICE

    due: date | None = None
    sent: bool = True


class CreditNoteContent(SalesContent):
    """A credit note, open from the start."""

    kind: Literal[Kind.CREDIT_NOTE] = Kind.CREDIT_NOTE


class CreditContent(Content):
    """An amount of a credit note, applied to an invoice of the same customer and currency."""

    kind: Literal[Kind.CREDIT] = Kind.CREDIT

    credit_note: str
    invoice: str
    amount: Decimal
    currency: str

    def touches(self) -> tuple[str, ...]:
        """The credit note and the invoice."""
        return (self.credit_note, self.invoice)


class RefundContent(Content):
    """An amount of a credit note, paid back; ``account`` names the account that it was paid from."""

    kind: Literal[Kind.REFUND] = Kind.REFUND

    credit_note: str
    refunded_on: date
    amount: Decimal
    currency: str
    mode: str
    reference: str | None = None
    exchange_rate: Decimal | None = None
    account: str | None = None

    def touches(self) -> tuple[str, ...]:
        """The credit note."""
        return (self.credit_note,)


class WriteOffContent(Content):
    """All that is left to pay of an invoice, given up; its address is the invoice's."""

    kind: Literal[Kind.WRITE_OFF] = Kind.WRITE_OFF

    invoice: str
    amount: Decimal
    currency: str

    def touches(self) -> tuple[str, ...]:
        """The invoice."""
        return (self.invoice,)


class Application(BaseModel):
    """The part of a payment that settles one invoice."""

    model_config = ConfigDict(frozen=True)

    invoice: str
    amount: Decimal


class PaymentContent(Content):
    """One receipt of money from one customer, applied to one or more of its invoices.

    ``account`` names the (clearing) account that it goes to; None: the connection's own choice.
    """

    kind: Literal[Kind.PAYMENT] = Kind.PAYMENT

    customer: str
    paid_on: date
    amount: Decimal
    currency: str
    mode: str
    reference: str | None = None
    exchange_rate: Decimal | None = None
    account: str | None = None
    applied: tuple[Application, ...]

    def touches(self) -> tuple[str, ...]:
        """The invoices it settles."""
        return tuple(a.invoice for a in self.applied)


class FileContent(Content):
    """A file attached to a document. ``path`` is where its bytes lie, relative to the folder given."""

    kind: Literal[Kind.FILE] = Kind.FILE

    document: str
    name: str
    size: int
    digest: str
    path: str

    def touches(self) -> tuple[str, ...]:
        """The document it hangs on."""
        return (self.document,)


class TaxContent(Content):
    """A tax rate that documents use; ``rate`` is a percentage."""

    kind: Literal[Kind.TAX] = Kind.TAX

    name: str
    rate: Decimal
    treatment: TaxTreatment | None = None


class AccountContent(Content):
    """A company in a CRM. ``customer`` is the customer of the books that it is."""

    kind: Literal[Kind.ACCOUNT] = Kind.ACCOUNT

    name: str
    customer: str
    phone: str | None = None
    vat_number: str | None = None
    address: Address | None = None


class ContactContent(Content):
    """A person in a CRM, of one account; ``last_name`` is never empty."""

    kind: Literal[Kind.CONTACT] = Kind.CONTACT

    account: str
    customer: str
    first_name: str | None = None
    last_name: str
    email: str | None = None
    phone: str | None = None

    def refers(self) -> tuple[str, ...]:
        """Its account."""
        return (self.account,)


class DealContent(Content):
    """A deal in a CRM: one document of sales there, by its identity in the books; ``amount`` is its gross.

    ``closing`` is the day of payment, of giving it up, or when it is due; ``exchange_rate`` the CRM's way.
    """

    kind: Literal[Kind.DEAL] = Kind.DEAL

    name: str
    document: str
    account: str
    contact: str | None = None
    stage: str
    amount: Decimal
    currency: str
    exchange_rate: Decimal | None = None
    closing: date

    def refers(self) -> tuple[str, ...]:
        """Its account and contact."""
        return (self.account, self.contact) if self.contact else (self.account,)


AnyContent = Annotated[
    CustomerContent
    | InvoiceContent
    | PaymentContent
    | FileContent
    | TaxContent
    | CreditNoteContent
    | CreditContent
    | RefundContent
    | WriteOffContent
    | AccountContent
    | ContactContent
    | DealContent,
    Field(discriminator="kind"),
]
AnySales = Annotated[InvoiceContent | CreditNoteContent, Field(discriminator="kind")]


# Statuses of a sales document that has not gone out, those of an approval too; a void one counts as that.
UNSENT: Final = frozenset({"draft", "void", "pending_approval", "approved", "rejected"})


class Summary(BaseModel):
    """What a list row tells of a record: enough to recognise it, and to see whether it moved.

    ``modified`` is the system's own modification time; ``key`` the operation key it carries, if any;
    ``account`` the name of the one that a payment went to, where it is known; ``rate`` units of the account's
    currency for one of it; ``person`` the contact that a deal names; ``filed`` is
    False where it says that no file hangs on it.
    """

    model_config = ConfigDict(frozen=True)

    ref: Ref
    name: str
    key: str | None = None
    customer: str | None = None
    day: date | None = None
    currency: str | None = None
    total: Decimal | None = None
    balance: Decimal | None = None
    status: str | None = None
    email: str | None = None
    reference: str | None = None
    account: str | None = None
    due: date | None = None
    rate: Decimal | None = None
    person: str | None = None
    filed: bool = True
    modified: datetime | None = None


class Record(BaseModel):
    """A record as it was seen in full; ``files`` are the addresses of the ferry's own that hang on it.

    ``balance`` is the system's own figure.
    """

    model_config = ConfigDict(frozen=True)

    ref: Ref
    content: AnyContent
    key: str | None = None
    status: str | None = None
    balance: Decimal | None = None
    files: tuple[str, ...] = ()
    modified: datetime | None = None
