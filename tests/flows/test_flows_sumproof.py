"""A run proved again by sums: what changed is found and named in few calls, and nothing more is claimed."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from ledgerferry.flows.result import Method, Verified
from ledgerferry.model.record import Kind
from ledgerferry.store.runs import Run
from ledgerferry.systems.books.sums import sums_of
from tests.flows.papers import credit, document, paid, spread
from tests.flows.stage import Stage

FIRST = date(2024, 1, 1)


class Proved:
    """A run, the proof of all its rows, and how it is proved again."""

    def __init__(self, stage: Stage, *documents: Any) -> None:
        self.stage = stage
        self.run: Run = stage.migrate(*spread(*documents)).run
        self.last = self.rows()
        assert self.last.equal
        stage.virtual.advance(60)

    def rows(self) -> Verified:
        return self.stage.verify(self.run)

    def again(self) -> tuple[dict[tuple[str, str], tuple[str | None, str | None]], list[str]]:
        """By sums: what differs, by document and field, and the calls that it took."""
        before = len(self.stage.asked())
        self.last = self.stage.verify_since(self.run, self.last, few=0)
        assert self.last.method is Method.SUMS
        found = {(_named(d.kind, d.left), d.field): (d.left_value, d.right_value)
                 for d in self.last.differences}  # fmt: skip
        return found, [_short(call) for call in self.stage.asked()[before:]]

    def id(self, number: str) -> str:
        found: str = self.stage.row("invoices", number)["invoice_id"]
        return found

    def edit(self, number: str, **fields: Any) -> None:
        self.stage.edit("invoices", self.id(number), **fields)


def _named(kind: str, left: str) -> str:
    return "payment" if kind == Kind.PAYMENT else left


def _short(call: str) -> str:
    way = call.rsplit("/v3/", 1)[-1]
    return "/".join(part if not part.isdigit() else "ID" for part in way.split("/"))


def issued(number: int, **more: Any) -> Any:
    make = paid if number % 2 else document
    return make(f"INV-{number}", **{"issued": FIRST + timedelta(days=number)} | more)


@pytest.fixture
def proved(stage: Stage) -> Proved:
    """Twelve invoices on twelve days, every second of them paid."""
    return Proved(stage, *(issued(n) for n in range(12)))


def test_what_did_not_change_costs_four_calls(proved: Proved) -> None:
    at = proved.last.rows_at
    found, calls = proved.again()
    assert (found, calls) == ({}, ["invoices"] * 4)
    assert (proved.last.equal, proved.last.read_in_full, proved.last.compared) == (True, 0, 12)
    assert proved.last.rows_at == at is not None
    assert proved.last.by_currency == proved.rows().by_currency


def test_a_cent_is_found_by_its_time_of_modification(proved: Proved) -> None:
    proved.edit("INV-4", total="120.01", balance="120.01", force=True)
    found, calls = proved.again()
    assert found["INV-4", "gross"] == ("120.00", "120.01")
    assert calls == ["invoices"] * 4 + ["invoices/ID"]


def test_a_cent_that_left_no_time_is_found_by_sums(proved: Proved) -> None:
    proved.edit("INV-4", total="120.01", balance="120.01", force=True, silent=True)
    found, calls = proved.again()
    assert found["INV-4", "gross"] == ("120.00", "120.01")
    assert calls == ["invoices"] * 5 + ["invoices/ID"]
    assert proved.last.by_currency["GBP"].difference == "-0.01"


def test_a_cent_moved_between_two_invoices_names_both(proved: Proved) -> None:
    for number, total in (("INV-2", "120.01"), ("INV-4", "119.99")):
        proved.edit(number, total=total, balance=total, force=True)
    found, _ = proved.again()
    assert found["INV-2", "gross"] == ("120.00", "120.01")
    assert found["INV-4", "gross"] == ("120.00", "119.99")


def test_a_cent_moved_without_any_trace_needs_rows(proved: Proved) -> None:
    """The limit of sums, told by the method: rows show it."""
    for number, total in (("INV-2", "120.01"), ("INV-4", "119.99")):
        proved.edit(number, total=total, balance=total, force=True, silent=True)
    assert proved.again()[0] == {}
    by_rows = {(d.left, d.field) for d in proved.rows().differences}
    assert {("INV-2", "gross"), ("INV-4", "gross")} <= by_rows


def test_a_cent_moved_from_net_to_tax_is_named(proved: Proved) -> None:
    taxes = [{**t, "tax_amount": "20.01"} for t in proved.stage.row("invoices", "INV-3")["taxes"]]
    proved.edit("INV-3", sub_total="99.99", tax_total="20.01", taxes=taxes, force=True)
    found, _ = proved.again()
    assert found["INV-3", "net"] == ("100.00", "99.99")
    assert found["INV-3", "tax"] == ("20.00", "20.01")


def test_a_deleted_invoice_is_named(proved: Proved) -> None:
    proved.edit("INV-4", delete=True)
    found, calls = proved.again()
    assert found == {("INV-4", "record"): ("INV-4", None)}
    assert calls == ["invoices"] * 5 + ["invoices/ID"]


@pytest.mark.parametrize("way", [{}, {"force": True, "silent": True}])
def test_a_voided_invoice_is_named(proved: Proved, way: dict[str, bool]) -> None:
    proved.edit("INV-4", status="void", **way)
    found, _ = proved.again()
    assert found["INV-4", "status"] == ("sent", "void")


def test_another_day_customer_or_number_is_named(proved: Proved) -> None:
    proved.edit("INV-2", date="2024-06-01")
    proved.edit("INV-4", invoice_number="INV-99")
    found, _ = proved.again()
    assert set(found) == {("INV-2", "date"), ("INV-4", "number")}


@pytest.mark.parametrize("silent", [False, True])
def test_a_removed_payment_is_named_with_its_invoice(proved: Proved, *, silent: bool) -> None:
    invoice = proved.id("INV-3")
    before = proved.stage.row("invoices", "INV-3")["last_modified_time"]
    (payment,) = [p["payment_id"] for p in proved.stage.rows("customerpayments")
                  if any(a["invoice_id"] == invoice for a in p["invoices"])]  # fmt: skip
    proved.stage.edit("customerpayments", payment, delete=True)
    if silent:
        proved.edit("INV-3", last_modified_time=before, force=True, silent=True)
    found, _ = proved.again()
    assert found["INV-3", "balance"] == ("0.00", "120.00")
    assert ("payment", "record") in found


def test_a_credit_note_that_changed_is_named(stage: Stage) -> None:
    proved = Proved(stage, issued(2), issued(4), credit("CN-1", "INV-4", issued=FIRST + timedelta(days=9)))
    assert proved.again() == ({}, ["invoices"] * 4 + ["creditnotes"])
    (note,) = stage.rows("creditnotes")
    stage.edit("creditnotes", note["creditnote_id"], creditnote_number="CN-9", force=True)
    assert set(proved.again()[0]) == {("CN-1", "number")}


def test_what_the_last_proof_named_is_read_again(proved: Proved) -> None:
    proved.edit("INV-4", total="120.01", balance="120.01", force=True, silent=True)
    first, _ = proved.again()
    assert proved.again()[0] == first
    proved.edit("INV-4", total="120", balance="120", force=True, silent=True)
    assert proved.again()[0] == {}


@pytest.mark.parametrize("when", ["before", "after"])
def test_other_peoples_invoices_are_no_difference(stage: Stage, when: str) -> None:
    def theirs() -> None:
        customer = stage.edit("contacts", None, contact_name="Theirs")["contact_id"]
        lines = [{"name": "Work", "rate": "7", "quantity": "1"}]
        given = {"customer_id": customer, "date": "2024-01-04", "line_items": lines}
        stage.edit("invoices", None, invoice_number="THEIRS-1", **given)

    makes: dict[str, Callable[[], None]] = {when: theirs}
    makes.get("before", bool)()
    proved = Proved(stage, *(issued(n) for n in range(6)))
    makes.get("after", bool)()
    found, calls = proved.again()
    assert found == {}
    drafts = stage.row("invoices", "THEIRS-1")["status"] == "draft"
    assert (len(calls), drafts) == (4, True)


def test_our_own_later_writes_are_compared(proved: Proved) -> None:
    """Another run of ours came after the proof: what it wrote is not vouched for."""
    changed = [issued(n, **({"due": date(2024, 12, 1)} if n == 4 else {})) for n in range(12)]
    later = proved.stage.migrate(*spread(*changed))
    assert later.changes == {"invoice": (0, 1)}
    found, _ = proved.again()
    assert found == {}
    proved.edit("INV-4", total="120.01", balance="120.01", force=True, silent=True)
    assert proved.again()[0]["INV-4", "gross"] == ("120.00", "120.01")


def test_where_rows_cost_no_more_they_are_asked_for(proved: Proved) -> None:
    verify, last = proved.stage.verify_since, proved.last
    assert verify(proved.run, last).method is Method.ROWS
    assert verify(proved.run, last, details=True, few=0).method is Method.DETAILS
    assert verify(proved.run, last.model_copy(update={"compared": 11}), few=0).method is Method.ROWS
    assert verify(proved.run, last.model_copy(update={"rows_at": None}), few=0).method is Method.ROWS


def test_an_answer_without_sums_shows_none() -> None:
    assert sums_of({"page_context": {"total": 3}}) is None
    assert sums_of({}) is None


def test_one_among_hundreds_is_found_by_halving(tmp_path: Path) -> None:
    """450 invoices are three pages: three calls for sums lead to the one that differs, and one lists it."""
    proved = Proved(Stage(tmp_path), *(document(f"INV-{n}", issued=FIRST + timedelta(days=n % 400))
                                       for n in range(450)))  # fmt: skip
    assert proved.again() == ({}, ["invoices"] * 4)
    proved.edit("INV-333", total="120.01", balance="120.01", force=True, silent=True)
    found, calls = proved.again()
    assert found["INV-333", "gross"] == ("120.00", "120.01")
    assert (calls.count("invoices"), calls.count("invoices/ID")) == (7, 1)
