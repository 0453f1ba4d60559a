"""Run history: a run read back piece by piece, so that telling of a long one takes no more memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Row,
    String,
    and_,
    bindparam,
    func,
    or_,
    select,
    type_coerce,
)

from ledgerferry.model.outcome import Receipt
from ledgerferry.model.plan import Operation, Purpose, State
from ledgerferry.model.record import CreditContent, Kind
from ledgerferry.store.ledger import Entry
from ledgerferry.store.payloads import Payloads
from ledgerferry.store.runs import Found, Standing
from ledgerferry.store.seal import Seal
from ledgerferry.store.tables import attempt_operations, attempts, documents, entries, operations

_CHUNK = 500
_RUN: BindParameter[str] = bindparam("of_run")
_op, _doc = operations.c, documents.c
_KEYS: BindParameter[list[str]] = bindparam("keys", expanding=True)
_DOCUMENTS = (
    select(documents).where(_doc.run == _RUN, _doc.position > bindparam("after"))
    .order_by(_doc.position).limit(_CHUNK))
_STEPS = (
    select(operations).where(
        _op.run == _RUN,
        or_(_op.seq > bindparam("after"), and_(_op.seq == bindparam("after"), _op.key > bindparam("last"))))
    .order_by(_op.seq, _op.key).limit(_CHUNK))
_CREDITS = (
    select(_op.payload).where(
        _op.run == _RUN, _op.kind == Kind.CREDIT, _op.purpose == Purpose.CREATE,
        _op.state.not_in([State.SUPERSEDED, State.DISCARDED, State.DEAD]))
    .order_by(_op.seq, _op.key))
_PROOFS = (
    select(_op.identity, _op.receipt).where(
        _op.run == _RUN, _op.identity.in_(_KEYS), _op.state == State.DONE, _op.receipt.is_not(None))
    .order_by(_op.seq, _op.key))
_TALLY = (
    select(_op.connection, _op.kind, _op.purpose, _op.state, func.count()).where(_op.run == _RUN)
    .group_by(_op.connection, _op.kind, _op.purpose, _op.state)
    .order_by(_op.connection, _op.kind, _op.purpose, _op.state))
_MINUTE = func.substr(type_coerce(attempts.c.started_at, String), 1, 16)
_CALLS = (
    select(_MINUTE, func.count(attempts.c.id.distinct()))
    .select_from(attempts.join(attempt_operations, attempt_operations.c.attempt == attempts.c.id)
                 .join(operations, _op.key == attempt_operations.c.operation))
    .where(_op.run == _RUN).group_by(_MINUTE).order_by(_MINUTE))
_LAST = select(entries).where(entries.c.run == _RUN).order_by(entries.c.seq.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class Step:
    """One operation of a run as it stands; ``ref`` is the vendor's id of the record that it wrote.

    ``operation`` is None where what it would have written was erased.
    """

    key: str
    connection: str
    kind: Kind
    purpose: Purpose
    state: State
    operation: Operation | None
    ref: str | None
    tries: int
    doubtful: bool
    why: str | None


class RunHistory:
    """What a run did, in the order in which it was planned. Methods read in the caller's connection."""

    def __init__(self, payloads: Payloads, seal: Seal) -> None:
        self._payloads = payloads
        self._seal = seal

    def found(self, conn: Connection, run: str) -> Iterator[list[Found]]:
        """What a run found, some hundreds at a time.

        Of what was erased there is only how it stands and its amount.
        """
        after = -1
        while rows := conn.execute(_DOCUMENTS, {"of_run": run, "after": after}).all():
            texts = self._payloads.readable(conn, [r.payload for r in rows])
            yield [_found(r, texts.get(r.payload)) for r in rows]
            after = rows[-1].position

    def steps(self, conn: Connection, run: str) -> Iterator[Step]:
        """The operations of a run."""
        after, last = -1, ""
        while rows := conn.execute(_STEPS, {"of_run": run, "after": after, "last": last}).all():
            texts = self._payloads.readable(conn, [r.payload for r in rows])
            yield from (_step(r, texts.get(r.payload)) for r in rows)
            after, last = rows[-1].seq, rows[-1].key

    def credits(self, conn: Connection, run: str) -> Iterator[CreditContent]:
        """What a run applies of credit notes to invoices, or plans to."""
        rows = conn.execute(_CREDITS, {"of_run": run}).all()
        texts = self._payloads.readable(conn, [r.payload for r in rows])
        for text in (texts[r.payload] for r in rows if r.payload in texts):
            content = Operation.model_validate_json(text).content
            if isinstance(content, CreditContent):
                yield content

    def proofs(self, conn: Connection, run: str, identities: Sequence[str]) -> dict[str, Receipt]:
        """The last receipt that a run has for each of some identities; none for what it did not write.

        Its content is the last that any of them showed.
        """
        blind = {self._seal.blind(one): one for one in identities}
        rows = conn.execute(_PROOFS, {"of_run": run, "keys": list(blind)}).all() if blind else []
        texts = self._payloads.readable(conn, [r.receipt for r in rows])
        found: dict[str, Receipt] = {}
        for row in (r for r in rows if r.receipt in texts):
            receipt, before = Receipt.model_validate_json(texts[row.receipt]), found.get(blind[row.identity])
            shown = receipt.content or (before.content if before else None)
            found[blind[row.identity]] = receipt.model_copy(update={"content": shown})
        return found

    def tally(self, conn: Connection, run: str) -> list[tuple[str, Kind, Purpose, State, int]]:
        """How many operations of a run stand where: connection, kind, purpose, state, number."""
        return [(where, Kind(kind), Purpose(purpose), State(state), int(count))
                for where, kind, purpose, state, count in conn.execute(_TALLY, {"of_run": run})]

    def calls(self, conn: Connection, run: str) -> list[tuple[str, int]]:
        """The calls that a run's operations took in each minute (UTC, ``2026-11-21T15:07``)."""
        return [(minute, int(count)) for minute, count in conn.execute(_CALLS, {"of_run": run})]

    def last(self, conn: Connection, run: str) -> Entry | None:
        """The last entry of the ledger that is about a run."""
        row = conn.execute(_LAST, {"of_run": run}).first()
        return None if row is None else Entry(**row._mapping)


def _found(row: Row[Any], text: str | None) -> Found:
    if text is not None:
        return Found.model_validate_json(text)
    return Found(id=row.id, standing=Standing(row.state), currency=row.currency, amount=row.amount)


def _step(row: Row[Any], text: str | None) -> Step:
    return Step(
        row.key, row.connection, Kind(row.kind), Purpose(row.purpose), State(row.state),
        None if text is None else Operation.model_validate_json(text),
        row.target, row.tries, bool(row.doubtful), row.why)
