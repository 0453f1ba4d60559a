"""The sandbox in this process: its function as a network, its clock shared, its control plane at hand."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx2

from ledgerferry.wire.exchange import Exchange
from ledgerferry.wire.pace import PacedClock
from ledgerferry_sandbox import seeds
from ledgerferry_sandbox.desk import Desk, VirtualClock
from ledgerferry_sandbox.exchange import Answer, Request
from ledgerferry_sandbox.sandbox import Sandbox
from tests.wire.world import CountingQuota, ListJournal, ListWatch

URL = "http://sandbox.example"


class SharedClock:
    """The home's clock, which moves the sandbox's along."""

    def __init__(self, sandbox: VirtualClock) -> None:
        self._sandbox = sandbox

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._sandbox.now(), UTC)

    def monotonic(self) -> float:
        return self._sandbox.now()

    def sleep(self, seconds: float) -> None:
        self._sandbox.advance(seconds)


class InProcess(httpx2.BaseTransport):
    """The sandbox's plain function as a network, faults acted out."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        body = request.read()
        answer = self._sandbox.handle(
            Request.to(request.method, str(request.url), request.headers.items(), body)
        )
        mode = answer.fault.mode if answer.fault else None
        if mode in ("lost", "reset"):
            raise httpx2.ReadError(mode, request=request)
        if mode == "truncate":
            raise httpx2.RemoteProtocolError(mode, request=request)
        return httpx2.Response(answer.status, headers=dict(answer.headers), content=answer.body)


class Account:
    """An organisation of the sandbox, the ports before it in memory, and the sandbox's control plane."""

    service: str
    network: type[InProcess] = InProcess

    def __init__(self, seed: seeds.Seed = "demo") -> None:
        self.virtual = VirtualClock()
        self.sandbox = Sandbox(Desk(clock=self.virtual), seed=seed)
        self.clock = SharedClock(self.virtual)
        self.vendor = PacedClock(self.clock)
        self.journal, self.quota = ListJournal(), CountingQuota()
        self.unseen: list[str] = []

    def exchange(self) -> Exchange:
        return Exchange(
            self.clock, self.vendor, ListWatch(), system=self.service, transport=self.network(self.sandbox)
        )

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """A word with the sandbox's control plane."""
        content = json.dumps(body, default=str).encode() if body is not None else b""
        answer: Answer = self.sandbox.handle(
            Request(method, f"/_sandbox/{path}", (), {"content-type": "application/json"}, content)
        )
        assert answer.status < 300, answer.body
        return json.loads(answer.body) if answer.body else None

    def fault(self, mode: str, path: str, times: int = 1, **more: Any) -> None:
        self.control("PUT", "faults", [{"mode": mode, "path": path, "times": times, **more}])

    def switch(self, name: str, position: str) -> None:
        self.control("PUT", "switches", {name: position})

    def state(self, module: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.control("GET", "state")[self.service][module]
        return rows

    def log(self) -> list[dict[str, Any]]:
        found = self.control("GET", "log")
        rows: list[dict[str, Any]] = found["calls"] if isinstance(found, dict) else found
        return [row for row in rows if row["service"] == self.service]
