"""Texts of documents go to the address given and nowhere else."""

import pytest

from ledgerferry.faces.surroundings import RealClock
from ledgerferry.model.outcome import Refused, Unreachable
from ledgerferry.model.question import Question, Topic
from ledgerferry.store.database import silent
from ledgerferry.systems.llm import Forbidden, exchange, look_up, open_model
from tests.systems.llm.server import MODEL, Body, Visit, empty, model_at, ollama, serving

QUESTION = Question(Topic.SPONSOR, "who?", '{"cells": []}')


def says_nothing(body: Body) -> str:
    return str(empty(body)).replace("'", '"')


@pytest.mark.parametrize("ip", ["127.0.0.1", "::1", "10.1.2.3", "172.31.0.9", "192.168.7.7", "fd12::1"])
def test_this_machine_and_private_networks_are_allowed(ip: str) -> None:
    assert look_up("http://model.test:11434", resolve=lambda *_: [ip]).ip == ip


@pytest.mark.parametrize(
    "ips",
    [
        ["8.8.8.8"],
        ["2606:4700::1111"],
        ["169.254.169.254"],
        ["100.64.0.1"],
        ["172.32.0.1"],
        ["0.0.0.0"],
        ["::"],
        ["::ffff:8.8.8.8"],
        ["fe80::1%eth0"],
        ["127.0.0.1", "203.0.113.9"],
    ],
)
def test_every_other_address_needs_a_persons_leave(ips: list[str]) -> None:
    with pytest.raises(Forbidden, match="--llm-allow-remote"):
        look_up("http://model.test", resolve=lambda *_: ips)
    assert look_up("http://model.test", remote=True, resolve=lambda *_: ips).ip == ips[0]


@pytest.mark.parametrize(
    "url",
    ["localhost:11434", "ftp://localhost", "http://", "file:///etc/passwd", "http://localhost:port",
     "http://me:secret@localhost", "http://localhost?key=secret", "http://localhost#x"],
)  # fmt: skip
def test_only_a_plain_web_address_is_taken(url: str) -> None:
    with pytest.raises(Forbidden) as caught:
        look_up(url, remote=True, resolve=lambda *_: ["127.0.0.1"])
    assert "secret" not in str(caught.value)


def test_a_name_that_nobody_knows_is_wrong_usage() -> None:
    with pytest.raises(Forbidden, match="not known"):
        look_up("http://no-such-host.invalid:1")


def test_the_name_is_looked_up_once_and_its_address_kept() -> None:
    with serving(ollama(says_nothing)) as host:
        port = host.url.rpartition(":")[2]
        address = look_up(f"http://elsewhere.invalid:{port}/v1", resolve=lambda *_: ["127.0.0.1"])
        out = exchange(address, RealClock(), silent, seconds=5)
        model = open_model(out, address, MODEL)
        model.ask(QUESTION)
        out.close()
    assert {a.host for a in host.asked} == {f"elsewhere.invalid:{port}"}


def test_no_proxy_sees_a_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(ollama(says_nothing)) as proxy, serving(ollama(says_nothing)) as host:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.setenv("NO_PROXY", "")
        with model_at(host.url) as model:
            model.ask(QUESTION)
    assert len(host.asked) == 2
    assert proxy.asked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_refused_and_its_target_never_called(status: int) -> None:
    with serving(ollama(says_nothing)) as target:

        def away(visit: Visit, _: Body) -> None:
            visit.send("", status, location=f"{target.url}{visit.path}")

        with serving(away) as host, pytest.raises(Refused, match="not followed"), model_at(host.url):
            raise AssertionError("the model was opened")
    assert target.asked == []


def test_nobody_there_is_said_so() -> None:
    with serving(ollama(says_nothing)) as host:
        pass
    with pytest.raises(Unreachable, match="no connection"), model_at(host.url):
        raise AssertionError("the model was opened")
