"""Callbacks over real connections: who is called, in which order, and who never is."""

import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.test_sandbox_server import Client, sandbox

Json = dict[str, Any]


class Inbox:
    """A server that takes callbacks and keeps what came."""

    def __init__(self, status: int, pause: float = 0.0) -> None:
        self.heard: list[tuple[str, Json]] = []
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                inbox.heard.append((self.path, json.loads(body)))
                threading.Event().wait(pause)
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@contextmanager
def inbox(status: int = 200, pause: float = 0.0) -> Iterator[Inbox]:
    made = Inbox(status, pause)
    thread = threading.Thread(target=made.server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield made
    finally:
        made.server.shutdown()
        thread.join()
        made.server.server_close()


@pytest.fixture(scope="module")
def started() -> Iterator[Client]:
    with sandbox() as client:
        yield client


@pytest.fixture
def client(started: Client) -> Client:
    started.call("POST", "/_sandbox/reset", {})
    started.token = ""
    return started


def soon(happens: Callable[[], bool]) -> None:
    for _ in range(200):
        if happens():
            return
        time.sleep(0.03)  # noqa: TID251 - another process is waited for
    raise AssertionError("it did not happen within six seconds")


def crm(client: Client, method: str, path: str, body: object) -> Json:
    if not client.token:
        client.sign_in()
    status, row = client.call(method, f"/crm/{path}", body, authorization=f"Zoho-oauthtoken {client.token}")
    assert status in (200, 201), row
    answer: Json = row
    return answer


def watch(client: Client, url: str) -> None:
    channel = {"channel_id": 1, "notify_url": url, "events": ["Contacts.all"], "token": "t"}
    crm(client, "POST", "v8/actions/watch", {"watch": [channel]})


def add(client: Client, *names: str) -> None:
    for name in names:
        crm(client, "POST", "v8/Contacts", {"data": [{"Last_Name": name}]})


def states(client: Client) -> list[tuple[str, int | None]]:
    rows = client.call("GET", "/_sandbox/webhooks")[1]["deliveries"]
    return [(row["state"], row["status"]) for row in rows]


def test_f82_callbacks_are_really_sent_and_in_order(client: Client) -> None:
    with inbox() as box:
        watch(client, f"{box.url}/hook?secret=a b&x=1")
        add(client, *"abcdef")
        soon(lambda: len(box.heard) == 6)
        soon(lambda: states(client) == [("sent", 200)] * 6)
        assert {path for path, _ in box.heard} == {"/hook?secret=a%20b&x=1"}
        assert box.heard[0][1]["query_params"] == {"secret": "a b", "x": "1"}
        state = client.call("GET", "/_sandbox/state")[1]
        ids = sorted(row["id"] for row in state["crm"]["Contacts"])
        assert [body["ids"] for _, body in box.heard] == [[number] for number in ids]


def test_an_answer_of_any_status_is_noted_and_nobody_there_too(client: Client) -> None:
    with inbox(503) as box:
        watch(client, box.url)
        add(client, "a")
        soon(lambda: states(client) == [("sent", 503)])
    add(client, "b")
    soon(lambda: states(client)[1:] == [("failed", None)])


@pytest.mark.parametrize(("patience", "state"), [(0.2, ("failed", None)), (30, ("sent", 200))])
def test_f56_a_webhook_waits_for_its_answer_as_long_as_the_switch_says(
    client: Client, patience: float, state: tuple[str, int | None]
) -> None:
    with inbox(pause=1.0) as box:
        client.call("PUT", "/_sandbox/switches", {"webhook_timeout_seconds": patience})
        edit = {"service": "books", "kind": "webhooks", "fields": {"webhook_name": "h", "url": box.url}}
        hook = client.call("POST", "/_sandbox/edit", edit)[1]["webhook_id"]
        actions = [{"action_id": hook, "action_type": "webhook"}]
        rule = {"workflow_name": "w", "entity": "contact", "rule_type": "created", "instant_actions": actions}
        client.call("POST", "/_sandbox/edit", {"service": "books", "kind": "workflows", "fields": rule})
        made = {"service": "books", "kind": "contacts", "fields": {"contact_name": "A"}}
        client.call("POST", "/_sandbox/edit", made)
        soon(lambda: states(client) == [state])


def test_only_this_machine_is_called_unless_allowed(client: Client) -> None:
    watch(client, "http://192.0.2.1/hook")
    add(client, "a")
    soon(lambda: states(client) == [("forbidden", None)])


def test_with_leave_any_address_is_tried() -> None:
    with sandbox("--allow-callbacks") as client:
        watch(client, "http://no-such-host.invalid/hook")
        add(client, "a")
        soon(lambda: states(client) == [("failed", None)])


def test_a_delayed_callback_leaves_when_the_clock_has_come_so_far(client: Client) -> None:
    with inbox() as box:
        watch(client, box.url)
        client.call("PUT", "/_sandbox/webhooks", {"delay": 1, "delay_seconds": 900})
        add(client, "a")
        assert states(client) == [("waiting", None)]
        client.call("PUT", "/_sandbox/clock", {"advance_seconds": 900})
        soon(lambda: states(client) == [("sent", 200)])
        assert len(box.heard) == 1


def test_callbacks_that_wait_survive_a_kill(tmp_path: Path) -> None:
    state = ("--state", str(tmp_path / "state"))
    with inbox() as box:
        with sandbox(*state, end=signal.SIGKILL) as client:
            watch(client, box.url)
            client.call("PUT", "/_sandbox/webhooks", {"delay": 1, "delay_seconds": 900})
            add(client, "a")
        with sandbox(*state) as client:
            assert states(client) == [("waiting", None)]
            client.call("PUT", "/_sandbox/clock", {"advance_seconds": 900})
            soon(lambda: states(client) == [("sent", 200)])
            assert len(box.heard) == 1


def test_f73_a_bulk_reading_is_told_when_it_is_done(client: Client) -> None:
    with inbox() as box:
        callback = {"url": f"{box.url}/done", "method": "post"}
        query = {"module": {"api_name": "Contacts"}, "fields": ["Last_Name"]}
        crm(client, "POST", "bulk/v8/read", {"query": query, "callback": callback})
        client.call("PUT", "/_sandbox/clock", {"advance_seconds": 10})
        soon(lambda: [body["state"] for _, body in box.heard] == ["COMPLETED"])
