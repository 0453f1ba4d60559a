"""COQL with bound parameters: values are written by us, so that none of them is ever read as query (F69)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

Scalar = str | int | bool | Decimal | date | datetime
Value = Scalar | Sequence[Scalar]

IN_LIST: Final = 50  # F69
# Quotations (a quote within is doubled), and the names that stand outside of them.
_PARTS: Final = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|(?<![:\w]):([A-Za-z_]\w*)")
_IN: Final = re.compile(r"(?i)\bin\s+:([A-Za-z_]\w*)")
_WINDOW: Final = re.compile(r"(?i)\b(limit|offset)\b")
_GATHERED: Final = re.compile(r"(?i)\b(group\s+by|count\s*\(|sum\s*\(|avg\s*\(|min\s*\(|max\s*\()")
_ORDERED: Final = re.compile(r"(?i)\border\s+by\b")


class Unbindable(ValueError):
    """A query and its values do not fit; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A query with everything in it: ``text`` is what CRM reads, the rest what can be asked of it."""

    text: str
    windowed: bool
    gathered: bool
    ordered: bool


def bind(query: str, values: Mapping[str, Value]) -> list[Statement]:
    """The statements of a query: one, or one for each fifty values of its one longer list.

    ``:name`` outside of quotations stands for a value; a list, and whatever follows ``in``, is written
    with its parentheses. Raises ``Unbindable`` for a name without a value, a value without a name, an empty
    list, a value that COQL cannot carry safely, and a long list in a query whose rows depend on each other.
    """
    used = {found[1] for found in _PARTS.finditer(query) if found[1]}
    unknown, unused = sorted(used - values.keys()), sorted(values.keys() - used)
    if unknown or unused:
        told = [f"no value for :{n}" for n in unknown] + [f"no :{n} in the query" for n in unused]
        raise Unbindable("; ".join(told))
    shape, listed = _shape(query), set(_IN.findall(query))
    values = {name: _several(value) if name in listed else value for name, value in values.items()}
    return [Statement(_filled(query, chosen), *shape) for chosen in _split(values, together=any(shape))]


def _several(value: Value) -> Sequence[Scalar]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else [value]


def _filled(query: str, values: Mapping[str, Value]) -> str:
    return _PARTS.sub(lambda found: literal(values[found[1]]) if found[1] else found[0], query)


def literal(value: Value) -> str:
    """A value as COQL reads it back unchanged."""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return f"'{value.isoformat()}'"
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise Unbindable(f"{value} is no number for COQL")
        return f"{value:f}"
    if isinstance(value, int):
        return str(value)
    return f"({', '.join(literal(each) for each in value)})"


def _quoted(value: str) -> str:
    # Whether a backslash escapes is not documented: where it does, it would free the quote that follows.
    if "\\" in value or not value.isprintable():
        raise Unbindable("COQL cannot safely carry a backslash or a control character")
    return "'" + value.replace("'", "''") + "'"


def _moment(value: datetime) -> str:
    if value.tzinfo is None:
        raise Unbindable("a moment needs a time zone")
    return f"'{value.isoformat(timespec='seconds')}'"


def _shape(query: str) -> tuple[bool, bool, bool]:
    bare = re.sub(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"", "''", query)
    return bool(_WINDOW.search(bare)), bool(_GATHERED.search(bare)), bool(_ORDERED.search(bare))


def _split(values: Mapping[str, Value], *, together: bool) -> Iterator[Mapping[str, Value]]:
    """The values of each part; ``together``: the query's rows depend on each other."""
    lists = {
        name: list(dict.fromkeys(value))
        for name, value in values.items()
        if isinstance(value, Sequence) and not isinstance(value, str)
    }
    for name, listed in lists.items():
        if not listed:
            raise Unbindable(f":{name} is empty: nothing can be in it")
    long = [name for name, listed in lists.items() if len(listed) > IN_LIST]
    if not long:
        yield {**values, **lists}
        return
    if len(long) > 1 or together:
        raise Unbindable(
            f":{long[0]} has more than {IN_LIST} values, and this query cannot be asked in parts: "
            "take out limit, order by, group by and the other long list"
        )
    listed = lists[long[0]]
    for start in range(0, len(listed), IN_LIST):
        yield {**values, **lists, long[0]: listed[start : start + IN_LIST]}
