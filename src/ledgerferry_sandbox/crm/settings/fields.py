"""A field as the metadata shows it."""

from ledgerferry_sandbox.crm import layouts
from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.models import Choice, Field
from ledgerferry_sandbox.crm.standard.catalogue import standard_id
from ledgerferry_sandbox.exchange import Row

ARRAYS = frozenset({"multiselectpicklist", "fileupload", "subform", "linetax", "multiselectlookup"})
OBJECTS = frozenset({"lookup", "ownerlookup", "userlookup"})
UI_TYPES = {
    "text": 1,
    "picklist": 2,
    "textarea": 3,
    "multiselectpicklist": 100,
    "email": 25,
    "phone": 33,
    "website": 21,
    "integer": 32,
    "bigint": 110,
    "double": 38,
    "percent": 36,
    "currency": 135,
    "date": 24,
    "datetime": 333,
    "boolean": 301,
    "lookup": 133,
    "ownerlookup": 8,
    "userlookup": 786,
    "subform": 3500,
    "fileupload": 3501,
}
CATEGORY = {"id": standard_id(), "name": "Pipeline"}
SAME_SHAPE: Row = {
    "webhook": True,
    "blueprint_supported": True,
    "virtual_field": False,
    "customizable_properties": ["field_label"],
    "businesscard_supported": True,
    "filterable": True,
    "pick_list_values_sorted_lexically": False,
    "sortable": True,
    "separator": False,
    "searchable": True,
    "enable_colour_code": False,
    "mass_update": True,
    "type": "used",
    "display_type": -1,
    "colour_code_enabled_by_system": False,
    "email_parser": {"fields_update_supported": True, "record_operations_supported": True},
    "rollup_summary": {},
    "refer_from_field": None,
    "show_type": 7,
    "category": 1,
    "multi_module_lookup": {},
    "sharing_properties": None,
    "file_upolad_optionlist": [],
    "profiles": [],
    "sub_module": None,
    "formula": {},
    "convert_mapping": None,
    "multiselectlookup": {},
    "multiuserlookup": {},
    "autonumber": {},
    "auto_number": {},
    "crypt": None,
    "tooltip": None,
    "history_tracking": None,
    "association_details": None,
    "allowed_modules": [],
    "additional_column": None,
    "common.picklist": None,
    "hipaa_compliance_enabled": False,
    "hipaa_compliance": None,
    "_update_existing_records": False,
    "number_separator": False,
    "textarea": None,
    "static_field": False,
    "private": None,
}


def json_type(field: Field) -> str:
    """The JSON type of a field's values."""
    if field.data_type in ARRAYS or field.api_name == "Tag":
        return "jsonarray"
    if field.data_type in OBJECTS or field.api_name == "Layout":
        return "jsonobject"
    return {"boolean": "boolean", "integer": "integer", "bigint": "string", "long": "string"}.get(
        field.data_type, "double" if field.number else "string"
    )


def shown(cabinet: Cabinet, field: Field) -> Row:
    """A field with all that the metadata says of it."""
    module = cabinet.modules[field.module]
    writable = not field.read_only
    row: Row = {
        **SAME_SHAPE,
        "associated_module": _associated(cabinet, field),
        "data_type": field.data_type,
        "operation_type": dict.fromkeys(("web_update", "api_create", "web_create", "api_update"), writable),
        "system_mandatory": field.system_mandatory,
        "sequence_number": field.sequence_number,
        "field_read_only": field.read_only,
        "read_only": field.read_only,
        "custom_field": field.custom_field,
        "visible": True,
        "available_in_user_layout": True,
        "display_field": field.display_field,
        "layout_associations": [{**layouts.short(cabinet, module.api_name), "api_name": "Standard"}],
        "json_type": json_type(field),
        "created_source": "custom" if field.custom_field else "default",
        "display_label": field.field_label,
        "field_label": field.field_label,
        "column_name": field.api_name.upper(),
        "api_name": field.api_name,
        "ui_type": UI_TYPES.get(field.data_type, 1),
        "length": field.length,
        "decimal_place": field.decimal_place,
        "created_time": field.created_time,
        "modified_time": field.created_time,
        "id": field.id,
        "currency": _currency(field),
        "lookup": _lookup(cabinet, field),
        "subform": _subform(cabinet, field),
        "view_type": {"view": True, "edit": writable, "quick_create": False, "create": writable},
        "unique": {"casesensitive": "true" if field.case_sensitive else "false"} if field.unique else {},
        "external": {"show": True, "type": field.external} if field.external else None,
        "pick_list_values": [_choice(choice) for choice in field.choices],
        "quick_sequence_number": str(field.sequence_number),
    }
    return {**row, "default_value": field.default} if field.default else row


def _associated(cabinet: Cabinet, field: Field) -> Row | None:
    if not field.subform:
        return None
    module = cabinet.modules[field.subform]
    return {"module": module.api_name, "api_name": module.api_name, "id": module.id}


def _currency(field: Field) -> Row:
    if field.data_type != "currency":
        return {}
    return {"rounding_option": "normal", "precision": field.decimal_place}


def _lookup(cabinet: Cabinet, field: Field) -> Row:
    if field.data_type != "lookup":
        return {}
    target = cabinet.modules.get(field.lookup)
    module = (
        {"api_name": target.api_name, "id": target.id} if target else {"api_name": "se_module", "id": None}
    )
    return {
        "display_label": field.lookup_list.replace("_", " ") or field.module.replace("_", " "),
        "revalidate_filter_during_edit": False,
        "api_name": field.lookup_list or None,
        "query_details": {},
        "module": module,
        "id": field.id if field.lookup_list else None,
        "show_fields": [],
    }


def _subform(cabinet: Cabinet, field: Field) -> Row:
    if not field.subform:
        return {}
    module = cabinet.modules[field.subform]
    return {"module": module.api_name, "id": module.id, "layout": layouts.short(cabinet, module.api_name)}


def _choice(choice: Choice) -> Row:
    row: Row = {
        "display_value": choice.display_value,
        "sequence_number": choice.sequence_number,
        "reference_value": choice.actual_value,
        "colour_code": None,
        "actual_value": choice.actual_value,
        "id": choice.id,
        "type": "used",
    }
    if choice.probability is not None:
        row |= {
            "probability": choice.probability,
            "forecast_type": choice.forecast_type,
            "forecast_category": CATEGORY,
        }
    return row
