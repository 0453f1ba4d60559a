"""Records as CRM shows them."""

from collections.abc import Iterable
from typing import Any

from ledgerferry_sandbox.crm import layouts, tags
from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.models import Field, Record, User
from ledgerferry_sandbox.exchange import Row

FLAGS: Row = {
    "$approved": True,
    "$editable": True,
    "$in_merge": False,
    "$approval_state": "approved",
    "$locked_for_me": False,
    "$review": None,
    "$state": "save",
    "$process_flow": False,
    "$orchestration": False,
    "$is_duplicate": False,
}
TERRITORIAL = frozenset({"Leads", "Accounts", "Contacts", "Deals"})
EMPTY: Row = {"boolean": False, "subform": []}
ITEM_MARKS = frozenset({"Parent_Id", "Sequence_Number", "Created_Time", "Modified_Time"})


def person(cabinet: Cabinet, number: str | None) -> Row | None:
    """A user as {name, id, email}."""
    user = cabinet.users.get(number or "")
    return minified(user) if user else None


def minified(user: User) -> Row:
    """A user in short."""
    return {"name": user.full_name, "id": user.id, "email": user.email}


def value(cabinet: Cabinet, field: Field, stored: Any) -> Any:  # noqa: ANN401 - a value of any type
    """A stored value as it is shown: people and lookups with their names, what has gone as null."""
    if stored is None:
        return EMPTY.get(field.data_type, [] if field.api_name == "Tag" else None)
    if field.person:
        return person(cabinet, stored)
    if field.data_type == "lookup":
        return reference(cabinet, field, stored)
    if field.data_type == "subform":
        fields = cabinet.fields(field.subform)
        return [item(cabinet, fields, row) for row in stored]
    if field.api_name == "Tag":
        return [tags.short(cabinet, field.module, name) for name in stored]
    if field.api_name == "Layout":
        return layouts.short(cabinet, field.module, stored)
    return stored


def reference(cabinet: Cabinet, field: Field, number: str) -> Row | None:
    """A lookup as {name, id}; one to any module also says which."""
    target = cabinet.get(field.lookup, number) if field.lookup else cabinet.anywhere(number)
    if target is None:
        return None
    short: Row = {"name": cabinet.name(target), "id": target.id}
    if field.api_name == "Parent_Id":
        module = cabinet.modules[target.module]
        return {"module": {"api_name": module.api_name, "id": module.id}, **short}
    return short


def item(cabinet: Cabinet, fields: dict[str, Field], row: Row) -> Row:
    """One line of a subform."""
    shown = {
        name: value(cabinet, field, row.get(name)) for name, field in fields.items() if name not in ITEM_MARKS
    }
    product = cabinet.get("Products", str(row.get("Product_Name", "")))
    if product:
        shown["Product_Name"] = {
            "name": cabinet.name(product),
            "id": product.id,
            "Product_Code": product.get("Product_Code"),
        }
    if "Line_Tax" in fields:
        shown["Line_Tax"] = row.get("Line_Tax", [])
    return {"id": row["id"], **shown, "$editable": True, "$zia_visions": None}


def record(cabinet: Cabinet, held: Record, names: Iterable[str] | None = None) -> Row:
    """A record with all its fields, or with these alone."""
    fields = cabinet.fields(held.module)
    if names is None:
        whole = {name: value(cabinet, field, held.get(name)) for name, field in fields.items()}
        return {**whole, **marks(cabinet, held), "id": held.id}
    asked = {name: fields[name] for name in names if name in fields}
    return {**{name: value(cabinet, field, held.get(name)) for name, field in asked.items()}, "id": held.id}


def marks(cabinet: Cabinet, held: Record) -> Row:
    """What a whole record says of itself beside its fields."""
    code = cabinet.organization.currency_symbol
    own = {name: held.values[name] for name in FLAGS if name in held.values}
    row = {
        **FLAGS,
        **own,
        "$currency_symbol": code,
        "Layout": layouts.short(cabinet, held.module, held.get("Layout")),
    }
    if held.module in TERRITORIAL and len(cabinet.territories):
        row["Territories"] = held.values.get("Territories", [])
    if "$line_tax" in held.values:
        row["$line_tax"] = held.values["$line_tax"]
    if "What_Id" in held.values:
        target = cabinet.anywhere(held.values["What_Id"])
        row["$se_module"] = target.module if target else None
    if "Parent_Id" in held.values and held.module == "Notes":
        target = cabinet.anywhere(held.values["Parent_Id"])
        row["$se_module"] = target.module if target else None
    if held.module == "Leads":
        row["$converted"] = bool(held.get("Converted__s"))
    return row
