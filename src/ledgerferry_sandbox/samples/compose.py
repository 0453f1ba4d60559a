"""From a seed to the seller's invoices of four years: who bought what, when, and what was paid."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from enum import Enum

from ledgerferry_sandbox.samples.invoice import CENT, NOTHING, Customer, Invoice, Payment, Told
from ledgerferry_sandbox.samples.layouts import ABOVE, BESIDE, LAYOUTS, Layout, Series
from ledgerferry_sandbox.samples.lines import lines

_OPENED = date(2022, 1, 10)
_CLOSED = date(2025, 10, 27)
LAST_PAYMENT = date(2025, 12, 19)
_TERMS = timedelta(days=30)
_DISCOUNTS = (Decimal(10), Decimal(5), NOTHING)
_IN_FULL = Decimal(1)


class Role(Enum):
    """Why an invoice is there: as a true document, or as a planted fault."""

    TRUE = "true"
    CLASH = "clash"
    CONTRADICTION = "contradiction"
    UNKNOWN_CREDIT = "unknown credit"
    PART_PAID = "part paid"


@dataclass(frozen=True)
class Drafted:
    """An invoice with the layout it will be drawn in and the reason it is there."""

    invoice: Invoice
    layout: Layout
    role: Role
    scan: bool = False


@dataclass(frozen=True)
class Part:
    """A share of an invoice's total that is paid, when, how, and what tells of it."""

    share: Decimal
    on: date
    mode: str | None = None
    reference: str | None = None
    told: Told = Told.SHEET


@dataclass(frozen=True)
class Sale:
    """An invoice to be: when, to whom, in which layout, and what will be paid of it.

    ``parts`` are payments beside the one of `share_paid`; ``scan`` keeps a PDF that bears the number.
    """

    issued: date
    customer: Customer
    layout: Layout
    role: Role = Role.TRUE
    share_paid: Decimal = NOTHING
    paid_on: date = LAST_PAYMENT
    parts: tuple[Part, ...] = ()
    scan: bool = False


def compose(
    customers: Sequence[Customer], invoices: int, seed: int, further: Sequence[Sale] = ()
) -> list[Drafted]:
    """`invoices` true documents, three planted ones and those of `further` sales, by their dates.

    Two invoices in a row go to one customer; of every fourth such pair, the first included, both are
    paid on one day, and the others are paid in full, in part or not at all.
    """
    dice = random.Random(seed)  # noqa: S311  the figures of a sample are no secret
    sales = [*_sales(dice, customers, invoices), *_faulty_sales(customers), *further]
    sales.sort(key=lambda sale: sale.issued)
    return _with_clash([_drafted(dice, sale, number) for sale, number in _numbered(sales)])


def _sales(dice: random.Random, customers: Sequence[Customer], count: int) -> Iterator[Sale]:
    days = _dates(dice, count)
    used: Counter[tuple[str, range]] = Counter()
    for pair, start in enumerate(range(0, count, 2)):
        customer = customers[pair % len(customers)]
        both = days[start : start + 2]
        for day, (share, paid_on) in zip(both, _settlement(dice, pair, both), strict=False):
            fitting = _in_use(customer.language, day.year)
            era = (customer.language, fitting[0].years)
            layout = fitting[used[era] % len(fitting)]
            used[era] += 1
            yield Sale(day, customer, layout, Role.TRUE, share, paid_on)


def _in_use(language: str, year: int) -> list[Layout]:
    """The layouts of a language in a year, each as often as its share."""
    fitting = (one for one in LAYOUTS if one.language == language and year in one.years)
    return [one for one in fitting for _ in range(one.share)]


def _dates(dice: random.Random, count: int) -> list[date]:
    span = (_CLOSED - _OPENED).days / count
    return [_OPENED + timedelta(days=int(span * (n + dice.random()))) for n in range(count)]


def _settlement(dice: random.Random, pair: int, days: Sequence[date]) -> list[tuple[Decimal, date]]:
    """What is paid of each of a customer's two invoices, and when."""
    paid = [min(day + timedelta(days=dice.randint(9, 41)), LAST_PAYMENT) for day in days]
    part = Decimal(dice.choice((25, 40, 50))) / 100
    if pair % 4 == 0:
        return [(_IN_FULL, paid[-1])] * 2
    shares = ((_IN_FULL, part), (_IN_FULL, NOTHING), (part, NOTHING))[pair % 4 - 1]
    return list(zip(shares, paid, strict=False))


def _faulty_sales(customers: Sequence[Customer]) -> list[Sale]:
    english = [customer for customer in customers if customer.language == "en"]
    return [
        Sale(date(2023, 3, 14), english[0], BESIDE, Role.CLASH),
        Sale(date(2023, 3, 22), english[1 % len(english)], BESIDE, Role.CLASH),
        Sale(date(2024, 5, 16), english[2 % len(english)], ABOVE, Role.CONTRADICTION),
    ]


def _numbered(sales: Iterable[Sale]) -> Iterator[tuple[Sale, str]]:
    used: Counter[tuple[Series, int]] = Counter()
    for sale in sales:
        series, year = sale.layout.numbers, sale.issued.year
        yield sale, series.pattern.format(year=year, n=series.first + used[series, year])
        used[series, year] += 1


def _drafted(dice: random.Random, sale: Sale, number: str) -> Drafted:
    discount = dice.choice(_DISCOUNTS) if sale.layout.discounts and sale.role is Role.TRUE else NOTHING
    bought = lines(dice, sale.customer.language, sale.layout.selection, discount)
    invoice = Invoice(number, sale.issued, sale.issued + _TERMS, sale.customer, bought, discount)
    if sale.share_paid:
        invoice = replace(invoice, payments=(Payment(_part(invoice.gross, sale.share_paid), sale.paid_on),))
    if sale.parts:
        invoice = replace(invoice, payments=_payments(invoice.gross, sale.parts))
    if sale.role is Role.CONTRADICTION:
        invoice = replace(invoice, misstatement=_slip(invoice.gross))
    return Drafted(invoice, sale.layout, sale.role, sale.scan)


def _payments(gross: Decimal, parts: Sequence[Part]) -> tuple[Payment, ...]:
    """A payment for each part; where they are shares of the whole, the last pays what is left."""
    found: list[Payment] = []
    whole = sum((part.share for part in parts), NOTHING) == _IN_FULL
    for at, part in enumerate(parts, start=1):
        left = gross - sum((payment.amount for payment in found), NOTHING)
        amount = left if whole and at == len(parts) else _part(gross, part.share)
        found.append(Payment(amount, part.on, part.mode, part.reference, part.told))
    return tuple(found)


def _part(gross: Decimal, share: Decimal) -> Decimal:
    """All of it, or a round sum near the share of it, as people pay on account."""
    if share == _IN_FULL:
        return gross
    return max((gross * share).quantize(Decimal(1), ROUND_DOWN), CENT).quantize(CENT, ROUND_HALF_UP)


def _slip(gross: Decimal) -> Decimal:
    """What is added to an amount by swapping its first two unlike digits, as a tired typist does."""
    digits = f"{gross:.2f}"
    for left, right in zip(range(len(digits)), range(1, len(digits)), strict=False):
        if "." not in digits[left : right + 1] and digits[left] != digits[right] != "0":
            swapped = digits[:left] + digits[right] + digits[left] + digits[right + 1 :]
            return Decimal(swapped) - gross
    return Decimal("9.00")


def _with_clash(drafts: list[Drafted]) -> list[Drafted]:
    """The second of the clashing invoices takes the number of the first, at a different total."""
    first, second = (n for n, draft in enumerate(drafts) if draft.role is Role.CLASH)
    kept, taken = drafts[first].invoice, drafts[second].invoice
    if kept.gross == taken.gross:
        taken = replace(taken, lines=(*taken.lines, *taken.lines))
    drafts[second] = replace(drafts[second], invoice=replace(taken, number=kept.number))
    return drafts
