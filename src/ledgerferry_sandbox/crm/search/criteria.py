"""The criteria of a search: `((Last_Name:starts_with:G)and(Email:equals:g@example.com))`.

A backslash in a value takes the meaning from a comma, a parenthesis or another backslash.
"""

from dataclasses import dataclass

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.conditions import (
    LINKS,
    MOMENTS,
    Comparable,
    Condition,
    Conditions,
    Group,
    Joint,
    Manner,
    Operator,
    read_value,
)
from ledgerferry_sandbox.crm.errors import Refusal
from ledgerferry_sandbox.crm.models import Field, Record
from ledgerferry_sandbox.crm.paths import NoColumn, find_path
from ledgerferry_sandbox.exchange import Row

MOST_CRITERIA = 10
OPERATORS: dict[str, Operator] = {
    "equals": "equal",
    "equal": "equal",
    "not_equal": "not_equal",
    "starts_with": "starts_with",
    "in": "in",
    "greater_than": "greater_than",
    "greater_equal": "greater_equal",
    "less_than": "less_than",
    "less_equal": "less_equal",
    "between": "between",
}
ORDERED = frozenset({"greater_than", "greater_equal", "less_than", "less_equal", "between"})
JOINTS: dict[str, Joint] = {"and": "and", "or": "or"}
TIMES = frozenset({"Created_Time", "Modified_Time", "Last_Activity_Time"})
CHOSEN = frozenset({"boolean", "picklist", "lookup", "ownerlookup", "userlookup"})
UNSEARCHABLE = frozenset({"subform", "fileupload", "imageupload", "linetax", "profileimage"})


class Unreadable(Exception):
    """Text that is no criteria."""


@dataclass(frozen=True, slots=True)
class Term:
    """One criterion as written."""

    field: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """Criteria under one joint."""

    joint: Joint
    parts: tuple["Term | Terms", ...]


@dataclass(frozen=True, slots=True)
class Named(Condition):
    """A condition on a lookup, which is searched by the name it shows or by its id."""

    def holds(self, cabinet: Cabinet, record: Record) -> bool:
        """Whether name or id is, or is not, among the values."""
        number = record.get(self.path.field.api_name)
        known = {str(number).casefold(), _shown(cabinet, self.path.field, number).casefold()} - {""}
        found = number is not None and any(str(value) in known for value in self.values)
        return found is (self.operator != "not_equal")


def read(cabinet: Cabinet, module: str, text: str) -> Conditions:
    """The conditions that a search's criteria come to; INVALID_QUERY where they cannot be read."""
    try:
        terms = _Scanner(text).whole()
    except Unreadable:
        raise refused("Invalid query formed", {"reason": "Invalid criteria"}) from None
    if _count(terms) > MOST_CRITERIA:
        details: Row = {"param_name": "criteria", "limit": MOST_CRITERIA}
        raise Refusal("LIMIT_EXCEEDED", "criteria exceeded the maximum limit", details)
    return _built(cabinet, module, terms)


def refused(message: str, details: Row) -> Refusal:
    """INVALID_QUERY."""
    return Refusal("INVALID_QUERY", message, details)


class _Scanner:
    """A place in the text, and what can stand there."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def whole(self) -> Term | Terms:
        """The criteria, and nothing behind them."""
        first = self._group()
        found = self._joined(first)
        if self._peek():
            raise Unreadable
        return found

    def _peek(self) -> str:
        while self._text[self._at : self._at + 1].isspace():
            self._at += 1
        return self._text[self._at : self._at + 1]

    def _group(self) -> Term | Terms:
        if self._peek() != "(":
            raise Unreadable
        self._at += 1
        found = self._joined(self._group()) if self._peek() == "(" else self._term()
        if self._peek() != ")":
            raise Unreadable
        self._at += 1
        return found

    def _joined(self, found: Term | Terms) -> Term | Terms:
        while joint := self._joint():
            part = self._group()
            if isinstance(found, Terms) and found.joint == joint:
                found = Terms(joint, (*found.parts, part))
            else:
                found = Terms(joint, (found, part))
        return found

    def _joint(self) -> Joint | None:
        self._peek()
        for word, joint in JOINTS.items():
            if self._text[self._at :].lower().startswith(word):
                self._at += len(word)
                return joint
        return None

    def _term(self) -> Term:
        field, _, rest = self._text[self._at :].partition(":")
        operator, colon, _ = rest.partition(":")
        if not colon or not set(field + operator).isdisjoint("()"):
            raise Unreadable
        self._at += len(field) + len(operator) + 2
        values = self._values()
        if operator.strip() not in ("in", "between"):
            values = (",".join(values),)
        return Term(field.strip(), operator.strip(), values)

    def _values(self) -> tuple[str, ...]:
        values, value = [], ""
        while (sign := self._text[self._at : self._at + 1]) not in (")", ""):
            self._at += 1
            if sign == "\\" and self._at < len(self._text):
                value += self._text[self._at]
                self._at += 1
            elif sign == ",":
                values.append(value)
                value = ""
            else:
                value += sign
        return (*values, value)


def _count(terms: Term | Terms) -> int:
    return 1 if isinstance(terms, Term) else sum(_count(part) for part in terms.parts)


def _built(cabinet: Cabinet, module: str, terms: Term | Terms) -> Conditions:
    if isinstance(terms, Terms):
        return Group(terms.joint, tuple(_built(cabinet, module, part) for part in terms.parts))
    return _condition(cabinet, module, terms)


def _condition(cabinet: Cabinet, module: str, term: Term) -> Condition:
    field = _searchable(cabinet, module, term.field)
    operator = OPERATORS.get(term.operator)
    if operator is None or not _takes(field, operator) or (operator == "between" and len(term.values) != 2):
        text = "The operator is not valid for the field type"
        details: Row = {"operator": term.operator, "reason": text, "api_name": term.field}
        raise refused("invalid operator found", details)
    if operator == "equal" and _loose(field) and cabinet.switches.at("search_equals") == "contains":
        operator = "contains"
    values = tuple(_value(cabinet, field, text) for text in term.values)
    kind = Named if field.data_type in LINKS else Condition
    return kind(find_path(cabinet, module, term.field), operator, values, Manner(nulls_differ=True))


def _searchable(cabinet: Cabinet, module: str, name: str) -> Field:
    try:
        path = find_path(cabinet, module, name)
    except NoColumn:
        path = None
    closed = name in TIMES and cabinet.switches.at("search_times") == "refused"
    if path is None or path.hops or closed or path.field.data_type in UNSEARCHABLE:
        text = "the field is not available for search"
        raise refused("Invalid query formed", {"reason": text, "api_name": name})
    return path.field


def _takes(field: Field, operator: Operator) -> bool:
    if operator in ORDERED:
        return field.number or field.data_type in MOMENTS
    if operator == "starts_with":
        return not (field.number or field.data_type in MOMENTS or field.data_type in CHOSEN)
    return operator != "in" or field.data_type != "boolean"


def _loose(field: Field) -> bool:
    return not (field.number or field.data_type in MOMENTS or field.data_type in CHOSEN)


def _value(cabinet: Cabinet, field: Field, text: str) -> Comparable:
    """The value as the field compares it; for a moment a bare day is its first moment."""
    given = text.strip()
    if field.data_type == "datetime" and len(given) == len("2026-01-05"):
        given = f"{given}T00:00:00{cabinet.desk.now():%z}"
    if field.data_type in LINKS:
        return given.casefold()
    try:
        return read_value(field, given)
    except ValueError:
        details: Row = {
            "reason": "Please check the value of the field",
            "api_name": field.api_name,
            "value": text,
        }
        raise refused("invalid value for search", details) from None


def _shown(cabinet: Cabinet, field: Field, number: object) -> str:
    if not isinstance(number, str):
        return ""
    if field.person:
        user = cabinet.users.get(number)
        return user.full_name if user else ""
    target = cabinet.get(field.lookup, number) if field.lookup else cabinet.anywhere(number)
    return cabinet.name(target) if target else ""
