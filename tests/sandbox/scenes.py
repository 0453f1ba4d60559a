"""For every switch of accounts and Books a scene in which an answer differs between its positions."""

from typing import Any
from urllib.parse import urlencode

from tests.sandbox import scenes_accounts
from tests.sandbox.caller import Caller, Json
from tests.sandbox.scenes_accounts import Scene

DAY = 86_400
LINE: Json = {"name": "Work", "rate": 100, "quantity": 1}
PERSON: Json = {"first_name": "Ada", "email": "ada@x.example"}


def customer(caller: Caller, **fields: object) -> str:
    number: str = caller.contact("Acme", **fields)["contact_id"]
    return number


def edit(caller: Caller, kind: str, **fields: object) -> Json:
    change = {"service": "books", "kind": kind, "fields": fields}
    made: Json = caller.control("POST", "edit", change)
    return made


def unauthorized_status(caller: Caller) -> object:
    caller.token = "1000.dead"
    return caller.books("GET", "organizations").status


def wrong_organization(caller: Caller) -> object:
    caller.sign_in()
    signed = {"authorization": f"Zoho-oauthtoken {caller.token}"}
    return caller.call("GET", "/books/v3/contacts?organization_id=1", **signed).status


def json_string(caller: Caller) -> object:
    body = urlencode({"JSONString": '{"contact_name": "Formed"}'}).encode()
    return caller.books(
        "POST", "contacts", body, {"content-type": "application/x-www-form-urlencoded"}
    ).status


def trial_over_status(caller: Caller) -> object:
    edit(caller, "organizations", is_trial_over=True)
    return caller.books("POST", "contacts", {"contact_name": "Late"}).status


def missing_code(caller: Caller) -> object:
    return caller.books("GET", "contacts/1").code


def listed_count(caller: Caller, path: str, **query: object) -> int:
    caller.wait(3)
    return len(caller.listed(path, **query))


def search_lag_seconds(caller: Caller) -> object:
    customer(caller)
    return listed_count(caller, "contacts")


def undocumented_filters(caller: Caller) -> object:
    customer(caller)
    return listed_count(caller, "contacts", last_modified_time="2030-01-01T00:00:00+0000")


def custom_field_filter(caller: Caller) -> object:
    caller.invoice(customer(caller))
    return listed_count(caller, "invoices", cf_ferry_key="none")


def payments_list_key(caller: Caller) -> object:
    return sorted(caller.books("GET", "customerpayments").body)


def single_as_list(caller: Caller) -> object:
    made = caller.books("POST", "settings/taxes", {"tax_name": "New", "tax_percentage": 3}).body["tax"]
    return type(made)


def chosen_number(caller: Caller) -> object:
    body = {"customer_id": customer(caller), "line_items": [LINE], "invoice_number": "MINE"}
    return caller.books("POST", "invoices", body).status


def number_folding(caller: Caller) -> object:
    number = customer(caller)
    caller.invoice(number, "a-1")
    return caller.draft(number, "A-1").status


def duplicate_number_code(caller: Caller) -> object:
    number = customer(caller)
    caller.invoice(number, "A-1")
    return caller.draft(number, "A-1").code


def contact_name_folding(caller: Caller) -> object:
    caller.contact("Acme")
    return caller.books("POST", "contacts", {"contact_name": "ACME"}).status


def email_elsewhere(caller: Caller) -> object:
    people = {"contact_persons": [PERSON]}
    return [caller.books("POST", "contacts", {"contact_name": name, **people}).status for name in "AB"]


def keyed(value: str) -> Json:
    return {"custom_fields": [{"api_name": "cf_ferry_key", "value": value}]}


def duplicate_field_code(caller: Caller) -> object:
    caller.contact("One", **keyed("k"))
    return caller.books("POST", "contacts", {"contact_name": "Two", **keyed("k")}).code


def email_in_use(caller: Caller) -> object:
    twice = {"contact_name": "Twice", "contact_persons": [PERSON, PERSON]}
    return caller.books("POST", "contacts", twice).status


def upserted(caller: Caller, module: str, body: Json, **more: str) -> Json:
    headers = {"X-Unique-Identifier-Key": "cf_ferry_key", "X-Unique-Identifier-Value": "k", **more}
    said = caller.books("PUT", module, body, headers, ignore_auto_number_generation="true")
    return {"status": said.status, **said.body}


def upsert(caller: Caller) -> object:
    return upserted(caller, "contacts", {"contact_name": "New"}, **{"X-Upsert": "true"})["status"]


def upsert_number(caller: Caller) -> object:
    body = {"customer_id": customer(caller), "line_items": [LINE], "invoice_number": "MINE"}
    return upserted(caller, "invoices", body, **{"X-Upsert": "true"})["invoice"]["invoice_number"]


def upsert_sets_key(caller: Caller) -> object:
    made = upserted(caller, "contacts", {"contact_name": "New"}, **{"X-Upsert": "true"})
    return made["contact"].get("cf_ferry_key")


def upsert_miss_status(caller: Caller) -> object:
    return upserted(caller, "contacts", {"contact_name": "New"})["status"]


def upsert_miss_code(caller: Caller) -> object:
    return upserted(caller, "contacts", {"contact_name": "New"})["code"]


def bulk(caller: Caller, *voided: int) -> list[str]:
    number = customer(caller)
    made = [caller.invoice(number)["invoice_id"] for _ in range(2)]
    for each in voided:
        caller.books("POST", f"invoices/{made[each]}/status/void")
    caller.books("POST", "invoices/status/sent", invoice_ids=",".join(made))
    return [str(caller.read({"invoice_id": each})["status"]) for each in made]


def partly_paid_late(caller: Caller) -> object:
    number = customer(caller)
    made = caller.sent(number, date="2025-01-01", due_date="2025-01-02")
    caller.pay(number, 40, (made, 40))
    return caller.read(made)["status"]


def payment_on_draft(caller: Caller) -> object:
    number = customer(caller)
    return caller.pay(number, 40, (caller.invoice(number), 40)).status


def paid(caller: Caller, **fields: Any) -> Json:
    number = customer(caller)
    made = caller.sent(number, **fields)
    caller.pay(number, 100, (made, 100))
    return made


def delete_paid_invoice(caller: Caller) -> object:
    return caller.books("DELETE", f"invoices/{paid(caller)['invoice_id']}").status


def attachment_max_mb(caller: Caller) -> object:
    head = 'Content-Disposition: form-data; name="attachment"; filename="a.pdf"'
    body = f"--edge\r\n{head}\r\n\r\n".encode() + b"x" * 1_500_000 + b"\r\n--edge--\r\n"
    path = f"invoices/{caller.invoice(customer(caller))['invoice_id']}/attachment"
    return caller.books("POST", path, body, {"content-type": "multipart/form-data; boundary=edge"}).status


def taxed(caller: Caller, *rates: float, **fields: Any) -> Json:
    tax = caller.tax("Standard Rate")
    lines = [{"name": "Work", "rate": rate, "quantity": 1, "tax_id": tax} for rate in rates]
    return caller.invoice(customer(caller), line_items=lines, **fields)


def tax_rounding(caller: Caller) -> object:
    return taxed(caller, 0.12, 0.12, 0.12)["tax_total"]


def rounding_told(caller: Caller) -> object:
    return sorted(caller.books("GET", "organizations").body["organizations"][0])


def inclusive_sub_total(caller: Caller) -> object:
    return taxed(caller, 120, is_inclusive_tax=True)["sub_total"]


def shipping_tax(caller: Caller) -> object:
    return taxed(caller, 100, shipping_charge=10)["tax_total"]


def overseas_tax(caller: Caller) -> object:
    return taxed(caller, 100, vat_treatment="overseas")["tax_total"]


def mails(caller: Caller, kind: str) -> int:
    return sum(row["kind"] == kind for row in caller.control("GET", "mail"))


def reminders(caller: Caller) -> object:
    caller.sent(customer(caller, contact_persons=[PERSON]), date="2025-01-01", due_date="2025-01-02")
    return mails(caller, "reminder")


def thank_you(caller: Caller) -> object:
    number = customer(caller, contact_persons=[PERSON])
    caller.pay(number, 100, (caller.sent(number), 100))
    return mails(caller, "thank_you")


def unassociated(caller: Caller) -> object:
    made = caller.invoice(customer(caller, contact_persons=[PERSON]))
    caller.books("POST", f"invoices/{made['invoice_id']}/email")
    return mails(caller, "invoice")


def written_off_status(caller: Caller) -> object:
    made = caller.sent(customer(caller))
    caller.books("POST", f"invoices/{made['invoice_id']}/writeoff")
    return caller.read(made)["status"]


def closed_period(caller: Caller) -> object:
    edit(caller, "organizations", closed_until="2025-03-31")
    return caller.draft(customer(caller), date="2025-03-01").status


def metadata(caller: Caller) -> object:
    made = caller.invoice(customer(caller))
    return caller.books("GET", f"invoices/{made['invoice_id']}/metadata/ferry").status


def applied_creditnote(caller: Caller) -> object:
    number = customer(caller)
    invoice = caller.sent(number)
    body = {"customer_id": number, "line_items": [LINE]}
    note = caller.books("POST", "creditnotes", body).body["creditnote"]["creditnote_id"]
    part = {"invoice_id": invoice["invoice_id"], "amount_applied": 40}
    assert caller.books("POST", f"creditnotes/{note}/invoices", {"invoices": [part]}).status == 200
    caller.books("POST", f"creditnotes/{note}/status/void")
    return caller.read(invoice)["balance"]


def item_name(caller: Caller) -> object:
    return [caller.books("POST", "items", {"name": "Plank", "rate": 1}).status for _ in range(2)]


def workflows_api(caller: Caller) -> object:
    return caller.books("GET", "settings/workflows").status


def told(caller: Caller, entity: str) -> None:
    """A rule that tells of new records of a kind."""
    hook = edit(caller, "webhooks", url="http://127.0.0.1:1/hook", webhook_name="h")["webhook_id"]
    actions = [{"action_id": hook, "action_type": "webhook"}]
    rule = {"workflow_name": "w", "entity": entity, "rule_type": "created", "instant_actions": actions}
    edit(caller, "workflows", **rule)


def webhook_payment_key(caller: Caller) -> object:
    told(caller, "customerpayment")
    caller.pay(customer(caller), 10)
    [delivery] = caller.control("GET", "webhooks")["deliveries"]
    return str(delivery["body"])[:12]


def webhook_events(caller: Caller) -> object:
    hook = {"webhook_name": "h", "url": "http://127.0.0.1:1/hook", "events": ["invoice_viewed"]}
    return caller.books("POST", "settings/webhooks", hook).status


def webhook_timeout_seconds(caller: Caller) -> object:
    told(caller, "contact")
    customer(caller)
    return [delivery["patience"] for delivery in caller.control("GET", "webhooks")["deliveries"]]


def webhook_daily_cap(caller: Caller) -> object:
    told(caller, "contact")
    for name in ("One", "Two"):
        caller.contact(name)
    caller.wait(DAY)
    caller.sign_in()
    caller.contact("Three")
    return len(caller.control("GET", "webhooks")["deliveries"])


def webhook_retries(caller: Caller) -> object:
    told(caller, "contact")
    customer(caller)
    for _ in range(6):
        caller.sandbox.desk.outbox.deliver(lambda _: 500)
        caller.wait(400)
    return len(caller.control("GET", "webhooks")["deliveries"])


SCENES: dict[str, tuple[str, Scene]] = {
    **scenes_accounts.SCENES,
    "unauthorized_status": ("400", unauthorized_status),
    "error_texts": ("bare", lambda caller: caller.books("GET", "nowhere").body["message"]),
    "wrong_organization": ("400", wrong_organization),
    "json_string": ("ignored", json_string),
    "trial_over_status": ("403", trial_over_status),
    "missing_code": ("own", missing_code),
    "missing_status": ("400", lambda caller: caller.books("GET", "contacts/1").status),
    "search_lag_seconds": ("60", search_lag_seconds),
    "undocumented_filters": ("work", undocumented_filters),
    "custom_field_filter": ("ignored", custom_field_filter),
    "payments_list_key": ("customerpayments", payments_list_key),
    "single_as_list": ("array", single_as_list),
    "chosen_number": ("rejected", chosen_number),
    "number_folding": ("exact", number_folding),
    "duplicate_number_code": ("4004", duplicate_number_code),
    "contact_name_folding": ("exact", contact_name_folding),
    "duplicate_field_code": ("4", duplicate_field_code),
    "email_in_use": ("off", email_in_use),
    "upsert": ("refused", upsert),
    "upsert_number": ("honoured", upsert_number),
    "upsert_sets_key": ("yes", upsert_sets_key),
    "upsert_miss_code": ("2", upsert_miss_code),
    "upsert_miss_status": ("400", upsert_miss_status),
    "bulk_limit": ("1", bulk),
    "bulk_unfit": ("skipped", lambda caller: bulk(caller, 1)),
    "partly_paid_late": ("partially_paid", partly_paid_late),
    "payment_on_draft": ("accepted", payment_on_draft),
    "delete_paid_invoice": ("unapplied", delete_paid_invoice),
    "attachment_max_mb": ("1", attachment_max_mb),
    "tax_rounding": ("item_level", tax_rounding),
    "rounding_told": ("yes", rounding_told),
    "inclusive_sub_total": ("gross", inclusive_sub_total),
    "shipping_tax": ("first_line", shipping_tax),
    "overseas_tax": ("charged", overseas_tax),
    "mail.reminders": ("on", reminders),
    "mail.thank_you": ("on", thank_you),
    "mail.unassociated": ("nobody", unassociated),
    "written_off_status": ("written_off", written_off_status),
    "closed_period": ("deletion", closed_period),
    "metadata": ("absent", metadata),
    "applied_creditnote": ("released", applied_creditnote),
    "item_name": ("free", item_name),
    "workflows_api": ("absent", workflows_api),
    "webhook_payment_key": ("payment", webhook_payment_key),
    "webhook_events": ("known", webhook_events),
    "webhook_timeout_seconds": ("2", webhook_timeout_seconds),
    "webhook_daily_cap": ("1", webhook_daily_cap),
    "webhook_retries": ("3", webhook_retries),
}
"""For every switch a position that is not its default, and what is to differ there."""
MORE: dict[tuple[str, str], Scene] = {("email_in_use", "organization"): email_elsewhere}
"""Scenes of positions that the scene of their switch does not tell from its default."""
