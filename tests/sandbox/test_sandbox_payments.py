import pytest

from tests.sandbox.caller import Caller, Json


@pytest.fixture
def customer(caller: Caller) -> str:
    number: str = caller.contact()["contact_id"]
    return number


def payment(caller: Caller, made: Json) -> Json:
    row: Json = caller.books("GET", f"customerpayments/{made['payment_id']}").body["payment"]
    return row


def test_f46_one_payment_over_several_invoices_and_the_rest_is_unused(caller: Caller, customer: str) -> None:
    one, two = caller.sent(customer), caller.sent(customer)
    made = caller.pay(customer, 170, (one, 100), (two, 50)).body["payment"]
    assert made["unused_amount"] == 20
    assert [part["amount_applied"] for part in made["invoices"]] == [100, 50]
    assert (caller.read(one)["balance"], caller.read(two)["balance"]) == (0, 50)
    rows = caller.listed(f"invoices/{one['invoice_id']}/payments")
    assert [(row["payment_id"], row["amount"]) for row in rows] == [(made["payment_id"], 100)]


def test_f46_no_more_than_the_amount_or_the_balance(caller: Caller, customer: str) -> None:
    made = caller.sent(customer)
    assert caller.pay(customer, 50, (made, 60)).status == 400
    assert caller.pay(customer, 200, (made, 101)).status == 400
    assert caller.pay(customer, 200, (made, 60), (made, 60)).status == 400
    assert caller.pay(customer, 0).code == 2
    assert caller.read(made)["balance"] == 100


def test_f46_not_for_another_customers_invoice(caller: Caller, customer: str) -> None:
    made = caller.sent(caller.contact("Other")["contact_id"])
    assert caller.pay(customer, 50, (made, 50)).status == 400


@pytest.mark.parametrize(
    ("position", "answer", "after"), [("refused", 400, "draft"), ("accepted", 201, "paid")]
)
def test_f46_a_payment_for_a_draft(
    caller: Caller, customer: str, position: str, answer: int, after: str
) -> None:
    caller.switch(payment_on_draft=position)
    made = caller.invoice(customer)
    assert caller.pay(customer, 100, (made, 100)).status == answer
    assert caller.read(made)["status"] == after


def test_f46_deleting_alone_and_in_bulk_gives_the_balance_back(caller: Caller, customer: str) -> None:
    made = caller.sent(customer)
    first = caller.pay(customer, 30, (made, 30)).body["payment"]
    rest = [caller.pay(customer, 10, (made, 10)).body["payment"]["payment_id"] for _ in range(2)]
    caller.books("DELETE", f"customerpayments/{first['payment_id']}")
    assert caller.read(made)["balance"] == 80
    assert caller.books("DELETE", "customerpayments", payment_ids=",".join(rest)).code == 15
    said = caller.books("DELETE", "customerpayments", payment_ids=",".join(rest), bulk_delete="true")
    assert said.status == 200
    assert (caller.read(made)["balance"], caller.read(made)["status"]) == (100, "sent")


def test_f46_put_moves_the_money_or_leaves_all_as_it_was(caller: Caller, customer: str) -> None:
    one, two = caller.sent(customer), caller.sent(customer)
    made = caller.pay(customer, 60, (one, 60), reference_number="R").body["payment"]
    path = f"customerpayments/{made['payment_id']}"
    moved = {"invoices": [{"invoice_id": two["invoice_id"], "amount_applied": 60}]}
    assert caller.books("PUT", path, moved).body["payment"]["reference_number"] == "R"
    assert (caller.read(one)["balance"], caller.read(two)["balance"]) == (100, 40)
    too_much = {"amount": 10}
    assert caller.books("PUT", path, too_much).status == 400
    assert (caller.read(two)["balance"], payment(caller, made)["amount"]) == (40, 60)


def test_f47_one_application_comes_off(caller: Caller, customer: str) -> None:
    made = caller.sent(customer)
    paid = caller.pay(customer, 60, (made, 60)).body["payment"]
    number = paid["invoices"][0]["invoice_payment_id"]
    path = f"invoices/{made['invoice_id']}/payments/{number}"
    assert caller.books("DELETE", path).status == 200
    assert caller.books("DELETE", path).code == 1002
    assert (caller.read(made)["balance"], payment(caller, paid)["unused_amount"]) == (100, 60)


def test_a_payment_without_a_date_is_of_today_and_numbers_rise(caller: Caller, customer: str) -> None:
    numbers = [caller.pay(customer, 1).body["payment"]["payment_number"] for _ in range(2)]
    assert numbers == ["1", "2"]
    assert caller.pay(customer, 1).body["payment"]["date"] == "2026-01-05"


def test_f28_filters_of_payments(caller: Caller, customer: str) -> None:
    other = caller.contact("Other")["contact_id"]
    caller.pay(customer, 10, reference_number="R-1", date="2025-01-01", payment_mode="banktransfer")
    caller.pay(other, 20, reference_number="R-2", date="2025-02-01", description="thanks")
    caller.wait(3)

    def amounts(**query: object) -> list[int]:
        return [row["amount"] for row in caller.listed("customerpayments", **query)]

    assert amounts() == [20, 10]
    assert amounts(customer_id=customer) == [10]
    assert amounts(customer_name="Other") == [20]
    assert amounts(reference_number="R-1") == [10]
    assert amounts(reference_number_startswith="R-") == [20, 10]
    assert amounts(date="2025-02-01") == [20]
    assert amounts(amount=10) == [10]
    assert amounts(amount_greater_than=10) == [20]
    assert amounts(filter_by="PaymentMode.BankTransfer") == [10]
    assert amounts(notes_contains="thank") == [20]
    assert amounts(search_text="r-2") == [20]
    assert amounts(sort_column="amount", sort_order="A") == [10, 20]


@pytest.mark.parametrize("key", ["customer_payments", "customerpayments"])
def test_f28_the_key_of_the_list_is_a_switch(caller: Caller, key: str) -> None:
    caller.switch(payments_list_key=key)
    assert caller.books("GET", "customerpayments").body[key] == []


def test_the_last_payment_is_that_of_the_latest_date(caller: Caller, customer: str) -> None:
    made = caller.sent(customer)
    for day in ("2024-05-20", "2024-04-02"):
        caller.pay(customer, 10, (made, 10), date=day)
    assert caller.read(made)["last_payment_date"] == "2024-05-20"
