"""Invoices: lines, discount, charges and adjustment, and the figures that Books computes (F34, F40)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from ledgerferry.model.document import TaxTotal, TaxTreatment
from ledgerferry.model.outcome import Refused
from ledgerferry.model.record import UNSENT, Figures, InvoiceContent, Kind, LineContent, Record, Ref, Summary
from ledgerferry.systems.books.catalogue import Catalogue
from ledgerferry.systems.books.declaration import Charges
from ledgerferry.systems.books.fields import (
    Row,
    amount,
    custom_field,
    day,
    ident,
    members,
    moment,
    number,
    text,
)
from ledgerferry.systems.books.mapping import files
from ledgerferry.systems.books.mapping.customers import PLACES, place_of
from ledgerferry.systems.books.mapping.names import Names
from ledgerferry.systems.books.treatments import told

_NAME_LENGTH: Final = 100
CHARGES_LINE: Final = "Charges"
_ROUNDING: Final = "Rounding"
# Numbers are ours: without this Books may silently discard them (F33).
OWN_NUMBER: Final = (("ignore_auto_number_generation", "true"),)
NOT_SENT: Final = (("send", "false"), *OWN_NUMBER)
# The fields of an invoice that carry a field of the content; line items go together.
GROUPS: Final = {
    "number": ("invoice_number",), "reference": ("reference_number",), "customer": ("customer_id",),
    "issued": ("date",), "due": ("due_date",), "currency": ("currency_id", "exchange_rate"),
    "exchange_rate": ("exchange_rate",),
    "lines": ("line_items", "vat_treatment", "is_reverse_charge_applied", "tax_exemption_id"),
    "vat_place": ("vat_treatment",),
    "discount": ("discount", "discount_type", "is_discount_before_tax"),
    "discount_after_tax": ("discount", "discount_type", "is_discount_before_tax"),
    "charges": ("line_items", "shipping_charge"), "adjustment": ("adjustment", "adjustment_description"),
}


def body(content: InvoiceContent, customer: str, catalogue: Catalogue, charges: Charges, *,
         key: tuple[str, str] | None, persons: Sequence[str]) -> dict[str, Any]:
    """The invoice as Books takes it; ``persons`` are the customer's, none of whom gets mail."""
    found: dict[str, Any] = {
        "customer_id": customer, "invoice_number": content.number, "date": content.issued.isoformat(),
        "reference_number": content.reference or "", "is_inclusive_tax": False,
        "line_items": [_line_body(line, catalogue) for line in content.lines],
        "discount": content.discount or Decimal(0), "discount_type": "entity_level",
        "is_discount_before_tax": not content.discount_after_tax,
        "adjustment": content.adjustment or Decimal(0),
        "adjustment_description": _ROUNDING if content.adjustment else "",
        **_currency_body(content, catalogue), **_vat_body(content, catalogue), **_silence(persons),
    }
    if content.due is not None:
        found["due_date"] = content.due.isoformat()
    if content.charges and charges is Charges.SHIPPING:
        found["shipping_charge"] = f"{content.charges:f}"
    elif content.charges:
        found["line_items"].append({"name": CHARGES_LINE, "quantity": 1, "rate": content.charges})
    if key is not None:
        found["custom_fields"] = [{"api_name": key[0], "value": key[1]}]
    return found


def changes(content: InvoiceContent, changed: tuple[str, ...], whole: dict[str, Any],
            now: Row) -> dict[str, Any]:
    """The groups of an invoice that an update writes, with the customer and lines that every PUT needs."""
    wanted = {name for field in changed for name in GROUPS.get(field, ())}
    found = {name: value for name, value in whole.items() if name in wanted}
    if "due" in changed and content.due is None:
        found["due_date"] = ""
    if "lines" in changed and now.get("is_reverse_charge_applied") is True:
        found.setdefault("is_reverse_charge_applied", False)
    if "lines" in changed and text(now, "tax_exemption_id"):
        found.setdefault("tax_exemption_id", "")
    found.setdefault("customer_id", ident(now, "customer_id"))
    found.setdefault("line_items", [_kept_line(line) for line in members(now, "line_items")])
    return found


def _silence(persons: Sequence[str]) -> dict[str, Any]:
    """No reminder and no thank-you goes out: nobody is on it, or all are with mail switched off."""
    if not persons:
        return {"contact_persons": []}
    off = {"is_email_enabled": False, "is_sms_enabled": False, "is_whatsapp_enabled": False}
    return {"contact_persons_associated": [
        {"contact_person_id": person, "communication_preference": off} for person in persons]}


def _line_body(line: LineContent, catalogue: Catalogue) -> dict[str, Any]:
    first = line.description.strip().splitlines()[0] if line.description.strip() else "-"
    found: dict[str, Any] = {"name": first[:_NAME_LENGTH], "rate": line.price, "quantity": line.quantity}
    if found["name"] != line.description:
        found["description"] = line.description
    if line.tax_rate is not None:
        found["tax_id"] = catalogue.tax_named(line.tax).id if line.tax else catalogue.tax_id(line.tax_rate)
    if line.account is not None:
        found["account_id"] = catalogue.income_account(line.account)
    return found


def _vat_body(content: InvoiceContent, catalogue: Catalogue) -> dict[str, Any]:
    """What is said of the document as a whole: where it is taxed, reverse charge, an exemption.

    Under reverse charge a tax with a rate is named and not charged (F43).
    """
    found: dict[str, Any] = {}
    for line in content.lines:
        if line.treatment is TaxTreatment.REVERSE_CHARGE and line.tax and catalogue.tax_named(line.tax).rate:
            found["is_reverse_charge_applied"] = True
        if line.treatment is TaxTreatment.EXEMPT and line.tax_rate is None and line.tax:
            found["tax_exemption_id"] = catalogue.exemption(line.tax)
    if content.vat_place is not None:
        found["vat_treatment"] = PLACES[content.vat_place]
    return found


_LINE_FIELDS: Final = ("line_item_id", "item_id", "name", "description", "rate", "quantity", "unit", "tax_id",
                       "discount", "account_id")


def _kept_line(line: Row) -> dict[str, Any]:
    return {name: line[name] for name in _LINE_FIELDS if line.get(name) not in (None, "")}


def _currency_body(content: InvoiceContent, catalogue: Catalogue) -> dict[str, Any]:
    currency = catalogue.currency(content.currency)
    if currency.base:
        return {"currency_id": currency.id}
    if content.exchange_rate is None:
        raise Refused(f"an invoice in {content.currency} needs an exchange rate of its day",
                      subject=f"invoice {content.number}")
    return {"currency_id": currency.id, "exchange_rate": content.exchange_rate}


def content(row: Row, catalogue: Catalogue, names: Names) -> InvoiceContent:
    """The invoice that a detail shows, with the figures as Books answered them."""
    lines, charges = [], amount(row, "shipping_charge")
    for line in members(row, "line_items"):
        if text(line, "name") == CHARGES_LINE and not ident(line, "tax_id"):
            charges += amount(line, "item_total")
        else:
            lines.append(_line(line, row, catalogue))
    currency = text(row, "currency_code") or ""
    base = currency in catalogue.currencies() and catalogue.currency(currency).base
    return InvoiceContent(
        number=text(row, "invoice_number") or "", reference=text(row, "reference_number"),
        customer=names.identity(Kind.CUSTOMER, ident(row, "customer_id")),
        issued=day(row, "date") or date.min, due=day(row, "due_date"), currency=currency,
        exchange_rate=None if base else number(row, "exchange_rate"), lines=tuple(lines),
        discount=_discount(row) or None,
        discount_after_tax=bool(_discount(row)) and row.get("is_discount_before_tax") is False,
        charges=charges or None, vat_place=place_of(row),
        adjustment=number(row, "adjustment") or None, figures=figures(row, catalogue),
        sent=text(row, "status") not in UNSENT)


def _line(row: Row, whole: Row, catalogue: Catalogue) -> LineContent:
    """A line as its detail shows it; with the names of tax and account, also where none was asked for."""
    rate = catalogue.tax_rate(row) if ident(row, "tax_id") else None
    treatment, tax = _treatment(row, whole, rate)
    return LineContent(
        description=text(row, "description") or text(row, "name") or "",
        quantity=amount(row, "quantity"), price=amount(row, "rate"),
        tax_rate=rate, treatment=treatment, tax=tax, account=text(row, "account_name"))


def _treatment(row: Row, whole: Row, rate: Decimal | None) -> tuple[TaxTreatment | None, str | None]:
    """Which kind of no tax a line bears, and the name of its tax or exemption."""
    if rate is None:
        code = text(whole, "tax_exemption_code")
        return (TaxTreatment.EXEMPT, code) if code else (TaxTreatment.OUT_OF_SCOPE, None)
    name = text(row, "tax_name")
    if whole.get("is_reverse_charge_applied") is True:
        return TaxTreatment.REVERSE_CHARGE, name
    return told(name or "") if not rate else None, name


def _discount(row: Row) -> Decimal:
    """What a discount on the whole invoice takes off; a percentage is of its lines."""
    given = text(row, "discount") or "0"
    if given.endswith("%"):
        return amount(row, "discount_total") or amount(row, "sub_total") * Decimal(given[:-1]) / 100
    return number(row, "discount") or Decimal(0)


def figures(row: Row, catalogue: Catalogue) -> Figures:
    """Net, tax per rate and gross as the detail states them; see ``figures.predict`` for what they mean."""
    gross, adjustment = amount(row, "total"), amount(row, "adjustment")
    by_rate: dict[Decimal, Decimal] = {}
    for line in members(row, "line_items"):
        rate = catalogue.tax_rate(line) if ident(line, "tax_id") else None
        if rate is not None:
            by_rate.setdefault(rate, Decimal(0))
    for tax in members(row, "taxes"):
        rate = catalogue.tax_rate(tax)
        by_rate[rate or Decimal(0)] = by_rate.get(rate or Decimal(0), Decimal(0)) + amount(tax, "tax_amount")
    stated = number(row, "tax_total")
    tax_total = sum(by_rate.values(), Decimal(0)) if stated is None else stated
    net = gross - tax_total - adjustment
    if not _discount(row) and not amount(row, "shipping_charge"):
        net = amount(row, "sub_total")
    taxes = tuple(TaxTotal(rate=rate, amount=tax) for rate, tax in sorted(by_rate.items()))
    return Figures(net=net, tax=tax_total, gross=gross, taxes=taxes)


def summary(row: Row, connection: str, key_field: str) -> Summary:
    """A list row of invoices; it carries neither net nor tax."""
    return Summary(
        ref=Ref(connection=connection, kind=Kind.INVOICE, id=ident(row, "invoice_id")),
        name=text(row, "invoice_number") or "", key=custom_field(row, key_field),
        customer=text(row, "customer_id"), day=day(row, "date"), currency=text(row, "currency_code"),
        total=number(row, "total"), balance=number(row, "balance"), status=text(row, "status"),
        reference=text(row, "reference_number"), due=day(row, "due_date"), rate=number(row, "exchange_rate"),
        filed=row.get("has_attachment") is not False, modified=moment(row, "last_modified_time"))


def record(row: Row, connection: str, key_field: str, catalogue: Catalogue, names: Names) -> Record:
    """An invoice in full."""
    return Record(
        ref=Ref(connection=connection, kind=Kind.INVOICE, id=ident(row, "invoice_id")),
        content=content(row, catalogue, names), key=custom_field(row, key_field), status=text(row, "status"),
        balance=number(row, "balance"), files=files.addresses(row, Kind.INVOICE, ident(row, "invoice_id")),
        modified=moment(row, "last_modified_time"))
