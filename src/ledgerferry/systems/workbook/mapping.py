"""A reading as JSON in the public schema of extracted invoices."""

from datetime import date
from decimal import Decimal
from typing import Any

from ledgerferry.model.document import Document, Line, Reading, StatedPayment
from ledgerferry.model.party import Party

_FIELDS = {"number": "invoice_number", "issued": "invoice_date", "due": "due_date"}


def to_json(reading: Reading) -> dict[str, Any]:
    """The reading with amounts as decimal strings, dates in ISO form, ``null`` where the sheet is silent."""
    currencies = {d.currency for d in reading.documents if d.currency}
    return {
        "file": reading.file,
        "kind": reading.kind.value,
        "language": reading.language,
        "currency": currencies.pop() if len(currencies) == 1 else None,
        "invoices": [invoice(d) for d in reading.documents],
        "rejections": [r.model_dump(mode="json", exclude_none=True) for r in reading.rejections],
    }


def invoice(document: Document) -> dict[str, Any]:
    """One document in that schema."""
    return {
        "id": document.id,
        "type": document.kind.value,
        "sheet": document.sheet,
        "invoice_number": document.number,
        "invoice_date": _day(document.issued),
        "due_date": _day(document.due),
        "currency": document.currency,
        "seller_name": document.seller.name if document.seller else None,
        **_customer(document.customer),
        "line_items": [_line(line) for line in document.lines],
        "subtotal": _amount(document.subtotal),
        "discount": _amount(document.discount),
        "charges": _amount(document.charges),
        "tax_total": _amount(document.tax_total),
        "total": _amount(document.total),
        "amount_paid": _amount(document.paid),
        "paid_on": _day(document.paid_on),
        "balance": _amount(document.balance),
        "payments": [_payment(one) for one in document.payments],
        "credits": document.credits,
        "treatment": document.treatment.value if document.treatment else None,
        "written_off": _amount(document.written_off),
        "status": document.status.value if document.status else None,
        "exchange_rate": _amount(document.exchange_rate),
        "layout": document.layout,
        "needs_review": document.held,
        "reasons": [
            {"code": r.code, "text": r.text, "cell": r.cell.cell if r.cell else None}
            for r in document.reasons
        ],
        "cells": {_FIELDS.get(o.field, o.field): o.cell.cell for o in document.origins},
        "confidence": {_FIELDS.get(o.field, o.field): str(o.confidence) for o in document.origins},
    }


def _customer(customer: Party | None) -> dict[str, Any]:
    known = customer or Party(name="")
    address = known.address
    return {
        "customer_name": known.name or None,
        "contact_name": known.contact,
        "customer_email": known.email,
        "customer_phone": known.phone,
        "customer_phone_e164": known.phone_e164,
        "customer_address": ", ".join(address.lines) or None if address else None,
        "customer_postcode": address.postcode if address else None,
        "customer_person": None if known.person is None else str(known.person),
        "customer_vat_number": known.vat_number,
        "customer_vat_valid": known.vat_valid,
        "customer_sponsor": known.sponsor,
    }


def _line(line: Line) -> dict[str, str | None]:
    return {
        "description": line.description,
        "quantity": _amount(line.quantity),
        "unit_price": _amount(line.unit_price),
        "tax_rate": _amount(line.tax_rate),
        "treatment": line.treatment.value if line.treatment else None,
        "amount": _amount(line.amount),
    }


def _payment(payment: StatedPayment) -> dict[str, str | None]:
    return {
        "amount": _amount(payment.amount),
        "paid_on": _day(payment.paid_on),
        "reference": payment.reference,
        "mode": payment.mode,
    }


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
