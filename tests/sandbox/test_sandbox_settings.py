import pytest

from ledgerferry_sandbox.sandbox import Sandbox
from tests.sandbox.caller import Caller


def test_demo_has_pounds_and_everything(caller: Caller) -> None:
    organization = caller.listed("organizations")[0]
    assert (organization["currency_code"], organization["country_code"]) == ("GBP", "GB")
    assert [row["currency_code"] for row in caller.listed("settings/currencies")] == ["GBP", "EUR", "USD"]
    rates = {row["tax_name"]: row["tax_percentage"] for row in caller.listed("settings/taxes")}
    assert rates["Standard Rate"] == rates["TVA 20%"] == 20
    assert rates["TVA 5.5%"] == 5.5
    for module in ("contacts", "invoices", "customerpayments"):
        assert any(
            row["module"] == module and row["unique"]
            for row in caller.control("GET", "state")["books"]["customfields"]
        )


def test_empty_has_dollars_and_nothing_else() -> None:
    caller = Caller(Sandbox(seed="empty"))
    assert caller.listed("organizations")[0]["currency_code"] == "USD"
    assert caller.listed("settings/taxes") == []
    assert caller.control("GET", "state")["books"]["customfields"] == []
    assert caller.contact()["created_time"] == "2026-01-05T01:00:00-0800"


def test_one_organization_by_its_id(caller: Caller) -> None:
    listed = caller.listed("organizations")[0]
    said = caller.books("GET", f"organizations/{listed['organization_id']}")
    assert said.body["organization"] == listed


@pytest.mark.parametrize("position", ["object", "array"])
def test_f44_a_created_tax(caller: Caller, position: str) -> None:
    caller.switch(single_as_list=position)
    said = caller.books("POST", "settings/taxes", {"tax_name": "New", "tax_percentage": 12.5})
    assert said.status == 201
    made = said.body["tax"] if position == "object" else said.body["tax"][0]
    assert caller.tax("New") == made["tax_id"]
    assert caller.books("POST", "settings/taxes", {"tax_name": "new", "tax_percentage": 1}).status == 400


def test_f44_a_tax_changes_and_goes_unless_in_use(caller: Caller) -> None:
    made = caller.books("POST", "settings/taxes", {"tax_name": "New", "tax_percentage": 12.5}).body["tax"]
    path = f"settings/taxes/{made['tax_id']}"
    changed = caller.books("PUT", path, {"tax_name": "Newer", "tax_percentage": 13}).body["tax"]
    assert (changed["tax_name"], changed["tax_percentage"]) == ("Newer", 13)
    customer = caller.contact()["contact_id"]
    invoice = caller.invoice(customer, line_items=[{"rate": 1, "tax_id": made["tax_id"]}])
    assert caller.books("DELETE", path).status == 400
    caller.books("DELETE", f"invoices/{invoice['invoice_id']}")
    assert caller.books("DELETE", path).status == 200
    assert caller.books("GET", path).code == 1002


def test_f45_currencies_and_their_rates(caller: Caller) -> None:
    made = caller.books("POST", "settings/currencies", {"currency_code": "JPY", "price_precision": 0})
    assert made.status == 201
    number = made.body["currency"]["currency_id"]
    assert caller.books("POST", "settings/currencies", {"currency_code": "jpy"}).status == 400
    path = f"settings/currencies/{number}/exchangerates"
    customer = caller.contact(currency_id=number)["contact_id"]
    assert caller.draft(customer).code == 15
    caller.books("POST", path, {"effective_date": "2025-02-01", "rate": 0.0052})
    caller.books("POST", path, {"effective_date": "2025-01-01", "rate": 0.0051})
    assert [row["rate"] for row in caller.listed(path)] == [0.0052, 0.0051]
    assert caller.books("GET", f"settings/currencies/{number}").body["currency"]["exchange_rate"] == 0.0052
    invoice = caller.invoice(customer, line_items=[{"rate": 100.6}])
    assert (invoice["total"], invoice["exchange_rate"]) == (101, 0.0052)


def test_f45_the_base_currency_has_no_rate(caller: Caller) -> None:
    base = next(row for row in caller.listed("settings/currencies") if row["is_base_currency"])
    path = f"settings/currencies/{base['currency_id']}/exchangerates"
    assert caller.books("POST", path, {"effective_date": "2025-02-01", "rate": 2}).status == 400
