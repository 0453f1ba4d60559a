"""A verdict: the sums of a document as they were judged, and the sums found that it was judged by."""

from dataclasses import dataclass, field
from decimal import Decimal

from ledgerferry.systems.workbook.grid import Cell
from ledgerferry.systems.workbook.labels import Concept
from ledgerferry.systems.workbook.lines import Doubt, Reading
from ledgerferry.systems.workbook.totals import Amount, Sum

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The sums of a document as judged, exact as the sheet holds them; ``None`` where it says nothing.

    ``included`` is the rate of a tax that only the total's name states: the total is the lines with it.
    """

    reading: Reading | None
    total: Amount | None = None
    net: Amount | None = None
    tax: Decimal | None = None
    taxes: tuple[Amount, ...] = ()
    discount: Amount | None = None
    charges: tuple[Amount, ...] = ()
    rounding: Decimal = ZERO
    paid: Amount | None = None
    balance: Amount | None = None
    rate: Decimal | None = None
    closed: bool = False
    inclusive: bool = False
    included: Decimal | None = None
    doubts: tuple[Doubt, ...] = ()
    score: tuple[int, ...] = field(default=(0,))


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums found, by kind."""

    totals: list[Amount]
    nets: list[Amount]
    taxes: list[Amount]
    tax_totals: list[Amount]
    discounts: list[Amount]
    charges: list[Amount]
    roundings: list[Amount]
    paid: list[Amount]
    balances: list[Amount]
    rates: list[Amount]
    withheld: Decimal


def by_kind(amounts: list[Amount]) -> Sums:
    """The sums found, by kind; one that stands twice with one label and value counts once."""
    def of(*kinds: Sum) -> list[Amount]:
        seen: dict[tuple[str, Decimal], Cell] = {}
        found = (a for a in amounts if a.kind in kinds)
        return [a for a in found if seen.setdefault((a.label.text.casefold(), a.value), a.label) is a.label]

    totals = sorted(
        of(Sum.TOTAL), key=lambda a: (Concept.GROSS in a.concepts, a.cell.row, a.cell.column), reverse=True
    )
    nets = sorted(of(Sum.NET), key=lambda a: not a.value)
    return Sums(
        totals + of(Sum.PAYABLE),
        nets,
        of(Sum.TAX),
        of(Sum.TAX_TOTAL),
        of(Sum.DISCOUNT),
        of(Sum.CHARGE),
        of(Sum.ROUNDING),
        of(Sum.PAID),
        of(Sum.BALANCE),
        of(Sum.TAX_RATE),
        sum((abs(a.value) for a in of(Sum.WITHHELD)), ZERO),
    )


def cells_of(verdict: Verdict) -> dict[str, Cell]:
    """The cells of the judged sums, by the field they became."""
    named = {
        "total": verdict.total,
        "subtotal": verdict.net,
        "discount": verdict.discount,
        "amount_paid": verdict.paid,
        "balance": verdict.balance,
    }
    cells = {name: amount.cell for name, amount in named.items() if amount}
    if verdict.taxes:
        cells["tax_total"] = verdict.taxes[0].cell
    return cells
