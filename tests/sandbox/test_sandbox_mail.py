import pytest

from ledgerferry_sandbox.sandbox import Sandbox
from tests.sandbox.caller import Caller, Json


@pytest.fixture
def customer(caller: Caller) -> Json:
    people = [{"first_name": "Ann", "email": "ann@a.example"}, {"first_name": "Bo", "email": "bo@a.example"}]
    return caller.contact(contact_persons=people)


def mail(caller: Caller) -> list[tuple[str, list[str]]]:
    return [(row["kind"], row["to"]) for row in caller.control("GET", "mail")]


def person(customer: Json, place: int) -> str:
    number: str = customer["contact_persons"][place]["contact_person_id"]
    return number


def test_a_draft_a_mark_as_sent_and_a_payment_send_nothing_with_the_switches_off(
    caller: Caller, customer: Json
) -> None:
    caller.switch(mail__reminders="off", mail__thank_you="off")
    made = caller.sent(customer["contact_id"], date="2025-01-01", due_date="2025-01-02")
    caller.pay(customer["contact_id"], 50, (made, 50))
    caller.wait(30 * 86_400)
    assert mail(caller) == []


def test_send_true_mails_and_marks_as_sent(caller: Caller, customer: Json) -> None:
    body = {"customer_id": customer["contact_id"], "line_items": [{"rate": 1}]}
    made = caller.books("POST", "invoices", body, send="true").body["invoice"]
    assert (made["status"], made["is_emailed"]) == ("sent", True)
    assert mail(caller) == [("invoice", ["ann@a.example"])]


def test_f38_email_with_an_empty_body_and_with_addresses(caller: Caller, customer: Json) -> None:
    made = caller.invoice(customer["contact_id"])
    path = f"invoices/{made['invoice_id']}/email"
    assert caller.books("POST", path).status == 200
    caller.books("POST", path, {"to_mail_ids": ["x@x.example"]})
    assert mail(caller) == [("invoice", ["ann@a.example"]), ("invoice", ["x@x.example"])]
    assert caller.read(made)["status"] == "sent"


def test_f36_bulk_email_takes_ten(caller: Caller, customer: Json) -> None:
    ids = [caller.invoice(customer["contact_id"])["invoice_id"] for _ in range(11)]
    assert caller.books("POST", "invoices/email", invoice_ids=",".join(ids)).code == 15
    assert caller.books("POST", "invoices/email", invoice_ids=",".join(ids[:10])).status == 200
    assert len(mail(caller)) == 10


def test_f34_mail_goes_to_the_persons_associated(caller: Caller, customer: Json) -> None:
    number = customer["contact_id"]
    made = caller.invoice(number, contact_persons=[person(customer, 1)])
    caller.books("POST", f"invoices/{made['invoice_id']}/email")
    assert mail(caller) == [("invoice", ["bo@a.example"])]


def test_f34_nobody_gets_mail_where_it_is_disabled_for_all_associated(caller: Caller, customer: Json) -> None:
    preference = {"is_email_enabled": False}
    associated = [{"contact_person_id": person(customer, 0), "communication_preference": preference}]
    made = caller.sent(
        customer["contact_id"],
        date="2025-01-01",
        due_date="2025-01-02",
        contact_persons_associated=associated,
    )
    caller.pay(customer["contact_id"], 50, (made, 50))
    caller.books("POST", f"invoices/{made['invoice_id']}/email")
    caller.wait(10 * 86_400)
    assert mail(caller) == []


def test_f34_an_invoice_without_persons_goes_to_the_primary_or_to_nobody(
    caller: Caller, customer: Json
) -> None:
    made = caller.invoice(customer["contact_id"])
    caller.switch(mail__unassociated="nobody")
    caller.books("POST", f"invoices/{made['invoice_id']}/email")
    assert mail(caller) == []
    caller.switch(mail__unassociated="primary")
    caller.books("POST", f"invoices/{made['invoice_id']}/email")
    assert mail(caller) == [("invoice", ["ann@a.example"])]


def test_f36_reminders_go_out_by_clock_and_come_again(caller: Caller, customer: Json) -> None:
    made = caller.sent(customer["contact_id"], due_date="2026-01-06")
    caller.wait(86_400)
    assert mail(caller) == []
    caller.wait(86_400)
    assert mail(caller) == [("reminder", ["ann@a.example"])]
    caller.wait(6 * 86_400)
    assert len(mail(caller)) == 1
    caller.wait(86_400)
    assert len(mail(caller)) == 2
    caller.sign_in()
    assert caller.read(made)["reminders_sent"] == 2
    caller.pay(customer["contact_id"], 100, (made, 100))
    caller.switch(mail__thank_you="off")
    caller.wait(30 * 86_400)
    assert [kind for kind, _ in mail(caller)].count("reminder") == 2


@pytest.mark.parametrize("where", ["contacts", "invoices"])
def test_f36_disabled_reminders_stay_away(caller: Caller, customer: Json, where: str) -> None:
    made = caller.invoice(customer["contact_id"], date="2025-01-01", due_date="2025-01-02")
    number = customer["contact_id"] if where == "contacts" else made["invoice_id"]
    caller.books("POST", f"{where}/{number}/paymentreminder/disable")
    caller.books("POST", f"invoices/{made['invoice_id']}/status/sent")
    caller.wait(30 * 86_400)
    assert mail(caller) == []


def test_f42_invoices_of_a_contact_without_reminders_have_none(caller: Caller, customer: Json) -> None:
    caller.books("POST", f"contacts/{customer['contact_id']}/paymentreminder/disable")
    assert caller.invoice(customer["contact_id"])["payment_reminder_enabled"] is False


def test_a_late_invoice_is_reminded_of_as_soon_as_it_is_sent(caller: Caller, customer: Json) -> None:
    caller.sent(customer["contact_id"], date="2025-01-01", due_date="2025-01-02")
    assert mail(caller) == [("reminder", ["ann@a.example"])]


def test_reminders_turned_on_later_go_out_then(caller: Caller, customer: Json) -> None:
    caller.switch(mail__reminders="off")
    caller.sent(customer["contact_id"], date="2025-01-01", due_date="2025-01-02")
    assert mail(caller) == []
    caller.switch(mail__reminders="on")
    assert mail(caller) == [("reminder", ["ann@a.example"])]


def test_a_reminder_by_hand(caller: Caller, customer: Json) -> None:
    made = caller.sent(customer["contact_id"])
    caller.books("POST", f"invoices/{made['invoice_id']}/paymentreminder")
    assert mail(caller) == [("reminder", ["ann@a.example"])]


def test_f46_thank_you_goes_to_the_payments_persons_or_the_invoices(caller: Caller, customer: Json) -> None:
    number = customer["contact_id"]
    made = caller.sent(number, contact_persons=[person(customer, 1)])
    caller.pay(number, 10, (made, 10))
    caller.pay(number, 10, (made, 10), contact_persons=[person(customer, 0)])
    assert mail(caller) == [("thank_you", ["bo@a.example"]), ("thank_you", ["ann@a.example"])]


def test_a_contact_without_an_address_gets_nothing(caller: Caller) -> None:
    made = caller.invoice(caller.contact("Mute")["contact_id"])
    caller.books("POST", f"invoices/{made['invoice_id']}/email")
    assert mail(caller) == []
    assert caller.read(made)["is_emailed"] is False


def test_the_mail_switches_are_on_in_demo_and_off_in_empty() -> None:
    switches = [Caller(Sandbox(seed=seed)).control("GET", "switches") for seed in ("demo", "empty")]
    assert [(each["mail.reminders"], each["mail.thank_you"]) for each in switches] == [
        ("on", "on"),
        ("off", "off"),
    ]
