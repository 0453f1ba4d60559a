import pytest

from tests.sandbox.caller import Caller


def approvals(caller: Caller, levels: str) -> None:
    caller.control(
        "POST", "edit", {"service": "books", "kind": "organizations", "fields": {"approvals": levels}}
    )


@pytest.fixture
def made(caller: Caller) -> str:
    approvals(caller, "simple")
    number: str = caller.invoice(caller.contact()["contact_id"])["invoice_id"]
    return number


def step(caller: Caller, number: str, verb: str) -> int:
    return caller.books("POST", f"invoices/{number}/{verb}").status


def status(caller: Caller, number: str) -> str:
    held: str = caller.read({"invoice_id": number})["status"]
    return held


def test_f35_f36_submitted_approved_and_only_then_sent(caller: Caller, made: str) -> None:
    assert step(caller, made, "status/sent") == 400
    assert step(caller, made, "approve") == 400
    assert (step(caller, made, "submit"), status(caller, made)) == (200, "pending_approval")
    assert step(caller, made, "status/sent") == step(caller, made, "email") == 400
    assert (step(caller, made, "approve"), status(caller, made)) == (200, "approved")
    assert (step(caller, made, "status/sent"), status(caller, made)) == (200, "sent")


def test_f36_a_final_approval_is_a_second_one(caller: Caller, made: str) -> None:
    assert step(caller, made, "approve/final") == 400
    approvals(caller, "final")
    step(caller, made, "submit")
    assert (step(caller, made, "approve"), status(caller, made)) == (200, "pending_approval")
    assert (step(caller, made, "approve/final"), status(caller, made)) == (200, "approved")


def test_f36_what_was_rejected_can_be_submitted_again(caller: Caller, made: str) -> None:
    step(caller, made, "submit")
    assert (step(caller, made, "reject"), status(caller, made)) == (200, "rejected")
    assert (step(caller, made, "submit"), status(caller, made)) == (200, "pending_approval")
    caller.wait(3)
    assert [row["status"] for row in caller.listed("invoices", status="pending_approval")] == [
        "pending_approval"
    ]


def test_f36_without_approvals_there_is_nothing_to_approve(caller: Caller, made: str) -> None:
    approvals(caller, "off")
    assert [step(caller, made, verb) for verb in ("submit", "approve", "approve/final", "reject")] == [
        400
    ] * 4


def test_f36_several_are_submitted_and_approved_at_once(caller: Caller, made: str) -> None:
    other = caller.invoice(caller.contact("Other")["contact_id"])["invoice_id"]
    ids = f"{made},{other}"
    assert caller.books("POST", "invoices/submit", invoice_ids=ids).status == 200
    assert caller.books("POST", "invoices/approve", invoice_ids=ids).status == 200
    assert {status(caller, made), status(caller, other)} == {"approved"}


def test_f34_sending_at_once_waits_for_approval(caller: Caller, made: str) -> None:
    body = {"customer_id": caller.contact("Now")["contact_id"], "line_items": [{"rate": 1}]}
    assert caller.books("POST", "invoices", body, send="true").status == 400


def test_f48_a_credit_note_is_open_once_it_is_approved(caller: Caller, made: str) -> None:
    body = {"customer_id": caller.contact("Noted")["contact_id"], "line_items": [{"rate": 5}]}
    note = caller.books("POST", "creditnotes", body).body["creditnote"]
    path = f"creditnotes/{note['creditnote_id']}"
    assert note["status"] == "draft"
    assert caller.books("POST", f"{path}/status/open").status == 400
    assert caller.books("POST", f"{path}/submit").status == 200
    assert caller.books("GET", path).body["creditnote"]["status"] == "pending_approval"
    assert caller.books("POST", f"{path}/approve").status == 200
    assert caller.books("GET", path).body["creditnote"]["status"] == "open"


def test_state_keeps_a_pending_invoice_pending(caller: Caller, made: str) -> None:
    step(caller, made, "submit")
    other = Caller()
    other.control("PUT", "state", caller.control("GET", "state"))
    assert status(other, made) == "pending_approval"
