"""Where the files of CRM are at fault about settings, users and what people set up; see `known`."""

from tests.spec.known import Known, each

_NULL = (
    "What a thing does not have is null on the wire, and declared nullable; a list of values leaves it out."
)
_SHORT = "A record shows its tags in short: name, id and colour; the file has one form for both."
_NO_PICTURE = "What has no picture answers 204, as all that is empty (F67); the file has the picture alone."
_OBJECT = (
    "What a thing does not have is null on the wire; the file lets single values be null, but no object."
)
_EVERY = "An error says what it is about; the file has one form that requires what any of them may say."
_UPDATED = (
    "A change is called updated, as in the vendor's pages; the file has only the message of a new module."
)
_STATES = "No message of the file's is about layouts that are, or are not, active or standard."
_LAYOUT = "/crm/v8/settings/layouts/{id}"
_RECORD = ("GET /crm/v8/{module_api_name}/{id}",)

SETTINGS: tuple[Known, ...] = (
    Known(("GET /crm/v8/settings/tags",), "200", "$.tags[*].color_code", "enum", _NULL),
    Known(_RECORD, "200", "$.data[*].Tag[*].color_code", "enum", _NULL),
    *each(
        _RECORD,
        "$.data[*].Tag[*]",
        "created_by created_time modified_by modified_time",
        "required",
        _SHORT,
    ),
    *each(
        ("GET /crm/v8/settings/layouts", f"GET {_LAYOUT}"),
        "$.layouts[*].convert_mapping",
        "Invoices SalesOrders",
        "type",
        _OBJECT,
    ),
    *each(
        (f"PATCH {_LAYOUT}",),
        "$.layouts[*].details",
        "expected_data_type info_message message parent_api_name supported_values",
        "required",
        _EVERY,
        "400",
    ),
    *each(
        (f"DELETE {_LAYOUT}", f"POST {_LAYOUT}/actions/activate"),
        "$.details",
        "api_name expected_data_type info_message message parent_api_name supported_values",
        "required",
        _EVERY,
        "400",
    ),
    Known((f"DELETE {_LAYOUT}",), "400", "$.details.json_path", "required", _EVERY),
    Known((f"POST {_LAYOUT}/actions/activate",), "400", "$.message", "enum", _STATES),
    Known(
        ("PUT /crm/v8/settings/modules", "PUT /crm/v8/settings/modules/{api_name}"),
        "200",
        "$.modules[*].message",
        "enum",
        _UPDATED,
    ),
    *(
        Known((f"GET /crm/v8/{path}",), "204", "status", "undescribed", _NO_PICTURE)
        for path in ("{module_api_name}/{id}/photo", "org/photo")
    ),
)
"""Answers of the sandbox that the files of CRM do not allow, and are right."""
