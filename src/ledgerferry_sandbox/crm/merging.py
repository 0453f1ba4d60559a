"""Records that are merged into one: the master stays, the others are deleted, what pointed to them moves."""

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import Call, Reply
from ledgerferry_sandbox.crm.errors import invalid
from ledgerferry_sandbox.crm.models import Record
from ledgerferry_sandbox.crm.route import UPDATE, Route
from ledgerferry_sandbox.crm.standard.catalogue import standard_id
from ledgerferry_sandbox.exchange import Row

MOST = 2
JOB = standard_id()


def merge(cabinet: Cabinet, call: Call) -> Reply:
    """POST /{module}/{master}/actions/merge: at most two others; a field comes from where the body says."""
    module = cabinet.holding(call.ids[0]).api_name
    master = cabinet.there(module, call.ids[1])
    row = call.rows("merge", most=1)[0]
    given = row.get("data")
    parts = given if isinstance(given, list) else []
    if not 1 <= len(parts) <= MOST or not all(isinstance(part, dict) for part in parts):
        raise invalid({"api_name": "data", "json_path": "$.merge[0].data", "expected_data_type": "jsonarray"})
    others = [_other(cabinet, module, master, part, place) for place, part in enumerate(parts)]
    merge_records(cabinet, call.user, master, others, _taken(parts, others))
    details = {"id": master.id, "job_id": JOB}
    return Reply(
        {"merge": [{"code": "SUCCESS", "details": details, "message": "records merged", "status": "success"}]}
    )


def _other(cabinet: Cabinet, module: str, master: Record, part: Row, place: int) -> Record:
    held = cabinet.get(module, str(part.get("id")))
    if held is None or held.id == master.id:
        raise invalid({"api_name": "id", "json_path": f"$.merge[0].data[{place}].id"})
    return held


def _taken(parts: list[Row], others: list[Record]) -> Row:
    taken: Row = {}
    for part, other in zip(parts, others, strict=True):
        for field in part.get("_fields") or []:
            name = field.get("api_name") if isinstance(field, dict) else None
            if name in other.values:
                taken[name] = other.values[name]
    return taken


def merge_records(cabinet: Cabinet, user: str, master: Record, others: list[Record], taken: Row) -> Record:
    """Deletes the others, points to the master what pointed to them, and gives it what it lacks."""
    values: Row = {}
    for other in reversed(others):
        values |= other.values
        cabinet.delete(other, user)
        _repoint(cabinet, user, other, master)
    stamps = {"Modified_Time": cabinet.now(), "Modified_By": user}
    kept = master.model_copy(update={"values": {**values, **master.values, **taken, **stamps}})
    return cabinet.update(kept)


def _repoint(cabinet: Cabinet, user: str, other: Record, master: Record) -> None:
    for held in cabinet.modules[other.module].related:
        if held.module == "Attachments":
            for file in cabinet.attachments.find("parent", other.id):
                cabinet.attachments.put(file.model_copy(update={"parent": master.id}))
            continue
        for record in cabinet.find(held.module, held.field, other.id):
            moved = {held.field: master.id, "Modified_Time": cabinet.now(), "Modified_By": user}
            cabinet.update(record.model_copy(update={"values": record.values | moved}))


def job(cabinet: Cabinet, call: Call) -> Reply:
    """GET /{module}/{master}/actions/merge?job_id=: merges here are done at once."""
    module = cabinet.holding(call.ids[0]).api_name
    cabinet.there(module, call.ids[1])
    if call.needed("job_id") != JOB:
        raise invalid({"param_name": "job_id"})
    return Reply({"merge": [{"job_id": JOB, "status": "COMPLETED"}]})


ROUTES = (
    Route("POST", "v8/*/*/actions/merge", merge, UPDATE, 50),
    Route("GET", "v8/*/*/actions/merge", job, UPDATE),
)
