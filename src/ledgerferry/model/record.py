"""Records: the address of a thing in a system, and what it held when it was seen."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ledgerferry.model.document import TaxTotal
from ledgerferry.model.party import Address


class Kind(StrEnum):
    """The kinds of record that the ferry carries."""

    CUSTOMER = "customer"
    INVOICE = "invoice"
    PAYMENT = "payment"
    FILE = "file"
    TAX = "tax"


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
    """A customer; ``name`` is unique at the target."""

    kind: Literal[Kind.CUSTOMER] = Kind.CUSTOMER

    name: str
    contact: str | None = None
    email: str | None = None
    phone: str | None = None
    vat_number: str | None = None
    address: Address | None = None
    currency: str | None = None


class LineContent(BaseModel):
    """A line, net of tax: ``quantity`` times ``price``, taxed with ``tax_rate`` per cent (None: no tax)."""

    model_config = ConfigDict(frozen=True)

    description: str
    quantity: Decimal
    price: Decimal
    tax_rate: Decimal | None = None


class Figures(BaseModel):
    """The money of a document, in its own currency: what must agree to the cent."""

    model_config = ConfigDict(frozen=True)

    net: Decimal
    tax: Decimal
    gross: Decimal
    taxes: tuple[TaxTotal, ...] = ()


class InvoiceContent(Content):
    """An invoice. ``discount`` is off the lines before tax, ``adjustment`` is signed and after tax."""

    kind: Literal[Kind.INVOICE] = Kind.INVOICE

    number: str
    reference: str | None = None
    customer: str
    issued: date
    due: date | None = None
    currency: str
    exchange_rate: Decimal | None = None
    lines: tuple[LineContent, ...]
    discount: Decimal | None = None
    charges: Decimal | None = None
    adjustment: Decimal | None = None
    figures: Figures
    sent: bool = True

    def refers(self) -> tuple[str, ...]:
        """Its customer, and the taxes of its lines."""
        seller = self.customer.split("|", 1)[0]
        rates = dict.fromkeys(line.tax_rate for line in self.lines if line.tax_rate is not None)
        return (self.customer, *(tax_identity(seller, rate) for rate in rates))


class Application(BaseModel):
    """The part of a payment that settles one invoice."""

    model_config = ConfigDict(frozen=True)

    invoice: str
    amount: Decimal


class PaymentContent(Content):
    """One receipt of money from one customer, applied to one or more of its invoices."""

    kind: Literal[Kind.PAYMENT] = Kind.PAYMENT

    customer: str
    paid_on: date
    amount: Decimal
    currency: str
    mode: str
    reference: str | None = None
    exchange_rate: Decimal | None = None
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


def tax_identity(seller: str, rate: Decimal) -> str:
    """The identity of the tax of one rate, as text."""
    return f"{seller}|tax|{rate.normalize():f}|"


class TaxContent(Content):
    """A tax rate that documents use; ``rate`` is a percentage."""

    kind: Literal[Kind.TAX] = Kind.TAX

    name: str
    rate: Decimal


AnyContent = Annotated[
    CustomerContent | InvoiceContent | PaymentContent | FileContent | TaxContent, Field(discriminator="kind")
]


class Summary(BaseModel):
    """What a list row tells of a record: enough to recognise it, and to see whether it moved.

    ``modified`` is the system's own modification time; ``key`` the operation key it carries, if any.
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
    modified: datetime | None = None


class Record(BaseModel):
    """A record as it was seen in full. ``paid`` and ``balance`` are the system's own figures."""

    model_config = ConfigDict(frozen=True)

    ref: Ref
    content: AnyContent
    key: str | None = None
    status: str | None = None
    balance: Decimal | None = None
    modified: datetime | None = None
