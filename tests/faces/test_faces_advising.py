"""A local model is asked about what waits for a person; what it suggests is kept apart from what was read."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import structlog

from ledgerferry.faces.advising import Advised, Waiting, Wish, advise, shown, suggested
from ledgerferry.faces.cli import advice
from ledgerferry.faces.cli.output import Output
from ledgerferry.faces.house import House
from ledgerferry.faces.settings import Settings, WrongUsage
from ledgerferry.model.suggestion import SuggestedField
from tests.flows.advised import document, rich
from tests.systems.llm.server import MODEL, Body, Manners, Visit, empty, ollama, serving
from tests.systems.workbook.sheets import write

KNOWN = {"confidence": 80, "email": "orders@quay-street.example", "contact": "Maria Okafor", "total": None}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with House.open(Settings(home=tmp_path / "home", key="k" * 43 + "=")) as opened:
        yield opened


@pytest.fixture
def waiting(tmp_path: Path) -> Waiting:
    path = write(tmp_path / "book.xlsx", {"Sheet1": rich()})
    return Waiting(path, "Sheet1", "document quay", document())


def knowing(body: Body) -> str:
    nothing = empty(body)
    return json.dumps(nothing | {name: value for name, value in KNOWN.items() if name in nothing})


def asked(house: House, manners: Manners, *waiting: Waiting) -> tuple[Advised, list[str]]:
    said: list[str] = []
    with serving(manners) as host:
        found = advise(house, waiting, Wish(host.url, MODEL), said.append)
    return found, said


def test_suggestions_are_kept_and_can_be_taken_up_by_a_correction(house: House, waiting: Waiting) -> None:
    before = waiting.document.model_dump_json() if waiting.document else ""
    found, said = asked(house, ollama(knowing), waiting)
    assert found == Advised(sheets=1, questions=4, suggestions=2, refused=0)
    assert said == ["Asking tiny:1b about 1 sheets; what it says are suggestions only"]
    kept = suggested(house, waiting)
    assert {(s.field, s.value, s.cell.cell) for s in kept} == {
        (SuggestedField.CONTACT, "Maria Okafor", "A5"),
        (SuggestedField.EMAIL, "orders@quay-street.example", "A18"),
    }
    assert shown(kept)["values"] == {
        "contact_name": "Maria Okafor", "customer_email": "orders@quay-street.example"}  # fmt: skip
    assert waiting.document
    assert waiting.document.model_dump_json() == before


def test_a_changed_file_has_no_suggestions_and_asking_again_replaces_them(
    house: House, waiting: Waiting
) -> None:
    asked(house, ollama(knowing), waiting)
    asked(house, ollama(lambda body: json.dumps(empty(body))), waiting)
    assert suggested(house, waiting) == []
    asked(house, ollama(knowing), waiting)
    assert len(suggested(house, waiting)) == 2
    write(waiting.path, {"Sheet1": rich(A5="Attn. Somebody Else")})
    assert suggested(house, waiting) == []


def test_a_model_that_is_away_is_said_once_and_nothing_fails(house: House, waiting: Waiting) -> None:
    with serving(ollama(knowing)) as host:
        pass
    said: list[str] = []
    found = advise(house, [waiting] * 3, Wish(host.url, MODEL), said.append)
    assert found.suggestions == 0
    assert found.over
    assert len(said) == 1
    assert "goes on without it" in said[0]


def test_a_model_that_dies_in_the_middle_leaves_what_was_suggested_before(
    house: House, waiting: Waiting
) -> None:
    def dying(visit: Visit, body: Body) -> None:
        if visit.path == "/api/chat" and "email" in body["format"]["properties"]:
            visit.drop()
            return
        ollama(knowing)(visit, body)

    found, said = asked(house, dying, waiting, waiting)
    assert found.over
    assert found.sheets == 1
    assert len(said) == 2
    assert [s.field for s in suggested(house, waiting)] == [SuggestedField.CONTACT]


@pytest.mark.parametrize("url", ["http://203.0.113.7:11434", "http://169.254.169.254", "llm"])
def test_an_address_outside_is_wrong_usage_before_anything_is_sent(
    house: House, waiting: Waiting, url: str
) -> None:
    with pytest.raises(WrongUsage, match="--llm"):
        advise(house, [waiting], Wish(url), lambda _: None)


def test_a_file_that_is_hostile_or_gone_is_asked_nothing(house: House, tmp_path: Path) -> None:
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"PK\x03\x04" + b"\xff" * 2_000)
    about = [Waiting(path, "Sheet1", "x", document()) for path in (bad, tmp_path / "gone.xlsx")]
    with serving(ollama(knowing)) as host:
        found = advise(house, about, Wish(host.url, MODEL), lambda _: None)
    assert host.chats == []
    assert (found.sheets, found.suggestions) == (0, 0)


def test_a_list_of_documents_is_not_asked_about(house: House, tmp_path: Path) -> None:
    rows: dict[str, object] = {"A1": "Invoice no", "B1": "Invoice date", "C1": "Customer", "D1": "Total"}
    for row in range(2, 8):
        rows |= {f"A{row}": f"R-{row}", f"B{row}": date(2024, 3, row), f"C{row}": "Acme", f"D{row}": 10 * row}
    path = write(tmp_path / "list.xlsx", {"Sheet1": rows})
    with serving(ollama(knowing)) as host:
        found = advise(house, [Waiting(path, "Sheet1", "x")], Wish(host.url, MODEL), lambda _: None)
    assert host.chats == []
    assert found == Advised()


def test_no_text_of_a_document_is_logged_or_left_in_the_open(
    house: House, waiting: Waiting, tmp_path: Path, capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(0)
    with structlog.testing.capture_logs() as events:
        asked(house, ollama(knowing), waiting)
        asked(house, ollama(lambda _: "Quay Street garbage"), waiting)
        asked(house, lambda visit, _: visit.send("Quay Street", 500), waiting)
    out = capfd.readouterr()
    told = f"{events} {caplog.text} {out.out} {out.err}".encode()
    files = [p.read_bytes() for p in (tmp_path / "home").rglob("*") if p.is_file()]
    for secret in (b"Quay Street", b"Okafor", b"orders@quay-street.example"):
        assert not any(secret in data for data in [told, *files])


def test_a_person_sees_value_confidence_and_cell(
    house: House, waiting: Waiting, capsys: pytest.CaptureFixture[str]
) -> None:
    found, _ = asked(house, ollama(knowing), waiting)
    advice.table(Output(json=False), suggested(house, waiting))
    advice.told(Output(json=False), found)
    out, err = capsys.readouterr()
    for text in ("orders@quay-street.example", "80%", "A18", "tiny:1b", "not checked by anybody"):
        assert text in out
    assert "4 questions about 1 sheet: 2 suggestions" in err
