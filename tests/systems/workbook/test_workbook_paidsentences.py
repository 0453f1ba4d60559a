"""Sentences that say a document was paid, and when they say too little."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ledgerferry.systems.workbook.paidsentences import Said, said
from tests.systems.workbook.sheets import codes, one, plain

TOTAL = Decimal("120.24")


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("Paid", None),
        ("Paid in full:", None),
        ("PAID WITH THANKS", Said.ALL),
        ("Paid by card", Said.ALL),
        ("Paid in full by bank transfer on 2025-03-12", Said.ALL),
        ("This invoice has been paid in full", Said.ALL),
        ("Payment received with thanks", Said.ALL),
        ("Facture acquittée", Said.ALL),
        ("Réglée par virement le 12 mars 2025", Said.ALL),
        ("Betrag dankend erhalten", Said.ALL),
        ("Paid to our account at Barclays", Said.UNCLEAR),
        ("Paid 40 on account", Said.UNCLEAR),
        ("Received with thanks", None),
        ("Please pay within 30 days", None),
        ("To be paid by 4 April 2025", None),
        ("Goods remain ours until paid in full", None),
        ("Paid?", None),
        ("Not paid", None),
        ("Pas encore réglée", None),
        ("Thank you for your payment", None),
        ("", None),
    ],
)
def test_what_a_sentence_says(text: str, means: Said | None) -> None:
    assert said(text) is means


def test_a_sentence_says_what_was_paid_when_and_where(tmp_path: Path) -> None:
    document = one(tmp_path, plain(A18="Paid by BACS 12 March 2025"))
    place = document.where("amount_paid")
    assert (document.paid, document.paid_on, codes(document)) == (TOTAL, date(2025, 3, 12), [])
    assert place is not None
    assert place.cell == "A18"


def test_one_that_says_too_little_is_a_question(tmp_path: Path) -> None:
    document = one(tmp_path, plain(A18="Paid 40 on account"))
    assert codes(document) == ["payment-unclear"]


def test_a_day_of_payment_that_could_be_two_is_a_question(tmp_path: Path) -> None:
    for at in ({"A18": "Paid by card 04/05/2025"}, {"A18": "PAID 04/05/2025"}):
        document = one(tmp_path, plain(**at))
        assert (document.paid, codes(document)) == (TOTAL, ["paid-date-order"])


def test_what_figures_say_goes_before_a_sentence(tmp_path: Path) -> None:
    document = one(tmp_path, plain(C16="Paid", D16=20, C17="Balance", D17=100.24, A19="Paid by card"))
    assert document.paid == 20


def test_a_heading_over_amounts_is_no_sentence(tmp_path: Path) -> None:
    document = one(tmp_path, plain(A19="Paid", A20=20))
    assert document.paid != TOTAL
