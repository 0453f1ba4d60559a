"""The walks behind the verbs: open or join a run, plan, apply, settle. One worker at a time in a home."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from ledgerferry.engine.stopping import Stop
from ledgerferry.faces import proofs
from ledgerferry.faces.driving import driven, sides
from ledgerferry.faces.house import House
from ledgerferry.faces.progress import Progress
from ledgerferry.faces.replanning import outdated
from ledgerferry.faces.settings import WrongUsage
from ledgerferry.faces.waiting import let_lists_catch_up
from ledgerferry.faces.working import reread, worked
from ledgerferry.flows.gather import workbooks
from ledgerferry.flows.remembering import Read
from ledgerferry.flows.result import PlanReport, RunResult, Verified
from ledgerferry.flows.settling import result, verify
from ledgerferry.model.document import Reading
from ledgerferry.model.outcome import Busy, LoginNeeded, Unreachable
from ledgerferry.model.paths import located
from ledgerferry.model.ports import Clock
from ledgerferry.store.runs import OPEN_RUNS, Order, Run, RunState
from ledgerferry.systems.protocol import Warm
from ledgerferry.wire.client import patient

_FIRST_PAUSE, _LONGEST_PAUSE, _WORKED_SECONDS, _OUTAGE_SECONDS = 2.0, 60.0, 300.0, 3600.0
DONE, NEEDS_PERSON, WRONG, LOGIN, WAITING, UNREACHABLE = 0, 1, 2, 3, 4, 5

Write = Callable[[House, Run, Verified | None], Path]


class Declined(Exception):
    """The plan was shown and nobody said yes to it; nothing was sent."""

    def __init__(self, outcome: RunResult) -> None:
        self.outcome = outcome
        super().__init__("the plan was not confirmed")


@dataclass(frozen=True)
class Asked:
    """How a walk is to be done. ``confirm`` is asked before anything is sent.

    ``again`` is how often what is left of it may be planned again by itself.
    """

    confirm: Callable[[PlanReport], bool]
    write: Write
    read: Read
    say: Progress
    wait: bool = False
    details: bool = False
    rows: bool = False
    dry_run: bool = False
    again: int = 5


def quietly(say: Progress, *, wait: bool, dry_run: bool) -> Asked:
    """A walk that asks nothing, reads no source and writes no report."""

    def none(*_: object) -> Path:
        raise AssertionError("nothing is read or written")

    def nothing(*_: object) -> Iterator[Reading]:
        return iter(())

    return Asked(confirm=lambda _: True, write=none, read=nothing, say=say, wait=wait, dry_run=dry_run)


def migrate(house: House, order: Order, asked: Asked) -> tuple[RunResult, int]:
    """Open a run for this folder, or join the one that is open, and see it through.

    A dry run stops after the plan; the run stays open for ``resume``.
    """
    order = order.model_copy(update={"version": version("ledgerferry")})
    run = _opened(house, order)

    def walk() -> tuple[RunResult, int]:
        return _seen(house, _asked_anew(house, run, order), asked, replan=True)

    return worked(house, run, asked.say, walk, _stored)


def resume(house: House, run_id: str | None, asked: Asked) -> tuple[RunResult, int]:
    """Go on with a run where it stopped; without an id the newest that is open.

    The caller has a person's yes to it, which is kept. ``WrongUsage`` for a run that was rolled back.
    """
    run = run_of(house, run_id)
    if run.state is RunState.ROLLED_BACK:
        raise WrongUsage(f"The run {run.id} was rolled back. `ferry migrate` of its folder opens a new one.")
    for connection in run.order.connections:
        house.leave(connection, run.order.headroom)

    def walk() -> tuple[RunResult, int]:
        return _seen(house, _agreed(house, run), asked, replan=run.plan is None)

    return worked(house, run, asked.say, walk, _stored)


def check(house: House, run_id: str, asked: Asked) -> tuple[RunResult, int]:
    """Verify a run again against what the target holds now."""
    run = run_of(house, run_id)
    verified = _verified(house, run, asked, None if asked.rows else proofs.kept(run))
    proofs.keep(house, run, verified)
    run = reread(house, run.id)
    outcome = result(house.shelf, run, verified, str(asked.write(house, run, verified)))
    return outcome, DONE if verified.equal else NEEDS_PERSON


def _seen(house: House, run: Run, asked: Asked, *, replan: bool) -> tuple[RunResult, int]:
    """See a run through. An account that is busy, locked or away stops it; the run stays open.

    With ``wait`` one that is away is tried again and again for an hour.
    """
    outage = _Outage(house.clock)
    while isinstance(ended := _once(house, run, asked, replan=replan), Stop):
        if ended.unreachable is None or not asked.wait or (pause := outage.pause()) is None:
            return _stopped(house, run, ended, asked)
        asked.say.say(f"The account cannot be reached: {ended.unreachable}. Trying again in {pause:g} s.")
        house.clock.sleep(pause)
        run = reread(house, run.id)
        replan = run.plan is None
    return ended


class _Outage:
    """How long an account that is away is waited for: pauses that grow, and an hour in all."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since = self._last = clock.monotonic()
        self._pause = _FIRST_PAUSE

    def pause(self) -> float | None:
        """The next pause; None where it was waited for long enough. Who worked in between begins anew."""
        now = self._clock.monotonic()
        if now - self._last > _WORKED_SECONDS:
            self._since, self._pause = now, _FIRST_PAUSE
        self._last, pause = now, self._pause
        self._pause = min(2 * pause, _LONGEST_PAUSE)
        return pause if now - self._since < _OUTAGE_SECONDS else None


def _once(house: House, run: Run, asked: Asked, *, replan: bool) -> tuple[RunResult, int] | Stop:
    try:
        if replan:
            outcome = _planned(house, run, asked)
            if asked.dry_run:
                return outcome, _code(outcome)
        return _applied(house, reread(house, run.id), asked)
    except Busy as busy:
        return Stop(waiting_until=busy.until, cap=busy.cap)
    except LoginNeeded as error:
        return Stop(login=str(error))
    except Unreachable as error:
        return Stop(unreachable=str(error))


def patience(asked: Asked) -> Callable[[Busy], bool]:
    """Observing waits for every allowance but a day's, and for that too where waiting was asked for."""

    def waits(busy: Busy) -> bool:
        if busy.cap == "day" and not asked.wait:
            return False
        if busy.cap != "in_flight":
            asked.say.say(f"The {busy.cap}'s allowance is used up until {busy.until:%H:%M:%S}; waiting.")
        return True

    return waits


def _opened(house: House, order: Order) -> Run:
    """The open run of this order. None is opened for a folder or an account that is not there."""
    workbooks(located(Path(), order.source))
    for connection in order.connections:
        house.leave(connection, order.headroom)
    house.books(order.connection)
    for connection in order.connections:
        house.side(connection)
        _not_while_rolling_back(house, connection)
    return opened(house, order)


def _not_while_rolling_back(house: House, connection: str) -> None:
    with house.database.read() as conn:
        open_runs = [r for r in house.shelf.runs.all(conn) if r.state in OPEN_RUNS and r.order.runs]
    rolling = next((r for r in open_runs if connection in r.order.connections), None)
    if rolling is not None:
        raise WrongUsage(f"The rollback {rolling.id} is not over: `ferry resume {rolling.id}` first.")


def opened(house: House, order: Order) -> Run:
    """A run of this order, new or the one that is open already."""
    run_id = house.ids.fresh("run")
    with house.database.transaction("open") as tx:
        if house.shelf.runs.open(tx, run_id, order, house.clock.now()):
            house.ledger.append(tx, "run-opened", run=run_id, about=run_id)
            joined = None
        else:
            joined = house.shelf.runs.joined(tx, order)
    return reread(house, joined.id if joined else run_id)


def _asked_anew(house: House, run: Run, order: Order) -> Run:
    """The run as it is asked for now: what an earlier plan of it was limited to binds no later one.

    Nor do the calls that it took to make a plan of which nothing was begun count in the run's.
    """
    now = reread(house, run.id)
    with house.database.transaction("ask") as tx:
        if now.order != order:
            house.shelf.runs.ask(tx, run.id, order)
            house.ledger.append(tx, "run-asked-anew", run=run.id, about=run.id)
        if now.state is RunState.PLANNED and not house.shelf.rooms.operations.counts(tx, run.id).begun:
            house.shelf.runs.forget_calls(tx, run.id)
    return reread(house, run.id)


def _agreed(house: House, run: Run) -> Run:
    """The run with a person's yes kept: who goes on with it is not asked again whether mail was checked."""
    if not run.order.agreed:
        with house.database.transaction("agree") as tx:
            house.shelf.runs.ask(tx, run.id, run.order.model_copy(update={"agreed": True}))
            house.ledger.append(tx, "run-agreed", run=run.id, about=run.id)
    return reread(house, run.id)


def run_of(house: House, run_id: str | None) -> Run:
    """The run of an id or of its beginning; without one the newest open run. ``WrongUsage`` for none."""
    with house.database.read() as conn:
        if run_id is not None:
            found = house.shelf.runs.get(conn, run_id)
        else:
            found = next((r for r in house.shelf.runs.all(conn) if r.state in OPEN_RUNS), None)
    if found is None:
        raise WrongUsage(
            f"There is no run {run_id}, or several begin so: `ferry status` lists them."
            if run_id
            else "No run is open: there is nothing to resume."
        )
    return found


def _stored(run: Run) -> tuple[RunResult, int]:
    """What the worker that finished the run kept."""
    if run.result is None:
        raise WrongUsage(f"The run {run.id} ended as {run.state}; see `ferry status`.")
    outcome = RunResult.model_validate_json(run.result)
    return outcome, _code(outcome)


def _planned(house: House, run: Run, asked: Asked) -> RunResult:
    folder = located(Path(), run.order.source)
    migration = house.migration(run.order, folder, asked.read, asked.say.say)
    with patient(patience(asked)):
        report = migration.plan(run)
    asked.say.plan(report)
    house.note_calls(run)
    outcome = result(house.shelf, reread(house, run.id), None, None)
    if not asked.dry_run and _sends(house, run):
        if not asked.confirm(report):
            raise Declined(outcome)
        _agreed(house, run)
    return outcome


def _sends(house: House, run: Run) -> bool:
    """Whether anything of a run is still to be sent: what sends nothing needs nobody's yes."""
    with house.database.read() as conn:
        return house.shelf.rooms.operations.counts(conn, run.id).open > 0


def _applied(house: House, run: Run, asked: Asked) -> tuple[RunResult, int] | Stop:
    house.heartbeat()
    with house.database.transaction("confirm") as tx:
        house.shelf.rooms.operations.confirm(tx, run.id)
        house.shelf.runs.move(tx, run.id, RunState.APPLYING, house.clock.now())
    warmed(house, run, asked)
    stop = driven(house, run, asked)
    if stop is not None:
        return stop
    for side in sides(house, run):
        let_lists_catch_up(house, side)
    if asked.again and (why := outdated(house, run)) is not None:
        asked.say.say(why)
        return _seen(house, run, replace(asked, again=asked.again - 1), replan=True)
    asked.say.say("Comparing every document with its record")
    return _closed(house, run, _verified(house, run, asked), asked)


def warmed(house: House, run: Run, asked: Asked) -> None:
    """Let each target ask once for what its lanes would ask for all at once; only where there is work.

    One that is busy, locked or away keeps none from its work: its own lanes meet that again, and tell it.
    """
    if not _sends(house, run):
        return
    with patient(patience(asked)):
        for side in sides(house, run):
            if isinstance(side.target, Warm):
                with suppress(Busy, LoginNeeded, Unreachable):
                    side.target.warm()


def _verified(house: House, run: Run, asked: Asked, last: Verified | None = None) -> Verified:
    books, *beside = sides(house, run)
    crm, policy = (beside[0] if beside else None), house.settings.policy.crm
    with patient(patience(asked)):
        found = verify(house.shelf, books, run, crm=crm, policy=policy, details=asked.details, last=last)
    return found.model_copy(update={"at": house.clock.now()})


def _stopped(house: House, run: Run, stop: Stop, asked: Asked) -> tuple[RunResult, int]:
    code = told_stop(house, run, stop, asked)
    return result(house.shelf, reread(house, run.id), None, None), code


def told_stop(house: House, run: Run, stop: Stop, asked: Asked) -> int:
    """Say why a run cannot go on now, and write it down; the exit code."""
    if stop.waiting_until is not None:
        moved(house, run, RunState.WAITING, stop.waiting_until)
        asked.say.say(
            f"The {stop.cap}'s allowance is used up until {stop.waiting_until:%Y-%m-%d %H:%M} (the "
            "account's time). `ferry resume` goes on then; --wait waits for it."
        )
    elif stop.login is not None:
        asked.say.say(f"A person must log in: {stop.login}. Use `ferry connect`, then `ferry resume`.")
    else:
        asked.say.say(f"The account cannot be reached: {stop.unreachable}. `ferry resume` goes on.")
    house.note_calls(run)
    return WAITING if stop.waiting_until else LOGIN if stop.login else UNREACHABLE


def _closed(house: House, run: Run, verified: Verified, asked: Asked) -> tuple[RunResult, int]:
    """The run is over: that is written down first, then its report, which can be written again."""
    house.heartbeat()
    house.note_calls(run)
    now = house.clock.now()
    done = reread(house, run.id).model_copy(update={"state": RunState.DONE, "closed_at": now})
    outcome = result(house.shelf, done, verified, str(house.settings.reports / f"{run.id}.xlsx"))
    with house.database.transaction("close") as tx:
        house.shelf.runs.move(tx, run.id, RunState.DONE, now)
        house.shelf.runs.describe(tx, run.id, result=outcome.model_dump_json())
        house.ledger.append(tx, "run-done", run=run.id, about=run.id)
    asked.write(house, reread(house, run.id), verified)
    return outcome, _code(outcome)


def moved(house: House, run: Run, state: RunState, until: datetime | None = None) -> None:
    """Write where a run stands."""
    with house.database.transaction("move") as tx:
        house.shelf.runs.move(tx, run.id, state, house.clock.now(), until)


def _code(outcome: RunResult) -> int:
    differs = outcome.verify is not None and not outcome.verify.equal
    torn = any(changes.conflict for changes in (outcome.changes or {}).values())
    person = outcome.documents.held or outcome.operations.dead or outcome.operations.held or differs or torn
    return NEEDS_PERSON if person else DONE
