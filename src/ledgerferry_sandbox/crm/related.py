"""What belongs to a record: its related lists, and its notes (F71)."""

from collections.abc import Iterator

from ledgerferry_sandbox.crm import externals, showing
from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import NOTHING, UNCHANGED, Call, Reply
from ledgerferry_sandbox.crm.errors import Refusal, invalid
from ledgerferry_sandbox.crm.models import Record, RelatedList
from ledgerferry_sandbox.crm.reading import PER_PAGE, fields, newer, since
from ledgerferry_sandbox.crm.record_calls import done, each, many, per_ten, writing
from ledgerferry_sandbox.crm.route import READ, UPDATE, Route
from ledgerferry_sandbox.exchange import Row

NOTES = "ZohoCRM.modules.notes.CREATE|ZohoCRM.modules.{}.CREATE"


def _list(cabinet: Cabinet, call: Call) -> tuple[Record, RelatedList]:
    module = cabinet.holding(call.ids[0])
    record = externals.record(cabinet, call, module.api_name, call.ids[1])
    name = call.ids[2] if len(call.ids) > 2 else "Notes"
    for held in module.related:
        if held.api_name == name and cabinet.has(held.module):
            return record, held
    raise invalid({"resource_path_index": 2}, "The relation name given seems to be invalid")


def _records(cabinet: Cabinet, record: Record, held: RelatedList) -> list[Record]:
    return list(reversed(cabinet.find(held.module, held.field, record.id)))


def index(cabinet: Cabinet, call: Call) -> Reply:
    """GET /{module}/{id}/{related list}?fields=."""
    record, held = _list(cabinet, call)
    names = fields(cabinet, call, held.module)
    per_page, page = call.count("per_page", PER_PAGE, PER_PAGE), call.count("page", 1, 10)
    found, asked = _records(cabinet, record, held), since(call)
    if asked:
        found = [each for each in found if newer(each, asked)]
    part = found[(page - 1) * per_page : page * per_page]
    if not part:
        return UNCHANGED if asked else NOTHING
    more = len(found) > page * per_page
    info: Row = {"per_page": per_page, "count": len(part), "page": page, "more_records": more}
    return Reply({"data": [showing.record(cabinet, each, names) for each in part], "info": info})


def _one(cabinet: Cabinet, call: Call) -> tuple[Record, RelatedList, Record]:
    record, held = _list(cabinet, call)
    other = _other(cabinet, held, _key(cabinet, call, held), call.ids[3])
    if other is None:
        raise invalid({"resource_path_index": 3}, "the related id given seems to be invalid")
    return record, held, other


def _key(cabinet: Cabinet, call: Call, held: RelatedList) -> str | None:
    """The external field by which the call names the related records, if it does (F64)."""
    return externals.named(cabinet, call, held.module).get(held.module)


def _other(cabinet: Cabinet, held: RelatedList, key: str | None, value: object) -> Record | None:
    if key is None:
        return cabinet.get(held.module, str(value))
    return next(iter(cabinet.find(held.module, key, value)), None)


def get(cabinet: Cabinet, call: Call) -> Reply:
    """GET /{module}/{id}/{related list}/{id}."""
    record, held, other = _one(cabinet, call)
    if other.get(held.field) != record.id:
        return NOTHING
    names = call.get("fields")
    return Reply({"data": [showing.record(cabinet, other, names.split(",") if names else None)]})


def put(cabinet: Cabinet, call: Call) -> Reply:
    """PUT /{module}/{id}/{related list}/{id}: lets the other record point to this one."""
    record, held, other = _one(cabinet, call)
    _point(cabinet, call, other, held, record.id)
    return Reply({"data": [_related(other, "relation added")]})


def put_several(cabinet: Cabinet, call: Call) -> Reply:
    """PUT /{module}/{id}/{related list}: the same for every id, or external value, in the body."""
    record, held = _list(cabinet, call)
    key = _key(cabinet, call, held)
    name = key or "id"

    def act(row: Row, path: str) -> Row:
        other = _other(cabinet, held, key, row.get(name))
        if other is None:
            raise invalid(
                {"api_name": name, "json_path": f"{path}.{name}"}, "the related id given seems to be invalid"
            )
        _point(cabinet, call, other, held, record.id)
        return _related(other, "relation added")

    return each(cabinet, call.rows("data"), act, 200)


def delete(cabinet: Cabinet, call: Call) -> Reply:
    """DELETE /{module}/{id}/{related list}/{id}: lets go of the other record; a note is deleted."""
    record, held, other = _one(cabinet, call)
    if other.get(held.field) != record.id:
        raise invalid({"resource_path_index": 3}, "the related id given seems to be invalid")
    return Reply({"data": [_let_go(cabinet, call, held, other)]})


def delete_several(cabinet: Cabinet, call: Call) -> Reply:
    """DELETE /{module}/{id}/{related list}?ids=."""
    record, held = _list(cabinet, call)
    key = _key(cabinet, call, held)
    rows: list[Row] = [{"id": number} for number in call.several("ids")]

    def act(row: Row, path: str) -> Row:
        other = _other(cabinet, held, key, row["id"])
        if other is None or other.get(held.field) != record.id:
            raise invalid({"id": row["id"]}, "the related id given seems to be invalid")
        return _let_go(cabinet, call, held, other)

    return each(cabinet, rows, act, 200)


def _let_go(cabinet: Cabinet, call: Call, held: RelatedList, other: Record) -> Row:
    if held.module == "Notes":
        cabinet.delete(other, call.user)
        return _related(other, "record deleted")
    _point(cabinet, call, other, held, None)
    return _related(other, "relation removed")


def _point(cabinet: Cabinet, call: Call, other: Record, held: RelatedList, target: str | None) -> None:
    values = {name: value for name, value in other.values.items() if name != held.field}
    values |= {held.field: target} if target else {}
    stamps = {"Modified_Time": cabinet.now(), "Modified_By": call.user}
    cabinet.update(other.model_copy(update={"values": values | stamps}))


def _related(other: Record, message: str) -> Row:
    return {"code": "SUCCESS", "details": {"id": other.id}, "message": message, "status": "success"}


def post_notes(cabinet: Cabinet, call: Call) -> Reply:
    """POST /{module}/{id}/Notes."""
    module = cabinet.holding(call.ids[0]).api_name
    parent = externals.record(cabinet, call, module, call.ids[1])
    how = writing(cabinet, call, "Notes", {**call.json()})

    def act(row: Row, path: str) -> Row:
        return done(cabinet, how.insert("Notes", {**row, "Parent_Id": parent.id}, path), "record added")

    return each(cabinet, call.rows("data"), act, 201)


def deleted_lists(cabinet: Cabinet, call: Call) -> Reply:
    """GET /{module}/deleted/{id}/{related list}: the list of a record in the recycle bin."""
    module = cabinet.holding(call.ids[0])
    gone = cabinet.gone.get(call.ids[1])
    if gone is None or gone.module != module.api_name or gone.record is None:
        raise invalid({"resource_path_index": 2}, "the id given seems to be invalid")
    found = list(_of_gone(cabinet, gone.record, call.ids[2]))
    names = fields(cabinet, call, found[0].module) if found else []
    rows = [showing.record(cabinet, record, names) for record in found[:PER_PAGE]]
    info: Row = {"per_page": PER_PAGE, "count": len(rows), "page": 1, "more_records": len(found) > PER_PAGE}
    return Reply({"data": rows, "info": info}) if rows else NOTHING


def _of_gone(cabinet: Cabinet, record: Record, name: str) -> Iterator[Record]:
    for held in cabinet.modules[record.module].related:
        if held.api_name == name and cabinet.has(held.module) and held.module != "Attachments":
            yield from _records(cabinet, record, held)
            return
    raise Refusal("INVALID_DATA", "The relation name given seems to be invalid", {"resource_path_index": 3})


ROUTES = (
    Route("POST", "v8/*/*/Notes", post_notes, NOTES, per_ten, many),
    Route("GET", "v8/*/*/*", index, READ),
    Route("PUT", "v8/*/*/*", put_several, UPDATE),
    Route("DELETE", "v8/*/*/*", delete_several, UPDATE),
    Route("GET", "v8/*/*/Notes", index, READ),
    Route("PUT", "v8/*/*/Notes", put_several, UPDATE),
    Route("DELETE", "v8/*/*/Notes", delete_several, UPDATE),
    Route("GET", "v8/*/*/*/*", get, READ),
    Route("PUT", "v8/*/*/*/*", put, UPDATE),
    Route("DELETE", "v8/*/*/*/*", delete, UPDATE),
    Route("GET", "v8/*/deleted/*/*", deleted_lists, READ),
)
