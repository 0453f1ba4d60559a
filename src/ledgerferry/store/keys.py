"""Where a home's key lies: apart from its data, and never made twice."""

import base64
import binascii
import os
import secrets
from pathlib import Path
from typing import Final

from sqlalchemy import bindparam, select

from ledgerferry.store import upsert
from ledgerferry.store.database import Database
from ledgerferry.store.folderlock import folder_lock
from ledgerferry.store.seal import KEY_BYTES, Seal, WrongKey
from ledgerferry.store.tables import home as home_table

KEYRING: Final = "keyring"
_SERVICE: Final = "ledgerferry"
_CHECK: Final = "key_check"
_READ = select(home_table.c.value).where(home_table.c.key == bindparam("of"))


class KeyUnusable(Exception):
    """The key cannot be used: ``why``, and the ``remedy``."""

    def __init__(self, why: str, remedy: str) -> None:
        self.why = why
        self.remedy = remedy
        super().__init__(f"{why}: {remedy}")


def load_key(home: Path, environment: str | None) -> bytes:
    """The key of a home, made on first use; two processes that start at once get the same.

    ``environment`` is what FERRY_KEY says: the key itself (32 bytes in Base64), or ``keyring`` for the
    operating system's. Without it the key is the home's file ``key``, which only its owner may read.
    """
    if environment == KEYRING:
        return _from_keyring(home)
    if environment:
        return _decoded(environment, "FERRY_KEY", "set it to what `openssl rand -base64 32` prints")
    return _from_file(home)


def confirm_key(db: Database, seal: Seal) -> None:
    """Make sure that the home's data belongs to this key, before anything is looked up with it.

    The first key seen is remembered by a blind index; ``WrongKey`` for any other.
    """
    expected = seal.blind("ledgerferry home")
    with db.read() as conn:
        known = conn.execute(_READ, {"of": _CHECK}).scalar()
    if known is None:
        with db.transaction("key-check") as tx:
            upsert.add(tx, home_table, [{"key": _CHECK, "value": expected}])
            known = tx.execute(_READ, {"of": _CHECK}).scalar_one()
    if known != expected:
        raise WrongKey("this home's data was sealed with another key: put back its file `key` or FERRY_KEY")


def _from_file(home: Path) -> bytes:
    path = home / "key"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with folder_lock(home):
        if not path.exists():
            _write(path, _fresh())
    if path.stat().st_mode & 0o077:
        raise KeyUnusable(f"others may read {path}", f"chmod 600 {path}")
    return _decoded(path.read_text(encoding="ascii", errors="replace"), str(path), "put back a copy of it")


def _fresh() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _write(path: Path, key: str) -> None:
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)


def _from_keyring(home: Path) -> bytes:
    import keyring  # noqa: PLC0415 its backends take long to load, and few homes ask for it

    user = str(home.resolve())
    remedy = "unlock it, or take the key from FERRY_KEY or the file `key`"
    try:
        with folder_lock(home):
            if keyring.get_password(_SERVICE, user) is None:
                keyring.set_password(_SERVICE, user, _fresh())
            found = keyring.get_password(_SERVICE, user)
    except keyring.errors.KeyringError as error:
        raise KeyUnusable(f"the system's keyring cannot be used ({error})", remedy) from error
    return _decoded(found or "", "the system's keyring", remedy)


def _decoded(text: str, where: str, remedy: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyUnusable(f"{where} holds no key of {KEY_BYTES} bytes in Base64", remedy)
    return key
