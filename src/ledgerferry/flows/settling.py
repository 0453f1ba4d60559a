"""Settling: what a run came to. Everything is read back from the ledger and the target."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from ledgerferry.engine.apply import Side
from ledgerferry.flows.appliedcredits import credited
from ledgerferry.flows.comparison import Comparison
from ledgerferry.flows.deals import Rules, proven
from ledgerferry.flows.interning import alike, shared
from ledgerferry.flows.migrate import LINK
from ledgerferry.flows.policy import CrmPolicy
from ledgerferry.flows.result import (
    SYSTEMS,
    CurrencySums,
    DocumentCounts,
    OperationCounts,
    PlanReport,
    RunResult,
    Sum,
    Verified,
)
from ledgerferry.flows.shape import Shaped, merge_taxes
from ledgerferry.flows.shelf import Shelf
from ledgerferry.flows.sumproof import FEW_PAGES
from ledgerferry.flows.verify import Held
from ledgerferry.model.document import Reason
from ledgerferry.model.money import NO_CURRENCY
from ledgerferry.model.plan import Operation, State
from ledgerferry.store.operations import Standing as OperationStanding
from ledgerferry.store.runs import Found, Run, RunState, Standing

_UNDONE = (State.READY, State.CLAIMED, State.IN_DOUBT, State.HELD, State.DEAD)
_UNWRITTEN = ("not-written", "It has not been written yet.")


@dataclass(frozen=True)
class Account:
    """A run's documents by what became of them. ``loaded`` keep what they asked for, and no evidence."""

    loaded: tuple[tuple[Found, Shaped], ...]
    held: tuple[Found, ...]
    rejected: tuple[Found, ...]

    @property
    def counts(self) -> DocumentCounts:
        """Found = loaded + held + rejected."""
        return _counts(len(self.loaded), len(self.held), len(self.rejected))


class Accounting:
    """What became of things that a run found, one by one, by the ledger; of a plan, what it will load."""

    def __init__(self, shelf: Shelf, conn: Connection, run: Run) -> None:
        self._undone = _undone(shelf.rooms.operations.each(conn, _UNDONE))
        self._planned = run.state is RunState.PLANNED

    def weigh(self, one: Found, there: Container[str]) -> tuple[Found, Shaped | None]:
        """The thing with its standing, and what it asked for where it was loaded.

        ``there`` are the identities that have a record.
        """
        if one.standing is not Standing.PLANNED or one.wants is None:
            return one, None
        shaped = Shaped.model_validate_json(one.wants)
        why = self._undone.get(shaped.identity) or self._undone.get(shaped.customer_identity)
        if why is None and (self._planned or shaped.identity in there):
            return one, shaped
        return _because(one, *(why or _UNWRITTEN)), None


def account(shelf: Shelf, run: Run) -> Account:
    """What became of everything that a run found, by the ledger; of a plan, what it will load."""
    loaded: list[tuple[Found, Shaped]] = []
    others: dict[Standing, list[Found]] = {standing: [] for standing in Standing}
    for one, shaped in _weighed(shelf, run):
        if shaped is not None:
            bare = one.model_copy(update={"document": None, "wants": None})
            loaded.append((shared(bare), alike(shaped)))
        else:
            others[one.standing].append(alike(one))
    return Account(tuple(loaded), tuple(others[Standing.HELD]), tuple(others[Standing.REJECTED]))


def counted(shelf: Shelf, run: Run) -> DocumentCounts:
    """How many of what a run found became what; nothing of it is kept."""
    many = Counter("loaded" if shaped else str(one.standing) for one, shaped in _weighed(shelf, run))
    return _counts(many["loaded"], many[Standing.HELD], many[Standing.REJECTED])


def _counts(loaded: int, held: int, rejected: int) -> DocumentCounts:
    return DocumentCounts(found=loaded + held + rejected, loaded=loaded, held=held, rejected=rejected)


def _weighed(shelf: Shelf, run: Run) -> Iterator[tuple[Found, Shaped | None]]:
    """Everything that a run found beside the ledger, one by one."""
    with shelf.rooms.database.read() as conn:
        accounting = Accounting(shelf, conn, run)
        bound = {b.identity for b in shelf.bindings.each(conn, LINK)}
        for one in shelf.runs.each_found(conn, run.id):
            yield accounting.weigh(one, bound)


def _undone(listed: Iterable[tuple[Operation, OperationStanding]]) -> dict[str, tuple[str, str]]:
    """Why the records of some identities are not complete, as a code and a sentence."""
    reasons: dict[str, tuple[str, str]] = {}
    for operation, standing in listed:
        why = f"{operation.purpose} of its {operation.kind} is {standing.state}: {standing.why or 'open'}"
        for identity in (operation.identity, *operation.content.touches()):
            if identity not in reasons or standing.state in (State.HELD, State.DEAD):
                reasons[identity] = ("pending" if standing.state is State.HELD else "not-written", why)
    return reasons


def _because(found: Found, code: str, why: str) -> Found:
    if found.document is None:
        return found
    reasons = (*found.document.reasons, Reason(code=code, text=why))
    document = found.document.model_copy(update={"reasons": reasons})
    return found.model_copy(update={"document": document, "standing": Standing.HELD})


def verify(
    shelf: Shelf,
    side: Side,
    run: Run,
    *,
    crm: Side | None = None,
    policy: CrmPolicy | None = None,
    details: bool = False,
    last: Verified | None = None,
    few: int = FEW_PAGES,
) -> Verified:
    """Compare every loaded document with what the books hold, and with its deal in a CRM beside.

    Row by row; where ``last``, an earlier proof, is given and rows take more than ``few`` pages, by
    sums and by what was modified since.
    """
    accounted = account(shelf, run)
    with shelf.rooms.database.read() as conn:
        bindings = {b.identity: b for b in shelf.bindings.live(conn, LINK)}
    loaded = [s for _, s in accounted.loaded]
    against = Comparison(shelf, side, bindings, loaded)
    found = (against.sums(last, few) if last and not details else None) or against.all(details=details)
    differences = found.differences
    if crm is not None:
        rules = Rules(policy or CrmPolicy(), run.order.today, credited(loaded, bindings))
        differences += proven(shelf, (side, crm), LINK, rules, _with_archived(accounted), details=details)
    return Verified(
        method=found.method,
        rows_at=found.rows_at,
        equal=not differences,
        compared=len(loaded),
        differences=differences,
        by_currency=_by_currency(accounted, found.held),
        details=details,
        read_in_full=sum(h.in_full for h in found.held),
    )


def _with_archived(accounted: Account) -> list[Shaped]:
    """What was loaded, and what only a CRM may have."""
    archived = [f.wants for f in accounted.held if f.archived and f.wants]
    return [*(s for _, s in accounted.loaded), *(Shaped.model_validate_json(w) for w in archived)]


def _by_currency(accounted: Account, there: Sequence[Held]) -> dict[str, CurrencySums]:
    everything = [*(f for f, _ in accounted.loaded), *accounted.held, *accounted.rejected]
    currencies = {c for f in everything if (c := _currency(f))} | {h.currency for h in there}
    return {c: _sums(c, accounted, [h for h in there if h.currency == c]) for c in sorted(currencies)}


def _currency(found: Found) -> str | None:
    """The currency that a finding counts under; an amount that names none counts as being of none."""
    return found.currency or (NO_CURRENCY if found.amount is not None else None)


def _sums(currency: str, accounted: Account, there: Sequence[Held]) -> CurrencySums:
    def sum_of(found: Sequence[Found]) -> Sum:
        return Sum(currency).add(f.amount for f in found if _currency(f) == currency)

    loaded, held = sum_of([f for f, _ in accounted.loaded]), sum_of(accounted.held)
    rejected = sum_of(accounted.rejected)
    gross = Sum(currency).add(h.figures.gross for h in there)
    balance = Sum(currency).add(h.balance for h in there)
    tax: dict[str, Sum] = {}
    for h in there:
        for rate, amount in merge_taxes(h.figures.taxes).items():
            tax.setdefault(f"{rate.normalize():f}", Sum(currency)).add([amount])
    return CurrencySums(
        found_total=str(Sum(currency).add([loaded.amount, held.amount, rejected.amount])),
        loaded_total=str(loaded),
        held_total=str(held),
        rejected_total=str(rejected),
        target_total=str(gross),
        difference=str(Sum(currency).add([loaded.amount, -gross.amount])),
        net=str(Sum(currency).add(h.figures.net for h in there)),
        tax={rate: str(amount) for rate, amount in sorted(tax.items())},
        gross=str(gross),
        paid=str(Sum(currency).add([gross.amount, -balance.amount])),
        balance=str(balance),
    )


def result(shelf: Shelf, run: Run, verified: Verified | None, report: str | None) -> RunResult:
    """The run as the verbs print it."""
    with shelf.rooms.database.read() as conn:
        counts = shelf.rooms.operations.counts(conn, run.id)
    plan = PlanReport.model_validate_json(run.plan) if run.plan else None
    return RunResult(
        run=run.id,
        state=run.state,
        documents=counted(shelf, run),
        operations=OperationCounts(
            planned=counts.planned,
            done=counts.done,
            held=counts.blocked + counts.held,
            dead=counts.dead,
            in_doubt=counts.in_doubt,
        ),
        calls=dict.fromkeys(SYSTEMS, 0) | run.calls,
        verify=verified,
        report=report,
        waiting_until=run.waiting_until.isoformat() if run.waiting_until else None,
        price=plan.price if plan else None,
        changes=plan.changes if plan else None,
        guards=plan.guards if plan else None,
        notices=plan.notices if plan else [],
        schedule=plan.schedule if plan else None,
    )
