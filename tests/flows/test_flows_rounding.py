"""Rounding of tax: learnt from the sheets and from the first answers; never a cent that stays."""

from decimal import Decimal
from pathlib import Path

import pytest

from ledgerferry.flows.rounding import Rounding
from ledgerferry.model.document import Document
from ledgerferry.model.record import Figures, SalesContent
from ledgerferry.systems.books import figures
from ledgerferry.systems.protocol import TaxRounding
from tests.flows import papers
from tests.flows.papers import line, shaper, spread
from tests.flows.stage import NAME, Stage

LINE, WHOLE = TaxRounding.LINE, TaxRounding.DOCUMENT
THREE = (line("0.33"), line("0.33"), line("0.33"))


def by_line(number: str = "L") -> Document:
    """Three taxes of 0.066, each rounded: 0.21."""
    return papers.document(number, lines=THREE, tax_total="0.21", total="1.20")


def by_document(number: str = "D") -> Document:
    """Three taxes of 0.066, rounded together: 0.20."""
    return papers.document(number, lines=THREE, tax_total="0.20", total="1.19")


def either(number: str = "E") -> Document:
    return papers.document(number)


def predict(document: SalesContent, rounding: TaxRounding | None = None) -> Figures:
    return figures.predict(document, rounding or WHOLE, 2)


def listened(*documents: Document, known: TaxRounding | None = None) -> Rounding:
    rounding = Rounding(known, predict)
    rounding.hear(documents, shaper().draft)
    return rounding


@pytest.mark.parametrize(
    ("documents", "way"),
    [
        ((either(),), WHOLE),
        ((by_line(), either()), LINE),
        ((by_document(), either()), WHOLE),
        ((by_line(), by_document()), WHOLE),
        ((papers.document(lines=THREE, tax_total="0.50", total="1.49"),), WHOLE),
    ],
)
def test_sheets_that_speak_with_one_voice_are_believed(
    documents: tuple[Document, ...], way: TaxRounding
) -> None:
    assert listened(*documents).way is way
    assert listened(*documents, known=LINE).way is LINE
    assert listened(*documents, known=WHOLE).way is WHOLE


def test_a_notice_counts_the_documents_that_fit_one_way_only() -> None:
    assert listened(either()).notices() == []
    (told,) = listened(by_line("A"), by_line("B"), by_document("C")).notices()
    assert told.kind == "tax-rounding"
    assert "2 documents only fits rounding per line, of 1 only per document" in told.text


def migrated(folder: Path, position: str, *documents: Document) -> Stage:
    """A stage whose organisation rounds so, and the documents planned and written once."""
    there = Stage(folder)
    there.sandbox.books.book.switches.set({"tax_rounding": position})
    there.migrate(*spread(*documents))
    return there


def known(there: Stage) -> str | None:
    found = there.house.connections.get(NAME)
    return found.capabilities.get("tax_rounding") if found else None


@pytest.mark.parametrize("position", ["item_level", "entity_level"])
def test_the_first_answer_proves_the_rounding_and_nothing_wrong_stays(tmp_path: Path, position: str) -> None:
    right, wrong = (by_line, by_document) if position == "item_level" else (by_document, by_line)
    there = migrated(tmp_path, position, wrong("W1"), wrong("W2"), either())
    assert {r["invoice_number"] for r in there.rows("invoices")} == {"E"}
    assert known(there) == ("line" if right is by_line else "document")
    again = there.migrate(*spread(wrong("W1"), wrong("W2"), either(), right("R")))
    assert again.reasons() == {"W1": "tax-differs", "W2": "tax-differs"}
    assert again.verified.equal
    assert {r["invoice_number"] for r in there.rows("invoices")} == {"E", "R"}
    (told,) = [n for n in again.report.notices if n.kind == "tax-rounding"]
    assert "2 documents" in told.text
    last = there.migrate()
    assert (last.changes, last.verified.equal) == ({}, True)


def test_a_document_that_fits_is_loaded_and_teaches(tmp_path: Path) -> None:
    there = migrated(tmp_path, "item_level", by_line(), either())
    assert known(there) == "line"
    assert there.row("invoices", "L")["tax_total"] == 0.21


def test_documents_that_come_out_alike_teach_nothing(tmp_path: Path) -> None:
    assert known(migrated(tmp_path, "item_level", either())) is None


def test_the_reason_says_which_way_the_sheet_rounds(tmp_path: Path) -> None:
    there = migrated(tmp_path, "item_level", by_line())
    held = there.migrate(*spread(by_line(), by_document())).account.held
    (reason,) = [f.document.reasons[-1] for f in held if f.document]
    assert reason.text.endswith("The sheet rounds tax per document, the account per line.")


def test_only_one_wrong_draft_is_ever_sent_and_it_is_deleted(tmp_path: Path) -> None:
    there = Stage(tmp_path)
    there.sandbox.books.book.switches.set({"tax_rounding": "item_level"})
    run, _ = there.plan(*spread(*(by_document(f"W{n}") for n in range(5))))
    there.apply(run)
    log = [c for c in there.sandbox.desk.log.since(0) if "/invoices" in c["path"]]
    assert [c["method"] for c in log if c["method"] != "GET"] == ["POST", "DELETE"]
    assert there.rows("invoices") == []


def test_figures_that_no_rounding_explains_are_a_dead_letter_and_leave_nothing(tmp_path: Path) -> None:
    there = Stage(tmp_path)
    run, _ = there.plan(either())
    tax = next(t for t in there.rows("taxes") if t["tax_name"] == "Standard Rate")
    there.edit("taxes", tax["tax_id"], tax_percentage=Decimal("17.5"))
    there.apply(run)
    walked = there.verify(run)
    assert there.rows("invoices") == []
    assert walked.compared == 0
    with there.house.database.read() as conn:
        assert there.house.shelf.rooms.operations.counts(conn, run.id).dead == 1
