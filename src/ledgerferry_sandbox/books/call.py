"""One call as a handler sees it, and what a handler gives back."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.errors import Refusal, invalid, missing
from ledgerferry_sandbox.exchange import Request, Row

M = TypeVar("M", bound=BaseModel)
TOO_LONG_OR_MISSING = ("too_long", "string_too_long", "missing")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler answers: the keys beside code and message, or a file."""

    row: Row = field(default_factory=dict)
    message: str = "success"
    status: int = 200
    file: bytes | None = None
    file_type: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A request, the ids that its path carried, and its body, wherever that came from."""

    request: Request
    ids: tuple[str, ...] = ()
    content: bytes = b""

    def get(self, name: str) -> str:
        """A query parameter, or nothing."""
        return self.request.parameter(name) or ""

    def flag(self, name: str) -> bool:
        """A query parameter that is true or false."""
        return self.get(name) == "true"

    def several(self, name: str) -> list[str]:
        """A query parameter that lists ids, each taken once; none is an error."""
        numbers = dict.fromkeys(part.strip() for part in self.get(name).split(",") if part.strip())
        if not numbers:
            raise missing(name)
        return list(numbers)

    def json(self) -> Row:
        """The body, an object; an empty body is an empty object."""
        row = self._read() if self.content else {}
        if not isinstance(row, dict):
            raise Refusal(4, "Invalid JSON")
        return row

    def rows(self) -> list[Row]:
        """The body, a list of objects, bare or under `custom_fields`."""
        given = self._read()
        given = given.get("custom_fields") if isinstance(given, dict) else given
        if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
            raise Refusal(4, "Invalid JSON")
        return given

    def _read(self) -> object:
        try:
            return json.loads(self.content, parse_float=Decimal)
        except ValueError:
            raise Refusal(4, "Invalid JSON") from None

    def payload(self, model: type[M]) -> M:
        """The body as fields that Books knows."""
        return read(model, self.json())


Handler = Callable[[Book, Call], Reply]


def read(model: type[M], row: Row) -> M:
    """An object as fields that Books knows; a value that cannot be read is error 2, a long one 15."""
    try:
        return model.model_validate(row)
    except ValidationError as error:
        fault = error.errors()[0]
        name = str(next((part for part in reversed(fault["loc"]) if isinstance(part, str)), "body"))
        raise missing(name) if fault["type"] in TOO_LONG_OR_MISSING else invalid(name) from None
