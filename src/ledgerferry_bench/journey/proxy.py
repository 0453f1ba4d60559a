"""A chaos proxy: stands between a ferry and an account, passes every request on, and spoils some answers.

Which answer suffers what is decided by a seed: the nth call of one kind meets the same fate in every run,
whatever else is under way beside it.
"""

import asyncio
import random
import re
import socket
import struct
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import h11

MODES: Final = ("lost", "reset", "cut", "late")
_CHUNK: Final = 65_536
_LATEST_SECONDS: Final = 1.2
_IDS: Final = re.compile(r"\d{4,}|\?.*")
_OWN: Final = frozenset({b"connection", b"transfer-encoding", b"content-length", b"host"})


@dataclass
class Fates:
    """What the answers suffer: ``share`` of them, by seed; none while ``calm``.

    ``lost``: the connection ends without a byte; ``reset``: with RST; ``cut``: after half of a body whose
    whole length was announced; ``late``: the answer comes after up to 1.2 s.
    """

    seed: int
    share: float = 0.15
    calm: bool = False
    calls: int = 0
    met: Counter[str] = field(default_factory=Counter)
    _dice: dict[str, random.Random] = field(default_factory=dict, repr=False)

    def of(self, method: str, path: str) -> tuple[str, float]:
        """What happens to the next answer of this kind of call, and after how many seconds."""
        self.calls += 1
        if self.calm:
            return "", 0
        kind = f"{method} {_IDS.sub('', path)}"
        dice = self._dice.setdefault(kind, random.Random(f"{self.seed} {kind}"))  # noqa: S311 no secret
        suffers, mode, late = dice.random() < self.share, dice.choice(MODES), dice.random()
        if not suffers:
            return "", 0
        self.met[mode] += 1
        return mode, late * _LATEST_SECONDS if mode == "late" else 0


@dataclass(frozen=True)
class Passed:
    """An answer on its way: status, headers and the whole body."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


@dataclass
class Proxy:
    """A proxy that listens on ``url``."""

    url: str
    fates: Fates


@contextmanager
def proxy(upstream: str, fates: Fates) -> Iterator[Proxy]:
    """A chaos proxy before an address on this machine, on a free port, as long as the context lasts."""
    house = _House(upstream, fates)
    thread = threading.Thread(target=house.run, name="chaos proxy", daemon=True)
    thread.start()
    house.ready.wait()
    try:
        yield Proxy(house.url, fates)
    finally:
        house.close()
        thread.join()


class _House:
    """The proxy's event loop, in a thread of its own."""

    def __init__(self, upstream: str, fates: Fates) -> None:
        split = urlsplit(upstream)
        self._upstream = split.hostname or "127.0.0.1", split.port or 80
        self._shown = upstream.rstrip("/").encode()
        self._fates = fates
        self._loop = asyncio.new_event_loop()
        self._open: set[asyncio.Task[None]] = set()
        self.ready = threading.Event()
        self.url = ""

    def run(self) -> None:
        """Listen until closed."""
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._met, "127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self.ready.set()
        self._loop.run_forever()
        server.close()
        for task in self._open:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*self._open, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    def close(self) -> None:
        """Ends ``run`` and every open connection."""
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._open.add(task)
        try:
            await task
        finally:
            self._open.discard(task)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        here = h11.Connection(h11.SERVER)
        try:
            while (met := await _request(here, reader)) is not None and await self._answer(
                here, writer, *met
            ):
                here.start_next_cycle()
        except (ConnectionError, h11.RemoteProtocolError):
            writer.transport.abort()
        finally:
            writer.close()

    async def _answer(
        self, here: h11.Connection, writer: asyncio.StreamWriter, head: h11.Request, body: bytes
    ) -> bool:
        """Pass the request on, and what comes back as fate has it; whether the connection stays."""
        mode, seconds = self._fates.of(head.method.decode(), head.target.decode("latin-1"))
        passed = await self._passed(head, body)
        if mode in ("lost", "reset"):
            _drop(writer, hard=mode == "reset")
            return False
        await asyncio.sleep(seconds)
        length = (b"content-length", b"%d" % len(passed.body))
        headers = [*passed.headers, length]
        writer.write(here.send(h11.Response(status_code=passed.status, headers=headers)) or b"")
        half = passed.body[: len(passed.body) // 2] if mode == "cut" else passed.body
        writer.write(here.send(h11.Data(data=half)) or b"")
        await writer.drain()
        if mode == "cut":
            return False
        here.send(h11.EndOfMessage())
        return here.our_state is h11.DONE and here.their_state is h11.DONE

    async def _passed(self, head: h11.Request, body: bytes) -> Passed:
        """What the account answers; its own address in it is the proxy's."""
        reader, writer = await asyncio.open_connection(*self._upstream)
        there = h11.Connection(h11.CLIENT)
        kept = [(name, value) for name, value in head.headers if name not in _OWN]
        named = [(b"host", b"%s:%d" % (self._upstream[0].encode(), self._upstream[1]))]
        sized = [(b"content-length", b"%d" % len(body)), (b"connection", b"close")]
        asked = h11.Request(method=head.method, target=head.target, headers=[*named, *kept, *sized])
        try:
            writer.write((there.send(asked) or b"") + (there.send(h11.Data(data=body)) or b""))
            writer.write(there.send(h11.EndOfMessage()) or b"")
            return await self._heard(there, reader)
        finally:
            writer.close()

    async def _heard(self, there: h11.Connection, reader: asyncio.StreamReader) -> Passed:
        found, body = None, bytearray()
        while not isinstance(event := await _event(there, reader), h11.EndOfMessage | h11.ConnectionClosed):
            if isinstance(event, h11.Response):
                found = event
            elif isinstance(event, h11.Data):
                body += event.data
        if found is None:
            raise ConnectionError("the account gave no answer")
        headers = [(name, value) for name, value in found.headers if name not in _OWN]
        return Passed(found.status_code, headers, bytes(body).replace(self._shown, self.url.encode()))


async def _request(here: h11.Connection, reader: asyncio.StreamReader) -> tuple[h11.Request, bytes] | None:
    head = await _event(here, reader)
    if not isinstance(head, h11.Request):
        return None
    body = bytearray()
    while isinstance(part := await _event(here, reader), h11.Data):
        body += part.data
    return (head, bytes(body)) if isinstance(part, h11.EndOfMessage) else None


async def _event(connection: h11.Connection, reader: asyncio.StreamReader) -> object:
    while (event := connection.next_event()) is h11.NEED_DATA:
        connection.receive_data(await reader.read(_CHUNK))
    return event


def _drop(writer: asyncio.StreamWriter, *, hard: bool) -> None:
    raw = writer.get_extra_info("socket")
    if hard and raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    else:
        writer.close()


def shares(met: Mapping[str, int], calls: int) -> float:
    """How many of the calls had their answer spoilt, of one."""
    return sum(met.values()) / calls if calls else 0.0
