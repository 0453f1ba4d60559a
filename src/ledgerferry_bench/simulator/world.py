"""A world: one seed's processes, source, target and mishaps, and whether all ends as it should."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from ledgerferry.engine.apply import Idle, LaneWorker, Side
from ledgerferry.engine.planning import Place, Planner
from ledgerferry.engine.planning import Tally as PlanTally
from ledgerferry.faces.house import House
from ledgerferry.faces.settings import Settings
from ledgerferry.faces.surroundings import Surroundings
from ledgerferry.flows.migrate import LINK
from ledgerferry.model.outcome import CallError, Probe, Probed
from ledgerferry.model.plan import Operation, Rung, State
from ledgerferry.model.record import Kind
from ledgerferry.store.claims import Claim, Claims
from ledgerferry.store.connections import Settings as ConnectionSettings
from ledgerferry.store.operations import Operations
from ledgerferry.store.seal import Seal
from ledgerferry.systems.protocol import Target, TaxRounding, Work
from ledgerferry_bench.simulator import invariants, stage
from ledgerferry_bench.simulator.broken import Broken
from ledgerferry_bench.simulator.crediting import Crediting
from ledgerferry_bench.simulator.guardian import Guardian, repeatable
from ledgerferry_bench.simulator.hub import Hub, HubClock, HubIds
from ledgerferry_bench.simulator.rollback import Rollback
from ledgerferry_bench.simulator.scene import Scene, Undoing, undisturbed
from ledgerferry_bench.simulator.source import Source
from ledgerferry_bench.simulator.visits import Visits
from ledgerferry_bench.simulator.wire import SandboxTransport
from ledgerferry_sandbox import seeds

NAME = "books"
RUN = "run-sim"
_KINDS = (Kind.CUSTOMER, Kind.INVOICE, Kind.PAYMENT, Kind.FILE, Kind.CREDIT_NOTE, Kind.CREDIT, Kind.REFUND)
_LANES = (*_KINDS[:2], *_KINDS[1:])
_RANKS = {kind: rank for rank, kind in enumerate(_KINDS)}
_KEYED = (Kind.CUSTOMER, Kind.INVOICE, Kind.PAYMENT, Kind.CREDIT_NOTE)
# What the account's owner says of it, since no answer of Books does (F41).
_ROUNDINGS = {"entity_level": TaxRounding.DOCUMENT, "item_level": TaxRounding.LINE}
_MOST_STEPS = 20_000
_LOOK_EVERY = 10
_LONGEST_REST = 1800.0


@dataclass(frozen=True)
class Parts:
    """The engine's parts, each replaceable, so that a test can take one out and see what breaks.

    Without ``fence_watched`` a broken fence shows only in what it does to the target.
    """

    claims: Claims = field(default_factory=Claims)
    operations: type[Operations] = Operations
    probing: bool = True
    fence_watched: bool = True


class World:
    """Builds a scene and plays it to its end. ``met`` counts what it meets."""

    def __init__(self, scene: Scene, folder: Path, home: stage.Home, met: Counter[str],
                 parts: Parts | None = None) -> None:
        self.scene = scene
        self._parts = parts or Parts()
        self._met = met
        self._folder = folder
        self.hub = Hub(scene.seed, met, crash=scene.crash, stall=scene.stall)
        self._database = home.database
        home.relay.to = self.hub
        self.sandbox = stage.sandbox(scene, self.hub)
        self._ids = HubIds(self.hub)
        self._transport = SandboxTransport(self.sandbox, self.hub, scene,
                                           lambda made: repeatable(made, scene.rung))
        self._seal = Seal(b"simulation-key--" * 2, Random(f"entropy {scene.seed}").randbytes)  # noqa: S311
        self.house = self._house()
        self._born = 0
        self._alive: set[str] = set()
        self._editing = scene.edits > 0
        self._connect()
        predict = self.house.books(NAME).predict
        crediting = Crediting(Random(f"credits {scene.seed}"), predict)  # noqa: S311
        self.source = Source(Random(f"source {scene.seed}"), predict, folder, crediting)  # noqa: S311
        self.source.fill(scene.customers, scene.invoices)
        self.guardian = Guardian(self.sandbox, self.house, self._transport, scene.account,
                                 fence_watched=self._parts.fence_watched)
        self._visits = Visits(self.hub, self.sandbox, scene)

    def _house(self) -> House:
        around = Surroundings(HubClock(self.hub), self._ids, self.hub, self._transport, self._parts.claims,
                              self._parts.operations)
        return House(Settings(home=self._folder), self._database, self._seal, around)

    def _connect(self) -> None:
        account = self.scene.account
        self.house.connections.save(NAME, ConnectionSettings(
            product="books", dc="us", accounts_url="https://sandbox.test", api_url="https://sandbox.test",
            organization=seeds.ORGANIZATION_ID, plan="standard", per_minute=account.minute,
            per_day=account.day, capabilities={
                "in_flight": str(account.in_flight),
                "tax_rounding": _ROUNDINGS[self.scene.switches.get("tax_rounding", "entity_level")]},
            rungs=dict.fromkeys(_KEYED, self.scene.rung)))
        vault = self.house.vault(NAME)
        for name, value in (("client_id", seeds.CLIENT_ID), ("client_secret", seeds.CLIENT_SECRET),
                            ("refresh_token", seeds.REFRESH_TOKEN)):
            vault.put(name, value)

    def play(self) -> None:
        """From the first plan to the end; raises ``Broken`` where an invariant does."""
        try:
            self._play()
        finally:
            self.hub.end()

    def _play(self) -> None:
        self._plan(list(self.source.wanted))
        self.hub.crossed = self.guardian.crossed
        if self.scene.rough:
            self._visits.begin()
        if self._editing:
            self.hub.start("editor", self._edit)
        if not self.hub.run(self._over, _MOST_STEPS):
            raise Broken("ends", f"not over after {_MOST_STEPS} steps: {self._standing()}")
        self._check_end()
        if self.scene.undoing is not None:
            self._undo(self.scene.undoing)

    def _undo(self, asked: Undoing) -> None:
        """The run is rolled back, under the same mishaps."""
        self._rollback = Rollback(asked, self.hub, self.sandbox, self.house, self.scene)
        with self._database.read() as conn:
            dead = self.house.shelf.rooms.operations.listed(conn, [State.DEAD])
        self._rollback.begin(sound=not dead)
        self.guardian.undoing()
        if not self.hub.run(self._undone, self.hub.steps + _MOST_STEPS):
            raise Broken("ends", f"the rollback is not over: {self._standing()}")
        self.guardian.check_end()
        self._rollback.check()

    def _undone(self) -> bool:
        if "roller" in self.hub.killed:
            self._rollback.start()
        self._revive()
        return self._rollback.over

    def _standing(self) -> str:
        with self._database.read() as conn:
            return str(self.house.shelf.rooms.operations.counts(conn))

    def _plan(self, identities: list[str]) -> None:
        shelf = self.house.shelf
        place = Place(RUN, LINK, NAME, f"{NAME}@{seeds.ORGANIZATION_ID}")
        planner = Planner(place, shelf.rooms.operations, shelf.bindings, shelf.pairs, shelf.ledger)
        tally = PlanTally()
        with self._database.transaction("plan") as tx:
            planner.plan(tx, self.source.wants(identities), {}, tally)
            shelf.rooms.operations.confirm(tx, RUN)
            planned = {i: self.source.wanted[i] for i in identities if i not in tally.unsettled}
            self.guardian.planned(planned)

    def _edit(self) -> None:
        """A person corrects the source now and then, and the pair is planned again."""
        for _ in range(self.scene.edits):
            self.hub.sleep(self.hub.random.random() * 20)
            self._plan([self.source.edit()])
        self._editing = False

    def _worker(self) -> None:
        """A new process, with a slot for each lane and a second one for invoices."""
        self._born += 1
        process = f"worker-{self._born}"
        self._alive.add(process)
        house = self._house()
        if self.scene.alone and self._born > 1:
            with self._database.transaction("abandon") as tx:
                ended = self._parts.claims.abandon(tx, process, self.hub.now())
            self._met["leases abandoned"] += ended > 0
        for kind in _LANES:
            self.hub.start(process, lambda kind=kind: self._lane(house, kind, process),  # type: ignore[misc]
                           rank=_RANKS[kind])

    def _lane(self, house: House, kind: Kind, process: str) -> None:
        side = house.side(NAME, self._folder)
        target = side.target if self._parts.probing else _Blind(side.target)
        worker = LaneWorker(house.shelf.rooms, replace(side, target=target), kind, worker=process,
                            clock=house.clock, ids=house.ids)
        while True:
            try:
                taken = worker.take()
                if isinstance(taken, Claim):
                    with self.guardian.at_work(taken):
                        worker.work(taken)
                    continue
            except CallError as error:
                self._met[f"raised {type(error).__name__}"] += 1
                house.clock.sleep(1.0)
                continue
            self.hub.rest(self._seconds(side, taken))

    def _seconds(self, side: Side, idle: Idle) -> float:
        if idle.login is not None:
            self._met["login needed"] += 1
            self.house.connections.login_needed(NAME, None)
            return 5.0
        waits = [(idle.home - self.hub.now()).total_seconds()] if idle.home else []
        waits += [side.vendor.seconds_until(idle.system)] if idle.system else []
        return min(_LONGEST_REST, max(0.2, min(waits, default=_LONGEST_REST)))

    def _revive(self) -> None:
        """As many worker processes as the scene has."""
        for process in self.hub.killed:
            self._alive.discard(process)
            if process == "editor":
                self.hub.start("editor", self._edit)
        self.hub.killed.clear()
        while len(self._alive) < (1 if self.scene.alone or not self.scene.rough else 2):
            self._worker()

    def _over(self) -> bool:
        self._revive()
        if self._editing or self.hub.steps % _LOOK_EVERY:
            return False
        with self._database.read() as conn:
            operations = self.house.shelf.rooms.operations
            active = operations.counts(conn).active
            marked = self.house.shelf.pairs.marked(conn, LINK)
            again = [i for i in self.source.wanted if self._seal.blind(i) in marked
                     and not operations.unsettled(conn, LINK, i)]
        if not active and again:
            self._met["pairs planned again"] += 1
            self._plan(again)
        return not active and not again

    def _check_end(self) -> None:
        self.guardian.check_end()
        self._visits.check()
        with self._database.read() as conn:
            undone = self.house.shelf.rooms.operations.listed(
                conn, [State.PLANNED, State.READY, State.CLAIMED, State.IN_DOUBT, State.DEAD])
        for operation, standing in undone:
            if self.scene.rung is not Rung.NONE or (standing.state is State.DEAD and not standing.doubtful):
                raise Broken("dead" if standing.state is State.DEAD else "stuck",
                             f"{operation.purpose} {operation.identity} {standing.state}: {standing.why}")
        if self.scene.rough:
            self._equal([o for o, _ in undone])

    def _equal(self, undone: Sequence[Operation]) -> None:
        """The end state is that of an undisturbed run of the same source, but for what is undone."""
        with stage.home() as home:
            other = World(undisturbed(self.scene), self._folder, home, Counter())
            other.source.wanted = dict(self.source.wanted)
            other.play()
        mine, theirs = invariants.population(self.sandbox), invariants.population(other.sandbox)
        spared = {name for o in undone for i in (o.identity, *o.content.touches()) for name in self._names(i)}
        for name in sorted((mine.keys() | theirs.keys()) - spared):
            if mine.get(name) != theirs.get(name):
                raise Broken("equal", f"{name}: {mine.get(name)}, undisturbed {theirs.get(name)}")
        wanted = {name for i in self.source.wanted for name in self._names(i)}
        if mine.keys() - spared != wanted - spared:
            raise Broken("complete", f"{sorted((mine.keys() ^ wanted) - spared)}")

    def _names(self, identity: str) -> list[str]:
        """What ``population`` calls the record of an identity."""
        return [self.source.name_of(identity)]


class _Blind:
    """A target whose probe never finds anything: to show that probing matters."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def probe(self, operations: Sequence[Operation], work: Work) -> dict[str, Probed]:
        """Absent, always."""
        del work
        return {o.key: Probed(probe=Probe.ABSENT) for o in operations}

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 everything else is the target's own
        return getattr(self._target, name)
