"""The chain holds with several writers, and any change of what was written breaks it."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import text

from ledgerferry.store.database import Database, open_database
from ledgerferry.store.ledger import GENESIS, ChainCheck, Ledger
from ledgerferry.store.payloads import Payloads
from ledgerferry.store.seal import Seal
from tests.store.world import START, TurnedClock, in_processes


def write(db: Database, ledger: Ledger, payloads: Payloads, times: int) -> list[int]:
    with db.transaction("note") as tx:
        return [ledger.append(tx, "loaded", run="run-1", about=f"lf{n}",
                              payload=payloads.put(tx, "acme", f"receipt {n}")) for n in range(times)]


def check(db: Database, ledger: Ledger) -> ChainCheck:
    with db.read() as conn:
        found = ledger.check(conn)
        assert found.head == ledger.head(conn)
    return found


def test_an_empty_ledger_is_whole(db: Database, ledger: Ledger) -> None:
    assert check(db, ledger) == ChainCheck(0, GENESIS, None)


def test_entries_are_chained_and_found_again(db: Database, ledger: Ledger, payloads: Payloads,
                                             clock: TurnedClock) -> None:
    assert write(db, ledger, payloads, 3) == [1, 2, 3]
    clock.sleep(86_400)
    with db.transaction("note") as tx:
        assert ledger.append(tx, "dead", run="run-2", about="lf1") == 4
    with db.read() as conn:
        everything = list(ledger.entries(conn))
        assert [entry.previous for entry in everything] == [GENESIS, *(e.hash for e in everything[:-1])]
        assert [entry.seq for entry in ledger.entries(conn, run="run-1")] == [1, 2, 3]
        assert [entry.seq for entry in ledger.entries(conn, about="lf1")] == [2, 4]
        assert [entry.seq for entry in ledger.entries(conn, day=START.date())] == [1, 2, 3]
        assert [entry.seq for entry in ledger.entries(conn, run="run-2", about="lf2")] == []
        assert everything[0].at == START
        assert everything[3].at == START + timedelta(days=1)
        assert everything[0].payload is not None
        assert payloads.get(conn, everything[0].payload) == "receipt 0"
    assert check(db, ledger) == ChainCheck(4, everything[-1].hash, None)


def test_a_payload_that_is_not_there_cannot_be_pointed_at(db: Database, ledger: Ledger) -> None:
    with pytest.raises(LookupError), db.transaction("note") as tx:
        ledger.append(tx, "loaded", run=None, about=None, payload="nothing")


TAMPERINGS = [
    "UPDATE entries SET event = 'refused' WHERE seq = 5",
    "UPDATE entries SET run = NULL WHERE seq = 5",
    "UPDATE entries SET about = 'lf9' WHERE seq = 5",
    "UPDATE entries SET at = '2026-11-21T08:00:00.000001Z' WHERE seq = 5",
    "UPDATE entries SET payload = (SELECT payload FROM entries WHERE seq = 1) WHERE seq = 5",
    "UPDATE entries SET digest = (SELECT digest FROM entries WHERE seq = 1) WHERE seq = 5",
    "UPDATE entries SET previous = hash WHERE seq = 5",
    "UPDATE entries SET hash = previous || '' WHERE seq = 5",
    "UPDATE payloads SET digest = 'x' WHERE id = (SELECT payload FROM entries WHERE seq = 5)",
    "UPDATE entries SET seq = 500 WHERE seq = 5",
    "DELETE FROM entries WHERE seq = 5",
]


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_a_change_is_found_where_it_was_made(db: Database, ledger: Ledger, payloads: Payloads,
                                             tampering: str) -> None:
    write(db, ledger, payloads, 9)
    with db.transaction("tamper") as tx:
        if tampering.startswith("UPDATE entries SET hash"):
            tx.execute(text("UPDATE entries SET hash = 'gone' WHERE seq = 4"))
        tx.execute(text(tampering))
    found = check(db, ledger)
    assert found.broken_at in ({6} if "seq = 500" in tampering or "DELETE" in tampering else {4, 5})


def test_a_cut_off_end_shows_in_the_head(db: Database, ledger: Ledger, payloads: Payloads) -> None:
    write(db, ledger, payloads, 5)
    before = check(db, ledger)
    with db.transaction("tamper") as tx:
        tx.execute(text("DELETE FROM entries WHERE seq = 5"))
    after = check(db, ledger)
    assert after.head != before.head
    assert after.entries == 4


def test_an_erasure_leaves_the_chain_whole(db: Database, ledger: Ledger, payloads: Payloads) -> None:
    write(db, ledger, payloads, 4)
    before = check(db, ledger)
    with db.transaction("erase") as tx:
        payloads.erase(tx, "acme", START)
    assert check(db, ledger) == before
    assert before.broken_at is None


def write_much(url: str, turns: int) -> None:
    db = open_database(url)
    payloads = Payloads(Seal(b"k" * 32))
    for _ in range(turns):
        write(db, Ledger(payloads, TurnedClock()), payloads, 3)
    db.close()


def test_the_chain_holds_with_several_processes(db: Database, url: str, ledger: Ledger) -> None:
    in_processes(write_much, [(url, 12)] * 3)
    found = check(db, ledger)
    assert (found.entries, found.broken_at) == (108, None)


def heads(databases: Sequence[Database]) -> list[str]:
    found = []
    for db in databases:
        seal = Seal(b"k" * 32, entropy=lambda count: b"e" * count)
        payloads = Payloads(seal)
        ledger = Ledger(payloads, TurnedClock())
        write(db, ledger, payloads, 5)
        found.append(check(db, ledger).head)
    return found


def test_the_same_seed_gives_the_same_head(db: Database, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = open_database(f"sqlite:///{tmp_path_factory.mktemp('other') / 'ferry.db'}")
    one, two = heads([db, other])
    assert one == two
    other.close()
