"""The sums of a document, found by labels: net, tax, discount, charges, total, paid, balance."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import permutations

from ledgerferry.systems.workbook import grid, values
from ledgerferry.systems.workbook.grid import Cell, Locale, Sheet
from ledgerferry.systems.workbook.labels import LONGEST, Concept, Label, label
from ledgerferry.systems.workbook.labels.statements import NO_TAX, states
from ledgerferry.systems.workbook.titles import pieces

C = Concept


class Sum(StrEnum):
    """What a sum is."""

    NET = "net"
    DISCOUNT = "discount"
    CHARGE = "charge"
    TAX = "tax"
    TAX_TOTAL = "tax total"
    TAX_RATE = "tax rate"
    ROUNDING = "rounding"
    TOTAL = "total"
    PAYABLE = "payable"
    PAID = "paid"
    BALANCE = "balance"
    WITHHELD = "withheld"


_NEVER = (
    C.WORDS,
    C.STATUS,
    C.PAGE,
    C.DATE,
    C.TERMS,
    C.BANK,
    C.TAXID,
    C.ADDRESS,
    C.EMAIL,
    C.PHONE,
    C.SERIAL,
    C.NUMBER,
    C.PERIOD,
    C.QUOTE,
    C.UNPAID,
    C.EXCHANGE,
    C.SHIP,
)


def sum_role(found: Label) -> Sum | None:
    """What kind of sum a label names; ``None`` when it names none."""
    if not found.concepts or found.any(*_NEVER):
        return None
    if found.has(C.QUANTITY) and not found.any(C.AMOUNT, C.NET, C.GROSS):
        return None
    if found.has(C.ROUNDING):
        return Sum.ROUNDING
    if found.has(C.WITHHELD):
        return None if found.has(C.RATE) else Sum.WITHHELD
    if found.any(C.BALANCE):
        return Sum.BALANCE
    if found.has(C.PAYABLE):
        return Sum.PAYABLE
    if found.any(C.PAID):
        return Sum.PAID
    if found.has(C.DISCOUNT):
        return None if found.has(C.RATE) else Sum.NET if found.any(C.NET, C.SUB) else Sum.DISCOUNT
    return _tax(found) or _total(found)


def _tax(found: Label) -> Sum | None:
    if found.concepts == _WITH_TAX:
        return Sum.TAX
    if not found.has(C.TAX) or found.any(C.NET, C.GROSS):
        return None
    if found.has(C.RATE) and not found.any(C.AMOUNT, C.TOTAL) and found.rate is None:
        return Sum.TAX_RATE
    return Sum.TAX_TOTAL if found.any(C.TOTAL) else Sum.TAX


def _total(found: Label) -> Sum | None:
    if found.has(C.SUB) or (found.has(C.NET) and not found.has(C.GROSS) and not found.has(C.PRICE)):
        return Sum.NET
    if (
        found.any(C.TOTAL)
        or (found.has(C.AMOUNT) and found.any(C.GROSS, C.INVOICE))
        or found.concepts == {C.GROSS}
    ):
        return Sum.TOTAL
    return Sum.CHARGE if found.has(C.CHARGE) and not found.any(C.DESCRIPTION, C.CUSTOMER) else None


@dataclass(frozen=True, slots=True)
class Amount:
    """One labelled sum: its value and cell, its label's cell, and a tax rate where one is beside it."""

    kind: Sum
    value: Decimal
    cell: Cell
    label: Cell
    concepts: frozenset[Concept]
    rate: Decimal | None = None
    currency: str | None = None
    ambiguous: bool = False


def find(
    sheet: Sheet, lines: frozenset[int], locale: Locale, columns: Mapping[int, Sum] | None = None
) -> list[Amount]:
    """Every labelled sum outside the table's header and lines.

    ``columns`` are the columns of the line table and what a sum under each of them is.
    """
    found: list[Amount] = []
    for cell in (piece for whole in sheet for piece in pieces(whole)):
        if not cell.text or cell.row in lines or cell.row in sheet.hidden_rows or len(cell.text) > LONGEST:
            continue
        if _TERMS.match(cell.text):
            continue
        name = label(_bare(cell.text))
        kind = sum_role(name)
        if kind is None or name.unknown > (_WORDY if kind in _BROAD else 1):
            continue
        if name.unknown and not name.any(*_TELLING):
            continue
        search = _Search(sheet, cell, name, kind, locale, columns or {})
        found += search.beside() or search.under(lines) or search.inside()
    return [_inclusive(_with_tax(amount, found), found) for amount in found]


def _with_tax(amount: Amount, found: list[Amount]) -> Amount:
    """What is labelled only as with tax is a total, or where another sum is far more, the tax in that."""
    if amount.concepts != _WITH_TAX:
        return amount
    most = max((abs(a.value) for a in found if a.kind in _WHOLE), default=Decimal(0))
    if abs(amount.value) * 2 < most:
        return replace(amount, concepts=frozenset({C.TAX}))
    return replace(amount, kind=Sum.TOTAL, concepts=frozenset({C.GROSS}))


# Days to pay in (``Net 30``, ``net 14 days``), which are no amount.
_TERMS = re.compile(r"\s*net(?:to)?\s*\d{1,3}(?![\d.,])\s*(?:days?|jours?|tage|eom)?\s*$", re.IGNORECASE)


def _bare(text: str) -> str:
    """A label without a remark that no tax is due on it (``Postage (VAT exempt)``)."""
    before, bracket, remark = text.partition("(")
    return before if bracket and before.strip() and states(remark, *NO_TAX) else text


def _inclusive(amount: Amount, found: list[Amount]) -> Amount:
    """A total of taxes that is as much as the total itself is that total with its taxes; so with the net."""
    if amount.kind is not Sum.TAX_TOTAL or not amount.value:
        return amount
    alike = {a.kind for a in found if a.value == amount.value}
    if alike & {Sum.TOTAL, Sum.PAYABLE}:
        return replace(amount, kind=Sum.TOTAL, concepts=amount.concepts - {C.TAX} | {C.GROSS})
    return replace(amount, kind=Sum.NET, concepts=frozenset({C.NET})) if Sum.NET in alike else amount


# The words of a label such as ``incl. VAT``.
_WITH_TAX = frozenset({C.TAX, C.GROSS})
_WHOLE = (Sum.TOTAL, Sum.PAYABLE, Sum.NET)
# How many unknown words a label that says total may hold.
_WORDY = 3
_BROAD = (Sum.TOTAL, Sum.PAYABLE, Sum.TAX_TOTAL)
_TELLING = (C.TOTAL, C.SUB, C.TAX, C.PAYABLE)


@dataclass(frozen=True, slots=True)
class _Search:
    """The search for the amounts of one label."""

    sheet: Sheet
    cell: Cell
    name: Label
    kind: Sum
    locale: Locale
    columns: Mapping[int, Sum]

    def beside(self) -> list[Amount]:
        """The amounts to the right: the nearest, or those under the table's columns."""
        numbers = self._right()
        if self.kind is Sum.TAX_RATE:
            return self._rates(numbers)
        plain = [(c, n) for c, n in numbers if not n.percent]
        if not plain:
            return []
        under = [(c, n) for c, n in plain if c.column in self.columns]
        if len(plain) > 1 and under:
            return self._columnar(under)
        rate = _scaled(next((n.value for _, n in numbers if n.percent), None))
        if self.kind is Sum.TAX and len(plain) > 1 and (taxed := self._taxed(plain, self.name.rate or rate)):
            return [taxed]
        if self.kind is Sum.TAX and len(plain) == 2 and rate is None and 0 < plain[0][1].value < 100:
            return [self._amount(*plain[1], rate=_scaled(plain[0][1].value))]
        return [self._amount(*plain[0], rate=rate)]

    def _taxed(self, plain: list[tuple[Cell, values.Number]], rate: Decimal | None) -> Amount | None:
        """Of several numbers on the row, the tax beside its base: the rate's share of another."""
        for base, tax in permutations(plain, 2) if rate else ():
            if tax[1].value and abs(base[1].value * (rate or 0) / 100 - tax[1].value) <= Decimal("0.011"):
                return self._amount(*tax, rate=rate)
        return None

    def _right(self) -> list[tuple[Cell, values.Number]]:
        numbers: list[tuple[Cell, values.Number]] = []
        for other in self.sheet.right_of(self.cell):
            read = grid.number(other, self.locale)
            if read is not None and not read.unit:
                numbers.append((other, read))
            elif (other.text and label(other.text).pure) or (len(other.text) > 4 and not numbers):
                break
        return numbers

    def _columnar(self, under: list[tuple[Cell, values.Number]]) -> list[Amount]:
        if self.kind not in (Sum.TOTAL, Sum.NET):
            return [self._amount(*under[-1])]
        kinds = {self.columns[c.column] for c, _ in under}
        if self.kind is Sum.NET or len(kinds) == 1:
            return [self._amount(*under[-1])]
        return [self._amount(c, n, kind=self.columns[c.column]) for c, n in under]

    def _rates(self, numbers: list[tuple[Cell, values.Number]]) -> list[Amount]:
        """A tax rate by itself; where its number is too large to be one, it is the tax."""
        if not numbers:
            return []
        other, read = numbers[0]
        if read.percent or 0 <= read.value < 1 or (read.value <= 30 and read.value == int(read.value)):
            scaled = read.value if read.percent and other.text else _scaled(read.value) or read.value
            return [Amount(Sum.TAX_RATE, scaled, other, self.cell, self.name.concepts)]
        return [self._amount(other, read, kind=Sum.TAX)]

    def under(self, lines: frozenset[int]) -> list[Amount]:
        """The amount under the label; for taxes and nets, all that stand under it without a gap."""
        other = self.sheet.below(self.cell, 2)
        found: list[tuple[Cell, values.Number]] = []
        while other is not None and other.row not in lines and not self.name.value:
            read = grid.number(other, self.locale)
            if read is None or read.unit or (read.percent and self.kind is not Sum.TAX_RATE):
                break
            if self._owned(other):
                break
            found.append((other, read))
            other = self.sheet.below(other, 1) if self.kind in (Sum.TAX, Sum.NET) else None
        if self.kind is Sum.TAX_RATE:
            return self._rates(found)
        if self.kind is Sum.NET and len(found) > 1:
            together = sum((read.value for _, read in found), Decimal(0))
            return [self._amount(found[0][0], replace(found[0][1], value=together))]
        return [self._amount(*pair, rate=self._row_rate(pair[0])) for pair in found]

    def _owned(self, cell: Cell) -> bool:
        """Whether a label to the left on its own row names the number."""
        left = (c for c in self.sheet.rows[cell.row] if c.column < cell.column and c.text)
        return any(sum_role(label(c.text)) for c in left)

    def _row_rate(self, cell: Cell) -> Decimal | None:
        """The percentage that stands on the row of a tax, if one does."""
        row = self.sheet.rows[cell.row] if self.kind is Sum.TAX else []
        found = (grid.number(c, self.locale) for c in row if c is not cell)
        return next((_scaled(n.value) for n in found if n is not None and n.percent), None)

    def inside(self) -> list[Amount]:
        """The amount in the label's own cell."""
        read = values.number(self.name.value, self.locale.decimal) if self.name.value else None
        if read is None or read.unit or read.percent or self.kind is Sum.TAX_RATE:
            return []
        return [self._amount(self.cell, read)]

    def _amount(
        self, cell: Cell, read: values.Number, *, rate: Decimal | None = None, kind: Sum | None = None
    ) -> Amount:
        own = rate if self.name.rate is None else self.name.rate
        return Amount(
            kind or self.kind,
            read.value,
            cell,
            self.cell,
            self.name.concepts,
            own,
            read.currency,
            read.ambiguous,
        )


def _scaled(rate: Decimal | None) -> Decimal | None:
    """A rate as a percentage: 0.2 is 20."""
    return rate * 100 if rate is not None and 0 < rate < 1 else rate
