"""Bindings: which source identity and which target record are one thing, and what they last agreed on."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import BindParameter, Connection, Select, and_, bindparam, func, or_, select, update

from ledgerferry.model.record import AnyContent, Kind, Ref
from ledgerferry.store import upsert
from ledgerferry.store.database import Database
from ledgerferry.store.payloads import Payloads
from ledgerferry.store.seal import Seal
from ledgerferry.store.tables import Instant, bindings

_CHUNK = 400
_own = bindings.c
_KEYS: BindParameter[list[str]] = bindparam("keys", expanding=True)
_LIVE = and_(_own.link == bindparam("of_link"), _own.state == "live")
_OF_IDENTITY = _own.identity == bindparam("blind")
_CLOSE = update(bindings).where(_LIVE, _OF_IDENTITY).values(state="closed")
_TOUCH = update(bindings).where(_LIVE, _OF_IDENTITY, or_(
    _own.touched.is_(None), _own.touched < bindparam("at", type_=Instant))).values(
        touched=bindparam("at", type_=Instant))
_MOVE = update(bindings).where(_LIVE, _OF_IDENTITY).values(lineage=bindparam("lies_at"))
_KEEP = update(bindings).where(_LIVE, _OF_IDENTITY).values(kept=bindparam("because"))
_ALL = select(bindings).where(_LIVE)
# Of which kinds are there any?
_KINDS = select(_own.kind).where(_LIVE).distinct()
_FIND = _ALL.where(_OF_IDENTITY)
_AMONG = _ALL.where(_own.identity.in_(_KEYS))
_OF_LINEAGE = _ALL.where(_own.lineage == bindparam("lies_at"))
_LAST_GENERATION = select(func.coalesce(func.max(_own.generation), 0)).where(
    _own.link == bindparam("of_link"), _OF_IDENTITY)
_THERE = and_(_own.connection == bindparam("there"), _own.state == "live")
_TOUCHED_SINCE = select(func.count().label("many"), func.max(_own.touched).label("last")).where(
    _THERE, _own.touched > bindparam("after", type_=Instant))
_REFS = select(_own.identity, _own.target).where(_THERE, _own.identity.in_(_KEYS))
_IDENTITIES = select(_own.target, _own.payload).where(
    _THERE, _own.kind == bindparam("sort"), _own.target.in_(_KEYS))


class Binding(BaseModel):
    """Two refs known to be one: the source's identity and the target's record.

    ``agreement`` counts the agreements; ``content`` is the last. ``touched`` is the system's time
    of our last write that moved the target record. ``kept`` is why a rollback left the record there.
    """

    model_config = ConfigDict(frozen=True)

    link: str
    identity: str
    generation: int = 1
    ref: Ref
    agreement: int
    content: AnyContent
    lineage: str | None = None
    touched: datetime | None = None
    kept: str | None = None


class _Sealed(BaseModel):
    """What of a binding is sealed."""

    identity: str
    content: AnyContent


class BindingTable:
    """The table of bindings. Methods that take ``tx`` run inside the caller's transaction."""

    def __init__(self, payloads: Payloads, seal: Seal) -> None:
        self._payloads = payloads
        self._seal = seal

    def bind(self, tx: Connection, binding: Binding) -> None:
        """Write a binding, or its newer agreement."""
        sealed = _Sealed(identity=binding.identity, content=binding.content).model_dump_json()
        payload = self._payloads.put(tx, binding.identity, sealed)
        lineage = self._seal.blind(binding.lineage) if binding.lineage else None
        row: dict[str, object] = {
            "link": binding.link, "identity": self._seal.blind(binding.identity),
            "generation": binding.generation,
            "connection": binding.ref.connection, "kind": binding.ref.kind, "target": binding.ref.id,
            "agreement": binding.agreement, "payload": payload, "state": "live"}
        if lineage is not None:
            row["lineage"] = lineage
        upsert.put(tx, bindings, [row])
        if binding.touched is not None:
            self.touch(tx, binding.link, [binding.identity], binding.touched)

    def close(self, tx: Connection, link: str, identity: str) -> None:
        """End the live binding of an identity: its next create is a new generation."""
        tx.execute(_CLOSE, self._pair(link, identity))

    def keep(self, tx: Connection, link: str, identity: str, why: str | None) -> None:
        """Note the code of why a rollback leaves the record of an identity where it is; None: it does not."""
        tx.execute(_KEEP, {**self._pair(link, identity), "because": why})

    def touch(self, tx: Connection, link: str, identities: Iterable[str], at: datetime) -> None:
        """Note that a write of ours moved the records of these identities; of several the latest counts."""
        for identity in identities:
            tx.execute(_TOUCH, {**self._pair(link, identity), "at": at})

    def lineages(self, tx: Connection, link: str, identity: str, lineage: str) -> None:
        """Note where an identity's evidence lies now."""
        tx.execute(_MOVE, {**self._pair(link, identity), "lies_at": self._seal.blind(lineage)})

    def touched_since(
        self, conn: Connection, connection: str, moment: datetime
    ) -> tuple[int, datetime | None]:
        """How many records of a connection our writes moved after a moment of its time, and when last."""
        row = conn.execute(_TOUCHED_SINCE, {"there": connection, "after": moment}).one()
        return int(row.many), row.last

    def find(self, conn: Connection, link: str, identity: str) -> Binding | None:
        """The live binding of one identity."""
        return self._first(conn, _FIND, self._pair(link, identity))

    def of_lineage(self, conn: Connection, link: str, lineage: str) -> Binding | None:
        """The live binding whose evidence lies there."""
        return self._first(conn, _OF_LINEAGE, {"of_link": link, "lies_at": self._seal.blind(lineage)})

    def _first(self, conn: Connection, query: Select[Any], given: dict[str, str]) -> Binding | None:
        row = conn.execute(query, given).first()
        return None if row is None else self._build(conn, [row])[0]

    def live(self, conn: Connection, link: str) -> list[Binding]:
        """All live bindings of a link."""
        return list(self.each(conn, link))

    def each(self, conn: Connection, link: str) -> Iterator[Binding]:
        """The live bindings of a link, one by one; some hundreds are read at a time."""
        rows = conn.execute(_ALL, {"of_link": link}).all()
        for start in range(0, len(rows), _CHUNK):
            yield from self._build(conn, rows[start : start + _CHUNK])

    def kinds(self, conn: Connection, link: str) -> set[Kind]:
        """The kinds that a link has live bindings of."""
        return {Kind(kind) for kind in conn.execute(_KINDS, {"of_link": link}).scalars()}

    def among(self, conn: Connection, link: str, identities: Sequence[str]) -> dict[str, Binding]:
        """The live bindings of some identities, by identity."""
        rows = [row for keys in _chunks([self._seal.blind(i) for i in identities])
                for row in conn.execute(_AMONG, {"of_link": link, "keys": keys})]
        return {binding.identity: binding for binding in self._build(conn, rows)}

    def _pair(self, link: str, identity: str) -> dict[str, str]:
        return {"of_link": link, "blind": self._seal.blind(identity)}

    def _build(self, conn: Connection, rows: Sequence[object]) -> list[Binding]:
        found: Sequence[_BindingRow] = rows  # type: ignore[assignment]
        texts = self._payloads.get_many(conn, [r.payload for r in found])
        return [self._one(r, _Sealed.model_validate_json(texts[r.payload])) for r in found]

    def _one(self, row: "_BindingRow", sealed: _Sealed) -> Binding:
        ref = Ref(connection=row.connection, kind=Kind(row.kind), id=row.target)
        return Binding(link=row.link, identity=sealed.identity, generation=row.generation, ref=ref,
                       agreement=row.agreement, content=sealed.content, touched=row.touched,
                       kept=row.kept)

    def next_generation(self, conn: Connection, link: str, identity: str) -> int:
        """The generation that a new create of this identity belongs to."""
        return int(conn.execute(_LAST_GENERATION, self._pair(link, identity)).scalar_one()) + 1

    def refs(self, conn: Connection, connection: str, identities: Sequence[str]) -> dict[str, str]:
        """Vendor ids by identity, for those that are bound in a connection."""
        blind = {self._seal.blind(i): i for i in identities}
        found: dict[str, str] = {}
        for keys in _chunks(list(blind)):
            for row in conn.execute(_REFS, {"there": connection, "keys": keys}):
                found[blind[row.identity]] = row.target
        return found

    def identities(self, conn: Connection, connection: str, kind: str, ids: Sequence[str]) -> dict[str, str]:
        """Identities by vendor id, for those that are bound in a connection."""
        found: dict[str, str] = {}
        for keys in _chunks(list(ids)):
            rows = conn.execute(_IDENTITIES, {"there": connection, "sort": kind, "keys": keys}).all()
            texts = self._payloads.get_many(conn, [r.payload for r in rows])
            found |= {r.target: _Sealed.model_validate_json(texts[r.payload]).identity for r in rows}
        return found


class ConnectionBindings:
    """The port ``Bindings`` of one connection, read outside any transaction."""

    def __init__(self, database: Database, table: BindingTable, connection: str) -> None:
        self._database = database
        self._table = table
        self._connection = connection

    def refs(self, identities: Sequence[str]) -> dict[str, str]:
        """Vendor ids by identity."""
        with self._database.read() as conn:
            return self._table.refs(conn, self._connection, identities)

    def identities(self, kind: str, ids: Sequence[str]) -> dict[str, str]:
        """Identities by vendor id."""
        with self._database.read() as conn:
            return self._table.identities(conn, self._connection, kind, ids)


class _BindingRow(BaseModel):
    """The columns of a row that make a binding."""

    link: str
    generation: int
    connection: str
    kind: str
    target: str
    agreement: int
    payload: str
    touched: datetime | None
    kept: str | None


def _chunks(keys: list[str]) -> Iterable[list[str]]:
    return (keys[i:i + _CHUNK] for i in range(0, len(keys), _CHUNK))
