from tests.sandbox.crm.asker import Asker, Json


def books(crm: Asker) -> tuple[str, str, str]:
    (account,) = crm.add("Accounts", {"Account_Name": "Acme"})
    person = crm.person("Ames", Account_Name=account)
    deal = {"Deal_Name": "D", "Stage": "Qualification", "Account_Name": account, "Contact_Name": person}
    return account, person, crm.add("Deals", deal)[0]


def test_f71_contacts_and_deals_of_an_account(crm: Asker) -> None:
    account, person, deal = books(crm)
    crm.person("Other")
    said = crm.crm("GET", f"v8/Accounts/{account}/Contacts", fields="Last_Name")
    assert said.body["data"] == [{"Last_Name": "Ames", "id": person}]
    assert said.body["info"] == {"per_page": 200, "count": 1, "page": 1, "more_records": False}
    for way in (f"Accounts/{account}", f"Contacts/{person}"):
        rows = crm.crm("GET", f"v8/{way}/Deals", fields="Deal_Name").body["data"]
        assert [row["id"] for row in rows] == [deal]
    assert crm.crm("GET", f"v8/Accounts/{account}/Invoices", fields="Subject").status == 204


def test_f71_fields_are_needed_and_the_list_must_be_one(crm: Asker) -> None:
    account, _, _ = books(crm)
    assert crm.crm("GET", f"v8/Accounts/{account}/Contacts").body["code"] == "REQUIRED_PARAM_MISSING"
    unknown = crm.crm("GET", f"v8/Accounts/{account}/Nothing", fields="id")
    assert unknown.body["message"] == "The relation name given seems to be invalid"
    assert crm.crm("GET", "v8/Accounts/1/Contacts", fields="id").body["code"] == "INVALID_DATA"


def test_f71_pages(crm: Asker) -> None:
    account, person, _ = books(crm)
    second = crm.person("Boyle", Account_Name=account)
    query: Json = {"fields": "Last_Name", "per_page": 1}
    first = crm.crm("GET", f"v8/Accounts/{account}/Contacts", **query).body
    assert ([row["id"] for row in first["data"]], first["info"]["more_records"]) == ([second], True)
    rest = crm.crm("GET", f"v8/Accounts/{account}/Contacts", page=2, **query).body
    assert ([row["id"] for row in rest["data"]], rest["info"]["more_records"]) == ([person], False)


def test_f71_the_names_come_from_the_metadata(crm: Asker) -> None:
    account, _, _ = books(crm)
    rows = crm.crm("GET", "v8/settings/related_lists", module="Accounts").body["related_lists"]
    names = {row["api_name"] for row in rows}
    assert {"Notes", "Attachments", "Contacts", "Deals", "Invoices", "SalesOrders"} <= names
    for name in names:
        said = crm.crm("GET", f"v8/Accounts/{account}/{name}", fields="id")
        assert said.status in (200, 204)


def test_a_relation_is_made_and_ended(crm: Asker) -> None:
    account, _, _ = books(crm)
    person = crm.person("Boyle")
    path = f"v8/Accounts/{account}/Contacts/{person}"
    assert crm.crm("GET", path).status == 204
    assert crm.crm("PUT", path, {"data": [{}]}).body["data"][0]["message"] == "relation added"
    assert crm.crm("GET", path).body["data"][0]["Account_Name"]["id"] == account
    assert crm.crm("DELETE", path).body["data"][0]["message"] == "relation removed"
    assert crm.crm("GET", f"v8/Contacts/{person}").body["data"][0]["Account_Name"] is None


def test_notes_of_a_record(crm: Asker) -> None:
    _, _, deal = books(crm)
    body = {"data": [{"Note_Title": "T", "Note_Content": "C"}]}
    made = crm.crm("POST", f"v8/Deals/{deal}/Notes", body)
    assert (made.status, made.body["data"][0]["message"]) == (201, "record added")
    note = made.body["data"][0]["details"]["id"]
    row = crm.crm("GET", f"v8/Deals/{deal}/Notes", fields="Note_Title,Parent_Id").body["data"][0]
    assert (row["id"], row["Note_Title"]) == (note, "T")
    assert (row["Parent_Id"]["id"], row["Parent_Id"]["module"]["api_name"]) == (deal, "Deals")
    assert crm.crm("GET", "v8/Notes", fields="Note_Title").body["data"][0]["id"] == note
    assert crm.crm("DELETE", f"v8/Deals/{deal}/Notes/{note}").body["data"][0]["message"] == "record deleted"
    assert crm.crm("GET", f"v8/Deals/{deal}/Notes", fields="id").status == 204


def test_a_note_by_itself_needs_a_parent(crm: Asker) -> None:
    _, _, deal = books(crm)
    said = crm.crm("POST", "v8/Notes", {"data": [{"Note_Title": "T"}]})
    assert said.body["data"][0]["details"]["api_name"] == "Parent_Id"
    parent = {"id": deal, "module": {"api_name": "Deals"}}
    assert crm.crm("POST", "v8/Notes", {"data": [{"Note_Title": "T", "Parent_Id": parent}]}).status == 201


def test_f71_the_lists_of_a_deleted_record(crm: Asker) -> None:
    account, person, _ = books(crm)
    crm.crm("DELETE", f"v8/Accounts/{account}")
    rows = crm.crm("GET", f"v8/Accounts/deleted/{account}/Contacts", fields="Last_Name").body["data"]
    assert [row["id"] for row in rows] == [person]
    assert crm.crm("GET", f"v8/Contacts/{person}").body["data"][0]["Account_Name"] is None


def test_f64_both_ends_of_a_relation_are_named_by_other_systems_ids(crm: Asker) -> None:
    for module, label in (("Accounts", "Ferry Key"), ("Contacts", "Person Key")):
        field = {"field_label": label, "data_type": "text", "external": {"type": "org"}}
        crm.crm("POST", "v8/settings/fields", {"fields": [field]}, module=module)
    crm.add("Accounts", {"Account_Name": "A", "Ferry_Key": "a1"})
    one, two = crm.person("One", Person_Key="p1"), crm.person("Two", Person_Key="p2")
    both = {"x-external": "Accounts.Ferry_Key,Contacts.Person_Key"}
    path = "v8/Accounts/a1/Contacts"
    assert crm.crm("PUT", f"{path}/p1", {"data": [{}]}, both).status == 200
    assert crm.crm("PUT", path, {"data": [{"Person_Key": "p2"}]}, both).status == 200
    rows = crm.crm("GET", path, None, both, fields="Last_Name").body["data"]
    assert {row["id"] for row in rows} == {one, two}
    assert crm.crm("GET", f"{path}/p2", None, both, fields="Last_Name").body["data"][0]["id"] == two
    said = crm.crm("PUT", path, {"data": [{"Person_Key": "p9"}]}, both)
    assert said.body["data"][0]["details"]["api_name"] == "Person_Key"
    assert crm.crm("DELETE", f"{path}/p1", None, both).status == 200
    assert crm.crm("DELETE", path, None, both, ids="p2").status == 200
    assert crm.crm("GET", path, None, both, fields="Last_Name").status == 204
    assert crm.crm("GET", f"{path}/p9", None, both).body["details"] == {"resource_path_index": 3}
