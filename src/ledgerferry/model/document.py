"""What was found in a source: documents, rejections, and where every value came from."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from ledgerferry.model.party import Party


class DocumentKind(StrEnum):
    """The kinds of document that can become a record."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class DocumentStatus(StrEnum):
    """What a document says of itself where it is no claim as it stands."""

    DRAFT = "draft"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a value stands: file (relative to the folder given), sheet and cell such as ``B7``."""

    file: str
    sheet: str
    cell: str

    def __str__(self) -> str:
        return f"{self.file} [{self.sheet}] {self.cell}" if self.sheet else self.file


@dataclass(frozen=True, slots=True)
class Origin:
    """The evidence for one field of a document: its cell, and how sure the reading is (0 to 1)."""

    field: str
    cell: Cell
    confidence: Decimal


class Reason(BaseModel):
    """Why a document is held: a code for scripts, a sentence for people, and the cell in question."""

    model_config = ConfigDict(frozen=True)

    code: str
    text: str
    cell: Cell | None = None


class TaxTreatment(StrEnum):
    """The four kinds of bearing no tax, which a return tells apart."""

    ZERO_RATED = "zero-rated"
    EXEMPT = "exempt"
    OUT_OF_SCOPE = "out-of-scope"
    REVERSE_CHARGE = "reverse-charge"


class StatedPayment(BaseModel):
    """One payment that a document states; ``None`` means that it does not say."""

    model_config = ConfigDict(frozen=True)

    amount: Decimal
    paid_on: date | None = None
    reference: str | None = None
    mode: str | None = None


class PaidEvidence(BaseModel):
    """A file, or a folder, that says by its name that a document was paid in full.

    ``file`` is relative to the folder given; ``doubt`` says why it may mean less than that.
    """

    model_config = ConfigDict(frozen=True)

    file: str
    paid_on: date | None = None
    doubt: str | None = None


class Line(BaseModel):
    """One line of a document, net of tax. ``tax_rate`` is a percentage (``20`` is twenty per cent).

    ``treatment`` where the source names the kind of no tax that it bears.
    """

    model_config = ConfigDict(frozen=True)

    description: str
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    tax_rate: Decimal | None = None
    treatment: TaxTreatment | None = None
    amount: Decimal


class TaxTotal(BaseModel):
    """Tax of one rate (a percentage) on a document; ``net`` where the document states the base."""

    model_config = ConfigDict(frozen=True)

    rate: Decimal
    amount: Decimal
    net: Decimal | None = None


class Document(BaseModel):
    """One invoice or credit note as read from a source, in its own amounts.

    ``None`` means that the source does not say. ``reasons`` is empty when the reading may be used
    unattended; otherwise the document is held. ``discount`` is a positive amount off the lines.
    ``id`` is the same for one file, sheet and place whatever the values; ``place`` is empty where the sheet
    holds one document, ``digest`` is its file's, ``layout`` the learnt layout that it was read by.
    ``payments`` are those that it lists one by one (``paid`` is their sum), ``credits`` the number of the
    invoice that a credit note names, ``treatment`` the kind of no tax that it states for all its lines,
    ``written_off`` what it says was given up. ``exchange_rate`` is that of one unit of ``currency``, in the
    currency ``exchange_base``; where that is not said, it may be the other way round. ``status`` says that it
    is no claim as it stands. ``evidence`` lies outside the sheet.
    """

    model_config = ConfigDict(frozen=True)

    kind: DocumentKind
    file: str
    sheet: str
    number: str | None
    issued: date | None
    due: date | None = None
    currency: str | None = None
    seller: Party | None = None
    customer: Party | None = None
    lines: tuple[Line, ...] = ()
    subtotal: Decimal | None = None
    discount: Decimal | None = None
    charges: Decimal | None = None
    taxes: tuple[TaxTotal, ...] = ()
    tax_total: Decimal | None = None
    total: Decimal | None = None
    paid: Decimal | None = None
    paid_on: date | None = None
    balance: Decimal | None = None
    exchange_rate: Decimal | None = None
    exchange_base: str | None = None
    payments: tuple[StatedPayment, ...] = ()
    credits: str | None = None
    treatment: TaxTreatment | None = None
    written_off: Decimal | None = None
    status: DocumentStatus | None = None
    evidence: tuple[PaidEvidence, ...] = ()
    language: str | None = None
    origins: tuple[Origin, ...] = ()
    reasons: tuple[Reason, ...] = ()
    id: str = ""
    place: str = ""
    digest: str = ""
    layout: str | None = None

    @property
    def held(self) -> bool:
        """Whether a person must look before this can be used."""
        return bool(self.reasons)

    def where(self, field: str) -> Cell | None:
        """The cell that a field was read from."""
        return next((o.cell for o in self.origins if o.field == field), None)


class FileKind(StrEnum):
    """What a whole file turned out to be."""

    INVOICE = "invoice"
    MULTI_INVOICE = "multi-invoice"
    REGISTER = "register"
    BLANK_TEMPLATE = "blank-template"
    NOT_AN_INVOICE = "not-an-invoice"


class Rejection(BaseModel):
    """A file, sheet or row that cannot become a record: kept, counted, shown with its cell."""

    model_config = ConfigDict(frozen=True)

    file: str
    sheet: str | None = None
    cell: str | None = None
    code: str
    text: str
    amount: Decimal | None = None
    currency: str | None = None


class Reading(BaseModel):
    """All that one file held. ``digest`` is the SHA-256 of the file's bytes, in hex.

    ``orders`` are the orders of day and month (``dmy``, ``mdy``) that its own texts prove, ``assumed`` the
    one by which dates that could be either were read; ``None`` where its sheets were read by different ones.
    """

    model_config = ConfigDict(frozen=True)

    file: str
    digest: str
    kind: FileKind
    language: str | None = None
    orders: tuple[str, ...] = ()
    assumed: str | None = "dmy"
    documents: tuple[Document, ...] = ()
    rejections: tuple[Rejection, ...] = ()
