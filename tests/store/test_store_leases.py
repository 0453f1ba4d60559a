"""Leases, and the worker lock built on one or on the kernel's."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from ledgerferry.model.ports import Fenced
from ledgerferry.store import leases
from ledgerferry.store.database import Database
from ledgerferry.store.worker import FileLock, LeaseLock, WorkerLock, worker_lock
from tests.store.world import START, TurnedClock


def test_a_lease_has_one_holder_and_a_rising_fence(db: Database) -> None:
    later = START + timedelta(seconds=30)
    with db.transaction("lease") as tx:
        assert leases.acquire(tx, "lane", "one", START, 30) == 1
        assert leases.acquire(tx, "lane", "two", START, 30) is None
        assert leases.acquire(tx, "lane", "one", START, 30) is None
        assert leases.acquire(tx, "other lane", "two", START, 30) == 1
        assert leases.holder(tx, "lane", START) == "one"
        assert leases.holder(tx, "lane", later) is None
        assert leases.acquire(tx, "lane", "two", later, 30) == 2
        assert not leases.renew(tx, "lane", "one", 1, later, 30)
        assert leases.renew(tx, "lane", "two", 2, later, 90)
        assert leases.acquire(tx, "lane", "one", later + timedelta(seconds=60), 30) is None


def test_a_late_holder_keeps_a_lease_that_nobody_took(db: Database) -> None:
    late = START + timedelta(hours=1)
    with db.transaction("lease") as tx:
        leases.acquire(tx, "lane", "one", START, 30)
        assert leases.renew(tx, "lane", "one", 1, late, 30)
        assert leases.holder(tx, "lane", late) == "one"


def test_only_the_holder_gives_a_lease_back(db: Database) -> None:
    with db.transaction("lease") as tx:
        leases.acquire(tx, "lane", "one", START, 30)
        leases.release(tx, "lane", "two", 1)
        leases.release(tx, "lane", "one", 7)
        assert leases.holder(tx, "lane", START) == "one"
        leases.release(tx, "lane", "one", 1)
        assert leases.holder(tx, "lane", START) is None
        assert not leases.renew(tx, "lane", "one", 1, START, 30)
        assert leases.acquire(tx, "lane", "one", START, 30) == 2


@pytest.fixture(params=["file", "lease"])
def locks(request: pytest.FixtureRequest, db: Database, tmp_path: Path,
          clock: TurnedClock) -> tuple[WorkerLock, WorkerLock]:
    if request.param == "file":
        return FileLock(tmp_path, "one"), FileLock(tmp_path, "two")
    return LeaseLock(db, "one", clock), LeaseLock(db, "two", clock)


def test_one_worker_at_a_time(locks: tuple[WorkerLock, WorkerLock]) -> None:
    one, two = locks
    assert one.holder() is None
    assert one.try_acquire()
    assert one.try_acquire()
    assert not two.try_acquire()
    assert (one.holder(), two.holder()) == ("one", "one")
    one.heartbeat()
    two.release()
    assert two.holder() == "one"
    one.release()
    assert two.holder() is None
    assert two.try_acquire()
    assert not one.try_acquire()
    two.release()


def test_a_worker_that_was_stopped_for_too_long_is_fenced(db: Database, clock: TurnedClock) -> None:
    one, two = LeaseLock(db, "one", clock), LeaseLock(db, "two", clock)
    assert one.try_acquire()
    clock.sleep(20)
    one.heartbeat()
    clock.sleep(20)
    assert not two.try_acquire()
    clock.sleep(11)
    assert two.try_acquire()
    for _ in range(2):
        with pytest.raises(Fenced):
            one.heartbeat()
    assert not one.try_acquire()
    two.heartbeat()


def test_the_lock_fits_the_home(db: Database, tmp_path: Path, clock: TurnedClock) -> None:
    kind = LeaseLock if db.is_postgres else FileLock
    assert isinstance(worker_lock(db, tmp_path, "me", clock), kind)


WORKER = """
import os, sys, time
from pathlib import Path
from ledgerferry.store.worker import FileLock
lock = FileLock(Path(sys.argv[1]), "first")
assert lock.try_acquire()
child = os.fork() if sys.argv[2] == "with a child" else None
if child != 0:
    print(child or 0, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("family", ["alone", "with a child"])
def test_a_killed_worker_frees_the_lock_at_once(tmp_path: Path, family: str) -> None:
    worker = subprocess.Popen([sys.executable, "-c", WORKER, str(tmp_path), family], stdout=subprocess.PIPE)
    assert worker.stdout is not None
    child = int(worker.stdout.readline())
    lock = FileLock(tmp_path, "second")
    try:
        assert not lock.try_acquire()
        assert lock.holder() == "first"
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        worker.stdout.close()
    assert lock.try_acquire() or _soon(lock)
    assert lock.holder() == "second"
    lock.release()
    if child:
        os.kill(child, signal.SIGKILL)


def _soon(lock: WorkerLock) -> bool:
    deadline = time.perf_counter() + 1
    while not lock.try_acquire() and time.perf_counter() < deadline:
        pass
    return lock.holder() == "second"
