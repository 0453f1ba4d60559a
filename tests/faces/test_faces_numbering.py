"""The next number to set in the account."""

from datetime import date

from ledgerferry.faces.numbering import advice, series


def test_each_series_goes_on_after_its_highest_number() -> None:
    found = series(
        [
            ("INV-2024-0009", date(2024, 5, 1)),
            ("INV-2024-0010", date(2024, 4, 1)),
            ("F7", date(2023, 1, 1)),
            ("no digits", date(2025, 1, 1)),
        ]
    )
    assert [(s.prefix, s.last, s.following) for s in found] == [
        ("INV-2024-", "INV-2024-0010", "INV-2024-0011"),
        ("F", "F7", "F8"),
    ]


def test_a_series_grows_a_digit_when_it_is_full() -> None:
    assert series([("A-99", date(2024, 1, 1))])[0].following == "A-100"


def test_the_series_used_last_is_the_one_to_set() -> None:
    told = advice(
        series([("2024/9", date(2024, 3, 1)), ("X3", date(2024, 12, 1)), ("OLD-1", date(2020, 1, 1))])
    )
    assert told is not None
    assert "to X4 (the last is X3 of 2024-12-01)" in told
    assert "2024/10" in told
    assert "OLD" not in told


def test_without_a_series_there_is_no_advice() -> None:
    assert advice(series([("none", date(2024, 1, 1))])) is None
