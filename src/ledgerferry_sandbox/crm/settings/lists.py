"""A related list as the metadata shows it."""

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.models import RelatedList
from ledgerferry_sandbox.exchange import Row


def shown(cabinet: Cabinet, held: RelatedList, number: int) -> Row:
    """A related list with all that the metadata says of it."""
    module = cabinet.modules[held.module]
    return {
        "id": held.id,
        "sequence_number": str(number),
        "display_label": held.name,
        "api_name": held.api_name,
        "module": {"api_name": module.api_name, "id": module.id},
        "name": held.name,
        "action": None,
        "href": f"{held.api_name}/{{ENTITYID}}",
        "type": "default" if module.generated_type == "default" else "custom_lookup",
        "visible": True,
        "customize_sort": True,
        "customize_fields": True,
        "customize_display_label": True,
        "sort_by": None,
        "sort_order": None,
        "fields": [],
        "status": "visible",
    }
