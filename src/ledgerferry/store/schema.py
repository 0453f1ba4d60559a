"""Which schema a database has, and how it gets the one that this version knows."""

from functools import cache
from typing import Final

from sqlalchemy import Connection, create_mock_engine, inspect, text
from sqlalchemy.dialects import sqlite

from ledgerferry.store.tables import metadata

HEAD: Final = "0001"
_VERSION = text("SELECT version_num FROM alembic_version")


def version(conn: Connection) -> str | None:
    """The schema's version; None for an empty database."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    found: str | None = conn.execute(_VERSION).scalar()
    return found


def upgrade(tx: Connection) -> None:
    """Bring the schema to the newest version, all or nothing."""
    from ledgerferry.store.migrations import run  # noqa: PLC0415 alembic costs 0.2 s, and most starts need none

    run(tx)


def create(tx: Connection) -> None:
    """Make all tables at once in an empty database that will not outlive its process."""
    for statement in _statements():
        tx.exec_driver_sql(statement)


@cache
def _statements() -> tuple[str, ...]:
    made: list[str] = []
    dialect = sqlite.dialect()
    engine = create_mock_engine(
        "sqlite://", lambda ddl, *_, **__: made.append(str(ddl.compile(dialect=dialect))))
    metadata.create_all(engine, checkfirst=False)
    return tuple(made)
