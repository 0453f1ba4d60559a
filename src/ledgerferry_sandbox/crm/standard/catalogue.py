"""Reads the tables of standard modules and fields.

One line is one field: `Api_Name type` and then, in any order, `*` system mandatory, `~` read-only, `120` the
length, `.2` the decimal places, `>Module:Related_List` where a lookup points, `>` a lookup to any module,
`[Module]` the lines of a subform, `=picks` a picklist of `picklists.PICKLISTS`, `!value` the default.
"""

from collections.abc import Iterator
from itertools import count

from ledgerferry_sandbox.crm.models import Choice, Field, Module, RelatedList
from ledgerferry_sandbox.crm.standard import modules, picklists
from ledgerferry_sandbox.crm.standard.tables import COMMON, TABLES, TRANSACTION
from ledgerferry_sandbox.exchange import Row

PREFIX = 4_876_876
_numbers = count(1)
LENGTHS = {
    "textarea": 32_000,
    "email": 100,
    "phone": 30,
    "website": 450,
    "picklist": 120,
    "multiselectpicklist": 300,
    "integer": 9,
    "bigint": 18,
    "double": 16,
    "currency": 16,
    "percent": 5,
    "date": 20,
    "datetime": 40,
    "lookup": 120,
    "ownerlookup": 120,
    "userlookup": 120,
}
PLACES = {"double": 2, "currency": 2, "percent": 2}


def standard_id() -> str:
    """The next id of something that every organisation has; lower than any id handed out later."""
    return f"{PREFIX}{next(_numbers):012d}"


def label(api_name: str) -> str:
    """The label that goes with an API name."""
    return api_name.replace("__s", "").replace("_", " ").strip()


def choices(values: picklists.Values) -> tuple[Choice, ...]:
    """The values of a picklist with ids."""
    return tuple(
        Choice(
            id=standard_id(),
            actual_value=name,
            display_value=name,
            sequence_number=number,
            probability=probability,
            forecast_type=forecast,
        )
        for number, (name, probability, forecast) in enumerate(values, 1)
    )


def field(module: str, line: str, number: int, display: str = "") -> Field:
    """The field that a line of a table describes."""
    api_name, data_type, *marks = line.split()
    row: Row = {
        "id": standard_id(),
        "module": module,
        "api_name": api_name,
        "field_label": label(api_name),
        "data_type": data_type,
        "length": LENGTHS.get(data_type, 255),
        "decimal_place": PLACES.get(data_type),
        "display_field": api_name == display,
        "sequence_number": number,
    }
    for mark in marks:
        row |= _marked(mark)
    return Field.model_validate(row)


def _marked(mark: str) -> Row:
    sign, rest = mark[0], mark[1:]
    if sign == "*":
        return {"system_mandatory": True}
    if sign == "~":
        return {"read_only": True}
    if sign == ".":
        return {"decimal_place": int(rest)}
    if sign == ">":
        target, _, related = rest.partition(":")
        return {"lookup": target, "lookup_list": related}
    if sign == "[":
        return {"subform": rest.rstrip("]")}
    if sign == "=":
        return {"choices": choices(picklists.PICKLISTS[rest])}
    if sign == "!":
        return {"default": rest.replace("_", " ")}
    return {"length": int(mark)}


def _lines(module: str) -> Iterator[str]:
    for line in filter(None, TABLES[module].splitlines()):
        if line == "@transaction":
            yield from filter(None, TRANSACTION.splitlines())
        elif line == "@common":
            yield from filter(None, COMMON.splitlines())
        else:
            yield line


def _fields(module: Module) -> dict[str, Field]:
    lines = enumerate(_lines(module.api_name), 1)
    made = (field(module.api_name, line, number, module.name_field) for number, line in lines)
    return {each.api_name: each for each in made}


def _module(number: int, row: modules.Standard) -> Module:
    related = tuple(
        RelatedList(id=standard_id(), api_name=api_name, name=label(api_name), module=module, field=through)
        for api_name, module, through in row.related
    )
    return Module(
        id=standard_id(),
        api_name=row.api_name,
        singular=row.singular or row.api_name.removesuffix("s").replace("_", " "),
        plural=row.api_name.replace("_", " "),
        name_field=row.name_field,
        generated_type=row.generated_type,
        edition=row.edition,
        duplicate_fields=row.duplicates,
        related=related,
        sequence_number=number,
        layout_id=standard_id(),
        view_id=standard_id(),
    )


MODULES: dict[str, Module] = {
    row.api_name: _module(number, row) for number, row in enumerate(modules.STANDARD, 1)
}
FIELDS: dict[str, dict[str, Field]] = {name: _fields(module) for name, module in MODULES.items()}
OWN_STAGE = FIELDS["Deals"]["Stage"].model_copy(update={"choices": choices(picklists.OWN_STAGES)})
"""The field of a deal's stage where the organisation has its own stages (F66)."""
