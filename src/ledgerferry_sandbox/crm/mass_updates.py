"""One change to many records: at once to those that are named, by a job to those of a view."""

from typing import Literal

from ledgerferry_sandbox.crm.bulk import criteria
from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import Call, Reply
from ledgerferry_sandbox.crm.errors import Refusal, invalid, missing, wrong, wrong_parameter
from ledgerferry_sandbox.crm.models import Kept, Record
from ledgerferry_sandbox.crm.record_calls import done, each
from ledgerferry_sandbox.crm.route import Route
from ledgerferry_sandbox.crm.writing import Writing
from ledgerferry_sandbox.desk.tables import Table
from ledgerferry_sandbox.exchange import Row

SHELF = "mass_updates"
MOST_IDS, MOST_RECORDS = 500, 50_000
LEFT_OUT = frozenset({"Notes"})
SCOPE = "ZohoCRM.mass_update.{}.UPDATE|ZohoCRM.mass_update.UPDATE|ZohoCRM.modules.{}.UPDATE"
FIRST_PART = 0.25
Status = Literal["SCHEDULED", "RUNNING", "COMPLETED"]


class MassUpdate(Kept):
    """A job: which records it changes and how, and, once it is done, how many it changed."""

    id: str
    module: str
    view: str
    criteria: Row | None
    change: Row
    over_write: bool
    user: str
    created: float
    due: float
    counts: Row | None = None


def furnish(cabinet: Cabinet) -> None:
    """Makes the table of the jobs."""
    cabinet.shelf(SHELF, MassUpdate, lambda job: job.id)


def _jobs(cabinet: Cabinet) -> Table[MassUpdate]:
    return cabinet.named(SHELF)


def post(cabinet: Cabinet, call: Call) -> Reply:
    """POST /{module}/actions/mass_update: up to 500 `ids` at once, or a view (`cvid`) by a job.

    `over_write` says whether values of a multi-select picklist take the place of the former ones.
    """
    module = cabinet.holding(call.ids[0])
    if module.api_name in LEFT_OUT:
        text = "the module is not supported for this API"
        raise Refusal("NOT_SUPPORTED", text, {"resource_path_index": 0})
    body = call.json()
    change = _change(cabinet, call, module.api_name)
    if "ids" in body:
        return _named(cabinet, call, module.api_name, change)
    if body.get("cvid") != module.view_id:
        if "cvid" not in body:
            raise missing("cvid", "$")
        raise wrong("cvid", "$", "Customview not accessible")
    return _scheduled(cabinet, call, module.api_name, change)


def _change(cabinet: Cabinet, call: Call, module: str) -> Row:
    change = call.rows("data", most=1)[0]
    known = cabinet.fields(module)
    if not change:
        details: Row = {"json_path": "$.data[0]"}
        raise Refusal("MANDATORY_NOT_FOUND", "Specify Atleast one field", details)
    for name in change:
        if name not in known:
            raise wrong(name, "$.data[0]", "No field found")
        if known[name].read_only and name != "Tag":
            raise Refusal("NOT_ALLOWED", "Field Edit Permission not given", {"api_name": name})
    return change


def _named(cabinet: Cabinet, call: Call, module: str, change: Row) -> Reply:
    ids, over_write = call.json()["ids"], call.json().get("over_write") is True
    if not isinstance(ids, list) or not ids:
        raise wrong("ids", "$", expected_data_type="jsonarray")
    if len(ids) > MOST_IDS:
        raise Refusal("LIMIT_EXCEEDED", "Record count exceeded", {"limit": MOST_IDS, "api_name": "ids"})
    how = Writing(cabinet, call.user)

    def act(row: Row, path: str) -> Row:
        record = cabinet.get(module, str(row["id"]))
        if record is None:
            raise invalid({"id": str(row["id"])}, "the id given seems to be invalid")
        kept = how.update(record, _joined(cabinet, record, change, over_write=over_write), path)
        return done(cabinet, kept, "record updated")

    return each(cabinet, [{"id": number} for number in ids], act, 200)


def _joined(cabinet: Cabinet, record: Record, change: Row, *, over_write: bool) -> Row:
    """The change, with what a record has in its multi-select picklists unless that is overwritten."""
    joined = dict(change)
    for name, given in change.items():
        several = cabinet.fields(record.module)[name].data_type == "multiselectpicklist"
        texts = isinstance(given, list) and all(isinstance(each, str) for each in given)
        if several and texts and not over_write:
            joined[name] = list(dict.fromkeys([*record.values.get(name, []), *given]))
    return joined


def _scheduled(cabinet: Cabinet, call: Call, module: str, change: Row) -> Reply:
    body, now = call.json(), cabinet.desk.clock.now()
    condition = _criteria(cabinet, module, body.get("criteria"))
    if any(job.view == body["cvid"] and job.counts is None for job in _jobs(cabinet)):
        text = "Already a Mass Action scheduler is running for the given cvid"
        raise Refusal("ALREADY_SCHEDULED", text, {"api_name": "cvid"})
    job = MassUpdate(
        id=cabinet.new_id(),
        module=module,
        view=body["cvid"],
        criteria=condition,
        change=change,
        over_write=body.get("over_write") is True,
        user=call.user,
        created=now,
        due=now + cabinet.switches.number("bulk_seconds"),
    )
    _jobs(cabinet).put(job)
    text, details = "mass update scheduled successfully", {"job_id": job.id}
    return Reply({"data": [{"code": "SUCCESS", "details": details, "message": text, "status": "success"}]})


def _criteria(cabinet: Cabinet, module: str, given: object) -> Row | None:
    if given is None:
        return None
    parts = given if isinstance(given, list) else [given]
    whole: Row = {"group_operator": "and", "group": [_by_name(part) for part in parts]}
    try:
        criteria.read(cabinet, module, whole)
    except Refusal as refusal:
        raise Refusal("INVALID_QUERY", "invalid query formed", refusal.details) from None
    return whole


def _by_name(part: object) -> object:
    """A comparison whose field is named by a text, or a group of such, as the bulk calls have it."""
    if not isinstance(part, dict):
        return part
    if isinstance(part.get("group"), list):
        return {**part, "group": [_by_name(each) for each in part["group"]]}
    return {**part, "field": {"api_name": part["field"]}} if isinstance(part.get("field"), str) else part


def work(cabinet: Cabinet) -> None:
    """Does every job that is due."""
    now = cabinet.desk.clock.now()
    for job in [job for job in _jobs(cabinet) if job.counts is None and job.due <= now]:
        cabinet.begin_call()
        _jobs(cabinet).put(job.model_copy(update={"counts": _done(cabinet, job)}))


def _done(cabinet: Cabinet, job: MassUpdate) -> Row:
    how = Writing(cabinet, job.user)
    meets = criteria.read(cabinet, job.module, job.criteria) if job.criteria else None
    found = [each for each in cabinet.records(job.module) if meets is None or meets.holds(cabinet, each)]
    updated = 0
    for record in found[:MOST_RECORDS]:
        try:
            how.update(record, _joined(cabinet, record, job.change, over_write=job.over_write), "$.data[0]")
            updated += 1
        except Refusal:
            continue
    failed = min(len(found), MOST_RECORDS) - updated
    over = max(len(found) - MOST_RECORDS, 0)
    return {
        "Failed_Count": failed,
        "Updated_Count": updated,
        "Not_Updated_Count": over,
        "Total_Count": len(found),
    }


def show(cabinet: Cabinet, call: Call) -> Reply:
    """GET /{module}/actions/mass_update?job_id=: how far a job is, and what became of the records."""
    module = cabinet.holding(call.ids[0]).api_name
    job = _jobs(cabinet).get(call.needed("job_id"))
    if job is None or job.module != module:
        raise wrong_parameter("job_id", "the id given seems to be invalid")
    counts = dict.fromkeys(("Failed_Count", "Updated_Count", "Not_Updated_Count", "Total_Count"), 0)
    return Reply({"data": [{"Status": _status(cabinet, job), **(job.counts or counts)}]})


def _status(cabinet: Cabinet, job: MassUpdate) -> Status:
    if job.counts is not None:
        return "COMPLETED"
    begins = job.created + (job.due - job.created) * FIRST_PART
    return "SCHEDULED" if cabinet.desk.clock.now() < begins else "RUNNING"


ROUTES = (
    Route("POST", "v8/*/actions/mass_update", post, SCOPE),
    Route("GET", "v8/*/actions/mass_update", show, SCOPE.replace("UPDATE", "READ", 1) + "|" + SCOPE),
)
