"""Fields and codes of a system that the ferry does not know, counted so that a person can tell us."""

from sqlalchemy import Connection, bindparam, insert, select, update

from ledgerferry.store.tables import unseen

_AGAIN = (
    update(unseen).where(unseen.c.connection == bindparam("of"), unseen.c.what == bindparam("thing"))
    .values(times=unseen.c.times + 1)
)
_FIRST = insert(unseen)
_ALL = (
    select(unseen.c.what, unseen.c.times)
    .where(unseen.c.connection == bindparam("of"))
    .order_by(unseen.c.what)
)


def count(tx: Connection, connection: str, what: str) -> None:
    """One more of something never seen before: a name only (no value), of which 200 characters are kept."""
    thing = what[:200]
    if not tx.execute(_AGAIN, {"of": connection, "thing": thing}).rowcount:
        tx.execute(_FIRST, {"connection": connection, "what": thing, "times": 1})


def all(conn: Connection, connection: str) -> dict[str, int]:  # noqa: A001
    """How often each was met, by its name."""
    return {row.what: row.times for row in conn.execute(_ALL, {"of": connection})}
