"""The one request that a browser brings back to this machine after a consent."""

import socket
from collections.abc import Mapping
from types import TracebackType
from typing import Final, Self
from urllib.parse import parse_qsl, urlsplit

from ledgerferry.model.ports import Clock

_LARGEST: Final = 16 * 1024
_LOOK_AGAIN: Final = 1.0
_DONE: Final = "You are logged in. Close this page and go back to the terminal."
_NOT_HERE: Final = "Nothing is here."


class Listener:
    """Listens on the loopback until the browser comes back to ``path``; a context manager.

    Whatever else asks (icons, scanners) is told that nothing is here and does not end the wait. Raises
    ``OSError`` where the port is taken.
    """

    def __init__(self, clock: Clock, port: int = 0, path: str = "/callback") -> None:
        self._clock = clock
        self._path = path
        self._socket = socket.create_server(("127.0.0.1", port))

    @property
    def redirect_uri(self) -> str:
        """The address that the browser is to come back to."""
        return f"http://localhost:{self._socket.getsockname()[1]}{self._path}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def wait(self, seconds: float) -> Mapping[str, str] | None:
        """What the browser brought, as fields; None when it did not come within so many home seconds."""
        ends = self._clock.monotonic() + seconds
        while (left := ends - self._clock.monotonic()) > 0:
            self._socket.settimeout(min(left, _LOOK_AGAIN))
            try:
                connection, _ = self._socket.accept()
            except TimeoutError:
                continue
            with connection:
                fields = self._served(connection)
            if fields is not None:
                return fields
        return None

    def _served(self, connection: socket.socket) -> Mapping[str, str] | None:
        connection.settimeout(_LOOK_AGAIN)
        try:
            target = _target(_head(connection))
            ours = target is not None and urlsplit(target).path == self._path
            connection.sendall(_page("200 OK", _DONE) if ours else _page("404 Not Found", _NOT_HERE))
        except OSError:
            return None
        return dict(parse_qsl(urlsplit(target).query)) if ours and target else None


def _head(connection: socket.socket) -> bytes:
    """The request up to its empty line; what there is of it when it ends early or grows too long."""
    head = b""
    while b"\r\n\r\n" not in head and len(head) < _LARGEST:
        piece = connection.recv(4096)
        if not piece:
            break
        head += piece
    return head


def _target(head: bytes) -> str | None:
    """The target of a GET, or None."""
    words = head.partition(b"\r\n")[0].decode("latin-1").split(" ")
    return words[1] if len(words) == 3 and words[0] == "GET" else None


def _page(status: str, text: str) -> bytes:
    body = f"<!doctype html><meta charset=utf-8><title>ferry</title><p>{text}</p>".encode()
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
