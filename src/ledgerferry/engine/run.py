"""Run: the lanes of a worker process as durable workflows, driven by DBOS.

DBOS only drives: a workflow calls ``Lane.drain`` and waits. What is to be done, and what was done, is
in the ledger alone; every table of DBOS may be deleted in mid-run at the price of a resume.
"""

import threading
from collections.abc import Callable, Mapping
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
    """A worker process's engine. ``executor`` is an id that no other process has ever had."""

    def __init__(
        self, url: str, executor: str, lanes: Mapping[str, Lane], bell: Bell, heard: Callable[[], None]
    ) -> None:
        self._url = url
        self._executor = executor
        self._lanes = lanes
        self._bell = bell
        self._heard = heard
        self._paces: dict[str, Pace] = {}
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
            self._bell.wait(0.2)
            if self._failure is not None:
                raise self._failure
            stop = self._stopped(wait=wait)
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
        try:
            pace = self._lanes[name].drain(_CLAIMS_A_TURN)
        except BaseException as error:
            self._failure = error
            raise
        self._paces[name] = pace
        if pace.idle.system is not None and pace.seconds > PIECE:
            with suppress(Unreachable):
                self._heard()
        return pace.seconds

    def _stopped(self, *, wait: bool) -> Stop | None:
        for pace in list(self._paces.values()):
            if pace.idle.login is not None:
                return Stop(login=pace.idle.login)
            if pace.unreachable is not None:
                return Stop(unreachable=pace.unreachable)
        return None if wait else self._capped()

    def _capped(self) -> Stop | None:
        """A day's cap stops the run once every lane has met it or has nothing to do."""
        paces = list(self._paces.values())
        if len(paces) < len(self._lanes) or self._bell.busy:
            return None
        caps = [p.idle for p in paces if p.idle.cap == "day" and p.seconds > _PATIENCE]
        still = [p for p in paces if p.idle.cap != "day" and p.seconds <= _PATIENCE and not p.idle.for_ever]
        if not caps or still:
            return None
        return Stop(waiting_until=max(i.system for i in caps if i.system), cap="day")
