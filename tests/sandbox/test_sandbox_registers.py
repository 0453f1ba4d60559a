import pytest

from tests.sandbox.caller import Caller


def test_f46_payments_go_to_a_named_account(caller: Caller) -> None:
    accounts = {row["account_name"]: row for row in caller.listed("chartofaccounts")}
    clearing = accounts["Migration Clearing"]
    assert clearing["account_type"] == "other_current_asset"
    customer = caller.contact()["contact_id"]
    made = caller.pay(customer, 10, account_id=clearing["account_id"]).body["payment"]
    assert made["account_id"] == clearing["account_id"]
    assert caller.pay(customer, 10, account_id="1").code == 1002


def test_accounts_of_the_vendor_stay(caller: Caller) -> None:
    sales = next(row for row in caller.listed("chartofaccounts") if row["account_name"] == "Sales")
    path = f"chartofaccounts/{sales['account_id']}"
    assert caller.books("DELETE", path).status == 400
    assert caller.books("POST", f"{path}/inactive").status == 201
    assert caller.books("GET", path).body["chart_of_account"]["is_active"] is False
    assert caller.books("POST", "chartofaccounts", {"account_name": "sales"}).code == 11
    made = caller.books("POST", "chartofaccounts", {"account_name": "Till"}).body["chart_of_account"]
    assert caller.books("DELETE", f"chartofaccounts/{made['account_id']}").status == 200


def test_users_and_who_is_calling(caller: Caller) -> None:
    me = caller.books("GET", "users/me").body["user"]
    assert (me["is_current_user"], me["status"]) == (True, "active")
    made = caller.books("POST", "users", {"name": "Sam", "email": "s@x.example"}).body["user"]
    caller.books("POST", f"users/{made['user_id']}/active")
    assert [row["status"] for row in caller.listed("users")] == ["active", "active"]
    assert caller.books("DELETE", f"users/{me['user_id']}").status == 400


def test_one_location_is_primary(caller: Caller) -> None:
    made = caller.books("POST", "locations", {"location_name": "York"}).body["locations"]
    caller.books("POST", f"locations/{made['location_id']}/markasprimary")
    rows = {row["location_name"]: row["is_primary"] for row in caller.listed("locations")}
    assert rows == {"Head Office": False, "York": True}
    assert caller.books("DELETE", f"locations/{made['location_id']}").status == 400


@pytest.mark.parametrize("path", ["chartofaccounts", "users", "locations", "settings/taxgroups"])
def test_a_register_needs_a_name(caller: Caller, path: str) -> None:
    assert caller.books("POST", path, {}).code == 15


def test_the_organisation_is_changed_by_its_own_call(caller: Caller) -> None:
    [own] = caller.listed("organizations")
    path = f"organizations/{own['organization_id']}"
    assert caller.books("PUT", path, {"name": "Newer Ltd"}).body["organization"]["name"] == "Newer Ltd"
    assert "closed_until" not in caller.books("GET", path).body["organization"]


def test_a_trial_that_is_over_reads_but_does_not_write_103001(caller: Caller) -> None:
    change = {"service": "books", "kind": "organizations", "fields": {"is_trial_over": True}}
    caller.control("POST", "edit", change)
    assert caller.books("GET", "contacts").status == 200
    said = caller.books("POST", "contacts", {"contact_name": "New"})
    assert (said.status, said.code) == (400, 103001)


def test_f13_the_older_body_in_a_form_field(caller: Caller) -> None:
    body = b"JSONString=%7B%22contact_name%22%3A%22Formed%22%7D"
    said = caller.books("POST", "contacts", body, {"content-type": "application/x-www-form-urlencoded"})
    assert said.body["contact"]["contact_name"] == "Formed"
