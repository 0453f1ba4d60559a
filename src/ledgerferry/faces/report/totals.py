"""Totals below a list: formulas over its rows, by currency and group, worked out before to the last digit."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from ledgerferry.faces.report.cells import Amount, Count, Styled, Sum, Value, certain
from ledgerferry.faces.report.pages import Page
from ledgerferry.model.counting import counted
from ledgerferry.model.money import exact_sum, exponent


class Totals:
    """Adds up the columns of a list while its rows are written, and stands below them.

    ``currency`` is the column of a row's currency. ``group`` is the column of what else its rows are told
    apart by, such as their status; None: by nothing else.
    """

    def __init__(self, page: Page, currency: int, group: int | None = None) -> None:
        self._page = page
        self._currency = currency
        self._group = group
        self._first = page.at
        self._sums: dict[tuple[str, str], dict[int, Decimal | int]] = {}
        self._uncertain: set[tuple[str, str, int]] = set()
        self.rows: Counter[tuple[str, str]] = Counter()
        """How many rows there are of each currency and group."""

    def add(self, currency: str | None, amounts: Mapping[int, Decimal | int | None], group: str = "") -> None:
        """Count in the row that is written now: its amounts or numbers, by column. None: it does not say."""
        if not currency:
            return
        self.rows[currency, group] += 1
        sums = self._sums.setdefault((currency, group), {})
        for column, amount in amounts.items():
            if isinstance(amount, int):
                sums[column] = sums.get(column, 0) + amount
            elif amount is not None:
                sums[column] = exact_sum((Decimal(sums.get(column, 0)), amount))
                if not certain(amount):
                    self._uncertain.add((currency, group, column))

    def write(self, title: str, label: int, of: str) -> None:
        """End the list and write the totals below it, each in the column that it adds up.

        ``label`` is the column that says what they are the totals of; ``of`` what one row is.
        """
        page, last = self._page, self._page.at - 1
        page.end_of_list()
        if not self._sums:
            return
        page.gap()
        page.row([Styled(title, "section")])
        for currency, group in sorted(self._sums, key=lambda key: key[0]):
            page.row(self._row(currency, group, last, label, of))

    def _row(self, currency: str, group: str, last: int, label: int, of: str) -> list[Value]:
        sums = self._sums[currency, group]
        row: list[Value] = [None] * (max([*sums, self._currency, label]) + 1)
        row[label] = Styled(f"{group} {counted(self.rows[currency, group], of)}".strip(), "strong")
        row[self._currency] = currency
        for column, total in sums.items():
            row[column] = self._cell(currency, group, column, last, total)
        return row

    def _cell(self, currency: str, group: str, column: int, last: int, total: Decimal | int) -> Value:
        page = self._page
        conditions = f"{page.span(self._currency, self._first, last)},{page.cell(self._currency)}"
        if self._group is not None:
            conditions += f',{page.span(self._group, self._first, last)},"{group}"'
        added = f"SUMIFS({page.span(column, self._first, last)},{conditions})"
        if isinstance(total, int):
            return Count(added, total, "total count")
        if (currency, group, column) in self._uncertain:
            return Amount(total, currency, strong=True)
        return Sum(f"ROUND({added},{exponent(currency)})", total, currency, strong=True)
