"""The databases that the store is tested on."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import psycopg
import pytest

from ledgerferry.store.connections import Connections
from ledgerferry.store.database import Database, open_database
from ledgerferry.store.ledger import Ledger
from ledgerferry.store.payloads import Payloads
from ledgerferry.store.seal import Seal
from ledgerferry.store.tables import metadata
from tests.store.world import SETTINGS, TurnedClock

LOCAL_POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a database made for this test run and dropped after it."""
    address = os.environ.get("FERRY_TEST_POSTGRES", LOCAL_POSTGRES)
    name = f"ferry_test_{uuid.uuid4().hex}"
    try:
        server = psycopg.connect(address, autocommit=True, connect_timeout=2)
    except psycopg.OperationalError:
        pytest.skip("no Postgres answers at 127.0.0.1:5432, and FERRY_TEST_POSTGRES names none")
    server.execute(f'CREATE DATABASE "{name}"')
    yield f"{address.rpartition('/')[0]}/{name}"
    server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    server.close()


@pytest.fixture(scope="session")
def fresh_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty home's file, to be copied."""
    path = tmp_path_factory.mktemp("fresh") / "ferry.db"
    open_database(f"sqlite:///{path}").close()
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path, fresh_file: Path) -> str:
    """The address of an empty home on each kind of database."""
    if request.param == "sqlite":
        copyfile(fresh_file, tmp_path / "ferry.db")
        return f"sqlite:///{tmp_path / 'ferry.db'}"
    return str(request.getfixturevalue("postgres"))


@pytest.fixture
def db(url: str) -> Iterator[Database]:
    """An open home, empty before and after."""
    database = open_database(url)
    yield database
    if database.is_postgres:
        with database.transaction("clean") as tx:
            for table in reversed(metadata.sorted_tables):
                tx.execute(table.delete())
    database.close()


@pytest.fixture
def clock() -> TurnedClock:
    """The home's clock."""
    return TurnedClock()


@pytest.fixture
def seal() -> Seal:
    """The home's key in use."""
    return Seal(b"k" * 32)


@pytest.fixture
def payloads(seal: Seal) -> Payloads:
    """The home's payloads."""
    return Payloads(seal)


@pytest.fixture
def ledger(payloads: Payloads, clock: TurnedClock) -> Ledger:
    """The home's ledger."""
    return Ledger(payloads, clock)


@pytest.fixture
def books(db: Database) -> str:
    """The name of a connection that is stored."""
    Connections(db).save("books", SETTINGS)
    return "books"
