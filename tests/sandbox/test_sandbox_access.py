import pytest

from ledgerferry_sandbox import seeds
from tests.sandbox.caller import Caller

TARGET = f"/books/v3/invoices?organization_id={seeds.ORGANIZATION_ID}"


def test_14_without_authorization(caller: Caller) -> None:
    said = caller.call("GET", TARGET)
    assert (said.status, said.code) == (401, 14)


@pytest.mark.parametrize("header", ["Zoho-oauthtoken 1000.dead", "Bearer {token}"])
def test_f4_57_for_a_dead_token_and_for_another_scheme(caller: Caller, header: str) -> None:
    header = header.format(token=caller.sign_in())
    said = caller.call("GET", TARGET, authorization=header)
    assert (said.status, said.code) == (401, 57)


@pytest.mark.parametrize(
    ("scope", "reads", "creates"),
    [
        ("ZohoBooks.invoices.READ", 200, 401),
        ("ZohoBooks.invoices.ALL", 200, 400),
        ("ZohoBooks.contacts.ALL", 401, 401),
        ("ZohoCRM.modules.ALL", 401, 401),
        ("zohobooks.fullaccess.all", 200, 400),
    ],
)
def test_57_also_for_a_missing_scope(caller: Caller, scope: str, reads: int, creates: int) -> None:
    caller.sign_in(scope)
    assert caller.books("GET", "invoices").status == reads
    assert caller.books("POST", "invoices", {}).status == creates


def test_f13_organization_id_is_needed_but_for_organizations(caller: Caller) -> None:
    signed = f"Zoho-oauthtoken {caller.sign_in()}"
    assert caller.call("GET", "/books/v3/invoices", authorization=signed).code == 2
    said = caller.call("GET", "/books/v3/organizations", authorization=signed)
    assert said.body["organizations"][0]["organization_id"] == seeds.ORGANIZATION_ID


@pytest.mark.parametrize("status", [401, 400])
def test_f13_another_organization_is_refused(caller: Caller, status: int) -> None:
    caller.switch(wrong_organization=status)
    said = caller.books("GET", "invoices", organization_id="1")
    assert (said.status, said.code) == (status, 6041)


def test_f14_the_envelope_and_its_statuses(caller: Caller) -> None:
    said = caller.books("POST", "contacts", {"contact_name": "Acme"})
    assert (said.status, said.code) == (201, 0)
    assert said.body["message"] == "The contact has been created."
    assert caller.books("GET", "contacts").status == 200


def test_f14_a_list_tells_its_page_sort_and_filter(caller: Caller) -> None:
    caller.contact()
    said = caller.books("GET", "contacts", per_page=1, sort_column="email", filter_by="Status.Active")
    assert said.body["page_context"] == {
        "page": 1,
        "per_page": 1,
        "has_more_page": False,
        "report_name": "Contacts",
        "applied_filter": "Status.Active",
        "sort_column": "email",
        "sort_order": "A",
    }


@pytest.mark.parametrize("status", [401, 400])
def test_57_came_with_400_in_some_peoples_tests(caller: Caller, status: int) -> None:
    caller.switch(unauthorized_status=status)
    caller.token = "1000.dead"
    said = caller.books("GET", "contacts")
    assert (said.status, said.code) == (status, 57)


def test_the_texts_of_2_4_5_15_and_37_are_a_switch(caller: Caller) -> None:
    def told() -> dict[int, str]:
        said = (
            caller.books("POST", "contacts", {"contact_name": "A", "payment_terms": "soon"}),
            caller.books("POST", "contacts", b"["),
            caller.books("GET", "nothing/here"),
            caller.books("POST", "contacts", {}),
            caller.books("DELETE", "settings/taxes"),
        )
        return {each.code: each.body["message"] for each in said}

    full = told()
    caller.switch(error_texts="bare")
    bare = told()
    assert full.keys() == bare.keys() == {2, 4, 5, 15, 37}
    assert not set(full.values()) & set(bare.values())
    keyed = {"custom_fields": [{"api_name": "cf_ferry_key", "value": "k"}]}
    caller.contact("One", **keyed)
    repeat = caller.books("POST", "contacts", {"contact_name": "Two", **keyed})
    assert "already exists" in repeat.body["message"]


@pytest.mark.parametrize(("position", "same"), [("1002", True), ("own", False)])
def test_f29_1002_may_be_another_code_for_all_but_invoices(
    caller: Caller, position: str, same: bool
) -> None:
    caller.switch(missing_code=position)
    assert caller.books("GET", "invoices/1").code == 1002
    for path in ("contacts/1", "customerpayments/1", "creditnotes/1", "items/1"):
        said = caller.books("GET", path)
        assert (said.status, said.code == 1002) == (404, same)
        assert said.body["message"].endswith(" does not exist.")


def test_5_and_37_for_addresses_and_methods(caller: Caller) -> None:
    unknown = caller.books("GET", "nothing/here")
    assert (unknown.status, unknown.code) == (404, 5)
    wrong = caller.books("DELETE", "settings/taxes")
    assert (wrong.status, wrong.code) == (405, 37)


@pytest.mark.parametrize("status", [404, 400])
def test_f29_1002_for_what_is_gone(caller: Caller, status: int) -> None:
    caller.switch(missing_status=status)
    said = caller.books("GET", "invoices/1")
    assert (said.status, said.code) == (status, 1002)
    assert said.body["message"] == "Invoice does not exist."


@pytest.mark.parametrize("body", [b"{", b"[1]"])
def test_4_for_a_body_that_is_no_object(caller: Caller, body: bytes) -> None:
    assert caller.books("POST", "contacts", body).code == 4


def test_2_and_15_for_values(caller: Caller) -> None:
    assert caller.books("POST", "contacts", {"contact_name": "A", "payment_terms": "soon"}).code == 2
    assert caller.books("POST", "contacts", {"contact_name": "A" * 201}).code == 15
    assert caller.books("POST", "contacts", {}).code == 15


def test_f16_ids_are_strings_of_nineteen_digits_and_the_same_for_the_same_seed(caller: Caller) -> None:
    one, other = caller.contact(), Caller().contact()
    assert len(one["contact_id"]) == 19
    assert one["contact_id"].isdigit()
    assert one == other


def test_f16_times_have_an_offset_without_a_colon(caller: Caller) -> None:
    assert caller.contact()["created_time"] == "2026-01-05T09:00:00+0000"


def test_f16_amounts_of_a_list_are_numbers_on_the_wire(caller: Caller) -> None:
    caller.invoice(caller.contact()["contact_id"])
    caller.wait(3)
    (row,) = caller.listed("invoices")
    assert (row["total"], row["balance"]) == (100, 100)
    assert not isinstance(row["total"], str)


def test_f23_unknown_fields_are_dropped_without_a_word(caller: Caller) -> None:
    said = caller.books("POST", "contacts", {"contact_name": "Acme", "colour": "red"})
    assert said.status == 201
    assert "colour" not in said.body["contact"]


def test_the_date_header_follows_the_clock(caller: Caller) -> None:
    assert caller.call("GET", "/oauth/serverinfo").answer.headers["date"] == "Mon, 05 Jan 2026 09:00:00 GMT"
    caller.wait(61)
    assert caller.call("GET", "/oauth/serverinfo").answer.headers["date"] == "Mon, 05 Jan 2026 09:01:01 GMT"


def test_f15_only_the_documented_statuses_come_back(caller: Caller) -> None:
    met = {
        caller.books("GET", "contacts").status,
        caller.books("POST", "contacts", {"contact_name": "New"}).status,
        caller.books("POST", "contacts", {}).status,
        caller.call("GET", "/books/v3/contacts").status,
        caller.books("GET", "contacts/1").status,
        caller.books("PUT", "organizations").status,
    }
    for mode in ("books_44", "http_500"):
        caller.control("PUT", "faults", [{"service": "books", "mode": mode, "times": 1}])
        met.add(caller.books("GET", "contacts").status)
    assert met == {200, 201, 400, 401, 404, 405, 429, 500}


def test_f32_an_idempotency_key_changes_nothing(caller: Caller) -> None:
    customer = caller.contact()["contact_id"]
    body = {"customer_id": customer, "line_items": [{"rate": 1}]}
    made = [
        caller.books("POST", "invoices", body, {"Idempotency-Key": "same"}).body["invoice"]["invoice_id"]
        for _ in range(2)
    ]
    assert made[0] != made[1]
