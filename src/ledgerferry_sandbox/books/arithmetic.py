"""The arithmetic of invoices and credit notes: lines, discounts, taxes and rounding (F34, F40, F41)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from ledgerferry_sandbox.books.models import DocumentFields, DocumentTax, Line, LineFields, LineTax, Totals
from ledgerferry_sandbox.books.settings import Tax
from ledgerferry_sandbox.books.wire import ONE, ZERO, derived

HUNDRED = Decimal(100)
BLANK = Line()
"""What every line begins as."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How an organisation counts: decimals, where tax is rounded, and what sub_total holds."""

    precision: int = 2
    per_line: bool = False
    gross_sub_total: bool = False
    taxed_shipping: bool = False

    def round(self, amount: Decimal) -> Decimal:
        """Half up to the currency's decimals."""
        return amount.quantize(ONE.scaleb(-self.precision), ROUND_HALF_UP)


def discount_of(discount: str, amount: Decimal) -> Decimal:
    """What a discount such as `5` or `10%` takes off an amount."""
    if discount.endswith("%"):
        return amount * Decimal(discount[:-1].strip()) / HUNDRED
    return Decimal(discount)


@dataclass(frozen=True, slots=True)
class _Priced:
    """A line with its amount after its own discount, and the part of it that bears tax."""

    line: LineFields
    tax: Tax | None
    amount: Decimal
    own_discount: Decimal
    taxable: Decimal

    def net_and_tax(self, *, inclusive: bool) -> tuple[Decimal, Decimal]:
        """The taxable amount without tax, and the tax, both unrounded."""
        part = self.tax.tax_percentage / HUNDRED if self.tax else ZERO
        net = self.taxable / (1 + part) if inclusive else self.taxable
        return net, net * part if not inclusive else self.taxable - net


def totals(fields: DocumentFields, taxes: Mapping[str, Tax], rules: Rules) -> Totals:
    """All that Books works out for a document. The taxes that the lines name must be known."""
    priced = _priced(fields, taxes, rules)
    discount = ZERO
    if fields.discount_type == "entity_level":
        discount = rules.round(discount_of(fields.discount, sum((each.amount for each in priced), ZERO)))
        if fields.is_discount_before_tax:
            priced = _shared_out(priced, discount)
    lines = [_line(each, fields, rules, order) for order, each in enumerate(priced, 1)]
    by_tax = _document_taxes(fields, priced, lines, rules)
    tax_total = sum((tax.tax_amount for tax in by_tax), ZERO)
    amounts = sum((each.amount for each in priced), ZERO)
    gross = fields.is_inclusive_tax
    total = rules.round(amounts - discount + (ZERO if gross else tax_total))
    if gross and rules.taxed_shipping:
        total += _shipping_tax(fields, priced, rules)
    total += rules.round(fields.shipping_charge) + fields.adjustment
    if gross and not rules.gross_sub_total:
        amounts = total - tax_total - rules.round(fields.shipping_charge) - fields.adjustment + discount
    return Totals(
        sub_total=rules.round(amounts),
        discount_total=discount + sum((rules.round(each.own_discount) for each in priced), ZERO),
        tax_total=tax_total,
        total=rules.round(total),
        taxes=tuple(by_tax),
        line_items=tuple(lines),
    )


def _priced(fields: DocumentFields, taxes: Mapping[str, Tax], rules: Rules) -> list[_Priced]:
    priced = []
    for line in fields.line_items:
        amount = line.rate * line.quantity
        own = ZERO
        if fields.discount_type == "item_level":
            own = line.discount_amount if line.discount == "0" else discount_of(line.discount, amount)
        after = rules.round(amount - own)
        priced.append(_Priced(line, taxes[line.tax_id] if line.tax_id else None, after, own, after))
    return priced


def _shared_out(priced: list[_Priced], discount: Decimal) -> list[_Priced]:
    whole = sum((each.amount for each in priced), ZERO)
    left = 1 - discount / whole if whole else ONE
    return [
        _Priced(each.line, each.tax, each.amount, each.own_discount, each.amount * left) for each in priced
    ]


def _line(each: _Priced, fields: DocumentFields, rules: Rules, order: int) -> Line:
    net, tax_amount = each.net_and_tax(inclusive=fields.is_inclusive_tax)
    tax = each.tax
    own = tuple(
        LineTax(
            tax_id=part.tax_id,
            tax_name=part.tax_name,
            tax_amount=rules.round(_share(tax_amount, part, tax)),
        )
        for part in (tax.split if tax else ())
    )
    net_shown = fields.is_inclusive_tax and not rules.gross_sub_total
    given = {name: getattr(each.line, name) for name in LineFields.model_fields}
    return derived(
        BLANK,
        given
        | {
            "item_order": order,
            "item_total": rules.round(net) if net_shown else each.amount,
            "discount_amount": rules.round(each.own_discount),
            "tax_name": tax.tax_name if tax else "",
            "tax_type": tax.tax_type if tax else "",
            "tax_percentage": tax.tax_percentage if tax else ZERO,
            "line_item_taxes": own,
        },
    )


def _share(amount: Decimal, part: Tax, whole: Tax | None) -> Decimal:
    """What of a group's tax is one part's."""
    if whole is None or part is whole or not whole.tax_percentage:
        return amount
    return amount * part.tax_percentage / whole.tax_percentage


def _document_taxes(
    fields: DocumentFields, priced: list[_Priced], lines: list[Line], rules: Rules
) -> list[DocumentTax]:
    amounts: dict[str, Decimal] = {}
    known: dict[str, Tax] = {}
    for each, line in zip(priced, lines, strict=True):
        unrounded = each.net_and_tax(inclusive=fields.is_inclusive_tax)[1]
        for part, shown in zip(each.tax.split if each.tax else (), line.line_item_taxes, strict=True):
            amount = shown.tax_amount if rules.per_line else _share(unrounded, part, each.tax)
            amounts[part.tax_id] = amounts.get(part.tax_id, ZERO) + amount
            known[part.tax_id] = part
    if rules.taxed_shipping and priced and priced[0].tax:
        amounts[priced[0].tax.split[0].tax_id] += _shipping_tax(fields, priced, rules)
    return [
        DocumentTax(
            tax_id=number,
            tax_name=known[number].tax_name,
            tax_amount=rules.round(amount),
            tax_percentage=known[number].tax_percentage,
        )
        for number, amount in amounts.items()
    ]


def _shipping_tax(fields: DocumentFields, priced: list[_Priced], rules: Rules) -> Decimal:
    tax = priced[0].tax if priced else None
    return rules.round(fields.shipping_charge * tax.tax_percentage / HUNDRED) if tax else ZERO
