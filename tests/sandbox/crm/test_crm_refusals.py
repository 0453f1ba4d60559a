"""The rarer codes of F59, and what brings each about."""

import pytest

from tests.sandbox.crm.asker import Asker, Json


def force(crm: Asker, kind: str, number: str, **fields: object) -> None:
    change = {"service": "crm", "kind": kind, "id": number, "fields": fields, "force": True}
    crm.control("POST", "edit", change)


def deal(crm: Asker) -> str:
    return crm.add("Deals", {"Deal_Name": "D", "Stage": "Qualification"})[0]


def change(crm: Asker, number: str, row: Json) -> tuple[int, str]:
    said = crm.crm("PUT", f"v8/Deals/{number}", {"data": [row]})
    return said.status, said.body["data"][0]["code"]


def test_f59_a_locked_record(crm: Asker) -> None:
    number = deal(crm)
    force(crm, "Deals", number, Locked__s=True)
    assert change(crm, number, {"Amount": 1}) == (400, "RECORD_LOCKED")
    assert crm.crm("DELETE", f"v8/Deals/{number}").body["code"] == "RECORD_LOCKED"


def test_f59_f66_a_blueprint_leads_the_stage(crm: Asker) -> None:
    number = deal(crm)
    force(crm, "Deals", number, **{"$process_flow": True})
    assert change(crm, number, {"Stage": "Closed Won"}) == (400, "RECORD_IN_BLUEPRINT")
    assert change(crm, number, {"Amount": 1}) == (200, "SUCCESS")


def test_f59_a_record_that_waits_for_approval(crm: Asker) -> None:
    number = deal(crm)
    force(crm, "Deals", number, **{"$approval_state": "approval_process_pending"})
    assert change(crm, number, {"Amount": 1}) == (400, "NOT_APPROVED")
    row = crm.crm("GET", f"v8/Deals/{number}").body["data"][0]
    assert row["$approval_state"] == "approval_process_pending"
    assert crm.control("GET", "state")["crm"]["Deals"][0]["$approval_state"] == row["$approval_state"]


def test_f59_a_lookup_without_an_id(crm: Asker) -> None:
    body = {"data": [{"Last_Name": "X", "Reporting_To": {}}]}
    (refused,) = crm.crm("POST", "v8/Contacts", body).body["data"]
    place = {"api_name": "id", "json_path": "$.data[0].Reporting_To.id"}
    assert (refused["code"], refused["details"]) == ("EXPECTED_FIELD_MISSING", {"expected_fields": [place]})


@pytest.mark.parametrize(("more", "status"), [({}, 400), ({"$se_module": "Deals"}, 201)])
def test_f59_what_id_needs_a_module(crm: Asker, more: Json, status: int) -> None:
    row = {"Subject": "Call back", "What_Id": {"id": deal(crm)}, **more}
    said = crm.crm("POST", "v8/Tasks", {"data": [row]})
    assert said.status == status
    if status == 400:
        (refused,) = said.body["data"]
        assert refused["code"] == "DEPENDENT_FIELD_MISSING"
        assert refused["details"]["dependee"]["api_name"] == "What_Id"
    else:
        number = said.body["data"][0]["details"]["id"]
        assert crm.crm("GET", f"v8/Tasks/{number}").body["data"][0]["$se_module"] == "Deals"


@pytest.mark.parametrize(("status", "answer"), [("active", 200), ("disabled", 400)])
def test_f59_a_user_who_is_not_active(crm: Asker, status: str, answer: int) -> None:
    crm.sign_in()
    me = crm.control("GET", "state")["crm"]["users"][0]["id"]
    change = {"service": "crm", "kind": "users", "id": me, "fields": {"status": status}}
    crm.control("POST", "edit", change)
    said = crm.crm("GET", "v8/org")
    assert said.status == answer
    if answer == 400:
        assert said.body["code"] == "AUTHORIZATION_FAILED"


def test_f59_a_server_that_fails(crm: Asker) -> None:
    crm.sign_in()
    crm.control("PUT", "faults", [{"service": "crm", "mode": "http_500", "times": 1}])
    said = crm.crm("GET", "v8/org")
    assert (said.status, said.body["code"]) == (500, "INTERNAL_ERROR")


def test_f76_an_unknown_view_is_refused(crm: Asker) -> None:
    said = crm.crm("GET", "v8/Contacts", fields="id", cvid="77")
    assert (said.status, said.body["details"]["param_name"]) == (400, "cvid")


def test_a_person_makes_a_field(crm: Asker) -> None:
    fields = {"module": "Accounts", "field_label": "Ferry Key", "data_type": "text", "unique": {}}
    made = crm.control("POST", "edit", {"service": "crm", "kind": "fields", "fields": fields})
    assert (made["api_name"], made["unique"]) == ("Ferry_Key", True)
    crm.add("Accounts", {"Account_Name": "A", "Ferry_Key": "k"})
    for wrong in ({"module": "Nothing"}, {"module": "Accounts"}):
        assert (
            crm.call("POST", "/_sandbox/edit", {"service": "crm", "kind": "fields", "fields": wrong}).status
            == 400
        )
