"""A way out to one address that was looked up beforehand, and to no other."""

import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import httpx2


class Pinned(httpx2.BaseTransport):
    """Connects to one IP address, whatever its name resolves to later; the name stays in header and TLS.

    Uses no proxy and keeps no connection. Each connection is shut ``seconds`` after it was made, so that
    nobody can hold a call by sending a byte now and then.
    """

    def __init__(self, host: str, address: str, seconds: float) -> None:
        self._host = host
        self._address = address
        self._seconds = seconds
        self._inner = httpx2.HTTPTransport(trust_env=False, limits=httpx2.Limits(max_keepalive_connections=0))

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request for the host; ``UnsupportedProtocol`` for any other."""
        if request.url.host != self._host:
            raise httpx2.UnsupportedProtocol("a request to another host than the one that was given")
        ends: list[threading.Timer] = []

        def watched(event: str, told: Mapping[str, Any]) -> None:
            if event == "connection.connect_tcp.complete":
                connection = told["return_value"].get_extra_info("socket")
                ends.append(threading.Timer(self._seconds, _shut, [connection]))
                ends[-1].daemon = True
                ends[-1].start()

        extensions = {**request.extensions, "sni_hostname": self._host, "trace": watched}
        url = request.url.copy_with(host=self._address)
        sent = httpx2.Request(
            request.method, url, headers=request.headers, stream=request.stream, extensions=extensions)
        try:
            response = self._inner.handle_request(sent)
        except BaseException:
            # The timers end whatever happened, and the error goes on.
            _cancel(ends)
            raise
        response.stream = _Ended(response.stream, ends)
        return response

    def close(self) -> None:
        """Close what is open."""
        self._inner.close()


class _Ended(httpx2.SyncByteStream):
    """An answer's body that calls its timers off once it is closed."""

    def __init__(self, stream: Any, ends: list[threading.Timer]) -> None:  # noqa: ANN401 either colour's type
        self._stream = stream
        self._ends = ends

    def __iter__(self) -> Any:  # noqa: ANN401
        return iter(self._stream)

    def close(self) -> None:
        _cancel(self._ends)
        self._stream.close()


def _cancel(timers: list[threading.Timer]) -> None:
    for timer in timers:
        timer.cancel()


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
