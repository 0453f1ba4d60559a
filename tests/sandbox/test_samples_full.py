"""The full samples: instalments, payments by file names, club fees, exports, credit notes, stages."""

import json
import re
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from ledgerferry_sandbox.samples import Document, Planted, main, write
from ledgerferry_sandbox.samples.planted import beside, config

TODAY = date(2025, 11, 20)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("samples") / "companies"


@pytest.fixture(scope="module")
def truth(folder: Path) -> Planted:
    return write(folder, 12, 66, 1, everything=True, today=TODAY)


def invoices(truth: Planted) -> list[Document]:
    return [document for document in truth.documents if document.kind == "invoice"]


def notes(truth: Planted) -> list[Document]:
    return [document for document in truth.documents if document.kind == "credit_note"]


def test_so_many_invoices_and_credit_notes_on_top(truth: Planted) -> None:
    assert len(invoices(truth)) == 66
    assert len(notes(truth)) == 4
    numbers = [document.number for document in truth.documents]
    assert len(set(numbers)) == len(numbers)
    assert Counter(document.currency for document in truth.documents).keys() == {"GBP", "EUR", "USD"}


def test_documents_add_up_with_all_their_payments(truth: Planted) -> None:
    for document in truth.documents:
        assert document.net + sum(document.tax.values()) == document.gross > 0
        assert sum((p.amount for p in document.payments), Decimal(0)) == document.paid
        assert document.gross - document.paid == document.balance
        assert document.paid_date == (document.payments[0].date if len(document.payments) == 1 else None)
        assert all(payment.date > document.date for payment in document.payments)


def test_credit_notes_take_no_more_than_their_invoices_owe(truth: Planted) -> None:
    owing = {document.number: document for document in invoices(truth)}
    taken: dict[str, Decimal] = defaultdict(Decimal)
    for note in notes(truth):
        assert note.credits
        named = owing[note.credits]
        assert (note.customer, note.currency) == (named.customer, named.currency)
        assert Decimal(0) <= note.applied <= note.gross
        assert note.stage is None
        assert note.owed == note.paid == 0
        taken[note.credits] += note.applied
    for document in invoices(truth):
        assert document.owed == document.balance - taken[document.number] >= 0
    assert any(note.applied == 0 for note in notes(truth))
    assert any(0 < note.applied == note.gross for note in notes(truth))


def test_stages_go_by_payment_and_by_the_day_given(truth: Planted, tmp_path: Path) -> None:
    stages = {document.number: document.stage for document in invoices(truth)}
    assert set(stages.values()) == {"Closed Won", "Closed Lost", "open"}
    for document in invoices(truth):
        late = document.due + timedelta(days=30) < TODAY
        unpaid = "Closed Lost" if late else "open"
        assert document.stage == ("Closed Won" if document.paid == document.gross else unpaid)
    later = write(tmp_path / "later", 12, 66, 1, everything=True, today=date(2027, 1, 1))
    assert {document.stage for document in invoices(later)} == {"Closed Won", "Closed Lost"}


def test_payments_are_told_by_sheets_file_names_and_folders(truth: Planted, folder: Path) -> None:
    told = Counter(payment.told for document in truth.documents for payment in document.payments)
    assert told.keys() == {"sheet", "file name", "folder"}
    names = [path.name for path in folder.rglob("*")]
    for document in invoices(truth):
        number = document.number.replace("/", "-")
        for payment in document.payments:
            said = {f"{number} paid {payment.date}.pdf", f"reçu {number} {payment.date}.txt"}
            assert (payment.told == "file name") == bool(said & set(names))
            if payment.told == "folder":
                assert re.search(r"/(Paid|Payé)/", document.path)
                assert payment.date == document.due
    several = [document for document in invoices(truth) if len(document.payments) > 1]
    assert {len(document.payments) for document in several} == {2, 3}
    assert any(payment.reference for document in several for payment in document.payments)


def test_pdfs_lie_by_stem_and_by_number(truth: Planted, folder: Path) -> None:
    for document in truth.documents:
        for path in document.pdfs:
            assert (folder / path).read_bytes().startswith(b"%PDF-1.4")
            assert document.number.replace("/", "-") in path
    assert any("Scan of" in path for document in truth.documents for path in document.pdfs)


def test_untaxed_lines_say_which_kind_they_are_and_the_config_holds_the_rules(
    truth: Planted, folder: Path
) -> None:
    club = [document for document in invoices(truth) if document.number.startswith("GC-")]
    abroad = [document for document in invoices(truth) if document.currency == "USD"]
    assert club
    assert abroad
    assert {document.treatment for document in [*club, *abroad]} == {"zero-rated"}
    for document in club:
        assert document.tax.keys() == {"20", "0"}
        assert document.tax["20"] > 0 == document.tax["0"]
    written = config(folder).read_text(encoding="utf-8")
    assert 'match = "Youth"\ntreatment = "zero-rated"' in written
    assert 'without_date = "due"' in written


def test_the_planted_faults_have_two_more(truth: Planted) -> None:
    held = {fault.kind: fault for fault in truth.faults if fault.expected == "held"}
    assert held.keys() == {
        "number-used-twice",
        "total-contradicts-lines",
        "credit-of-unknown-invoice",
        "part-paid-by-file-name",
    }
    (astray,) = held["credit-of-unknown-invoice"].documents
    known = {document.number for document in truth.documents}
    assert astray.credits not in known
    assert astray.number not in known


def test_every_file_is_accounted_for(truth: Planted, folder: Path) -> None:
    documents = [*truth.documents, *(d for fault in truth.faults for d in fault.documents)]
    paths = {path for document in documents for path in (document.path, *document.pdfs)}
    paths |= {path for fault in truth.faults for path in fault.paths}
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert {path for path in there - paths if not path.endswith(".txt")} == set()
    assert paths <= there


def test_seed_decides_every_byte(tmp_path: Path, truth: Planted, folder: Path) -> None:
    again = write(tmp_path / "again", 12, 66, 1, everything=True, today=TODAY)
    assert again == truth
    for path in folder.rglob("*"):
        if path.is_file():
            assert (tmp_path / "again" / path.relative_to(folder)).read_bytes() == path.read_bytes()
    other = write(tmp_path / "other", 12, 66, 2, everything=True, today=TODAY)
    assert [d.gross for d in other.documents] != [d.gross for d in truth.documents]


def test_the_command_writes_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = [str(tmp_path / "docs"), "--full", "--invoices", "24", "--today", "2025-01-31"]
    assert main(wanted) == 0
    assert "documents in" in capsys.readouterr().out
    told = json.loads(beside(tmp_path / "docs").read_text(encoding="utf-8"))
    assert told["today"] == "2025-01-31"
    assert {"kind", "payments", "credits", "applied", "owed", "stage", "pdfs"} <= told["documents"][0].keys()
    assert main([str(tmp_path / "few"), "--full", "--invoices", "23"]) == 2


@pytest.mark.parametrize(("companies", "count"), [(1, 24), (3, 40), (60, 300)])
def test_other_sizes(tmp_path: Path, companies: int, count: int) -> None:
    truth = write(tmp_path / "sized", companies, count, 4, everything=True)
    assert len(invoices(truth)) == count
    assert len(notes(truth)) >= 4
