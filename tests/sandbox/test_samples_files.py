"""The samples as files: workbooks opened again by other libraries, and PDFs taken apart."""

import re
import zipfile
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from ledgerferry_sandbox.samples import Document, Planted, write
from ledgerferry_sandbox.samples.invoice import Customer, Line
from ledgerferry_sandbox.samples.layouts import LAYOUTS
from ledgerferry_sandbox.samples.page import Page, Style, address
from ledgerferry_sandbox.samples.pdf import leaf

Grid = list[list[object]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("samples") / "companies"


@pytest.fixture(scope="module")
def truth(folder: Path) -> Planted:
    return write(folder, companies=12, invoices=44, seed=1)


def _grid(folder: Path, path: str, sheet: str) -> Grid:
    """Every cell as a person sees it, formulas by the value that the file keeps for them."""
    if path.endswith(".ods"):
        return CalamineWorkbook.from_path(folder / path).get_sheet_by_name(sheet).to_python()  # type: ignore[return-value]
    book = load_workbook(folder / path, data_only=True)
    return [[cell.value for cell in row] for row in book[sheet].iter_rows()]


def _amounts(grid: Grid) -> set[Decimal]:
    """The numbers in a grid, also those that are text with a decimal comma."""
    found = set()
    for value in (value for row in grid for value in row):
        if isinstance(value, int | float):
            found.add(Decimal(str(value)).quantize(Decimal("0.01")))
        elif isinstance(value, str) and value.endswith("\u00a0€"):
            found.add(Decimal(value.removesuffix("\u00a0€").replace("\u00a0", "").replace(",", ".")))
    return found


def _stated(document: Document) -> set[Decimal]:
    stated = {document.net, document.gross, *document.tax.values()}
    return stated | ({document.paid, document.balance} if document.paid else set())


def test_every_sheet_states_what_the_truth_tells(truth: Planted, folder: Path) -> None:
    faulty = [document for fault in truth.faults for document in fault.documents]
    for document in [*truth.documents, *faulty]:
        grid = _grid(folder, document.path, document.sheet)
        assert _stated(document) <= _amounts(grid), document.path
        texts = {value for row in grid for value in row if isinstance(value, str)}
        assert {document.number, document.customer} <= texts, document.path


def test_every_layout_is_met_and_pdfs_lie_beside_their_workbooks(truth: Planted) -> None:
    sheets = {document.sheet for document in truth.documents}
    assert {layout.sheet for layout in LAYOUTS if not layout.bound} <= sheets
    bound = [document.path for document in truth.documents if "Invoice book" in document.path]
    assert len(bound) >= 5
    assert len(set(bound)) == 1
    printed = [document for document in truth.documents if document.pdf]
    assert 10 < len(printed) < len(truth.documents)
    for document in printed:
        assert document.pdf is not None
        assert Path(document.pdf).with_suffix(".xlsx") == Path(document.path)


def test_formulas_are_there_with_their_values(truth: Planted, folder: Path) -> None:
    first = truth.documents[0]
    formulas = load_workbook(folder / first.path)[first.sheet]
    kept = load_workbook(folder / first.path, data_only=True)[first.sheet]
    found = {
        cell.value: kept[cell.coordinate].value
        for row in formulas.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("=")
    }
    subtotal = next(value for formula, value in found.items() if formula.startswith("=SUM("))
    tax = next(value for formula, value in found.items() if formula.startswith("=ROUND("))
    assert (Decimal(str(subtotal)), Decimal(str(tax))) == (first.net, first.tax["20"])


def test_sums_point_at_exactly_the_lines(truth: Planted, folder: Path) -> None:
    for document in truth.documents:
        if document.path.endswith(".ods"):
            continue
        sheet = load_workbook(folder / document.path)[document.sheet]
        kept = load_workbook(folder / document.path, data_only=True)[document.sheet]
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            if isinstance(cell.value, str) and cell.value.startswith("=SUM("):
                cells = [row[0].value for row in kept[cell.value.removeprefix("=SUM(").removesuffix(")")]]
                assert sum(Decimal(str(value)) for value in cells) == document.net


def test_french_text_layout_holds_no_number(truth: Planted, folder: Path) -> None:
    letters = [document for document in truth.documents if document.sheet == "Feuil1"]
    assert letters
    for document in letters:
        grid = _grid(folder, document.path, document.sheet)
        assert {type(value) for row in grid for value in row if value is not None} == {str}


def test_opendocument_has_its_type_first_and_formulas_of_its_own_kind(truth: Planted, folder: Path) -> None:
    path = next(document.path for document in truth.documents if document.path.endswith(".ods"))
    with zipfile.ZipFile(folder / path) as package:
        first = package.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        content = package.read("content.xml").decode()
    assert re.search(r'table:formula="of:=SUM\(\[\.D\d+:\.D\d+\]\)"', content)


def test_blank_template_has_words_but_no_figures(truth: Planted, folder: Path) -> None:
    (path,) = truth.faults[3].paths
    values = [value for row in _grid(folder, path, "Invoice") for value in row if value is not None]
    assert "Invoice no:" in values
    assert {value for value in values if not isinstance(value, str)} == {0}
    assert not any(document.customer in values for document in truth.documents)


def test_price_list_names_no_customer_and_no_total(truth: Planted, folder: Path) -> None:
    (path,) = truth.faults[4].paths
    texts = " ".join(str(value) for row in _grid(folder, path, "Prices") for value in row)
    assert "Oak barrel planter" in texts
    assert "Total" not in texts
    assert "Invoice" not in texts


def test_pdfs_hold_together_and_tell_the_invoice(truth: Planted, folder: Path) -> None:
    for document in truth.documents:
        if document.pdf is None:
            continue
        content = (folder / document.pdf).read_bytes()
        assert content.startswith(b"%PDF-1.4")
        assert content.endswith(b"%%EOF\n")
        _check_cross_references(content)
        text = content.decode("cp1252", errors="ignore")
        assert f"({document.number})" in text
        assert f"({document.customer})" in text


def _check_cross_references(content: bytes) -> None:
    start = re.search(rb"startxref\n(\d+)\n", content)
    assert start
    table = content[int(start[1]) :]
    assert table.startswith(b"xref\n0 ")
    offsets = [int(offset) for offset in re.findall(rb"(\d{10}) 00000 n ", table)]
    assert len(offsets) == 7
    for number, offset in enumerate(offsets, start=1):
        assert content[offset:].startswith(b"%d 0 obj\n" % number)
    stream = re.search(rb"/Length (\d+) >>\nstream\n(.*)\nendstream", content, re.DOTALL)
    assert stream
    assert int(stream[1]) == len(stream[2])


def test_pdf_escapes_brackets() -> None:
    page = Page((20,))
    page.put(0, 0, "Oak (English) \\ ash", Style.TEXT)
    assert rb"(Oak \(English\) \\ ash) Tj" in leaf(page)


def test_vat_numbers_pass_the_check_that_their_country_prescribes(truth: Planted, folder: Path) -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for document in truth.documents:
        for row in _grid(folder, document.path, document.sheet):
            for number in re.findall(r"(?:GB|FR)\d{9,11}", " ".join(str(value) for value in row)):
                found[number[:2]].add(number[2:])
    assert len(found["GB"]) >= 5
    assert len(found["FR"]) >= 3
    for digits in found["GB"]:
        weighed = sum(int(digit) * weight for digit, weight in zip(digits[:7], range(8, 1, -1), strict=True))
        assert (weighed + int(digits[7:])) % 97 == 0
    for digits in found["FR"]:
        assert int(digits[:2]) == (12 + 3 * (int(digits[2:]) % 97)) % 97


def test_lines_and_addresses() -> None:
    line = Line("Hours", Decimal("7.5"), Decimal("19.50"), Decimal(20))
    assert (line.amount, line.tax) == (Decimal("146.25"), Decimal("29.25"))
    assert address(11, 3) == "D12"
    place = Customer("Épicerie", "", "", "49100", "Angers", "", "", "fr")
    assert (place.town, place.currency) == ("49100 Angers", "EUR")
