"""The HTTP shell: reads requests, hands them to the sandbox, and acts out what their connection suffers."""

import asyncio
import gc
import socket
import struct
from collections.abc import Callable
from typing import Protocol

import h11

from ledgerferry_sandbox.exchange import Answer, Request
from ledgerferry_sandbox.sandbox import Exchange

CHUNK = 65_536
YOUNG = 20_000
LARGEST_BODY = 64 * 1_048_576
Finished = Callable[[Request], None]


def unburden() -> None:
    """Lets the garbage collector pass over all that is there now: going through it would hold up calls."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)


class Handler(Protocol):
    """What stands behind the shell: the sandbox, or something as plain."""

    def begin(self, request: Request) -> Exchange:
        """Receives a request and says what the answer will be."""

    def finish(self, exchange: Exchange) -> None:
        """Closes a call."""


class Shell:
    """One data centre on one port. `noted` is called after every call, before its answer leaves."""

    def __init__(self, sandbox: Handler, noted: Finished | None = None) -> None:
        self.sandbox = sandbox
        self._noted = noted

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers one connection until either side, or the whole program, has had enough of it."""
        try:
            await _Connection(self, reader, writer).run()
        except (ConnectionError, h11.RemoteProtocolError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            writer.close()

    async def exchange(self, request: Request) -> tuple[Exchange, Answer]:
        """Lets the sandbox act, and waits as long as the answer is to be late."""
        opened = self.sandbox.begin(request)
        if self._noted:
            self._noted(request)
        fault = opened.answer.fault
        if fault and fault.mode == "slow":
            await asyncio.sleep(fault.seconds)
        return opened, opened.answer


class _Connection:
    """The life of one connection."""

    def __init__(self, shell: Shell, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._shell = shell
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.SERVER)

    async def run(self) -> None:
        """Requests and answers in turn, as long as the connection is kept alive."""
        while True:
            request = await self._request()
            if request is None:
                return
            opened, answer = await self._shell.exchange(request)
            try:
                kept = await self._give(answer)
            finally:
                self._shell.sandbox.finish(opened)
            if not kept or self._http.our_state is not h11.DONE:
                return
            self._http.start_next_cycle()

    async def _request(self) -> Request | None:
        head = await self._event()
        if not isinstance(head, h11.Request):
            return None
        body = bytearray()
        while isinstance(part := await self._event(), h11.Data):
            body += part.data
            if len(body) > LARGEST_BODY:
                raise ConnectionError("the body is too large")
        if not isinstance(part, h11.EndOfMessage):
            return None
        named = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers]
        return Request.to(head.method.decode(), head.target.decode("latin-1"), named, bytes(body))

    async def _event(self) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            if self._http.they_are_waiting_for_100_continue:
                go_on = h11.InformationalResponse(status_code=100, headers=[])
                self._writer.write(self._http.send(go_on) or b"")
            self._http.receive_data(await self._reader.read(CHUNK))
        return event

    async def _give(self, answer: Answer) -> bool:
        mode = answer.fault.mode if answer.fault else ""
        if mode in ("lost", "reset"):
            self._drop(hard=mode == "reset")
            return False
        headers = [(name, value) for name, value in answer.headers.items()]
        headers.append(("content-length", str(len(answer.body))))
        body = answer.body[: len(answer.body) // 2] if mode == "truncate" else answer.body
        head = h11.Response(status_code=answer.status, headers=headers)
        self._writer.write((self._http.send(head) or b"") + (self._http.send(h11.Data(data=body)) or b""))
        if mode == "truncate":
            await self._writer.drain()
            return False
        self._http.send(h11.EndOfMessage())
        await self._writer.drain()
        return True

    def _drop(self, *, hard: bool) -> None:
        raw = self._writer.get_extra_info("socket")
        if hard and raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._writer.transport.abort()
        else:
            self._writer.close()
