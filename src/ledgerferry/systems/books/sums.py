"""Sums: the answer of a list that was asked for count and sums and not for rows (F25)."""

from collections.abc import Mapping
from typing import Final

from ledgerferry.systems.protocol import Sums
from ledgerferry.systems.zoho.fields import Row, ident, member, members, number

# Documented, and not yet seen live: what shows no sums is no error.
SUMS_ONLY: Final[Mapping[str, str]] = {"response_option": "3"}


def sums_of(body: Row) -> Sums | None:
    """Count and sums of total and balance; None where the answer does not show all three."""
    context = member(body, "page_context")
    columns = {ident(row, "column_name"): number(row, "total") for row in members(context, "sum_columns")}
    count, total, balance = number(context, "total"), columns.get("total"), columns.get("balance")
    if count is None or total is None or balance is None:
        return None
    return Sums(int(count), total, balance)
