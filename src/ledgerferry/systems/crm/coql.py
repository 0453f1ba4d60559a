"""Queries: COQL with bound parameters, as far as the rows are drawn (F69)."""

from collections.abc import Iterator
from typing import Final

from ledgerferry.model.outcome import Refused
from ledgerferry.systems.crm import prices
from ledgerferry.systems.crm.calls import V8, Calls, fields
from ledgerferry.systems.crm.parameters import Statement, Unbindable, Value, bind
from ledgerferry.systems.zoho.fields import Fields, member, members

# The most rows of a call: three credits for ten times the rows of one.
_PAGE: Final = 2_000
_FURTHEST: Final = 100_000


class Queries:
    """``rows("select Last_Name from Contacts where Email = :email", email="a@b.example")``.

    Without a limit of its own a query is asked page by page, in order of ids unless it says otherwise, to
    100,000 rows; lists of more than fifty values are asked in parts, whose rows come one after another.
    """

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def rows(self, query: str, **values: Value) -> Iterator[Fields]:
        """Every row. ``Refused`` where a value does not bind, or CRM does not take the query."""
        try:
            statements = bind(query, values)
        except Unbindable as error:
            raise Refused(
                str(error), system=self._calls.client.system, subject="query", code="bind"
            ) from None
        for statement in statements:
            yield from self._asked(statement)

    def first(self, query: str, **values: Value) -> Fields | None:
        """The first row, or None; asks for one page."""
        return next(self.rows(query, **values), None)

    def credits(self, query: str, **values: Value) -> int:
        """What the first page of a query costs, over all of its parts."""
        return sum(prices.coql(_limit(statement)).credits for statement in bind(query, values))

    def _asked(self, statement: Statement) -> Iterator[Fields]:
        if statement.windowed:
            yield from self._page(statement.text, _limit(statement))[0]
            return
        order = "" if statement.ordered or statement.gathered else " order by id asc"
        for offset in range(0, _FURTHEST, _PAGE):
            rows, more = self._page(f"{statement.text}{order} limit {_PAGE} offset {offset}", _PAGE)
            yield from rows
            if not more:
                return
        raise Refused(
            f"a query shows no more than {_FURTHEST} rows: narrow it, or read in bulk",
            system=self._calls.client.system,
            subject="query",
            code="LIMIT_EXCEEDED",
        )

    def _page(self, text: str, limit: int) -> tuple[list[Fields], bool]:
        reply = self._calls.read(
            f"{V8}/coql", body={"select_query": text}, price=prices.coql(limit), subject="query"
        )
        body = fields(reply)
        return [Fields(row) for row in members(body, "data")], member(body, "info").get(
            "more_records"
        ) is True


def _limit(statement: Statement) -> int:
    """The rows that a statement asks for, as far as its price depends on them."""
    if not statement.windowed:
        return _PAGE
    words = statement.text.lower().replace(",", " , ").split()
    place = len(words) - 1 - words[::-1].index("limit") if "limit" in words else -1
    if place < 0:
        return _PAGE
    after = words[place + 1 :]
    counted = after[2] if len(after) > 2 and after[1] == "," else (after[0] if after else "")
    return int(counted) if counted.isdigit() else _PAGE
