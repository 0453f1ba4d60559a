import pytest

from tests.sandbox.caller import Said
from tests.sandbox.crm.asker import Asker, Json

PATH = "v8/Contacts/actions/mass_update"


def view(crm: Asker, module: str = "Contacts") -> str:
    number: str = crm.crm("GET", "v8/settings/custom_views", module=module).body["custom_views"][0]["id"]
    return number


def ask(crm: Asker, change: Json, **body: object) -> Said:
    return crm.crm("POST", PATH, {"data": [change], **body})


def phones(crm: Asker, *numbers: str) -> list[str | None]:
    return [crm.crm("GET", f"v8/Contacts/{each}").body["data"][0]["Phone"] for each in numbers]


def test_named_records_change_at_once(crm: Asker) -> None:
    one, two, other = crm.person("A"), crm.person("B"), crm.person("C")
    said = ask(crm, {"Phone": "1"}, ids=[one, two])
    assert (said.status, [row["message"] for row in said.body["data"]]) == (200, ["record updated"] * 2)
    assert phones(crm, one, two, other) == ["1", "1", None]
    mixed = ask(crm, {"Phone": "2"}, ids=[one, "77"])
    assert (mixed.status, [row["code"] for row in mixed.body["data"]]) == (207, ["SUCCESS", "INVALID_DATA"])
    assert (
        ask(crm, {"Phone": "3"}, ids=[str(number) for number in range(501)]).body["code"] == "LIMIT_EXCEEDED"
    )


def test_a_view_changes_by_a_job(crm: Asker) -> None:
    numbers = [crm.person(name) for name in "ABC"]
    said = ask(crm, {"Phone": "1"}, cvid=view(crm))
    (row,) = said.body["data"]
    assert (said.status, row["message"]) == (200, "mass update scheduled successfully")
    job = row["details"]["job_id"]
    nothing = {"Failed_Count": 0, "Updated_Count": 0, "Not_Updated_Count": 0, "Total_Count": 0}
    assert crm.crm("GET", PATH, job_id=job).body["data"] == [{"Status": "SCHEDULED", **nothing}]
    assert phones(crm, *numbers) == [None] * 3
    assert ask(crm, {"Phone": "2"}, cvid=view(crm)).body["code"] == "ALREADY_SCHEDULED"
    crm.wait(600)
    done = {"Status": "COMPLETED", **nothing, "Updated_Count": 3, "Total_Count": 3}
    assert crm.crm("GET", PATH, job_id=job).body["data"] == [done]
    assert phones(crm, *numbers) == ["1"] * 3


def test_a_criteria_narrows_a_view_and_what_is_refused_is_counted(crm: Asker) -> None:
    one, two, locked = crm.person("A"), crm.person("B"), crm.person("A")
    lock = {"service": "crm", "kind": "Contacts", "id": locked, "fields": {"Locked__s": True}, "force": True}
    crm.control("POST", "edit", lock)
    criteria = [{"field": "Last_Name", "comparator": "equal", "value": "A"}]
    said = ask(crm, {"Phone": "1"}, cvid=view(crm), criteria=criteria)
    job = said.body["data"][0]["details"]["job_id"]
    crm.wait(600)
    assert phones(crm, one, two, locked) == ["1", None, None]
    (row,) = crm.crm("GET", PATH, job_id=job).body["data"]
    assert (row["Updated_Count"], row["Failed_Count"], row["Total_Count"]) == (1, 1, 2)
    wrong = [{"field": "Nothing", "comparator": "equal", "value": "A"}]
    assert ask(crm, {"Phone": "1"}, cvid=view(crm), criteria=wrong).body["code"] == "INVALID_QUERY"


@pytest.mark.parametrize(("over_write", "left"), [(True, ["b"]), (False, ["a", "b"])])
def test_values_of_a_multi_select_come_to_the_others_or_take_their_place(
    crm: Asker, over_write: bool, left: list[str]
) -> None:
    picks = [{"display_value": each} for each in "ab"]
    field = {"field_label": "Kinds", "data_type": "multiselectpicklist", "pick_list_values": picks}
    crm.crm("POST", "v8/settings/fields", {"fields": [field]}, module="Contacts")
    person = crm.person("A", Kinds=["a"])
    ask(crm, {"Kinds": ["b"]}, ids=[person], over_write=over_write)
    assert crm.crm("GET", f"v8/Contacts/{person}").body["data"][0]["Kinds"] == left


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"data": [{}], "ids": ["1"]}, "MANDATORY_NOT_FOUND"),
        ({"data": [{"Nothing": "1"}], "ids": ["1"]}, "INVALID_DATA"),
        ({"data": [{"Created_Time": "1"}], "ids": ["1"]}, "NOT_ALLOWED"),
        ({"data": [{"Phone": "1"}]}, "MANDATORY_NOT_FOUND"),
        ({"data": [{"Phone": "1"}], "cvid": "77"}, "INVALID_DATA"),
        ({"data": [{"Phone": "1"}], "ids": []}, "INVALID_DATA"),
        ({"ids": ["1"]}, "MANDATORY_NOT_FOUND"),
    ],
)
def test_mass_updates_that_cannot_be(crm: Asker, body: Json, code: str) -> None:
    said = crm.crm("POST", PATH, body)
    assert (said.status, said.body["code"]) == (400, code)


def test_jobs_belong_to_their_module_and_notes_have_none(crm: Asker) -> None:
    assert crm.crm("GET", PATH).body["code"] == "REQUIRED_PARAM_MISSING"
    assert crm.crm("GET", PATH, job_id="77").body["code"] == "INVALID_DATA"
    said = crm.crm("POST", "v8/Notes/actions/mass_update", {"data": [{"Note_Title": "x"}], "ids": ["1"]})
    assert said.body["code"] == "NOT_SUPPORTED"
