"""Run: the lanes of a worker process as durable workflows, driven by DBOS.

DBOS only drives: a workflow calls ``Lane.drain`` and waits. What is to be done, and what was done, is
in the ledger alone; every table of DBOS may be deleted in mid-run at the price of a resume.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Self

from dbos import DBOS, DBOSConfig, SetWorkflowID
from sqlalchemy.exc import SQLAlchemyError

from ledgerferry.engine.lane import PIECE, Bell, Lane, Pace
from ledgerferry.engine.stopping import EngineLost, Stop, done, stopped
from ledgerferry.model.outcome import Unreachable

# The version under which workflows are found again; changed with DBOS.patch only.
_VERSION = "1"
_CLAIMS_A_TURN = 300
_LOOKS_A_TURN = 50
_TURNS = 200
_ENDING_SECONDS = 30.0
_LOST = "The engine's own tables cannot be used. Nothing is lost: ferry resume goes on."


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
        self._working = 0
        self._left = threading.Condition()

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
        def drain(name: str) -> None:
            self._drained(name)

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
        with self._left:
            self._left.wait_for(lambda: self._working == 0, _ENDING_SECONDS)
        DBOS.destroy(destroy_registry=True)

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

    def _turns(self, name: str, turn: int, drain: Callable[[str], None]) -> None:
        """One lane for some hundreds of turns, then its successor."""
        with self._counted():
            for _ in range(_TURNS):
                drain(name)
                if self._ending.is_set():
                    return
            self._start(name, turn + 1)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """A lane at work, whose end the engine's own waits for; DBOS would look once a second."""
        with self._left:
            self._working += 1
        try:
            yield
        except SQLAlchemyError as error:
            self._failure = self._failure or EngineLost(_LOST)
            raise EngineLost(_LOST) from error
        finally:
            with self._left:
                self._working -= 1
                self._left.notify_all()

    def _drained(self, name: str) -> None:
        """Let a lane do what it can, and wait, some dozens of times: waits leave no rows in DBOS's tables."""
        for _ in range(_LOOKS_A_TURN):
            seconds = self._looked(name)
            if self._ending.wait(min(seconds, PIECE)):
                return

    def _looked(self, name: str) -> float:
        """The home seconds for which there is now nothing to do in a lane."""
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
