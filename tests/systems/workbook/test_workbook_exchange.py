"""Currencies and exchange rates, as labels of a sheet name them."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.systems.workbook.sheets import codes, one, plain


@pytest.mark.parametrize(
    ("text", "rate", "base"),
    [
        ("1 USD = 0.7812 GBP", "0.7812", "GBP"),
        ("1 GBP = 1.25 USD", "0.8", "GBP"),
        ("100 USD = 78.12 GBP", "0.7812", "GBP"),
        ("$1 = £0.7812", None, None),
        ("0.7812", "0.7812", None),
    ],
)
def test_the_exchange_rate_is_of_one_of_the_documents_currency(
    tmp_path: Path, text: str, rate: str | None, base: str | None
) -> None:
    document = one(tmp_path, plain(C6="Currency", D6="USD", C7="Exchange rate", D7=text))
    assert (document.currency, document.exchange_base) == ("USD", base)
    assert document.exchange_rate == (Decimal(rate) if rate else None)


def test_a_rate_of_other_currencies_is_a_question(tmp_path: Path) -> None:
    found = one(tmp_path, plain(C6="Currency", D6="USD", C7="Exchange rate", D7="1 EUR = 0.86 GBP"))
    assert codes(found) == ["exchange-rate"]


def test_a_currency_that_the_amounts_contradict_is_a_question(tmp_path: Path) -> None:
    assert one(tmp_path, plain(C6="Currency:", D6="EUR")).currency == "EUR"
    found = one(tmp_path, plain(C6="Currency", D6="EUR"), formats={"D15": "£#,##0.00"})
    assert codes(found) == ["currency"]
