"""Rollbacks of whole migrations: real store, real engine, real sandbox, in process."""

from datetime import date, timedelta
from typing import Any

import pytest

from ledgerferry.flows.kept import Code
from ledgerferry.model.record import Kind
from ledgerferry.store.runs import RunState
from ledgerferry_bench.journey.picture import differences
from tests.flows.papers import document, line, paid
from tests.flows.rollbackscenes import codes, holds, locked, papers, taken_back
from tests.flows.stage import Stage


def test_a_run_is_taken_back_whole_and_its_state_says_so(stage: Stage) -> None:
    before = holds(stage)
    walked = stage.migrate(*papers())

    outcome = taken_back(stage, walked)

    assert holds(stage) == before
    assert (outcome.undone, outcome.kept, outcome.left) == (7, [], [])
    assert outcome.state == stage.run(walked.run.id).state == RunState.ROLLED_BACK
    assert stage.sandbox.desk.mail.rows == []


def test_deletes_go_together_payments_first_and_customers_last(stage: Stage) -> None:
    walked = stage.migrate(*papers())
    before = len(stage.sandbox.desk.log.entries)

    taken_back(stage, walked)

    calls = [e for e in stage.sandbox.desk.log.entries[before:] if e.method == "DELETE"]
    modules = [e.path.rsplit("/", 1)[-1] for e in calls]
    assert modules == ["customerpayments", "invoices", "contacts"]


def test_the_plan_after_rollback_is_the_plan_before(stage: Stage) -> None:
    walked = stage.migrate(*papers())
    taken_back(stage, walked)

    _, report = stage.plan(*papers())

    assert {k: (c.create, c.update, c.unchanged) for k, c in report.changes.items()} == {
        k: (c.create, c.update, c.unchanged) for k, c in walked.report.changes.items()
    }


def test_migrating_rolling_back_and_migrating_again_equals_one_migration(stage: Stage) -> None:
    first = stage.migrate(*papers())
    once = holds(stage)
    taken_back(stage, first)

    again = stage.migrate(*papers())

    assert again.verified.equal
    assert differences(once, holds(stage)) == []


def test_a_second_rollback_does_nothing(stage: Stage) -> None:
    walked = stage.migrate(*papers())
    taken_back(stage, walked)
    before = len(stage.sandbox.desk.log.entries)

    outcome = taken_back(stage, walked)

    assert (outcome.undone, outcome.kept) == (0, [])
    assert all(e.method == "GET" for e in stage.sandbox.desk.log.entries[before:])


def test_other_peoples_records_are_left_as_they_are(stage: Stage) -> None:
    theirs = stage.edit("contacts", None, contact_name="Theirs")
    stage.edit("invoices", None, customer_id=theirs["contact_id"], invoice_number="T-1",
               date="2025-01-01", line_items=[{"name": "x", "rate": 10, "quantity": 1}])  # fmt: skip
    before = holds(stage)
    walked = stage.migrate(*papers())

    taken_back(stage, walked)

    assert holds(stage) == before


def test_what_was_adopted_is_never_deleted(stage: Stage) -> None:
    theirs = stage.edit("contacts", None, contact_name="Bowman & Co")
    walked = stage.migrate(document())

    outcome = taken_back(stage, walked)

    assert outcome.kept == []
    assert [r["contact_id"] for r in stage.rows("contacts")] == [theirs["contact_id"]]
    assert stage.rows("invoices") == []


def test_an_update_of_an_earlier_runs_record_is_restored(stage: Stage) -> None:
    stage.migrate(document())
    before = holds(stage)
    cheap: dict[str, Any] = {"lines": (line("50.00"),), "tax_total": "10.00", "total": "60.00"}
    walked = stage.migrate(document(**cheap))
    assert stage.row("invoices", "INV-1")["total"] == 60

    outcome = taken_back(stage, walked)

    assert (outcome.kept, outcome.undone) == ([], 1)
    assert differences(before, holds(stage)) == []
    assert stage.plan(document(**cheap))[1].changes["invoice"].update == 1
    assert stage.rollback(walked.run.id).undone == 0


def test_the_first_run_is_kept_until_the_second_is_taken_back(stage: Stage) -> None:
    first = stage.migrate(document())
    second = stage.migrate(document(lines=(line("50.00"),), tax_total="10.00", total="60.00"))

    outcome = taken_back(stage, first)
    assert codes(outcome)["invoice INV-1 of 2025-03-03"] is Code.LATER
    assert stage.row("invoices", "INV-1")["total"] == 60

    stage.rollback(second.run.id)
    assert stage.rollback(first.run.id).kept == []
    assert stage.rows("invoices") == []


def test_several_runs_are_taken_back_together(stage: Stage) -> None:
    first = stage.migrate(document())
    second = stage.migrate(document(lines=(line("50.00"),), tax_total="10.00", total="60.00"))

    outcome = stage.rollback(first.run.id, second.run.id)

    assert (outcome.kept, stage.rows("invoices"), stage.rows("contacts")) == ([], [], [])


def test_only_a_span_of_time_is_taken_back(stage: Stage) -> None:
    run, _ = stage.plan(*papers())
    stage.apply(run)
    middle = stage.house.clock.now() + timedelta(seconds=30)
    stage.virtual.advance(60)
    stage.close(run)

    assert stage.rollback(run.id, since=middle).undone == 0
    assert stage.run(run.id).state is RunState.DONE
    assert stage.rollback(run.id, until=middle).undone == 7
    assert stage.run(run.id).state is RunState.ROLLED_BACK


def test_what_a_person_deleted_meanwhile_is_taken_for_gone(stage: Stage) -> None:
    walked = stage.migrate(document())
    stage.edit("invoices", stage.row("invoices", "INV-1")["invoice_id"], delete=True)

    outcome = taken_back(stage, walked)

    assert (outcome.undone, outcome.kept) == (1, [])
    assert stage.migrate(document()).verified.equal


def test_a_run_that_was_not_over_is_stopped_first(stage: Stage) -> None:
    run, _ = stage.plan(*papers())
    stage.apply(run, lanes=[Kind.TAX, Kind.CUSTOMER])
    assert len(stage.rows("contacts")) == 2

    outcome = stage.rollback(run.id)

    assert (outcome.undone, stage.rows("contacts"), stage.rows("invoices")) == (2, [], [])
    assert stage.run(run.id).state is RunState.ROLLED_BACK


def test_taxes_that_the_run_made_go_too_unless_they_are_in_use(stage: Stage) -> None:
    taxes = len(stage.rows("taxes"))
    odd: dict[str, Any] = {"lines": (line("100.00", "7"),), "tax_total": "7.00", "total": "107.00"}
    walked = stage.migrate(document(**odd), create_taxes=True)
    assert len(stage.rows("taxes")) == taxes + 1

    assert taken_back(stage, walked).kept == []
    assert len(stage.rows("taxes")) == taxes


def test_looking_plans_nothing_and_prices_what_it_would_do(stage: Stage) -> None:
    walked = stage.migrate(*papers())
    run, way = stage.undoing(walked.run.id)
    before = len(stage.sandbox.desk.log.entries)

    planned = way.look(run)

    seen = len(stage.sandbox.desk.log.entries) - before
    assert seen == 3
    assert {k: c.delete for k, c in planned.changes.items()} == {"payment": 2, "invoice": 3, "customer": 2}
    before += seen
    with stage.house.database.read() as conn:
        assert stage.house.shelf.rooms.operations.counts(conn, run.id).planned == 0
    way.plan(run)
    stage.work()
    stage.virtual.advance(60)
    way.plan(run)
    spent = [e for e in stage.sandbox.desk.log.entries[before:] if e.service == "books"]
    assert planned.price.calls == {"books": len(spent)} == {"books": 9}
    assert planned.price.steps == {"books": {"observe": 3, "write": 3, "verify": 3}}


def test_the_price_bounds_what_refusals_cost(stage: Stage) -> None:
    walked = stage.migrate(*papers())
    stage.sandbox.desk.switches.set({"closed_period": "deletion"})
    stage.edit("organizations", stage.rows("organizations")[0]["organization_id"], closed_until="2025-12-31")
    run, way = stage.undoing(walked.run.id)
    planned, before = way.look(run), stage.calls()
    while way.plan(run)[1]:
        stage.work()
    assert "void" in {r["status"] for r in stage.rows("invoices")}
    assert planned.price.calls["books"] < stage.calls() - before <= planned.at_most["books"]


def test_a_file_goes_with_its_invoice_and_off_one_that_stays(stage: Stage) -> None:
    first = stage.migrate(document())
    (stage.folder / "INV-1.pdf").write_bytes(b"%PDF-1.4 x")
    second = stage.migrate(document())
    assert second.changes == {"file": (1, 0)}

    assert codes(taken_back(stage, first))["invoice INV-1 of 2025-03-03"] is Code.LATER
    assert len(stage.rows("documents")) == 1
    assert taken_back(stage, second).undone == 1
    assert (stage.rows("documents"), len(stage.rows("invoices"))) == ([], 1)

    again = stage.migrate(document())
    assert again.changes == {"file": (1, 0)}
    assert stage.rollback(first.run.id, again.run.id).undone == 3
    assert stage.rows("documents") == stage.rows("invoices") == []


def test_a_file_comes_off_an_invoice_that_is_voided(stage: Stage) -> None:
    (stage.folder / "INV-1.pdf").write_bytes(b"%PDF-1.4 x")
    walked = stage.migrate(document())
    locked(stage)

    outcome = taken_back(stage, walked)

    assert [one.what for one in outcome.voided] == ["invoice INV-1 of 2025-03-03"]
    assert stage.rows("documents") == []


def test_a_restored_invoice_gets_its_payments_off_first(stage: Stage) -> None:
    stage.migrate(document())
    dear: dict[str, Any] = {"lines": (line("200.00"),), "tax_total": "40.00", "total": "240.00"}
    walked = stage.migrate(paid(of="240.00", **dear))
    assert stage.row("invoices", "INV-1")["balance"] == 0

    outcome = taken_back(stage, walked)

    assert (outcome.kept, outcome.undone) == ([], 2)
    assert (stage.row("invoices", "INV-1")["total"], stage.rows("customerpayments")) == (120, [])


@pytest.mark.parametrize(
    "fields", [{"reference_number": "disputed"}, {"date": "2025-03-02"}, {"due_date": "2025-12-04"}]
)
def test_an_edit_within_the_second_of_our_own_write_is_seen_where_its_row_shows_it(
    stage: Stage, fields: dict[str, str]
) -> None:
    walked = stage.migrate(document(due=date(2025, 6, 1)), document("INV-2", customer="Other"))
    record = stage.row("invoices", "INV-1")["invoice_id"]
    stage.edit("invoices", record, **fields, force=True, silent=True)
    outcome = stage.rollback(walked.run.id)
    assert [one.code for one in outcome.kept if one.kind == "invoice"] == ["edited"]
    assert [r["invoice_number"] for r in stage.rows("invoices")] == ["INV-1"]
