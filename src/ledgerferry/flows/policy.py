"""Policies of a migration: what a person decided beforehand, so that nothing is guessed."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict

from ledgerferry.flows.vatrules import VatRule

# Words in a file's name that say that the invoice whose number it bears was paid.
EVIDENCE_WORDS: Final = (
    "paid",
    "receipt",
    "remittance",
    "payment",
    "payé",
    "reçu",
    "acquitté",
    "règlement",
)
PAID_FOLDERS: Final = ("Paid", "Payé")


class UndatedPayment(StrEnum):
    """What a payment without a date takes; never today."""

    HOLD = "hold"
    DUE = "due"
    ISSUED = "issued"


class UnpaidSheet(StrEnum):
    """What counts where a sheet says that all of it is left to pay, and a file beside it that it was paid."""

    HOLD = "hold"
    FILE = "file"  # the sheet was written before


class Doubtful(StrEnum):
    """What becomes of a credit note whose invoice is not known: it waits, or stays the customer's credit."""

    HOLD = "hold"
    OPEN = "open"


class Period(StrEnum):
    """What becomes of documents of a time that is closed: in filed tax returns, or in opening balances."""

    HOLD = "hold"
    ARCHIVE = "archive"  # to the CRM and as PDF, not to the books
    LOAD = "load"


class Numbering(StrEnum):
    """Which numbers take the prefix of the rule."""

    RESTARTS = "restarts"  # those that stand on documents of several years
    ALWAYS = "always"


class DatedRate(BaseModel):
    """Units of the organisation's currency for one of ``currency``, from a day on."""

    model_config = ConfigDict(frozen=True)

    currency: str
    since: date
    rate: Decimal


class RateWay(StrEnum):
    """Which way round a CRM states exchange rates."""

    HOME = "home"  # units of its home currency for one of the deal's, as documents and Books state them
    FOREIGN = "foreign"  # units of the deal's currency for one of its home currency


class CrmPolicy(BaseModel):
    """How documents become deals in a CRM.

    ``deal_name`` may name ``{number}``, ``{customer}`` and ``{reference}``. ``stages`` are those of a
    document that is ``paid`` in full, of one unpaid more than ``lost_after_days`` after it was due
    (``lost``), and of any other (``open``). ``books_field`` is the field of customers and invoices in the
    books that takes the CRM's id, where a person has made one. ``exchange_rate`` is how the CRM states rates;
    where nobody has said so, none is written.
    """

    model_config = ConfigDict(frozen=True)

    deal_name: str = "{number} {customer}"
    stages: dict[str, str] = {"paid": "Closed Won", "lost": "Closed Lost", "open": "Negotiation/Review"}
    lost_after_days: int = 30
    books_field: str | None = None
    exchange_rate: RateWay | None = None


class Policy(BaseModel):
    """The choices of ``ferry.toml`` that shape documents; the defaults hold what is not clear.

    ``sellers`` are further names under which the organisation itself appears on its documents.
    ``seller_confidence`` is how sure a reading of the seller must be before it can contradict.
    Documents up to ``filed_until`` are in tax returns that were filed; those before the day of
    ``opening_balances`` are in the balances that the account was opened with: ``filed`` and ``opening`` say
    what becomes of them.
    ``evidence_words`` in a file's name beside its number, and ``paid_folders``, say that an invoice was
    paid, ``unpaid_sheet`` what counts where the sheet says the opposite; ``modes`` are further words for
    Books' payment modes; ``payment_account`` names the account that payments go to.
    ``rates_max_age_days``: an older dated rate is no answer; the default is that of a yearly table.
    ``number_prefix`` (``{year}``, ``{yy}``) goes before numbers that the account could not tell apart.
    ``unknown_invoice`` is for credit notes that name an invoice which cannot be told, ``unnamed_invoice``
    for those that name none; ``refund_account`` is the account that refunds are paid from.
    Of ``vat`` the first rule that is for a line counts; ``taxes`` names the tax of a rate for lines that
    name none; ``northern_ireland``: whether the organisation trades under the protocol; None
    where nobody has said so.
    """

    model_config = ConfigDict(frozen=True)

    sellers: tuple[str, ...] = ()
    seller_confidence: Decimal = Decimal("0.8")
    undated_payment: UndatedPayment = UndatedPayment.HOLD
    payment_mode: str = "others"
    payment_account: str | None = None
    payments_from_files: bool = True
    unpaid_sheet: UnpaidSheet = UnpaidSheet.HOLD
    evidence_words: tuple[str, ...] = EVIDENCE_WORDS
    paid_folders: tuple[str, ...] = PAID_FOLDERS
    modes: dict[str, str] = {}
    rates_max_age_days: int = 366
    number_prefix: str | None = None
    number_when: Numbering = Numbering.RESTARTS
    rates: tuple[DatedRate, ...] = ()
    create_taxes: bool = False
    filed_until: date | None = None
    filed: Period = Period.HOLD
    opening_balances: date | None = None
    opening: Period = Period.HOLD
    unknown_invoice: Doubtful = Doubtful.HOLD
    unnamed_invoice: Doubtful = Doubtful.OPEN
    refund_account: str | None = None
    crm: CrmPolicy = CrmPolicy()
    vat: tuple[VatRule, ...] = ()
    taxes: dict[Decimal, str] = {}
    northern_ireland: bool | None = None
