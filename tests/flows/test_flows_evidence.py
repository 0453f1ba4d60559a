"""Evidence of payment by names of files and folders: what it says, of which invoice, what is left open."""

import os
import unicodedata
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ledgerferry.flows.evidence import Evidence
from ledgerferry.flows.policy import Policy, UndatedPayment, UnpaidSheet
from ledgerferry.model.document import Document, DocumentKind, PaidEvidence, StatedPayment
from tests.flows.papers import PAID_ON, document, moved, paid, readings, spread
from tests.flows.stage import Stage
from tests.flows.test_flows_rules import paying, shape, why

DAY = date(2025, 3, 20)


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_bytes(b"%PDF-1.4 " + name.encode())


def seen(folder: Path, *documents: Document, **policy: Any) -> list[Document]:
    """The documents with what the folder says of them."""
    found = Evidence(Policy(**policy)).found(readings(*documents), folder)
    return [d for r in found for d in r.documents]


def said(folder: Path, *documents: Document, **policy: Any) -> list[tuple[PaidEvidence, ...]]:
    return [d.evidence for d in seen(folder, *documents, **policy)]


@pytest.mark.parametrize(
    "name",
    [
        "INV-001 paid 2025-03-20.pdf",
        "2025-03-20_INV-001_RECEIPT.txt",
        "remittance INV-001 (2025.03.20).msg",
        "payment-INV-001-20250320.jpg",
        "INV-001 payé 2025-03-20.pdf",
        "INV-001 paye 2025-03-20.pdf",
        "Reçu INV-001 2025-03-20",
        "recu inv-001 2025-03-20.pdf",
        "INV-001 ACQUITTÉ 2025-03-20.pdf",
        "règlement INV-001 2025-03-20.png",
        unicodedata.normalize("NFD", "règlement INV-001 2025-03-20.pdf"),
    ],
)
def test_a_file_with_the_number_and_a_word_says_that_it_was_paid(tmp_path: Path, name: str) -> None:
    put(tmp_path, name)
    assert said(tmp_path, document("INV-001")) == [(PaidEvidence(file=name, paid_on=DAY),)]


@pytest.mark.parametrize(
    "name",
    [
        "INV-001.pdf",
        "INV-0010 paid.pdf",
        "INV-001 unpaid.pdf",
        "INV-001 not paid.pdf",
        "INV-001 impayé.pdf",
        "INV-001 payment reminder 2025-04-20.pdf",
        "INV-001 payment due 2025-04-02.pdf",
        "INV-001 repaid.pdf",
        "sub/INV-001 paid.pdf",
        ".INV-001 paid.pdf",
    ],
)
def test_other_names_say_nothing(tmp_path: Path, name: str) -> None:
    put(tmp_path, name)
    assert said(tmp_path, document("INV-001")) == [()]


def test_a_file_of_two_numbers_counts_for_both(tmp_path: Path) -> None:
    put(tmp_path, "INV-001 + INV-002 paid 2025-03-20.pdf")
    both = said(tmp_path, *spread(document("INV-001"), document("INV-002"), document("INV-003")))
    assert [len(evidence) for evidence in both] == [1, 1, 0]


@pytest.mark.parametrize("place", ["Paid", "PAID", "Payé", "paye", "2025/Paid/March", "Pay\\udce9"])
def test_a_workbook_below_a_folder_of_paid_ones_was_paid(tmp_path: Path, place: str) -> None:
    name = place.removesuffix("/March")
    assert said(tmp_path, moved(document(), f"{place}/a.xlsx")) == [(PaidEvidence(file=name),)]


def test_a_receipt_counts_whose_name_is_no_utf8(tmp_path: Path) -> None:
    """Bytes of an old code page, in its name and its folder's, say what they said there."""
    folder = tmp_path / os.fsdecode(b"Soci\xe9t\xe9")
    folder.mkdir()
    (folder / os.fsdecode(b"INV-001 pay\xe9 2025-03-20.pdf")).touch()
    there = "Soci\\udce9t\\udce9"
    told = PaidEvidence(file=f"{there}/INV-001 pay\\udce9 2025-03-20.pdf", paid_on=DAY)
    assert said(tmp_path, moved(document("INV-001"), f"{there}/1.xlsx")) == [(told,)]


def test_other_folders_say_nothing(tmp_path: Path) -> None:
    places = ("Unpaid/a.xlsx", "Paid later/b.xlsx", "c.xlsx")
    assert said(tmp_path, *(moved(document(f"INV-{p}"), p) for p in places)) == [(), (), ()]


def test_words_and_folders_can_be_chosen_and_all_of_it_left(tmp_path: Path) -> None:
    put(tmp_path, "INV-001 bezahlt.pdf", "INV-002 paid.pdf")
    two = spread(document("INV-001"), document("INV-002"), moved(document("INV-003"), "Erledigt/3.xlsx"))
    chosen = said(tmp_path, *two, evidence_words=("bezahlt",), paid_folders=("erledigt",))
    assert [len(e) for e in chosen][:2] == [1, 0]
    assert said(tmp_path, moved(two[2], "Erledigt/3.xlsx"), paid_folders=("erledigt",))[0]
    assert said(tmp_path, *two, payments_from_files=False) == [(), (), ()]


def test_credit_notes_take_no_payment_from_files(tmp_path: Path) -> None:
    put(tmp_path, "CN-001 paid.pdf")
    assert said(tmp_path, document("CN-001", kind=DocumentKind.CREDIT_NOTE)) == [()]


def test_evidence_of_one_copy_counts_for_all(tmp_path: Path) -> None:
    copies = [moved(document(), "Paid/a.xlsx"), moved(document(), "b.xlsx")]
    assert said(tmp_path, *copies) == [(PaidEvidence(file="Paid"),)] * 2


def test_the_file_is_the_origin_of_what_was_paid(tmp_path: Path) -> None:
    put(tmp_path, "INV-001 paid.pdf")
    (found,) = seen(tmp_path, document("INV-001", origins=()))
    assert str(found.where("paid")) == "INV-001 paid.pdf"


PROOF = PaidEvidence(file="INV-1 paid.pdf", paid_on=DAY)
UNDATED = PaidEvidence(file="Paid")


def test_a_silent_sheet_is_paid_in_full_on_the_files_day() -> None:
    payment = paying(shape(document(evidence=(PROOF, UNDATED))))
    assert (payment.amount, payment.paid_on) == (Decimal(120), DAY)


def test_evidence_without_a_day_takes_the_policy() -> None:
    assert why(document(evidence=(UNDATED,))) == "undated-payment"
    by_policy = document(evidence=(UNDATED,), due=date(2025, 4, 2))
    assert paying(shape(by_policy, undated_payment=UndatedPayment.DUE)).paid_on == date(2025, 4, 2)


def test_the_sheets_own_figures_win() -> None:
    later = PROOF.model_copy(update={"paid_on": date(2025, 5, 1)})
    assert paying(shape(paid(evidence=(later,)))).paid_on == PAID_ON
    undated = paid(paid_on=None, evidence=(later,))
    assert paying(shape(undated)).paid_on == date(2025, 5, 1)
    dated = document(paid_on=PAID_ON, evidence=(PROOF,))
    assert paying(shape(dated)).paid_on == PAID_ON


@pytest.mark.parametrize(
    "more",
    [
        {"balance": "120.00"},
        {"paid": "0"},
        {"paid": "50.00", "balance": "70.00", "paid_on": PAID_ON},
        {"payments": (StatedPayment(amount=Decimal(50), paid_on=PAID_ON),)},
    ],
)
def test_a_sheet_that_says_what_is_left_to_pay_contradicts_it(more: dict[str, Any]) -> None:
    assert why(document(evidence=(PROOF,), **more)) == "paid-contradicted"


def test_a_sheet_written_before_it_was_paid_can_be_let_go_by() -> None:
    for more in ({"balance": "120.00"}, {"paid": "0", "balance": "120.00"}):
        payment = paying(shape(document(evidence=(PROOF,), **more), unpaid_sheet=UnpaidSheet.FILE))
        assert (payment.amount, payment.paid_on) == (Decimal(120), DAY)
    part = document(evidence=(PROOF,), paid="50.00", balance="70.00", paid_on=PAID_ON)
    assert why(part, unpaid_sheet=UnpaidSheet.FILE) == "paid-contradicted"


def test_files_of_different_days_are_held() -> None:
    other = PaidEvidence(file="INV-1 receipt.pdf", paid_on=date(2025, 3, 21))
    assert why(document(evidence=(PROOF, other))) == "paid-dates-differ"
    assert paying(shape(paid(evidence=(PROOF, other)))).paid_on == PAID_ON


def test_a_day_before_the_invoice_is_held() -> None:
    assert why(document(evidence=(PROOF.model_copy(update={"paid_on": date(2025, 3, 1)}),))) == (
        "paid-before-issued"
    )


def test_a_part_is_not_the_whole(tmp_path: Path) -> None:
    put(tmp_path, "INV-001 deposit paid 2025-03-20.pdf")
    (found,) = seen(tmp_path, document("INV-001"))
    assert why(found) == "payment-unclear"
    listed = (StatedPayment(amount=Decimal(50), paid_on=PAID_ON),)
    assert paying(shape(found.model_copy(update={"payments": listed}))).amount == 50


def test_a_number_of_several_years_names_neither(tmp_path: Path) -> None:
    put(tmp_path, "INV-001 paid.pdf")
    years = [document("INV-001"), document("INV-001", issued=date(2024, 3, 3), at="B9")]
    for found in seen(tmp_path, *years):
        assert why(found, undated_payment=UndatedPayment.ISSUED) == "payment-unclear"


def test_a_receipt_found_later_makes_one_payment_and_is_attached(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.migrate(document("INV-001"))
    assert stage.rows("customerpayments") == []
    put(tmp_path, "INV-001 paid 2025-03-20.pdf")
    walked = stage.migrate()
    assert walked.changes == {"payment": (1, 0), "file": (1, 0)}
    assert walked.verified.equal
    with stage.house.database.read() as conn:
        (kept,) = stage.house.shelf.runs.found(conn, walked.run.id)
    assert kept.document is not None
    assert kept.document.evidence[0].file == "INV-001 paid 2025-03-20.pdf"
    again = stage.migrate()
    assert again.changes == {}
    assert len(stage.rows("customerpayments")) == 1
