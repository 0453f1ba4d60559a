"""What a module's layout asks for: a record without it is refused (F65)."""

from typing import Final

from ledgerferry.systems.crm.metadata import Metadata

# What every record of a module bears: the ferry writes it, or CRM fills it.
_GIVEN: Final = {
    "Accounts": frozenset({"Account_Name", "Owner"}),
    "Contacts": frozenset({"Last_Name", "Account_Name", "Owner"}),
    "Deals": frozenset({
        "Deal_Name", "Account_Name", "Contact_Name", "Amount", "Closing_Date", "Stage", "Pipeline",
        "Currency", "Exchange_Rate", "Owner",
    }),
}  # fmt: skip


def asked_for(metadata: Metadata, module: str) -> tuple[str, ...]:
    """The fields that a module's first layout asks for beside those that every record bears; one call."""
    active = [layout for layout in metadata.layouts(module) if layout.text("status") != "inactive"][:1]
    parts = [part for layout in active for part in layout.several("sections")]
    rows = (row for part in parts for row in part.several("fields"))
    asked = (row.text("api_name") for row in rows if row.get("required") is True)
    return tuple(name for name in asked if name and name not in _GIVEN[module])
