"""Bisection: exactly the days that differ are found, and each level of it costs one call."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from math import ceil, log2

from hypothesis import given
from hypothesis import strategies as st

from ledgerferry.flows.bisection import Agreed, differing
from ledgerferry.systems.protocol import Slice, Sums

FIRST, PAGE = date(2024, 1, 1), 20
Standing = tuple[date, Decimal, Decimal]

_cents = st.integers(0, 10**7).map(lambda cents: Decimal(cents) / 100)
_days = st.integers(0, 400).map(lambda days: FIRST + timedelta(days=days))
_populations = st.lists(st.tuples(_days, _cents, _cents), min_size=1, max_size=300)


def by_day(standings: Sequence[Standing]) -> dict[date, Sums]:
    days: dict[date, Sums] = {}
    for day, total, balance in standings:
        days[day] = days.get(day, Sums()) + Sums(1, total, balance)
    return days


class Account:
    """An account that holds these, and counts what it is asked."""

    def __init__(self, standings: Sequence[Standing | None]) -> None:
        self.held = [one for one in standings if one is not None]
        self.asked = 0

    def sums(self, part: Slice) -> Sums:
        self.asked += 1
        return sum((Sums(1, t, b) for day, t, b in self.held if part.first <= day <= part.last), Sums())


def within(day: date, parts: Sequence[Slice]) -> bool:
    return any(part.first <= day <= part.last for part in parts)


@given(_populations, st.data())
def test_the_documents_that_differ_are_found_and_no_others(
    agreed: list[Standing], data: st.DataObject
) -> None:
    """Some are gone and some have grown: where all changes go one way, no two of them cancel out."""
    picked = data.draw(st.sets(st.integers(0, len(agreed) - 1), max_size=8))
    gone = data.draw(st.booleans())
    there = {
        n: None if gone else (agreed[n][0], agreed[n][1] + Decimal("0.01"), agreed[n][2]) for n in picked
    }
    account = Account([there.get(n, one) for n, one in enumerate(agreed)])
    parts = differing(Agreed(by_day(agreed)), account.sums, page=PAGE, most=10**6)
    assert parts is not None
    assert {n for n, one in enumerate(agreed) if within(one[0], parts) and there.get(n, one) != one} == picked
    assert all(any(within(agreed[n][0], [part]) for n in picked) for part in parts)
    rows = [sum(within(one[0], [part]) for one in agreed) for part in parts]
    assert all(many <= PAGE or part.first == part.last for many, part in zip(rows, parts, strict=True))


@given(_populations, _populations)
def test_two_accounts_that_share_nothing_differ_everywhere_they_differ(
    agreed: list[Standing], held: list[Standing]
) -> None:
    """What is left out of the slices adds up to what was agreed for it, within the agreed days."""
    tree = Agreed(by_day(agreed))
    parts = differing(tree, Account(held).sums, page=PAGE, most=10**6)
    assert parts is not None
    outside = [one for one in held if within(one[0], [tree.whole]) and not within(one[0], parts)]
    left = [one for one in agreed if not within(one[0], parts)]
    assert sum(by_day(outside).values(), Sums()) == sum(by_day(left).values(), Sums())


def test_one_cent_among_twenty_thousand_costs_nine_calls() -> None:
    agreed = [(FIRST + timedelta(days=n % 730), Decimal(n), Decimal(0)) for n in range(20_000)]
    changed = (agreed[12_345][0], agreed[12_345][1] + Decimal("0.01"), Decimal(0))
    account = Account([changed if n == 12_345 else one for n, one in enumerate(agreed)])
    (part,) = differing(Agreed(by_day(agreed)), account.sums, page=200, most=100) or []
    assert account.asked <= 1 + ceil(log2(20_000 / 200)) + 1
    assert within(agreed[12_345][0], [part])
    assert account.sums(part).count <= 200


def test_equal_sums_cost_one_call() -> None:
    account = Account([(FIRST, Decimal(1), Decimal(0))] * 999)
    assert differing(Agreed(by_day(account.held)), account.sums, page=PAGE, most=1) == []
    assert account.asked == 1


def test_a_busy_day_is_not_divided() -> None:
    agreed = [(FIRST, Decimal(1), Decimal(0))] * 999
    account = Account(agreed[1:])
    assert differing(Agreed(by_day(agreed)), account.sums, page=PAGE, most=100) == [Slice(FIRST, FIRST)]


def test_what_costs_too_much_or_is_not_told_is_given_up() -> None:
    agreed = [(FIRST + timedelta(days=n), Decimal(1), Decimal(0)) for n in range(400)]
    account = Account([(day, total + 1, balance) for day, total, balance in agreed])
    assert differing(Agreed(by_day(agreed)), account.sums, page=PAGE, most=7) is None
    assert account.asked <= 7
    assert differing(Agreed(by_day(agreed)), lambda _: None, page=PAGE, most=7) is None
