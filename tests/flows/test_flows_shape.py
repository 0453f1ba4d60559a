"""How a document is shaped: its amounts, its lines, what was paid, and what about it would be a guess."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerferry.flows.documentchecks import Unclear
from ledgerferry.model.document import Document
from ledgerferry.model.money import quantum, rounded
from tests.flows.papers import PAID_ON, PROFILE, document, line, paid, shaper
from tests.flows.test_flows_rules import shape, why

BARE: dict[str, Any] = {"tax_total": None, "lines": (line(rate=None),), "total": "100.00"}


@pytest.mark.parametrize("missing", ["number", "issued"])
def test_a_document_without_number_or_date_is_nobody(missing: str) -> None:
    with pytest.raises(Unclear) as caught:
        shaper().identity(document(**{missing: None}))
    assert caught.value.code == {"number": "no-number", "issued": "no-date"}[missing]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"customer": None}, "no-customer"),
        ({"customer": "  "}, "no-customer"),
        ({"customer": "***"}, "no-customer"),
        ({"lines": ()}, "no-lines"),
        ({"total": None}, "no-lines"),
        ({"currency": "CHF"}, "currency"),
        ({"due": date(2025, 3, 2)}, "due-before-issued"),
    ],
)
def test_what_an_invoice_needs(more: dict[str, Any], code: str) -> None:
    assert why(document(**more)) == code


def test_the_reason_points_at_the_cell() -> None:
    with pytest.raises(Unclear) as caught:
        shape(document(total="125.00"))
    assert str(caught.value.reason(document()).cell) == "one.xlsx [Invoice] F20"


def test_a_sheet_without_a_currency_is_in_the_accounts() -> None:
    assert shape(document(currency=None)).document.currency == "GBP"


def test_amounts_read_with_two_decimals_are_not_taken_for_three() -> None:
    dinars = shaper(PROFILE.model_copy(update={"currency": "KWD"}))
    assert why(document(currency=None, **BARE), dinars) == "currency"
    assert shape(document(**{**BARE, "currency": "KWD"}), dinars).document.currency == "KWD"


@pytest.mark.parametrize(
    ("currency", "value"), [("JPY", "100.50"), ("GBP", "100.005"), ("KWD", "100.0005"), ("JPY", "0.1")]
)
@pytest.mark.parametrize("field", ["total", "paid", "lines", "discount"])
def test_an_amount_has_the_decimals_of_its_currency(currency: str, value: str, field: str) -> None:
    found = (line(value, None),) if field == "lines" else value
    one: dict[str, Any] = {
        **BARE,
        "currency": currency,
        "exchange_rate": "0.5",
        "paid_on": PAID_ON,
        field: found,
    }
    assert why(document(**one)) == "minor-units"


@pytest.mark.parametrize(
    ("of", "value", "kept"),
    [
        ("3x33.33", "99.99", True),
        ("3x33.33", "100.00", False),
        ("3x33.3333", "100.00", False),
        ("2.5x40", "100.00", True),
        ("0x100", "100.00", False),
        ("1x33.335", "33.34", False),
    ],
)
def test_a_line_keeps_quantity_and_price_only_where_they_give_its_amount(
    of: str, value: str, kept: bool
) -> None:
    one = document(lines=(line(value, None, of=of),), tax_total=None, total=value)
    (found,) = shape(one).document.lines
    assert (f"{found.quantity}x{found.price}" == of) is kept
    assert rounded(found.quantity * found.price, "GBP") == Decimal(value)


def test_a_currency_without_decimals_is_counted_in_whole_units() -> None:
    yen = document(
        currency="JPY",
        exchange_rate="0.005",
        lines=(line("333", "20", of="3x111"), line("5", "20")),
        tax_total="68",
        total="406",
    )
    invoice = shape(yen).document
    assert (invoice.figures.tax, invoice.figures.gross) == (Decimal(68), Decimal(406))
    assert invoice.lines[0].quantity == 3


def test_a_discount_comes_off_before_tax() -> None:
    invoice = shape(document(discount="10.00", tax_total="18.00", total="108.00")).document
    assert (invoice.discount, invoice.figures.net) == (Decimal(10), Decimal(90))
    assert why(document(discount="10.00", tax_total="19.00", total="109.00")) == "tax-differs"


def test_charges_bear_no_tax_where_the_stated_tax_leaves_them_out() -> None:
    invoice = shape(document(charges="5.00", total="125.00")).document
    assert (invoice.charges, invoice.figures.net) == (Decimal(5), Decimal(105))
    assert why(document(charges="5.00", tax_total="20.50", total="125.50")) == "tax-differs"


def test_nothing_paid_is_no_payment() -> None:
    for more in ({}, {"paid": "0"}, {"balance": "120.00"}, {"paid": "0", "balance": "120.00"}):
        assert shape(document(**more)).payments == ()


def test_what_was_paid_is_applied_to_its_invoice() -> None:
    shaped = shape(paid(of="50.00", balance="70.00"))
    (payment,) = (p.content for p in shaped.payments)
    assert [(a.invoice, a.amount) for a in payment.applied] == [(shaped.identity, Decimal(50))]
    assert payment.customer == shaped.customer_identity


def test_a_balance_alone_says_what_was_paid() -> None:
    assert shape(document(balance="20.00", paid_on=PAID_ON)).paid == 100
    assert why(document(balance="20.00")) == "undated-payment"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"paid": "50.00", "balance": "120.00"}, "balance-differs"),
        ({"paid": "50.00", "balance": "69.99"}, "balance-differs"),
        ({"paid": "120.01"}, "paid-too-much"),
        ({"paid": "-5.00"}, "paid-too-much"),
        ({"balance": "150.00"}, "paid-too-much"),
        ({}, "paid-unclear"),
        ({"paid": "0"}, "paid-unclear"),
        ({"balance": "120.00"}, "paid-unclear"),
    ],
)
def test_payments_that_make_no_sense_are_held(more: dict[str, Any], code: str) -> None:
    assert why(document(paid_on=PAID_ON, **more)) == code


def test_payments_of_one_customer_and_day_are_one_and_others_are_not() -> None:
    def identity(**more: Any) -> str:
        (payment,) = shape(paid(**more)).payments
        return payment.identity

    assert identity() == identity(number="INV-2", customer="BOWMAN and CO".replace("and", "&"))
    others: list[dict[str, Any]] = [
        {"paid_on": date(2025, 3, 21)},
        {"customer": "Other"},
        {"currency": "EUR"},
    ]
    assert len({identity(), *(identity(**o) for o in others)}) == 4


CENTS = st.integers(min_value=1, max_value=10**7)
LINES = st.lists(st.tuples(CENTS, st.sampled_from(["0", "5", "20"])), min_size=1, max_size=8)


@given(LINES, st.sampled_from(["GBP", "JPY", "KWD"]), st.integers(min_value=-3, max_value=3))
def test_no_shape_ever_moves_money(found: list[tuple[int, str]], currency: str, off: int) -> None:
    """What is shaped comes to the sheet's total and tax; a total off by more than rounding is held."""
    unit = quantum(currency)
    lines = tuple(line(str(unit * cents), rate) for cents, rate in found)
    by_rate = {r: sum((x.amount for x in lines if x.tax_rate == r), Decimal(0)) for r in (5, 20)}
    tax = sum((rounded(net * rate / 100, currency) for rate, net in by_rate.items()), Decimal(0))
    total = sum((x.amount for x in lines), tax) + off * unit
    one: Document = document(
        currency=currency, exchange_rate="0.5", lines=lines, tax_total=str(tax), total=str(total)
    )
    if abs(off) * 2 > len(lines) or total < 0:
        assert why(one) in {"total-differs", "negative-total"}
        return
    invoice = shape(one).document
    assert (invoice.figures.gross, invoice.figures.tax) == (total, tax)
    assert (invoice.adjustment or 0) == off * unit
