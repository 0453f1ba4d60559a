"""A small world around the wire: ports kept in memory, and a network that is a function."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2

from ledgerferry.model.outcome import Busy, CallError, Outcome, Refused
from ledgerferry.wire.auth import ZohoAuth
from ledgerferry.wire.client import Client
from ledgerferry.wire.exchange import Exchange, Timeouts
from ledgerferry.wire.message import Reply
from ledgerferry.wire.oauth import TokenEndpoint
from ledgerferry.wire.pace import PacedClock

START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ACCOUNTS = "https://accounts.example"
BASE = "https://api.example/books/v3"

Handler = Callable[[httpx2.Request], httpx2.Response]


class ManualClock:
    """A home's clock that moves when it is slept on or pushed."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


class ListWatch:
    def __init__(self) -> None:
        self.boundaries: list[str] = []
        self.then: Callable[[str], None] = lambda _: None

    def at(self, boundary: str) -> None:
        self.boundaries.append(boundary)
        self.then(boundary)


@dataclass
class CountedPermit:
    settled: list[tuple[datetime | None, bool]]

    def settle(self, answered_at: datetime | None, *, counted: bool = True) -> None:
        self.settled.append((answered_at, counted))


class CountingQuota:
    def __init__(self) -> None:
        self.taken = self.heavy = 0
        self.settled: list[tuple[datetime | None, bool]] = []
        self.busy: list[Busy] = []
        self.pauses: list[tuple[datetime, str]] = []
        self.remains: list[int] = []

    def permit(self, weight: int = 1, *, heavy: bool = False) -> CountedPermit:
        if self.busy:
            raise self.busy.pop(0)
        self.taken += weight
        self.heavy += heavy
        return CountedPermit(self.settled)

    def pause(self, until: datetime, cap: str) -> None:
        self.pauses.append((until, cap))

    def told(self, remaining: int) -> None:
        self.remains.append(remaining)


class MemoryVault:
    def __init__(self, **secrets: str) -> None:
        self.secrets = secrets
        self.held: tuple[str, datetime] | None = None
        self.others_refresh = False
        self.puts = 0

    def get(self, name: str) -> str | None:
        return self.secrets.get(name)

    def put(self, name: str, value: str) -> None:
        self.secrets[name] = value

    def token(self) -> tuple[str, datetime] | None:
        return self.held

    def put_token(self, value: str, expires: datetime) -> None:
        self.puts += 1
        self.held = (value, expires)

    @contextmanager
    def refreshing(self) -> Iterator[bool]:
        yield not self.others_refresh


@dataclass
class ListJournal:
    begun: list[tuple[str, str]] = field(default_factory=list)
    ended: list[tuple[Outcome, int | None, str]] = field(default_factory=list)

    def begin(self, method: str, path: str) -> str:
        self.begun.append((method, path))
        return f"at-{len(self.begun)}"

    def end(self, attempt: str, outcome: Outcome, status: int | None, request: str | None, why: str) -> None:
        self.ended.append((outcome, status, why))


class PlainDialect:
    """400 is a no; everything else readable is a yes."""

    def __init__(self) -> None:
        self.errors: list[CallError] = []

    def verdict(self, reply: Reply, now: datetime) -> CallError | None:
        if self.errors:
            return self.errors.pop(0)
        return Refused("no") if reply.status == 400 else None


class World:
    """Everything a client needs; ``answers`` decides what the API says, ``grants`` the accounts server."""

    def __init__(self, timeouts: Timeouts | None = None) -> None:
        self.clock = ManualClock()
        self.vendor = PacedClock(self.clock)
        self.watch = ListWatch()
        self.quota = CountingQuota()
        self.vault = MemoryVault(client_id="id", client_secret="secret", refresh_token="1000.refresh")
        self.journal = ListJournal()
        self.dialect = PlainDialect()
        self.requests: list[httpx2.Request] = []
        self.answers: Handler = lambda _: httpx2.Response(200, json={"code": 0})
        self.minted = 0
        self.grants: Handler = self.grant
        self.exchange = Exchange(
            self.clock,
            self.vendor,
            self.watch,
            system="books",
            timeouts=timeouts,
            transport=httpx2.MockTransport(self.route),
        )
        self.auth = ZohoAuth(TokenEndpoint(self.exchange, ACCOUNTS), self.vault, self.vendor, self.clock)
        self.client = Client(self.exchange, BASE, self.auth, self.quota, self.dialect, clock_base=ACCOUNTS)

    def route(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        self.requests.append(request)
        if request.url.path == "/oauth/serverinfo":
            answer = httpx2.Response(200, json={"result": "success"})
        elif request.url.path.startswith("/oauth/"):
            answer = self.grants(request)
        else:
            answer = self.answers(request)
        answer.headers.setdefault(
            "date", format_datetime(self.clock.now().replace(microsecond=0), usegmt=True)
        )
        return answer

    def grant(self, _: httpx2.Request) -> httpx2.Response:
        self.minted += 1
        return httpx2.Response(
            200,
            json={
                "access_token": f"1000.token{self.minted}",
                "expires_in": 3600,
                "api_domain": "https://api.example",
                "token_type": "Bearer",
            },
        )

    def paths(self) -> list[str]:
        return [r.url.path for r in self.requests]
