"""Payloads: everything that could name a person, sealed under a key of its subject."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from sqlalchemy import BindParameter, Connection, bindparam, select, update

from ledgerferry.store import upsert
from ledgerferry.store.seal import KEY_BYTES, Seal
from ledgerferry.store.tables import Instant, payloads, subjects

_CHUNK: Final = 500
# Keys of subjects that are kept open: about 2 kB each.
_OPENED: Final = 2_000
_IDS: BindParameter[list[str]] = bindparam("ids", expanding=True)
_KEYS = select(subjects.c.id, subjects.c.sealed_key).where(subjects.c.id.in_(_IDS))
_KNOWN = select(payloads.c.id).where(payloads.c.id.in_(_IDS))
_READ = (
    select(payloads.c.id, payloads.c.sealed, subjects.c.sealed_key, payloads.c.subject)
    .join(subjects, subjects.c.id == payloads.c.subject)
    .where(payloads.c.id.in_(_IDS))
)
_DIGEST = select(payloads.c.digest).where(payloads.c.id == bindparam("id"))
_FORGET_KEY = (
    update(subjects).where(subjects.c.id == bindparam("subject"))
    .values(sealed_key=None, erased_at=bindparam("now", type_=Instant))
)
_FORGET = update(payloads).where(payloads.c.subject == bindparam("of")).values(sealed=None)


class Erased(Exception):
    """The payload's subject was erased: its text is gone for good, its digest still stands."""


class Payloads:
    """Texts of one home, each sealed under the key of its subject (a person or company).

    A subject's key is random, made on first use and sealed with the home's. Payload ids come from
    that key and the text: equal texts of a subject are kept once, and an id tells nothing.
    """

    def __init__(self, seal: Seal) -> None:
        self._seal = seal
        self._opened = lru_cache(maxsize=_OPENED)(self._open_key)

    def put(self, tx: Connection, subject: str, text: str) -> str:
        """Keep a text under a subject, named in the clear (an identity, say); the payload's id."""
        return self.put_many(tx, [(subject, text)])[0]

    def put_many(self, tx: Connection, texts: Sequence[tuple[str, str]]) -> list[str]:
        """Keep many (subject, text) at once; their ids in the order given."""
        keys = self._keys(tx, {self._seal.blind(subject) for subject, _ in texts})
        made = [(of := self._seal.blind(subject), keys[of].blind(text), text) for subject, text in texts]
        ids = [payload for _, payload, _ in made]
        known = {row.id for chunk in _chunks(ids) for row in tx.execute(_KNOWN, {"ids": chunk})}
        new = {payload: (of, text) for of, payload, text in made if payload not in known}
        upsert.add(tx, payloads, [_row(keys[of], of, payload, text) for payload, (of, text) in new.items()])
        return ids

    def get(self, conn: Connection, id: str) -> str:  # noqa: A002
        """The text of a payload; ``Erased`` where it is gone, ``LookupError`` where it never was."""
        return self.get_many(conn, [id])[id]

    def get_many(self, conn: Connection, ids: Iterable[str]) -> dict[str, str]:
        """The texts by payload id; raises as ``get`` does for any of them."""
        wanted = set(ids)
        texts = self.readable(conn, wanted)
        for lost in sorted(wanted - texts.keys()):
            self.digest(conn, lost)
            raise Erased(lost)
        return texts

    def readable(self, conn: Connection, ids: Iterable[str]) -> dict[str, str]:
        """The texts by payload id, without those that were erased."""
        return {row.id: self._opened(row.subject, row.sealed_key).open(row.sealed, row.id).decode()
                for chunk in _chunks(ids) for row in conn.execute(_READ, {"ids": chunk})
                if row.sealed is not None and row.sealed_key is not None}

    def digest(self, conn: Connection, id: str) -> str:  # noqa: A002
        """The salted digest of a payload, which outlives its erasure."""
        found: str | None = conn.execute(_DIGEST, {"id": id}).scalar()
        if found is None:
            raise LookupError(f"no payload {id}")
        return found

    def erase(self, tx: Connection, subject: str, now: datetime) -> None:
        """Destroy a subject's key and texts, for good; what is put under it later gets a new key."""
        of = self._seal.blind(subject)
        tx.execute(_FORGET_KEY, {"subject": of, "now": now})
        tx.execute(_FORGET, {"of": of})

    def _keys(self, tx: Connection, wanted: set[str]) -> dict[str, Seal]:
        found = {row.id: row.sealed_key for ids in _chunks(wanted) for row in tx.execute(_KEYS, {"ids": ids})}
        missing = {of: self._seal.seal(self._seal.entropy(KEY_BYTES), of)
                   for of in sorted(wanted) if found.get(of) is None}
        upsert.put(tx, subjects, [{"id": of, "sealed_key": key} for of, key in missing.items()])
        return {of: self._opened(of, key) for of, key in (found | missing).items()}

    def _open_key(self, subject: str, sealed: bytes) -> Seal:
        return Seal(self._seal.open(sealed, subject), self._seal.entropy)


def _row(key: Seal, subject: str, payload: str, text: str) -> upsert.Row:
    sealed = key.seal(text.encode(), payload)
    return {"id": payload, "subject": subject, "sealed": sealed, "digest": key.digest(text)}


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    rest = list(ids)
    for start in range(0, len(rest), _CHUNK):
        yield rest[start:start + _CHUNK]
