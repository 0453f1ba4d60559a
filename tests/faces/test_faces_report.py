"""The report: text stays text, amounts stay exact, a difference is named."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from ledgerferry.faces.findings import Finding
from ledgerferry.faces.report import Facts, draw
from ledgerferry.faces.report.facts import LoadedRow, web_page
from ledgerferry.flows.result import Difference, DocumentCounts, Verified
from ledgerferry.flows.shape import Shaped
from ledgerferry.model.document import Cell, TaxTotal
from ledgerferry.model.record import CustomerContent, Figures, InvoiceContent
from ledgerferry.store.connections import Settings
from ledgerferry.store.decisions import Spent
from ledgerferry.store.runs import Order

EVIL = '=HYPERLINK("http://evil.example","x")'


def figures(net: str, tax: str, gross: str) -> Figures:
    return Figures(
        net=Decimal(net),
        tax=Decimal(tax),
        gross=Decimal(gross),
        taxes=(TaxTotal(rate=Decimal(20), amount=Decimal(tax)),),
    )


def loaded(number: str, there: Figures, *differences: Difference) -> LoadedRow:
    here = figures("100.00", "20.00", "120.00")
    customer = CustomerContent(name=EVIL)
    invoice = InvoiceContent(
        number=number, customer="c", issued=date(2024, 5, 1), currency="EUR", lines=(), figures=here
    )
    shaped = Shaped(
        identity="i",
        customer_identity="c",
        customer=customer,
        invoice=invoice,
        payment_identity=None,
        payment=None,
    )
    return LoadedRow(
        Cell(file="-a.xlsx", sheet="@S", cell="B7"), shaped, "1234567890123456789", None, there, differences
    )


def facts(verified: Verified | None, *rows: LoadedRow) -> Facts:
    order = Order(flow="migrate", connection="acme", source="/in", today=date(2026, 1, 2))
    finding = Finding("held", "+b.xlsx", "S", "A1", None, None, "KWD", Decimal("1.234"), "code", EVIL)
    return Facts(
        run="run-1",
        state="done",
        order=order,
        opened_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
        organization="Acme",
        organization_id="60",
        counts=DocumentCounts(found=2, loaded=1, held=1),
        loaded=rows,
        findings=(finding,),
        plan=None,
        verified=verified,
        head="ab" * 32,
        next_number=None,
        review=Spent(decisions=3, seconds=95, estimated=60),
    )


def rows(path: Path, sheet: str) -> list[tuple[Any, ...]]:
    return list(load_workbook(path)[sheet].iter_rows(values_only=True))


def test_the_sheets_stand_in_the_order_of_an_audit_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    draw(path, facts(Verified(equal=True, compared=1), loaded("7", figures("100.00", "20.00", "120.00"))))
    names = ["Overview", "Invoices", "Held and rejected", "Math check", "Noticed"]
    assert load_workbook(path).sheetnames == names
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["r.xlsx"]


def test_nothing_read_from_a_sheet_becomes_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    draw(path, facts(None, loaded("=1+1", figures("100.00", "20.00", "120.00"))))
    cells = [
        c for sheet in load_workbook(path) for row in sheet.iter_rows() for c in row if c.value is not None
    ]
    assert not [c.coordinate for c in cells if c.data_type == "f"]
    risky = [c for c in cells if isinstance(c.value, str) and c.value.startswith(("=", "+", "-", "@"))]
    assert {c.value for c in risky} >= {"=1+1", EVIL, "-a.xlsx", "@S", "+b.xlsx"}
    assert all(c.data_type == "s" and c.quotePrefix for c in risky)


def test_amounts_are_numbers_with_their_currencys_decimals_and_ids_are_text(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    draw(path, facts(None, loaded("7", figures("100.00", "20.00", "120.00"))))
    book = load_workbook(path)
    head, row = list(book["Invoices"].iter_rows(max_row=2))
    cells = dict(zip([c.value for c in head], row, strict=True))
    assert (cells["gross"].value, cells["gross"].number_format[:8]) == (120, "#,##0.00")
    assert cells["record"].value == "1234567890123456789"
    assert book["Held and rejected"]["H2"].number_format.startswith("#,##0.000")


def test_a_cent_that_moved_is_shown_where_it_moved(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    cent = [
        Difference(kind="invoice", left="7", right="r", field=field, left_value=left, right_value=right)
        for field, left, right in (("net", "100.00", "100.01"), ("tax", "20.00", "19.99"))
    ]
    verified = Verified(equal=False, compared=1, differences=cent)
    draw(path, facts(verified, loaded("7", figures("100.00", "20.00", "120.00"), *cent)))
    checked = {row[3]: row[4:] for row in rows(path, "Math check")[1:]}
    assert checked["net"] == (100, 100.01, -0.01, "  NO")
    assert checked["tax"] == (20, 19.99, 0.01, "  NO")
    assert checked["gross"][3] == "  yes"
    assert any("NOT EQUAL: 2 differences" in str(row[0]) for row in rows(path, "Overview"))


def test_a_balance_that_was_not_compared_is_not_claimed(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    row = loaded("7", figures("100.00", "20.00", "120.00"))
    draw(path, facts(None, row))
    assert "balance" not in {r[3] for r in rows(path, "Math check")}
    draw(path, facts(Verified(equal=True, compared=1), row))
    assert "balance" in {r[3] for r in rows(path, "Math check")}


def test_the_minutes_of_review_are_told_and_what_of_them_is_guessed(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    draw(path, facts(None))
    told = {row[0]: row[1] for row in rows(path, "Overview")}
    assert (told["Decisions by a person"], told["Minutes of review"]) == (3, 2)
    assert any(str(name).startswith("of which 1 are an estimate") for name in told)
    draw(path, replace(facts(None), review=Spent()))
    assert "Minutes of review" not in {row[0] for row in rows(path, "Overview")}


def test_an_invoice_is_linked_where_a_person_can_open_it() -> None:
    eu = Settings(
        product="books",
        dc="eu",
        accounts_url="https://accounts.zoho.eu",
        api_url="https://www.zohoapis.eu",
        organization="60",
    )
    assert web_page(eu, "5") == "https://books.zoho.eu/app/60#/invoices/5"
    assert web_page(eu.model_copy(update={"accounts_url": "https://accounts.evil.example"}), "5") is None
