"""Reading, making, changing and leaving pipelines (F66)."""

from ledgerferry_sandbox.crm import pipelines
from ledgerferry_sandbox.crm.answers import each, success
from ledgerferry_sandbox.crm.cabinet import Cabinet, folded
from ledgerferry_sandbox.crm.call import Call, Reply
from ledgerferry_sandbox.crm.errors import invalid, missing, missing_parameter, taken, wrong, wrong_parameter
from ledgerferry_sandbox.crm.models import Choice, Pipeline, Record
from ledgerferry_sandbox.crm.route import Route
from ledgerferry_sandbox.crm.settings.fields import CATEGORY
from ledgerferry_sandbox.crm.writing import Writing
from ledgerferry_sandbox.exchange import Row

SCOPE = "ZohoCRM.settings.pipeline"
LONGEST = 120


def _check_layout(cabinet: Cabinet, call: Call) -> None:
    if not call.get("layout_id"):
        raise missing_parameter("layout_id")
    if call.get("layout_id") != cabinet.modules["Deals"].layout_id:
        raise wrong_parameter("layout_id", "the id given seems to be invalid")


def index(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/pipeline?layout_id= (F66)."""
    _check_layout(cabinet, call)
    return Reply({"pipeline": [_shown(held) for held in pipelines.pipelines(cabinet)]})


def get(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/pipeline/{id}?layout_id=."""
    return Reply({"pipeline": [_shown(_there(cabinet, call.ids[0]))]})


def _there(cabinet: Cabinet, number: str) -> Pipeline:
    held = next((held for held in pipelines.pipelines(cabinet) if held.id == number), None)
    if held is None:
        raise invalid({"resource_path_index": 2}, "the id given seems to be invalid")
    return held


def _shown(held: Pipeline) -> Row:
    return {
        "display_value": held.display,
        "default": held.default,
        "maps": [_stage(number, stage) for number, stage in enumerate(held.stages, 1)],
        "actual_value": held.name,
        "id": held.id,
        "child_available": False,
    }


def _stage(number: int, stage: Choice) -> Row:
    return {
        "display_value": stage.display_value,
        "sequence_number": number,
        "forecast_category": {"name": CATEGORY["name"], "id": CATEGORY["id"]},
        "actual_value": stage.actual_value,
        "id": stage.id,
        "forecast_type": stage.forecast_type,
    }


def post(cabinet: Cabinet, call: Call) -> Reply:
    """POST /settings/pipeline?layout_id=: a name and the stages in `maps`, which are values of Stage."""
    _check_layout(cabinet, call)

    def act(row: Row, path: str) -> Row:
        for name in ("display_value", "maps"):
            if row.get(name) in (None, "", []):
                raise missing(name, path)
        name = _name(cabinet, row, path, "")
        made = Pipeline(
            id=cabinet.new_id(),
            name=name,
            display=name,
            default=row.get("default") is True,
            stages=_stages(cabinet, row, path, ()),
        )
        return success("Pipeline created", {"id": pipelines.keep(cabinet, made).id})

    return each("pipeline", call.rows("pipeline"), act, 201)


def put(cabinet: Cabinet, call: Call) -> Reply:
    """PUT /settings/pipeline?layout_id=: every pipeline carries its id."""
    _check_layout(cabinet, call)

    def act(row: Row, path: str) -> Row:
        if "id" not in row:
            raise missing("id", path)
        held = next((held for held in pipelines.pipelines(cabinet) if held.id == row["id"]), None)
        if held is None:
            raise wrong("id", path, "the id given seems to be invalid")
        return _changed(cabinet, held, row, path)

    return each("pipeline", call.rows("pipeline"), act, 201)


def put_one(cabinet: Cabinet, call: Call) -> Reply:
    """PUT /settings/pipeline/{id}?layout_id=: its shown name, its stages, whether it is the default.

    A stage in `maps` comes to the others, or with `_delete` leaves them.
    """
    _check_layout(cabinet, call)
    held, rows = _there(cabinet, call.ids[0]), call.rows("pipeline", most=1)
    return each("pipeline", rows, lambda row, path: _changed(cabinet, held, row, path))


def _changed(cabinet: Cabinet, held: Pipeline, row: Row, path: str) -> Row:
    change: Row = {}
    if "display_value" in row:
        change["display"] = _name(cabinet, row, path, held.id)
    if "maps" in row:
        change["stages"] = _stages(cabinet, row, path, held.stages)
    if row.get("default") is True:
        change["default"] = True
    kept = pipelines.keep(cabinet, held.model_copy(update=change))
    return success("Pipeline updated", {"id": kept.id})


def _name(cabinet: Cabinet, row: Row, path: str, own: str) -> str:
    name = row["display_value"].strip() if isinstance(row["display_value"], str) else ""
    if not name or len(name) > LONGEST:
        raise wrong("display_value", path, maximum_length=LONGEST)
    for other in pipelines.pipelines(cabinet):
        if folded(name) in (folded(other.display), folded(other.name)) and other.id != own:
            raise taken("display_value", path, other.id)
    return name


def _stages(cabinet: Cabinet, row: Row, path: str, held: tuple[Choice, ...]) -> tuple[Choice, ...]:
    given = row["maps"]
    if not isinstance(given, list) or not all(isinstance(part, dict) for part in given):
        raise wrong("maps", path, expected_data_type="jsonarray")
    known = cabinet.fields("Deals")["Stage"].choices
    places = {stage.id: (number, stage) for number, stage in enumerate(held, 1)}
    for place, part in enumerate(given):
        stage = next((stage for stage in known if _same(stage, part)), None)
        if stage is None:
            raise wrong("id" if "id" in part else "display_value", f"{path}.maps[{place}]")
        places.pop(stage.id, None)
        if part.get("_delete") in (None, False):
            number = part.get("sequence_number")
            places[stage.id] = (number if isinstance(number, int) else len(held) + place + 1, stage)
    if not places:
        raise wrong("maps", path)
    return tuple(stage for _, stage in sorted(places.values(), key=lambda pair: pair[0]))


def _same(stage: Choice, part: Row) -> bool:
    if part.get("id"):
        return bool(stage.id == part["id"])
    name = part.get("actual_value") or part.get("display_value")
    return name in (stage.actual_value, stage.display_value)


def _deals(cabinet: Cabinet, held: Pipeline) -> list[Record]:
    return [record for record in cabinet.records("Deals") if record.get("Pipeline") == held.name]


def patch(cabinet: Cabinet, call: Call) -> Reply:
    """PATCH /settings/pipeline/{id}?layout_id=: `_delete`s one that is not the default and has no deals."""
    _check_layout(cabinet, call)
    held = _there(cabinet, call.ids[0])

    def act(row: Row, path: str) -> Row:
        if "_delete" not in row:
            raise missing("_delete", path)
        if not isinstance(row["_delete"], dict) or held.default or _deals(cabinet, held):
            raise wrong("_delete", path)
        cabinet.pipelines.put(held.model_copy(update={"deleted": True}))
        return success("Pipeline deleted", {"id": held.id})

    return each("pipeline", call.rows("pipeline", most=1), act)


def transfer(cabinet: Cabinet, call: Call) -> Reply:
    """POST /settings/pipeline/actions/transfer?layout_id=: moves the deals of one to another and deletes it.

    `stages` says which stage takes the place of which; one that both have needs no saying.
    """
    _check_layout(cabinet, call)

    def act(row: Row, path: str) -> Row:
        source, target = _ends(cabinet, row, path)
        stages = _mapped(row, path, source, target)
        how = Writing(cabinet, call.user)
        for deal in _deals(cabinet, source):
            stage = stages.get(deal.get("Stage"), deal.get("Stage"))
            how.update(deal, {"Pipeline": target.name, "Stage": stage}, path)
        cabinet.pipelines.put(source.model_copy(update={"deleted": True, "default": False}))
        if source.default:
            pipelines.keep(cabinet, target.model_copy(update={"default": True}))
        return success("Pipeline transferred", {"job_id": cabinet.new_id()})

    return each("transfer_pipeline", call.rows("transfer_pipeline", most=1), act)


def _ends(cabinet: Cabinet, row: Row, path: str) -> tuple[Pipeline, Pipeline]:
    for name in ("pipeline", "stages"):
        if name not in row:
            raise missing(name, path)
    given = row["pipeline"] if isinstance(row["pipeline"], dict) else {}
    known = {held.id: held for held in pipelines.pipelines(cabinet)}
    for name in ("from", "to"):
        if str(given.get(name)) not in known:
            raise wrong(name, f"{path}.pipeline", expected_data_type="bigint")
    source, target = (known[str(given[name])] for name in ("from", "to"))
    if source == target:
        raise wrong("to", f"{path}.pipeline", expected_data_type="bigint")
    return source, target


def _mapped(row: Row, path: str, source: Pipeline, target: Pipeline) -> dict[str, str]:
    given = row["stages"]
    if not isinstance(given, list) or not all(isinstance(part, dict) for part in given):
        raise wrong("stages", path, expected_data_type="jsonarray")
    names: dict[str, str] = {}
    for place, part in enumerate(given):
        ends = []
        for name, held in (("from", source), ("to", target)):
            stage = next((stage for stage in held.stages if stage.id == part.get(name)), None)
            if stage is None:
                raise wrong(name, f"{path}.stages[{place}]", expected_data_type="bigint")
            ends.append(stage.actual_value)
        names[ends[0]] = ends[1]
    kept = {stage.actual_value for stage in target.stages}
    if any(stage.actual_value not in kept and stage.actual_value not in names for stage in source.stages):
        raise wrong("stages", path)
    return names


ROUTES = (
    Route("GET", "v8/settings/pipeline", index, f"{SCOPE}.READ"),
    Route("POST", "v8/settings/pipeline", post, f"{SCOPE}.CREATE"),
    Route("PUT", "v8/settings/pipeline", put, f"{SCOPE}.UPDATE"),
    Route("GET", "v8/settings/pipeline/*", get, f"{SCOPE}.READ"),
    Route("PUT", "v8/settings/pipeline/*", put_one, f"{SCOPE}.UPDATE"),
    Route("PATCH", "v8/settings/pipeline/*", patch, f"{SCOPE}.UPDATE"),
    Route("POST", "v8/settings/pipeline/actions/transfer", transfer, f"{SCOPE}.CREATE"),
)
