"""Where the files of CRM are at fault; see `known`."""

from tests.spec.known import Known, each
from tests.spec.known_crm_settings import SETTINGS

_NULL = "What a thing does not have is null on the wire; the files let single values be null, but no object."
_EMPTY = "Empty for fields of another kind, on the wire; the file requires what fields of that kind have."
_ONLY_200 = "The file has 200 alone; made is 201, mixed 207, nothing 204, unchanged 304 (F58, F61, F67)."
_ONE_OR_ALL = "Told of one module; a list of modules leaves it out. The file has one form for both."
_CHOSEN = "Only what `fields` names is told (F72); the file requires everything."
_AS_ASKED = "Told as it was asked: what the question left out is left out; the file requires it."
_NOT_YET = "There is no result before the job is completed (F73); the file requires one."
_OBJECT = "A text or number on the wire (F73, F80), and in what is asked; typed as an object."
_NUMBER = "A number on the wire, as in Zoho's own samples; typed as a text of digits."
_NO_JSON = "A body that is no JSON has the same error at every address; the file has others only."
_CALLBACK = "INVALID_CALLBACK_URL is described for readings alone, which take the same callbacks."
_ONE_USER = "One user is no page: pages are of lists; the file has one form for both."

_FIELDS = (
    ("$.fields[*]", ("GET /crm/v8/settings/fields", "GET /crm/v8/settings/fields/{field}")),
    (
        "$.layouts[*].sections[*].fields[*]",
        ("GET /crm/v8/settings/layouts", "GET /crm/v8/settings/layouts/{id}"),
    ),
)
_VIEWS = (
    ("$.custom_views[*]", ("GET /crm/v8/settings/custom_views", "GET /crm/v8/settings/custom_views/{id}")),
    ("$.modules[*].custom_view", ("GET /crm/v8/settings/modules/{api_name}",)),
)
_LAYOUTS = _FIELDS[1][1]
_MODULES = ("GET /crm/v8/settings/modules", "GET /crm/v8/settings/modules/{api_name}")
_RELATED = ("GET /crm/v8/settings/related_lists", "GET /crm/v8/settings/related_lists/{id}")
_PROFILES = ("GET /crm/v8/settings/profiles", "GET /crm/v8/settings/profiles/{id}")
_USERS = ("GET /crm/v8/users", "GET /crm/v8/users/{user}")


def _field(prefix: str, operations: tuple[str, ...]) -> tuple[Known, ...]:
    """What is at fault in every field, wherever fields are told."""
    return (
        *each(
            operations,
            prefix,
            "associated_module association_details convert_mapping crypt hipaa_compliance history_tracking "
            "private refer_from_field sharing_properties sub_module textarea tooltip",
            "type",
            _NULL,
        ),
        *each(
            operations,
            f"{prefix}.autonumber",
            "prefix start_number starting_number_length suffix",
            "required",
            _EMPTY,
        ),
        *each(
            operations,
            f"{prefix}.multiuserlookup",
            "api_name connected_module connectedfield_apiname connectedlookup_apiname display_label id "
            "linking_module lookup_apiname record_access",
            "required",
            _EMPTY,
        ),
    )


def _view(prefix: str, operations: tuple[str, ...]) -> tuple[Known, ...]:
    """What is at fault in every view, wherever views are told."""
    return (
        *each(operations, prefix, "created_by criteria modified_by sort_by", "type", _NULL),
        Known(operations, "200", f"{prefix}.sort_order", "enum", _NULL),
    )


_WATCHES = ("PUT /crm/v8/actions/watch", "PATCH /crm/v8/actions/watch")
_BULK = ("GET /crm/bulk/v8/read/{job_id}",)

CRM: tuple[Known, ...] = (
    *(known for prefix, operations in _FIELDS for known in _field(prefix, operations)),
    Known(("GET /crm/v8/settings/fields",), "200", "$.fields[*].external", "type", _NULL),
    *(known for prefix, operations in _VIEWS for known in _view(prefix, operations)),
    *each(
        _LAYOUTS,
        "$.layouts[*]",
        "convert_mapping created_by created_for modified_by subform_properties",
        "type",
        _NULL,
    ),
    *each(_LAYOUTS, "$.layouts[*].sections[*]", "_delete properties", "type", _NULL),
    *each(_LAYOUTS, "$.layouts[*].sections[*].fields[*]", "_delete external", "type", _NULL),
    *each(_MODULES, "$.modules[*]", "modified_by", "type", _NULL),
    *each(
        _MODULES[:1],
        "$.modules[*]",
        "$field_states $on_demand_properties $properties business_card_fields custom_view "
        "default_mapping_fields display_field fields layout_associations layouts lookup_field_properties "
        "per_page related_list_properties related_lists search_layout_fields",
        "required",
        _ONE_OR_ALL,
    ),
    Known(
        _MODULES[:1],
        "200",
        "$.modules[*].activity_badge",
        "enum",
        "Not_Supported is a third value on the wire, of modules that have no activities.",
    ),
    *each(
        _MODULES[1:],
        "$.modules[*]",
        "related_list_properties.sort_by related_lists[*].sort_by",
        "type",
        _NULL,
    ),
    *each(_RELATED, "$.related_lists[*]", "sort_by", "type", _NULL),
    *each(_PROFILES, "$.profiles[*]", "created_by created_time modified_by modified_time", "type", _NULL),
    *each(("GET /crm/v8/org",), "$.org[*]", "license_details.trial_action zia_zgid", "type", _NULL),
    *each(_USERS, "$.users[*]", "$current_shift $next_shift Reporting_To", "type", _NULL),
    Known(_USERS, "200", "$.users[*].time_zone", "type", "The name of a zone, typed as an object."),
    Known(("GET /crm/v8/users/{user}",), "200", "$.info", "required", _ONE_USER),
    *each(
        ("GET /crm/v8/users/actions/count", "GET /crm/v8/{module_api_name}/actions/count"),
        "$",
        "count",
        "type",
        _NUMBER,
    ),
    *each(
        ("GET /crm/v8/{module_api_name}",),
        "$.info",
        "next_page_token page_token_expiry previous_page_token",
        "type",
        _NULL,
    ),
    *(
        Known(("POST /crm/v8/{module_api_name}/upsert",), status, "$.data[*].duplicate_field", "type", _NULL)
        for status in ("200", "201")
    ),
    *(
        Known((operation,), status, "status", "undescribed", _ONLY_200)
        for operation, status in (
            ("POST /crm/v8/{module_api_name}", "201"),
            ("POST /crm/v8/{module_api_name}", "207"),
            ("POST /crm/v8/{module_api_name}/upsert", "201"),
            ("GET /crm/v8/{module_api_name}", "204"),
            ("GET /crm/v8/{module_api_name}", "304"),
            ("GET /crm/v8/{module_api_name}/{id}", "304"),
            ("GET /crm/v8/{module_api_name}/search", "204"),
            ("POST /crm/v8/coql", "204"),
            ("GET /crm/v8/users", "304"),
            ("GET /crm/v8/{module_api_name}/deleted", "204"),
            ("GET /crm/v8/{module_api_name}/deleted/{record_id}/{related_list_api_name}", "204"),
        )
    ),
    *each(
        ("GET /crm/v8/{module}/{record_id}/Attachments",),
        "$.data[*]",
        "Created_By Created_Time Modified_By Modified_Time Owner Parent_Id Size",
        "required",
        _CHOSEN,
    ),
    Known(
        ("GET /crm/v8/{module}/{record_id}/Attachments/{id}",),
        "200",
        "content-type",
        "media",
        "Files of every kind hang on records (F72); only pictures are described.",
    ),
    Known(("POST /crm/bulk/v8/write",), "400", "$.message", "enum", _NO_JSON),
    *(
        Known(("POST /crm/bulk/v8/write",), "400", path, rule, _CALLBACK)
        for path, rule in (("$.code", "enum"), ("$.details.supported_callback_methods", "required"))
    ),
    Known(
        (
            "POST /crm/v8/coql",
            "POST /crm/v8/{module_api_name}/actions/add_tags",
            "POST /crm/v8/{module_api_name}/{record_id}/actions/add_tags",
        ),
        "400",
        "$.code",
        "enum",
        _NO_JSON,
    ),
    *each(_WATCHES, "$.details", "api_name json_path", "required", _NO_JSON, "400"),
    Known(
        ("GET /crm/v8/actions/watch",),
        "400",
        "$.code",
        "enum",
        "A parameter out of its range is INVALID_DATA (F59); errors of bodies alone are described.",
    ),
    *each(
        (
            "POST /crm/v8/settings/fields",
            "PATCH /crm/v8/settings/fields",
            "PATCH /crm/v8/settings/fields/{field}",
        ),
        "$",
        "fields",
        "required",
        "A module that is none is refused before any field; errors of fields alone are described.",
        "400",
    ),
    Known(
        _LAYOUTS,
        "400",
        "$.code",
        "enum",
        "INVALID_MODULE (F59) is written InvalidModule in the file, as nowhere else.",
    ),
    Known(
        ("POST /crm/v8/upload",),
        "400",
        "$",
        "refusal",
        "Uploads go to another server of Zoho's, whose errors have a form of their own.",
    ),
    *each(_BULK, "$.data[*]", "result", "required", _NOT_YET),
    *each(_BULK, "$.data[*].query", "criteria cvid file_type", "required", _AS_ASKED),
    *each(_BULK, "$.data[*].query.criteria", "type group[*].field.id group[*].type", "required", _AS_ASKED),
    Known(_BULK, "200", "$.data[*].query.criteria.group[*].value", "type", _OBJECT),
    Known(_BULK, "200", "$.data[*].result.next_page_token", "type", _NULL),
    Known(("GET /crm/v8/actions/watch",), "200", "$.watch[*].channel_id", "type", _OBJECT),
    Known(
        ("GET /crm/v8/actions/watch",),
        "200",
        "$.watch[*].notify_url",
        "pattern",
        "The pattern lets no address through but one that nobody has: www.?????zoho.com.",
    ),
    *each(
        ("POST /crm/v8/upload",),
        "$.details",
        "id created_by",
        "required",
        "An upload is told by its file_id alone (F74); the file requires more.",
    ),
    Known(
        ("POST /crm/v8/upload",),
        "200",
        "$.details.file_id",
        "type",
        "An id of up to 19 digits, a text on the wire as all ids are; typed as an integer.",
    ),
    *SETTINGS,
)
"""Answers of the sandbox, and requests of ours, that the files of CRM do not allow, and are right."""

BESIDE = (
    "(GET|POST) /crm/v8/files",
    "(GET|POST) /crm/v8/[^/]+/[^/]+/actions/merge",
    "POST /crm/v8/[^/]+/[^/]+/actions/convert",
    "POST /crm/v8/[^/]+/[^/]+/Notes",
    "GET /crm/v8/settings/(roles|territories)(/[^/]+)?",
)
"""Calls of CRM that no file describes."""
