"""Settle's table of outcomes: what each result of a call, and of a probe, turns an operation into."""

from datetime import timedelta

import pytest

from ledgerferry.engine.settle import MOST_TRIES
from ledgerferry.model.outcome import (
    Busy,
    CallError,
    Duplicate,
    InDoubt,
    LoginNeeded,
    Probe,
    Probed,
    Refused,
    Stale,
    Unreachable,
    Unsent,
)
from ledgerferry.model.plan import Operation, Rung, State
from ledgerferry.model.record import Figures, InvoiceContent, Kind
from tests.engine.desk import CUSTOMER, INVOICE, NAME, NOW, SETTLE, Desk, customer, invoice, receipt

UNTIL = NOW + timedelta(minutes=1)


@pytest.fixture
def operation(desk: Desk) -> Operation:
    """A create that was claimed."""
    planned = desk.plan((CUSTOMER, customer())).operations[0]
    assert desk.claim(Kind.CUSTOMER) is not None
    return planned


@pytest.mark.parametrize(
    ("error", "state", "tries"),
    [
        (Busy("full", UNTIL), State.READY, 0),
        (LoginNeeded("gone"), State.READY, 0),
        (Unsent("no connection"), State.READY, 1),
        (Unreachable("nobody there"), State.READY, 1),
        (InDoubt("lost"), State.IN_DOUBT, 1),
        (Duplicate("taken"), State.IN_DOUBT, 1),
        (Refused("no"), State.DEAD, 1),
        (Stale("moved"), State.SUPERSEDED, 1),
    ],
)
def test_a_call_ends(desk: Desk, operation: Operation, error: CallError, state: State, tries: int) -> None:
    desk.settle(operation, error)
    standing = desk.standing(operation.key)
    assert (standing.state, standing.tries) == (state, tries)
    assert not standing.doubtful


def test_a_receipt_binds_the_pair_and_is_in_the_ledger(desk: Desk, operation: Operation) -> None:
    desk.settle(operation, receipt(Kind.CUSTOMER, "c1"))
    assert desk.standing(operation.key).state is State.DONE
    assert desk.bound(CUSTOMER) == customer()
    assert desk.events()[-1] == "receipt"
    assert desk.marked() == []


def test_a_receipt_that_differs_from_what_was_written_marks_its_pair(
    desk: Desk, operation: Operation
) -> None:
    desk.settle(operation, receipt(Kind.CUSTOMER, "c1", dropped=("email",)))
    assert desk.marked() == ["left out there: email"]


def test_the_figures_agreed_on_are_those_that_the_target_answered(desk: Desk) -> None:
    desk.settle(desk.plan((CUSTOMER, customer())).operations[0], receipt(Kind.CUSTOMER, "c1"))
    create = desk.plan((INVOICE, invoice(100, sent=False))).operations[0]
    answered = invoice(99, sent=False)
    desk.settle(create, receipt(Kind.INVOICE, "i1", answered))
    agreed = desk.bound(INVOICE)
    assert isinstance(agreed, InvoiceContent)
    assert agreed.figures == Figures(
        net=answered.figures.net, tax=answered.figures.tax, gross=answered.figures.gross
    )
    assert agreed.lines == invoice(100).lines


def test_busy_pauses_the_whole_connection(desk: Desk, operation: Operation) -> None:
    desk.settle(operation, Busy("full", UNTIL, cap="day"))
    with desk.database.read() as conn:
        pause, login = desk.connections.barred(conn, NAME)
    assert pause is not None
    assert (pause.until, pause.cap, login) == (UNTIL, "day", None)


def test_a_lost_login_stops_the_whole_connection(desk: Desk, operation: Operation) -> None:
    desk.settle(operation, LoginNeeded("gone"))
    with desk.database.read() as conn:
        assert desk.connections.barred(conn, NAME)[1] is not None
    assert "login-needed" in desk.events()


def test_what_is_in_doubt_is_probed_only_after_the_settle_time(desk: Desk, operation: Operation) -> None:
    desk.settle(operation, InDoubt("lost"))
    assert desk.standing(operation.key).settle_until == NOW + SETTLE
    desk.clock.moment = NOW + SETTLE - timedelta(seconds=1)
    assert not desk.due(Kind.CUSTOMER)
    desk.clock.moment = NOW + SETTLE
    assert desk.due(Kind.CUSTOMER)


def test_a_stale_operation_marks_its_pair(desk: Desk, operation: Operation) -> None:
    desk.settle(operation, Stale("gone"))
    assert desk.marked() == ["moved since it was seen"]


def test_another_try_waits_a_moment(desk: Desk, operation: Operation) -> None:
    desk.settle(operation, Unsent("no connection"))
    assert not desk.due(Kind.CUSTOMER)
    not_before = desk.standing(operation.key).not_before
    assert not_before is not None
    desk.clock.moment = not_before
    assert desk.due(Kind.CUSTOMER)


@pytest.mark.parametrize(
    ("probe", "rung", "state", "doubtful"),
    [
        (Probe.FOUND, Rung.KEY, State.DONE, False),
        (Probe.ABSENT, Rung.KEY, State.READY, False),
        (Probe.UNKNOWN, Rung.KEY, State.IN_DOUBT, False),
        (Probe.UNKNOWN, Rung.NONE, State.DEAD, True),
    ],
)
def test_a_probe_says(
    desk: Desk, operation: Operation, probe: Probe, rung: Rung, state: State, doubtful: bool
) -> None:
    desk.settle(operation, InDoubt("lost"))
    found = receipt(Kind.CUSTOMER, "c1") if probe is Probe.FOUND else None
    desk.settle(operation, Probed(probe=probe, receipt=found), rung=rung, probing=True)
    standing = desk.standing(operation.key)
    assert (standing.state, standing.doubtful) == (state, doubtful)


def test_what_a_probe_finds_otherwise_than_it_is_wanted_now_is_written_by_the_next_plan(desk: Desk) -> None:
    operation = desk.plan((CUSTOMER, customer("new@example.com"))).operations[0]
    earlier = receipt(Kind.CUSTOMER, "c1", customer("old@example.com"), dropped=("email", "key"))
    desk.settle(operation, Duplicate("taken"))
    desk.settle(operation, Probed(probe=Probe.FOUND, receipt=earlier), probing=True)
    assert desk.bound(CUSTOMER) == customer("old@example.com")
    [update] = desk.plan((CUSTOMER, customer("new@example.com"))).operations
    assert update.changed == ("email",)


def test_a_probe_that_fails_leaves_it_in_doubt_and_is_no_try(desk: Desk, operation: Operation) -> None:
    desk.settle(operation, InDoubt("lost"))
    desk.settle(operation, Unreachable("nobody there"), probing=True)
    standing = desk.standing(operation.key)
    assert (standing.state, standing.tries) == (State.IN_DOUBT, 1)


def test_what_is_lost_again_and_again_is_a_dead_letter_in_the_end(desk: Desk, operation: Operation) -> None:
    for tries in range(1, MOST_TRIES + 1):
        desk.settle(operation, InDoubt("lost"))
        assert desk.standing(operation.key).tries == tries
        desk.settle(operation, Probed(probe=Probe.ABSENT, why="not there"), probing=True)
        if tries < MOST_TRIES:
            assert desk.standing(operation.key).state is State.READY
    standing = desk.standing(operation.key)
    assert (standing.state, standing.doubtful, standing.why) == (State.DEAD, False, "not there")
    assert desk.events()[-1] == "dead-letter"
