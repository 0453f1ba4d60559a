"""Lanes at work in one process: up to the in-flight limit of a connection's operations open at once."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from ledgerferry.engine.apply import Idle, LaneWorker
from ledgerferry.model.outcome import Unreachable
from ledgerferry.model.ports import Clock, VendorClock
from ledgerferry.store.claims import Claim

# A wait is made of pieces of at most this many home seconds, so that a jump of a clock is noticed.
PIECE = 2.0
_LOOK_AGAIN = 0.5
# In a long wait its system is asked for its time ever more seldom: at last once in so many home seconds.
_SELDOM = 30.0
_OF_THE_WAIT = 0.1
_MOST_UNREACHED = 5
_AGAIN = timedelta(seconds=2)


class Bell:
    """Rung whenever an operation of a connection ended, because that may let one of another lane go."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._rung = 0
        self._open = 0
        self._done = 0
        self._idle_since: float | None = None
        self._asked = 0.0

    def opened(self) -> None:
        """An operation was begun."""
        with self._condition:
            self._open += 1
            self._idle_since = None

    def closed(self, *, reached: bool = True) -> None:
        """An operation ended: wake all who wait. ``reached``: its system was, so others may follow."""
        with self._condition:
            self._open -= 1
            self._done += reached
        self.ring()

    @property
    def done(self) -> int:
        """How many operations ended that others may follow: who looked before may have work now."""
        with self._condition:
            return self._done

    def asks(self, home: float) -> bool:
        """Whether, in a wait, the system is to be asked for its time at this home second (monotonic).

        One lane asks for all of the connection: first after a piece, then after a tenth of what was waited.
        """
        with self._condition:
            if self._idle_since is None:
                self._idle_since = self._asked = home
            waited = home - self._idle_since
            if home - self._asked < min(_SELDOM, max(PIECE, waited * _OF_THE_WAIT)):
                return False
            self._asked = home
            return True

    def ring(self) -> None:
        """Wake all who wait."""
        with self._condition:
            self._rung += 1
            self._condition.notify_all()

    @property
    def busy(self) -> bool:
        """Whether an operation is open in any lane of the connection."""
        with self._condition:
            return self._open > 0

    def wait(self, seconds: float) -> bool:
        """Wait for the next ring; False where none came in time."""
        with self._condition:
            before = self._rung
            return self._condition.wait_for(lambda: self._rung != before, timeout=seconds)


@dataclass(frozen=True, slots=True)
class Pace:
    """Why a lane stopped, and for how many home seconds there is nothing to do in it."""

    idle: Idle
    seconds: float
    unreachable: str | None = None

    @property
    def stuck(self) -> bool:
        """Whether a person or the network must come first."""
        return self.idle.login is not None or self.unreachable is not None


class Lane:
    """One lane of this process. ``slots`` are shared by all lanes of a connection."""

    def __init__(
        self,
        worker: LaneWorker,
        vendor: VendorClock,
        clock: Clock,
        *,
        slots: threading.Semaphore,
        pool: ThreadPoolExecutor,
        bell: Bell,
    ) -> None:
        self._worker = worker
        self._vendor = vendor
        self._clock = clock
        self._slots = slots
        self._pool = pool
        self._bell = bell
        self._unreached: list[str] = []
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Claim no more; what is open is brought to its end."""
        self._stopping.set()
        self._bell.ring()

    def hear(self) -> None:
        """Ask the lane's system for its time, unless that was done for the connection not long ago."""
        if self._bell.asks(self._clock.monotonic()):
            self._worker.hear()

    def drain(self, most: int) -> Pace:
        """Perform up to so many claims; ends when nothing can be done now."""
        opened: list[Future[None]] = []
        pace = Pace(Idle(), 0.0)
        while len(opened) < most and not self._stopping.is_set():
            taken = self._take()
            if isinstance(taken, Claim):
                self._bell.opened()
                opened.append(self._pool.submit(self._work, taken))
                continue
            pace = Pace(taken, self._seconds(taken))
            if self._given_up() or not self._bell.busy:
                break
            self._bell.wait(0.2)
        for future in opened:
            future.result()
        return Pace(pace.idle, pace.seconds, self._given_up())

    def _take(self) -> Claim | Idle:
        self._slots.acquire()
        taken: Claim | Idle | None = None
        try:
            taken = self._worker.take()
        except Unreachable as error:
            self._unreached.append(str(error))
            taken = Idle(home=self._clock.now() + _AGAIN)
        finally:
            if not isinstance(taken, Claim):
                self._slots.release()
        return taken

    def _work(self, claim: Claim) -> None:
        reached = True
        try:
            self._worker.work(claim)
            self._unreached.clear()
        except Unreachable as error:
            self._unreached.append(str(error))
            reached = False
        finally:
            self._slots.release()
            self._bell.closed(reached=reached)

    def _given_up(self) -> str | None:
        return self._unreached[-1] if len(self._unreached) >= _MOST_UNREACHED else None

    def _seconds(self, idle: Idle) -> float:
        waits = [self._until_home(idle.home)] if idle.home else []
        waits += [self._vendor.seconds_until(idle.system)] if idle.system else []
        return min(waits, default=_LOOK_AGAIN)

    def _until_home(self, moment: datetime) -> float:
        return max(0.0, (moment - self._clock.now()).total_seconds())
