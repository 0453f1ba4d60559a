"""Tags: the names that records are marked with."""

from collections.abc import Callable
from zlib import crc32

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import Call, Reply
from ledgerferry_sandbox.crm.errors import Refusal, invalid
from ledgerferry_sandbox.crm.models import Record
from ledgerferry_sandbox.crm.route import Route
from ledgerferry_sandbox.crm.settings.list_calls import module as asked
from ledgerferry_sandbox.crm.showing import minified
from ledgerferry_sandbox.exchange import Row

MOST = 10
COLOR = "#57B1FD"
NUMBER = 4_876_876
UPDATE = "ZohoCRM.modules.{}.UPDATE|ZohoCRM.modules.{}.CREATE"


def index(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/tags?module=: the tags that its records bear."""
    module = asked(cabinet, call).api_name
    names = dict.fromkeys(name for record in cabinet.records(module) for name in record.values.get("Tag", []))
    first = minified(next(iter(cabinet.users)))
    rows = [
        {
            "name": name,
            "color_code": COLOR,
            "created_time": cabinet.now(),
            "modified_time": cabinet.now(),
            "modified_by": {"name": first["name"], "id": first["id"]},
            "created_by": {"name": first["name"], "id": first["id"]},
            "id": _number(name),
        }
        for name in names
    ]
    return Reply({"tags": rows, "info": {"count": len(rows), "allowed_count": 100}})


def _number(name: str) -> str:
    """The id of a tag, the same for every record that bears it."""
    return f"{NUMBER}{crc32(name.encode()):012d}"


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
        results.append(_done(_keep(cabinet, call, record, change(list(record.values.get("Tag", []))))))
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


def _done(record: Record) -> Row:
    names = record.values.get("Tag", [])
    tags = [{"name": name, "id": _number(name), "color_code": COLOR} for name in names]
    details = {"id": record.id, "tags": tags}
    return {
        "code": "SUCCESS",
        "details": details,
        "message": "tags updated successfully",
        "status": "success",
    }


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
    Route("GET", "v8/settings/tags", index, "ZohoCRM.settings.tags.READ"),
    Route("POST", "v8/*/*/actions/add_tags", add, UPDATE),
    Route("POST", "v8/*/*/actions/remove_tags", remove, UPDATE),
    Route("POST", "v8/*/actions/add_tags", add_several, UPDATE, _per_fifty),
    Route("POST", "v8/*/actions/remove_tags", remove_several, UPDATE, _per_fifty),
)
