"""Layouts written to a TOML file and read from one, for the next client."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from ledgerferry.systems.workbook.layouts.model import Layout

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_MOST = 10_000_000
_HEAD = (
    "# Layouts learnt by ferry: labels and places of forms, no value of any document.\n"
    "# `ferry layouts import FILE` takes them into another home.\n"
)


class BadLayoutFile(Exception):
    """The file holds no layouts; the message says what is wrong."""


def to_toml(layouts: Sequence[Layout]) -> str:
    """The layouts as TOML; ``from_toml`` gives the same again."""
    tables = (layout.model_dump(mode="json", exclude_defaults=True, exclude_none=True) for layout in layouts)
    return _HEAD + "".join("\n[[layouts]]\n" + "".join(_table(table)) for table in tables)


def _table(table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            rows = "".join(f"  {_value(one)},\n" for one in value)
            yield f"{_key(key)} = [\n{rows}]\n"
        else:
            yield f"{_key(key)} = {_value(value)}\n"


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else json.dumps(key)


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    # A JSON text, number or truth value is the same in TOML but for one sign: DEL must be escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def from_toml(text: str) -> list[Layout]:
    """The layouts of a TOML text; ``BadLayoutFile`` names what is wrong. Their ids are made anew."""
    if len(text) > _MOST:
        raise BadLayoutFile("it is too large to be a file of layouts")
    try:
        found = tomllib.loads(text).get("layouts")
    except tomllib.TOMLDecodeError as error:
        raise BadLayoutFile(f"it is not TOML: {error}") from None
    if not isinstance(found, list):
        raise BadLayoutFile("it has no [[layouts]]")
    return [_layout(number, one) for number, one in enumerate(found, 1)]


def _layout(number: int, table: object) -> Layout:
    try:
        return Layout.model_validate(table).named()
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise BadLayoutFile(f"{where} of layout {number}: {first['msg']}") from None
