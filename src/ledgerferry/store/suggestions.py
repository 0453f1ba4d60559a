"""Suggestions: what a local model proposed about the documents of a run, sealed; never part of a document."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select

from ledgerferry.model.ports import Clock
from ledgerferry.model.suggestion import Suggestion
from ledgerferry.store.payloads import Payloads
from ledgerferry.store.tables import suggestions

_OF = suggestions.c.run == bindparam("of")
_FORGET = delete(suggestions).where(_OF, suggestions.c.document == bindparam("about"))
_ALL = (
    select(suggestions.c.document, suggestions.c.payload)
    .where(_OF)
    .order_by(suggestions.c.document, suggestions.c.position)
)
_INSERT = insert(suggestions)


class Suggestions:
    """The suggestions of one home. Methods run inside the caller's transaction."""

    def __init__(self, payloads: Payloads, clock: Clock) -> None:
        self._payloads = payloads
        self._clock = clock

    def put(self, tx: Connection, run: str, document: str, subject: str, made: Sequence[Suggestion]) -> None:
        """Replace what was suggested about a document; ``subject`` is whom the document is about."""
        tx.execute(_FORGET, {"of": run, "about": document})
        if not made:
            return
        payloads = self._payloads.put_many(tx, [(subject, one.model_dump_json()) for one in made])
        now = self._clock.now()
        tx.execute(_INSERT, [
            {"run": run, "document": document, "position": position, "field": one.field,
             "payload": payload, "made_at": now}
            for position, (one, payload) in enumerate(zip(made, payloads, strict=True))])

    def of_run(self, conn: Connection, run: str) -> dict[str, list[Suggestion]]:
        """What was suggested about each document of a run; what was erased is left out."""
        rows = conn.execute(_ALL, {"of": run}).all()
        texts = self._payloads.readable(conn, [row.payload for row in rows])
        found: dict[str, list[Suggestion]] = {}
        for row in rows:
            if row.payload in texts:
                found.setdefault(row.document, []).append(Suggestion.model_validate_json(texts[row.payload]))
        return found
