"""Tokens and the calls with which the SDK starts."""

from http.client import HTTPConnection
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.sdk.conftest import Stage
from tests.sdk.vendor import named, operations, plain, refusal, told

OWNER = "morganreeve@trees.com.example"


def paths(stage: Stage, start: int) -> list[str]:
    return [row["path"] for row in stage.control("GET", "log")[start:]]


def organization() -> tuple[int, Any]:
    return told(operations("org.Org").get_organization())


def test_start_refreshes_the_token_and_asks_who_we_are(stage: Stage) -> None:
    before = len(stage.control("GET", "log"))
    token = stage.token()
    store = stage.start(token, "start.csv")
    assert paths(stage, before) == ["/oauth/v2/token", "/crm/v8/users", "/crm/v8/org"]
    assert token.get_access_token().startswith("1000.")
    assert token.get_api_domain() == stage.client.line["url"]
    assert [kept.get_user_signature().get_name() for kept in store.get_tokens()] == [f"{OWNER}:60012345679"]


def test_a_kept_token_is_used_again(stage: Stage) -> None:
    stage.start(stage.token(), "kept.csv")
    before = len(stage.control("GET", "log"))
    stage.start(stage.token(), "kept.csv")
    assert organization()[0] == 200
    assert paths(stage, before) == ["/crm/v8/org"]


def test_a_token_that_has_run_out_is_refreshed_before_the_call(stage: Stage) -> None:
    token = stage.token()
    store = stage.start(token, "late.csv")
    spent = token.get_access_token()
    token.set_expires_in("1")
    store.save_token(token)
    before = len(stage.control("GET", "log"))
    assert organization()[0] == 200
    assert paths(stage, before)[0] == "/oauth/v2/token"
    (kept,) = store.get_tokens()
    assert kept.get_access_token() != spent


def test_a_grant_code_brings_a_refresh_token(stage: Stage) -> None:
    home = "https://ferry.example.com/back"
    asked = {
        "response_type": "code",
        "client_id": stage.client.line["client_id"],
        "scope": "ZohoCRM.modules.ALL,ZohoCRM.settings.ALL,ZohoCRM.users.ALL,ZohoCRM.org.ALL",
        "redirect_uri": home,
        "access_type": "offline",
        "prompt": "consent",
    }
    code = _code(stage, asked)
    secrets = {name: stage.client.line[name] for name in ("client_id", "client_secret")}
    token = named("api.authenticator.OAuthToken")(grant_token=code, redirect_url=home, **secrets)
    stage.start(token, "grant.csv")
    assert token.get_refresh_token().startswith("1000.")
    assert organization()[0] == 200


def _code(stage: Stage, asked: dict[str, str]) -> str:
    connection = HTTPConnection(urlsplit(stage.client.line["url"]).netloc, timeout=20)
    try:
        connection.request("GET", f"/oauth/v2/auth?{urlencode(asked)}")
        location = connection.getresponse().headers["location"]
    finally:
        connection.close()
    return parse_qs(urlsplit(location).query)["code"][0]


def test_a_wrong_secret_is_the_sdks_own_exception(stage: Stage) -> None:
    with pytest.raises(named("crm.api.exception.SDKException")) as caught:
        stage.start(stage.token(client_secret="wrong"), "wrong.csv")
    assert caught.value.error_message == "invalid_client_secret"


def test_f59_a_token_that_nobody_gave_is_a_typed_401(stage: Stage) -> None:
    token = named("api.authenticator.OAuthToken")(access_token="1000.never", find_user=False)
    stage.start(token, "nobody.csv")
    status, answer = organization()
    assert status == 401
    assert refusal(answer) == ("INVALID_TOKEN", "invalid oauth token", {})


def test_users_and_organisation_are_typed(zoho: Stage) -> None:
    status, answer = organization()
    (org,) = answer.get_org()
    assert (status, org.get_zgid(), org.get_iso_code()) == (200, "60012345679", "GBP")
    status, answer = told(operations("users.Users").get_users())
    assert status == 200
    assert OWNER in [user.get_email() for user in answer.get_users()]
    assert {plain(user.get_status()) for user in answer.get_users()} == {"active"}
    assert answer.get_users()[0].get_profile().get_name() == "Administrator"
