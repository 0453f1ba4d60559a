"""A run is read back piece by piece: all of it, in its order, with what was erased left out."""

from datetime import date
from decimal import Decimal

import pytest

from ledgerferry.model.document import Document, DocumentKind
from ledgerferry.model.outcome import Receipt
from ledgerferry.model.plan import Operation, Purpose, State
from ledgerferry.model.record import CustomerContent, Kind, Ref
from ledgerferry.store.database import Database
from ledgerferry.store.ledger import Ledger
from ledgerferry.store.operations import Operations
from ledgerferry.store.payloads import Payloads
from ledgerferry.store.runhistory import RunHistory
from ledgerferry.store.runs import Found, Order, Runs, Standing
from ledgerferry.store.seal import Seal
from tests.store.world import START, TurnedClock

MANY = 1_100  # more than two pieces


@pytest.fixture
def run_history(payloads: Payloads, seal: Seal) -> RunHistory:
    return RunHistory(payloads, seal)


def customer(number: int, run: str = "run-1") -> Operation:
    return Operation(
        key=f"lf{number:05}", run=run, link="l", connection="acme", kind=Kind.CUSTOMER,
        purpose=Purpose.CREATE, identity=f"acme|customer|c{number}|",
        content=CustomerContent(name=f"C {number}"),
    )  # fmt: skip


def test_everything_found_comes_back_in_the_order_of_the_source(
    db: Database, payloads: Payloads, seal: Seal, run_history: RunHistory
) -> None:
    runs = Runs(payloads, seal)
    document = Document(kind=DocumentKind.INVOICE, file="a", sheet="S", number="1", issued=None)
    found = [
        Found(id=f"d{n}", identity=f"i{n}", standing=Standing.HELD, currency="EUR", amount=Decimal("1.10"),
              document=document)
        for n in range(MANY)
    ]  # fmt: skip
    order = Order(flow="migrate", connection="acme", source="/in", today=date(2026, 1, 2))
    with db.transaction("found") as tx:
        runs.open(tx, "run-1", order, START)
        runs.put_found(tx, "run-1", found)
        payloads.erase(tx, "i7", START)
    with db.read() as conn:
        pieces = list(run_history.found(conn, "run-1"))
    assert [len(piece) for piece in pieces] == [500, 500, 100]
    back = [one for piece in pieces for one in piece]
    assert [one.id for one in back] == [f"d{n}" for n in range(MANY)]
    assert (back[7].document, back[7].amount, back[7].standing) == (None, Decimal("1.10"), Standing.HELD)
    assert back[8] == found[8]


def test_every_operation_comes_back_once_with_its_record(
    db: Database, payloads: Payloads, seal: Seal, clock: TurnedClock, run_history: RunHistory
) -> None:
    operations = Operations(payloads, seal)
    ref = Ref(connection="acme", kind=Kind.CUSTOMER, id="77")
    with db.transaction("plan") as tx:
        for number in range(MANY):
            operations.plan(tx, customer(number), number // 3, 0)
        operations.plan(tx, customer(MANY, "run-2"), 0, 0)
        operations.finish(tx, "lf00004", Receipt(ref=ref, at=clock.now()), "run-1")
    with db.read() as conn:
        steps = list(run_history.steps(conn, "run-1"))
        tally = run_history.tally(conn, "run-1")
        proofs = run_history.proofs(conn, "run-1", ["acme|customer|c4|", "acme|customer|c5|"])
    assert [s.key for s in steps] == [f"lf{n:05}" for n in range(MANY)]
    assert (steps[4].state, steps[4].ref, steps[5].ref) == (State.DONE, "77", None)
    assert sorted((state.value, count) for *_, state, count in tally) == [("done", 1), ("planned", MANY - 1)]
    assert {identity: receipt.ref for identity, receipt in proofs.items()} == {"acme|customer|c4|": ref}


def test_the_last_entry_of_a_run_is_not_the_last_of_the_ledger(
    db: Database, ledger: Ledger, run_history: RunHistory
) -> None:
    with db.transaction("entries") as tx:
        ledger.append(tx, "run-opened", run="run-1", about="run-1")
        ledger.append(tx, "run-done", run="run-1", about="run-1")
        ledger.append(tx, "run-opened", run="run-2", about="run-2")
    with db.read() as conn:
        entry = run_history.last(conn, "run-1")
        assert entry is not None
        assert (entry.seq, entry.event) == (2, "run-done")
        assert entry.hash != ledger.head(conn)
        assert run_history.last(conn, "run-3") is None
