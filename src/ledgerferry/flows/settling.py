"""Settling: what a run came to. Everything is read back from the ledger and the target."""

from collections.abc import Sequence
from dataclasses import dataclass

from ledgerferry.engine.apply import Side
from ledgerferry.engine.observe import listed
from ledgerferry.flows.migrate import LINK, Shelf
from ledgerferry.flows.result import (
    CurrencySums,
    DocumentCounts,
    OperationCounts,
    PlanReport,
    RunResult,
    Sum,
    Verified,
)
from ledgerferry.flows.shape import Shaped, merge_taxes
from ledgerferry.flows.verify import Held, Verifier
from ledgerferry.model.document import Reason
from ledgerferry.model.money import NO_CURRENCY
from ledgerferry.model.plan import Operation, State
from ledgerferry.store.operations import Standing as OperationStanding
from ledgerferry.store.runs import Found, Run, RunState, Standing

_UNDONE = (State.READY, State.CLAIMED, State.IN_DOUBT, State.DEAD)


@dataclass(frozen=True)
class Account:
    """A run's documents by what became of them. ``loaded`` keep what they asked for."""

    loaded: tuple[tuple[Found, Shaped], ...]
    held: tuple[Found, ...]
    rejected: tuple[Found, ...]

    @property
    def counts(self) -> DocumentCounts:
        """Found = loaded + held + rejected."""
        loaded, held, rejected = len(self.loaded), len(self.held), len(self.rejected)
        return DocumentCounts(found=loaded + held + rejected, loaded=loaded, held=held, rejected=rejected)


def account(shelf: Shelf, run: Run) -> Account:
    """What became of everything that a run found, by the ledger; of a plan, what it will load."""
    planned = run.state is RunState.PLANNED
    with shelf.rooms.database.read() as conn:
        found = shelf.runs.found(conn, run.id)
        undone = _undone(shelf.rooms.operations.listed(conn, _UNDONE))
        bound = {b.identity for b in shelf.bindings.live(conn, LINK)}
    loaded: list[tuple[Found, Shaped]] = []
    held: list[Found] = []
    for one in found:
        if one.standing is Standing.HELD:
            held.append(one)
        elif one.standing is Standing.PLANNED and one.wants is not None:
            shaped = Shaped.model_validate_json(one.wants)
            why = undone.get(shaped.identity) or undone.get(shaped.customer_identity)
            if why is None and (planned or shaped.identity in bound):
                loaded.append((one, shaped))
            else:
                held.append(_because(one, why or "It has not been written yet."))
    rejected = tuple(f for f in found if f.standing is Standing.REJECTED)
    return Account(tuple(loaded), tuple(held), rejected)


def _undone(listed: Sequence[tuple[Operation, OperationStanding]]) -> dict[str, str]:
    """Why the records of some identities are not complete."""
    reasons: dict[str, str] = {}
    for operation, standing in listed:
        why = f"{operation.purpose} of its {operation.kind} is {standing.state}: {standing.why or 'open'}"
        for identity in (operation.identity, *operation.content.touches()):
            if identity not in reasons or standing.state is State.DEAD:
                reasons[identity] = why
    return reasons


def _because(found: Found, why: str) -> Found:
    if found.document is None:
        return found
    reasons = (*found.document.reasons, Reason(code="not-written", text=why))
    document = found.document.model_copy(update={"reasons": reasons})
    return found.model_copy(update={"document": document, "standing": Standing.HELD})


def verify(shelf: Shelf, side: Side, run: Run, *, details: bool = False) -> Verified:
    """Compare every loaded document with its record."""
    accounted = account(shelf, run)
    with shelf.rooms.database.read() as conn:
        bindings = {b.identity: b for b in shelf.bindings.live(conn, LINK)}
        marked = shelf.pairs.among(conn, LINK, [s.identity for _, s in accounted.loaded])
    verifier = Verifier(
        listed(side.target),
        bindings,
        lambda ref: side.target.get(ref, side.bindings),
        marked=marked,
        details=details,
    )
    held: list[Held] = []
    differences = []
    for _, shaped in accounted.loaded:
        there, found = verifier.compare(shaped)
        differences += found
        if there is not None:
            held.append(there)
    differences += verifier.payments([s for _, s in accounted.loaded])
    return Verified(
        equal=not differences,
        compared=len(accounted.loaded),
        differences=differences,
        by_currency=_by_currency(accounted, held),
        details=details,
        read_in_full=sum(h.in_full for h in held),
    )


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
        documents=account(shelf, run).counts,
        operations=OperationCounts(
            planned=counts.planned,
            done=counts.done,
            held=counts.blocked,
            dead=counts.dead,
            in_doubt=counts.in_doubt,
        ),
        calls={"books": run.calls, "crm": 0, "pipedrive": 0},
        verify=verified,
        report=report,
        waiting_until=run.waiting_until.isoformat() if run.waiting_until else None,
        price=plan.price if plan else None,
        changes=plan.changes if plan else None,
        guards=plan.guards if plan else None,
        notices=plan.notices if plan else [],
    )
