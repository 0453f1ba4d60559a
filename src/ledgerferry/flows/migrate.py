"""Migrate: a folder of workbooks arrives in Books; observe, plan, and settle around the engine's apply."""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from pathlib import Path

from sqlalchemy import Connection

from ledgerferry.engine.apply import Side
from ledgerferry.engine.merge import Verdict
from ledgerferry.engine.observe import Population, lists, observe
from ledgerferry.engine.planning import Place, Planner, Tally, Wanted
from ledgerferry.flows import taxes
from ledgerferry.flows.adopt import Known
from ledgerferry.flows.appliedcredits import credited
from ledgerferry.flows.clearing import chosen, deposits
from ledgerferry.flows.daymonth import settled
from ledgerferry.flows.deals import Beside, Books, Deals, Rules, opened
from ledgerferry.flows.evidence import Evidence
from ledgerferry.flows.files import attach
from ledgerferry.flows.folderchecks import held_together
from ledgerferry.flows.gather import Piece, first, gather, rejections, workbooks
from ledgerferry.flows.interning import Interner
from ledgerferry.flows.kept import kept_there
from ledgerferry.flows.notices import notices, protocol
from ledgerferry.flows.numbers import prefixed
from ledgerferry.flows.pairing import Paired, Pairing, held
from ledgerferry.flows.policy import Period, Policy
from ledgerferry.flows.price import Allowance, joined, schedule
from ledgerferry.flows.rates import Rates
from ledgerferry.flows.rebind import carry, rebound, rename
from ledgerferry.flows.remembering import Read, Remembering
from ledgerferry.flows.result import Changes, Notice, PlanReport
from ledgerferry.flows.rounding import Rounding
from ledgerferry.flows.shape import Shaper
from ledgerferry.flows.shelf import Shelf
from ledgerferry.flows.spending import Spending, by_declaration
from ledgerferry.flows.vat import asks_registers
from ledgerferry.model.counting import counted
from ledgerferry.model.document import Reading
from ledgerferry.model.party import name_key
from ledgerferry.model.paths import located, spelled
from ledgerferry.model.plan import State
from ledgerferry.model.ports import Clock
from ledgerferry.model.record import CustomerContent
from ledgerferry.store.runs import Found, Run, RunState
from ledgerferry.systems.protocol import Profile

LINK = "workbook>books"
_CHUNK = 250

Say = Callable[[str], None]
Before = Callable[[Connection, str], tuple[str, ...]]


def place_of(run: Run, side: Side, organization: str) -> Place:
    """Where a run's plan is for."""
    return Place(run.id, LINK, side.connection, f"{side.connection}@{organization}")


class Migration:
    """Plans one run of a migration. ``read`` turns workbooks into readings by layouts, ``crm`` is beside."""

    def __init__(
        self,
        shelf: Shelf,
        side: Side,
        policy: Policy,
        read: Read,
        clock: Clock,
        say: Say = lambda _: None,
        crm: Side | None = None,
        allowance: Callable[[str], Allowance] | None = None,
    ) -> None:
        self._shelf = shelf
        self._side = side
        self._policy = policy
        self._read = Remembering(shelf.memories, read)
        self._clock = clock
        self._say = say
        self._crm = crm
        self._allowance = allowance

    def plan(self, run: Run) -> PlanReport:
        """Observe all sides and write the plan into the ledger; nothing is sent. Raises ``Misfit``."""
        folder = located(Path(), run.order.source)
        spending = self._spending(self._side, run)
        profile = self._side.target.profile()
        policy = self._ordered(run)
        deals = self._deals(run, policy, profile.currency)
        place = place_of(run, self._side, profile.organization)
        profile, rounding, (pieces, rejected) = self._taken(folder, profile, policy, place)
        population = self._observed(pieces)
        pieces, known = self._recognised(pieces, population, run)
        pairing = Pairing(known, (place.target, LINK), profile, policy)
        paired = pairing.pair(first(pieces, run.order.limit))
        files, unattached = attach(paired.pieces if deals is None else opened(paired.pieces), folder, policy)
        tally, beside = self._both(run, place, paired, files, spending, deals)
        shaped = [p.shaped for p in paired.pieces if p.shaped]
        costs = [spending.total(known, paired.wanted, shaped), *([beside.cost] if beside else ())]
        noticed = self._noticed(pieces, paired, known, profile, policy)
        report = self._report(tally, beside).model_copy(
            update={
                "price": joined(costs),
                "schedule": schedule(costs, len(shaped), run.order.today),
                "notices": [*noticed, *rounding.notices(), *(beside.notices if beside else ())],
                "tax_rounding": rounding.way,
            }
        )
        self._keep(run, report, chain((p.told for p in paired.pieces), rejected, unattached))
        return report

    def _taken(
        self, folder: Path, profile: Profile, policy: Policy, place: Place
    ) -> tuple[Profile, Rounding, tuple[list[Piece], list[Found]]]:
        """What lies in the folder, shaped; the readings themselves are let go."""
        readings = self._readings(folder)
        profile, rounding, shaper = self._shaping(profile, policy, readings)
        return profile, rounding, self._gather(folder, readings, shaper, place)

    def _keep(self, run: Run, report: PlanReport, found: Iterable[Found]) -> None:
        with self._shelf.rooms.database.transaction("plan-done") as tx:
            self._shelf.runs.put_found(tx, run.id, found)
            self._shelf.runs.describe(tx, run.id, plan=report.model_dump_json())
            self._shelf.runs.move(tx, run.id, RunState.PLANNED, self._clock.now())
            self._shelf.ledger.append(tx, "plan", run=run.id, about=run.id)

    def _both(
        self,
        run: Run,
        place: Place,
        paired: Paired,
        files: list[Wanted],
        spending: Spending,
        deals: Deals | None,
    ) -> tuple[Tally, Beside | None]:
        """Plan the books, and a CRM's records before them, its links after."""
        if deals is None:
            return self._plan(place, paired, files, spending, None)[1], None
        with self._shelf.rooms.database.read() as conn:
            live = {b.identity: b for b in self._shelf.bindings.live(conn, LINK)}
        taken = credited([p.shaped for p in paired.pieces if p.shaped], live)
        deals.plan(run, Books(self._side, paired.pieces, paired.wanted, files, taken))
        apart = {p.archived.identity for p in paired.pieces if p.archived}
        own = [f for f in files if apart.isdisjoint(f.content.touches())]
        crossed = deals.before if self._policy.crm.books_field else None
        planner, tally = self._plan(place, paired, own, spending, crossed)
        return tally, deals.link(planner, self._side)

    def _shaping(
        self, profile: Profile, policy: Policy, readings: Sequence[Reading]
    ) -> tuple[Profile, Rounding, Shaper]:
        """What shapes these readings: the account as far as they ask for it, and how it rounds."""
        documents = [d for r in readings for d in r.documents]
        if asks_registers(policy, documents):
            profile = self._side.target.registers(profile)
        rounding = Rounding(profile.tax_rounding, self._side.target.predict)
        shaper = Shaper(profile, policy, rounding.predict, rounding.hint)
        rounding.hear(documents, shaper.draft)
        return profile, rounding, shaper

    def _ordered(self, run: Run) -> Policy:
        """The policy, with what this run's order allows beside."""
        order, policy = run.order, chosen(self._policy, self._side.target)
        filed = Period.LOAD if order.accept_filed else policy.filed
        return policy.model_copy(update={"create_taxes": order.create_taxes, "filed": filed})

    def _readings(self, folder: Path) -> list[Reading]:
        files = workbooks(folder)
        self._say(f"Reading {counted(len(files), 'workbook')}")
        interner = Interner()
        return Evidence(self._policy).found(settled([interner.reading(r) for r in self._read(files)]), folder)

    def _noticed(
        self,
        pieces: Sequence[Piece],
        paired: Paired,
        known: Known,
        profile: Profile,
        policy: Policy,
    ) -> list[Notice]:
        """What a person should know of the folder as a whole, and of what the account will make of it."""
        told = notices([p.found.document for p in pieces if p.found.document is not None])
        told += [*deposits(paired.wanted, known.live, profile), *paired.notices]
        told += protocol(profile, policy, (p.found.document for p in pieces if p.found.document and p.shaped))
        told += taxes.notices(profile, (p.shaped.document for p in paired.pieces if p.shaped))
        read = ((p.found.document, p.shaped.document) for p in paired.pieces if p.found.document and p.shaped)
        return told + Rates(profile, policy).notices(read)

    def _spending(self, side: Side, run: Run) -> Spending:
        counted = self._allowance
        if counted is None:
            return Spending(side, by_declaration(side, run.order.headroom))
        return Spending(side, lambda: counted(side.connection))

    def _deals(self, run: Run, policy: Policy, home: str) -> Deals | None:
        """What is planned in a CRM beside, once that was looked at; ``home`` is the books' currency."""
        if self._crm is None:
            return None
        rules = Rules(policy.crm, run.order.today)
        deals = Deals(self._shelf, self._crm, rules, self._spending(self._crm, run))
        deals.prepare(self._side, home)
        return deals

    def _gather(
        self, folder: Path, readings: list[Reading], shaper: Shaper, place: Place
    ) -> tuple[list[Piece], list[Found]]:
        sellers = shaper.sellers.trust_letterheads(d for r in readings for d in r.documents)
        for name, count in sellers.most_common(5):
            self._say(f"{name} is named as the seller of {counted(count, 'document')}")
        source = f"{place.target} {spelled(str(folder))}"
        return gather(readings, shaper, source), list(rejections(readings))

    def _observed(self, pieces: Iterable[Piece]) -> Population:
        """What the account lists of all kinds that this run wants, or an earlier one has."""
        shelf, side = self._shelf, self._side
        wanted = [p.shaped.document.kind for p in pieces if p.shaped]
        with shelf.rooms.database.read() as conn:
            kinds = lists(side.target, {*wanted, *shelf.bindings.kinds(conn, LINK)})
        return observe(shelf.rooms.database, shelf.sightings, side.connection, side.target, kinds)

    def _recognised(self, pieces: list[Piece], population: Population, run: Run) -> tuple[list[Piece], Known]:
        """Documents beside what was loaded before: corrected ones recognised, those in doubt held.

        What an earlier plan of this run has not sent is taken back: a document that is held or gone now
        shall not be written.
        """
        shelf, target = self._shelf, self._side.target
        operations = shelf.rooms.operations
        with shelf.rooms.database.read() as conn:
            loaded = {b.identity: b for b in shelf.bindings.live(conn, LINK)}
            pieces = prefixed(pieces, loaded, self._policy)
            again = rebound(conn, shelf.bindings, LINK, pieces)
        with shelf.rooms.database.transaction("recognise") as tx:
            for stale, _ in operations.each(tx, [State.PLANNED, State.READY], run.id):
                operations.supersede(tx, stale.link, stale.identity)
            carry(tx, shelf.bindings, LINK, again)
        with shelf.rooms.database.read() as conn:
            live = {b.identity: b for b in shelf.bindings.live(conn, LINK)}
        known = Known(population, live, lambda ref: target.get(ref, self._side.bindings), self._unsettled)
        pieces = held(pieces, again.reasons | kept_there(live.values()))
        return held(pieces, held_together(pieces, live.keys(), _customers(known, pieces))), known

    def _unsettled(self, identity: str) -> bool:
        with self._shelf.rooms.database.read() as conn:
            return self._shelf.rooms.operations.unsettled(conn, LINK, identity)

    def _plan(
        self, place: Place, paired: Paired, files: list[Wanted], spending: Spending, before: Before | None
    ) -> tuple[Planner, Tally]:
        shelf, tally = self._shelf, Tally(note=spending.note)
        planner = Planner(
            place, shelf.rooms.operations, shelf.bindings, shelf.pairs, shelf.ledger, before
        )
        with shelf.rooms.database.transaction("follow") as tx:
            for identity, binding in paired.moves.items():
                rename(tx, shelf.bindings, binding, identity, binding.content)
        wanted = [*paired.wanted, *files]
        for start in range(0, len(wanted), _CHUNK):
            with shelf.rooms.database.transaction("plan") as tx:
                planner.plan(tx, wanted[start : start + _CHUNK], paired.rights, tally)
        for kind, count in paired.conflicts.items():
            tally.verdicts[kind, Verdict.CONFLICT] = count
        return planner, tally

    def _report(self, tally: Tally, beside: Beside | None) -> PlanReport:
        sides = [(self._side, tally)]
        if self._crm is not None and beside is not None:
            sides.append((self._crm, beside.tally))
        changes: dict[str, Changes] = {}
        guards: dict[str, str] = {}
        for side, told in sides:
            for (kind, verdict), count in told.verdicts.items():
                known = changes.setdefault(kind, Changes())
                setattr(known, verdict.value, getattr(known, verdict.value) + count)
            guards = {k.value: rung.value for k, rung in side.target.declaration.rungs.items()} | guards
        return PlanReport(
            price=joined(()),
            changes=changes,
            guards=guards,
            unsettled=sum(len(told.unsettled) for _, told in sides),
            moved=beside.moved if beside else 0,
        )


def _customers(known: Known, pieces: Iterable[Piece]) -> dict[str, CustomerContent]:
    """What the account is known to hold of customers: as agreed, else as its contact of that name shows."""
    found = {i: b.content for i, b in known.live.items() if isinstance(b.content, CustomerContent)}
    for shaped in (p.shaped for p in pieces if p.shaped):
        row = known.population.customers.get(name_key(shaped.customer.name))
        if row is not None and shaped.customer_identity not in found:
            found[shaped.customer_identity] = CustomerContent(name=row.name, currency=row.currency)
    return found
