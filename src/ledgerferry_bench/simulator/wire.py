"""The wire of the simulation: the sandbox's plain function as a transport, and what befalls its calls."""

from collections.abc import Callable, Iterator
from typing import Final

import httpx2

from ledgerferry_bench.simulator.hub import NETWORK, Hub
from ledgerferry_bench.simulator.scene import Scene
from ledgerferry_sandbox.exchange import Answer, Request
from ledgerferry_sandbox.sandbox import Exchange, Sandbox

# After so long without an answer the client gives up (home seconds).
_PATIENCE: Final = 15.0
# A call that was given up arrives at most so much later, in the system's seconds: within the settle time.
_LATER: Final = 8.0
_TAKES_TIME: Final = 0.3
_USUAL: Final = 0.4
_BOOKS: Final = "/books/"
_WRITES: Final = ("POST", "PUT", "DELETE")


class _Cut(httpx2.SyncByteStream):
    """A body that breaks off in the middle."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        yield self._body[: len(self._body) // 2]
        raise httpx2.RemoteProtocolError("peer closed connection without sending complete message body")


class SandboxTransport(httpx2.BaseTransport):
    """Carries requests into the sandbox and acts out what their connection suffers.

    ``leaving`` is told of every call that leaves for the sandbox, ``acted`` of every one that it has
    acted on, with what the client gets to see of the answer (None: nothing, or nothing whole).
    ``repeatable`` says which calls may arrive twice.
    """

    def __init__(self, sandbox: Sandbox, hub: Hub, scene: Scene,
                 repeatable: Callable[[Request], bool]) -> None:
        self._sandbox = sandbox
        self._hub = hub
        self._faults = scene.faults
        self._rate = scene.rate
        self._later = _LATER / scene.pace
        self._repeatable = repeatable
        self.open = 0
        self.leaving: Callable[[Request], None] = lambda _: None
        self.acted: Callable[[Request, Answer | None], None] = lambda _, __: None

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """One exchange."""
        if self._strikes("unsent"):
            raise httpx2.ConnectError("connection refused")
        made = Request.to(request.method, str(request.url), request.headers.multi_items(), request.read())
        self.leaving(made)
        if made.method in _WRITES and self._strikes("delayed"):
            self._hub.start(NETWORK, lambda: self._deliver(made), mortal=False)
            self._hub.sleep(_PATIENCE)
            raise httpx2.ReadTimeout("no answer in time")
        if self._repeatable(made) and self._strikes("doubled"):
            self._close(self._begin(made), made)
        return self._exchange(made)

    def _strikes(self, fault: str) -> bool:
        struck = fault in self._faults and self._hub.random.random() < self._rate
        if struck:
            self._hub.met[f"fault {fault}"] += 1
        return struck

    def _deliver(self, made: Request) -> None:
        """A call that arrives after its sender has given it up."""
        self._hub.sleep(_PATIENCE + self._hub.random.random() * self._later)
        self._close(self._begin(made), made)

    def _begin(self, made: Request) -> Exchange:
        self.open += made.path.startswith(_BOOKS)
        exchange = self._sandbox.begin(made)
        if exchange.entry is not None and exchange.entry.fault is not None:
            self._hub.met[f"fault {self._named(exchange.entry.fault)}"] += 1
        return exchange

    def _named(self, mode: str) -> str:
        return f"{mode} acting" if f"{mode} acting" in self._faults else mode

    def _close(self, exchange: Exchange, made: Request) -> None:
        self._sandbox.finish(exchange)
        self.open -= made.path.startswith(_BOOKS)

    def _exchange(self, made: Request) -> httpx2.Response:
        exchange = self._begin(made)
        answer = exchange.answer
        late = answer.fault is None and self._strikes("late")
        mode = answer.fault.mode if answer.fault else ""
        self.acted(made, None if late or mode not in ("", "slow") else answer)
        self._take(exchange, made, _PATIENCE if late else answer.fault.seconds if answer.fault else 0.0)
        if late:
            raise httpx2.ReadTimeout("no answer in time")
        if mode in {"lost", "reset"}:
            raise httpx2.ReadError("connection reset by peer")
        if mode == "truncate":
            return httpx2.Response(answer.status, headers=dict(answer.headers), stream=_Cut(answer.body))
        return httpx2.Response(answer.status, headers=dict(answer.headers), content=answer.body)

    def _take(self, exchange: Exchange, made: Request, seconds: float) -> None:
        """Let the answer take its time; the sandbox is done by then whether its caller lives or not."""
        if self._hub.random.random() < _TAKES_TIME:
            seconds += self._hub.random.random() * _USUAL
        if not seconds:
            self._close(exchange, made)
            return

        def close() -> None:
            self._hub.sleep(seconds)
            self._close(exchange, made)

        self._hub.start(NETWORK, close, mortal=False)
        self._hub.sleep(seconds)
