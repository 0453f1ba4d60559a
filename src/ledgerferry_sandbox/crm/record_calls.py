"""Insert, update, upsert and delete (F57 to F64)."""

from collections.abc import Callable

from ledgerferry_sandbox.crm import externals, reading
from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import Call, Reply
from ledgerferry_sandbox.crm.errors import Refusal, invalid
from ledgerferry_sandbox.crm.models import Record
from ledgerferry_sandbox.crm.route import CREATE, DELETE, READ, UPDATE, Route
from ledgerferry_sandbox.crm.values import moment
from ledgerferry_sandbox.crm.writing import Writing, check_writable
from ledgerferry_sandbox.exchange import Row

STATED = frozenset({"Notes"})
TRIGGERS = frozenset({"workflow", "approval", "blueprint", "pathfinder", "orchestration"})


def writing(cabinet: Cabinet, call: Call, module: str, body: Row) -> Writing:
    """How this call writes."""
    trigger = body.get("trigger", ["workflow"])
    if not isinstance(trigger, list) or not TRIGGERS.issuperset(map(str, trigger)):
        details: Row = {"api_name": "trigger", "json_path": "$.trigger", "expected_data_type": "jsonarray"}
        raise invalid(details)
    since = call.header("if-unmodified-since")
    return Writing(
        cabinet,
        call.user,
        triggered="workflow" in trigger,
        unless_since=moment(since) if since else None,
        externals=externals.named(cabinet, call, module),
    )


def done(cabinet: Cabinet, record: Record, message: str, **more: object) -> Row:
    """What a write says of a record that it kept."""
    details: Row = {
        "Modified_Time": record.get("Modified_Time"),
        "Modified_By": _short(cabinet, record.get("Modified_By")),
        "Created_Time": record.get("Created_Time"),
        "id": record.id,
        "Created_By": _short(cabinet, record.get("Created_By")),
    }
    if record.module not in STATED:
        details["$approval_state"] = record.get("$approval_state") or "approved"
    return {"code": "SUCCESS", **more, "details": details, "message": message, "status": "success"}


def _short(cabinet: Cabinet, number: str | None) -> Row | None:
    user = cabinet.users.get(number or "")
    return {"name": user.full_name, "id": user.id} if user else None


def each(cabinet: Cabinet, rows: list[Row], act: Callable[[Row, str], Row], good: int) -> Reply:
    """Acts on every row by itself; `good` is the status where none fails, mixed results are 207 (F58)."""
    results: list[Row] = []
    refusals: list[Refusal] = []
    for place, row in enumerate(rows):
        try:
            results.append(act(row, f"$.data[{place}]"))
        except Refusal as refusal:
            refusals.append(refusal)
            results.append(refusal.row())
    status = good
    if refusals:
        all_failed = int(cabinet.switches.number("crm.all_failed_status"))
        stale = all(refusal.status == 412 for refusal in refusals)
        status = (412 if stale else all_failed) if len(refusals) == len(rows) else 207
    return Reply({"data": results}, status)


def insert(cabinet: Cabinet, call: Call) -> Reply:
    """POST /{module}."""
    module = cabinet.holding(call.ids[0]).api_name
    rows = call.rows("data")
    how = writing(cabinet, call, module, call.json())
    return each(
        cabinet, rows, lambda row, path: done(cabinet, how.insert(module, row, path), "record added"), 201
    )


def update(cabinet: Cabinet, call: Call) -> Reply:
    """PUT /{module}: every record carries its id, or its value of the external field."""
    module = cabinet.holding(call.ids[0]).api_name
    rows = call.rows("data")
    how = writing(cabinet, call, module, call.json())
    key = how.externals.get(module)

    def act(row: Row, path: str) -> Row:
        held = _addressed(cabinet, module, key, row, path)
        return done(cabinet, how.update(held, row, path), "record updated")

    return each(cabinet, rows, act, 200)


def _addressed(cabinet: Cabinet, module: str, key: str | None, row: Row, path: str) -> Record:
    name = key or "id"
    if name not in row:
        details: Row = {"api_name": name, "json_path": f"{path}.{name}"}
        raise Refusal("MANDATORY_NOT_FOUND", "required field not found", details)
    held = cabinet.find(module, key, row[key]) if key else []
    record = held[0] if held else None if key else cabinet.get(module, str(row["id"]))
    if record is None:
        details = {"api_name": name, "json_path": f"{path}.{name}", "id": str(row[name])}
        raise invalid(details, "the id given seems to be invalid")
    return record


def update_one(cabinet: Cabinet, call: Call) -> Reply:
    """PUT /{module}/{id}."""
    module = cabinet.holding(call.ids[0]).api_name
    record = externals.record(cabinet, call, module, call.ids[1])
    rows = call.rows("data", most=1)
    how = writing(cabinet, call, module, call.json())
    return each(
        cabinet, rows, lambda row, path: done(cabinet, how.update(record, row, path), "record updated"), 200
    )


def upsert(cabinet: Cabinet, call: Call) -> Reply:
    """POST /{module}/upsert."""
    module = cabinet.holding(call.ids[0]).api_name
    rows, body = call.rows("data"), call.json()
    how = writing(cabinet, call, module, body)
    checks = _checks(cabinet, module, body)
    if key := how.externals.get(module):
        checks = [key, *(name for name in checks if name != key)]

    def act(row: Row, path: str) -> Row:
        if "id" in row:
            held = _addressed(cabinet, module, None, row, path)
            return done(
                cabinet, how.update(held, row, path), "record updated", duplicate_field=None, action="update"
            )
        met = how.match(module, row, checks)
        if met is None:
            made = how.insert(module, row, path)
            return done(cabinet, made, "record added", duplicate_field=None, action="insert")
        kept = how.update(met[0], row, path)
        return done(cabinet, kept, "record updated", duplicate_field=met[1], action="update")

    reply = each(cabinet, rows, act, 200)
    inserted = all(result.get("action") == "insert" for result in (reply.row or {})["data"])
    return Reply(reply.row, 201) if inserted else reply


def _checks(cabinet: Cabinet, module: str, body: Row) -> list[str]:
    fields = cabinet.fields(module).values()
    unique = [field.api_name for field in fields if field.unique or field.external]
    system = list(cabinet.modules[module].duplicate_fields)
    given = body.get("duplicate_check_fields")
    if given is None:
        sure = module == "Leads" or cabinet.switches.at("crm.default_duplicates") == "system"
        return [*system, *unique] if sure else unique
    if isinstance(given, str):
        given = [name.strip() for name in given.split(",") if name.strip()]
    if not isinstance(given, list):
        path = "$.duplicate_check_fields"
        raise invalid(
            {"api_name": "duplicate_check_fields", "json_path": path, "expected_data_type": "jsonarray"}
        )
    for place, name in enumerate(given):
        if name not in system and name not in unique:
            path = f"$.duplicate_check_fields[{place}]"
            raise invalid({"api_name": "duplicate_check_fields", "json_path": path})
    return given


def delete(cabinet: Cabinet, call: Call) -> Reply:
    """DELETE /{module}?ids=: up to a hundred (F62)."""
    module = cabinet.holding(call.ids[0]).api_name
    key = externals.named(cabinet, call, module).get(module)
    rows: list[Row] = [{key or "id": number} for number in call.several("ids")]
    triggered = call.get("wf_trigger") != "false"

    def act(row: Row, path: str) -> Row:
        return _deleted(cabinet, call, _listed(cabinet, module, key, row), triggered=triggered)

    return each(cabinet, rows, act, 200)


def _listed(cabinet: Cabinet, module: str, key: str | None, row: Row) -> Record:
    held = cabinet.find(module, key, row[key]) if key else []
    record = held[0] if held else None if key else cabinet.get(module, row["id"])
    if record is None:
        raise invalid({"id": row[key or "id"]}, "the id given seems to be invalid")
    return record


def delete_one(cabinet: Cabinet, call: Call) -> Reply:
    """DELETE /{module}/{id}."""
    module = cabinet.holding(call.ids[0]).api_name
    record = externals.record(cabinet, call, module, call.ids[1])
    triggered = call.get("wf_trigger") != "false"
    return Reply({"data": [_deleted(cabinet, call, record, triggered=triggered)]})


def _deleted(cabinet: Cabinet, call: Call, record: Record, *, triggered: bool) -> Row:
    check_writable(record)
    cabinet.delete(record, call.user, triggered=triggered)
    return {"code": "SUCCESS", "details": {"id": record.id}, "message": "record deleted", "status": "success"}


def _rows(call: Call) -> int:
    try:
        data = call.json().get("data")
    except Refusal:
        return 1
    return len(data) if isinstance(data, list) else 1


def per_ten(cabinet: Cabinet, call: Call) -> int:
    """One credit for ten records (F76)."""
    return max(1, -(-_rows(call) // 10))


def per_hundred(cabinet: Cabinet, call: Call) -> int:
    """One credit for a hundred deletions (F76)."""
    return max(1, -(-call.get("ids").count(",") // 100))


def many(cabinet: Cabinet, call: Call) -> bool:
    """More than ten records in one write are heavy (F77)."""
    return _rows(call) > 10


ROUTES = (
    Route("POST", "v8/*", insert, CREATE, per_ten, many),
    Route("PUT", "v8/*", update, UPDATE, per_ten, many),
    Route("PUT", "v8/*/*", update_one, UPDATE),
    Route("POST", "v8/*/upsert", upsert, f"{CREATE}&{UPDATE}", per_ten, many),
    Route("DELETE", "v8/*", delete, DELETE, per_hundred),
    Route("DELETE", "v8/*/*", delete_one, DELETE),
    Route("GET", "v8/*", reading.index, READ, reading.price, reading.heavy),
    Route("GET", "v8/*/*", reading.get, READ),
    Route("GET", "v8/*/deleted", reading.deleted, READ),
    Route("GET", "v8/*/actions/count", reading.count, READ, 50),
)
