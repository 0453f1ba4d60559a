"""What a report tells, read back from the ledger piece by piece."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import Connection

from ledgerferry.faces.house import House
from ledgerferry.faces.report.places import Places
from ledgerferry.flows.migrate import LINK
from ledgerferry.flows.result import Difference, PlanReport, RollbackResult, RunResult, Verified
from ledgerferry.flows.settling import Accounting
from ledgerferry.flows.shape import Shaped
from ledgerferry.model.document import Cell, DocumentKind
from ledgerferry.model.money import NO_CURRENCY
from ledgerferry.model.outcome import Receipt
from ledgerferry.model.plan import Purpose, State
from ledgerferry.model.record import CreditContent, Kind, Ref, SalesContent
from ledgerferry.model.suggestion import Asked, Suggestion
from ledgerferry.store.bindings import Binding
from ledgerferry.store.decisions import Decision
from ledgerferry.store.ledger import Entry
from ledgerferry.store.runhistory import Step
from ledgerferry.store.runs import OPEN_RUNS, Found, Run, RunState, Standing

# What a CRM holds beside the books: differences of it, and of payments, stand by themselves.
BESIDE = frozenset({Kind.ACCOUNT, Kind.CONTACT, Kind.DEAL, Kind.FILE})
APART = BESIDE | {Kind.PAYMENT}


class Became(StrEnum):
    """What became of a document, as the report says it."""

    LOADED = "loaded"
    WILL = "will be loaded"
    HELD = "held"
    REJECTED = "rejected"
    BACK = "taken back"  # it was loaded, and a rollback took it out again
    AGAIN = "again"  # more evidence for a document that stands elsewhere too; counted once


@dataclass(frozen=True, slots=True)
class Told:
    """One thing found in the source, and what became of it.

    ``shaped`` is what it asked for, where it was or will be loaded; ``there`` what the account holds of
    it by the last receipt; ``differences`` what the comparison found.
    """

    found: Found
    became: Became
    place: Cell
    shaped: Shaped | None = None
    ref: Ref | None = None
    there: SalesContent | None = None
    differences: tuple[Difference, ...] = ()
    decision: Decision | None = None
    suggestions: tuple[Suggestion, ...] = ()
    asked: Asked | None = None

    @property
    def in_account(self) -> bool:
        """Whether it counts as loaded: it is in the account, will be, or was until a rollback."""
        return self.became in {Became.LOADED, Became.WILL, Became.BACK}

    @property
    def currency(self) -> str | None:
        """The currency that it counts under."""
        return self.found.currency or (NO_CURRENCY if self.found.amount is not None else None)

    @property
    def sign(self) -> int:
        """-1 for a credit note, whose amounts are positive where they are loaded."""
        document = self.found.document
        return -1 if document is not None and document.kind is DocumentKind.CREDIT_NOTE else 1

    @property
    def sign_read(self) -> int:
        """What gives the amounts of the document as it was read their sign: some sheets state it."""
        document = self.found.document
        stated = document is not None and (document.total or 0) < 0
        return 1 if stated else self.sign

    @property
    def value(self) -> Decimal | None:
        """Its value with its sign, as it was found."""
        return self.found.amount


@dataclass(frozen=True)
class Facts:
    """Everything that one report shows. ``told`` and ``steps`` read the ledger anew whenever they are called.

    ``credited`` is what is taken off documents by credit notes, by identity; of a credit note what of it
    is used.
    """

    run: Run
    organization: str
    organization_id: str
    plan: PlanReport | None
    verified: Verified | None
    rolled: RollbackResult | None
    calls: Mapping[str, int]
    by_minute: Sequence[tuple[str, int]]
    tally: Sequence[tuple[str, Kind, Purpose, State, int]]
    entry: Entry | None
    places: Places
    credited: Mapping[str, Decimal]
    minutes_by_hand: int
    told: Callable[[], Iterator[Told]] = field(repr=False)
    steps: Callable[[], Iterator[Step]] = field(repr=False)

    @property
    def title(self) -> str:
        """What the workbook is called."""
        into = self.organization or self.run.order.connection
        if self.run.order.runs:
            return f"Rollback in {into}, {self.run.id}"
        return f"Migration into {into}, {self.run.id}"

    @property
    def planned(self) -> bool:
        """Whether it is a plan of which nothing was sent."""
        return self.run.state in {RunState.OPENED, RunState.PLANNED}


def facts(house: House, run: Run, verified: Verified | None) -> Facts:
    """Everything about a run, by the ledger as it is now."""
    with house.database.read() as conn:
        entry = house.run_history.last(conn, run.id)
        tally = house.run_history.tally(conn, run.id)
        calls = house.run_history.calls(conn, run.id)
        credited = _credited(house.run_history.credits(conn, run.id))
    connections = house.connections.all()
    known = connections.get(run.order.connection)
    rolled = RollbackResult.model_validate_json(run.result) if run.result and run.order.runs else None
    outcome = RunResult.model_validate_json(run.result) if run.result and not run.order.runs else None
    done = rolled or outcome
    proof = verified or (outcome.verify if outcome else None)
    return Facts(
        run=run,
        organization=known.organization_name if known else "",
        organization_id=known.organization if known else "",
        plan=PlanReport.model_validate_json(run.plan) if run.plan else None,
        verified=proof,
        rolled=rolled,
        calls=done.calls if done else run.calls,
        by_minute=calls,
        tally=tally,
        entry=entry,
        places=Places(run.order.source, connections),
        credited=credited,
        minutes_by_hand=house.settings.minutes_by_hand,
        told=lambda: _told(house, run, proof),
        steps=lambda: _steps(house, run),
    )


def _credited(applied: Iterable[CreditContent]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for one in applied:
        for identity in (one.invoice, one.credit_note):
            found[identity] = found.get(identity, Decimal(0)) + one.amount
    return found


def _steps(house: House, run: Run) -> Iterator[Step]:
    with house.database.read() as conn:
        yield from house.run_history.steps(conn, run.id)


def _told(house: House, run: Run, verified: Verified | None) -> Iterator[Told]:
    with house.database.read() as conn:
        teller = _Teller(house, conn, run, verified)
        for chunk in house.run_history.found(conn, run.id):
            yield from teller.tell(chunk)


class _Teller:
    """Tells what became of what a run found, some hundreds at a time."""

    def __init__(self, house: House, conn: Connection, run: Run, verified: Verified | None) -> None:
        self._house = house
        self._conn = conn
        self._run = run
        self._accounting = Accounting(house.shelf, conn, run)
        self._decided = house.shelf.memories.decisions.known(conn)
        self._by_ref: dict[str, list[Difference]] = {}
        self._by_number: dict[str, list[Difference]] = {}
        for d in verified.differences if verified else ():
            if d.kind in APART:
                continue
            if d.right is None:
                self._by_number.setdefault(d.left, []).append(d)
            else:
                self._by_ref.setdefault(d.right or "", []).append(d)

    def tell(self, chunk: Sequence[Found]) -> Iterator[Told]:
        """What became of some of them."""
        identities = [f.identity for f in chunk if f.identity and f.standing is Standing.PLANNED]
        live = self._house.shelf.bindings.among(self._conn, LINK, identities)
        proofs = self._house.run_history.proofs(self._conn, self._run.id, identities)
        there = live.keys() | (set() if self._run.state in OPEN_RUNS else proofs.keys())
        for one in chunk:
            found, shaped = self._accounting.weigh(one, there)
            yield self._one(found, shaped, live.get(one.identity or ""), proofs.get(one.identity or ""))

    def _one(self, found: Found, shaped: Shaped | None, live: Binding | None, proof: Receipt | None) -> Told:
        ref = proof.ref if proof else live.ref if live else None
        content = (proof.content if proof else None) or (live.content if live else None)
        became = self._became(found, shaped, live, proof)
        decision = self._decision(found)
        return Told(
            found=found,
            became=became,
            place=_place(found),
            shaped=shaped,
            ref=ref if shaped is not None else None,
            there=content if shaped is not None and isinstance(content, SalesContent) else None,
            differences=tuple(self._differences(shaped, ref)),
            decision=decision,
            suggestions=tuple(self._suggested(found, decision)),
            asked=self._asked(found, decision),
        )

    def _became(
        self, found: Found, shaped: Shaped | None, live: Binding | None, proof: Receipt | None
    ) -> Became:
        if shaped is None:
            kinds = {Standing.REJECTED: Became.REJECTED, Standing.TWIN: Became.AGAIN}
            return kinds.get(found.standing, Became.HELD)
        if self._run.state in {RunState.OPENED, RunState.PLANNED}:
            return Became.WILL
        gone = proof is not None and (live is None or live.ref != proof.ref)
        return Became.BACK if gone else Became.LOADED

    def _differences(self, shaped: Shaped | None, ref: Ref | None) -> Iterable[Difference]:
        if shaped is None:
            return ()
        unknown = self._by_number.get(shaped.document.number, ())
        return [*(self._by_ref.get(ref.id, ()) if ref else ()), *unknown]

    def _decision(self, found: Found) -> Decision | None:
        decisions, document = self._house.shelf.memories.decisions, found.document
        if document is None or not document.digest or decisions.file(document.digest) not in self._decided:
            return None
        return decisions.of(self._conn, document)

    def _suggested(self, found: Found, decision: Decision | None) -> Sequence[Suggestion]:
        document = found.document
        if document is None or not document.digest or not (document.reasons or decision):
            return ()
        return self._house.suggestions.of(self._conn, document.digest, document.sheet)

    def _asked(self, found: Found, decision: Decision | None) -> Asked | None:
        document = found.document
        if document is None or not document.digest or not (document.reasons or decision):
            return None
        return self._house.suggestions.asked(self._conn, document.digest, document.sheet)


def _place(found: Found) -> Cell:
    """Where the thing stands: its number's cell, else the first that is known of it."""
    document, rejection = found.document, found.rejection
    if rejection is not None:
        return Cell(file=rejection.file, sheet=rejection.sheet or "", cell=rejection.cell or "")
    if document is None:
        return Cell(file="", sheet="", cell="")
    anchor = next((o.cell for o in document.origins if o.field in {"number", "invoice_number"}), None)
    return anchor or Cell(file=document.file, sheet=document.sheet, cell="")


def moment(at: datetime | None) -> str:
    """A moment of the home's time, as the report writes it."""
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""
