"""The one layout of every module, with its fields."""

from ledgerferry_sandbox.crm import profiles
from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import Call, Reply
from ledgerferry_sandbox.crm.errors import invalid
from ledgerferry_sandbox.crm.models import Field, Module
from ledgerferry_sandbox.crm.route import Route
from ledgerferry_sandbox.crm.settings import fields
from ledgerferry_sandbox.crm.settings.list_calls import module as asked
from ledgerferry_sandbox.crm.writing import LAYOUT_MANDATORY
from ledgerferry_sandbox.exchange import Row

SCOPE = "ZohoCRM.settings.layouts.READ"
ACTIONS = ("edit", "rename", "clone", "downgrade", "delete", "deactivate", "set_layout_permissions")


def _field(cabinet: Cabinet, field: Field, number: int) -> Row:
    needed = LAYOUT_MANDATORY.get(field.module, ())
    return {
        **fields.shown(cabinet, field),
        "required": field.system_mandatory or field.api_name in needed,
        "validation_rule": None,
        "default_value": None,
        "sequence_number": number,
        "section_id": 1,
        "static_values": [],
        "_delete": None,
    }


def _section(cabinet: Cabinet, module: Module) -> Row:
    held = cabinet.fields(module.api_name).values()
    name = f"{module.singular} Information"
    return {
        "display_label": name,
        "sequence_number": 1,
        "isSubformSection": False,
        "tab_traversal": "1",
        "api_name": name.replace(" ", "_"),
        "column_count": 2,
        "name": name,
        "generated_type": "default",
        "id": f"{module.layout_id}1",
        "type": "used",
        "fields": [_field(cabinet, field, number) for number, field in enumerate(held, 1)],
        "properties": None,
        "_delete": None,
    }


def _mapping(cabinet: Cabinet) -> Row:
    names = ("Contacts", "Accounts", "Deals")
    mapped: Row = {name: {"name": "Standard", "id": cabinet.modules[name].layout_id} for name in names}
    mapped["Deals"]["fields"] = []
    return {**mapped, "Invoices": None, "SalesOrders": None}


def _layout(cabinet: Cabinet, module: Module) -> Row:
    view = {"name": "Standard View", "id": f"{module.layout_id}2", "type": "default"}
    held = [
        {"default": each.name == "Standard", "name": each.name, "id": each.id, "_default_view": view}
        for each in profiles.held(cabinet)
    ]
    return {
        "display_type": 0,
        "api_name": "Standard",
        "has_more_profiles": False,
        "created_time": None,
        "modified_time": None,
        "visible": True,
        "source": "default",
        "id": module.layout_id,
        "name": "Standard",
        "display_label": "Standard",
        "mode": "view",
        "subform_properties": None,
        "status": "active",
        "show_business_card": True,
        "generated_type": "default",
        "created_for": None,
        "convert_mapping": _mapping(cabinet) if module.api_name == "Leads" else None,
        "modified_by": None,
        "profiles": held,
        "created_by": None,
        "sections": [_section(cabinet, module)],
        "actions_allowed": dict.fromkeys(ACTIONS, False) | {"edit": True},
    }


def index(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/layouts?module=."""
    return Reply({"layouts": [_layout(cabinet, asked(cabinet, call))]})


def get(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/layouts/{id}?module=."""
    module = asked(cabinet, call)
    if module.layout_id != call.ids[0]:
        raise invalid({"resource_path_index": 2}, "the id given seems to be invalid")
    return Reply({"layouts": [_layout(cabinet, module)]})


ROUTES = (
    Route("GET", "v8/settings/layouts", index, SCOPE),
    Route("GET", "v8/settings/layouts/*", get, SCOPE),
)
