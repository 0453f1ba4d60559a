"""The accounting rules that scripts get wrong: each in its own words, and what is not built yet is held."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ledgerferry.flows.documentchecks import Unclear
from ledgerferry.flows.policy import DatedRate, Policy, UndatedPayment
from ledgerferry.flows.rates import Rates
from ledgerferry.flows.shape import Shaped, Shaper
from ledgerferry.model.document import Cell, Document, DocumentStatus, Origin
from ledgerferry.model.record import CreditNoteContent, PaymentContent
from tests.flows.papers import ISSUED, PAID_ON, PROFILE, credit, document, line, paid, shaper, taxes

RATES = (
    DatedRate(currency="USD", since=date(2025, 1, 1), rate=Decimal("0.80")),
    DatedRate(currency="USD", since=date(2025, 3, 10), rate=Decimal("0.78")),
)


def shape(found: Document, by: Shaper | None = None, **policy: Any) -> Shaped:
    return (by or shaper(**policy)).shape(found)


def paying(shaped: Shaped) -> PaymentContent:
    """The one payment that a document asks for."""
    (payment,) = shaped.payments
    return payment.content


def why(found: Document, by: Shaper | None = None, **policy: Any) -> str:
    """The code with which a document is held."""
    with pytest.raises(Unclear) as caught:
        shape(found, by, **policy)
    assert caught.value.reason(found).text.endswith((".", "!"))
    return caught.value.code


def test_opening_balances_are_not_counted_twice() -> None:
    first = date(2025, 4, 1)
    assert why(document(), opening_balances=first) == "opening-balances"
    assert shape(document(issued=first, due=None), opening_balances=first)


def test_documents_of_filed_vat_periods_are_held() -> None:
    assert why(document(), filed_until=ISSUED) == "filed-period"
    assert shape(document(), filed_until=date(2025, 3, 2))


def test_credit_notes_are_credit_notes_not_negative_invoices() -> None:
    shaped = shaper().shape(credit())
    assert isinstance(shaped.document, CreditNoteContent)
    assert (shaped.document.figures.net, shaped.document.figures.gross) == (Decimal(100), Decimal(120))
    assert why(document(**NEGATIVE)) == "negative-total"


NEGATIVE: dict[str, Any] = {"lines": (line("-100.00"),), "tax_total": "-20.00", "total": "-120.00"}
POSITIVE: dict[str, Any] = {"lines": (line("100.00"),), "tax_total": "20.00", "total": "120.00"}


@pytest.mark.parametrize(
    "signs",
    [
        NEGATIVE,
        POSITIVE,
        NEGATIVE | {"lines": (line("-100.00", of="-1x100.00"),)},
        NEGATIVE | {"lines": (line("-100.00", of="4x-25.00"),)},
        NEGATIVE | {"taxes": taxes(r20="-20.00"), "subtotal": "-100.00"},
        NEGATIVE | {"lines": (line("-130.00"), line("30.00", of="2x15.00"))},
        NEGATIVE | {"lines": (line("-110.00"),), "discount": "10.00"},
        NEGATIVE | {"balance": "-120.00"},
    ],
)
def test_amounts_of_a_credit_note_are_positive_however_they_are_written(signs: dict[str, Any]) -> None:
    shaped = shaper().shape(credit(**signs))
    figures = shaped.document.figures
    assert (figures.net, figures.tax, figures.gross) == (Decimal(100), Decimal(20), Decimal(120))
    assert [str(t.amount) for t in figures.taxes] == ["20.00"]


@pytest.mark.parametrize(
    "signs",
    [
        POSITIVE | {"tax_total": "-20.00"},
        NEGATIVE | {"tax_total": "20.00"},
        POSITIVE | {"lines": (line("-100.00"),)},
        NEGATIVE | {"taxes": taxes(r20="20.00")},
        NEGATIVE | {"balance": "120.00"},
    ],
)
def test_a_credit_note_of_mixed_signs_is_held(signs: dict[str, Any]) -> None:
    assert why(credit(**signs)) == "mixed-signs"


@pytest.mark.parametrize("back", ["50.00", "-50.00"])
def test_what_a_credit_note_paid_back_is_a_refund(back: str) -> None:
    paid_back = credit(paid=back, paid_on=PAID_ON, balance="-70.00")
    assert why(paid_back) == "refund-account"
    shaped = shaper(refund_account="Petty Cash").shape(paid_back)
    [refund] = shaped.refunds
    assert (refund.content.amount, refund.content.refunded_on) == (Decimal(50), PAID_ON)
    assert (refund.content.account, shaped.payments) == ("Petty Cash", ())
    assert why(credit(paid="50.00"), refund_account="Petty Cash") == "undated-payment"
    assert why(credit(paid="130.00", paid_on=PAID_ON), refund_account="X") == "paid-too-much"


@pytest.mark.parametrize(
    ("policy", "day"), [(UndatedPayment.DUE, date(2025, 4, 2)), (UndatedPayment.ISSUED, ISSUED)]
)
def test_a_payment_without_a_date_takes_the_day_of_the_policy(policy: UndatedPayment, day: date) -> None:
    undated = paid(paid_on=None, due=date(2025, 4, 2))
    assert paying(shape(undated, undated_payment=policy)).paid_on == day


def test_a_payment_without_a_date_is_held_where_no_policy_gives_one() -> None:
    assert why(paid(paid_on=None, due=date(2025, 4, 2))) == "undated-payment"
    assert why(paid(paid_on=None), undated_payment=UndatedPayment.DUE) == "undated-payment"


def test_an_undated_payment_says_which_date_its_policy_misses() -> None:
    with pytest.raises(Unclear, match="names no due date"):
        shape(paid(paid_on=None), undated_payment=UndatedPayment.DUE)


def test_tax_must_agree_to_the_cent() -> None:
    assert why(document(tax_total="20.01", total="120.01")) == "tax-differs"
    assert why(document(tax_total="19.99")) == "tax-differs"
    assert why(document(tax_total=None, total="100.00")) == "tax-differs"


def test_tax_must_agree_by_rate_even_where_its_sum_does() -> None:
    lines = (line("100.00", "20"), line("100.00", "5"))
    right = document(lines=lines, taxes=taxes(r20="20.00", r5="5.00"), tax_total="25.00", total="225.00")
    wrong = document(lines=lines, taxes=taxes(r20="19.00", r5="6.00"), tax_total="25.00", total="225.00")
    unknown = document(lines=lines, tax_total="25.00", total="225.00")
    figures = shape(right).document.figures
    assert [(t.rate, t.amount) for t in figures.taxes] == [(Decimal(r), Decimal(r)) for r in (5, 20)]
    assert why(wrong) == "tax-differs"
    assert shape(unknown).document.figures == figures


def test_rounding_by_line_or_by_document_must_be_the_accounts() -> None:
    lines = (line("0.33"), line("0.33"), line("0.33"))
    even = shape(document(lines=lines, tax_total="0.20", total="1.19"))
    assert even.document.figures.tax == Decimal("0.20")
    assert why(document(lines=lines, tax_total="0.21", total="1.20")) == "tax-differs"


def test_only_half_a_minor_unit_a_line_may_go_to_adjustment() -> None:
    two, three = (line(), line("50.00")), (line(), line("50.00"), line("50.00"))
    assert why(document(total="120.01")) == "total-differs"
    for total, adjustment in (("180.01", "0.01"), ("179.99", "-0.01")):
        shaped = shape(document(lines=two, tax_total="30.00", total=total))
        assert shaped.document.adjustment == Decimal(adjustment)
    assert why(document(lines=two, tax_total="30.00", total="180.02")) == "total-differs"
    assert why(document(lines=three, tax_total="40.00", total="240.02")) == "total-differs"


def test_an_adjustment_never_hides_a_difference_of_tax() -> None:
    two = (line(), line("50.00"))
    assert why(document(lines=two, tax_total="30.01", total="180.01")) == "tax-differs"


def test_an_adjusted_invoice_comes_to_what_the_sheet_says() -> None:
    shaped = shape(document(lines=(line(), line("50.00")), tax_total="30.00", total="180.01"))
    assert shaped.document.figures.gross == Decimal("180.01")
    assert shaped.document.figures.net == Decimal("150.00")


def test_foreign_currency_takes_the_sheets_rate() -> None:
    shaped = shape(document(currency="USD", exchange_rate="0.75"), rates=RATES)
    assert shaped.document.exchange_rate == Decimal("0.75")


@pytest.mark.parametrize(
    ("rate", "base", "held"),
    [
        ("0.75", "GBP", False),
        ("0.75", "EUR", True),
        ("0.75", None, False),
        ("1.25", None, True),
        ("0.30", None, True),
    ],
)
def test_a_rate_on_the_sheet_says_in_which_currency_or_is_near_a_dated_one(
    rate: str, base: str | None, *, held: bool
) -> None:
    place = Origin(field="exchange_rate", cell=Cell("one.xlsx", "Invoice", "D7"), confidence=Decimal(1))
    found = document(currency="USD", exchange_rate=rate)
    found = found.model_copy(update={"exchange_base": base, "origins": (*found.origins, place)})
    if held:
        assert why(found, rates=RATES) == "exchange-rate"
    else:
        assert shape(found, rates=RATES).document.exchange_rate == Decimal(rate)


@pytest.mark.parametrize("status", list(DocumentStatus))
def test_a_document_that_is_no_claim_is_held(status: DocumentStatus) -> None:
    assert why(document(status=status)) == f"status-{status}"


def test_foreign_currency_takes_the_rate_of_its_day_never_a_later_one() -> None:
    assert shape(document(currency="USD"), rates=RATES).document.exchange_rate == Decimal("0.80")
    later = document(currency="USD", issued=date(2025, 3, 10))
    assert shape(later, rates=RATES).document.exchange_rate == Decimal("0.78")
    assert why(document(currency="USD", issued=date(2024, 12, 31)), rates=RATES) == "exchange-rate"
    assert why(document(currency="USD")) == "exchange-rate"


def test_of_one_day_a_persons_rate_goes_before_the_accounts() -> None:
    same = (DatedRate(currency="EUR", since=date(2025, 1, 1), rate=Decimal("0.83")),)
    assert shape(document(currency="EUR"), rates=same).document.exchange_rate == Decimal("0.83")
    assert shape(document(currency="EUR")).document.exchange_rate == Decimal("0.86")


def test_a_rate_may_be_only_so_old() -> None:
    sold = document(currency="USD", issued=date(2025, 4, 10))
    assert shape(sold, rates=RATES, rates_max_age_days=31).document.exchange_rate == Decimal("0.78")
    assert why(sold.model_copy(update={"issued": date(2025, 4, 11)}), rates=RATES, rates_max_age_days=31) == (
        "exchange-rate"
    )
    own = document(currency="USD", exchange_rate="0.75", issued=date(2025, 9, 1))
    assert shape(own, rates=RATES, rates_max_age_days=0).document.exchange_rate == Decimal("0.75")
    late = paid(currency="USD", exchange_rate="0.75", paid_on=date(2025, 9, 1))
    assert paying(shape(late, rates=RATES, rates_max_age_days=31)).exchange_rate == Decimal("0.75")


def test_without_a_word_a_rate_serves_for_a_year_and_no_longer() -> None:
    yearly = (DatedRate(currency="USD", since=date(2024, 1, 1), rate=Decimal("0.78")),)
    last, next_year = (document(currency="USD", issued=date(y, m, 1)) for y, m in ((2024, 12), (2025, 2)))
    assert shape(last, rates=yearly).document.exchange_rate == Decimal("0.78")
    assert why(next_year, rates=yearly) == "exchange-rate"
    assert shape(next_year, rates=yearly, rates_max_age_days=4000).document.exchange_rate == Decimal("0.78")


def test_a_rate_that_is_old_but_still_serves_is_told_of() -> None:
    rates = Rates(PROFILE, Policy(rates=RATES))
    old, fresh, own = (
        document(currency="USD", issued=date(2025, 9, 1)),
        document(currency="USD", issued=date(2025, 3, 20)),
        document(currency="USD", issued=date(2025, 9, 1), exchange_rate="0.7"),
    )
    (notice,) = rates.notices((d, shape(d, rates=RATES).document) for d in (old, fresh, own))
    assert notice.text.startswith("1 document in USD: its rate is of 2025-03-10")


def test_a_payment_takes_the_rate_of_its_own_day() -> None:
    assert paying(shape(paid(currency="USD"), rates=RATES)).exchange_rate == Decimal("0.78")
    early = shape(paid(currency="USD", paid_on=date(2025, 3, 5), exchange_rate="0.75"), rates=RATES)
    assert paying(early).exchange_rate == Decimal("0.75")


def test_a_rate_that_cannot_be_is_held() -> None:
    assert why(document(currency="USD", exchange_rate="0")) == "exchange-rate"
    assert why(document(currency="CHF", exchange_rate="0.9")) == "currency"


def test_zero_rated_exempt_out_of_scope_and_reverse_charge_are_four_things() -> None:
    without = PROFILE.model_copy(update={"tax_rates": (Decimal(20),)})
    zero = document(lines=(line(rate="0"),), tax_total="0", total="100.00")
    silent = document(lines=(line(rate=None),), tax_total="0", total="100.00")
    assert shape(zero).document.lines[0].tax_rate == 0
    assert why(zero, shaper(without)) == "zero-tax"
    assert why(zero, shaper(without, create_taxes=True)) == "zero-tax"
    assert why(silent) == "zero-tax"
    assert shape(silent, shaper(without)).document.lines[0].tax_rate is None


def test_a_sheet_that_is_silent_on_tax_gets_none() -> None:
    silent = document(lines=(line(rate=None),), tax_total=None, total="100.00")
    assert shape(silent).document.lines[0].tax_rate is None
    assert shape(silent).document.figures.taxes == ()


def test_missing_taxes_are_created_only_when_allowed() -> None:
    odd = document(lines=(line(rate="13"),), tax_total="13.00", total="113.00")
    assert why(odd) == "tax-rate"
    assert shape(odd, create_taxes=True).document.lines[0].tax_rate == 13


def test_tax_that_names_no_rate_is_never_spread_by_guess() -> None:
    assert why(document(lines=(line(rate=None),))) == "tax-unclear"
    several = taxes(r20="10.00", r5="10.00")
    assert why(document(lines=(line(rate=None),), taxes=several)) == "tax-unclear"
    single = document(lines=(line(rate=None),), taxes=taxes(r20="20.00"))
    assert shape(single).document.lines[0].tax_rate == 20


def test_one_rate_does_not_cover_lines_that_do_not_bear_it() -> None:
    lines = (line(rate=None), line("50.00", rate=None, text="Exempt postage"))
    assert why(document(lines=lines, taxes=taxes(r20="20.00"), total="170.00")) == "tax-differs"


def test_another_sellers_document_is_held() -> None:
    ours, theirs = {"name": PROFILE.name}, {"name": "Rival Ltd"}
    learnt = shaper()
    learnt.sellers.trust_letterheads([document(seller=ours), document("INV-2", seller=theirs)])
    assert why(document("INV-2", seller=theirs), learnt) == "other-seller"
    assert shape(document(seller=ours), learnt)
    named = shaper(sellers=("Rival",))
    named.sellers.trust_letterheads([document(seller=ours)])
    assert shape(document("INV-2", seller=theirs), named)


def test_a_payment_goes_by_the_mode_that_was_chosen() -> None:
    payment = paying(shape(paid(), payment_mode="clearing"))
    assert (payment.mode, payment.paid_on, payment.amount) == ("clearing", PAID_ON, Decimal(120))
