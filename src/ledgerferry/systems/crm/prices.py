"""The price of each call, in credits (F76), and which calls are heavy ones (F77)."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Final

from ledgerferry.wire.message import Call, JsonBody

PER_CALL: Final = 100  # records that one write may carry (F57)
_PER_CREDIT: Final = 10
_HEAVY_FROM: Final = 11


@dataclass(frozen=True, slots=True)
class Price:
    """What one call costs."""

    credits: int = 1
    heavy: bool = False


ONE: Final = Price()
CONVERT: Final = Price(5, heavy=True)
MERGE: Final = Price(50)
COUNT: Final = Price(50)
BULK_READ: Final = Price(50)
BULK_WRITE: Final = Price(500)
MOST_ROWS: Final = 2_000  # that one query may show (F69)
# Rows asked for, and credits for up to so many (F69).
_COQL: Final[Mapping[int, int]] = {200: 1, 1000: 2, 2000: 3}


def write(records: int) -> Price:
    """Insert, update or upsert of so many records in one call."""
    return Price(max(1, ceil(records / _PER_CREDIT)), heavy=records >= _HEAVY_FROM)


def listing(*, view: bool, ordered: bool) -> Price:
    """A list; one of a custom view costs three, and views and orders make it heavy."""
    return Price(3 if view else 1, heavy=view or ordered)


def coql(limit: int) -> Price:
    """A query for so many rows."""
    return Price(next((c for most, c in _COQL.items() if limit <= most), max(_COQL.values())), heavy=True)


def of(call: Call) -> Price:
    """What any call costs, as far as its address and body show; one credit where nothing else is known."""
    path, query = call.path, dict(call.query)
    if path.endswith("/coql"):
        return Price(max(_COQL.values()), heavy=True)
    if path.startswith("/crm/bulk/") and call.method == "POST":
        return BULK_WRITE if path.endswith("/write") else BULK_READ
    if path.endswith("/actions/count"):
        return COUNT
    if path.endswith("/actions/merge"):
        return MERGE
    if path.endswith("/actions/convert"):
        return CONVERT
    if call.method == "GET":
        return listing(view="cvid" in query, ordered="sort_by" in query)
    return write(_rows(call)) if call.method in ("POST", "PUT") else ONE


def _rows(call: Call) -> int:
    value = call.body.value if isinstance(call.body, JsonBody) else None
    rows = value.get("data") if isinstance(value, Mapping) else None
    return len(rows) if isinstance(rows, list) else 1


def writes(records: int) -> int:
    """What so many records cost to write, in calls of a hundred."""
    whole, rest = divmod(records, PER_CALL)
    return whole * write(PER_CALL).credits + (write(rest).credits if rest else 0)
