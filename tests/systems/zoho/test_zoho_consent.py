"""Products, consent in the browser, and products that are known by HTTP alone."""

import threading
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from ledgerferry.faces.surroundings import RealClock
from ledgerferry.model.outcome import Busy, LoginNeeded, Refused, Stale
from ledgerferry.systems.zoho import CENTRES, Region
from ledgerferry.systems.zoho.consent import consent_url, consented
from ledgerferry.systems.zoho.products import NAMES, product, scope_of
from ledgerferry.systems.zoho.rawdialect import RawDialect
from ledgerferry.wire.callback import Listener
from ledgerferry.wire.message import Reply

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
EU = next(centre for centre in CENTRES if centre.dc == "eu")


def test_f1_consent_is_asked_for_offline_and_anew() -> None:
    address = urlsplit(consent_url(EU, "id", "A.b.ALL,C.d.READ", "http://localhost:1/callback", "state"))
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert f"{address.scheme}://{address.netloc}{address.path}" == "https://accounts.zoho.eu/oauth/v2/auth"
    assert (query["access_type"], query["prompt"], query["response_type"]) == ("offline", "consent", "code")
    assert (query["scope"], query["state"]) == ("A.b.ALL,C.d.READ", "state")


def test_f2_the_code_goes_to_the_accounts_server_that_the_table_knows() -> None:
    fields = {"code": "c", "state": "s", "accounts-server": "https://accounts.zoho.eu"}
    assert consented(fields, "s", CENTRES) == ("c", EU)
    assert consented({"code": "c", "state": "s"}, "s", CENTRES) == ("c", None)
    with pytest.raises(Region, match=r"evil\.example"):
        consented(fields | {"accounts-server": "https://accounts.evil.example"}, "s", CENTRES)


@pytest.mark.parametrize(
    "fields",
    [
        {"code": "c"},
        {"code": "c", "state": "other"},
        {"state": "s", "error": "access_denied"},
        {"state": "s"},
        {},
    ],
)
def test_no_code_of_ours_is_no_login(fields: dict[str, str]) -> None:
    with pytest.raises(LoginNeeded):
        consented(fields, "s", CENTRES)


def test_scopes_of_several_products_are_one_list() -> None:
    assert scope_of(["books", "desk"]).split(",")[0] == "ZohoBooks.fullaccess.all"
    assert len(set(scope_of(NAMES).split(","))) == len(scope_of(NAMES).split(","))
    with pytest.raises(LookupError, match="analytics"):
        product("nix")


@pytest.mark.parametrize(
    ("name", "given", "path"),
    [
        ("crm", "/Contacts", "/crm/v8/Contacts"),
        ("crm", "Contacts", "/crm/v8/Contacts"),
        ("crm", "/crm/bulk/v8/read", "/crm/bulk/v8/read"),
        ("books", "/invoices", "/books/v3/invoices"),
        ("desk", "/tickets", "/api/v1/tickets"),
        ("people", "/forms", "/people/api/forms"),
        ("people", "/api/forms/employee/getRecords", "/api/forms/employee/getRecords"),
        ("projects", "/portals/", "/restapi/portals/"),
        ("projects", "/api/v3/portals", "/api/v3/portals"),
    ],
)
def test_paths_are_whole_or_below_the_products_base(name: str, given: str, path: str) -> None:
    assert product(name).path(given) == path


def test_tokens_go_to_the_vendors_hosts_or_the_one_that_was_given() -> None:
    assert product("desk").url(EU.accounts_url, EU.api_url) == "https://desk.zoho.eu"
    assert product("crm").url(EU.accounts_url, EU.api_url) == EU.api_url
    assert product("desk").url("http://127.0.0.1:1", "http://127.0.0.1:2") == "http://127.0.0.1:2"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, b'{"errorCode":"UNAUTHORIZED","message":"no"}', LoginNeeded),
        (404, b"{}", Stale),
        (422, b'{"error":{"message":"wrong"}}', Refused),
        (429, b"", Busy),
    ],
)
def test_a_product_that_is_not_known_is_understood_by_status(
    status: int, body: bytes, kind: type[Exception]
) -> None:
    error = RawDialect().verdict(Reply(status, {"retry-after": "7"}, body), NOW)
    assert isinstance(error, kind)
    if isinstance(error, Busy):
        assert error.until == NOW + timedelta(seconds=7)
    assert RawDialect().verdict(Reply(200, {}, b""), NOW) is None


@pytest.mark.parametrize(
    ("name", "status", "body", "kind", "told"),
    [
        ("desk", 403, b'{"errorCode":"SCOPE_MISMATCH","message":"no scope"}', LoginNeeded, "no scope"),
        ("desk", 403, b'{"errorCode":"FORBIDDEN","message":"no right"}', Refused, "no right"),
        ("analytics", 400, b'{"status":"failure","data":{"errorCode":8518}}', LoginNeeded, "HTTP 400"),
        ("analytics", 401, b'{"data":{"errorCode":8540,"errorMessage":"scope"}}', LoginNeeded, "scope"),
        (
            "people",
            200,
            b'{"response":{"status":1,"errors":{"code":7011,"message":"no form"}}}',
            Refused,
            "form",
        ),
        ("people", 200, b'{"response":{"status":1,"errors":[{"code":7011,"message":"x"}]}}', Refused, "x"),
        ("campaigns", 200, b'{"status":"error","code":"2501","message":"no list"}', Refused, "no list"),
        ("projects", 404, b'{"error":{"code":6404,"message":"gone"}}', Stale, "gone"),
        (
            "projects",
            401,
            b'{"error":{"title":"INVALID_OAUTHSCOPE","details":[{"message":"Invalid OAuth scope."}]}}',
            LoginNeeded,
            "lacks the scope",
        ),
    ],
)
def test_an_error_is_found_wherever_the_product_puts_it(
    name: str, status: int, body: bytes, kind: type[Exception], told: str
) -> None:
    error = RawDialect(name).verdict(Reply(status, {}, body), NOW)
    assert type(error) is kind
    assert told in str(error)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("people", b'{"response":{"status":1,"errors":{"code":7024,"message":"No records found"}}}'),
        ("campaigns", b'{"status":"error","code":"2401","message":"No mailing list"}'),
        ("campaigns", b'{"status":"success","code":"0"}'),
        ("analytics", b'{"status":"success","data":{"orgs":[]}}'),
        ("people", b'{"response":{"status":0,"result":[],"message":"fetched"}}'),
    ],
)
def test_nothing_there_is_no_error(name: str, body: bytes) -> None:
    assert RawDialect(name).verdict(Reply(200, {}, body), NOW) is None


def test_organisations_are_read_as_each_product_shows_them() -> None:
    shown = {"data": [{"id": 7, "companyName": "A", "isDefault": True}, {"id": "8", "companyName": "B"}]}
    sees = product("desk").sees
    assert sees is not None
    assert [(o.id, o.name, o.default) for o in sees.organizations(shown)] == [
        ("7", "A", True),
        ("8", "B", False),
    ]
    other = product("analytics").sees
    assert other is not None
    assert [o.id for o in other.organizations({"data": {"orgs": [{"orgId": "5"}]}})] == ["5"]
    assert other.organizations({}) == []


def test_the_listener_waits_for_its_own_path_only() -> None:
    with Listener(RealClock()) as listener:
        found: list[object] = []
        waiting = threading.Thread(target=lambda: found.append(listener.wait(10)))
        waiting.start()
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(listener.redirect_uri.replace("/callback", "/favicon.ico"))
        with urllib.request.urlopen(f"{listener.redirect_uri}?code=a%26b&state=s") as page:
            assert b"logged in" in page.read()
        waiting.join(10)
        assert found == [{"code": "a&b", "state": "s"}]


def test_the_listener_gives_up_in_time() -> None:
    with Listener(RealClock()) as listener:
        assert listener.wait(0.05) is None
