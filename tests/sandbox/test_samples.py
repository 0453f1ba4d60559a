"""The samples as figures: sums, the truth that is written, the faults, and that a seed repeats itself."""

import json
import re
import time
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from ledgerferry_sandbox.samples import Document, Planted, main, write
from ledgerferry_sandbox.samples.companies import customers
from ledgerferry_sandbox.samples.compose import Role, compose
from ledgerferry_sandbox.samples.invoice import Line
from ledgerferry_sandbox.samples.lines import unambiguous


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("samples") / "companies"


@pytest.fixture(scope="module")
def truth(folder: Path) -> Planted:
    return write(folder, companies=12, invoices=44, seed=1)


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_default_size_languages_and_states_of_payment(truth: Planted) -> None:
    documents = truth.documents
    assert len(documents) == 44
    assert len({document.customer for document in documents}) >= 11
    assert Counter(document.currency for document in documents).keys() == {"GBP", "EUR"}
    assert {rate for document in documents for rate in document.tax} == {"20", "10", "5.5", "5", "0"}
    assert any(document.discount for document in documents)
    states = Counter(
        (document.paid > 0, document.balance == 0, document.paid_date is not None) for document in documents
    )
    assert states.keys() == {(True, True, True), (True, False, True), (False, False, False)}


def test_every_true_document_adds_up(truth: Planted) -> None:
    for document in truth.documents:
        assert document.net + sum(document.tax.values()) == document.gross
        assert document.gross - document.paid == document.balance
        assert Decimal(0) <= document.paid <= document.gross
        assert (document.due - document.date).days == 30
        assert 2022 <= document.date.year <= 2025
        assert document.paid_date is None or document.paid_date > document.date


def test_one_customer_pays_two_invoices_on_one_day(truth: Planted) -> None:
    together = Counter(
        (document.customer, document.paid_date)
        for document in truth.documents
        if document.paid_date and not document.balance
    )
    assert 2 in together.values()


def test_numbers_are_unique_and_rise_with_the_dates(truth: Planted) -> None:
    numbers = [document.number for document in truth.documents]
    assert len(set(numbers)) == len(numbers)
    series = defaultdict(list)
    for document in truth.documents:
        series[re.sub(r"\d+$", "", document.number)].append(document)
    assert series.keys() >= {"INV-2022-", "2024/", "F2023-"}
    for documents in series.values():
        ordered = sorted(documents, key=lambda document: document.number)
        assert [one.date for one in ordered] == sorted(one.date for one in documents)


def test_planted_faults_are_exactly_these(truth: Planted) -> None:
    assert [
        (fault.kind, fault.expected, len(fault.paths), len(fault.documents)) for fault in truth.faults
    ] == [
        ("copied-file", "once", 3, 0),
        ("number-used-twice", "held", 2, 2),
        ("total-contradicts-lines", "held", 1, 1),
        ("blank-template", "rejected", 1, 0),
        ("not-an-invoice", "rejected", 1, 0),
    ]


def test_number_used_twice_has_two_totals_in_one_year(truth: Planted) -> None:
    first, second = truth.faults[1].documents
    assert (first.number, first.date.year) == (second.number, second.date.year)
    assert first.gross != second.gross
    assert first.number not in {document.number for document in truth.documents}


def test_wrong_total_contradicts_net_and_tax(truth: Planted) -> None:
    (document,) = truth.faults[2].documents
    assert document.net + sum(document.tax.values()) != document.gross
    assert document.number not in {one.number for one in truth.documents}


def test_copies_have_the_content_of_a_true_document(truth: Planted, folder: Path) -> None:
    original, *copies = truth.faults[0].paths
    assert [document.path for document in truth.documents].count(original) == 1
    assert {(folder / copy).read_bytes() for copy in copies} == {(folder / original).read_bytes()}


def test_every_file_is_accounted_for(truth: Planted, folder: Path) -> None:
    documents: list[Document] = [*truth.documents]
    paths: set[str | None] = set()
    for fault in truth.faults:
        documents.extend(fault.documents)
        paths.update(fault.paths)
    paths.update(document.path for document in documents)
    paths.update(document.pdf for document in documents)
    assert _contents(folder).keys() == paths - {None}


def test_truth_is_written_beside_the_folder(truth: Planted, folder: Path) -> None:
    told = json.loads((folder.parent / "companies.planted.json").read_text(encoding="utf-8"))
    assert told.keys() == {"seller", "seed", "today", "documents", "faults"}
    first, written = truth.documents[0], told["documents"][0]
    assert written["number"] == first.number
    assert written["date"] == first.date.isoformat()
    assert Decimal(written["gross"]) == first.gross
    assert {rate: Decimal(tax) for rate, tax in written["tax"].items()} == first.tax
    assert [fault["expected"] for fault in told["faults"]] == [fault.expected for fault in truth.faults]


def test_seed_decides_every_byte(tmp_path: Path, truth: Planted, folder: Path) -> None:
    again = write(tmp_path / "again", companies=12, invoices=44, seed=1)
    other = write(tmp_path / "other", companies=12, invoices=44, seed=2)
    assert again == truth
    assert _contents(tmp_path / "again") == _contents(folder)
    assert [document.gross for document in other.documents] != [
        document.gross for document in truth.documents
    ]


@pytest.mark.parametrize("seed", range(40))
def test_amounts_of_any_seed_leave_rounding_no_choice(seed: int) -> None:
    drafts = compose(customers(12), 30, seed)
    assert Counter(draft.role for draft in drafts) == {Role.TRUE: 30, Role.CLASH: 2, Role.CONTRADICTION: 1}
    for draft in drafts:
        assert unambiguous(draft.invoice.lines, draft.invoice.discount_percent)
        assert (draft.invoice.misstatement != 0) == (draft.role is Role.CONTRADICTION)
    first, second = (draft.invoice for draft in drafts if draft.role is Role.CLASH)
    assert first.gross != second.gross


@pytest.mark.parametrize(
    ("quantity", "price", "rate", "discount", "expected"),
    [
        ("3", "12.50", "20", "0", True),
        ("1", "0.10", "5", "0", False),  # half a cent of tax
        ("1", "10.05", "20", "10", False),  # half a cent of discount
        ("0.5", "0.05", "20", "0", False),  # half a cent of amount
    ],
)
def test_unambiguous_knows_half_cents(
    quantity: str, price: str, rate: str, discount: str, *, expected: bool
) -> None:
    line = Line("Compost", Decimal(quantity), Decimal(price), Decimal(rate))
    assert unambiguous([line], Decimal(discount)) is expected


def test_unambiguous_compares_tax_by_line_with_tax_by_invoice() -> None:
    line = Line("Label", Decimal(1), Decimal("0.12"), Decimal(20))
    assert unambiguous([line], Decimal(0))
    assert not unambiguous([line, line, line], Decimal(0))


@pytest.mark.parametrize(("companies", "invoices"), [(1, 1), (1, 2), (2, 5), (3, 9), (180, 400)])
def test_other_sizes(tmp_path: Path, companies: int, invoices: int) -> None:
    truth = write(tmp_path / "sized", companies, invoices, seed=3)
    assert len(truth.documents) == invoices
    assert len({document.customer for document in truth.documents}) == min(companies, (invoices + 1) // 2)
    assert len({document.path for fault in truth.faults for document in fault.documents}) == 3


def test_made_up_customers_do_not_repeat() -> None:
    pool = customers(180)
    assert len({customer.name for customer in pool}) == 180
    assert len({customer.email for customer in pool}) == 180


@pytest.mark.parametrize(
    ("option", "number"), [("--companies", "0"), ("--companies", "181"), ("--invoices", "0")]
)
def test_number_out_of_range_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, number: str
) -> None:
    assert main([str(tmp_path / "none"), option, number]) == 2
    assert number in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_folder_that_holds_something_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    assert main([str(tmp_path)]) == 2
    assert "not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_command_writes_the_defaults_within_three_seconds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    began = time.perf_counter()
    assert main([str(tmp_path / "demo")]) == 0
    assert time.perf_counter() - began < 3
    assert "44 invoices" in capsys.readouterr().out
    assert (tmp_path / "demo.planted.json").is_file()
