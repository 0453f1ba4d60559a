"""Modules, fields, layouts, related lists and what hangs on them."""

from typing import Any

import pytest

from tests.sdk.conftest import Stage
from tests.sdk.vendor import asking, built, kind, operations, plain, refusal, told

MODULES = ("Leads", "Accounts", "Contacts", "Deals", "Products", "Vendors", "Quotes", "Invoices", "Tasks")


def fields(module: str) -> dict[str, Any]:
    status, answer = told(operations("fields.Fields").get_fields(asking("fields.GetFields", module=module)))
    assert status == 200
    return {field.get_api_name(): field for field in answer.get_fields()}


def test_modules_are_told_with_their_labels_and_kinds(zoho: Stage) -> None:
    status, answer = told(operations("modules.Modules").get_modules())
    modules = {module.get_api_name(): module for module in answer.get_modules()}
    assert status == 200
    assert set(MODULES) <= set(modules)
    assert modules["Accounts"].get_singular_label() == "Account"
    assert plain(modules["Accounts"].get_generated_type()) == "default"
    assert isinstance(modules["Accounts"].get_id(), int)


def test_one_module_is_told_by_name(zoho: Stage) -> None:
    status, answer = told(operations("modules.Modules").get_module_by_api_name("Deals"))
    (module,) = answer.get_modules()
    assert (status, module.get_api_name(), module.get_editable()) == (200, "Deals", True)


def test_f59_a_module_that_there_is_not_is_typed(zoho: Stage) -> None:
    status, answer = told(operations("fields.Fields").get_fields(asking("fields.GetFields", module="Nones")))
    assert (status, kind(answer)) == (400, "fields.APIException")
    assert refusal(answer)[0] == "INVALID_MODULE"


@pytest.mark.parametrize("module", MODULES)
def test_fields_of_every_module_are_typed(zoho: Stage, module: str) -> None:
    known = fields(module)
    assert all(isinstance(field.get_id(), int) for field in known.values())
    assert known["Created_Time"].get_data_type() == "datetime"
    assert known["Owner"].get_data_type() == "ownerlookup"


def test_fields_carry_picklists_and_lookups(zoho: Stage) -> None:
    known = fields("Contacts")
    assert known["Account_Name"].get_lookup().get_module().get_api_name() == "Accounts"
    assert known["Last_Name"].get_system_mandatory() is True
    stages = fields("Deals")["Stage"].get_pick_list_values()
    assert "Closed Won" in [value.get_display_value() for value in stages]


def test_a_unique_field_is_made_and_listed(zoho: Stage) -> None:
    unique = built("fields.Unique", casesensitive="false")
    made = built("fields.Fields", field_label="Ferry Key", data_type="text", length=80, unique=unique)
    status, answer = told(
        operations("fields.Fields").create_field(
            built("fields.BodyWrapper", fields=[made]), asking("fields.CreateField", module="Vendors")
        )
    )
    (result,) = answer.get_fields()
    assert (status, kind(result), plain(result.get_code())) == (201, "fields.SuccessResponse", "SUCCESS")
    field = fields("Vendors")["Ferry_Key"]
    assert (field.get_custom_field(), field.get_length()) == (True, 80)
    status, answer = told(
        operations("fields.Fields").get_field(field.get_id(), asking("fields.GetField", module="Vendors"))
    )
    assert (status, answer.get_fields()[0].get_api_name()) == (200, "Ferry_Key")


def test_layouts_have_sections_with_fields(zoho: Stage) -> None:
    area = operations("layouts.Layouts")
    status, answer = told(area.get_layouts(asking("layouts.GetLayouts", module="Accounts")))
    (layout,) = answer.get_layouts()
    assert (status, layout.get_name()) == (200, "Standard")
    named = [field.get_api_name() for part in layout.get_sections() for field in part.get_fields() or []]
    assert "Account_Name" in named
    status, answer = told(area.get_layout(layout.get_id(), asking("layouts.GetLayout", module="Accounts")))
    assert (status, answer.get_layouts()[0].get_id()) == (200, layout.get_id())


def test_related_lists_name_the_modules_behind_them(zoho: Stage) -> None:
    area = operations("related_lists.RelatedLists")
    status, answer = told(area.get_related_lists(asking("related_lists.GetRelatedLists", module="Accounts")))
    lists = {row.get_api_name(): row for row in answer.get_related_lists()}
    assert status == 200
    assert lists["Contacts"].get_module().get_api_name() == "Contacts"
    number = lists["Contacts"].get_id()
    status, answer = told(
        area.get_related_list(number, asking("related_lists.GetRelatedList", module="Accounts"))
    )
    assert (status, answer.get_related_lists()[0].get_id()) == (200, number)


def test_the_pipeline_of_a_layout_has_its_stages(zoho: Stage) -> None:
    area = operations("layouts.Layouts")
    _, answer = told(area.get_layouts(asking("layouts.GetLayouts", module="Deals")))
    layout = answer.get_layouts()[0].get_id()
    pipelines = operations("pipeline.Pipeline", layout)
    status, answer = told(pipelines.get_pipelines())
    stages = [stage.get_display_value() for stage in answer.get_pipeline()[0].get_maps()]
    assert status == 200
    assert {"Qualification", "Closed Won"} <= set(stages)


def test_profiles_and_views_are_typed(zoho: Stage) -> None:
    status, answer = told(operations("profiles.Profiles").get_profiles())
    assert status == 200
    assert "Administrator" in [profile.get_name() for profile in answer.get_profiles()]
    area = operations("custom_views.CustomViews")
    status, answer = told(area.get_custom_views(asking("custom_views.GetCustomViews", module="Accounts")))
    assert status == 200
    assert answer.get_custom_views()[0].get_name()
