"""The addresses of CRM."""

from ledgerferry_sandbox.crm import (
    attachments,
    bulk,
    converting,
    copying,
    files,
    mass_updates,
    merging,
    notifications,
    org_calls,
    photos,
    profiles,
    record_calls,
    related,
    settings,
    territories,
    users,
)
from ledgerferry_sandbox.crm.coql import calls as coql_calls
from ledgerferry_sandbox.crm.errors import Refusal
from ledgerferry_sandbox.crm.route import Route
from ledgerferry_sandbox.crm.search import calls as search_calls

PREFIX = "/crm/"
ROUTES: tuple[Route, ...] = (
    *org_calls.ROUTES,
    *users.ROUTES,
    *profiles.ROUTES,
    *settings.ROUTES,
    *record_calls.ROUTES,
    *attachments.ROUTES,
    *files.ROUTES,
    *related.ROUTES,
    *photos.ROUTES,
    *copying.ROUTES,
    *mass_updates.ROUTES,
    *territories.ROUTES,
    *converting.ROUTES,
    *merging.ROUTES,
    *coql_calls.ROUTES,
    *search_calls.ROUTES,
    *notifications.ROUTES,
    *bulk.ROUTES,
)
"""Every address; each room of CRM brings its own `ROUTES`."""
NO_MODULES = {route.path.split("/")[1] for route in ROUTES} - {"*", "v8", "Leads"}
"""What an address may begin with that is no module's name."""


def _rank(shape: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(part == "*" for part in shape)


SHAPES: dict[int, dict[tuple[str, ...], dict[str, Route]]] = {}
for _route in ROUTES:
    _shape = tuple(_route.path.split("/"))
    SHAPES.setdefault(len(_shape), {}).setdefault(_shape, {})[_route.method] = _route
for _length, _shapes in SHAPES.items():
    SHAPES[_length] = dict(sorted(_shapes.items(), key=lambda item: _rank(item[0])))


def resolve(method: str, path: str) -> tuple[Route, tuple[str, ...]]:
    """The route of an address and what stands for its stars; the most literal address decides.

    INVALID_URL_PATTERN for an unknown address, INVALID_REQUEST_METHOD for a wrong method (F59).
    """
    parts = tuple(path.removeprefix(PREFIX).strip("/").split("/"))
    for shape, methods in SHAPES.get(len(parts), {}).items():
        if shape[1] == "*" and parts[1] in NO_MODULES:
            continue
        if all(piece in ("*", part) for piece, part in zip(shape, parts, strict=True)):
            if method not in methods:
                raise Refusal("INVALID_REQUEST_METHOD", "The http request method type is not a valid one")
            return methods[method], tuple(
                part for piece, part in zip(shape, parts, strict=True) if piece == "*"
            )
    text = "Please check if the URL trying to access is a correct one"
    raise Refusal("INVALID_URL_PATTERN", text, status=404)
