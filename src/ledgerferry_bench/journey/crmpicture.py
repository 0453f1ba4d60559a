"""The picture of a CRM: its accounts, contacts, deals and files by name, without ids, keys and times."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

Row = dict[str, Any]

_OWN: Final = frozenset({"id", "Ferry_Key", "Owner", "Created_By", "Modified_By", "Layout"})
_CROSSED: Final = {
    "Books_Customer_Id": ("contacts", "contact_id", "contact_name"),
    "Books_Invoice_Id": ("invoices", "invoice_id", "invoice_number"),
}


def crm_picture(held: Mapping[str, list[Row]], books: Mapping[str, list[Row]]) -> dict[str, list[str]]:
    """Every account, contact, deal and file as a line of JSON; ids of Books told by their records' names.

    Two accounts with the same picture hold the same records; one record twice shows as two lines.
    """
    names = {
        field: {row[key]: row[name] for row in books[kind]} for field, (kind, key, name) in _CROSSED.items()
    }
    kinds = ("Accounts", "Contacts", "Deals")
    found = {kind: _lines(_record(row, names) for row in held[kind]) for kind in kinds}
    return {**found, "Attachments": _lines(_file(row) for row in held["Attachments"])}


def _lines(rows: Iterable[object]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in rows)


def _record(row: Row, names: Mapping[str, Mapping[str, str]]) -> Row:
    return {
        key: names[key].get(value, value) if key in names else _plain(value)
        for key, value in row.items()
        if key not in _OWN and not key.endswith("_Time")
    }


def _plain(value: object) -> object:
    """A lookup as the name that it shows."""
    return value["name"] if isinstance(value, dict) and "name" in value else value


def _file(row: Row) -> Row:
    """A file by the record that it hangs on, its name before the ferry's key, and its size."""
    stem, _, _ = str(row["File_Name"]).partition(".")
    return {"of": _plain(row["Parent_Id"]), "module": row["module"], "name": stem, "size": row["Size"]}
