"""Notices of a folder as a whole: noticed, never merged, never held."""

from datetime import date
from decimal import Decimal

import pytest

from ledgerferry.flows.notices import notices
from ledgerferry.model.document import Document, DocumentKind, Line
from ledgerferry.model.party import Party


def paper(number: str, customer: str = "Quay Street Bakery", **changes: object) -> Document:
    plain: dict[str, object] = {
        "kind": DocumentKind.INVOICE,
        "file": f"{number}.xlsx",
        "sheet": "Sheet1",
        "number": number,
        "issued": date(2024, 3, 5),
        "currency": "GBP",
        "customer": Party(name=customer),
        "lines": (Line(description="Whetstone", amount=Decimal(100)),),
        "tax_total": Decimal(20),
        "total": Decimal(120),
    }
    return Document.model_validate(plain | changes)


def kinds(*documents: Document) -> list[str]:
    return [notice.kind for notice in notices(documents)]


def test_an_ordinary_folder_has_nothing_to_tell() -> None:
    days = [date(2024, 3, n) for n in range(1, 6)]
    assert kinds(*(paper(f"A-{n}", issued=day) for n, day in enumerate(days, 1))) == []


def test_one_invoice_under_two_numbers_is_noticed() -> None:
    (notice,) = notices([paper("A-1"), paper("B-7")])
    assert notice.kind == "same-invoice"
    assert notice.places == ["A-1.xlsx [Sheet1] ", "B-7.xlsx [Sheet1] "]


def test_one_number_on_two_documents_is_noticed() -> None:
    assert kinds(paper("A-1"), paper("A-1", total=Decimal(100), tax_total=None)) == ["number-repeated"]
    assert kinds(paper("A-1"), paper("A-1", issued=date(2023, 3, 5))) == []


@pytest.mark.parametrize(
    ("left", "right", "alike"),
    [
        ("Old Mill Ltd", "Old Mill Limited", True),
        ("Old Mill", "Old Mill GmbH", True),
        ("Quay Street Bakery", "Quay Steet Bakery", True),
        ("Bakery Quay Street", "Quay Street Bakery", True),
        ("School 12", "School 13", False),
        ("Old Mill", "Old Hall", False),
        ("Northern Paper", "Northern Stone", False),
    ],
)
def test_names_that_may_be_one_company_are_suggested(left: str, right: str, *, alike: bool) -> None:
    found = kinds(paper("A-1", left), paper("A-2", right, issued=date(2024, 3, 6)))
    assert found == (["alike-customers"] if alike else [])


def test_two_tax_numbers_are_two_companies() -> None:
    left = paper("A-1", customer="Old Mill", issued=date(2024, 1, 1))
    one = left.model_copy(update={"customer": Party(name="Old Mill Ltd", vat_number="GB1")})
    two = paper("A-2").model_copy(update={"customer": Party(name="Old Mill", vat_number="GB2")})
    assert kinds(one, two) == []


def test_sums_that_differ_are_told_with_the_amounts() -> None:
    (notice,) = notices([paper("A-1", total=Decimal(121))])
    assert notice.kind == "arithmetic"
    assert "120.00" in notice.text
    assert "121.00" in notice.text


def test_gaps_are_told_where_the_row_is_mostly_whole() -> None:
    days = {n: date(2024, 1, n) for n in (1, 2, 3, 5, 6, 9)}
    (notice,) = notices([paper(f"INV-00{n}", issued=day) for n, day in days.items()])
    assert notice.kind == "number-gap"
    assert notice.text == "Missing between INV-001 and INV-009: INV-004, INV-007, INV-008."
    sparse = [paper(f"INV-{n}", issued=date(2024, 1, d)) for d, n in enumerate((1, 40, 90, 300), 1)]
    assert kinds(*sparse) == []
