"""Walks of a whole migration: real store, real engine, real sandbox, in process."""

import os
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ledgerferry.flows.gather import NothingThere, workbooks
from ledgerferry.flows.policy import Policy
from ledgerferry.model.document import Rejection
from ledgerferry.model.record import Kind
from ledgerferry.store.runs import RunState
from ledgerferry.systems.workbook.api import read_known
from tests.flows.papers import document, held, line, paid, spread
from tests.flows.stage import Stage

LATER = date(2025, 3, 25)


def test_documents_arrive_and_are_proved(stage: Stage) -> None:
    walked = stage.migrate(
        *spread(document(), paid("INV-2"), document("INV-3", currency="EUR", customer="Third"))
    )
    assert walked.verified.equal
    assert walked.changes == {"customer": (2, 0), "invoice": (3, 0), "payment": (1, 0)}
    assert walked.verified.by_currency["GBP"].balance == "120.00"
    assert walked.verified.by_currency["EUR"].gross == "120.00"
    assert {r["status"] for r in stage.rows("invoices")} == {"overdue", "paid"}


def test_the_same_again_plans_nothing(stage: Stage) -> None:
    documents = spread(document(), paid("INV-2", of="50.00"))
    stage.migrate(*documents)
    assert stage.migrate(*documents).changes == {}
    assert stage.migrate(*reversed(spread(*reversed(documents)))).changes == {}


def test_one_value_corrected_is_exactly_that_update(stage: Stage) -> None:
    first, second = spread(document(), document("INV-2"))
    stage.migrate(first, second)
    corrected = spread(
        document("INV-1"), document("INV-2", lines=(line("50.00"),), tax_total="10.00", total="60.00")
    )
    walked = stage.migrate(*corrected)
    assert walked.changes == {"invoice": (0, 1)}
    assert walked.verified.equal
    assert stage.row("invoices", "INV-2")["total"] == 60


def test_there_and_back_and_there_again(stage: Stage) -> None:
    cheap: dict[str, Any] = {"lines": (line("50.00"),), "tax_total": "10.00", "total": "60.00"}
    for walk in ({}, cheap, {}, cheap):
        assert stage.migrate(document(**walk)).verified.equal
    assert stage.row("invoices", "INV-1")["total"] == 60
    assert len(stage.rows("invoices")) == 1


def test_found_is_loaded_and_held_and_rejected_in_number_and_money(stage: Stage) -> None:
    stage.rejected = [
        Rejection(file="r.xlsx", code="total-only", text="No lines.", amount=Decimal("7.00"), currency="GBP"),
        Rejection(file="r.xlsx", code="not-an-invoice", text="A price list."),
        Rejection(file="r.xlsx", code="total-only", text="No lines.", amount=Decimal("2.50")),
    ]
    walked = stage.migrate(
        *spread(
            document(),
            document(),
            held("INV-2", total="80.00"),
            held("INV-3", total="10.00", currency=None),
            held("INV-4", total=None, currency="CHF"),
            document("INV-5", currency="CHF"),
        )
    )
    counts = walked.account.counts
    assert (counts.found, counts.loaded, counts.held, counts.rejected) == (8, 1, 4, 3)
    sums = {
        c: (s.found_total, s.loaded_total, s.held_total, s.rejected_total)
        for c, s in walked.verified.by_currency.items()
    }
    assert sums == {
        "GBP": ("207.00", "120.00", "80.00", "7.00"),
        "CHF": ("120.00", "0.00", "120.00", "0.00"),
        "XXX": ("12.50", "0.00", "10.00", "2.50"),
    }


def test_a_plan_alone_sends_nothing(stage: Stage) -> None:
    run, report = stage.plan(document())
    assert run.state is RunState.PLANNED
    assert (report.changes["invoice"].create, stage.rows("invoices")) == (1, [])


def test_the_price_is_what_planning_applying_and_verifying_cost(stage: Stage) -> None:
    (stage.folder / "0.pdf").write_bytes(b"%PDF-1.4")
    first = [paid(f"INV-{n}", currency="EUR", paid_on=date(2025, 3, n + 4)) for n in range(27)]
    for documents in (first, [first[0].model_copy(update={"due": LATER}), *first[1:]]):
        stage.another_process()
        before = stage.calls()
        run, report = stage.plan(*spread(*documents))
        planned = stage.calls() - before
        stage.apply(run)
        stage.virtual.advance(60)
        stage.verify(run)
        assert report.price.calls == {"books": stage.calls() - before}
        assert report.price.steps["books"]["observe"] == planned
        stage.close(run)


def test_what_an_earlier_plan_wanted_is_not_sent_once_it_is_held(stage: Stage) -> None:
    run, _ = stage.plan(*spread(document(), document("INV-2")))
    stage.replan(run, *spread(document(), held("INV-2")))
    stage.apply(run)
    assert [r["invoice_number"] for r in stage.rows("invoices")] == ["INV-1"]


def test_a_limit_takes_the_first_documents_and_sees_the_others(stage: Stage) -> None:
    documents = spread(
        document(), document(), document("INV-2"), document("INV-2", total="130.00"), document("INV-3")
    )
    walked = stage.migrate(*documents, limit=2)
    assert (walked.account.counts.found, walked.account.counts.loaded) == (2, 1)
    assert walked.reasons() == {"INV-2": "number-used-twice"}


def test_a_limited_run_takes_nothing_back(stage: Stage) -> None:
    newest = paid(
        "INV-2",
        of="60.00",
        issued=date(2025, 3, 4),
        customer={"name": "Bowman & Co", "email": "b@example.com"},
    )
    documents = spread(paid(), newest)
    stage.migrate(*documents)
    walked = stage.migrate(*documents, limit=1)
    assert walked.changes == {}
    assert walked.verified.equal
    assert stage.rows("customerpayments")[0]["amount"] == 180


def test_missing_taxes_are_planned_and_created_when_allowed(stage: Stage) -> None:
    odd = document(lines=(line(rate="13"),), tax_total="13.00", total="113.00")
    assert stage.migrate(odd).reasons() == {"INV-1": "tax-rate"}
    walked = stage.migrate(odd, create_taxes=True)
    assert walked.changes == {"tax": (1, 0), "customer": (1, 0), "invoice": (1, 0)}
    assert walked.verified.equal


def test_no_payment_before_the_receipt_of_its_invoice_sent(stage: Stage) -> None:
    run, _ = stage.plan(*spread(paid(), paid("INV-2", customer="Other")))
    stage.apply(run, (Kind.PAYMENT, Kind.INVOICE, Kind.CUSTOMER))
    calls = [(e.method, e.path.rsplit("/books/v3/", 1)[-1]) for e in stage.sandbox.desk.log.entries]
    sent = [n for n, call in enumerate(calls) if call[1].endswith("status/sent")]
    taken = [n for n, call in enumerate(calls) if call == ("POST", "customerpayments")]
    assert len(taken) == 2
    assert max(sent) < min(taken)


def test_a_number_that_restarts_each_year_is_held(stage: Stage) -> None:
    old = document("001", issued=date(2024, 3, 3))
    walked = stage.migrate(*spread(old, document("001"), document("002", customer="Other")))
    assert walked.reasons() == {"001": "number-restarts"}
    assert walked.account.counts.held == 2
    stage.migrate(*spread(old))
    assert stage.migrate(*spread(old, document("001"))).reasons() == {"001": "number-taken"}


def test_a_number_is_held_too_where_its_other_document_is_held_for_something_else(stage: Stage) -> None:
    odd = document("001", issued=date(2024, 3, 3), lines=(line(rate="13"),), total="113.00")
    walked = stage.migrate(*spread(odd, document("001"), document("002", customer="Other")))
    assert walked.account.counts.held == 2
    assert [row["invoice_number"] for row in stage.rows("invoices")] == ["002"]


def test_one_customer_in_two_currencies_is_held_beyond_its_first(stage: Stage) -> None:
    pounds, euros = document(), document("INV-2", currency="EUR", issued=LATER)
    assert stage.migrate(*spread(pounds, euros)).reasons() == {"INV-2": "customer-currency"}
    assert stage.row("contacts", "Bowman & Co")["currency_code"] == "GBP"
    older = document("INV-0", currency="EUR", issued=date(2025, 1, 1))
    assert stage.migrate(*spread(older, pounds)).reasons() == {"INV-0": "customer-currency"}


def test_two_vat_numbers_under_one_name_are_held(stage: Stage) -> None:
    one, other = ({"name": "Bowman & Co", "vat_number": v} for v in ("GB 123 4567 89", "GB987654321"))
    same = {"name": "Bowman & Co", "vat_number": "GB123456789"}
    walked = stage.migrate(
        *spread(document(customer=one), document("INV-2", customer=other), document("INV-3", issued=LATER))
    )
    assert walked.reasons() == {"INV-1": "customer-vat", "INV-2": "customer-vat"}
    assert (
        stage.migrate(*spread(document(customer=one), document("INV-2", customer=same))).account.counts.loaded
        == 2
    )
    assert stage.migrate(*spread(document(customer=one), document("INV-4", customer=other))).reasons() == {
        "INV-4": "customer-vat"
    }


def test_filed_periods_and_opening_balances_are_held(tmp_path: Path) -> None:
    stage = Stage(tmp_path, policy=Policy(filed_until=date(2024, 12, 31), opening_balances=date(2025, 3, 1)))
    documents = spread(
        document(issued=date(2024, 5, 1)), document("INV-2", issued=date(2025, 2, 1)), document("INV-3")
    )
    walked = stage.migrate(*documents)
    assert walked.reasons() == {"INV-1": "filed-period", "INV-2": "opening-balances"}


@pytest.mark.parametrize("rates", [("0.80", "0.82"), ("0.80", "0.80")])
def test_a_payment_has_one_rate(stage: Stage, rates: Sequence[str]) -> None:
    stage.edit("currencies", None, currency_code="CHF")
    documents = [paid(f"INV-{n}", currency="CHF", exchange_rate=rate) for n, rate in enumerate(rates)]
    walked = stage.migrate(*spread(*documents))
    assert set(walked.reasons().values()) == ({"payment-rates"} if len(set(rates)) > 1 else set())


def test_a_folder_without_workbooks_says_so(tmp_path: Path) -> None:
    with pytest.raises(NothingThere, match="There is no folder"):
        workbooks(tmp_path / "none")
    (tmp_path / "~$open.xlsx").touch()
    with pytest.raises(NothingThere, match="holds no workbook"):
        workbooks(tmp_path)


def test_what_cannot_be_read_is_named_and_what_is_hidden_is_not(tmp_path: Path) -> None:
    """A long or closed folder ends nothing; links to folders are not walked, and not passed over either."""
    folder = tmp_path / "docs"
    for place in ("a", ".ferry/reports", "b.xlsx"):
        (folder / place).mkdir(parents=True)
        (folder / place / "one.xlsx").touch()
    os.mkfifo(folder / "pipe.xlsx")
    (folder / "nowhere.xls").symlink_to(tmp_path / "none")
    (folder / "a" / "up").symlink_to(folder)
    found = [name for _, name in workbooks(folder)]
    assert found == ["a/one.xlsx", "a/up", "b.xlsx/one.xlsx", "nowhere.xls", "pipe.xlsx"]
    assert {r.rejections[0].code for r in read_known(workbooks(folder), ())} == {
        "empty-file", "unreadable", "not-a-file"}  # fmt: skip


def test_a_folder_too_deep_to_be_listed_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "one.xlsx").touch()
    place, name = os.open(tmp_path, os.O_RDONLY), "d" * 240
    for _ in range(20):
        os.mkdir(name, dir_fd=place)
        below = os.open(name, os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = below
    os.close(place)
    deep, one = workbooks(tmp_path)
    assert one[1] == "one.xlsx"
    assert Path(deep[1]).name == name
    [reading] = read_known([deep], ())
    assert reading.rejections[0].code == "unreadable"
