"""Working: one worker at a time in a home; whoever comes later follows it until the run is over."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Final, TypeVar

from ledgerferry.faces.house import House
from ledgerferry.faces.progress import Progress
from ledgerferry.model.ports import Fenced
from ledgerferry.store.errors import StoreUnavailable
from ledgerferry.store.runs import OPEN_RUNS, Run
from ledgerferry.store.worker import WorkerLock

R = TypeVar("R")
_LOOK_SECONDS: Final = 0.5
_BEAT_SECONDS: Final = 8.0


def worked(house: House, run: Run, say: Progress, walk: Callable[[], R], stored: Callable[[Run], R]) -> R:
    """Do a walk as the home's worker, or follow the one there is and tell what it came to.

    A worker that stood still (a laptop that slept) for so long that another took over follows that one.
    """
    while True:
        try:
            with _working(house, run, say) as finished:
                return walk() if finished is None else stored(finished)
        except Fenced:
            say.say("This process stood still, and another took over its work.")


def reread(house: House, run_id: str) -> Run:
    """A run as it stands now."""
    with house.database.read() as conn:
        run = house.shelf.runs.get(conn, run_id)
    if run is None:
        raise LookupError(run_id)
    return run


@contextmanager
def _working(house: House, run: Run, say: Progress) -> Iterator[Run | None]:
    """Be the home's worker; or follow the one there is until the run is over, and give it back then."""
    lock = house.worker_lock()
    told = False
    while not lock.try_acquire():
        if not told:
            say.say(f"{lock.holder() or 'Another process'} works in this home; following it.")
            told = True
        house.clock.sleep(_LOOK_SECONDS)
    try:
        now = reread(house, run.id)
        if run.state in OPEN_RUNS and now.state not in OPEN_RUNS:
            yield now
            return
        if not house.database.is_postgres:
            with house.database.transaction("abandon") as tx:
                house.shelf.rooms.claims.abandon(tx, house.owner, house.clock.now())
        house.lock = lock
        with _beating(lock) if house.database.is_postgres else nullcontext():
            yield None
    finally:
        lock.release()


@contextmanager
def _beating(lock: WorkerLock) -> Iterator[None]:
    """Heartbeats all the while: reading a large folder takes longer than a lease.

    One that is refused is no error here: the lock keeps it for the next heartbeat of the work itself.
    """
    over = threading.Event()

    def beat() -> None:
        while not over.wait(_BEAT_SECONDS):
            with suppress(Fenced, StoreUnavailable):
                lock.heartbeat()

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
