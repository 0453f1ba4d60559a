"""Related lists and views."""

from ledgerferry_sandbox.crm.answers import each, success
from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import NOTHING, Call, Reply
from ledgerferry_sandbox.crm.errors import invalid, missing, missing_parameter, wrong
from ledgerferry_sandbox.crm.models import Module, ViewSort
from ledgerferry_sandbox.crm.route import Route
from ledgerferry_sandbox.crm.settings import lists, views
from ledgerferry_sandbox.exchange import Row


def module(cabinet: Cabinet, call: Call) -> Module:
    """The module that the query names."""
    if not call.get("module"):
        raise missing_parameter("module")
    return cabinet.module(call.get("module"), in_path=False)


def related(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/related_lists?module=."""
    held = [found for found in module(cabinet, call).related if cabinet.has(found.module)]
    rows = [lists.shown(cabinet, found, number) for number, found in enumerate(held, 1)]
    return Reply({"related_lists": rows}) if rows else NOTHING


def related_one(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/related_lists/{id}?module=."""
    for number, found in enumerate(module(cabinet, call).related, 1):
        if found.id == call.ids[0]:
            return Reply({"related_lists": [lists.shown(cabinet, found, number)]})
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
    held = next((found for found in cabinet.modules.values() if found.view_id == call.ids[0]), None)
    if held is None:
        raise invalid({"resource_path_index": 2}, "the id given seems to be invalid")
    return _views(cabinet, held)


def change_sort(cabinet: Cabinet, call: Call) -> Reply:
    """PUT /settings/custom_views/actions/change_sort?module=: every view carries its id."""
    held = module(cabinet, call)

    def act(row: Row, path: str) -> Row:
        if "id" not in row:
            raise missing("id", path)
        if row["id"] != held.view_id:
            raise wrong("id", path, "the id given seems to be invalid")
        return _sorted(cabinet, held, row, path)

    return each("custom_views", call.rows("custom_views"), act)


def change_sort_one(cabinet: Cabinet, call: Call) -> Reply:
    """PUT /settings/custom_views/{id}/actions/change_sort?module=: how a list by this view is ordered."""
    held = module(cabinet, call)
    if call.ids[0] != held.view_id:
        raise invalid({"resource_path_index": 2}, "the id given seems to be invalid")
    rows = call.rows("custom_views", most=1)
    return each("custom_views", rows, lambda row, path: _sorted(cabinet, held, row, path))


def _sorted(cabinet: Cabinet, held: Module, row: Row, path: str) -> Row:
    """Keeps the field and the direction that a body names, or forgets them where the field is null."""
    if "sort_by" not in row:
        raise missing("sort_by", path)
    given = row["sort_by"]
    if given is None:
        if cabinet.view_sorts.get(held.view_id):
            cabinet.view_sorts.drop(held.view_id)
        return success("custom view updated successfully", {"id": held.view_id})
    key = given.get("id") or given.get("api_name") if isinstance(given, dict) else given
    known = cabinet.fields(held.api_name).values()
    field = next((field for field in known if key in (field.id, field.api_name)), None)
    if field is None:
        raise wrong("sort_by", path)
    order = row.get("sort_order") or "asc"
    if order not in ("asc", "desc"):
        raise wrong("sort_order", path, supported_values=["asc", "desc"])
    cabinet.view_sorts.put(ViewSort(id=held.view_id, sort_by=field.api_name, sort_order=order))
    return success("custom view updated successfully", {"id": held.view_id})


SORT = "ZohoCRM.settings.custom_views.UPDATE"
ROUTES = (
    Route("GET", "v8/settings/related_lists", related, "ZohoCRM.settings.related_lists.READ"),
    Route("GET", "v8/settings/related_lists/*", related_one, "ZohoCRM.settings.related_lists.READ"),
    Route("GET", "v8/settings/custom_views", custom_views, "ZohoCRM.settings.custom_views.READ"),
    Route("GET", "v8/settings/custom_views/*", custom_view, "ZohoCRM.settings.custom_views.READ"),
    Route("PUT", "v8/settings/custom_views/actions/change_sort", change_sort, SORT),
    Route("PUT", "v8/settings/custom_views/*/actions/change_sort", change_sort_one, SORT),
)
