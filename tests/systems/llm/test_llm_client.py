"""A model server is found out by asking, and nothing that it does or says gets further than it should."""

import json
import time
from collections.abc import Iterator
from itertools import repeat

import pytest

from ledgerferry.model.outcome import Refused, Unreachable
from ledgerferry.model.question import Answer, ContactAnswer, Question, SponsorAnswer, Topic, Unhelpful
from tests.systems.llm.server import (
    MODEL,
    Body,
    Manners,
    Visit,
    asked_fields,
    empty,
    model_at,
    ollama,
    openai,
    schema_of,
    serving,
)

SECRET = "Quay Street Bakery, 2 Quay Street"
QUESTION = Question(Topic.SPONSOR, "who?", json.dumps({"cells": [{"cell": "A4", "text": SECRET}]}))
GOOD = {"confidence": 70, "sponsor": "Harbour Trust"}


def good(_: Body) -> str:
    return json.dumps(GOOD)


def asked(manners: Manners, *, seconds: float = 5.0) -> Answer:
    with serving(manners) as host, model_at(host.url, seconds=seconds) as model:
        return model.ask(QUESTION)


@pytest.mark.parametrize(
    "manners",
    [ollama(good), openai(good), openai(good, forms=("json_object",)), openai(good, forms=("json_schema",))],
)
def test_each_kind_of_server_is_found_out_and_gives_a_checked_answer(manners: Manners) -> None:
    assert asked(manners) == SponsorAnswer(confidence=70, sponsor="Harbour Trust")


@pytest.mark.parametrize("manners", [ollama(good), openai(good)])
def test_the_tokens_that_a_server_counts_are_added_up(manners: Manners) -> None:
    with serving(manners) as host, model_at(host.url) as model:
        assert model.tokens is None
        model.ask(QUESTION)
        model.ask(QUESTION)
        assert model.tokens == 200


def test_ollama_is_asked_as_its_documentation_says() -> None:
    with serving(ollama(good)) as host, model_at(host.url) as model:
        model.ask(QUESTION)
    [body] = host.chats
    assert body["model"] == MODEL
    assert body["stream"] is False
    assert body["options"]["temperature"] == 0
    assert body["format"]["additionalProperties"] is False
    assert set(body["format"]["required"]) == {"confidence", "sponsor"} == asked_fields(body)
    assert "untrusted" in body["messages"][0]["content"]
    assert SECRET in body["messages"][1]["content"]


def test_a_form_of_schema_that_a_server_does_not_take_is_tried_once() -> None:
    with serving(openai(good, forms=("json_object",))) as host, model_at(host.url) as model:
        for _ in range(3):
            model.ask(QUESTION)
    forms = [body["response_format"]["type"] for body in host.chats]
    assert forms == ["json_schema", "json_object", "json_object", "json_object"]
    assert schema_of(host.chats[0]) == schema_of(host.chats[1])


def test_a_model_that_ollama_lacks_is_named_before_anything_is_sent() -> None:
    told = r"no model tiny:1b \(it has: llama3:8b, bad\[2Jname\)"
    with (
        serving(ollama(good, models=("llama3:8b", "bad\x1b[2Jname"))) as host,
        pytest.raises(Refused, match=told),
        model_at(host.url),
    ):
        raise AssertionError("the model was opened")
    assert host.chats == []


def test_latest_is_understood_and_a_lost_model_ends_the_asking() -> None:
    def gone(visit: Visit, body: Body) -> None:
        if visit.path == "/api/chat":
            visit.send({"error": "model not found"}, 404)
        else:
            ollama(good, models=("tiny:latest",))(visit, body)

    with (
        serving(gone) as host,
        model_at(host.url, name="tiny") as model,
        pytest.raises(Refused, match="no model tiny"),
    ):
        model.ask(QUESTION)


@pytest.mark.parametrize(
    ("content", "status"),
    [("<html>a router</html>", 200), ("{}", 200), ("[]", 200), ("nothing here", 404), ("oh", 500)],
)
def test_what_is_no_model_server_is_refused(content: str, status: int) -> None:
    with (
        serving(lambda visit, _: visit.send(content, status)) as host,
        pytest.raises(Refused, match=r"no model answers|neither Ollama nor"),
        model_at(host.url),
    ):
        raise AssertionError("the model was opened")


DEEP = "[" * 200_000
UNUSABLE = {
    "garbage": "~~ I think that the total should be zero ~~",
    "nothing": "",
    "null": "null",
    "a list": "[]",
    "half": '{"confidence": 70, "spons',
    "deep": DEEP,
    "deep inside": f'{{"confidence": 70, "sponsor": {DEEP}',
    "another field": json.dumps(GOOD | {"total": "0.00"}),
    "a company's name": json.dumps(GOOD | {"customer_name": "Evil Ltd"}),
    "a missing field": json.dumps({"confidence": 70}),
    "a number as text": json.dumps(GOOD | {"confidence": "70"}),
    "too sure": json.dumps(GOOD | {"confidence": 1000}),
    "not a step": json.dumps(GOOD | {"confidence": 0.7}),
    "not a text": json.dumps(GOOD | {"sponsor": {"name": "x"}}),
    "too long": json.dumps(GOOD | {"sponsor": "x" * 121}),
    "two": json.dumps(GOOD) * 2,
    "a lone surrogate": '{"confidence": 70, "sponsor": "\\ud800"}',
    "NaN": '{"confidence": NaN, "sponsor": ""}',
}


@pytest.mark.parametrize("name", UNUSABLE)
@pytest.mark.parametrize("kind", [ollama, openai])
def test_an_answer_that_is_not_of_the_schema_is_unhelpful_and_quoted_nowhere(
    name: str, kind: type, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    with pytest.raises(Unhelpful) as caught:
        asked(kind(lambda _: UNUSABLE[name]))
    told = f"{caught.value!r} {caught.value.__cause__} {caplog.text}"
    assert not any(word in told for word in (SECRET, "Quay", "Harbour", "Evil", "total"))


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe\x00", DEEP, "{}", '{"message": {}}', '{"message": {"content": 5}}', '{"error": "no memory"}'],
)
def test_an_envelope_that_is_none_is_unhelpful(content: bytes | str) -> None:
    with pytest.raises(Unhelpful):
        asked(after_tags(lambda visit, _: visit.send(content)))


def test_an_answer_that_was_cut_off_is_unhelpful_even_where_it_parses() -> None:
    with pytest.raises(Unhelpful, match="cut off"):
        asked(ollama(good, ended="length"))


@pytest.mark.parametrize("status", [400, 401, 403, 429, 500, 502, 503])
def test_an_http_error_is_unhelpful(status: int) -> None:
    with pytest.raises(Unhelpful, match=f"HTTP {status}"):
        asked(after_tags(lambda visit, _: visit.send({"error": SECRET}, status)))


def after_tags(then: Manners) -> Manners:
    """Ollama's list of models, and then something else."""

    def manners(visit: Visit, body: Body) -> None:
        (then if visit.path == "/api/chat" else ollama(good))(visit, body)

    return manners


def stall(visit: Visit, _: Body) -> None:
    visit.connection.settimeout(10)
    visit.connection.recv(1)


def drop(visit: Visit, _: Body) -> None:
    visit.drop()


def dribble(visit: Visit, start: bytes, pieces: Iterator[bytes]) -> None:
    visit.wfile.write(start)
    for piece in pieces:
        visit.wfile.write(piece)
        visit.wfile.flush()
        time.sleep(0.05)  # noqa: TID251 a server's own pace


def slow_head(visit: Visit, _: Body) -> None:
    dribble(visit, b"HTTP/1.1 200 OK\r\nx-wait: ", repeat(b"a", 400))


def slow_body(visit: Visit, _: Body) -> None:
    dribble(visit, b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n", repeat(b" ", 400))


def endless(visit: Visit, _: Body) -> None:
    visit.wfile.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    for _piece in range(2_000):
        visit.wfile.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")


def huge(visit: Visit, _: Body) -> None:
    visit.send({"message": {"content": json.dumps(GOOD)}, "padding": "x" * 2_000_000})


def not_http(visit: Visit, _: Body) -> None:
    visit.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")


@pytest.mark.parametrize("manners", [stall, drop, slow_head, slow_body, endless, huge, not_http])
def test_a_server_that_is_slow_endless_or_gone_is_unreachable_in_time(manners: Manners) -> None:
    began = time.monotonic()  # noqa: TID251 what is measured is real time
    with pytest.raises(Unreachable) as caught:
        asked(after_tags(manners), seconds=1.0)
    assert time.monotonic() - began < 4  # noqa: TID251
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "date", ["soon", "Fri, 31 Dec 9999 23:59:59 -2300", "Mon, 01 Jan 0001 00:00:00 +2300"]
)
def test_a_senseless_date_does_no_harm(date: str) -> None:
    def dated(visit: Visit, _: Body) -> None:
        data = json.dumps({"message": {"content": json.dumps(GOOD)}}).encode()
        head = f"HTTP/1.1 200 OK\r\ndate: {date}\r\ncontent-length: {len(data)}\r\n\r\n"
        visit.wfile.write(head.encode() + data)
        visit.close_connection = True

    assert asked(after_tags(dated)).confidence == 70


def test_the_topic_alone_decides_what_an_answer_can_be() -> None:
    contact = Question(Topic.CONTACT, "who?", "{}")
    manners = ollama(lambda body: json.dumps(empty(body) | {"customer_is": "person"}))
    with serving(manners) as host, model_at(host.url) as model:
        assert isinstance(model.ask(contact), ContactAnswer)

    with serving(ollama(good)) as host, model_at(host.url) as model, pytest.raises(Unhelpful):
        model.ask(contact)
