"""Numbers and dates written as text."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerferry.systems.workbook import values

CENTS = st.decimals(min_value=Decimal("-9999999"), max_value=Decimal("9999999"), places=2)


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("1 234,50", "1234.50", None),
        ("1\u202f234,50 €", "1234.50", "EUR"),
        ("CHF 1’234.50", "1234.50", "CHF"),
        ("(12.00)", "-12.00", None),
        ("12.00-", "-12.00", None),
        ("-$1,234.56", "-1234.56", "$"),
        ("$ 50.00", "50.00", "$"),
        ("29,98€", "29.98", "EUR"),
        ("1.234,56", "1234.56", None),
        ("1,50,000.00", "150000.00", None),
        ("Kes 9200.00", "9200.00", "KES"),
        ("42000 Ar", "42000", "MGA"),
        ("−3,5", "-3.5", None),
    ],
)
def test_numbers_as_people_write_them(text: str, value: str, currency: str | None) -> None:
    read = values.number(text)
    assert read is not None
    assert (read.value, read.currency, read.ambiguous) == (Decimal(value), currency, False)


@pytest.mark.parametrize(
    "text", ["", "abc", "12/05/2024", "1.2.3", "12 34 5", "A12", "12:30", "1-2", "7 of 9"]
)
def test_what_is_no_number_is_none(text: str) -> None:
    read = values.number(text)
    assert read is None or read.unit


def test_thousands_or_decimals_is_said_to_be_ambiguous() -> None:
    read = values.number("1.234")
    assert read is not None
    assert read.ambiguous
    settled = values.number("1.234", decimal=".")
    assert settled is not None
    assert (settled.value, settled.ambiguous) == (Decimal("1.234"), False)
    grouped = values.number("1.234", decimal=",")
    assert grouped is not None
    assert grouped.value == 1234


def test_a_unit_is_told_from_a_currency() -> None:
    read = values.number("12 j")
    assert read is not None
    assert (read.value, read.unit, read.currency) == (Decimal(12), "j", None)


@given(CENTS, st.sampled_from([(",", "."), (".", ","), (" ", ","), ("’", "."), ("\u00a0", ","), ("", ".")]))
def test_every_amount_survives_every_notation(amount: Decimal, notation: tuple[str, str]) -> None:
    group, sign = notation
    text = f"{amount:,.2f}".replace(",", "G").replace(".", sign).replace("G", group)
    read = values.number(text)
    assert read is not None
    assert read.value == amount


@given(CENTS, st.sampled_from(["{} EUR", "€{}", "{} €", "USD {}", "£ {}"]))
def test_a_currency_beside_changes_nothing(amount: Decimal, shape: str) -> None:
    read = values.number(shape.format(f"{amount:.2f}"))
    assert read is not None
    assert read.value == amount
    assert read.currency in {"EUR", "USD", "GBP"}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-03-05", date(2024, 3, 5)),
        ("31/05/2022", date(2022, 5, 31)),
        ("5/31/2022", date(2022, 5, 31)),
        ("le 04 Septembre 2022", date(2022, 9, 4)),
        ("NOV. 20, 2025", date(2025, 11, 20)),
        ("04-Dec-2014", date(2014, 12, 4)),
        ("3. März 2023", date(2023, 3, 3)),
        ("12 de octubre de 2021", date(2021, 10, 12)),
        ("1er août 2023", date(2023, 8, 1)),
        ("17/06/2022 13h", date(2022, 6, 17)),
    ],
)
def test_dates_as_people_write_them(text: str, day: date) -> None:
    read = values.day(text)
    assert read is not None
    assert (read.value, read.ambiguous) == (day, False)


def test_day_and_month_that_could_be_exchanged_are_ambiguous() -> None:
    read = values.day("05/04/2024")
    assert read is not None
    assert read.ambiguous
    settled = values.day("05/04/2024", order="mdy")
    assert settled is not None
    assert (settled.value, settled.ambiguous) == (date(2024, 5, 4), False)


@pytest.mark.parametrize("text", ["", "hello", "32/13/2024", "2024", "May", "10-2024", "00/00/2023"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert values.day(text) is None


@given(st.dates(date(1971, 1, 1), date(2068, 12, 31)))
def test_iso_dates_are_never_ambiguous(day: date) -> None:
    assert values.day(day.isoformat()) == values.Day(day)
