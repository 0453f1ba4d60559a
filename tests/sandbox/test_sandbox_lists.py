import pytest

from tests.sandbox.caller import Caller


@pytest.fixture
def customer(caller: Caller) -> str:
    number: str = caller.contact()["contact_id"]
    return number


def numbers(caller: Caller, **query: object) -> list[str]:
    return [row["invoice_number"] for row in caller.listed("invoices", **query)]


def test_f17_pages_hold_at_most_two_hundred(caller: Caller, customer: str) -> None:
    for _ in range(203):
        caller.invoice(customer)
    caller.wait(3)
    first = caller.books("GET", "invoices", per_page=500).body
    assert (len(first["invoices"]), first["page_context"]["has_more_page"]) == (200, True)
    assert first["page_context"]["per_page"] == 200
    second = caller.books("GET", "invoices", page=2).body
    assert (len(second["invoices"]), second["page_context"]["has_more_page"]) == (3, False)
    assert first["invoices"][0]["invoice_number"] == "INV-000203"
    assert caller.books("GET", "invoices", page=0).code == 2


def test_f25_filters_of_invoices(caller: Caller, customer: str) -> None:
    other = caller.contact("Other", contact_persons=[{"email": "o@o.example"}])["contact_id"]
    keyed = [{"api_name": "cf_ferry_key", "value": "k1"}]
    caller.invoice(customer, "A-1", date="2025-01-10", reference_number="R1", custom_fields=keyed)
    caller.sent(other, "B-2", date="2025-02-10", due_date="2025-02-20", line_items=[{"rate": 250}])
    caller.wait(3)
    assert numbers(caller, invoice_number="A-1") == ["A-1"]
    assert numbers(caller, invoice_number_contains="-2") == ["B-2"]
    assert numbers(caller, reference_number="R1") == ["A-1"]
    assert numbers(caller, customer_id=other) == ["B-2"]
    assert numbers(caller, customer_name_startswith="oth") == ["B-2"]
    assert numbers(caller, email="o@o.example") == ["B-2"]
    assert numbers(caller, date="2025-01-10") == ["A-1"]
    assert numbers(caller, date_start="2025-01-11") == ["B-2"]
    assert numbers(caller, date_end="2025-01-10") == ["A-1"]
    assert numbers(caller, date_before="2025-02-10") == ["A-1"]
    assert numbers(caller, date_after="2025-01-10") == ["B-2"]
    assert numbers(caller, total_greater_equals=250) == ["B-2"]
    assert numbers(caller, balance_less_than=250) == ["A-1"]
    assert numbers(caller, status="overdue") == ["B-2"]
    assert numbers(caller, filter_by="Status.Draft") == ["A-1"]
    assert numbers(caller, filter_by="Status.Unpaid") == ["B-2"]
    assert numbers(caller, search_text="b-") == ["B-2"]
    assert numbers(caller, cf_ferry_key="k1") == ["A-1"]
    assert numbers(caller, custom_field="k1") == ["A-1"]
    assert numbers(caller, sort_column="total", sort_order="A") == ["A-1", "B-2"]
    assert numbers(caller, invoice_number="A-1", customer_id=other) == []


def test_f25_the_custom_field_filter_is_a_switch(caller: Caller, customer: str) -> None:
    caller.switch(custom_field_filter="ignored")
    caller.invoice(customer, "A-1")
    caller.wait(3)
    assert numbers(caller, cf_ferry_key="k9") == ["A-1"]


def test_f25_modified_after(caller: Caller, customer: str) -> None:
    old = caller.invoice(customer, "A-1")
    caller.invoice(customer, "A-2")
    caller.wait(10)
    caller.books("PUT", f"invoices/{old['invoice_id']}", {"notes": "x"})
    caller.wait(3)
    assert numbers(caller, last_modified_time="2026-01-05T09:00:05+0000") == ["A-1"]
    assert numbers(caller, last_modified_time="2026-01-05T01:00:05-0800") == ["A-1"]
    assert numbers(caller, last_modified_time="2026-01-05T08:00:00+0000") == ["A-2", "A-1"]


def test_f25_an_unescaped_plus_is_a_space_and_refused(caller: Caller) -> None:
    caller.sign_in()
    signed = {"authorization": f"Zoho-oauthtoken {caller.token}"}
    base = "/books/v3/invoices?organization_id=60012345678&last_modified_time=2026-01-05T08:00:00"
    assert caller.call("GET", f"{base}+0000", **signed).code == 2
    assert caller.call("GET", f"{base}%2B0000", **signed).status == 200


def test_f25_response_options(caller: Caller, customer: str) -> None:
    caller.invoice(customer)
    caller.invoice(customer)
    caller.wait(3)

    def shape(option: int) -> tuple[bool, object, bool]:
        body = caller.books("GET", "invoices", response_option=option).body
        context = body["page_context"]
        return "invoices" in body, context.get("total"), "sum_columns" in context

    assert [shape(option) for option in range(5)] == [
        (True, None, False),
        (True, 2, True),
        (False, 2, False),
        (False, 2, True),
        (True, None, True),
    ]
    sums = caller.books("GET", "invoices", response_option=3).body["page_context"]["sum_columns"]
    assert {row["column_name"]: row["total"] for row in sums} == {"total": 200, "balance": 200}


def test_a_new_record_is_found_by_id_at_once_and_listed_late(caller: Caller, customer: str) -> None:
    made = caller.invoice(customer, "A-1")
    assert caller.read(made)["invoice_number"] == "A-1"
    assert numbers(caller) == numbers(caller, invoice_number="A-1") == []
    caller.wait(1.9)
    assert numbers(caller) == []
    caller.wait(0.1)
    assert numbers(caller) == numbers(caller, invoice_number="A-1") == ["A-1"]


def test_a_change_is_listed_late_in_every_step(caller: Caller, customer: str) -> None:
    made = caller.invoice(customer, "A-1")
    caller.wait(3)
    path = f"invoices/{made['invoice_id']}"
    caller.books("PUT", path, {"reference_number": "one"})
    caller.wait(1)
    caller.books("PUT", path, {"reference_number": "two"})
    assert caller.listed("invoices")[0]["reference_number"] == ""
    assert numbers(caller, reference_number="two") == []
    caller.wait(1)
    assert caller.listed("invoices")[0]["reference_number"] == "one"
    assert numbers(caller, reference_number="one") == ["A-1"]
    caller.wait(1)
    assert numbers(caller, reference_number="one") == []
    assert numbers(caller, reference_number="two") == ["A-1"]


def test_a_deleted_record_is_still_listed_for_a_while(caller: Caller, customer: str) -> None:
    made = caller.invoice(customer, "A-1")
    caller.wait(3)
    caller.books("DELETE", f"invoices/{made['invoice_id']}")
    assert caller.books("GET", f"invoices/{made['invoice_id']}").code == 1002
    assert numbers(caller) == ["A-1"]
    caller.wait(2)
    assert numbers(caller) == []


def test_the_lag_holds_for_a_write_whose_answer_was_lost(caller: Caller, customer: str) -> None:
    caller.control("PUT", "faults", [{"mode": "lost", "method": "POST", "times": 1}])
    body = {"customer_id": customer, "line_items": [{"rate": 1}]}
    said = caller.books("POST", "invoices", body)
    assert said.answer.fault is not None
    assert numbers(caller) == []
    caller.wait(2)
    assert numbers(caller) == ["INV-000001"]


def test_the_order_by_change_shows_a_late_change_in_its_former_place(caller: Caller) -> None:
    one = caller.contact("One")
    caller.wait(5)
    caller.contact("Two")
    caller.wait(5)
    caller.books("PUT", f"contacts/{one['contact_id']}", {"notes": "x"})

    def names() -> list[str]:
        rows = caller.listed("contacts", sort_column="last_modified_time", sort_order="D")
        return [row["contact_name"] for row in rows]

    assert names() == ["Two", "One"]
    caller.wait(2)
    assert names() == ["One", "Two"]


def test_the_lag_is_a_switch(caller: Caller, customer: str) -> None:
    caller.switch(search_lag_seconds=0)
    caller.invoice(customer, "A-1")
    assert numbers(caller) == ["A-1"]


def test_f24_variants_of_texts_numbers_days_and_custom_fields(caller: Caller, customer: str) -> None:
    keyed = [{"api_name": "cf_ferry_key", "value": "Key-7"}]
    caller.invoice(customer, "A-1", date="2025-01-10", custom_fields=keyed)
    caller.invoice(customer, "B-2", date="2025-03-10", line_items=[{"name": "Oak plank", "rate": 50}])
    caller.wait(3)
    assert numbers(caller, invoice_number_startswith="a") == numbers(caller, total_greater_than=50) == ["A-1"]
    assert numbers(caller, total_less_equals=50) == numbers(caller, date_after="2025-01-10") == ["B-2"]
    assert numbers(caller, cf_ferry_key_contains="y-7") == ["A-1"]
    for variant, found in (
        ("total_less_than", {50: [], 51: ["B-2"]}),
        ("total_greater_equals", {100: ["A-1"], 101: []}),
        ("date_before", {"2025-01-10": [], "2025-01-11": ["A-1"]}),
        ("date_end", {"2025-01-09": [], "2025-01-10": ["A-1"]}),
        ("date_start", {"2025-03-10": ["B-2"], "2025-03-11": []}),
    ):
        assert {asked: numbers(caller, **{variant: asked}) for asked in found} == found
    assert numbers(caller, custom_field_startswith="key") == ["A-1"]
    assert numbers(caller, custom_field_contains="zz") == []
    assert numbers(caller, item_name_contains="plank") == ["B-2"]


def test_f25_statuses_that_are_several_or_none(caller: Caller, customer: str) -> None:
    caller.sent(customer, "A-1", payment_expected_date="2026-03-01")
    caller.sent(customer, "A-2", date="2025-01-01", due_date="2025-01-02")
    caller.invoice(customer, "A-3")
    voided = caller.invoice(customer, "A-4")
    caller.books("POST", f"invoices/{voided['invoice_id']}/status/void")
    caller.pay(customer, 100, (caller.sent(customer, "A-5"), 100))
    caller.wait(3)
    assert numbers(caller, status="unpaid") == numbers(caller, filter_by="Status.Unpaid") == ["A-2", "A-1"]
    assert numbers(caller, status="viewed") == numbers(caller, filter_by="Status.Viewed") == []
    number = next(row["invoice_id"] for row in caller.listed("invoices") if row["invoice_number"] == "A-1")
    change = {"service": "books", "kind": "invoices", "id": number, "fields": {"status": "viewed"}}
    caller.control("POST", "edit", change)
    caller.wait(3)
    assert numbers(caller, status="viewed") == numbers(caller, filter_by="Status.Viewed") == ["A-1"]
    assert numbers(caller, status="unpaid") == ["A-2", "A-1"]
    assert numbers(caller, filter_by="Date.PaymentExpectedDate") == ["A-1"]
    for name, expected in (
        ("viewed", "A-1"),
        ("overdue", "A-2"),
        ("draft", "A-3"),
        ("void", "A-4"),
        ("paid", "A-5"),
    ):
        assert numbers(caller, status=name) == [expected]
    assert numbers(caller, filter_by="Status.All") == ["A-5", "A-4", "A-3", "A-2", "A-1"]


@pytest.mark.parametrize(("position", "found"), [("ignored", 1), ("work", 0)])
@pytest.mark.parametrize("path", ["customerpayments", "items"])
def test_f28_last_modified_time_of_payments_and_items_is_a_switch(
    caller: Caller, customer: str, path: str, position: str, found: int
) -> None:
    caller.switch(undocumented_filters=position)
    caller.pay(customer, 10)
    caller.books("POST", "items", {"name": "Spade", "rate": 1})
    caller.wait(3)
    assert len(caller.listed(path, last_modified_time="2030-01-01T00:00:00+0000")) == found
