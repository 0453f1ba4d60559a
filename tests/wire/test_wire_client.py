import io
from datetime import timedelta

import httpx2
import pytest

from ledgerferry.model.outcome import (
    Busy,
    InDoubt,
    LoginNeeded,
    Outcome,
    Refused,
    Unreachable,
    Unsent,
)
from ledgerferry.model.ports import Fenced
from ledgerferry.wire.client import Client
from ledgerferry.wire.exchange import Exchange, Timeouts
from ledgerferry.wire.journal import NoJournal
from ledgerferry.wire.message import Call, JsonBody, path_pattern

from .world import ACCOUNTS, BASE, ListJournal, World

WRITE = Call("POST", "/invoices", (("organization_id", "1"),), body=JsonBody({"a": 1}))
READ = Call("GET", "/invoices/982000000567114")


@pytest.fixture
def world() -> World:
    return World()


def test_the_first_call_asks_for_the_time_then_for_a_token_and_then_speaks(world: World) -> None:
    world.client.write(WRITE, world.journal)
    assert world.paths() == ["/oauth/serverinfo", "/oauth/v2/token", "/books/v3/invoices"]
    assert world.quota.taken == 1
    assert world.requests[2].headers["authorization"] == "Zoho-oauthtoken 1000.token1"
    assert world.requests[2].content == b'{"a":1}'
    assert world.watch.boundaries == [
        "send GET /oauth/serverinfo",
        "receive GET /oauth/serverinfo",
        "send POST /oauth/v2/token",
        "receive POST /oauth/v2/token",
        "send POST /invoices",
        "receive POST /invoices",
    ]
    assert world.journal.begun == [("POST", "/invoices")]
    assert world.journal.ended == [(Outcome.DONE, 200, "")]
    assert world.quota.settled == [(world.clock.now(), True)]


def test_a_second_call_needs_neither(world: World) -> None:
    world.client.read(READ)
    world.client.read(READ)
    assert world.paths()[2:] == ["/books/v3/invoices/982000000567114"] * 2
    assert "send GET /invoices/{id}" in world.watch.boundaries


@pytest.mark.parametrize("error", [httpx2.ConnectError, httpx2.ConnectTimeout])
def test_no_connection_is_unsent_and_costs_nothing(world: World, error: type[httpx2.RequestError]) -> None:
    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise error("refused", request=request)

    world.answers = refuse
    with pytest.raises(Unsent):
        world.client.write(WRITE, world.journal)
    assert world.journal.ended[0][0] is Outcome.UNSENT
    assert world.quota.settled == [(None, False)]


@pytest.mark.parametrize("error", [httpx2.ReadTimeout, httpx2.ReadError, httpx2.RemoteProtocolError])
def test_a_lost_answer_is_in_doubt_and_counts(world: World, error: type[httpx2.RequestError]) -> None:
    def lose(request: httpx2.Request) -> httpx2.Response:
        raise error("lost", request=request)

    world.answers = lose
    with pytest.raises(InDoubt):
        world.client.write(WRITE, world.journal)
    assert world.journal.ended[0][0] is Outcome.IN_DOUBT
    assert world.quota.settled == [(None, True)]
    assert world.paths().count("/books/v3/invoices") == 1


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(500, json={"code": 1000}),
        httpx2.Response(503),
        httpx2.Response(302, headers={"location": "https://elsewhere.example/login"}),
        httpx2.Response(403, html="<html>Forbidden</html>"),
        httpx2.Response(200, html="<html>Sign in</html>"),
    ],
)
def test_what_is_no_answer_of_the_system_is_in_doubt(world: World, answer: httpx2.Response) -> None:
    world.answers = lambda _: answer
    with pytest.raises(InDoubt):
        world.client.write(WRITE, world.journal)
    assert world.journal.ended[0][0] is Outcome.IN_DOUBT
    assert len(world.requests) == 3


def test_a_readable_no_is_refused(world: World) -> None:
    world.answers = lambda _: httpx2.Response(400, json={"code": 4}, headers={"x-request-id": "r-9"})
    with pytest.raises(Refused) as caught:
        world.client.write(WRITE, world.journal, subject="invoice INV-1")
    assert (caught.value.system, caught.value.subject, caught.value.request) == (
        "books",
        "invoice INV-1",
        "r-9",
    )
    assert world.journal.ended == [(Outcome.REFUSED, 400, "no")]


def test_busy_by_the_system_pauses_the_quota_and_counts_as_unsent(world: World) -> None:
    until = world.clock.now() + timedelta(hours=1)
    world.dialect.errors = [Busy("blocked", until, cap="block")]
    with pytest.raises(Busy):
        world.client.write(WRITE, world.journal)
    assert world.quota.pauses == [(until, "block")]
    assert world.journal.ended[0][0] is Outcome.UNSENT


def test_a_short_wait_for_a_permit_is_waited_out_here(world: World) -> None:
    world.client.now()
    world.quota.busy = [Busy("in flight", world.clock.now() + timedelta(seconds=1))] * 2
    world.client.write(WRITE, world.journal)
    assert sum(world.clock.slept) <= 2
    assert world.quota.taken == 1


def test_a_long_wait_for_a_permit_is_the_engines(world: World) -> None:
    world.client.now()
    world.quota.busy = [Busy("minute", world.clock.now() + timedelta(seconds=3))]
    with pytest.raises(Busy):
        world.client.write(WRITE, world.journal)
    assert world.clock.slept == []
    assert world.journal.begun == []


def test_nothing_is_sent_when_the_fence_is_lost(world: World) -> None:
    class Taken(ListJournal):
        def begin(self, method: str, path: str) -> str:
            raise Fenced

    with pytest.raises(Fenced):
        world.client.write(WRITE, Taken())
    assert "/books/v3/invoices" not in world.paths()
    assert world.quota.settled == [(None, False)]


@pytest.mark.parametrize("late", [60.0, 3600.0])
def test_nothing_is_sent_after_the_attempts_deadline(world: World, late: float) -> None:
    def stall(boundary: str) -> None:
        if boundary == "send POST /invoices":
            world.clock.seconds += late

    world.watch.then = stall
    with pytest.raises(Unsent):
        world.client.write(WRITE, world.journal)
    assert "/books/v3/invoices" not in world.paths()
    assert world.journal.ended[0][0] is Outcome.UNSENT


@pytest.mark.parametrize(("seconds", "tries"), [(0, 5), (25, 3), (90, 1)])
def test_reads_are_tried_five_times_or_fewer_where_they_take_long(
    world: World, seconds: float, tries: int
) -> None:
    def answer(_: httpx2.Request) -> httpx2.Response:
        world.clock.seconds += seconds
        return httpx2.Response(500)

    world.answers = answer
    with pytest.raises(Unreachable, match=f"after {tries} tries"):
        world.client.read(READ)
    assert world.paths().count("/books/v3/invoices/982000000567114") == tries


def test_a_lost_answer_of_the_time_is_asked_for_again(world: World) -> None:
    told = [httpx2.ReadError("reset"), httpx2.ReadError("reset")]
    calm = world.route

    def route(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/oauth/serverinfo" and told:
            raise told.pop()
        return calm(request)

    world.exchange = Exchange(
        world.clock, world.vendor, world.watch, system="books", transport=httpx2.MockTransport(route)
    )
    client = Client(world.exchange, BASE, world.auth, world.quota, world.dialect, clock_base=ACCOUNTS)
    client.hear()
    assert told == []


def test_a_read_that_answers_at_last_is_an_answer(world: World) -> None:
    answers = [httpx2.Response(500), httpx2.Response(200, json={"code": 0, "n": 1.10})]
    world.answers = lambda _: answers.pop(0)
    assert str(world.client.read(READ).json()) == "{'code': 0, 'n': Decimal('1.1')}"


def test_a_download_begins_anew_after_a_broken_one(world: World) -> None:
    class Broken(httpx2.SyncByteStream):
        def __iter__(self):  # type: ignore[no-untyped-def]  # noqa: ANN204
            yield b"%PDF-1."
            raise httpx2.ReadError("reset")

    whole = httpx2.Response(200, content=b"%PDF-1.4 whole", headers={"content-type": "application/pdf"})
    answers = [httpx2.Response(200, stream=Broken(), headers={"content-type": "application/pdf"}), whole]
    served: list[httpx2.Response] = []

    def serve(_: httpx2.Request) -> httpx2.Response:
        served.append(answers.pop(0))
        return served[-1]

    world.answers = serve
    sink = io.BytesIO()
    world.client.read(READ, sink=sink)
    assert sink.getvalue() == b"%PDF-1.4 whole"
    assert len(served) == 2


def test_an_answer_that_trickles_is_cut_off_at_the_total() -> None:
    world = World(Timeouts(connect=1, read=5, total=10))

    class Trickle(httpx2.SyncByteStream):
        def __iter__(self):  # type: ignore[no-untyped-def]  # noqa: ANN204
            for _ in range(100):
                world.clock.seconds += 4
                yield b" "

    world.answers = lambda _: httpx2.Response(200, stream=Trickle())
    with pytest.raises(InDoubt):
        world.client.write(WRITE, world.journal)
    assert world.clock.seconds < 20


def test_a_dead_token_is_renewed_and_the_read_goes_on(world: World) -> None:
    world.dialect.errors = [LoginNeeded("dead", code="57")]
    world.client.read(READ)
    assert world.minted == 2
    assert world.requests[-1].headers["authorization"] == "Zoho-oauthtoken 1000.token2"


def test_a_write_with_a_dead_token_was_not_sent(world: World) -> None:
    world.dialect.errors = [LoginNeeded("dead", code="57")]
    with pytest.raises(Unsent):
        world.client.write(WRITE, world.journal)
    assert world.journal.ended[0][0] is Outcome.UNSENT
    world.client.write(WRITE, world.journal)
    assert world.minted == 2


def test_a_missing_scope_costs_two_tokens_and_then_a_person(world: World) -> None:
    world.dialect.errors = [LoginNeeded("scope", code="57")] * 3
    with pytest.raises(LoginNeeded) as caught:
        world.client.read(READ)
    assert caught.value.code == "57"
    assert world.minted == 3


def test_tokens_that_die_early_are_no_missing_scope(world: World) -> None:
    for _ in range(3):
        world.client.read(READ)
        world.dialect.errors = [LoginNeeded("dead", code="57")] * 2
    world.client.read(READ)
    assert world.minted == 1 + 3 * 2


def test_a_silent_accounts_server_is_unreachable(world: World) -> None:
    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("down", request=request)

    world.route = refuse  # type: ignore[method-assign]
    lonely = World()
    lonely.exchange._http = httpx2.Client(transport=httpx2.MockTransport(refuse))
    with pytest.raises(Unreachable):
        lonely.client.read(READ)


def test_no_secret_shows_in_errors_reprs_or_boundaries(world: World) -> None:
    world.answers = lambda _: httpx2.Response(500)
    with pytest.raises(InDoubt) as caught:
        world.client.write(WRITE, world.journal)
    shown = " ".join(
        [
            str(caught.value),
            repr(caught.value),
            repr(caught.value.__context__),
            *world.watch.boundaries,
            repr(world.journal),
        ]
    )
    for secret in ("1000.token1", "1000.refresh", "secret"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("/invoices/982000000567114/status/sent", "/invoices/{id}/status/sent"),
        ("/oauth/v2/token", "/oauth/v2/token"),
        ("/settings/taxes", "/settings/taxes"),
    ],
)
def test_patterns_have_no_ids(path: str, pattern: str) -> None:
    assert path_pattern(path) == pattern


def test_f61_an_unchanged_record_is_an_answer_where_it_was_asked_for(world: World) -> None:
    world.answers = lambda _: httpx2.Response(304)
    asked = Call("GET", "/Contacts/1", headers=(("If-Modified-Since", "2026-03-02T10:00:00+00:00"),))
    assert world.client.read(asked).status == 304
    with pytest.raises(Unreachable):
        world.client.read(Call("GET", "/Contacts/1"))


def test_a_heavy_call_takes_a_heavy_permit(world: World) -> None:
    world.client.read(Call("GET", "/a"), weight=3, heavy=True)
    world.client.write(Call("POST", "/b", body=JsonBody({})), NoJournal(), weight=2)
    assert (world.quota.taken, world.quota.heavy) == (5, 1)
