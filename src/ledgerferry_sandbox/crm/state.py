"""The whole CRM as the control plane shows it and takes it back."""

from ledgerferry_sandbox.crm import attachments, showing, tags
from ledgerferry_sandbox.crm.cabinet import Cabinet, holds_records
from ledgerferry_sandbox.crm.models import Field
from ledgerferry_sandbox.exchange import Row

MARKS = ("$approval_state", "$process_flow", "$line_tax", "Territories")
"""What a record keeps beside its fields: that it waits for approval, is in a blueprint, has own taxes, where
it belongs."""


def shown(cabinet: Cabinet) -> Row:
    """Every table; records as a GET of each shows them, empty fields left out."""
    rows: Row = {table.name: [each.model_dump(mode="json") for each in table] for table in cabinet.tables()}
    for name in record_modules(cabinet):
        rows[name] = [_short(showing.record(cabinet, held)) for held in cabinet.records(name)]
    rows["Attachments"] = [
        {**_short(attachments.shown(cabinet, held)), **held.model_dump(mode="json")}
        for held in cabinet.attachments
    ]
    return rows


def record_modules(cabinet: Cabinet) -> list[str]:
    """The modules that hold records."""
    return [name for name, module in cabinet.modules.items() if holds_records(module)]


def _short(row: Row) -> Row:
    marks = {name: row[name] for name in MARKS if name in row and row[name] != showing.FLAGS.get(name)}
    return marks | {
        name: held for name, held in row.items() if held not in (None, []) and not name.startswith("$")
    }


def load(cabinet: Cabinet, row: Row) -> None:
    """Replaces the tables that are named: settings first, then records in either form, whole or as stored."""
    if "modules" in row:
        cabinet.kept_modules.load(row["modules"])
    modules = record_modules(cabinet)
    for table in cabinet.tables():
        if table.name in row:
            rows = row[table.name]
            if table.name in modules:
                rows = [stored(cabinet, table.name, each) for each in rows]
                rows.sort(key=lambda each: (len(each["id"]), each["id"]))
            table.load(rows)
    if "tags" not in row:
        tags.gather(cabinet)


def stored(cabinet: Cabinet, module: str, row: Row) -> Row:
    """A shown record as it is stored."""
    if "values" in row and "module" in row:
        return row
    fields = cabinet.fields(module)
    values = {name: _value(cabinet, fields[name], held) for name, held in row.items() if name in fields}
    values |= {name: row[name] for name in MARKS if name in row}
    return {
        "id": str(row["id"]),
        "module": module,
        "values": {k: v for k, v in values.items() if v is not None},
    }


def _value(cabinet: Cabinet, field: Field, held: object) -> object:
    if field.api_name == "Layout":
        number = held.get("id") if isinstance(held, dict) else None
        return None if number == cabinet.modules[field.module].layout_id else number
    if field.api_name == "Tag" and isinstance(held, list):
        return [tag["name"] if isinstance(tag, dict) else tag for tag in held]
    if field.data_type == "subform" and isinstance(held, list):
        fields = cabinet.fields(field.subform)
        return [_item(cabinet, fields, each) for each in held]
    if (field.person or field.data_type == "lookup") and isinstance(held, dict):
        return held.get("id")
    return held


def _item(cabinet: Cabinet, fields: dict[str, Field], row: Row) -> Row:
    values = {name: _value(cabinet, fields[name], held) for name, held in row.items() if name in fields}
    return {
        "id": str(row.get("id") or cabinet.new_id()),
        **{k: v for k, v in values.items() if v is not None},
    }
