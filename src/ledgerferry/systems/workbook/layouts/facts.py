"""The values of a document or a draft by the names of its fields, and whether two of them differ."""

from datetime import date
from decimal import Decimal

from ledgerferry.model.document import Document
from ledgerferry.systems.workbook.draft import Draft
from ledgerferry.systems.workbook.layouts.hits import squashed
from ledgerferry.systems.workbook.lines import CENT

_PARTS = {
    "customer_name": ("customer", "name"),
    "contact_name": ("customer", "contact"),
    "customer_email": ("customer", "email"),
    "customer_phone": ("customer", "phone"),
    "seller_name": ("seller", "name"),
}

Value = str | date | Decimal | None


def value_of(source: Document | Draft, name: str) -> Value:
    """The value of a field; ``None`` where the source does not say."""
    if name in _PARTS:
        party, part = _PARTS[name]
        found: Value = getattr(getattr(source, party), part, None)
        return found or None
    if name == "customer_postcode":
        address = source.customer.address if source.customer else None
        return address.postcode if address else None
    value: Value = getattr(source, name)
    return value


def differs(name: str, left: Value, right: Value) -> bool:
    """Whether two values of one field are not the same to a person; a sum of nothing is none."""
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        one = left if isinstance(left, Decimal) else Decimal(0)
        other = right if isinstance(right, Decimal) else Decimal(0)
        return abs(one - other) > CENT or (
            name in ("total", "subtotal") and (left is None) != (right is None)
        )
    if isinstance(left, str) and isinstance(right, str):
        return squashed(left).lstrip("#") != squashed(right).lstrip("#")
    return left != right


def same_lines(document: Document, draft: Draft, *, quantities: bool = False) -> bool:
    """Whether the lines of both come to the same amounts, and perhaps quantities, one by one."""
    pairs = [(a, b.line) for a, b in zip(document.lines, draft.lines, strict=False)]
    return len(document.lines) == len(draft.lines) and all(
        abs(a.amount - b.amount) <= CENT and (not quantities or (a.quantity or 1) == (b.quantity or 1))
        for a, b in pairs
    )
