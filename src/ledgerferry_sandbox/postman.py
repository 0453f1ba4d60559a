"""The postman: carries callbacks from a sandbox's outbox over HTTP, to loopback unless told otherwise."""

import asyncio
import contextlib
import ipaddress
import ssl
from itertools import count
from urllib.parse import SplitResult, quote, urlsplit

import h11

from ledgerferry_sandbox.desk.outbox import Delivery
from ledgerferry_sandbox.sandbox import Sandbox

LOOKED_AFTER = 0.05
LOOKED_UP = 10
CHUNK = 65_536
AS_WRITTEN = "%/?:@-._~!$&'()*+,;=[]"
PORTS = {"http": 80, "https": 443}


def on_loopback(url: str) -> bool:
    """Whether an address is of this machine by its very name; no name is looked up."""
    parts = _parts(url)
    host = (parts.hostname or "").rstrip(".") if parts else ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Postman:
    """Sends what is due, one after the other to each address, each within its patience.

    Redirects are not followed. Without `anywhere` only loopback addresses are called; the others, and what
    is no http or https, are noted as forbidden.
    """

    def __init__(self, sandbox: Sandbox, *, anywhere: bool = False) -> None:
        self._sandbox = sandbox
        self._anywhere = anywhere
        self._lines: dict[str, asyncio.Lock] = {}
        self._errands: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Goes round until it is cancelled, and lets the rooms see that time passes."""
        try:
            for turn in count():
                if turn % LOOKED_UP == 0:
                    self._sandbox.catch_up()
                for delivery in self._sandbox.desk.outbox.due():
                    errand = asyncio.create_task(self._carry(delivery))
                    self._errands.add(errand)
                    errand.add_done_callback(self._errands.discard)
                await asyncio.sleep(LOOKED_AFTER)
        finally:
            for errand in self._errands:
                errand.cancel()

    async def _carry(self, delivery: Delivery) -> None:
        outbox = self._sandbox.desk.outbox
        if not self._may_call(delivery.url):
            outbox.settle(delivery.number, None, "forbidden")
            return
        parts = urlsplit(delivery.url)
        async with self._lines.setdefault(f"{parts.scheme}://{parts.netloc}", asyncio.Lock()):
            outbox.settle(delivery.number, await _status(delivery, parts))

    def _may_call(self, url: str) -> bool:
        parts = _parts(url)
        known = parts is not None and parts.scheme in PORTS and bool(parts.hostname)
        return known and (self._anywhere or on_loopback(url))


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        reachable = parts.port != 0
    except ValueError:
        return None
    return parts if reachable else None


async def _status(delivery: Delivery, parts: SplitResult) -> int | None:
    try:
        async with asyncio.timeout(delivery.patience):
            return await _exchange(delivery, parts)
    except (OSError, TimeoutError, h11.ProtocolError):
        return None


async def _exchange(delivery: Delivery, parts: SplitResult) -> int | None:
    secured = ssl.create_default_context() if parts.scheme == "https" else None
    port = parts.port or PORTS[parts.scheme]
    reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=secured)
    try:
        connection = h11.Connection(h11.CLIENT)
        for part in _request(delivery, parts):
            writer.write(connection.send(part) or b"")
        await writer.drain()
        return await _answered(connection, reader)
    finally:
        writer.close()
        with contextlib.suppress(OSError, ssl.SSLError):
            await writer.wait_closed()


async def _answered(connection: h11.Connection, reader: asyncio.StreamReader) -> int | None:
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(CHUNK))
        elif isinstance(event, h11.Response):
            return event.status_code
        elif not isinstance(event, h11.InformationalResponse):
            return None


def _request(delivery: Delivery, parts: SplitResult) -> tuple[h11.Request, h11.Data, h11.EndOfMessage]:
    body = delivery.body.encode()
    target = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=AS_WRITTEN)
    headers = [("host", parts.netloc.rpartition("@")[2]), ("connection", "close")]
    headers += [("content-length", str(len(body))), *delivery.headers.items()]
    head = h11.Request(method=delivery.method, target=target, headers=headers)
    return head, h11.Data(data=body), h11.EndOfMessage()
