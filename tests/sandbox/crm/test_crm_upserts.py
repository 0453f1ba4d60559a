import pytest

from tests.sandbox.crm.asker import Asker, Json


def key_field(crm: Asker, module: str = "Accounts", **more: object) -> str:
    field = {"field_label": "Ferry Key", "data_type": "text", "length": 60, **more}
    said = crm.crm("POST", "v8/settings/fields", {"fields": [field]}, module=module)
    assert said.status == 201, said.body
    return "Ferry_Key"


def unique(crm: Asker, module: str = "Accounts", case: str = "false") -> str:
    return key_field(crm, module, unique={"casesensitive": case})


def external(crm: Asker, module: str = "Accounts") -> str:
    return key_field(crm, module, external={"type": "org"})


def upsert(crm: Asker, module: str, *rows: Json, **body: object) -> list[Json]:
    said = crm.crm("POST", f"v8/{module}/upsert", {"data": list(rows), **body})
    made: list[Json] = said.body["data"]
    return made


def test_f58_f63_upsert_says_what_it_did_and_by_which_field(crm: Asker) -> None:
    unique(crm)
    row = {"Account_Name": "Acme", "Ferry_Key": "k1"}
    (made,) = upsert(crm, "Accounts", row, duplicate_check_fields=["Ferry_Key"])
    assert (made["action"], made["duplicate_field"], made["message"]) == ("insert", None, "record added")
    (kept,) = upsert(
        crm, "Accounts", {**row, "Account_Name": "Acme Ltd"}, duplicate_check_fields=["Ferry_Key"]
    )
    assert (kept["action"], kept["duplicate_field"], kept["message"]) == (
        "update",
        "Ferry_Key",
        "record updated",
    )
    assert kept["details"]["id"] == made["details"]["id"]


def test_f63_within_one_call_the_second_row_meets_the_first(crm: Asker) -> None:
    unique(crm)
    row = {"Account_Name": "Acme", "Ferry_Key": "k1"}
    rows = upsert(crm, "Accounts", row, row, duplicate_check_fields=["Ferry_Key"])
    assert [each["action"] for each in rows] == ["insert", "update"]


@pytest.mark.parametrize(
    ("module", "row"),
    [
        ("Leads", {"Last_Name": "X", "Company": "Y", "Email": "a@b.co"}),
        ("Contacts", {"Last_Name": "X", "Email": "a@b.co"}),
        ("Accounts", {"Account_Name": "X"}),
        ("Deals", {"Deal_Name": "X", "Stage": "Qualification"}),
    ],
)
@pytest.mark.parametrize("position", ["system", "leads"])
def test_f63_without_check_fields(crm: Asker, module: str, row: Json, position: str) -> None:
    crm.switch(crm__default_duplicates=position)
    upsert(crm, module, row)
    sure = position == "system" or module == "Leads"
    assert upsert(crm, module, row)[0]["action"] == ("update" if sure else "insert")


def test_f63_the_fallback_on_names_merges_namesakes(crm: Asker) -> None:
    unique(crm)
    crm.add("Accounts", {"Account_Name": "Acme", "Ferry_Key": "k1"})
    (kept,) = upsert(crm, "Accounts", {"Account_Name": "ACME ", "Ferry_Key": "k2"})
    assert (kept["action"], kept["duplicate_field"]) == ("update", "Account_Name")


@pytest.mark.parametrize(("position", "code"), [("given", "SUCCESS"), ("oldest", "DUPLICATE_DATA")])
def test_f63_check_fields_that_meet_two_records(crm: Asker, position: str, code: str) -> None:
    crm.switch(crm__match_order=position)
    unique(crm)
    numbers = crm.add("Accounts", {"Account_Name": "Acme"}, {"Account_Name": "Other", "Ferry_Key": "k"})
    row = {"Account_Name": "Acme", "Ferry_Key": "k"}
    (kept,) = upsert(crm, "Accounts", row, duplicate_check_fields=["Ferry_Key", "Account_Name"])
    assert (kept["code"], kept["details"]["id"]) == (code, numbers[1])


def test_f57_check_fields_do_nothing_on_insert(crm: Asker) -> None:
    body = {"data": [{"Account_Name": "Acme"}], "duplicate_check_fields": ["Account_Name"]}
    assert [crm.crm("POST", "v8/Accounts", body).status for _ in range(2)] == [201, 201]


def test_check_fields_are_unique_or_system_ones(crm: Asker) -> None:
    body = {"data": [{"Account_Name": "Acme"}], "duplicate_check_fields": ["Phone"]}
    said = crm.crm("POST", "v8/Accounts/upsert", body)
    assert said.body["details"]["json_path"] == "$.duplicate_check_fields[0]"


@pytest.mark.parametrize("position", ["id", "duplicate_record"])
def test_f57_f59_a_unique_field_refuses_a_repeat(crm: Asker, position: str) -> None:
    crm.switch(crm__duplicate_key=position)
    unique(crm)
    (first,) = crm.add("Accounts", {"Account_Name": "A", "Ferry_Key": "k"})
    said = crm.crm("POST", "v8/Accounts", {"data": [{"Account_Name": "B", "Ferry_Key": "K"}]})
    (refused,) = said.body["data"]
    assert (said.status, refused["code"], refused["message"]) == (400, "DUPLICATE_DATA", "duplicate data")
    details = refused["details"]
    assert (details["api_name"], details["json_path"]) == ("Ferry_Key", "$.data[0].Ferry_Key")
    held = details["id"] if position == "id" else details["duplicate_record"]["id"]
    assert held == first


def test_a_unique_field_that_minds_case(crm: Asker) -> None:
    unique(crm, case="true")
    rows = [{"Account_Name": "A", "Ferry_Key": "k"}, {"Account_Name": "B", "Ferry_Key": "K"}]
    assert crm.crm("POST", "v8/Accounts", {"data": rows}).status == 201


def test_a_deleted_record_gives_its_key_up(crm: Asker) -> None:
    unique(crm)
    (first,) = crm.add("Accounts", {"Account_Name": "A", "Ferry_Key": "k"})
    crm.crm("DELETE", f"v8/Accounts/{first}")
    crm.add("Accounts", {"Account_Name": "B", "Ferry_Key": "k"})


def test_f64_an_external_value_stands_for_the_id(crm: Asker) -> None:
    external(crm)
    (account,) = crm.add("Accounts", {"Account_Name": "A", "Ferry_Key": "k 1"})
    header = {"x-external": "Accounts.Ferry_Key"}
    held = crm.crm("GET", "v8/Accounts/k%201", headers=header).body["data"][0]
    assert held["id"] == account
    assert crm.crm("PUT", "v8/Accounts/k%201", {"data": [{"Phone": "1"}]}, header).status == 200
    batch = {"data": [{"Ferry_Key": "k 1", "Phone": "2"}]}
    assert crm.crm("PUT", "v8/Accounts", batch, header).status == 200
    assert crm.crm("DELETE", "v8/Accounts/k%201", headers=header).status == 200
    assert crm.crm("GET", "v8/Accounts/k%201", headers=header).body["code"] == "INVALID_DATA"


def test_f64_upsert_and_lookups_by_external_values(crm: Asker) -> None:
    external(crm)
    external(crm, "Contacts")
    header = {"x-external": "Contacts.Ferry_Key,Accounts.Ferry_Key"}
    (account,) = crm.add("Accounts", {"Account_Name": "A", "Ferry_Key": "a1"})
    row = {"Last_Name": "Ames", "Ferry_Key": "c1", "Account_Name": {"Ferry_Key": "a1"}}
    for action in ("insert", "update"):
        said = crm.crm("POST", "v8/Contacts/upsert", {"data": [row]}, header)
        assert said.body["data"][0]["action"] == action
    person = crm.crm("GET", "v8/Contacts/c1", headers=header).body["data"][0]
    assert person["Account_Name"]["id"] == account


@pytest.mark.parametrize(("position", "bare", "qualified"), [("qualified", 400, 200), ("bare", 200, 400)])
def test_f64_the_form_of_the_header(crm: Asker, position: str, bare: int, qualified: int) -> None:
    crm.switch(crm__external_header=position)
    external(crm)
    crm.add("Accounts", {"Account_Name": "A", "Ferry_Key": "k"})
    assert crm.crm("GET", "v8/Accounts/k", headers={"x-external": "Ferry_Key"}).status == bare
    assert crm.crm("GET", "v8/Accounts/k", headers={"x-external": "Accounts.Ferry_Key"}).status == qualified
