"""Credit notes taken back: in the order that keeps the books right, and what keeps them where they are."""

import re
from datetime import date

from ledgerferry.flows.kept import Code
from ledgerferry_bench.journey.picture import differences
from tests.flows.creditscenes import SMALL, notes, owed, papers, put_on, taken_off
from tests.flows.papers import credit, document, spread
from tests.flows.rollbackscenes import LOCKED, codes, holds
from tests.flows.stage import Stage


def test_all_is_taken_back_and_migrated_again(paying_back: Stage) -> None:
    stage = paying_back
    documents = [*papers(), *spread(credit("CN-4", None, paid="-50.00", paid_on=date(2025, 3, 25)))]
    before = holds(stage)
    walked = stage.migrate(*documents)
    once = holds(stage)

    outcome = stage.rollback(walked.run.id)
    assert (outcome.kept, outcome.left) == ([], [])
    assert holds(stage) == before

    again = stage.migrate(*documents)
    assert again.verified.equal
    assert differences(once, holds(stage)) == []


def test_what_is_taken_back_goes_in_the_order_that_keeps_the_books_right(paying_back: Stage) -> None:
    stage = paying_back
    documents = [*papers(), *spread(credit("CN-4", None, paid="-50.00", paid_on=date(2025, 3, 25)))]
    walked = stage.migrate(*documents)
    since = len(stage.sandbox.desk.log.entries)
    stage.rollback(walked.run.id)
    calls = [e.path for e in stage.sandbox.desk.log.entries[since:] if e.method == "DELETE"]
    notes_off = [p for p in calls if re.search(r"/creditnotes/[0-9]+$", p)]
    assert len(notes_off) == 4
    for place, path in enumerate(calls):
        owner = re.match(r"(.*/creditnotes/[0-9]+)/(invoices|refunds)/", path)
        assert not owner or place < calls.index(owner[1])
    bills, customers = (calls.index(f"/books/v3/{kind}") for kind in ("invoices", "contacts"))
    assert max(calls.index(p) for p in calls if p.rpartition("/")[0].endswith("/invoices")) < bills
    assert max(map(calls.index, [*notes_off, "/books/v3/invoices"])) < customers


def test_credit_notes_of_a_closed_period_are_voided(stage: Stage) -> None:
    walked = stage.migrate(*papers())
    once = holds(stage)
    stage.sandbox.desk.switches.set({"closed_period": "deletion"})
    stage.edit("organizations", stage.rows("organizations")[0]["organization_id"], closed_until=LOCKED)

    outcome = stage.rollback(walked.run.id)

    assert {one.what for one in outcome.voided} == {
        *(f"credit note CN-{n} of 2025-03-03" for n in (1, 2, 3)),
        *(f"invoice INV-{n} of 2025-03-03" for n in (1, 2, 3)),
    }
    assert {status for _, _, status in notes(stage).values()} == {"void"}
    again = stage.migrate(*papers())
    assert again.verified.equal
    found = differences(once, holds(stage, voided=False))
    assert [one for one in found if "closed_until" not in one] == []


def test_a_persons_application_keeps_the_credit_note_and_its_invoice(stage: Stage) -> None:
    walked = stage.migrate(*spread(document("INV-1"), credit("CN-1", None)))
    put_on(stage, "INV-1", 20)

    outcome = stage.rollback(walked.run.id)

    assert codes(outcome) == {
        "credit note CN-1 of 2025-03-03": Code.HUNG,
        "invoice INV-1 of 2025-03-03": Code.HUNG,
        "customer Bowman & Co": Code.HUNG,
    }
    assert (notes(stage), owed(stage)) == ({"CN-1": (120, 100, "open")}, {"INV-1": 100})


def test_an_application_that_a_person_took_off_is_gone(stage: Stage) -> None:
    walked = stage.migrate(*spread(document("INV-1"), credit("CN-1")))
    taken_off(stage)
    outcome = stage.rollback(walked.run.id)
    assert outcome.kept == []
    assert (stage.rows("creditnotes"), stage.rows("invoices")) == ([], [])


def test_an_edited_credit_note_keeps_what_it_is_on(stage: Stage) -> None:
    walked = stage.migrate(*spread(document("INV-1"), credit("CN-1")))
    note = stage.rows("creditnotes")[0]["creditnote_id"]
    stage.edit("creditnotes", note, reference_number="call her first")
    outcome = stage.rollback(walked.run.id)
    assert codes(outcome) == {
        "credit note CN-1 of 2025-03-03": Code.EDITED,
        "credit of GBP 120.00 on invoice INV-1": Code.HUNG,
        "invoice INV-1 of 2025-03-03": Code.HUNG,
        "customer Bowman & Co": Code.HUNG,
    }
    assert stage.migrate(*stage.documents).reasons() == dict.fromkeys(("INV-1", "CN-1"), "kept-by-rollback")


def test_a_credit_that_was_applied_anew_is_restored(stage: Stage) -> None:
    stage.migrate(*spread(document("INV-1"), credit("CN-1", **SMALL)))
    before = holds(stage)
    walked = stage.migrate(*spread(document("INV-1"), credit("CN-1")))
    outcome = stage.rollback(walked.run.id)
    assert outcome.kept == []
    assert differences(before, holds(stage)) == []
