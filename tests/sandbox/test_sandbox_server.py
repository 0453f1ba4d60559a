import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, IncompleteRead, RemoteDisconnected
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from ledgerferry_sandbox.exchange import Answer

Line = dict[str, Any]


class Client:
    """A caller over HTTP, one connection for each call."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.token = ""

    def call(self, method: str, target: str, body: object = None, **headers: str) -> tuple[int, Any]:
        connection = HTTPConnection(urlsplit(self.line["url"]).netloc, timeout=20)
        try:
            connection.request(method, target, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        finally:
            connection.close()

    def sign_in(self) -> None:
        keys = ("client_id", "client_secret", "refresh_token")
        form = {"grant_type": "refresh_token", **{key: self.line[key] for key in keys}}
        self.token = self.call("POST", f"/oauth/v2/token?{urlencode(form)}")[1]["access_token"]

    def books(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        target = f"/books/v3/{path}?organization_id={self.line['organization_id']}"
        return self.call(method, target, body, authorization=f"Zoho-oauthtoken {self.token}")


@contextmanager
def sandbox(*arguments: str, end: signal.Signals = signal.SIGTERM) -> Iterator[Client]:
    command = [sys.executable, "-m", "ledgerferry_sandbox", "--port", "0", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stderr
    try:
        yield Client(json.loads(process.stdout.readline()))
    finally:
        process.send_signal(end)
        process.wait(10)
        process.stdout.close()
        complaints = process.stderr.read()
        process.stderr.close()
    assert complaints == ""
    assert process.returncode == (0 if end is signal.SIGTERM else -end)


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with sandbox("--seed", "demo", "--limits", "off") as started:
        started.sign_in()
        yield started


def names(client: Client) -> list[str]:
    return [row["contact_name"] for row in client.call("GET", "/_sandbox/state")[1]["books"]["contacts"]]


def test_the_line_names_address_and_credentials(client: Client) -> None:
    assert set(client.line) == {"url", "client_id", "client_secret", "refresh_token", "organization_id"}


def test_lost_acts_and_drops_the_connection(client: Client) -> None:
    client.call("PUT", "/_sandbox/faults", [{"mode": "lost", "path": "contacts", "times": 1}])
    with pytest.raises(RemoteDisconnected):
        client.books("POST", "contacts", {"contact_name": "Lost"})
    assert "Lost" in names(client)
    assert client.call("GET", "/_sandbox/log")[1][-1]["fault"] == "lost"


def test_reset_does_not_act_and_resets_the_connection(client: Client) -> None:
    client.call("PUT", "/_sandbox/faults", [{"mode": "reset", "path": "contacts", "times": 1}])
    with pytest.raises(ConnectionResetError):
        client.books("POST", "contacts", {"contact_name": "Reset"})
    assert "Reset" not in names(client)


def test_truncate_brings_half_of_what_it_promised(client: Client) -> None:
    client.call("PUT", "/_sandbox/faults", [{"mode": "truncate", "path": "contacts", "times": 1}])
    with pytest.raises(IncompleteRead):
        client.books("POST", "contacts", {"contact_name": "Half"})
    assert "Half" in names(client)


def test_fifty_slow_calls_are_open_at_once(client: Client) -> None:
    client.call("PUT", "/_sandbox/faults", [{"mode": "slow", "seconds": 1.5, "path": "organizations"}])
    with ThreadPoolExecutor(60) as pool:
        answers = [pool.submit(client.books, "GET", "organizations") for _ in range(60)]
        opened = 0
        while opened < 50 and not any(answer.done() for answer in answers):
            opened = client.call("GET", "/_sandbox/usage")[1]["books"]["open"]
        assert opened >= 50
        assert {answer.result()[0] for answer in answers} == {200}
    client.call("PUT", "/_sandbox/faults", [])
    assert client.call("GET", "/_sandbox/usage")[1]["books"]["open"] == 0


def test_one_connection_serves_many_calls_and_chunked_bodies(client: Client) -> None:
    connection = HTTPConnection(urlsplit(client.line["url"]).netloc, timeout=20)
    signed = {"authorization": f"Zoho-oauthtoken {client.token}"}
    target = f"/books/v3/contacts?organization_id={client.line['organization_id']}"
    pieces = [json.dumps({"contact_name": "In pieces"})[at : at + 7].encode() for at in range(0, 35, 7)]
    connection.request("POST", target, iter(pieces), signed, encode_chunked=True)
    assert connection.getresponse().read()
    connection.request("GET", target, headers=signed)
    assert connection.getresponse().status == 200
    connection.close()
    assert "In pieces" in names(client)


def test_what_is_no_http_ends_the_connection(client: Client) -> None:
    address = urlsplit(client.line["url"])
    with socket.create_connection((address.hostname, address.port), timeout=10) as raw:
        raw.sendall(b"nonsense\r\n\r\n")
        with suppress(ConnectionResetError):
            assert raw.recv(100) == b""
    assert client.call("GET", "/oauth/serverinfo")[0] == 200


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_state_survives_a_restart(tmp_path: Path, end: signal.Signals) -> None:
    kept = str(tmp_path / "state.json")
    arguments = ("--seed", "demo", "--state", kept, "--time-scale", "60")
    with sandbox(*arguments, end=end) as first:
        first.sign_in()
        _, body = first.books("POST", "contacts", {"contact_name": "Kept"})
        number = body["contact"]["contact_id"]
        first.books("POST", "contacts", {"contact_name": "Gone"})
        gone = names(first).index("Gone")
        rows = first.call("GET", "/_sandbox/state")[1]["books"]["contacts"]
        first.books("DELETE", f"contacts/{rows[gone]['contact_id']}")
        invoice = {"customer_id": number, "line_items": [{"rate": 12.34}]}
        first.books("POST", "invoices", invoice)
        first.call("PUT", "/_sandbox/switches", {"bulk_limit": 7})
        before = first.call("GET", "/_sandbox/state")[1]
        clock = first.call("GET", "/_sandbox/clock")[1]["now"]
    with sandbox(*arguments) as second:
        after = second.call("GET", "/_sandbox/state")[1]
        assert after["books"] == before["books"]
        assert after["accounts"] == before["accounts"]
        assert after["sandbox"]["switches"]["bulk_limit"] == "7"
        assert second.call("GET", "/_sandbox/clock")[1]["now"] >= clock - 1
        second.token = first.token
        assert second.books("POST", "contacts", {"contact_name": "Kept"})[1]["code"] == 3062
        status, body = second.books("POST", "contacts", {"contact_name": "New"})
        assert status == 201
        assert body["contact"]["contact_id"] > before["books"]["invoices"][0]["invoice_id"]


def test_a_state_can_seed_another(tmp_path: Path, client: Client) -> None:
    seed = tmp_path / "seed.json"
    client.books("POST", "contacts", {"contact_name": "Seeded"})
    seed.write_text(json.dumps(client.call("GET", "/_sandbox/state")[1]))
    with sandbox("--seed", str(seed), "--quota", "books.minute=7") as other:
        assert names(other) == names(client)
        assert other.call("GET", "/_sandbox/limits")[1]["books"]["minute"] == 7
        other.call("POST", "/_sandbox/reset", {})
        assert names(other) == names(client)


def test_a_stop_with_an_idle_connection_open_is_quiet() -> None:
    with sandbox() as client:
        connection = HTTPConnection(urlsplit(client.line["url"]).netloc, timeout=20)
        connection.request("GET", "/oauth/serverinfo")
        assert connection.getresponse().read()
    connection.close()


def test_each_data_centre_has_its_port_and_only_home_knows_the_client() -> None:
    with sandbox("--dc", "eu,us,in") as home:
        centres = home.line["centres"]
        assert list(centres) == ["eu", "us", "in"]
        assert centres["eu"] == home.line["url"]
        home.sign_in()
        abroad = Client({**home.line, "url": centres["us"]})
        keys = ("client_id", "client_secret", "refresh_token")
        form = urlencode({"grant_type": "refresh_token", **{key: home.line[key] for key in keys}})
        assert abroad.call("POST", f"/oauth/v2/token?{form}") == (200, {"error": "invalid_client"})
        assert abroad.call("GET", "/oauth/serverinfo")[1]["locations"] == centres


@pytest.mark.parametrize(
    "arguments",
    [
        ["--quota", "post.minute=1"],
        ["--quota", "books.minute=x"],
        ["--seed", "/nowhere"],
        ["--time-scale", "0"],
    ],
)
def test_wrong_options_end_with_2(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "ledgerferry_sandbox", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 2
    assert "usage" in done.stderr


def test_an_answer_holds_whole_numbers_of_any_size() -> None:
    row = {"small": 1.5, "large": 2**70, "text": "é\n"}
    assert json.loads(Answer.of(200, row).body) == row
