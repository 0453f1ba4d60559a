"""The sheet in which every figure of every document can be added up again."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from ledgerferry.faces.report.cells import Amount, Link, Styled, Sum, Value, certain
from ledgerferry.faces.report.facts import Became, Facts, Told
from ledgerferry.faces.report.figures import Figure, figures
from ledgerferry.faces.report.pages import Pages
from ledgerferry.faces.report.sheet import Sheet
from ledgerferry.flows.result import Difference
from ledgerferry.model.document import Cell
from ledgerferry.model.money import NO_CURRENCY, exact_sum, exponent
from ledgerferry.store.runs import RunState

NAME: Final = "Financials math check"
_TOTALS: Final = "Math_totals"
_COLUMNS: Final = {
    "number": 17, "customer": 34, "status": 13, "currency": 9, "figure": 13, "sheet says": 15, "computed": 15,
    "in Books": 15, "computed - sheet": 13, "Books - computed": 13, "agrees": 9, "record": 22, "file": 58,
    "sheet": 14, "cell": 8,
}  # fmt: skip
_AMOUNTS: Final = frozenset({"sheet says", "computed", "in Books", "computed - sheet", "Books - computed"})
_CURRENCY, _FIGURE, _SOURCE, _COMPUTED, _BOOKS = 3, 4, 5, 6, 7
# The fields of a document that the figures are read from.
_FIELDS: Final = {
    "lines": "lines.0.amount", "net": "subtotal", "tax": "tax_total", "gross": "total", "paid": "amount_paid",
}  # fmt: skip
_YES, _NO, _LOOK = Styled("yes", "good"), Styled("NO", "bad"), Styled("look", "warn")
_ORDER: Final = (
    "lines",
    "discount",
    "charges",
    "net",
    "tax",
    "adjustment",
    "gross",
    "paid",
    "credited",
    "balance",
)


class Checks(Sheet):
    """A row for every figure of every document, in three readings, with their differences."""

    def __init__(self, pages: Pages, facts: Facts) -> None:
        self._pages = pages
        self._page = pages.listing(NAME, _COLUMNS, _AMOUNTS, keep=1)
        self._facts = facts
        self._first = self._page.at
        self._sums: dict[tuple[str, str], list[Decimal]] = {}
        self._uncertain: set[tuple[str, str]] = set()
        self._partial: set[tuple[str, str, int]] = set()
        taken_back = facts.run.state is RunState.ROLLED_BACK
        self._counted = Became.WILL if facts.planned else Became.BACK if taken_back else Became.LOADED
        self.unequal = 0
        """How many figures do not agree."""

    def told(self, told: Told) -> None:
        """The figures of a document, and where anything else of it differs."""
        if told.became is Became.AGAIN or told.found.document is None:
            return
        verified = self._facts.verified is not None
        found = figures(told, self._facts.credited, verified=verified)
        rows: dict[str, int] = {}
        for figure in found:
            rows[figure.name] = self._figure(told, figure, rows, {f.name: f for f in found})
        names = {f.name.replace(" %", "%") for f in found} | {"tax"}
        for d in told.differences:
            if d.field not in names:
                self._other(self._start(told), d)

    def _start(self, told: Told) -> list[Value]:
        shaped, document = told.shaped, told.found.document
        number = shaped.document.number if shaped else document.number if document else None
        name = (
            shaped.customer.name if shaped else getattr(document.customer if document else None, "name", None)
        )
        currency = shaped.document.currency if shaped else told.currency
        return [number, name, told.became.value, currency]

    def _figure(self, told: Told, figure: Figure, rows: dict[str, int], known: dict[str, Figure]) -> int:
        start = self._start(told)
        currency = str(start[_CURRENCY] or NO_CURRENCY)
        page, places = self._page, exponent(currency)
        computed: Value = Amount(figure.computed, currency)
        if (formula := self._added(figure, rows, known)) is not None and figure.computed is not None:
            computed = Sum(formula, figure.computed, currency)
        source, mine, books = (page.cell(c) for c in (_SOURCE, _COMPUTED, _BOOKS))
        row: list[Value] = [*start, figure.name, Amount(figure.source, currency), computed]
        row += [
            Amount(figure.books, currency),
            _difference(figure.computed, figure.source, f"ROUND({mine}-{source},{places})", currency),
            _difference(figure.books, figure.computed, f"ROUND({books}-{mine},{places})", currency),
            self._verdict(told, figure),
        ]
        where, place = self._facts.places, _where(told, figure.name)
        row += [where.record(told.ref), place.file, place.sheet, where.cell(place)]
        self._add(currency, figure, told)
        return page.row(row)

    def _added(self, figure: Figure, rows: dict[str, int], known: dict[str, Figure]) -> str | None:
        """The formula that adds the figures above; None where they do not come to this one."""
        plus = [known[n] for n in figure.adds if n in rows]
        minus = [known[n] for n in figure.takes if n in rows]
        amounts = [f.computed for f in (*plus, *minus)]
        if not plus or None in amounts or not all(a is None or certain(a) for a in amounts):
            return None
        zero = Decimal(0)
        total = exact_sum([*(f.computed or zero for f in plus), *(-(f.computed or zero) for f in minus)])
        if total != figure.computed:
            return None
        cell = self._page.cell
        added = "+".join(cell(_COMPUTED, rows[f.name]) for f in plus)
        taken = "".join(f"-{cell(_COMPUTED, rows[f.name])}" for f in minus)
        return f"ROUND({added}{taken},3)"

    def _verdict(self, told: Told, figure: Figure) -> Value:
        """Whether Books agrees to the cent, or before anything is sent the sheet with itself."""
        if told.in_account and not self._facts.planned:
            if (
                figure.books is None
                and figure.name in {"paid", "balance", "credited"}
                and not self._facts.verified
            ):
                return Styled("not yet", "faint")
            equal = figure.books == figure.computed
        elif figure.source is None or figure.computed is None:
            return None
        else:
            equal = figure.source == figure.computed
            if not equal and not told.in_account:
                return _LOOK
        self.unequal += not equal
        return _YES if equal else _NO

    def _other(self, start: Sequence[Value], d: Difference) -> None:
        self.unequal += 1
        said: list[Value] = [d.field, d.left_value or "", d.left_value or "", d.right_value or "nothing"]
        self._page.row([*start, *said, None, None, _NO, d.right])

    def _add(self, currency: str, figure: Figure, told: Told) -> None:
        if told.became is not self._counted:
            return
        key = (currency, figure.name)
        sums = self._sums.setdefault(key, [Decimal(0)] * 3)
        for place, amount in enumerate((figure.source, figure.computed, figure.books)):
            sums[place] = exact_sum((sums[place], amount or Decimal(0)))
            if amount is None:
                self._partial.add((*key, place))
            elif not certain(amount):
                self._uncertain.add(key)

    def end(self) -> None:
        """Payments that differ, and the totals per currency and figure."""
        for d in self._facts.verified.differences if self._facts.verified else ():
            if d.kind == "payment":
                self._other([d.left, None, "payment", None], d)
        if self._page.at == self._first:
            self._page.row([Styled("There is no document to check.", "faint")])
        last = self._page.at - 1
        self._page.end_of_list()
        self._page.gap()
        if self._sums:
            self._totals(last)

    def _totals(self, last: int) -> None:
        page = self._page
        self._pages.name(_TOTALS, page, page.at)
        page.row([Styled("Totals of what was loaded, per currency and figure", "section")])
        ordered = sorted(self._sums, key=lambda at: (at[0], _ORDER.index(at[1].split()[0]), at[1]))
        for currency, name in ordered:
            sums = self._sums[currency, name]
            page.row([None, None, None, currency, name, *self._summed(currency, name, sums, last)])

    def _summed(self, currency: str, name: str, sums: Sequence[Decimal], last: int) -> list[Value]:
        page, places = self._page, exponent(currency)
        conditions = ",".join(
            f"{page.span(column, self._first, last)},{page.cell(column)}" for column in (_CURRENCY, _FIGURE)
        )
        loaded = f'{page.span(2, self._first, last)},"{self._counted.value}"'
        cells: list[Value] = []
        for column, total in zip((_SOURCE, _COMPUTED, _BOOKS), sums, strict=True):
            formula = f"SUMIFS({page.span(column, self._first, last)},{conditions},{loaded})"
            whole = (currency, name) not in self._uncertain
            rounding = f"ROUND({formula},{places})"
            cells.append(
                Sum(rounding, total, currency, strong=True) if whole else Amount(total, currency, strong=True)
            )
        source, mine, books = (page.cell(c) for c in (_SOURCE, _COMPUTED, _BOOKS))
        for place, left, right in ((0, mine, source), (2, books, mine)):
            both = (sums[1], sums[0]) if place == 0 else (sums[2], sums[1])
            known = (currency, name, place) not in self._partial
            formula = f"ROUND({left}-{right},{places})"
            unknown = Styled("not all say", "faint right")
            cells.append(_difference(*both, formula, currency) if known else unknown)
        return cells

    def link(self) -> Link | None:
        """A link to the totals; None where there are none."""
        return Link(f"internal:{_TOTALS}", "totals per currency and rate") if self._sums else None


def _where(told: Told, figure: str) -> Cell:
    """The cell that a figure was read from; where it stands nowhere, its document's."""
    document, field = told.found.document, _FIELDS.get(figure.split(maxsplit=1)[0], figure)
    return (document.where(field) if document else None) or told.place


def _difference(left: Decimal | None, right: Decimal | None, formula: str, currency: str) -> Value:
    """One amount less another, as a formula where a workbook can do it to the last digit."""
    if left is None or right is None:
        return None
    amount = left - right
    return Sum(formula, amount, currency) if certain(left) and certain(right) else Amount(amount, currency)
