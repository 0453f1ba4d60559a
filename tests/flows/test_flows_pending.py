"""What a person has to do in Books first: approvals, closed periods. Held, no dead letters."""

from datetime import date
from pathlib import Path

from ledgerferry.model.plan import State
from ledgerferry.store.operations import Standing
from tests.flows.papers import document, paid, spread
from tests.flows.stage import Stage, Walked


def standings(stage: Stage, *states: State) -> list[Standing]:
    with stage.house.database.read() as conn:
        return [s for _, s in stage.house.shelf.rooms.operations.listed(conn, states)]


def approve(stage: Stage) -> None:
    for invoice in stage.rows("invoices"):
        stage.edit("invoices", invoice["invoice_id"], status="approved", force=True)


def waiting(stage: Stage) -> Walked:
    """A run of two invoices, one of them paid, in an organisation that approves what it sends."""
    stage.edit("organizations", None, approvals="simple")
    return stage.migrate(*spread(paid("INV-001"), document("INV-002")))


def test_invoices_that_wait_for_approval_are_held_with_their_value(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    walked = waiting(stage)
    assert walked.reasons() == {"INV-001": "pending", "INV-002": "pending"}
    assert "approve it in Books" in walked.account.held[0].document.reasons[-1].text  # type: ignore[union-attr]
    assert standings(stage, State.DEAD) == []
    assert len(standings(stage, State.HELD)) == 2
    assert walked.verified.by_currency["GBP"].held_total == "240.00"
    assert walked.verified.equal
    assert stage.rows("customerpayments") == []


def test_one_that_was_submitted_or_rejected_is_held_too(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    waiting(stage)
    for invoice, status in zip(stage.rows("invoices"), ("pending_approval", "rejected"), strict=True):
        stage.edit("invoices", invoice["invoice_id"], status=status, force=True)
    again = stage.migrate()
    assert set(again.reasons().values()) == {"pending"}
    assert standings(stage, State.DEAD) == []


def test_a_resume_goes_on_once_they_are_approved(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    walked = waiting(stage)
    approve(stage)
    stage.apply(stage.run(walked.run.id))
    verified = stage.verify(stage.run(walked.run.id))
    assert (verified.compared, verified.equal) == (2, True)
    assert sorted(i["status"] for i in stage.rows("invoices")) == ["overdue", "paid"]
    assert len(stage.rows("customerpayments")) == 1


def test_so_does_another_migrate(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    waiting(stage)
    approve(stage)
    again = stage.migrate()
    assert again.account.counts.held == 0
    assert again.verified.equal
    assert standings(stage, State.HELD) == []
    assert len(stage.rows("customerpayments")) == 1


def test_rollback_takes_back_what_waits(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    outcome = stage.rollback(waiting(stage).run.id)
    assert outcome.kept == []
    assert stage.rows("invoices") == []
    assert standings(stage, State.HELD) == []


def test_a_closed_period_holds_and_says_what_to_do(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.sandbox.desk.switches.set({"closed_period": "all"})
    stage.edit("organizations", None, closed_until="2025-03-31")
    walked = stage.migrate(*spread(paid("INV-001"), document("INV-002", issued=date(2025, 5, 1))))
    assert walked.reasons() == {"INV-001": "pending"}
    assert standings(stage, State.DEAD) == []
    (found,) = walked.account.held
    assert found.document is not None
    assert "open the period" in found.document.reasons[-1].text
    stage.edit("organizations", None, closed_until="")
    again = stage.migrate()
    assert again.account.counts.held == 0
    assert again.verified.equal
