"""Errors of the API, each as the type that the SDK has for it."""

from typing import Any

import pytest

from tests.sdk.conftest import Module, Stage
from tests.sdk.vendor import asking, built, kind, operations, plain, refusal, told


def test_f59_a_wrong_value_names_its_field_and_type(accounts: Module) -> None:
    body = accounts.body({"Account_Name": "Fine"}, {"Account_Name": "x" * 201})
    status, answer = told(accounts.operations.create_records(body))
    good, bad = answer.get_data()
    assert (status, kind(good), kind(bad)) == (207, "record.SuccessResponse", "record.APIException")
    code, message, details = refusal(bad)
    assert (code, message) == ("INVALID_DATA", "invalid data")
    assert details["api_name"] == "Account_Name"
    assert details["json_path"] == "$.data[1].Account_Name"


def test_f59_a_missing_field_is_named(contacts: Module) -> None:
    status, answer = told(contacts.operations.upsert_records(contacts.body({"First_Name": "Nameless"})))
    assert status == 400
    code, _, details = refusal(answer.get_data()[0])
    assert (code, details["api_name"]) == ("MANDATORY_NOT_FOUND", "Last_Name")


def test_f59_a_duplicate_names_the_record_that_it_is_like(zoho: Stage) -> None:
    unique = built("fields.Unique", casesensitive="false")
    key = built("fields.Fields", field_label="Twin Key", data_type="text", length=80, unique=unique)
    made = operations("fields.Fields").create_field(
        built("fields.BodyWrapper", fields=[key]), asking("fields.CreateField", module="Products")
    )
    assert told(made)[0] == 201
    products = Module("Products")
    (first,) = products.add({"Product_Name": "One", "Twin_Key": "same"})
    body = products.body({"Product_Name": "Two", "Twin_Key": "same"})
    _, answer = told(products.operations.create_records(body))
    code, message, details = refusal(answer.get_data()[0])
    assert (code, message, details["api_name"]) == ("DUPLICATE_DATA", "duplicate data", "Twin_Key")
    assert int(details["id"]) == first


def test_f59_an_unknown_record_is_typed(accounts: Module) -> None:
    status, answer = told(accounts.operations.update_record(1, accounts.body({"Phone": "1"})))
    assert (status, kind(answer)) == (400, "record.APIException")
    assert refusal(answer) == ("INVALID_DATA", "the id given seems to be invalid", {"resource_path_index": 1})


def test_f59_a_list_without_fields_is_refused(accounts: Module) -> None:
    status, answer = told(accounts.operations.get_records())
    code, _, details = refusal(answer)
    assert (status, code, details["param_name"]) == (400, "REQUIRED_PARAM_MISSING", "fields")


@pytest.mark.parametrize(
    ("mode", "status", "code"),
    [("http_500", 500, "INTERNAL_ERROR"), ("crm_429", 429, "TOO_MANY_REQUESTS")],
)
def test_faults_are_typed(zoho: Stage, mode: str, status: int, code: str) -> None:
    zoho.control("PUT", "faults", [{"mode": mode, "path": "/crm/v8/Accounts", "times": 1}])
    try:
        asked = asking("record.GetRecords", fields="Account_Name")
        seen, answer = told(operations("record.Record", "Accounts").get_records(asked))
    finally:
        zoho.control("PUT", "faults", [])
    assert (seen, refusal(answer)[0]) == (status, code)


def test_f59_a_scope_that_is_missing_is_typed(stage: Stage) -> None:
    fields = {"scope": "ZohoCRM.modules.contacts.READ"}
    edit = {"service": "accounts", "kind": "refreshes", "fields": fields}
    narrow: dict[str, Any] = stage.control("POST", "edit", edit)
    stage.start(stage.token(refresh_token=narrow["token"], find_user=False), "narrow.csv")
    try:
        status, answer = told(operations("org.Org").get_organization())
        assert (status, kind(answer)) == (401, "org.APIException")
        assert plain(answer.get_code()) == "OAUTH_SCOPE_MISMATCH"
    finally:
        stage.start(stage.token())


def test_a_token_that_ran_out_under_way_is_typed(stage: Stage) -> None:
    stage.start(stage.token(), "spent.csv")
    stage.control("PUT", "faults", [{"mode": "token_expired", "path": "/crm/v8/org", "times": 1}])
    try:
        status, answer = told(operations("org.Org").get_organization())
    finally:
        stage.control("PUT", "faults", [])
        stage.start(stage.token())
    assert (status, refusal(answer)[0]) == (401, "INVALID_TOKEN")
