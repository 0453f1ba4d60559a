"""Exact amounts with a currency, and the rules by which they are rounded."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, Inexact, localcontext
from enum import StrEnum
from typing import Final, Self

# ISO 4217 (amendment 176): minor units other than two.
_ZERO = [
    "BIF",
    "CLP",
    "DJF",
    "GNF",
    "ISK",
    "JPY",
    "KMF",
    "KRW",
    "PYG",
    "RWF",
    "UGX",
    "UYI",
    "VND",
    "VUV",
    "XAF",
    "XOF",
    "XPF",
]
_THREE = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]
_EXPONENTS = dict.fromkeys(_ZERO, 0) | dict.fromkeys(_THREE, 3)
_WIDE: Final = Context(prec=40)
# ISO 4217: the code of amounts that are of no currency.
NO_CURRENCY: Final = "XXX"


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were combined; convert one of them with a dated rate first."""


class Rounding(StrEnum):
    """How a half minor unit is rounded."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"


_MODES = {Rounding.HALF_UP: ROUND_HALF_UP, Rounding.HALF_EVEN: ROUND_HALF_EVEN}


def exponent(currency: str) -> int:
    """The number of decimals of a currency's minor unit: 0, 2 or 3 (ISO 4217)."""
    return _EXPONENTS.get(currency.upper(), 2)


def quantum(currency: str) -> Decimal:
    """One minor unit, as a decimal: ``0.01`` for USD, ``1`` for JPY."""
    return Decimal(1).scaleb(-exponent(currency))


def rounded(amount: Decimal, currency: str, mode: Rounding = Rounding.HALF_UP) -> Decimal:
    """The amount in whole minor units of its currency."""
    return amount.quantize(quantum(currency), rounding=_MODES[mode], context=_WIDE)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An exact amount of one currency (ISO 4217 code). Never rounds by itself, never mixes currencies."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal) or not self.amount.is_finite():
            raise ValueError(f"not an exact amount: {self.amount!r}")
        if not re.fullmatch("[A-Z]{3}", self.currency):
            raise ValueError(f"not a currency code: {self.currency!r}")

    @classmethod
    def zero(cls, currency: str) -> Self:
        """Nothing, in a currency."""
        return cls(Decimal(0), currency)

    def rounded(self, mode: Rounding = Rounding.HALF_UP) -> "Money":
        """The same in whole minor units."""
        return Money(rounded(self.amount, self.currency, mode), self.currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(exact_sum((self.amount, self._same(other))), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(exact_sum((self.amount, self._same(other).copy_negate())), self.currency)

    def __neg__(self) -> "Money":
        return Money(self.amount.copy_negate(), self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __str__(self) -> str:
        return f"{self.currency} {text(self.amount, self.currency)}"

    def _same(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self} and {other}")
        return other.amount


def exact_sum(amounts: Iterable[Decimal]) -> Decimal:
    """The sum to the last digit, zero for none; ``decimal.Inexact`` where 40 digits do not hold it."""
    held = tuple(amounts)
    with localcontext(_WIDE) as context:
        context.traps[Inexact] = True
        return sum(held, Decimal(0))


def text(amount: Decimal, currency: str) -> str:
    """The amount as the JSON decimal string: minor units filled up, further digits kept."""
    places = max(exponent(currency), -int(amount.normalize(_WIDE).as_tuple().exponent or 0))
    return f"{amount:.{places}f}"


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The exact sum, zero for none; every amount must be of that currency."""
    result = Money.zero(currency)
    for amount in amounts:
        result = result + amount
    return result
