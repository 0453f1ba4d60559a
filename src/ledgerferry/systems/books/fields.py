"""Typed values out of Books' rows; what only Books has is its custom fields."""

from collections.abc import Mapping

from ledgerferry.systems.zoho.fields import Row, amount, day, ident, member, members, moment, number, text

__all__ = ["Row", "amount", "custom_field", "day", "ident", "member", "members", "moment", "number", "text"]


def custom_field(row: Row, api_name: str) -> str | None:
    """A custom field's value: of its own key in list rows, of ``custom_fields`` in details."""
    own = text(row, api_name)
    if own is not None:
        return own
    listed = row.get("custom_fields")
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, Mapping) and api_name in (each.get("api_name"), each.get("placeholder")):
            return text(each, "value")
    return None
