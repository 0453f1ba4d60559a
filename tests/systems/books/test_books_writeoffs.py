"""Write-offs, whatever answers are lost: the amount that Books says was given up is the proof (F36, F40)."""

from decimal import Decimal
from typing import Any

import pytest

from ledgerferry.model.outcome import InDoubt, Probe, Receipt, Refused
from ledgerferry.model.plan import Operation, Purpose, Rung
from ledgerferry.model.record import Kind, Ref, WriteOffContent

from .world import RUNGS, World, customer, identity, invoice, operation

MODES = ("lost", "reset", "truncate", "http_500", "html_403")


def content(amount: str = "120") -> WriteOffContent:
    return WriteOffContent(invoice=identity(Kind.INVOICE, "inv0"), amount=Decimal(amount), currency="GBP")


def given(amount: str = "120", purpose: Purpose = Purpose.WRITE_OFF, **more: Any) -> Operation:
    return operation(content(amount), "inv0", purpose, **more)


@pytest.fixture
def world() -> World:
    world = World(dict.fromkeys(RUNGS, Rung.KEY))
    world.do(operation(customer("Bowman & Co"), "bowman"))
    world.do(operation(invoice("INV-0"), "inv0"), operation(invoice("INV-0"), "inv0", Purpose.SEND))
    return world


def off(world: World) -> Decimal:
    return Decimal(str(world.state("invoices")[0]["write_off_amount"]))


@pytest.mark.parametrize("mode", MODES)
def test_a_lost_answer_is_told_by_the_amount_and_never_repeated(world: World, mode: str) -> None:
    world.fault(mode, "/writeoff$", method="POST")
    [result] = world.books.perform([given()], world.work)
    assert isinstance(result, InDoubt)
    probed = world.books.probe([given()], world.work)[given().key]
    assert probed.probe is (Probe.FOUND if off(world) else Probe.ABSENT)
    [again] = world.books.perform([given()], world.work)
    assert isinstance(again, Receipt)
    assert off(world) == 120


def test_another_amount_is_refused_and_another_time_it_is_replaced(world: World) -> None:
    [refused] = world.books.perform([given("100")], world.work)
    assert isinstance(refused, Refused)
    assert "owes 120" in refused.why
    assert off(world) == 0
    [done] = world.do(given())
    record = world.books.get(done.ref, world.bindings)
    assert record is not None
    assert record.content == content()
    [anew] = world.books.perform([given("100", Purpose.UPDATE, target=done.ref)], world.work)
    assert isinstance(anew, Refused)
    assert off(world) == 120


def test_taking_it_back_happens_once(world: World) -> None:
    [done] = world.do(given())
    ref = Ref(connection="main", kind=Kind.WRITE_OFF, id=done.ref.id)
    undo = given(purpose=Purpose.DELETE, target=ref, undoes=True)
    assert world.books.probe([undo], world.work)[undo.key].probe is Probe.ABSENT
    for _ in range(2):
        [result] = world.books.perform([undo], world.work)
        assert isinstance(result, Receipt)
        assert off(world) == 0
    assert world.books.probe([undo], world.work)[undo.key].probe is Probe.FOUND
    assert world.books.get(ref, world.bindings) is None
