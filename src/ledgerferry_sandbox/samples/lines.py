"""Lines drawn at random from the catalogue, so that no rounding convention can make a difference.

A tax may be rounded by line or by invoice, half up or half even: lines on which these disagree are drawn
again. So every stated amount is the only right one, and a cent that differs later is a fault of whoever
moved it.
"""

import random
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from ledgerferry_sandbox.samples.catalogue import SELECTIONS, Article
from ledgerferry_sandbox.samples.invoice import CENT, Line

_MOST_LINES = 5
_MIXED = ("mixed rates", "membership")


def lines(dice: random.Random, language: str, selection: str, discount_percent: Decimal) -> tuple[Line, ...]:
    """One to five lines of the named selection; at least two rates where it mixes rates."""
    articles = SELECTIONS[language][selection]
    least = 3 if selection in _MIXED else 1
    while True:
        chosen = [_line(dice, article) for article in dice.sample(articles, dice.randint(least, _MOST_LINES))]
        rates = {line.rate for line in chosen}
        if (least == 1 or len(rates) > 1) and unambiguous(chosen, discount_percent):
            return tuple(chosen)


def unambiguous(lines: Sequence[Line], discount_percent: Decimal) -> bool:
    """Whether every amount is whole cents, and every tax the same however it is rounded."""
    kept = (100 - discount_percent) / 100
    shares = [line.quantity * line.unit_price * kept for line in lines]
    if any(share != share.quantize(CENT) for share in shares):
        return False
    if any(line.quantity * line.unit_price != line.amount for line in lines):
        return False
    for rate in {line.rate for line in lines}:
        taxes = [share * rate / 100 for line, share in zip(lines, shares, strict=True) if line.rate == rate]
        if len(set(_roundings(taxes))) > 1:
            return False
    return True


def _roundings(taxes: Sequence[Decimal]) -> list[Decimal]:
    found = []
    for mode in (ROUND_HALF_UP, ROUND_HALF_EVEN):
        found.append(sum(taxes, Decimal(0)).quantize(CENT, mode))
        found.append(sum((tax.quantize(CENT, mode) for tax in taxes), Decimal(0)))
    return found


def _line(dice: random.Random, article: Article) -> Line:
    steps = dice.randint(0, int((article.most - article.least) / article.step))
    quantity = article.least + steps * article.step
    return Line(article.description, quantity, article.price, article.rate, article.treatment)
