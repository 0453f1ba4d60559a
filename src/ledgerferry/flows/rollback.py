"""Rollback: a plan whose source is the receipts of runs, in reverse; and what it came to."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from ledgerferry.engine.apply import Side
from ledgerferry.engine.observe import Population, lists, observe
from ledgerferry.engine.undoing import Undoer
from ledgerferry.flows.kept import Code, Kept, kept
from ledgerferry.flows.migrate import LINK, place_of
from ledgerferry.flows.pairing import once
from ledgerferry.flows.price import Allowance, SystemPrice, joined
from ledgerferry.flows.result import SYSTEMS, RollbackResult, Undone
from ledgerferry.flows.rollbackfacts import RollbackFacts, Written
from ledgerferry.flows.rollbackprice import at_most, cost
from ledgerferry.flows.rollbackscope import Weighed, weigh
from ledgerferry.flows.shelf import Shelf
from ledgerferry.flows.spending import Spending, by_declaration
from ledgerferry.model.plan import Operation, Price, Purpose, State
from ledgerferry.model.ports import Clock
from ledgerferry.model.record import Kind, Record, Ref
from ledgerferry.store.bindings import Binding
from ledgerferry.store.runs import Order, Run, RunState

FLOW = "rollback"
Weigh = Callable[[RollbackFacts], Weighed]
_CREATED = (Purpose.CREATE, Purpose.ATTACH, Purpose.WRITE_OFF)
_UNDOES = (Purpose.DELETE, Purpose.VOID, Purpose.UPDATE, Purpose.LINK)


@dataclass
class Planned:
    """One plan of a rollback: what is undone, what stays, and what the account still shows."""

    weighed: Weighed
    costs: list[SystemPrice]
    at_most: dict[str, int]
    left: list[str] = field(default_factory=list)

    @property
    def price(self) -> Price:
        """What it costs where nothing is refused."""
        return joined(self.costs)

    @property
    def kept(self) -> list[Kept]:
        """What stays."""
        return [one for _, one in self.weighed.kept]

    @property
    def changes(self) -> dict[str, Undone]:
        """How many records of a kind are deleted, voided and restored."""
        found: dict[str, Undone] = {}
        names = {Purpose.DELETE: "delete", Purpose.VOID: "void", Purpose.UPDATE: "restore"}
        names[Purpose.LINK] = "restore"
        for undo in self.weighed.undos:
            one, name = found.setdefault(undo.content.kind, Undone()), names[undo.purpose]
            setattr(one, name, getattr(one, name) + 1)
            if undo.along:
                found.setdefault(Kind.FILE, Undone()).delete += len(undo.along)
        return found


class Rollback:
    """Takes back what runs wrote through one connection: one rollback, planned as often as it takes."""

    def __init__(
        self,
        shelf: Shelf,
        side: Side,
        organization: str,
        clock: Clock,
        *,
        link: str = LINK,
        weigh: Weigh = weigh,
        system: str = "books",
        allowance: Callable[[], Allowance] | None = None,
    ) -> None:
        """``link`` is what the runs planned their writes under, ``weigh`` settles what goes and stays.

        Without ``allowance`` the system's own limits count, as if nothing were used of them.
        """
        self._allowance = allowance or by_declaration(side, 0)
        self._link = link
        self._weigh = weigh
        self._system = system
        self._shelf = shelf
        self._side = side
        self._organization = organization
        self._clock = clock
        self._chosen: _Chosen | None = None

    def stop(self, run: Run) -> None:
        """Send nothing more of the runs that are taken back, nor of an earlier plan of this rollback."""
        with self._shelf.rooms.database.transaction("stop") as tx:
            for one in run.order.runs:
                self._shelf.rooms.operations.stop(tx, one)
                self._shelf.ledger.append(tx, "stopped", run=run.id, about=one)
            self._take_back(tx, run)

    def unsettled(self, run: Run) -> bool:
        """Whether a call of them is under way, or its answer not known yet."""
        operations = self._shelf.rooms.operations
        with self._shelf.rooms.database.read() as conn:
            return any(operations.counts(conn, one).active for one in (*run.order.runs, run.id))

    def look(self, run: Run) -> Planned:
        """Observe the account and say what would be done; nothing is sent, nothing planned."""
        shelf, side = self._shelf, self._side
        spending = Spending(side, self._allowance)
        population = observe(
            shelf.rooms.database, shelf.sightings, side.connection, side.target, self._kinds()
        )
        read: dict[Ref, Record | None] = {}
        facts = self._facts(run, population, read)
        weighed = self._weigh(facts)
        left = [] if weighed.undos else self._left(facts)
        planned = [self._undoer(run).operation(undo) for undo in weighed.undos]
        priced = cost(self._system, side, spending, planned, population, read)
        return Planned(weighed, [priced], {self._system: at_most(side, planned, priced)}, left)

    def _undoer(self, run: Run) -> Undoer:
        place = replace(place_of(run, self._side, self._organization), link=self._link)
        return Undoer(place, self._shelf.rooms.operations, self._shelf.ledger)

    def _kinds(self) -> tuple[Kind, ...]:
        """The kinds to be listed: also of what rollbacks deleted, which a list may still show."""
        with self._shelf.rooms.database.read() as conn:
            deleted = self._shelf.rooms.operations.deleted(conn, self._side.connection)
            there = {*self._shelf.bindings.kinds(conn, self._link), *(kind for kind, _ in deleted)}
        return lists(self._side.target, there)

    def plan(self, run: Run) -> tuple[Planned, int]:
        """Look, and write the plan into the ledger; with how many operations there are.

        A plan without any is the proof that all is taken back but what it lists.
        """
        shelf, planned = self._shelf, self.look(run)
        with shelf.rooms.database.transaction("plan") as tx:
            self._take_back(tx, run)
            self._note(tx, planned.weighed)
            made = self._undoer(run).plan(tx, planned.weighed.undos)
            shelf.rooms.operations.confirm(tx, run.id)
            shelf.runs.move(tx, run.id, RunState.APPLYING, self._clock.now())
        return planned, len(made)

    def _take_back(self, tx: Connection, run: Run) -> None:
        operations = self._shelf.rooms.operations
        listed = operations.listed(tx, [State.PLANNED, State.READY], run.id)
        for stale in (one for one, _ in listed if one.link == self._link):
            operations.supersede(tx, self._link, stale.identity)

    def _note(self, tx: Connection, weighed: Weighed) -> None:
        """Close the generations of what is gone already; mark what stays, so that it is not loaded anew."""
        bindings = self._shelf.bindings
        for binding in weighed.gone:
            bindings.close(tx, binding.link, binding.identity)
        for undo in weighed.undos:
            bindings.keep(tx, self._link, undo.binding.identity, None)
        for binding, why in weighed.kept:
            bindings.keep(tx, self._link, binding.identity, None if why.code is Code.LATER else why.code)

    def _facts(
        self, run: Run, population: Population, read: dict[Ref, Record | None]
    ) -> RollbackFacts:
        shelf, operations = self._shelf, self._shelf.rooms.operations
        with shelf.rooms.database.read() as conn:
            here, bound = self._side.connection, shelf.bindings.live(conn, self._link)
            live = [b for b in bound if b.ref.connection == here]
            chosen = self._chosen = self._chosen or self._choose(conn, run.order)
            deleted = operations.deleted(conn, self._side.connection)
            writers = operations.writers(conn, self._side.connection)
            refusals = operations.listed(conn, [State.KEPT], run.id)
            over = {r.id for r in shelf.runs.all(conn)
                    if r.order.flow == FLOW or r.state is RunState.ROLLED_BACK}  # fmt: skip
            blocked = operations.unsettled_among(conn, self._link, [b.identity for b in live])

        def later(ref: Ref) -> str | None:
            wrote = writers.get((ref.kind, ref.id), [])
            last = max((place for place, (key, _) in enumerate(wrote) if key in chosen.keys), default=-1)
            return next((by for _, by in wrote[last + 1 :] if by not in over), None)

        return RollbackFacts(
            live=live,
            population=population,
            written=chosen.written,
            deleted=deleted,
            refused={(o.identity, o.purpose): s.why or "it says no" for o, s in refusals},
            later=later,
            unsettled=blocked.__contains__,
            get=once(lambda ref: self._side.target.get(ref, self._side.bindings), read),
            moved=self._side.target.moved,
        )

    def _choose(self, conn: Connection, order: Order) -> "_Chosen":
        """The receipts that are taken back: of these runs, from their span of time."""
        chosen = _Chosen()
        for run in order.runs:
            moments = {e.about: e.at for e in self._shelf.ledger.entries(conn, run) if e.event == "receipt"}
            receipts = self._shelf.rooms.operations.receipts(conn, run)
            done = self._shelf.rooms.operations.listed(conn, [State.DONE], run)
            for operation, _ in done:
                at = moments.get(operation.key)
                if at is None or not _within(order, at):
                    chosen.whole = False
                elif operation.key in receipts and operation.link == self._link:
                    chosen.add(operation, receipts[operation.key].ref)
        return chosen

    def _left(self, facts: RollbackFacts) -> list[str]:
        """What a list still shows although it was deleted, and what is there indeed when asked for."""
        shown = [Ref(connection=self._side.connection, kind=kind, id=record)
                 for kind, record in facts.deleted if (kind, record) in facts.population.ids]  # fmt: skip
        return [str(ref) for ref in shown if facts.get(ref) is not None]

    def close(self, run: Run, planned: Planned) -> RollbackResult:
        """All is taken back that can be: the runs are rolled back, this one is done."""
        shelf, now = self._shelf, self._clock.now()
        with shelf.rooms.database.read() as conn:
            whole = (self._chosen or self._choose(conn, run.order)).whole
        outcome = self.result(run.model_copy(update={"state": RunState.DONE}), planned)
        with shelf.rooms.database.transaction("rolled-back") as tx:
            for one in run.order.runs if whole else ():
                shelf.runs.move(tx, one, RunState.ROLLED_BACK, now)
                shelf.ledger.append(tx, "rolled-back", run=run.id, about=one)
            shelf.runs.move(tx, run.id, RunState.DONE, now)
            shelf.runs.describe(tx, run.id, result=outcome.model_dump_json())
            shelf.ledger.append(tx, "run-done", run=run.id, about=run.id)
        state = RunState.ROLLED_BACK if whole else RunState.DONE
        return outcome.model_copy(update={"state": state})

    def result(self, run: Run, planned: Planned | None) -> RollbackResult:
        """The rollback as the verb prints it: its counts by the ledger, what stays by the last plan."""
        with self._shelf.rooms.database.read() as conn:
            operations = self._shelf.rooms.operations
            done = [o for o, _ in operations.listed(conn, [State.DONE], run.id)]
            dead = [s for one in run.order.runs for _, s in operations.listed(conn, [State.DEAD], one)]
        only = run.order.runs[0] if len(run.order.runs) == 1 else run.id
        return RollbackResult(
            run=only,
            rollback=run.id,
            runs=run.order.runs,
            state=run.state,
            undone=sum(1 + len(o.along) for o in done if o.purpose in _UNDOES),
            kept=planned.kept if planned else [],
            voided=[_voided(o) for o in done if o.purpose is Purpose.VOID],
            left=planned.left if planned else [],
            unsettled=sum(s.doubtful for s in dead),
            calls=dict.fromkeys(SYSTEMS, 0) | run.calls,
            waiting_until=run.waiting_until.isoformat() if run.waiting_until else None,
            price=planned.price if planned and planned.weighed.undos else None,
            at_most=planned.at_most if planned and planned.weighed.undos else None,
            changes=planned.changes if planned and planned.weighed.undos else None,
        )


@dataclass
class _Chosen:
    """The operations that are taken back; ``whole`` where that is all that their runs did."""

    keys: set[str] = field(default_factory=set)
    created: set[tuple[Kind, str]] = field(default_factory=set)
    changed: dict[tuple[Kind, str], list[Operation]] = field(default_factory=dict)
    whole: bool = True

    def add(self, operation: Operation, ref: Ref) -> None:
        """One more."""
        self.keys.add(operation.key)
        if operation.purpose in _CREATED:
            self.created.add((ref.kind, ref.id))
        else:
            self.changed.setdefault((ref.kind, ref.id), []).append(operation)

    @property
    def written(self) -> Written:
        """What the receipts prove; updates by the agreement that they started from."""
        in_order = {key: sorted(made, key=lambda o: (o.generation, o.base))
                    for key, made in self.changed.items()}  # fmt: skip
        return Written(self.created, in_order)


def _within(order: Order, at: datetime) -> bool:
    return (order.since is None or at >= order.since) and (order.until is None or at < order.until)


def _voided(operation: Operation) -> Kept:
    if operation.target is None:
        raise TypeError(operation.key)
    binding = Binding(link=operation.link, identity=operation.identity, ref=operation.target,
                      agreement=operation.base, content=operation.content)  # fmt: skip
    return kept(binding, Code.VOIDED, "It could not be deleted, so it was voided and gave up its number.")
