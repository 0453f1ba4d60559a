"""One call of such a product, and what one of its addresses is."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from ledgerferry_sandbox import certainty
from ledgerferry_sandbox.exchange import Request, Row
from ledgerferry_sandbox.suite.refusal import Manners
from ledgerferry_sandbox.suite.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler answers: a body, or nothing (204)."""

    row: object = None
    status: int = 200


NOTHING = Reply(status=204)


@dataclass(frozen=True, slots=True)
class Call:
    """A request and the parts of its path that an address leaves open."""

    request: Request
    ids: tuple[str, ...] = ()

    def get(self, name: str) -> str:
        """A parameter, of the query string or of a form; nothing where there is none."""
        return self.request.form().get(name, "")

    def count(self, name: str, default: int) -> int:
        """A parameter that is a whole number; the default where it is none."""
        text = self.get(name)
        return int(text) if text.isdecimal() else default

    def json(self) -> Row:
        """The body as an object; empty where it is none."""
        return _object(self.request.body)

    def within(self, name: str) -> Row:
        """A parameter that holds an object; empty where it holds none."""
        return _object(self.get(name))


def _object(text: str | bytes) -> Row:
    try:
        row = json.loads(text)
    except ValueError:
        return {}
    return row if isinstance(row, dict) else {}


Handler = Callable[[Shelf, Call], Reply]


@dataclass(frozen=True, slots=True)
class Route:
    """One address, `*` standing for any part of it; `scope` may hold alternatives, parted by `|`."""

    method: str
    path: str
    handler: Handler
    scope: str
    sure: str = certainty.DOCUMENTED


def _nothing(shelf: Shelf, call: Call) -> None:
    """A product that asks for nothing beside the token."""


@dataclass(frozen=True, slots=True)
class Product:
    """A product: its name, where its paths begin, its addresses, its kinds of things, and its manners.

    `check` refuses a call that lacks what the product asks of every call; `furnish` makes what a person
    has there from the beginning.
    """

    name: str
    roots: tuple[str, ...]
    routes: tuple[Route, ...]
    kinds: tuple[str, ...]
    manners: Manners
    furnish: Callable[[Shelf], None]
    check: Callable[[Shelf, Call], None] = field(default=_nothing)

    def resolve(self, request: Request) -> tuple[Route, tuple[str, ...]] | None:
        """The address of a request and the parts that it leaves open; none where there is no such address."""
        return _matching(self.routes, request.method, _parts(request.path))

    def takes(self, path: str) -> bool:
        """Whether the address is there, for some method."""
        return any(_fits(_parts(each.path), _parts(path)) for each in self.routes)


def _parts(path: str) -> list[str]:
    return path.strip("/").split("/")


def _fits(shape: list[str], parts: list[str]) -> bool:
    same = len(shape) == len(parts)
    return same and all(piece in ("*", part) for piece, part in zip(shape, parts, strict=True))


def _matching(
    routes: tuple[Route, ...], method: str, parts: list[str]
) -> tuple[Route, tuple[str, ...]] | None:
    for each in routes:
        shape = _parts(each.path)
        if each.method == method and _fits(shape, parts):
            return each, tuple(part for piece, part in zip(shape, parts, strict=True) if piece == "*")
    return None
