"""The walk of a rollback: stop the flow, take back, try again what failed, and prove it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ledgerferry.engine.stopping import Stop
from ledgerferry.faces.driving import driven, sides
from ledgerferry.faces.house import House
from ledgerferry.faces.running import (
    DONE,
    NEEDS_PERSON,
    Asked,
    opened,
    patience,
    told_stop,
)
from ledgerferry.faces.settings import WrongUsage
from ledgerferry.faces.waiting import let_settle
from ledgerferry.faces.working import reread, worked
from ledgerferry.flows.result import RollbackResult
from ledgerferry.flows.rollback import FLOW, Planned
from ledgerferry.flows.rollbacks import Rollbacks
from ledgerferry.model.outcome import Busy, LoginNeeded, Unreachable
from ledgerferry.store.runs import Order, Run, RunState
from ledgerferry.wire.client import patient

_REVERT = "revert: payments, files, invoices, customers, taxes, in this order"
_BESIDE = "; deals, contacts, accounts beside"
_AGAIN = "process again what failed: "
# The first plan is what is taken back, the second what was refused of it.
_REFUSED = 2
# What the account refused is tried in another way, or listed; after so many plans the rest waits.
_MOST_PLANS = 6


class NotAgreed(Exception):
    """The plan was shown and nobody said yes to it; nothing was sent."""

    def __init__(self, outcome: RollbackResult) -> None:
        self.outcome = outcome
        super().__init__("the rollback was not confirmed")


@dataclass(frozen=True)
class Chosen:
    """Which receipts are taken back: a run's, a version's, a span of time's."""

    run: str | None = None
    version: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def order(house: House, chosen: Chosen) -> Order:
    """The order of a rollback; ``WrongUsage`` where it names nothing, or accounts in the plural."""
    if chosen == Chosen():
        raise WrongUsage("Say what to roll back: a RUN, or --version, --since or --until.")
    runs = _runs(house, chosen)
    connections = {r.order.connection for r in runs}
    beside = {r.order.crm for r in runs if r.order.crm is not None}
    if len(connections) != 1 or len(beside) > 1:
        raise WrongUsage(
            f"These runs wrote to {', '.join(sorted(connections | beside))}: roll them back run by run."
            if connections
            else "There is no run that this names; `ferry status` lists them."
        )
    names = tuple(r.id for r in runs)
    span = "".join(f" {word} {at.isoformat()}" for word, at in
                   (("since", chosen.since), ("until", chosen.until)) if at)  # fmt: skip
    return Order(
        flow=FLOW,
        connection=connections.pop(),
        crm=beside.pop() if beside else None,
        source=f"rollback of {', '.join(names)}{span}",
        today=house.clock.now().date(),
        runs=names,
        since=chosen.since,
        until=chosen.until,
    )


def _runs(house: House, chosen: Chosen) -> list[Run]:
    with house.database.read() as conn:
        if chosen.run is not None:
            named = house.shelf.runs.get(conn, chosen.run)
            runs = [named] if named else []
        else:
            runs = [r for r in house.shelf.runs.all(conn) if r.state is not RunState.ROLLED_BACK]
    if chosen.run is not None and runs and runs[0].order.flow == FLOW:
        raise WrongUsage(f"{runs[0].id} is itself a rollback: give the run that it took back.")
    fitting = [r for r in runs if chosen.version in (None, r.order.version)]
    return [r for r in fitting if r.order.flow != FLOW and _overlaps(r, chosen)]


def _overlaps(run: Run, chosen: Chosen) -> bool:
    """Whether a run may have written something in the span."""
    before = chosen.until is not None and run.opened_at >= chosen.until
    after = chosen.since is not None and run.closed_at is not None and run.closed_at < chosen.since
    return not before and not after


def rollback(
    house: House, asked_for: Order, asked: Asked, confirm: Callable[[Planned], bool] | None
) -> tuple[RollbackResult, int]:
    """Roll back; without ``confirm`` nobody has to be asked. Raises ``NotAgreed``."""
    if confirm is not None or asked.dry_run:
        outcome, agreed = _previewed(house, asked_for, asked, confirm)
        if asked.dry_run:
            return outcome, _code(outcome)
        if not agreed:
            raise NotAgreed(outcome)
    return resumed(house, opened(house, asked_for.model_copy(update={"agreed": True})), asked)


def _previewed(
    house: House, asked_for: Order, asked: Asked, confirm: Callable[[Planned], bool] | None
) -> tuple[RollbackResult, bool]:
    """What would be done; no run is opened for it."""
    run = Run(id="", order=asked_for, state=RunState.PLANNED, opened_at=house.clock.now())
    way = house.rollback(asked_for)
    with patient(patience(asked)):
        planned = way.look(run)
    return way.result(run, planned), confirm is not None and not asked.dry_run and confirm(planned)


def resumed(house: House, run: Run, asked: Asked) -> tuple[RollbackResult, int]:
    """See a rollback through, from wherever it stopped."""
    return worked(house, run, asked.say, lambda: _through(house, run, asked), _stored)


def _stored(run: Run) -> tuple[RollbackResult, int]:
    """What the worker that finished the rollback kept."""
    if run.result is None:
        raise WrongUsage(f"The rollback {run.id} ended as {run.state}; see `ferry status`.")
    outcome = RollbackResult.model_validate_json(run.result)
    return outcome, _code(outcome)


def _through(house: House, run: Run, asked: Asked) -> tuple[RollbackResult, int]:
    way = house.rollback(run.order)
    try:
        done = _undone(house, way, run, asked)
    except Busy as busy:
        done = Stop(waiting_until=busy.until, cap=busy.cap)
    except LoginNeeded as error:
        done = Stop(login=str(error))
    except Unreachable as error:
        done = Stop(unreachable=str(error))
    if isinstance(done, Stop):
        code = told_stop(house, run, done, asked)
        return way.result(reread(house, run.id), None), code
    house.note_calls(run)
    outcome = way.close(reread(house, run.id), done)
    return outcome, _code(outcome)


def _undone(house: House, way: Rollbacks, run: Run, asked: Asked) -> Planned | Stop:
    """The four steps; the last plan, which holds nothing more to do, or why it stopped."""
    used, crm = sides(house, run), run.order.crm is not None
    _step(asked, 1, "stop the flow: nothing more of these runs is sent, open calls are settled")
    way.stop(run)
    if way.unsettled(run) and (stop := driven(house, run, asked)) is not None:
        return stop
    for plans in range(_MOST_PLANS):
        with patient(patience(asked)):
            planned, made = way.plan(run)
        house.note_calls(run)
        if not made:
            if plans < _REFUSED:
                _step(asked, 3, _AGAIN + "nothing was refused that can be done in another way")
            break
        if plans == 0:
            _step(asked, 2, _REVERT + _BESIDE * crm)
        elif plans == 1:
            _step(asked, 3, _AGAIN + "what cannot be deleted is voided, or kept and listed")
        if (stop := driven(house, run, asked)) is not None:
            return stop
        for side in used:
            let_settle(house, side)
    _step(asked, 4, "validate: the account was listed anew, and shows nothing of these runs but what is told")
    return planned


def _step(asked: Asked, number: int, text: str) -> None:
    asked.say.say(f"Step {number} of 4, {text}.")


def _code(outcome: RollbackResult) -> int:
    return NEEDS_PERSON if outcome.kept or outcome.left or outcome.unsettled else DONE

