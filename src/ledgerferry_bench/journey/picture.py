"""The picture of an account: what it holds, without the ids and times that differ from run to run."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

Row = dict[str, Any]
Books = Mapping[str, list[Row]]

_DROPPED: Final = frozenset({
    "next_invoice", "next_payment", "payment_number", "line_item_id", "invoice_payment_id", "invoice_url",
    "contact_person_id", "primary_contact_id", "document_id", "index", "exchange_rate_id",
    "creditnote_invoice_id", "refund_id", "next_creditnote", "attachment_name",
})  # fmt: skip
_UNORDERED: Final = ("amount_applied", "file_name")
_NAMED_BY: Final = {
    "contacts": ("contact_id", "contact_name"),
    "invoices": ("invoice_id", "invoice_number"),
    "creditnotes": ("creditnote_id", "creditnote_number"),
    "taxes": ("tax_id", "tax_name"),
    "currencies": ("currency_id", "currency_code"),
    "customfields": ("customfield_id", "api_name"),
}


def picture(books: Books) -> dict[str, list[str]]:
    """Every record of an account by its names, each as a line of JSON, in a fixed order.

    Two accounts with the same picture hold the same records; one record twice shows as two lines.
    """
    names = dict(_names(books))
    return {kind: sorted(json.dumps(_told(row, names), sort_keys=True, ensure_ascii=False) for row in rows)
            for kind, rows in books.items()}  # fmt: skip


def differences(left: Mapping[str, list[str]], right: Mapping[str, list[str]]) -> list[str]:
    """How two pictures differ, a line for each record or field; empty where they are equal."""
    found: list[str] = []
    for kind in sorted(left.keys() | right.keys()):
        one, other = Counter(left.get(kind, [])), Counter(right.get(kind, []))
        here, there = sorted((one - other).elements()), sorted((other - one).elements())
        if len(here) != len(there):
            found.append(f"{kind}: {len(left.get(kind, []))} and {len(right.get(kind, []))} records")
        for a, b in zip(here, there, strict=False):
            fields = _fields(json.loads(a), json.loads(b))
            found += [f"{kind} {place}: {x!r} and {y!r}" for place, x, y in fields]
    return found


def _fields(left: object, right: object, place: str = "") -> Iterator[tuple[str, object, object]]:
    if isinstance(left, dict) and isinstance(right, dict):
        for key in left.keys() | right.keys():
            yield from _fields(left.get(key), right.get(key), f"{place}/{key}")
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for number, (a, b) in enumerate(zip(left, right, strict=True)):
            yield from _fields(a, b, f"{place}/{number}")
    elif left != right:
        yield place, left, right


def _names(books: Books) -> Iterator[tuple[str, str]]:
    for kind, (key, name) in _NAMED_BY.items():
        for row in books.get(kind, []):
            yield row[key], f"{kind}:{row[name]}"
    for contact in books.get("contacts", []):
        for person in contact.get("contact_persons", []):
            yield person["contact_person_id"], f"person:{person['first_name']}:{person['email']}"


def _told(value: object, names: Mapping[str, str]) -> object:
    if isinstance(value, dict):
        return {k: _told(v, names) for k, v in value.items() if k not in _own(value)}
    if isinstance(value, list):
        told = [_told(one, names) for one in value]
        return sorted(told, key=str) if told and _unordered(value) else told
    return names.get(value, value) if isinstance(value, str) else value


def _own(row: Row) -> set[str]:
    """The keys that are a record's own in one account only: its id, its times, its counters."""
    own = {key for key in row if key in _DROPPED or key.endswith("_time")}
    return own | ({"payment_id"} if "payment_number" in row else set())


def _unordered(rows: list[Row]) -> bool:
    """Whether rows stand in no order of their own: what is applied where, and files on a record."""
    return any(all(isinstance(row, dict) and key in row for row in rows) for key in _UNORDERED)
