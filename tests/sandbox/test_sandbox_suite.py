"""Desk, People, Projects, Campaigns and Analytics: what each keeps, asks of a call, and how it refuses."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from ledgerferry_sandbox.suite import analytics, helpdesk, projects
from ledgerferry_sandbox.suite.products import PRODUCTS
from tests.sandbox.caller import Caller, Json, Said

DESK = {"orgId": helpdesk.ORGANIZATION}
ANALYTICS = {"ZANALYTICS-ORGID": analytics.ORGANIZATION}
FIRST = {
    "desk": "/api/v1/tickets",
    "people": "/people/api/forms",
    "projects": "/restapi/portals/",
    "campaigns": "/api/v1.1/getmailinglists",
    "analytics": "/restapi/v2/workspaces",
}
"""An address of each product that any of its logins may read."""


def ask(
    caller: Caller, method: str, path: str, body: object = None, headers: Json | None = None, **query: Any
) -> Said:
    if not caller.token:
        caller.sign_in()
    signed = {"authorization": f"Zoho-oauthtoken {caller.token}", **(headers or {})}
    return caller.call(method, f"{path}?{urlencode(query)}", body, **signed)


def ticket(caller: Caller, **fields: object) -> Said:
    person = {"lastName": "Ames", "email": "ames@example.com"}
    known = {"subject": "Late invoice", "departmentId": helpdesk.DEPARTMENT, "contact": person}
    return ask(caller, "POST", "/api/v1/tickets", {**known, **fields}, DESK)


def test_desk_keeps_tickets_and_their_contacts(caller: Caller) -> None:
    assert ask(caller, "GET", "/api/v1/tickets", headers=DESK).status == 204
    made = ticket(caller)
    assert (made.status, made.body["status"]) == (200, "Open")
    again = ticket(caller, subject="Another")
    assert again.body["contactId"] == made.body["contactId"]
    path = f"/api/v1/tickets/{made.body['id']}"
    caller.wait(60)
    changed = ask(caller, "PATCH", path, {"status": "Closed"}, DESK).body
    assert (changed["status"], changed["subject"]) == ("Closed", "Late invoice")
    assert changed["modifiedTime"] > made.body["modifiedTime"]
    rows = ask(caller, "GET", "/api/v1/tickets", headers=DESK, limit=1).body["data"]
    assert [row["id"] for row in rows] == [made.body["id"]]
    trashed = {"ticketIds": [again.body["id"]]}
    assert ask(caller, "POST", "/api/v1/tickets/moveToTrash", trashed, DESK).status == 204
    assert ask(caller, "GET", f"/api/v1/tickets/{again.body['id']}", headers=DESK).status == 404


def test_desk_asks_for_its_organisation_on_every_call_but_one(caller: Caller) -> None:
    (seen,) = ask(caller, "GET", "/api/v1/organizations").body["data"]
    assert seen["id"] == helpdesk.ORGANIZATION
    missing = ask(caller, "GET", "/api/v1/tickets")
    assert (missing.status, missing.body["errorCode"]) == (422, "UNPROCESSABLE_ENTITY")
    foreign = ask(caller, "GET", "/api/v1/tickets", headers={"orgId": "1"})
    assert (foreign.status, foreign.body["errorCode"]) == (403, "OAUTH_ORG_MISMATCH")


@pytest.mark.parametrize(
    ("fields", "wrong", "kind"),
    [
        ({"subject": ""}, "/subject", "missing"),
        ({"departmentId": "1"}, "/departmentId", "invalid"),
        ({"contact": None}, "/contactId", "missing"),
        ({"contact": {"firstName": "Jo"}}, "/lastName", "missing"),
    ],
)
def test_desk_names_the_field_that_is_wrong(caller: Caller, fields: Json, wrong: str, kind: str) -> None:
    said = ticket(caller, **fields)
    assert (said.status, said.body["errorCode"]) == (422, "INVALID_DATA")
    (error,) = said.body["errors"]
    assert (error["fieldName"], error["errorType"]) == (wrong, kind)
    assert ask(caller, "GET", "/api/v1/tickets", headers=DESK).status == 204


def test_desk_takes_no_parameter_that_it_does_not_know(caller: Caller) -> None:
    said = ask(caller, "GET", "/api/v1/tickets", headers=DESK, sortOrder="asc")
    assert (said.status, said.body["errorCode"]) == (422, "UNPROCESSABLE_ENTITY")
    assert "'sortOrder'" in said.body["message"]


@pytest.mark.parametrize("base", ["/people/api/forms", "/api/forms"])
def test_people_keeps_the_records_of_a_form(caller: Caller, base: str) -> None:
    none = ask(caller, "GET", f"{base}/employee/getRecords")
    assert (none.status, none.body["response"]["errors"]["code"]) == (200, 7024)
    person = {"EmployeeID": "7", "FirstName": "Jo", "LastName": "Ames", "EmailID": "jo@example.com"}
    made = ask(caller, "POST", f"{base}/json/employee/insertRecord", inputData=json.dumps(person))
    number = made.body["response"]["result"]["pkId"]
    changes = {"inputData": json.dumps({"Designation": "Bookkeeper"}), "recordId": number}
    done = ask(caller, "POST", f"{base}/json/employee/updateRecord", urlencode(changes).encode())
    assert done.body["response"]["result"]["message"] == "Successfully Updated"
    found = ask(
        caller,
        "GET",
        f"{base}/employee/getRecords",
        searchColumn="EMPLOYEEMAILALIAS",
        searchValue="jo@example.com",
    )
    ((held,),) = found.body["response"]["result"][0].values()
    assert (held["Designation"], held["Zoho_ID"]) == ("Bookkeeper", number)


@pytest.mark.parametrize(
    ("form", "given", "code"),
    [
        ("nix", {"A": "b"}, 7011),
        ("employee", {"Nix": "b"}, 7013),
        ("employee", {"EmployeeID": "7"}, 7052),
        ("employee", {}, 7052),
    ],
)
def test_people_refuses_under_http_200(caller: Caller, form: str, given: Json, code: int) -> None:
    path = f"/people/api/forms/json/{form}/insertRecord"
    said = ask(caller, "POST", path, inputData=json.dumps(given))
    assert (said.status, said.body["response"]["status"]) == (200, 1)
    assert said.body["response"]["errors"]["code"] == code
    limited = ask(caller, "GET", "/people/api/forms/employee/getRecords", limit=201)
    assert limited.body["response"]["errors"]["code"] == 7021


def test_projects_of_a_portal(caller: Caller) -> None:
    (portal,) = ask(caller, "GET", "/restapi/portals/").body["portals"]
    base = f"/restapi/portal/{portal['id']}/projects/"
    assert ask(caller, "GET", base).status == 204
    made = ask(caller, "POST", base, b"name=Migration&description=Ledger")
    assert made.status == 201
    (project,) = made.body["projects"]
    path = f"{base}{project['id_string']}/"
    changed = ask(caller, "POST", path, b"status=archived").body["projects"][0]
    assert (changed["name"], changed["status"]) == ("Migration", "archived")
    by_name = f"/restapi/portal/{projects.PORTAL_NAME}/projects/"
    assert ask(caller, "GET", by_name).body["projects"] == [changed]
    assert ask(caller, "DELETE", path).status == 200
    gone = ask(caller, "GET", path)
    assert (gone.status, gone.body["error"]["code"]) == (404, 6404)
    nameless = ask(caller, "POST", base, b"description=x")
    assert (nameless.status, nameless.body["error"]["code"]) == (400, 6831)
    assert ask(caller, "GET", "/restapi/portal/1/projects/").status == 404


def test_campaigns_keeps_lists_and_who_is_on_them(caller: Caller) -> None:
    none = ask(caller, "GET", "/api/v1.1/getmailinglists", resfmt="JSON")
    assert (none.status, none.body["code"], none.body["status"]) == (200, "2401", "error")
    given = {"listname": "Clients", "signupform": "public", "mode": "newlist", "emailids": "a@b.example"}
    made = ask(caller, "POST", "/api/v1.1/addlistandcontacts", urlencode(given).encode())
    key = made.body["listkey"]
    twice = ask(caller, "POST", "/api/v1.1/addlistandcontacts", urlencode(given).encode())
    assert twice.body["code"] == "2205"
    renamed = {"listkey": key, "newlistname": "Friends", "signupform": "private"}
    ask(caller, "POST", "/api/v1.1/updatelistdetails", urlencode(renamed).encode())
    (row,) = ask(caller, "GET", "/api/v1.1/getmailinglists").body["list_of_details"]
    assert (row["listname"], row["noofcontacts"], row["is_public"]) == ("Friends", "1", "false")
    person = json.dumps({"Contact Email": "c@d.example", "First Name": "Cy"})
    ask(caller, "POST", "/api/v1.1/json/listsubscribe", listkey=key, contactinfo=person)
    assert [mail["to"] for mail in caller.control("GET", "mail")] == [["c@d.example"]]
    shown = ask(caller, "GET", "/api/v1.1/getlistsubscribers", listkey=key).body["list_of_details"]
    assert [each["contact_email"] for each in shown] == ["a@b.example"]
    nobody = ask(caller, "GET", "/api/v1.1/getlistsubscribers", listkey="nix")
    assert (nobody.status, nobody.body["code"]) == (200, "2501")


def test_analytics_keeps_workspaces_of_an_organisation(caller: Caller) -> None:
    (seen,) = ask(caller, "GET", "/restapi/v2/orgs").body["data"]["orgs"]
    assert seen["orgId"] == analytics.ORGANIZATION
    named: Json = {"CONFIG": json.dumps({"workspaceName": "Sales"})}
    without = ask(caller, "POST", "/restapi/v2/workspaces", **named)
    assert (without.status, without.body["data"]["errorCode"]) == (400, 8083)
    made = ask(caller, "POST", "/restapi/v2/workspaces", headers=ANALYTICS, **named)
    path = f"/restapi/v2/workspaces/{made.body['data']['workspaceId']}"
    twice = ask(caller, "POST", "/restapi/v2/workspaces", headers=ANALYTICS, **named)
    assert (twice.body["status"], twice.body["data"]["errorCode"]) == ("failure", 7101)
    other: Json = {"CONFIG": json.dumps({"workspaceName": "Ledger"})}
    assert ask(caller, "PUT", path, headers=ANALYTICS, **other).status == 204
    assert ask(caller, "GET", path).body["data"]["workspaces"]["workspaceName"] == "Ledger"
    assert ask(caller, "DELETE", path, headers=ANALYTICS).status == 204
    assert ask(caller, "GET", path).body["data"]["errorCode"] == 7103
    nameless = ask(caller, "POST", "/restapi/v2/workspaces", headers=ANALYTICS, CONFIG="{}")
    assert nameless.body["data"]["errorCode"] == 8079


@pytest.mark.parametrize(
    ("name", "unsigned", "dead", "scope"),
    [
        ("desk", (401, "UNAUTHORIZED"), (401, "INVALID_OAUTH"), (403, "SCOPE_MISMATCH")),
        ("people", (401, "7202"), (401, "7202"), (401, "7218")),
        ("projects", (401, "6401"), (401, "6401"), (401, "INVALID_OAUTHSCOPE")),
        ("campaigns", (401, "1007"), (401, "1007"), (401, "INVALID_OAUTHSCOPE")),
        ("analytics", (400, "8518"), (401, "8535"), (401, "8540")),
    ],
)
def test_each_product_refuses_in_its_own_words(
    caller: Caller,
    name: str,
    unsigned: tuple[int, str],
    dead: tuple[int, str],
    scope: tuple[int, str],
) -> None:
    path = FIRST[name]

    def met(said: Said) -> tuple[int, bool]:
        return said.status, said.status >= 400

    nobody = caller.call("GET", path)
    assert (met(nobody), unsigned[1] in json.dumps(nobody.body)) == ((unsigned[0], True), True)
    wrong = caller.call("GET", path, authorization="Zoho-oauthtoken 1000.nix")
    assert (met(wrong), dead[1] in json.dumps(wrong.body)) == ((dead[0], True), True)
    caller.sign_in("ZohoBooks.fullaccess.all")
    narrow = ask(caller, "GET", path, headers=DESK)
    assert (met(narrow), scope[1] in json.dumps(narrow.body)) == ((scope[0], True), True)


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.name)
def test_each_product_has_its_log_its_limits_and_its_faults(caller: Caller, product: Any) -> None:
    path = FIRST[product.name]
    caller.control("PUT", "limits", {product.name: {"minute": 1}})
    first, second = ask(caller, "GET", path, headers=DESK), ask(caller, "GET", path, headers=DESK)
    assert first.status in (200, 204)
    assert second.status == 429
    assert ask(caller, "DELETE", f"{path.rstrip('/')}/nix/nix/nix/nix", headers=DESK).status == 404
    rows = [row for row in caller.control("GET", "log") if row["service"] == product.name]
    assert [row["status"] for row in rows] == [first.status, 429, 404]
    caller.control("PUT", "faults", [{"service": product.name, "mode": "token_expired", "times": 1}])
    caller.control("PUT", "limits", {product.name: {"minute": None}})
    assert ask(caller, "GET", path, headers=DESK).status == 401


def test_a_method_that_an_address_does_not_take(caller: Caller) -> None:
    said = ask(caller, "DELETE", "/api/v1/tickets", headers=DESK)
    assert (said.status, said.body["errorCode"]) == (405, "METHOD_NOT_ALLOWED")


def test_the_control_plane_shows_takes_and_edits_them(caller: Caller) -> None:
    made = ticket(caller).body
    state = caller.control("GET", "state")
    assert [row["id"] for row in state["desk"]["tickets"]] == [made["id"]]
    edit = {"service": "desk", "kind": "tickets", "id": made["id"], "fields": {"priority": "High"}}
    caller.control("POST", "edit", edit)
    assert ask(caller, "GET", f"/api/v1/tickets/{made['id']}", headers=DESK).body["priority"] == "High"
    caller.control("POST", "reset", {})
    caller.token = ""
    assert ask(caller, "GET", "/api/v1/tickets", headers=DESK).status == 204
    caller.control("PUT", "state", state)
    caller.token = ""
    (held,) = ask(caller, "GET", "/api/v1/tickets", headers=DESK).body["data"]
    assert held["subject"] == "Late invoice"
    caller.control("POST", "edit", {**edit, "delete": True})
    assert ask(caller, "GET", "/api/v1/tickets", headers=DESK).status == 204
    new = {"service": "people", "kind": "department", "fields": {"Department": "Finance"}}
    caller.control("POST", "edit", new)
    found = ask(caller, "GET", "/people/api/forms/department/getRecords").body["response"]["result"]
    assert len(found) == 1
