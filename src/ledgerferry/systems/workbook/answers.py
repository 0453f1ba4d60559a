"""Answers: the values that a person gives for a document, in the public schema of extracted invoices."""

import json
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from ledgerferry.model.document import Document, DocumentKind, Line, StatedPayment, TaxTotal, TaxTreatment
from ledgerferry.model.party import Address, Party

_MOST = Decimal(10) ** 15


class BadAnswer(Exception):
    """The values given cannot be those of a document; the message names the key and what would be right."""


def _sane(amount: Decimal) -> Decimal:
    if not amount.is_finite() or abs(amount) > _MOST:
        raise ValueError("an amount must be a number")
    return amount


Amount = Annotated[Decimal, AfterValidator(_sane)]


class AnswerLine(BaseModel):
    """One line as given."""

    model_config = ConfigDict(frozen=True)

    description: str | None = None
    quantity: Amount | None = None
    unit_price: Amount | None = None
    tax_rate: Amount | None = None
    treatment: TaxTreatment | None = None
    amount: Amount | None = None

    def line(self) -> Line:
        """The line; one that states no amount is quantity times price."""
        amount = self.amount
        if amount is None:
            amount = (self.quantity or Decimal(0)) * (self.unit_price or Decimal(0))
        return Line(
            description=self.description or "",
            quantity=self.quantity,
            unit_price=self.unit_price,
            tax_rate=self.tax_rate,
            treatment=self.treatment,
            amount=amount,
        )


class AnswerPayment(BaseModel):
    """One of several payments as given."""

    model_config = ConfigDict(frozen=True)

    amount: Amount
    paid_on: date | None = None
    reference: str | None = None
    mode: str | None = None

    def payment(self) -> StatedPayment:
        """The payment as a document states it."""
        return StatedPayment(
            amount=self.amount, paid_on=self.paid_on, reference=self.reference, mode=self.mode
        )


class Answer(BaseModel):
    """The values given: a key left out leaves the value as it was read, ``null`` says there is none."""

    model_config = ConfigDict(frozen=True)

    sheet: str | None = None
    type: Literal["invoice", "credit_note"] | None = None
    invoice_number: str | None = Field(None, max_length=60)
    invoice_date: date | None = None
    due_date: date | None = None
    paid_on: date | None = None
    currency: str | None = Field(None, pattern="^[A-Z]{3}$")
    seller_name: str | None = None
    customer_name: str | None = None
    contact_name: str | None = None
    customer_email: str | None = None
    customer_phone: str | None = None
    customer_address: str | None = None
    customer_postcode: str | None = None
    line_items: tuple[AnswerLine, ...] | None = None
    subtotal: Amount | None = None
    discount: Amount | None = None
    charges: Amount | None = None
    tax_total: Amount | None = None
    total: Amount | None = None
    amount_paid: Amount | None = None
    balance: Amount | None = None
    payments: tuple[AnswerPayment, ...] | None = None
    credits: str | None = Field(None, max_length=60)
    treatment: TaxTreatment | None = None
    written_off: Amount | None = None


KEYS = tuple(name for name in Answer.model_fields if name != "sheet")
TYPED = tuple(name for name in KEYS if name not in ("line_items", "payments"))
"""The keys of one plain value each."""
_NAMES = {
    "invoice_number": "number", "invoice_date": "issued", "due_date": "due", "paid_on": "paid_on",
    "currency": "currency", "subtotal": "subtotal", "discount": "discount", "charges": "charges",
    "tax_total": "tax_total", "total": "total", "amount_paid": "paid", "balance": "balance",
    "credits": "credits", "treatment": "treatment", "written_off": "written_off",
}  # fmt: skip
_ORIGINS = {"number": "number", "issued": "issued", "due": "due", "paid": "amount_paid"}
_PARTS = {
    "customer_name": "name",
    "contact_name": "contact",
    "customer_email": "email",
    "customer_phone": "phone",
}


def parse(text: str) -> Answer:
    """The answer in a JSON text, or the only one of its ``invoices``; ``BadAnswer`` says what is wrong."""
    try:
        data = json.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise BadAnswer(f"it is not JSON: {error}") from None
    if isinstance(data, dict) and isinstance(data.get("invoices"), list):
        if len(data["invoices"]) != 1:
            raise BadAnswer("it holds several invoices: give the one that is meant by itself")
        data = data["invoices"][0]
    if not isinstance(data, dict):
        raise BadAnswer("it must be one JSON object with the keys of an extracted invoice")
    if not data.keys() & set(KEYS):
        raise BadAnswer(f"it has none of the keys of an extracted invoice ({', '.join(KEYS[1:5])}, …)")
    return answer(data)


def answer(data: dict[str, Any]) -> Answer:
    """The answer of these values; ``BadAnswer`` names the first that is of the wrong type."""
    try:
        return Answer.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadAnswer(f"{where} is {first['input']!r}: {first['msg']}") from None


def answered(document: Document, given: Answer) -> Document:
    """The document with the values given; the cells of those that changed are forgotten."""
    update: dict[str, Any] = {
        field: getattr(given, key) for key, field in _NAMES.items() if key in given.model_fields_set
    }
    if given.type is not None:
        update["kind"] = DocumentKind(given.type)
    if given.line_items is not None:
        update["lines"] = tuple(x.line() for x in given.line_items if x.amount is not None or x.quantity)
    update |= _payments(document, given) | _parties(document, given)
    changed = document.model_copy(update=update)
    if "tax_total" in update or "lines" in update:
        changed = changed.model_copy(update={"taxes": _taxes(changed, document)})
    gone = _gone(document, changed)
    origins = tuple(o for o in document.origins if o.field.partition(".")[0] not in gone)
    return changed.model_copy(update={"origins": origins})


def _payments(document: Document, given: Answer) -> dict[str, Any]:
    """The payments given, and what they come to; a new sum without them leaves none one by one."""
    if given.payments is not None:
        update: dict[str, Any] = {"payments": tuple(one.payment() for one in given.payments)}
        if given.payments and "amount_paid" not in given.model_fields_set:
            update["paid"] = sum((one.amount for one in given.payments), Decimal(0))
        return update
    named = {"amount_paid": document.paid, "paid_on": document.paid_on}
    told = any(key in given.model_fields_set and getattr(given, key) != was for key, was in named.items())
    return {"payments": ()} if told and document.payments else {}


def _parties(document: Document, given: Answer) -> dict[str, Party | None]:
    told = given.model_fields_set
    update: dict[str, Party | None] = {}
    if "seller_name" in told:
        seller = document.seller or Party(name="")
        update["seller"] = (
            seller.model_copy(update={"name": given.seller_name}) if given.seller_name else None
        )
    customer = document.customer or Party(name="")
    parts: dict[str, Any] = {part: getattr(given, key) for key, part in _PARTS.items() if key in told}
    address = customer.address or Address()
    if "customer_address" in told:
        lines = (given.customer_address or "").replace("\n", ", ").split(", ")
        address = address.model_copy(update={"lines": tuple(x.strip() for x in lines if x.strip())})
    if "customer_postcode" in told:
        address = address.model_copy(update={"postcode": given.customer_postcode})
    if parts or address != customer.address:
        bare = address if address != Address() else None
        parts = {**parts, "address": bare, "name": parts.get("name", customer.name) or ""}
        found = customer.model_copy(update=parts)
        update["customer"] = found if found.name else None
    return update


def _taxes(changed: Document, before: Document) -> tuple[TaxTotal, ...]:
    """The taxes by rate, where one rate is known to bear all of it."""
    if changed.tax_total == before.tax_total and changed.lines == before.lines:
        return before.taxes
    rates = {x.tax_rate for x in changed.lines} or {None}
    rate = next(iter(rates)) if len(rates) == 1 else None
    if rate is None and len(before.taxes) == 1:
        rate = before.taxes[0].rate
    return (TaxTotal(rate=rate, amount=changed.tax_total),) if rate is not None and changed.tax_total else ()


def _gone(before: Document, after: Document) -> set[str]:
    """The names of the fields whose values are no longer those of their cells."""
    gone = {_ORIGINS.get(f, f) for f in _NAMES.values() if getattr(before, f) != getattr(after, f)}
    gone |= {name for name in ("lines", "payments") if getattr(before, name) != getattr(after, name)}
    for prefix, party in (("customer", "customer"), ("seller", "seller")):
        if getattr(before, party) != getattr(after, party):
            gone |= {
                f"{prefix}_{part}" for part in ("name", "contact", "email", "phone", "address", "postcode")
            }
    return gone
