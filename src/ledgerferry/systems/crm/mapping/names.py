"""Identities for the ids in CRM's rows, and for what CRM knows nothing of."""

from ledgerferry.model.ids import Identity, counterpart
from ledgerferry.model.ports import Bindings
from ledgerferry.model.record import Kind


class Names:
    """Who an id is, by the bindings; a record that the ferry does not know is named after its id."""

    def __init__(self, bindings: Bindings, kind: Kind, own: str) -> None:
        self._bindings = bindings
        self._own = self.identity(kind, own)

    def identity(self, kind: Kind, record: str) -> str:
        """The identity bound to an id."""
        bound = self._bindings.identities(str(kind), [record]).get(record)
        return bound or str(Identity("", str(kind), record))

    def counterpart(self, kind: str) -> str:
        """The identity of what the record itself is in the books; only its name is known here."""
        return counterpart(self._own, kind)
