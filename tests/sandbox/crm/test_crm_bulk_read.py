import csv
import io
import json
import zipfile
from typing import Any

import pytest

from ledgerferry_sandbox.desk.outbox import Delivery
from tests.sandbox.caller import Said
from tests.sandbox.crm.asker import Asker, Json


class Reader(Asker):
    """An asker that reads in bulk."""

    def start(self, query: Json, **body: Any) -> Said:
        module = {"module": {"api_name": "Contacts"}}
        return self.crm("POST", "bulk/v8/read", {"query": {**module, **query}, **body})

    def job(self, query: Json, **body: Any) -> str:
        said = self.start(query, **body)
        assert said.status == 201, said.body
        number: str = said.body["data"][0]["details"]["id"]
        return number

    def state(self, number: str) -> Json:
        row: Json = self.crm("GET", f"bulk/v8/read/{number}").body["data"][0]
        return row

    def lines(self, query: Json) -> list[dict[str, str]]:
        number = self.job(query)
        self.wait(10)
        said = self.crm("GET", f"bulk/v8/read/{number}/result")
        assert said.status == 200
        with zipfile.ZipFile(io.BytesIO(said.body)) as archive:
            assert archive.namelist() == [f"{number}.csv"]
            return list(csv.DictReader(io.StringIO(archive.read(f"{number}.csv").decode())))


@pytest.fixture
def reader() -> Reader:
    made = Reader()
    (account,) = made.add("Accounts", {"Account_Name": 'Zylker, "the" one'})
    made.add(
        "Contacts",
        {"Last_Name": "Ames", "Account_Name": {"id": account}, "Email_Opt_Out": True},
        {"Last_Name": "Böyle", "Email": "b@example.com", "Date_of_Birth": "1990-05-17"},
        {"Last_Name": "Crane", "Email": "c@example.com"},
    )
    return made


def test_f73_a_job_goes_from_added_over_in_progress_to_completed(reader: Reader) -> None:
    said = reader.start({"fields": ["Last_Name"]})
    row = said.body["data"][0]
    assert (said.status, row["code"], row["message"]) == (201, "ADDED_SUCCESSFULLY", "Added successfully.")
    assert set(row["details"]) == {"id", "operation", "state", "created_by", "created_time"}
    number = row["details"]["id"]
    states = [reader.state(number)["state"]]
    for seconds in (3, 6, 1):
        reader.wait(seconds)
        states.append(reader.state(number)["state"])
    assert states == ["ADDED", "IN PROGRESS", "IN PROGRESS", "COMPLETED"]
    assert reader.state(number)["result"] == {
        "page": 1,
        "count": 3,
        "download_url": f"/crm/bulk/v8/read/{number}/result",
        "per_page": 200_000,
        "more_records": False,
        "next_page_token": None,
    }


def test_f73_the_result_is_a_zip_of_a_csv(reader: Reader) -> None:
    columns = ["Last_Name", "Account_Name", "Account_Name.Account_Name", "Email_Opt_Out", "Date_of_Birth"]
    first, second, _ = reader.lines({"fields": columns})
    assert list(first) == ["Id", *columns]
    assert first["Account_Name.Account_Name"] == 'Zylker, "the" one'
    assert first["Account_Name"].isdecimal()
    assert (first["Email_Opt_Out"], second["Email_Opt_Out"]) == ("true", "false")
    assert (second["Last_Name"], second["Date_of_Birth"], second["Account_Name"]) == (
        "Böyle",
        "1990-05-17",
        "",
    )


@pytest.mark.parametrize(("seconds", "state"), [(0, "COMPLETED"), (10, "ADDED")])
def test_f73_switch_a_job_takes_so_long(reader: Reader, seconds: int, state: str) -> None:
    reader.switch(bulk_seconds=seconds)
    assert reader.state(reader.job({"fields": ["Last_Name"]}))["state"] == state


@pytest.mark.parametrize("position", ["Id", "id"])
def test_f73_switch_how_the_column_of_ids_is_headed(reader: Reader, position: str) -> None:
    reader.switch(bulk_id_column=position)
    assert position in reader.lines({"fields": ["Last_Name"]})[0]


def test_f73_without_fields_every_field_is_read(reader: Reader) -> None:
    assert {"Last_Name", "Created_Time", "Modified_Time", "Owner", "Email"} <= set(reader.lines({})[0])


def test_f73_a_file_is_there_when_done_and_for_a_day(reader: Reader) -> None:
    number = reader.job({"fields": ["Last_Name"]})
    early = reader.crm("GET", f"bulk/v8/read/{number}/result")
    assert (early.status, early.body["code"]) == (400, "RESOURCE_NOT_FOUND")
    reader.wait(86_400 + 9)
    reader.sign_in()
    assert reader.crm("GET", f"bulk/v8/read/{number}/result").status == 200
    reader.wait(1)
    assert reader.crm("GET", f"bulk/v8/read/{number}/result").status == 400
    assert reader.crm("GET", "bulk/v8/read/7").status == 404


def test_f73_pages_and_tokens_go_on_where_the_last_one_ended(reader: Reader) -> None:
    reader.switch(bulk_read_rows=2)
    number = reader.job({"fields": ["Last_Name"]})
    reader.wait(10)
    result = reader.state(number)["result"]
    assert (result["count"], result["more_records"]) == (2, True)
    for further in ({"page": 2}, {"page_token": result["next_page_token"]}):
        assert [line["Last_Name"] for line in reader.lines({"fields": ["Last_Name"], **further})] == ["Crane"]
    both = reader.start({"page": 2, "page_token": result["next_page_token"]})
    assert (both.status, both.body["code"]) == (400, "PAGE_NOT_SUPPORTED")


def at(field: str, comparator: str, value: object) -> Json:
    return {"field": {"api_name": field}, "comparator": comparator, "value": value}


def group(joint: str, *parts: Json) -> Json:
    return {"group_operator": joint, "group": list(parts)}


@pytest.mark.parametrize(
    ("criteria", "names"),
    [
        (at("Last_Name", "equal", "Crane"), ["Crane"]),
        (at("Last_Name", "not_equal", "Crane"), ["Ames", "Böyle"]),
        (at("Last_Name", "in", ["Ames", "Crane"]), ["Ames", "Crane"]),
        (at("Last_Name", "contains", "ran"), ["Crane"]),
        (at("Last_Name", "starts_with", "B"), ["Böyle"]),
        (at("Last_Name", "ends_with", "e"), ["Böyle", "Crane"]),
        (at("Email", "equal", "${EMPTY}"), ["Ames"]),
        (at("Email", "not_equal", "${EMPTY}"), ["Böyle", "Crane"]),
        (at("Date_of_Birth", "between", ["1990-01-01", "1990-12-31"]), ["Böyle"]),
        (at("Date_of_Birth", "less_than", "1990-05-17"), []),
        (at("Email_Opt_Out", "equal", True), ["Ames"]),
        (at("Account_Name.Account_Name", "starts_with", "Zylker"), ["Ames"]),
        (group("or", at("Last_Name", "equal", "Ames"), at("Last_Name", "equal", "Crane")), ["Ames", "Crane"]),
        (group("and", at("Last_Name", "ends_with", "e"), at("Email", "starts_with", "c")), ["Crane"]),
        (
            group("and", group("or", at("Last_Name", "equal", "x"), at("Email", "starts_with", "c"))),
            ["Crane"],
        ),
    ],
)
def test_f73_criteria_narrow_the_reading(reader: Reader, criteria: Json, names: list[str]) -> None:
    assert [
        line["Last_Name"] for line in reader.lines({"fields": ["Last_Name"], "criteria": criteria})
    ] == names


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"module": {"api_name": "Nowhere"}}, "MODULE_NOT_AVAILABLE"),
        ({"module": {"api_name": "Attachments"}}, "MODULE_NOT_SUPPORTED"),
        ({"fields": ["Nonsense"]}, "FIELD_NOT_AVAILABLE"),
        ({"fields": ["Record_Image"]}, "FIELD_NOT_SUPPORTED"),
        ({"fields": "Last_Name"}, "QUERY_NOT_SUPPORTED"),
        ({"page": 51}, "PAGE_RANGE_EXCEEDED"),
        ({"page": 0}, "PAGE_RANGE_EXCEEDED"),
        ({"page_token": "x"}, "INVALID_DATA"),
        ({"cvid": "7"}, "CVID_NOT_SUPPORTED"),
        ({"criteria": at("Nonsense", "equal", "x")}, "FIELD_IN_CRITERIA_NOT_AVAILABLE"),
        ({"criteria": at("Last_Name", "like", "x")}, "FIELD_COMPARATOR_IN_CRITERIA_NOT_SUPPORTED"),
        ({"criteria": at("Last_Name", "less_than", "x")}, "FIELD_AND_COMPARATOR_IN_CRITERIA_NOT_COMPATIBLE"),
        ({"criteria": at("Last_Name", "in", "x")}, "COMPARATOR_AND_VALUE_IN_CRITERIA_NOT_COMPATIBLE"),
        (
            {"criteria": at("Date_of_Birth", "between", ["1990-01-01"])},
            "COMPARATOR_AND_VALUE_IN_CRITERIA_NOT_COMPATIBLE",
        ),
        ({"criteria": at("Date_of_Birth", "equal", "May")}, "FIELD_AND_VALUE_IN_CRITERIA_NOT_COMPATIBLE"),
        ({"criteria": group("xor", at("Last_Name", "equal", "x"))}, "GROUP_OPERATOR_NOT_SUPPORTED"),
        ({"criteria": group("and")}, "INVALID_CRITERIA"),
        ({"criteria": [1]}, "INVALID_CRITERIA"),
        ({"criteria": group("or", at("Id", "equal", "x")) | at("Id", "equal", "x")}, "AMBIGUOUS_CRITERIA"),
        ({"criteria": group("or", *[at("Last_Name", "equal", "x")] * 26)}, "CRITERIA_LIMIT_EXCEEDED"),
    ],
)
def test_f73_what_cannot_be_read_has_its_code(reader: Reader, query: Json, code: str) -> None:
    said = reader.start(query)
    assert (said.status, said.body["code"], said.body["status"]) == (400, code, "error")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "REQUEST_BODY_IS_EMPTY"),
        (b"{", "REQUEST_BODY_NOT_READABLE"),
        ({}, "QUERY_NOT_SUPPORTED"),
        ({"query": {"module": "Contacts"}, "file_type": "ics"}, "NOT_SUPPORTED_FEATURE"),
        ({"query": {"module": "Contacts"}, "callback": {"method": "get"}}, "INVALID_CALLBACK_METHOD"),
        (
            {"query": {"module": "Contacts"}, "callback": {"method": "post", "url": "x"}},
            "INVALID_CALLBACK_URL",
        ),
    ],
)
def test_f73_a_body_that_is_no_job_has_its_code(reader: Reader, body: object, code: str) -> None:
    said = reader.crm("POST", "bulk/v8/read", body)
    assert (said.status, said.body["code"]) == (400, code)


def test_f73_the_callback_comes_when_the_job_is_done(reader: Reader) -> None:
    heard: list[Json] = []

    def carrier(delivery: Delivery) -> int:
        heard.append(json.loads(delivery.body))
        return 200

    callback = {"url": "https://ferry.example.com/done", "method": "post"}
    number = reader.job({"fields": ["Last_Name"]}, callback=callback)
    reader.wait(9)
    assert reader.sandbox.desk.outbox.deliver(carrier) == 0
    reader.wait(1)
    assert reader.sandbox.desk.outbox.deliver(carrier) == 1
    assert (heard[0]["job_id"], heard[0]["state"], heard[0]["result"]["count"]) == (number, "COMPLETED", 3)


def test_f73_a_reading_may_end_in_failure(reader: Reader) -> None:
    heard: list[Json] = []

    def carrier(delivery: Delivery) -> int:
        heard.append(json.loads(delivery.body))
        return 200

    callback = {"url": "https://ferry.example.com/done", "method": "post"}
    number = reader.job({"fields": ["Last_Name"]}, callback=callback)
    change = {"service": "crm", "kind": "bulk_reads", "id": number, "fields": {"state": "FAILURE"}}
    reader.control("POST", "edit", change)
    assert reader.state(number)["state"] == "ADDED"
    reader.wait(10)
    row = reader.state(number)
    assert (row["state"], "result" in row) == ("FAILURE", False)
    assert reader.crm("GET", f"bulk/v8/read/{number}/result").body["code"] == "RESOURCE_NOT_FOUND"
    reader.sandbox.desk.outbox.deliver(carrier)
    assert [(body["job_id"], body["state"]) for body in heard] == [(number, "FAILURE")]
    unknown = reader.call("POST", "/_sandbox/edit", change | {"id": "7"})
    assert unknown.status == 400


def test_f73_a_reading_shows_the_moment_it_was_asked_for(reader: Reader) -> None:
    number = reader.job({"fields": ["Last_Name"]})
    reader.person("Later")
    reader.wait(10)
    assert reader.state(number)["result"]["count"] == 3


def test_f76_a_reading_costs_fifty_credits(reader: Reader) -> None:
    reader.job({"fields": ["Last_Name"]})
    assert reader.control("GET", "log")[-1]["credits"] == 50


def test_f73_reading_needs_the_scopes_of_bulk_and_module(reader: Reader) -> None:
    reader.sign_in("ZohoCRM.bulk.READ,ZohoCRM.modules.Contacts.READ")
    assert reader.start({"fields": ["Last_Name"]}).status == 201
    assert reader.start({"module": {"api_name": "Deals"}}).body["code"] == "OAUTH_SCOPE_MISMATCH"
    reader.sign_in("ZohoCRM.modules.ALL")
    assert reader.start({"fields": ["Last_Name"]}).status == 401
