"""Decisions: what a person said about a document, for as long as its file stays as it was."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, func, select

from ledgerferry.model.document import Document
from ledgerferry.store import upsert
from ledgerferry.store.payloads import Payloads
from ledgerferry.store.seal import Seal
from ledgerferry.store.tables import decisions

_SPENT = select(decisions.c.measured, func.count(), func.sum(decisions.c.seconds)).group_by(
    decisions.c.measured
)


class Verdict(StrEnum):
    """What a person decided about a document."""

    ACCEPT = "accept"
    CORRECT = "correct"
    REJECT = "reject"


class Decision(BaseModel):
    """One decision. ``document`` is what the person confirmed or turned down, with the values to be used.

    ``seconds`` is the time of review; ``measured`` is False where nobody could see how long it took.
    """

    model_config = ConfigDict(frozen=True)

    verdict: Verdict
    document: Document
    note: str = ""
    decided_at: datetime
    seconds: int
    measured: bool
    layout: str | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """What review has taken in this home: decisions, seconds, and how many of those are estimates."""

    decisions: int = 0
    seconds: int = 0
    estimated: int = 0

    @property
    def minutes(self) -> int:
        """The minutes begun."""
        return -(-self.seconds // 60)


class Decisions:
    """The table of decisions. Methods run inside the caller's transaction."""

    def __init__(self, payloads: Payloads, seal: Seal) -> None:
        self._payloads = payloads
        self._seal = seal

    def put(self, tx: Connection, decision: Decision) -> None:
        """Keep a decision, in the place of an earlier one about the same document of the same file."""
        document = decision.document
        payload = self._payloads.put(tx, f"document {document.id}", decision.model_dump_json())
        row = {
            "key": self._key(document),
            "file": self._seal.blind(document.digest),
            "verdict": decision.verdict,
            "decided_at": decision.decided_at,
            "seconds": decision.seconds,
            "measured": int(decision.measured),
            "layout": decision.layout,
            "payload": payload,
        }
        upsert.put(tx, decisions, [row])

    def of(self, conn: Connection, document: Document) -> Decision | None:
        """The decision about a document as its file is."""
        wanted = select(decisions.c.payload).where(decisions.c.key == self._key(document))
        found = self._read(conn, conn.execute(wanted).scalars().all())
        return found[0] if found else None

    def known(self, conn: Connection) -> set[str]:
        """The blind indexes of the files about whose documents something was decided."""
        return set(conn.execute(select(decisions.c.file).distinct()).scalars())

    def of_file(self, conn: Connection, digest: str) -> list[Decision]:
        """The decisions about the documents of a file."""
        wanted = select(decisions.c.payload).where(decisions.c.file == self._seal.blind(digest))
        return self._read(conn, conn.execute(wanted.order_by(decisions.c.decided_at)).scalars().all())

    def file(self, digest: str) -> str:
        """The blind index of a file."""
        return self._seal.blind(digest)

    def spent(self, conn: Connection) -> Spent:
        """What review has taken in this home."""
        rows = {bool(measured): (count, int(seconds)) for measured, count, seconds in conn.execute(_SPENT)}
        told, guessed = rows.get(True, (0, 0)), rows.get(False, (0, 0))
        return Spent(told[0] + guessed[0], told[1] + guessed[1], guessed[1])

    def _key(self, document: Document) -> str:
        return self._seal.blind(f"{document.digest}\0{document.sheet}\0{document.place}")

    def _read(self, conn: Connection, payloads: Iterable[str]) -> list[Decision]:
        wanted = list(payloads)
        texts = self._payloads.readable(conn, wanted)
        return [Decision.model_validate_json(texts[p]) for p in wanted if p in texts]
