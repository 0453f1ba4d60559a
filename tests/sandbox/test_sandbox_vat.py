import pytest

from tests.sandbox.caller import Caller, Json


@pytest.fixture
def customer(caller: Caller) -> str:
    number: str = caller.contact()["contact_id"]
    return number


def taxed(caller: Caller, customer: str, tax: str, **fields: object) -> Json:
    body = {"customer_id": customer, "line_items": [{"name": "Work", "rate": 100, "tax_id": tax}], **fields}
    said = caller.books("POST", "invoices", body)
    assert said.status == 201, said.body
    made: Json = said.body["invoice"]
    return made


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"vat_treatment": "uk", "vat_reg_no": "GB123456789", "country_code": "GB"}, 201),
        ({"vat_treatment": "overseas"}, 201),
        ({"vat_treatment": "eu_vat_registered"}, 400),
        ({"vat_treatment": "non_eu"}, 400),
        ({"vat_treatment": "eu_vat_not_registered"}, 400),
        ({"vat_reg_no": "1"}, 400),
        ({"vat_reg_no": "1234567890123"}, 400),
        ({"country_code": "GBR"}, 400),
    ],
)
def test_f43_vat_of_a_contact_in_the_uk(caller: Caller, fields: Json, status: int) -> None:
    assert caller.books("POST", "contacts", {"contact_name": "New", **fields}).status == status


def test_f43_eu_treatment_is_for_the_northern_ireland_protocol(caller: Caller) -> None:
    change = {"service": "books", "kind": "organizations", "fields": {"is_northern_ireland": True}}
    caller.control("POST", "edit", change)
    assert caller.contact(vat_treatment="eu_vat_registered")["vat_treatment"] == "eu_vat_registered"


def test_f43_an_invoice_takes_its_treatment_from_the_customer(caller: Caller) -> None:
    abroad = caller.contact(vat_treatment="overseas")["contact_id"]
    made = taxed(caller, abroad, caller.tax("Standard Rate"))
    assert (made["vat_treatment"], made["tax_total"], made["total"]) == ("overseas", 0, 100)
    home = taxed(caller, abroad, caller.tax("Standard Rate"), vat_treatment="uk")
    assert (home["tax_total"], home["total"]) == (20, 120)


def test_f43_a_reverse_charge_bears_no_vat(caller: Caller, customer: str) -> None:
    made = taxed(caller, customer, caller.tax("Standard Rate"), is_reverse_charge_applied=True)
    assert (made["tax_total"], made["total"], made["is_reverse_charge_applied"]) == (0, 100, True)
    assert made["line_items"][0]["tax_name"] == "Standard Rate"
    path = f"invoices/{made['invoice_id']}"
    changed = caller.books("PUT", path, {"is_reverse_charge_applied": False}).body["invoice"]
    assert changed["total"] == 120


def test_f44_a_group_of_taxes_is_charged_by_its_parts(caller: Caller, customer: str) -> None:
    compound = {"tax_name": "On top", "tax_percentage": 10, "tax_type": "compound_tax"}
    top = caller.books("POST", "settings/taxes", compound).body["tax"]["tax_id"]
    both = f"{caller.tax('Standard Rate')},{top}"
    body = {"tax_group_name": "Both", "taxes": both}
    group = caller.books("POST", "settings/taxgroups", body).body["tax_group"]
    assert group["tax_group_percentage"] == 32
    made = taxed(caller, customer, group["tax_group_id"])
    assert {row["tax_name"]: row["tax_amount"] for row in made["taxes"]} == {
        "Standard Rate": 20,
        "On top": 12,
    }
    assert (made["tax_total"], made["total"]) == (32, 132)
    assert len(made["line_items"][0]["line_item_taxes"]) == 2
    assert caller.books("DELETE", f"settings/taxes/{top}").status == 400
    assert (
        caller.books("POST", "settings/taxgroups", body | {"tax_group_name": "X", "taxes": "1"}).code == 1002
    )


def test_f44_zoho_checks_a_chosen_tax_and_does_not_choose_one(caller: Caller, customer: str) -> None:
    made = taxed(caller, customer, "")
    assert (made["tax_total"], made["taxes"]) == (0, [])
    body = {"customer_id": customer, "line_items": [{"rate": 1, "tax_id": "1"}]}
    assert caller.books("POST", "invoices", body).code == 1002


@pytest.mark.parametrize("path", ["settings/taxauthorities", "settings/taxexemptions"])
def test_f44_registers_of_authorities_and_exemptions(caller: Caller, path: str) -> None:
    name = "tax_authority_name" if "authorities" in path else "tax_exemption_code"
    made = caller.books("POST", path, {name: "One", "type": "customer"})
    row = next(value for value in made.body.values() if isinstance(value, dict))
    own = f"{path}/{row[name.replace('_name', '_id').replace('_code', '_id')]}"
    assert caller.books("POST", path, {name: "ONE"}).code == 11
    assert caller.books("PUT", own, {name: "Two"}).status == 200
    assert caller.listed(path)[0][name] == "Two"
    assert caller.books("DELETE", own).status == 200
    assert caller.books("GET", own).code == 1002


def test_f45_currencies_and_rates_change_and_go(caller: Caller, customer: str) -> None:
    made = caller.books("POST", "settings/currencies", {"currency_code": "CHF"}).body["currency"]
    path = f"settings/currencies/{made['currency_id']}"
    assert caller.draft(customer, currency_id=made["currency_id"]).code == 15
    rate = {"effective_date": "2025-01-01", "rate": 0.9}
    held = caller.books("POST", f"{path}/exchangerates", rate).body["exchange_rate"]
    own = f"{path}/exchangerates/{held['exchange_rate_id']}"
    caller.books("PUT", own, {"rate": 0.88, "effective_date": "2025-01-01"})
    assert caller.books("GET", own).body["exchange_rate"]["rate"] == 0.88
    invoice = caller.invoice(customer, currency_id=made["currency_id"])
    assert invoice["exchange_rate"] == 0.88
    assert caller.books("DELETE", path).status == 400
    caller.books("DELETE", f"invoices/{invoice['invoice_id']}")
    assert caller.books("DELETE", own).status == 200
    assert caller.books("GET", own).code == 1002
    caller.books("PUT", path, {"price_precision": 0})
    assert caller.books("GET", path).body["currency"]["price_precision"] == 0
    assert caller.books("DELETE", path).status == 200
    base = caller.listed("settings/currencies")[0]["currency_id"]
    assert caller.books("DELETE", f"settings/currencies/{base}").status == 400


def test_f40_price_precision_decides_where_amounts_are_rounded(caller: Caller, customer: str) -> None:
    yen = {"currency_code": "JPY", "price_precision": 0}
    number = caller.books("POST", "settings/currencies", yen).body["currency"]["currency_id"]
    line = {"rate": 10.5, "quantity": 1, "tax_id": caller.tax("Standard Rate")}
    made = caller.invoice(customer, currency_id=number, exchange_rate=0.005, line_items=[line])
    assert (made["price_precision"], made["sub_total"], made["tax_total"], made["total"]) == (0, 11, 2, 13)
