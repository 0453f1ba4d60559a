"""The money of a layout: sums at their spots, closed as the confirmed ones closed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from ledgerferry.systems.workbook import forms, grid, judge, totals, values
from ledgerferry.systems.workbook.forms import Shape
from ledgerferry.systems.workbook.grid import Cell, Locale
from ledgerferry.systems.workbook.labels import label
from ledgerferry.systems.workbook.layouts import body as bodies
from ledgerferry.systems.workbook.layouts.foot import strange
from ledgerferry.systems.workbook.layouts.marks import inner, mark
from ledgerferry.systems.workbook.layouts.model import Closing, Layout, Place, Spot, Sums
from ledgerferry.systems.workbook.layouts.spots import Ground, ambiguous, find, owner_of
from ledgerferry.systems.workbook.lines import CENT, Doubt, Reading
from ledgerferry.systems.workbook.totals import Amount, Sum
from ledgerferry.systems.workbook.verdict import Verdict

ZERO = Decimal(0)
# What cash is rounded to where the smallest coins are gone, such as in Switzerland and New Zealand.
_COINS = (Decimal("0.05"), Decimal("0.10"))
_EXPLAINED = {"does-not-close", "tax-in-lines"}


@dataclass(frozen=True, slots=True)
class Money:
    """The verdict on a document's money and what it was judged from."""

    verdict: Verdict
    amounts: list[Amount]


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a layout's sums cannot be read in a sheet."""

    text: str
    cell: Cell | None = None


def read(form: Shape, ground: Ground, layout: Layout, locale: Locale) -> Money | Failed:
    """The money of a sheet by a layout; ``Failed`` unless every spot is found and the arithmetic closes."""
    if layout.body is None or layout.sums is None:
        return Failed("its sums were not taught")
    table = bodies.table(ground, layout.body, _end(ground, layout.sums), locale)
    if table is None or not table.rows:
        return Failed("the lines are not where they were")
    placed = lined(ground, table.last)
    rows = frozenset({*range(table.header[0], table.header[1] + 1), *(r.row for r in table.rows)})
    amounts = totals.find(form.sheet, rows, locale, forms.kinds(table))
    amounts = [a for a in amounts if mark(a.label.text) not in layout.ignored]
    trial = _verdict(placed, layout.sums, amounts, locale)
    if isinstance(trial, Failed):
        return trial
    for reading in bodies.readings(table, layout.body, ground.shift.right):
        closed = _closed(replace(trial, reading=reading), layout.sums)
        if closed is not None:
            other = _strange(placed, closed, layout.sums, locale)
            if other is not None:
                return Failed(
                    "a number stands under its lines that the confirmed document did not have", other
                )
            return Money(_examined(closed, amounts), amounts)
    return Failed("the sums do not close as they did", trial.total.cell if trial.total else None)


def _strange(ground: Ground, verdict: Verdict, sums: Sums, locale: Locale) -> Cell | None:
    if verdict.total is None or verdict.reading is None or ground.last is None:
        return None
    parts = (verdict.total, verdict.net, verdict.discount, verdict.paid, verdict.balance)
    used = {a.value for a in (*parts, *verdict.taxes, *verdict.charges) if a}
    used |= {verdict.reading.total, verdict.rounding, verdict.tax or ZERO}
    return strange(ground.sheet, ground.last, verdict.total.cell, locale, sums.foot, used)


def lined(ground: Ground, last: int) -> Ground:
    """The ground with its last line known."""
    return Ground(ground.sheet, ground.shift, last, ground.file)


def _end(ground: Ground, sums: Sums) -> int | None:
    """The row of the first label that ends the lines."""
    owners = [owner_of(ground, spot) for spot in sums.ends]
    return min((o.row for o in owners if o is not None), default=None)


def _verdict(ground: Ground, sums: Sums, amounts: list[Amount], locale: Locale) -> Verdict | Failed:
    def at(spot: Spot | None, kind: Sum) -> Amount | None:
        return _amount(ground, spot, kind, amounts, locale) if spot else None

    unclear = next((s for s in _spots(sums) if not _clear(ground, s, locale)), None)
    total = at(sums.total, Sum.TOTAL)
    if total is None or unclear is not None:
        return Failed("a sum is not where it was", find(ground, unclear) if unclear else None)
    taxes = [at(s, Sum.TAX) for s in sums.taxes]
    stated = tuple(t for t in taxes if t is not None)
    kept = tuple(t for t in stated if t.value) or stated[:1]
    charges = [at(s, Sum.CHARGE) for s in sums.charges]
    rates = [a.value for a in amounts if a.kind is Sum.TAX_RATE]
    return Verdict(
        None,
        total,
        at(sums.subtotal, Sum.NET),
        sum((t.value for t in stated), ZERO) if stated else None,
        kept,
        at(sums.discount, Sum.DISCOUNT),
        tuple(c for c in charges if c is not None and c.value),
        sum((a.value for a in amounts if a.kind is Sum.ROUNDING), ZERO),
        at(sums.paid, Sum.PAID),
        at(sums.balance, Sum.BALANCE),
        rates[0] if len(rates) == 1 else None,
    )


def _spots(sums: Sums) -> Iterator[Spot]:
    yield from (s for s in (sums.total, sums.subtotal, sums.discount, sums.paid, sums.balance) if s)
    yield from (*sums.charges, *sums.taxes)


def _clear(ground: Ground, spot: Spot, locale: Locale) -> bool:
    """Whether a sum can be read, or is surely not stated: no label, or nothing beside it."""
    cell = find(ground, spot)
    if cell is None:
        return spot.place in (Place.LABEL, Place.INSIDE) and not ambiguous(ground, spot)
    return _number(cell, spot, locale) is not None or not any(ch.isdigit() for ch in cell.text)


def _number(cell: Cell, spot: Spot, locale: Locale) -> values.Number | None:
    if spot.place is Place.INSIDE:
        return values.number(inner(cell.text), locale.decimal)
    return grid.number(cell, locale)


def _amount(ground: Ground, spot: Spot, kind: Sum, amounts: list[Amount], locale: Locale) -> Amount | None:
    cell = find(ground, spot)
    if cell is None:
        return None
    named = next((a for a in amounts if a.cell is cell), None)
    read = _number(cell, spot, locale)
    if read is None or read.percent:
        return None
    owner = (owner_of(ground, spot) if spot.mark else None) or (named.label if named else cell)
    rate = named.rate if named else label(owner.text).rate
    return Amount(
        kind, read.value, cell, owner, label(owner.text).concepts, rate, read.currency, read.ambiguous
    )


def _closed(trial: Verdict, sums: Sums) -> Verdict | None:
    """The verdict where its sums close in the layout's way."""
    reading, total = trial.reading, trial.total
    if reading is None or total is None:
        return None
    if reading.discount is not None:
        value, cell = reading.discount
        trial = replace(trial, discount=Amount(Sum.DISCOUNT, value, cell, cell, frozenset()))
    if sums.line_tax:
        trial = replace(trial, tax=reading.tax)
    less = abs(trial.discount.value) if trial.discount else ZERO
    more = sum((a.value for a in trial.charges), ZERO)
    nets = (reading.total, reading.total - less, reading.total - less + more)
    if trial.net is not None and all(abs(trial.net.value - n) > _room(reading) for n in nets):
        return None
    goal, base = total.value - trial.rounding, reading.total - less + more
    if sums.closing is Closing.PLAIN and abs(base + (trial.tax or ZERO) - goal) <= _room(reading):
        return replace(trial, closed=True)
    if sums.closing is Closing.INCLUSIVE and abs(base - goal) <= _room(reading) and _included(trial, goal):
        return replace(trial, inclusive=True)
    paid = abs(trial.paid.value) if trial.paid else ZERO
    if (
        sums.closing is Closing.LESS_PAID
        and paid
        and abs(base + (trial.tax or ZERO) - paid - goal) <= _room(reading)
    ):
        return trial
    if sums.closing is Closing.RATED and not trial.tax and rated(base, total, coins=sums.coins):
        return _at_rate(trial, total.rate)
    return None


def _included(trial: Verdict, gross: Decimal) -> bool:
    """Whether the tax stated is the one in a gross sum: by the net that is stated too, or by its rate."""
    if not trial.tax:
        return False
    if trial.net is not None:
        return abs(trial.net.value + trial.tax - gross) <= CENT
    rate = (trial.taxes[0].rate if len(trial.taxes) == 1 else None) or trial.rate
    return bool(rate) and abs(gross - gross / (1 + (rate or ZERO) / 100) - trial.tax) <= CENT


def _room(reading: Reading) -> Decimal:
    exact = all(i.line.amount == i.line.amount.quantize(Decimal("0.01")) for i in reading.lines)
    return CENT if exact else CENT + Decimal("0.005") * len(reading.lines)


def rated(base: Decimal, total: Amount, *, coins: bool) -> bool:
    """Whether a base with the tax that the total's label names is the total, perhaps rounded to coins."""
    if not total.rate:
        return False
    taxed = base * (1 + total.rate / 100)
    rounded = [(taxed / coin).quantize(Decimal(1), ROUND_HALF_UP) * coin for coin in _COINS] if coins else []
    return abs(taxed - total.value) <= CENT or total.value in rounded


def _at_rate(trial: Verdict, rate: Decimal | None) -> Verdict:
    """The verdict with that rate on each of its lines."""
    if trial.reading is None:
        return trial
    items = tuple(
        replace(i, line=i.line.model_copy(update={"tax_rate": i.line.tax_rate or rate}))
        for i in trial.reading.lines
    )
    return replace(trial, reading=replace(trial.reading, lines=items))


def _examined(verdict: Verdict, amounts: list[Amount]) -> Verdict:
    """The verdict with the doubts that its layout does not explain."""
    doubts = list(judge.examined(verdict, amounts).doubts)
    taken = [a for a in (verdict.total, verdict.net, *verdict.taxes, verdict.discount, *verdict.charges) if a]
    doubts += [
        Doubt("ambiguous-number", "the decimal sign of this number is not certain: confirm it", a.cell)
        for a in taken
        if a.ambiguous
    ][:1]
    known = {(d.code, d.cell.name if d.cell else ""): d for d in doubts if d.code not in _EXPLAINED}
    return replace(verdict, doubts=tuple(known.values()))
