"""Where the files of CRM are at fault about settings, users and what people set up; see `known`."""

from tests.spec.known import Known, each

_NULL = (
    "What a thing does not have is null on the wire, and declared nullable; a list of values leaves it out."
)
_SHORT = "A record shows its tags in short: name, id and colour; the file has one form for both."
_NO_PICTURE = "What has no picture answers 204, as all that is empty (F67); the file has the picture alone."
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
    *(
        Known((f"GET /crm/v8/{path}",), "204", "status", "undescribed", _NO_PICTURE)
        for path in ("{module_api_name}/{id}/photo", "org/photo")
    ),
)
"""Answers of the sandbox that the files of CRM do not allow, and are right."""
