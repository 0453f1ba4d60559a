"""POST /bulk/write, its state and its result (F74)."""

from collections.abc import Mapping

from ledgerferry_sandbox.crm.bulk import jobs
from ledgerferry_sandbox.crm.bulk.jobs import WriteJob
from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import Call, Reply
from ledgerferry_sandbox.crm.errors import Refusal
from ledgerferry_sandbox.crm.models import Field
from ledgerferry_sandbox.crm.route import CREATE, Route
from ledgerferry_sandbox.exchange import Row

CREDITS = 500
OPERATIONS = ("insert", "update", "upsert")


def create(cabinet: Cabinet, call: Call) -> Reply:
    """Starts a writing; the file is applied when the job is done."""
    body = call.json()
    operation, resource = _needed(body, "operation"), _needed(body, "resource")
    if operation not in OPERATIONS:
        details: Row = {"api_name": "operation", "supported_values": list(OPERATIONS)}
        raise Refusal("INVALID_DATA", "invalid data", details)
    if not isinstance(resource, list) or len(resource) != 1 or not isinstance(resource[0], dict):
        details = {"api_name": "resource", "expected_data_type": "jsonarray"}
        raise Refusal("INVALID_DATA", "invalid data", details)
    checked = _checked(cabinet, operation, resource[0])
    if "ignore_empty" in body:
        checked.setdefault("ignore_empty", body["ignore_empty"])
    now = cabinet.desk.clock.now()
    job = WriteJob(
        id=cabinet.new_id(),
        created=now,
        done=now + cabinet.switches.number("bulk_seconds"),
        created_by=call.user,
        callback=jobs.callback(body.get("callback")),
        operation=operation,
        character_encoding=str(body.get("character_encoding") or "UTF-8"),
        resource=checked,
        address=f"http://{call.header('host') or 'sandbox.localhost'}",
    )
    jobs.writes(cabinet).put(job)
    details = {"id": job.id, "created_by": jobs.who(cabinet, job.created_by)}
    return Reply({"status": "success", "code": "SUCCESS", "message": "success", "details": details}, 201)


def show(cabinet: Cabinet, call: Call) -> Reply:
    """How far a writing is and, once it is completed, what became of the file's rows."""
    job = jobs.writes(cabinet).get(call.ids[0])
    if job is None:
        raise jobs.nothing_there(call.ids[0], 400)
    return Reply(row(cabinet, job))


def result(cabinet: Cabinet, call: Call) -> Reply:
    """The ZIP with the outcome of every row, for a day."""
    number = call.ids[0].removesuffix(".zip")
    job = jobs.writes(cabinet).get(number)
    if job is None or job.outcome is None or not jobs.lasting(cabinet, job):
        raise jobs.nothing_there(number, 400)
    return Reply(file=jobs.unpacked(job.content), file_name=f"{number}.zip")


def row(cabinet: Cabinet, job: WriteJob) -> Row:
    """A writing as it is shown and as its callback tells it."""
    state: str = jobs.state(cabinet, job) if job.outcome is None else job.outcome["status"]
    file = job.outcome["file"] if job.outcome else {"status": state, "name": job.resource["file_name"]}
    resource = {name: held for name, held in job.resource.items() if name != "file_name"}
    shown: Row = {
        "status": state,
        "character_encoding": job.character_encoding,
        "resource": [{**resource, "status": state, "file": file, **_code(job)}],
        "id": job.id,
        "created_by": jobs.who(cabinet, job.created_by),
        "operation": job.operation,
        "created_time": jobs.moment(cabinet, job.created),
    }
    if job.callback:
        shown["callback"] = job.callback
    if job.content:
        shown["result"] = {"download_url": f"{job.address}/crm/v8/bulk-write/{job.id}.zip"}
    return shown


def named_module(cabinet: Cabinet, call: Call) -> str:
    """The module that a new writing goes into; none if the body does not say."""
    try:
        resource = call.json().get("resource")
    except Refusal:
        return ""
    first = resource[0] if isinstance(resource, list) and resource else None
    return _module(first) if isinstance(first, dict) else ""


def _code(job: WriteJob) -> Row:
    return {"code": job.outcome["code"]} if job.outcome and "code" in job.outcome else {}


def _needed(body: Row, key: str) -> object:
    if key not in body:
        text = f"required key {key} is not found in request body."
        raise Refusal("MISSING_REQUIRED_KEY", text, {"api_name": key})
    return body[key]


def _module(resource: Row) -> str:
    given = resource.get("module")
    return str(given.get("api_name", "") if isinstance(given, dict) else given or "")


def _checked(cabinet: Cabinet, operation: str, resource: Row) -> Row:
    name = _module(resource)
    if not cabinet.has(name):
        raise jobs.unavailable(name)
    module = cabinet.holding(name)
    file = jobs.uploaded(cabinet).get(str(_needed(resource, "file_id")))
    if file is None:
        raise Refusal("INVALID_FILE_ID", "improper file id", {"file_id": resource["file_id"]})
    fields = cabinet.fields(name)
    _check_mappings(fields, operation, resource)
    short = {"id": module.id, "api_name": name}
    return {**resource, "type": "data", "module": short, "file_name": file.name}


def _check_mappings(fields: Mapping[str, Field], operation: str, resource: Row) -> None:
    mappings = _needed(resource, "field_mappings")
    if not isinstance(mappings, list) or not all(isinstance(each, dict) for each in mappings):
        raise Refusal("INVALID_DATA", "invalid data", {"api_name": "field_mappings"})
    for each in mappings:
        name = str(each.get("api_name"))
        if name not in fields and name != "id":
            raise Refusal("INVALID_FIELD", f"invalid mapping. invalid api_name {name}.", {"api_name": name})
        if not isinstance(each.get("index"), int) and "default_value" not in each:
            text = f"required key index for field {name} is not found in request body."
            raise Refusal("COLUMN_INDEX_NOT_FOUND", text, {"api_name": name})
    mapped = {each["api_name"] for each in mappings}
    if operation != "insert" and str(_needed(resource, "find_by")) not in mapped:
        raise Refusal("INVALID_FIELD", "find_by is not among the mapped fields", {"api_name": "find_by"})
    needed = {name for name, field in fields.items() if field.system_mandatory}
    if operation != "update" and not needed <= mapped:
        text = "All mandatory fields are not mapped for the layout"
        raise Refusal("MANDATORY_FIELDS_NOT_MAPPED", text, {"fields": sorted(needed - mapped)})


BULK = "ZohoCRM.bulk.CREATE|ZohoCRM.bulk.WRITE"
ROUTES = (
    Route("POST", "bulk/v8/write", create, f"{BULK}&{CREATE}", CREDITS, module=named_module),
    Route("GET", "bulk/v8/write/*", show, "ZohoCRM.bulk.CREATE|ZohoCRM.bulk.READ"),
    Route("GET", "v8/bulk-write/*", result, "ZohoCRM.bulk.CREATE|ZohoCRM.bulk.READ"),
)
