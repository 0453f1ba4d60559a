"""Suggestions lie sealed beside the documents, by run and document, and go with whom they are about."""

from decimal import Decimal

import pytest

from ledgerferry.model.document import Cell
from ledgerferry.model.suggestion import SuggestedField, Suggestion
from ledgerferry.store.database import Database
from ledgerferry.store.payloads import Payloads
from ledgerferry.store.suggestions import Suggestions
from tests.store.world import START, TurnedClock


def suggestion(field: SuggestedField, value: str) -> Suggestion:
    return Suggestion(field=field, value=value, confidence=Decimal("0.7"), model="tiny", why="asked",
                      cell=Cell(file="a.xlsx", sheet="S", cell="B4"))


EMAIL = suggestion(SuggestedField.EMAIL, "orders@quay-street.example")
CONTACT = suggestion(SuggestedField.CONTACT, "Elodie Garson")


@pytest.fixture
def suggestions(payloads: Payloads, clock: TurnedClock) -> Suggestions:
    return Suggestions(payloads, clock)


def test_what_was_suggested_comes_back_as_it_was_by_document(db: Database, suggestions: Suggestions) -> None:
    with db.transaction("put") as tx:
        suggestions.put(tx, "run-1", "doc-a", "acme", [EMAIL, CONTACT])
        suggestions.put(tx, "run-1", "doc-b", "acme", [CONTACT])
        suggestions.put(tx, "run-2", "doc-a", "acme", [CONTACT])
    with db.read() as conn:
        assert suggestions.of_run(conn, "run-1") == {"doc-a": [EMAIL, CONTACT], "doc-b": [CONTACT]}


def test_asking_again_replaces_what_was_suggested_about_that_document(
    db: Database, suggestions: Suggestions
) -> None:
    with db.transaction("put") as tx:
        suggestions.put(tx, "run-1", "doc-a", "acme", [EMAIL, CONTACT])
        suggestions.put(tx, "run-1", "doc-b", "acme", [EMAIL])
        suggestions.put(tx, "run-1", "doc-a", "acme", [CONTACT])
        suggestions.put(tx, "run-1", "doc-b", "acme", [])
    with db.read() as conn:
        assert suggestions.of_run(conn, "run-1") == {"doc-a": [CONTACT]}


def test_nothing_of_it_can_be_read_in_the_database_and_erasing_takes_it_away(
    db: Database, suggestions: Suggestions, payloads: Payloads
) -> None:
    with db.transaction("put") as tx:
        suggestions.put(tx, "run-1", "doc-a", "acme", [EMAIL])
        suggestions.put(tx, "run-1", "doc-b", "globex", [CONTACT])
    with db.read() as conn:
        rows = [tuple(row) for table in ("suggestions", "payloads", "subjects")
                for row in conn.exec_driver_sql(f"SELECT * FROM {table}")]
        assert len(rows) == 6
        assert not any(b"quay-street" in str(cell).encode() or cell == b"B4" for row in rows for cell in row)
    with db.transaction("erase") as tx:
        payloads.erase(tx, "acme", START)
    with db.read() as conn:
        assert suggestions.of_run(conn, "run-1") == {"doc-b": [CONTACT]}
