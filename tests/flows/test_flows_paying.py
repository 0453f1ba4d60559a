"""Payments that sheets list: several, in words of their own, joined where Books would not tell them apart."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ledgerferry.flows.paymentmodes import mode_of
from ledgerferry.model.document import StatedPayment
from ledgerferry.model.record import PaymentContent
from tests.flows.papers import PAID_ON, document, spread
from tests.flows.stage import Stage
from tests.flows.test_flows_rules import shape, why

LATER = date(2025, 4, 9)


def stated(amount: str, paid_on: date | None = PAID_ON, **more: Any) -> StatedPayment:
    return StatedPayment(amount=Decimal(amount), paid_on=paid_on, **more)


def asked(*payments: StatedPayment, **more: Any) -> list[PaymentContent]:
    return [p.content for p in shape(document(payments=payments, **more)).payments]


def test_each_listed_payment_is_a_payment() -> None:
    one, two = asked(stated("50.00"), stated("70.00", LATER, reference="BACS 7", mode="Bank transfer"))
    assert (one.amount, one.paid_on, one.mode, one.reference) == (Decimal(50), PAID_ON, "others", None)
    assert (two.amount, two.paid_on, two.mode, two.reference) == (
        Decimal(70),
        LATER,
        "banktransfer",
        "BACS 7",
    )


def test_two_that_nothing_tells_apart_are_one() -> None:
    (payment,) = asked(stated("50.00"), stated("70.00"))
    assert payment.amount == 120
    assert [a.amount for a in payment.applied] == [Decimal(120)]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"paid": "119.00"}, "payments-differ"),
        ({"balance": "1.00"}, "balance-differs"),
        ({"paid": "120.00", "balance": "1.00"}, "balance-differs"),
    ],
)
def test_the_sum_the_paid_and_the_balance_must_agree(more: dict[str, Any], code: str) -> None:
    assert why(document(payments=(stated("50.00"), stated("70.00", LATER)), **more)) == code


def test_payments_cannot_be_more_than_the_invoice_or_less_than_nothing() -> None:
    assert why(document(payments=(stated("50.00"), stated("70.01", LATER)))) == "paid-too-much"
    assert why(document(payments=(stated("130.00"), stated("-10.00", LATER)))) == "payments-differ"
    assert why(document(payments=(stated("50.005"),))) == "minor-units"


def test_an_undated_one_of_several_is_held() -> None:
    assert why(document(payments=(stated("50.00"), stated("70.00", None)))) == "undated-payment"


@pytest.mark.parametrize(
    ("said", "mode"),
    [
        ("Cheque no. 114", "check"),
        ("espèces", "cash"),
        ("Virement SEPA", "banktransfer"),
        ("Debit card", "creditcard"),
        ("Prélèvement", "autotransaction"),
        ("cash or card", "others"),
        ("goodwill", "others"),
        (None, "others"),
        ("Klarna later", "klarna"),
    ],
)
def test_the_sheets_words_become_books_modes(said: str | None, mode: str) -> None:
    assert mode_of(said, {"Klarna": "klarna"}, "others") == mode


def test_partial_payments_arrive_and_are_joined_over_invoices(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    first = document("INV-001", payments=(stated("50.00"), stated("30.00", LATER)), balance="40.00")
    second = document("INV-002", payments=(stated("120.00", LATER),))
    walked = stage.migrate(*spread(first, second))
    assert walked.changes["payment"] == (2, 0)
    assert walked.verified.equal
    assert sorted(p["amount"] for p in stage.rows("customerpayments")) == [50, 150]
    assert stage.row("invoices", "INV-001")["balance"] == 40
    more = first.model_copy(update={"payments": (*first.payments, stated("40.00", date(2025, 5, 1)))})
    again = stage.migrate(*spread(more.model_copy(update={"balance": Decimal(0)}), second))
    assert again.changes == {"payment": (1, 0)}
    assert again.verified.equal
