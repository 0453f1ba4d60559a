"""Suggestions lie sealed beside the documents, by file and sheet, and go with whom they are about."""

from decimal import Decimal

import pytest

from ledgerferry.model.document import Cell
from ledgerferry.model.suggestion import Asked, SuggestedField, Suggestion
from ledgerferry.store.database import Database
from ledgerferry.store.payloads import Payloads
from ledgerferry.store.seal import Seal
from ledgerferry.store.suggestions import Suggestions
from tests.store.world import START, TurnedClock


def suggestion(field: SuggestedField, value: str) -> Suggestion:
    return Suggestion(field=field, value=value, confidence=Decimal("0.7"), model="tiny", why="asked",
                      cell=Cell(file="a.xlsx", sheet="S", cell="B4"))


EMAIL = suggestion(SuggestedField.EMAIL, "orders@quay-street.example")
CONTACT = suggestion(SuggestedField.CONTACT, "Elodie Garson")


@pytest.fixture
def suggestions(payloads: Payloads, seal: Seal, clock: TurnedClock) -> Suggestions:
    return Suggestions(payloads, seal, clock)


def test_what_was_suggested_comes_back_as_it_was_by_file_and_sheet(
    db: Database, suggestions: Suggestions
) -> None:
    with db.transaction("put") as tx:
        suggestions.put(tx, "digest-1", "S", "acme", [EMAIL, CONTACT])
        suggestions.put(tx, "digest-1", "T", "acme", [CONTACT])
        suggestions.put(tx, "digest-2", "S", "acme", [CONTACT])
    with db.read() as conn:
        assert suggestions.of(conn, "digest-1", "S") == [EMAIL, CONTACT]
        assert suggestions.of(conn, "digest-1", "T") == [CONTACT]
        assert suggestions.of(conn, "digest-3", "S") == [], "the file has changed"


def test_asking_again_replaces_what_was_suggested_about_that_sheet(
    db: Database, suggestions: Suggestions
) -> None:
    with db.transaction("put") as tx:
        suggestions.put(tx, "digest", "S", "acme", [EMAIL, CONTACT])
        suggestions.put(tx, "digest", "T", "acme", [EMAIL])
        suggestions.put(tx, "digest", "S", "acme", [CONTACT])
        suggestions.put(tx, "digest", "T", "acme", [])
    with db.read() as conn:
        assert suggestions.of(conn, "digest", "S") == [CONTACT]
        assert suggestions.of(conn, "digest", "T") == []


def test_nothing_of_it_can_be_read_in_the_database_and_erasing_takes_it_away(
    db: Database, suggestions: Suggestions, payloads: Payloads
) -> None:
    with db.transaction("put") as tx:
        suggestions.put(tx, "digest", "Invoice of Quay", "acme", [EMAIL])
        suggestions.put(tx, "digest", "T", "globex", [CONTACT])
    with db.read() as conn:
        rows = [tuple(row) for table in ("suggestions", "payloads", "subjects")
                for row in conn.exec_driver_sql(f"SELECT * FROM {table}")]
        assert len(rows) == 6
        told = " ".join(str(cell) for row in rows for cell in row)
        assert not any(word in told for word in ("quay", "Quay", "Elodie", "acme", "a.xlsx"))
    with db.transaction("erase") as tx:
        payloads.erase(tx, "acme", START)
    with db.read() as conn:
        assert suggestions.of(conn, "digest", "Invoice of Quay") == []
        assert suggestions.of(conn, "digest", "T") == [CONTACT]


def test_what_asking_took_is_kept_for_the_last_time(db: Database, suggestions: Suggestions) -> None:
    first = Asked(model="m" * 300, questions=3, refused=1, milliseconds=1500, tokens=700)
    with db.transaction("note") as tx:
        suggestions.note(tx, "digest-1", "S", first)
        suggestions.note(tx, "digest-1", "S", first.model_copy(update={"tokens": None, "questions": 2}))
    with db.read() as conn:
        kept = suggestions.asked(conn, "digest-1", "S")
        assert kept == Asked(model="m" * 120, questions=2, refused=1, milliseconds=1500)
        assert suggestions.asked(conn, "digest-1", "T") is None
