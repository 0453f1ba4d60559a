"""What the samples are about: customers, and invoices whose every amount is exact."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum

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
    abroad: str | None = None

    @property
    def currency(self) -> str:
        """That of a customer abroad, else GBP for the English-speaking ones and EUR for the French ones."""
        return self.abroad or ("GBP" if self.language == "en" else "EUR")

    @property
    def town(self) -> str:
        """City and postcode in the order of the customer's country."""
        return f"{self.city} {self.postcode}" if self.language == "en" else f"{self.postcode} {self.city}"


@dataclass(frozen=True)
class Line:
    """One line of an invoice; the price is net of tax, the rate in percent.

    `treatment` is the kind of no tax that it bears, where the business knows which of the four it is.
    """

    description: str
    quantity: Decimal
    unit_price: Decimal
    rate: Decimal
    treatment: str | None = None

    @property
    def amount(self) -> Decimal:
        """Quantity times price, net of tax, before any discount, in whole cents."""
        return (self.quantity * self.unit_price).quantize(CENT, ROUND_HALF_UP)

    @property
    def tax(self) -> Decimal:
        """The tax of this line by itself, in whole cents."""
        return (self.amount * self.rate / 100).quantize(CENT, ROUND_HALF_UP)


class Told(Enum):
    """What tells of a payment: the sheet, the name of a file beside it, or the folder that it lies in."""

    SHEET = "sheet"
    FILE = "file name"
    FOLDER = "folder"


@dataclass(frozen=True)
class Payment:
    """What the customer has paid of one invoice, the day it arrived, how, and what tells of it.

    Where a folder tells of it, nothing says the day: ``on`` is then the day that it was due.
    """

    amount: Decimal
    on: date
    mode: str | None = None
    reference: str | None = None
    told: Told = Told.SHEET


@dataclass(frozen=True)
class Invoice:
    """One invoice as the seller wrote it.

    `discount_percent` is taken off before tax. `misstatement` is what the stated total exceeds the
    sum of the lines and their tax by: zero but for the planted fault. `credits` is the number of the
    invoice that a credit note names; its amounts are what is taken off, more than zero.
    """

    number: str
    issued: date
    due: date
    customer: Customer
    lines: Sequence[Line]
    discount_percent: Decimal = NOTHING
    payments: tuple[Payment, ...] = ()
    misstatement: Decimal = NOTHING
    credits: str | None = None

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
    def payment(self) -> Payment | None:
        """The first payment, None where there is none."""
        return self.payments[0] if self.payments else None

    @property
    def paid(self) -> Decimal:
        """What has been paid, zero where nothing has."""
        return sum((payment.amount for payment in self.payments), NOTHING)

    @property
    def stated(self) -> "Invoice":
        """The invoice as its sheet states it: without the payments that something else tells of."""
        return replace(self, payments=tuple(p for p in self.payments if p.told is Told.SHEET))

    @property
    def balance(self) -> Decimal:
        """What is still due of the stated total."""
        return self.gross - self.paid
