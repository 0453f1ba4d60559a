"""Layouts: what confirmed documents have taught this home."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, select, update

from ledgerferry.store import upsert
from ledgerferry.store.payloads import Payloads
from ledgerferry.store.tables import layouts

_ALL = select(layouts).order_by(layouts.c.taught_at, layouts.c.id)
_USED = (
    update(layouts).where(layouts.c.id == bindparam("which")).values(used=layouts.c.used + bindparam("times"))
)
_FORGET = delete(layouts).where(layouts.c.id == bindparam("which"))


@dataclass(frozen=True, slots=True)
class KeptLayout:
    """One layout: its JSON, by which document it was taught and when, and how many documents it has read."""

    id: str
    text: str
    taught_at: datetime
    taught_by: str | None
    used: int


class Layouts:
    """The table of layouts. Methods run inside the caller's transaction."""

    def __init__(self, payloads: Payloads) -> None:
        self._payloads = payloads

    def put(self, tx: Connection, layout: str, text: str, now: datetime, taught_by: str | None) -> bool:
        """Keep a layout; False where the same is kept already."""
        if self.get(tx, layout):
            return False
        payload = self._payloads.put(tx, _subject(layout), text)
        row = {"id": layout, "taught_at": now, "taught_by": taught_by, "used": 0, "payload": payload}
        upsert.put(tx, layouts, [row])
        return True

    def all(self, conn: Connection) -> list[KeptLayout]:
        """Every layout, the oldest first."""
        return self._read(conn, _ALL)

    def get(self, conn: Connection, layout: str) -> list[KeptLayout]:
        """The layouts whose ids begin so, two at most."""
        return self._read(conn, _ALL.where(layouts.c.id.startswith(layout, autoescape=True)).limit(2))

    def note_used(self, tx: Connection, times: Mapping[str, int]) -> None:
        """Count documents that were read by layouts."""
        if times:
            tx.execute(_USED, [{"which": layout, "times": count} for layout, count in times.items()])

    def forget(self, tx: Connection, layout: str, now: datetime) -> None:
        """Forget a layout, for good."""
        tx.execute(_FORGET, {"which": layout})
        self._payloads.erase(tx, _subject(layout), now)

    def _read(self, conn: Connection, wanted: Select[Any]) -> list[KeptLayout]:
        rows = conn.execute(wanted).all()
        texts = self._payloads.readable(conn, [row.payload for row in rows])
        return [
            KeptLayout(row.id, texts[row.payload], row.taught_at, row.taught_by, row.used)
            for row in rows
            if row.payload in texts
        ]


def _subject(layout: str) -> str:
    return f"layout {layout}"
