"""The modules of the organisation."""

from datetime import datetime

from ledgerferry_sandbox.crm import profiles
from ledgerferry_sandbox.crm.cabinet import Cabinet, holds_records
from ledgerferry_sandbox.crm.call import UNCHANGED, Call, Reply
from ledgerferry_sandbox.crm.errors import invalid_module
from ledgerferry_sandbox.crm.models import Module
from ledgerferry_sandbox.crm.reading import since
from ledgerferry_sandbox.crm.route import Route
from ledgerferry_sandbox.crm.settings import lists, views
from ledgerferry_sandbox.crm.values import moment
from ledgerferry_sandbox.exchange import Row

SCOPE = "ZohoCRM.settings.modules.READ"
FLAGS: Row = {
    "common.search_supported": True,
    "recycle_bin_on_delete": True,
    "presence_sub_menu": True,
    "triggers_supported": True,
    "chart_view": False,
    "isBlueprintSupported": True,
    "visibility": 1,
    "visible": True,
    "emailTemplate_support": True,
    "email_parser_supported": True,
    "filter_supported": True,
    "show_as_tab": True,
    "feeds_required": True,
    "webform_supported": False,
    "chart_view_supported": True,
    "business_card_field_limit": 5,
    "track_current_data": False,
    "kanban_view": False,
    "kanban_view_supported": True,
    "filter_status": True,
    "sub_menu_available": True,
    "has_more_profiles": False,
    "zia_view": False,
}


def _short(cabinet: Cabinet, module: Module) -> Row:
    records, author = holds_records(module), cabinet.users.get(module.modified_by)
    held = [each for each in profiles.held(cabinet) if not module.profiles or each.id in module.profiles]
    generated = module.generated_type if module.generated_type in ("default", "custom") else "linking"
    return {
        **FLAGS,
        "deletable": records,
        "creatable": records,
        "editable": records,
        "viewable": True,
        "api_supported": True,
        "quick_create": records,
        "convertable": module.api_name == "Leads",
        "scoring_supported": records,
        "inventory_template_supported": module.edition != "free" and generated == "default",
        "description": module.description,
        "modified_time": module.modified_time,
        "plural_label": module.plural,
        "id": module.id,
        "web_link": None,
        "sequence_number": module.sequence_number,
        "singular_label": module.singular,
        "api_name": module.api_name,
        "generated_type": generated,
        "arguments": [],
        "module_name": module.plural,
        "modified_by": {"name": author.full_name, "id": author.id} if author else None,
        "profile_count": len(held),
        "profiles": [{"name": each.name, "id": each.id} for each in held],
        "parent_module": {},
        "activity_badge": "Enabled" if records else "Not_Supported",
        "status": "visible",
    }


def index(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/modules: those that the edition has, or those changed since a moment."""
    asked = since(call)
    names = cabinet.modules if asked is None else _touched(cabinet, asked)
    rows = [_short(cabinet, cabinet.modules[name]) for name in names if cabinet.has(name)]
    if asked and not rows:
        return UNCHANGED
    return Reply({"modules": rows})


def _touched(cabinet: Cabinet, asked: datetime) -> list[str]:
    made = [(field.module, field.created_time) for field in cabinet.custom_fields]
    made += [(module.api_name, module.modified_time) for module in cabinet.kept_modules]
    return list(dict.fromkeys(name for name, time in made if time and moment(time) > asked))


def get(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/modules/{api name or id}: the module and what belongs to it."""
    key = call.ids[0]
    module = next((each for each in cabinet.modules.values() if key in (each.api_name, each.id)), None)
    if module is None or not cabinet.has(module.api_name):
        raise invalid_module(key)
    fields = cabinet.fields(module.api_name)
    display = fields.get(module.name_field)
    row: Row = {
        **_short(cabinet, module),
        "$field_states": [],
        "business_card_fields": [],
        "per_page": 10,
        "$properties": [],
        "$on_demand_properties": [],
        "search_layout_fields": [module.name_field],
        "lookup_field_properties": {"fields": []},
        "related_lists": [
            lists.shown(cabinet, each, number) for number, each in enumerate(module.related, 1)
        ],
        "related_list_properties": {"sort_by": None, "fields": [module.name_field], "sort_order": None},
        "display_field": {"api_name": display.api_name, "id": display.id} if display else {},
        "layouts": [],
        "fields": [],
        "custom_view": views.shown(cabinet, module),
        "default_mapping_fields": [],
        "layout_associations": [],
    }
    return Reply({"modules": [row]})


ROUTES = (
    Route("GET", "v8/settings/modules", index, SCOPE),
    Route("GET", "v8/settings/modules/*", get, SCOPE),
)
