from pathlib import Path

import pytest

from ledgerferry_sandbox import switches
from ledgerferry_sandbox.desk import Desk, VirtualClock
from ledgerferry_sandbox.sandbox import Sandbox
from ledgerferry_sandbox.switches import TABLE
from tests.sandbox.caller import Caller, Json


def edit(caller: Caller, kind: str, fields: Json, **more: object) -> Json:
    change = {"service": "books", "kind": kind, "fields": fields, **more}
    made: Json = caller.control("POST", "edit", change)
    return made


@pytest.mark.parametrize(
    ("mode", "status", "code"),
    [
        ("books_43", 429, 43),
        ("books_44", 429, 44),
        ("books_45", 429, 45),
        ("books_1070", 429, 1070),
        ("token_expired", 401, 57),
        ("http_500", 500, 1000),
        ("http_503", 503, 1000),
    ],
)
def test_faults_that_answer_do_not_act(caller: Caller, mode: str, status: int, code: int) -> None:
    caller.sign_in()
    caller.control("PUT", "faults", [{"service": "books", "mode": mode, "times": 1}])
    said = caller.books("POST", "contacts", {"contact_name": "Acme"})
    assert (said.status, said.code) == (status, code)
    caller.sign_in()
    assert caller.books("POST", "contacts", {"contact_name": "Acme"}).status == 201


def test_html_403_is_a_page(caller: Caller) -> None:
    caller.sign_in()
    caller.control("PUT", "faults", [{"mode": "html_403"}])
    said = caller.books("GET", "contacts")
    assert (said.status, said.answer.headers["content-type"]) == (403, "text/html; charset=UTF-8")
    assert said.answer.body.startswith(b"<!DOCTYPE html>")


def test_a_token_expired_by_fault_stays_dead(caller: Caller) -> None:
    caller.sign_in()
    caller.control("PUT", "faults", [{"mode": "token_expired", "times": 1}])
    assert [caller.books("GET", "contacts").code for _ in range(2)] == [57, 57]


@pytest.mark.parametrize(
    ("mode", "acts"), [("lost", True), ("reset", False), ("truncate", True), ("slow", True)]
)
def test_faults_of_the_connection_and_whether_they_act(caller: Caller, mode: str, acts: bool) -> None:
    caller.sign_in()
    caller.control("PUT", "faults", [{"mode": mode, "method": "POST", "path": "/contacts$", "ms": 300}])
    said = caller.books("POST", "contacts", {"contact_name": "Acme"})
    assert said.answer.fault is not None
    assert (said.answer.fault.mode, said.answer.fault.seconds) == (mode, 0.3)
    assert len(caller.control("GET", "state")["books"]["contacts"]) == int(acts)


def test_a_server_error_may_have_acted(caller: Caller) -> None:
    caller.sign_in()
    caller.control("PUT", "faults", [{"mode": "http_500", "acts": True, "times": 1}])
    assert caller.books("POST", "contacts", {"contact_name": "Acme"}).status == 500
    assert caller.books("POST", "contacts", {"contact_name": "Acme"}).code == 3062


def test_rates_come_out_alike_for_the_same_seed() -> None:
    def struck(seed: int) -> list[int]:
        caller = Caller(Sandbox(Desk(VirtualClock(), seed)))
        caller.sign_in()
        caller.control("PUT", "faults", [{"mode": "http_500", "rate": 0.3, "service": "books"}])
        return [caller.books("GET", "contacts").status for _ in range(50)]

    assert struck(1) == struck(1)
    assert struck(1) != struck(2)
    assert 5 < struck(1).count(500) < 25


def test_wrong_faults_are_refused(caller: Caller) -> None:
    for rule in (
        {"mode": "none"},
        {"mode": "lost", "rate": 2},
        {"mode": "lost", "path": "("},
        {"mode": "lost", "x": 1},
    ):
        assert caller.call("PUT", "/_sandbox/faults", [rule]).status == 400


def test_the_log_holds_a_call_from_receipt_and_its_status_once_closed(caller: Caller) -> None:
    caller.sign_in()
    before = len(caller.control("GET", "log"))
    request = caller.request(
        "GET", "/books/v3/organizations?x=1", authorization=f"Zoho-oauthtoken {caller.token}"
    )
    opened = caller.sandbox.begin(request)
    (entry,) = caller.control("GET", f"log?since={before}")
    assert entry["status"] is None
    assert caller.control("GET", "usage")["books"]["open"] == 1
    caller.sandbox.finish(opened)
    (entry,) = caller.control("GET", f"log?since={before}")
    assert (entry["number"], entry["status"], entry["fault"]) == (before + 1, 200, None)
    assert (entry["service"], entry["method"], entry["path"]) == ("books", "GET", "/books/v3/organizations")
    assert (entry["query"], entry["time"]) == ({"x": "1"}, "2026-01-05T09:00:00.000Z")
    assert caller.control("GET", "usage")["books"]["open"] == 0


def test_the_log_names_faults_and_refusals(caller: Caller) -> None:
    caller.sign_in()
    caller.control("PUT", "faults", [{"mode": "http_500", "times": 1}])
    caller.control("PUT", "limits", {"books": {"minute": 0}})
    caller.books("GET", "organizations")
    caller.books("GET", "organizations")
    last = caller.control("GET", "log")[-2:]
    assert [(each["status"], each["fault"], each["refused"]) for each in last] == [
        (500, "http_500", None),
        (429, None, "minute"),
    ]


def test_limits_change_what_they_name(caller: Caller) -> None:
    caller.control("PUT", "limits", {"books": {"minute": 7, "day": 9}})
    caller.control("PUT", "limits", {"books": {"minute": None}})
    assert caller.control("GET", "limits")["books"] == {
        "minute": None,
        "day": 9,
        "in_flight": None,
        "burst": None,
        "sub_in_flight": None,
    }


def test_state_goes_out_and_comes_back(caller: Caller) -> None:
    customer = caller.contact(custom_fields=[{"api_name": "cf_ferry_key", "value": "k1"}])["contact_id"]
    made = caller.sent(customer, "A-1", line_items=[{"rate": 10.1, "discount": "10%"}])
    caller.pay(customer, 20, (made, 9.09))
    state = caller.control("GET", "state")
    assert state["books"]["invoices"][0]["status"] == "paid"
    other = Caller()
    other.control("PUT", "state", state)
    assert other.control("GET", "state")["books"] == state["books"]
    assert other.draft(customer, "A-1").code == 1001
    assert other.contact("New")["contact_id"] > made["invoice_id"]


def test_a_part_of_the_state_leaves_the_rest(caller: Caller) -> None:
    caller.invoice(caller.contact()["contact_id"])
    caller.control("PUT", "state", {"books": {"invoices": []}})
    books = caller.control("GET", "state")["books"]
    assert (len(books["invoices"]), len(books["contacts"])) == (0, 1)


def test_reset_begins_anew(caller: Caller) -> None:
    caller.contact()
    caller.control("POST", "reset", {"seed": "empty"})
    caller.token = ""
    assert caller.listed("organizations")[0]["currency_code"] == "USD"
    assert caller.listed("contacts") == []
    assert caller.call("POST", "/_sandbox/reset", {"seed": "other"}).status == 400


def test_a_call_open_over_a_reset_is_forgotten(caller: Caller) -> None:
    opened = caller.sandbox.begin(caller.request("GET", "/books/v3/organizations"))
    caller.control("POST", "reset", {})
    caller.sandbox.finish(opened)
    caller.books("GET", "organizations")
    assert caller.control("GET", "usage")["books"]["open"] == 0


def test_switches_are_explained_and_checked(caller: Caller) -> None:
    assert len(caller.control("GET", "switches")) == len(TABLE)
    explained = caller.control("GET", "switches?explain=true")
    assert all(row["fact"] and row["sentence"] for row in explained)
    for wrong in ({"nothing": 1}, {"upsert": "maybe"}, {"bulk_limit": "many"}):
        assert caller.call("PUT", "/_sandbox/switches", wrong).status == 400


def test_every_switch_is_asked_for_somewhere() -> None:
    root = Path(switches.__file__).parent
    text = "".join(path.read_text() for path in root.rglob("*.py") if path.name != "switches.py")
    assert [switch.name for switch in TABLE if f'"{switch.name}"' not in text] == []


def test_a_person_creates_changes_and_deletes(caller: Caller) -> None:
    contact = edit(caller, "contacts", {"contact_name": "By hand"})
    invoice = edit(
        caller,
        "invoices",
        {
            "customer_id": contact["contact_id"],
            "invoice_number": "H-1",
            "line_items": [{"rate": 5}],
            "status": "sent",
        },
    )
    assert (invoice["invoice_number"], invoice["status"]) == ("H-1", "sent")
    changed = edit(caller, "invoices", {"notes": "n"}, id=invoice["invoice_id"])
    assert (changed["notes"], changed["invoice_number"]) == ("n", "H-1")
    edit(caller, "invoices", {}, id=invoice["invoice_id"], delete=True)
    edit(caller, "contacts", {}, id=contact["contact_id"], delete=True)
    assert caller.control("GET", "state")["books"]["contacts"] == []


def test_a_person_creates_a_custom_field_that_rejects_duplicates(caller: Caller) -> None:
    field = edit(caller, "customfields", {"module": "invoices", "api_name": "cf_new", "unique": True})
    assert field["customfield_id"]
    customer = caller.contact()["contact_id"]
    keyed = [{"customfield_id": field["customfield_id"], "value": "v"}]
    assert caller.invoice(customer, custom_fields=keyed)["cf_new"] == "v"
    assert caller.draft(customer, custom_fields=keyed).status == 400


def test_force_sets_what_is_computed_and_keeps_the_rest(caller: Caller) -> None:
    made = caller.sent(caller.contact()["contact_id"], "A-1")
    caller.wait(5)
    forced = edit(caller, "invoices", {"total": 99.99, "tax_total": 0.01}, id=made["invoice_id"], force=True)
    assert (forced["total"], forced["tax_total"], forced["balance"], forced["status"]) == (
        99.99,
        0.01,
        100,
        "sent",
    )
    assert forced["last_modified_time"] > made["last_modified_time"]


def test_silent_force_leaves_the_modification_time(caller: Caller) -> None:
    made = caller.invoice(caller.contact()["contact_id"], "A-1")
    caller.wait(5)
    forced = edit(caller, "invoices", {"total": 1}, id=made["invoice_id"], force=True, silent=True)
    assert (forced["total"], forced["last_modified_time"]) == (1, made["last_modified_time"])
    caller.wait(5)
    assert caller.listed("invoices", last_modified_time="2026-01-05T09:00:02+0000") == []


@pytest.mark.parametrize(
    "change",
    [
        {"service": "crm", "kind": "Deals"},
        {"service": "books", "kind": "nothing"},
        {"service": "books", "kind": "contacts", "fields": {}},
        {"service": "books", "kind": "invoices", "id": "1", "force": True},
        {"service": "books", "kind": "invoices", "id": "1", "delete": True},
        {"service": "books", "kind": "customfields", "fields": {"module": "x"}},
        {"service": "books"},
    ],
)
def test_impossible_edits_are_refused(caller: Caller, change: Json) -> None:
    assert caller.call("POST", "/_sandbox/edit", change).status == 400


def test_unknown_addresses_and_bodies(caller: Caller) -> None:
    assert caller.call("GET", "/_sandbox/nothing").status == 404
    assert caller.call("GET", "/elsewhere").status == 404
    assert caller.call("PUT", "/_sandbox/clock", b"[]").status == 400
    assert caller.call("PUT", "/_sandbox/clock", {}).status == 400
