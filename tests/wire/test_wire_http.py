"""The exchange over real sockets: what really happens to a connection, and what it is taken for."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest

from ledgerferry.model.outcome import InDoubt, Unsent
from ledgerferry.wire.exchange import Exchange, Timeouts
from ledgerferry.wire.message import Call, FileBody, JsonBody
from ledgerferry.wire.pace import PacedClock

from .world import ListWatch

Answer = Callable[[socket.socket, bytes], None]
CALL = Call("POST", "/invoices", body=JsonBody({"a": 1}))
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\n"


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251

    def monotonic(self) -> float:
        return time.monotonic()  # noqa: TID251

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)  # noqa: TID251


@contextmanager
def server(answer: Answer) -> Iterator[str]:
    """Answers one connection as told, after reading what is there."""

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            answer(connection, connection.recv(65536))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join(5)


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    clock = RealClock()
    exchange = Exchange(
        clock,
        PacedClock(clock),
        ListWatch(),
        system="books",
        timeouts=Timeouts(connect=1, read=0.5, total=1.0),
    )
    yield exchange
    exchange.close()


def test_a_whole_answer(exchange: Exchange) -> None:
    with server(lambda c, _: c.sendall(HEAD + b'Content-Length: 10\r\n\r\n{"code":0}')) as base:
        reply = exchange.send(base, CALL, exchange.deadline())
    assert reply.json() == {"code": 0}
    assert reply.date == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert exchange.vendor.now() >= reply.date


def test_nobody_listens(exchange: Exchange) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(Unsent):
        exchange.send(base, CALL, exchange.deadline())


def hang_up(_: socket.socket, __: bytes) -> None:
    return


def cut_short(connection: socket.socket, _: bytes) -> None:
    connection.sendall(HEAD + b'Content-Length: 100\r\n\r\n{"code":')


def say_nothing(_: socket.socket, __: bytes) -> None:
    time.sleep(0.8)  # noqa: TID251


def trickle(connection: socket.socket, _: bytes) -> None:
    connection.sendall(HEAD + b"Content-Length: 100\r\n\r\n")
    for __ in range(8):
        time.sleep(0.25)  # noqa: TID251
        connection.sendall(b" ")


@pytest.mark.parametrize("answer", [hang_up, cut_short, say_nothing])
def test_a_lost_answer_is_in_doubt(exchange: Exchange, answer: Answer) -> None:
    with server(answer) as base, pytest.raises(InDoubt):
        exchange.send(base, CALL, exchange.deadline())


def test_a_trickle_ends_at_the_total(exchange: Exchange) -> None:
    started = time.monotonic()  # noqa: TID251
    with pytest.raises(InDoubt), server(trickle) as base:
        exchange.send(base, CALL, exchange.deadline())
    assert time.monotonic() - started < 6  # noqa: TID251


def test_a_file_goes_out_as_multipart_with_its_own_name(exchange: Exchange, tmp_path: Path) -> None:
    got: list[bytes] = []

    def take(connection: socket.socket, first: bytes) -> None:
        got.append(first)
        while b"%PDF" not in b"".join(got):
            got.append(connection.recv(65536))
        connection.sendall(HEAD + b'Content-Length: 10\r\n\r\n{"code":0}')

    file = tmp_path / "a.pdf"
    file.write_bytes(b"%PDF-1.4")
    call = Call(
        "POST",
        "/invoices/1/attachment",
        body=FileBody("attachment", "x.lfkey.8.pdf", "application/pdf", file),
    )
    with server(take) as base:
        assert exchange.send(base, call, exchange.deadline()).ok
    assert b'name="attachment"; filename="x.lfkey.8.pdf"' in b"".join(got)


def test_a_body_is_not_finished_after_the_deadline(exchange: Exchange, tmp_path: Path) -> None:
    deadline = exchange.deadline()
    got: list[bytes] = []

    def listen(connection: socket.socket, first: bytes) -> None:
        connection.settimeout(1)
        got.extend((first, connection.recv(65536)))

    with server(listen) as base:
        call = Call("POST", "/invoices", body=JsonBody({"secret": "body"}))
        lefts = iter([1.0, 1.0, 0.0, 0.0, 0.0])
        deadline.left = lambda: next(lefts)  # type: ignore[method-assign]
        with pytest.raises(InDoubt):
            exchange.send(base, call, deadline)
    assert b"body" not in b"".join(got)
