"""Identities for the ids in Books' rows."""

from collections.abc import Mapping

from ledgerferry.model.ids import Identity
from ledgerferry.model.ports import Bindings
from ledgerferry.model.record import Kind


class Names:
    """Who an id is: by what the write itself named, else by the bindings, else as a stranger."""

    def __init__(self, bindings: Bindings, known: Mapping[str, str] | None = None) -> None:
        self._bindings = bindings
        self._known = known or {}

    def identity(self, kind: Kind, record: str) -> str:
        """The identity bound to an id; a record that the ferry does not know is named after its id."""
        known = self._known.get(record)
        if known is not None:
            return known
        bound = self._bindings.identities(str(kind), [record]).get(record)
        return bound or str(Identity("", str(kind), record))
