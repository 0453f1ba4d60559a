"""Taking records back: what an operation of a rollback turns into, what waits for it, and what is stopped."""

import pytest

from ledgerferry.engine.settle import MOST_TRIES
from ledgerferry.model.outcome import Busy, CallError, InDoubt, Probe, Probed, Refused, Stale
from ledgerferry.model.plan import Operation, Purpose, State
from ledgerferry.model.record import Kind, Ref
from ledgerferry.store.claims import Batches, LaneKey
from tests.engine.desk import (
    BATCHES,
    CUSTOMER,
    INVOICE,
    LINK,
    NAME,
    NOW,
    PAYMENT,
    RUN,
    Desk,
    customer,
    invoice,
    only,
    payment,
    receipt,
)

INVOICES = LaneKey(NAME, Kind.INVOICE)


def loaded(desk: Desk) -> list[Operation]:
    """A customer and an invoice, written and bound."""
    operations = desk.plan((CUSTOMER, customer()), (INVOICE, invoice())).operations
    for operation in operations:
        desk.settle(operation, receipt(operation.kind, f"{operation.kind}-1"))
    return operations


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (Refused("closed period"), State.KEPT),
        (Stale("gone"), State.KEPT),
        (Busy("full", NOW), State.READY),
        (InDoubt("lost"), State.IN_DOUBT),
    ],
)
def test_a_refusal_is_kept_and_no_dead_letter(desk: Desk, error: CallError, state: State) -> None:
    loaded(desk)
    bill, party = desk.undo(INVOICE, CUSTOMER)
    desk.settle(bill, error)
    assert desk.standing(bill.key).state is state
    waits = State.SUPERSEDED if state is State.KEPT else State.READY
    assert desk.standing(party.key).state is waits


def test_a_deletion_closes_the_generation_and_lets_the_next_go(desk: Desk) -> None:
    loaded(desk)
    bill, party = desk.undo(INVOICE, CUSTOMER)
    assert desk.claim(Kind.CUSTOMER) is None
    desk.settle(bill, receipt(Kind.INVOICE, "invoice-1"))

    assert desk.bound(INVOICE) is None
    assert desk.events()[-1] == "undone"
    with desk.database.read() as conn:
        ready = desk.claims.ready(conn, LaneKey(NAME, Kind.CUSTOMER), desk.moment, BATCHES)
        assert desk.bindings.next_generation(conn, LINK, INVOICE) == 2
    assert ready == [party.key]
    again = only(desk.plan((INVOICE, invoice())).operations, Purpose.CREATE, Kind.INVOICE)
    assert again.generation == 2
    assert again.key != bill.key


def test_a_probe_that_finds_it_gone_is_as_good_as_the_answer(desk: Desk) -> None:
    loaded(desk)
    (bill,) = desk.undo(INVOICE)
    desk.settle(bill, InDoubt("lost"))
    found = Probed(probe=Probe.FOUND, receipt=receipt(Kind.INVOICE, "invoice-1"))
    desk.settle(bill, found, probing=True)
    assert (desk.standing(bill.key).state, desk.bound(INVOICE)) == (State.DONE, None)


def test_what_is_refused_again_and_again_is_kept(desk: Desk) -> None:
    loaded(desk)
    (bill,) = desk.undo(INVOICE)
    for _ in range(MOST_TRIES):
        desk.settle(bill, InDoubt("lost"))
    desk.settle(bill, Probed(probe=Probe.ABSENT), probing=True)
    assert desk.standing(bill.key).state is State.KEPT


def test_a_kept_one_is_planned_again_by_the_next_rollback(desk: Desk) -> None:
    loaded(desk)
    (bill,) = desk.undo(INVOICE)
    desk.settle(bill, Refused("closed period"))
    (again,) = desk.undo(INVOICE)
    assert (again.key, desk.standing(bill.key).state) == (bill.key, State.READY)


def test_a_restore_is_an_update_that_keeps_its_former_agreement(desk: Desk) -> None:
    loaded(desk)
    changed = desk.plan((CUSTOMER, customer("b@example.com"))).operations[0]
    assert changed.former == customer()
    desk.settle(changed, receipt(Kind.CUSTOMER, "customer-1"))
    (back,) = desk.undo(CUSTOMER, purpose=Purpose.UPDATE)
    assert back.former == customer("b@example.com")
    assert back.base == changed.base + 1
    assert back.target == Ref(connection=NAME, kind=Kind.CUSTOMER, id="customer-1")


def test_a_stopped_run_sends_nothing_more(desk: Desk) -> None:
    first, draft, sent = desk.plan((CUSTOMER, customer()), (INVOICE, invoice())).operations
    assert desk.claim(Kind.CUSTOMER) is not None
    with desk.database.transaction("stop") as tx:
        assert desk.operations.stop(tx, RUN) == 2
    assert desk.standing(draft.key).state is desk.standing(sent.key).state is State.SUPERSEDED
    assert desk.standing(first.key).state is State.CLAIMED
    desk.settle(first, InDoubt("lost"))
    desk.settle(first, Probed(probe=Probe.ABSENT), probing=True)
    assert desk.standing(first.key).state is State.SUPERSEDED


def test_a_dead_letter_of_a_stopped_run_is_taken_back_unless_it_is_doubtful(desk: Desk) -> None:
    first, *_ = desk.plan((CUSTOMER, customer())).operations
    desk.settle(first, Refused("no"))
    with desk.database.transaction("stop") as tx:
        desk.operations.stop(tx, RUN)
    assert desk.standing(first.key).state is State.SUPERSEDED


def another(desk: Desk) -> str:
    """A second invoice, bound as the first one is."""
    other = "seller|invoice|2|2026"
    with desk.database.transaction("bind") as tx:
        bound = desk.bindings.find(tx, LINK, INVOICE)
        assert bound is not None
        ref = Ref(connection=NAME, kind=Kind.INVOICE, id="invoice-2")
        desk.bindings.bind(tx, bound.model_copy(update={"identity": other, "ref": ref}))
    return other


def deletable(desk: Desk) -> list[str]:
    """The invoices that go in one claim now."""
    with desk.database.read() as conn:
        return desk.claims.ready(conn, INVOICES, desk.moment, BATCHES)


def test_a_batch_waits_for_what_will_be_free_and_for_nothing_else(desk: Desk) -> None:
    loaded(desk)
    other = another(desk)
    (paid,) = desk.plan((PAYMENT, payment())).operations
    desk.settle(paid, receipt(Kind.PAYMENT, "payment-1"))
    (first,) = desk.undo(INVOICE)
    money, second = desk.undo(PAYMENT, other)
    assert deletable(desk) == []
    assert not desk.due(Kind.INVOICE)
    with desk.database.read() as conn:
        alone = Batches({Purpose.DELETE: 1}, {})
        assert desk.claims.ready(conn, INVOICES, desk.moment, alone) == [first.key]
    desk.settle(money, Refused("closed period"))
    assert deletable(desk) == [first.key]
    assert desk.standing(second.key).state is State.SUPERSEDED


def test_a_batch_never_waits_for_one_that_waits_for_the_batch(desk: Desk) -> None:
    loaded(desk)
    first, second = desk.undo(INVOICE, another(desk))
    assert deletable(desk) == [first.key]
    desk.settle(first, receipt(Kind.INVOICE, "invoice-1"))
    assert deletable(desk) == [second.key]


def test_deletes_in_doubt_are_probed_a_few_at_a_time(desk: Desk) -> None:
    loaded(desk)
    (bill,) = desk.undo(INVOICE)
    desk.settle(bill, InDoubt("lost"))
    desk.clock.sleep(300)
    with desk.database.read() as conn:
        assert desk.claims.doubtful(conn, INVOICES, desk.moment, BATCHES) == [bill.key]
