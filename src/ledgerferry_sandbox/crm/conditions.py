"""Criteria over records: what COQL, search and bulk read have in common."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, NoReturn

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.models import Field, Record
from ledgerferry_sandbox.crm.paths import Path

Joint = Literal["and", "or"]
Operator = Literal[
    "equal", "not_equal", "less_than", "less_equal", "greater_than", "greater_equal", "in", "not_in",
    "between", "not_between", "like", "not_like", "contains", "not_contains", "starts_with", "ends_with",
    "null", "not_null",
]  # fmt: skip
Comparable = str | Decimal | datetime | bool
DENIED: dict[Operator, Operator] = {
    "not_equal": "equal",
    "not_in": "in",
    "not_between": "between",
    "not_like": "like",
    "not_contains": "contains",
    "not_null": "null",
}
MOMENTS = frozenset({"date", "datetime"})
LINKS = frozenset({"lookup", "ownerlookup", "userlookup"})
_PLAIN = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?")
_NULLS: frozenset[Operator] = frozenset({"null", "not_null"})
_ONE_OF: frozenset[Operator] = frozenset({"equal", "not_equal", "in", "not_in"})
_WORDS: frozenset[Operator] = frozenset(
    {"like", "not_like", "contains", "not_contains", "starts_with", "ends_with"}
)
_RANGES: frozenset[Operator] = frozenset(
    {"less_than", "less_equal", "greater_than", "greater_equal", "between", "not_between"}
)


@dataclass(frozen=True, slots=True)
class Manner:
    """How values are compared: texts in one case or exactly, and whether nothing counts as another value."""

    folded: bool = True
    nulls_differ: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison. Its values were read by `read_value` in the same manner."""

    path: Path
    operator: Operator
    values: tuple[Comparable, ...]
    manner: Manner

    def holds(self, cabinet: Cabinet, record: Record) -> bool:
        """Whether it holds for a record of the path's module."""
        found = normal(self.path.field, self.path.read(cabinet, record), folded=self.manner.folded)
        if found is None:
            denied = self.operator in DENIED and self.operator != "not_null"
            return self.operator == "null" or (denied and self.manner.nulls_differ)
        positive = DENIED.get(self.operator)
        if positive is not None:
            return not _TESTS[positive](found, self.values)
        return _TESTS[self.operator](found, self.values)


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions that hold together, or one by one."""

    joint: Joint
    parts: tuple["Conditions", ...]

    def holds(self, cabinet: Cabinet, record: Record) -> bool:
        """Whether all, or any, of the parts hold for a record."""
        held = (part.holds(cabinet, record) for part in self.parts)
        return all(held) if self.joint == "and" else any(held)


Conditions = Condition | Group


def operators_of(field: Field) -> frozenset[Operator]:
    """The operators that a field's type knows (COQL page "Field Types and their Comparators")."""
    if field.data_type == "boolean":
        return frozenset({"equal"})
    if field.number or field.data_type in MOMENTS:
        return _NULLS | _ONE_OF | _RANGES
    if field.data_type in LINKS:
        return _NULLS | _ONE_OF
    return _NULLS | _ONE_OF | _WORDS


def read_value(field: Field, text: str, *, folded: bool = True) -> Comparable:
    """A value written in a criterion, as this field compares it; raises ValueError where it is none."""
    text = text.strip() if field.number or field.data_type in MOMENTS else text
    if field.number and not _PLAIN.fullmatch(text):
        _no(text)
    if field.data_type == "date":
        return date.fromisoformat(text).isoformat()
    if field.data_type == "boolean":
        return (
            {"true": True, "false": False}[text.lower()] if text.lower() in ("true", "false") else _no(text)
        )
    read = normal(field, text, folded=folded)
    return _no(text) if read is None else read


def normal(field: Field, stored: Any, *, folded: bool = True) -> Comparable | None:  # noqa: ANN401 - any type
    """A stored value as this field compares it; null for none, and false for a box that was never ticked."""
    if field.data_type == "boolean":
        return bool(stored)
    if stored is None or stored in ("", []):
        return None
    if field.number:
        return _number(stored)
    if field.data_type == "datetime":
        return _moment(str(stored))
    text = ";".join(str(each) for each in stored) if isinstance(stored, list) else str(stored)
    return text.casefold() if folded and field.data_type not in LINKS else text


def _number(stored: object) -> Decimal:
    try:
        return Decimal(str(stored))
    except InvalidOperation:
        _no(str(stored))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        _no(text)
    return moment


def _no(text: str) -> NoReturn:
    raise ValueError(f"{text!r} is not of the field's type")


def _equal(found: Comparable, values: Sequence[Comparable]) -> bool:
    return found in values


def _rises(lower: Comparable, upper: Comparable, *, even: bool) -> bool:
    below: bool = lower < upper  # type: ignore[operator]
    return below or (even and lower == upper)


def _between(found: Comparable, values: Sequence[Comparable]) -> bool:
    low, high = values
    return _rises(low, found, even=True) and _rises(found, high, even=True)


def _like(found: Comparable, values: Sequence[Comparable]) -> bool:
    pattern, text = str(values[0]), str(found)
    inner = pattern.strip("%")
    opens, closes = pattern.startswith("%"), pattern.endswith("%")
    if opens and closes:
        return inner in text
    if opens:
        return text.endswith(inner)
    return text.startswith(inner) if closes else text == inner


_TESTS: dict[Operator, Callable[[Comparable, Sequence[Comparable]], bool]] = {
    "equal": _equal,
    "in": _equal,
    "less_than": lambda found, values: _rises(found, values[0], even=False),
    "less_equal": lambda found, values: _rises(found, values[0], even=True),
    "greater_than": lambda found, values: _rises(values[0], found, even=False),
    "greater_equal": lambda found, values: _rises(values[0], found, even=True),
    "between": _between,
    "like": _like,
    "contains": lambda found, values: str(values[0]) in str(found),
    "starts_with": lambda found, values: str(found).startswith(str(values[0])),
    "ends_with": lambda found, values: str(found).endswith(str(values[0])),
    "null": lambda _, __: False,
}
