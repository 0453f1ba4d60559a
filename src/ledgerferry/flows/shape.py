"""Shape: a document becomes the invoice, customer, payment and file that the target shall hold.

Pure: the same documents, account and policy give the same result. What cannot be shaped without
guessing is held, with the reason and its cell.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from ledgerferry.flows import unclear
from ledgerferry.flows.policy import Policy, UndatedPayment
from ledgerferry.flows.sellers import Sellers
from ledgerferry.flows.unclear import Unclear
from ledgerferry.model.document import Document, Line, TaxTotal
from ledgerferry.model.ids import Identity, customer_identity, document_identity
from ledgerferry.model.money import exponent, rounded
from ledgerferry.model.party import Party
from ledgerferry.model.record import (
    Application,
    CustomerContent,
    Figures,
    InvoiceContent,
    LineContent,
    PaymentContent,
)
from ledgerferry.systems.protocol import Profile

_T = TypeVar("_T")
# Amounts of a document that names no currency are read with so many decimals.
_READ_DECIMALS = 2


class Shaped(BaseModel):
    """What one document asks for at the target."""

    model_config = ConfigDict(frozen=True)

    identity: str
    customer_identity: str
    customer: CustomerContent
    invoice: InvoiceContent
    payment_identity: str | None
    payment: PaymentContent | None


class Shaper:
    """Shapes documents for one account under one policy. ``predict`` is the target's own arithmetic."""

    def __init__(
        self, profile: Profile, policy: Policy, predict: Callable[[InvoiceContent], Figures]
    ) -> None:
        self._profile = profile
        self._policy = policy
        self._predict = predict
        self.sellers = Sellers(profile.name, policy)

    def identity(self, document: Document) -> str:
        """The document's identity; ``Unclear`` where it has no number or date."""
        if not document.number:
            raise Unclear("no-number", "It has no number, so it could not be told from another.", "number")
        if document.issued is None:
            raise Unclear("no-date", "It has no invoice date.", "issued")
        return str(
            document_identity(self._profile.organization, document.kind, document.number, document.issued)
        )

    def shape(self, document: Document) -> Shaped:
        """All that the document asks for; ``Unclear`` where anything of it would be a guess."""
        identity = self.identity(document)
        unclear.check_whole(document)
        unclear.check_days(document, self._policy)
        self.sellers.check(document)
        customer = self._customer(document)
        customer_id = str(customer_identity(self._profile.organization, customer.name))
        invoice = self._invoice(document, customer_id)
        payment = self._payment(document, identity, invoice)
        payment_id = self._payment_identity(payment) if payment else None
        return Shaped(
            identity=identity,
            customer_identity=customer_id,
            customer=customer,
            invoice=invoice,
            payment_identity=payment_id,
            payment=payment,
        )

    def _customer(self, document: Document) -> CustomerContent:
        party = document.customer or Party(name="")
        return CustomerContent(
            name=party.name.strip(),
            contact=party.contact,
            email=party.email,
            phone=party.phone,
            vat_number=party.vat_number,
            address=party.address,
            currency=self._currency(document),
        )

    def _currency(self, document: Document) -> str:
        currency = document.currency or self._profile.currency
        if document.currency is None and exponent(currency) > _READ_DECIMALS:
            raise Unclear(
                "currency",
                f"It names no currency, and {currency} has more decimals than amounts "
                "without one are read with: add the currency.",
                "currency",
            )
        if currency not in self._profile.currencies:
            raise Unclear(
                "currency",
                f"{currency} is not enabled in the account: add it under Settings › "
                "Currencies, then plan again.",
                "currency",
            )
        return currency

    def _invoice(self, document: Document, customer: str) -> InvoiceContent:
        currency = self._currency(document)
        issued = _known(document.issued)
        unclear.check_units(document, currency)
        unclear.check_zero(document, self._profile.tax_rates)
        draft = InvoiceContent(
            number=(document.number or "").strip(),
            customer=customer,
            issued=issued,
            due=document.due,
            currency=currency,
            exchange_rate=self._rate(document, currency, issued, "issued"),
            lines=tuple(self._line(line, document) for line in document.lines),
            discount=document.discount or None,
            charges=document.charges or None,
            figures=Figures(net=Decimal(0), tax=Decimal(0), gross=Decimal(0)),
        )
        figures = self._predict(draft)
        stated, computed = merge_taxes(document.taxes), merge_taxes(figures.taxes)
        unclear.check_taxes(document, figures.tax, stated, computed)
        gap = unclear.rounding(document, figures.gross, currency)
        if not gap:
            return draft.model_copy(update={"figures": figures})
        adjusted = figures.model_copy(update={"gross": figures.gross + gap})
        return draft.model_copy(update={"adjustment": gap, "figures": adjusted})

    def _line(self, line: Line, document: Document) -> LineContent:
        rate = line.tax_rate if line.tax_rate is not None else unclear.single_rate(document)
        self._check_rate(rate)
        quantity, price = line.quantity or Decimal(1), line.unit_price
        if price is None or not self._prices(quantity, price, line.amount, self._currency(document)):
            quantity, price = Decimal(1), line.amount
        return LineContent(description=line.description, quantity=quantity, price=price, tax_rate=rate)

    def _prices(self, quantity: Decimal, price: Decimal, amount: Decimal, currency: str) -> bool:
        """Whether quantity times price gives the amount with the decimals that the account keeps."""
        places = max(self._profile.price_precision, exponent(currency))
        kept = price == price.quantize(Decimal(1).scaleb(-places))
        return kept and rounded(quantity * price, currency) == amount

    def _check_rate(self, rate: Decimal | None) -> None:
        if rate is None or rate in self._profile.tax_rates:
            return
        if not rate:
            raise Unclear(
                "zero-tax",
                f"{unclear.FOUR_ZEROS}, and the account has no tax of 0 %: add the right one there.",
                "tax_total",
            )
        if not self._policy.create_taxes:
            raise Unclear(
                "tax-rate",
                f"The account has no tax of {rate.normalize():f} %: add it there, or "
                "allow it with --create-taxes.",
                "tax_total",
            )

    def _rate(self, document: Document, currency: str, day: date, field: str) -> Decimal | None:
        if currency == self._profile.currency:
            return None
        if document.exchange_rate is not None:
            return _positive(document.exchange_rate)
        rate = self._listed_rate(currency, day)
        if rate is None:
            raise Unclear(
                "exchange-rate",
                f"No exchange rate of {currency} is known for {day}: add one "
                "under [[rates]] in ferry.toml, or in the account.",
                field,
            )
        return rate

    def _listed_rate(self, currency: str, day: date, after: date = date.min) -> Decimal | None:
        """The newest dated rate between two days; of one day, a person's goes before the account's."""
        table = [(since, 0, rate) for name, since, rate in self._profile.rates if name == currency]
        table += [(r.since, 1, r.rate) for r in self._policy.rates if r.currency == currency]
        known = [entry for entry in table if after < entry[0] <= day]
        return max(known)[2] if known else None

    def _payment(self, document: Document, identity: str, invoice: InvoiceContent) -> PaymentContent | None:
        paid = unclear.paid(document, invoice.figures.gross)
        if not paid:
            return None
        paid_on = self._paid_on(document)
        return PaymentContent(
            customer=invoice.customer,
            paid_on=paid_on,
            amount=paid,
            currency=invoice.currency,
            mode=self._policy.payment_mode,
            exchange_rate=self._paid_rate(invoice, paid_on),
            applied=(Application(invoice=identity, amount=paid),),
        )

    def _paid_rate(self, invoice: InvoiceContent, paid_on: date) -> Decimal | None:
        """The rate of the day of the payment; the invoice's where no dated one came after it."""
        if invoice.exchange_rate is None:
            return None
        return self._listed_rate(invoice.currency, paid_on, invoice.issued) or invoice.exchange_rate

    def _paid_on(self, document: Document) -> date:
        if document.paid_on is not None:
            return document.paid_on
        if self._policy.undated_payment is UndatedPayment.ISSUED:
            return _known(document.issued)
        if self._policy.undated_payment is UndatedPayment.DUE and document.due is not None:
            return document.due
        raise Unclear(
            "undated-payment",
            "It says that it was paid but not when. Add the date, or choose a "
            "policy under [payments] in ferry.toml.",
            "paid",
        )

    def _payment_identity(self, payment: PaymentContent) -> str:
        customer = Identity.parse(payment.customer)
        name = (
            f"{customer.name}/{payment.paid_on}/{payment.mode}/{payment.reference or ''}/{payment.currency}"
        )
        return str(Identity(customer.seller, "payment", name))


def _positive(rate: Decimal) -> Decimal:
    if rate <= 0:
        raise Unclear("exchange-rate", f"An exchange rate of {rate} cannot be.", "exchange_rate")
    return rate


def merge_taxes(totals: tuple[TaxTotal, ...]) -> dict[Decimal, Decimal]:
    """Tax by rate."""
    merged: dict[Decimal, Decimal] = {}
    for t in totals:
        merged[t.rate] = merged.get(t.rate, Decimal(0)) + t.amount
    return merged


def _known(value: _T | None) -> _T:
    if value is None:
        raise ValueError("checked before")
    return value
