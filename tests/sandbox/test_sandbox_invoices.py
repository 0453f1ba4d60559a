import pytest

from tests.sandbox.caller import Caller

KEY = "cf_ferry_key"


@pytest.fixture
def customer(caller: Caller) -> str:
    number: str = caller.contact()["contact_id"]
    return number


def test_f33_without_the_flag_a_chosen_number_is_discarded(caller: Caller, customer: str) -> None:
    body = {"customer_id": customer, "invoice_number": "MINE-1", "line_items": [{"rate": 1}]}
    said = caller.books("POST", "invoices", body)
    assert (said.status, said.body["invoice"]["invoice_number"]) == (201, "INV-000001")


def test_f33_or_it_is_rejected(caller: Caller, customer: str) -> None:
    caller.switch(chosen_number="rejected")
    body = {"customer_id": customer, "invoice_number": "MINE-1", "line_items": [{"rate": 1}]}
    assert caller.books("POST", "invoices", body).status == 400
    assert caller.draft(customer).status == 201


def test_f33_with_the_flag_the_number_is_ours_and_mandatory(caller: Caller, customer: str) -> None:
    assert caller.invoice(customer, "MINE-1")["invoice_number"] == "MINE-1"
    said = caller.books(
        "POST",
        "invoices",
        {"customer_id": customer, "line_items": [{"rate": 1}]},
        ignore_auto_number_generation="true",
    )
    assert said.code == 15


def test_f33_put_changes_the_number_only_with_the_flag(caller: Caller, customer: str) -> None:
    made = caller.invoice(customer, "MINE-1")
    path = f"invoices/{made['invoice_id']}"
    assert caller.books("PUT", path, {"invoice_number": "X"}).body["invoice"]["invoice_number"] == "MINE-1"
    said = caller.books("PUT", path, {"invoice_number": "X"}, ignore_auto_number_generation="true")
    assert said.body["invoice"]["invoice_number"] == "X"


def test_f33_generated_numbers_step_over_those_taken(caller: Caller, customer: str) -> None:
    caller.invoice(customer, "INV-000001")
    assert caller.invoice(customer)["invoice_number"] == "INV-000002"


@pytest.mark.parametrize("code", [1001, 4004])
def test_a_repeated_number_is_refused_with_1001_or_another(
    caller: Caller, customer: str, code: int
) -> None:
    caller.switch(duplicate_number_code=code)
    caller.invoice(customer, "A-1")
    said = caller.draft(customer, "A-1")
    assert (said.status, said.code) == (400, code)


@pytest.mark.parametrize(("position", "status"), [("folded", 400), ("exact", 201)])
def test_numbers_that_differ_in_case_are_one_by_switch(
    caller: Caller, customer: str, position: str, status: int
) -> None:
    caller.switch(number_folding=position)
    caller.invoice(customer, "A-1")
    assert caller.draft(customer, "a-1 ").status == status


@pytest.mark.parametrize("code", [2, 4])
def test_f31_a_repeated_unique_value_is_refused(caller: Caller, customer: str, code: int) -> None:
    caller.switch(duplicate_field_code=code)
    keyed = {"custom_fields": [{"api_name": KEY, "value": "k1"}]}
    made = caller.invoice(customer, "A-1", **keyed)
    said = caller.draft(customer, "A-2", **keyed)
    assert (said.status, said.code) == (400, code)
    other = caller.invoice(customer, "A-3")
    assert caller.books("PUT", f"invoices/{other['invoice_id']}", keyed).code == code
    assert caller.books("PUT", f"invoices/{made['invoice_id']}", keyed).status == 200
    caller.books("DELETE", f"invoices/{made['invoice_id']}")
    assert caller.draft(customer, "A-2", **keyed).status == 201


def test_f34_customer_and_lines_are_required(caller: Caller, customer: str) -> None:
    assert caller.books("POST", "invoices", {"line_items": [{"rate": 1}]}).code == 15
    assert caller.books("POST", "invoices", {"customer_id": customer}).code == 15
    assert caller.draft("1").code == 1002


def test_f34_a_foreign_currency_has_a_rate_and_its_own_precision(caller: Caller) -> None:
    euro = next(row for row in caller.listed("settings/currencies") if row["currency_code"] == "EUR")
    customer = caller.contact(currency_id=euro["currency_id"])["contact_id"]
    made = caller.invoice(customer, exchange_rate=0.9)
    assert (made["currency_code"], made["exchange_rate"]) == ("EUR", 0.9)
    assert caller.invoice(customer)["exchange_rate"] == euro["exchange_rate"]


def test_f40_the_detail_carries_what_books_worked_out(caller: Caller, customer: str) -> None:
    tax = caller.tax("Standard Rate")
    made = caller.invoice(
        customer, line_items=[{"name": "Work", "rate": 10.55, "quantity": 3, "tax_id": tax}]
    )
    assert (made["sub_total"], made["tax_total"], made["total"], made["balance"]) == (
        31.65,
        6.33,
        37.98,
        37.98,
    )
    assert made["taxes"] == [
        {"tax_id": tax, "tax_name": "Standard Rate", "tax_amount": 6.33, "tax_percentage": 20}
    ]
    line = made["line_items"][0]
    assert line["item_total"] == 31.65
    assert line["line_item_taxes"] == [{"tax_id": tax, "tax_name": "Standard Rate", "tax_amount": 6.33}]
    assert len(line["line_item_id"]) == 19
    assert caller.read(made) == made


def test_put_keeps_what_it_does_not_name_and_replaces_lines(caller: Caller, customer: str) -> None:
    made = caller.invoice(customer, "A-1", reference_number="R", notes="N")
    path = f"invoices/{made['invoice_id']}"
    caller.wait(5)
    changed = caller.books("PUT", path, {"notes": "M"}).body["invoice"]
    assert (changed["notes"], changed["reference_number"], changed["total"]) == ("M", "R", 100)
    assert changed["last_modified_time"] > made["last_modified_time"]
    changed = caller.books("PUT", path, {"line_items": [{"rate": 7}]}).body["invoice"]
    assert (changed["total"], changed["balance"], len(changed["line_items"])) == (7, 7, 1)


def test_an_unknown_tax_is_refused(caller: Caller, customer: str) -> None:
    assert caller.draft(customer, line_items=[{"rate": 1, "tax_id": "1"}]).code == 1002


def test_a_custom_field_alone_can_be_put(caller: Caller, customer: str) -> None:
    made = caller.invoice(customer)
    said = caller.books(
        "PUT", f"invoice/{made['invoice_id']}/customfields", [{"api_name": KEY, "value": "k"}]
    )
    assert said.status == 200
    assert caller.read(made)[KEY] == "k"


def test_f38_an_invoice_can_be_read_as_a_file(caller: Caller, customer: str) -> None:
    made = caller.invoice(customer)
    said = caller.books("GET", f"invoices/{made['invoice_id']}", accept="pdf")
    assert said.answer.headers["content-type"] == "application/pdf"
    assert made["invoice_number"].encode() in said.answer.body


def test_a_due_date_follows_the_terms_and_is_never_before_the_date(caller: Caller, customer: str) -> None:
    made = caller.invoice(customer, date="2025-03-01", payment_terms=30)
    assert made["due_date"] == "2025-03-31"
    assert caller.draft(customer, date="2025-03-02", due_date="2025-03-01").code == 2
