"""Extracts: the documents that were read outside a run, kept so that a person can decide about them."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, bindparam, delete, select

from ledgerferry.model.document import Document
from ledgerferry.store import upsert
from ledgerferry.store.payloads import Payloads
from ledgerferry.store.seal import Seal
from ledgerferry.store.tables import extracts

_FORGET = delete(extracts).where(extracts.c.source == bindparam("of"))
_HELD = select(extracts.c.payload).where(extracts.c.held == 1).order_by(extracts.c.seen_at, extracts.c.id)


class Extracted(BaseModel):
    """A document as it was read, and where its file lay."""

    model_config = ConfigDict(frozen=True)

    path: str
    document: Document


class Extracts:
    """The table of extracts. Methods run inside the caller's transaction."""

    def __init__(self, payloads: Payloads, seal: Seal) -> None:
        self._payloads = payloads
        self._seal = seal

    def put(self, tx: Connection, path: str, documents: Iterable[Document], now: datetime) -> None:
        """Keep what a file held, in the place of what was kept of it before."""
        source = self._seal.blind(path)
        found = {d.id: Extracted(path=path, document=d) for d in documents}
        subjects = [(f"document {name}", one.model_dump_json()) for name, one in found.items()]
        ids = self._payloads.put_many(tx, subjects)
        tx.execute(_FORGET, {"of": source})
        rows = [
            {"id": name, "source": source, "held": int(one.document.held), "seen_at": now, "payload": payload}
            for (name, one), payload in zip(found.items(), ids, strict=True)
        ]
        upsert.put(tx, extracts, rows)

    def get(self, conn: Connection, document: str) -> list[Extracted]:
        """The documents whose ids begin so, two at most."""
        wanted = extracts.c.id.startswith(document, autoescape=True)
        return self._read(
            conn, conn.execute(select(extracts.c.payload).where(wanted).limit(2)).scalars().all()
        )

    def held(self, conn: Connection) -> list[Extracted]:
        """The documents that a person must look at, the oldest first."""
        return self._read(conn, conn.execute(_HELD).scalars().all())

    def _read(self, conn: Connection, payloads: Iterable[str]) -> list[Extracted]:
        wanted = list(payloads)
        texts = self._payloads.readable(conn, wanted)
        return [Extracted.model_validate_json(texts[p]) for p in wanted if p in texts]
