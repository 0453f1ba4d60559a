"""Payments that a sheet lists: by a row of their own, or in a block with headings."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ledgerferry.systems.workbook.labels.statements import hits
from tests.systems.workbook.sheets import codes, one, plain


@pytest.mark.parametrize(
    "row",
    [
        {"C16": "Paid on 20 March 2024"},
        {"C16": "Acompte versé le 20/03/2024"},
        {"B16": "Instalment 1 paid", "C16": date(2024, 3, 20)},
    ],
)
def test_one_payment_that_its_balance_bears_out_is_paid(tmp_path: Path, row: dict[str, object]) -> None:
    document = one(tmp_path, plain(D16=20.24, C17="Balance due", D17=100, **row))
    assert (codes(document), document.paid, document.paid_on) == ([], Decimal("20.24"), date(2024, 3, 20))


def test_the_only_payment_has_the_day_that_another_row_names(tmp_path: Path) -> None:
    rows = {"C16": "Amount paid", "D16": 120.24, "C17": "Date paid", "D17": date(2024, 3, 20)}
    document = one(tmp_path, plain(A19="Paid by credit card", **rows))
    assert [(p.amount, p.paid_on, p.mode) for p in document.payments] == [
        (Decimal("120.24"), date(2024, 3, 20), "creditcard")
    ]


def test_dates_in_a_list_of_payments_are_not_the_documents(tmp_path: Path) -> None:
    rows = {"A18": "Payment history", "A19": "Date", "B19": "Method", "C19": "Amount"}
    paid = {"A20": date(2024, 3, 20), "B20": "Card", "C20": 120.24, "C16": "Total paid", "D16": 120.24}
    document = one(tmp_path, plain(C4="Date", **rows, **paid))
    assert (codes(document), document.issued) == ([], date(2024, 3, 5))


def test_no_small_word_of_a_language_is_a_way_to_pay() -> None:
    assert hits("Please quote the number with the payment of your order and thank you for it") == ()


@pytest.mark.parametrize("amount", [20.24, -20.24])
def test_a_deposit_may_be_stated_as_what_it_takes_off(tmp_path: Path, amount: float) -> None:
    rows = {"C16": "Deposit received 20 March 2024", "D16": amount, "C17": "Amount due", "D17": 100}
    document = one(tmp_path, plain(**rows))
    assert (codes(document), document.paid, document.paid_on) == ([], Decimal("20.24"), date(2024, 3, 20))


@pytest.mark.parametrize("terms", ["Net 30", "net 30 days", "NET 14 EOM"])
def test_days_to_pay_in_are_no_amount(tmp_path: Path, terms: str) -> None:
    document = one(tmp_path, plain(C6="Terms", D6=terms))
    assert (codes(document), document.subtotal) == ([], Decimal("100.20"))
