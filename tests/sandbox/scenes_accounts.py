"""For every switch of accounts and of quotas a scene in which an answer differs between its positions."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

from ledgerferry_sandbox import seeds
from ledgerferry_sandbox.desk import Desk, VirtualClock
from ledgerferry_sandbox.rooms import Centre
from ledgerferry_sandbox.sandbox import Sandbox
from tests.sandbox.caller import Caller, Json

Scene = Callable[[Caller], object]
BACK = "http://127.0.0.1:1/back"


def refresh(caller: Caller) -> Json:
    said = caller.grant(grant_type="refresh_token", refresh_token=seeds.REFRESH_TOKEN)
    body: Json = said.body
    return body


def token_throttle_status(caller: Caller) -> object:
    for _ in range(10):
        refresh(caller)
    return caller.grant(grant_type="refresh_token", refresh_token=seeds.REFRESH_TOKEN).status


def active_access_tokens(caller: Caller) -> object:
    caller.token = refresh(caller)["access_token"]
    refresh(caller)
    return caller.books("GET", "organizations").status


def grant_code_seconds(caller: Caller) -> object:
    change = {"service": "accounts", "kind": "grants", "fields": {"scope": "ZohoBooks.fullaccess.all"}}
    code = caller.control("POST", "edit", change)["code"]
    caller.wait(90)
    return "error" in caller.grant(grant_type="authorization_code", code=code).body


def consented(caller: Caller) -> Json:
    asked = {
        "response_type": "code",
        "client_id": seeds.CLIENT_ID,
        "redirect_uri": BACK,
        "scope": "ZohoBooks.fullaccess.all",
        "access_type": "offline",
    }
    said = caller.call("GET", f"/oauth/v2/auth?{urlencode(asked)}")
    code = parse_qs(urlsplit(said.answer.headers["location"]).query)["code"][0]
    body: Json = caller.grant(grant_type="authorization_code", code=code, redirect_uri=BACK).body
    return body


def repeated_consent(caller: Caller) -> object:
    consented(caller)
    return "refresh_token" in consented(caller)


def new_refresh_tokens(caller: Caller) -> object:
    change = {"service": "accounts", "kind": "grants", "fields": {"scope": "ZohoBooks.fullaccess.all"}}
    codes = [caller.control("POST", "edit", change)["code"] for _ in range(6)]
    return [caller.grant(grant_type="authorization_code", code=code).status for code in codes]


def serverinfo_cn(caller: Caller) -> object:
    urls = {"us": "http://us", "cn": "http://cn"}
    other = Caller(Sandbox(Desk(VirtualClock()), Centre("us", "http://us", urls, "us")))
    other.switch(serverinfo_cn=caller.control("GET", "switches")["serverinfo_cn"])
    return list(other.call("GET", "/oauth/serverinfo").body["locations"])


def revoke_body(caller: Caller) -> object:
    return caller.call("POST", f"/oauth/v2/token/revoke?token={seeds.REFRESH_TOKEN}").body


def statuses(caller: Caller, count: int) -> list[int]:
    return [caller.books("GET", "organizations").status for _ in range(count)]


def minute_window(caller: Caller) -> object:
    caller.sign_in()
    caller.control("PUT", "limits", {"books": {"minute": 2}})
    caller.wait(50)
    first = statuses(caller, 2)
    caller.wait(15)
    return first + statuses(caller, 1)


def minute_text(caller: Caller) -> object:
    caller.sign_in()
    caller.control("PUT", "limits", {"books": {"minute": 0}})
    return caller.books("GET", "organizations").body["message"]


def count_refused(caller: Caller) -> object:
    caller.sign_in()
    caller.control("PUT", "limits", {"books": {"minute": 2, "day": 4}})
    first = statuses(caller, 4)
    caller.wait(60)
    return first + statuses(caller, 1)


def day_reset(caller: Caller) -> object:
    caller.control("PUT", "limits", {"books": {"day": 1}})
    caller.wait(14 * 3600)
    caller.sign_in()
    first = statuses(caller, 1)
    caller.wait(3 * 3600)
    caller.sign_in()
    return first + statuses(caller, 1)


SCENES: dict[str, tuple[str, Scene]] = {
    "token_throttle_status": ("200", token_throttle_status),
    "active_access_tokens": ("1", active_access_tokens),
    "grant_code_seconds": ("120", grant_code_seconds),
    "repeated_consent": ("refresh_token", repeated_consent),
    "new_refresh_tokens": ("5_in_60", new_refresh_tokens),
    "expires_in_sec": ("present", lambda caller: sorted(refresh(caller))),
    "revoke_body": ("empty", revoke_body),
    "serverinfo_result": ("true", lambda caller: caller.call("GET", "/oauth/serverinfo").body["result"]),
    "serverinfo_cn": ("missing", serverinfo_cn),
    "minute_text": ("account", minute_text),
    "minute_window": ("sliding", minute_window),
    "count_refused": ("yes", count_refused),
    "day_reset": ("rolling", day_reset),
}
"""For every switch a position that is not its default, and what is to differ there."""
