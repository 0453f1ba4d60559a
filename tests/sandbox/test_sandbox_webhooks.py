import hashlib
import hmac
import json

import pytest

from ledgerferry_sandbox.books.webhooks import FORM, JSON, filled, signature
from ledgerferry_sandbox.desk.outbox import Delivery
from tests.sandbox.caller import Caller, Json

HOOK: Json = {"webhook_name": "ferry", "url": "http://127.0.0.1:1/hook", "method": "POST"}
SECRET = "abcdefghijkl123"


def hooked(caller: Caller, entity: str = "invoice", rule: str = "created_or_edited", **more: object) -> str:
    hook = caller.books("POST", "settings/webhooks", {**HOOK, "entity": entity, **more}).body["webhook"]
    number: str = hook["webhook_id"]
    body = {"workflow_name": "tell", "entity": entity, "rule_type": rule}
    actions = [{"action_id": number, "action_type": "webhook"}]
    assert caller.books("POST", "settings/workflows", body | {"instant_actions": actions}).status == 201
    return number


def sent(caller: Caller) -> list[Json]:
    rows: list[Json] = caller.control("GET", "webhooks")["deliveries"]
    return rows


def carry(caller: Caller, status: int | None = 200) -> list[Delivery]:
    carried: list[Delivery] = []

    def carrier(delivery: Delivery) -> int | None:
        carried.append(delivery)
        return status

    caller.sandbox.desk.outbox.deliver(carrier)
    return carried


def test_f51_webhooks_are_made_changed_and_deleted(caller: Caller) -> None:
    made = caller.books("POST", "settings/webhooks", {**HOOK, "secret": SECRET})
    assert made.status == 201
    assert "secret" not in made.body["webhook"]
    path = f"settings/webhooks/{made.body['webhook']['webhook_id']}"
    caller.books("PUT", path, {"description": "for the ferry"})
    held = caller.books("GET", path).body["webhook"]
    assert (held["description"], held["url"]) == ("for the ferry", HOOK["url"])
    assert len(caller.listed("settings/webhooks")) == 1
    assert caller.books("DELETE", path).status == 200
    assert caller.books("GET", path).code == 1002
    assert caller.books("GET", "settings/webhooks/editpage").status == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": ""},
        {"url": "ftp://x"},
        {"method": "GET"},
        {"secret": "short"},
        {"secret": "x" * 51},
        {"secret": "with space inside"},
        {"webhook_name": "n" * 51},
        {"description": "d" * 101},
        {"url": "http://" + "u" * 5000},
        {"entity": "projects"},
    ],
)
def test_f51_the_limits_of_a_webhook(caller: Caller, wrong: Json) -> None:
    assert caller.books("POST", "settings/webhooks", {**HOOK, **wrong}).status == 400


def test_f52_without_a_rule_nobody_is_told(caller: Caller) -> None:
    caller.books("POST", "settings/webhooks", {**HOOK, "entity": "contact", "events": ["contact_created"]})
    caller.contact()
    assert sent(caller) == []


def test_f52_a_rule_tells_of_what_it_names_while_it_is_active(caller: Caller) -> None:
    hooked(caller, "contact", "created")
    made = caller.contact()
    caller.books("PUT", f"contacts/{made['contact_id']}", {"notes": "n"})
    assert [row["about"]["event"] for row in sent(caller)] == ["created"]
    [rule] = caller.listed("settings/workflows")
    for verb, count in (("inactive", 1), ("active", 2)):
        caller.books("POST", f"settings/workflows/{rule['workflow_id']}/{verb}")
        caller.contact(verb)
        assert len(sent(caller)) == count
    caller.books("DELETE", f"settings/workflows/{rule['workflow_id']}")
    caller.contact("After")
    assert len(sent(caller)) == 2


def test_f52_rules_are_checked(caller: Caller) -> None:
    for wrong in (
        {"workflow_name": "", "entity": "invoice", "rule_type": "created"},
        {"workflow_name": "w", "entity": "robots", "rule_type": "created"},
        {"workflow_name": "w", "entity": "invoice", "rule_type": "whenever"},
        {
            "workflow_name": "w",
            "entity": "invoice",
            "rule_type": "x",
            "instant_actions": [{"action_id": "1"}],
        },
    ):
        assert caller.books("POST", "settings/workflows", wrong).status in (400, 404)


@pytest.mark.parametrize("entity", ["invoice", "contact", "customerpayment", "creditnote", "item"])
def test_f53_created_edited_and_deleted_of_every_module(caller: Caller, entity: str) -> None:
    customer = caller.contact()["contact_id"]
    hooked(caller, entity, "created_edited_or_deleted")
    line = [{"name": "Work", "rate": 5}]
    path, body = {
        "invoice": ("invoices", {"customer_id": customer, "line_items": line}),
        "contact": ("contacts", {"contact_name": "New"}),
        "customerpayment": ("customerpayments", {"customer_id": customer, "amount": 5}),
        "creditnote": ("creditnotes", {"customer_id": customer, "line_items": line}),
        "item": ("items", {"name": "Plank", "rate": 5}),
    }[entity]
    row = next(value for value in caller.books("POST", path, body).body.values() if isinstance(value, dict))
    number = row["payment_id" if entity == "customerpayment" else f"{entity}_id"]
    change = {"rate": 6} if entity == "item" else {"notes": "n"}
    assert caller.books("PUT", f"{path}/{number}", change).status == 200
    assert caller.books("DELETE", f"{path}/{number}").status == 200
    told = sent(caller)
    assert [each["about"]["event"] for each in told] == ["created", "edited", "deleted"]
    assert {each["about"]["entity_id"] for each in told} == {number}
    assert list(json.loads(told[0]["body"])) == [entity]
    assert told[0]["headers"]["content-type"] == "application/json"


def test_f53_a_payment_also_edits_its_invoice_once(caller: Caller) -> None:
    customer = caller.contact()["contact_id"]
    invoice = caller.sent(customer)
    hooked(caller, "invoice", "edited")
    caller.pay(customer, 100, (invoice, 100))
    [told] = sent(caller)
    assert json.loads(told["body"])["invoice"]["status"] == "paid"


def test_f53_a_form_with_placeholders(caller: Caller) -> None:
    pairs = [{"param_name": "number", "param_value": "${INVOICE.INVOICE_NUMBER}"}]
    query = [{"param_name": "event", "param_value": "invoice made"}]
    hooked(caller, body_type="x-www-form-urlencoded", form_data=pairs, query_parameters=query)
    caller.invoice(caller.contact()["contact_id"], "A&1")
    [told] = sent(caller)
    assert told["body"] == "number=A%261"
    assert told["url"] == "http://127.0.0.1:1/hook?event=invoice+made"
    assert told["headers"]["content-type"] == FORM


def test_f53_raw_with_placeholders_and_headers(caller: Caller) -> None:
    raw = '{"id": "${INVOICE.INVOICE_ID}", "total": ${INVOICE.TOTAL}, "gone": "${INVOICE.NOTHING}"}'
    headers = [{"param_name": "X-Number", "param_value": "${INVOICE.INVOICE_NUMBER}"}]
    hooked(caller, body_type="raw", raw_data=raw, headers=headers, method="PUT")
    made = caller.invoice(caller.contact()["contact_id"], "A-1")
    [told] = sent(caller)
    assert json.loads(told["body"]) == {"id": made["invoice_id"], "total": 100, "gone": ""}
    assert (told["method"], told["headers"]["X-Number"]) == ("PUT", "A-1")
    assert json.loads(filled("${JSONString}", {"a": [1]})) == {"a": [1]}


def test_f54_the_documented_example_is_signed_as_documented() -> None:
    body = '{"total": 1}'
    url = "https://x.example/hook?subscription_id=90343&name=basic"
    expected = hmac.new(SECRET.encode(), f"namebasicsubscription_id90343{body}".encode(), hashlib.sha256)
    assert signature(SECRET, url, JSON, body) == expected.hexdigest()
    plain = hmac.new(SECRET.encode(), body.encode(), hashlib.sha256).hexdigest()
    assert signature(SECRET, "https://x.example/hook", JSON, body) == plain


def test_f54_a_form_is_decoded_before_it_is_signed_together_with_the_query() -> None:
    url, body = "https://x.example/hook?b=2", "c=a%26b&a=one+two"
    expected = hmac.new(SECRET.encode(), b"aone twob2ca&b", hashlib.sha256).hexdigest()
    assert signature(SECRET, url, FORM, body) == expected


def test_f54_f55_signed_only_with_a_secret_and_without_a_moment(caller: Caller) -> None:
    hooked(caller, "contact", secret=SECRET)
    hooked(caller, "item")
    caller.contact()
    caller.books("POST", "items", {"name": "Plank", "rate": 1})
    signed, bare = sent(caller)
    expected = signature(SECRET, signed["url"], JSON, signed["body"])
    assert signed["headers"]["x-zoho-webhook-signature"] == expected
    assert set(signed["headers"]) == {"content-type", "x-zoho-webhook-signature"}
    assert "x-zoho-webhook-signature" not in bare["headers"]


def test_f51_histories_tell_what_came_of_it_and_resend(caller: Caller) -> None:
    hooked(caller, "contact")
    caller.contact()
    [row] = caller.listed("settings/webhooks/histories")
    assert (row["status"], row["event"], row["attempt"]) == ("waiting", "created", 1)
    assert len(carry(caller, 503)) == 1
    path = f"settings/webhooks/histories/{row['history_id']}"
    held = caller.books("GET", path).body["history"]
    assert (held["status"], held["response_code"]) == ("failure", 503)
    again = caller.books("POST", f"{path}/resend").body["history"]
    assert again["attempt"] == 2
    [carried] = carry(caller)
    assert carried.body == held["body"]
    assert [each["status"] for each in caller.listed("settings/webhooks/histories")] == [
        "success",
        "failure",
    ]


def test_f51_ten_are_resent_at_once(caller: Caller) -> None:
    hooked(caller, "contact")
    for count in range(11):
        caller.contact(f"C{count}")
    ids = [row["history_id"] for row in caller.listed("settings/webhooks/histories")]
    path = "settings/webhooks/histories/bulkresend"
    assert caller.books("POST", path, history_ids=",".join(ids)).code == 15
    assert caller.books("POST", path, history_ids=",".join(ids[:10])).status == 200
    assert len(sent(caller)) == 21


def test_f56_a_webhook_that_nobody_took_is_sent_again_by_switch(caller: Caller) -> None:
    caller.switch(webhook_retries="3")
    hooked(caller, "contact")
    caller.contact()
    count = 0
    for _ in range(6):
        count += len(carry(caller, None))
        caller.wait(400)
    assert count == 4
    assert [row["attempt"] for row in caller.listed("settings/webhooks/histories")] == [4, 3, 2, 1]


@pytest.mark.parametrize(("cap", "times"), [(0, 4), (2, 3)])
def test_f56_what_is_beyond_the_days_cap_is_dropped_in_silence(
    caller: Caller, cap: int, times: int
) -> None:
    caller.switch(webhook_daily_cap=cap)
    hooked(caller, "contact")
    for name in "abc":
        caller.contact(name)
    caller.wait(86_400)
    caller.sign_in()
    caller.contact("d")
    assert len(carry(caller)) == len(caller.listed("settings/webhooks/histories")) == times


@pytest.mark.parametrize(("position", "status"), [("any", 201), ("known", 400)])
def test_f51_names_of_events_are_checked_by_switch(caller: Caller, position: str, status: int) -> None:
    caller.switch(webhook_events=position)
    assert caller.books("POST", "settings/webhooks", {**HOOK, "events": ["created", "edited"]}).status == 201
    made = caller.books("POST", "settings/webhooks", {**HOOK, "events": ["invoice_sent"]})
    assert made.status == status


@pytest.mark.parametrize(("position", "status"), [("works", 201), ("absent", 404)])
def test_f52_rules_can_be_made_by_the_api_by_switch(caller: Caller, position: str, status: int) -> None:
    caller.switch(workflows_api=position)
    hook = caller.books("POST", "settings/webhooks", {**HOOK, "entity": "contact"}).body["webhook"]
    actions = [{"action_id": hook["webhook_id"], "action_type": "webhook"}]
    rule = {"workflow_name": "tell", "entity": "contact", "rule_type": "created", "instant_actions": actions}
    assert caller.books("POST", "settings/workflows", rule).status == status
    caller.contact()
    assert len(sent(caller)) == (1 if status == 201 else 0)


def test_a_persons_edit_is_told_of_and_a_refused_call_is_not(caller: Caller) -> None:
    hooked(caller, "contact")
    caller.books("POST", "contacts", {"contact_name": ""})
    assert sent(caller) == []
    change = {"service": "books", "kind": "contacts", "fields": {"contact_name": "By hand"}}
    caller.control("POST", "edit", change)
    [told] = sent(caller)
    assert json.loads(told["body"])["contact"]["contact_name"] == "By hand"


def test_restoring_a_state_tells_nobody(caller: Caller) -> None:
    hooked(caller, "contact")
    caller.contact()
    state = caller.control("GET", "state")
    before = len(sent(caller))
    caller.control("PUT", "state", {"books": state["books"]})
    assert len(sent(caller)) == before
