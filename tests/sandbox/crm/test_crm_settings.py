import pytest

from tests.sandbox.crm.asker import Asker, Json


def fields(crm: Asker, module: str) -> dict[str, Json]:
    rows = crm.crm("GET", "v8/settings/fields", module=module).body["fields"]
    return {row["api_name"]: row for row in rows}


def create(crm: Asker, *rows: Json, module: str = "Accounts") -> Json:
    body: Json = crm.crm("POST", "v8/settings/fields", {"fields": list(rows)}, module=module).body
    return body


def test_modules_are_those_of_the_edition(crm: Asker) -> None:
    whole = {row["api_name"] for row in crm.crm("GET", "v8/settings/modules").body["modules"]}
    assert {"Accounts", "Contacts", "Deals", "Leads", "Products", "Vendors", "Invoices", "Quotes"} <= whole
    assert {"Sales_Orders", "Purchase_Orders", "Tasks", "Events", "Calls", "Notes", "Subscriptions"} <= whole
    crm.switch(crm__edition="free")
    part = {row["api_name"] for row in crm.crm("GET", "v8/settings/modules").body["modules"]}
    assert whole - part >= {"Invoices", "Quotes", "Sales_Orders", "Purchase_Orders", "Subscriptions"}
    assert {"Accounts", "Deals"} <= part


@pytest.mark.parametrize(
    ("edition", "status"),
    [("free", 400), ("standard", 400), ("professional", 204), ("enterprise", 204), ("ultimate", 204)],
)
def test_f75_invoices_begin_with_professional(crm: Asker, edition: str, status: int) -> None:
    crm.switch(crm__edition=edition)
    said = crm.crm("GET", "v8/Invoices", fields="Subject")
    assert said.status == status
    if status == 400:
        assert said.body["code"] == "INVALID_MODULE"


def test_one_module_by_name_or_id(crm: Asker) -> None:
    (row,) = crm.crm("GET", "v8/settings/modules/Deals").body["modules"]
    assert row["display_field"]["api_name"] == "Deal_Name"
    assert crm.crm("GET", f"v8/settings/modules/{row['id']}").body["modules"][0]["api_name"] == "Deals"
    assert crm.crm("GET", "v8/settings/modules/Nothing").body["code"] == "INVALID_MODULE"


def test_modules_since_a_moment(crm: Asker) -> None:
    since = {"if-modified-since": "2026-01-05T08:00:00+00:00"}
    assert crm.crm("GET", "v8/settings/modules", headers=since).status == 304
    create(crm, {"field_label": "Key", "data_type": "text"})
    rows = crm.crm("GET", "v8/settings/modules", headers=since).body["modules"]
    assert [row["api_name"] for row in rows] == ["Accounts"]


def test_fields_say_what_they_take(crm: Asker) -> None:
    deals = fields(crm, "Deals")
    assert deals["Account_Name"]["lookup"]["module"]["api_name"] == "Accounts"
    assert deals["Stage"]["system_mandatory"] is True
    assert len(deals["Stage"]["pick_list_values"]) == 9
    assert deals["Amount"]["json_type"] == "double"
    assert deals["Owner"]["data_type"] == "ownerlookup"
    assert fields(crm, "Invoices")["Invoiced_Items"]["associated_module"]["module"] == "Invoiced_Items"
    assert fields(crm, "Invoiced_Items")["Product_Name"]["lookup"]["module"]["api_name"] == "Products"
    one = crm.crm("GET", f"v8/settings/fields/{deals['Stage']['id']}", module="Deals").body["fields"]
    assert one == [deals["Stage"]]


def test_fields_need_a_module(crm: Asker) -> None:
    assert crm.crm("GET", "v8/settings/fields").body["code"] == "REQUIRED_PARAM_MISSING"
    assert crm.crm("GET", "v8/settings/fields", module="Nothing").body["code"] == "INVALID_MODULE"
    assert crm.crm("GET", "v8/settings/fields/77", module="Deals").body["code"] == "INVALID_DATA"


@pytest.mark.parametrize("seed", ["demo", "empty"])
def test_no_seed_has_a_custom_field(crm: Asker, seed: str) -> None:
    crm.control("POST", "reset", {"seed": seed})
    crm.sign_in()
    assert not any(row["custom_field"] for row in fields(crm, "Accounts").values())


def test_f64_a_field_is_created_unique_and_external(crm: Asker) -> None:
    body = create(
        crm,
        {
            "field_label": "Ferry Key",
            "data_type": "text",
            "length": 60,
            "unique": {"casesensitive": "false"},
            "external": {"type": "org"},
        },
    )
    assert (body["fields"][0]["code"], body["fields"][0]["message"]) == ("SUCCESS", "field created")
    made = fields(crm, "Accounts")["Ferry_Key"]
    assert made["id"] == body["fields"][0]["details"]["id"]
    assert (made["custom_field"], made["length"], made["unique"]) == (True, 60, {"casesensitive": "false"})
    assert made["external"] == {"show": True, "type": "org"}
    held = crm.control("GET", "state")["crm"]["fields"]
    assert [field["api_name"] for field in held] == ["Ferry_Key"]


@pytest.mark.parametrize(
    ("least", "edition", "code"),
    [
        ("free", "free", "SUCCESS"),
        ("enterprise", "standard", "LIMIT_EXCEEDED"),
        ("enterprise", "ultimate", "SUCCESS"),
    ],
)
def test_f64_from_which_edition_on_fields_can_be_external(
    crm: Asker, least: str, edition: str, code: str
) -> None:
    crm.switch(crm__external_from=least, crm__edition=edition)
    row = {"field_label": "Key", "data_type": "text", "external": {"type": "org"}}
    assert create(crm, row)["fields"][0]["code"] == code
    assert create(crm, {"field_label": "Other", "data_type": "text"})["fields"][0]["code"] == "SUCCESS"


@pytest.mark.parametrize(
    ("row", "code", "name"),
    [
        ({"data_type": "text"}, "MANDATORY_NOT_FOUND", "field_label"),
        ({"field_label": "X"}, "MANDATORY_NOT_FOUND", "data_type"),
        ({"field_label": "X", "data_type": "colour"}, "INVALID_DATA", "data_type"),
        ({"field_label": "X" * 51, "data_type": "text"}, "INVALID_DATA", "field_label"),
        ({"field_label": "Phone", "data_type": "text"}, "DUPLICATE_DATA", "field_label"),
        (
            {"field_label": "X", "data_type": "integer", "external": {"type": "org"}},
            "INVALID_DATA",
            "external",
        ),
        ({"field_label": "X", "data_type": "picklist"}, "MANDATORY_NOT_FOUND", "pick_list_values"),
        ({"field_label": "X", "data_type": "lookup"}, "INVALID_DATA", "lookup"),
    ],
)
def test_fields_that_cannot_be_created(crm: Asker, row: Json, code: str, name: str) -> None:
    (refused,) = create(crm, row)["fields"]
    assert (refused["code"], refused["details"]["api_name"]) == (code, name)
    assert refused["details"]["json_path"] == f"$.fields[0].{name}"


def test_an_edition_has_so_many_custom_fields(crm: Asker) -> None:
    crm.switch(crm__edition="free")
    for number in range(10):
        assert (
            create(crm, {"field_label": f"F{number}", "data_type": "text"})["fields"][0]["code"] == "SUCCESS"
        )
    assert create(crm, {"field_label": "F10", "data_type": "text"})["fields"][0]["code"] == "LIMIT_EXCEEDED"


def test_a_field_changes_and_goes(crm: Asker) -> None:
    (made,) = create(crm, {"field_label": "Key", "data_type": "text"})["fields"]
    path = f"v8/settings/fields/{made['details']['id']}"
    (one, _) = crm.add("Accounts", {"Account_Name": "A", "Key": "k"}, {"Account_Name": "B", "Key": "K"})
    unique = {"fields": [{"unique": {"casesensitive": "false"}}]}
    assert crm.crm("PATCH", path, unique, module="Accounts").body["fields"][0]["code"] == "DUPLICATE_DATA"
    crm.crm("DELETE", f"v8/Accounts/{one}")
    assert crm.crm("PATCH", path, unique, module="Accounts").status == 200
    said = crm.crm("POST", "v8/Accounts", {"data": [{"Account_Name": "C", "Key": "k"}]})
    assert said.body["data"][0]["code"] == "DUPLICATE_DATA"
    assert crm.crm("DELETE", path, module="Accounts").body["fields"][0]["message"] == "field deleted"
    assert "Key" not in fields(crm, "Accounts")
    assert "Key" not in crm.crm("GET", "v8/Accounts", fields="Account_Name,Key").body["data"][0]
    standard = fields(crm, "Accounts")["Phone"]["id"]
    assert (
        crm.crm("DELETE", f"v8/settings/fields/{standard}", module="Accounts").body["code"] == "CANNOT_DELETE"
    )


def test_a_custom_lookup_and_picklist_work(crm: Asker) -> None:
    create(
        crm,
        {"field_label": "Payer", "data_type": "lookup", "lookup": {"module": {"api_name": "Accounts"}}},
        {"field_label": "Tier", "data_type": "picklist", "pick_list_values": [{"display_value": "Gold"}]},
        module="Contacts",
    )
    (account,) = crm.add("Accounts", {"Account_Name": "A"})
    person = crm.person("Ames", Payer=account, Tier="Gold")
    row = crm.crm("GET", f"v8/Contacts/{person}").body["data"][0]
    assert (row["Payer"]["name"], row["Tier"]) == ("A", "Gold")


def test_f66_pipelines_of_a_layout(crm: Asker) -> None:
    (layout,) = crm.crm("GET", "v8/settings/layouts", module="Deals").body["layouts"]
    (one,) = crm.crm("GET", "v8/settings/pipeline", layout_id=layout["id"]).body["pipeline"]
    assert [stage["display_value"] for stage in one["maps"]][:2] == ["Qualification", "Needs Analysis"]
    assert len(one["maps"]) == 9
    crm.switch(crm__pipelines="on")
    both = crm.crm("GET", "v8/settings/pipeline", layout_id=layout["id"]).body["pipeline"]
    assert [each["actual_value"] for each in both] == ["Standard (Standard)", "Renewals"]
    assert crm.crm("GET", "v8/settings/pipeline").body["code"] == "REQUIRED_PARAM_MISSING"
    assert crm.crm("GET", "v8/settings/pipeline", layout_id="1").body["code"] == "INVALID_DATA"


def test_f66_an_organisation_may_have_stages_of_its_own(crm: Asker) -> None:
    crm.switch(crm__stages="own", crm__pipelines="on")
    (layout,) = crm.crm("GET", "v8/settings/layouts", module="Deals").body["layouts"]
    both = crm.crm("GET", "v8/settings/pipeline", layout_id=layout["id"]).body["pipeline"]
    names = [[stage["display_value"] for stage in each["maps"]] for each in both]
    assert names == [["New", "Offer Sent", "Won", "Lost"]] * 2
    values = fields(crm, "Deals")["Stage"]["pick_list_values"]
    assert [value["actual_value"] for value in values] == names[0]
    row = {"Deal_Name": "D", "Stage": "Offer Sent", "Pipeline": "Renewals", "Amount": 100}
    (number,) = crm.add("Deals", row)
    held = crm.crm("GET", f"v8/Deals/{number}").body["data"][0]
    assert (held["Probability"], held["Expected_Revenue"]) == (50, 50)
    refused = crm.crm("POST", "v8/Deals", {"data": [{**row, "Stage": "Closed Won"}]}).body["data"][0]
    assert (refused["code"], refused["details"]["supported_values"]) == ("INVALID_DATA", names[0])


def test_f65_layouts_say_what_they_ask_for(crm: Asker) -> None:
    (layout,) = crm.crm("GET", "v8/settings/layouts", module="Leads").body["layouts"]
    rows = {row["api_name"]: row["required"] for row in layout["sections"][0]["fields"]}
    assert (rows["Last_Name"], rows["Company"], rows["Email"]) == (True, True, False)


def test_views_profiles_org_and_users(crm: Asker) -> None:
    views = crm.crm("GET", "v8/settings/custom_views", module="Deals").body
    assert views["info"]["default"] == views["custom_views"][0]["id"]
    assert len(crm.crm("GET", "v8/settings/profiles").body["profiles"]) == 2
    (org,) = crm.crm("GET", "v8/org").body["org"]
    assert (org["currency"], org["iso_code"], org["license_details"]["paid_type"]) == (
        "GBP",
        "GBP",
        "enterprise",
    )
    users = crm.crm("GET", "v8/users", type="ActiveConfirmedUsers").body["users"]
    (me,) = crm.crm("GET", "v8/users", type="CurrentUser").body["users"]
    assert me["id"] == users[0]["id"]
    assert len(users) == 2
    assert crm.crm("GET", "v8/users", type="NotConfirmedUsers").status == 204
    assert crm.crm("GET", f"v8/users/{me['id']}").body["users"] == [me]
    assert crm.crm("GET", "v8/users", type="Odd").status == 400
