"""Suggestions: what a local model proposed about the sheets of files, sealed; never part of a document."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select

from ledgerferry.model.ports import Clock
from ledgerferry.model.suggestion import Asked, Suggestion
from ledgerferry.store import upsert
from ledgerferry.store.payloads import Payloads
from ledgerferry.store.seal import Seal
from ledgerferry.store.tables import asked, suggestions

_ABOUT = suggestions.c.about == bindparam("sheet")
_FORGET = delete(suggestions).where(_ABOUT)
_ALL = select(suggestions.c.payload).where(_ABOUT).order_by(suggestions.c.position)
_INSERT = insert(suggestions)
_ASKED = select(asked).where(asked.c.about == bindparam("sheet"))
_LONGEST_NAME = 120


class Suggestions:
    """The suggestions of one home, for as long as their file stays as it was.

    ``digest`` is the file's. Methods run inside the caller's transaction.
    """

    def __init__(self, payloads: Payloads, seal: Seal, clock: Clock) -> None:
        self._payloads = payloads
        self._seal = seal
        self._clock = clock

    def put(self, tx: Connection, digest: str, sheet: str, subject: str, made: Sequence[Suggestion]) -> None:
        """Replace what was suggested about a sheet; ``subject`` is whom its document is about."""
        about = self._about(digest, sheet)
        tx.execute(_FORGET, {"sheet": about})
        if not made:
            return
        payloads = self._payloads.put_many(tx, [(subject, one.model_dump_json()) for one in made])
        now = self._clock.now()
        tx.execute(_INSERT, [
            {"about": about, "position": position, "field": one.field, "payload": payload, "made_at": now}
            for position, (one, payload) in enumerate(zip(made, payloads, strict=True))])

    def of(self, conn: Connection, digest: str, sheet: str) -> list[Suggestion]:
        """What was suggested about a sheet, in the order made; what was erased is left out."""
        ids = conn.execute(_ALL, {"sheet": self._about(digest, sheet)}).scalars().all()
        texts = self._payloads.readable(conn, ids)
        return [Suggestion.model_validate_json(texts[one]) for one in ids if one in texts]

    def note(self, tx: Connection, digest: str, sheet: str, spent: Asked) -> None:
        """Keep what asking about a sheet took, the last time that it was asked about."""
        row = {"about": self._about(digest, sheet), "asked_at": self._clock.now(), **spent.model_dump()}
        row["model"] = spent.model[:_LONGEST_NAME]
        upsert.put(tx, asked, [row])

    def asked(self, conn: Connection, digest: str, sheet: str) -> Asked | None:
        """What asking about a sheet took; None where it was never asked about."""
        row = conn.execute(_ASKED, {"sheet": self._about(digest, sheet)}).first()
        if row is None:
            return None
        return Asked(model=row.model, questions=row.questions, refused=row.refused,
                     milliseconds=row.milliseconds, tokens=row.tokens)

    def _about(self, digest: str, sheet: str) -> str:
        return self._seal.blind(f"{digest}\0{sheet}")
