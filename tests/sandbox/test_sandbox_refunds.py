import pytest

from tests.sandbox.caller import Caller, Json

LINE: Json = {"name": "Work", "rate": 100, "quantity": 1}


@pytest.fixture
def customer(caller: Caller) -> str:
    number: str = caller.contact()["contact_id"]
    return number


def account(caller: Caller) -> str:
    number: str = caller.listed("chartofaccounts")[0]["account_id"]
    return number


def test_f50_a_credit_note_is_refunded_listed_changed_and_undone(caller: Caller, customer: str) -> None:
    made = caller.books("POST", "creditnotes", {"customer_id": customer, "line_items": [LINE]}).body
    path = f"creditnotes/{made['creditnote']['creditnote_id']}"
    body: Json = {
        "date": "2026-01-05",
        "refund_mode": "banktransfer",
        "reference_number": "RF-1",
        "amount": 70,
        "from_account_id": account(caller),
        "description": "Back",
    }
    refund = caller.books("POST", f"{path}/refunds", body).body["creditnote_refund"]
    assert caller.books("GET", path).body["creditnote"]["balance"] == 30
    assert caller.books("POST", f"{path}/refunds", body).status == 400
    [row] = caller.books("GET", "creditnotes/refunds").body["creditnote_refunds"]
    assert (row["amount_fcy"], row["creditnote_number"]) == (70, "CN-00001")
    one = f"{path}/refunds/{refund['creditnote_refund_id']}"
    caller.books("PUT", one, {"amount": 100})
    assert caller.books("GET", path).body["creditnote"]["status"] == "closed"
    assert caller.books("PUT", one, {"amount": 101}).status == 400
    assert caller.books("DELETE", path).status == 400
    assert caller.books("DELETE", one).status == 200
    assert caller.books("GET", path).body["creditnote"]["balance"] == 100
    assert caller.books("GET", one).code == 1002


def test_f50_only_what_is_open_and_left_is_refunded(caller: Caller, customer: str) -> None:
    body = {"customer_id": customer, "line_items": [LINE], "is_draft": True}
    draft = caller.books("POST", "creditnotes", body).body["creditnote"]["creditnote_id"]
    assert caller.books("POST", f"creditnotes/{draft}/refunds", {"amount": 1}).status == 400
    caller.books("POST", f"creditnotes/{draft}/status/open")
    for amount in (0, -1, 101, "much"):
        assert caller.books("POST", f"creditnotes/{draft}/refunds", {"amount": amount}).status == 400
    wrong = {"amount": 1, "from_account_id": "1"}
    assert caller.books("POST", f"creditnotes/{draft}/refunds", wrong).code == 1002


def test_f47_the_excess_of_a_payment_is_refunded(caller: Caller, customer: str) -> None:
    invoice = caller.sent(customer)
    paid = caller.pay(customer, 130, (invoice, 100)).body["payment"]["payment_id"]
    path = f"customerpayments/{paid}"
    body: Json = {"date": "2026-01-05", "amount": 20, "refund_mode": "cash"}
    assert caller.books("POST", f"{path}/refunds", body).code == 15
    body["from_account_id"] = account(caller)
    [row] = caller.books("POST", f"{path}/refunds", body).body["payment_refunds"]
    assert caller.books("GET", path).body["payment"]["unused_amount"] == 10
    assert caller.books("POST", f"{path}/refunds", body).status == 400
    assert caller.books("DELETE", path).status == 400
    one = f"{path}/refunds/{row['payment_refund_id']}"
    caller.books("PUT", one, body | {"amount": 30})
    assert caller.books("GET", path).body["payment"]["unused_amount"] == 0
    caller.books("DELETE", one)
    assert caller.books("GET", f"{path}/refunds").body["payment_refunds"] == []
    assert caller.books("GET", path).body["payment"]["unused_amount"] == 30


def test_f47_one_application_of_a_payment_is_taken_off(caller: Caller, customer: str) -> None:
    first, second = caller.sent(customer), caller.sent(customer)
    paid = caller.pay(customer, 150, (first, 100), (second, 50)).body["payment"]
    path = f"invoices/{first['invoice_id']}/payments"
    [row] = caller.books("GET", path).body["payments"]
    assert caller.books("DELETE", f"{path}/{row['invoice_payment_id']}").status == 200
    assert (caller.read(first)["balance"], caller.read(second)["balance"]) == (100, 50)
    held = caller.books("GET", f"customerpayments/{paid['payment_id']}").body["payment"]
    assert held["unused_amount"] == 100
