"""The same sheet moved, spread, renamed or written in another locale is read the same."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils import column_index_from_string, get_column_letter

from ledgerferry.model.document import Document
from tests.systems.workbook.folders import SINGLE, dressed, papers
from tests.systems.workbook.sheets import codes, extracted, write

Cells = dict[str, object]
PAPERS = [paper for paper in papers(40, seed=11) if not paper.trap]
KINDS = st.integers(0, len(SINGLE) - 1)
TYPED = KINDS.filter(lambda k: SINGLE[k][0].__name__ != "formulas")
WHICH = st.integers(0, len(PAPERS) - 1)
QUIET = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def sheet(kind: int, which: int) -> Cells:
    layout, _ = SINGLE[kind]
    return {k: v for k, v in layout(dressed(PAPERS[which], layout)).items() if v is not None}


def place(name: str) -> tuple[int, int]:
    found = re.fullmatch(r"([A-Z]+)(\d+)", name)
    assert found is not None
    return column_index_from_string(found[1]), int(found[2])


def moved(cells: Cells, right: int, down: int) -> Cells:
    def shift(found: re.Match[str]) -> str:
        column, row = place(found.group())
        return f"{get_column_letter(column + right)}{row + down}"

    def own(value: object) -> object:
        return re.sub(r"[A-Z]+\d+", shift, value) if isinstance(value, str) and value[:1] == "=" else value

    return {re.sub(r"[A-Z]+\d+", shift, name): own(value) for name, value in cells.items()}


def spread(cells: Cells, row: int) -> Cells:
    """An empty row put in; formulas are left out, since their references would have to follow."""
    found = {}
    for name, value in cells.items():
        column, own = place(name)
        found[f"{get_column_letter(column)}{own + (own >= row)}"] = value
    return found


def read(tmp_path: Path, cells: Cells, tab: str = "Sheet1") -> Document:
    (document,) = extracted(write(tmp_path / "book.xlsx", {tab: cells})).documents
    return document


def essence(document: Document) -> tuple[object, ...]:
    lines = [(line.description, line.quantity, line.unit_price, line.amount) for line in document.lines]
    sums = (document.subtotal, document.discount, document.tax_total, document.total, document.paid)
    buyer = document.customer.name if document.customer else None
    return (document.number, document.issued, document.due, buyer, sums, lines, codes(document))


@QUIET
@given(kind=KINDS, which=WHICH, right=st.integers(0, 9), down=st.integers(0, 30))
def test_a_sheet_may_stand_anywhere(tmp_path: Path, kind: int, which: int, right: int, down: int) -> None:
    cells = sheet(kind, which)
    assert essence(read(tmp_path, moved(cells, right, down))) == essence(read(tmp_path, cells))


@QUIET
@given(kind=TYPED, which=WHICH)
def test_an_empty_row_between_the_parts_changes_nothing(tmp_path: Path, kind: int, which: int) -> None:
    cells = sheet(kind, which)
    whole = essence(read(tmp_path, cells))
    rows = {place(name)[1] for name in cells}
    heads = max(row for row in rows if sum(place(n)[1] == row for n in cells) >= 4 and row <= 12)
    assert essence(read(tmp_path, spread(cells, heads))) == whole
    assert essence(read(tmp_path, spread(cells, heads + 1))) == whole
    assert essence(read(tmp_path, spread(cells, max(rows) - 1))) == whole


@pytest.mark.parametrize("tab", ["Feuil1", "January", "2024", "x" * 31, "Tabelle 3", "Work (2)"])
@pytest.mark.parametrize("kind", range(len(SINGLE)))
def test_the_name_of_the_tab_changes_nothing(tmp_path: Path, kind: int, tab: str) -> None:
    cells = sheet(kind, 3)
    assert essence(read(tmp_path, cells, tab)) == essence(read(tmp_path, cells))


def written(value: object, decimal: str, group: str, order: str) -> object:
    if isinstance(value, date):
        return value.strftime(order)
    if not isinstance(value, float) or value == int(value):
        return value
    return f"{value:,.2f}".translate(str.maketrans(",.", group + decimal))


@pytest.mark.parametrize(
    ("decimal", "group", "order"),
    [(",", " ", "%d/%m/%Y"), (",", ".", "%d.%m.%Y"), (".", "'", "%Y-%m-%d"), (",", "\u202f", "%d %b %Y")],
)
@pytest.mark.parametrize("kind", [k for k, (layout, language) in enumerate(SINGLE) if language == "fr"])
def test_numbers_and_dates_may_be_texts_of_any_locale(
    tmp_path: Path, kind: int, decimal: str, group: str, order: str
) -> None:
    for which in range(4):
        cells = sheet(kind, which)
        texts: Cells = {name: written(value, decimal, group, order) for name, value in cells.items()}
        assert essence(read(tmp_path, texts)) == essence(read(tmp_path, cells))
