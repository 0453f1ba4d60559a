"""What the account held before: recognised where it is the same, and never doubled or overwritten."""

from typing import Any

import pytest

from tests.flows.papers import document, line, paid, spread
from tests.flows.stage import Stage


def contact(stage: Stage, name: str = "Bowman & Co", **fields: Any) -> str:
    made: str = stage.edit("contacts", None, contact_name=name, **fields)["contact_id"]
    return made


def tax(stage: Stage) -> str:
    found: str = next(t["tax_id"] for t in stage.rows("taxes") if t["tax_name"] == "Standard Rate")
    return found


def invoice(stage: Stage, customer: str, number: str = "INV-1", **fields: Any) -> str:
    values = {
        "customer_id": customer,
        "invoice_number": number,
        "date": "2025-03-03",
        "line_items": [{"name": "Work", "rate": "100", "quantity": "1", "tax_id": tax(stage)}],
        "status": "sent",
    }
    values |= fields
    if values["status"] == "draft":
        del values["status"]
    made: str = stage.edit("invoices", None, **values)["invoice_id"]
    return made


def pay(
    stage: Stage, customer: str, record: str | None, amount: str = "120", day: str = "2025-03-20"
) -> None:
    applied = [{"invoice_id": record, "amount_applied": amount}] if record else []
    stage.edit("customerpayments", None, customer_id=customer, amount=amount, date=day, invoices=applied)


def test_an_existing_customer_is_used_and_left_as_it_is(stage: Stage) -> None:
    known = contact(stage, "BOWMAN & CO.", contact_persons=[{"email": "books@example.com"}])
    walked = stage.migrate(document(customer={"name": "Bowman & Co", "email": "sheet@example.com"}))
    assert walked.changes == {"invoice": (1, 0)}
    assert stage.row("invoices", "INV-1")["customer_id"] == known
    assert stage.row("contacts", "BOWMAN & CO.")["contact_persons"][0]["email"] == "books@example.com"


def test_an_adopted_customers_own_details_are_never_overwritten_unseen(stage: Stage) -> None:
    contact(stage, contact_persons=[{"email": "books@example.com"}])
    stage.migrate(document(customer={"name": "Bowman & Co", "email": "sheet@example.com"}))
    walked = stage.migrate(document(customer={"name": "Bowman & Co", "email": "new@example.com"}))
    assert walked.reasons() == {"INV-1": "conflict"}
    assert walked.report.changes["customer"].conflict == 1
    assert stage.row("contacts", "Bowman & Co")["contact_persons"][0]["email"] == "books@example.com"


def test_a_held_document_says_nothing_of_its_customer_however_often_it_is_planned(stage: Stage) -> None:
    known = contact(stage, contact_persons=[{"email": "books@example.com"}])
    invoice(stage, known, "INV-2", date="2024-01-01")
    mine = document(customer={"name": "Bowman & Co", "email": "sheet@example.com"})
    newer = mine.customer.model_copy(update={"email": "new@example.com"}) if mine.customer else None
    papers = spread(mine, document("INV-2", issued="2025-09-09", customer=newer))
    run, first = stage.plan(*papers)
    again = stage.replan(run, *papers)[1]
    assert first.changes["invoice"].create == again.changes["invoice"].create == 1
    assert again.changes["customer"] == first.changes["customer"]
    assert again.price == first.price


def test_two_contacts_that_only_spelling_tells_apart_are_held(stage: Stage) -> None:
    contact(stage, "Bowman Co")
    contact(stage, "Bowman, Co.")
    assert stage.migrate(document()).reasons() == {"INV-1": "customer-twice"}
    assert stage.migrate(document(customer="Bowman Co")).verified.equal


def test_an_inactive_contact_is_held(stage: Stage) -> None:
    contact(stage, status="inactive")
    assert stage.migrate(document()).reasons() == {"INV-1": "customer-inactive"}


def test_a_contact_in_another_currency_is_held(stage: Stage) -> None:
    euro = next(c["currency_id"] for c in stage.rows("currencies") if c["currency_code"] == "EUR")
    contact(stage, currency_id=euro)
    walked = stage.migrate(*spread(document(), document("INV-2", currency="EUR")))
    assert walked.reasons() == {"INV-1": "customer-currency"}


def test_the_same_invoice_is_recognised(stage: Stage) -> None:
    invoice(stage, contact(stage))
    walked = stage.migrate(document())
    assert walked.changes == {}
    assert walked.verified.equal
    assert len(stage.rows("invoices")) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"date": "2025-03-04"},
        {"line_items": [{"name": "Work", "rate": "100", "quantity": "1"}]},
        {"status": "draft"},
        {"status": "void"},
        {"customer_id": None},
    ],
)
def test_another_invoice_of_that_number_is_held(stage: Stage, fields: dict[str, Any]) -> None:
    known, other = contact(stage), contact(stage, "Other")
    if "customer_id" in fields:
        known = other
        fields = {}
    invoice(stage, known, **fields)
    assert stage.migrate(document()).reasons() == {"INV-1": "number-taken"}


def test_equal_totals_with_another_tax_are_found_out(stage: Stage) -> None:
    invoice(stage, contact(stage), line_items=[{"name": "Work", "rate": "120", "quantity": "1"}])
    walked = stage.migrate(document())
    assert {d.field for d in walked.verified.differences} == {"net", "tax", "tax 20%", "vat"}


def test_the_same_payment_is_recognised(stage: Stage) -> None:
    known = contact(stage)
    pay(stage, known, invoice(stage, known))
    walked = stage.migrate(paid())
    assert walked.changes == {}
    assert walked.verified.equal


def test_a_strangers_payment_of_the_same_amount_is_not_taken_for_ours(stage: Stage) -> None:
    known = contact(stage)
    pay(stage, known, invoice(stage, known, "OLD-1"))
    assert stage.migrate(paid()).reasons() == {"INV-1": "payment-there"}
    pay(stage, known, invoice(stage, known, "OLD-2"), day="2025-03-21")
    assert stage.migrate(paid("INV-2", paid_on="2025-03-22")).verified.equal


def test_money_that_a_person_entered_is_not_entered_twice(stage: Stage) -> None:
    stage.migrate(document())
    there = stage.row("invoices", "INV-1")
    pay(stage, there["customer_id"], there["invoice_id"], "50", "2025-03-19")
    walked = stage.migrate(paid(of="50.00"))
    assert walked.reasons() == {"INV-1": "payment-there"}
    assert len(stage.rows("customerpayments")) == 1


def test_a_partner_in_a_payment_is_still_paid(stage: Stage) -> None:
    known = contact(stage)
    invoice(stage, known, "INV-2", date="2025-01-01")
    walked = stage.migrate(*spread(paid(), paid("INV-2")))
    assert walked.reasons() == {"INV-2": "number-taken"}
    assert walked.verified.equal
    assert [p["amount"] for p in stage.rows("customerpayments")] == [120]


def test_what_both_sides_changed_is_held_and_kept(stage: Stage) -> None:
    stage.migrate(document(due="2025-04-02"))
    there = stage.row("invoices", "INV-1")
    stage.edit("invoices", there["invoice_id"], due_date="2025-05-05")
    walked = stage.migrate(document(due="2025-04-30"))
    assert walked.reasons() == {"INV-1": "conflict"}
    assert stage.row("invoices", "INV-1")["due_date"] == "2025-05-05"


def test_what_only_a_person_changed_is_kept(stage: Stage) -> None:
    stage.migrate(document(due="2025-04-02"))
    there = stage.row("invoices", "INV-1")
    stage.edit("invoices", there["invoice_id"], due_date="2025-05-05")
    assert stage.migrate().changes == {}
    cheap = document(due="2025-04-02", lines=(line("50.00"),), tax_total="10.00", total="60.00")
    assert stage.migrate(cheap).verified.equal
    assert stage.row("invoices", "INV-1")["due_date"] == "2025-05-05"


def test_what_a_person_deleted_is_held_and_not_made_again(stage: Stage) -> None:
    stage.migrate(*spread(document(), document("INV-2")))
    stage.edit("invoices", stage.row("invoices", "INV-1")["invoice_id"], delete=True)
    walked = stage.migrate()
    assert walked.reasons() == {"INV-1": "deleted-there"}
    assert walked.changes == {}


def test_a_payment_that_a_person_deleted_is_held(stage: Stage) -> None:
    stage.migrate(paid())
    stage.edit("customerpayments", stage.rows("customerpayments")[0]["payment_id"], delete=True)
    assert stage.migrate().reasons() == {"INV-1": "deleted-there"}
    assert stage.rows("customerpayments") == []
