"""Driving: the engine at work on a run's connections, until nothing of it can move any more."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from ledgerferry.engine.apply import Side
from ledgerferry.engine.stopping import Stop
from ledgerferry.faces.house import House
from ledgerferry.faces.progress import Progress
from ledgerferry.faces.settings import WrongUsage
from ledgerferry.model.paths import located
from ledgerferry.store.operations import Counts
from ledgerferry.store.runs import Run

_HEARTBEAT_SECONDS = 5.0
_TELL_SECONDS = 0.5


class Driver(Protocol):
    """How a run is driven: whether a day's end is waited for, and who is told."""

    @property
    def wait(self) -> bool:
        """Wait over a day's end."""
        ...

    @property
    def say(self) -> Progress:
        """Who is told."""
        ...


def crm_named(house: House, name: str | None) -> str | None:
    """The name under which the CRM of a connection is kept; ``WrongUsage`` where it has none."""
    if name is None:
        return None
    known = house.connections.get(name)
    if known is None:
        raise WrongUsage(
            f"There is no connection {name}. `ferry connections` lists them; `ferry connect crm {name}` "
            "makes it."
        )
    found = house.crm_of(name)
    if found is None:
        raise WrongUsage(
            f"Connection {name} belongs to {', '.join(known.products or (known.product,))} and to no CRM. "
            "`ferry connect crm NAME` makes one; `ferry connections` lists them."
        )
    return found


def sides(house: House, run: Run) -> tuple[Side, ...]:
    """The connections of a run, that of the books first; a rollback has no folder."""
    folder = None if run.order.runs else located(Path(), run.order.source)
    return house.sides(run.order, folder)


def driven(house: House, run: Run, asked: Driver) -> Stop | None:
    """Let the engine work until nothing of a run, nor of those that it names, can move; else why not."""
    used = sides(house, run)
    over = Over(house, run, used, asked.say)
    if over():
        return None
    from ledgerferry.engine.run import Engine  # noqa: PLC0415 DBOS takes 0.2 s to load; few walks send anything

    if not house.database.is_postgres:
        house.settings.forget_engine()
    with (
        house.lanes(used) as (lanes, bells),
        Engine(house.settings.engine_url, house.owner, lanes, bells) as engine,
    ):
        return engine.drive(over, wait=asked.wait)


class Over:
    """Whether a run, and those that it names, have no operation left that can move.

    Tells of progress and keeps the lock alive.
    """

    def __init__(self, house: House, run: Run, used: Sequence[Side], say: Progress) -> None:
        self._house = house
        self._run = run
        self._sides = used
        self._say = say
        self._told = self._beat = house.clock.monotonic()

    def __call__(self) -> bool:
        """Look again."""
        house = self._house
        with house.database.read() as conn:
            counts = house.shelf.rooms.operations.counts(conn, self._run.id)
            named = [house.shelf.rooms.operations.counts(conn, r).active for r in self._run.order.runs]
        now = house.clock.monotonic()
        if now - self._told >= _TELL_SECONDS:
            self._told = now
            self._tell(counts)
        if now - self._beat >= _HEARTBEAT_SECONDS:
            self._beat = now
            house.heartbeat()
            house.note_calls(self._run)
        return counts.active == 0 and not any(named)

    def _tell(self, counts: Counts) -> None:
        """How far the work is, at the pace of the side that has longest to go."""
        house, calls, slowest, waiting = self._house, 0, (Decimal(0), 0), None
        with house.database.read() as conn:
            for side in self._sides:
                left = house.shelf.rooms.operations.left(conn, self._run.id, side.connection)
                own = sum(side.target.calls(kind, purpose, n) for (kind, purpose), n in left.items())
                calls, per_minute = calls + own, side.target.declaration.per_minute
                slowest = max(slowest, (Decimal(own) / max(1, per_minute), per_minute))
                pause, _ = house.connections.barred(conn, side.connection)
                waiting = waiting or (pause.cap if pause and _ahead(side, pause.until) else None)
        self._say.progress(counts.done, counts.planned, calls, slowest[1], waiting)


def _ahead(side: Side, moment: datetime) -> bool:
    try:
        return moment > side.vendor.now()
    except LookupError:
        return False
