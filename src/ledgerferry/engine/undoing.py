"""Undoing: from what a rollback takes back to the operations that do it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from ledgerferry.engine.planning import Place
from ledgerferry.model.ids import Identity, operation_key
from ledgerferry.model.plan import Operation, Purpose
from ledgerferry.model.record import AnyContent
from ledgerferry.store.bindings import Binding
from ledgerferry.store.ledger import Ledger
from ledgerferry.store.needs import undone
from ledgerferry.store.operations import Operations


@dataclass(frozen=True)
class Undo:
    """One record to be taken back: deleted, voided, or updated to what it was.

    ``content`` is what it shall hold after an update, with the fields ``changed``. ``after`` are
    identities whose own undoing comes first, ``along`` those whose records go away with it. ``seen`` is
    when the record had last been modified, as far as a list told it.
    """

    binding: Binding
    purpose: Purpose
    content: AnyContent
    changed: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    along: tuple[str, ...] = ()
    seen: datetime | None = None


class Undoer:
    """Plans what is undone into the ledger, in the order given; what an identity comes after is planned."""

    def __init__(self, place: Place, operations: Operations, ledger: Ledger) -> None:
        self._place = place
        self._operations = operations
        self._ledger = ledger
        self._planned: dict[str, str] = {}
        self._last_seq = 0

    def plan(self, tx: Connection, undos: Iterable[Undo]) -> list[Operation]:
        """Plan some; the operations. What was planned of their pairs before and not sent is taken back."""
        made = []
        for one in undos:
            self._operations.supersede(tx, self._place.link, one.binding.identity)
            operation = self.operation(one)
            blockers = len(undone(tx, operation.needs)) if operation.needs else 0
            if self._operations.plan(tx, operation, self._seq(tx), blockers):
                self._planned[one.binding.identity] = operation.key
                self._ledger.append(tx, "planned", run=operation.run, about=operation.key)
                made.append(operation)
        return made

    def operation(self, one: Undo) -> Operation:
        """The operation that undoes one record."""
        place, binding = self._place, one.binding
        identity = Identity.parse(binding.identity)
        key = operation_key(
            place.target, place.link, identity, one.purpose, binding.generation, binding.agreement
        )
        return Operation(
            key=key,
            run=place.run,
            link=place.link,
            connection=place.connection,
            kind=one.content.kind,
            purpose=one.purpose,
            identity=binding.identity,
            generation=binding.generation,
            base=binding.agreement,
            content=one.content,
            changed=one.changed,
            target=binding.ref,
            needs=tuple(self._planned[i] for i in one.after if i in self._planned),
            former=binding.content if one.purpose is Purpose.UPDATE else None,
            undoes=True,
            along=one.along,
            seen=one.seen,
        )

    def _seq(self, tx: Connection) -> int:
        self._last_seq = self._last_seq + 1 if self._last_seq else self._operations.next_seq(tx)
        return self._last_seq
