"""Claims: one worker at a time, fenced; what a dead worker left is taken over."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Connection

from ledgerferry.model.outcome import Outcome
from ledgerferry.model.plan import Operation, Purpose, State
from ledgerferry.model.ports import Fenced
from ledgerferry.model.record import CustomerContent, Figures, InvoiceContent, Kind, LineContent
from ledgerferry.store.claims import Batches, Claim, Claims, LaneKey, Moment
from ledgerferry.store.database import Database
from ledgerferry.store.operations import Operations
from ledgerferry.store.payloads import Payloads
from ledgerferry.store.seal import Seal
from tests.store.world import START

LANE = LaneKey("books", Kind.CUSTOMER)
INVOICES = LaneKey("books", Kind.INVOICE)
NOW = Moment(START, START)
SETTLE = timedelta(seconds=30)
UNTIL = START + timedelta(seconds=35)
BATCH = 3
SENT = Batches({Purpose.SEND: BATCH}, {})
ALONE = Batches({}, {})
PROBED = Batches({}, {Purpose.CREATE: 9})


def _later(seconds: float) -> Moment:
    return Moment(START + timedelta(seconds=seconds), START + timedelta(seconds=seconds))


def _customer(key: str, identity: str = "", needs: tuple[str, ...] = ()) -> Operation:
    return Operation(
        key=key,
        run="r",
        link="l",
        connection="books",
        kind=Kind.CUSTOMER,
        purpose=Purpose.CREATE,
        identity=f"s|customer|{identity or key}|",
        content=CustomerContent(name=key),
        needs=needs,
    )


def _invoice(key: str, purpose: Purpose, needs: tuple[str, ...] = ()) -> Operation:
    one = Decimal(1)
    content = InvoiceContent(
        number=key,
        customer="c",
        issued=START.date(),
        currency="GBP",
        lines=(LineContent(description="x", quantity=one, price=one),),
        figures=Figures(net=one, tax=Decimal(0), gross=one),
    )
    return Operation(
        key=key,
        run="r",
        link="l",
        connection="books",
        kind=Kind.INVOICE,
        purpose=purpose,
        identity=f"s|invoice|{key.lstrip('s')}|2026",
        content=content,
        needs=needs,
    )


@pytest.fixture
def operations(payloads: Payloads, seal: Seal) -> Operations:
    """The table of operations."""
    return Operations(payloads, seal)


@pytest.fixture
def claims() -> Claims:
    """The claims on them."""
    return Claims()


def _put(db: Database, operations: Operations, *planned: Operation) -> None:
    with db.transaction("plan") as tx:
        for seq, operation in enumerate(planned, 1):
            operations.plan(tx, operation, seq, len(operation.needs))
        operations.confirm(tx, "r")


def _claim(
    tx: Connection,
    claims: Claims,
    keys: list[str],
    owner: str = "w",
    *,
    until: datetime = UNTIL,
    probing: bool = False,
) -> Claim:
    return claims.claim(tx, keys, owner, until, probing=probing)


def _attempt(tx: Connection, claims: Claims, claim: Claim, name: str) -> None:
    claims.attempt(
        tx,
        claim,
        name,
        connection="books",
        method="POST",
        path="/contacts",
        now=START,
        deadline=START + timedelta(seconds=20),
    )


def _state(db: Database, operations: Operations, key: str) -> State:
    with db.read() as conn:
        standing = operations.standing(conn, key)
    assert standing is not None
    return standing.state


def test_operations_are_ready_in_the_order_of_their_plan(
    db: Database, operations: Operations, claims: Claims
) -> None:
    _put(db, operations, _customer("b"), _customer("a"), _customer("c"))
    with db.read() as conn:
        assert claims.ready(conn, LANE, NOW, ALONE) == ["b"]
        assert claims.ready(conn, LANE, NOW, Batches({Purpose.CREATE: 2}, {})) == ["b", "a"]


def test_what_waits_for_another_is_not_ready(db: Database, operations: Operations, claims: Claims) -> None:
    _put(db, operations, _customer("a"), _customer("b", needs=("a",)))
    with db.read() as conn:
        assert claims.ready(conn, LANE, NOW, ALONE) == ["a"]


def test_one_operation_of_a_record_is_open_at_a_time(
    db: Database, operations: Operations, claims: Claims
) -> None:
    _put(db, operations, _customer("a", "same"), _customer("b", "same"))
    with db.transaction("claim") as tx:
        _claim(tx, claims, ["a"])
    with db.read() as conn:
        assert claims.ready(conn, LANE, NOW, ALONE) == []
        assert not claims.due(conn, LANE, NOW, ALONE)


def test_a_claim_is_lost_to_who_takes_it_over(db: Database, operations: Operations, claims: Claims) -> None:
    _put(db, operations, _customer("a"))
    with db.transaction("claim") as tx:
        first = _claim(tx, claims, ["a"])
    with db.transaction("claim") as tx:
        claims.renew(tx, first, UNTIL)
        assert claims.take_over(tx, LANE, _later(34), SETTLE) == 0
        assert claims.take_over(tx, LANE, _later(36), SETTLE) == 1
        second = _claim(tx, claims, ["a"], "v", until=UNTIL + SETTLE)
    with pytest.raises(Fenced), db.transaction("attempt") as tx:
        claims.renew(tx, first, UNTIL)
    with db.transaction("attempt") as tx:
        claims.renew(tx, second, UNTIL)


def test_its_own_former_claim_fences_a_worker_too(
    db: Database, operations: Operations, claims: Claims
) -> None:
    _put(db, operations, _customer("a"))
    with db.transaction("claim") as tx:
        first = _claim(tx, claims, ["a"])
        claims.take_over(tx, LANE, _later(36), SETTLE)
        _claim(tx, claims, ["a"])
    with pytest.raises(Fenced), db.transaction("attempt") as tx:
        claims.renew(tx, first, UNTIL)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (None, State.READY),
        (Outcome.UNSENT, State.READY),
        (Outcome.REFUSED, State.READY),
        (Outcome.OPEN, State.IN_DOUBT),
        (Outcome.IN_DOUBT, State.IN_DOUBT),
        (Outcome.DONE, State.IN_DOUBT),
    ],
)
def test_a_dead_workers_operation_is_in_doubt_where_its_call_may_have_acted(
    db: Database, operations: Operations, claims: Claims, outcome: Outcome | None, state: State
) -> None:
    _put(db, operations, _customer("a"))
    with db.transaction("claim") as tx:
        claim = _claim(tx, claims, ["a"])
        if outcome is not None:
            _attempt(tx, claims, claim, "at-1")
            claims.close(tx, "at-1", now=START, outcome=outcome, status=None, request=None, why="")
    with db.transaction("claim") as tx:
        claims.take_over(tx, LANE, _later(36), SETTLE)
    assert _state(db, operations, "a") is state


def test_an_operation_in_doubt_waits_for_deadline_and_settle_time(
    db: Database, operations: Operations, claims: Claims
) -> None:
    _put(db, operations, _customer("a"))
    with db.transaction("claim") as tx:
        _attempt(tx, claims, _claim(tx, claims, ["a"], until=START + timedelta(seconds=1)), "at-1")
        claims.take_over(tx, LANE, _later(2), SETTLE)
    with db.read() as conn:
        early, unheard = _later(19).home, _later(31).system
        assert claims.doubtful(conn, LANE, Moment(early, _later(60).system), PROBED) == []
        assert claims.doubtful(conn, LANE, Moment(_later(60).home, unheard), PROBED) == []
        assert claims.doubtful(conn, LANE, _later(32), PROBED) == ["a"]
        assert claims.due(conn, LANE, _later(32), ALONE)


def test_a_probe_that_dies_leaves_it_in_doubt(db: Database, operations: Operations, claims: Claims) -> None:
    _put(db, operations, _customer("a"))
    with db.transaction("claim") as tx:
        _attempt(tx, claims, _claim(tx, claims, ["a"], until=START), "at-1")
        claims.take_over(tx, LANE, _later(1), SETTLE)
        _claim(tx, claims, ["a"], "prober", until=_later(60).home, probing=True)
        claims.take_over(tx, LANE, _later(61), SETTLE)
    assert _state(db, operations, "a") is State.IN_DOUBT


def test_abandoning_ends_every_lease_but_ones_own(
    db: Database, operations: Operations, claims: Claims
) -> None:
    _put(db, operations, _customer("a"), _customer("b"))
    with db.transaction("claim") as tx:
        _claim(tx, claims, ["a"], "dead")
        mine = _claim(tx, claims, ["b"], "me")
        assert claims.abandon(tx, "me", START) == 1
        assert claims.take_over(tx, LANE, NOW, SETTLE) == 1
        claims.renew(tx, mine, UNTIL)
    assert _state(db, operations, "a") is State.READY


def test_a_batch_waits_until_it_is_full_or_no_more_will_come(
    db: Database, operations: Operations, claims: Claims
) -> None:
    sends = [_invoice(f"s{n}", Purpose.SEND) for n in range(BATCH - 1)]
    _put(db, operations, *sends, _invoice("9", Purpose.CREATE), _invoice("s9", Purpose.SEND, ("9",)))
    with db.transaction("claim") as tx:
        _claim(tx, claims, ["9"])
        assert claims.ready(tx, INVOICES, NOW, SENT) == []
        assert claims.ready(tx, INVOICES, NOW, Batches({Purpose.SEND: BATCH - 1}, {})) == ["s0", "s1"]
        operations.release(tx, "9", State.DEAD, why="no", tried=True)
        assert claims.ready(tx, INVOICES, NOW, SENT) == ["s0", "s1"]
        assert claims.due(tx, INVOICES, NOW, SENT)


def test_a_batch_does_not_wait_for_what_a_person_must_free(
    db: Database, operations: Operations, claims: Claims
) -> None:
    waiting = [_invoice("2", Purpose.CREATE, ("c",)), _invoice("s2", Purpose.SEND, ("2",))]
    _put(db, operations, _customer("c"), _invoice("s1", Purpose.SEND), *waiting)
    with db.transaction("claim") as tx:
        assert not claims.due(tx, INVOICES, NOW, SENT)
        operations.release(tx, "c", State.DEAD, why="no", tried=True)
        assert claims.due(tx, INVOICES, NOW, SENT)


def test_what_can_still_come_is_found_behind_many_that_are_stuck(
    db: Database, operations: Operations, claims: Claims
) -> None:
    roots = [_customer("dead"), _customer("alive"), _invoice("s0", Purpose.SEND)]
    stuck = [_invoice(f"s{n}", Purpose.SEND, ("dead",)) for n in range(2, 122)]
    _put(db, operations, *roots, _invoice("s1", Purpose.SEND, ("alive",)), *stuck)
    with db.transaction("claim") as tx:
        operations.release(tx, "dead", State.DEAD, why="no", tried=True)
        assert claims.more_coming(tx, INVOICES, Purpose.SEND)
        assert claims.ready(tx, INVOICES, NOW, SENT) == []
        operations.release(tx, "alive", State.DEAD, why="no", tried=True)
        assert not claims.more_coming(tx, INVOICES, Purpose.SEND)
        assert claims.ready(tx, INVOICES, NOW, SENT) == ["s0"]


def test_a_batch_is_of_one_purpose_and_what_goes_alone_goes_first(
    db: Database, operations: Operations, claims: Claims
) -> None:
    made = [_invoice(f"{n}", Purpose.CREATE) for n in range(2)]
    gone = [_invoice(f"d{n}", Purpose.DELETE) for n in range(2)]
    _put(db, operations, gone[0], made[0], gone[1], made[1], _invoice("u", Purpose.UPDATE))
    both = Batches({Purpose.CREATE: 100, Purpose.DELETE: 100}, {})
    with db.transaction("claim") as tx:
        for keys in (["u"], ["0", "1"], ["d0", "d1"]):
            assert claims.ready(tx, INVOICES, NOW, both) == keys
            _claim(tx, claims, keys)
        assert not claims.due(tx, INVOICES, NOW, both)


def test_an_idle_lane_says_when_it_will_have_work(
    db: Database, operations: Operations, claims: Claims
) -> None:
    _put(db, operations, _customer("a"), _customer("b"), _customer("c"))
    soon, late = START + timedelta(seconds=5), START + timedelta(seconds=50)
    with db.transaction("claim") as tx:
        assert claims.next_moment(tx, LANE, NOW) == (None, None)
        operations.release(tx, "a", State.READY, why=None, tried=True, not_before=late)
        assert claims.next_moment(tx, LANE, NOW) == (late, None)
        _claim(tx, claims, ["b"])
        assert claims.next_moment(tx, LANE, NOW) == (UNTIL, None)
        operations.release(tx, "c", State.IN_DOUBT, why=None, tried=True, not_before=soon, settle_until=late)
        assert claims.next_moment(tx, LANE, NOW) == (soon, late)


def test_a_moment_that_has_passed_is_no_reason_to_look_again(
    db: Database, operations: Operations, claims: Claims
) -> None:
    _put(db, operations, _customer("a", "same"), _customer("b", "same"))
    with db.transaction("claim") as tx:
        _claim(tx, claims, ["a"])
        operations.release(tx, "b", State.READY, why=None, tried=True, not_before=START - SETTLE)
        assert claims.next_moment(tx, LANE, NOW) == (UNTIL, None)
