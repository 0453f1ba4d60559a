"""What the store keeps of a review: extracts, decisions and layouts."""


import pytest
from sqlalchemy import text

from ledgerferry.model.document import Document, DocumentKind, Reason
from ledgerferry.model.party import Party
from ledgerferry.store.database import Database
from ledgerferry.store.decisions import Decision, Decisions, Spent, Verdict
from ledgerferry.store.extracts import Extracts
from ledgerferry.store.layouts import Layouts
from ledgerferry.store.payloads import Payloads
from ledgerferry.store.seal import Seal
from tests.store.world import START

WHY = Reason(code="no-number", text="add it")


def document(name: str, *, held: bool = True, digest: str = "d1", sheet: str = "One") -> Document:
    return Document(
        kind=DocumentKind.INVOICE, file="quay.xlsx", sheet=sheet, number="HT-7", issued=None, id=name,
        digest=digest, customer=Party(name="Quay Street Bakery"), reasons=(WHY,) if held else (),
    )  # fmt: skip


def decision(
    one: Document, verdict: Verdict = Verdict.ACCEPT, seconds: int = 60, *, measured: bool = False
) -> Decision:
    return Decision(verdict=verdict, document=one, decided_at=START, seconds=seconds, measured=measured)


@pytest.fixture
def rooms(payloads: Payloads, seal: Seal) -> tuple[Extracts, Decisions, Layouts]:
    return Extracts(payloads, seal), Decisions(payloads, seal), Layouts(payloads)


Rooms = tuple[Extracts, Decisions, Layouts]


def test_an_extract_takes_the_place_of_the_one_before(db: Database, rooms: Rooms) -> None:
    extracts, _, _ = rooms
    with db.transaction("put") as tx:
        extracts.put(
            tx, "/a/quay.xlsx", [document("aa1"), document("aa2"), document("ab", held=False)], START
        )
        extracts.put(tx, "/b/quay.xlsx", [document("ba")], START)
    with db.read() as conn:
        assert [e.document.id for e in extracts.held(conn)] == ["aa1", "aa2", "ba"]
        assert len(extracts.get(conn, "aa")) == 2
        (one,) = extracts.get(conn, "ab")
        assert (one.path, one.document) == ("/a/quay.xlsx", document("ab", held=False))
    with db.transaction("again") as tx:
        extracts.put(tx, "/a/quay.xlsx", [document("aa2", held=False)], START)
    with db.read() as conn:
        assert [e.document.id for e in extracts.held(conn)] == ["ba"]
        assert extracts.get(conn, "aa1") == []
        assert extracts.get(conn, "a%") == []


def test_a_decision_is_about_one_place_of_one_file_as_it_is(db: Database, rooms: Rooms) -> None:
    _, decisions, _ = rooms
    first, other = document("a"), document("a", digest="d2")
    with db.transaction("put") as tx:
        decisions.put(tx, decision(first))
        decisions.put(tx, decision(document("b", sheet="Two"), Verdict.REJECT, 30))
    with db.read() as conn:
        found = decisions.of(conn, first)
        assert found is not None
        assert (found.verdict, found.document.number) == (Verdict.ACCEPT, "HT-7")
        assert decisions.of(conn, other) is None
        assert [d.verdict for d in decisions.of_file(conn, "d1")] == [Verdict.ACCEPT, Verdict.REJECT]
        assert decisions.known(conn) == {decisions.file("d1")}
    with db.transaction("again") as tx:
        decisions.put(tx, decision(first, Verdict.CORRECT, 200, measured=True))
    with db.read() as conn:
        found = decisions.of(conn, first)
        assert found is not None
        assert found.verdict is Verdict.CORRECT
        assert decisions.spent(conn) == Spent(decisions=2, seconds=230, estimated=30)
        assert decisions.spent(conn).minutes == 4


def test_nothing_was_spent_where_nothing_was_decided(db: Database, rooms: Rooms) -> None:
    with db.read() as conn:
        assert rooms[1].spent(conn) == Spent()


def test_layouts_are_kept_once_counted_and_forgotten_for_good(db: Database, rooms: Rooms) -> None:
    _, _, layouts = rooms
    with db.transaction("put") as tx:
        assert layouts.put(tx, "0123456789ab", '{"a": 1}', START, "doc")
        assert not layouts.put(tx, "0123456789ab", '{"a": 1}', START, "other")
        assert layouts.put(tx, "0123ff", "{}", START, None)
        layouts.note_used(tx, {"0123456789ab": 3, "gone": 2})
        layouts.note_used(tx, {})
    with db.read() as conn:
        found = {x.id: (x.text, x.taught_by, x.used) for x in layouts.all(conn)}
        assert found == {"0123456789ab": ('{"a": 1}', "doc", 3), "0123ff": ("{}", None, 0)}
        assert [x.id for x in layouts.get(conn, "01234")] == ["0123456789ab"]
        assert len(layouts.get(conn, "0123")) == 2
    with db.transaction("forget") as tx:
        layouts.forget(tx, "0123456789ab", START)
    with db.read() as conn:
        assert [x.id for x in layouts.all(conn)] == ["0123ff"]
    with db.transaction("teach again") as tx:
        assert layouts.put(tx, "0123456789ab", '{"a": 1}', START, None)
    with db.read() as conn:
        assert len(layouts.all(conn)) == 2


def test_no_column_names_anybody(db: Database, rooms: Rooms) -> None:
    extracts, decisions, layouts = rooms
    with db.transaction("put") as tx:
        extracts.put(tx, "/a/quay.xlsx", [document("a")], START)
        decisions.put(tx, decision(document("a")))
        layouts.put(tx, "ab", '{"mark": "quay"}', START, "a")
    with db.read() as conn:
        for table in ("extracts", "decisions", "layouts"):
            rows = conn.execute(text(f"SELECT * FROM {table}")).all()
            assert rows
            assert not [c for row in rows for c in row if "quay" in str(c).lower() or "HT-7" in str(c)]
