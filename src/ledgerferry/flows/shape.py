"""Shape: a document becomes the invoice, customer, payment and file that the target shall hold.

Pure: the same documents, account and policy give the same result. What cannot be shaped without
guessing is held, with the reason and its cell.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from ledgerferry.flows import documentchecks, periods
from ledgerferry.flows.creditnote import as_credit_note, positive, refunds
from ledgerferry.flows.documentchecks import Unclear
from ledgerferry.flows.paying import Payer, ShapedPayment, given_up
from ledgerferry.flows.places import HOME, in_union, is_northern, vat_place
from ledgerferry.flows.policy import Policy
from ledgerferry.flows.rates import Rates
from ledgerferry.flows.sellers import Sellers
from ledgerferry.flows.vat import Vat, check_together
from ledgerferry.model.document import Document, DocumentKind, Line, TaxTotal
from ledgerferry.model.ids import customer_identity, document_identity
from ledgerferry.model.money import exact_sum, exponent, rounded
from ledgerferry.model.party import Party, VatPlace
from ledgerferry.model.record import (
    AnySales,
    CreditContent,
    CustomerContent,
    Figures,
    InvoiceContent,
    LineContent,
    RefundContent,
    SalesContent,
)
from ledgerferry.systems.protocol import Profile

_T = TypeVar("_T")
# Amounts of a document that names no currency are read with so many decimals.
_READ_DECIMALS = 2
# What the line is called that charges become where they bear tax.
_CHARGES = "Charges"


class ShapedCredit(BaseModel):
    """What a credit note asks of an invoice."""

    model_config = ConfigDict(frozen=True)

    identity: str
    content: CreditContent


class ShapedRefund(BaseModel):
    """What of a credit note was paid back."""

    model_config = ConfigDict(frozen=True)

    identity: str
    content: RefundContent


class Shaped(BaseModel):
    """What one document asks for at the target.

    ``credits`` are told once all documents are known; ``archived`` says why the books shall not have it.
    """

    model_config = ConfigDict(frozen=True)

    identity: str
    customer_identity: str
    customer: CustomerContent
    document: AnySales
    payments: tuple[ShapedPayment, ...] = ()
    credits: tuple[ShapedCredit, ...] = ()
    refunds: tuple[ShapedRefund, ...] = ()
    written_off: Decimal | None = None
    archived: str | None = None

    @property
    def paid(self) -> Decimal:
        """What the document says was paid."""
        return exact_sum(p.content.amount for p in self.payments)

    @property
    def used(self) -> Decimal:
        """What of a credit note is applied or paid back."""
        return exact_sum(
            (*(c.content.amount for c in self.credits), *(r.content.amount for r in self.refunds))
        )


class Shaper:
    """Shapes documents for one account under one policy.

    ``predict`` is the target's own arithmetic; ``hint`` explains a tax that differs from it, where it can.
    """

    def __init__(
        self,
        profile: Profile,
        policy: Policy,
        predict: Callable[[SalesContent], Figures],
        hint: Callable[[Document, SalesContent], str] = lambda _, __: "",
    ) -> None:
        self._hint = hint
        self._profile = profile
        self._policy = policy
        self._predict = predict
        self._vat = Vat(profile, policy)
        self._rates = Rates(profile, policy)
        self._payer = Payer(policy, self._rates.paid)
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
        document = positive(document)
        documentchecks.check_whole(document)
        documentchecks.check_days(document)
        closed = periods.archived(_known(document.issued), self._policy)
        self.sellers.check(document)
        customer = self._customer(document)
        customer_id = str(customer_identity(self._profile.organization, customer.name))
        invoice = self._invoice(document, customer_id)
        payments = self._payer.payments(document, identity, invoice)
        paid = exact_sum(p.content.amount for p in payments)
        shaped = Shaped(
            identity=identity,
            customer_identity=customer_id,
            customer=customer,
            document=invoice,
            payments=payments,
            written_off=given_up(document, invoice.figures.gross, paid),
            archived=closed,
        )
        return self._credit_note(shaped, invoice) if document.kind is DocumentKind.CREDIT_NOTE else shaped

    def _credit_note(self, shaped: Shaped, invoice: InvoiceContent) -> Shaped:
        """The same as a credit note, of which no payment came but money was paid back."""
        back = refunds([p.content for p in shaped.payments], shaped.identity, self._policy)
        made = tuple(ShapedRefund(identity=i, content=content) for i, content in back)
        return shaped.model_copy(
            update={"document": as_credit_note(invoice), "payments": (), "refunds": made}
        )

    def _customer(self, document: Document) -> CustomerContent:
        party = document.customer or Party(name="")
        northern = self._northern(document, party)
        return CustomerContent(
            name=party.name.strip(),
            contact=party.contact,
            email=party.email,
            phone=party.phone,
            vat_number=party.vat_number,
            address=party.address,
            currency=self._currency(document),
            vat_place=vat_place(party, self._profile.country, northern_ireland=northern),
        )

    def _northern(self, document: Document, customer: Party) -> bool:
        """Whether the organisation trades under the protocol; ``Unclear`` where only its paper says so."""
        told = self._policy.northern_ireland
        asked = told is None and self._profile.country == HOME and in_union(customer)
        if asked and is_northern(document.seller):
            raise Unclear(
                "northern-ireland",
                "Its seller stands in Northern Ireland, and its customer is registered in the EU: say "
                "whether the organisation trades under the protocol, as northern_ireland = true or false "
                "under [organization] in ferry.toml.",
                "customer_vat_number",
            )
        return told or False

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

    def draft(self, document: Document, customer: str = "") -> InvoiceContent:
        """The invoice without its figures; ``Unclear`` where anything of it would be a guess."""
        currency = self._currency(document)
        issued = _known(document.issued)
        documentchecks.check_units(document, currency)
        draft = InvoiceContent(
            number=(document.number or "").strip(),
            customer=customer,
            issued=issued,
            due=document.due,
            currency=currency,
            exchange_rate=self._rates.of(document, currency, issued),
            lines=tuple(self._line(line, document) for line in document.lines),
            discount=document.discount or None,
            charges=document.charges or None,
            figures=Figures(net=Decimal(0), tax=Decimal(0), gross=Decimal(0)),
        )
        check_together(draft.lines, self._profile)
        taxed = any(line.tax_rate for line in draft.lines)
        home = VatPlace.HOME if taxed and self._profile.country == HOME else None
        return draft.model_copy(update={"vat_place": home})

    def _invoice(self, document: Document, customer: str) -> InvoiceContent:
        draft = self._fitting(document, self.draft(document, customer))
        figures = self._predict(draft)
        stated, computed = merge_taxes(document.taxes), merge_taxes(figures.taxes)
        try:
            documentchecks.check_taxes(document, figures.tax, stated, computed)
        except Unclear as differs:
            raise Unclear(differs.code, differs.text + self._hint(document, draft), differs.field) from None
        gap = documentchecks.rounding(document, figures.gross, draft.currency)
        if not gap:
            return draft.model_copy(update={"figures": figures})
        adjusted = figures.model_copy(update={"gross": figures.gross + gap})
        return draft.model_copy(update={"adjustment": gap, "figures": adjusted})

    def _fitting(self, document: Document, draft: InvoiceContent) -> InvoiceContent:
        """The draft with its discount after tax or its charges taxed, where the stated tax only fits that."""
        ways = [draft]
        if document.discount:
            ways.append(draft.model_copy(update={"discount_after_tax": True}))
        if draft.charges:
            ways += [taxed for way in tuple(ways) for taxed in _charges_taxed(way)]
        return next((way for way in ways if agrees(document, self._predict(way))), draft)

    def _line(self, line: Line, document: Document) -> LineContent:
        bears = self._vat.of(line, document)
        quantity, price = line.quantity or Decimal(1), line.unit_price
        if price is None or not self._prices(quantity, price, line.amount, self._currency(document)):
            quantity, price = Decimal(1), line.amount
        return LineContent(
            description=line.description,
            quantity=quantity,
            price=price,
            tax_rate=bears.rate,
            treatment=bears.treatment,
            tax=bears.tax,
            account=bears.account,
        )

    def _prices(self, quantity: Decimal, price: Decimal, amount: Decimal, currency: str) -> bool:
        """Whether quantity times price gives the amount with the decimals that the account keeps."""
        places = max(self._profile.price_precision, exponent(currency))
        kept = price == price.quantize(Decimal(1).scaleb(-places))
        return kept and rounded(quantity * price, currency) == amount



def _charges_taxed(draft: InvoiceContent) -> list[InvoiceContent]:
    """The draft with its charges as a line, once for each tax that its lines bear."""
    taxed = {(x.tax_rate, x.tax): x for x in draft.lines if x.tax_rate and x.treatment is None}
    change = {"description": _CHARGES, "quantity": Decimal(1), "price": draft.charges, "account": None}
    return [
        draft.model_copy(update={"charges": None, "lines": (*draft.lines, like.model_copy(update=change))})
        for like in taxed.values()
    ]


def agrees(document: Document, figures: Figures) -> bool:
    """Whether figures are the tax that a document states, in all and by rate."""
    stated, computed = merge_taxes(document.taxes), merge_taxes(figures.taxes)
    try:
        documentchecks.check_taxes(document, figures.tax, stated, computed)
    except Unclear:
        return False
    return True


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
