"""What Books' errors ask for: its codes, its 429s, and texts where the code is not known."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ledgerferry.model.outcome import (
    Busy,
    CallError,
    Duplicate,
    InDoubt,
    LoginNeeded,
    Pending,
    Refused,
    Stale,
)
from ledgerferry.wire.message import Reply


@dataclass(frozen=True, slots=True)
class Error:
    """What an error code of Books asks for; the sentence says what a person can do."""

    kind: type[CallError]
    remedy: str


_ERRORS: Final[Mapping[int, Error]] = {
    14: Error(LoginNeeded, "the login was not taken; run ferry connect again"),
    57: Error(
        LoginNeeded,
        "the token is dead, or the login lacks the scope for this call: connect again "
        "with ZohoBooks.fullaccess.all",
    ),
    2: Error(Refused, "a value does not fit its field"),
    4: Error(Refused, "a value is not one that Books takes"),
    5: Error(Refused, "Books does not know this address; its API may have changed"),
    15: Error(Refused, "a value is missing or too long"),
    37: Error(Refused, "Books does not allow this here"),
    1001: Error(Duplicate, "the invoice number is taken"),
    1002: Error(Stale, "the record is gone"),
    1038: Error(Refused, "the e-mail address is in use by another contact person"),
    3032: Error(Refused, "the tax does not fit the place of supply"),
    3062: Error(Duplicate, "the customer's name is taken"),
    103001: Error(Refused, "the trial of this organisation is over; choose a plan in Books"),
    110942: Error(Refused, "this tax is not supported here"),
}
_MINUTE: Final = timedelta(minutes=1)
_SHORT: Final = timedelta(seconds=2)
# Where the refusal of a repeat has no known code (table 2.3), its text shows it.
_REPEAT: Final = re.compile(r"(?i)already|duplicate|must be unique|in use|has been taken")
# What a person there has to do first has no known codes either.
_APPROVAL: Final = re.compile(r"(?i)\bapprov(e|ed|al)\b")
_LOCKED: Final = re.compile(
    r"(?i)closed (accounting |financial )?(period|year)|transaction lock|\b(is|are|been) locked\b|lock date"
)
_NAMED: Final = re.compile(r'"[^"]*"|\S+@\S+')
_ABSENT: Final = re.compile(r"(?i)does not exist|not found|has been deleted|no longer exists")


class BooksDialect:
    """Implements ``wire.client.Dialect`` for Books: any ``code`` but 0 is an error at any status (F14).

    ``unseen`` is told of codes that the table does not know.
    """

    def __init__(self, unseen: Callable[[str], None]) -> None:
        self._unseen = unseen

    def verdict(self, reply: Reply, now: datetime) -> CallError | None:
        """The error that an answer is, or None."""
        if reply.status == 429:
            return self._busy(reply, now)
        if reply.ok and "json" not in reply.headers.get("content-type", "json"):
            return None
        envelope = _envelope(reply)
        if envelope is None:
            return InDoubt(f"an unreadable answer (HTTP {reply.status})", code=str(reply.status))
        code, message = _code(envelope), str(envelope.get("message", ""))
        if code == 0 and reply.ok:
            return None
        return self._error(reply.status, code, message)

    def _error(self, status: int, code: int, message: str) -> CallError:
        known = _ERRORS.get(code)
        if status == 401 and (known is None or known.kind is not LoginNeeded):
            return LoginNeeded(_sentence(message, "run ferry connect again"), code=str(code))
        if (known is None or known.kind is Refused) and (waits := _waits_for(message)):
            return Pending(_sentence(message, waits), code=str(code))
        if known is not None and not (known.kind is Refused and _REPEAT.search(message)):
            return known.kind(_sentence(message, known.remedy), code=str(code))
        if known is None:
            self._unseen(f"error code {code}")
        if _REPEAT.search(message):
            return Duplicate(_sentence(message, "it is there already"), code=str(code))
        if status == 404 or _ABSENT.search(message):
            return Stale(_sentence(message, "the record is gone"), code=str(code))
        return Refused(_sentence(message, "Books refuses it"), code=str(code))

    def _busy(self, reply: Reply, now: datetime) -> Busy:
        """When to ask again after a 429 of any kind (F19 to F22)."""
        envelope = _envelope(reply) or {}
        code, message = _code(envelope), str(envelope.get("message", ""))
        waits = reply.headers.get("retry-after", "")
        if waits.isdigit():
            return Busy(
                _sentence(message, "blocked"),
                now + timedelta(seconds=int(waits)),
                cap="block",
                code=str(code),
            )
        if code == 45:
            until = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
            return Busy(_sentence(message, "the day's calls are used up"), until, cap="day", code=str(code))
        if code == 1070:
            return Busy(
                _sentence(message, "too many calls at once"), now + _SHORT, cap="in_flight", code=str(code)
            )
        if code not in (43, 44):
            self._unseen(f"error code {code} with HTTP 429")
        return Busy(
            _sentence(message, "the minute's calls are used up"), now + _MINUTE, cap="minute", code=str(code)
        )


def _waits_for(message: str) -> str | None:
    """What a person has to do in Books before it can be; None where that is not the reason."""
    if _LOCKED.search(message):
        return "open the period, or lift its transaction lock, in Books; then ferry resume with the run's id"
    if _APPROVAL.search(message):
        return "approve it in Books; then ferry resume with the run's id"
    return None


def _envelope(reply: Reply) -> Mapping[str, object] | None:
    try:
        value = reply.json()
    except ValueError:
        return None
    return value if isinstance(value, dict) and isinstance(value.get("code"), int | str) else None


def _code(envelope: Mapping[str, object]) -> int:
    code = envelope.get("code", -1)
    return int(code) if isinstance(code, int) or (isinstance(code, str) and code.isdigit()) else -1


def _sentence(message: str, remedy: str) -> str:
    """Books' words without the names and addresses in them: errors are kept where names must not be."""
    plain = _NAMED.sub("…", message).rstrip(". ")
    return f"{plain} ({remedy})" if plain else remedy
