import pytest

from tests.sandbox.caller import Caller


@pytest.fixture
def customer(caller: Caller) -> str:
    number: str = caller.contact()["contact_id"]
    return number


def move(caller: Caller, made: dict[str, str], to: str) -> int:
    return caller.books("POST", f"invoices/{made['invoice_id']}/status/{to}").status


def status(caller: Caller, made: dict[str, str]) -> str:
    held: str = caller.read(made)["status"]
    return held


def test_f35_f36_draft_sent_overdue_partially_paid_paid(caller: Caller, customer: str) -> None:
    caller.switch(partly_paid_late="partially_paid")
    made = caller.invoice(customer, due_date="2026-01-06")
    assert made["status"] == "draft"
    assert move(caller, made, "sent") == 200
    assert status(caller, made) == "sent"
    caller.wait(2 * 86_400)
    caller.sign_in()
    assert status(caller, made) == "overdue"
    caller.pay(customer, 40, (made, 40))
    assert status(caller, made) == "partially_paid"
    caller.pay(customer, 60, (made, 60))
    assert status(caller, made) == "paid"


def test_f35_viewed_once_the_customer_has_opened_it(caller: Caller, customer: str) -> None:
    made = caller.invoice(customer, due_date="2026-01-06")
    about = {"service": "books", "kind": "invoices", "id": made["invoice_id"]}
    change = {**about, "fields": {"status": "viewed"}}
    assert caller.call("POST", "/_sandbox/edit", change).status == 400
    move(caller, made, "sent")
    before = caller.read(made)["last_modified_time"]
    caller.wait(60)
    caller.control("POST", "edit", change)
    held = caller.read(made)
    assert (held["status"], held["is_viewed_by_client"]) == ("viewed", True)
    assert held["last_modified_time"] == before
    caller.pay(customer, 40, (made, 40))
    assert status(caller, made) == "partially_paid"
    other = caller.sent(customer, date="2025-01-01", due_date="2025-01-02")
    caller.control("POST", "edit", change | {"id": other["invoice_id"]})
    assert status(caller, other) == "overdue"


def test_f35_a_partly_paid_late_invoice_is_overdue_by_default(caller: Caller, customer: str) -> None:
    made = caller.sent(customer, date="2025-01-01", due_date="2025-01-02")
    caller.pay(customer, 40, (made, 40))
    assert status(caller, made) == "overdue"


def test_f36_draft_only_from_void(caller: Caller, customer: str) -> None:
    made = caller.sent(customer)
    assert move(caller, made, "draft") == 400
    assert move(caller, made, "void") == 200
    assert status(caller, made) == "void"
    assert move(caller, made, "sent") == 400
    assert move(caller, made, "draft") == 200
    assert status(caller, made) == "draft"
    assert caller.read(made)["balance"] == 100


def test_f36_voiding_turns_payments_into_credit(caller: Caller, customer: str) -> None:
    made = caller.sent(customer)
    paid = caller.pay(customer, 100, (made, 100)).body["payment"]
    assert move(caller, made, "void") == 200
    held = caller.books("GET", f"customerpayments/{paid['payment_id']}").body["payment"]
    assert (held["unused_amount"], held["invoices"]) == (100, [])
    assert (caller.read(made)["payment_made"], caller.read(made)["balance"]) == (0, 0)


def test_a_void_invoice_cannot_be_changed(caller: Caller, customer: str) -> None:
    made = caller.invoice(customer)
    move(caller, made, "void")
    assert caller.books("PUT", f"invoices/{made['invoice_id']}", {"notes": "x"}).status == 400


def test_f36_bulk_sent_void_and_delete(caller: Caller, customer: str) -> None:
    made = [caller.invoice(customer) for _ in range(3)]
    ids = ",".join(each["invoice_id"] for each in made)
    assert caller.books("POST", "invoices/status/sent", invoice_ids=ids).status == 200
    assert {status(caller, each) for each in made} == {"sent"}
    assert caller.books("POST", "invoices/status/void", invoice_ids=ids).status == 200
    assert caller.books("DELETE", "invoices", invoice_ids=ids).status == 200
    assert caller.books("GET", f"invoices/{made[0]['invoice_id']}").code == 1002


def test_f36_bulk_takes_no_more_than_the_limit(caller: Caller, customer: str) -> None:
    caller.switch(bulk_limit=2)
    ids = ",".join(caller.invoice(customer)["invoice_id"] for _ in range(3))
    assert caller.books("POST", "invoices/status/sent", invoice_ids=ids).code == 15
    assert caller.books("POST", "invoices/status/sent").code == 15


@pytest.mark.parametrize(
    ("position", "answer", "after"), [("refuses_all", 400, "draft"), ("skipped", 200, "sent")]
)
def test_f36_one_unfit_id_in_bulk(
    caller: Caller, customer: str, position: str, answer: int, after: str
) -> None:
    caller.switch(bulk_unfit=position)
    fit, unfit = caller.invoice(customer), caller.invoice(customer)
    move(caller, unfit, "void")
    ids = f"{fit['invoice_id']},{unfit['invoice_id']}"
    assert caller.books("POST", "invoices/status/sent", invoice_ids=ids).status == answer
    assert (status(caller, fit), status(caller, unfit)) == (after, "void")


@pytest.mark.parametrize(("position", "answer"), [("refused", 400), ("unapplied", 200)])
def test_f37_deleting_a_paid_invoice(caller: Caller, customer: str, position: str, answer: int) -> None:
    caller.switch(delete_paid_invoice=position)
    made = caller.sent(customer)
    caller.pay(customer, 100, (made, 100))
    assert caller.books("DELETE", f"invoices/{made['invoice_id']}").status == answer
    caller.wait(3)
    assert caller.listed("customerpayments")[0]["unused_amount"] == (0 if answer == 400 else 100)


def test_f37_a_closed_period_keeps_its_invoices(caller: Caller, customer: str) -> None:
    made = caller.sent(customer, date="2025-03-01")
    closing = {"service": "books", "kind": "organizations", "fields": {"closed_until": "2025-03-31"}}
    caller.control("POST", "edit", closing)
    assert caller.books("DELETE", f"invoices/{made['invoice_id']}").status == 400
    assert move(caller, made, "void") == 400
    bulk = caller.books("POST", "invoices/status/void", invoice_ids=made["invoice_id"])
    assert bulk.status == 400
    later = caller.sent(customer, date="2025-04-01")
    assert caller.books("DELETE", f"invoices/{later['invoice_id']}").status == 200


def test_f36_writing_off_and_back(caller: Caller, customer: str) -> None:
    made = caller.sent(customer)
    path = f"invoices/{made['invoice_id']}/writeoff"
    assert caller.books("POST", path).status == 200
    assert (caller.read(made)["write_off_amount"], caller.read(made)["status"]) == (100, "paid")
    assert caller.books("POST", f"{path}/cancel").status == 200
    assert (caller.read(made)["balance"], caller.read(made)["status"]) == (100, "sent")


def test_f36_writing_off_in_bulk_and_the_status_it_leaves(caller: Caller, customer: str) -> None:
    made = [caller.sent(customer) for _ in range(2)]
    ids = ",".join(each["invoice_id"] for each in made)
    assert caller.books("POST", "invoices/writeoff", invoice_ids=ids).status == 200
    assert {status(caller, each) for each in made} == {"paid"}
    caller.switch(written_off_status="written_off")
    assert status(caller, made[0]) == "written_off"
    path = f"invoices/{made[0]['invoice_id']}/writeoff"
    assert caller.books("POST", path).status == 400
    caller.books("POST", f"{path}/cancel")
    assert caller.books("POST", f"{path}/cancel").status == 400


def test_f36_a_part_that_is_owed_is_written_off(caller: Caller, customer: str) -> None:
    made = caller.sent(customer)
    caller.pay(customer, 40, (made, 40))
    caller.books("POST", f"invoices/{made['invoice_id']}/writeoff")
    assert (caller.read(made)["write_off_amount"], caller.read(made)["balance"]) == (60, 0)
    assert move(caller, made, "void") == 200
    assert caller.read(made)["write_off_amount"] == 0


def test_f36_ten_mails_at_once_and_who_cannot_be_reminded(caller: Caller) -> None:
    customer = caller.contact("Mailed", contact_persons=[{"email": "m@x.example"}])["contact_id"]
    made = [caller.sent(customer)["invoice_id"] for _ in range(11)]
    assert caller.books("POST", "invoices/email", invoice_ids=",".join(made)).code == 15
    assert caller.books("POST", "invoices/email", invoice_ids=",".join(made[:10])).status == 200
    draft = caller.invoice(customer)["invoice_id"]
    said = caller.books("POST", "invoices/paymentreminder", invoice_ids=f"{made[0]},{draft}")
    assert said.status == 201
    assert said.body["info"]["email_success_info"]["sent_count"] == 1
    assert said.body["info"]["email_errors_info"][0]["ids"] == [draft]
    assert caller.books("POST", f"invoices/{draft}/paymentreminder").status == 400


def test_f37_a_closed_period_refuses_more_than_deletion_by_switch(caller: Caller, customer: str) -> None:
    made = caller.sent(customer, date="2025-03-01")
    paid = caller.pay(customer, 10, date="2025-03-02").body["payment"]
    change = {"service": "books", "kind": "organizations", "fields": {"closed_until": "2025-03-31"}}
    caller.control("POST", "edit", change)
    path = f"invoices/{made['invoice_id']}"
    assert caller.books("PUT", path, {"notes": "x"}).status == 400
    assert caller.draft(customer, date="2025-03-31").status == 400
    assert caller.pay(customer, 10, date="2025-03-31").status == 400
    assert caller.books("POST", f"{path}/writeoff").status == 400
    assert caller.books("DELETE", f"customerpayments/{paid['payment_id']}").status == 400
    caller.switch(closed_period="deletion")
    assert caller.books("PUT", path, {"notes": "x"}).status == 200
    assert caller.books("DELETE", path).status == 400


def test_the_last_line_stays(caller: Caller, customer: str) -> None:
    lines = [{"name": "One", "rate": 10}, {"name": "Two", "rate": 20}]
    made = caller.invoice(customer, line_items=lines)
    first, second = (line["line_item_id"] for line in made["line_items"])
    path = f"invoices/{made['invoice_id']}/lineitems"
    assert caller.books("DELETE", f"{path}/{first}").status == 200
    assert caller.read(made)["total"] == 20
    assert caller.books("DELETE", f"{path}/{second}").code == 15
    assert caller.books("DELETE", f"{path}/{first}").code == 1002
