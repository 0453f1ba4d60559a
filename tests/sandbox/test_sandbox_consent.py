"""The consent page, the caps on codes and refresh tokens, and every data centre at its own address."""

from base64 import b64encode
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from ledgerferry_sandbox import seeds
from ledgerferry_sandbox.desk import Desk, VirtualClock
from ledgerferry_sandbox.options import CENTRES, parse
from ledgerferry_sandbox.rooms import Centre
from ledgerferry_sandbox.sandbox import Sandbox
from tests.sandbox.caller import Caller, Json, Said

BACK = "http://127.0.0.1:1/back"
SCOPES = "ZohoBooks.fullaccess.all,ZohoCRM.modules.ALL"
NINE = {name: f"http://{name}.example" for name in CENTRES}


def asked(**more: str) -> str:
    form = {
        "response_type": "code",
        "client_id": seeds.CLIENT_ID,
        "redirect_uri": BACK,
        "scope": SCOPES,
        "access_type": "offline",
    }
    return f"/oauth/v2/auth?{urlencode({**form, **more})}"


def told(said: Said) -> Json:
    assert said.status == 302
    target = said.answer.headers["location"]
    return {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}


def exchanged(caller: Caller, said: Said) -> Said:
    return caller.grant(grant_type="authorization_code", code=told(said)["code"], redirect_uri=BACK)


def test_f1_a_browser_is_shown_a_page_and_sent_back_with_what_was_decided(caller: Caller) -> None:
    page = caller.call("GET", asked(state='"><script>'), accept="text/html,application/xhtml+xml")
    text = page.answer.body.decode()
    assert (page.status, page.answer.headers["content-type"]) == (200, "text/html;charset=UTF-8")
    assert "<li>ZohoCRM.modules.ALL</li>" in text
    assert "<script>" not in text
    accepted = told(caller.call("GET", asked(state="s", consent="accept"), accept="text/html"))
    assert (accepted["state"], accepted["location"]) == ("s", "us")
    refused = told(caller.call("GET", asked(consent="reject"), accept="text/html"))
    assert refused == {"error": "access_denied"}


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"client_id": "1000.OTHER"}, "invalid_client"),
        ({"response_type": "token"}, "invalid_response_type"),
        ({"redirect_uri": ""}, "invalid_redirect_uri"),
        ({"scope": ""}, "invalid_scope"),
    ],
)
def test_f1_what_cannot_be_asked(caller: Caller, more: dict[str, str], word: str) -> None:
    said = caller.call("GET", asked(**more))
    assert (said.status, said.body) == (400, {"error": word})


def test_f1_a_forced_consent_brings_a_fresh_refresh_token(caller: Caller) -> None:
    first = exchanged(caller, caller.call("GET", asked())).body
    again = exchanged(caller, caller.call("GET", asked())).body
    forced = exchanged(caller, caller.call("GET", asked(prompt="consent"))).body
    assert "refresh_token" not in again
    assert first["refresh_token"] != forced["refresh_token"]


def test_f1_several_products_in_one_consent(caller: Caller) -> None:
    caller.token = exchanged(caller, caller.call("GET", asked())).body["access_token"]
    assert caller.books("GET", "contacts").status == 200
    signed = {"authorization": f"Zoho-oauthtoken {caller.token}"}
    assert caller.call("GET", "/crm/v8/Accounts?fields=Account_Name", **signed).status == 204


def test_f5_a_code_is_of_its_client_alone(caller: Caller) -> None:
    code = told(caller.call("GET", asked()))["code"]
    state = caller.control("GET", "state")
    other = {"client_id": "1000.OTHER", "client_secret": "s"}
    clients = [*state["accounts"]["clients"], other]
    caller.control("PUT", "state", {"accounts": {"clients": clients}})
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    assert caller.grant(**form, **other).body == {"error": "invalid_code"}


def test_f7_the_newer_form_of_revoking_is_signed_by_the_client(caller: Caller) -> None:
    target = f"/oauth/v2/revoke/token?token={seeds.REFRESH_TOKEN}&token_type=refresh_token"
    assert caller.call("POST", target).body == {"error": "invalid_client"}
    wrong = b64encode(f"{seeds.CLIENT_ID}:wrong".encode()).decode()
    assert caller.call("POST", target, authorization=f"Basic {wrong}").body == {
        "error": "invalid_client_secret"
    }
    basic = b64encode(f"{seeds.CLIENT_ID}:{seeds.CLIENT_SECRET}".encode()).decode()
    assert caller.call("POST", target, authorization=f"Basic {basic}").body == {"status": "success"}
    assert caller.call("POST", target, authorization=f"Basic {basic}").body == {"error": "invalid_code"}


def test_f7_f8_the_configuration_names_revocation_and_centres(caller: Caller) -> None:
    row = caller.call("GET", "/.well-known/openid-configuration").body
    assert row["revocation_endpoint"].endswith("/oauth/v2/token/revoke")
    assert row["dc_info"].endswith("/oauth/serverinfo")


def test_f6_client_credentials_need_a_scope(caller: Caller) -> None:
    said = caller.grant(grant_type="client_credentials", soid="ZohoCRM.1")
    assert (said.status, said.body) == (200, {"error": "invalid_scope"})


def test_f11_ten_grant_codes_in_ten_minutes(caller: Caller) -> None:
    for _ in range(10):
        assert caller.call("GET", asked()).status == 302
    throttled = caller.call("GET", asked())
    assert (throttled.status, throttled.body["error"]) == (400, "Access Denied")
    caller.wait(600)
    assert caller.call("GET", asked()).status == 302


@pytest.mark.parametrize(("position", "most", "seconds"), [("10_in_600", 10, 600), ("5_in_60", 5, 60)])
def test_f10_f11_new_refresh_tokens_are_capped(
    caller: Caller, position: str, most: int, seconds: int
) -> None:
    caller.switch(new_refresh_tokens=position, grant_code_seconds=3600)
    codes = [told(caller.call("GET", asked(prompt="consent"))) for _ in range(10)]
    caller.wait(600)
    codes += [told(caller.call("GET", asked(prompt="consent"))) for _ in range(2)]

    def spent() -> Said:
        return caller.grant(grant_type="authorization_code", code=codes.pop()["code"], redirect_uri=BACK)

    assert all("refresh_token" in spent().body for _ in range(most))
    assert spent().body["error"] == "Access Denied"
    caller.wait(seconds)
    assert "refresh_token" in spent().body


def test_f10_the_chinese_centre_says_it_in_chinese() -> None:
    chinese = Caller(Sandbox(Desk(VirtualClock()), Centre("cn", NINE["cn"], NINE, "cn")))
    for _ in range(10):
        chinese.grant(grant_type="refresh_token", refresh_token=seeds.REFRESH_TOKEN)
    said = chinese.grant(grant_type="refresh_token", refresh_token=seeds.REFRESH_TOKEN)
    assert (said.body["error"], said.body["status"]) == ("Access Denied", "failure")
    assert "continuously" not in said.body["error_description"]


@pytest.mark.parametrize("name", CENTRES)
def test_f2_f8_every_centre_is_at_its_own_address(name: str) -> None:
    home = Caller(Sandbox(Desk(VirtualClock()), Centre(name, NINE[name], NINE, name)))
    assert home.call("GET", "/oauth/serverinfo").body["locations"] == NINE
    said = home.grant(grant_type="refresh_token", refresh_token=seeds.REFRESH_TOKEN)
    assert said.body["api_domain"] == NINE[name]
    place = told(home.call("GET", asked()))
    assert (place["location"], place["accounts-server"]) == (name, NINE[name])


def test_all_nine_centres_can_be_started_and_no_other() -> None:
    assert parse(["--dc", "all"]).centres == CENTRES
    assert parse(["--dc", "eu,us,eu"]).centres == ("eu", "us")
    with pytest.raises(SystemExit):
        parse(["--dc", "mars"])
