"""Where the sums of a confirmed document stand, and how they may close."""

from collections.abc import Iterator
from decimal import Decimal

from ledgerferry.systems.workbook import totals
from ledgerferry.systems.workbook.labels import label
from ledgerferry.systems.workbook.layouts import body as bodies
from ledgerferry.systems.workbook.layouts import fingerprint, hits
from ledgerferry.systems.workbook.layouts.example import Example
from ledgerferry.systems.workbook.layouts.facts import value_of
from ledgerferry.systems.workbook.layouts.foot import numbers
from ledgerferry.systems.workbook.layouts.hits import Chosen, choose
from ledgerferry.systems.workbook.layouts.model import Body, Closing, Layout, Sums
from ledgerferry.systems.workbook.layouts.spots import Hit, owner_of
from ledgerferry.systems.workbook.lines import CENT
from ledgerferry.systems.workbook.roles import Role
from ledgerferry.systems.workbook.totals import Sum, sum_role


def monies(example: Example, bare: Layout) -> Iterator[Layout]:
    """The layout with each body and closing that its lines and sums may be read by."""
    if not example.target.lines or example.target.total is None or not example.rows:
        return
    sums = _sums(example)
    if sums is None:
        return
    shown = example.form.table if example.form.table and example.form.table.rows else None
    for body in bodies.learn(example.ground, example.target.lines, shown, example.locale):
        for closing, coins in _closings(example, body):
            closed = sums.model_copy(update={"closing": closing, "coins": coins})
            yield bare.model_copy(update={"body": body, "sums": closed})


def _closings(example: Example, body: Body) -> Iterator[tuple[Closing, bool]]:
    taxed = any(c.role is Role.GROSS for c in body.columns) and example.target.tax_total
    plain = (Closing.PLAIN, False)
    inclusive = (Closing.INCLUSIVE, False)
    yield from (inclusive, plain) if taxed else (plain, inclusive)
    if example.target.paid:
        yield Closing.LESS_PAID, False
    if not example.target.tax_total:
        yield Closing.RATED, False
        yield Closing.RATED, True


def _sums(example: Example) -> Sums | None:
    """The spots of all the sums that the document states; ``None`` where one of them stands in no cell."""
    spots: dict[str, Chosen] = {}
    for name in ("total", "subtotal", "discount", "paid", "balance"):
        wanted = value_of(example.target, name)
        chosen = _sum_spot(example, name, wanted) if isinstance(wanted, Decimal) else None
        if chosen is not None:
            spots[name] = chosen
        elif wanted and name not in ("discount", "paid"):
            example.untaught[name] = "no cell holds it"
            return None
    taxes, charges = _parts(example, "tax_total", Sum.TAX), _parts(example, "charges", Sum.CHARGE)
    if charges is None:
        return None
    every = [*spots.values(), *(taxes or ()), *charges]
    last = max(example.rows)
    ends = [c.spot for c in every if (o := owner_of(example.ground, c.spot)) and o.row > last]
    total = spots["total"].hit.cell
    foot = {beside for _, _, beside in numbers(example.form.sheet, last, total, example.locale)}
    return Sums(
        **{name: chosen.spot for name, chosen in spots.items()},
        taxes=tuple(c.spot for c in taxes or ()),
        line_tax=taxes is None,
        charges=tuple(c.spot for c in charges),
        ends=tuple(ends),
        foot=tuple(sorted(foot)),
    )


def _sum_spot(example: Example, name: str, amount: Decimal) -> Chosen | None:
    found = hits.of_amount(example.form.sheet, amount, _within(example), example.locale)
    return choose(example.ground, name, found, example.origin(name))


def _within(example: Example) -> frozenset[int]:
    """The rows of lines by themselves; a row that other things stand beside is looked at."""
    rows = fingerprint.rows_of(example.form) | frozenset(example.rows)
    named = (c.row for c in example.form.sheet if c.row in rows and c.text and sum_role(label(c.text)))
    return rows - frozenset(named)


def _parts(example: Example, name: str, kind: Sum) -> list[Chosen] | None:
    """The spot of a sum, or of the several amounts that together come to it; ``None`` where nothing does."""
    wanted = value_of(example.target, name)
    if not isinstance(wanted, Decimal):
        return []
    whole = _sum_spot(example, name, wanted) if wanted or example.origin(name) else None
    if whole is not None:
        return [whole]
    amounts = totals.find(example.form.sheet, frozenset(example.rows), example.locale)
    parts = [a for a in amounts if a.kind is kind and a.value]
    if wanted and abs(sum((a.value for a in parts), Decimal(0)) - wanted) <= CENT:
        spots = [choose(example.ground, name, [Hit(a.cell)], a.cell.name) for a in parts]
        return [s for s in spots if s is not None]
    if wanted:
        example.untaught[name] = "no cell holds it"
        return None
    return []
