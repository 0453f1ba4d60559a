"""The calculator: what Books will make of an invoice, to the cent, without asking it."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ledgerferry.model.document import TaxTotal
from ledgerferry.model.record import Figures, InvoiceContent, LineContent
from ledgerferry.systems.books.declaration import Charges, TaxRounding

_ZERO: Final = Decimal(0)
_HUNDRED: Final = Decimal(100)


def predict(invoice: InvoiceContent, rounding: TaxRounding, precision: int,
            charges: Charges = Charges.LINE) -> Figures:
    """Net, tax per rate and gross as Books computes them (F34, F40, F41).

    Each line is rounded to ``precision`` decimals, half up. A discount comes off all lines in proportion,
    before tax; charges bear no tax, but as a line they take their part of the discount. ``net`` is lines
    less discount plus charges; ``gross`` is net plus tax plus adjustment. Taxes come by rate, ascending,
    without their bases.
    """
    unit = Decimal(1).scaleb(-precision)
    amounts = [_rounded(line.quantity * line.price, unit) for line in invoice.lines]
    whole = sum(amounts, _ZERO)
    discount = _rounded(invoice.discount or _ZERO, unit)
    extra = _rounded(invoice.charges or _ZERO, unit)
    shared = whole + extra if charges is Charges.LINE else whole
    kept = 1 - discount / shared if shared else Decimal(1)
    net = whole - discount + extra
    taxes = _taxes(invoice.lines, amounts, kept, rounding, unit)
    tax = sum((t.amount for t in taxes), _ZERO)
    return Figures(net=net, tax=tax, gross=net + tax + (invoice.adjustment or _ZERO), taxes=taxes)


def _taxes(lines: Sequence[LineContent], amounts: Sequence[Decimal], kept: Decimal, rounding: TaxRounding,
           unit: Decimal) -> tuple[TaxTotal, ...]:
    by_rate: dict[Decimal, Decimal] = {}
    for line, amount in zip(lines, amounts, strict=True):
        if line.tax_rate is None:
            continue
        tax = amount * kept * line.tax_rate / _HUNDRED
        if rounding is TaxRounding.LINE:
            tax = _rounded(tax, unit)
        by_rate[line.tax_rate] = by_rate.get(line.tax_rate, _ZERO) + tax
    return tuple(TaxTotal(rate=rate, amount=_rounded(tax, unit)) for rate, tax in sorted(by_rate.items()))


def _rounded(value: Decimal, unit: Decimal) -> Decimal:
    return value.quantize(unit, rounding=ROUND_HALF_UP)
