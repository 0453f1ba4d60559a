import pytest

from tests.sandbox.caller import Caller
from tests.sandbox.crm.asker import Asker, Json


def edit(crm: Asker, kind: str, **change: object) -> Json:
    row: Json = crm.control("POST", "edit", {"service": "crm", "kind": kind, **change})
    return row


def test_the_state_shows_records_as_a_get_does(crm: Asker) -> None:
    (account,) = crm.add("Accounts", {"Account_Name": "Acme"})
    person = crm.person("Ames", Account_Name=account)
    state = crm.control("GET", "state")["crm"]
    assert {"Accounts", "Contacts", "Deals", "Attachments"} <= set(state)
    (row,) = state["Contacts"]
    assert (row["id"], row["Account_Name"]) == (person, {"name": "Acme", "id": account})
    assert row["Owner"]["name"] == "Morgan Reeve"


def test_a_state_goes_into_another_sandbox(crm: Asker) -> None:
    field = {"field_label": "Ferry Key", "data_type": "text", "unique": {"casesensitive": "false"}}
    crm.crm("POST", "v8/settings/fields", {"fields": [field]}, module="Accounts")
    (account,) = crm.add("Accounts", {"Account_Name": "Acme", "Ferry_Key": "k", "Tag": [{"name": "t"}]})
    crm.person("Ames", Account_Name=account)
    (spade,) = crm.add("Products", {"Product_Name": "Spade"})
    line = {"Product_Name": spade, "Quantity": 2, "List_Price": 5}
    crm.add("Invoices", {"Subject": "I", "Account_Name": account, "Invoiced_Items": [line]})
    state = crm.control("GET", "state")
    other = Asker()
    other.control("PUT", "state", state)
    assert other.control("GET", "state")["crm"] == state["crm"]
    said = other.crm("POST", "v8/Accounts", {"data": [{"Account_Name": "B", "Ferry_Key": "k"}]})
    assert said.body["data"][0]["code"] == "DUPLICATE_DATA"
    assert other.crm("GET", f"v8/Accounts/{account}/Contacts", fields="id").status == 200


def test_a_person_makes_changes_and_deletes(crm: Asker) -> None:
    made = edit(crm, "Accounts", fields={"Account_Name": "Acme"})
    crm.wait(60)
    changed = edit(crm, "Accounts", id=made["id"], fields={"Phone": "1"})
    assert (changed["Phone"], changed["Modified_Time"]) == ("1", "2026-01-05T09:01:00+00:00")
    assert edit(crm, "Accounts", id=made["id"], delete=True) == {"id": made["id"], "deleted": True}
    assert crm.crm("GET", "v8/Accounts/deleted", type="recycle").status == 200


def test_a_person_is_refused_too(crm: Asker) -> None:
    for change in (
        {"kind": "Accounts", "fields": {"Phone": "1"}},
        {"kind": "Accounts", "id": "77", "fields": {}},
        {"kind": "Accounts", "id": "77", "delete": True},
        {"kind": "Nothing", "fields": {}},
        {"kind": "Accounts", "force": True, "fields": {}},
    ):
        assert crm.call("POST", "/_sandbox/edit", {"service": "crm", **change}).status == 400


@pytest.mark.parametrize(("silent", "time"), [(False, "09:01:00"), (True, "09:00:00")])
def test_force_sets_what_is_computed(crm: Asker, silent: bool, time: str) -> None:
    (deal,) = crm.add("Deals", {"Deal_Name": "D", "Stage": "Qualification"})
    crm.wait(60)
    row = edit(crm, "Deals", id=deal, fields={"Expected_Revenue": 7}, force=True, silent=silent)
    assert (row["Expected_Revenue"], row["Modified_Time"]) == (7, f"2026-01-05T{time}+00:00")


def test_people_come_and_go(crm: Asker) -> None:
    made = edit(crm, "users", fields={"first_name": "Al", "last_name": "New", "email": "al@x.example"})
    assert len(crm.crm("GET", "v8/users").body["users"]) == 3
    edit(crm, "users", id=made["id"], delete=True)
    assert crm.crm("GET", "v8/users", type="DeletedUsers").body["users"][0]["id"] == made["id"]


@pytest.mark.parametrize(("position", "mails"), [("off", 0), ("on", 2)])
def test_f57_workflows_mail(crm: Asker, position: str, mails: int) -> None:
    crm.switch(crm__workflow_mail=position)
    person = crm.person("Ames", Email="ames@b.example")
    crm.crm("PUT", f"v8/Contacts/{person}", {"data": [{"Phone": "1"}]})
    sent = crm.control("GET", "mail")
    assert len(sent) == mails
    if mails:
        assert [mail["kind"] for mail in sent] == ["workflow_create", "workflow_edit"]
        assert sent[0]["to"] == ["ames@b.example"]


def test_f57_an_empty_trigger_mails_nobody(crm: Asker) -> None:
    crm.switch(crm__workflow_mail="on")
    crm.add("Contacts", {"Last_Name": "Ames", "Email": "ames@b.example"}, trigger=[])
    body = {"data": [{"Last_Name": "Ames", "Email": "ames@b.example"}], "trigger": []}
    crm.crm("POST", "v8/Contacts/upsert", body)
    assert crm.control("GET", "mail") == []
    crm.add("Contacts", {"Last_Name": "Boyle", "Email": "b@b.example"}, trigger=["workflow"])
    assert len(crm.control("GET", "mail")) == 1


def test_an_invoice_mails_its_contact_or_its_owner(crm: Asker) -> None:
    crm.switch(crm__workflow_mail="on")
    person = crm.person("Ames", Email="ames@b.example")
    crm.add("Deals", {"Deal_Name": "D", "Stage": "Qualification", "Contact_Name": person})
    crm.add("Accounts", {"Account_Name": "A"})
    sent = crm.control("GET", "mail")
    assert [mail["to"] for mail in sent[1:]] == [["ames@b.example"], ["morganreeve@trees.com.example"]]


@pytest.mark.parametrize("seed", ["demo", "empty"])
def test_both_seeds_have_an_organisation_and_no_records(seed: str) -> None:
    caller = Caller()
    caller.control("POST", "reset", {"seed": seed})
    state = caller.control("GET", "state")["crm"]
    assert len(state["org"]) == 1
    assert len(state["users"]) == {"demo": 2, "empty": 1}[seed]
    assert not any(
        state[name] for name in ("Accounts", "Contacts", "Deals", "Attachments", "fields", "deleted")
    )
