from tests.sandbox.crm.asker import Asker, Json

LEAD: Json = {
    "Last_Name": "Ames",
    "First_Name": "Jo",
    "Company": "Acme",
    "Email": "jo@acme.example",
    "City": "Kent",
    "Designation": "Buyer",
}


def convert(crm: Asker, lead: str, **row: object) -> Json:
    said = crm.crm("POST", f"v8/Leads/{lead}/actions/convert", {"data": [row]})
    assert said.status == 200, said.body
    result: Json = said.body["data"][0]
    return result


def read(crm: Asker, module: str, number: str) -> Json:
    row: Json = crm.crm("GET", f"v8/{module}/{number}").body["data"][0]
    return row


def test_f76_a_lead_becomes_account_contact_and_deal(crm: Asker) -> None:
    (lead,) = crm.add("Leads", LEAD)
    deal = {"Deal_Name": "First order", "Stage": "Qualification"}
    result = convert(crm, lead, Deals=deal)
    assert result["message"] == "The record has been converted successfully"
    made = {
        module: read(crm, module, result["details"][module]["id"])
        for module in ("Accounts", "Contacts", "Deals")
    }
    assert (made["Accounts"]["Account_Name"], made["Accounts"]["Billing_City"]) == ("Acme", "Kent")
    assert (made["Contacts"]["Full_Name"], made["Contacts"]["Title"]) == ("Jo Ames", "Buyer")
    assert made["Contacts"]["Account_Name"]["id"] == made["Accounts"]["id"]
    assert made["Deals"]["Contact_Name"]["id"] == made["Contacts"]["id"]
    held = read(crm, "Leads", lead)
    assert (held["$converted"], held["Converted_Account"]["id"]) == (True, made["Accounts"]["id"])


def test_without_a_deal_and_into_records_that_exist(crm: Asker) -> None:
    (lead,) = crm.add("Leads", LEAD)
    (account,) = crm.add("Accounts", {"Account_Name": "Acme Group"})
    details = convert(crm, lead, Accounts={"id": account})["details"]
    assert (details["Accounts"], details["Deals"]) == ({"name": "Acme Group", "id": account}, None)
    assert read(crm, "Contacts", details["Contacts"]["id"])["Account_Name"]["id"] == account


def test_overwriting_what_exists(crm: Asker) -> None:
    (lead,) = crm.add("Leads", LEAD)
    person = crm.person("Old")
    convert(crm, lead, overwrite=True, Contacts=person)
    assert read(crm, "Contacts", person)["Full_Name"] == "Jo Ames"


def test_a_lead_is_converted_once(crm: Asker) -> None:
    (lead,) = crm.add("Leads", LEAD)
    convert(crm, lead)
    said = crm.crm("POST", f"v8/Leads/{lead}/actions/convert", {"data": [{}]})
    assert (said.status, said.body["code"]) == (400, "ID_ALREADY_CONVERTED")
    assert crm.crm("POST", "v8/Leads/77/actions/convert", {"data": [{}]}).body["code"] == "INVALID_DATA"


def test_a_merge_keeps_the_master_and_moves_what_pointed_to_the_others(crm: Asker) -> None:
    master, other = crm.add(
        "Accounts",
        {"Account_Name": "Acme", "Phone": "1"},
        {"Account_Name": "Acme Ltd", "Phone": "2", "Fax": "3"},
    )
    person = crm.person("Ames", Account_Name=other)
    body = {"merge": [{"data": [{"id": other, "_fields": [{"api_name": "Phone"}]}]}]}
    said = crm.crm("POST", f"v8/Accounts/{master}/actions/merge", body)
    assert said.status == 200, said.body
    row = read(crm, "Accounts", master)
    assert (row["Account_Name"], row["Phone"], row["Fax"]) == ("Acme", "2", "3")
    assert read(crm, "Contacts", person)["Account_Name"]["id"] == master
    assert crm.crm("GET", "v8/Accounts/deleted", type="all").body["data"][0]["id"] == other
    job = said.body["merge"][0]["details"]["job_id"]
    done = crm.crm("GET", f"v8/Accounts/{master}/actions/merge", job_id=job)
    assert done.body["merge"][0]["status"] == "COMPLETED"
