from decimal import Decimal
from typing import Any

import pytest

from ledgerferry_sandbox.books.arithmetic import Rules, totals
from ledgerferry_sandbox.books.models import InvoiceFields
from ledgerferry_sandbox.books.settings import Tax
from tests.sandbox.caller import Caller

TAXES = {
    name: Tax(tax_id=name, tax_name=name, tax_percentage=Decimal(rate))
    for name, rate in (("v20", "20"), ("v5", "5"), ("v0", "0"))
}


def counted(rules: Rules | None = None, **fields: Any) -> tuple[str, str, str]:
    made = totals(InvoiceFields.model_validate(fields), TAXES, rules or Rules())
    return str(made.sub_total), str(made.tax_total), str(made.total)


def line(rate: str, quantity: str = "1", tax: str = "v20", **more: str) -> dict[str, str]:
    return {"rate": rate, "quantity": quantity, "tax_id": tax, **more}


def test_f41_tax_is_rounded_per_document_or_per_line() -> None:
    lines = [line("0.12"), line("0.12"), line("0.12")]
    assert counted(line_items=lines) == ("0.36", "0.07", "0.43")
    assert counted(Rules(per_line=True), line_items=lines) == ("0.36", "0.06", "0.42")


def test_several_taxes_are_each_rounded_and_listed() -> None:
    fields = InvoiceFields.model_validate(
        {"line_items": [line("10"), line("10", tax="v5"), line("5", tax="v0")]}
    )
    made = totals(fields, TAXES, Rules())
    assert [(tax.tax_name, str(tax.tax_amount)) for tax in made.taxes] == [
        ("v20", "2.00"),
        ("v5", "0.50"),
        ("v0", "0.00"),
    ]


@pytest.mark.parametrize(("discount", "expected"), [("10%", "108.00"), ("10", "108.00")])
def test_f34_an_item_discount_lowers_the_line_and_its_tax(discount: str, expected: str) -> None:
    assert counted(line_items=[line("100", discount=discount)])[2] == expected


def test_f34_an_entity_discount_before_tax_is_shared_out() -> None:
    fields: dict[str, Any] = {"discount_type": "entity_level", "discount": "10%"}
    made = counted(line_items=[line("100"), line("100", tax="v5")], **fields)
    assert made == ("200.00", "22.50", "202.50")


def test_f34_an_entity_discount_after_tax_leaves_the_tax_alone() -> None:
    fields: dict[str, Any] = {
        "discount_type": "entity_level",
        "discount": "10",
        "is_discount_before_tax": False,
    }
    assert counted(line_items=[line("100")], **fields) == ("100.00", "20.00", "110.00")


def test_f34_f40_inclusive_prices_hold_their_tax() -> None:
    lines = [line("120"), line("10.50", tax="v5")]
    assert counted(line_items=lines, is_inclusive_tax=True) == ("110.00", "20.50", "130.50")
    gross = Rules(gross_sub_total=True)
    assert counted(gross, line_items=lines, is_inclusive_tax=True) == ("130.50", "20.50", "130.50")


def test_an_entity_discount_on_inclusive_prices() -> None:
    fields: dict[str, Any] = {"discount_type": "entity_level", "discount": "12", "is_inclusive_tax": True}
    assert counted(line_items=[line("120")], **fields) == ("102.00", "18.00", "108.00")


def test_f34_shipping_and_adjustment_come_after_tax() -> None:
    fields: dict[str, Any] = {"shipping_charge": "5", "adjustment": "-0.01"}
    assert counted(line_items=[line("100")], **fields) == ("100.00", "20.00", "124.99")
    taxed = Rules(taxed_shipping=True)
    assert counted(taxed, line_items=[line("100")], **fields) == ("100.00", "21.00", "125.99")


def test_precision_is_the_currencys() -> None:
    assert counted(Rules(precision=0), line_items=[line("101")]) == ("101", "20", "121")
    assert counted(Rules(precision=3), line_items=[line("1.005")]) == ("1.005", "0.201", "1.206")


def test_half_a_cent_rounds_up() -> None:
    assert counted(line_items=[line("0.125", tax="")])[2] == "0.13"


def test_f41_where_tax_is_rounded_is_the_organisations_setting(caller: Caller) -> None:
    customer, tax = caller.contact()["contact_id"], caller.tax("Standard Rate")
    lines = [{"rate": 0.12, "tax_id": tax} for _ in range(3)]
    assert caller.invoice(customer, line_items=lines)["tax_total"] == 0.07
    caller.switch(tax_rounding="item_level")
    assert caller.invoice(customer, line_items=lines)["tax_total"] == 0.06
