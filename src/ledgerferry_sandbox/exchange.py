"""What goes in and what comes out: one request, one answer, and what the connection then suffers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import orjson
from pydantic_core import to_json

from ledgerferry_sandbox import multipart
from ledgerferry_sandbox.multipart import Part

Row = dict[str, Any]
"""One JSON object as it stands on the wire."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to the connection on the way back.

    `lost` and `reset` bring no answer at all (`lost` has acted, `reset` has not), `truncate` brings the
    first half of the body under the full Content-Length, `slow` brings it `seconds` real seconds late.
    """

    mode: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, read to its end. Header names are in lower case, the path is decoded."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def to(
        cls, method: str, target: str, headers: Iterable[tuple[str, str]] = (), body: bytes = b""
    ) -> "Request":
        """The request for a target as HTTP writes it: a path, or an address, with its query string."""
        parts = urlsplit(target)
        query = tuple(parse_qsl(parts.query, keep_blank_values=True))
        named = {name.lower(): value for name, value in headers}
        return cls(method.upper(), unquote(parts.path) or "/", query, named, body)

    def parameter(self, name: str) -> str | None:
        """The last value that the query string gives this name."""
        for key, value in reversed(self.query):
            if key == name:
                return value
        return None

    def parts(self) -> list[Part]:
        """The parts of a multipart body."""
        return list(multipart.parts(self.headers.get("content-type", ""), self.body))

    def form(self) -> dict[str, str]:
        """Query string and body together, url-encoded or multipart; the body wins."""
        values, kind = dict(self.query), self.headers.get("content-type", "")
        if kind.startswith("multipart/"):
            return values | {part.name: part.text for part in self.parts() if not part.file_name}
        if "json" not in kind:
            values.update(parse_qsl(self.body.decode("latin-1"), keep_blank_values=True))
        return values


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer, and the fault its connection suffers."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    fault: Fault | None = None

    @classmethod
    def of(cls, status: int, row: object, headers: Mapping[str, str] | None = None) -> "Answer":
        """An answer in JSON."""
        named = {"content-type": "application/json;charset=UTF-8", **(headers or {})}
        return cls(status, named, _json(row))


def _json(row: object) -> bytes:
    try:
        return orjson.dumps(row)
    except TypeError:  # orjson does not write whole numbers beyond 64 bits, nor sets and decimals
        return to_json(row)
