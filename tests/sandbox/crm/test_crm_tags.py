import pytest

from tests.sandbox.crm.asker import Asker, Json


def make(crm: Asker, *names: str, module: str = "Contacts") -> list[str]:
    rows = [{"name": name, "color_code": "#63C57E"} for name in names]
    said = crm.crm("POST", "v8/settings/tags", {"tags": rows}, module=module)
    assert said.status == 201, said.body
    return [row["details"]["id"] for row in said.body["tags"]]


def held(crm: Asker, module: str = "Contacts") -> dict[str, Json]:
    return {row["name"]: row for row in crm.crm("GET", "v8/settings/tags", module=module).body["tags"]}


def borne(crm: Asker, number: str) -> list[Json]:
    rows: list[Json] = crm.crm("GET", f"v8/Contacts/{number}").body["data"][0]["Tag"]
    return rows


def test_tags_come_and_go_and_are_kept_without_a_bearer(crm: Asker) -> None:
    one, two = crm.add("Contacts", {"Last_Name": "A", "Tag": [{"name": "old"}]}, {"Last_Name": "B"})
    tags = {"tags": [{"name": "ferry"}], "ids": [one, two]}
    assert crm.crm("POST", "v8/Contacts/actions/add_tags", tags).body["success_count"] == "2"
    rows = crm.crm("GET", "v8/Contacts", fields="Tag", sort_order="asc").body["data"]
    assert [[tag["name"] for tag in row["Tag"]] for row in rows] == [["old", "ferry"], ["ferry"]]
    gone = {"tags": [{"name": "old"}]}
    assert crm.crm("POST", f"v8/Contacts/{one}/actions/remove_tags", gone).status == 200
    assert list(held(crm)) == ["old", "ferry"]
    assert borne(crm, one) == [{"name": "ferry", "id": held(crm)["ferry"]["id"], "color_code": None}]


def test_a_tag_is_made_once_for_its_module(crm: Asker) -> None:
    (first,) = make(crm, "warm")
    said = crm.crm("POST", "v8/settings/tags", {"tags": [{"name": "WARM"}]}, module="Contacts")
    assert (said.status, said.body["tags"][0]["code"]) == (400, "DUPLICATE_DATA")
    assert said.body["tags"][0]["details"]["id"] == first
    assert make(crm, "warm", module="Deals") != [first]
    (row,) = held(crm).values()
    assert (row["color_code"], row["created_by"]["name"]) == ("#63C57E", "Morgan Reeve")


@pytest.mark.parametrize(
    ("row", "code", "name"),
    [
        ({}, "MANDATORY_NOT_FOUND", "name"),
        ({"name": " "}, "INVALID_DATA", "name"),
        ({"name": "x" * 26}, "INVALID_DATA", "name"),
        ({"name": "x", "color_code": "blue"}, "INVALID_DATA", "color_code"),
    ],
)
def test_tags_that_cannot_be_made(crm: Asker, row: Json, code: str, name: str) -> None:
    said = crm.crm("POST", "v8/settings/tags", {"tags": [row]}, module="Contacts")
    (refused,) = said.body["tags"]
    assert (said.status, refused["code"], refused["details"]["api_name"]) == (400, code, name)
    assert held(crm) == {}


def test_a_module_has_a_hundred_tags(crm: Asker) -> None:
    make(crm, *(f"a{number}" for number in range(50)))
    make(crm, *(f"b{number}" for number in range(50)))
    said = crm.crm("POST", "v8/settings/tags", {"tags": [{"name": "one more"}]}, module="Contacts")
    assert said.body["tags"][0]["code"] == "NOT_ALLOWED"


def test_records_follow_a_tag_that_is_renamed_and_do_not_count_as_changed(crm: Asker) -> None:
    (warm,) = make(crm, "warm")
    person = crm.person("Ames", Tag=[{"name": "warm"}])
    before = crm.crm("GET", f"v8/Contacts/{person}").body["data"][0]["Modified_Time"]
    crm.wait(60)
    body = {"tags": [{"id": warm, "name": "hot"}]}
    assert crm.crm("PUT", "v8/settings/tags", body, module="Contacts").status == 200
    assert [tag["name"] for tag in borne(crm, person)] == ["hot"]
    assert crm.crm("GET", f"v8/Contacts/{person}").body["data"][0]["Modified_Time"] == before
    path = f"v8/settings/tags/{warm}"
    crm.crm("PUT", path, {"tags": [{"color_code": "#F17574"}]}, module="Contacts")
    assert borne(crm, person) == [{"name": "hot", "id": warm, "color_code": "#F17574"}]
    assert crm.crm("PUT", path, {"tags": [{"name": "x"}]}, module="Deals").status == 400


def test_two_tags_become_one(crm: Asker) -> None:
    warm, hot = make(crm, "warm", "hot")
    one, two = crm.person("A", Tag=["warm", "hot"]), crm.person("B", Tag=["warm"])
    path = f"v8/settings/tags/{hot}/actions"
    assert crm.crm("GET", f"{path}/records_count", module="Contacts").body == {"count": "1"}
    assert crm.crm("POST", f"{path}/merge", {"tags": [{"conflict_id": warm}]}).status == 200
    assert [[tag["name"] for tag in borne(crm, number)] for number in (one, two)] == [["hot"], ["hot"]]
    assert list(held(crm)) == ["hot"]
    assert crm.crm("GET", f"{path}/records_count", module="Contacts").body == {"count": "2"}
    said = crm.crm("POST", f"{path}/merge", {"tags": [{"conflict_id": hot}]})
    assert (said.status, said.body["tags"][0]["details"]["api_name"]) == (400, "conflict_id")


def test_a_deleted_tag_leaves_its_records(crm: Asker) -> None:
    (warm,) = make(crm, "warm")
    person = crm.person("Ames", Tag=["warm", "kept"])
    assert crm.crm("DELETE", f"v8/settings/tags/{warm}").status == 200
    assert [tag["name"] for tag in borne(crm, person)] == ["kept"]
    assert crm.crm("DELETE", f"v8/settings/tags/{warm}").body["code"] == "INVALID_DATA"


def test_records_that_are_loaded_without_tags_have_them(crm: Asker) -> None:
    crm.person("Ames", Tag=["warm"])
    state = crm.control("GET", "state")
    del state["crm"]["tags"]
    crm.control("PUT", "state", state)
    assert list(held(crm)) == ["warm"]
