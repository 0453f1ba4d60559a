"""Review: what a person decides about one document is taken up by the next plan, and settles its likes."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from ledgerferry.flows.deciding import decided as put
from ledgerferry.flows.review import ESTIMATED, Eyes, NotHeld, Review
from ledgerferry.model.document import FileKind, Reading
from ledgerferry.store.decisions import Decision, Verdict
from ledgerferry.store.ledger import Entry
from ledgerferry.store.runs import Found, Run, Standing
from ledgerferry.systems.workbook import api
from ledgerferry.systems.workbook.answers import parse
from tests.flows.papers import document
from tests.flows.stage import Stage
from tests.systems.workbook.sheets import weakly_labelled

Written = Callable[..., Path]


@pytest.fixture
def written(stage: Stage) -> Written:
    """Writes an invoice whose number stands behind a mere reference and whose date nothing names."""

    def write(name: str, number: str = "R-101", amount: float = 250, **cells: str) -> Path:
        return weakly_labelled(stage.folder / name, number, amount, **cells)

    return write


def review(stage: Stage) -> Review:
    return stage.house.review(Eyes(api.teach, api.look, api.content_digest))


def planned(stage: Stage, run: Run | None = None) -> tuple[Run, dict[str, Found]]:
    """The run planned over the folder's files; what was found, by number or file."""
    stage.read = api.read_known  # type: ignore[assignment,method-assign]
    done, _ = stage.plan() if run is None else stage.replan(run)
    with stage.house.database.read() as conn:
        found = stage.house.shelf.runs.found(conn, done.id)
    named = {
        f.document.number or "" if f.document else f.rejection.file if f.rejection else "": f for f in found
    }
    return done, named


def ledger(stage: Stage) -> list[Entry]:
    with stage.house.database.read() as conn:
        return list(stage.house.ledger.entries(conn))


def test_one_accepted_document_lets_all_of_its_layout_be_planned(stage: Stage, written: Written) -> None:
    for number in range(4):
        written(f"{number}.xlsx", f"R-10{number}", 100 + number)
    run, found = planned(stage)
    assert {f.standing for f in found.values()} == {Standing.HELD}
    desk = review(stage)
    cases = desk.held(run)
    assert [c.document.number for c in cases] == ["R-100", "R-101", "R-102", "R-103"]
    assert {c.id for c in cases} == {f.id for f in found.values()}
    decided = desk.accept(cases[0], "as agreed")
    assert decided.new
    assert decided.lesson is not None
    assert decided.lesson.layout is not None
    assert len(desk.held(run)) == 3
    again, found = planned(stage, run)
    assert {f.standing for f in found.values()} == {Standing.PLANNED}
    assert desk.held(again) == []
    with stage.house.database.read() as conn:
        (layout,) = stage.house.shelf.memories.layouts.all(conn)
    assert (layout.id, layout.taught_by, layout.used) == (decided.lesson.layout.id, cases[0].id, 3)
    assert [e.about for e in ledger(stage) if e.event == "review-accept"] == [cases[0].id]
    stage.apply(again)
    assert stage.verify(stage.run(again.id)).equal
    assert {r["invoice_number"]: r["total"] for r in stage.rows("invoices")}["R-103"] == Decimal(103)


def test_an_extract_and_a_run_call_a_document_by_one_id(stage: Stage, written: Written) -> None:
    path = written("one.xlsx")
    (reading,) = api.read_known([(path, "elsewhere/one.xlsx")], ())
    _, found = planned(stage)
    assert reading.documents[0].id == found["R-101"].id
    assert reading.documents[0].id == api.read(path, "x").documents[0].id


def test_a_corrected_document_is_planned_with_its_values(stage: Stage, written: Written) -> None:
    path = written("one.xlsx")
    run, found = planned(stage)
    desk = review(stage)
    given = {"invoice_number": "Q-7", "customer_name": "Quay Street Bakers", "invoice_date": "2025-11-05"}
    decided = desk.correct(desk.case(found["R-101"].id[:10]), parse(json.dumps(given)), seconds=41.4)
    assert (decided.decision.seconds, decided.decision.measured) == (41, True)
    assert decided.lesson is not None
    assert set(decided.lesson.untaught) == {"number", "issued", "customer_name"}
    run, found = planned(stage, run)
    assert found["Q-7"].standing is Standing.PLANNED
    assert found["Q-7"].document is not None
    assert found["Q-7"].document.issued == date(2025, 11, 5)
    written("one.xlsx", "R-101", 251)
    _, found = planned(stage, run)
    assert found["R-101"].standing is Standing.HELD, "the file is another one now"
    case = desk.case(found["R-101"].id)
    path.unlink()
    with pytest.raises(NotHeld, match="cannot be read"):
        desk.accept(case)


def test_a_rejected_document_is_a_rejection_with_its_amount(stage: Stage, written: Written) -> None:
    written("one.xlsx")
    run, found = planned(stage)
    desk = review(stage)
    decided = desk.reject(desk.case(found["R-101"].id), "paid in cash long ago")
    assert (decided.decision.seconds, decided.lesson) == (ESTIMATED[Verdict.REJECT], None)
    _, found = planned(stage, run)
    rejected = found["one.xlsx"]
    assert rejected.standing is Standing.REJECTED
    assert rejected.rejection is not None
    assert (rejected.rejection.code, rejected.rejection.text) == (
        "rejected-by-person",
        "paid in cash long ago",
    )
    assert (rejected.amount, rejected.rejection.cell) == (Decimal(250), "B3")


def test_a_document_can_be_made_where_nothing_was_found(stage: Stage, written: Written) -> None:
    path = written("one.xlsx", A1="MEMORANDUM", A3="Yours", B3="it may concern", D3="Kind regards")
    run, found = planned(stage)
    assert found["one.xlsx"].standing is Standing.REJECTED
    desk = review(stage)
    case = desk.place(f"{path}#sheet")
    assert case is not None
    assert case.document.sheet == "Sheet"
    given = {
        "invoice_number": "M-1", "invoice_date": "2025-11-04", "customer_name": "Quay Street Bakery",
        "line_items": [{"description": "Whetstones", "quantity": 2, "unit_price": 125, "amount": 250}],
        "total": 250,
    }  # fmt: skip
    desk.correct(case, parse(json.dumps(given)))
    _, found = planned(stage, run)
    assert [(n, f.standing, f.id) for n, f in found.items()] == [("M-1", Standing.PLANNED, case.id)]
    assert desk.place("no such file#Sheet") is None
    assert desk.place("nothing") is None
    with pytest.raises(NotHeld, match="no sheet 'Two': it has Sheet"):
        desk.place(f"{path}#Two")


def test_a_decision_about_a_file_that_changed_is_refused(stage: Stage, written: Written) -> None:
    path = written("one.xlsx")
    _, found = planned(stage)
    desk = review(stage)
    case = desk.case(found["R-101"].id)
    book = load_workbook(path)
    book.worksheets[0]["D9"] = 999
    book.save(path)
    for decide in (desk.accept, desk.reject):
        with pytest.raises(NotHeld, match="changed since it was read"):
            decide(case)
    assert [e for e in ledger(stage) if e.event.startswith("review")] == []


def test_a_document_found_on_the_wrong_sheet_is_moved_to_the_right_one(
    stage: Stage, written: Written
) -> None:
    path = written("one.xlsx")
    book = load_workbook(path)
    right = book.copy_worksheet(book.worksheets[0])
    right.title, right["B3"], right["A1"] = "Right", "R-9", "Letter"
    book.save(path)
    run, found = planned(stage)
    assert list(found) == ["R-101"]
    desk = review(stage)
    given = {
        "sheet": "right", "invoice_number": "R-9", "invoice_date": "2025-11-04", "total": 250,
        "customer_name": "Quay Street Bakery", "line_items": [{"description": "Whetstones", "amount": 250}],
    }  # fmt: skip
    desk.correct(desk.case(found["R-101"].id), parse(json.dumps(given)))
    _, found = planned(stage, run)
    assert {n: (f.standing, f.document and f.document.sheet) for n, f in found.items()} == {
        "R-9": (Standing.PLANNED, "Right"),
        "one.xlsx": (Standing.REJECTED, None),
    }


@pytest.mark.parametrize("name", ["", "zz", "%"])
def test_a_bad_id_names_no_document(stage: Stage, written: Written, name: str) -> None:
    written("one.xlsx")
    planned(stage)
    with pytest.raises(NotHeld, match="no document"):
        review(stage).case(name)


def test_time_away_is_not_time_of_review(stage: Stage, written: Written) -> None:
    written("one.xlsx")
    _, found = planned(stage)
    desk = review(stage)
    decided = desk.accept(desk.case(found["R-101"].id), seconds=4 * 3600)
    assert decided.decision.seconds == 600


def test_decisions_stand_in_the_place_of_what_was_read() -> None:
    documents = [document(f"I-{n}", id=f"id{n}", place=f"A{n}", digest="d") for n in range(3)]
    reading = Reading(file="moved/one.xlsx", digest="d", kind=FileKind.REGISTER, documents=tuple(documents))
    right = documents[0].model_copy(update={"total": Decimal("7.00")})
    when = datetime(2026, 1, 5, tzinfo=UTC)
    found = put(
        reading,
        [
            Decision(verdict=Verdict.CORRECT, document=right, decided_at=when, seconds=1, measured=True),
            Decision(
                verdict=Verdict.REJECT, document=documents[2], decided_at=when, seconds=1, measured=True
            ),
        ],
    )
    assert [(d.number, d.total, d.file) for d in found.documents] == [
        ("I-0", Decimal("7.00"), "moved/one.xlsx"),
        ("I-1", documents[1].total, documents[1].file),
    ]
    assert {o.cell.file for o in found.documents[0].origins} <= {"moved/one.xlsx"}
    assert [r.code for r in found.rejections] == ["rejected-by-person"]
    assert found.kind is FileKind.REGISTER
