from tests.sandbox.crm.asker import Asker

LONG = "word " * 6_000


def test_a_clone_has_the_values_of_its_model_and_its_own_stamps(crm: Asker) -> None:
    (account,) = crm.add("Accounts", {"Account_Name": "A"})
    person = crm.person("Ames", First_Name="Di", Account_Name=account, Tag=["warm"], Phone="1")
    crm.wait(60)
    said = crm.crm("POST", f"v8/Contacts/{person}/actions/clone")
    (made,) = said.body["data"]
    assert (said.status, made["code"], made["message"]) == (201, "SUCCESS", "record added")
    number = made["details"]["id"]
    one, two = (crm.crm("GET", f"v8/Contacts/{each}").body["data"][0] for each in (person, number))
    assert {name for name in one if one[name] != two[name]} == {"id", "Created_Time", "Modified_Time"}
    assert two["Full_Name"] == "Di Ames"
    crm.crm("PUT", f"v8/Contacts/{number}", {"data": [{"Phone": "2"}]})
    assert crm.crm("GET", f"v8/Contacts/{person}").body["data"][0]["Phone"] == "1"


def test_a_cloned_order_has_lines_of_its_own(crm: Asker) -> None:
    (product,) = crm.add("Products", {"Product_Name": "Spade", "Unit_Price": 12.5})
    line = {"Product_Name": {"id": product}, "Quantity": 3}
    (quote,) = crm.add("Quotes", {"Subject": "Tools", "Quoted_Items": [line]})
    said = crm.crm("POST", f"v8/Quotes/{quote}/actions/clone")
    number = said.body["data"][0]["details"]["id"]
    one, two = (crm.crm("GET", f"v8/Quotes/{each}").body["data"][0] for each in (quote, number))
    assert one["Grand_Total"] == two["Grand_Total"] == 37.5
    assert one["Quote_Number"] != two["Quote_Number"]
    assert one["Quoted_Items"][0]["id"] != two["Quoted_Items"][0]["id"]


def test_a_unique_value_keeps_a_record_from_being_cloned(crm: Asker) -> None:
    field = {"field_label": "Key", "data_type": "text", "unique": {"casesensitive": "false"}}
    crm.crm("POST", "v8/settings/fields", {"fields": [field]}, module="Contacts")
    person = crm.person("Ames", Key="k")
    said = crm.crm("POST", f"v8/Contacts/{person}/actions/clone")
    assert (said.status, said.body["data"][0]["code"]) == (400, "DUPLICATE_DATA")
    assert crm.crm("POST", "v8/Contacts/77/actions/clone").body["code"] == "INVALID_DATA"


def test_full_data_is_not_cut_off(crm: Asker) -> None:
    one, two = crm.person("A", Description=LONG.strip()), crm.person("B")
    path = f"v8/Contacts/{one}/actions/fetch_full_data"
    (row,) = crm.crm("GET", path, fields="Description").body["data"]
    assert row == {"Description": LONG.strip(), "id": one}
    assert crm.crm("GET", path).body["data"][0]["Last_Name"] == "A"
    said = crm.crm("GET", "v8/Contacts/actions/fetch_full_data", ids=f"{one},{two},77", fields="Last_Name")
    assert [row["Last_Name"] for row in said.body["data"]] == ["A", "B"]
    assert said.body["info"]["count"] == 2
    assert crm.crm("GET", "v8/Contacts/actions/fetch_full_data", ids="77").status == 204
    assert crm.crm("GET", "v8/Contacts/actions/fetch_full_data").body["code"] == "REQUIRED_PARAM_MISSING"
