"""The doubts of a verdict: sums that do not close, rates that do not fit, what nothing explains."""

import re
from dataclasses import replace
from decimal import Decimal

from ledgerferry.systems.workbook.grid import How
from ledgerferry.systems.workbook.lines import CENT, Doubt
from ledgerferry.systems.workbook.roles import Role
from ledgerferry.systems.workbook.totals import Amount, Sum
from ledgerferry.systems.workbook.verdict import ZERO, Sums, Verdict


def doubted(verdict: Verdict, sums: Sums, amounts: list[Amount]) -> Verdict:
    """The verdict with every doubt that its sums and the amounts of the sheet leave."""
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


def _taken(total: Amount, paid: Decimal) -> Decimal:
    """What was paid with the total's sign; a sheet may state it as what it takes off."""
    return abs(paid) if total.value > 0 else paid


def _paid_doubts(verdict: Verdict, sums: Sums) -> list[Doubt]:
    if verdict.total is None:
        return []
    values = {a.value for a in sums.paid if a.value}
    if len(values) > 1:
        return [Doubt("payments", "several payments are stated: confirm what was paid", sums.paid[0].cell)]
    left = verdict.total.value - _taken(verdict.total, next(iter(values), ZERO))
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
        used.add(abs(verdict.total.value - _taken(verdict.total, verdict.paid.value)))
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
