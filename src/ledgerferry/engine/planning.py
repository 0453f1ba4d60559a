"""Planning: from what a source wants to the operations that bring it about, pair by pair."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from ledgerferry.engine.merge import Decision, Pair, Verdict, decide
from ledgerferry.model.ids import Identity, operation_key
from ledgerferry.model.plan import Operation, Purpose
from ledgerferry.model.record import AnyContent, FileContent, InvoiceContent, Kind, Ref, WriteOffContent
from ledgerferry.store.bindings import Binding, BindingTable
from ledgerferry.store.ledger import Ledger
from ledgerferry.store.needs import hopeful, undone
from ledgerferry.store.operations import Operations
from ledgerferry.store.pairs import Pairs

# What settles an invoice, before the rest of it can be given up; all of it only of one that is sent.
_SETTLING = (Kind.PAYMENT, Kind.CREDIT)
_ON_SENT = (*_SETTLING, Kind.WRITE_OFF)
# What comes after all that settles: giving up the rest of an invoice, paying back that of a credit note.
_LAST = (Kind.WRITE_OFF, Kind.REFUND)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One record that the source wants at the target. ``adopts`` is one there, which holds ``adopted``.

    ``seen`` is when the record had last been modified, as far as a list told it.
    """

    identity: str
    content: AnyContent
    lineage: str | None = None
    adopts: Ref | None = None
    adopted: AnyContent | None = None
    seen: datetime | None = None


@dataclass(frozen=True)
class Joined:
    """A record that shall carry the id of what it is in another system; ``needs`` make that one."""

    identity: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Last:
    """What of a record's last operation of a plan its link goes by."""

    key: str
    content: AnyContent
    generation: int
    base: int


@dataclass(frozen=True)
class Place:
    """Where a plan is for: its run, link, connection and the name of the organisation behind it."""

    run: str
    link: str
    connection: str
    target: str


@dataclass
class Tally:
    """What a plan came to, by kind. ``note`` is told of each operation, instead of keeping them all."""

    note: Callable[[Operation], None] | None = None
    verdicts: dict[tuple[Kind, Verdict], int] = field(default_factory=dict)
    conflicts: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)

    def count(self, kind: Kind, verdict: Verdict) -> None:
        """One more pair of this kind with this verdict."""
        self.verdicts[kind, verdict] = self.verdicts.get((kind, verdict), 0) + 1


class Planner:
    """Plans pairs into the ledger. A new plan supersedes what its pair has not sent yet."""

    def __init__(
        self,
        place: Place,
        operations: Operations,
        bindings: BindingTable,
        pairs: Pairs,
        ledger: Ledger,
        before: Callable[[Connection, str], tuple[str, ...]] | None = None,
    ) -> None:
        """``before`` tells what another plan makes before a record of this identity can be created."""
        self._before = before
        self._place = place
        self._operations = operations
        self._bindings = bindings
        self._pairs = pairs
        self._ledger = ledger
        self._planned: dict[tuple[str, Purpose], str] = {}
        self._last: dict[str, _Last] = {}
        self._settling: dict[str, list[str]] = {}
        self._reopening: dict[str, str] = {}
        self._last_seq = 0

    def plan(
        self, tx: Connection, wanted: Iterable[Wanted], rights: Mapping[str, AnyContent], tally: Tally
    ) -> None:
        """Plan some pairs. ``rights`` holds what bound records hold now, where they moved since."""
        for one in wanted:
            if self._operations.unsettled(tx, self._place.link, one.identity):
                tally.unsettled.append(one.identity)
                self._pairs.mark(tx, self._place.link, one.identity, "a call of it is not settled")
                continue
            self._operations.supersede(tx, self._place.link, one.identity)
            self._pair(tx, one, rights.get(one.identity), tally)
            self._pairs.clear(tx, self._place.link, one.identity)

    def link(self, tx: Connection, joined: Iterable[Joined], tally: Tally) -> None:
        """Plan that records carry another system's ids, after their own writes of this plan."""
        for one in joined:
            last = self._last.get(one.identity)
            binding = self._bindings.find(tx, self._place.link, one.identity)
            content = last.content if last else binding.content if binding else None
            if content is None or one.identity in tally.unsettled:
                continue
            generation = last.generation if last else binding.generation if binding else 1
            base = (last.base + 1) if last else binding.agreement if binding else 1
            bare = self._operation(
                Purpose.LINK,
                Wanted(one.identity, content),
                content,
                generation,
                base,
                target=binding.ref if binding else None,
                needs=(*((last.key,) if last else ()), *one.needs),
            )
            self._put(tx, [bare], tally)

    def maker(self, tx: Connection, identity: str) -> tuple[str, ...]:
        """The operations that make a record, where that is still to be done."""
        planned = self._planned.get((identity, Purpose.CREATE))
        return (planned,) if planned else tuple(self._operations.open_keys(tx, self._place.link, identity))

    def making(self, tx: Connection, identity: str) -> tuple[str, ...]:
        """The operation of this plan that makes a record, where nothing keeps it from being done."""
        planned = self._planned.get((identity, Purpose.CREATE))
        return tuple(hopeful(tx, [planned])) if planned else ()

    def _pair(self, tx: Connection, one: Wanted, right: AnyContent | None, tally: Tally) -> None:
        binding = self._bindings.find(tx, self._place.link, one.identity)
        if binding is None and one.adopts is not None:
            binding = self._adopt(tx, one, one.adopts)
        if binding is None:
            generation = self._bindings.next_generation(tx, self._place.link, one.identity)
            tally.count(one.content.kind, Verdict.CREATE)
            self._put(tx, self._creates(one, generation), tally)
            return
        if one.lineage is not None:
            self._bindings.lineages(tx, self._place.link, one.identity, one.lineage)
        pair = Pair(
            identity=one.identity,
            left=one.content,
            right=right or binding.content,
            agreement=binding.content,
        )
        self._settle(tx, one, binding, decide(pair), tally)

    def _settle(
        self, tx: Connection, one: Wanted, binding: Binding, decision: Decision, tally: Tally
    ) -> None:
        """Plan what a bound pair asks for. What waited for its former plan waits for the new one."""
        tally.count(one.content.kind, decision.verdict)
        if decision.verdict is Verdict.CONFLICT:
            tally.conflicts.append((one.identity, decision.fields))
            return
        made = self._updates(one, binding, decision.fields) if decision.fields else []
        self._put(tx, made, tally)
        self._operations.succeed(tx, self._place.link, one.identity, made[-1].key if made else None)

    def _adopt(self, tx: Connection, one: Wanted, ref: Ref) -> Binding:
        binding = Binding(
            link=self._place.link,
            identity=one.identity,
            ref=ref,
            agreement=1,
            generation=self._bindings.next_generation(tx, self._place.link, one.identity),
            content=one.adopted or one.content,
            lineage=one.lineage,
        )
        self._bindings.bind(tx, binding)
        self._ledger.append(tx, "adopted", run=self._place.run, about=ref.id)
        return binding

    def _creates(self, one: Wanted, generation: int) -> list[Operation]:
        if isinstance(one.content, FileContent):
            return [self._operation(Purpose.ATTACH, one, one.content, generation, 0)]
        if isinstance(one.content, WriteOffContent):
            return [self._operation(Purpose.WRITE_OFF, one, one.content, generation, 0)]
        if not isinstance(one.content, InvoiceContent) or not one.content.sent:
            return [self._operation(Purpose.CREATE, one, one.content, generation, 0)]
        draft = one.content.model_copy(update={"sent": False})
        create = self._operation(Purpose.CREATE, one, draft, generation, 0)
        send = self._operation(Purpose.SEND, one, one.content, generation, 1, needs=(create.key,))
        return [create, send]

    def _updates(self, one: Wanted, binding: Binding, fields: tuple[str, ...]) -> list[Operation]:
        if isinstance(one.content, FileContent):
            return [self._operation(Purpose.ATTACH, one, one.content, binding.generation, binding.agreement)]
        made: list[Operation] = []
        written = tuple(f for f in fields if f != "sent")
        base = binding.agreement
        if written:
            sent = {"sent": getattr(binding.content, "sent", None)} if "sent" in fields else {}
            content = one.content.model_copy(update=sent)
            made.append(
                self._operation(
                    Purpose.UPDATE,
                    one,
                    content,
                    binding.generation,
                    base,
                    target=binding.ref,
                    changed=written,
                    former=binding.content,
                )
            )
            base += 1
        if "sent" in fields:
            made.append(
                self._operation(
                    Purpose.SEND,
                    one,
                    one.content,
                    binding.generation,
                    base,
                    target=binding.ref,
                    needs=tuple(o.key for o in made),
                )
            )
        return made

    def _operation(
        self,
        purpose: Purpose,
        one: Wanted,
        content: AnyContent,
        generation: int,
        base: int,
        *,
        target: Ref | None = None,
        changed: tuple[str, ...] = (),
        needs: tuple[str, ...] = (),
        former: AnyContent | None = None,
    ) -> Operation:
        place = self._place
        key = operation_key(
            place.target, place.link, Identity.parse(one.identity), purpose, generation, base or None
        )
        return Operation(
            key=key,
            run=place.run,
            link=place.link,
            connection=place.connection,
            kind=content.kind,
            purpose=purpose,
            identity=one.identity,
            generation=generation,
            base=base,
            content=content,
            changed=changed,
            target=target,
            needs=needs,
            lineage=one.lineage,
            former=former,
            seen=one.seen,
        )

    def _put(self, tx: Connection, operations: list[Operation], tally: Tally) -> None:
        for bare in operations:
            needs = tuple(dict.fromkeys((*bare.needs, *self._needs(tx, bare), *self._foreign(tx, bare))))
            operation = bare.model_copy(update={"needs": needs})
            blockers = len(undone(tx, needs)) if needs else 0
            self._planned[operation.identity, operation.purpose] = operation.key
            last = _Last(operation.key, operation.content, operation.generation, operation.base)
            self._last[operation.identity] = last
            for invoice in operation.content.touches() if operation.kind in _SETTLING else ():
                self._settling.setdefault(invoice, []).append(operation.key)
            if isinstance(operation.content, WriteOffContent) and not operation.content.amount:
                self._reopening[operation.content.invoice] = operation.key
            if self._operations.plan(tx, operation, self._seq(tx), blockers):
                (tally.note or tally.operations.append)(operation)
                self._ledger.append(tx, "planned", run=operation.run, about=operation.key)

    def _seq(self, tx: Connection) -> int:
        self._last_seq = self._last_seq + 1 if self._last_seq else self._operations.next_seq(tx)
        return self._last_seq

    def _foreign(self, tx: Connection, operation: Operation) -> tuple[str, ...]:
        if self._before is None or operation.purpose is not Purpose.CREATE:
            return ()
        return self._before(tx, operation.identity)

    def _needs(self, tx: Connection, operation: Operation) -> tuple[str, ...]:
        if operation.purpose in (Purpose.SEND, Purpose.LINK):
            return ()
        found: list[str] = []
        for identity in operation.content.refers():
            key = self._planned.get((identity, Purpose.SEND)) if operation.kind in _ON_SENT else None
            key = key or self._planned.get((identity, Purpose.CREATE))
            found += [key] if key else self._operations.open_keys(tx, operation.link, identity)
            found += self._settling.get(identity, []) if operation.kind in _LAST else []
            if operation.kind in _SETTLING and identity in self._reopening:
                found.append(self._reopening[identity])
        return tuple(found)
