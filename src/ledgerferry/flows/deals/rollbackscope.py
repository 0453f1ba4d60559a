"""Weighing the rollback of a CRM: deals go with their files, then contacts, then accounts.

What a person changed stays, and so does what stays or others lean on.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from ledgerferry.engine.undoing import Undo
from ledgerferry.flows.kept import Code, Kept, kept, what
from ledgerferry.flows.lateredits import LaterEdits
from ledgerferry.flows.rollbackfacts import Key, RollbackFacts, key_of
from ledgerferry.flows.rollbackscope import Weighed
from ledgerferry.model.plan import Purpose
from ledgerferry.model.record import Kind, Summary
from ledgerferry.store.bindings import Binding

_ORDER = (Kind.DEAL, Kind.CONTACT, Kind.ACCOUNT)


def weigh(facts: RollbackFacts) -> Weighed:
    """Weigh the rollback of a CRM against what it holds now."""
    scale = _Scale(facts, LaterEdits(facts))
    scale.settle()
    return Weighed(list(scale.undos()), scale.kept, [facts.own[i] for i in scale.gone])


@dataclass
class _Scale:
    """Settles for each record whether it goes."""

    facts: RollbackFacts
    touched: LaterEdits
    stays: dict[str, tuple[Code, str]] = field(default_factory=dict)
    partly: list[tuple[Binding, Kept]] = field(default_factory=list)
    restored: list[Undo] = field(default_factory=list)
    gone: dict[str, None] = field(default_factory=dict)

    @property
    def kept(self) -> list[tuple[Binding, Kept]]:
        """What stays, and why."""
        own = self.facts.own
        return [*((own[i], kept(own[i], *why)) for i, why in self.stays.items()), *self.partly]

    def settle(self) -> None:
        """From what each record says of itself to what hangs on what."""
        for binding in self.facts.own.values():
            if binding.ref.kind is not Kind.FILE:
                self._by_itself(binding)
        for binding in self.facts.live:
            if binding.identity not in self.facts.own:
                self._restore(binding)
        for kind in (Kind.CONTACT, Kind.ACCOUNT):
            for binding in list(self._going(kind)):
                self._hanging(binding)
        for file in self._files():
            deal = getattr(file.content, "document", "")
            if deal in self.stays:
                self.stays[file.identity] = Code.HUNG, "Its deal stays."

    def _by_itself(self, binding: Binding) -> None:
        identity = binding.identity
        if self.facts.is_gone(binding):
            self.gone[identity] = None
            return
        why = self.touched.barred(binding) or self._edited(binding) or self._refused(binding)
        if why is not None:
            self.stays[identity] = why

    def _edited(self, binding: Binding) -> tuple[Code, str] | None:
        fields = self.touched.edited(binding)
        return (
            (Code.EDITED, f"It was changed in the CRM after the run: {', '.join(fields)}.")
            if fields
            else None
        )

    def _refused(self, binding: Binding) -> tuple[Code, str] | None:
        why = self.facts.refused.get((binding.identity, Purpose.DELETE))
        return None if why is None else (Code.REFUSED, f"The CRM refuses to take it back: {why}.")

    def _restore(self, binding: Binding) -> None:
        """What a record was that the run found there and changed; the books' id is taken out of it again."""
        operations = self.facts.written.changed.get(key_of(binding), ())
        if not operations or self.facts.is_gone(binding):
            return
        undo, left = self.touched.restored(binding, operations)
        self.partly += [(binding, one) for one in left]
        if undo is not None:
            self.restored.append(undo)
        row = self.facts.row(binding)
        linked = row is not None and row.reference and any(o.purpose is Purpose.LINK for o in operations)
        barred = self.touched.barred(binding) or (binding.identity, Purpose.LINK) in self.facts.refused
        if linked and not barred and undo is None:
            self.restored.append(Undo(binding, Purpose.LINK, binding.content))

    def _hanging(self, binding: Binding) -> None:
        """A contact or account that a record names which stays must stay too."""
        naming = next(self._named(binding), None)
        if naming is not None:
            self.stays[binding.identity] = Code.HUNG, f"The {naming} stays on it."

    def _named(self, binding: Binding) -> Iterator[str]:
        yield from (
            what(other) for other in self._naming.get(binding.identity, ()) if not self._leaves(other)
        )
        if binding.ref.kind is Kind.ACCOUNT:
            for row in self._of_account.get(binding.ref.id, ()):
                key = row.ref.kind, row.ref.id
                bound = self._bound.get(key)
                if key not in self.facts.deleted and (bound is None or not self._leaves(bound)):
                    yield f"{row.ref.kind} {row.name}"

    @cached_property
    def _naming(self) -> dict[str, list[Binding]]:
        """Bound records by the account or contact that they name."""
        found: dict[str, list[Binding]] = {}
        for other in self.facts.live:
            for identity in other.content.refers() if other.ref.kind in _ORDER else ():
                found.setdefault(identity, []).append(other)
        return found

    @cached_property
    def _of_account(self) -> dict[str, list[Summary]]:
        """The rows of each account's id."""
        found: dict[str, list[Summary]] = {}
        for row in self.facts.population.ids.values():
            if row.customer is not None:
                found.setdefault(row.customer, []).append(row)
        return found

    @cached_property
    def _bound(self) -> dict[Key, Binding]:
        """Bindings by their record."""
        return {key_of(b): b for b in self.facts.live}

    def _leaves(self, binding: Binding) -> bool:
        return binding.identity in self.gone or self._goes(binding.identity)

    def _goes(self, identity: str) -> bool:
        return identity in self.facts.own and identity not in self.stays and identity not in self.gone

    def _going(self, kind: Kind) -> Iterator[Binding]:
        return (b for i, b in self.facts.own.items() if b.ref.kind is kind and self._goes(i))

    def _files(self) -> list[Binding]:
        return [b for b in self.facts.own.values() if b.ref.kind is Kind.FILE]

    def undos(self) -> Iterator[Undo]:
        """What is undone: files of deals that were there before, deals with theirs, contacts, accounts."""
        for file in self._files():
            deal = getattr(file.content, "document", "")
            if self._goes(file.identity) and not self._goes(deal) and deal not in self.gone:
                yield Undo(file, Purpose.DELETE, file.content)
        for kind in _ORDER:
            for binding in self._going(kind):
                yield Undo(
                    binding,
                    Purpose.DELETE,
                    binding.content,
                    after=tuple(b.identity for b in self._naming.get(binding.identity, ())),
                    along=tuple(f.identity for f in self.facts.files_of.get(binding.identity, ())),
                )
        yield from self.restored
