"""What a rollback keeps: what persons changed or hung on a record since, and what a closed period holds."""

from decimal import Decimal
from typing import Any

import pytest

from ledgerferry.flows.kept import Code
from ledgerferry_bench.journey.picture import differences
from tests.flows.papers import document, line, paid
from tests.flows.rollbackscenes import codes, counts, holds, locked, papers, taken_back, without_period
from tests.flows.stage import NAME, Stage


@pytest.mark.parametrize("kind", ["invoices", "contacts"])
def test_what_a_person_changed_afterwards_is_kept_and_listed(stage: Stage, kind: str) -> None:
    walked = stage.migrate(*papers())
    if kind == "invoices":
        stage.edit(kind, stage.row(kind, "INV-2")["invoice_id"], reference_number="call her first")
    else:
        stage.edit(kind, stage.row(kind, "Third")["contact_id"],
                   contact_persons=[{"first_name": "Ann", "is_primary_contact": True}])  # fmt: skip
    outcome = taken_back(stage, walked)
    if kind == "invoices":
        assert codes(outcome) == {
            "invoice INV-2 of 2025-03-03": Code.EDITED, "customer Bowman & Co": Code.HUNG,
        }  # fmt: skip
        bill = next(one for one in outcome.kept if one.kind == "invoice")
        assert "reference" in bill.why
        assert (bill.amount, bill.currency) == ("120.00", "GBP")
        assert "ferry rollback" in bill.steps
        assert [r["invoice_number"] for r in stage.rows("invoices")] == ["INV-2"]
        again = stage.migrate(*papers())
        assert again.reasons() == {"INV-2": "kept-by-rollback"}
        assert again.verified.equal
    else:
        assert codes(outcome) == {"customer Third": Code.EDITED}
        assert [r["contact_name"] for r in stage.rows("contacts")] == ["Third"]


def test_a_note_beside_the_agreed_values_does_not_keep_a_record(stage: Stage) -> None:
    walked = stage.migrate(*papers())
    stage.edit("invoices", stage.row("invoices", "INV-2")["invoice_id"], notes="seen")

    assert taken_back(stage, walked).kept == []


def test_what_others_hung_on_a_record_keeps_it_and_all_that_it_leans_on(stage: Stage) -> None:
    walked = stage.migrate(*papers())
    bill = stage.row("invoices", "INV-3")
    stage.edit("customerpayments", None, customer_id=bill["customer_id"], amount=20, date="2025-04-01",
               invoices=[{"invoice_id": bill["invoice_id"], "amount_applied": 20}])  # fmt: skip

    outcome = taken_back(stage, walked)

    assert codes(outcome) == {
        "invoice INV-3 of 2025-03-03": Code.HUNG,
        "payment of GBP 50.00 of 2025-03-20": Code.HUNG,
        "customer Third": Code.HUNG,
    }
    assert stage.row("invoices", "INV-3")["balance"] == 50
    assert counts(stage)["customerpayments"] == 2


def test_a_customer_with_other_peoples_invoices_is_kept(stage: Stage) -> None:
    walked = stage.migrate(document())
    customer = stage.row("contacts", "Bowman & Co")["contact_id"]
    stage.edit("invoices", None, customer_id=customer, invoice_number="T-1", date="2025-01-01",
               line_items=[{"name": "x", "rate": 10, "quantity": 1}])  # fmt: skip

    outcome = taken_back(stage, walked)

    assert codes(outcome) == {"customer Bowman & Co": Code.HUNG}
    assert [r["invoice_number"] for r in stage.rows("invoices")] == ["T-1"]
    assert stage.migrate(document()).verified.equal


def test_an_invoice_of_a_closed_period_is_voided_and_its_number_is_free(stage: Stage) -> None:
    walked = stage.migrate(*papers())
    once = holds(stage)
    locked(stage)

    outcome = taken_back(stage, walked)

    assert sorted(one.what for one in outcome.voided) == [f"invoice INV-{n} of 2025-03-03" for n in (1, 2, 3)]
    assert [one.amount for one in outcome.voided] == ["120.00"] * 3
    void = stage.rows("invoices")
    assert {r["status"] for r in void} == {"void"}
    assert [r["reference_number"] for r in void] == ["INV-1", "INV-2", "INV-3"]
    assert all(not r.get("cf_ferry_key") for r in void)
    assert codes(outcome) == {"customer Bowman & Co": Code.HUNG, "customer Third": Code.HUNG}
    assert counts(stage)["customerpayments"] == 0

    again = stage.migrate(*papers())
    assert again.verified.equal
    assert without_period(differences(once, holds(stage, voided=False))) == []


def test_what_a_closed_period_does_not_let_go_at_all_is_kept_and_held_afterwards(stage: Stage) -> None:
    walked = stage.migrate(document())
    once = holds(stage)
    locked(stage, refuses="all")

    outcome = taken_back(stage, walked)

    assert codes(outcome) == {
        "invoice INV-1 of 2025-03-03": Code.REFUSED, "customer Bowman & Co": Code.HUNG,
    }  # fmt: skip
    assert without_period(differences(once, holds(stage))) == []
    assert stage.migrate(document()).reasons() == {"INV-1": "kept-by-rollback"}

    locked(stage, until="2024-12-31")
    assert taken_back(stage, walked).kept == []
    assert stage.migrate(document()).verified.equal


def test_a_payment_of_a_closed_period_keeps_its_invoice(stage: Stage) -> None:
    walked = stage.migrate(paid())
    locked(stage, until="2025-12-31")

    outcome = taken_back(stage, walked)

    assert codes(outcome) == {
        "payment of GBP 120.00 of 2025-03-20": Code.REFUSED,
        "invoice INV-1 of 2025-03-03": Code.HUNG,
        "customer Bowman & Co": Code.HUNG,
    }
    assert stage.row("invoices", "INV-1")["status"] == "paid"
    assert stage.migrate(paid()).reasons() == {"INV-1": "kept-by-rollback"}


def test_amounts_of_what_stays_are_told(stage: Stage) -> None:
    walked = stage.migrate(paid())
    locked(stage, until="2025-12-31")

    outcome = taken_back(stage, walked)

    assert sum(Decimal(k.amount) for k in outcome.kept if k.kind == "invoice" and k.amount) == 120
    assert NAME not in {k.what for k in outcome.kept}


def test_an_edit_on_top_of_an_update_is_not_undone_with_it(stage: Stage) -> None:
    stage.migrate(document())
    cheap: dict[str, Any] = {"lines": (line("50.00"),), "tax_total": "10.00", "total": "60.00"}
    walked = stage.migrate(document(**cheap))
    bill = stage.row("invoices", "INV-1")["invoice_id"]
    stage.edit("invoices", bill, line_items=[{"name": "Theirs", "rate": 7, "quantity": 1}])

    outcome = taken_back(stage, walked)

    assert codes(outcome) == {"invoice INV-1 of 2025-03-03": Code.EDITED}
    assert stage.row("invoices", "INV-1")["line_items"][0]["name"] == "Theirs"
