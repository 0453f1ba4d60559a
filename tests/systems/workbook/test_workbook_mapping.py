"""The public JSON of a reading."""

from pathlib import Path

from ledgerferry.systems.workbook import to_json
from tests.systems.workbook.sheets import extracted, plain, write


def test_a_reading_in_the_public_schema(tmp_path: Path) -> None:
    reading = extracted(write(tmp_path / "a.xlsx", {"One": plain(D15=121.24)}, {"D15": "[$£-809]0.00"}))
    answer = to_json(reading)
    assert (answer["kind"], answer["language"], answer["currency"]) == ("invoice", "en", "GBP")
    (invoice,) = answer["invoices"]
    assert (invoice["invoice_number"], invoice["invoice_date"], invoice["total"]) == (
        "HT-0041",
        "2024-03-05",
        "121.24",
    )
    assert invoice["customer_address"] == "2 Quay Street, Whitby YO21 3PU"
    assert invoice["line_items"][0] == {
        "description": "Whetstone",
        "quantity": "4",
        "unit_price": "12.5",
        "tax_rate": None,
        "treatment": None,
        "amount": "50.00",
    }
    assert (invoice["payments"], invoice["credits"], invoice["treatment"], invoice["written_off"]) == (
        [],
        None,
        None,
        None,
    )
    assert invoice["needs_review"] is True
    assert [(r["code"], r["cell"]) for r in invoice["reasons"]] == [("does-not-close", "D15")]
    assert (invoice["cells"]["total"], invoice["cells"]["lines.1.amount"]) == ("D15", "D11")
    assert float(invoice["confidence"]["total"]) < float(invoice["confidence"]["invoice_number"])


def test_the_id_stays_when_values_change_and_differs_by_place(tmp_path: Path) -> None:
    first = extracted(write(tmp_path / "a.xlsx", {"One": plain(), "Two": plain(D3="HT-2")})).documents
    again = extracted(write(tmp_path / "a.xlsx", {"One": plain(D3="HT-9", D15=1), "Two": plain()})).documents
    assert [d.id for d in first] == [d.id for d in again]
    assert first[0].id != first[1].id
    assert [i["id"] for i in to_json(extracted(tmp_path / "a.xlsx"))["invoices"]] == [d.id for d in again]
