"""Verify: what differs is found and named, what agrees costs few calls."""

from typing import Any

import pytest

from ledgerferry.flows.result import Difference
from ledgerferry.store.runs import Run
from tests.flows.papers import document, line, paid, spread
from tests.flows.stage import Stage


def loaded(stage: Stage, *documents: Any) -> Run:
    walked = stage.migrate(*spread(*documents))
    assert walked.verified.equal
    return walked.run


def record(stage: Stage, number: str) -> str:
    found: str = stage.row("invoices", number)["invoice_id"]
    return found


def differences(stage: Stage, run: Run, **how: bool) -> dict[tuple[str, str], tuple[str | None, str | None]]:
    """What verify finds: by document and field, both values."""
    verified = stage.verify(run, **how)
    assert verified.equal is not bool(verified.differences)
    return {(_named(d), d.field): (d.left_value, d.right_value) for d in verified.differences}


def _named(found: Difference) -> str:
    return found.left if found.kind == "invoice" else found.kind


def test_a_cent_moved_between_two_invoices_names_both(stage: Stage) -> None:
    run = loaded(stage, document(), document("INV-2"))
    for number, total in (("INV-1", "120.01"), ("INV-2", "119.99")):
        stage.edit("invoices", record(stage, number), total=total, balance=total, force=True)
    found = differences(stage, run)
    assert found["INV-1", "gross"] == ("120.00", "120.01")
    assert found["INV-2", "gross"] == ("120.00", "119.99")
    sums = stage.verify(run).by_currency["GBP"]
    assert (sums.target_total, sums.difference) == ("240.00", "0.00")


def test_a_cent_moved_from_net_to_tax_is_named(stage: Stage) -> None:
    run = loaded(stage, document(), document("INV-2"))
    taxes = [{**t, "tax_amount": "20.01"} for t in stage.row("invoices", "INV-1")["taxes"]]
    stage.edit(
        "invoices", record(stage, "INV-1"), sub_total="99.99", tax_total="20.01", taxes=taxes, force=True
    )
    assert differences(stage, run) == {
        ("INV-1", "net"): ("100.00", "99.99"),
        ("INV-1", "tax"): ("20.00", "20.01"),
        ("INV-1", "tax 20%"): ("20.00", "20.01"),
    }


def test_what_left_no_trace_in_lists_is_found_with_details(stage: Stage) -> None:
    run = loaded(stage, document())
    stage.edit(
        "invoices", record(stage, "INV-1"), sub_total="99.99", tax_total="20.01", force=True, silent=True
    )
    assert differences(stage, run) == {}
    assert ("INV-1", "tax") in differences(stage, run, details=True)


def test_tax_moved_between_rates_is_named(stage: Stage) -> None:
    lines = (line("100.00", "20"), line("100.00", "5"))
    run = loaded(stage, document(lines=lines, tax_total="25.00", total="225.00"))
    taxes = stage.row("invoices", "INV-1")["taxes"]
    moved = [
        {**t, "tax_amount": str(float(t["tax_amount"]) + d)} for t, d in zip(taxes, (1, -1), strict=True)
    ]
    stage.edit("invoices", record(stage, "INV-1"), taxes=moved, force=True)
    assert set(differences(stage, run)) == {("INV-1", "tax 20%"), ("INV-1", "tax 5%")}


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"date": "2025-03-04"}, {"date"}),
        ({"invoice_number": "INV-9"}, {"number"}),
        ({"status": "void"}, {"status"}),
        ({"line_items": [{"rate": "130", "quantity": "1"}]}, {"net", "tax", "tax 20%", "gross", "vat"}),
    ],
)
def test_what_a_person_changed_is_named(stage: Stage, fields: dict[str, Any], named: set[str]) -> None:
    run = loaded(stage, document())
    stage.edit("invoices", record(stage, "INV-1"), **fields)
    found = {field for (_, field) in differences(stage, run)}
    assert named <= found <= named | {"balance"}


def test_an_invoice_that_waits_for_approval_is_named(stage: Stage) -> None:
    run = loaded(stage, document())
    stage.edit("invoices", record(stage, "INV-1"), status="pending_approval", force=True)
    assert differences(stage, run)["INV-1", "status"] == ("sent", "pending_approval")


def test_another_customer_currency_or_rate_is_named(stage: Stage) -> None:
    run = loaded(stage, document(currency="EUR"))
    other = stage.edit("contacts", None, contact_name="Other")["contact_id"]
    stage.edit("invoices", record(stage, "INV-1"), customer_id=other)
    stage.edit("invoices", record(stage, "INV-1"), exchange_rate="0.87")
    assert {field for (_, field) in differences(stage, run)} == {"customer", "rate"}
    stage.edit("invoices", record(stage, "INV-1"), currency_code="USD", force=True)
    sums = stage.verify(run).by_currency
    assert (sums["EUR"].loaded_total, sums["EUR"].target_total, sums["USD"].target_total) == (
        "120.00",
        "0.00",
        "120.00",
    )


def test_a_rate_with_more_decimals_than_are_kept_is_equal(stage: Stage) -> None:
    run = loaded(stage, document(currency="EUR", exchange_rate="0.8612345678"))
    stage.edit("invoices", record(stage, "INV-1"), exchange_rate="0.861235", force=True)
    assert differences(stage, run, details=True) == {}


def test_what_does_not_matter_is_equal(stage: Stage) -> None:
    run = loaded(stage, document())
    stage.edit("invoices", record(stage, "INV-1"), notes="Thank you")
    assert differences(stage, run) == {}


def test_a_deleted_invoice_is_named(stage: Stage) -> None:
    run = loaded(stage, document(), document("INV-2"))
    stage.edit("invoices", record(stage, "INV-1"), delete=True)
    assert differences(stage, run) == {("INV-1", "record"): ("INV-1", None)}


def test_a_deleted_payment_is_named_with_its_invoice(stage: Stage) -> None:
    run = loaded(stage, paid())
    stage.edit("customerpayments", stage.rows("customerpayments")[0]["payment_id"], delete=True)
    found = differences(stage, run)
    assert found["INV-1", "balance"] == ("0.00", "120.00")
    assert ("payment", "record") in found


def test_a_payment_moved_to_another_invoice_names_both(stage: Stage) -> None:
    run = loaded(stage, paid(), document("INV-2"))
    payment = stage.rows("customerpayments")[0]["payment_id"]
    applied = [{"invoice_id": record(stage, "INV-2"), "amount_applied": "120"}]
    stage.edit("customerpayments", payment, amount="120", invoices=applied)
    found = differences(stage, run)
    assert found["INV-1", "balance"] == ("0.00", "120.00")
    assert found["INV-2", "balance"] == ("120.00", "0.00")


@pytest.mark.parametrize(
    ("fields", "named"),
    [({"date": "2025-03-21"}, "date"), ({"amount": "130"}, "amount"), ({"amount": "130"}, "unused")],
)
def test_a_payment_that_a_person_changed_is_named(stage: Stage, fields: dict[str, str], named: str) -> None:
    run = loaded(stage, paid())
    stage.edit("customerpayments", stage.rows("customerpayments")[0]["payment_id"], **fields)
    assert ("payment", named) in differences(stage, run)


def test_what_nobody_moved_is_proved_by_lists_alone(stage: Stage) -> None:
    run = loaded(stage, *(paid(f"INV-{n}") for n in range(6)))
    stage.virtual.advance(60)
    before = stage.calls()
    assert stage.verify(run).read_in_full == 0
    assert stage.calls() - before == 2
    verified = stage.verify(run, details=True)
    assert (verified.read_in_full, verified.equal) == (6, True)


def test_a_receipt_that_showed_something_else_is_read_again(stage: Stage) -> None:
    """Books may drop a field silently: what the receipt did not show is not proved by a list."""
    run = loaded(stage, document())
    house = stage.house
    with house.database.transaction("mark") as tx:
        (identity,) = [
            b.identity for b in house.shelf.bindings.live(tx, "workbook>books") if "invoice|" in b.identity
        ]
        house.shelf.pairs.mark(tx, "workbook>books", identity, "left out there: exchange_rate")
    assert stage.verify(run).read_in_full == 1


def test_a_rate_that_left_no_time_is_named_by_its_row(stage: Stage) -> None:
    run = loaded(stage, document(currency="EUR"))
    stage.edit("invoices", record(stage, "INV-1"), exchange_rate="0.9", force=True, silent=True)
    assert {field for (_, field) in differences(stage, run)} == {"rate"}


def test_a_payments_rate_is_read_where_somebody_moved_it(stage: Stage) -> None:
    run = loaded(stage, paid(currency="EUR"))
    stage.edit("customerpayments", stage.rows("customerpayments")[0]["payment_id"], exchange_rate="0.9")
    assert set(differences(stage, run)) == {("payment", "rate")}


def test_a_payment_that_settles_less_of_its_invoice_is_named_too(stage: Stage) -> None:
    run = loaded(stage, paid(), document("INV-2"))
    payment = stage.rows("customerpayments")[0]["payment_id"]
    parts = [{"invoice_id": record(stage, f"INV-{n}"), "amount_applied": "60"} for n in (1, 2)]
    stage.edit("customerpayments", payment, amount="120", invoices=parts)
    found = differences(stage, run)
    assert found["payment", "applied"] == ("120.00", "60.00")
    assert {("INV-1", "balance"), ("INV-2", "balance")} <= set(found)


@pytest.mark.parametrize("details", [False, True])
def test_a_file_that_was_taken_off_is_named(stage: Stage, *, details: bool) -> None:
    (stage.folder / "INV-1.pdf").write_bytes(b"%PDF-1.4")
    run = loaded(stage, document(), document("INV-2"))
    assert differences(stage, run, details=details) == {}
    (attached,) = stage.rows("documents")
    stage.edit("documents", attached["document_id"], delete=True, force=True)
    assert differences(stage, run, details=details) == {("INV-1", "file"): ("INV-1.pdf", None)}


def theirs(stage: Stage, number: str, **more: Any) -> None:
    """A sent invoice that says what INV-1 says, but for its number and what is given."""
    own = stage.row("invoices", "INV-1")
    kept = ("name", "rate", "quantity", "tax_id")
    lines = [{k: row[k] for k in kept} for row in own["line_items"]]
    given = {k: own[k] for k in ("customer_id", "date", "due_date")} | {"line_items": lines} | more
    stage.edit("invoices", None, invoice_number=number, status="sent", **given)


@pytest.mark.parametrize(
    ("number", "more"),
    [("INV - 1", {"line_items": [{"name": "x", "rate": "1", "quantity": "1"}]}), ("COPY-1", {})],
)
def test_a_document_that_stands_there_twice_is_named(stage: Stage, number: str, more: dict[str, Any]) -> None:
    run = loaded(stage, document())
    theirs(stage, number, **more)
    assert differences(stage, run) == {("INV-1", "double"): ("INV-1", number)}


def test_a_payment_that_stands_there_twice_is_named(stage: Stage) -> None:
    run = loaded(stage, paid())
    own = stage.rows("customerpayments")[0]
    stage.edit("customerpayments", None, **{k: own[k] for k in ("customer_id", "date", "payment_mode")},
               amount="120", invoices=[])  # fmt: skip
    assert set(differences(stage, run)) == {("payment", "double")}


def test_what_is_alike_but_not_the_same_is_no_double(stage: Stage) -> None:
    """Another amount, another day; a void copy; and one that a plan saw, which is other people's."""
    run = loaded(stage, document())
    theirs(stage, "A-1", line_items=[{"name": "x", "rate": "7", "quantity": "1"}])
    theirs(stage, "A-2", date="2025-03-09", due_date="2025-12-09")
    theirs(stage, "A-3")
    stage.edit("invoices", record(stage, "A-3"), status="void")
    assert differences(stage, run) == {}
    theirs(stage, "A-4")
    stage.migrate(document("INV-5"))
    assert differences(stage, run) == {}
