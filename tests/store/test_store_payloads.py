"""Payloads: sealed under their subject's key, kept once, erased for good."""

import tracemalloc
from pathlib import Path

import pytest

from ledgerferry.store.database import Database, open_database
from ledgerferry.store.payloads import Erased, Payloads
from ledgerferry.store.seal import Seal, WrongKey
from tests.store.world import START

SECRET = "Élodie Garçon, 12 rue de la Paix"


def put(db: Database, payloads: Payloads, subject: str, text: str) -> str:
    with db.transaction("put") as tx:
        return payloads.put(tx, subject, text)


def test_texts_are_kept_once_for_each_subject(db: Database, payloads: Payloads) -> None:
    first = put(db, payloads, "acme", SECRET)
    assert put(db, payloads, "acme", SECRET) == first
    other = put(db, payloads, "globex", SECRET)
    with db.read() as conn:
        assert payloads.get_many(conn, [first, other, first]) == {first: SECRET, other: SECRET}
        assert payloads.digest(conn, first) != payloads.digest(conn, other)
        assert conn.exec_driver_sql("SELECT count(*) FROM payloads").scalar() == 2


def test_many_are_put_and_read_in_order(db: Database, payloads: Payloads) -> None:
    texts = [(f"customer {n % 7}", f"text {n % 1_100}") for n in range(1_300)]
    with db.transaction("put") as tx:
        ids = payloads.put_many(tx, texts)
    with db.read() as conn:
        found = payloads.get_many(conn, ids)
    assert [found[payload] for payload in ids] == [text for _, text in texts]


def test_texts_that_are_put_are_not_kept_in_memory(db: Database, payloads: Payloads) -> None:
    put(db, payloads, "acme", SECRET)
    tracemalloc.start()
    try:
        for number in range(100):
            put(db, payloads, f"subject {number}", f"{number}" + "x" * 50_000)
        assert tracemalloc.get_traced_memory()[0] < 2_000_000
    finally:
        tracemalloc.stop()


def test_another_process_of_the_home_reads_them(db: Database, payloads: Payloads, seal: Seal) -> None:
    payload = put(db, payloads, "acme", SECRET)
    with db.read() as conn:
        assert Payloads(Seal(b"k" * 32)).get(conn, payload) == SECRET
    with db.transaction("put") as tx:
        assert Payloads(Seal(b"k" * 32)).put(tx, "acme", SECRET) == payload
    with pytest.raises(WrongKey), db.read() as conn:
        Payloads(Seal(b"x" * 32)).get(conn, payload)


def test_a_payload_that_never_was_is_not_an_erased_one(db: Database, payloads: Payloads) -> None:
    with db.read() as conn, pytest.raises(LookupError, match="no payload pay-1"):
        payloads.get(conn, "pay-1")


def test_erasing_a_subject_leaves_the_others(db: Database, payloads: Payloads) -> None:
    gone, kept = put(db, payloads, "acme", SECRET), put(db, payloads, "globex", SECRET)
    with db.read() as conn:
        digest = payloads.digest(conn, gone)
    with db.transaction("erase") as tx:
        payloads.erase(tx, "acme", START)
    with db.read() as conn:
        with pytest.raises(Erased):
            payloads.get_many(conn, [kept, gone])
        assert payloads.readable(conn, [kept, gone]) == {kept: SECRET}
        assert payloads.digest(conn, gone) == digest


def test_an_erased_subject_that_comes_back_gets_a_new_key(db: Database, payloads: Payloads) -> None:
    elsewhere = Payloads(Seal(b"k" * 32))
    gone = put(db, elsewhere, "acme", SECRET)
    with db.transaction("erase") as tx:
        payloads.erase(tx, "acme", START)
    back = put(db, elsewhere, "acme", SECRET)
    assert back != gone
    with db.read() as conn:
        assert payloads.get(conn, back) == SECRET
        with pytest.raises(Erased):
            payloads.get(conn, gone)


def test_a_rolled_back_key_is_not_used_again(db: Database, payloads: Payloads) -> None:
    with pytest.raises(KeyboardInterrupt):
        put_and_stop(db, payloads)
    payload = put(db, payloads, "acme", SECRET)
    with db.read() as conn:
        assert Payloads(Seal(b"k" * 32)).get(conn, payload) == SECRET


def put_and_stop(db: Database, payloads: Payloads) -> None:
    with db.transaction("put") as tx:
        payloads.put(tx, "acme", SECRET)
        raise KeyboardInterrupt


def test_nothing_can_be_read_in_the_file(tmp_path: Path, payloads: Payloads) -> None:
    db = open_database(f"sqlite:///{tmp_path / 'ferry.db'}")
    put(db, payloads, "Garçon & fils", SECRET)
    files = b"".join(path.read_bytes() for path in tmp_path.glob("ferry.db*"))
    db.close()
    files += (tmp_path / "ferry.db").read_bytes()
    for word in ("Élodie", "Garçon", "rue de la Paix", "fils"):
        assert word.encode() not in files
    assert b"CREATE TABLE payloads" in files
