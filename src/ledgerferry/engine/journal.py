"""The journal of a claim: every call is written before it is made, its fence checked with it."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from ledgerferry.model.outcome import Outcome
from ledgerferry.model.ports import Clock, Ids
from ledgerferry.store.claims import Claim, Claims
from ledgerferry.store.database import Database

# What a worker may need beside the call itself before its lease runs out, in seconds.
_GRACE = 15


def lease(timeout_seconds: int) -> timedelta:
    """How long a claim lasts without a sign of life: longer than any call."""
    return timedelta(seconds=timeout_seconds + _GRACE)


@dataclass(frozen=True, slots=True)
class _Ended:
    attempt: str
    outcome: Outcome
    status: int | None
    request: str | None
    why: str


class ClaimJournal:
    """Implements ``model.ports.Journal`` for the operations of one claim.

    The end of an attempt is written together with what follows from it, in the next transaction;
    a kill before that leaves the attempt open, which is in doubt.
    """

    def __init__(
        self,
        database: Database,
        claims: Claims,
        claim: Claim,
        *,
        connection: str,
        clock: Clock,
        ids: Ids,
        timeout_seconds: int,
    ) -> None:
        self._database = database
        self._claims = claims
        self._claim = claim
        self._connection = connection
        self._clock = clock
        self._ids = ids
        self._seconds = timeout_seconds
        self._ended: list[_Ended] = []

    def begin(self, method: str, path: str) -> str:
        """Write the attempt; ``Fenced`` where another worker took the operations over."""
        attempt = self._ids.fresh("at")
        with self._database.transaction("attempt") as tx:
            now = self._clock.now()
            self._claims.renew(tx, self._claim, now + lease(self._seconds))
            self.flush(tx)
            self._claims.attempt(
                tx,
                self._claim,
                attempt,
                connection=self._connection,
                method=method,
                path=path,
                now=now,
                deadline=now + timedelta(seconds=self._seconds),
            )
        self._ended.clear()
        return attempt

    def end(self, attempt: str, outcome: Outcome, status: int | None, request: str | None, why: str) -> None:
        """Remember what the attempt ended as, until the next transaction writes it."""
        self._ended.append(_Ended(attempt, outcome, status, request, why))

    def flush(self, tx: Connection) -> None:
        """Write the remembered ends."""
        for e in self._ended:
            self._claims.close(
                tx,
                e.attempt,
                now=self._clock.now(),
                outcome=e.outcome,
                status=e.status,
                request=e.request,
                why=e.why,
            )
