"""Policies of a migration: what a person decided beforehand, so that nothing is guessed."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class UndatedPayment(StrEnum):
    """What a payment without a date takes; never today."""

    HOLD = "hold"
    DUE = "due"
    ISSUED = "issued"


class DatedRate(BaseModel):
    """Units of the organisation's currency for one of ``currency``, from a day on."""

    model_config = ConfigDict(frozen=True)

    currency: str
    since: date
    rate: Decimal


class Policy(BaseModel):
    """The choices of ``ferry.toml`` that shape documents; the defaults hold what is not clear.

    ``sellers`` are further names under which the organisation itself appears on its documents.
    ``seller_confidence`` is how sure a reading of the seller must be before it can contradict.
    Documents up to ``filed_until`` are in tax returns that were filed; those before the day of
    ``opening_balances`` are in the balances that the account was opened with. Both are held.
    """

    model_config = ConfigDict(frozen=True)

    sellers: tuple[str, ...] = ()
    seller_confidence: Decimal = Decimal("0.8")
    undated_payment: UndatedPayment = UndatedPayment.HOLD
    payment_mode: str = "others"
    rates: tuple[DatedRate, ...] = ()
    create_taxes: bool = False
    filed_until: date | None = None
    opening_balances: date | None = None
