"""JSON in which every number is exact: fractions are ``Decimal`` in both directions, never float."""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal


def loads(data: bytes | str) -> object:
    """The value of a JSON text; raises ``ValueError`` where it is none (also for NaN and Infinity)."""
    return json.loads(data, parse_float=Decimal, parse_constant=_refuse)


def dumps(value: object) -> str:
    """The JSON text of a value; a ``Decimal`` is written as a plain number, digit by digit."""
    return "".join(_pieces(value))


def _pieces(value: object) -> Iterator[str]:
    if isinstance(value, Decimal):
        yield _number(value)
    elif isinstance(value, Mapping):
        yield from _joined("{}", ((json.dumps(str(k)) + ":", v) for k, v in value.items()))
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        yield from _joined("[]", (("", v) for v in value))
    elif value is None or isinstance(value, str | int):
        yield json.dumps(value, ensure_ascii=False)
    else:
        raise TypeError(f"not a JSON value: {type(value).__name__}")


def _joined(brackets: str, members: Iterator[tuple[str, object]]) -> Iterator[str]:
    yield brackets[0]
    for position, (name, value) in enumerate(members):
        yield f"{',' if position else ''}{name}"
        yield from _pieces(value)
    yield brackets[1]


def _number(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError(f"not a JSON number: {value}")
    return f"{value:f}"


def _refuse(name: str) -> object:
    raise ValueError(f"not a JSON number: {name}")
