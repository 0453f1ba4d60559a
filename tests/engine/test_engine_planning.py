"""Planning: needs, superseding, pairs that are not settled."""

from ledgerferry.model.outcome import InDoubt
from ledgerferry.model.plan import Operation, Purpose, State
from ledgerferry.model.record import Kind
from tests.engine.desk import CUSTOMER, INVOICE, PAYMENT, Desk, customer, invoice, only, payment, receipt


def _everything(desk: Desk) -> list[Operation]:
    return desk.plan((CUSTOMER, customer()), (INVOICE, invoice()), (PAYMENT, payment())).operations


def _created(desk: Desk) -> list[Operation]:
    """All planned, customer and invoice created, the invoice not sent yet."""
    planned = _everything(desk)
    desk.settle(only(planned, Purpose.CREATE, Kind.CUSTOMER), receipt(Kind.CUSTOMER, "c1"))
    desk.settle(only(planned, Purpose.CREATE, Kind.INVOICE), receipt(Kind.INVOICE, "i1"))
    return planned


def test_what_refers_to_another_waits_for_it(desk: Desk) -> None:
    planned = _everything(desk)
    created, sent = only(planned, Purpose.CREATE, Kind.INVOICE), only(planned, Purpose.SEND, Kind.INVOICE)
    assert only(planned, Purpose.CREATE, Kind.CUSTOMER).needs == ()
    assert created.needs == (only(planned, Purpose.CREATE, Kind.CUSTOMER).key,)
    assert sent.needs == (created.key,)
    assert sent.key in only(planned, Purpose.CREATE, Kind.PAYMENT).needs


def test_a_lane_opens_when_what_it_waits_for_is_done(desk: Desk) -> None:
    planned = _everything(desk)
    assert not desk.due(Kind.INVOICE)
    desk.settle(only(planned, Purpose.CREATE, Kind.CUSTOMER), receipt(Kind.CUSTOMER, "c1"))
    assert desk.due(Kind.INVOICE)


def test_the_same_again_plans_nothing_once_it_is_done(desk: Desk) -> None:
    planned = desk.plan((CUSTOMER, customer())).operations
    desk.settle(planned[0], receipt(Kind.CUSTOMER, "c1"))
    assert desk.plan((CUSTOMER, customer())).operations == []


def test_nothing_can_be_claimed_of_a_plan_that_nobody_confirmed(desk: Desk) -> None:
    desk.plan((CUSTOMER, customer()), confirmed=False)
    assert desk.claim(Kind.CUSTOMER) is None
    desk.plan((CUSTOMER, customer()))
    assert desk.claim(Kind.CUSTOMER) is not None


def test_a_newer_plan_takes_the_place_of_what_was_not_sent(desk: Desk) -> None:
    first = desk.plan((CUSTOMER, customer("a@example.com"))).operations[0]
    desk.plan((CUSTOMER, customer("b@example.com")))
    claim = desk.claim(Kind.CUSTOMER)
    assert claim is not None
    with desk.database.read() as conn:
        [operation] = desk.operations.load(conn, claim.keys)
    assert operation.key == first.key
    assert operation.content == customer("b@example.com")


def test_a_correction_that_is_taken_back_leaves_nothing_to_send(desk: Desk) -> None:
    desk.settle(desk.plan((CUSTOMER, customer("a@example.com"))).operations[0], receipt(Kind.CUSTOMER, "c1"))
    update = desk.plan((CUSTOMER, customer("b@example.com"))).operations[0]
    desk.plan((CUSTOMER, customer("a@example.com")))
    assert desk.standing(update.key).state is State.SUPERSEDED
    assert not desk.due(Kind.CUSTOMER)


def test_there_and_back_and_there_again_are_three_updates(desk: Desk) -> None:
    desk.settle(desk.plan((CUSTOMER, customer("a@example.com"))).operations[0], receipt(Kind.CUSTOMER, "c1"))
    keys = set()
    for email in ("b@example.com", "a@example.com", "b@example.com"):
        update = desk.plan((CUSTOMER, customer(email))).operations[0]
        desk.settle(update, receipt(Kind.CUSTOMER, "c1"))
        keys.add(update.key)
    assert len(keys) == 3


def test_a_pair_with_an_unanswered_call_is_not_planned_but_marked(desk: Desk) -> None:
    first = desk.plan((CUSTOMER, customer("a@example.com"))).operations[0]
    desk.settle(first, InDoubt("lost"))
    tally = desk.plan((CUSTOMER, customer("b@example.com")))
    assert tally.unsettled == [CUSTOMER]
    assert tally.operations == []
    assert desk.standing(first.key).state is State.IN_DOUBT
    assert desk.marked() == ["a call of it is not settled"]
    desk.settle(first, receipt(Kind.CUSTOMER, "c1"))
    assert [o.purpose for o in desk.plan((CUSTOMER, customer("b@example.com"))).operations] == [
        Purpose.UPDATE
    ]
    assert desk.marked() == []


def test_what_waited_for_a_superseded_operation_waits_for_its_successor(desk: Desk) -> None:
    planned = _created(desk)
    paid = only(planned, Purpose.CREATE, Kind.PAYMENT)
    again = desk.plan((INVOICE, invoice(reference="corrected"))).operations
    assert desk.standing(only(planned, Purpose.SEND, Kind.INVOICE).key).state is State.SUPERSEDED
    desk.settle(only(again, Purpose.UPDATE, Kind.INVOICE), receipt(Kind.INVOICE, "i1"))
    assert desk.claim(Kind.PAYMENT) is None
    desk.settle(only(again, Purpose.SEND, Kind.INVOICE), receipt(Kind.INVOICE, "i1"))
    claim = desk.claim(Kind.PAYMENT)
    assert claim is not None
    assert claim.keys == [paid.key]


def test_what_waited_for_a_superseded_operation_goes_on_when_nothing_is_left_to_do(desk: Desk) -> None:
    desk.settle(desk.plan((CUSTOMER, customer())).operations[0], receipt(Kind.CUSTOMER, "c1"))
    desk.plan((CUSTOMER, customer("b@example.com")))
    desk.plan((INVOICE, invoice()))
    assert desk.claim(Kind.INVOICE) is None
    desk.plan((CUSTOMER, customer()))
    assert desk.claim(Kind.INVOICE) is not None
