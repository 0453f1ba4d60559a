"""How calls and writes end. Errors say what to do next; each carries system, subject and request id."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from ledgerferry.model.record import AnyContent, Ref


class Outcome(StrEnum):
    """What an attempt ended as."""

    OPEN = "open"  # written before the call; still this after a kill
    UNSENT = "unsent"  # the system cannot have acted
    IN_DOUBT = "in_doubt"  # it may have acted
    DONE = "done"  # a readable yes
    REFUSED = "refused"  # a readable no


class Receipt(BaseModel):
    """Proof of what the system now holds after a write.

    ``content`` is as the system answered it (None where the answer does not show it), ``dropped``
    the fields that it silently left out, ``at`` the system's time of the answer.
    """

    model_config = ConfigDict(frozen=True)

    ref: Ref
    content: AnyContent | None = None
    status: str | None = None
    modified: datetime | None = None
    at: datetime
    request: str | None = None
    dropped: tuple[str, ...] = ()


class Probe(StrEnum):
    """What a probe says of an operation in doubt."""

    FOUND = "found"
    ABSENT = "absent"
    UNKNOWN = "unknown"


class Probed(BaseModel):
    """A probe's answer; with ``FOUND`` comes the receipt that the lost answer would have been."""

    model_config = ConfigDict(frozen=True)

    probe: Probe
    receipt: Receipt | None = None
    why: str = ""


class CallError(Exception):
    """A call did not end well. The subclass says what to do about it."""

    def __init__(
        self, why: str, *, system: str = "", subject: str = "", request: str = "", code: str = ""
    ) -> None:
        self.why = why
        self.system = system
        self.subject = subject
        self.request = request
        self.code = code
        super().__init__(why)

    def __str__(self) -> str:
        where = " ".join(p for p in (self.system, self.subject, self.request) if p)
        code = f" (code {self.code})" if self.code else ""
        return f"{where}: {self.why}{code}" if where else f"{self.why}{code}"


class Busy(CallError):
    """The system or its quota has no room: nothing was done. Wait until ``until``, then go on."""

    def __init__(self, why: str, until: datetime, *, cap: str = "minute", **about: str) -> None:
        super().__init__(why, **about)
        self.until = until
        self.cap = cap


class Unsent(CallError):
    """The call never reached the system (no connection, an expired token): it may be sent again."""


class Refused(CallError):
    """The system answered no and will again: a person must look. Becomes a dead letter."""


class Pending(Refused):
    """The system says no until a person there did something: an approval, a period opened. It is held."""


class Duplicate(Refused):
    """The system refused because a record of this name, number or key is there: find it and compare."""


class InDoubt(CallError):
    """The system may have acted, the answer is lost: probe before anything else."""


class Stale(CallError):
    """The record moved since it was seen: observe it and plan again."""


class LoginNeeded(CallError):
    """The account's authorisation is gone or lacks a scope: the connection pauses, a person logs in."""


class Unreachable(Unsent):
    """The system cannot be reached at all: as unsent, and if it lasts the work stops until it can."""
