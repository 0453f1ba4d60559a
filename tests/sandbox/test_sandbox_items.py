import pytest

from tests.sandbox.caller import Caller, Json


def item(caller: Caller, name: str = "Plank", rate: float = 12.5, **fields: object) -> Json:
    said = caller.books("POST", "items", {"name": name, "rate": rate, **fields})
    assert said.status == 201, said.body
    made: Json = said.body["item"]
    return made


def names(caller: Caller, **query: object) -> list[str]:
    caller.wait(3)
    return [row["name"] for row in caller.listed("items", **query)]


def test_f24_f28_filters_and_sorting_of_items(caller: Caller) -> None:
    tax = caller.tax("Standard Rate")
    item(caller, "Plank", 12.5, description="Oak", tax_id=tax)
    nail = item(caller, "Nail", 0.1, sku="N-1")
    caller.books("POST", f"items/{nail['item_id']}/inactive")
    assert names(caller) == ["Nail", "Plank"]
    assert names(caller, sort_column="rate", sort_order="D") == ["Plank", "Nail"]
    assert names(caller, name="plank") == names(caller, name_startswith="pl") == ["Plank"]
    assert names(caller, description_contains="oak") == names(caller, tax_id=tax) == ["Plank"]
    assert names(caller, rate_less_than=1) == names(caller, filter_by="Status.Inactive") == ["Nail"]
    assert names(caller, filter_by="Status.Active") == names(caller, tax_name="standard rate") == ["Plank"]
    assert names(caller, search_text="n-1") == ["Nail"]


def test_an_item_fills_the_lines_that_name_it(caller: Caller) -> None:
    made = item(caller, description="Oak", tax_id=caller.tax("Standard Rate"), unit="m")
    customer = caller.contact()["contact_id"]
    invoice = caller.invoice(customer, line_items=[{"item_id": made["item_id"], "quantity": 2}])
    [line] = invoice["line_items"]
    assert (line["name"], line["description"], line["rate"], line["unit"]) == ("Plank", "Oak", 12.5, "m")
    assert (invoice["sub_total"], invoice["tax_total"]) == (25, 5)
    own = {"item_id": made["item_id"], "name": "Board", "rate": 9}
    assert caller.invoice(customer, line_items=[own])["line_items"][0]["name"] == "Board"
    assert caller.draft(customer, line_items=[{"item_id": "1"}]).code == 1002


def test_an_item_in_use_stays(caller: Caller) -> None:
    made = item(caller)
    used = caller.invoice(caller.contact()["contact_id"], line_items=[{"item_id": made["item_id"]}])
    assert caller.books("DELETE", f"items/{made['item_id']}").status == 400
    caller.books("DELETE", f"invoices/{used['invoice_id']}")
    assert caller.books("DELETE", f"items/{made['item_id']}").status == 200
    assert caller.books("GET", f"items/{made['item_id']}").code == 1002


def test_f31_an_item_by_its_key(caller: Caller) -> None:
    headers = {"X-Unique-Identifier-Key": "cf_ferry_key", "X-Unique-Identifier-Value": "k"}
    keyed: Json = {"name": "A", "rate": 1, "custom_fields": [{"api_name": "cf_ferry_key", "value": "k"}]}
    made = caller.books("PUT", "items", keyed, headers | {"X-Upsert": "true"}).body["item"]
    again = caller.books("PUT", "items", {"rate": 2}, headers).body["item"]
    assert (again["item_id"], again["rate"], again["cf_ferry_key"]) == (made["item_id"], 2, "k")


@pytest.mark.parametrize("body", [{"name": "", "rate": 1}, {"name": "A"}, {"name": "A", "rate": "x"}])
def test_f45_what_an_item_needs(caller: Caller, body: Json) -> None:
    assert caller.books("POST", "items", body).status == 400


def test_f45_items_belong_to_the_scope_of_settings(caller: Caller) -> None:
    caller.sign_in("ZohoBooks.invoices.ALL,ZohoBooks.contacts.ALL")
    assert caller.books("GET", "items").code == 57
    caller.sign_in("ZohoBooks.settings.READ")
    assert caller.books("GET", "items").status == 200
    assert caller.books("POST", "items", {"name": "A", "rate": 1}).code == 57
