import pytest

from tests.sandbox.crm.asker import Asker, Json


def ids(crm: Asker) -> tuple[str, str]:
    """A role and a profile."""
    role = crm.crm("GET", "v8/settings/roles").body["roles"][1]["id"]
    return role, crm.crm("GET", "v8/settings/profiles").body["profiles"][1]["id"]


def row(crm: Asker, **more: object) -> Json:
    role, profile = ids(crm)
    whole: Json = {"first_name": "Di", "last_name": "Ames", "email": "di@trees.com.example"}
    return {**whole, "role": role, "profile": profile, **more}


def add(crm: Asker, **more: object) -> str:
    said = crm.crm("POST", "v8/users", {"users": [row(crm, **more)]})
    assert said.status == 201, said.body
    number: str = said.body["users"][0]["details"]["id"]
    return number


def read(crm: Asker, number: str) -> Json:
    (shown,) = crm.crm("GET", f"v8/users/{number}").body["users"]
    held: Json = shown
    return held


def test_a_user_is_added_and_waits_for_confirmation(crm: Asker) -> None:
    number = add(crm, city="York", phone="1", Reporting_To={"id": ""})
    held = read(crm, number)
    assert (held["full_name"], held["city"], held["phone"]) == ("Di Ames", "York", "1")
    assert (held["role"]["name"], held["profile"]["name"]) == ("Manager", "Standard")
    assert (held["status"], held["confirm"], held["created_by"]["name"]) == ("active", False, "Morgan Reeve")
    (waiting,) = crm.crm("GET", "v8/users", type="NotConfirmedUsers").body["users"]
    assert waiting["id"] == number
    (record,) = crm.add("Contacts", {"Last_Name": "X", "Owner": number})
    assert crm.crm("GET", f"v8/Contacts/{record}").body["data"][0]["Owner"]["name"] == "Di Ames"


@pytest.mark.parametrize(
    ("more", "code", "name"),
    [
        ({"last_name": ""}, "MANDATORY_NOT_FOUND", "last_name"),
        ({"role": None}, "MANDATORY_NOT_FOUND", "role"),
        ({"email": "nobody"}, "INVALID_DATA", "email"),
        ({"email": "MorganReeve@trees.com.example"}, "DUPLICATE_DATA", "email"),
        ({"profile": "77"}, "INVALID_DATA", "profile"),
        ({"role": {"id": "77"}}, "INVALID_DATA", "role"),
        ({"last_name": "x" * 51}, "INVALID_DATA", "last_name"),
        ({"city": 7}, "INVALID_DATA", "city"),
        ({"Reporting_To": {"id": "77"}}, "INVALID_DATA", "Reporting_To"),
        ({"status": "odd"}, "INVALID_DATA", "status"),
    ],
)
def test_users_that_cannot_be_added(crm: Asker, more: Json, code: str, name: str) -> None:
    said = crm.crm("POST", "v8/users", {"users": [row(crm, **more)]})
    (refused,) = said.body["users"]
    assert (said.status, refused["code"], refused["details"]["api_name"]) == (400, code, name)
    assert crm.crm("GET", "v8/users/actions/count").body == {"count": 2}


def test_one_user_is_added_in_a_call(crm: Asker) -> None:
    two = [row(crm), row(crm, email="other@trees.com.example")]
    assert crm.crm("POST", "v8/users", {"users": two}).body["code"] == "INVALID_DATA"


def test_users_change_singly_and_together(crm: Asker) -> None:
    one = add(crm)
    crm.wait(60)
    boss = crm.crm("GET", "v8/users", type="CurrentUser").body["users"][0]["id"]
    change = {"last_name": "Bell", "Reporting_To": {"id": boss}, "city": None}
    said = crm.crm("PUT", f"v8/users/{one}", {"users": [change]})
    assert (said.status, said.body["users"][0]["message"]) == (200, "User updated")
    held = read(crm, one)
    assert (held["full_name"], held["Reporting_To"]["id"], held["city"]) == ("Di Bell", boss, None)
    assert held["Modified_Time"] > held["created_time"]
    rows = [{"id": one, "status": "inactive"}, {"id": "77", "city": "x"}, {"city": "x"}]
    mixed = crm.crm("PUT", "v8/users", {"users": rows})
    codes = [result["code"] for result in mixed.body["users"]]
    assert (mixed.status, codes) == (207, ["SUCCESS", "INVALID_DATA", "MANDATORY_NOT_FOUND"])
    assert crm.crm("GET", "v8/users", type="DeactiveUsers").body["users"][0]["id"] == one


def test_users_since_a_moment(crm: Asker) -> None:
    since = {"if-modified-since": "2026-01-05T08:00:00+00:00"}
    assert crm.crm("GET", "v8/users", headers=since).status == 304
    number = add(crm)
    assert [held["id"] for held in crm.crm("GET", "v8/users", headers=since).body["users"]] == [number]


def test_a_deleted_user_is_told_as_deleted_and_the_caller_stays(crm: Asker) -> None:
    number, me = add(crm), crm.crm("GET", "v8/users", type="CurrentUser").body["users"][0]["id"]
    assert crm.crm("DELETE", f"v8/users/{number}").body["users"][0]["message"] == "User deleted"
    assert [held["id"] for held in crm.crm("GET", "v8/users", type="DeletedUsers").body["users"]] == [number]
    assert crm.crm("DELETE", f"v8/users/{number}").body["code"] == "INVALID_DATA"
    assert crm.crm("PUT", f"v8/users/{number}", {"users": [{"city": "x"}]}).status == 400
    assert crm.crm("DELETE", f"v8/users/{me}").body["code"] == "INVALID_DATA"
    assert crm.crm("PUT", f"v8/users/{me}", {"users": [{"status": "inactive"}]}).status == 400
    assert add(crm) != number


def test_nobody_is_in_a_group(crm: Asker) -> None:
    assert crm.crm("GET", f"v8/users/{add(crm)}/actions/associated_groups").status == 204
    assert crm.crm("GET", "v8/users/77/actions/associated_groups").body["code"] == "INVALID_DATA"


def test_roles_are_read(crm: Asker) -> None:
    boss, manager = crm.crm("GET", "v8/settings/roles").body["roles"]
    assert (boss["name"], manager["reporting_to"]["id"]) == ("CEO", boss["id"])
    assert crm.crm("GET", f"v8/settings/roles/{manager['id']}").body["roles"] == [manager]
    assert crm.crm("GET", "v8/settings/roles/77").status == 204


def clone(crm: Asker, name: str) -> str:
    source = ids(crm)[1]
    body = {"profiles": [{"name": name, "description": "of the ferry"}]}
    said = crm.crm("POST", f"v8/settings/profiles/{source}/actions/clone", body)
    assert said.status == 201, said.body
    number: str = said.body["profiles"][0]["details"]["id"]
    return number


def test_a_profile_is_cloned_renamed_and_deleted_with_its_users(crm: Asker) -> None:
    number = clone(crm, "Ferry")
    user = add(crm, profile=number)
    assert read(crm, user)["profile"] == {"name": "Ferry", "id": number}
    path = f"v8/settings/profiles/{number}"
    assert crm.crm("PUT", path, {"profiles": [{"name": "Ferry Two"}]}).status == 200
    assert read(crm, user)["profile"] == {"name": "Ferry Two", "id": number}
    (shown,) = crm.crm("GET", path).body["profiles"]
    assert (shown["custom"], shown["description"]) == (True, "of the ferry")
    layout = crm.crm("GET", "v8/settings/layouts", module="Deals").body["layouts"][0]
    assert [each["name"] for each in layout["profiles"]] == ["Administrator", "Standard", "Ferry Two"]
    assert crm.crm("DELETE", path).body["code"] == "REQUIRED_PARAM_MISSING"
    assert crm.crm("DELETE", path, transfer_to=number).body["code"] == "INVALID_DATA"
    assert crm.crm("DELETE", path, transfer_to=ids(crm)[1]).body["message"] == "Profile deleted"
    assert read(crm, user)["profile"]["name"] == "Standard"
    assert crm.crm("GET", path).status == 204


def test_profiles_that_cannot_be(crm: Asker) -> None:
    clone(crm, "Ferry")
    path = f"v8/settings/profiles/{ids(crm)[1]}"
    for body, code in (
        ({"name": "ferry"}, "DUPLICATE_DATA"),
        ({}, "MANDATORY_NOT_FOUND"),
        ({"name": ""}, "INVALID_DATA"),
    ):
        said = crm.crm("POST", f"{path}/actions/clone", {"profiles": [body]})
        assert (said.status, said.body["profiles"][0]["code"]) == (400, code)
    said = crm.crm("PUT", path, {"profiles": [{"name": "Usual"}]})
    assert said.body["profiles"][0]["code"] == "INVALID_DATA"
    other = crm.crm("GET", "v8/settings/profiles").body["profiles"][0]["id"]
    assert crm.crm("DELETE", path, transfer_to=other).body["message"] == "The action given is invalid"
    assert crm.crm("PUT", "v8/settings/profiles/77", {"profiles": [{"name": "x"}]}).status == 400
