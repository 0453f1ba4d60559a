"""Migrate: a folder of workbooks arrives in Books; observe, plan, and settle around the engine's apply."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from pathlib import Path

from ledgerferry.engine.apply import Rooms, Side
from ledgerferry.engine.merge import Verdict
from ledgerferry.engine.observe import LISTED, Population, observe
from ledgerferry.engine.planning import Place, Planner, Tally, Wanted
from ledgerferry.flows.adopt import Known
from ledgerferry.flows.daymonth import settled
from ledgerferry.flows.files import attach
from ledgerferry.flows.gather import Piece, first, gather, rejections, workbooks
from ledgerferry.flows.kept import kept_there
from ledgerferry.flows.notices import notices
from ledgerferry.flows.pairing import Paired, Pairing, held
from ledgerferry.flows.policy import Policy
from ledgerferry.flows.rebind import carry, rebound, rename
from ledgerferry.flows.remembering import Memories, Read, Remembering
from ledgerferry.flows.result import Changes, PlanReport
from ledgerferry.flows.shape import Shaper
from ledgerferry.flows.together import together
from ledgerferry.model.party import name_key
from ledgerferry.model.plan import Operation, Price, Purpose, State
from ledgerferry.model.ports import Clock
from ledgerferry.model.record import CustomerContent
from ledgerferry.store.bindings import BindingTable
from ledgerferry.store.ledger import Ledger
from ledgerferry.store.pairs import Pairs
from ledgerferry.store.runs import Found, Run, Runs, RunState
from ledgerferry.store.sightings import Sightings

LINK = "workbook>books"
_CHUNK = 250
_PAGE = 200

Say = Callable[[str], None]


@dataclass(frozen=True)
class Shelf:
    """The rooms of the store that flows use, beside the engine's."""

    rooms: Rooms
    runs: Runs
    bindings: BindingTable
    pairs: Pairs
    ledger: Ledger
    sightings: Sightings
    memories: Memories


def place_of(run: Run, side: Side, organization: str) -> Place:
    """Where a run's plan is for."""
    return Place(run.id, LINK, side.connection, f"{side.connection}@{organization}")


class Migration:
    """Plans one run of a migration. ``read`` turns workbooks into readings by layouts."""

    def __init__(
        self, shelf: Shelf, side: Side, policy: Policy, read: Read, clock: Clock, say: Say = lambda _: None
    ) -> None:
        self._shelf = shelf
        self._side = side
        self._policy = policy
        self._read = Remembering(shelf.memories, read)
        self._clock = clock
        self._say = say

    def plan(self, run: Run) -> PlanReport:
        """Observe both sides and write the plan into the ledger; nothing is sent."""
        policy = self._policy.model_copy(update={"create_taxes": run.order.create_taxes})
        folder = Path(run.order.source)
        profile = self._side.target.profile()
        place = place_of(run, self._side, profile.organization)
        shaper = Shaper(profile, policy, self._side.target.predict)
        pieces, rejected = self._gather(folder, shaper, place)
        population = observe(
            self._shelf.rooms.database, self._shelf.sightings, self._side.connection, self._side.target
        )
        pieces, known = self._recognised(pieces, population, run)
        paired = Pairing(known, (place.target, LINK), profile.tax_rates).pair(first(pieces, run.order.limit))
        files, unattached = attach(paired.pieces, folder)
        tally = self._plan(place, paired, files)
        told = notices([p.found.document for p in pieces if p.found.document is not None])
        report = self._report(run, tally, population).model_copy(update={"notices": told})
        found = [*(p.found for p in paired.pieces), *rejected, *unattached]
        with self._shelf.rooms.database.transaction("plan-done") as tx:
            self._shelf.runs.put_found(tx, run.id, found)
            self._shelf.runs.describe(tx, run.id, plan=report.model_dump_json())
            self._shelf.runs.move(tx, run.id, RunState.PLANNED, self._clock.now())
            self._shelf.ledger.append(tx, "plan", run=run.id, about=run.id)
        return report

    def _gather(self, folder: Path, shaper: Shaper, place: Place) -> tuple[list[Piece], list[Found]]:
        files = workbooks(folder)
        self._say(f"Reading {len(files)} workbooks")
        readings = settled(list(self._read(files)))
        sellers = shaper.sellers.trust_letterheads(d for r in readings for d in r.documents)
        for name, count in sellers.most_common(5):
            self._say(f"{count} documents name {name} as their seller")
        return gather(readings, shaper, f"{place.target} {folder}"), list(rejections(readings))

    def _recognised(self, pieces: list[Piece], population: Population, run: Run) -> tuple[list[Piece], Known]:
        """Documents beside what was loaded before: corrected ones recognised, those in doubt held.

        What an earlier plan of this run has not sent is taken back: a document that is held or gone now
        shall not be written.
        """
        shelf, target = self._shelf, self._side.target
        operations = shelf.rooms.operations
        with shelf.rooms.database.read() as conn:
            again = rebound(conn, shelf.bindings, LINK, pieces)
        with shelf.rooms.database.transaction("recognise") as tx:
            for stale, _ in operations.listed(tx, [State.PLANNED, State.READY], run.id):
                operations.supersede(tx, LINK, stale.identity)
            carry(tx, shelf.bindings, LINK, again)
        with shelf.rooms.database.read() as conn:
            live = {b.identity: b for b in shelf.bindings.live(conn, LINK)}
        known = Known(population, live, lambda ref: target.get(ref, self._side.bindings), self._unsettled)
        pieces = held(pieces, again.reasons | kept_there(live.values()))
        return held(pieces, together(pieces, live.keys(), _customers(known, pieces))), known

    def _unsettled(self, identity: str) -> bool:
        with self._shelf.rooms.database.read() as conn:
            return self._shelf.rooms.operations.unsettled(conn, LINK, identity)

    def _plan(self, place: Place, paired: Paired, files: list[Wanted]) -> Tally:
        shelf, tally = self._shelf, Tally()
        planner = Planner(place, shelf.rooms.operations, shelf.bindings, shelf.pairs, shelf.ledger)
        with shelf.rooms.database.transaction("follow") as tx:
            for identity, binding in paired.moves.items():
                rename(tx, shelf.bindings, binding, identity, binding.content)
        wanted = [*paired.wanted, *files]
        for start in range(0, len(wanted), _CHUNK):
            with shelf.rooms.database.transaction("plan") as tx:
                planner.plan(tx, wanted[start : start + _CHUNK], paired.rights, tally)
        for kind, count in paired.conflicts.items():
            tally.verdicts[kind, Verdict.CONFLICT] = count
        return tally

    def _report(self, run: Run, tally: Tally, population: Population) -> PlanReport:
        changes: dict[str, Changes] = {}
        for (kind, verdict), count in tally.verdicts.items():
            known = changes.setdefault(kind, Changes())
            setattr(known, verdict.value, count)
        guards = {kind.value: rung.value for kind, rung in self._side.target.declaration.rungs.items()}
        return PlanReport(
            price=self._price(run, tally.operations, population),
            changes=changes,
            guards=guards,
            unsettled=len(tally.unsettled),
        )

    def _price(self, run: Run, operations: Sequence[Operation], population: Population) -> Price:
        """What is still to be spent: every operation, and the lists that verify reads afterwards."""
        declared, target = self._side.target.declaration, self._side.target
        groups = Counter((o.kind, o.purpose) for o in operations)
        calls = sum(target.calls(kind, purpose, count) for (kind, purpose), count in groups.items())
        rows = Counter(kind for kind, _ in population.ids)
        for (kind, purpose), count in groups.items():
            rows[kind] += count if purpose is Purpose.CREATE else 0
        calls += sum(max(1, -(-rows[kind] // _PAGE)) for kind in LISTED)
        share = declared.per_day * (100 - run.order.headroom) // 100
        per_day = max(1, int(share * Decimal("0.95")))
        minutes = Decimal(calls) / (declared.per_minute * Decimal("0.95"))
        return Price(
            calls={"books": calls},
            minutes=minutes.quantize(Decimal("0.1"), ROUND_CEILING),
            days=-(-calls // per_day),
        )


def _customers(known: Known, pieces: Iterable[Piece]) -> dict[str, CustomerContent]:
    """What the account is known to hold of customers: as agreed, else as its contact of that name shows."""
    found = {i: b.content for i, b in known.live.items() if isinstance(b.content, CustomerContent)}
    for shaped in (p.shaped for p in pieces if p.shaped):
        row = known.population.customers.get(name_key(shaped.customer.name))
        if row is not None and shaped.customer_identity not in found:
            found[shaped.customer_identity] = CustomerContent(name=row.name, currency=row.currency)
    return found
