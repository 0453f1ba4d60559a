"""The one view that every module has: all of its records."""

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.models import Module
from ledgerferry_sandbox.exchange import Row


def shown(cabinet: Cabinet, module: Module) -> Row:
    """A module's view with all that the metadata says of it."""
    name = f"All {module.plural}"
    sort = cabinet.view_sorts.get(module.view_id)
    by = cabinet.fields(module.api_name).get(sort.sort_by) if sort else None
    display = cabinet.fields(module.api_name).get(module.name_field)
    return {
        "display_value": name,
        "system_name": f"ALL{module.api_name.upper()}",
        "category": "public_views",
        "created_time": None,
        "modified_time": None,
        "last_accessed_time": None,
        "name": name,
        "created_by": None,
        "modified_by": None,
        "module": {"api_name": module.api_name, "id": module.id, "name": module.api_name},
        "criteria": None,
        "default": True,
        "system_defined": True,
        "locked": False,
        "favorite": None,
        "offline": True,
        "access_type": "public",
        "shared_to": [],
        "fields": [{"api_name": display.api_name, "id": display.id, "_pin": False}] if display else [],
        "sort_by": {"api_name": by.api_name, "id": by.id} if by else None,
        "sort_order": sort.sort_order if sort and by else None,
        "id": module.view_id,
    }
