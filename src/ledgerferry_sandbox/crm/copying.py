"""Records once more: copies of them, and the whole of their long texts."""

from ledgerferry_sandbox.crm import showing
from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import NOTHING, Call, Reply
from ledgerferry_sandbox.crm.record_calls import done, each, writing
from ledgerferry_sandbox.crm.route import CREATE, READ, Route
from ledgerferry_sandbox.exchange import Row


def clone(cabinet: Cabinet, call: Call) -> Reply:
    """POST /{module}/{id}/actions/clone: a new record with the same values; a unique one is refused."""
    module = cabinet.holding(call.ids[0]).api_name
    record = cabinet.there(module, call.ids[1])
    how = writing(cabinet, call, module, {})

    def act(row: Row, path: str) -> Row:
        return done(cabinet, how.copy(record, path), "record added")

    return each(cabinet, [{}], act, 201)


def full(cabinet: Cabinet, call: Call) -> Reply:
    """GET /{module}/{id}/actions/fetch_full_data?fields=: a record whose long texts are not cut off."""
    record = cabinet.there(cabinet.holding(call.ids[0]).api_name, call.ids[1])
    return Reply({"data": [showing.record(cabinet, record, _fields(call))]})


def full_several(cabinet: Cabinet, call: Call) -> Reply:
    """GET /{module}/actions/fetch_full_data?ids=&fields=: up to a hundred records."""
    module = cabinet.holding(call.ids[0]).api_name
    found = [record for number in call.several("ids") if (record := cabinet.get(module, number))]
    if not found:
        return NOTHING
    info: Row = {"per_page": len(found), "count": len(found), "page": 1, "more_records": False}
    return Reply({"data": [showing.record(cabinet, each, _fields(call)) for each in found], "info": info})


def _fields(call: Call) -> list[str] | None:
    return call.get("fields").split(",") if call.get("fields") else None


ROUTES = (
    Route("POST", "v8/*/*/actions/clone", clone, CREATE),
    Route("GET", "v8/*/*/actions/fetch_full_data", full, READ),
    Route("GET", "v8/*/actions/fetch_full_data", full_several, READ),
)
