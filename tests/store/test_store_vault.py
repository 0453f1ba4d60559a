"""The vault: secrets sealed, and one refresh at a time."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from ledgerferry.store.connections import Connections
from ledgerferry.store.database import Database, open_database
from ledgerferry.store.seal import Seal, WrongKey
from ledgerferry.store.vault import ConnectionVault
from tests.store.world import SETTINGS, START, TurnedClock, in_processes

HOUR = timedelta(hours=1)


def vault_of(db: Database, clock: TurnedClock, connection: str = "books",
             owner: str = "me") -> ConnectionVault:
    return ConnectionVault(db, Seal(b"k" * 32), connection, owner, clock)


def test_secrets_are_kept_by_connection_and_name(db: Database, clock: TurnedClock) -> None:
    books, crm = vault_of(db, clock), vault_of(db, clock, "crm")
    books.put("refresh_token", "1000.first")
    books.put("refresh_token", "1000.second")
    crm.put("refresh_token", "1000.other")
    assert books.get("refresh_token") == "1000.second"
    assert crm.get("refresh_token") == "1000.other"
    assert books.get("client_secret") is None


def test_the_access_token_comes_with_its_end(db: Database, clock: TurnedClock) -> None:
    vault = vault_of(db, clock)
    assert vault.token() is None
    vault.put_token("1000.access", START + HOUR)
    vault.put_token("1000.newer", START + 2 * HOUR)
    assert vault.token() == ("1000.newer", START + 2 * HOUR)


def test_a_secret_moved_to_another_place_does_not_open(db: Database, clock: TurnedClock) -> None:
    vault = vault_of(db, clock)
    vault.put("refresh_token", "1000.mine")
    with db.transaction("tamper") as tx:
        tx.execute(text("UPDATE secrets SET connection = 'crm'"))
    with pytest.raises(WrongKey):
        vault_of(db, clock, "crm").get("refresh_token")


def test_removing_a_connection_forgets_its_secrets(db: Database, clock: TurnedClock) -> None:
    Connections(db).save("books", SETTINGS)
    vault = vault_of(db, clock)
    vault.put("refresh_token", "1000.mine")
    Connections(db).remove("books")
    assert vault.get("refresh_token") is None
    assert Connections(db).get("books") is None


def test_one_refresh_at_a_time_for_each_connection(db: Database, clock: TurnedClock) -> None:
    vault, other = vault_of(db, clock), vault_of(db, clock, "crm")
    with vault.refreshing() as mine, vault.refreshing() as again, other.refreshing() as elsewhere:
        assert (mine, again, elsewhere) == (True, False, True)
    with vault.refreshing() as mine:
        assert mine


def test_a_failed_refresh_gives_the_lease_back_and_a_kill_lets_it_run_out(db: Database,
                                                                          clock: TurnedClock) -> None:
    vault = vault_of(db, clock)
    for stop in (ValueError, GeneratorExit):
        with pytest.raises(stop):
            refresh_and_raise(vault, stop)
    with vault.refreshing() as mine:
        assert not mine
    clock.sleep(31)
    with vault.refreshing() as mine:
        assert mine


def refresh_and_raise(vault: ConnectionVault, stop: type[BaseException]) -> None:
    with vault.refreshing() as mine:
        assert mine
        raise stop


def test_of_many_threads_one_refreshes(db: Database, clock: TurnedClock) -> None:
    rounds, together = 3, 6
    start, decided = threading.Barrier(together), threading.Barrier(together)
    won: list[int] = []

    def work() -> None:
        vault = vault_of(db, clock)
        for turn in range(rounds):
            start.wait(10)
            with vault.refreshing() as mine:
                if mine:
                    won.append(turn)
                decided.wait(10)

    threads = [threading.Thread(target=work) for _ in range(together)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [0, 1, 2]


def refresh_if_first(url: str, folder: Path, name: str) -> None:
    db = open_database(url)
    with vault_of(db, TurnedClock(), owner=name).refreshing() as mine:
        if mine:
            (folder / name).touch()
            raise SystemExit(0)
    db.close()


def test_of_several_processes_one_refreshes(db: Database, url: str, tmp_path: Path) -> None:
    (tmp_path / "won").mkdir()
    in_processes(refresh_if_first, [(url, tmp_path / "won", f"worker-{n}") for n in range(4)])
    assert len(list((tmp_path / "won").iterdir())) == 1


def test_no_secret_can_be_read_in_the_file(tmp_path: Path, clock: TurnedClock) -> None:
    db = open_database(f"sqlite:///{tmp_path / 'ferry.db'}")
    vault = vault_of(db, clock)
    vault.put("client_secret", "s3cr3t-of-the-client")
    vault.put_token("1000.4cc3ss", START + HOUR)
    db.close()
    files = b"".join(path.read_bytes() for path in tmp_path.glob("ferry.db*"))
    assert b"s3cr3t" not in files
    assert b"4cc3ss" not in files
    assert b"client_secret" in files
