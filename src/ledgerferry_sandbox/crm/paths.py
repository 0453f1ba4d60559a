"""Columns reached through lookups, as `Account_Name.Phone`, `Owner.email` or `What_Id->Leads.Email`."""

from dataclasses import dataclass
from typing import Any

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.models import Field, Record

PERSON = ("first_name", "last_name", "full_name", "email", "status", "role", "profile")


class NoColumn(LookupError):
    """A name that leads to no field."""


@dataclass(frozen=True, slots=True)
class Path:
    """A column: its name as written, the lookups on the way with the modules they lead to, and its field."""

    name: str
    hops: tuple[tuple[Field, str], ...]
    field: Field

    def read(self, cabinet: Cabinet, record: Record) -> Any:  # noqa: ANN401 - a value of any type
        """The stored value at the end of the path, or null where a lookup on the way is empty."""
        if not self.hops:
            return record.get(self.field.api_name)
        held: Record | None = record
        for field, module in self.hops:
            number = held.get(field.api_name) if held else None
            held = _target(cabinet, field, module, number) if isinstance(number, str) else None
        return held.get(self.field.api_name) if held else None

    @property
    def joins(self) -> set[str]:
        """The relations that the path uses, each named by the lookups up to it."""
        names = [field.api_name for field, _ in self.hops]
        return {".".join(names[: end + 1]) for end in range(len(names))}


def find_path(cabinet: Cabinet, module: str, name: str) -> Path:
    """The path of a column of this module; raises NoColumn. A leading `!Module.` is allowed."""
    plain = name.removeprefix(f"!{module}.").removeprefix("!")
    hops: list[tuple[Field, str]] = []
    here = module
    steps = _steps(plain)
    for step in steps[:-1]:
        first, _, chosen = step.partition("->")
        field = _field(cabinet, here, first)
        if field.data_type != "lookup" and not field.person:
            raise NoColumn(name)
        here = "users" if field.person else field.lookup or chosen
        if not here or (here != "users" and not cabinet.has(here)):
            raise NoColumn(name)
        hops.append((field, here))
    return Path(name, tuple(hops), _field(cabinet, here, steps[-1]))


def _steps(name: str) -> list[str]:
    """`What_Id->Leads.Email` is one step through the lookup, to Leads, and one to the field there."""
    return [step for step in name.split(".") if step] or [""]


def _field(cabinet: Cabinet, module: str, api_name: str) -> Field:
    if api_name == "id":
        return Field(id="", module=module, api_name="id", field_label="Record Id", data_type="bigint")
    if module == "users" and api_name in PERSON:
        return Field(id="", module=module, api_name=api_name, field_label=api_name, data_type="text")
    field = None if module == "users" else cabinet.fields(module).get(api_name)
    if field is None:
        raise NoColumn(api_name)
    return field


def _target(cabinet: Cabinet, field: Field, module: str, number: str) -> Record | None:
    if not field.person:
        return cabinet.get(module, number)
    user = cabinet.users.get(number)
    if user is None:
        return None
    values = {name: user.full_name if name == "full_name" else getattr(user, name) for name in PERSON}
    return Record(id=user.id, module="users", values=values)
