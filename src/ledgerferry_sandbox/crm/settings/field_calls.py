"""Reading, creating, changing and deleting fields."""

import re

from ledgerferry_sandbox.crm.cabinet import RANKS, Cabinet
from ledgerferry_sandbox.crm.call import NOTHING, Call, Reply
from ledgerferry_sandbox.crm.errors import Refusal, invalid, missing_parameter
from ledgerferry_sandbox.crm.models import Choice, Field
from ledgerferry_sandbox.crm.route import Route
from ledgerferry_sandbox.crm.settings import fields
from ledgerferry_sandbox.crm.standard.catalogue import LENGTHS, PLACES
from ledgerferry_sandbox.exchange import Row

CREATABLE = frozenset({*LENGTHS, "text", "boolean", "fileupload"}) - {"ownerlookup"}
EXTERNAL = frozenset({"user", "org"})
MOST = {"free": 10, "standard": 10, "professional": 155, "enterprise": 300, "ultimate": 500}
SCOPE = "ZohoCRM.settings.fields"


def _module(cabinet: Cabinet, call: Call) -> str:
    name = call.get("module")
    if not name:
        raise missing_parameter("module")
    return cabinet.module(name, in_path=False).api_name


def _asked(cabinet: Cabinet, module: str, key: str) -> Field:
    for field in cabinet.fields(module).values():
        if key in (field.id, field.api_name):
            return field
    raise invalid({"resource_path_index": 2}, "the id given seems to be invalid")


def index(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/fields?module=&type=: all of them, or those not in use, which there are none of."""
    module = _module(cabinet, call)
    if call.get("type") == "unused":
        return NOTHING
    return Reply({"fields": [fields.shown(cabinet, field) for field in cabinet.fields(module).values()]})


def get(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/fields/{id or api name}?module=."""
    return Reply({"fields": [fields.shown(cabinet, _asked(cabinet, _module(cabinet, call), call.ids[0]))]})


def post(cabinet: Cabinet, call: Call) -> Reply:
    """POST /settings/fields?module=: custom fields, up to five in a call."""
    module = _module(cabinet, call)
    results = []
    for place, row in enumerate(call.rows("fields", most=5)):
        kept = cabinet.custom_fields.put(made(cabinet, module, row, f"$.fields[{place}]"))
        results.append(_done(kept, "field created"))
    return Reply({"fields": results}, 201)


def _done(field: Field, message: str) -> Row:
    return {"code": "SUCCESS", "details": {"id": field.id}, "message": message, "status": "success"}


def _refusal(name: str, path: str, code: str = "INVALID_DATA", **details: object) -> Refusal:
    message = {
        "MANDATORY_NOT_FOUND": "required field not found",
        "DUPLICATE_DATA": "duplicate data",
        "LIMIT_EXCEEDED": "limit exceeded",
    }.get(code, "invalid data")
    row: Row = {"api_name": name, "json_path": f"{path}.{name}", **details}
    return _InFields(code, message, row)


class _InFields(Refusal):
    """A refusal that stands in the list `fields` of its answer."""

    def row(self) -> Row:
        return {"fields": [super().row()]}


def made(cabinet: Cabinet, module: str, row: Row, path: str) -> Field:
    """The field that an object of the body describes, or a refusal that names what is wrong with it."""
    label, kind = row.get("field_label") or row.get("display_label"), row.get("data_type")
    for name, value in (("field_label", label), ("data_type", kind)):
        if not value:
            raise _refusal(name, path, "MANDATORY_NOT_FOUND")
    if not isinstance(label, str) or kind not in CREATABLE:
        raise _refusal("data_type", path, supported_values=sorted(CREATABLE))
    if len(label) > 50:
        raise _refusal("field_label", path, maximum_length=50)
    held = cabinet.fields(module)
    custom = [field for field in held.values() if field.custom_field]
    if len(custom) >= MOST[cabinet.switches.at("crm.edition")]:
        limit = {"limit": len(custom), "limit_due_to": [{"api_name": "data_type", "json_path": path}]}
        raise _refusal("data_type", path, "LIMIT_EXCEEDED", **limit)
    if any(field.field_label.casefold() == label.strip().casefold() for field in held.values()):
        raise _refusal("field_label", path, "DUPLICATE_DATA")
    return Field(
        id=cabinet.new_id(),
        module=module,
        api_name=_api_name(label, held),
        field_label=label.strip(),
        data_type=kind,
        custom_field=True,
        sequence_number=len(held) + 1,
        created_time=cabinet.now(),
        **_shape(cabinet, row, str(kind), path),
    )


def _api_name(label: str, held: dict[str, Field]) -> str:
    base = re.sub(r"[^A-Za-z0-9]+", "_", label.strip()).strip("_") or "Field"
    base = base if base[0].isalpha() else f"Field_{base}"
    name, number = base, 1
    while name in held:
        name, number = f"{base}{number}", number + 1
    return name


def _shape(cabinet: Cabinet, row: Row, kind: str, path: str) -> Row:
    length = row.get("length", LENGTHS.get(kind, 255))
    if not isinstance(length, int) or not 1 <= length <= 32_000:
        raise _refusal("length", path, expected_data_type="integer")
    unique, external = row.get("unique"), row.get("external")
    shape: Row = {"length": length, "decimal_place": row.get("decimal_place", PLACES.get(kind))}
    if isinstance(unique, dict):
        shape |= {"unique": True, "case_sensitive": str(unique.get("casesensitive")).lower() == "true"}
    if isinstance(external, dict):
        if kind != "text" or external.get("type") not in EXTERNAL:
            raise _refusal("external", path, supported_values=sorted(EXTERNAL))
        switches = cabinet.switches
        if RANKS.index(switches.at("crm.edition")) < RANKS.index(switches.at("crm.external_from")):
            raise _refusal("external", path, "LIMIT_EXCEEDED", limit=0)
        shape["external"] = external["type"]
    if "picklist" in kind:
        shape["choices"] = _choices(cabinet, row, path)
    if kind == "lookup":
        shape |= _target(cabinet, row, path)
    return shape


def _choices(cabinet: Cabinet, row: Row, path: str) -> tuple[Choice, ...]:
    values = row.get("pick_list_values")
    if not isinstance(values, list) or not values:
        raise _refusal("pick_list_values", path, "MANDATORY_NOT_FOUND")
    names = [each.get("display_value") for each in values if isinstance(each, dict)]
    actual = [
        each.get("actual_value") or each.get("display_value") for each in values if isinstance(each, dict)
    ]
    return tuple(
        Choice(id=cabinet.new_id(), display_value=str(name), actual_value=str(value), sequence_number=number)
        for number, (name, value) in enumerate(zip(names, actual, strict=True), 1)
    )


def _target(cabinet: Cabinet, row: Row, path: str) -> Row:
    lookup = row.get("lookup")
    target = lookup.get("module") if isinstance(lookup, dict) else None
    name = target.get("api_name") if isinstance(target, dict) else None
    if name not in cabinet.modules:
        raise _refusal("lookup", path)
    return {"lookup": name}


def patch(cabinet: Cabinet, call: Call) -> Reply:
    """PATCH /settings/fields/{id}?module=: label, length, choices, unique and external of a custom field."""
    module = _module(cabinet, call)
    rows = call.rows("fields", most=1)
    kept = _changed(cabinet, module, _asked(cabinet, module, call.ids[0]), rows[0], "$.fields[0]")
    return Reply({"fields": [_done(kept, "field updated")]})


def patch_several(cabinet: Cabinet, call: Call) -> Reply:
    """PATCH /settings/fields?module=: every field carries its id."""
    module = _module(cabinet, call)
    results = []
    for place, row in enumerate(call.rows("fields", most=5)):
        path = f"$.fields[{place}]"
        if "id" not in row:
            raise _refusal("id", path, "MANDATORY_NOT_FOUND")
        held = next((each for each in cabinet.fields(module).values() if each.id == row["id"]), None)
        if held is None:
            raise _refusal("id", path)
        results.append(_done(_changed(cabinet, module, held, row, path), "field updated"))
    return Reply({"fields": results})


def _changed(cabinet: Cabinet, module: str, held: Field, row: Row, path: str) -> Field:
    if not held.custom_field:
        raise _refusal("id", path, "CANNOT_BE_UPDATED")
    given = {"length": held.length, "decimal_place": held.decimal_place, **row}
    names = {"unique", "external", "length", "decimal_place", "pick_list_values"} & set(row)
    shape = _shape(cabinet, given, held.data_type, path) if names else {}
    if row.get("unique", held.unique) is None:
        shape |= {"unique": False}
    if shape.get("unique") and not held.unique:
        values = [
            record.values[held.api_name]
            for record in cabinet.records(module)
            if held.api_name in record.values
        ]
        if len({str(value).casefold() for value in values}) < len(values):
            raise _refusal("unique", path, "DUPLICATE_DATA")
    label = row.get("field_label") or row.get("display_label")
    more = {"field_label": label} if isinstance(label, str) else {}
    kept = cabinet.custom_fields.put(held.model_copy(update={**shape, **more}))
    cabinet.index_anew(module)
    return kept


def delete(cabinet: Cabinet, call: Call) -> Reply:
    """DELETE /settings/fields/{id}?module=: a custom field and what records hold in it."""
    module = _module(cabinet, call)
    held = _asked(cabinet, module, call.ids[0])
    if not held.custom_field:
        raise Refusal("CANNOT_DELETE", "the field cannot be deleted", {"resource_path_index": 2})
    cabinet.forget_field(held)
    return Reply({"fields": [_done(held, "field deleted")]})


ROUTES = (
    Route("GET", "v8/settings/fields", index, f"{SCOPE}.READ"),
    Route("POST", "v8/settings/fields", post, f"{SCOPE}.CREATE"),
    Route("PATCH", "v8/settings/fields", patch_several, f"{SCOPE}.UPDATE"),
    Route("GET", "v8/settings/fields/*", get, f"{SCOPE}.READ"),
    Route("PATCH", "v8/settings/fields/*", patch, f"{SCOPE}.UPDATE"),
    Route("DELETE", "v8/settings/fields/*", delete, f"{SCOPE}.DELETE"),
)
