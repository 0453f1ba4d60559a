"""Layouts: what they show and ask for, and how they change (F65)."""

from ledgerferry_sandbox.crm import layouts, profiles
from ledgerferry_sandbox.crm.answers import each, success
from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import Call, Reply
from ledgerferry_sandbox.crm.errors import Refusal, invalid, missing_parameter, wrong, wrong_parameter
from ledgerferry_sandbox.crm.models import Field, Layout, Module
from ledgerferry_sandbox.crm.route import Route
from ledgerferry_sandbox.crm.settings import fields
from ledgerferry_sandbox.crm.settings.list_calls import module as asked
from ledgerferry_sandbox.exchange import Row

SCOPE = "ZohoCRM.settings.layouts"
ACTIONS = ("edit", "rename", "clone", "downgrade", "delete", "deactivate", "set_layout_permissions")
LONGEST = 50


def _field(cabinet: Cabinet, field: Field, number: int, required: frozenset[str]) -> Row:
    return {
        **fields.shown(cabinet, field),
        "required": field.system_mandatory or field.api_name in required,
        "validation_rule": None,
        "default_value": None,
        "sequence_number": number,
        "section_id": 1,
        "static_values": [],
        "_delete": None,
    }


def _section(cabinet: Cabinet, module: Module, held: Layout) -> Row:
    known, required = cabinet.fields(module.api_name).values(), layouts.required(held)
    own = f"{module.singular} Information"
    return {
        "display_label": held.section or own,
        "sequence_number": 1,
        "isSubformSection": False,
        "tab_traversal": "1",
        "api_name": own.replace(" ", "_"),
        "column_count": 2,
        "name": held.section or own,
        "generated_type": "default",
        "id": f"{held.id}1",
        "type": "used",
        "fields": [_field(cabinet, field, number, required) for number, field in enumerate(known, 1)],
        "properties": None,
        "_delete": None,
    }


def _mapping(cabinet: Cabinet) -> Row:
    names = ("Contacts", "Accounts", "Deals")
    mapped: Row = {name: layouts.short(cabinet, name) for name in names}
    mapped = {name: {"name": held["name"], "id": held["id"]} for name, held in mapped.items()}
    mapped["Deals"]["fields"] = []
    return {**mapped, "Invoices": None, "SalesOrders": None}


def _shown(cabinet: Cabinet, module: Module, held: Layout) -> Row:
    view = {"name": "Standard View", "id": f"{held.id}2", "type": "default"}
    seen = [
        {"default": one.name == "Standard", "name": one.name, "id": one.id, "_default_view": view}
        for one in profiles.held(cabinet)
    ]
    custom = held.id != module.layout_id
    allowed = {"edit": True, "rename": custom, "delete": custom, "deactivate": custom}
    return {
        "display_type": 0,
        "api_name": held.name.replace(" ", "_"),
        "has_more_profiles": False,
        "created_time": held.created_time,
        "modified_time": held.modified_time,
        "visible": held.active,
        "source": "custom" if custom else "default",
        "id": held.id,
        "name": held.name,
        "display_label": held.name,
        "mode": "view",
        "subform_properties": None,
        "status": "active" if held.active else "inactive",
        "show_business_card": True,
        "generated_type": "custom" if custom else "default",
        "created_for": None,
        "convert_mapping": _mapping(cabinet) if module.api_name == "Leads" else None,
        "modified_by": _author(cabinet, held.modified_by),
        "profiles": seen,
        "created_by": _author(cabinet, held.created_by),
        "sections": [_section(cabinet, module, held)],
        "actions_allowed": dict.fromkeys(ACTIONS, False) | allowed,
    }


def _author(cabinet: Cabinet, number: str) -> Row | None:
    user = cabinet.users.get(number)
    return {"name": user.full_name, "id": user.id} if user else None


def index(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/layouts?module=."""
    module = asked(cabinet, call)
    held = layouts.held(cabinet, module.api_name)
    return Reply({"layouts": [_shown(cabinet, module, layout) for layout in held]})


def get(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/layouts/{id}?module=."""
    module, held = _there(cabinet, call)
    return Reply({"layouts": [_shown(cabinet, module, held)]})


def _there(cabinet: Cabinet, call: Call) -> tuple[Module, Layout]:
    module = asked(cabinet, call)
    found = next((held for held in layouts.held(cabinet, module.api_name) if held.id == call.ids[0]), None)
    if found is None:
        raise invalid({"resource_path_index": 2})
    return module, found


def patch(cabinet: Cabinet, call: Call) -> Reply:
    """PATCH /settings/layouts/{id}?module=: its name, its section's, and which fields it asks for.

    Records written from then on must have a field that the body calls `required`.
    """
    module, held = _there(cabinet, call)
    rows = call.rows("layouts", most=1)
    return each("layouts", rows, lambda row, path: _changed(cabinet, call, module, held, row, path))


def patch_several(cabinet: Cabinet, call: Call) -> Reply:
    """PATCH /settings/layouts?module=: every layout carries its id."""
    module = asked(cabinet, call)

    def act(row: Row, path: str) -> Row:
        known = layouts.held(cabinet, module.api_name)
        held = next((layout for layout in known if layout.id == row.get("id")), None)
        if held is None:
            raise wrong("id", path)
        return _changed(cabinet, call, module, held, row, path)

    return each("layouts", call.rows("layouts"), act)


def _changed(cabinet: Cabinet, call: Call, module: Module, held: Layout, row: Row, path: str) -> Row:
    change: Row = {"modified_time": cabinet.now(), "modified_by": call.user}
    name = row.get("display_label") or row.get("name")
    if name and name != held.name:
        if held.id == module.layout_id:
            raise _not_allowed("the standard layout cannot be renamed", f"{path}.name")
        change["name"] = _label(name, "name", path)
    sections = row.get("sections", [])
    if not isinstance(sections, list) or not all(isinstance(part, dict) for part in sections):
        raise wrong("sections", path, expected_data_type="jsonarray")
    for place, section in enumerate(sections):
        change |= _of_section(cabinet, held, section, f"{path}.sections[{place}]")
    cabinet.layouts.put(held.model_copy(update=change))
    return success("layout updated", {"id": held.id})


def _label(given: object, name: str, path: str) -> str:
    if not isinstance(given, str) or not given.strip() or len(given) > LONGEST:
        raise wrong(name, path, maximum_length=LONGEST)
    return given.strip()


def _of_section(cabinet: Cabinet, held: Layout, section: Row, path: str) -> Row:
    if section.get("id") not in (None, f"{held.id}1"):
        raise wrong("id", path)
    label = section.get("display_label")
    change: Row = {"section": _label(label, "display_label", path)} if label else {}
    rows, required = section.get("fields", []), dict(held.required)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise wrong("fields", path, expected_data_type="jsonarray")
    known = cabinet.fields(held.module).values()
    for place, row in enumerate(rows):
        key = row.get("id") or row.get("api_name")
        field = next((field for field in known if key in (field.id, field.api_name)), None)
        if field is None:
            raise wrong("id", f"{path}.fields[{place}]")
        if isinstance(row.get("required"), bool):
            if field.system_mandatory and not row["required"]:
                raise _not_allowed("the field is mandatory in the system", f"{path}.fields[{place}].required")
            required[field.api_name] = row["required"]
    return change | {"required": required}


def _not_allowed(text: str, path: str) -> Refusal:
    return Refusal("NOT_ALLOWED", text, {"json_path": path})


def activate(cabinet: Cabinet, call: Call) -> Reply:
    """POST /settings/layouts/{id}/actions/activate?module=: records can have it again."""
    _, held = _there(cabinet, call)
    call.rows("layouts", most=1)
    if held.active:
        raise _not_allowed("the layout is active", "$.layouts[0]")
    cabinet.layouts.put(held.model_copy(update={"active": True, **_stamps(cabinet, call)}))
    return Reply({"layouts": [success("layout updated", {"id": held.id})]})


def _stamps(cabinet: Cabinet, call: Call) -> Row:
    return {"modified_time": cabinet.now(), "modified_by": call.user}


def deactivate(cabinet: Cabinet, call: Call) -> Reply:
    """DELETE /settings/layouts/{id}/actions/activate?module=&transfer_to=: its records get another one."""
    held = _left(cabinet, call)
    if not held.active:
        raise _not_allowed("the layout is not active", "$")
    cabinet.layouts.put(held.model_copy(update={"active": False, **_stamps(cabinet, call)}))
    return Reply({"layouts": [success("layout updated", {"id": held.id})]})


def delete(cabinet: Cabinet, call: Call) -> Reply:
    """DELETE /settings/layouts/{id}?module=&transfer_to=: never the vendor's; its records get another one."""
    held = _left(cabinet, call)
    cabinet.layouts.drop(held.id)
    return Reply({"layouts": [success("layout deleted", {"id": held.id})]})


def _left(cabinet: Cabinet, call: Call) -> Layout:
    """A layout of which the records have moved to the one in `transfer_to`."""
    module, held = _there(cabinet, call)
    if not call.get("transfer_to"):
        raise missing_parameter("transfer_to")
    if held.id == module.layout_id:
        raise _not_allowed("the standard layout stays", "$")
    known = layouts.held(cabinet, module.api_name)
    target = next((layout for layout in known if layout.id == call.get("transfer_to")), None)
    if target is None or target.id == held.id:
        raise wrong_parameter("transfer_to")
    if not target.active:
        raise _not_allowed("the layout to transfer to is not active", "$")
    layouts.move(cabinet, held, target)
    return held


ROUTES = (
    Route("GET", "v8/settings/layouts", index, f"{SCOPE}.READ"),
    Route("PATCH", "v8/settings/layouts", patch_several, f"{SCOPE}.UPDATE"),
    Route("GET", "v8/settings/layouts/*", get, f"{SCOPE}.READ"),
    Route("PATCH", "v8/settings/layouts/*", patch, f"{SCOPE}.UPDATE"),
    Route("DELETE", "v8/settings/layouts/*", delete, f"{SCOPE}.DELETE"),
    Route("POST", "v8/settings/layouts/*/actions/activate", activate, f"{SCOPE}.UPDATE"),
    Route("DELETE", "v8/settings/layouts/*/actions/activate", deactivate, f"{SCOPE}.DELETE"),
)
