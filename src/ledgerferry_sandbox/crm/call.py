"""One call as a handler sees it, and what a handler gives back."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ledgerferry_sandbox.crm.errors import Refusal, missing_parameter, wrong_parameter
from ledgerferry_sandbox.exchange import Request, Row

if TYPE_CHECKING:
    from ledgerferry_sandbox.crm.cabinet import Cabinet


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler answers: a JSON body, nothing (204, 304), or a file under its name."""

    row: Row | None = None
    status: int = 200
    file: bytes | None = None
    file_name: str = ""
    file_type: str = "application/x-download"
    headers: Mapping[str, str] = field(default_factory=dict)


NOTHING = Reply(status=204)
UNCHANGED = Reply(status=304)


@dataclass(frozen=True, slots=True)
class Call:
    """A request, the ids and names that its path carried, and the id of the user who makes it."""

    request: Request
    ids: tuple[str, ...] = ()
    user: str = ""

    def get(self, name: str) -> str:
        """A query parameter, or nothing."""
        return self.request.parameter(name) or ""

    def header(self, name: str) -> str:
        """A header, or nothing."""
        return self.request.headers.get(name.lower(), "")

    def needed(self, name: str) -> str:
        """A query parameter that must be there."""
        text = self.get(name)
        if not text:
            raise missing_parameter(name)
        return text

    def several(self, name: str, most: int = 100) -> list[str]:
        """A query parameter that lists values; none is an error, and so are too many."""
        values = [part.strip() for part in self.needed(name).split(",") if part.strip()]
        if not values:
            raise missing_parameter(name)
        if len(values) > most:
            details: Row = {"param_name": name, "limit": most}
            raise Refusal("LIMIT_EXCEEDED", f"only {most} values are allowed", details)
        return values

    def count(self, name: str, default: int, most: int) -> int:
        """A query parameter that is a whole number from 1."""
        text = self.get(name) or str(default)
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise wrong_parameter(name)
        return int(text)

    def json(self) -> Row:
        """The body, an object."""
        try:
            row = json.loads(self.request.body)
        except ValueError:
            row = None
        if not isinstance(row, dict):
            details: Row = {"expected_data_type": "jsonobject"}
            raise Refusal("INVALID_DATA", "body", details)
        return row

    def rows(self, key: str, most: int = 100) -> list[Row]:
        """The objects that the body lists under this key: at least one, at most so many."""
        body = self.json()
        if key not in body:
            details: Row = {"api_name": key, "json_path": f"$.{key}"}
            raise Refusal("MANDATORY_NOT_FOUND", "required field not found", details)
        rows = body[key]
        details = {"api_name": key, "json_path": f"$.{key}", "expected_data_type": "jsonarray"}
        if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
            raise Refusal("INVALID_DATA", "invalid data", details)
        if len(rows) > most:
            details = {"api_name": key, "json_path": f"$.{key}", "limit": most, "maximum_length": most}
            raise Refusal("INVALID_DATA", "invalid data", details)
        return rows


Handler = Callable[["Cabinet", Call], Reply]
