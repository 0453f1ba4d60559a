"""The versions of the schema lead to the tables, also when two processes start at once."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from ledgerferry.store import leases, schema
from ledgerferry.store.database import Database, memory_database, open_database
from ledgerferry.store.errors import StoreUnavailable
from ledgerferry.store.migrations import config
from ledgerferry.store.tables import metadata
from tests.store.world import START, in_processes

SCHEMA = "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%' AND name NOT LIKE 'sqlite%'"


def test_the_migrations_lead_to_the_tables(db: Database) -> None:
    with db.transaction("compare") as tx:
        assert compare_metadata(MigrationContext.configure(tx), metadata) == []


def test_the_migrations_make_what_create_all_makes(tmp_path: Path) -> None:
    found = []
    for db in (open_database(f"sqlite:///{tmp_path / 'ferry.db'}"), memory_database()):
        with db.read() as conn:
            found.append({name: re.sub(r"\s+", " ", sql) for name, sql in conn.exec_driver_sql(SCHEMA)})
        db.close()
    assert found[0] == found[1]
    assert set(metadata.tables) < set(found[0])


def test_head_is_the_newest_version(db: Database) -> None:
    with db.transaction("look") as tx:
        assert ScriptDirectory.from_config(config(tx)).get_current_head() == schema.HEAD
        assert schema.version(tx) == schema.HEAD


def test_a_home_opened_again_keeps_what_it_holds(db: Database, url: str) -> None:
    with db.transaction("claim") as tx:
        leases.acquire(tx, "lane", "me", START, 30)
    again = open_database(url)
    with again.read() as conn:
        assert leases.holder(conn, "lane", START) == "me"
    again.close()


def open_and_write(url: str, name: str) -> None:
    db = open_database(url)
    with db.transaction("claim") as tx:
        leases.acquire(tx, name, name, START, 30)
    db.close()


def test_four_processes_open_a_new_home_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'home' / 'ferry.db'}"
    in_processes(open_and_write, [(url, f"worker {number}") for number in range(4)])
    db = open_database(url)
    with db.read() as conn:
        assert [leases.holder(conn, f"worker {n}", START) for n in range(4)] == [
            f"worker {n}" for n in range(4)]
    db.close()


def test_a_database_of_a_newer_version_is_left_alone(db: Database, url: str) -> None:
    with db.transaction("future") as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreUnavailable, match="newer version"):
        open_database(url)
    with db.transaction("back") as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": schema.HEAD})


def test_opening_a_home_that_is_up_to_date_does_not_load_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ferry.db'}"
    open_database(url).close()
    code = ("import sys; from ledgerferry.store.database import open_database; "
            "open_database(sys.argv[1]); print('alembic' in sys.modules)")
    done = subprocess.run([sys.executable, "-c", code, url], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
