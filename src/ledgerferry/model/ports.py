"""The ports through which the floors reach time, chance, quota, secrets and the outside observer."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from ledgerferry.model.outcome import Outcome


class Clock(Protocol):
    """The only source of time. ``now`` is aware UTC of the home; ``sleep`` takes home seconds."""

    def now(self) -> datetime:
        """The home's time."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards; their zero means nothing."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let that many home seconds pass."""
        ...


class VendorClock(Protocol):
    """A connection's time: the ``Date`` of its answers, running on between them at the pace learnt."""

    def now(self) -> datetime:
        """The system's time by best knowledge; raises ``LookupError`` before any answer was seen."""
        ...

    def heard(self, date: datetime, asked: float | None = None) -> None:
        """An answer just said what time it is there; ``asked`` is the home's monotonic second of the call."""
        ...

    def seconds_until(self, moment: datetime) -> float:
        """Home seconds from now to a moment of the system's time; 0 where it has passed."""
        ...


class Ids(Protocol):
    """The source of fresh ids and of chance; seeded in the simulator."""

    def fresh(self, prefix: str) -> str:
        """A new id, sortable by the time it was made."""
        ...

    def random(self) -> float:
        """A number from 0 up to 1."""
        ...


class Watch(Protocol):
    """Told of every boundary that the engine's work crosses: commits, sends and receives.

    The real one does nothing; the simulator's is where other workers run and crashes happen.
    """

    def at(self, boundary: str) -> None:
        """A boundary was reached, for example ``commit claim`` or ``send POST /invoices``."""
        ...


class Permit(Protocol):
    """Leave for one call under the quota; settle it when the answer is in."""

    def settle(self, answered_at: datetime | None, *, counted: bool = True) -> None:
        """Close the in-flight slot; ``answered_at`` is the system's time, None when no answer came."""
        ...


class Quota(Protocol):
    """The limiter of one connection, shared by all processes of the home."""

    def permit(self, weight: int = 1, *, heavy: bool = False) -> Permit:
        """A permit now, or ``Busy`` with the moment (the system's time) to ask again.

        ``heavy`` calls have fewer slots of their own besides, where the system says so (F77).
        """
        ...

    def pause(self, until: datetime, cap: str) -> None:
        """The system itself said that it is too much: no permit before that moment."""
        ...

    def told(self, remaining: int) -> None:
        """The system itself said how much of its day is left: less than we counted, if others spend too."""
        ...


class Vault(Protocol):
    """Secrets of one connection, sealed at rest."""

    def get(self, name: str) -> str | None:
        """The secret of that name."""
        ...

    def put(self, name: str, value: str) -> None:
        """Store or replace a secret."""
        ...

    def token(self) -> tuple[str, datetime] | None:
        """The access token and the system's moment at which it expires."""
        ...

    def put_token(self, value: str, expires: datetime) -> None:
        """Store the access token that a refresh gave."""
        ...

    def refreshing(self) -> AbstractContextManager[bool]:
        """A lease for the one refresh under way; False where another worker holds it."""
        ...


class Journal(Protocol):
    """Where an attempt is written before its call and closed after it (one attempt is one HTTP call)."""

    def begin(self, method: str, path: str) -> str:
        """Write the attempt, the fence checked in the same transaction; its id. ``Fenced`` if lost."""
        ...

    def end(self, attempt: str, outcome: Outcome, status: int | None, request: str | None, why: str) -> None:
        """Close the attempt with what it ended as."""
        ...


class Fenced(Exception):
    """This worker's lease was taken over by another: stop at once, write nothing."""


class Bindings(Protocol):
    """Which target record an identity is bound to, and back."""

    def refs(self, identities: Sequence[str]) -> dict[str, str]:
        """Vendor ids by identity, for those that are bound."""
        ...

    def identities(self, kind: str, ids: Sequence[str]) -> dict[str, str]:
        """Identities by vendor id, for those that are bound."""
        ...
