import pytest

from tests.sandbox.caller import Said
from tests.sandbox.crm.asker import Asker, Json


def make(crm: Asker, name: str = "Export", module: str = "Leads") -> str:
    fields = {"module": module, "name": name}
    number: str = crm.control("POST", "edit", {"service": "crm", "kind": "layouts", "fields": fields})["id"]
    return number


def shown(crm: Asker, module: str = "Leads") -> list[Json]:
    rows: list[Json] = crm.crm("GET", "v8/settings/layouts", module=module).body["layouts"]
    return rows


def patch(crm: Asker, number: str, row: Json) -> Said:
    return crm.crm("PATCH", f"v8/settings/layouts/{number}", {"layouts": [row]}, module="Leads")


def lead(crm: Asker, **more: object) -> Said:
    return crm.crm("POST", "v8/Leads", {"data": [{"Last_Name": "A", "Company": "C", **more}]})


def layout(crm: Asker, number: str) -> Json:
    held: Json = crm.crm("GET", f"v8/Leads/{number}").body["data"][0]["Layout"]
    return held


def asks(field: str, *, required: bool) -> Json:
    return {"sections": [{"fields": [{"api_name": field, "required": required}]}]}


def test_f65_a_layout_asks_for_what_it_is_told_to(crm: Asker) -> None:
    (standard,) = shown(crm)
    assert patch(crm, standard["id"], asks("Phone", required=True)).status == 200
    rows = {row["api_name"]: row["required"] for row in shown(crm)[0]["sections"][0]["fields"]}
    assert (rows["Phone"], rows["Company"]) == (True, True)
    (refused,) = lead(crm).body["data"]
    assert (refused["code"], refused["details"]["api_name"]) == ("MANDATORY_NOT_FOUND", "Phone")
    assert lead(crm, Phone="1").status == 201
    patch(crm, standard["id"], asks("Company", required=False))
    assert lead(crm, Phone="1", Company=None).status == 201
    refused = patch(crm, standard["id"], asks("Last_Name", required=False)).body["layouts"][0]
    assert refused["code"] == "NOT_ALLOWED"


def test_a_layout_and_its_section_are_renamed_but_not_the_standard_one(crm: Asker) -> None:
    number, (standard, _) = make(crm), shown(crm)
    change = {"name": "Trade", "sections": [{"display_label": "Of trade"}]}
    assert patch(crm, number, change).status == 200
    held = shown(crm)[1]
    assert (held["name"], held["sections"][0]["display_label"], held["source"]) == (
        "Trade",
        "Of trade",
        "custom",
    )
    assert patch(crm, standard["id"], {"name": "Usual"}).body["layouts"][0]["code"] == "NOT_ALLOWED"
    rows = [{"id": number, "name": "Trade Two"}, {"id": "77"}]
    said = crm.crm("PATCH", "v8/settings/layouts", {"layouts": rows}, module="Leads")
    assert (said.status, [row["code"] for row in said.body["layouts"]]) == (207, ["SUCCESS", "INVALID_DATA"])
    assert (
        crm.crm("GET", f"v8/settings/layouts/{number}", module="Leads").body["layouts"][0]["name"]
        == "Trade Two"
    )


@pytest.mark.parametrize(
    "row",
    [
        {"sections": "all"},
        {"sections": [{"id": "77"}]},
        {"sections": [{"fields": "all"}]},
        {"sections": [{"fields": [{"api_name": "Nothing"}]}]},
        {"sections": [{"display_label": "x" * 51}]},
    ],
)
def test_changes_that_cannot_be(crm: Asker, row: Json) -> None:
    said = patch(crm, shown(crm)[0]["id"], row)
    assert (said.status, said.body["layouts"][0]["code"]) == (400, "INVALID_DATA")


def test_records_have_a_layout_and_what_it_asks_for(crm: Asker) -> None:
    number, (standard, _) = make(crm), shown(crm)
    patch(crm, number, asks("Phone", required=True))
    made = lead(crm).body["data"][0]["details"]["id"]
    assert layout(crm, made)["id"] == standard["id"]
    (refused,) = lead(crm, Layout={"id": number}).body["data"]
    assert refused["details"]["api_name"] == "Phone"
    other = lead(crm, Layout={"id": number}, Phone="1").body["data"][0]["details"]["id"]
    assert layout(crm, other) == {"name": "Export", "display_label": "Export", "id": number}
    assert lead(crm, Layout={"id": "77"}).body["data"][0]["code"] == "INVALID_DATA"
    state = crm.control("GET", "state")
    crm.control("POST", "reset", {"seed": "demo"})
    crm.control("PUT", "state", state)
    crm.sign_in()
    assert layout(crm, other)["id"] == number
    crm.crm("PUT", f"v8/Leads/{other}", {"data": [{"Layout": {"id": standard["id"]}}]})
    assert layout(crm, other)["id"] == standard["id"]


def test_a_layout_that_ends_gives_its_records_to_another(crm: Asker) -> None:
    number, (standard, _) = make(crm), shown(crm)
    made = lead(crm, Layout={"id": number}).body["data"][0]["details"]["id"]
    path, query = f"v8/settings/layouts/{number}", {"module": "Leads", "transfer_to": standard["id"]}
    assert (
        crm.crm("DELETE", f"{path}/actions/activate", module="Leads").body["code"] == "REQUIRED_PARAM_MISSING"
    )
    assert crm.crm("DELETE", f"{path}/actions/activate", **query).status == 200
    assert [row["status"] for row in shown(crm)] == ["active", "inactive"]
    assert layout(crm, made)["id"] == standard["id"]
    assert lead(crm, Layout={"id": number}).status == 400
    assert crm.crm("DELETE", f"{path}/actions/activate", **query).body["code"] == "NOT_ALLOWED"
    assert (
        crm.crm("POST", f"{path}/actions/activate", {"layouts": [{"id": number}]}, module="Leads").status
        == 200
    )
    assert (
        crm.crm("POST", f"{path}/actions/activate", {"layouts": [{}]}, module="Leads").body["code"]
        == "NOT_ALLOWED"
    )
    assert lead(crm, Layout={"id": number}).status == 201
    assert crm.crm("DELETE", path, **query).body["layouts"][0]["message"] == "layout deleted"
    assert len(shown(crm)) == 1
    assert crm.crm("GET", path, module="Leads").body["code"] == "INVALID_DATA"


def test_the_standard_layout_stays_and_nothing_moves_to_where_it_cannot(crm: Asker) -> None:
    one, two, (standard, *_) = make(crm, "One"), make(crm, "Two"), shown(crm)
    path = "v8/settings/layouts"
    assert (
        crm.crm("DELETE", f"{path}/{standard['id']}", module="Leads", transfer_to=one).body["code"]
        == "NOT_ALLOWED"
    )
    for target, code in (("77", "INVALID_DATA"), (one, "INVALID_DATA")):
        said = crm.crm("DELETE", f"{path}/{one}", module="Leads", transfer_to=target)
        assert said.body["code"] == code
    crm.crm("DELETE", f"{path}/{two}/actions/activate", module="Leads", transfer_to=standard["id"])
    said = crm.crm("DELETE", f"{path}/{one}", module="Leads", transfer_to=two)
    assert said.body["code"] == "NOT_ALLOWED"


@pytest.mark.parametrize(
    "edit",
    [{"fields": {"module": "Leads"}}, {"fields": {"name": "X", "module": "Nothing"}}, {"delete": True}],
)
def test_a_person_makes_layouts_of_modules_that_there_are(crm: Asker, edit: Json) -> None:
    said = crm.call("POST", "/_sandbox/edit", {"service": "crm", "kind": "layouts", **edit})
    assert said.status == 400
    assert len(shown(crm)) == 1
