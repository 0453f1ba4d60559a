import pytest

from tests.sandbox.caller import Said
from tests.sandbox.crm.asker import Asker, Json


def layout(crm: Asker) -> str:
    number: str = crm.crm("GET", "v8/settings/layouts", module="Deals").body["layouts"][0]["id"]
    return number


def ask(crm: Asker, method: str, path: str = "", body: Json | None = None) -> Said:
    return crm.crm(method, f"v8/settings/pipeline{path}", body, layout_id=layout(crm))


def lines(crm: Asker) -> dict[str, Json]:
    return {row["actual_value"]: row for row in ask(crm, "GET").body["pipeline"]}


def stages(crm: Asker, name: str = "Standard (Standard)") -> dict[str, Json]:
    return {row["display_value"]: row for row in lines(crm)[name]["maps"]}


def make(crm: Asker, name: str, *names: str, **more: object) -> str:
    maps = [{"display_value": each} for each in names]
    said = ask(crm, "POST", "", {"pipeline": [{"display_value": name, "maps": maps, **more}]})
    assert said.status == 201, said.body
    number: str = said.body["pipeline"][0]["details"]["id"]
    return number


def deal(crm: Asker, **fields: object) -> str:
    row: Json = {"Deal_Name": "D", "Stage": "Qualification", "Closing_Date": "2026-03-01", **fields}
    (number,) = crm.add("Deals", row)
    return number


def test_f66_a_pipeline_is_made_and_deals_go_its_way(crm: Asker) -> None:
    number = make(crm, "Ferry", "Qualification", "Closed Won")
    assert lines(crm)["Ferry"]["id"] == number
    assert list(stages(crm, "Ferry")) == ["Qualification", "Closed Won"]
    assert stages(crm, "Ferry")["Closed Won"]["id"] == stages(crm)["Closed Won"]["id"]
    made = deal(crm, Pipeline="Ferry")
    assert crm.crm("GET", f"v8/Deals/{made}").body["data"][0]["Pipeline"] == "Ferry"
    row = {"Deal_Name": "E", "Stage": "Negotiation/Review", "Pipeline": "Ferry"}
    said = crm.crm("POST", "v8/Deals", {"data": [row]})
    assert said.body["data"][0]["details"]["supported_values"] == ["Qualification", "Closed Won"]


@pytest.mark.parametrize(
    ("row", "code", "name"),
    [
        ({"maps": [{"display_value": "Qualification"}]}, "MANDATORY_NOT_FOUND", "display_value"),
        ({"display_value": "X"}, "MANDATORY_NOT_FOUND", "maps"),
        ({"display_value": "X", "maps": [{"id": "77"}]}, "INVALID_DATA", "id"),
        ({"display_value": "X", "maps": "all"}, "INVALID_DATA", "maps"),
        (
            {"display_value": "standard (standard)", "maps": [{"display_value": "Qualification"}]},
            "DUPLICATE_DATA",
            "display_value",
        ),
    ],
)
def test_pipelines_that_cannot_be_made(crm: Asker, row: Json, code: str, name: str) -> None:
    said = ask(crm, "POST", "", {"pipeline": [row]})
    (refused,) = said.body["pipeline"]
    assert (said.status, refused["code"], refused["details"]["api_name"]) == (400, code, name)
    assert list(lines(crm)) == ["Standard (Standard)"]


def test_pipelines_change(crm: Asker) -> None:
    number = make(crm, "Ferry", "Qualification", "Closed Won")
    won, lost = (stages(crm)[name]["id"] for name in ("Closed Won", "Closed Lost"))
    maps = [{"id": won, "_delete": True}, {"id": lost, "sequence_number": 9}]
    change = {"display_value": "Ferry Two", "maps": maps}
    assert ask(crm, "PUT", f"/{number}", {"pipeline": [change]}).status == 200
    row = lines(crm)["Ferry"]
    assert (row["display_value"], list(stages(crm, "Ferry"))) == (
        "Ferry Two",
        ["Qualification", "Closed Lost"],
    )
    rows = [{"id": number, "default": True}, {"id": "77"}]
    said = ask(crm, "PUT", "", {"pipeline": rows})
    assert (said.status, [result["code"] for result in said.body["pipeline"]]) == (
        207,
        ["SUCCESS", "INVALID_DATA"],
    )
    assert {name: row["default"] for name, row in lines(crm).items()} == {
        "Standard (Standard)": False,
        "Ferry": True,
    }


def test_a_pipeline_goes_when_no_deal_is_in_it(crm: Asker) -> None:
    number, gone = make(crm, "Ferry", "Qualification"), {"pipeline": [{"_delete": {"permanent": True}}]}
    made = deal(crm, Pipeline="Ferry")
    assert ask(crm, "PATCH", f"/{number}", gone).body["pipeline"][0]["code"] == "INVALID_DATA"
    crm.crm("DELETE", f"v8/Deals/{made}")
    assert ask(crm, "PATCH", f"/{number}", gone).status == 200
    assert list(lines(crm)) == ["Standard (Standard)"]
    standard = lines(crm)["Standard (Standard)"]["id"]
    assert ask(crm, "PATCH", f"/{standard}", gone).status == 400
    assert ask(crm, "PATCH", f"/{number}", gone).body["code"] == "INVALID_DATA"


def test_deals_move_to_another_pipeline_and_theirs_is_deleted(crm: Asker) -> None:
    source = make(crm, "Ferry", "Qualification", "Needs Analysis")
    target = make(crm, "Other", "Needs Analysis", "Closed Won")
    first, second = deal(crm, Pipeline="Ferry"), deal(crm, Pipeline="Ferry", Stage="Needs Analysis")
    ends = {"from": source, "to": target}
    held = stages(crm)
    short = {"transfer_pipeline": [{"pipeline": ends, "stages": []}]}
    assert ask(crm, "POST", "/actions/transfer", short).status == 400
    pair = {"from": held["Qualification"]["id"], "to": held["Closed Won"]["id"]}
    said = ask(
        crm, "POST", "/actions/transfer", {"transfer_pipeline": [{"pipeline": ends, "stages": [pair]}]}
    )
    assert said.body["transfer_pipeline"][0]["code"] == "SUCCESS"
    assert list(lines(crm)) == ["Standard (Standard)", "Other"]
    rows = [crm.crm("GET", f"v8/Deals/{each}").body["data"][0] for each in (first, second)]
    assert [(row["Pipeline"], row["Stage"]) for row in rows] == [
        ("Other", "Closed Won"),
        ("Other", "Needs Analysis"),
    ]


def test_a_transfer_names_both_ends_and_a_layout(crm: Asker) -> None:
    body = {"transfer_pipeline": [{"pipeline": {"from": "1", "to": []}, "stages": []}]}
    assert ask(crm, "POST", "/actions/transfer", body).status == 400
    assert ask(crm, "POST", "/actions/transfer", {"transfer_pipeline": [{}]}).status == 400
    said = crm.crm("POST", "v8/settings/pipeline/actions/transfer", body)
    assert said.body["code"] == "REQUIRED_PARAM_MISSING"


def test_pipelines_are_part_of_the_state(crm: Asker) -> None:
    make(crm, "Ferry", "Qualification")
    state = crm.control("GET", "state")
    crm.control("POST", "reset", {"seed": "demo"})
    crm.control("PUT", "state", state)
    crm.sign_in()
    assert list(lines(crm)) == ["Standard (Standard)", "Ferry"]
    assert deal(crm, Pipeline="Ferry")
