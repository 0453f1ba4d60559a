"""Runs and what each of them found: one walk from observing to settling, and its documents."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import islice

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from ledgerferry.model.document import Document, Rejection
from ledgerferry.store import upsert
from ledgerferry.store.payloads import Payloads
from ledgerferry.store.seal import Seal
from ledgerferry.store.tables import documents, run_calls, runs

_CHUNK = 500


class RunState(StrEnum):
    """Where a run stands; the first four are open."""

    OPENED = "opened"
    PLANNED = "planned"
    APPLYING = "applying"
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    ROLLED_BACK = "rolled_back"


OPEN_RUNS = (RunState.OPENED, RunState.PLANNED, RunState.APPLYING, RunState.WAITING)


class Order(BaseModel):
    """What a run was asked to do: its source and options. Sealed in the store.

    ``version`` is the ferry's when the run was opened. A rollback's order names the ``runs`` whose
    receipts it takes back, and the span of time (the home's) that it takes them from.
    ``agreed`` says that it came with a yes, and that a person had looked at the account's mail. ``crm`` is
    the connection that accounts, contacts and deals go to, beside; ``accept_filed`` loads what lies in a tax
    return that was filed.
    """

    model_config = ConfigDict(frozen=True)

    flow: str
    connection: str
    source: str
    limit: int | None = None
    headroom: int = 0
    wait: bool = False
    create_taxes: bool = False
    accept_filed: bool = False
    crm: str | None = None
    agreed: bool = False
    today: date
    version: str = ""
    runs: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None

    @property
    def connections(self) -> tuple[str, ...]:
        """Every connection that it goes through, that of the books first."""
        return (self.connection,) if self.crm is None else (self.connection, self.crm)


class Run(BaseModel):
    """One run, as its row tells; ``calls`` are those made for it, by system."""

    model_config = ConfigDict(frozen=True)

    id: str
    order: Order
    state: RunState
    opened_at: datetime
    closed_at: datetime | None = None
    waiting_until: datetime | None = None
    calls: dict[str, int] = {}
    plan: str | None = None
    result: str | None = None


class Standing(StrEnum):
    """What became of something found in the source."""

    PLANNED = "planned"
    HELD = "held"
    REJECTED = "rejected"
    TWIN = "twin"  # more evidence for a document found elsewhere too: counted once


class Found(BaseModel):
    """One thing found in a run's source: a document or a rejection, and what is to become of it.

    ``wants`` is what the document asks for at the target, as the flow's JSON; ``archived``: the books shall
    not have it, being of a time that is closed.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    identity: str | None = None
    lineage: str | None = None
    standing: Standing
    currency: str | None = None
    amount: Decimal | None = None
    document: Document | None = None
    rejection: Rejection | None = None
    wants: str | None = None
    archived: bool = False


_CALLS = select(run_calls.c.system, run_calls.c.calls).where(run_calls.c.run == bindparam("of"))
_ADD_CALLS = (
    update(run_calls)
    .where(run_calls.c.run == bindparam("of"), run_calls.c.system == bindparam("through"))
    .values(calls=run_calls.c.calls + bindparam("more"))
)


class Runs:
    """The tables of runs and documents. Methods run inside the caller's transaction."""

    def __init__(self, payloads: Payloads, seal: Seal) -> None:
        self._payloads = payloads
        self._seal = seal

    def open(self, tx: Connection, run: str, order: Order, now: datetime) -> bool:
        """Open a run; False where one of the same flow, connection and source is open already."""
        if self.joined(tx, order) is not None:
            return False
        payload = self._payloads.put(tx, f"run {run}", order.model_dump_json())
        try:
            tx.execute(
                insert(runs).values(
                    id=run,
                    flow=order.flow,
                    connection=order.connection,
                    source=self._seal.blind(order.source),
                    state=RunState.OPENED,
                    is_open=1,
                    today=order.today.isoformat(),
                    opened_at=now,
                    payload=payload,
                )
            )
        except IntegrityError:
            return False
        return True

    def ask(self, tx: Connection, run: str, order: Order) -> None:
        """Ask something else of a run: other options, for the same flow, connection and source."""
        payload = self._payloads.put(tx, f"run {run}", order.model_dump_json())
        values = {"payload": payload, "today": order.today.isoformat()}
        tx.execute(update(runs).where(runs.c.id == run).values(**values))

    def joined(self, conn: Connection, order: Order) -> Run | None:
        """The open run that does the same."""
        row = conn.execute(
            select(runs).where(
                runs.c.flow == order.flow,
                runs.c.connection == order.connection,
                runs.c.is_open == 1,
                runs.c.source == self._seal.blind(order.source),
            )
        ).first()
        return None if row is None else self._run(conn, row)

    def get(self, conn: Connection, run: str) -> Run | None:
        """The run of an id, or of an unmistakable beginning of one."""
        rows = conn.execute(select(runs).where(runs.c.id.startswith(run, autoescape=True)).limit(2)).all()
        return self._run(conn, rows[0]) if len(rows) == 1 else None

    def all(self, conn: Connection) -> list[Run]:
        """Every run, newest first."""
        rows = conn.execute(select(runs).order_by(runs.c.opened_at.desc())).all()
        return [self._run(conn, row) for row in rows]

    def _run(self, conn: Connection, row: Row[tuple[object, ...]]) -> Run:
        order = Order.model_validate_json(self._payloads.get(conn, row.payload))
        return Run(
            id=row.id,
            order=order,
            state=RunState(row.state),
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            waiting_until=row.waiting_until,
            calls={r.system: r.calls for r in conn.execute(_CALLS, {"of": row.id})},
            plan=row.plan,
            result=row.result,
        )

    def move(
        self, tx: Connection, run: str, state: RunState, now: datetime, waiting_until: datetime | None = None
    ) -> None:
        """Write where a run stands."""
        still = state in OPEN_RUNS
        tx.execute(
            update(runs)
            .where(runs.c.id == run)
            .values(
                state=state, is_open=int(still), waiting_until=waiting_until, closed_at=None if still else now
            )
        )

    def add_calls(self, tx: Connection, run: str, system: str, calls: int) -> None:
        """Note that so many more calls of a system were made for a run."""
        if calls:
            upsert.add(tx, run_calls, [{"run": run, "system": system, "calls": 0}])
            tx.execute(_ADD_CALLS, {"of": run, "through": system, "more": calls})

    def forget_calls(self, tx: Connection, run: str) -> None:
        """Count a run's calls from nothing again."""
        tx.execute(delete(run_calls).where(run_calls.c.run == run))

    def describe(
        self, tx: Connection, run: str, *, plan: str | None = None, result: str | None = None
    ) -> None:
        """Keep what the plan costs, or what the run came to (JSON)."""
        values = {k: v for k, v in (("plan", plan), ("result", result)) if v is not None}
        tx.execute(update(runs).where(runs.c.id == run).values(**values))

    def put_found(self, tx: Connection, run: str, found: Iterable[Found]) -> None:
        """Replace what a run found."""
        tx.execute(delete(documents).where(documents.c.run == run))
        numbered = enumerate(found)
        while rows := [self._row(tx, run, position, one) for position, one in islice(numbered, _CHUNK)]:
            tx.execute(insert(documents), rows)

    def _row(self, tx: Connection, run: str, position: int, one: Found) -> dict[str, object]:
        subject = one.identity or f"run {run}"
        kind = one.document.kind if one.document else "rejection"
        return {
            "run": run,
            "id": one.id,
            "position": position,
            "kind": kind,
            "identity": self._seal.blind(one.identity) if one.identity else None,
            "lineage": self._seal.blind(one.lineage) if one.lineage else None,
            "state": one.standing,
            "currency": one.currency,
            "amount": None if one.amount is None else str(one.amount),
            "payload": self._payloads.put(tx, subject, one.model_dump_json()),
        }

    def found(
        self, conn: Connection, run: str, standings: Sequence[Standing] = tuple(Standing)
    ) -> list[Found]:
        """What a run found, in the order of the source."""
        return list(self.each_found(conn, run, standings))

    def each_found(
        self, conn: Connection, run: str, standings: Sequence[Standing] = tuple(Standing)
    ) -> Iterator[Found]:
        """The same, one by one; some hundreds are read at a time."""
        rows = (
            conn.execute(
                select(documents.c.payload)
                .where(documents.c.run == run, documents.c.state.in_(list(standings)))
                .order_by(documents.c.position)
            )
            .scalars()
            .all()
        )
        for start in range(0, len(rows), _CHUNK):
            here = rows[start : start + _CHUNK]
            texts = self._payloads.get_many(conn, here)
            yield from (Found.model_validate_json(texts[p]) for p in here)
