"""What goes over the wire and what comes back: calls, bodies and replies."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ledgerferry.wire import exactjson

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class JsonBody:
    """A body in JSON; decimals are written exactly."""

    value: object


@dataclass(frozen=True, slots=True)
class FormBody:
    """A url-encoded body. Its values are secrets more often than not, so it shows none of them."""

    pairs: Pairs = field(repr=False)


@dataclass(frozen=True, slots=True)
class FileBody:
    """One file as multipart: the form's field, the name it gets there, its bytes on disk."""

    field: str
    name: str
    media: str
    path: Path


Body = JsonBody | FormBody | FileBody


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP call. ``path`` is relative to the client's base and names records by id only."""

    method: str
    path: str
    query: Pairs = ()
    headers: Pairs = field(default=(), repr=False)
    body: Body | None = None

    @property
    def pattern(self) -> str:
        """Method and path without ids: what boundaries, logs and scopes are counted by."""
        return f"{self.method} {path_pattern(self.path)}"


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer. ``date`` is the system's time of it, where said; header names are lower case."""

    status: int
    headers: dict[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    date: datetime | None = None

    @property
    def request(self) -> str:
        """The id that the system gave this call, where it gives one."""
        return self.headers.get("x-request-id", "")

    @property
    def ok(self) -> bool:
        """Whether the status is a success."""
        return 200 <= self.status < 300

    @property
    def is_html(self) -> bool:
        """Whether a person's page came instead of an answer, as proxies and gateways send it."""
        kind = self.headers.get("content-type", "")
        return "html" in kind or self.content.lstrip()[:1] == b"<"

    def json(self) -> object:
        """The body as JSON with exact numbers; raises ``ValueError`` where it is none."""
        return exactjson.loads(self.content)


def path_pattern(path: str) -> str:
    """The path with its ids replaced by ``{id}``."""
    return re.sub(r"(?<=/)[^/]*\d[^/]*(?=/|$)", _id_or_version, path)


def _id_or_version(match: re.Match[str]) -> str:
    return match[0] if re.fullmatch(r"v\d+", match[0]) else "{id}"
