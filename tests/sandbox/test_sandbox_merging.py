import pytest

from tests.sandbox.caller import Caller, Json

ADDRESS: Json = {"attention": "Ada", "address": "1 Long Lane", "city": "York", "zip": "YO1 7AB"}


def test_f42_a_merged_contact_brings_everything_along(caller: Caller) -> None:
    kept = caller.contact("Kept", contact_persons=[{"first_name": "A"}])["contact_id"]
    other = caller.contact("Other", contact_persons=[{"first_name": "B"}])["contact_id"]
    invoice = caller.sent(other)
    caller.pay(other, 130, (invoice, 100))
    caller.books("POST", "creditnotes", {"customer_id": other, "line_items": [{"rate": 5}]})
    assert caller.books("POST", f"contacts/{kept}/merge", contact_ids=other).status == 200
    assert caller.books("GET", f"contacts/{other}").code == 1002
    held = caller.books("GET", f"contacts/{kept}").body["contact"]
    assert [person["first_name"] for person in held["contact_persons"]] == ["A", "B"]
    assert [person["is_primary_contact"] for person in held["contact_persons"]] == [True, False]
    assert held["unused_credits_receivable_amount"] == 35
    assert caller.read(invoice)["customer_id"] == kept


def test_f42_what_cannot_be_merged(caller: Caller) -> None:
    kept = caller.contact("Kept")["contact_id"]
    euros = caller.listed("settings/currencies")[1]["currency_id"]
    foreign = caller.contact("Foreign", currency_id=euros)["contact_id"]
    path = f"contacts/{kept}/merge"
    assert caller.books("POST", path).code == 15
    assert caller.books("POST", path, contact_ids=kept).status == 400
    assert caller.books("POST", path, contact_ids=foreign).status == 400
    assert caller.books("POST", path, contact_ids="1").code == 1002
    other = caller.contact("Other")["contact_id"]
    assert caller.books("POST", path, contact_ids=f"{other},{foreign}").status == 400
    assert caller.books("GET", f"contacts/{other}").status == 200


def test_an_id_that_is_named_twice_is_taken_once(caller: Caller) -> None:
    kept, other = caller.contact("Kept")["contact_id"], caller.contact("Other")["contact_id"]
    assert caller.books("POST", f"contacts/{kept}/merge", contact_ids=f"{other},{other}").status == 200
    assert caller.books("DELETE", "contacts", contact_ids=f"{kept},{kept}").status == 200


def test_f30_found_by_what_the_crm_calls_them(caller: Caller) -> None:
    made = caller.contact(zcrm_account_id="crm-7")
    found = caller.books("GET", "contacts/reference/crm-7").body["contact"]
    assert found["contact_id"] == made["contact_id"]
    assert caller.books("GET", "contacts/reference/crm-8").code == 1002
    invoice = caller.invoice(made["contact_id"], reference_number="Ref-1")
    held = caller.books("GET", "invoices/reference/ref-1").body["invoice"]
    assert held["invoice_id"] == invoice["invoice_id"]
    assert caller.books("GET", "invoices/reference/none").code == 1002


def test_f30_metadata_of_an_invoice_by_switch(caller: Caller) -> None:
    made = caller.invoice(caller.contact()["contact_id"])
    path = f"invoices/{made['invoice_id']}/metadata/ferry"
    assert caller.books("GET", path).body["metadata"] == {}
    caller.books("PUT", path, {"run": "r1"})
    assert caller.books("GET", path).body["metadata"] == {"run": "r1"}
    caller.switch(metadata="absent")
    assert caller.books("GET", path).code == 5


def test_f27_filters_of_contacts_by_state(caller: Caller) -> None:
    late = caller.contact("Late")["contact_id"]
    caller.sent(late, date="2025-01-01", due_date="2025-01-02")
    caller.contact("From CRM", zcrm_account_id="7")
    caller.contact("Portal", contact_persons=[{"first_name": "P", "enable_portal": True}])
    over = caller.contact("Over", credit_limit=50)["contact_id"]
    caller.sent(over, due_date="2026-02-01")
    caller.switch(contact_name_folding="exact")
    caller.contact("OVER")
    caller.wait(3)

    def names(value: str) -> list[str]:
        return [row["contact_name"] for row in caller.listed("contacts", filter_by=value)]

    assert names("Invoice.OverDue") == ["Late"]
    assert names("Invoice.Unpaid") == ["Late", "Over"]
    assert names("Status.Crm") == ["From CRM"]
    assert names("Status.PortalEnabled") == ["Portal"]
    assert len(names("Status.PortalDisabled")) == 4
    assert names("Status.CreditLimitExceed") == ["Over"]
    assert names("Status.Duplicate") == ["Over", "OVER"]
    [found] = caller.listed("contacts", zcrm_account_id="7")
    assert found["contact_name"] == "From CRM"


def test_f27_contacts_stay_sorted_by_name_as_they_change(caller: Caller) -> None:
    made = {name: caller.contact(name)["contact_id"] for name in ("beta", "Alpha", "gamma")}
    caller.wait(3)

    def names(**query: object) -> list[str]:
        return [row["contact_name"] for row in caller.listed("contacts", **query)]

    assert names() == ["Alpha", "beta", "gamma"]
    caller.books("PUT", f"contacts/{made['Alpha']}", {"contact_name": "zeta"})
    assert names() == ["Alpha", "beta", "gamma"]
    caller.wait(3)
    assert names() == ["beta", "gamma", "zeta"]
    assert names(sort_order="D", per_page=2) == ["zeta", "gamma"]
    caller.books("DELETE", f"contacts/{made['beta']}")
    caller.wait(3)
    assert names() == ["gamma", "zeta"]


def test_addresses_beside_billing_and_shipping(caller: Caller) -> None:
    contact = caller.contact()["contact_id"]
    path = f"contacts/{contact}/address"
    made = caller.books("POST", path, ADDRESS).body["address_info"]
    own = f"{path}/{made['address_id']}"
    caller.books("PUT", own, {"city": "Leeds"})
    [row] = caller.books("GET", path).body["addresses"]
    assert (row["city"], row["zip"]) == ("Leeds", "YO1 7AB")
    caller.books("POST", f"{own}/markasbilling")
    assert caller.books("GET", f"contacts/{contact}").body["contact"]["billing_address"]["city"] == "Leeds"
    assert caller.books("DELETE", own).status == 200
    assert caller.books("PUT", own, ADDRESS).code == 1002


def test_an_invoice_keeps_the_address_it_was_made_with(caller: Caller) -> None:
    contact = caller.contact(billing_address=ADDRESS)["contact_id"]
    made = caller.invoice(contact)
    assert made["billing_address"]["city"] == "York"
    caller.books("PUT", f"contacts/{contact}", {"billing_address": {"city": "Hull"}})
    assert caller.read(made)["billing_address"]["city"] == "York"
    caller.books("PUT", f"invoices/{made['invoice_id']}/address/billing", {"city": "Leeds"})
    assert caller.read(made)["billing_address"]["city"] == "Leeds"


def test_f42_everyones_contact_persons_in_pages(caller: Caller) -> None:
    for name in ("A", "B"):
        caller.contact(name, contact_persons=[{"first_name": f"{name}1"}, {"first_name": f"{name}2"}])
    body = caller.books("GET", "contacts/contactpersons", per_page=3).body
    assert [row["first_name"] for row in body["contact_persons"]] == ["A1", "A2", "B1"]
    assert body["page_context"]["has_more_page"] is True


@pytest.mark.parametrize("module", ["invoices", "contacts", "creditnotes"])
def test_comments_and_history(caller: Caller, module: str) -> None:
    contact = caller.contact()["contact_id"]
    if module == "contacts":
        number = contact
    elif module == "invoices":
        number = caller.invoice(contact)["invoice_id"]
    else:
        body = {"customer_id": contact, "line_items": [{"rate": 5}]}
        number = caller.books("POST", module, body).body["creditnote"]["creditnote_id"]
    path = f"{module}/{number}/comments"
    assert caller.books("POST", path, {}).code == 15
    caller.books("POST", path, {"description": "Seen"})
    written, made = caller.listed(path)
    assert (written["description"], written["comment_type"], made["comment_type"]) == (
        "Seen",
        "internal",
        "system",
    )
    assert caller.books("DELETE", f"{path}/{written['comment_id']}").status == 200
    assert caller.books("DELETE", f"{path}/{written['comment_id']}").code == 1002
