import pytest

from tests.sandbox.caller import Caller


def test_3062_a_contact_name_is_unique_on_post_and_on_put(caller: Caller) -> None:
    caller.contact("Acme")
    other = caller.contact("Other")
    said = caller.books("POST", "contacts", {"contact_name": "Acme"})
    assert (said.status, said.code) == (400, 3062)
    assert said.body["message"] == 'The customer "Acme" already exists. Please specify a different name.'
    renamed = caller.books("PUT", f"contacts/{other['contact_id']}", {"contact_name": "Acme"})
    assert (renamed.status, renamed.code) == (400, 3062)
    kept = caller.books("PUT", f"contacts/{other['contact_id']}", {"contact_name": "Other", "notes": "x"})
    assert kept.status == 200


@pytest.mark.parametrize(("position", "status"), [("folded", 400), ("exact", 201)])
def test_3062_folding_of_names_is_a_switch(caller: Caller, position: str, status: int) -> None:
    caller.switch(contact_name_folding=position)
    caller.contact("Acme")
    assert caller.books("POST", "contacts", {"contact_name": " acme "}).status == status


def test_3062_is_never_late_though_lists_are(caller: Caller) -> None:
    caller.contact("Acme")
    assert caller.listed("contacts") == []
    assert caller.books("POST", "contacts", {"contact_name": "Acme"}).code == 3062


def test_f42_the_first_person_is_primary_and_stands_for_the_contact(caller: Caller) -> None:
    made = caller.contact(
        contact_persons=[{"first_name": "Ann", "email": "ann@a.example"}, {"first_name": "Bo"}]
    )
    first, second = made["contact_persons"]
    assert (first["is_primary_contact"], second["is_primary_contact"]) == (True, False)
    assert (made["email"], made["primary_contact_id"]) == ("ann@a.example", first["contact_person_id"])


def test_f42_persons_by_themselves(caller: Caller) -> None:
    made = caller.contact(contact_persons=[{"first_name": "Ann"}])
    number = made["contact_id"]
    said = caller.books("POST", "contacts/contactpersons", {"contact_id": number, "first_name": "Bo"})
    assert said.status == 201
    person = said.body["contact_person"]["contact_person_id"]
    changed = caller.books("PUT", f"contacts/contactpersons/{person}", {"email": "bo@a.example"})
    assert changed.body["contact_person"]["email"] == "bo@a.example"
    assert changed.body["contact_person"]["first_name"] == "Bo"
    caller.books("POST", f"contacts/contactpersons/{person}/primary")
    people = caller.listed(f"contacts/{number}/contactpersons")
    assert [each["is_primary_contact"] for each in people] == [False, True]
    caller.books("DELETE", f"contacts/contactpersons/{person}")
    assert len(caller.listed(f"contacts/{number}/contactpersons")) == 1
    assert caller.books("GET", f"contacts/contactpersons/{person}").code == 1002


def test_f44_a_created_person_may_come_in_a_list(caller: Caller) -> None:
    caller.switch(single_as_list="array")
    number = caller.contact()["contact_id"]
    said = caller.books("POST", "contacts/contactpersons", {"contact_id": number, "first_name": "Bo"})
    assert said.body["contact_person"][0]["first_name"] == "Bo"


@pytest.mark.parametrize(
    ("position", "same", "other"), [("contact", 400, 201), ("organization", 400, 400), ("off", 201, 201)]
)
def test_1038_an_email_in_use(caller: Caller, position: str, same: int, other: int) -> None:
    caller.switch(email_in_use=position)
    person = {"first_name": "Ann", "email": "ann@a.example"}
    caller.contact("First", contact_persons=[person])
    twice = caller.books(
        "POST",
        "contacts",
        {"contact_name": "B", "contact_persons": [{"email": "b@b.example"}, {"email": "B@b.example"}]},
    )
    assert twice.status == same
    said = caller.books("POST", "contacts", {"contact_name": "C", "contact_persons": [person]})
    assert said.status == other
    if other == 400:
        assert said.code == 1038


def test_a_given_list_of_persons_replaces_the_former(caller: Caller) -> None:
    made = caller.contact(contact_persons=[{"first_name": "Ann"}, {"first_name": "Bo"}])
    kept = made["contact_persons"][1]["contact_person_id"]
    body = {"contact_persons": [{"contact_person_id": kept, "last_name": "Ek"}, {"first_name": "Cy"}]}
    changed = caller.books("PUT", f"contacts/{made['contact_id']}", body).body["contact"]
    people = changed["contact_persons"]
    assert [(each["first_name"], each["last_name"]) for each in people] == [("Bo", "Ek"), ("Cy", "")]
    assert people[0]["contact_person_id"] == kept


def test_f42_active_inactive_and_reminders(caller: Caller) -> None:
    number = caller.contact()["contact_id"]
    caller.books("POST", f"contacts/{number}/inactive")
    caller.books("POST", f"contacts/{number}/paymentreminder/disable")
    held = caller.books("GET", f"contacts/{number}").body["contact"]
    assert (held["status"], held["payment_reminder_enabled"]) == ("inactive", False)
    caller.books("POST", f"contacts/{number}/active")
    caller.books("POST", f"contacts/{number}/paymentreminder/enable")
    held = caller.books("GET", f"contacts/{number}").body["contact"]
    assert (held["status"], held["payment_reminder_enabled"]) == ("active", True)


def test_f42_a_contact_with_transactions_stays(caller: Caller) -> None:
    one, two, three = (caller.contact(name)["contact_id"] for name in ("A", "B", "C"))
    caller.invoice(one)
    assert caller.books("DELETE", f"contacts/{one}").status == 400
    assert caller.books("DELETE", "contacts", contact_ids=f"{two},{three}").status == 200
    assert caller.books("GET", f"contacts/{two}").code == 1002


def test_f43_a_vat_number_has_two_to_twelve_characters(caller: Caller) -> None:
    body = {"contact_name": "A", "vat_treatment": "uk", "vat_reg_no": "GB123456789", "country_code": "GB"}
    assert caller.books("POST", "contacts", body).body["contact"]["vat_reg_no"] == "GB123456789"
    assert caller.books("POST", "contacts", {"contact_name": "B", "vat_reg_no": "1" * 13}).code == 15


def test_f27_filters_of_contacts(caller: Caller) -> None:
    caller.contact(
        "Acme Ltd", company_name="Acme", contact_persons=[{"first_name": "Ann", "email": "a@a.example"}]
    )
    vendor = caller.contact("Bolt", contact_type="vendor")
    caller.wait(3)

    def names(**query: object) -> list[str]:
        return [row["contact_name"] for row in caller.listed("contacts", **query)]

    assert names() == ["Acme Ltd", "Bolt"]
    assert names(contact_name="Acme Ltd") == ["Acme Ltd"]
    assert names(contact_name_startswith="Acme") == ["Acme Ltd"]
    assert names(contact_name_contains="ol") == ["Bolt"]
    assert names(company_name="Acme") == ["Acme Ltd"]
    assert names(email="a@a.example") == ["Acme Ltd"]
    assert names(first_name="Ann") == ["Acme Ltd"]
    assert names(contact_type="vendor") == ["Bolt"]
    assert names(search_text="acm") == ["Acme Ltd"]
    caller.books("POST", f"contacts/{vendor['contact_id']}/inactive")
    caller.wait(3)
    assert names(filter_by="Status.Active") == ["Acme Ltd"]
    assert names(filter_by="Status.Inactive") == ["Bolt"]
    assert names(sort_column="last_modified_time", sort_order="D") == ["Bolt", "Acme Ltd"]


@pytest.mark.parametrize(("position", "found"), [("ignored", 2), ("work", 1)])
def test_f27_undocumented_filters_are_a_switch(caller: Caller, position: str, found: int) -> None:
    caller.switch(undocumented_filters=position)
    caller.contact("A", custom_fields=[{"api_name": "cf_ferry_key", "value": "k1"}])
    caller.wait(10)
    caller.contact("B")
    caller.wait(10)
    assert len(caller.listed("contacts", cf_ferry_key="k1")) == found
    assert len(caller.listed("contacts", last_modified_time="2026-01-05T09:00:05+0000")) == found


def test_rows_carry_custom_fields_amounts_and_times(caller: Caller) -> None:
    made = caller.contact(custom_fields=[{"label": "Ferry key", "value": "k1"}])
    invoice = caller.sent(made["contact_id"])
    caller.pay(made["contact_id"], 50, (invoice, 30))
    caller.wait(3)
    row = caller.listed("contacts")[0]
    assert row["cf_ferry_key"] == "k1"
    assert (row["outstanding_receivable_amount"], row["unused_credits_receivable_amount"]) == (70, 20)
    assert row["last_modified_time"] == "2026-01-05T09:00:00+0000"
