"""The judge: takes the reading in which the arithmetic closes; what does not close is a doubt."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import product

from ledgerferry.systems.workbook.labels import Concept
from ledgerferry.systems.workbook.lines import CENT, Reading
from ledgerferry.systems.workbook.totals import Amount, Sum
from ledgerferry.systems.workbook.verdict import ZERO, Sums, Verdict, by_kind
from ledgerferry.systems.workbook.verdictdoubts import doubted


def judge(readings: list[Reading], amounts: list[Amount]) -> Verdict:
    """The best reading. Its doubts are empty only when every sum is explained and everything agrees."""
    sums = by_kind(amounts)
    best: Verdict | None = None
    for verdict in _trials(readings or [None], sums):
        if best is None or verdict.score > best.score:
            best = verdict
    result = best or Verdict(readings[0] if readings else None)
    return doubted(result, sums, amounts)


def examined(verdict: Verdict, amounts: list[Amount]) -> Verdict:
    """A verdict that was reached otherwise, with every doubt that its sums and the sheet's leave."""
    return doubted(verdict, by_kind(amounts), amounts)


def _taxings(sums: Sums, reading: Reading | None) -> list[tuple[Decimal | None, tuple[Amount, ...]]]:
    """The ways to read the tax: a stated total of taxes, the taxes together, the lines' own, or none."""
    found: list[tuple[Decimal | None, tuple[Amount, ...]]] = []
    together = sum((a.value for a in sums.taxes), ZERO)
    for stated in sums.tax_totals:
        parts = tuple(a for a in sums.taxes if a.value) if together == stated.value else ()
        found.append((stated.value, parts or (stated,)))
    if sums.taxes:
        found.append((together, tuple(a for a in sums.taxes if a.value) or (sums.taxes[0],)))
        found += [(a.value, (a,)) for a in sums.taxes if len(sums.taxes) > 1]
    if reading is not None and reading.tax is not None and not found:
        found.append((reading.tax, ()))
    return found or [(None, ())]


def _trials(readings: list[Reading] | list[None], sums: Sums) -> Iterator[Verdict]:
    totals: list[Amount | None] = (
        [a for a in sums.totals if a.value] or [*sums.totals[:1]] or [*sums.balances[:1]] or [None]
    )
    for preference, reading in enumerate(readings):
        for (rank, total), (tax, taxes) in product(enumerate(totals[:8]), _taxings(sums, reading)[:6]):
            earlier = total is not None and Concept.GROSS in total.concepts
            others = [
                a
                for a in sums.totals
                if a is not total
                and total is not None
                and (a.value != total.value or earlier)
                and Concept.GROSS not in a.concepts
            ]
            for net, discounted, charged in product(
                [*sums.nets, *others, None][:8], (True, False), (True, False)
            ):
                trial = Verdict(
                    reading,
                    total,
                    net,
                    tax,
                    taxes,
                    discount=_discount(sums, reading) if discounted else None,
                    charges=tuple(a for a in sums.charges if a.value) if charged else (),
                    rounding=sum((a.value for a in sums.roundings), ZERO),
                    rate=sums.rates[0].value if len(sums.rates) == 1 else None,
                )
                yield _closed(trial, sums, preference, rank)


def _discount(sums: Sums, reading: Reading | None) -> Amount | None:
    if reading is not None and reading.discount is not None:
        value, cell = reading.discount
        return Amount(Sum.DISCOUNT, value, cell, cell, frozenset({Concept.DISCOUNT}))
    return _summed(sums.discounts)


def _summed(amounts: list[Amount]) -> Amount | None:
    return next((a for a in amounts if a.value), None)


def _closed(trial: Verdict, sums: Sums, preference: int, rank: int) -> Verdict:
    inclusive = False
    closed = False
    included: Decimal | None = None
    if trial.reading is not None and trial.total is not None:
        lines, tax = trial.reading.total, trial.tax or ZERO
        room = CENT + (Decimal("0.005") * len(trial.reading.lines) if _fractions(trial.reading) else ZERO)
        less = abs(trial.discount.value) if trial.discount else ZERO
        more = sum((a.value for a in trial.charges), ZERO)
        goal = trial.total.value - trial.rounding
        nets = (lines, lines - less, lines - less + more)
        fits = trial.net is None or any(abs(trial.net.value - n) <= room for n in nets)
        closed = fits and abs(lines - less + more + tax - goal) <= room
        inclusive = not closed and tax != 0 and abs(lines - less + more - goal) <= room
        inclusive = inclusive and (trial.net is None or abs(trial.net.value + tax - goal) <= room)
        included = None if closed or inclusive else _included(trial, lines - less + more, goal)
        reduced = fits and abs(lines - less + more + tax - sums.withheld - goal) <= room
        closed = closed or included is not None or bool(sums.withheld and reduced)
    verdict = replace(
        trial,
        paid=_summed(sums.paid) or next(iter(sums.paid), None),
        balance=next(iter(sums.balances), None),
        closed=closed,
        inclusive=inclusive,
        included=included,
    )
    return _scored(verdict, preference, rank)


def _scored(trial: Verdict, preference: int, rank: int) -> Verdict:
    """The trial with its score: what closes before what does not, then what explains more."""
    claimed = sum(1 for a in (trial.net, trial.discount, *trial.charges, *trial.taxes) if a and a.value)
    stated = trial.net is not None and trial.net.kind is Sum.NET
    score = (2 * trial.closed + trial.inclusive, claimed, stated, -preference, -rank)
    if not trial.closed and not trial.inclusive:
        score = (0, _plausible(trial), stated, -preference, -rank)
    net = trial.net if trial.net is None or stated or trial.closed else None
    return replace(trial, net=net, score=score)


# Half of five cents: the smallest coin to which some countries round what is to be paid.
_COIN = Decimal("0.0251")


def _included(trial: Verdict, net: Decimal, goal: Decimal) -> Decimal | None:
    """The rate that the total's name says it includes, where the lines with it come to the total."""
    total = trial.total
    if total is None or not total.rate or trial.tax is not None or trial.net is not None:
        return None
    named = {Concept.GROSS, Concept.TOTAL} <= total.concepts
    return total.rate if named and abs(net * (1 + total.rate / 100) - goal) <= _COIN else None


def _plausible(trial: Verdict) -> int:
    """How well the sums agree among themselves when the lines do not."""
    if trial.total is None or trial.net is None:
        return 0
    less = abs(trial.discount.value) if trial.discount else ZERO
    more = sum((a.value for a in trial.charges), ZERO) + trial.rounding
    return int(abs(trial.net.value + (trial.tax or ZERO) - less + more - trial.total.value) <= CENT)


def _fractions(reading: Reading) -> bool:
    return any(item.line.amount != item.line.amount.quantize(Decimal("0.01")) for item in reading.lines)
