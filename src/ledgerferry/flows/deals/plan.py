"""Plan: a migration's accounts, contacts, deals and files in a CRM, beside its plan for the books."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from sqlalchemy import Connection

from ledgerferry.engine.apply import Side
from ledgerferry.engine.merge import Pair, Verdict, decide, moved
from ledgerferry.engine.observe import Population, observe
from ledgerferry.engine.planning import Joined, Place, Planner, Tally, Wanted
from ledgerferry.flows.deals import preflight
from ledgerferry.flows.deals.adopt import Adopter, There, deal_of, other_of
from ledgerferry.flows.deals.shape import LINK, Rules, deal, files, wants
from ledgerferry.flows.gather import Piece
from ledgerferry.flows.pairing import once
from ledgerferry.flows.price import SystemPrice
from ledgerferry.flows.result import Notice
from ledgerferry.flows.shape import Shaped
from ledgerferry.flows.shelf import Shelf
from ledgerferry.flows.spending import Spending
from ledgerferry.model.ids import IN_CRM, Identity, counterpart
from ledgerferry.model.record import AnyContent, CustomerContent, DealContent, FileContent, Kind, Record, Ref
from ledgerferry.store.bindings import Binding
from ledgerferry.store.runs import Run
from ledgerferry.systems.protocol import CrmProfile

_CHUNK = 250


@dataclass(frozen=True)
class Books:
    """What is to be planned for the books: on which side, for which documents, and their files.

    ``credited`` is what credit notes take of each invoice.
    """

    side: Side
    pieces: Sequence[Piece]
    wanted: Sequence[Wanted]
    files: Sequence[Wanted]
    credited: Mapping[str, Decimal]


@dataclass
class Beside:
    """The plan for the CRM: what it came to, what it costs, and what a person should know.

    ``moved`` counts records that had moved when they were to be written, and are left to a person.
    """

    tally: Tally
    cost: SystemPrice
    notices: list[Notice] = field(default_factory=list)
    moved: int = 0


class Deals:
    """Plans one run's records in a CRM. ``prepare`` first: it looks at the CRM and writes nothing."""

    def __init__(self, shelf: Shelf, side: Side, rules: Rules, spending: Spending) -> None:
        self._shelf = shelf
        self._side = side
        self._rules = rules
        self._spending = spending
        self._profile: CrmProfile | None = None
        self._population = Population()
        self._planner: Planner | None = None
        self._kept: list[Wanted] = []
        self._notices: list[Notice] = []
        self._untried: list[Notice] = []
        self._home = ""
        self._tally = Tally(note=spending.note)

    def prepare(self, books: Side, home: str) -> None:
        """Observe the CRM; ``Misfit`` where the configuration does not fit it, or the books beside it.

        ``home`` is the books' own currency, which the documents' rates are in.
        """
        field, crossed = self._rules.policy.books_field, books.target.declaration.crossed
        self._untried = list(preflight.check_field(books.connection, field, crossed))
        self._home = home
        profile, shelf = self._side.target.profile(), self._shelf
        if not isinstance(profile, CrmProfile):
            raise preflight.Misfit(f"{self._side.connection} is no connection to a CRM. Nothing was sent.")
        preflight.check(self._side.connection, profile, self._rules.policy)
        self._profile = profile
        self._population = observe(
            shelf.rooms.database, shelf.sightings, self._side.connection, self._side.target
        )

    def plan(self, run: Run, books: Books) -> None:
        """Write the plan into the ledger, but for the links; nothing is sent."""
        if self._profile is None:
            raise AssertionError("prepare comes first")
        place = Place(
            run.id, LINK, self._side.connection, f"{self._side.connection}@{self._profile.organization}"
        )
        with self._shelf.rooms.database.read() as conn:
            live = {b.identity: b for b in self._shelf.bindings.live(conn, LINK)}
        asked, held = self._asked(books, self._profile)
        refs = _refs(asked, books.side) | {w.identity: w.adopts.id for w in books.wanted if w.adopts}
        get = once(lambda ref: self._side.target.get(ref, self._side.bindings))
        there = There(place, self._population, live, refs, _native(asked, refs, books, live), get)
        adopter = Adopter(there)
        kept = adopter.adopt(asked)
        rights = {one.identity: right for one in kept if (right := _right(one, there, get)) is not None}
        self._kept, conflicts = _settled(kept, rights, live)
        self._write(place, rights)
        self._leave(conflicts)
        told = held | adopter.reasons | {i: ("conflict", why) for i, (_, why) in conflicts.items()}
        self._notices = [*_told(told), *_unlinked(self._profile), *self._untried]

    def before(self, tx: Connection, identity: str) -> tuple[str, ...]:
        """What makes the account of a customer, or the deal of an invoice, in this plan."""
        kind = IN_CRM.get(Identity.parse(identity).kind)
        return self._planner.making(tx, counterpart(identity, kind)) if self._planner and kind else ()

    def link(self, planner: Planner, side: Side) -> Beside:
        """Plan that each record takes its id in the books, whose plan is made now; what all came to."""
        refs = _refs(self._kept, side)
        for start in range(0, len(self._kept), _CHUNK):
            with self._shelf.rooms.database.transaction("plan-links") as tx:
                joined = list(self._joined(tx, self._kept[start : start + _CHUNK], planner, refs))
                if self._planner is not None:
                    self._planner.link(tx, joined, self._tally)
        with self._shelf.rooms.database.read() as conn:
            moved = self._shelf.pairs.moved(conn, LINK)
        return Beside(self._tally, self._cost(), self._notices, moved)

    def _cost(self) -> SystemPrice:
        rows = Counter(kind for kind, _ in self._population.ids)
        return self._spending.beside("crm", self._side, {kind: rows[kind] for kind in preflight.KINDS})

    def _asked(self, books: Books, profile: CrmProfile) -> tuple[list[Wanted], dict[str, tuple[str, str]]]:
        """All that the documents ask for, and the deals that this CRM could not hold, with why."""
        customers = customers_of(books.pieces, books.wanted)
        policy = preflight.rated(self._rules.policy, self._home, profile)
        rules = replace(self._rules, credited=books.credited, policy=policy)
        made: list[tuple[str, DealContent]] = []
        held: dict[str, tuple[str, str]] = {}
        for shaped in asking(books.pieces):
            content = deal(shaped, customers[shaped.customer_identity], rules)
            if content is None:
                continue
            if content.currency not in {profile.currency, *profile.currencies}:
                held[counterpart(shaped.identity, "deal")] = _no_currency(content.currency)
                continue
            made.append((shaped.identity, content))
        told = preflight.unrated(policy, self._home, profile, (content for _, content in made))
        self._untried += told
        attached = [one for one in files(books.files) if _document(one) not in held]
        return [*wants(list(customers.items()), made), *attached], held

    def _write(self, place: Place, rights: Mapping[str, AnyContent]) -> None:
        shelf = self._shelf
        self._planner = Planner(place, shelf.rooms.operations, shelf.bindings, shelf.pairs, shelf.ledger)
        for start in range(0, len(self._kept), _CHUNK):
            with shelf.rooms.database.transaction("plan-crm") as tx:
                self._planner.plan(tx, self._kept[start : start + _CHUNK], rights, self._tally)

    def _leave(self, conflicts: Mapping[str, tuple[Kind, str]]) -> None:
        """Leave what both sides changed to a person; what waited for an earlier plan of it goes on."""
        with self._shelf.rooms.database.transaction("plan-conflicts") as tx:
            for identity, (kind, _) in conflicts.items():
                self._tally.count(kind, Verdict.CONFLICT)
                self._shelf.rooms.operations.succeed(tx, LINK, identity, None)
                self._shelf.pairs.clear(tx, LINK, identity)

    def _joined(
        self, tx: Connection, kept: Sequence[Wanted], planner: Planner, refs: Mapping[str, str]
    ) -> Iterator[Joined]:
        """The records that do not carry the books' id yet, and shall."""
        linked = self._profile.linked if self._profile else ()
        for one in kept:
            other = other_of(one.content)
            if other is None or one.content.kind not in linked:
                continue
            binding = self._shelf.bindings.find(tx, LINK, one.identity)
            row = self._population.ids.get((binding.ref.kind, binding.ref.id)) if binding else None
            known = refs.get(other)
            if known is None:
                if needs := planner.maker(tx, other):
                    yield Joined(one.identity, needs)
            elif row is None or row.reference != known:
                yield Joined(one.identity)


def _refs(wanted: Sequence[Wanted], side: Side) -> dict[str, str]:
    """The ids in the books of what a CRM's records are, where they are bound there."""
    return side.bindings.refs([o for one in wanted if (o := other_of(one.content)) is not None])


def asking(pieces: Sequence[Piece]) -> list[Shaped]:
    """What documents ask for that the books take, or that they shall not have and the CRM may."""
    return [asked for p in pieces if (asked := p.shaped or p.archived) is not None]


def opened(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces, with what the CRM alone may have as if the books took it too."""
    return [p if p.archived is None else replace(p, shaped=p.archived) for p in pieces]


def customers_of(pieces: Sequence[Piece], wanted: Sequence[Wanted]) -> dict[str, CustomerContent]:
    """The customers of the documents, as the books shall hold them."""
    merged = {w.identity: w.content for w in wanted if isinstance(w.content, CustomerContent)}
    return {
        s.customer_identity: merged.get(s.customer_identity, s.customer)
        for s in sorted(asking(pieces), key=lambda s: s.customer_identity)
    }


def _no_currency(currency: str) -> tuple[str, str]:
    remedy = "add it under Setup, Company Details, Currencies, then plan again."
    return "crm-currency", f"The CRM does not have {currency}: {remedy}"


def _document(one: Wanted) -> str:
    return one.content.document if isinstance(one.content, FileContent) else ""


def _native(
    asked: Sequence[Wanted], refs: Mapping[str, str], books: Books, live: Mapping[str, Binding]
) -> dict[str, str]:
    """The CRM's ids that the books keep of customers, by the identity of the record there.

    Nothing is asked about what is bound on this side already.
    """
    parties = {
        one.identity: (refs[other], one.content.kind)
        for one in asked
        if one.content.kind in (Kind.ACCOUNT, Kind.CONTACT) and one.identity not in live
        if (other := other_of(one.content)) in refs and other is not None
    }
    known = books.side.target.elsewhere(Kind.CUSTOMER, sorted({ref for ref, _ in parties.values()}))
    return {i: told for i, (ref, kind) in parties.items() if (told := known.get(ref, {}).get(kind))}


def _right(one: Wanted, there: There, get: Callable[[Ref], Record | None]) -> AnyContent | None:
    """What a bound record holds now, where the source moved it and somebody may have too."""
    binding = there.live.get(one.identity)
    if binding is None or not moved(one.content, binding.content):
        return None
    row = there.population.ids.get((binding.ref.kind, binding.ref.id))
    if row is not None and isinstance(binding.content, DealContent):
        return deal_of(binding.content, row)
    if row is None or (row.modified and binding.touched and row.modified <= binding.touched):
        return None
    record = get(binding.ref)
    if record is None:
        return None
    own = {
        name: getattr(binding.content, name)
        for name in ("customer", "document")
        if hasattr(binding.content, name)
    }
    return record.content.model_copy(update=own)


def _settled(
    kept: Sequence[Wanted], rights: Mapping[str, AnyContent], live: Mapping[str, Binding]
) -> tuple[list[Wanted], dict[str, tuple[Kind, str]]]:
    """The wants without those that both sides changed, and these."""
    conflicts: dict[str, tuple[Kind, str]] = {}
    for one in kept:
        binding, right = live.get(one.identity), rights.get(one.identity)
        if binding is None or right is None:
            continue
        decision = decide(
            Pair(identity=one.identity, left=one.content, right=right, agreement=binding.content)
        )
        if decision.verdict is Verdict.CONFLICT:
            conflicts[one.identity] = (
                one.content.kind,
                f"Changed on both sides: {', '.join(decision.fields)}.",
            )
    return [one for one in kept if one.identity not in conflicts], conflicts


def _told(reasons: Mapping[str, tuple[str, str]]) -> Iterator[Notice]:
    """What is not written into the CRM, and why."""
    for identity, (_, text) in reasons.items():
        own = Identity.parse(identity)
        yield Notice(kind="crm-held", text=f"{own.kind} {own.name}: {text}")


def _unlinked(profile: CrmProfile) -> Iterator[Notice]:
    missing = [str(kind) for kind in preflight.KINDS if kind not in profile.linked]
    if missing:
        yield Notice(
            kind="crm-links",
            text=f"No field for the books' ids is known for {', '.join(missing)}: they are not written.",
        )
