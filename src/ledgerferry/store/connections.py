"""Connections: the authorised accounts of a home, and whether they may be used now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, bindparam, delete, select, update

from ledgerferry.store import upsert
from ledgerferry.store.database import Database
from ledgerferry.store.tables import Instant, connections, secrets

Plan = Literal["free", "standard", "professional", "premium", "elite", "ultimate"]

_ONE = select(connections).where(connections.c.name == bindparam("of"))
_ALL: Final = select(connections.c.name, connections.c.settings).order_by(connections.c.name)
_PAUSE = (
    update(connections).where(connections.c.name == bindparam("of"))
    .values(paused_until=bindparam("moment", type_=Instant), pause_cap=bindparam("cap"))
)
_LOGIN = (
    update(connections).where(connections.c.name == bindparam("of")).values(login_needed=bindparam("why"))
)
_REMOVE = delete(connections).where(connections.c.name == bindparam("of"))
_REMOVE_SECRETS = delete(secrets).where(secrets.c.connection == bindparam("of"))


class Settings(BaseModel):
    """What is known of one connection. No secret is in it; ids are strings.

    ``products`` are those of one consent where there are several; each but Books then has settings of its
    own under ``NAME/PRODUCT``. ``rungs`` is the rung of the ladder by kind, ``capabilities`` what was seen
    of the system's unconfirmed behaviour, ``per_minute`` and ``per_day`` limits that differ from the plan's.
    """

    model_config = ConfigDict(frozen=True)

    product: str
    dc: str
    accounts_url: str
    api_url: str
    organization: str = ""
    organization_name: str = ""
    currency: str = ""
    plan: Plan = "free"
    products: tuple[str, ...] = ()
    mail_checked: bool = False
    rungs: dict[str, str] = {}
    capabilities: dict[str, str] = {}
    per_minute: int | None = None
    per_day: int | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """No call before ``until`` (the system's time), because ``cap`` was reached."""

    until: datetime
    cap: str


class Connections:
    """The table of connections. Methods that take ``tx`` or ``conn`` run inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def save(self, name: str, settings: Settings) -> None:
        """Store or replace a connection's settings; a pause and a needed login stay as they are."""
        row = {"name": name, "product": settings.product, "settings": settings.model_dump_json()}
        with self._db.transaction("connection") as tx:
            upsert.put(tx, connections, [row])

    def get(self, name: str) -> Settings | None:
        """A connection's settings."""
        with self._db.read() as conn:
            row = conn.execute(_ONE, {"of": name}).first()
        return None if row is None else Settings.model_validate_json(row.settings)

    def all(self) -> dict[str, Settings]:
        """Every connection's settings, by name."""
        with self._db.read() as conn:
            return {row.name: Settings.model_validate_json(row.settings) for row in conn.execute(_ALL)}

    def remove(self, name: str) -> None:
        """Forget a connection and its secrets. What was done through it stays in the ledger."""
        with self._db.transaction("disconnect") as tx:
            tx.execute(_REMOVE_SECRETS, {"of": name})
            tx.execute(_REMOVE, {"of": name})

    def pause(self, tx: Connection, name: str, until: datetime, cap: str) -> None:
        """Let no call go out before a moment of the system's time; a longer pause is kept.

        Nothing is kept for a connection that is not stored yet: it is only being tried.
        """
        before = self.paused_until(tx, name)
        if before is None or before < until:
            tx.execute(_PAUSE, {"of": name, "moment": until, "cap": cap})

    def paused_until(self, conn: Connection, name: str) -> datetime | None:
        """The moment (the system's time) until which the connection is or was paused."""
        pause = self.paused(conn, name)
        return None if pause is None else pause.until

    def paused(self, conn: Connection, name: str) -> Pause | None:
        """The last pause, which may be over."""
        row = conn.execute(_ONE, {"of": name}).first()
        return None if row is None or row.paused_until is None else Pause(row.paused_until, row.pause_cap)

    def login_needed(self, name: str, why: str | None) -> None:
        """Note that a person must log in again and why, or with None that it was done."""
        with self._db.transaction("login") as tx:
            tx.execute(_LOGIN, {"of": name, "why": why})

    def require_login(self, tx: Connection, name: str, why: str) -> None:
        """The same inside the caller's transaction: work on the connection stops until it was done."""
        tx.execute(_LOGIN, {"of": name, "why": why})

    def barred(self, conn: Connection, name: str) -> tuple[Pause | None, str | None]:
        """What may keep the connection from being used now: its last pause, and why a login is needed."""
        row = conn.execute(_ONE, {"of": name}).first()
        if row is None:
            raise LookupError(f"no connection {name}")
        pause = None if row.paused_until is None else Pause(row.paused_until, row.pause_cap)
        return pause, row.login_needed

    def why_login(self, name: str) -> str | None:
        """Why a person must log in, or None."""
        with self._db.read() as conn:
            row = conn.execute(_ONE, {"of": name}).first()
        return None if row is None else row.login_needed
