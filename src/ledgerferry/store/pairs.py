"""Marked pairs: what must be planned again."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, and_, bindparam, delete, func, select

from ledgerferry.model.ports import Clock
from ledgerferry.store import upsert
from ledgerferry.store.seal import Seal
from ledgerferry.store.tables import pairs

# Why a pair is marked whose record was found to be another than its plan saw.
MOVED: Final = "moved since it was seen"
_LINK = pairs.c.link == bindparam("of_link")
_CLEAR = delete(pairs).where(and_(_LINK, pairs.c.identity == bindparam("blind")))
_MARKED = select(pairs.c.identity, pairs.c.why).where(_LINK)
_COUNT = select(func.count()).select_from(pairs).where(_LINK)


class Pairs:
    """The marks. Methods run inside the caller's transaction."""

    def __init__(self, seal: Seal, clock: Clock) -> None:
        self._seal = seal
        self._clock = clock

    def mark(self, tx: Connection, link: str, identity: str, why: str) -> None:
        """This pair must be planned again; marking twice is marking once."""
        upsert.put(tx, pairs, [{
            "link": link, "identity": self._seal.blind(identity), "marked_at": self._clock.now(),
            "why": why[:120]}])

    def clear(self, tx: Connection, link: str, identity: str) -> None:
        """The pair has been planned."""
        tx.execute(_CLEAR, {"of_link": link, "blind": self._seal.blind(identity)})

    def marked(self, conn: Connection, link: str) -> dict[str, str]:
        """Blind identities of the marked pairs of a link, with why."""
        return {r.identity: r.why for r in conn.execute(_MARKED, {"of_link": link})}

    def among(self, conn: Connection, link: str, identities: Iterable[str]) -> set[str]:
        """Those of the identities whose pair is marked."""
        marked = self.marked(conn, link)
        return {i for i in identities if self._seal.blind(i) in marked} if marked else set()

    def moved(self, conn: Connection, link: str) -> int:
        """How many pairs are marked because their record moved."""
        return sum(why == MOVED for why in self.marked(conn, link).values())

    def count(self, conn: Connection, link: str) -> int:
        """How many pairs are marked."""
        return int(conn.execute(_COUNT, {"of_link": link}).scalar_one())
