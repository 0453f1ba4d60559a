"""Credit notes, what they are applied to and paid back, whatever answers are lost (F48 to F50)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ledgerferry.model.outcome import Duplicate, InDoubt, Probe, Receipt, Refused, Stale
from ledgerferry.model.plan import Operation, Purpose, Rung
from ledgerferry.model.record import CreditNoteContent, Kind, Ref

from .world import RUNGS, World, credit, credit_note, customer, identity, invoice, operation, refund

MODES = ("lost", "reset", "truncate", "http_500", "html_403")
RUNG = pytest.mark.parametrize("rung", ["a", "b", "c"])


def build(rung: str = "b") -> World:
    world = World({kind: Rung(rung) for kind in RUNGS})
    world.switch("upsert_number", "honoured")
    world.do(operation(customer("Bowman & Co"), "bowman"))
    world.do(operation(invoice("INV-0"), "inv0"), operation(invoice("INV-0"), "inv0", Purpose.SEND))
    world.do(operation(credit_note("CN-0"), "cn0"))
    return world


def undo(world: World, content: Any, name: str, purpose: Purpose = Purpose.DELETE) -> Operation:
    kind, record = world.bindings.bound[identity(content.kind, name)]
    return operation(content, name, purpose, target=Ref(connection="main", kind=kind, id=record), undoes=True)


def note(world: World, number: str = "CN-0") -> dict[str, Any]:
    return next(row for row in world.state("creditnotes") if row["creditnote_number"] == number)


def bill(world: World) -> dict[str, Any]:
    return world.state("invoices")[0]


def refunds(world: World) -> list[dict[str, Any]]:
    return world.state("creditnote_refunds")


@RUNG
def test_a_credit_note_is_created_open_and_reads_back_as_it_was_asked(rung: str) -> None:
    world = build(rung)
    asked = credit_note("CN-1", reference="PO 9", discount=Decimal(10))
    [receipt] = world.do(operation(asked, "cn1"))
    assert receipt.dropped == ()
    record = world.books.get(receipt.ref, world.bindings)
    assert record is not None
    assert isinstance(record.content, CreditNoteContent)
    assert (record.content.number, record.content.figures.gross) == ("CN-1", Decimal(108))
    assert (record.status, record.balance) == ("open", Decimal(108))
    assert world.books.predict(asked) == record.content.figures
    world.settle()
    rows = list(world.books.rows(Kind.CREDIT_NOTE))
    assert [(r.name, r.total, r.status) for r in rows] == [
        ("CN-0", Decimal(120), "open"),
        ("CN-1", Decimal(108), "open"),
    ]
    assert world.control("GET", "mail") in ([], {"mail": []})


CREATES: dict[str, tuple[Callable[[], Operation], str, Callable[[World], int]]] = {
    "credit note": (
        lambda: operation(credit_note("CN-1"), "cn1"),
        "/creditnotes",
        lambda w: len(w.state("creditnotes")) - 1,
    ),
    "credit": (
        lambda: operation(credit("cn0", "inv0"), "on"),
        "/creditnotes/[0-9]+/invoices",
        lambda w: len(note(w)["invoices_credited"]),
    ),
    "refund": (
        lambda: operation(refund("cn0"), "back"),
        "/creditnotes/[0-9]+/refunds",
        lambda w: len(refunds(w)),
    ),
    "refund with a reference": (
        lambda: operation(refund("cn0", reference="BACS 7"), "back"),
        "/creditnotes/[0-9]+/refunds",
        lambda w: len(refunds(w)),
    ),
}


@RUNG
@pytest.mark.parametrize("what", CREATES)
@pytest.mark.parametrize("mode", MODES)
def test_a_create_in_doubt_is_found_or_absent_and_never_twice(rung: str, what: str, mode: str) -> None:
    world = build(rung)
    make, path, count = CREATES[what]
    wanted = make()
    world.fault(mode, f"{path}$", method="PUT" if rung == "a" and what == "credit note" else "POST")
    [result] = world.books.perform([wanted], world.work)
    assert isinstance(result, InDoubt)
    world.settle()
    acted = count(world)
    probed = world.books.probe([wanted], world.work)[wanted.key]
    assert probed.probe is (Probe.FOUND if acted else Probe.ABSENT)
    receipt = probed.receipt or world.do(wanted)[0]
    assert count(world) == 1
    record = world.books.get(receipt.ref, world.bindings)
    assert record is not None
    assert world.books.moved(wanted.content, record.content) == ()


def test_an_application_that_another_home_made_is_no_refusal() -> None:
    world = build()
    wanted = operation(credit("cn0", "inv0", "120"), "on")
    first = world.do(wanted)[0]
    [again] = world.books.perform([wanted], world.work)
    assert isinstance(again, Receipt)
    assert (again.ref, len(note(world)["invoices_credited"])) == (first.ref, 1)
    [more] = world.books.perform([operation(credit("cn0", "inv0", "1"), "more")], world.work)
    assert type(more) is Refused


def test_a_refused_repeat_of_a_credit_note_is_a_duplicate_that_the_probe_finds() -> None:
    world = build()
    wanted = CREATES["credit note"][0]()
    world.fault("lost", "/creditnotes$", method="POST")
    world.books.perform([wanted], world.work)
    [again] = world.books.perform([wanted], world.work)
    assert type(again) is Duplicate
    world.settle()
    assert world.books.probe([wanted], world.work)[wanted.key].probe is Probe.FOUND


def test_a_number_that_somebody_else_took_is_a_persons_to_look_at() -> None:
    world = build("c")
    world.settle()
    wanted = operation(credit_note("CN-0", lines=credit_note().lines * 2), "other")
    [result] = world.books.perform([wanted], world.work)
    assert type(result) is Refused
    assert world.books.probe([wanted], world.work)[wanted.key].probe is Probe.ABSENT


def test_what_may_be_a_persons_application_is_not_taken_for_ours() -> None:
    world = build()
    world.do(operation(credit("cn0", "inv0", "20"), "theirs"))
    wanted = operation(credit("cn0", "inv0", "50"), "on")
    probed = world.books.probe([wanted], world.work)[wanted.key]
    assert probed.probe is Probe.UNKNOWN
    assert "20" in probed.why
    assert "50" in probed.why


def test_more_than_is_owed_is_refused_and_applied_nowhere() -> None:
    world = build()
    world.do(operation(credit("cn0", "inv0", "100"), "on"))
    world.do(operation(credit_note("CN-1"), "cn1"))
    [result] = world.books.perform([operation(credit("cn1", "inv0", "21"), "more")], world.work)
    assert isinstance(result, Refused)
    assert bill(world)["balance"] == 20
    assert note(world, "CN-1")["balance"] == 120


@pytest.mark.parametrize("mode", [None, *MODES])
@pytest.mark.parametrize("fails", ["DELETE", "POST"])
def test_an_application_of_another_amount_replaces_the_former(mode: str | None, fails: str) -> None:
    world = build()
    world.do(operation(credit("cn0", "inv0", "50"), "on"))
    former = credit("cn0", "inv0", "50")
    more: dict[str, Any] = {"changed": ("amount",), "base": 1, "former": former}
    wanted = operation(credit("cn0", "inv0", "70"), "on", Purpose.UPDATE, **more)
    assert world.books.probe([wanted], world.work)[wanted.key].probe is Probe.ABSENT
    if mode:
        world.fault(mode, "/creditnotes/[0-9]+/invoices", method=fails)
        assert isinstance(world.books.perform([wanted], world.work)[0], InDoubt)
        world.settle()
        probed = world.books.probe([wanted], world.work)[wanted.key]
        assert probed.probe in (Probe.FOUND, Probe.ABSENT)
        if probed.probe is Probe.ABSENT:
            world.do(wanted)
    else:
        world.do(wanted)
    assert [p["credited_amount"] for p in note(world)["invoices_credited"]] == [70]
    assert bill(world)["balance"] == 50


def test_a_refund_is_corrected_in_place() -> None:
    world = build()
    [receipt] = world.do(operation(refund("cn0", account="Undeposited Funds"), "back"))
    changed = refund("cn0", "40", refunded_on=date(2025, 12, 9))
    wanted = operation(changed, "back", Purpose.UPDATE, changed=("amount", "refunded_on"), base=1,
                       target=receipt.ref)  # fmt: skip
    world.do(wanted)
    [row] = refunds(world)
    assert (row["amount"], row["date"]) == (40, "2025-12-09")
    assert row["from_account_id"]
    assert note(world)["balance"] == 80


def test_an_account_that_books_does_not_have_is_refused_by_name() -> None:
    world = build()
    [result] = world.books.perform([operation(refund("cn0", account="Petty Cush"), "back")], world.work)
    assert isinstance(result, Refused)
    assert "Petty Cush" in str(result)
    assert refunds(world) == []


@pytest.mark.parametrize("mode", [None, *MODES])
@pytest.mark.parametrize("what", ["credit", "refund"])
def test_what_was_applied_or_paid_back_comes_off_once(mode: str | None, what: str) -> None:
    world = build()
    content = credit("cn0", "inv0") if what == "credit" else refund("cn0")
    world.do(operation(content, "it"))
    wanted = undo(world, content, "it")
    if mode:
        world.fault(mode, "/creditnotes/[0-9]+/(invoices|refunds)/", method="DELETE")
        assert isinstance(world.books.perform([wanted], world.work)[0], InDoubt)
        probed = world.books.probe([wanted], world.work)[wanted.key]
        if probed.probe is Probe.ABSENT:
            world.do(wanted)
    else:
        world.do(wanted)
    assert (note(world)["balance"], bill(world)["balance"]) == (120, 120)
    assert world.books.probe([wanted], world.work)[wanted.key].probe is Probe.FOUND
    again = world.books.perform([wanted], world.work)
    assert isinstance(again[0], Receipt)
    assert world.books.get(again[0].ref, world.bindings) is None


def test_a_persons_application_stays_when_ours_comes_off() -> None:
    world = build()
    world.do(operation(credit("cn0", "inv0", "50"), "it"), operation(credit("cn0", "inv0", "20"), "theirs"))
    world.do(undo(world, credit("cn0", "inv0", "50"), "it"))
    assert [p["credited_amount"] for p in note(world)["invoices_credited"]] == [20]


def lock(world: World, refuses: str) -> None:
    world.switch("closed_period", refuses)
    fields = {"closed_until": "2025-11-30"}
    world.control("POST", "edit", {"service": "books", "kind": "organizations", "fields": fields})


def test_a_credit_note_of_a_closed_period_is_voided_and_gives_up_its_number() -> None:
    world = build()
    lock(world, "deletion")
    [refused] = world.books.perform([undo(world, credit_note("CN-0"), "cn0")], world.work)
    assert isinstance(refused, Refused)
    wanted = undo(world, credit_note("CN-0"), "cn0", Purpose.VOID)
    assert world.books.probe([wanted], world.work)[wanted.key].probe is Probe.ABSENT
    world.do(wanted)
    [row] = world.state("creditnotes")
    assert row["status"] == "void"
    assert row["creditnote_number"].startswith("CN-0 VOID")
    assert row["reference_number"] == "CN-0"
    assert not row.get("cf_ferry_key")
    assert world.books.probe([wanted], world.work)[wanted.key].probe is Probe.FOUND


def test_a_void_that_is_refused_leaves_the_credit_note_as_it_was() -> None:
    world = build()
    lock(world, "all")
    before = note(world)
    [refused] = world.books.perform([undo(world, credit_note("CN-0"), "cn0", Purpose.VOID)], world.work)
    assert isinstance(refused, Refused)
    after = note(world)
    assert {k: after[k] for k in ("creditnote_number", "status", "reference_number")} == {
        k: before[k] for k in ("creditnote_number", "status", "reference_number")
    }


def test_an_application_of_what_is_gone_is_stale() -> None:
    world = build()
    gone = {"service": "books", "kind": "creditnotes", "id": note(world)["creditnote_id"], "delete": True}
    world.control("POST", "edit", gone)
    [result] = world.books.perform([operation(credit("cn0", "inv0"), "on")], world.work)
    assert isinstance(result, Stale)
