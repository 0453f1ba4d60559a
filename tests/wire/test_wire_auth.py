from datetime import timedelta
from urllib.parse import parse_qs

import httpx2
import pytest

from ledgerferry.model.outcome import Busy, LoginNeeded, Unreachable
from ledgerferry.wire.auth import ZohoAuth
from ledgerferry.wire.oauth import Credentials, TokenEndpoint

from .world import ACCOUNTS, MemoryVault, World

CLIENT = Credentials("id", "secret")
THROTTLED = {
    "error_description": "You have made too many requests continuously. Please try again after some time.",
    "error": "Access Denied",
    "status": "failure",
}


@pytest.fixture
def world() -> World:
    world = World()
    world.client.hear()
    return world


def endpoint(world: World) -> TokenEndpoint:
    return TokenEndpoint(world.exchange, ACCOUNTS)


def answer(world: World, status: int, body: object) -> None:
    world.grants = lambda _: httpx2.Response(status, json=body)


def test_a_token_serves_55_minutes(world: World) -> None:
    first = world.auth.token()
    world.clock.seconds += 54 * 60
    assert world.auth.token() == first
    world.clock.seconds += 62
    assert world.auth.token() != first
    assert world.minted == 2


def test_secrets_go_in_the_form_and_nowhere_else(world: World) -> None:
    world.auth.token()
    request = world.requests[-1]
    assert parse_qs(request.content.decode()) == {
        "grant_type": ["refresh_token"],
        "refresh_token": ["1000.refresh"],
        "client_id": ["id"],
        "client_secret": ["secret"],
    }
    assert request.url.query == b""


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("code", ["invalid_code", "invalid_client", "invalid_client_secret"])
def test_f9_errors_come_with_http_200(world: World, status: int, code: str) -> None:
    answer(world, status, {"error": code})
    with pytest.raises(LoginNeeded) as caught:
        world.auth.token()
    assert caught.value.code == code
    assert len([p for p in world.paths() if p == "/oauth/v2/token"]) == 1


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize(
    "body", [THROTTLED, {"error_description": "您的请求过于频繁", "error": "访问被拒绝", "status": "failure"}]
)
def test_f10_a_throttle_is_a_wait_in_every_language(world: World, status: int, body: object) -> None:
    answer(world, status, body)
    with pytest.raises(Busy) as caught:
        world.auth.token()
    assert caught.value.cap == "token"
    assert caught.value.until == world.vendor.now() + timedelta(minutes=10)


def test_a_throttled_refresh_leaves_the_old_token_in_use(world: World) -> None:
    first = world.auth.token()
    world.clock.seconds += 56 * 60
    answer(world, 200, THROTTLED)
    assert world.auth.token() == first
    world.clock.seconds += 4 * 60
    with pytest.raises(Busy):
        world.auth.token()


def test_f11_never_more_than_ten_tokens_in_ten_minutes(world: World) -> None:
    for _ in range(10):
        world.auth.token()
        world.vault.held = None
    with pytest.raises(Busy) as caught:
        world.auth.token()
    assert world.minted == 10
    world.clock.seconds += world.vendor.seconds_until(caught.value.until) + 2
    world.auth.token()
    assert world.minted == 11


def test_the_loser_waits_and_takes_the_winners_token(world: World) -> None:
    world.vault.others_refresh = True
    slept = world.clock.sleep

    def sleep(seconds: float) -> None:
        slept(seconds)
        world.vault.held = ("1000.theirs", world.clock.now() + timedelta(hours=1))

    world.clock.sleep = sleep  # type: ignore[method-assign]
    assert world.auth.token() == "1000.theirs"
    assert world.minted == 0


def test_the_loser_does_not_wait_for_ever(world: World) -> None:
    world.vault.others_refresh = True
    with pytest.raises(Busy):
        world.auth.token()
    assert sum(world.clock.slept) <= 2.1


def test_an_unreadable_accounts_server_is_unreachable_after_three_tries(world: World) -> None:
    world.grants = lambda _: httpx2.Response(502, html="<html>Bad gateway</html>")
    with pytest.raises(Unreachable):
        world.auth.token()
    assert world.paths().count("/oauth/v2/token") == 3


def test_f5_a_grant_code_is_tried_once(world: World) -> None:
    world.grants = lambda _: httpx2.Response(502)
    with pytest.raises(Unreachable):
        endpoint(world).exchange_code(CLIENT, "1000.code")
    assert world.paths().count("/oauth/v2/token") == 1


def test_f5_an_exchange_gives_a_refresh_token(world: World) -> None:
    answer(world, 200, {"access_token": "1000.a", "refresh_token": "1000.r", "expires_in": 3600})
    grant = endpoint(world).exchange_code(CLIENT, "1000.code")
    assert grant.refresh_token == "1000.r"
    assert "1000." not in repr(grant)


def test_f6_client_credentials(world: World) -> None:
    vault = MemoryVault(
        client_id="id", client_secret="secret", scope="ZohoBooks.fullaccess.all", soid="ZohoBooks.1"
    )
    ZohoAuth(endpoint(world), vault, world.vendor, world.clock).token()
    form = parse_qs(world.requests[-1].content.decode())
    assert form["grant_type"] == ["client_credentials"]
    assert form["soid"] == ["ZohoBooks.1"]


def test_a_connection_without_a_login_says_so(world: World) -> None:
    auth = ZohoAuth(
        endpoint(world), MemoryVault(client_id="id", client_secret="s"), world.vendor, world.clock
    )
    with pytest.raises(LoginNeeded):
        auth.token()


def test_f7_revoking(world: World) -> None:
    answer(world, 200, {"status": "success"})
    endpoint(world).revoke("1000.refresh")
    assert world.paths()[-1] == "/oauth/v2/token/revoke"


def test_a_token_that_another_worker_replaced_is_not_thrown_away(world: World) -> None:
    old = world.auth.token()
    world.vault.held = ("1000.new", world.clock.now() + timedelta(hours=1))
    world.auth.refused(old, "GET /invoices", LoginNeeded("dead"))
    assert world.auth.token() == "1000.new"
