"""POST /bulk/read, its state and its result (F73)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from ledgerferry_sandbox.crm import pagetokens
from ledgerferry_sandbox.crm.bulk import criteria, jobs
from ledgerferry_sandbox.crm.bulk.jobs import ReadJob
from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import Call, Reply
from ledgerferry_sandbox.crm.conditions import Conditions
from ledgerferry_sandbox.crm.errors import Refusal
from ledgerferry_sandbox.crm.models import Record
from ledgerferry_sandbox.crm.pagetokens import Place
from ledgerferry_sandbox.crm.paths import NoColumn, Path, find_path
from ledgerferry_sandbox.crm.route import READ, Route
from ledgerferry_sandbox.exchange import Row

LAST_PAGE = 50
CREDITS = 50
UNREADABLE = frozenset({"subform", "linetax", "imageupload", "profileimage"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What is to be read: which columns of which records, and from where on."""

    module: str
    paths: tuple[Path, ...]
    where: Conditions | None
    page: int
    start: str


def create(cabinet: Cabinet, call: Call) -> Reply:
    """Starts a reading of the records as they are at this moment."""
    body = _body(call)
    told = jobs.callback(body.get("callback"))
    query = body.get("query")
    if not isinstance(query, dict):
        raise Refusal("QUERY_NOT_SUPPORTED", "the query is missing")
    if body.get("file_type", "csv") != "csv":
        raise Refusal("NOT_SUPPORTED_FEATURE", "the file type is not supported")
    reading = _reading(cabinet, call, query)
    job = _job(cabinet, call, reading, query).model_copy(update={"callback": told})
    jobs.reads(cabinet).put(job)
    jobs.tell(cabinet, job, {"job_id": job.id, **_row(cabinet, job, "COMPLETED")}, job.done - job.created)
    details = {
        "id": job.id,
        "operation": "read",
        "state": "ADDED",
        "created_by": jobs.who(cabinet, job.created_by),
        "created_time": jobs.moment(cabinet, job.created),
    }
    added = {"status": "success", "code": "ADDED_SUCCESSFULLY", "message": "Added successfully."}
    return Reply({"data": [{**added, "details": details}], "info": {}}, 201)


def show(cabinet: Cabinet, call: Call) -> Reply:
    """How far a reading is and, once it is completed, where its file lies."""
    job = jobs.reads(cabinet).get(call.ids[0])
    if job is None:
        raise jobs.nothing_there(call.ids[0], 404)
    return Reply({"data": [_row(cabinet, job, jobs.state(cabinet, job))]})


def result(cabinet: Cabinet, call: Call) -> Reply:
    """The ZIP of a completed reading, for a day."""
    job = jobs.reads(cabinet).get(call.ids[0])
    if job is None or not jobs.lasting(cabinet, job):
        raise jobs.nothing_there(call.ids[0], 400)
    return Reply(file=jobs.unpacked(job.content), file_name=f"{job.id}.zip")


def fail(cabinet: Cabinet, number: str) -> Row:
    """Lets a reading end in FAILURE, as its callback then says too (F73)."""
    held = jobs.reads(cabinet).get(number)
    if held is None:
        raise jobs.nothing_there(number, 404)
    job = jobs.reads(cabinet).put(held.model_copy(update={"failed": True}))
    row = _row(cabinet, job, "FAILURE")
    cabinet.desk.outbox.reword({"job_id": job.id}, json.dumps({"job_id": job.id, **row}, ensure_ascii=False))
    return row


def named_module(cabinet: Cabinet, call: Call) -> str:
    """The module that a new reading is of; none if the body does not say."""
    try:
        query = call.json().get("query")
    except Refusal:
        return ""
    return _module(query) if isinstance(query, dict) else ""


def _body(call: Call) -> Row:
    if not call.request.body.strip():
        raise Refusal("REQUEST_BODY_IS_EMPTY", "the request body is empty")
    try:
        return call.json()
    except Refusal:
        raise Refusal("REQUEST_BODY_NOT_READABLE", "the request body cannot be read") from None


def _module(query: Row) -> str:
    given = query.get("module")
    return str(given.get("api_name", "") if isinstance(given, dict) else given or "")


def _reading(cabinet: Cabinet, call: Call, query: Row) -> Reading:
    name = _module(query)
    if not cabinet.has(name):
        raise jobs.unavailable(name)
    try:
        module = cabinet.holding(name)
    except Refusal:
        raise Refusal("MODULE_NOT_SUPPORTED", "the module is not supported", {"module": name}) from None
    if query.get("cvid") not in (None, "", module.view_id):
        raise Refusal("CVID_NOT_SUPPORTED", "the custom view is not supported", {"cvid": query["cvid"]})
    page, start = _window(cabinet, call, name, query)
    where = criteria.read(cabinet, name, query["criteria"]) if query.get("criteria") else None
    return Reading(name, _paths(cabinet, name, query.get("fields")), where, page, start)


def _window(cabinet: Cabinet, call: Call, module: str, query: Row) -> tuple[int, str]:
    token, page = query.get("page_token"), query.get("page")
    if token and page:
        raise Refusal("PAGE_NOT_SUPPORTED", "page and page_token cannot be given together")
    if token:
        return 1, pagetokens.take(cabinet, module, call.user, str(token)).last_id
    number = 1 if page is None else page
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= LAST_PAGE:
        raise Refusal("PAGE_RANGE_EXCEEDED", "the page is out of range", {"max_limit": LAST_PAGE})
    return number, ""


def _paths(cabinet: Cabinet, module: str, names: object) -> tuple[Path, ...]:
    fields = cabinet.fields(module)
    if names is None:
        names = [name for name, field in fields.items() if field.data_type not in UNREADABLE]
    if not isinstance(names, list):
        raise Refusal("QUERY_NOT_SUPPORTED", "fields must be a list")
    paths = []
    for name in dict.fromkeys(map(str, names)):
        try:
            path = find_path(cabinet, module, name)
        except NoColumn:
            details: Row = {"api_name": name, "module": module}
            raise Refusal("FIELD_NOT_AVAILABLE", "the field is not available", details) from None
        if path.field.data_type in UNREADABLE:
            raise Refusal(
                "FIELD_NOT_SUPPORTED", "the field is not supported", {"api_name": name, "module": module}
            )
        paths.append(path)
    return tuple(path for path in paths if path.name != "id")


def _job(cabinet: Cabinet, call: Call, reading: Reading, query: Row) -> ReadJob:
    number, now = cabinet.new_id(), cabinet.desk.clock.now()
    most = int(cabinet.switches.number("bulk_read_rows"))
    found = (
        record
        for record in cabinet.after(reading.module, reading.start, descending=False)
        if reading.where is None or reading.where.holds(cabinet, record)
    )
    first = (reading.page - 1) * most
    records = list(islice(found, first, first + most))
    more = next(found, None) is not None
    rows = (_line(cabinet, reading, record) for record in records)
    outcome: Row = {
        "page": reading.page,
        "count": len(records),
        "download_url": f"/crm/bulk/v8/read/{number}/result",
        "per_page": most,
        "more_records": more,
        "next_page_token": _token(cabinet, call, reading, records[-1]) if more else None,
    }
    header = [cabinet.switches.at("bulk_id_column"), *(path.name for path in reading.paths)]
    return ReadJob(
        id=number,
        created=now,
        done=now + cabinet.switches.number("bulk_seconds"),
        created_by=call.user,
        query={**query, "module": _named(cabinet, reading.module), "page": reading.page},
        result=outcome,
        content=jobs.packed(f"{number}.csv", header, rows),
    )


def _token(cabinet: Cabinet, call: Call, reading: Reading, last: Record) -> str:
    place = Place(reading.module, call.user, "id", "asc", last_id=last.id)
    return pagetokens.give(cabinet, place)[0]


def _named(cabinet: Cabinet, module: str) -> Row:
    return {"id": cabinet.modules[module].id, "api_name": module}


def _line(cabinet: Cabinet, reading: Reading, record: Record) -> Sequence[object]:
    return [record.id, *(_cell(path.read(cabinet, record), path) for path in reading.paths)]


def _cell(value: object, path: Path) -> str:
    """A stored value as text: lookups as ids, several values with semicolons, a box as true or false."""
    if path.field.data_type == "boolean":
        return "true" if value else "false"
    if value is None:
        return ""
    return ";".join(str(each) for each in value) if isinstance(value, list) else str(value)


def _row(cabinet: Cabinet, job: ReadJob, state: str) -> Row:
    row: Row = {
        "id": job.id,
        "operation": "read",
        "state": state,
        "query": job.query,
        "created_by": jobs.who(cabinet, job.created_by),
        "created_time": jobs.moment(cabinet, job.created),
        "file_type": "csv",
    }
    return row | ({"result": job.result} if state == "COMPLETED" else {})


BULK = "ZohoCRM.bulk.READ|ZohoCRM.bulk.CREATE"
ROUTES = (
    Route("POST", "bulk/v8/read", create, f"{BULK}&{READ}", CREDITS, module=named_module),
    Route("GET", "bulk/v8/read/*", show, BULK),
    Route("GET", "bulk/v8/read/*/result", result, BULK),
)
