"""Sightings: what a connection's records looked like when they were last listed."""

from collections.abc import Callable, Iterable

from sqlalchemy import Connection, bindparam, delete, select

from ledgerferry.model.ports import Clock
from ledgerferry.model.record import Kind, Summary
from ledgerferry.store import upsert
from ledgerferry.store.database import Database
from ledgerferry.store.payloads import Payloads
from ledgerferry.store.tables import sightings

_OF = (sightings.c.connection == bindparam("of"), sightings.c.kind == bindparam("sort"))
_ALL = select(sightings.c.id, sightings.c.payload).where(*_OF).order_by(sightings.c.id)
_FORGET = delete(sightings).where(*_OF, sightings.c.id == bindparam("vendor"))


def customer_of(summary: Summary) -> str:
    """The subject of a summary: the customer it names, in its connection, else the record itself."""
    if summary.customer:
        return f"{summary.ref.connection}/{Kind.CUSTOMER}/{summary.customer}"
    return str(summary.ref)


class Sightings:
    """The last sighting of every record of a connection, sealed under its subject."""

    def __init__(self, db: Database, payloads: Payloads, clock: Clock) -> None:
        self._payloads = payloads
        self._clock = clock

    def put(self, tx: Connection, connection: str, summaries: Iterable[Summary],
            subject: Callable[[Summary], str] = customer_of) -> None:
        """Note what was seen; a later sighting takes the place of an earlier one."""
        seen = {(summary.ref.kind, summary.ref.id): summary for summary in summaries}
        ids = self._payloads.put_many(tx, [(subject(s), s.model_dump_json()) for s in seen.values()])
        now = self._clock.now()
        upsert.put(tx, sightings, [
            {"connection": connection, "kind": s.ref.kind, "id": s.ref.id, "payload": payload,
             "modified": s.modified, "seen_at": now}
            for s, payload in zip(seen.values(), ids, strict=True)])

    def all(self, conn: Connection, connection: str, kind: Kind) -> list[Summary]:
        """Every record of a kind as last seen, by vendor id; those of erased subjects are left out."""
        rows = conn.execute(_ALL, {"of": connection, "sort": kind}).all()
        texts = self._payloads.readable(conn, [row.payload for row in rows])
        return [Summary.model_validate_json(texts[row.payload]) for row in rows if row.payload in texts]

    def forget(self, tx: Connection, connection: str, kind: Kind, id: str) -> None:  # noqa: A002
        """The record is known to be gone."""
        tx.execute(_FORGET, {"of": connection, "sort": kind, "vendor": id})
