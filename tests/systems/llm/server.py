"""Model servers on loopback: real sockets, and whatever manners a test wants."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR
from typing import Any

from ledgerferry.faces.surroundings import RealClock
from ledgerferry.store.database import silent
from ledgerferry.systems.llm import LocalModel, exchange, look_up, open_model

MODEL = "tiny:1b"
Body = dict[str, Any]
Speaks = Callable[[Body], str]
"""What a model says to the body of a chat call."""


@dataclass
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    host: str
    body: Body


@dataclass
class Host:
    """A server that is up: where it is, and what it was asked."""

    url: str
    asked: list[Asked] = field(default_factory=list)

    @property
    def chats(self) -> list[Body]:
        return [a.body for a in self.asked if a.method == "POST"]


class Visit(BaseHTTPRequestHandler):
    """One request, told to the server's manners."""

    protocol_version = "HTTP/1.1"
    manners: "Manners"
    host: Host

    def do_GET(self) -> None:
        self._visit({})

    def do_POST(self) -> None:
        self._visit(json.loads(self.rfile.read(int(self.headers["content-length"]))))

    def _visit(self, body: Body) -> None:
        self.host.asked.append(Asked(self.command, self.path, self.headers["host"], body))
        try:
            self.manners(self, body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def send(self, content: bytes | str | object, status: int = 200, **headers: str) -> None:
        """A whole answer; what is neither bytes nor text is sent as JSON."""
        text = content if isinstance(content, bytes | str) else json.dumps(content)
        data = text if isinstance(text, bytes) else text.encode()
        self.send_response(status)
        for name, value in ({"content-type": "application/json"} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def drop(self) -> None:
        """End the connection without an answer."""
        self.connection.shutdown(SHUT_RDWR)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


Manners = Callable[[Visit, Body], None]


@contextmanager
def serving(manners: Manners) -> Iterator[Host]:
    """A server of these manners on a free port."""
    host = Host("")
    handler = type("Bound", (Visit,), {"manners": staticmethod(manners), "host": host})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    host.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()


def ollama(speaks: Speaks, *, models: tuple[str, ...] = (MODEL,), ended: str = "stop") -> Manners:
    """A server that speaks as Ollama does."""

    def manners(visit: Visit, body: Body) -> None:
        if visit.path == "/api/tags":
            visit.send({"models": [{"name": name, "size": 1} for name in models]})
        elif visit.path == "/api/chat":
            message = {"role": "assistant", "content": speaks(body)}
            counts = {"prompt_eval_count": 90, "eval_count": 10}
            answer = {"model": body["model"], "message": message, "done": True, "done_reason": ended}
            visit.send(answer | counts)
        else:
            visit.send("404 page not found", 404)

    return manners


def openai(speaks: Speaks, *, forms: tuple[str, ...] = ("json_schema", "json_object")) -> Manners:
    """A server that speaks as OpenAI's chat completions do, and takes these forms of schema."""

    def manners(visit: Visit, body: Body) -> None:
        if visit.path == "/v1/models":
            visit.send({"object": "list", "data": [{"id": "some.gguf", "object": "model"}]})
        elif visit.path == "/v1/chat/completions":
            if body["response_format"]["type"] not in forms:
                visit.send({"error": {"message": "response_format"}}, 422)
                return
            message = {"role": "assistant", "content": speaks(body)}
            choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
            visit.send({"choices": choices, "usage": {"total_tokens": 100}})
        else:
            visit.send({"detail": "Not Found"}, 404)

    return manners


def schema_of(body: Body) -> dict[str, Any]:
    """The JSON schema that a chat call asks for, in whichever form."""
    if "format" in body:
        return dict(body["format"])
    form = body["response_format"]
    return dict(form["schema"] if form["type"] == "json_object" else form["json_schema"]["schema"])


def asked_fields(body: Body) -> set[str]:
    """The fields that a chat call asks for."""
    return set(schema_of(body)["properties"])


def shown(body: Body) -> list[dict[str, Any]]:
    """The cells or lines that a chat call shows."""
    found = json.loads(body["messages"][-1]["content"].partition("\nCells:\n")[2])
    cells = found.get("cells") or found.get("lines") or []
    return [dict(cell) for cell in cells]


def empty(body: Body) -> Body:
    """The answer that knows nothing."""
    nothing = {"string": "", "array": [], "integer": 0}
    shape = schema_of(body)["properties"]
    return {name: one["enum"][-1] if "enum" in one else nothing[one["type"]] for name, one in shape.items()}


@contextmanager
def model_at(url: str, *, name: str = MODEL, seconds: float = 5.0) -> Iterator[LocalModel]:
    """The model of a server, as the house would open it, with less patience."""
    address = look_up(url)
    out = exchange(address, RealClock(), silent, seconds=seconds)
    try:
        yield open_model(out, address, name)
    finally:
        out.close()
