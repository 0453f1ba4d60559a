import decimal
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerferry.model.money import (
    CurrencyMismatch,
    Money,
    Rounding,
    exact_sum,
    exponent,
    quantum,
    rounded,
    text,
    total,
)

CURRENCIES = st.sampled_from(["USD", "GBP", "JPY", "KRW", "KWD", "TND", "EUR"])
AMOUNTS = st.decimals(min_value=-(10**18), max_value=10**18, places=6, allow_nan=False, allow_infinity=False)


def exactly(amounts: Iterable[Decimal]) -> Fraction:
    return sum((Fraction(a) for a in amounts), Fraction(0))


@pytest.mark.parametrize(("currency", "places"), [("JPY", 0), ("GBP", 2), ("KWD", 3), ("jpy", 0), ("XXX", 2)])
def test_a_minor_unit_is_what_iso_4217_says(currency: str, places: int) -> None:
    assert exponent(currency) == places
    assert quantum(currency) == Decimal(1) / 10**places


@given(st.lists(AMOUNTS, max_size=40), CURRENCIES)
def test_sums_lose_nothing_in_any_currency(amounts: list[Decimal], currency: str) -> None:
    found = total((Money(a, currency) for a in amounts), currency)
    assert Fraction(found.amount) == exactly(amounts)
    assert Fraction(exact_sum(amounts)) == exactly(amounts)


def test_a_sum_that_would_be_rounded_is_refused() -> None:
    with pytest.raises(decimal.Inexact):
        exact_sum([Decimal(10) ** 30, Decimal("0.000000000001")])


@given(st.integers(min_value=-(10**36), max_value=10**36), st.integers(min_value=-(10**36), max_value=10**36))
def test_what_is_added_can_be_taken_off_again_in_long_amounts(left: int, right: int) -> None:
    first, second = Money(Decimal(left).scaleb(-3), "KWD"), Money(Decimal(right).scaleb(-3), "KWD")
    assert first + second - second == first
    assert (-first) + first + first == first
    assert (first - first) == Money.zero("KWD")


@given(AMOUNTS, CURRENCIES)
def test_rounding_moves_by_half_a_minor_unit_at_most_and_once(value: Decimal, currency: str) -> None:
    once = rounded(value, currency)
    assert abs(once - value) <= quantum(currency) / 2
    assert rounded(once, currency) == once
    assert Money(value, currency).rounded() == Money(once, currency)


@pytest.mark.parametrize(
    ("value", "currency", "up", "even"),
    [
        ("0.125", "USD", "0.13", "0.12"),
        ("-0.125", "USD", "-0.13", "-0.12"),
        ("2.5", "JPY", "3", "2"),
        ("1.0005", "KWD", "1.001", "1.000"),
    ],
)
def test_halves_go_up_or_to_even_by_the_rule_chosen(value: str, currency: str, up: str, even: str) -> None:
    assert str(rounded(Decimal(value), currency)) == up
    assert str(rounded(Decimal(value), currency, Rounding.HALF_EVEN)) == even


@given(AMOUNTS, CURRENCIES)
def test_the_text_of_an_amount_says_all_its_digits(value: Decimal, currency: str) -> None:
    said = text(value, currency)
    assert Decimal(said) == value
    assert len(said.partition(".")[2]) >= exponent(currency)
    assert "E" not in said


@pytest.mark.parametrize(
    ("value", "currency", "said"),
    [("1200", "JPY", "1200"), ("5", "KWD", "5.000"), ("0", "USD", "0.00"), ("0.125", "GBP", "0.125")],
)
def test_amounts_are_said_in_whole_minor_units(value: str, currency: str, said: str) -> None:
    assert text(Decimal(value), currency) == said
    assert str(Money(Decimal(value), currency)) == f"{currency} {said}"


def test_currencies_never_mix() -> None:
    pounds, euros = Money(Decimal(1), "GBP"), Money(Decimal(1), "EUR")
    for mix in (lambda: pounds + euros, lambda: pounds - euros, lambda: pounds < euros):
        with pytest.raises(CurrencyMismatch, match=r"GBP 1\.00 and EUR 1\.00"):
            mix()
    assert pounds != euros


@pytest.mark.parametrize("amount", [1, 1.5, Decimal("NaN"), Decimal("Infinity")])
def test_only_exact_amounts_are_money(amount: Decimal) -> None:
    with pytest.raises(ValueError, match="not an exact amount"):
        Money(amount, "USD")


@pytest.mark.parametrize("currency", ["usd", "US", "US1", "ÉUR", "EURO"])
def test_only_codes_are_currencies(currency: str) -> None:
    with pytest.raises(ValueError, match="not a currency code"):
        Money(Decimal(1), currency)
