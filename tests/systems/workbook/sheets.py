"""Small workbooks for the tests: written with openpyxl, read by the source."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from ledgerferry.model.document import Document, Reading
from ledgerferry.systems.workbook.extract import extract
from ledgerferry.systems.workbook.guards import DEFAULT
from ledgerferry.systems.workbook.reader import load

Content = Mapping[str, object]
"""Values by address."""


def write(path: Path, sheets: Mapping[str, Content], formats: Mapping[str, str] | None = None) -> Path:
    """A workbook of these sheets; number formats apply to every sheet."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, content in sheets.items():
        sheet = book.create_sheet(name)
        for place, value in content.items():
            sheet[place] = value
            sheet[place].number_format = (formats or {}).get(place, sheet[place].number_format)
    book.save(path)
    return path


def extracted(path: Path) -> Reading:
    """What a file holds, read in this process."""
    return extract(load(path, DEFAULT), path.name, "")


def one(
    tmp_path: Path, content: Content, name: str = "Sheet1", formats: Mapping[str, str] | None = None
) -> Document:
    """The only document of a sheet."""
    reading = extracted(write(tmp_path / "book.xlsx", {"Sheet1": content}, formats))
    assert len(reading.documents) == 1, reading
    return reading.documents[0]


def codes(document: Document) -> list[str]:
    """Why a document is held."""
    return [reason.code for reason in document.reasons]


def plain(**changes: object) -> dict[str, object]:
    """An ordinary invoice in English; keyword arguments replace cells (``None`` takes one away)."""
    content: dict[str, object] = {
        "A1": "Harbour Tools Ltd",
        "D1": "INVOICE",
        "A3": "Bill to",
        "A4": "Quay Street Bakery",
        "A5": "2 Quay Street",
        "A6": "Whitby YO21 3PU",
        "C3": "Invoice no.",
        "D3": "HT-0041",
        "C4": "Invoice date",
        "D4": date(2024, 3, 5),
        "C5": "Due date",
        "D5": date(2024, 4, 4),
        "A9": "Description",
        "B9": "Qty",
        "C9": "Unit price",
        "D9": "Amount",
        "A10": "Whetstone",
        "B10": 4,
        "C10": 12.5,
        "D10": 50,
        "A11": "Blade",
        "B11": 2,
        "C11": 25.1,
        "D11": 50.2,
        "C13": "Subtotal",
        "D13": 100.2,
        "C14": "VAT 20%",
        "D14": 20.04,
        "C15": "Total",
        "D15": 120.24,
    }
    content.update(changes)
    return {place: value for place, value in content.items() if value is not None}


def weakly_labelled(path: Path, number: str, amount: float = 250, **cells: str) -> Path:
    """An invoice whose number stands behind a mere reference and whose date nothing names."""
    content: dict[str, object] = {
        "A1": "INVOICE", "A3": "Ref", "B3": number, "D1": date(2025, 11, 4), "D3": "Bill to",
        "D4": "Quay Street Bakery", "A6": "Description", "B6": "Qty", "C6": "Unit price", "D6": "Amount",
        "A7": "Whetstones", "B7": 2, "C7": amount / 2, "D7": amount, "C9": "Total", "D9": amount,
    }  # fmt: skip
    return write(path, {"Sheet": content | cells})
