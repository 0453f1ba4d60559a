import pytest

from tests.sandbox.caller import Caller, Json, Said

KEY = "cf_ferry_key"


@pytest.fixture
def customer(caller: Caller) -> str:
    number: str = caller.contact()["contact_id"]
    return number


def upsert(
    caller: Caller,
    path: str,
    body: Json,
    *,
    value: str = "k1",
    key: str = KEY,
    create: bool = True,
    **query: object,
) -> Said:
    headers = {"X-Unique-Identifier-Key": key, "X-Unique-Identifier-Value": value}
    if create:
        headers["X-Upsert"] = "true"
    return caller.books("PUT", path, body, headers, **query)


def invoice_body(customer: str, **fields: object) -> Json:
    keyed = [{"api_name": KEY, "value": "k1"}]
    return {"customer_id": customer, "line_items": [{"rate": 5}], "custom_fields": keyed, **fields}


def test_f31_a_hit_updates_and_a_repeat_makes_no_second(caller: Caller, customer: str) -> None:
    first = upsert(caller, "invoices", invoice_body(customer))
    assert first.status == 200
    second = upsert(caller, "invoices", invoice_body(customer, notes="again"))
    assert second.body["invoice"]["invoice_id"] == first.body["invoice"]["invoice_id"]
    assert second.body["invoice"]["notes"] == "again"


@pytest.mark.parametrize("status", [404, 400])
def test_f31_a_miss_without_x_upsert_is_an_error(caller: Caller, customer: str, status: int) -> None:
    caller.switch(upsert_miss_status=status)
    assert upsert(caller, "invoices", invoice_body(customer), create=False).status == status


def test_f31_the_field_must_reject_duplicates(caller: Caller, customer: str) -> None:
    field = {"module": "invoices", "api_name": "cf_free", "unique": False}
    caller.control("POST", "edit", {"service": "books", "kind": "customfields", "fields": field})
    assert upsert(caller, "invoices", invoice_body(customer), key="cf_free").code == 2
    assert upsert(caller, "invoices", invoice_body(customer), key="cf_none").code == 2
    assert upsert(caller, "invoices", invoice_body(customer), value="").code == 15


@pytest.mark.parametrize(("position", "number"), [("discarded", "INV-000001"), ("honoured", "MINE-1")])
def test_f31_f33_whether_a_created_one_keeps_its_number(
    caller: Caller, customer: str, position: str, number: str
) -> None:
    caller.switch(upsert_number=position)
    body = invoice_body(customer, invoice_number="MINE-1")
    said = upsert(caller, "invoices", body, ignore_auto_number_generation="true")
    assert said.body["invoice"]["invoice_number"] == number


@pytest.mark.parametrize(("position", "held"), [("no", None), ("yes", "k1")])
def test_f31_whether_a_created_one_gets_the_key(
    caller: Caller, customer: str, position: str, held: str | None
) -> None:
    caller.switch(upsert_sets_key=position)
    said = upsert(caller, "invoices", {"customer_id": customer, "line_items": [{"rate": 5}]})
    assert said.body["invoice"].get(KEY) == held


def test_f31_contacts_and_payments_too(caller: Caller, customer: str) -> None:
    keyed = [{"api_name": KEY, "value": "k1"}]
    for _ in range(2):
        upsert(caller, "contacts", {"contact_name": "New", "custom_fields": keyed})
        upsert(caller, "customerpayments", {"customer_id": customer, "amount": 5, "custom_fields": keyed})
    caller.wait(3)
    assert len(caller.listed("contacts")) == 2
    assert len(caller.listed("customerpayments")) == 1


def test_f31_may_not_exist_at_all(caller: Caller, customer: str) -> None:
    caller.switch(upsert="refused")
    assert upsert(caller, "invoices", invoice_body(customer)).status == 405
