"""Tags: the names that records are marked with."""

from collections.abc import Callable

from ledgerferry_sandbox.crm import tags
from ledgerferry_sandbox.crm.answers import each, one, success
from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import Call, Reply
from ledgerferry_sandbox.crm.errors import Refusal, invalid, missing, taken, wrong
from ledgerferry_sandbox.crm.models import Record, Tag
from ledgerferry_sandbox.crm.route import Route
from ledgerferry_sandbox.crm.settings.list_calls import module as asked
from ledgerferry_sandbox.exchange import Row

MOST = 10
FIFTY = 50
ALLOWED = 100
LONGEST = 25
COLORS = (
    *("#57B1FD", "#879BFC", "#658BA8", "#FD87BD", "#969696", "#F48435", "#1DB9B4", "#E7A826", "#63C57E"),
    *("#F17574", "#D297EE", "#A8C026", "#B88562"),
)
SCOPE = "ZohoCRM.settings.tags"
UPDATE = "ZohoCRM.modules.{}.UPDATE|ZohoCRM.modules.{}.CREATE"


def index(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/tags?module=: the tags of a module, borne by a record or not."""
    held = cabinet.tags.find("module", asked(cabinet, call).api_name)
    rows = [_shown(cabinet, tag) for tag in held]
    return Reply({"tags": rows, "info": {"count": len(rows), "allowed_count": ALLOWED}})


def _shown(cabinet: Cabinet, tag: Tag) -> Row:
    return {"name": tag.name, **_details(cabinet, tag)}


def _details(cabinet: Cabinet, tag: Tag) -> Row:
    return {
        "color_code": tag.color_code,
        "created_time": tag.created_time,
        "modified_time": tag.modified_time,
        "modified_by": _author(cabinet, tag.modified_by),
        "created_by": _author(cabinet, tag.created_by),
        "id": tag.id,
    }


def _author(cabinet: Cabinet, number: str) -> Row | None:
    user = cabinet.users.get(number)
    return {"name": user.full_name, "id": user.id} if user else None


def post(cabinet: Cabinet, call: Call) -> Reply:
    """POST /settings/tags?module=: up to fifty new tags, a hundred to a module."""
    module = asked(cabinet, call).api_name

    def act(row: Row, path: str) -> Row:
        name, color = _name(cabinet, module, row, path), _color(call, row, path)
        if len(cabinet.tags.find("module", module)) >= ALLOWED:
            raise Refusal("NOT_ALLOWED", "maximum tag limit exceeded", {"limit": ALLOWED})
        tag = tags.made(cabinet, module, name, call.user, color)
        return success("tags created successfully", _details(cabinet, tag))

    return each("tags", call.rows("tags", most=FIFTY), act, 201)


def _name(cabinet: Cabinet, module: str, row: Row, path: str, own: str = "") -> str:
    """The name that a body gives a tag, taken by no other of the module."""
    if "name" not in row:
        raise missing("name", path)
    name = row["name"].strip() if isinstance(row["name"], str) else ""
    if not name:
        raise wrong("name", path, expected_data_type="string")
    if len(name) > LONGEST:
        raise wrong("name", path, maximum_length=LONGEST)
    other = tags.named(cabinet, module, name)
    if other and other.id != own:
        raise taken("name", path, other.id)
    return name


def _color(call: Call, row: Row, path: str, held: str | None = None) -> str | None:
    color = row.get("color_code", call.get("color_code") or held)
    if color is not None and color not in COLORS:
        raise wrong("color_code", path, supported_values=list(COLORS))
    return color


def put(cabinet: Cabinet, call: Call) -> Reply:
    """PUT /settings/tags?module=: every tag carries its id; the records that bear it show the new name."""
    module = asked(cabinet, call).api_name

    def act(row: Row, path: str) -> Row:
        if "id" not in row:
            raise missing("id", path)
        held = cabinet.tags.get(str(row["id"]))
        if held is None or held.module != module:
            raise wrong("id", path)
        return _changed(cabinet, call, held, row, path)

    return each("tags", call.rows("tags", most=FIFTY), act)


def put_one(cabinet: Cabinet, call: Call) -> Reply:
    """PUT /settings/tags/{id}?module=."""
    held, module = _tag(cabinet, call), asked(cabinet, call).api_name
    if held.module != module:
        raise invalid({"resource_path_index": 2})
    rows = call.rows("tags", most=1)
    return one("tags", rows, lambda row, path: _changed(cabinet, call, held, row, path))


def _tag(cabinet: Cabinet, call: Call) -> Tag:
    held = cabinet.tags.get(call.ids[0])
    if held is None:
        raise invalid({"resource_path_index": 2})
    return held


def _changed(cabinet: Cabinet, call: Call, held: Tag, row: Row, path: str) -> Row:
    name = _name(cabinet, held.module, {"name": held.name, **row}, path, held.id)
    stamps = {"modified_time": cabinet.now(), "modified_by": call.user}
    color = _color(call, row, path, held.color_code)
    kept = cabinet.tags.put(held.model_copy(update={"name": name, "color_code": color, **stamps}))
    tags.rename(cabinet, held, name)
    return success("tags updated successfully", _details(cabinet, kept))


def delete(cabinet: Cabinet, call: Call) -> Reply:
    """DELETE /settings/tags/{id}: the records that bore it are without it."""
    held = _tag(cabinet, call)
    tags.rename(cabinet, held, None)
    cabinet.tags.drop(held.id)
    return Reply({"tags": [success("tags deleted successfully", _details(cabinet, held))]})


def merge(cabinet: Cabinet, call: Call) -> Reply:
    """POST /settings/tags/{id}/actions/merge: this tag takes the place of the one in `conflict_id`."""
    held = _tag(cabinet, call)

    def act(row: Row, path: str) -> Row:
        if "conflict_id" not in row:
            raise missing("conflict_id", path)
        other = cabinet.tags.get(str(row["conflict_id"]))
        if other is None or other.id == held.id or other.module != held.module:
            raise wrong("conflict_id", path)
        tags.rename(cabinet, other, held.name)
        cabinet.tags.drop(other.id)
        kept = cabinet.tags.put(
            held.model_copy(update={"modified_time": cabinet.now(), "modified_by": call.user})
        )
        return success("tags updated successfully", _details(cabinet, kept))

    return each("tags", call.rows("tags", most=1), act)


def records_count(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/tags/{id}/actions/records_count?module=: how many records bear it, as a text."""
    module, held = asked(cabinet, call).api_name, cabinet.tags.get(call.ids[0])
    if held is None or held.module != module:
        raise invalid({"resource_path_index": 2})
    return Reply({"count": str(len(tags.bearers(cabinet, held)))})


def _names(call: Call) -> list[str]:
    rows = call.rows("tags", most=MOST)
    names = [str(row.get("name") or "").strip() for row in rows]
    if not all(names):
        raise invalid({"api_name": "name", "json_path": "$.tags[0].name"})
    return names


def _several(cabinet: Cabinet, call: Call) -> list[str]:
    ids = call.json().get("ids") or (call.get("ids").split(",") if call.get("ids") else [])
    if not isinstance(ids, list) or not ids:
        details = {"api_name": "ids", "json_path": "$.ids"}
        raise Refusal("MANDATORY_NOT_FOUND", "required field not found", details)
    return [str(number) for number in ids]


def _marked(cabinet: Cabinet, call: Call, ids: list[str], change: Callable[[list[str]], list[str]]) -> Reply:
    module = cabinet.holding(call.ids[0]).api_name
    results: list[Row] = []
    for number in ids:
        record = cabinet.get(module, number)
        if record is None:
            results.append(invalid({"id": number}, "the id given seems to be invalid").row())
            continue
        kept = _keep(cabinet, call, record, change(list(record.values.get("Tag", []))))
        results.append(_done(cabinet, kept))
    counted = str(sum(result["status"] == "success" for result in results))
    failed = counted == "0"
    return Reply({"data": results, "success_count": counted, "locked_count": "0"}, 400 if failed else 200)


def _keep(cabinet: Cabinet, call: Call, record: Record, names: list[str]) -> Record:
    if len(names) > MOST:
        raise Refusal("LIMIT_EXCEEDED", "tag limit exceeded", {"limit": MOST})
    values = {name: held for name, held in record.values.items() if name != "Tag"}
    values |= {"Tag": names} if names else {}
    values |= {"Modified_Time": cabinet.now(), "Modified_By": call.user}
    return cabinet.update(record.model_copy(update={"values": values}))


def _done(cabinet: Cabinet, record: Record) -> Row:
    names = record.values.get("Tag", [])
    shown = [tags.short(cabinet, record.module, name) for name in names]
    return success("tags updated successfully", {"id": record.id, "tags": shown})


def _adding(call: Call) -> Callable[[list[str]], list[str]]:
    names = _names(call)
    over = call.json().get("over_write") is True or call.get("over_write") == "true"
    return lambda held: list(dict.fromkeys([*([] if over else held), *names]))


def _removing(call: Call) -> Callable[[list[str]], list[str]]:
    names = set(_names(call))
    return lambda held: [name for name in held if name not in names]


def add(cabinet: Cabinet, call: Call) -> Reply:
    """POST /{module}/{id}/actions/add_tags."""
    return _marked(cabinet, call, [call.ids[1]], _adding(call))


def remove(cabinet: Cabinet, call: Call) -> Reply:
    """POST /{module}/{id}/actions/remove_tags."""
    return _marked(cabinet, call, [call.ids[1]], _removing(call))


def add_several(cabinet: Cabinet, call: Call) -> Reply:
    """POST /{module}/actions/add_tags."""
    return _marked(cabinet, call, _several(cabinet, call), _adding(call))


def remove_several(cabinet: Cabinet, call: Call) -> Reply:
    """POST /{module}/actions/remove_tags."""
    return _marked(cabinet, call, _several(cabinet, call), _removing(call))


def _per_fifty(cabinet: Cabinet, call: Call) -> int:
    try:
        return max(1, -(-len(_several(cabinet, call)) // 50))
    except Refusal:
        return 1


ROUTES = (
    Route("GET", "v8/settings/tags", index, f"{SCOPE}.READ"),
    Route("POST", "v8/settings/tags", post, f"{SCOPE}.CREATE"),
    Route("PUT", "v8/settings/tags", put, f"{SCOPE}.UPDATE"),
    Route("PUT", "v8/settings/tags/*", put_one, f"{SCOPE}.UPDATE"),
    Route("DELETE", "v8/settings/tags/*", delete, f"{SCOPE}.DELETE"),
    Route("POST", "v8/settings/tags/*/actions/merge", merge, f"{SCOPE}.CREATE|{SCOPE}.WRITE"),
    Route("GET", "v8/settings/tags/*/actions/records_count", records_count, f"{SCOPE}.READ"),
    Route("POST", "v8/*/*/actions/add_tags", add, UPDATE),
    Route("POST", "v8/*/*/actions/remove_tags", remove, UPDATE),
    Route("POST", "v8/*/actions/add_tags", add_several, UPDATE, _per_fifty),
    Route("POST", "v8/*/actions/remove_tags", remove_several, UPDATE, _per_fifty),
)
