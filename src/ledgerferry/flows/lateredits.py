"""What a person changed in the account after a run, and updates taken back around it."""

from collections.abc import Sequence

from ledgerferry.engine.merge import moved as differing
from ledgerferry.engine.undoing import Undo
from ledgerferry.flows.kept import Code, Kept, kept
from ledgerferry.flows.rollbackfacts import PARTS, RollbackFacts
from ledgerferry.model.plan import Operation, Purpose
from ledgerferry.model.record import AnyContent
from ledgerferry.store.bindings import Binding


class LaterEdits:
    """Looks at bound records, read in full only where they moved after our last write."""

    def __init__(self, facts: RollbackFacts) -> None:
        self._facts = facts

    def edited(self, binding: Binding) -> tuple[str, ...]:
        """The fields in which a record differs from its agreement, where it moved after our last write."""
        if binding.ref.kind not in (*self._facts.population.kinds, *PARTS):
            return ()
        if not self._facts.moved_since(binding):
            return ()
        record = self._facts.get(binding.ref)
        if record is None:
            return ()
        fields = self._facts.moved(binding.content, record.content)
        if record.status == "void" or not hasattr(record.content, "sent"):
            return fields
        sent = getattr(record.content, "sent", None) == getattr(binding.content, "sent", None)
        return fields if sent else (*fields, "status")

    def is_void(self, binding: Binding) -> bool:
        """Whether somebody voided it since; no list is asked about what did not move."""
        row = self._facts.row(binding)
        return row is not None and row.status == "void"

    def barred(self, binding: Binding) -> tuple[Code, str] | None:
        """Why a record cannot be taken back now, whatever it holds."""
        if self._facts.unsettled(binding.identity):
            return Code.UNSETTLED, "Whether a call of it happened is not known."
        if (run := self._facts.later(binding.ref)) is not None:
            return Code.LATER, f"The run {run} wrote to it afterwards."
        return None

    def restored(
        self, binding: Binding, operations: Sequence[Operation]
    ) -> tuple[Undo | None, list[Kept]]:
        """The update that brings back what the run changed, and what of it cannot be brought back."""
        left: list[Kept] = []
        if any(o.purpose is Purpose.SEND for o in operations):
            left.append(kept(binding, Code.SENT, "The run marked it as sent."))
        former = next((o.former for o in operations if o.purpose is Purpose.UPDATE), None)
        changed = _fields(former, binding.content)
        if former is None or not changed:
            return None, left
        why = self.barred(binding) or self._refused(binding)
        if why is not None:
            return None, [*left, kept(binding, *why)]
        theirs = [f for f in changed if f in self.edited(binding)]
        if theirs:
            text = f"Changed in the account after the run, so not restored: {', '.join(theirs)}."
            left.append(kept(binding, Code.EDITED, text))
        mine = tuple(f for f in changed if f not in theirs)
        if not mine:
            return None, left
        back = {f: getattr(former, f) for f in mine}
        if not theirs and hasattr(former, "figures"):
            back["figures"] = former.figures
        row = self._facts.row(binding)
        content, seen = binding.content.model_copy(update=back), row.modified if row else None
        return Undo(binding, Purpose.UPDATE, content, mine, seen=seen), left

    def _refused(self, binding: Binding) -> tuple[Code, str] | None:
        why = self._facts.refused.get((binding.identity, Purpose.UPDATE))
        return None if why is None else (Code.REFUSED, f"The account refuses to restore it: {why}.")


def _fields(former: AnyContent | None, now: AnyContent) -> list[str]:
    """What of a record an update can bring back."""
    if former is None or type(former) is not type(now):
        return []
    return [f for f in differing(former, now) if f not in ("figures", "sent")]
