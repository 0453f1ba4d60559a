import pytest

from tests.sandbox.crm.asker import Asker, Json


def held(crm: Asker) -> list[Json]:
    rows: list[Json] = crm.crm("GET", "v8/settings/territories").body["territories"]
    return [{"id": row["id"]} for row in rows]


def names(crm: Asker, module: str, number: str) -> list[str]:
    (row,) = crm.crm("GET", f"v8/{module}/{number}").body["data"]
    return [each["name"] for each in row["Territories"]]


def test_territories_are_read(crm: Asker) -> None:
    north, south = crm.crm("GET", "v8/settings/territories").body["territories"]
    assert (north["name"], south["name"]) == ("North", "South")
    assert crm.crm("GET", f"v8/settings/territories/{south['id']}").body["territories"] == [south]
    assert crm.crm("GET", "v8/settings/territories/77").status == 204


def test_records_come_into_territories_and_leave_them(crm: Asker) -> None:
    person, (north, south) = crm.person("Ames"), held(crm)
    path = f"v8/Contacts/{person}/actions"
    said = crm.crm("POST", f"{path}/assign_territories", {"data": [{"Territories": [north, south]}]})
    assert said.body["data"][0]["message"] == "the territories data updated successfully"
    assert names(crm, "Contacts", person) == ["North", "South"]
    said = crm.crm("POST", f"{path}/remove_territories", {"data": [{"Territories": [north]}]})
    assert said.body["data"][0]["message"] == "the territories are removed successfully"
    assert names(crm, "Contacts", person) == ["South"]
    state = crm.control("GET", "state")
    crm.control("POST", "reset", {"seed": "demo"})
    crm.control("PUT", "state", state)
    crm.sign_in()
    assert names(crm, "Contacts", person) == ["South"]


def test_many_records_at_once_each_by_itself(crm: Asker) -> None:
    one, two, (north, _) = crm.person("A"), crm.person("B"), held(crm)
    rows = [{"id": number, "Territories": [north]} for number in (one, "77", two)]
    said = crm.crm("POST", "v8/Contacts/actions/assign_territories", {"data": rows})
    assert [row["code"] for row in said.body["data"]] == ["SUCCESS", "INVALID_DATA", "SUCCESS"]
    assert said.status == 207
    said = crm.crm("POST", "v8/Contacts/actions/remove_territories", {"data": [rows[0], {**rows[2]}]})
    assert said.status == 200
    assert names(crm, "Contacts", two) == []


def test_a_deal_has_one_territory(crm: Asker) -> None:
    deal: Json = {"Deal_Name": "D", "Stage": "Qualification", "Closing_Date": "2026-03-01"}
    (number,) = crm.add("Deals", deal)
    said = crm.crm(
        "POST", f"v8/Deals/{number}/actions/assign_territories", {"data": [{"Territories": held(crm)}]}
    )
    assert said.body["data"][0]["code"] == "LIMIT_EXCEEDED"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({}, "MANDATORY_NOT_FOUND"),
        ({"Territories": []}, "INVALID_DATA"),
        ({"Territories": [{"id": "77"}]}, "INVALID_DATA"),
    ],
)
def test_territories_that_cannot_be_given(crm: Asker, row: Json, code: str) -> None:
    said = crm.crm("POST", f"v8/Contacts/{crm.person('A')}/actions/assign_territories", {"data": [row]})
    assert (said.status, said.body["data"][0]["code"]) == (400, code)


def test_nothing_is_given_twice_or_taken_that_is_not_there(crm: Asker) -> None:
    (north, south), path = held(crm), f"v8/Contacts/{crm.person('A')}/actions"
    twice = crm.crm("POST", f"{path}/assign_territories", {"data": [{"Territories": [north, north]}]})
    assert twice.body["data"][0]["message"] == "duplicate territory id found"
    crm.crm("POST", f"{path}/assign_territories", {"data": [{"Territories": [north]}]})
    again = crm.crm("POST", f"{path}/assign_territories", {"data": [{"Territories": [north]}]})
    assert again.body["data"][0]["code"] == "DUPLICATE_DATA"
    gone = crm.crm("POST", f"{path}/remove_territories", {"data": [{"Territories": [south]}]})
    assert gone.body["data"][0]["code"] == "INVALID_DATA"


def test_products_are_in_none_and_an_organisation_may_have_none(crm: Asker) -> None:
    (product,) = crm.add("Products", {"Product_Name": "P"})
    body: Json = {"data": [{"Territories": held(crm)[:1]}]}
    path = f"Products/{product}/actions/assign_territories"
    assert crm.crm("POST", f"v8/{path}", body).body["code"] == "NOT_SUPPORTED"
    crm.control("POST", "reset", {"seed": "empty"})
    crm.sign_in()
    assert crm.crm("GET", "v8/settings/territories").status == 204
    path = f"v8/Contacts/{crm.person('A')}/actions/assign_territories"
    assert crm.crm("POST", path, body).body["code"] == "TERRITORY_NOT_ENABLED"
