"""Credit notes of a folder: applied to the invoice that they name, paid back, and verified."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ledgerferry.flows.policy import Doubtful, Policy
from ledgerferry.model.plan import State
from ledgerferry.model.record import Kind
from tests.flows.creditscenes import SMALL, notes, owed, papers, put_on, taken_off
from tests.flows.papers import credit, document, held, paid, spread
from tests.flows.rollbackscenes import LOCKED
from tests.flows.stage import Stage, Walked


def open_stage(folder: Path, **policy: Any) -> Stage:
    return Stage(folder, policy=Policy(**policy))


def told(walked: Walked) -> list[str]:
    return [n.text for n in walked.report.notices if n.kind == "credit-left-open"]


def test_credit_notes_are_applied_to_the_invoices_that_they_name(stage: Stage) -> None:
    walked = stage.migrate(*papers())

    assert notes(stage) == {"CN-1": (120, 0, "closed"), "CN-2": (120, 50, "open"), "CN-3": (30, 0, "closed")}
    assert owed(stage) == {"INV-1": 0, "INV-2": 0, "INV-3": 90}
    assert walked.verified.equal
    assert walked.verified.compared == 6
    assert told(walked) == [
        "Credit note CN-2: 50.00 of it are not needed for inv-2, and stay the customer's credit."
    ]
    assert walked.changes["credit_note"] == (3, 0)
    assert walked.changes["credit"] == (3, 0)
    assert stage.sandbox.desk.mail.rows == []


def test_sums_take_off_what_credit_notes_are(stage: Stage) -> None:
    walked = stage.migrate(*papers(), *spread(held("CN-9", kind="credit_note", total="40.00"))[:1])

    sums = walked.verified.by_currency["GBP"]
    assert (sums.loaded_total, sums.target_total, sums.difference) == ("90.00", "90.00", "0.00")
    assert (sums.held_total, sums.found_total) == ("-40.00", "50.00")
    assert (sums.net, sums.tax, sums.gross) == ("75.00", {"20": "15.00"}, "90.00")
    assert (sums.paid, sums.balance) == ("50.00", "40.00")


def test_a_second_run_finds_all_as_it_is(stage: Stage) -> None:
    stage.migrate(*papers())
    again = stage.migrate(*papers())
    assert again.changes == {}
    assert again.verified.equal
    assert again.account.held == ()


def test_an_account_without_credit_notes_is_not_asked_for_them(stage: Stage) -> None:
    stage.migrate(document())
    paths = [e.path for e in stage.sandbox.desk.log.entries]
    assert not any("creditnotes" in p for p in paths)


def test_calls_are_one_for_each_and_two_lists(stage: Stage) -> None:
    plain = spread(*(d for d in papers() if d.kind == "invoice"))
    before = stage.calls()
    stage.migrate(*plain)
    alone = stage.calls() - before
    other = stage.calls()
    walked = stage.migrate(*spread(*(d for d in papers() if d.kind != "invoice")))
    assert walked.verified.equal
    calls = stage.calls() - other
    assert calls <= 6 + 2 + alone - 3 - 2 - 1  # its lists, no invoices, no sends, no customers


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ("INV-404", "credit-unknown"),
        ("INV-3", "credit-customer"),
        ("INV-9", "credit-invoice-held"),
        ("INV-7", "customer-currency"),
    ],
)
def test_an_invoice_that_cannot_be_told_holds_its_credit_note(stage: Stage, named: str, code: str) -> None:
    foreign: dict[str, Any] = {"currency": "EUR", "customer": "Euro", "exchange_rate": "0.85"}
    bills = (document("INV-1"), document("INV-3", customer="Third"), held("INV-9"))
    other = document("INV-7", **foreign)
    customer = {"customer": "Euro"} if named == "INV-7" else {}
    walked = stage.migrate(*spread(*bills, other, credit("CN-1", named, **customer)))
    assert walked.reasons()["CN-1"] == code
    assert stage.rows("creditnotes") == []


def test_a_number_of_several_years_is_ambiguous(stage: Stage) -> None:
    old = document("INV-1", issued=date(2024, 3, 3))
    stage.migrate(old)
    stage.rows("invoices")
    walked = stage.migrate(*spread(old, document("INV-2"), credit("CN-1", "INV-1")))
    assert owed(stage)["INV-1"] == 0
    assert walked.verified.equal
    torn = stage.migrate(*spread(document("INV-5"), document("INV-5", issued=date(2024, 3, 3)),
                                 credit("CN-5", "INV-5")))  # fmt: skip
    assert torn.reasons()["CN-5"] in {"credit-ambiguous", "credit-invoice-held"}


def test_by_policy_such_a_credit_note_stays_the_customers(tmp_path: Path) -> None:
    stage = open_stage(tmp_path, unknown_invoice=Doubtful.OPEN)
    walked = stage.migrate(*spread(document("INV-1"), credit("CN-1", "INV-404")))
    assert notes(stage) == {"CN-1": (120, 120, "open")}
    assert walked.verified.equal
    assert "INV-404" in told(walked)[0]


def test_one_that_names_no_invoice_stays_the_customers_or_is_held(tmp_path: Path) -> None:
    stage = open_stage(tmp_path)
    walked = stage.migrate(*spread(document("INV-1"), credit("CN-1", None)))
    assert notes(stage) == {"CN-1": (120, 120, "open")}
    assert owed(stage) == {"INV-1": 120}
    assert (walked.verified.equal, len(told(walked))) == (True, 1)

    strict = open_stage(tmp_path, unnamed_invoice=Doubtful.HOLD)
    assert strict.migrate(credit("CN-1", None)).reasons() == {"CN-1": "credit-unnamed"}


def test_several_credit_notes_of_one_invoice_never_take_more_than_is_owed(stage: Stage) -> None:
    later = date(2025, 4, 1)
    walked = stage.migrate(
        *spread(document("INV-1"), credit("CN-2", issued=later), credit("CN-1", **SMALL), paid("INV-2"),
                credit("CN-3", "INV-2"))
    )  # fmt: skip
    assert owed(stage) == {"INV-1": 0, "INV-2": 0}
    assert notes(stage) == {"CN-1": (30, 0, "closed"), "CN-2": (120, 30, "open"), "CN-3": (120, 120, "open")}
    assert walked.verified.equal
    assert len(told(walked)) == 2


def test_a_payment_that_is_only_inferred_may_have_been_the_credit(stage: Stage) -> None:
    settled = document("INV-1", balance="0.00", paid_on=date(2025, 3, 20))
    walked = stage.migrate(*spread(settled, credit("CN-1")))
    assert walked.reasons() == dict.fromkeys(("INV-1", "CN-1"), "credit-or-paid")
    part = document("INV-1", balance="30.00", paid_on=date(2025, 3, 20))
    walked = stage.migrate(*spread(part, credit("CN-1", **SMALL)))
    assert (walked.verified.equal, owed(stage)) == (True, {"INV-1": 0})


def test_what_was_paid_back_is_refunded_and_only_the_rest_applied(paying_back: Stage) -> None:
    stage = paying_back
    back = credit("CN-1", paid="-50.00", paid_on=date(2025, 3, 25), balance="-70.00")
    walked = stage.migrate(*spread(document("INV-1"), back))
    assert walked.verified.equal
    assert notes(stage) == {"CN-1": (120, 0, "closed")}
    assert owed(stage) == {"INV-1": 50}
    [refund] = stage.rows("creditnote_refunds")
    assert (refund["amount"], refund["date"]) == (50, "2025-03-25")
    assert refund["from_account_id"]
    assert walked.verified.by_currency["GBP"].paid == "-50.00"
    assert stage.migrate(*stage.documents).changes == {}


def test_a_corrected_refund_changes_the_same_one(paying_back: Stage) -> None:
    stage = paying_back
    stage.migrate(credit("CN-1", None, paid="-50.00", paid_on=date(2025, 3, 25)))
    walked = stage.migrate(credit("CN-1", None, paid="-60.00", paid_on=date(2025, 3, 26)))
    assert walked.changes == {"refund": (0, 1)}
    assert walked.verified.equal
    [refund] = stage.rows("creditnote_refunds")
    assert (refund["amount"], refund["date"]) == (60, "2025-03-26")


def test_an_invoice_that_was_loaded_before_is_found_in_the_account(stage: Stage) -> None:
    stage.migrate(paid("INV-1", of="100.00"))
    walked = stage.migrate(credit("CN-1", file="credits.xlsx"))
    assert (notes(stage), owed(stage)) == ({"CN-1": (120, 100, "open")}, {"INV-1": 0})
    assert walked.verified.equal
    assert stage.migrate(paid("INV-1", of="100.00")).verified.equal


def test_what_others_paid_in_the_account_is_not_credited_again(stage: Stage) -> None:
    stage.migrate(document("INV-1"))
    bill = stage.row("invoices", "INV-1")
    stage.edit("customerpayments", None, customer_id=bill["customer_id"], amount=100, date="2025-04-01",
               invoices=[{"invoice_id": bill["invoice_id"], "amount_applied": 100}])  # fmt: skip
    stage.migrate(*spread(document("INV-1"), credit("CN-1")))
    assert (notes(stage), owed(stage)) == ({"CN-1": (120, 100, "open")}, {"INV-1": 0})


def test_a_larger_credit_is_applied_anew(stage: Stage) -> None:
    stage.migrate(*spread(document("INV-1"), credit("CN-1", **SMALL)))
    walked = stage.migrate(*spread(document("INV-1"), credit("CN-1")))
    assert walked.changes == {"credit_note": (0, 1), "credit": (0, 1)}
    assert walked.verified.equal
    assert owed(stage) == {"INV-1": 0}


def test_a_credit_that_is_more_than_is_owed_now_is_held_with_its_invoice(stage: Stage) -> None:
    stage.migrate(*spread(document("INV-1"), credit("CN-1")))
    walked = stage.migrate(*spread(paid("INV-1"), credit("CN-1")))
    assert walked.reasons() == {"INV-1": "credit-applied", "CN-1": "credit-applied"}
    assert owed(stage) == {"INV-1": 0}


def test_a_credit_note_that_names_another_invoice_now_is_held(stage: Stage) -> None:
    bills = (document("INV-1"), document("INV-2"))
    stage.migrate(*spread(*bills, credit("CN-1")))
    walked = stage.migrate(*spread(*bills, credit("CN-1", "INV-2")))
    assert walked.reasons() == {"CN-1": "credit-moved"}


def test_a_credit_note_whose_number_was_corrected_is_still_the_same(stage: Stage) -> None:
    stage.migrate(*spread(document("INV-1"), credit("CN-1")))
    walked = stage.migrate(*spread(document("INV-1A"), credit("CN-1A", "INV-1A")))
    assert walked.verified.equal
    assert notes(stage) == {"CN-1A": (120, 0, "closed")}
    assert owed(stage) == {"INV-1A": 0}


def test_a_number_that_the_account_has_already_is_adopted_or_held(stage: Stage) -> None:
    stage.migrate(document("INV-1"))
    customer = stage.row("invoices", "INV-1")["customer_id"]
    theirs: dict[str, Any] = {"customer_id": customer, "date": "2025-03-03"}
    tax = next(t["tax_id"] for t in stage.rows("taxes") if t["tax_percentage"] == 20)
    stage.edit("creditnotes", None, creditnote_number="CN-1", **theirs,
               line_items=[{"name": "Work", "rate": 100, "quantity": 1, "tax_id": tax}])  # fmt: skip
    stage.edit("creditnotes", None, creditnote_number="CN-2", **theirs,
               line_items=[{"name": "x", "rate": 7, "quantity": 1}])  # fmt: skip
    walked = stage.migrate(*spread(document("INV-1"), credit("CN-1"), credit("CN-2", None)))
    assert walked.reasons() == {"CN-2": "number-taken"}
    assert walked.verified.equal
    assert owed(stage) == {"INV-1": 0}
    assert len(stage.rows("creditnotes")) == 2


def test_a_difference_is_named_by_kind_and_field(stage: Stage) -> None:
    walked = stage.migrate(*papers())
    note = next(r for r in stage.rows("creditnotes") if r["creditnote_number"] == "CN-2")
    stage.edit("creditnotes", note["creditnote_id"], line_items=[{"name": "x", "rate": 100, "quantity": 1}])
    found = {(d.kind, d.left, d.field) for d in stage.verify(walked.run).differences}
    assert ("credit_note", "CN-2", "gross") in found
    assert ("credit_note", "CN-2", "tax") in found
    assert all(kind == "credit_note" for kind, _, _ in found)


def test_an_application_that_a_person_moved_is_named_with_both_invoices(stage: Stage) -> None:
    same = {"customer": "Bowman & Co"}
    walked = stage.migrate(*spread(document("INV-1"), document("INV-2", **same), credit("CN-1")))
    taken_off(stage)
    put_on(stage, "INV-2", 120)
    for details in (False, True):
        found = stage.verify(walked.run, details=details).differences
        assert {(d.left if d.kind == "invoice" else d.kind, d.field) for d in found} == {
            ("INV-1", "balance"),
            ("INV-2", "balance"),
            ("credit", "record"),
        }


def test_no_credit_is_applied_before_its_invoice_is_sent(stage: Stage) -> None:
    run, _ = stage.plan(*papers())
    stage.apply(run, [Kind.TAX, Kind.CUSTOMER, Kind.CREDIT_NOTE, Kind.CREDIT])
    assert len(stage.rows("creditnotes")) == 3
    with stage.house.database.read() as conn:
        done = [o.kind for o, _ in stage.house.shelf.rooms.operations.listed(conn, [State.DONE], run.id)]
    assert Kind.CREDIT not in done
    stage.work()
    stage.close(run)
    assert stage.verify(run).equal


def test_the_price_is_what_the_run_then_calls(paying_back: Stage) -> None:
    stage = paying_back
    back = credit("CN-4", None, paid="-50.00", paid_on=date(2025, 3, 25), file="back.xlsx")
    before = stage.calls()
    run, report = stage.plan(*papers(), back)
    stage.apply(run)
    stage.virtual.advance(60)
    assert stage.verify(stage.run(run.id)).equal
    assert stage.calls() - before == report.price.calls["books"]


def test_a_file_goes_with_its_credit_note(stage: Stage) -> None:
    (stage.folder / "CN-1.pdf").write_bytes(b"%PDF-1.4 x")
    walked = stage.migrate(*spread(document("INV-1"), credit("CN-1")))
    assert walked.changes["file"] == (1, 0)
    [file] = stage.rows("documents")
    assert file["owner_id"] == stage.rows("creditnotes")[0]["creditnote_id"]
    assert walked.verified.equal
    stage.sandbox.desk.switches.set({"closed_period": "deletion"})
    stage.edit("organizations", stage.rows("organizations")[0]["organization_id"], closed_until=LOCKED)
    assert {one.kind for one in stage.rollback(walked.run.id).voided} == {"credit_note", "invoice"}
    assert stage.rows("documents") == []


def test_amounts_of_found_documents_count_negative(stage: Stage) -> None:
    walked = stage.migrate(*papers())
    amounts = {s.document.number: f.amount for f, s in walked.account.loaded}
    assert amounts["CN-3"] == Decimal(-30)
