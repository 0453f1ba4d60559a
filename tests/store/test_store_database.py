"""Transactions, what the watch is told, and troubles explained."""

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from ledgerferry.model.ports import Fenced, Watch
from ledgerferry.store import leases
from ledgerferry.store.database import Database, memory_database, open_database
from ledgerferry.store.errors import StoreUnavailable
from tests.store.world import START, in_processes


class Listener(Watch):
    """Hears every boundary, and looks at what is committed by then."""

    def __init__(self) -> None:
        self.db: Database | None = None
        self.heard: list[tuple[str, str | None]] = []

    def at(self, boundary: str) -> None:
        if self.db is not None:
            with self.db.transaction("nested") if boundary == "commit outer" else self.db.read() as conn:
                self.heard.append((boundary, leases.holder(conn, "lane", START)))


def watched(url: str) -> tuple[Database, Listener]:
    watch = Listener()
    watch.db = open_database(url, watch)
    return watch.db, watch


def test_the_watch_is_told_after_the_commit_and_may_begin_another(db: Database, url: str) -> None:
    watched_db, watch = watched(url)
    with watched_db.transaction("outer") as tx:
        assert leases.acquire(tx, "lane", "me", START, 30) == 1
        assert watch.heard == []
    assert watch.heard == [("commit outer", "me"), ("commit nested", "me")]
    watched_db.close()


def claim_and_raise(db: Database, stop: type[BaseException]) -> None:
    with db.transaction("claim") as tx:
        leases.acquire(tx, "lane", "me", START, 30)
        raise stop


@pytest.mark.parametrize("stop", [ValueError, KeyboardInterrupt, GeneratorExit])
def test_any_exception_rolls_back_and_tells_nobody(db: Database, url: str, stop: type[BaseException]) -> None:
    watched_db, watch = watched(url)
    with pytest.raises(stop):
        claim_and_raise(watched_db, stop)
    with watched_db.read() as conn:
        assert leases.holder(conn, "lane", START) is None
    assert watch.heard == []
    watched_db.close()


def test_a_transaction_inside_a_transaction_is_a_bug(db: Database) -> None:
    with db.transaction("outer"):
        with pytest.raises(RuntimeError, match="inside another"), db.transaction("inner"):
            pass
        with pytest.raises(RuntimeError, match="inside a transaction"), db.read():
            pass
    with db.transaction("after") as tx:
        assert leases.acquire(tx, "lane", "me", START, 30) == 1


def test_a_read_sees_one_state_throughout(db: Database) -> None:
    with db.read() as before:
        assert leases.holder(before, "lane", START) is None
        with db.transaction("claim") as tx:
            leases.acquire(tx, "lane", "me", START, 30)
        assert leases.holder(before, "lane", START) is None
    with db.read() as after:
        assert leases.holder(after, "lane", START) == "me"


def test_a_sqlite_home_is_durable_and_private(tmp_path: Path) -> None:
    db = open_database(f"sqlite:///{tmp_path / 'home' / 'ferry.db'}")
    with db.read() as conn:
        settings = {name: conn.exec_driver_sql(f"PRAGMA {name}").scalar()
                    for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")}
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}
    assert (tmp_path / "home" / "ferry.db").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700
    db.close()


def count_up(url: str, times: int) -> None:
    db = open_database(url)
    for turn in range(times):
        with db.transaction("claim") as tx:
            fence = leases.acquire(tx, "lane", "me", START, 0)
            assert fence is not None, turn
    db.close()


def test_writers_of_several_processes_take_turns(db: Database, url: str) -> None:
    in_processes(count_up, [(url, 25)] * 3)
    with db.transaction("claim") as tx:
        assert leases.acquire(tx, "lane", "me", START, 30) == 76


def test_databases_in_memory_are_apart() -> None:
    one, other = memory_database(), memory_database()
    with one.transaction("claim") as tx:
        leases.acquire(tx, "lane", "me", START, 30)
    with other.read() as conn:
        assert leases.holder(conn, "lane", START) is None
    with one.read() as conn:
        assert leases.holder(conn, "lane", START) == "me"


def fill(db: Database) -> None:
    with db.transaction("fill") as tx:
        tx.exec_driver_sql("PRAGMA max_page_count = 1")
        for number in range(2_000):
            leases.acquire(tx, f"lane {number} {'x' * 90}", "me", START, 30)


def test_a_full_disk_is_told_and_what_was_committed_stays(tmp_path: Path) -> None:
    db = open_database(f"sqlite:///{tmp_path / 'ferry.db'}")
    with db.transaction("claim") as tx:
        leases.acquire(tx, "lane", "me", START, 30)
    with pytest.raises(StoreUnavailable, match="disk that holds the database is full") as told:
        fill(db)
    assert told.value.remedy
    db.close()
    with db.transaction("renew") as tx:
        assert leases.renew(tx, "lane", "me", 1, START, 30)
    db.close()


def test_a_locked_database_is_told(tmp_path: Path) -> None:
    db = open_database(f"sqlite:///{tmp_path / 'ferry.db'}?timeout=0.05")
    other = sqlite3.connect(tmp_path / "ferry.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="another process"), db.transaction("claim"):
        pass
    other.close()
    with db.transaction("claim"):
        pass
    db.close()


def test_a_read_only_database_is_told(tmp_path: Path) -> None:
    open_database(f"sqlite:///{tmp_path / 'ferry.db'}").close()
    db = Database(f"sqlite:///file:{tmp_path / 'ferry.db'}?mode=ro&uri=true", Listener())
    with pytest.raises(StoreUnavailable, match="may not be written"), db.transaction("claim") as tx:
        leases.acquire(tx, "lane", "me", START, 30)
    db.close()


def test_a_damaged_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "ferry.db").write_bytes(b"this is a spreadsheet, not a database " * 50)
    with pytest.raises(StoreUnavailable, match="damaged"):
        open_database(f"sqlite:///{tmp_path / 'ferry.db'}")


def test_a_home_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        open_database(f"sqlite:///{tmp_path / 'file' / 'ferry.db'}")


@pytest.mark.parametrize(("url", "why"), [
    ("postgresql://nobody@127.0.0.1:1/ferry", "cannot be reached"),
    ("mysql://root:hidden@127.0.0.1/ferry", "not a database that can be used"),
    ("a file", "not a database that can be used"),
])
def test_an_address_that_leads_nowhere_is_told(url: str, why: str) -> None:
    with pytest.raises(StoreUnavailable, match=why) as told:
        open_database(url)
    assert "hidden" not in str(told.value)


def stood_still(database: Database) -> None:
    """A write in the middle of which nothing is heard of its process, for longer than Postgres waits."""
    with database.transaction("stand") as tx:
        assert tx.execute(text("SHOW idle_in_transaction_session_timeout")).scalar() == "25s"
        tx.execute(text("SET LOCAL idle_in_transaction_session_timeout = '50ms'"))
        threading.Event().wait(0.3)


def test_a_process_that_stands_still_while_it_writes_is_fenced(postgres: str) -> None:
    database = open_database(postgres)
    with pytest.raises(Fenced):
        stood_still(database)
    with database.transaction("again") as tx:
        assert tx.execute(text("SELECT 1")).scalar() == 1
    database.close()
