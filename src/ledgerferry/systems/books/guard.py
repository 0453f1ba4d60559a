"""The ladder of guards: how a create is written so that a repeat of it cannot make a second record."""

from collections.abc import Mapping
from typing import Any, Final

from ledgerferry.model.plan import Operation, Rung
from ledgerferry.model.ports import Journal
from ledgerferry.model.record import Kind
from ledgerferry.systems.books.api import BooksApi, Seen
from ledgerferry.systems.books.declaration import BooksSettings
from ledgerferry.systems.books.mapping.invoices import NOT_SENT, OWN_NUMBER
from ledgerferry.wire.message import Pairs

_QUERY: Final[Mapping[tuple[Kind, bool], Pairs]] = {
    (Kind.INVOICE, False): NOT_SENT,
    (Kind.INVOICE, True): OWN_NUMBER,
    (Kind.CREDIT_NOTE, False): OWN_NUMBER,
    (Kind.CREDIT_NOTE, True): OWN_NUMBER,
}


class Guard:
    """Creates on the rung that the connection may use for the kind.

    ``a`` writes to the collection by the unique field's value (F31), ``b`` sets the unique field so that
    Books refuses a repeat, ``c`` leans on unique names and numbers, and for payments on the reference.
    """

    def __init__(self, api: BooksApi, settings: BooksSettings) -> None:
        self._api = api
        self._settings = settings

    def rung(self, kind: Kind) -> Rung:
        """The rung in use."""
        return self._settings.rung(kind)

    def key(self, operation: Operation) -> tuple[str, str] | None:
        """The unique field and its value, on the rungs that use one."""
        if self.rung(operation.kind) in (Rung.UPSERT, Rung.KEY):
            return self._settings.key_field, operation.key
        return None

    def reference(self, operation: Operation, reference: str | None) -> str:
        """A payment's reference: its own, else on rung ``c`` the key, by which a probe finds it."""
        if reference:
            return reference
        return "" if self.key(operation) else operation.key

    def create(self, operation: Operation, body: dict[str, Any], journal: Journal) -> Seen:
        """The record, new, or on rung ``a`` the one that an earlier attempt made."""
        kind, key = operation.kind, self.key(operation)
        if key is not None and self.rung(kind) is Rung.UPSERT:
            return self._api.upsert(kind, body, key, journal, subject=operation.key,
                                    query=_QUERY.get((kind, True), ()))
        return self._api.create(kind, body, journal, subject=operation.key,
                                query=_QUERY.get((kind, False), ()))
