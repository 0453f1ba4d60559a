"""The criteria of a bulk reading: comparisons and groups of them, as objects (F73)."""

from typing import Any

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.conditions import (
    Condition,
    Conditions,
    Group,
    Joint,
    Manner,
    Operator,
    operators_of,
    read_value,
)
from ledgerferry_sandbox.crm.errors import Refusal
from ledgerferry_sandbox.crm.paths import NoColumn, Path, find_path
from ledgerferry_sandbox.exchange import Row

MOST_CRITERIA = 25
EMPTY = "${EMPTY}"
JOINTS: dict[str, Joint] = {"and": "and", "or": "or"}
COMPARATORS: dict[str, Operator] = {
    "equal": "equal",
    "not_equal": "not_equal",
    "in": "in",
    "not_in": "not_in",
    "less_than": "less_than",
    "less_equal": "less_equal",
    "greater_than": "greater_than",
    "greater_equal": "greater_equal",
    "between": "between",
    "not_between": "not_between",
    "contains": "contains",
    "not_contains": "not_contains",
    "starts_with": "starts_with",
    "ends_with": "ends_with",
}
LISTED = frozenset({"in", "not_in", "between", "not_between"})


def read(cabinet: Cabinet, module: str, given: object) -> Conditions:
    """The conditions of a query's criteria; refused with the codes of the bulk API."""
    if _size(given) > MOST_CRITERIA:
        raise Refusal("CRITERIA_LIMIT_EXCEEDED", "too many criteria", {"limit": MOST_CRITERIA})
    return _read(cabinet, module, given)


def _read(cabinet: Cabinet, module: str, given: object) -> Conditions:
    if not isinstance(given, dict):
        raise Refusal("INVALID_CRITERIA", "the criteria cannot be read")
    if "group" not in given:
        return _condition(cabinet, module, given)
    if "comparator" in given:
        raise Refusal("AMBIGUOUS_CRITERIA", "the criteria is a comparison and a group at once")
    joint, parts = JOINTS.get(str(given.get("group_operator", "")).lower()), given["group"]
    if joint is None:
        raise Refusal("GROUP_OPERATOR_NOT_SUPPORTED", "the group operator is not supported")
    if not isinstance(parts, list) or not parts:
        raise Refusal("INVALID_CRITERIA", "the group of criteria is empty")
    return Group(joint, tuple(_read(cabinet, module, part) for part in parts))


def _size(given: object) -> int:
    parts = given.get("group") if isinstance(given, dict) else None
    return sum(_size(part) for part in parts) if isinstance(parts, list) else 1


def _condition(cabinet: Cabinet, module: str, given: Row) -> Condition:
    field = given.get("field")
    name = str((field.get("api_name") if isinstance(field, dict) else None) or given.get("api_name") or "")
    path = _path(cabinet, module, name)
    comparator, value = str(given.get("comparator")), given.get("value")
    operator = COMPARATORS.get(comparator)
    details: Row = {"api_name": name, "comparator": comparator, "supported": sorted(COMPARATORS)}
    if operator is None:
        raise Refusal("FIELD_COMPARATOR_IN_CRITERIA_NOT_SUPPORTED", "comparator is not supported", details)
    if value == EMPTY and operator in ("equal", "not_equal"):
        return Condition(path, "null" if operator == "equal" else "not_null", (), Manner())
    if operator not in operators_of(path.field):
        text = "the field and the comparator in the criteria do not go together"
        raise Refusal("FIELD_AND_COMPARATOR_IN_CRITERIA_NOT_COMPATIBLE", text, details)
    return Condition(path, operator, tuple(_values(path, operator, value)), Manner(nulls_differ=True))


def _path(cabinet: Cabinet, module: str, name: str) -> Path:
    try:
        return find_path(cabinet, module, name)
    except NoColumn:
        details: Row = {"api_name": name, "module": module}
        text = "the field in the criteria is not available"
        raise Refusal("FIELD_IN_CRITERIA_NOT_AVAILABLE", text, details) from None


def _values(path: Path, operator: Operator, value: Any) -> list[Any]:  # noqa: ANN401 - a piece of the body
    listed = operator in LISTED
    fits = isinstance(value, list) == listed and (not operator.endswith("between") or len(value) == 2)
    if not fits:
        text = "the comparator and the value in the criteria do not go together"
        raise Refusal("COMPARATOR_AND_VALUE_IN_CRITERIA_NOT_COMPATIBLE", text, {"api_name": path.name})
    try:
        return [read_value(path.field, _text(each)) for each in (value if listed else [value])]
    except ValueError:
        details: Row = {"api_name": path.name, "expected_data_type": path.field.data_type}
        text = "the field and the value in the criteria do not go together"
        raise Refusal("FIELD_AND_VALUE_IN_CRITERIA_NOT_COMPATIBLE", text, details) from None


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return str(value.get("id", ""))
    return str(value)
