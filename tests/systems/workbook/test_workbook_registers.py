"""Registers: one row for each document, or one row for each line."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ledgerferry.model.document import DocumentKind, DocumentStatus, FileKind
from tests.systems.workbook.sheets import codes, extracted, plain, write


def table(*rows: tuple[object, ...]) -> dict[str, object]:
    return {
        f"{chr(65 + c)}{r}": value
        for r, row in enumerate(rows, 1)
        for c, value in enumerate(row)
        if value is not None
    }


INVOICES = table(
    (
        "Invoice no",
        "Invoice date",
        "Customer",
        "Description",
        "Net amount",
        "VAT 20%",
        "VAT 5%",
        "Total incl. VAT",
        "Status",
    ),
    ("R-1", date(2024, 1, 5), "Bakery", "Blades", 100, 20, 0, 120, "Paid"),
    ("R-2", date(2024, 1, 6), "Bakery", "Oil", 40, 0, 2, 42, "Sent"),
    ("R-3", date(2024, 1, 7), "School", "Returned", -10, -2, 0, -12, None),
    ("R-4", date(2024, 1, 8), "School", "Mixed", 140, 20, 2, 162, None),
    ("R-5", None, "School", "Undated", 100, 20, 0, 120, None),
    ("R-6", date(2024, 1, 9), "School", "Wrong", 100, 20, 0, 130, None),
    ("R-1", date(2024, 1, 9), "School", "Again", 100, 20, 0, 120, None),
)


def test_a_row_is_a_document(tmp_path: Path) -> None:
    reading = extracted(write(tmp_path / "a.xlsx", {"Register": INVOICES}))
    assert reading.kind is FileKind.REGISTER
    held = [codes(d) for d in reading.documents]
    assert held == [
        ["repeated-number"],
        [],
        [],
        [],
        ["no-date"],
        ["does-not-close"],
        ["repeated-number"],
    ]
    second, third = reading.documents[1], reading.documents[2]
    assert (second.number, second.total, second.subtotal) == ("R-2", Decimal(42), Decimal(40))
    assert [(t.rate, t.amount) for t in second.taxes] == [(Decimal(5), Decimal(2))]
    assert [(line.description, line.amount, line.tax_rate) for line in second.lines] == [
        ("Oil", Decimal(40), Decimal(5))
    ]
    assert third.kind is DocumentKind.CREDIT_NOTE
    assert third.total == Decimal(-12)
    shares = [(line.amount, line.tax_rate) for line in reading.documents[3].lines]
    assert shares == [(Decimal(100), Decimal(20)), (Decimal(40), Decimal(5))]


def test_taxes_that_do_not_show_how_the_net_is_shared_hold_the_row(tmp_path: Path) -> None:
    content = {k: v for k, v in INVOICES.items() if k.endswith(("1", "3", "5"))} | {"E5": 150, "H5": 172}
    reading = extracted(write(tmp_path / "a.xlsx", {"Register": content}))
    assert codes(reading.documents[-1]) == ["several-rates"]


def test_a_status_says_what_is_paid(tmp_path: Path) -> None:
    first, second = extracted(write(tmp_path / "a.xlsx", {"Register": INVOICES})).documents[:2]
    assert (first.paid, second.paid) == (Decimal(120), None)


def test_rows_of_one_number_are_the_lines_of_one_document(tmp_path: Path) -> None:
    rows = table(
        (
            "invoice_number",
            "date",
            "customer",
            "description",
            "quantity",
            "unit_price",
            "GST %",
            "tax",
            "amount",
        ),
        ("A1", date(2024, 1, 5), "Bakery", "Soap", 2, 20, 18, 7.2, 47.2),
        ("A1", date(2024, 1, 5), "Bakery", "Brush", 5, 10, 9, 4.5, 54.5),
        ("A2", date(2024, 1, 6), "School", "Soap", 1, 20, 18, 3.6, 23.6),
    )
    first, second = extracted(write(tmp_path / "a.xlsx", {"Register": rows})).documents
    assert (codes(first), codes(second)) == ([], [])
    assert [line.amount for line in first.lines] == [Decimal(40), Decimal(50)]
    assert (first.subtotal, first.tax_total, first.total) == (Decimal(90), Decimal("11.7"), Decimal("101.7"))
    assert second.total == Decimal("23.6")


def test_a_register_of_documents_with_sheets_of_their_own_is_only_a_list(tmp_path: Path) -> None:
    listed = table(
        ("Invoice no", "Invoice date", "Customer", "Net amount", "VAT", "Total incl. VAT"),
        ("HT-0041", date(2024, 3, 5), "Quay Street Bakery", 100.2, 20.04, 120.24),
    )
    reading = extracted(write(tmp_path / "a.xlsx", {"List": listed, "41": plain()}))
    assert [d.sheet for d in reading.documents] == ["41"]
    assert [(r.sheet, r.code) for r in reading.rejections] == [("List", "list-of-sheets")]


LINES = (
    ("invoice_number", "date", "customer", "description", "quantity", "unit_price", "amount"),
    ("A1", date(2024, 1, 5), "Bakery", "Soap", 2, 20, 40),
    (None, None, None, "Brush", 5, 10, 50),
    ("A2", date(2024, 1, 6), "School", "Soap", 1, 20, 20),
)


def test_a_row_that_repeats_nothing_goes_on_the_document_above(tmp_path: Path) -> None:
    first, second = extracted(write(tmp_path / "a.xlsx", {"Register": table(*LINES)})).documents
    assert (codes(first), codes(second)) == ([], [])
    assert (first.total, len(first.lines), second.total) == (Decimal(90), 2, Decimal(20))


def test_a_row_that_lost_its_number_holds_its_neighbours(tmp_path: Path) -> None:
    lost = (None, date(2024, 1, 5), "Bakery", "Brush", 5, 10, 50)
    rows = table(LINES[0], LINES[1], lost, LINES[3])
    documents = extracted(write(tmp_path / "a.xlsx", {"Register": rows})).documents
    assert all("row-without-number" in codes(d) for d in documents)


def test_nets_under_headings_that_name_their_rates_are_the_lines(tmp_path: Path) -> None:
    rows = table(
        ("Invoice no", "Invoice date", "Customer", "Net 20%", "VAT 20%", "Net 5%", "VAT 5%", "Total"),
        ("R-1", date(2024, 1, 5), "Bakery", 100, 20, 33.3, 1.67, 154.97),
        ("R-2", date(2024, 1, 6), "Bakery", 100, 20, 33.3, 1.57, 154.87),
    )
    right, wrong = extracted(write(tmp_path / "a.xlsx", {"Sales": rows})).documents
    assert [(f"{x.tax_rate}", f"{x.amount}") for x in right.lines] == [("20", "100.00"), ("5", "33.30")]
    assert (codes(right), codes(wrong)) == ([], ["several-rates"])


def test_a_row_has_its_own_exchange_rate(tmp_path: Path) -> None:
    rows = table(
        ("Document no", "Invoice date", "Customer", "Currency", "Exchange rate", "Net", "VAT 20%", "Gross"),
        ("R-1", date(2024, 1, 5), "Bakery", "USD", 0.81, 100, 20, 120),
        ("R-2", date(2024, 1, 6), "Bakery", "EUR", 0.86, 100, 20, 120),
    )
    found = extracted(write(tmp_path / "a.xlsx", {"Sales": rows})).documents
    assert [(d.currency, f"{d.exchange_rate}", codes(d)) for d in found] == [
        ("USD", "0.81", []),
        ("EUR", "0.86", []),
    ]


def test_a_status_that_a_rows_figures_contradict_is_a_question(tmp_path: Path) -> None:
    head = ("Invoice no", "Invoice date", "Customer", "Net", "VAT 20%", "Gross", "Paid", "Status")
    statuses = (("Unpaid", None), ("Paid", 60), ("Unpaid", 120), ("Part paid", None), ("Cancelled", None))
    rows = (
        (f"R-{n}", date(2024, 1, 5), "Bakery", 100, 20, 120, paid, status)
        for n, (status, paid) in enumerate(statuses)
    )
    found = extracted(write(tmp_path / "a.xlsx", {"Sales": table(head, *rows)})).documents
    assert [codes(d) for d in found] == [[], ["status-differs"], ["status-differs"], ["status-partly"], []]
    assert (found[0].paid, found[4].status) == (Decimal(0), DocumentStatus.VOID)


@pytest.mark.parametrize("heading", ["Paid on", "Date paid", "Received on", "Réglée le"])
def test_a_column_of_days_of_payment(tmp_path: Path, heading: str) -> None:
    rows = table(
        ("Invoice no", "Invoice date", "Customer", "Net", "VAT 20%", "Gross", "Paid", heading),
        ("R-1", date(2024, 1, 5), "Bakery", 100, 20, 120, 120, date(2024, 1, 20)),
        ("R-2", date(2024, 1, 6), "Bakery", 100, 20, 120, None, None),
    )
    found = extracted(write(tmp_path / "a.xlsx", {"Sales": rows})).documents
    assert [(d.paid, d.paid_on, codes(d)) for d in found] == [
        (Decimal(120), date(2024, 1, 20), []),
        (None, None, []),
    ]
