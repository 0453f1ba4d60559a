from ledgerferry_sandbox.crm.models import Change
from tests.sandbox.crm.asker import Asker


def test_listeners_hear_what_became_different(crm: Asker) -> None:
    cabinet, heard = crm.sandbox.crm.cabinet, list[Change]()
    cabinet.listeners.append(heard.append)
    one, two = crm.add("Contacts", {"Last_Name": "A"}, {"Last_Name": "B"})
    crm.crm("PUT", f"v8/Contacts/{one}", {"data": [{"Phone": "1"}], "trigger": []})
    crm.crm("DELETE", "v8/Contacts", ids=f"{one},{two}")
    assert [change.operation for change in heard] == ["insert", "insert", "update", "delete", "delete"]
    calls = [change.call for change in heard]
    assert calls[0] == calls[1] < calls[2] < calls[3] == calls[4]
    assert heard[2].fields == {"Phone": (None, "1")}
    assert [change.triggered for change in heard] == [True, True, False, True, True]


def test_records_are_found_by_key_and_in_order(crm: Asker) -> None:
    cabinet = crm.sandbox.crm.cabinet
    numbers = crm.add("Accounts", *({"Account_Name": name} for name in ("B", "A", "C")))
    crm.crm("DELETE", f"v8/Accounts/{numbers[1]}")
    numbers[1] = crm.add("Accounts", {"Account_Name": "D"})[0]
    order = sorted(numbers)
    assert [record.id for record in cabinet.records("Accounts")] == order
    assert [record.id for record in cabinet.after("Accounts", order[0], descending=False)] == order[1:]
    assert [record.id for record in cabinet.after("Accounts", order[2], descending=True)] == order[1::-1]
    assert [record.id for record in cabinet.find("Accounts", "Account_Name", " c ")] == [numbers[2]]
    crm.crm("PUT", f"v8/Accounts/{order[0]}", {"data": [{"Phone": "1"}]})
    assert next(cabinet.changed("Accounts")).id == order[0]


def test_paths_lead_through_lookups(crm: Asker) -> None:
    cabinet = crm.sandbox.crm.cabinet
    parent, child = crm.add("Accounts", {"Account_Name": "P", "Phone": "1"}, {"Account_Name": "C"})
    crm.crm("PUT", f"v8/Accounts/{child}", {"data": [{"Parent_Account": parent}]})
    record = cabinet.get("Contacts", crm.person("Ames", Account_Name=child))
    assert record
    assert cabinet.lookup(record, "Account_Name") == child
    assert cabinet.lookup(record, "Account_Name.Parent_Account.Phone") == "1"
    assert cabinet.lookup(record, "Owner.name") == "Morgan Reeve"
    assert cabinet.lookup(record, "Phone.Phone") is None
