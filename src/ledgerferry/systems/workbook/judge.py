"""The judge: takes the reading in which the arithmetic closes; what does not close is a doubt."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import product

from ledgerferry.systems.workbook.grid import Cell, How
from ledgerferry.systems.workbook.labels import Concept
from ledgerferry.systems.workbook.lines import CENT, Doubt, Reading
from ledgerferry.systems.workbook.roles import Role
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
class _Sums:
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


def judge(readings: list[Reading], amounts: list[Amount]) -> Verdict:
    """The best reading. Its doubts are empty only when every sum is explained and everything agrees."""
    sums = _sorted(amounts)
    best: Verdict | None = None
    for verdict in _trials(readings or [None], sums):
        if best is None or verdict.score > best.score:
            best = verdict
    result = best or Verdict(readings[0] if readings else None)
    return _doubted(result, sums, amounts)


def examined(verdict: Verdict, amounts: list[Amount]) -> Verdict:
    """A verdict that was reached otherwise, with every doubt that its sums and the sheet's leave."""
    return _doubted(verdict, _sorted(amounts), amounts)


def _sorted(amounts: list[Amount]) -> _Sums:
    def of(*kinds: Sum) -> list[Amount]:
        seen: dict[tuple[str, Decimal], Cell] = {}
        found = (a for a in amounts if a.kind in kinds)
        return [a for a in found if seen.setdefault((a.label.text.casefold(), a.value), a.label) is a.label]

    totals = sorted(
        of(Sum.TOTAL), key=lambda a: (Concept.GROSS in a.concepts, a.cell.row, a.cell.column), reverse=True
    )
    nets = sorted(of(Sum.NET), key=lambda a: not a.value)
    return _Sums(
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


def _taxings(sums: _Sums, reading: Reading | None) -> list[tuple[Decimal | None, tuple[Amount, ...]]]:
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


def _trials(readings: list[Reading] | list[None], sums: _Sums) -> Iterator[Verdict]:
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


def _discount(sums: _Sums, reading: Reading | None) -> Amount | None:
    if reading is not None and reading.discount is not None:
        value, cell = reading.discount
        return Amount(Sum.DISCOUNT, value, cell, cell, frozenset({Concept.DISCOUNT}))
    return _summed(sums.discounts)


def _summed(amounts: list[Amount]) -> Amount | None:
    return next((a for a in amounts if a.value), None)


def _closed(trial: Verdict, sums: _Sums, preference: int, rank: int) -> Verdict:
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


def _doubted(verdict: Verdict, sums: _Sums, amounts: list[Amount]) -> Verdict:
    doubts = [d for d in verdict.reading.doubts if not _taken_off(verdict, d)] if verdict.reading else []
    doubts += _sums_doubts(verdict)
    doubts += _paid_doubts(verdict, sums)
    if sums.withheld:
        cell = next(a.cell for a in amounts if a.kind is Sum.WITHHELD and a.value)
        doubts.append(Doubt("withheld", "a tax or a part of the price is withheld: say how to book it", cell))
    doubts += _unexplained(verdict, amounts, sums.withheld)
    doubts += [
        Doubt("stale-value", "the stored value differs from its formula: recalculate and save", a.cell)
        for a in amounts
        if a.cell.how is How.STALE
    ][:1]
    doubts += [
        Doubt("ambiguous-number", "the decimal sign of this number is not certain: confirm it", a.cell)
        for a in amounts
        if a.ambiguous
    ][:1]
    return replace(verdict, doubts=tuple(doubts))


def _taken_off(verdict: Verdict, doubt: Doubt) -> bool:
    """Whether a doubt is about the price of a row that a sum's formula takes off as it stands."""
    discount = verdict.reading.discount if verdict.reading else None
    if discount is None or doubt.cell is not discount[1] or doubt.code != "line-arithmetic":
        return False
    formulas = [(a.cell.formula or "").replace("$", "") for a in (verdict.net, verdict.total) if a]
    return verdict.closed and any(re.search(rf"-{doubt.cell.name}(?!\d)", text) for text in formulas)


def _sums_doubts(verdict: Verdict) -> list[Doubt]:
    doubts = []
    cell = verdict.total.cell if verdict.total else None
    if verdict.total is None:
        doubts.append(Doubt("no-total", "no total is stated: add what the document comes to"))
    elif verdict.inclusive:
        doubts.append(
            Doubt("tax-in-lines", "the lines include the tax: confirm how they are to be written", cell)
        )
    elif verdict.reading and not verdict.closed:
        doubts.append(Doubt("does-not-close", _gap(verdict), cell))
    if verdict.reading and verdict.reading.role is Role.GROSS and not verdict.inclusive and verdict.tax:
        doubts.append(
            Doubt(
                "tax-in-lines", "the line amounts are named gross: confirm how they are to be written", cell
            )
        )
    return doubts + _rate_doubts(verdict)


def _gap(verdict: Verdict) -> str:
    lines = verdict.reading.total if verdict.reading else ZERO
    total = verdict.total.value if verdict.total else ZERO
    amounts = [_spelled(amount) for amount in (lines, verdict.tax or ZERO, total)]
    return "lines of {}, tax {} and total {} do not agree: correct the wrong one".format(*amounts)


def _spelled(amount: Decimal) -> str:
    """An amount as a sheet shows it: tenths as hundredths."""
    return f"{amount:.2f}" if amount.normalize().as_tuple().exponent == -1 else f"{amount:f}"


def _rate_doubts(verdict: Verdict) -> list[Doubt]:
    if verdict.reading is None or not verdict.closed or verdict.total is None:
        return []
    less = abs(verdict.discount.value) if verdict.discount else ZERO
    base = verdict.reading.total - less
    charged = base + sum((a.value for a in verdict.charges), ZERO)
    room = Decimal("0.0051") * (len(verdict.reading.lines) + 1)
    bases = (base, charged, verdict.reading.total)
    opposed = next((a for a in verdict.taxes if a.value * verdict.total.value < 0), None)
    if opposed is not None:
        return [
            Doubt("withheld", "a tax that lowers the total may be one withheld: say what it is", opposed.cell)
        ]
    for amount in verdict.taxes:
        rate = amount.rate or (verdict.rate if len(verdict.taxes) == 1 else None)
        if not rate:
            continue
        rated = (i.line.amount for i in verdict.reading.lines if i.line.tax_rate == rate)
        partial = (*bases, sum(rated, ZERO))
        fits = [abs(net * rate / 100 - amount.value) <= room for net in partial]
        partly = len(verdict.taxes) > 1 and amount.value * 100 <= max(bases, key=abs) * rate + room * 100
        if not any(fits) and not partly:
            return [Doubt("tax-rate", f"{rate} % of the net is not the tax stated: check both", amount.cell)]
    if verdict.rate and not verdict.tax:
        return [
            Doubt(
                "tax-missing", "a tax rate is stated and no tax: confirm that none is due", verdict.total.cell
            )
        ]
    return []


def _paid_doubts(verdict: Verdict, sums: _Sums) -> list[Doubt]:
    if verdict.total is None:
        return []
    values = {a.value for a in sums.paid if a.value}
    if len(values) > 1:
        return [Doubt("payments", "several payments are stated: confirm what was paid", sums.paid[0].cell)]
    paid = next(iter(values), ZERO)
    left = verdict.total.value - paid
    for balance in sums.balances:
        if abs(balance.value - left) > CENT:
            return [
                Doubt("balance", "total less payments is not the balance stated: check them", balance.cell)
            ]
    return []


def _unexplained(verdict: Verdict, amounts: list[Amount], withheld: Decimal) -> list[Doubt]:
    """Sums with a label that the verdict does not use and that equal nothing it uses."""
    parts = [
        verdict.total,
        verdict.net,
        verdict.discount,
        verdict.paid,
        verdict.balance,
        *verdict.taxes,
        *verdict.charges,
    ]
    used = {abs(a.value) for a in parts if a} | {abs(verdict.rounding), abs(verdict.tax or ZERO), ZERO}
    if verdict.reading:
        less = abs(verdict.discount.value) if verdict.discount else ZERO
        more = sum((a.value for a in verdict.charges), ZERO)
        used |= {abs(verdict.reading.total - off + on) for off in (ZERO, less) for on in (ZERO, more)}
    if verdict.total and withheld:
        used |= {abs(verdict.total.value - withheld), abs(verdict.total.value + withheld)}
    if verdict.total and verdict.paid:
        used.add(abs(verdict.total.value - verdict.paid.value))
    if verdict.total and verdict.closed:
        used.add(abs(verdict.total.value - (verdict.tax or ZERO)))
    loose = (
        a
        for a in amounts
        if a.kind not in (Sum.TAX_RATE, Sum.WITHHELD) and all(abs(abs(a.value) - u) > CENT for u in used)
    )
    return [
        Doubt("unexplained", f"{a.value} beside {a.label.text!r} is not explained: say what it is", a.cell)
        for a in loose
    ][:3]


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
