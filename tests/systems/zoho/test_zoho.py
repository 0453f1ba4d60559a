import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from ledgerferry.model.outcome import (
    Busy,
    CallError,
    Duplicate,
    InDoubt,
    LoginNeeded,
    Refused,
    Stale,
    Unreachable,
)
from ledgerferry.systems import zoho
from ledgerferry.systems.zoho import BooksDialect, Centre, Region, centres, discover, trusted
from ledgerferry.wire.message import Reply
from ledgerferry.wire.oauth import Credentials, Grant, TokenEndpoint
from tests.wire.world import World

NOW = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)
CLIENT = Credentials("id", "secret")


def reply(status: int, body: object, **headers: str) -> Reply:
    named = {"content-type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}}
    return Reply(status, named, json.dumps(body).encode() if not isinstance(body, bytes) else body, NOW)


def verdict(answer: Reply, unseen: list[str] | None = None) -> Any:
    return BooksDialect((unseen if unseen is not None else []).append).verdict(answer, NOW)


@pytest.mark.parametrize("status", [200, 201])
def test_code_0_is_a_yes(status: int) -> None:
    assert verdict(reply(status, {"code": 0, "message": "success"})) is None


@pytest.mark.parametrize("status", [200, 400])
def test_f14_any_other_code_is_a_no_whatever_the_status(status: int) -> None:
    assert type(verdict(reply(status, {"code": 4, "message": "Invalid value passed"}))) is Refused


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, 14, LoginNeeded),
        (401, 57, LoginNeeded),
        (400, 57, LoginNeeded),
        (401, 9999, LoginNeeded),
        (400, 3062, Duplicate),
        (400, 1001, Duplicate),
        (404, 1002, Stale),
        (400, 1002, Stale),
        (404, 8888, Stale),
        (404, 5, Refused),
        (400, 1038, Refused),
        (400, 15, Refused),
    ],
)
def test_codes_say_what_to_do(status: int, code: int, kind: type) -> None:
    error = verdict(reply(status, {"code": code, "message": "M"}))
    assert isinstance(error, CallError)
    assert type(error) is kind
    assert error.code == str(code)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("The invoice number already exists.", Duplicate),
        ("Invoice does not exist.", Stale),
        ("Odd.", Refused),
    ],
)
def test_an_unknown_code_is_told_by_its_text_and_reported(message: str, kind: type) -> None:
    unseen: list[str] = []
    assert type(verdict(reply(400, {"code": 424242, "message": message}), unseen)) is kind
    assert unseen == ["error code 424242"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"message": "no code"}'])
def test_an_unreadable_answer_is_in_doubt(body: bytes) -> None:
    assert type(verdict(reply(200, body))) is InDoubt
    assert type(verdict(reply(400, body))) is InDoubt


def test_a_file_is_an_answer() -> None:
    assert verdict(Reply(200, {"content-type": "application/pdf"}, b"", NOW)) is None


@pytest.mark.parametrize(
    ("code", "headers", "until", "cap"),
    [
        (43, {"retry_after": "3600"}, NOW + timedelta(hours=1), "block"),
        (43, {}, NOW + timedelta(minutes=1), "minute"),
        (44, {}, NOW + timedelta(minutes=1), "minute"),
        (45, {}, datetime(2026, 3, 3, tzinfo=UTC), "day"),
        (1070, {}, NOW + timedelta(seconds=2), "in_flight"),
    ],
)
def test_429s_say_until_when(code: int, headers: dict[str, str], until: datetime, cap: str) -> None:
    error = verdict(reply(429, {"code": code, "message": "M"}, **headers))
    assert isinstance(error, Busy)
    assert (error.until, error.cap) == (until, cap)


def test_a_429_in_html_is_a_wait_too() -> None:
    assert isinstance(verdict(reply(429, b"<html>slow down</html>")), Busy)


def test_lists_under_either_name_and_contexts_in_either_shape() -> None:
    assert zoho.rows_of({"b": [{"x": 1}, 2]}, "a", "b") == [{"x": 1}]
    assert zoho.row_of({"tax": [{"x": 1}]}, "tax") == {"x": 1}
    assert zoho.has_more({"page_context": [{"has_more_page": True}]})
    assert not zoho.has_more({})


class Accounts:
    """Accounts servers of which one knows the login."""

    def __init__(self, home: str) -> None:
        self.world = World()
        self.world.grants = self.answer
        self.home, self.asked = home, list[str]()

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        host = f"https://{request.url.host}"
        self.asked.append(host)
        if host == self.home:
            return httpx2.Response(
                200,
                json={"access_token": "1000.t", "expires_in": 3600, "api_domain": "https://www.zohoapis.eu"},
            )
        return httpx2.Response(
            200, json={"error": "invalid_code" if len(self.asked) % 2 else "invalid_client"}
        )

    @property
    def endpoint(self) -> Callable[[Centre], TokenEndpoint]:
        return lambda centre: TokenEndpoint(self.world.exchange, centre.accounts_url)


def test_the_region_is_found_by_trying() -> None:
    accounts = Accounts("https://accounts.zoho.eu")
    centre, grant = discover(CLIENT, "1000.refresh", centres(), accounts.endpoint)
    assert (centre.dc, grant.access_token) == ("eu", "1000.t")
    assert accounts.asked == ["https://accounts.zoho.com", "https://accounts.zoho.eu"]


def test_a_login_that_nobody_takes_is_told_with_every_answer() -> None:
    accounts = Accounts("https://accounts.nowhere.example")
    with pytest.raises(Region) as caught:
        discover(CLIENT, "1000.refresh", centres(), accounts.endpoint)
    assert "us: invalid_code" in str(caught.value)
    assert "cn: " in str(caught.value)


def test_centres_that_cannot_be_reached_say_nothing_about_the_login() -> None:
    world = World()

    def nobody(_: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("no route")

    world.grants = nobody
    with pytest.raises(Unreachable, match="us: the accounts server"):
        discover(
            CLIENT,
            "1000.refresh",
            centres(),
            lambda centre: TokenEndpoint(world.exchange, centre.accounts_url),
        )


@pytest.mark.parametrize(
    "domain", ["https://www.zohoapis.com", "https://api.zoho.com", "https://www.zohoapis.com/", None]
)
def test_f4_the_api_domain_is_held_against_the_table(domain: str | None) -> None:
    assert trusted(centres()[0], Grant("t", NOW, api_domain=domain)).api_url == "https://www.zohoapis.com"


@pytest.mark.parametrize(
    "domain", ["https://www.zohoapis.eu", "https://www.zohoapis.com.evil.example", "http://www.zohoapis.com"]
)
def test_f4_another_host_is_never_trusted(domain: str) -> None:
    with pytest.raises(Region):
        trusted(centres()[0], Grant("t", NOW, api_domain=domain))


def test_claim_18_canada_is_on_zohocloud() -> None:
    canada = next(c for c in centres() if c.dc == "ca")
    assert (canada.accounts_url, canada.api_url) == (
        "https://accounts.zohocloud.ca",
        "https://www.zohoapis.ca",
    )


def test_a_table_of_ones_own_replaces_the_vendors(tmp_path: Path) -> None:
    table = tmp_path / "dc.json"
    table.write_text(
        json.dumps({"us": "http://127.0.0.1:1/", "eu": {"accounts": "http://a", "api": "http://b"}})
    )
    assert centres(table) == (
        Centre("us", "http://127.0.0.1:1", "http://127.0.0.1:1"),
        Centre("eu", "http://a", "http://b"),
    )
    for wrong in ('["us"]', '{"us": 3}'):
        table.write_text(wrong)
        with pytest.raises(ValueError, match="dc"):
            centres(table)
