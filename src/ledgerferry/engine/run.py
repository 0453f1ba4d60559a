"""Run: the lanes of a worker process as durable workflows, driven by DBOS.

DBOS only drives: a workflow calls ``Lane.drain`` and waits. What is to be done, and what was done, is
in the ledger alone; every table of DBOS may be deleted in mid-run at the price of a resume.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from dbos import DBOS, DBOSConfig, SetWorkflowID
from sqlalchemy.exc import SQLAlchemyError

from ledgerferry.engine.lane import PIECE, Bell, Lane, Pace
from ledgerferry.model.outcome import Unreachable

# The version under which workflows are found again; changed with DBOS.patch only.
_VERSION = "1"
_CLAIMS_A_TURN = 300
_TURNS = 200
_PATIENCE = 120.0
_LOST = "The engine's own tables cannot be used. Nothing is lost: ferry resume goes on."


@dataclass(frozen=True, slots=True)
class Stop:
    """Why the engine stopped before all was done."""

    login: str | None = None
    waiting_until: datetime | None = None
    cap: str | None = None
    unreachable: str | None = None


class EngineLost(Exception):
    """The engine's own tables are gone or broken: nothing is lost, ``ferry resume`` goes on."""


class Engine:
    """A worker process's engine. ``executor`` is an id that no other process has ever had.

    ``lanes`` are those of one connection or more, each named after its connection and kind, and ``bells``
    the connections' own.
    """

    def __init__(
        self, url: str, executor: str, lanes: Mapping[str, Lane], bells: Mapping[str, Bell]
    ) -> None:
        self._url = url
        self._executor = executor
        self._lanes = lanes
        self._bells = bells
        self._paces: dict[str, tuple[Pace, int]] = {}
        self._failure: BaseException | None = None
        self._ending = threading.Event()

    def __enter__(self) -> Self:
        config: DBOSConfig = {
            "name": "ledgerferry",
            "system_database_url": self._url,
            "executor_id": self._executor,
            "application_version": _VERSION,
            "log_level": "CRITICAL",
            "run_migrations": True,
            "notification_listener_polling_interval_sec": 0.1,
        }
        DBOS(config=config)

        @DBOS.step(name="drain")
        def drain(name: str) -> float:
            return self._drained(name)

        @DBOS.workflow(name="lane")
        def lane(name: str, turn: int) -> None:
            self._turns(name, turn, drain)

        self._workflow = lane
        DBOS.launch()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        for lane in self._lanes.values():
            lane.stop()
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=30)

    def drive(self, over: Callable[[], bool], *, wait: bool) -> Stop | None:
        """Let the lanes work until ``over`` says so; otherwise why they cannot go on now.

        With ``wait``, waits for a day's cap too. Raises what a lane raised (a bug), ``EngineLost``
        when the engine's own tables fail.
        """
        for name in self._lanes:
            self._start(name, 0)
        while not over():
            next(iter(self._bells.values())).wait(0.2)
            if self._failure is not None:
                raise self._failure
            stop = stopped(list(self._lanes), dict(self._paces), self._bells, wait=wait)
            if stop is not None:
                return stop
        return None

    def _start(self, name: str, turn: int) -> None:
        try:
            with SetWorkflowID(f"{self._executor}:{name}:{turn}"):
                DBOS.start_workflow(self._workflow, name, turn)
        except SQLAlchemyError as error:
            raise EngineLost(_LOST) from error

    def _turns(self, name: str, turn: int, drain: Callable[[str], float]) -> None:
        """One lane for some hundreds of turns, then its successor."""
        try:
            for _ in range(_TURNS):
                seconds = drain(name)
                if self._ending.is_set():
                    return
                if seconds > 0:
                    DBOS.recv("wake", timeout_seconds=min(seconds, PIECE))
            self._start(name, turn + 1)
        except SQLAlchemyError as error:
            self._failure = self._failure or EngineLost(_LOST)
            raise EngineLost(_LOST) from error

    def _drained(self, name: str) -> float:
        before = done(self._bells)
        try:
            pace = self._lanes[name].drain(_CLAIMS_A_TURN)
        except BaseException as error:
            # Whatever a lane raised is the run's to raise, in the thread that waits for it.
            self._failure = error
            raise
        self._paces[name] = pace, before
        if pace.idle.system is not None and pace.seconds > PIECE:
            with suppress(Unreachable):
                self._lanes[name].hear()
        return pace.seconds


def done(bells: Mapping[str, Bell]) -> int:
    """How many operations ended so far, in all connections."""
    return sum(bell.done for bell in bells.values())


def stopped(
    lanes: Sequence[str], paces: Mapping[str, tuple[Pace, int]], bells: Mapping[str, Bell], *, wait: bool
) -> Stop | None:
    """Why the work stops: once no connection has anything more that it can do by itself.

    One that is stuck, or at its day's end, does not keep another from what that can do. ``paces`` are how
    the lanes stood last, each with how many operations had ended before it looked.
    """
    stuck = {_connection(name): pace for name, (pace, _) in paces.items() if pace.stuck}
    others = [name for name in lanes if _connection(name) not in stuck]
    if any(bell.busy for name, bell in bells.items() if name not in stuck):
        return None
    seen = [paces[name] for name in others if name in paces]
    if len(seen) < len(others) or any(before < done(bells) for _, before in seen):
        return None
    caps = [pace for pace, _ in seen if _capped(pace)]
    if any(_works(pace) for pace, _ in seen) or (wait and caps):
        return None
    return _stop(list(stuck.values()), caps)


def _connection(lane: str) -> str:
    return lane.rpartition("/")[0]


def _capped(pace: Pace) -> bool:
    """Whether a lane has met its day's end."""
    return pace.idle.cap == "day" and pace.seconds > _PATIENCE


def _works(pace: Pace) -> bool:
    """Whether a lane has something to do by itself before long."""
    return pace.idle.cap != "day" and pace.seconds <= _PATIENCE and not pace.idle.for_ever


def _stop(stuck: Sequence[Pace], caps: Sequence[Pace]) -> Stop | None:
    """What a person is told: first of a login, then of the network, then of a day's end."""
    for pace in sorted(stuck, key=lambda p: p.idle.login is None):
        return Stop(login=pace.idle.login, unreachable=None if pace.idle.login else pace.unreachable)
    if not caps:
        return None
    return Stop(waiting_until=max(p.idle.system for p in caps if p.idle.system), cap="day")
