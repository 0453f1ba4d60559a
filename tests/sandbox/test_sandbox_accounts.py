from base64 import b64encode
from urllib.parse import parse_qs, urlsplit

import pytest

from ledgerferry_sandbox import seeds
from ledgerferry_sandbox.desk import Desk, VirtualClock
from ledgerferry_sandbox.rooms import Centre
from ledgerferry_sandbox.sandbox import Sandbox
from tests.sandbox.caller import Caller


def refresh(caller: Caller) -> str:
    held: str = caller.grant(grant_type="refresh_token", refresh_token=seeds.REFRESH_TOKEN).body[
        "access_token"
    ]
    return held


def works(caller: Caller, token: str) -> bool:
    caller.token = token
    return caller.books("GET", "organizations").status == 200


def test_f4_a_refresh_token_brings_an_hour_of_access(caller: Caller) -> None:
    said = caller.grant(grant_type="refresh_token", refresh_token=seeds.REFRESH_TOKEN)
    assert said.status == 200
    assert said.body["expires_in"] == 3600
    assert said.body["token_type"] == "Bearer"
    assert said.body["api_domain"] == caller.sandbox.centre.url
    assert "refresh_token" not in said.body
    caller.wait(3599)
    assert works(caller, said.body["access_token"])
    caller.wait(1)
    assert not works(caller, said.body["access_token"])


@pytest.mark.parametrize(("position", "told"), [("absent", None), ("present", 3600)])
def test_f4_the_life_of_a_token_may_also_stand_in_expires_in_sec(
    caller: Caller, position: str, told: int | None
) -> None:
    caller.switch(expires_in_sec=position)
    said = caller.grant(grant_type="refresh_token", refresh_token=seeds.REFRESH_TOKEN)
    assert (said.body["expires_in"], said.body.get("expires_in_sec")) == (3600, told)


def test_f11_refresh_tokens_do_not_expire_or_rotate(caller: Caller) -> None:
    caller.wait(400 * 86_400)
    for _ in range(2):
        said = caller.grant(grant_type="refresh_token", refresh_token=seeds.REFRESH_TOKEN)
        assert works(caller, said.body["access_token"])
        assert "refresh_token" not in said.body


def test_f9_a_code_for_another_address_is_an_invalid_redirect_uri(caller: Caller) -> None:
    fields = {"scope": "ZohoBooks.invoices.READ", "redirect_uri": "http://127.0.0.1:1/back"}
    change = {"service": "accounts", "kind": "grants", "fields": fields}
    code = caller.control("POST", "edit", change)["code"]
    other = "http://127.0.0.1:1/other"
    said = caller.grant(grant_type="authorization_code", code=code, redirect_uri=other)
    assert (said.status, said.body) == (200, {"error": "invalid_redirect_uri"})


def test_f3_parameters_may_stand_in_the_body_and_the_client_in_basic(caller: Caller) -> None:
    basic = b64encode(f"{seeds.CLIENT_ID}:{seeds.CLIENT_SECRET}".encode()).decode()
    body = f"grant_type=refresh_token&refresh_token={seeds.REFRESH_TOKEN}".encode()
    kind = "application/x-www-form-urlencoded"
    said = caller.call("POST", "/oauth/v2/token", body, authorization=f"Basic {basic}", content_type=kind)
    assert said.body["access_token"]


def test_f3_parameters_may_stand_in_a_multipart_body_as_zohos_node_sdk_sends_them(caller: Caller) -> None:
    form = {"client_id": seeds.CLIENT_ID, "client_secret": seeds.CLIENT_SECRET,
            "grant_type": "refresh_token", "refresh_token": seeds.REFRESH_TOKEN}  # fmt: skip
    parts = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
             for name, value in form.items()]  # fmt: skip
    body = "".join([*parts, "--b--\r\n"]).encode()
    said = caller.call("POST", "/oauth/v2/token", body, content_type="multipart/form-data; boundary=b")
    assert said.body["access_token"]


@pytest.mark.parametrize(
    ("form", "word"),
    [
        ({"client_id": "1000.OTHER"}, "invalid_client"),
        ({"client_secret": "wrong"}, "invalid_client_secret"),
        ({"refresh_token": "1000.never"}, "invalid_code"),
        ({"grant_type": "password"}, "invalid_client"),
        ({"grant_type": "authorization_code", "code": "1000.never"}, "invalid_code"),
    ],
)
def test_f9_errors_come_with_http_200(caller: Caller, form: dict[str, str], word: str) -> None:
    said = caller.grant(**{"grant_type": "refresh_token", "refresh_token": seeds.REFRESH_TOKEN, **form})
    assert (said.status, said.body) == (200, {"error": word})


def test_f5_a_self_client_code_works_once_and_for_a_minute(caller: Caller) -> None:
    edit = {"service": "accounts", "kind": "grants", "fields": {"scope": "ZohoBooks.invoices.READ"}}
    code = caller.control("POST", "edit", edit)["code"]
    said = caller.grant(grant_type="authorization_code", code=code)
    assert said.body["refresh_token"]
    assert caller.grant(grant_type="authorization_code", code=code).body == {"error": "invalid_code"}
    late = caller.control("POST", "edit", edit)["code"]
    caller.wait(60)
    assert caller.grant(grant_type="authorization_code", code=late).body == {"error": "invalid_code"}


def test_f1_f2_consent_redirects_with_code_location_and_accounts_server(caller: Caller) -> None:
    back = "http://127.0.0.1:1/callback"
    asked = (
        f"response_type=code&client_id={seeds.CLIENT_ID}&redirect_uri={back}&scope=ZohoBooks.fullaccess.all"
    )
    said = caller.call("GET", f"/oauth/v2/auth?{asked}&access_type=offline&state=s1")
    assert said.status == 302
    told = parse_qs(urlsplit(said.answer.headers["location"]).query)
    assert (told["location"], told["state"]) == (["us"], ["s1"])
    assert told["accounts-server"] == [caller.sandbox.centre.url]
    wrong = caller.grant(grant_type="authorization_code", code=told["code"][0], redirect_uri="http://x")
    assert wrong.body == {"error": "invalid_redirect_uri"}


def test_f1_only_offline_access_yields_a_refresh_token(caller: Caller) -> None:
    back = "http://127.0.0.1:1/callback"
    asked = (
        f"response_type=code&client_id={seeds.CLIENT_ID}&redirect_uri={back}&scope=ZohoBooks.fullaccess.all"
    )
    said = caller.call("GET", f"/oauth/v2/auth?{asked}")
    code = parse_qs(urlsplit(said.answer.headers["location"]).query)["code"][0]
    given = caller.grant(grant_type="authorization_code", code=code, redirect_uri=back)
    assert given.body["access_token"]
    assert "refresh_token" not in given.body


def test_f6_client_credentials_need_a_soid_and_bring_no_refresh_token(caller: Caller) -> None:
    scope = "ZohoBooks.fullaccess.all"
    assert caller.grant(grant_type="client_credentials", scope=scope).body == {"error": "missing_org_info"}
    said = caller.grant(grant_type="client_credentials", scope=scope, soid="ZohoBooks.1")
    assert works(caller, said.body["access_token"])
    assert "refresh_token" not in said.body


def test_f7_revoking_a_refresh_token_kills_its_access_tokens(caller: Caller) -> None:
    token = refresh(caller)
    said = caller.call("POST", f"/oauth/v2/token/revoke?token={seeds.REFRESH_TOKEN}")
    assert said.body == {"status": "success"}
    assert not works(caller, token)
    again = caller.grant(grant_type="refresh_token", refresh_token=seeds.REFRESH_TOKEN)
    assert again.body == {"error": "invalid_code"}


@pytest.mark.parametrize("status", [400, 200])
def test_f10_f11_the_eleventh_token_in_ten_minutes_is_refused(caller: Caller, status: int) -> None:
    caller.switch(token_throttle_status=status)
    for _ in range(10):
        refresh(caller)
        caller.wait(30)
    said = caller.grant(grant_type="refresh_token", refresh_token=seeds.REFRESH_TOKEN)
    assert said.status == status
    assert said.body["error"] == "Access Denied"
    caller.wait(300)
    assert refresh(caller)


def test_f11_the_oldest_of_more_than_ten_living_tokens_dies_silently(caller: Caller) -> None:
    tokens = [refresh(caller) for _ in range(10)]
    caller.wait(600)
    tokens.append(refresh(caller))
    assert [works(caller, token) for token in tokens] == [False, *[True] * 10]


def test_f11_the_twenty_first_refresh_token_deletes_the_first(caller: Caller) -> None:
    edit = {"service": "accounts", "kind": "refreshes", "fields": {}}
    for _ in range(20):
        caller.control("POST", "edit", edit)
    said = caller.grant(grant_type="refresh_token", refresh_token=seeds.REFRESH_TOKEN)
    assert said.body == {"error": "invalid_code"}


def test_f8_serverinfo_lists_the_centres(caller: Caller) -> None:
    said = caller.call("GET", "/oauth/serverinfo")
    assert said.body == {"result": "success", "locations": dict(caller.sandbox.centre.all)}


def test_a_centre_that_is_not_home_knows_no_client() -> None:
    urls = {"us": "http://us", "eu": "http://eu"}
    abroad = Caller(Sandbox(Desk(VirtualClock()), Centre("eu", "http://eu", urls, "us")))
    said = abroad.grant(grant_type="refresh_token", refresh_token=seeds.REFRESH_TOKEN)
    assert (said.status, said.body) == (200, {"error": "invalid_client"})
    assert (
        abroad.call("GET", "/oauth/v2/auth?client_id=x").answer.headers["location"].startswith("http://us/")
    )
