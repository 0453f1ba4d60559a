"""The ledger: append-only entries, each chained to the one before it by a hash."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select

from ledgerferry.model.ports import Clock
from ledgerferry.store.payloads import Payloads
from ledgerferry.store.tables import entries, payloads

GENESIS: Final = "0" * 64
_LAST = select(entries.c.seq, entries.c.hash).order_by(entries.c.seq.desc()).limit(1)
_INSERT = insert(entries)
_CHAIN = (
    select(entries, payloads.c.digest.label("kept"))
    .outerjoin(payloads, payloads.c.id == entries.c.payload)
    .order_by(entries.c.seq)
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. ``payload`` is its text's id; ``digest`` salted; ``hash`` chains it."""

    seq: int
    at: datetime
    run: str | None
    event: str
    about: str | None
    payload: str | None
    digest: str | None
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """What a walk over the whole chain found; ``broken_at`` is the first entry that does not hold."""

    entries: int
    head: str
    broken_at: int | None


class Ledger:
    """The entries of one home. They are only ever added, and only here."""

    def __init__(self, payloads: Payloads, clock: Clock) -> None:
        self._payloads = payloads
        self._clock = clock

    def append(self, tx: Connection, event: str, *, run: str | None, about: str | None,
               payload: str | None = None) -> int:
        """Write down what happened, in the transaction in which it happens; the entry's number."""
        last = tx.execute(_LAST).first()
        seq, previous = (last.seq + 1, last.hash) if last else (1, GENESIS)
        digest = None if payload is None else self._payloads.digest(tx, payload)
        at = self._clock.now()
        tx.execute(_INSERT, {
            "seq": seq, "at": at, "run": run, "event": event, "about": about, "payload": payload,
            "digest": digest, "previous": previous,
            "hash": _hash(previous, seq, at, run, event, about, payload, digest)})
        return seq

    def head(self, conn: Connection) -> str:
        """The hash of the last entry: who keeps it can tell later whether anything before it changed."""
        last = conn.execute(_LAST).first()
        return last.hash if last else GENESIS

    def check(self, conn: Connection) -> ChainCheck:
        """Walk the chain: every hash, every number, and every payload's digest. Erasures leave it whole."""
        count, head, broken = 0, GENESIS, None
        for row in conn.execute(_CHAIN.execution_options(yield_per=1000)):
            count += 1
            if broken is None and not _holds(row, count, head):
                broken = row.seq
            head = row.hash
        return ChainCheck(count, head, broken)

    def entries(self, conn: Connection, run: str | None = None, about: str | None = None,
                day: date | None = None) -> Iterator[Entry]:
        """The entries in order, of one run, about one thing, or of one day (UTC) where given."""
        query = select(entries).order_by(entries.c.seq)
        if run is not None:
            query = query.where(entries.c.run == run)
        if about is not None:
            query = query.where(entries.c.about == about)
        if day is not None:
            start = datetime.combine(day, time(), UTC)
            query = query.where(entries.c.at >= start, entries.c.at < start + timedelta(days=1))
        for row in conn.execute(query.execution_options(yield_per=1000)):
            yield Entry(**row._mapping)


def _holds(row: Row[Any], seq: int, previous: str) -> bool:
    expected = _hash(previous, seq, row.at, row.run, row.event, row.about, row.payload, row.digest)
    chained: bool = row.seq == seq and row.previous == previous and row.hash == expected
    return chained and row.digest == row.kept


def _hash(previous: str, seq: int, at: datetime, run: str | None, event: str, about: str | None,
          payload: str | None, digest: str | None) -> str:
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    facts = [previous, seq, moment, run, event, about, payload, digest]
    return hashlib.sha256(json.dumps(facts, separators=(",", ":")).encode()).hexdigest()
