"""Several products by one consent: connected, called raw, each signed, paced and refused in clear words."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledgerferry import connect
from ledgerferry_sandbox.suite import analytics, helpdesk, projects
from tests.faces.stage import at, ferry, login, sandbox
from tests.faces.test_faces_accounts import control

ALL = "books,crm,desk,people,projects,campaigns,analytics"
READABLE = {
    "desk": "/api/v1/tickets",
    "people": "/forms",
    "projects": "/portals/",
    "campaigns": "/getmailinglists",
    "analytics": "/workspaces",
}
"""A path of each product that any login of it may read, as a person writes it."""


@pytest.fixture(scope="module")
def told() -> Iterator[dict[str, Any]]:
    with sandbox("--seed", "demo") as line:
        yield line


@pytest.fixture(scope="module")
def home(told: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("products")
    done = ferry(folder, "connect", "zoho", "acme", "--products", ALL, *login(told), *at(told), "--json")
    assert done.code == 0, done.err
    rooms = done.json()["rooms"]
    assert rooms["desk"]["organization"] == helpdesk.ORGANIZATION
    assert rooms["analytics"]["organization"] == analytics.ORGANIZATION
    return folder


def called(url: str, service: str) -> list[dict[str, Any]]:
    return [row for row in control(url, "GET", "log") if row["service"] == service]


def test_three_products_by_one_consent(tmp_path: Path) -> None:
    with sandbox("--seed", "demo") as line:
        asked = ["connect", "zoho", "acme", "--products", "books,crm,desk", *login(line), *at(line)]
        assert ferry(tmp_path, *asked).code == 0
        none = ferry(tmp_path, "zoho", "desk", "GET", "/api/v1/tickets", "--json")
        assert (none.code, none.json()) == (0, {"status": 204, "body": None})
        ticket = {
            "subject": "Late invoice",
            "departmentId": helpdesk.DEPARTMENT,
            "contact": {"lastName": "Ames", "email": "ames@example.com"},
        }
        made = ferry(tmp_path, "zoho", "desk", "POST", "/tickets", "--data", json.dumps(ticket), "--json")
        assert (made.code, made.json()["status"]) == (0, 200), made.err
        found = ferry(tmp_path, "zoho", "desk", "GET", "/api/v1/tickets", "--json").json()["body"]["data"]
        assert [row["subject"] for row in found] == ["Late invoice"]
        (kept,) = control(line["url"], "GET", "state")["desk"]["tickets"]
        assert kept["values"]["subject"] == "Late invoice"


def test_a_call_of_each_product(home: Path) -> None:
    for product, path in READABLE.items():
        done = ferry(home, "zoho", product, "GET", path)
        assert done.code == 0, (product, done.err)
    person = {"EmployeeID": "7", "FirstName": "Jo", "LastName": "Ames", "EmailID": "jo@example.com"}
    insert = ["people", "POST", "/forms/json/employee/insertRecord"]
    assert ferry(home, "zoho", *insert, "--form", f"inputData={json.dumps(person)}").code == 0
    shown = ferry(home, "zoho", "people", "GET", "/api/forms/employee/getRecords")
    assert "jo@example.com" in shown.out
    create = ["projects", "POST", f"/portal/{projects.PORTAL}/projects/"]
    assert ferry(home, "zoho", *create, "--form", "name=Migration").code == 0
    fields = {"listname": "Clients", "signupform": "public", "mode": "newlist", "emailids": "a@b.example"}
    flags = [part for name, value in fields.items() for part in ("--form", f"{name}={value}")]
    assert ferry(home, "zoho", "campaigns", "POST", "/addlistandcontacts", *flags).code == 0
    config = json.dumps({"workspaceName": "Sales"})
    assert ferry(home, "zoho", "analytics", "POST", "/workspaces", "--query", f"CONFIG={config}").code == 0
    assert "Sales" in ferry(home, "zoho", "analytics", "GET", "/workspaces").out


def test_a_header_of_ones_own_replaces_the_organisation(home: Path) -> None:
    done = ferry(home, "zoho", "desk", "GET", "/tickets", "--header", "orgId=1")
    assert (done.code, "not valid for specified organization" in done.err) == (2, True)
    assert ferry(home, "zoho", "desk", "GET", "/tickets", "--header", "orgId").code == 2


def test_an_error_is_told_as_the_product_words_it(home: Path) -> None:
    wrong = ferry(home, "zoho", "desk", "POST", "/tickets", "--data", '{"subject": "x"}')
    assert (wrong.code, "/departmentId missing" in wrong.err) == (2, True)
    form = ferry(home, "zoho", "people", "GET", "/forms/nix/getRecords", "--json")
    assert (form.code, "Form name 'nix' is invalid" in form.json()["error"]["text"]) == (2, True)
    lists = ferry(home, "zoho", "campaigns", "GET", "/getlistsubscribers?listkey=nix")
    assert (lists.code, "2501" in lists.err) == (2, True)


def test_a_product_that_there_is_not_is_wrong_usage(home: Path) -> None:
    for name in ("nix", "sign"):
        done = ferry(home, "zoho", name, "GET", "/tickets")
        assert (done.code, "they are books, crm, desk" in done.err) == (2, True)
    assert ferry(home, "zoho", "desk", "FETCH", "/tickets").code == 2
    both = ferry(home, "zoho", "desk", "POST", "/tickets", "--data", "{}", "--form", "a=b")
    assert (both.code, "--form" in both.err) == (2, True)


def test_a_scope_that_is_missing_is_told_and_asks_for_a_login(tmp_path: Path) -> None:
    with sandbox("--seed", "demo") as line:
        scope = "ZohoBooks.fullaccess.all,ZohoCRM.modules.ALL,ZohoCRM.settings.ALL,ZohoCRM.org.READ"
        fields = {"client_id": line["client_id"], "scope": scope}
        edit = {"service": "accounts", "kind": "refreshes", "fields": fields}
        narrow = line | {"refresh_token": control(line["url"], "POST", "edit", edit)["token"]}
        done = ferry(tmp_path, "connect", "zoho", "acme", "--products", ALL, *login(narrow), *at(line))
        assert (done.code, "desk: its organisation could not be asked for" in done.err) == (0, True)
        before = len(called(line["url"], "accounts"))
        for product in ("desk", "projects", "campaigns", "analytics", "people"):
            refused = ferry(tmp_path, "zoho", product, "GET", READABLE[product])
            assert refused.code == 3, (product, refused.err)
            assert "lacks the scope" in refused.err, product
            assert len(called(line["url"], product)) <= 2, product
        minted = [r for r in called(line["url"], "accounts")[before:] if r["path"] == "/oauth/v2/token"]
        assert minted == [], "a missing scope costs no new token"


def test_every_product_is_signed_and_paced_under_its_own_name(tmp_path: Path) -> None:
    with sandbox("--seed", "demo", "--time-scale", "60") as line:
        asked = ["connect", "zoho", "acme", "--products", ALL, *login(line), *at(line)]
        assert ferry(tmp_path, *asked).code == 0
        control(line["url"], "PUT", "limits", {product: {"minute": 30} for product in READABLE})
        with connect("acme", home=tmp_path / ".ferry") as account:
            for product, path in READABLE.items():
                for _ in range(40):
                    assert account.call(product, "GET", path).status in (200, 204)
        usage = control(line["url"], "GET", "usage")
        assert {product: usage[product]["refused"] for product in READABLE} == dict.fromkeys(READABLE, 0)
        assert all(usage[product]["calls"] >= 40 for product in READABLE)
        assert {row["status"] for product in READABLE for row in called(line["url"], product)} <= {200, 204}
        quotas = ferry(tmp_path, "status", "--json").json()["quotas"]
        assert all(quotas[f"acme/{product}"]["day"]["used"] >= 40 for product in READABLE)


def test_without_pacing_those_calls_would_have_been_too_many(told: dict[str, Any], home: Path) -> None:
    control(told["url"], "PUT", "limits", {"campaigns": {"minute": 0}})
    done = ferry(home, "zoho", "campaigns", "GET", "/getmailinglists")
    control(told["url"], "PUT", "limits", {"campaigns": {"minute": 100}})
    assert (done.code, "too much" in done.err) == (4, True)
