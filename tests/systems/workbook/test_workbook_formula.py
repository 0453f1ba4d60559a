"""Plain arithmetic of formulas, and nothing else."""

from decimal import Decimal

import pytest

from ledgerferry.systems.workbook import formula
from ledgerferry.systems.workbook.grid import Book, Cell, How, Sheet


def settled(text: str, cached: Decimal | None = None) -> Cell:
    sheet = Sheet("One")
    numbers = (10, 20, 30)
    for row, value in enumerate(numbers, 1):
        sheet.cells[row, 1] = Cell(row, 1, Decimal(value))
    how = How.MISSING if cached is None else How.CACHED
    sheet.cells[1, 3] = Cell(1, 3, cached, text, "", how)
    other = Sheet("Other one")
    other.cells[1, 1] = Cell(1, 1, Decimal(7))
    formula.settle(Book([sheet, other]))
    return sheet.cells[1, 3]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("SUM(A1:A3)", "60"),
        ("=A1*2.5%", "0.25"),
        ("ROUND(A2/3,2)", "6.67"),
        ("ROUND(2.345,2)", "2.35"),
        ("-A1+(A2-5)*2", "20"),
        ('IF(A1>5,A2,"")', "20"),
        ("IF(A9=0;1;2)", "1"),
        ("'Other one'!A1+$A$1", "17"),
        ("SUM(A1,A3)", "40"),
    ],
)
def test_what_is_plain_is_computed(text: str, value: str) -> None:
    cell = settled(text)
    assert (cell.value, cell.how) == (Decimal(value), How.COMPUTED)


@pytest.mark.parametrize(
    "text",
    [
        "WEBSERVICE(A1)",
        "HYPERLINK(A1)",
        "A1&A2",
        "2^9",
        "INDIRECT(A1)",
        "SUM(A1:XFD1048576)",
        "A1/0",
        "C1+1",
        "(" * 3000,
        "[1]X!A1",
    ],
)
def test_anything_else_is_never_evaluated(text: str) -> None:
    cell = settled(text)
    assert (cell.value, cell.how) == (None, How.MISSING)


def test_a_stale_value_is_replaced_and_marked() -> None:
    assert settled("SUM(A1:A3)", cached=Decimal(59)).how is How.STALE
    assert settled("SUM(A1:A3)", cached=Decimal(60)).how is How.CACHED


def test_a_cached_value_stays_where_the_formula_cannot_be_computed() -> None:
    cell = settled("VLOOKUP(A1,A1:A3,1)", cached=Decimal(5))
    assert (cell.value, cell.how) == (Decimal(5), How.CACHED)


def test_a_shared_formula_is_shifted() -> None:
    assert formula.shifted("SUM(B2,$C2,D$2,$E$2)", 3, 1) == "SUM(C5,$C5,E$2,$E$2)"
    assert formula.shifted('IF(A1="A1",A1)', 1, 0) == 'IF(A2="A1",A2)'
