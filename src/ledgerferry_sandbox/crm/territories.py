"""Territories: parts of the market that records and people are divided by, and which records are in them."""

from collections.abc import Callable

from ledgerferry_sandbox.crm.answers import success
from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import NOTHING, Call, Reply
from ledgerferry_sandbox.crm.errors import Refusal, invalid, missing, wrong
from ledgerferry_sandbox.crm.models import Record, Territory
from ledgerferry_sandbox.crm.record_calls import each
from ledgerferry_sandbox.crm.route import UPDATE, Route
from ledgerferry_sandbox.crm.showing import TERRITORIAL
from ledgerferry_sandbox.exchange import Row

MOST = {"Deals": 1}
SCOPE = "ZohoCRM.settings.territories.READ"
Act = Callable[[Cabinet, Call, Record, Row, str], Row]


def index(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/territories."""
    rows = [_shown(cabinet, held) for held in cabinet.territories]
    info: Row = {"per_page": 200, "count": len(rows), "page": 1, "more_records": False}
    return Reply({"territories": rows, "info": info}) if rows else NOTHING


def get(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/territories/{id}."""
    held = cabinet.territories.get(call.ids[0])
    return Reply({"territories": [_shown(cabinet, held)]}) if held else NOTHING


def _shown(cabinet: Cabinet, held: Territory) -> Row:
    above = cabinet.territories.get(held.reporting_to)
    return {
        "id": held.id,
        "name": held.name,
        "api_name": held.name.replace(" ", "_"),
        "description": None,
        "manager": None,
        "reporting_to": {"name": above.name, "id": above.id} if above else None,
        "permission_type": "read_only",
    }


def assign(cabinet: Cabinet, call: Call) -> Reply:
    """POST /{module}/actions/assign_territories: up to ten of a record, one of a deal."""
    return _several(cabinet, call, _assigned)


def assign_one(cabinet: Cabinet, call: Call) -> Reply:
    """POST /{module}/{id}/actions/assign_territories."""
    return _single(cabinet, call, _assigned)


def remove(cabinet: Cabinet, call: Call) -> Reply:
    """POST /{module}/actions/remove_territories."""
    return _several(cabinet, call, _removed)


def remove_one(cabinet: Cabinet, call: Call) -> Reply:
    """POST /{module}/{id}/actions/remove_territories."""
    return _single(cabinet, call, _removed)


def _module(cabinet: Cabinet, call: Call) -> str:
    module = cabinet.holding(call.ids[0]).api_name
    if not len(cabinet.territories):
        raise Refusal("TERRITORY_NOT_ENABLED", "the territory feature is not enabled")
    if module not in TERRITORIAL:
        text = "Territory is not supported for the given module"
        raise Refusal("NOT_SUPPORTED", text, {"resource_path_index": 0})
    return module


def _several(cabinet: Cabinet, call: Call, act: Act) -> Reply:
    module = _module(cabinet, call)

    def of_record(row: Row, path: str) -> Row:
        if "id" not in row:
            raise missing("id", path)
        record = cabinet.get(module, str(row["id"]))
        if record is None:
            raise wrong("id", path, "the id given seems to be invalid")
        return act(cabinet, call, record, row, path)

    return each(cabinet, call.rows("data"), of_record, 200)


def _single(cabinet: Cabinet, call: Call, act: Act) -> Reply:
    record = cabinet.there(_module(cabinet, call), call.ids[1])
    rows = call.rows("data", most=1)
    return each(cabinet, rows, lambda row, path: act(cabinet, call, record, row, path), 200)


def _named(cabinet: Cabinet, row: Row, path: str) -> list[Territory]:
    given = row.get("Territories")
    if "Territories" not in row:
        raise missing("Territories", path)
    if not isinstance(given, list) or not given or not all(isinstance(part, dict) for part in given):
        raise wrong("Territories", path, expected_data_type="jsonarray")
    found = []
    for place, part in enumerate(given):
        held = cabinet.territories.get(str(part.get("id")))
        if held is None:
            raise wrong("id", f"{path}.Territories[{place}]", "the id given seems to be invalid")
        if held in found:
            details: Row = {"api_name": "id", "json_path": f"{path}.Territories[{place}].id"}
            raise Refusal("DUPLICATE_DATA", "duplicate territory id found", details)
        found.append(held)
    return found


def _assigned(cabinet: Cabinet, call: Call, record: Record, row: Row, path: str) -> Row:
    held: list[Row] = record.values.get("Territories", [])
    named = _named(cabinet, row, path)
    if any(part["id"] == each.id for part in held for each in named):
        details: Row = {"id": record.id, "api_name": "Territories"}
        raise Refusal("DUPLICATE_DATA", "Given Territory id already exists for that record", details)
    most = MOST.get(record.module, 10)
    if len(held) + len(named) > most:
        text = "Maximum limit of territories for that record exceeds"
        raise Refusal("LIMIT_EXCEEDED", text, {"id": record.id, "limit": most})
    _keep(cabinet, call, record, [*held, *({"name": each.name, "id": each.id} for each in named)])
    return success("the territories data updated successfully", {"id": record.id})


def _removed(cabinet: Cabinet, call: Call, record: Record, row: Row, path: str) -> Row:
    held: list[Row] = record.values.get("Territories", [])
    gone = {each.id for each in _named(cabinet, row, path)}
    if not gone <= {part["id"] for part in held}:
        raise invalid({"id": record.id, "api_name": "Territories"}, "given id is invalid")
    _keep(cabinet, call, record, [part for part in held if part["id"] not in gone])
    return success("the territories are removed successfully", {"id": record.id})


def _keep(cabinet: Cabinet, call: Call, record: Record, held: list[Row]) -> None:
    values = {name: value for name, value in record.values.items() if name != "Territories"}
    values |= {"Territories": held} if held else {}
    values |= {"Modified_Time": cabinet.now(), "Modified_By": call.user}
    cabinet.update(record.model_copy(update={"values": values}))


ROUTES = (
    Route("GET", "v8/settings/territories", index, SCOPE),
    Route("GET", "v8/settings/territories/*", get, SCOPE),
    Route("POST", "v8/*/actions/assign_territories", assign, UPDATE),
    Route("POST", "v8/*/*/actions/assign_territories", assign_one, UPDATE),
    Route("POST", "v8/*/actions/remove_territories", remove, UPDATE),
    Route("POST", "v8/*/*/actions/remove_territories", remove_one, UPDATE),
)
