"""What a person changes in a CRM between the plan and its writes, or afterwards."""

from pathlib import Path

import pytest

from ledgerferry.faces import accounts
from ledgerferry.faces.replanning import outdated
from ledgerferry.model.party import Party
from ledgerferry.store.runs import Run
from tests.flows.both import CRM, Both
from tests.flows.papers import document, paid

BOWMAN = Party(name="Bowman & Co", contact="Ada Bowman", email="ada@bowman.example", phone="01 11")


@pytest.fixture
def both(tmp_path: Path) -> Both:
    """A fresh home before a fresh sandbox, with both connections and one open invoice in them."""
    made = Both(tmp_path)
    made.migrate(document("INV-1", customer=BOWMAN))
    return made


def _apply(both: Both, run: Run) -> None:
    with both.house.database.transaction("confirm") as tx:
        both.house.shelf.rooms.operations.confirm(tx, run.id)
    both.work()
    both.virtual.advance(60)


def test_a_field_that_a_person_changed_after_the_plan_stays_and_becomes_a_conflict(both: Both) -> None:
    run, _ = both.plan(paid("INV-1", customer=BOWMAN))
    (deal,) = both.records("Deals")
    both.person("Deals", deal["id"], Stage="Qualification")
    _apply(both, run)

    assert both.records("Deals")[0]["Stage"] == "Qualification"
    assert outdated(both.house, both.run(run.id)) is not None
    _, report = both.replan(run)
    assert report.changes["deal"].conflict == 1
    assert any("Changed on both sides: stage" in n.text for n in report.notices)
    assert outdated(both.house, both.run(run.id)) is None


def test_another_field_that_a_person_changed_after_the_plan_stays_and_ours_is_written(both: Both) -> None:
    run, _ = both.plan(paid("INV-1", customer=BOWMAN))
    (deal,) = both.records("Deals")
    both.person("Deals", deal["id"], Deal_Name="The Bowmans", Description="hers")
    _apply(both, run)

    (held,) = both.records("Deals")
    assert (held["Stage"], held["Deal_Name"], held["Description"]) == ("Closed Won", "The Bowmans", "hers")
    assert outdated(both.house, both.run(run.id)) is None


def test_a_change_that_queries_do_not_show_yet_is_refused_by_the_crm_itself(both: Both) -> None:
    run, _ = both.plan(paid("INV-1", customer=BOWMAN))
    (deal,) = both.records("Deals")
    both.sandbox.desk.switches.set({"search_lag_seconds": "600"})
    both.person("Deals", deal["id"], Stage="Qualification")
    _apply(both, run)

    assert both.records("Deals")[0]["Stage"] == "Qualification"
    assert outdated(both.house, both.run(run.id)) is not None


def test_a_telephone_number_that_both_changed_is_not_written_over(both: Both) -> None:
    new = BOWMAN.model_copy(update={"phone": "02 22"})
    run, report = both.plan(document("INV-1", customer=new))
    assert report.changes["account"].update == 1
    (account,) = both.records("Accounts")
    both.person("Accounts", account["id"], Phone="03 33")
    _apply(both, run)
    _, again = both.replan(run)

    assert both.records("Accounts")[0]["Phone"] == "03 33"
    assert again.changes["account"].conflict == 1


def test_the_looks_before_updates_are_in_the_price(both: Both) -> None:
    run, report = both.plan(paid("INV-1", customer=BOWMAN))
    before = both.crm_calls()
    _apply(both, run)

    assert both.crm_calls() - before == 2
    assert report.price.steps["crm"]["write"] == 2


def test_a_difference_that_somebody_made_after_the_run_is_told_apart(both: Both) -> None:
    run, _ = both.plan(document("INV-1", customer=BOWMAN))
    (deal,) = both.records("Deals")
    both.person("Deals", deal["id"], Stage="Qualification")

    (found,) = both.verify(run).differences
    assert (found.field, found.changed_at) == ("stage", both.records("Deals")[0]["Modified_Time"])


def test_a_difference_that_nobody_made_afterwards_has_no_moment(both: Both) -> None:
    run, _ = both.plan(paid("INV-1", customer=BOWMAN))

    found = {(d.field, d.changed_at) for d in both.verify(run).differences if d.kind == "deal"}
    assert found == {("stage", None), ("closing", None)}


@pytest.mark.parametrize("whole", [False, True])
def test_a_file_that_a_deal_has_no_more_is_seen_by_details(tmp_path: Path, *, whole: bool) -> None:
    both = Both(tmp_path)
    (both.folder / "INV-1.pdf").write_bytes(b"%PDF-1.4 one")
    run = both.migrate(document("INV-1")).run
    assert both.verify(run, details=True).differences == []
    (deal,), (file,) = both.records("Deals"), both.records("Attachments")
    if whole:
        both.person("Deals", deal["id"], delete=True)
    else:
        accounts.crm(both.house, CRM).related("Deals").detach(deal["id"], file["id"])

    found = [(d.kind, d.left, d.field, d.left_value) for d in both.verify(run, details=True).differences]
    assert ("file", "INV-1", "record", "INV-1.pdf") in found
