"""The calculator: what Books will make of an invoice, to the cent, without asking it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ledgerferry.model.document import TaxTotal
from ledgerferry.model.record import Figures, LineContent, SalesContent
from ledgerferry.systems.books.declaration import Charges
from ledgerferry.systems.protocol import TaxRounding

_ZERO: Final = Decimal(0)
_HUNDRED: Final = Decimal(100)


def _named(line: LineContent) -> object:
    return line.tax


def predict(document: SalesContent, rounding: TaxRounding, precision: int,
            charges: Charges = Charges.LINE, tax_of: Callable[[LineContent], object] = _named) -> Figures:
    """Net, tax per rate and gross as Books computes them (F34, F40, F41).

    Each line is rounded to ``precision`` decimals, half up. A discount before tax comes off all lines in
    proportion; charges bear no tax, but as a line they take their part of the discount. ``net`` is lines
    less discount plus charges; ``gross`` is net plus tax plus adjustment. Taxes come by rate, ascending,
    without their bases; each tax of a rate is rounded by itself, ``tax_of`` tells which one a line bears.
    """
    unit = Decimal(1).scaleb(-precision)
    amounts = [_rounded(line.quantity * line.price, unit) for line in document.lines]
    whole = sum(amounts, _ZERO)
    discount = _rounded(document.discount or _ZERO, unit)
    extra = _rounded(document.charges or _ZERO, unit)
    shared = whole + extra if charges is Charges.LINE else whole
    lessens = shared and not document.discount_after_tax
    kept = 1 - discount / shared if lessens else Decimal(1)
    net = whole - discount + extra
    taxes = _taxes(document.lines, amounts, kept, _Way(rounding, unit, tax_of))
    tax = sum((t.amount for t in taxes), _ZERO)
    return Figures(net=net, tax=tax, gross=net + tax + (document.adjustment or _ZERO), taxes=taxes)


@dataclass(frozen=True, slots=True)
class _Way:
    """How tax is summed and rounded."""

    rounding: TaxRounding
    unit: Decimal
    tax_of: Callable[[LineContent], object]


def _taxes(lines: Sequence[LineContent], amounts: Sequence[Decimal], kept: Decimal,
           way: _Way) -> tuple[TaxTotal, ...]:
    by_tax: dict[tuple[Decimal, object], Decimal] = {}
    for line, amount in zip(lines, amounts, strict=True):
        if line.tax_rate is None:
            continue
        tax = amount * kept * line.tax_rate / _HUNDRED
        if way.rounding is TaxRounding.LINE:
            tax = _rounded(tax, way.unit)
        which = line.tax_rate, way.tax_of(line)
        by_tax[which] = by_tax.get(which, _ZERO) + tax
    by_rate: dict[Decimal, Decimal] = {}
    for (rate, _), tax in by_tax.items():
        by_rate[rate] = by_rate.get(rate, _ZERO) + _rounded(tax, way.unit)
    return tuple(TaxTotal(rate=rate, amount=tax) for rate, tax in sorted(by_rate.items()))


def _rounded(value: Decimal, unit: Decimal) -> Decimal:
    return value.quantize(unit, rounding=ROUND_HALF_UP)
