"""Deletes and voids against the sandbox: together, one by one, in doubt, refused (F36, F37, F39)."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from ledgerferry.model.outcome import InDoubt, Probe, Receipt, Refused
from ledgerferry.model.plan import Operation, Purpose
from ledgerferry.model.record import FileContent, InvoiceContent, Kind, Ref
from ledgerferry_sandbox.exchange import Answer, Request

from .world import World, customer, identity, invoice, operation, payment

MODES = ("lost", "reset", "truncate", "http_500", "html_403")
NUMBERS = ("INV-1", "INV-2", "INV-3")


@pytest.fixture
def world() -> World:
    made = World()
    made.do(operation(customer(), "bowman"))
    made.do(*(operation(invoice(n), n) for n in NUMBERS))
    made.do(*(operation(invoice(n), n, Purpose.SEND) for n in NUMBERS))
    return made


def undo(world: World, content: Any, name: str, purpose: Purpose = Purpose.DELETE) -> Operation:
    kind, record = world.bindings.bound[identity(content.kind, name)]
    target = Ref(connection="main", kind=kind, id=record)
    return operation(content, name, purpose, target=target, undoes=True)


def bills(world: World) -> list[Operation]:
    return [undo(world, invoice(n), n) for n in NUMBERS]


def lock(world: World, refuses: str) -> None:
    world.switch("closed_period", refuses)
    fields = {"closed_until": "2025-11-30"}
    world.control("POST", "edit", {"service": "books", "kind": "organizations", "fields": fields})


def held(world: World) -> list[str]:
    return sorted(row["invoice_number"] for row in world.state("invoices"))


def writes(world: World, since: int) -> list[tuple[str, str]]:
    calls = [(row["method"], row["path"].rpartition("/books/v3")[2]) for row in world.log()[since:]]
    return [call for call in calls if call[0] != "GET"]


def test_several_go_in_one_call(world: World) -> None:
    before = len(world.log())
    results = world.books.perform(bills(world), world.work)
    assert [r.status for r in results if isinstance(r, Receipt)] == ["deleted"] * 3
    assert writes(world, before) == [("DELETE", "/invoices")]
    assert held(world) == []


def test_one_by_one_where_one_of_them_is_refused(world: World) -> None:
    paid = payment({"INV-2": "120"})
    world.do(operation(paid, "pay"))
    results = world.books.perform(bills(world), world.work)
    assert [type(r) for r in results] == [Receipt, Refused, Receipt]
    assert held(world) == ["INV-2"]
    both = [undo(world, paid, "pay")]
    assert isinstance(world.books.perform(both, world.work)[0], Receipt)
    assert isinstance(world.books.perform(bills(world)[1:2], world.work)[0], Receipt)
    assert isinstance(world.books.perform([undo(world, customer(), "bowman")], world.work)[0], Receipt)
    assert world.state("contacts") == world.state("customerpayments") == []


def test_what_is_gone_already_is_done(world: World) -> None:
    operations = bills(world)
    world.books.perform(operations[:1], world.work)
    for several in (operations[:1], operations):
        results = world.books.perform(several, world.work)
        assert all(isinstance(r, Receipt) for r in results)
    assert held(world) == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("many", [1, 3])
def test_a_delete_in_doubt_is_probed_by_its_record(world: World, mode: str, many: int) -> None:
    operations = bills(world)[:many]
    world.fault(mode, "/invoices", method="DELETE")
    try:
        results = world.books.perform(operations, world.work)
        assert all(isinstance(r, InDoubt) for r in results)
    except InDoubt:
        assert many > 1
    world.settle()
    there = held(world)
    probed = world.books.probe(operations, world.work)
    for one, number in zip(operations, NUMBERS, strict=False):
        assert probed[one.key].probe is (Probe.ABSENT if number in there else Probe.FOUND)
    again = [o for o in operations if probed[o.key].probe is Probe.ABSENT]
    if again:
        assert all(isinstance(r, Receipt) for r in world.books.perform(again, world.work))
    assert not set(held(world)) & set(NUMBERS[:many])


def test_a_void_gives_up_key_and_number_and_keeps_the_original_in_the_reference(world: World) -> None:
    lock(world, "deletion")
    assert isinstance(world.books.perform(bills(world)[:1], world.work)[0], Refused)
    void = undo(world, invoice(), "INV-1", Purpose.VOID)
    [done] = world.books.perform([void], world.work)
    assert isinstance(done, Receipt)
    assert done.status == "void"
    row = next(r for r in world.state("invoices") if r["status"] == "void")
    assert row["invoice_number"].startswith("INV-1 VOID ")
    assert (row["reference_number"], row.get("cf_ferry_key") or "") == ("INV-1", "")
    world.do(operation(invoice(), "INV-1", generation=2, key="lf" + "a" * 26))
    assert "INV-1" in held(world)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("step", ["/invoices/[0-9]+$", "/status/void$"])
def test_a_void_in_doubt_goes_on_where_it_stopped(world: World, mode: str, step: str) -> None:
    lock(world, "deletion")
    void = undo(world, invoice(), "INV-1", Purpose.VOID)
    world.fault(mode, step, method="PUT" if "status" not in step else "POST")
    [first] = world.books.perform([void], world.work)
    assert isinstance(first, InDoubt)
    world.settle()
    found = world.books.probe([void], world.work)[void.key]
    row = next(r for r in world.state("invoices") if r["invoice_number"].startswith("INV-1"))
    assert (found.probe is Probe.FOUND) == (row["status"] == "void")
    [again] = world.books.perform([void], world.work)
    assert isinstance(again, Receipt)
    voids = [r for r in world.state("invoices") if r["status"] == "void"]
    assert [r["reference_number"] for r in voids] == ["INV-1"]


def test_a_period_that_refuses_even_that_leaves_the_invoice_as_it_was(world: World) -> None:
    before = next(r for r in world.state("invoices") if r["invoice_number"] == "INV-1")
    lock(world, "all")
    void = undo(world, invoice(), "INV-1", Purpose.VOID)
    assert isinstance(world.books.perform([void], world.work)[0], Refused)
    assert next(r for r in world.state("invoices") if r["invoice_number"] == "INV-1") == before


def test_a_void_refused_after_the_number_was_given_up_takes_it_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody closes the period between the two calls, and opens it again after the second."""
    before = next(r for r in world.state("invoices") if r["invoice_number"] == "INV-1")
    real = world.sandbox.handle

    def handle(request: Request) -> Answer:
        answer = real(request)
        if request.method == "PUT" and "/books/v3/invoices/" in request.path and not closed:
            closed.append(True)
            lock(world, "all")
        elif request.path.endswith("/status/void"):
            world.switch("closed_period", "deletion")
        return answer

    closed: list[bool] = []
    monkeypatch.setattr(world.sandbox, "handle", handle)
    void = undo(world, invoice(), "INV-1", Purpose.VOID)
    [result] = world.books.perform([void], world.work)

    assert isinstance(result, Refused)
    now = next(r for r in world.state("invoices") if r["invoice_id"] == before["invoice_id"])
    names = ("invoice_number", "reference_number", "status", "cf_ferry_key", "total")
    assert closed
    assert [now.get(n) for n in names] == [before.get(n) for n in names]


def test_a_file_is_taken_off_an_invoice_that_stays(world: World, tmp_path: Path) -> None:
    world.folder = tmp_path
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4 a")
    content = FileContent(document=identity(Kind.INVOICE, "INV-1"), name="a.pdf", size=10,
                          digest=hashlib.sha256(b"%PDF-1.4 a").hexdigest(), path="a.pdf")  # fmt: skip
    attach = operation(content, "a", Purpose.ATTACH)
    [receipt] = world.do(attach)
    world.bindings.bound[identity(Kind.FILE, "a")] = (Kind.FILE, receipt.ref.id)
    off = undo(world, content, "a")
    assert world.books.probe([off], world.work)[off.key].probe is Probe.ABSENT
    assert isinstance(world.books.perform([off], world.work)[0], Receipt)
    assert world.books.probe([off], world.work)[off.key].probe is Probe.FOUND
    assert isinstance(world.books.perform([off], world.work)[0], Receipt)
    assert world.state("documents") == []


def test_prices_of_taking_back(world: World) -> None:
    books = world.books
    assert books.calls(Kind.INVOICE, Purpose.DELETE, 26) == 2
    assert books.calls(Kind.INVOICE, Purpose.VOID, 2) == 6
    assert books.calls(Kind.FILE, Purpose.DELETE, 2) == 4
    assert isinstance(invoice(), InvoiceContent)
