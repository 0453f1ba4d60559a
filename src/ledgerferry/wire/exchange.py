"""One request and its answer over HTTP, within a deadline; what went wrong says what may have happened."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import BinaryIO

import httpx2

from ledgerferry.model.outcome import CallError, InDoubt, Unreachable, Unsent
from ledgerferry.model.ports import Clock, VendorClock, Watch
from ledgerferry.wire import exactjson
from ledgerferry.wire.message import Call, FileBody, FormBody, JsonBody, Reply

_LARGEST_ANSWER = 64 * 1024 * 1024
# Nothing of the request was sent when one of these is raised.
_UNSENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError,
           httpx2.UnsupportedProtocol)


class BrokenOff(Exception):
    """We ended an exchange ourselves: its deadline passed, or the answer grows beyond all measure."""


class Deadline:
    """The home's moment after which a call is neither sent nor waited for, by both of its clocks."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._monotonic = clock.monotonic() + seconds
        self._wall = clock.now() + timedelta(seconds=seconds)

    def left(self) -> float:
        """Home seconds left; 0 or less where it has passed."""
        wall = (self._wall - self._clock.now()).total_seconds()
        return min(self._monotonic - self._clock.monotonic(), wall)


@dataclass(frozen=True)
class Timeouts:
    """Home seconds: to connect (TLS included), between two pieces of an answer, and for a call in all."""

    connect: float = 10.0
    read: float = 30.0
    total: float = 60.0


class Exchange:
    """Sends requests of one system over one connection pool. Thread-safe; follows no redirect, verifies TLS.

    ``transport`` replaces the network (tests, the simulator). Every send and receive is told to the
    watch, every ``Date`` to the system's clock. No answer may have more than ``largest`` bytes.
    """

    def __init__(self, clock: Clock, vendor: VendorClock, watch: Watch, *, system: str,
                 transport: httpx2.BaseTransport | None = None, timeouts: Timeouts | None = None,
                 largest: int = _LARGEST_ANSWER) -> None:
        self.clock = clock
        self.vendor = vendor
        self.system = system
        self.timeouts = timeouts or Timeouts()
        self._watch = watch
        self._largest = largest
        self._http = httpx2.Client(transport=transport, verify=True, follow_redirects=False,
                                   headers={"user-agent": "ledgerferry", "accept": "application/json"})

    def close(self) -> None:
        """Close the pool."""
        self._http.close()

    def deadline(self, seconds: float | None = None) -> Deadline:
        """The deadline of a call that starts now; None: by the timeouts."""
        return Deadline(self.clock, self.timeouts.total if seconds is None else seconds)

    def send(self, base: str, call: Call, deadline: Deadline, *, sink: BinaryIO | None = None) -> Reply:
        """The answer to a call, complete; with ``sink`` a success's body goes there.

        Raises ``Unsent`` when the system cannot have acted, ``InDoubt`` when it may have.
        """
        self._watch.at(f"send {call.pattern}")
        if deadline.left() <= 0:
            raise self._error(Unsent, call, "its time had run out before it could be sent")
        try:
            reply = self._transmit(base, call, deadline, sink)
        except _UNSENT as error:
            failure: CallError = self._error(Unreachable, call, f"no connection ({type(error).__name__})")
        except (httpx2.RequestError, httpx2.StreamError) as error:
            failure = self._error(InDoubt, call, f"the answer was lost ({type(error).__name__})")
        except BrokenOff as error:
            failure = self._error(InDoubt, call, f"the answer was lost ({error})")
        else:
            self._watch.at(f"receive {call.pattern}")
            return reply
        self._watch.at(f"receive {call.pattern}")
        raise failure

    def hear(self, base: str, path: str) -> None:
        """Ask the system for its time by a call that costs nothing; ``Unreachable`` where none comes."""
        try:
            self.send(base, Call("GET", path), self.deadline())
            self.vendor.now()
        except (Unsent, InDoubt, LookupError) as error:
            raise Unreachable(f"{base} does not say what time it is there: {error}",
                              system=self.system) from None

    def _transmit(self, base: str, call: Call, deadline: Deadline, sink: BinaryIO | None) -> Reply:
        with ExitStack() as stack:
            request = self._request(base, call, deadline, stack)
            asked = self.clock.monotonic()
            response = self._http.send(request, stream=True)
            stack.callback(response.close)
            date = _date(response.headers.get("date"))
            if date is not None:
                self.vendor.heard(date, asked)
            pieces = _within(response.iter_bytes(), deadline)
            content = b""
            if sink is not None and response.is_success:
                for piece in pieces:
                    sink.write(piece)
            else:
                content = _whole(pieces, self._largest)
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Reply(response.status_code, headers, content, date)

    def _request(self, base: str, call: Call, deadline: Deadline, stack: ExitStack) -> httpx2.Request:
        left, limits = max(0.001, deadline.left()), self.timeouts
        timeout = httpx2.Timeout(min(limits.read, left), connect=min(limits.connect, left))
        url, headers = base.rstrip("/") + call.path, dict(call.headers)
        query = httpx2.QueryParams(list(call.query)) if call.query else None
        content, data, files = None, None, None
        if isinstance(call.body, FileBody):
            file = stack.enter_context(self._open(call, call.body))
            files = {call.body.field: (call.body.name, file, call.body.media)}
        elif isinstance(call.body, FormBody):
            data = dict(call.body.pairs)
        elif isinstance(call.body, JsonBody):
            content = exactjson.dumps(call.body.value).encode()
            headers["content-type"] = "application/json"
        request = self._http.build_request(call.method, url, params=query, headers=headers, timeout=timeout,
                                           content=content, data=data, files=files)
        if call.body is not None and isinstance(request.stream, httpx2.SyncByteStream):
            request.stream = _Guarded(request.stream, deadline)
        return request

    def _open(self, call: Call, body: FileBody) -> BinaryIO:
        try:
            return body.path.open("rb")
        except OSError as error:
            raise self._error(Unsent, call, f"the file cannot be read: {error.strerror}") from None

    def _error(self, kind: type[CallError], call: Call, why: str) -> CallError:
        return kind(why, system=self.system, subject=call.pattern)


class _Guarded(httpx2.SyncByteStream):
    """A body that breaks off, incomplete, once the deadline has passed.

    However long the connection took to open, nothing whole is sent late.
    """

    def __init__(self, stream: httpx2.SyncByteStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def __iter__(self) -> Iterator[bytes]:
        return _within(iter(self._stream), self._deadline)


def _within(pieces: Iterator[bytes], deadline: Deadline) -> Iterator[bytes]:
    for piece in pieces:
        if deadline.left() <= 0:
            raise BrokenOff("its time ran out")
        yield piece


def _whole(pieces: Iterator[bytes], largest: int) -> bytes:
    content = bytearray()
    for piece in pieces:
        content += piece
        if len(content) > largest:
            raise BrokenOff(f"more than {largest} bytes")
    return bytes(content)


def _date(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
