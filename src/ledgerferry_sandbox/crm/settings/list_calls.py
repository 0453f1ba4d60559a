"""Related lists, views and pipelines."""

from ledgerferry_sandbox.crm import pipelines
from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import NOTHING, Call, Reply
from ledgerferry_sandbox.crm.errors import invalid, missing_parameter, wrong_parameter
from ledgerferry_sandbox.crm.models import Choice, Module
from ledgerferry_sandbox.crm.pipelines import Pipeline
from ledgerferry_sandbox.crm.route import Route
from ledgerferry_sandbox.crm.settings import lists, views
from ledgerferry_sandbox.crm.settings.fields import CATEGORY
from ledgerferry_sandbox.exchange import Row


def module(cabinet: Cabinet, call: Call) -> Module:
    """The module that the query names."""
    if not call.get("module"):
        raise missing_parameter("module")
    return cabinet.module(call.get("module"), in_path=False)


def related(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/related_lists?module=."""
    held = [each for each in module(cabinet, call).related if cabinet.has(each.module)]
    rows = [lists.shown(cabinet, each, number) for number, each in enumerate(held, 1)]
    return Reply({"related_lists": rows}) if rows else NOTHING


def related_one(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/related_lists/{id}?module=."""
    for number, each in enumerate(module(cabinet, call).related, 1):
        if each.id == call.ids[0]:
            return Reply({"related_lists": [lists.shown(cabinet, each, number)]})
    raise invalid({"resource_path_index": 2}, "the id given seems to be invalid")


def custom_views(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/custom_views?module=."""
    return _views(cabinet, module(cabinet, call))


def _views(cabinet: Cabinet, held: Module) -> Reply:
    words = dict.fromkeys(("public_views", "other_users_views", "shared_with_me", "created_by_me"))
    info: Row = {
        "per_page": 200,
        "default": held.view_id,
        "count": 1,
        "page": 1,
        "more_records": False,
        "translation": {**words, "public_views": "Public Views"},
    }
    return Reply({"custom_views": [views.shown(cabinet, held)], "info": info})


def custom_view(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/custom_views/{id}?module=."""
    held = next((each for each in cabinet.modules.values() if each.view_id == call.ids[0]), None)
    if held is None:
        raise invalid({"resource_path_index": 2}, "the id given seems to be invalid")
    return _views(cabinet, held)


def pipeline(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/pipeline?layout_id= (F66)."""
    if not call.get("layout_id"):
        raise missing_parameter("layout_id")
    if call.get("layout_id") != cabinet.modules["Deals"].layout_id:
        raise wrong_parameter("layout_id", "the id given seems to be invalid")
    return Reply({"pipeline": [_pipeline(each) for each in pipelines.pipelines(cabinet)]})


def pipeline_one(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/pipeline/{id}?layout_id=."""
    held = next((each for each in pipelines.pipelines(cabinet) if each.id == call.ids[0]), None)
    if held is None:
        raise invalid({"resource_path_index": 2}, "the id given seems to be invalid")
    return Reply({"pipeline": [_pipeline(held)]})


def _pipeline(held: Pipeline) -> Row:
    return {
        "display_value": held.display,
        "default": held.default,
        "maps": [_stage(number, stage) for number, stage in enumerate(held.stages, 1)],
        "actual_value": held.name,
        "id": held.id,
        "child_available": False,
    }


def _stage(number: int, stage: Choice) -> Row:
    return {
        "display_value": stage.display_value,
        "sequence_number": number,
        "forecast_category": {"name": CATEGORY["name"], "id": CATEGORY["id"]},
        "actual_value": stage.actual_value,
        "id": stage.id,
        "forecast_type": stage.forecast_type,
    }


ROUTES = (
    Route("GET", "v8/settings/related_lists", related, "ZohoCRM.settings.related_lists.READ"),
    Route("GET", "v8/settings/related_lists/*", related_one, "ZohoCRM.settings.related_lists.READ"),
    Route("GET", "v8/settings/custom_views", custom_views, "ZohoCRM.settings.custom_views.READ"),
    Route("GET", "v8/settings/custom_views/*", custom_view, "ZohoCRM.settings.custom_views.READ"),
    Route("GET", "v8/settings/pipeline", pipeline, "ZohoCRM.settings.pipeline.READ"),
    Route("GET", "v8/settings/pipeline/*", pipeline_one, "ZohoCRM.settings.pipeline.READ"),
)
