from pathlib import Path

import pytest

from ledgerferry_sandbox.journal import Journal
from ledgerferry_sandbox.sandbox import Sandbox
from tests.sandbox.caller import Said
from tests.sandbox.crm.asker import Asker, Json

PATH = "v8/settings/modules"


def row(crm: Asker, **more: object) -> Json:
    profile = crm.crm("GET", "v8/settings/profiles").body["profiles"][1]["id"]
    whole: Json = {"plural_label": "Boats", "singular_label": "Boat", "api_name": "Boats"}
    return {**whole, "profiles": [{"id": profile}], **more}


def make(crm: Asker, **more: object) -> str:
    said = crm.crm("POST", PATH, {"modules": [row(crm, **more)]})
    assert said.status == 200, said.body
    number: str = said.body["modules"][0]["details"]["id"]
    return number


def read(crm: Asker, key: str = "Boats") -> Json:
    (shown,) = crm.crm("GET", f"{PATH}/{key}").body["modules"]
    held: Json = shown
    return held


def put(crm: Asker, change: Json, key: str = "Boats") -> Said:
    return crm.crm("PUT", f"{PATH}/{key}", {"modules": [change]})


def test_a_module_is_made_and_holds_records(crm: Asker) -> None:
    number = make(crm, display_field={"field_label": "Boat Name", "data_type": "text"})
    held = read(crm, number)
    assert (held["api_name"], held["generated_type"], held["singular_label"]) == ("Boats", "custom", "Boat")
    assert [profile["name"] for profile in held["profiles"]] == ["Standard"]
    fields = crm.crm("GET", "v8/settings/fields", module="Boats").body["fields"]
    assert {each["api_name"]: each["field_label"] for each in fields}["Name"] == "Boat Name"
    field = {"field_label": "Length", "data_type": "integer"}
    crm.crm("POST", "v8/settings/fields", {"fields": [field]}, module="Boats")
    (boat,) = crm.add("Boats", {"Name": "Ferry", "Length": 60, "Tag": ["old"]})
    (shown,) = crm.crm("GET", f"v8/Boats/{boat}").body["data"]
    assert (shown["Name"], shown["Length"], shown["Owner"]["name"]) == ("Ferry", 60, "Morgan Reeve")
    said = crm.crm("POST", "v8/Boats", {"data": [{"Length": 1}]})
    assert said.body["data"][0]["details"]["api_name"] == "Name"
    crm.wait(60)
    assert crm.rows("select Name from Boats where Length > 50") == [{"Name": "Ferry", "id": boat}]
    note = {"data": [{"Note_Title": "Seen"}]}
    assert crm.crm("POST", f"v8/Boats/{boat}/Notes", note).status == 201
    assert (
        crm.crm("GET", f"v8/Boats/{boat}/Notes", fields="Note_Title").body["data"][0]["Note_Title"] == "Seen"
    )
    crm.crm("DELETE", f"v8/Boats/{boat}")
    assert crm.crm("GET", "v8/Boats/deleted", type="all").body["data"][0]["display_name"] == "Ferry"


@pytest.mark.parametrize(
    ("more", "code", "name"),
    [
        ({"plural_label": ""}, "MANDATORY_NOT_FOUND", "plural_label"),
        ({"profiles": []}, "MANDATORY_NOT_FOUND", "profiles"),
        ({"profiles": [{"id": "77"}]}, "INVALID_DATA", "id"),
        ({"api_name": "Contacts"}, "INVALID_DATA", "api_name"),
        ({"api_name": "7 boats"}, "INVALID_DATA", "api_name"),
        ({"plural_label": "Contacts"}, "INVALID_DATA", "plural_label"),
        ({"singular_label": "x" * 26}, "INVALID_DATA", "singular_label"),
        ({"singular_label": "Boat!"}, "INVALID_DATA", "singular_label"),
        ({"display_field": {"data_type": "autonumber"}}, "INVALID_DATA", "data_type"),
        ({"description": 7}, "INVALID_DATA", "description"),
    ],
)
def test_modules_that_cannot_be_made(crm: Asker, more: Json, code: str, name: str) -> None:
    said = crm.crm("POST", PATH, {"modules": [row(crm, **more)]})
    (refused,) = said.body["modules"]
    assert (said.status, refused["code"], refused["details"]["api_name"]) == (400, code, name)
    assert crm.crm("GET", f"{PATH}/Boats").body["code"] == "INVALID_MODULE"


def test_f76_a_module_costs_500_and_needs_the_edition(crm: Asker) -> None:
    whole = row(crm)
    before = crm.control("GET", "usage")["crm"]["day"]
    assert crm.crm("POST", PATH, {"modules": [whole]}).status == 200
    assert crm.control("GET", "usage")["crm"]["day"] - before == 500
    crm.switch(crm__edition="professional")
    assert crm.crm("GET", "v8/Boats", fields="Name").body["code"] == "INVALID_MODULE"
    assert crm.crm("POST", PATH, {"modules": [row(crm, api_name="More")]}).body["code"] == "NOT_SUPPORTED"


def test_a_module_changes_by_name_by_id_and_among_others(crm: Asker) -> None:
    since = {"if-modified-since": "2026-01-05T08:00:00+00:00"}
    number = make(crm)
    assert put(crm, {"plural_label": "Ships", "description": "afloat"}).status == 200
    assert (read(crm)["plural_label"], read(crm)["description"]) == ("Ships", "afloat")
    assert put(crm, {"singular_label": "Ship"}, number).status == 200
    both = [{"id": number, "singular_label": "Craft"}, {"id": "77"}, {"singular_label": "x"}]
    said = crm.crm("PUT", PATH, {"modules": both})
    codes = [each["code"] for each in said.body["modules"]]
    assert (said.status, codes) == (207, ["SUCCESS", "INVALID_DATA", "MANDATORY_NOT_FOUND"])
    assert read(crm)["singular_label"] == "Craft"
    assert put(crm, {"api_name": "Ships"}).body["modules"][0]["code"] == "INVALID_DATA"
    assert put(crm, {"singular_label": "x"}, "Contacts").body["code"] == "NOT_SUPPORTED"
    assert put(crm, {"singular_label": "x"}, "Nothing").body["code"] == "INVALID_MODULE"
    assert put(crm, {"singular_label": "Contract"}, "Subscriptions").status == 200
    rows = crm.crm("GET", PATH, headers=since).body["modules"]
    assert {each["api_name"] for each in rows} == {"Boats", "Subscriptions"}


def test_a_profile_leaves_a_module_but_not_the_last_one(crm: Asker) -> None:
    make(crm)
    first, second = (each["id"] for each in crm.crm("GET", "v8/settings/profiles").body["profiles"])
    assert put(crm, {"profiles": [{"id": first}, {"id": second, "_delete": {}}]}).status == 200
    assert put(crm, {"profiles": [{"id": first}, {"id": second, "_delete": True}]}).status == 200
    assert [each["id"] for each in read(crm)["profiles"]] == [first]
    assert put(crm, {"profiles": [{"id": first, "_delete": True}]}).status == 400


def test_modules_are_part_of_the_state_and_of_its_file(crm: Asker, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "state.json")
    journal.snapshot(crm.sandbox)
    make(crm)
    journal.note(crm.sandbox, whole_desk=False)
    (boat,) = crm.add("Boats", {"Name": "Ferry"})
    journal.note(crm.sandbox, whole_desk=False)
    again = Asker(Sandbox())
    Journal.restore(again.sandbox, journal.saved())
    assert again.crm("GET", f"v8/Boats/{boat}").body["data"][0]["Name"] == "Ferry"
    state = crm.control("GET", "state")
    crm.control("POST", "reset", {"seed": "demo"})
    crm.sign_in()
    assert crm.crm("GET", f"{PATH}/Boats").body["code"] == "INVALID_MODULE"
    crm.control("PUT", "state", state)
    crm.sign_in()
    assert crm.crm("GET", f"v8/Boats/{boat}").body["data"][0]["Name"] == "Ferry"
    crm.control("PUT", "state", {"crm": {"modules": []}})
    assert crm.crm("GET", f"{PATH}/Boats").body["code"] == "INVALID_MODULE"
