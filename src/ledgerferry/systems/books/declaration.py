"""What Books can do and what it costs, by plan and as far as this connection has shown it."""

from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict

from ledgerferry.model.plan import Purpose, Rung
from ledgerferry.model.record import Kind
from ledgerferry.systems.protocol import Declaration, TaxRounding

_PER_MINUTE: Final = 100  # F19, for every plan
_PER_DAY: Final = {"free": 1000, "standard": 2000, "professional": 5000, "premium": 10000, "elite": 10000,
                   "ultimate": 10000}  # F19
_IN_FLIGHT_FREE, _IN_FLIGHT_PAID = 5, 10  # F19

KINDS: Final = (Kind.CUSTOMER, Kind.INVOICE, Kind.PAYMENT, Kind.FILE, Kind.TAX, Kind.CREDIT_NOTE, Kind.CREDIT,
                Kind.REFUND, Kind.WRITE_OFF)
# Those that a unique custom field can be made for.
KEYED: Final = (Kind.CUSTOMER, Kind.INVOICE, Kind.PAYMENT, Kind.CREDIT_NOTE)

# In doubt: invoices of one customer are shown by one list, deletes take a call each.
_LISTED_TOGETHER: Final = (Purpose.CREATE, Purpose.UPDATE)
_PROBED_ONE_BY_ONE: Final = 5

DELETED_TOGETHER: Final = (Kind.CUSTOMER, Kind.INVOICE, Kind.PAYMENT)  # F36, F42, F46


class Charges(StrEnum):
    """How charges are written: Books may tax ``shipping_charge`` (F34, unconfirmed), a line it does not."""

    LINE = "line"
    SHIPPING = "shipping"


class BooksSettings(BaseModel):
    """One organisation of Books as ``connect`` and ``doctor`` found it; defaults are the cautious ones.

    ``rungs`` say how creates are guarded (absent: by Books' own unique names and numbers);
    ``crm_field`` takes the id that a customer or invoice has in the run's CRM, ``crossed`` are the kinds that
    were seen to have it (None: not tried);
    ``deposit_account`` is the account payments go to; ``settle_seconds`` is the longest that lists lag
    behind (the system's time);
    ``tax_rounding`` is where the organisation rounds tax, None until it was seen (F41: a setting that its
    API does not show).
    """

    model_config = ConfigDict(frozen=True)

    organization: str
    api_url: str
    plan: str = "free"
    rungs: dict[Kind, Rung] = {}
    key_field: str = "cf_ferry_key"
    crm_field: str | None = None
    crossed: tuple[Kind, ...] | None = None
    deposit_account: str | None = None
    payment_mode: str = "banktransfer"
    settle_seconds: int = 30
    bulk_send: int = 25
    bulk_delete: int = 25
    tax_rounding: TaxRounding | None = None
    charges: Charges = Charges.LINE
    price_precision: int = 2
    per_minute: int | None = None
    per_day: int | None = None
    in_flight: int | None = None

    def rung(self, kind: Kind) -> Rung:
        """How a create of this kind is guarded; only records with a key field can stand above ``c``."""
        if kind not in KEYED:
            return Rung.NATURAL
        return self.rungs.get(kind, Rung.NATURAL)


def base_url(settings: BooksSettings) -> str:
    """Where the calls of this organisation go."""
    return settings.api_url.rstrip("/") + "/books/v3"


def declare(settings: BooksSettings, timeout_seconds: float) -> Declaration:
    """The declaration of one organisation."""
    in_flight = _IN_FLIGHT_FREE if settings.plan == "free" else _IN_FLIGHT_PAID
    return Declaration(
        kinds=KINDS,
        batch={(Kind.INVOICE, Purpose.SEND): settings.bulk_send,
               **{(kind, Purpose.DELETE): settings.bulk_delete for kind in DELETED_TOGETHER}},
        probed={**{(Kind.INVOICE, purpose): settings.bulk_send for purpose in _LISTED_TOGETHER},
                **{(kind, Purpose.DELETE): _PROBED_ONE_BY_ONE for kind in KINDS}},
        rungs={kind: settings.rung(kind) for kind in KINDS},
        settle_seconds=settings.settle_seconds,
        timeout_seconds=round(timeout_seconds),
        in_flight=settings.in_flight or in_flight,
        per_minute=settings.per_minute or _PER_MINUTE,
        per_day=settings.per_day or _PER_DAY.get(settings.plan, _PER_DAY["free"]),
        crossed=settings.crossed,
    )
