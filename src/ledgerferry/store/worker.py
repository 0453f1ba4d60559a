"""The worker lock: at most one process of a home works on its lanes."""

import fcntl
import os
import weakref
from pathlib import Path
from typing import Final, Protocol

from ledgerferry.model.ports import Clock, Fenced
from ledgerferry.store import leases
from ledgerferry.store.database import Database
from ledgerferry.store.folderlock import folder_lock

LEASE_SECONDS: Final = 30
_LEASE: Final = "worker"


class WorkerLock(Protocol):
    """Held by the process that works; free again at once, or within 30 s, when that process is killed."""

    def try_acquire(self) -> bool:
        """Take the lock if it is free; True also for who has it already."""
        ...

    def release(self) -> None:
        """Give it back; nothing happens where it is not held."""
        ...

    def holder(self) -> str | None:
        """The owner that holds it now."""
        ...

    def heartbeat(self) -> None:
        """Say that this worker lives, every 10 s or so; ``Fenced`` where another took over."""
        ...


def worker_lock(db: Database, home: Path, owner: str, clock: Clock) -> WorkerLock:
    """The lock that fits the home: a file's lock beside SQLite, a lease on Postgres."""
    return LeaseLock(db, owner, clock) if db.is_postgres else FileLock(home, owner)


class FileLock(WorkerLock):
    """The lock of ``worker.lock`` in the home: the kernel frees it the moment its process ends."""

    def __init__(self, home: Path, owner: str) -> None:
        self._home = home
        self._owner = owner
        self._handle: int | None = None
        _held.add(self)

    def try_acquire(self) -> bool:
        """Take the lock if it is free."""
        if self._handle is None:
            with folder_lock(self._home):
                self._handle = self._lock()
            if self._handle is not None:
                os.ftruncate(self._handle, 0)
                os.pwrite(self._handle, self._owner.encode(), 0)
        return self._handle is not None

    def release(self) -> None:
        """Give it back."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def holder(self) -> str | None:
        """Who holds it now, as they called themselves."""
        if self._handle is not None:
            return self._owner
        with folder_lock(self._home):
            handle = self._lock()
        if handle is None:
            return (self._home / "worker.lock").read_text() or "a worker that just starts"
        os.close(handle)
        return None

    def heartbeat(self) -> None:
        """Nothing to do: the kernel knows whether the process lives."""

    def forget(self) -> None:
        """Let go of the handle in a forked child, which would else keep the lock after its parent's death."""
        self.release()

    def _lock(self) -> int | None:
        handle = os.open(self._home / "worker.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        return handle


_held: weakref.WeakSet[FileLock] = weakref.WeakSet()


def _forget_all() -> None:
    for lock in _held:
        lock.forget()


os.register_at_fork(after_in_child=_forget_all)


class LeaseLock(WorkerLock):
    """A lease row of 30 s, kept by heartbeats, for homes that several machines share."""

    def __init__(self, db: Database, owner: str, clock: Clock) -> None:
        self._db = db
        self._owner = owner
        self._clock = clock
        self._fence: int | None = None
        self._lost = False

    def try_acquire(self) -> bool:
        """Take the lease if it is free."""
        if self._fence is None:
            with self._db.transaction("worker-lock") as tx:
                self._fence = leases.acquire(tx, _LEASE, self._owner, self._clock.now(), LEASE_SECONDS)
            self._lost = self._lost and self._fence is None
        return self._fence is not None

    def release(self) -> None:
        """Give it back."""
        if self._fence is not None:
            with self._db.transaction("worker-release") as tx:
                leases.release(tx, _LEASE, self._owner, self._fence)
            self._fence = None

    def holder(self) -> str | None:
        """Who holds it now."""
        with self._db.read() as conn:
            return leases.holder(conn, _LEASE, self._clock.now())

    def heartbeat(self) -> None:
        """Hold the lease for another 30 s; ``Fenced`` where it was lost, now or in an earlier heartbeat."""
        if self._fence is None and not self._lost:
            return
        if not self._kept():
            self._fence, self._lost = None, True
            raise Fenced(f"another worker took over from {self._owner}")

    def _kept(self) -> bool:
        if self._fence is None:
            return False
        with self._db.transaction("worker-heartbeat") as tx:
            return leases.renew(tx, _LEASE, self._owner, self._fence, self._clock.now(), LEASE_SECONDS)
