"""What a status, a stamp or a sentence says of a whole document, and where its figures contradict that."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ledgerferry.model.document import DocumentStatus
from ledgerferry.systems.workbook.status import Status, said
from tests.systems.workbook.sheets import codes, one, plain

TOTAL = Decimal("120.24")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Unpaid", Status.UNPAID),
        ("Not yet paid", Status.UNPAID),
        ("To be paid", Status.UNPAID),
        ("Overdue by 12 days", Status.UNPAID),
        ("Impayée", Status.UNPAID),
        ("Pas encore réglée", Status.UNPAID),
        ("未払い", Status.UNPAID),
        ("Part-paid", Status.PARTLY),
        ("Réglé partiellement", Status.PARTLY),
        ("Teilweise bezahlt", Status.PARTLY),
        ("Cancelled 12/05/2024", Status.VOIDED),
        ("Annulée", Status.VOIDED),
        ("Refunded", Status.VOIDED),
        ("Brouillon", Status.DRAFT),
        ("Paid in full", Status.PAID),
        ("Paid - thank you", Status.PAID),
        ("Paid 12/05/2024", Status.PAID),
        ("Réglée", Status.PAID),
        ("Paid 200", None),
        ("Sent", None),
        ("Pending", None),
        ("Credit", None),
        ("", None),
    ],
)
def test_what_a_status_says(text: str, status: Status | None) -> None:
    assert said(text) is status


@pytest.mark.parametrize(
    "at", [{"A17": "Status: Unpaid"}, {"A17": "Status", "B17": "Unpaid"}, {"A17": "UNPAID"}]
)
def test_a_status_says_that_nothing_was_paid_and_where(tmp_path: Path, at: dict[str, object]) -> None:
    document = one(tmp_path, plain(**at))
    place = document.where("amount_paid")
    assert (codes(document), document.paid) == ([], Decimal(0))
    assert place is not None
    assert place.cell == max(at)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Status: Void", DocumentStatus.VOID),
        ("ANNULÉE", DocumentStatus.VOID),
        ("DRAFT INVOICE", DocumentStatus.DRAFT),
    ],
)
def test_what_is_no_claim_as_it_stands_is_told_with_its_cell(
    tmp_path: Path, text: str, status: DocumentStatus
) -> None:
    document = one(tmp_path, plain(A17=text))
    place = document.where("status")
    assert (document.status, place and place.cell, document.paid) == (status, "A17", None)


PAID, LEFT = {"C16": "Amount paid", "D16": 20.24}, {"C17": "Balance due", "D17": 100}


@pytest.mark.parametrize(
    ("status", "figures", "found"),
    [
        ("Paid", {**PAID, **LEFT}, ["status-differs"]),
        ("Paid", {"C17": "Balance due", "D17": 120.24}, ["status-differs"]),
        ("Paid", {"C17": "Balance due", "D17": 0}, []),
        ("Unpaid", {"C16": "Amount paid", "D16": 120.24}, ["status-differs"]),
        ("Unpaid", {"C17": "Balance due", "D17": 120.24}, []),
        ("Overdue", {**PAID, **LEFT}, []),
        ("Partially paid", {}, ["status-partly"]),
        ("Partially paid", {**PAID, **LEFT}, []),
        ("Partially paid", {"C16": "Amount paid", "D16": 120.24}, ["status-partly"]),
    ],
)
def test_a_status_that_the_figures_contradict_is_a_question(
    tmp_path: Path, status: str, figures: dict[str, object], found: list[str]
) -> None:
    assert codes(one(tmp_path, plain(A19="Status", B19=status, **figures))) == found


@pytest.mark.parametrize(
    "text", ["Paid on 20 March 2024", "Réglée le 20 mars 2024 par virement", "PAID 20/03/2024"]
)
def test_a_day_of_payment_without_an_amount_says_that_all_was_paid(tmp_path: Path, text: str) -> None:
    document = one(tmp_path, plain(A17=text))
    assert (codes(document), document.paid, document.paid_on) == ([], TOTAL, date(2024, 3, 20))


@pytest.mark.parametrize("text", ["Payment date: 20 March 2024", "Deposit paid on 20 March 2024"])
def test_a_day_of_payment_that_may_be_of_a_part_does_not(tmp_path: Path, text: str) -> None:
    assert one(tmp_path, plain(A17=text)).paid is None


@pytest.mark.parametrize(
    ("at", "paid"),
    [
        ({"A17": "Paid:", "B17": "yes"}, TOTAL),
        ({"A17": "Paid?", "B17": "N"}, Decimal(0)),
        ({"A17": "Payée : oui"}, TOTAL),
        ({"A17": "Paid", "B17": True}, TOTAL),
        ({"A17": "Paid", "B17": False}, Decimal(0)),
    ],
)
def test_a_question_whether_it_was_paid_is_answered(
    tmp_path: Path, at: dict[str, object], paid: Decimal
) -> None:
    document = one(tmp_path, plain(**at))
    assert (document.paid, codes(document)) == (paid, [])
