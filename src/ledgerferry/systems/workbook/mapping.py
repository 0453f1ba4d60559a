"""A reading as JSON in the public schema of extracted invoices."""

import hashlib
from datetime import date
from decimal import Decimal
from typing import Any

from ledgerferry.model.document import Document, Line, Reading

_FIELDS = {"number": "invoice_number", "issued": "invoice_date", "due": "due_date"}


def document_id(document: Document, position: int = 0) -> str:
    """A stable id: the same file, sheet and place give the same id whatever the values."""
    anchor = document.where("number") or document.where("total")
    place = anchor.cell if anchor else f"#{position}"
    return hashlib.sha256(f"{document.file}\0{document.sheet}\0{place}".encode()).hexdigest()[:16]


def to_json(reading: Reading) -> dict[str, Any]:
    """The reading with amounts as decimal strings, dates in ISO form, ``null`` where the sheet is silent."""
    currencies = {d.currency for d in reading.documents if d.currency}
    return {
        "file": reading.file,
        "kind": reading.kind.value,
        "language": reading.language,
        "currency": currencies.pop() if len(currencies) == 1 else None,
        "invoices": [_invoice(d, i) for i, d in enumerate(reading.documents)],
        "rejections": [r.model_dump(mode="json", exclude_none=True) for r in reading.rejections],
    }


def _invoice(document: Document, position: int) -> dict[str, Any]:
    customer = document.customer
    address = customer.address if customer else None
    return {
        "id": document_id(document, position),
        "type": document.kind.value,
        "sheet": document.sheet,
        "invoice_number": document.number,
        "invoice_date": _day(document.issued),
        "due_date": _day(document.due),
        "currency": document.currency,
        "seller_name": document.seller.name if document.seller else None,
        "customer_name": customer.name if customer else None,
        "contact_name": customer.contact if customer else None,
        "customer_email": customer.email if customer else None,
        "customer_phone": customer.phone if customer else None,
        "customer_address": ", ".join(address.lines) or None if address else None,
        "customer_phone_e164": customer.phone_e164 if customer else None,
        "customer_person": str(customer.person) if customer and customer.person is not None else None,
        "customer_vat_number": customer.vat_number if customer else None,
        "customer_vat_valid": customer.vat_valid if customer else None,
        "customer_sponsor": customer.sponsor if customer else None,
        "customer_postcode": address.postcode if address else None,
        "line_items": [_line(line) for line in document.lines],
        "subtotal": _amount(document.subtotal),
        "discount": _amount(document.discount),
        "charges": _amount(document.charges),
        "tax_total": _amount(document.tax_total),
        "total": _amount(document.total),
        "amount_paid": _amount(document.paid),
        "paid_on": _day(document.paid_on),
        "balance": _amount(document.balance),
        "needs_review": document.held,
        "reasons": [
            {"code": r.code, "text": r.text, "cell": r.cell.cell if r.cell else None}
            for r in document.reasons
        ],
        "cells": {_FIELDS.get(o.field, o.field): o.cell.cell for o in document.origins},
        "confidence": {_FIELDS.get(o.field, o.field): str(o.confidence) for o in document.origins},
    }


def _line(line: Line) -> dict[str, str | None]:
    return {
        "description": line.description,
        "quantity": _amount(line.quantity),
        "unit_price": _amount(line.unit_price),
        "tax_rate": _amount(line.tax_rate),
        "amount": _amount(line.amount),
    }


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
