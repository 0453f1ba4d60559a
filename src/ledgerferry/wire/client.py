"""Calls to one system: clock, token, permit, attempt, send, receive, verdict, always in this order."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO, Final, Protocol

import structlog

from ledgerferry.model.outcome import (
    Busy,
    CallError,
    InDoubt,
    LoginNeeded,
    Outcome,
    Unreachable,
    Unsent,
)
from ledgerferry.model.ports import Clock, Journal, Permit, Quota
from ledgerferry.wire.auth import Auth
from ledgerferry.wire.exchange import Deadline, Exchange
from ledgerferry.wire.message import Call, Reply

_log = structlog.get_logger("ledgerferry.wire")
# Longer waits belong to the engine, which waits durably (home seconds, in all for one call).
_LONGEST_WAIT: Final = 2.0
_READS: Final = 5
_READ_PAUSE: Final = 0.3
# A longer wait is made of such pieces (home seconds), so that a jump of the system's clock is noticed.
_PIECE: Final = 2.0
_waits: ContextVar[Callable[[Busy], bool]] = ContextVar("waits", default=lambda _: False)


@contextmanager
def patient(waits: Callable[[Busy], bool]) -> Iterator[None]:
    """Calls of this thread sit out each ``Busy`` that ``waits`` says yes to, as long as it takes.

    A ``Busy`` call was not done, so that it may be sent again. For walks and scripts that hold no claim,
    whose lease such a wait would outlast.
    """
    token = _waits.set(waits)
    try:
        yield
    finally:
        _waits.reset(token)


# Home seconds for an answer that is written to a file.
_DOWNLOAD_SECONDS: Final = 600.0


@dataclass(frozen=True, slots=True)
class Price:
    """What one call takes of the quota: its weight, and whether it is one of the heavy ones."""

    weight: int = 1
    heavy: bool = False


class Dialect(Protocol):
    """How a system's readable answers are understood."""

    def verdict(self, reply: Reply, now: datetime) -> CallError | None:
        """The error that an answer is, or None for a yes; ``now`` is the system's time.

        ``LoginNeeded`` means that the token was turned away. Is never asked about 5xx answers and pages
        in HTML, which are no answers of the system.
        """
        ...


class _Patience:
    """How often a call that changes nothing is tried: a few times, the first within so many seconds."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._until = clock.monotonic() + seconds
        self.tries = 0

    def again(self) -> bool:
        """Wait for the next try, a little longer each time; False where there shall be none."""
        self.tries += 1
        if self.tries >= _READS or self._clock.monotonic() >= self._until:
            return False
        self._clock.sleep(_READ_PAUSE * self.tries)
        return True


class Client:
    """The one way to a system. Thread-safe; one client per connection and product.

    Writes are given a journal: each is one attempt in it, is sent once, and raises ``Unsent`` or
    ``InDoubt`` for the engine to go on from. Reads have none and are tried a few times. ``left`` is the
    header, in lower case, by which the system says what remains of its day.
    """

    def __init__(self, exchange: Exchange, base: str, auth: Auth, quota: Quota, dialect: Dialect, *,
                 clock_base: str, clock_path: str = "/oauth/serverinfo", left: str = "") -> None:
        self._exchange = exchange
        self._base = base
        self._auth = auth
        self._quota = quota
        self._dialect = dialect
        self._clock_base = clock_base
        self._clock_path = clock_path
        self._left = left

    @property
    def system(self) -> str:
        """The name that errors carry."""
        return self._exchange.system

    @property
    def timeout_seconds(self) -> float:
        """The longest that one call may take, in the home's seconds."""
        return self._exchange.timeouts.total

    def beside(self, base: str) -> "Client":
        """The same login, quota and time at another host of the system; the caller vouches for the host."""
        return Client(self._exchange, base, self._auth, self._quota, self._dialect,
                      clock_base=self._clock_base, clock_path=self._clock_path, left=self._left)

    def now(self) -> datetime:
        """The system's time; asks for it where it is not known yet."""
        try:
            return self._exchange.vendor.now()
        except LookupError:
            self.hear()
            return self._exchange.vendor.now()

    def hear(self) -> None:
        """Ask the system for its time; costs no quota. ``Unreachable`` after as many tries as a read's."""
        patience = _Patience(self._exchange.clock, _LONGEST_WAIT)
        while True:
            try:
                return self._exchange.hear(self._clock_base, self._clock_path)
            except Unreachable:
                if not patience.again():
                    raise

    def read(self, call: Call, *, subject: str = "", weight: int = 1, heavy: bool = False,
             sink: BinaryIO | None = None) -> Reply:
        """The answer to a call that changes nothing; ``Unreachable`` after five tries without one.

        There are fewer where they take long: none begins later than one call's timeout after the first.
        With ``sink`` a success's body is written there, from its start on, instead of into the reply, and
        has ten minutes instead of the timeout.
        """
        patience = _Patience(self._exchange.clock, self.timeout_seconds)
        while True:
            try:
                return self._patiently(call, None, subject, Price(weight, heavy), sink)
            except (Unsent, InDoubt) as error:
                if not patience.again():
                    raise Unreachable(f"no answer after {patience.tries} tries: {error.why}",
                                      system=self.system, subject=subject or call.pattern,
                                      request=error.request) from None
            if sink is not None:
                sink.seek(0)
                sink.truncate()

    def _patiently(self, call: Call, journal: Journal | None, subject: str, price: Price,
                   sink: BinaryIO | None) -> Reply:
        while True:
            try:
                return self._call(call, journal, subject, price, sink)
            except Busy as busy:
                if not _waits.get()(busy):
                    raise
                self._sit_out(busy.until)

    def _sit_out(self, until: datetime) -> None:
        while (left := self._exchange.vendor.seconds_until(until)) > 0:
            self._exchange.clock.sleep(min(left, _PIECE))
            if left > _PIECE:
                self.hear()

    def write(self, call: Call, journal: Journal, *, subject: str = "", weight: int = 1, heavy: bool = False,
              tries: int = 1) -> Reply:
        """The answer to a call that may change something: one attempt, repeated only by the engine.

        ``tries`` is how often a call that belongs to no operation goes out while it surely did not arrive.
        """
        for left in reversed(range(tries)):
            try:
                return self._patiently(call, journal, subject, Price(weight, heavy), None)
            except Unsent:
                if not left:
                    raise
            self._exchange.clock.sleep(_READ_PAUSE)
        raise AssertionError("unreachable")

    def _call(self, call: Call, journal: Journal | None, subject: str, price: Price,
              sink: BinaryIO | None) -> Reply:
        self.now()
        token = self._auth.token()
        permit = self._permit(price)
        deadline = self._exchange.deadline(None if sink is None else _DOWNLOAD_SECONDS)
        try:
            attempt = journal.begin(call.method, call.path) if journal else ""
        except Exception:
            # The permit is given back whatever happened, and the error goes on.
            permit.settle(None, counted=False)
            raise
        try:
            reply = self._send(call, token, permit, deadline, sink)
            error = self._verdict(call, token, reply)
        except CallError as raised:
            reply, error = None, raised
        if error is not None:
            error.subject = subject or error.subject or call.pattern
        if journal:
            status, request = (reply.status, reply.request) if reply else (None, None)
            journal.end(attempt, _outcome(error), status, request or None, error.why if error else "")
        self._note(call, reply, error)
        if error is not None or reply is None:
            raise error or AssertionError("unreachable")
        return reply

    def _note(self, call: Call, reply: Reply | None, error: CallError | None) -> None:
        if structlog.is_configured():
            _log.debug("call", system=self.system, call=call.pattern, status=reply.status if reply else None,
                       outcome=_outcome(error), why=error.why if error else None)

    def _permit(self, price: Price) -> Permit:
        waited = 0.0
        while True:
            try:
                return self._quota.permit(price.weight, heavy=price.heavy)
            except Busy as busy:
                wait = max(0.01, self._exchange.vendor.seconds_until(busy.until))
                if waited + wait > _LONGEST_WAIT:
                    raise
                self._exchange.clock.sleep(wait)
                waited += wait

    def _send(self, call: Call, token: str, permit: Permit, deadline: Deadline,
              sink: BinaryIO | None) -> Reply:
        signed = replace(call, headers=(*call.headers, self._auth.header(token)))
        try:
            reply = self._exchange.send(self._base, signed, deadline, sink=sink)
        except Unsent:
            permit.settle(None, counted=False)
            raise
        except InDoubt:
            permit.settle(None)
            raise
        permit.settle(reply.date)
        remaining = reply.headers.get(self._left, "") if self._left else ""
        if remaining.isdecimal():
            self._quota.told(int(remaining))
        return reply

    def _verdict(self, call: Call, token: str, reply: Reply) -> CallError | None:
        now = reply.date or self._exchange.vendor.now()
        error = self._unanswered(call, reply) or self._dialect.verdict(reply, now)
        if error is None:
            self._auth.accepted(token, call.pattern)
            return None
        error.system, error.request = self.system, reply.request
        if isinstance(error, LoginNeeded):
            return self._auth.refused(token, call.pattern, error)
        if isinstance(error, Busy):
            self._quota.pause(error.until, error.cap)
        return error

    def _unanswered(self, call: Call, reply: Reply) -> CallError | None:
        """What came back in the system's place: it may have acted or not."""
        if reply.status == 304 and any(name.lower() == "if-modified-since" for name, _ in call.headers):
            return None
        if reply.status >= 500 or 300 <= reply.status < 400:
            return InDoubt(f"HTTP {reply.status}", code=str(reply.status))
        if reply.is_html and reply.status != 429:
            return InDoubt(f"a page came instead of an answer (HTTP {reply.status})", code=str(reply.status))
        return None


def _outcome(error: CallError | None) -> Outcome:
    if error is None:
        return Outcome.DONE
    if isinstance(error, InDoubt):
        return Outcome.IN_DOUBT
    if isinstance(error, Unsent | Busy | LoginNeeded):
        return Outcome.UNSENT
    return Outcome.REFUSED

