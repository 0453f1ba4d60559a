"""The vault: one connection's secrets and access token, sealed at rest."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select

from ledgerferry.model.ports import Clock, Vault
from ledgerferry.store import leases, upsert
from ledgerferry.store.database import Database
from ledgerferry.store.seal import Seal
from ledgerferry.store.tables import secrets

REFRESH_SECONDS: Final = 30
_TOKEN: Final = "access_token"  # noqa: S105 the name of the row
_READ = select(secrets.c.sealed, secrets.c.expires).where(
    secrets.c.connection == bindparam("of"), secrets.c.name == bindparam("secret"))


class ConnectionVault(Vault):
    """Secrets by name for one connection; ``WrongKey`` where they were sealed with another key."""

    def __init__(self, db: Database, seal: Seal, connection: str, owner: str, clock: Clock) -> None:
        self._db = db
        self._seal = seal
        self._connection = connection
        self._owner = owner
        self._clock = clock

    def get(self, name: str) -> str | None:
        """The secret of that name."""
        found = self._read(name)
        return None if found is None else found[0]

    def put(self, name: str, value: str) -> None:
        """Store or replace a secret."""
        self._write("secret", name, value, None)

    def token(self) -> tuple[str, datetime] | None:
        """The access token and the system's moment at which it expires."""
        found = self._read(_TOKEN)
        return None if found is None or found[1] is None else (found[0], found[1])

    def put_token(self, value: str, expires: datetime) -> None:
        """Store the access token that a refresh gave."""
        self._write("token", _TOKEN, value, expires)

    @contextmanager
    def refreshing(self) -> Iterator[bool]:
        """A lease of 30 s for the one refresh under way; False where another worker or thread has it.

        An error gives it back; a kill, or an exception that is no ``Exception``, lets it run out.
        """
        name = f"refresh/{self._connection}"
        with self._db.transaction("refresh-lease") as tx:
            fence = leases.acquire(tx, name, self._owner, self._clock.now(), REFRESH_SECONDS)
        if fence is None:
            yield False
            return
        try:
            yield True
        except Exception:
            # The lease is given back whatever happened, and the error goes on.
            self._give_back(name, fence)
            raise
        self._give_back(name, fence)

    def _give_back(self, name: str, fence: int) -> None:
        with self._db.transaction("refresh-release") as tx:
            leases.release(tx, name, self._owner, fence)

    def _read(self, name: str) -> tuple[str, datetime | None] | None:
        with self._db.read() as conn:
            row = conn.execute(_READ, {"of": self._connection, "secret": name}).first()
        if row is None:
            return None
        return self._seal.open(row.sealed, self._about(name)).decode(), row.expires

    def _write(self, transaction: str, name: str, value: str, expires: datetime | None) -> None:
        sealed = self._seal.seal(value.encode(), self._about(name))
        with self._db.transaction(transaction) as tx:
            upsert.put(tx, secrets, [
                {"connection": self._connection, "name": name, "sealed": sealed, "expires": expires}])

    def _about(self, name: str) -> str:
        return f"{self._connection}/{name}"
