"""The envelope of Zoho's finance products: records under their module's name, and a page's context (F14)."""

from collections.abc import Mapping, Sequence


def rows_of(envelope: Mapping[str, object], *names: str) -> list[Mapping[str, object]]:
    """The list of records in an envelope, under the first of the names that it has."""
    for name in names:
        found = envelope.get(name)
        if isinstance(found, Sequence) and not isinstance(found, str):
            return [row for row in found if isinstance(row, Mapping)]
    return []


def row_of(envelope: Mapping[str, object], *names: str) -> Mapping[str, object]:
    """The one record in an envelope, alone or as the only row of a list; empty where there is none."""
    for name in names:
        found = envelope.get(name)
        if isinstance(found, Mapping):
            return found
        if isinstance(found, Sequence) and len(found) == 1 and isinstance(found[0], Mapping):
            return found[0]
    return {}


def has_more(envelope: Mapping[str, object]) -> bool:
    """Whether the list goes on (F14; ``page_context`` may be an object or a list of one)."""
    return row_of(envelope, "page_context").get("has_more_page") is True
