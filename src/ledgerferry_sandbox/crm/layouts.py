"""Layouts: the vendor's of every module, and those that a person made; which fields each asks for (F65)."""

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.models import Layout, Record
from ledgerferry_sandbox.exchange import Row

MANDATORY = {"Leads": ("Company",)}
"""What the vendor's layouts ask for beside what the fields themselves do."""


def held(cabinet: Cabinet, module: str) -> list[Layout]:
    """Every layout of a module, the vendor's first."""
    standard = cabinet.modules[module].layout_id
    first = cabinet.layouts.get(standard) or Layout(id=standard, module=module, name="Standard")
    return [first, *(each for each in cabinet.layouts.find("module", module) if each.id != standard)]


def layout(cabinet: Cabinet, module: str, number: str | None = None) -> Layout:
    """The layout of this id, or the vendor's where none is named or it has gone."""
    found = held(cabinet, module)
    return next((each for each in found if each.id == number), found[0])


def short(cabinet: Cabinet, module: str, number: str | None = None) -> Row:
    """A layout as records and fields show it."""
    found = layout(cabinet, module, number)
    return {"name": found.name, "display_label": found.name, "id": found.id}


def required(found: Layout) -> frozenset[str]:
    """The fields that a layout asks for."""
    asked = dict.fromkeys(MANDATORY.get(found.module, ()), True) | found.required
    return frozenset(name for name, needed in asked.items() if needed)


def records(cabinet: Cabinet, found: Layout) -> list[Record]:
    """The records that have a layout that is not the vendor's."""
    return [record for record in cabinet.records(found.module) if record.get("Layout") == found.id]


def move(cabinet: Cabinet, found: Layout, target: Layout) -> None:
    """Gives the records of one layout another; they do not count as changed."""
    standard = cabinet.modules[found.module].layout_id
    for record in records(cabinet, found):
        values = {name: value for name, value in record.values.items() if name != "Layout"}
        values |= {"Layout": target.id} if target.id != standard else {}
        cabinet.update(record.model_copy(update={"values": values}), triggered=False, silent=True)
