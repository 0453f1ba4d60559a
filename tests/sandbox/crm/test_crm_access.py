import pytest

from tests.sandbox.crm.asker import Asker


def test_f12_without_a_token_and_with_a_dead_one(crm: Asker) -> None:
    none = crm.call("GET", "/crm/v8/org")
    assert (none.status, none.body) == (
        401,
        {
            "code": "AUTHENTICATION_FAILURE",
            "details": {},
            "message": "Authentication failed",
            "status": "error",
        },
    )
    for header in ("Zoho-oauthtoken 1000.dead", f"Bearer {crm.sign_in()}"):
        dead = crm.call("GET", "/crm/v8/org", authorization=header)
        assert (dead.status, dead.body) == (
            401,
            {"code": "INVALID_TOKEN", "details": {}, "message": "invalid oauth token", "status": "error"},
        )


@pytest.mark.parametrize("word", ["INVALID_TOKEN", "INVALID_OAUTHTOKEN"])
def test_f12_an_evicted_token_has_a_word_of_its_own_by_switch(crm: Asker, word: str) -> None:
    crm.switch(evicted_token=word, active_access_tokens=2)
    tokens = [crm.sign_in() for _ in range(3)]
    said = [crm.call("GET", "/crm/v8/org", authorization=f"Zoho-oauthtoken {each}") for each in tokens]
    assert [each.status for each in said] == [401, 200, 200]
    assert said[0].body["code"] == word
    never = crm.call("GET", "/crm/v8/org", authorization="Zoho-oauthtoken 1000.never")
    assert never.body["code"] == "INVALID_TOKEN"
    crm.wait(3600)
    late = crm.call("GET", "/crm/v8/org", authorization=f"Zoho-oauthtoken {tokens[1]}")
    assert late.body["code"] == "INVALID_TOKEN"


def test_f59_addresses_and_methods(crm: Asker) -> None:
    unknown = crm.crm("GET", "v8/a/b/c/d/e/f")
    assert (unknown.status, unknown.body["code"]) == (404, "INVALID_URL_PATTERN")
    assert unknown.body["message"] == "Please check if the URL trying to access is a correct one"
    for method, path in (("POST", "v8/org"), ("PATCH", "v8/Contacts"), ("GET", "v8/Contacts/upsert")):
        wrong = crm.crm(method, path, {})
        assert (wrong.status, wrong.body["code"]) == (400, "INVALID_REQUEST_METHOD")
    module = crm.crm("GET", "v8/Nothing", fields="id")
    assert (module.status, module.body["code"]) == (400, "INVALID_MODULE")


@pytest.mark.parametrize(
    ("scope", "reads", "creates", "fields"),
    [
        ("ZohoCRM.modules.ALL", 204, 201, 401),
        ("ZohoCRM.modules.READ", 204, 401, 401),
        ("ZohoCRM.modules.contacts.ALL", 204, 201, 401),
        ("ZohoCRM.modules.Contacts.READ,ZohoCRM.modules.contacts.CREATE", 204, 201, 401),
        ("ZohoCRM.modules.Deals.ALL", 401, 401, 401),
        ("ZohoCRM.settings.ALL", 401, 401, 200),
        ("ZohoCRM.settings.fields.READ", 401, 401, 200),
        ("ZohoBooks.fullaccess.all", 401, 401, 401),
    ],
)
def test_f59_scopes(crm: Asker, scope: str, reads: int, creates: int, fields: int) -> None:
    crm.sign_in(scope)
    read = crm.crm("GET", "v8/Contacts", fields="id")
    assert read.status == reads
    if reads == 401:
        assert read.body["code"] == "OAUTH_SCOPE_MISMATCH"
    assert crm.crm("POST", "v8/Contacts", {"data": [{"Last_Name": "X"}]}).status == creates
    assert crm.crm("GET", "v8/settings/fields", module="Contacts").status == fields


def test_f59_an_upsert_needs_two_scopes(crm: Asker) -> None:
    body = {"data": [{"Last_Name": "X"}]}
    crm.sign_in("ZohoCRM.modules.contacts.CREATE")
    assert crm.crm("POST", "v8/Contacts/upsert", body).status == 401
    crm.sign_in("ZohoCRM.modules.contacts.CREATE,ZohoCRM.modules.contacts.UPDATE")
    assert crm.crm("POST", "v8/Contacts/upsert", body).status == 201


@pytest.mark.parametrize(("position", "status"), [("yes", 200), ("no", 403)])
def test_f59_f60_a_profile_without_the_api(crm: Asker, position: str, status: int) -> None:
    crm.switch(crm__api_access=position)
    said = crm.crm("GET", "v8/org")
    assert said.status == status
    if status == 403:
        assert said.body["code"] == "NO_PERMISSION"
        assert said.body["details"] == {"permissions": ["Crm_Implied_Api_Access"]}


def test_f79_answers_carry_the_tokens_end(crm: Asker) -> None:
    headers = crm.crm("GET", "v8/org").answer.headers
    assert headers["x-accesstoken-reset"] == "2026-01-05T10:00:00+00:00"


def test_one_consent_serves_books_and_crm(crm: Asker) -> None:
    assert crm.crm("GET", "v8/org").status == 200
    assert crm.books("GET", "organizations").status == 200
