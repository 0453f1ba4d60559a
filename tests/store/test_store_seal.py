"""Sealing, and where the key lies."""

import base64
import threading
from pathlib import Path

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend

from ledgerferry.store.database import Database
from ledgerferry.store.keys import KeyUnusable, confirm_key, load_key
from ledgerferry.store.seal import Seal, WrongKey
from tests.store.world import in_processes

ONE, OTHER = Seal(b"1" * 32), Seal(b"2" * 32)


@given(st.binary(max_size=200), st.text(max_size=20))
def test_what_is_sealed_opens_again(data: bytes, about: str) -> None:
    sealed = ONE.seal(data, about)
    assert ONE.open(sealed, about) == data
    assert sealed != ONE.seal(data, about)


@given(st.binary(min_size=1, max_size=50), st.data())
def test_a_changed_byte_is_noticed(data: bytes, draw: st.DataObject) -> None:
    sealed = bytearray(ONE.seal(data, "token"))
    place = draw.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= draw.draw(st.integers(1, 255))
    with pytest.raises(WrongKey):
        ONE.open(bytes(sealed), "token")


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + b"x" * 12, b"\x02" + b"x" * 40])
def test_what_was_never_sealed_does_not_open(sealed: bytes) -> None:
    with pytest.raises(WrongKey):
        ONE.open(sealed, "token")


def test_only_the_same_key_and_purpose_open() -> None:
    sealed = ONE.seal(b"1000.refresh", "books/refresh_token")
    with pytest.raises(WrongKey, match="books/refresh_token"):
        OTHER.open(sealed, "books/refresh_token")
    with pytest.raises(WrongKey, match="crm/refresh_token"):
        ONE.open(sealed, "crm/refresh_token")


def test_a_blind_index_is_the_same_for_the_same_text_and_key_only() -> None:
    assert ONE.blind("acme") == Seal(b"1" * 32).blind("acme")
    assert len({ONE.blind("acme"), ONE.blind("acme "), OTHER.blind("acme"), ONE.digest("acme")[:32]}) == 4
    assert len(ONE.blind("acme")) == 32


def test_a_seeded_source_seals_alike() -> None:
    def seal() -> Seal:
        return Seal(b"1" * 32, entropy=lambda count: b"e" * count)

    assert seal().seal(b"text", "about") == seal().seal(b"text", "about")


def test_a_key_has_its_length() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Seal(b"short")


def test_the_key_file_is_made_once_for_its_owner(tmp_path: Path) -> None:
    key = load_key(tmp_path / "home", None)
    assert load_key(tmp_path / "home", None) == key
    assert len(key) == 32
    assert (tmp_path / "home" / "key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["key"]
    assert load_key(tmp_path / "another", None) != key


def keep_key(home: Path, found: Path) -> None:
    found.write_bytes(load_key(home, None))


def test_processes_that_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    found = [tmp_path / f"found {number}" for number in range(6)]
    in_processes(keep_key, [(tmp_path / "home", path) for path in found])
    assert {path.read_bytes() for path in found} == {load_key(tmp_path / "home", None)}


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    load_key(tmp_path, None)
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(KeyUnusable, match="chmod 600"):
        load_key(tmp_path, None)


@pytest.mark.parametrize("text", ["", "not base64!", base64.b64encode(b"short").decode()])
def test_a_key_file_that_holds_no_key_is_refused_and_kept(tmp_path: Path, text: str) -> None:
    (tmp_path / "key").write_text(text)
    (tmp_path / "key").chmod(0o600)
    with pytest.raises(KeyUnusable, match="holds no key"):
        load_key(tmp_path, None)
    assert (tmp_path / "key").read_text() == text


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    assert load_key(tmp_path, base64.b64encode(b"e" * 32).decode()) == b"e" * 32
    assert not (tmp_path / "key").exists()
    with pytest.raises(KeyUnusable, match="FERRY_KEY"):
        load_key(tmp_path, "hunter2")


class Ring(KeyringBackend):
    """A keyring in memory."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


def test_the_systems_keyring_is_used_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, ring = keyring.get_keyring(), Ring()
    keyring.set_keyring(ring)
    try:
        key = load_key(tmp_path, "keyring")
        assert load_key(tmp_path, "keyring") == key
    finally:
        keyring.set_keyring(before)
    assert [base64.b64decode(kept) for kept in ring.kept.values()] == [key]
    assert not (tmp_path / "key").exists()


def test_a_home_goes_with_its_key(db: Database) -> None:
    confirm_key(db, ONE)
    confirm_key(db, ONE)
    with pytest.raises(WrongKey, match="another key"):
        confirm_key(db, OTHER)


def test_threads_share_a_seal() -> None:
    failed: list[str] = []

    def work(name: str) -> None:
        for number in range(200):
            text = f"{name} {number}".encode()
            if ONE.open(ONE.seal(text, name), name) != text:
                failed.append(name)

    threads = [threading.Thread(target=work, args=(f"thread {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
