"""What a CRM says of itself: modules, fields, layouts, related lists, views and pipelines."""

from ledgerferry_sandbox.crm.settings import (
    field_calls,
    layout_calls,
    list_calls,
    module_calls,
    module_edits,
    pipeline_calls,
    tag_calls,
)

ROUTES = (
    *module_calls.ROUTES,
    *module_edits.ROUTES,
    *field_calls.ROUTES,
    *layout_calls.ROUTES,
    *list_calls.ROUTES,
    *pipeline_calls.ROUTES,
    *tag_calls.ROUTES,
)
