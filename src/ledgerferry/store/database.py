"""The database: short write transactions, one writer at a time, and a watch that is told of every commit."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from ledgerferry.model.ports import Watch
from ledgerferry.store import schema
from ledgerferry.store.errors import StoreUnavailable, explained
from ledgerferry.store.folderlock import folder_lock

BUSY_SECONDS: Final = 30
# A process that stands still in the middle of writing gives the database back before others give up.
_ONE_WRITER = text("SELECT set_config('idle_in_transaction_session_timeout', '25s', true), "
                   "pg_advisory_xact_lock(1818649714, hashtext(current_schema()))")
_WRITES: Final = "ferry_writes"


class Silent:
    """The watch of every home that is not simulated."""

    def at(self, boundary: str) -> None:
        """Nobody is told."""


silent: Final[Watch] = Silent()


class _Mine(threading.local):
    """Whether this thread is inside a write transaction."""

    inside = False


class Database:
    """One home's tables, on SQLite or Postgres, safe to share between threads.

    Write transactions of all processes happen one after another on both (``BEGIN IMMEDIATE``; an
    advisory lock), so what one reads inside holds until it commits. They must be short: no call to
    a system inside. Raises ``StoreUnavailable`` where the database cannot do what was asked.
    """

    def __init__(self, url: str, watch: Watch) -> None:
        self._watch = watch
        self._engine = _engine(url)
        self._mine = _Mine()
        self._writer = threading.Lock()

    @property
    def is_postgres(self) -> bool:
        """Whether this is Postgres rather than SQLite."""
        return self._engine.dialect.name == "postgresql"

    @property
    def file(self) -> str | None:
        """The path of the SQLite file; None for Postgres and in memory."""
        return None if self.is_postgres else self._engine.url.database

    @contextmanager
    def transaction(self, name: str) -> Iterator[Connection]:
        """A write transaction: committed at the end, rolled back by any exception.

        The watch is told ``commit NAME`` once it is durable and its connection given back.
        A transaction inside a transaction of the same thread is a bug (``RuntimeError``).
        """
        with self._alone(name), explained(), self._engine.connect() as connection:
            connection.execution_options(**{_WRITES: True})
            with connection.begin():
                if self.is_postgres:
                    connection.execute(_ONE_WRITER)
                yield connection
        self._watch.at(f"commit {name}")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection to read with, which sees one state of the database throughout."""
        if self._mine.inside:
            raise RuntimeError("a read inside a transaction: read with the transaction's connection")
        with explained(), self._engine.connect() as connection:
            if self.is_postgres:
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield connection

    def use_wal(self) -> None:
        """Switch a SQLite file to write-ahead logging, which lasts; must not run in two processes at once."""
        with explained(), self._engine.connect() as connection:
            connection.connection.execute("PRAGMA journal_mode = WAL")

    def close(self) -> None:
        """Give all connections back; the database may be opened again."""
        self._engine.dispose()

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        if self._mine.inside:
            raise RuntimeError(f"the transaction {name!r} was begun inside another")
        with self._writer:
            self._mine.inside = True
            try:
                yield
            finally:
                self._mine.inside = False


def open_database(url: str, watch: Watch = silent) -> Database:
    """The database at that address, its schema made or brought up to date; safe in two processes at once."""
    database = Database(url, watch)
    try:
        with _opening(database.file):
            _prepare(database)
    except BaseException:
        # What was opened is closed whatever happened, and the error goes on.
        database.close()
        raise
    return database


def memory_database(watch: Watch = silent) -> Database:
    """A fresh database in memory for one thread: the simulator's, made in a few milliseconds."""
    database = Database("sqlite://", watch)
    with database.transaction("create") as tx:
        schema.create(tx)
    return database


def _prepare(database: Database) -> None:
    if database.file is not None:
        database.use_wal()
    with database.read() as conn:
        current = schema.version(conn)
    if current != schema.HEAD:
        with database.transaction("migrate") as tx:
            schema.upgrade(tx)


@contextmanager
def _opening(file: str | None) -> Iterator[None]:
    if file is None:
        yield
        return
    path = Path(file)
    with explained():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    with folder_lock(path.parent):
        yield


def _engine(address: str) -> Engine:
    try:
        url = make_url(address)
    except ArgumentError:
        raise _unknown("its address cannot be read") from None
    backend = url.get_backend_name()
    if backend in {"postgres", "postgresql"}:
        return _postgres(url)
    if backend == "sqlite":
        return _sqlite(url)
    raise _unknown(backend)


def _unknown(what: str) -> StoreUnavailable:
    return StoreUnavailable(f"not a database that can be used: {what}",
                            "give postgresql://… or sqlite:///…, or nothing for the home's own file")


def _postgres(url: URL) -> Engine:
    engine = create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, max_overflow=32,
                           hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _limits(driver: Any, record: Any) -> None:  # noqa: ANN401
        driver.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
        driver.commit()

    return engine


def _sqlite(url: URL) -> Engine:
    memory = url.database in {None, "", ":memory:"}
    arguments: dict[str, Any] = {"isolation_level": None, "cached_statements": 512}
    if "timeout" not in url.query:
        arguments["timeout"] = BUSY_SECONDS
    pool: dict[str, Any] = {"max_overflow": 32}
    if memory:
        arguments["check_same_thread"] = False
        pool = {"poolclass": StaticPool}
    engine = create_engine(url, hide_parameters=True, connect_args=arguments, **pool)

    @event.listens_for(engine, "connect")
    def _careful(driver: Any, record: Any) -> None:  # noqa: ANN401
        driver.execute("PRAGMA synchronous = FULL")
        driver.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get(_WRITES):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        elif not memory:
            connection.exec_driver_sql("BEGIN")

    return engine

