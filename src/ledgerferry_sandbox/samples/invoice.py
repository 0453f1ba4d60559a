"""What the samples are about: customers, and invoices whose every amount is exact."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Customer:
    """A company that buys from the seller. `language` is "en" or "fr" and decides the currency."""

    name: str
    contact: str
    street: str
    postcode: str
    city: str
    email: str
    phone: str
    language: str = "en"
    vat_number: str | None = None

    @property
    def currency(self) -> str:
        """GBP for the English-speaking customers, EUR for the French ones."""
        return "GBP" if self.language == "en" else "EUR"

    @property
    def town(self) -> str:
        """City and postcode in the order of the customer's country."""
        return f"{self.city} {self.postcode}" if self.language == "en" else f"{self.postcode} {self.city}"


@dataclass(frozen=True)
class Line:
    """One line of an invoice; the price is net of tax, the rate in percent."""

    description: str
    quantity: Decimal
    unit_price: Decimal
    rate: Decimal

    @property
    def amount(self) -> Decimal:
        """Quantity times price, net of tax, before any discount, in whole cents."""
        return (self.quantity * self.unit_price).quantize(CENT, ROUND_HALF_UP)

    @property
    def tax(self) -> Decimal:
        """The tax of this line by itself, in whole cents."""
        return (self.amount * self.rate / 100).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Payment:
    """What the customer has paid of one invoice, and the day it arrived."""

    amount: Decimal
    on: date


@dataclass(frozen=True)
class Invoice:
    """One invoice as the seller wrote it.

    `discount_percent` is taken off before tax. `misstatement` is what the stated total exceeds the
    sum of the lines and their tax by: zero but for the planted fault.
    """

    number: str
    issued: date
    due: date
    customer: Customer
    lines: Sequence[Line]
    discount_percent: Decimal = NOTHING
    payment: Payment | None = None
    misstatement: Decimal = NOTHING

    @property
    def subtotal(self) -> Decimal:
        """The sum of the lines before discount and tax."""
        return sum((line.amount for line in self.lines), NOTHING)

    @property
    def discount(self) -> Decimal:
        """The amount taken off the subtotal."""
        return (self.subtotal * self.discount_percent / 100).quantize(CENT, ROUND_HALF_UP)

    @property
    def net(self) -> Decimal:
        """What remains before tax."""
        return self.subtotal - self.discount

    @property
    def bases(self) -> dict[Decimal, Decimal]:
        """The net amount under each tax rate, the highest rate first."""
        sums: dict[Decimal, Decimal] = {}
        for line in sorted(self.lines, key=lambda line: -line.rate):
            share = line.amount * (100 - self.discount_percent) / 100
            sums[line.rate] = sums.get(line.rate, NOTHING) + share
        return {rate: base.quantize(CENT, ROUND_HALF_UP) for rate, base in sums.items()}

    @property
    def taxes(self) -> dict[Decimal, Decimal]:
        """The tax under each rate, rounded once for the whole invoice, the highest rate first."""
        return {rate: (base * rate / 100).quantize(CENT, ROUND_HALF_UP) for rate, base in self.bases.items()}

    @property
    def tax(self) -> Decimal:
        """The whole tax."""
        return sum(self.taxes.values(), NOTHING)

    @property
    def gross(self) -> Decimal:
        """The total that the sheet states."""
        return self.net + self.tax + self.misstatement

    @property
    def paid(self) -> Decimal:
        """What has been paid, zero where nothing has."""
        return self.payment.amount if self.payment else NOTHING

    @property
    def balance(self) -> Decimal:
        """What is still due of the stated total."""
        return self.gross - self.paid
