"""The calls that are measured, and a client that costs next to nothing."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from random import Random
from urllib.parse import urlencode

from ledgerferry_bench.sandbox.servers import Served
from ledgerferry_sandbox import seeds

HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length: "
Call = tuple[str, bytes]

MIX = {
    "GET invoice": 40,
    "GET by number": 15,
    "GET of a customer": 10,
    "GET newest 25": 10,
    "GET page of 200": 2,
    "GET overdue": 3,
    "GET contacts": 3,
    "POST invoice": 10,
    "PUT invoice": 7,
}


def calls(served: Served, seed: int) -> Iterator[Call]:
    """What a client asks, drawn from the mix: the kind of call, and its bytes."""
    random = Random(seed)  # noqa: S311 - a benchmark, not a secret
    kinds, weights = list(MIX), list(MIX.values())
    count = 0
    while True:
        [kind] = random.choices(kinds, weights)
        count += 1
        yield kind, MAKERS[kind](served, random, f"{seed}-{count}")


def _request(served: Served, method: str, path: str, body: object = None, **query: object) -> bytes:
    asked = urlencode({"organization_id": seeds.ORGANIZATION_ID, **query})
    content = b"" if body is None else json.dumps(body).encode()
    head = (
        f"{method} /books/v3/{path}?{asked} HTTP/1.1\r\nhost: sandbox\r\n"
        f"authorization: Zoho-oauthtoken {served.token}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


def _some(values: tuple[str, ...], random: Random) -> str:
    return random.choice(values) if values else "1"


def _post(served: Served, random: Random, name: str) -> bytes:
    line = {"name": "Work", "rate": 100, "quantity": 1}
    body = {
        "customer_id": _some(served.customers, random),
        "invoice_number": f"N-{name}",
        "line_items": [line],
    }
    return _request(served, "POST", "invoices", body, ignore_auto_number_generation="true")


def _list(**query: object) -> Callable[[Served, Random, str], bytes]:
    return lambda served, random, name: _request(served, "GET", "invoices", **query)


MAKERS: dict[str, Callable[[Served, Random, str], bytes]] = {
    "GET invoice": lambda served, random, _: _request(
        served, "GET", f"invoices/{_some(served.invoices, random)}"
    ),
    "GET by number": lambda served, random, _: _request(
        served, "GET", "invoices", invoice_number=f"B-{random.randrange(1, 1000)}"
    ),
    "GET of a customer": lambda served, random, _: _request(
        served, "GET", "invoices", customer_id=_some(served.customers, random)
    ),
    "GET newest 25": _list(per_page=25),
    "GET page of 200": _list(per_page=200),
    "GET overdue": _list(status="overdue", per_page=25),
    "GET contacts": lambda served, random, _: _request(served, "GET", "contacts", per_page=25),
    "POST invoice": _post,
    "PUT invoice": lambda served, random, name: _request(
        served, "PUT", f"invoices/{_some(served.invoices, random)}", {"notes": name}
    ),
}


class Line:
    """One connection kept open."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> int:
        """Sends a request, reads its answer to the end and returns the status."""
        self._socket.sendall(request)
        held = self._socket.recv(65_536)
        while HEAD_END not in held:
            held += self._more()
        head, _, body = held.partition(HEAD_END)
        at = head.lower().index(LENGTH) + len(LENGTH)
        missing = int(head[at:].split(b"\r\n", 1)[0]) - len(body)
        while missing > 0:
            missing -= len(self._more())
        return int(head[9:12])

    def _more(self) -> bytes:
        read = self._socket.recv(65_536)
        if not read:
            raise ConnectionError("the server hung up")
        return read

    def close(self) -> None:
        """Hangs up."""
        self._socket.close()


def times(served: Served, count: int, seed: int) -> list[tuple[str, float]]:
    """How long each of so many calls took, in seconds, one after the other."""
    line, took = Line(served.port), []
    for kind, request in _first(served, count, seed):
        start = time.perf_counter()
        status = line.ask(request)
        took.append((kind, time.perf_counter() - start))
        if status >= 400:
            raise RuntimeError(f"{kind} was answered with {status}")
    line.close()
    return took


def rate(served: Served, count: int, lines: int, seed: int) -> float:
    """Calls per second over several connections at once."""
    work = [list(_first(served, count // lines, seed * 100 + each)) for each in range(lines)]
    threads = [threading.Thread(target=_all, args=(served.port, each)) for each in work]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return count / (time.perf_counter() - start)


def _all(port: int, work: list[Call]) -> None:
    line = Line(port)
    for _, request in work:
        line.ask(request)
    line.close()


def _first(served: Served, count: int, seed: int) -> Iterator[Call]:
    drawn = calls(served, seed)
    return (next(drawn) for _ in range(count))
