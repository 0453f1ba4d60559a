from typing import Any

import pytest

from tests.sandbox.crm.asker import Asker, Json


def results(crm: Asker, method: str, path: str, *rows: Json, **body: Any) -> tuple[int, list[Json]]:
    said = crm.crm(method, f"v8/{path}", {"data": list(rows), **body})
    return said.status, said.body["data"]


def refusal(crm: Asker, module: str, row: Json, **body: Any) -> Json:
    status, (result,) = results(crm, "POST", module, row, **body)
    assert (status, result["status"]) == (400, "error")
    return result


def test_f58_insert_is_201_and_says_what_was_made(crm: Asker) -> None:
    status, (made,) = results(crm, "POST", "Accounts", {"Account_Name": "Acme"})
    assert status == 201
    assert {name: made[name] for name in ("code", "message", "status")} == {
        "code": "SUCCESS",
        "message": "record added",
        "status": "success",
    }
    details = made["details"]
    assert details["Created_Time"] == details["Modified_Time"] == "2026-01-05T09:00:00+00:00"
    assert details["Created_By"] == details["Modified_By"]
    assert details["Created_By"]["name"] == "Morgan Reeve"
    assert len(details["id"]) == 19
    assert "duplicate_field" not in made


def test_f58_update_is_200_by_path_and_in_batches(crm: Asker) -> None:
    one, other = crm.add("Accounts", {"Account_Name": "A"}, {"Account_Name": "B"})
    crm.wait(60)
    status, (changed,) = results(crm, "PUT", f"Accounts/{one}", {"Phone": "1"})
    assert (status, changed["message"]) == (200, "record updated")
    assert changed["details"]["Modified_Time"] == "2026-01-05T09:01:00+00:00"
    assert changed["details"]["Created_Time"] == "2026-01-05T09:00:00+00:00"
    status, rows = results(
        crm, "PUT", "Accounts", {"id": other, "Phone": "2"}, {"id": one, "Account_Name": "A2"}
    )
    assert status == 200
    assert [row["details"]["id"] for row in rows] == [other, one]
    held = crm.crm("GET", f"v8/Accounts/{one}").body["data"][0]
    assert (held["Account_Name"], held["Phone"]) == ("A2", "1")


@pytest.mark.parametrize(
    "more",
    [
        {"process": ["review_process"]},
        {"lar_id": "5550000000001"},
        {"apply_feature_execution": [{"name": "layout_rules"}]},
        {"skip_feature_execution": [{"name": "cadences"}]},
        {"trigger": ["workflow", "approval", "blueprint"]},
    ],
)
def test_f57_what_else_a_body_may_carry(crm: Asker, more: Json) -> None:
    status, (made,) = results(crm, "POST", "Leads", {"Last_Name": "A", "Company": "B"}, **more)
    assert (status, made["code"]) == (201, "SUCCESS")


def test_f58_mixed_results_are_207_in_the_order_given(crm: Asker) -> None:
    status, rows = results(crm, "POST", "Accounts", {"Account_Name": "A"}, {}, {"Account_Name": "B"})
    assert status == 207
    assert [row["code"] for row in rows] == ["SUCCESS", "MANDATORY_NOT_FOUND", "SUCCESS"]
    assert rows[1]["details"] == {"api_name": "Account_Name", "json_path": "$.data[1].Account_Name"}


@pytest.mark.parametrize("status", [400, 202])
def test_f58_when_all_fail(crm: Asker, status: int) -> None:
    crm.switch(crm__all_failed_status=status)
    assert results(crm, "POST", "Accounts", {}, {})[0] == status


def test_f57_a_hundred_records_and_no_more(crm: Asker) -> None:
    rows = [{"Last_Name": str(number)} for number in range(101)]
    assert results(crm, "POST", "Contacts", *rows[:100])[0] == 201
    said = crm.crm("POST", "v8/Contacts", {"data": rows})
    assert (said.status, said.body["code"]) == (400, "INVALID_DATA")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "MANDATORY_NOT_FOUND"),
        ({"data": []}, "INVALID_DATA"),
        ({"data": ["x"]}, "INVALID_DATA"),
        ({"data": [{"Last_Name": "X"}], "trigger": "workflow"}, "INVALID_DATA"),
        (b"{", "INVALID_DATA"),
    ],
)
def test_f59_bodies_that_say_nothing(crm: Asker, body: object, code: str) -> None:
    said = crm.crm("POST", "v8/Contacts", body)
    assert (said.status, said.body["code"]) == (400, code)


@pytest.mark.parametrize(
    ("module", "row", "name", "details"),
    [
        ("Contacts", {"Last_Name": "X" * 81}, "Last_Name", {"maximum_length": 80}),
        ("Contacts", {"Last_Name": 5}, "Last_Name", {"expected_data_type": "text"}),
        ("Contacts", {"Last_Name": "X", "Email": "nobody"}, "Email", {"expected_data_type": "email"}),
        (
            "Contacts",
            {"Last_Name": "X", "Date_of_Birth": "1/2/03"},
            "Date_of_Birth",
            {"expected_data_type": "date"},
        ),
        (
            "Contacts",
            {"Last_Name": "X", "Email_Opt_Out": "yes"},
            "Email_Opt_Out",
            {"expected_data_type": "boolean"},
        ),
        (
            "Accounts",
            {"Account_Name": "X", "Annual_Revenue": "ten"},
            "Annual_Revenue",
            {"expected_data_type": "double"},
        ),
        ("Accounts", {"Account_Name": "X", "Employees": 1.5}, "Employees", {"expected_data_type": "integer"}),
        (
            "Accounts",
            {"Account_Name": "X", "Parent_Account": {"id": "1"}},
            "Parent_Account",
            {"expected_data_type": "bigint"},
        ),
        (
            "Events",
            {"Event_Title": "X", "Start_DateTime": "2026-01-05"},
            "Start_DateTime",
            {"expected_data_type": "datetime"},
        ),
        ("Accounts", {"Account_Name": "X", "Owner": {"id": "1"}}, "Owner", {"expected_data_type": "bigint"}),
    ],
)
def test_f59_invalid_data_says_what_was_expected(
    crm: Asker, module: str, row: Json, name: str, details: Json
) -> None:
    refused = refusal(crm, module, row)
    assert refused["code"] == "INVALID_DATA"
    assert refused["details"] == {"api_name": name, "json_path": f"$.data[0].{name}", **details}


@pytest.mark.parametrize(("position", "status"), [("closed", 400), ("open", 201)])
def test_f59_a_picklist_takes_its_values(crm: Asker, position: str, status: int) -> None:
    crm.switch(crm__picklists=position)
    said = crm.crm("POST", "v8/Leads", {"data": [{"Last_Name": "X", "Company": "Y", "Rating": "Superb"}]})
    assert said.status == status
    if status == 400:
        assert "Acquired" in said.body["data"][0]["details"]["supported_values"]


@pytest.mark.parametrize(
    ("module", "row", "missing"),
    [
        ("Contacts", {"Email": "a@b.co"}, "Last_Name"),
        ("Accounts", {"Phone": "1"}, "Account_Name"),
        ("Leads", {"Company": "X"}, "Last_Name"),
        ("Deals", {"Stage": "Qualification"}, "Deal_Name"),
        ("Deals", {"Deal_Name": "X"}, "Stage"),
    ],
)
def test_f65_mandatory_fields(crm: Asker, module: str, row: Json, missing: str) -> None:
    refused = refusal(crm, module, row)
    assert (refused["code"], refused["details"]["api_name"]) == ("MANDATORY_NOT_FOUND", missing)
    assert refused["message"] == "required field not found"


@pytest.mark.parametrize(
    ("position", "lead", "deal"),
    [("layout", 400, 201), ("system", 201, 201), ("with_closing_date", 400, 400)],
)
def test_f65_the_layout_may_ask_for_more(crm: Asker, position: str, lead: int, deal: int) -> None:
    crm.switch(crm__mandatory=position)
    assert results(crm, "POST", "Leads", {"Last_Name": "X"})[0] == lead
    assert results(crm, "POST", "Deals", {"Deal_Name": "X", "Stage": "Qualification"})[0] == deal


def test_f65_an_update_may_not_empty_them(crm: Asker) -> None:
    person = crm.person("Ames", Phone="1")
    status, (refused,) = results(crm, "PUT", f"Contacts/{person}", {"Last_Name": None})
    assert (status, refused["code"]) == (400, "MANDATORY_NOT_FOUND")
    assert results(crm, "PUT", f"Contacts/{person}", {"Phone": None})[0] == 200
    assert crm.crm("GET", f"v8/Contacts/{person}").body["data"][0]["Phone"] is None


def test_f66_a_stage_is_one_of_the_nine(crm: Asker) -> None:
    refused = refusal(crm, "Deals", {"Deal_Name": "X", "Stage": "Dreaming"})
    assert len(refused["details"]["supported_values"]) == 9
    crm.switch(crm__picklists="open")
    assert refusal(crm, "Deals", {"Deal_Name": "X", "Stage": "Dreaming"})["code"] == "INVALID_DATA"


def test_f66_the_stage_says_how_likely_a_deal_is(crm: Asker) -> None:
    (deal,) = crm.add("Deals", {"Deal_Name": "X", "Stage": "Negotiation/Review", "Amount": 200})
    held = crm.crm("GET", f"v8/Deals/{deal}").body["data"][0]
    assert (held["Probability"], held["Expected_Revenue"]) == (90, 180)


@pytest.mark.parametrize(("position", "without"), [("off", 201), ("on", 400)])
def test_f65_f66_a_pipeline_where_there_are_several(crm: Asker, position: str, without: int) -> None:
    crm.switch(crm__pipelines=position)
    deal = {"Deal_Name": "X", "Stage": "Needs Analysis"}
    assert results(crm, "POST", "Deals", deal)[0] == without
    if position == "on":
        assert results(crm, "POST", "Deals", {**deal, "Pipeline": "Standard (Standard)"})[0] == 201
        refused = refusal(crm, "Deals", {**deal, "Pipeline": "Renewals"})
        assert (refused["code"], refused["details"]["api_name"]) == ("INVALID_DATA", "Stage")


def test_f59_unknown_and_read_only_fields_are_passed_over(crm: Asker) -> None:
    row = {"Account_Name": "X", "Colour": "red", "Created_Time": "2001-01-01T00:00:00Z"}
    (account,) = crm.add("Accounts", row)
    held = crm.crm("GET", f"v8/Accounts/{account}").body["data"][0]
    assert "Colour" not in held
    assert held["Created_Time"] == "2026-01-05T09:00:00+00:00"


def test_f61_a_stale_writer_gets_412(crm: Asker) -> None:
    person = crm.person("Ames")
    crm.wait(60)
    assert results(crm, "PUT", f"Contacts/{person}", {"Phone": "1"})[0] == 200
    stale = {"if-unmodified-since": "2026-01-05T09:00:30+00:00"}
    said = crm.crm("PUT", f"v8/Contacts/{person}", {"data": [{"Phone": "2"}]}, stale)
    assert (said.status, said.body["data"][0]["code"]) == (412, "ALREADY_MODIFIED")
    fresh = {"if-unmodified-since": "2026-01-05T09:01:00+00:00"}
    assert crm.crm("PUT", f"v8/Contacts/{person}", {"data": [{"Phone": "2"}]}, fresh).status == 200


def test_f61_also_for_an_upsert_and_one_of_a_batch(crm: Asker) -> None:
    crm.person("Ames", Email="ames@b.co")
    stale = {"if-unmodified-since": "2026-01-05T08:00:00+00:00"}
    rows = [{"Last_Name": "Ames", "Email": "ames@b.co"}, {"Last_Name": "New", "Email": "new@b.co"}]
    said = crm.crm("POST", "v8/Contacts/upsert", {"data": rows}, stale)
    assert said.status == 207
    assert [row["code"] for row in said.body["data"]] == ["ALREADY_MODIFIED", "SUCCESS"]


def test_f62_deletes_by_path_and_by_list(crm: Asker) -> None:
    numbers = crm.add("Contacts", *({"Last_Name": str(number)} for number in range(4)))
    assert crm.crm("DELETE", f"v8/Contacts/{numbers[0]}").body["data"][0]["message"] == "record deleted"
    said = crm.crm("DELETE", "v8/Contacts", ids=",".join([*numbers[1:3], "7"]))
    assert said.status == 207
    assert [row["code"] for row in said.body["data"]] == ["SUCCESS", "SUCCESS", "INVALID_DATA"]
    assert crm.crm("DELETE", "v8/Contacts").body["code"] == "REQUIRED_PARAM_MISSING"
    too_many = crm.crm("DELETE", "v8/Contacts", ids=",".join(map(str, range(101))))
    assert too_many.body["code"] == "LIMIT_EXCEEDED"


@pytest.mark.parametrize(
    ("asked", "times"), [({}, 1), ({"wf_trigger": "true"}, 1), ({"wf_trigger": "false"}, 0)]
)
def test_f62_a_deletion_may_leave_the_workflows_out(crm: Asker, asked: Json, times: int) -> None:
    crm.switch(watch_untriggered="silent")
    number = crm.person("Ames")
    channel = {"channel_id": "1", "notify_url": "https://x.example/hook", "events": ["Contacts.delete"]}
    crm.crm("POST", "v8/actions/watch", {"watch": [channel]})
    assert crm.crm("DELETE", f"v8/Contacts/{number}", **asked).status == 200
    assert len(crm.control("GET", "webhooks")["deliveries"]) == times


def test_f59_too_many_values_are_a_limit_exceeded(crm: Asker) -> None:
    said = crm.crm("DELETE", "v8/Contacts", ids=",".join(map(str, range(101))))
    assert (said.status, said.body["code"]) == (400, "LIMIT_EXCEEDED")
    assert said.body["details"] == {"param_name": "ids", "limit": 100}


def test_an_unknown_id_is_refused(crm: Asker) -> None:
    assert crm.crm("PUT", "v8/Contacts/77", {"data": [{"Phone": "1"}]}).body["code"] == "INVALID_DATA"
    _, rows = results(crm, "PUT", "Contacts", {"id": "77"}, {"Phone": "1"})
    assert [row["code"] for row in rows] == ["INVALID_DATA", "MANDATORY_NOT_FOUND"]


def test_lookups_and_people_are_shown_with_their_names(crm: Asker) -> None:
    (account,) = crm.add("Accounts", {"Account_Name": "Acme"})
    person = crm.person("Ames", First_Name="Jo", Account_Name={"id": account})
    held = crm.crm("GET", f"v8/Contacts/{person}").body["data"][0]
    assert held["Account_Name"] == {"name": "Acme", "id": account}
    assert held["Full_Name"] == "Jo Ames"
    assert set(held["Owner"]) == {"name", "id", "email"}
    other = crm.control("GET", "state")["crm"]["users"][1]
    crm.crm("PUT", f"v8/Contacts/{person}", {"data": [{"Owner": {"id": other["id"]}, "Account_Name": None}]})
    held = crm.crm("GET", f"v8/Contacts/{person}").body["data"][0]
    assert (held["Owner"]["id"], held["Account_Name"]) == (other["id"], None)
