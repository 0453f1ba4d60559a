"""Write-offs: what a document says was given up is given up in Books, last of all, and taken back first."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ledgerferry.model.document import Document, StatedPayment
from ledgerferry.model.plan import State
from ledgerferry.model.record import Kind
from tests.flows.papers import PAID_ON, credit, document, paid
from tests.flows.stage import Stage
from tests.flows.test_flows_rules import shape, why

LATER = date(2025, 5, 2)
GIVEN_UP: dict[str, Any] = {"paid": "100.00", "written_off": Decimal("20.00"), "balance": "0.00"}


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def test_what_was_paid_and_given_up_must_be_all_of_it() -> None:
    assert shape(document("INV-1", paid_on=PAID_ON, **GIVEN_UP)).written_off == 20
    assert shape(document(written_off=Decimal("120.00"), balance="0.00")).written_off == 120
    assert why(document("INV-1", paid_on=PAID_ON, **GIVEN_UP | {"balance": "1.00"})) == "balance-differs"
    assert why(document(written_off=Decimal("20.00"))) == "write-off-partly"
    assert why(
        document("INV-1", paid_on=PAID_ON, **GIVEN_UP | {"written_off": Decimal("30.00"), "balance": None})
    ) == ("paid-too-much")


@pytest.mark.parametrize("status", ["paid", "written_off"])
def test_it_comes_after_the_payments_and_the_books_are_right(stage: Stage, status: str) -> None:
    stage.sandbox.desk.switches.set({"written_off_status": status})
    walked = stage.migrate(document("INV-001", paid_on=PAID_ON, **GIVEN_UP))
    assert walked.changes["write_off"] == (1, 0)
    invoice = stage.row("invoices", "INV-001")
    assert (invoice["write_off_amount"], invoice["balance"], invoice["payment_made"]) == (20, 0, 100)
    assert walked.verified.equal
    assert stage.verify(walked.run, details=True).equal
    assert stage.migrate().changes == {}


def test_it_costs_what_the_plan_says(tmp_path: Path) -> None:
    def cost(found: Document) -> tuple[int, int]:
        stage = Stage(tmp_path)
        run, report = stage.plan(found)
        before = stage.calls()
        stage.apply(run)
        return report.price.calls["books"], stage.calls() - before

    without = cost(paid("INV-001", of="100.00"))
    price, calls = cost(document("INV-001", paid_on=PAID_ON, **GIVEN_UP))
    assert (price - without[0], calls - without[1]) == (2, 2)


def test_another_amount_there_is_a_dead_letter_not_a_guess(stage: Stage) -> None:
    stage.migrate(document("INV-001"))
    invoice = stage.row("invoices", "INV-001")
    stage.edit("customerpayments", None, customer_id=invoice["customer_id"], amount=5, date="2025-03-21",
               invoices=[{"invoice_id": invoice["invoice_id"], "amount_applied": 5}])  # fmt: skip
    stage.migrate(document("INV-001", written_off=Decimal("120.00"), balance="0.00"))
    with stage.house.database.read() as conn:
        (dead,) = [s for _, s in stage.house.shelf.rooms.operations.listed(conn, [State.DEAD])]
    assert "owes 115" in (dead.why or "")
    assert stage.row("invoices", "INV-001")["write_off_amount"] == 0


def test_one_that_a_person_gave_up_already_is_recognised(stage: Stage) -> None:
    stage.migrate(document("INV-001"))
    stage.edit("invoices", stage.row("invoices", "INV-001")["invoice_id"], write_off_amount=120, balance=0,
               force=True)  # fmt: skip
    walked = stage.migrate(document("INV-001", written_off=Decimal("120.00"), balance="0.00"))
    assert walked.verified.equal


def test_more_given_up_later_replaces_it(stage: Stage) -> None:
    first = StatedPayment(amount=Decimal("100.00"), paid_on=PAID_ON)
    stage.migrate(document("INV-001", payments=(first,), balance="20.00"))
    walked = stage.migrate(document("INV-001", payments=(first,), written_off=Decimal("20.00"), balance="0"))
    assert walked.changes == {"write_off": (1, 0)}
    assert walked.verified.equal


def test_one_that_the_sheet_says_no_more_is_taken_back(stage: Stage) -> None:
    stage.migrate(document("INV-001", paid_on=PAID_ON, **GIVEN_UP))
    walked = stage.migrate(document("INV-001", paid="100.00", paid_on=PAID_ON, balance="20.00"))
    assert walked.changes == {"write_off": (0, 1)}
    assert walked.verified.equal
    invoice = stage.row("invoices", "INV-001")
    assert (invoice["write_off_amount"], invoice["balance"]) == (0, 20)
    assert stage.migrate().changes == {}
    again = stage.migrate(document("INV-001", paid_on=PAID_ON, **GIVEN_UP))
    assert again.changes == {"write_off": (0, 1)}
    assert stage.row("invoices", "INV-001")["write_off_amount"] == 20


def test_what_was_paid_after_all_comes_once_it_is_taken_back(stage: Stage) -> None:
    stage.migrate(document("INV-001", paid_on=PAID_ON, **GIVEN_UP))
    parts = [StatedPayment(amount=Decimal(a), paid_on=d) for a, d in (("100", PAID_ON), ("20", LATER))]
    walked = stage.migrate(document("INV-001", payments=tuple(parts), balance="0.00"))
    assert walked.reasons() == {}
    assert walked.changes == {"write_off": (0, 1), "payment": (1, 0)}
    assert walked.verified.equal
    invoice = stage.row("invoices", "INV-001")
    assert (invoice["write_off_amount"], invoice["balance"], invoice["payment_made"]) == (0, 0, 120)
    assert stage.rollback(walked.run.id).kept == []
    invoice = stage.row("invoices", "INV-001")
    assert (invoice["write_off_amount"], invoice["balance"], invoice["payment_made"]) == (20, 0, 100)


def test_a_credit_note_instead_comes_once_it_is_taken_back(stage: Stage) -> None:
    stage.migrate(document("INV-001", written_off=Decimal("120.00"), balance="0.00"))
    walked = stage.migrate(document("INV-001"), credit("CN-1", "INV-001", at="C7"))
    assert walked.reasons() == {}
    assert walked.verified.equal
    invoice = stage.row("invoices", "INV-001")
    assert (invoice["write_off_amount"], invoice["balance"], invoice["credits_applied"]) == (0, 0, 120)


def test_one_that_became_less_is_held_with_what_to_do(stage: Stage) -> None:
    stage.migrate(document("INV-001", paid_on=PAID_ON, **GIVEN_UP))
    parts = [StatedPayment(amount=Decimal(a), paid_on=d) for a, d in (("100", PAID_ON), ("15", LATER))]
    less = document("INV-001", payments=tuple(parts), written_off=Decimal(5), balance="0.00")
    assert stage.migrate(less).reasons() == {"INV-001": "write-off-less"}
    stage.migrate(document("INV-001", payments=tuple(parts), balance="5.00"))
    walked = stage.migrate(less)
    assert walked.reasons() == {}
    assert walked.verified.equal
    assert stage.row("invoices", "INV-001")["write_off_amount"] == 5


def test_a_rollback_lists_what_stands_in_the_way_of_an_earlier_write_off(stage: Stage) -> None:
    stage.migrate(document("INV-001", paid_on=PAID_ON, **GIVEN_UP))
    more = document("INV-001", paid="70.00", paid_on=PAID_ON, written_off=Decimal(50), balance="0.00")
    later = stage.migrate(more)
    assert stage.row("invoices", "INV-001")["write_off_amount"] == 50
    kept = stage.rollback(later.run.id).kept
    assert {k.kind for k in kept} == {Kind.WRITE_OFF, Kind.PAYMENT}
    assert any("owes 50, and 20.00 is to be written off" in k.why for k in kept)


def test_rollback_takes_it_back_before_the_payments(stage: Stage) -> None:
    found = document("INV-001", paid_on=PAID_ON, **GIVEN_UP)
    walked = stage.migrate(found)
    outcome = stage.rollback(walked.run.id)
    assert outcome.kept == []
    assert (stage.rows("invoices"), stage.rows("customerpayments")) == ([], [])
    assert outcome.undone == 4
    again = stage.migrate(found)
    assert again.verified.equal
    assert stage.row("invoices", "INV-001")["write_off_amount"] == 20


def test_where_the_invoice_was_there_before_only_the_write_off_comes_off(stage: Stage) -> None:
    stage.migrate(document("INV-001"))
    later = stage.migrate(document("INV-001", written_off=Decimal("120.00"), balance="0.00"))
    assert stage.rollback(later.run.id).kept == []
    invoice = stage.row("invoices", "INV-001")
    assert (invoice["write_off_amount"], invoice["balance"]) == (0, 120)


def test_one_that_a_person_took_back_is_no_hindrance(stage: Stage) -> None:
    walked = stage.migrate(document("INV-001", written_off=Decimal("120.00"), balance="0.00"))
    stage.edit("invoices", stage.row("invoices", "INV-001")["invoice_id"], write_off_amount=0, balance=120,
               force=True)  # fmt: skip
    assert stage.rollback(walked.run.id).kept == []
    assert stage.rows("invoices") == []


def test_it_follows_a_corrected_number(stage: Stage) -> None:
    found = document("INV-001", paid_on=PAID_ON, **GIVEN_UP)
    stage.migrate(found)
    walked = stage.migrate(found.model_copy(update={"number": "INV-009"}))
    assert walked.changes == {"invoice": (0, 1)}
    assert walked.verified.equal
