"""A walk over every address of Books that the sandbox answers, with records that exist."""

from tests.sandbox.caller import Caller, Json, Said
from tests.spec import walk_sales


def walk(caller: Caller) -> None:
    """Calls everything once or more, and some of it wrongly, so that refusals are heard too."""
    organizations(caller)
    settings(caller)
    contacts(caller)
    persons(caller)
    invoices(caller)
    papers(caller)
    payments(caller)
    bills(caller)
    mail(caller)
    refusals(caller)
    walk_sales.walk(caller)


def done(said: Said, status: int = 200) -> Said:
    """What was said, which was a yes."""
    assert said.status == status, (said.status, said.body)
    return said


def organizations(caller: Caller) -> None:
    [own] = done(caller.books("GET", "organizations")).body["organizations"]
    done(caller.books("GET", f"organizations/{own['organization_id']}"))


def settings(caller: Caller) -> None:
    made = done(caller.books("POST", "settings/taxes", {"tax_name": "New", "tax_percentage": 12.5}), 201)
    tax = made.body["tax"]
    path = f"settings/taxes/{(tax[0] if isinstance(tax, list) else tax)['tax_id']}"
    done(caller.books("GET", path))
    done(caller.books("PUT", path, {"tax_name": "Newer", "tax_percentage": 13}))
    done(caller.books("DELETE", path))
    done(caller.books("GET", "settings/taxes"))
    done(caller.books("GET", "settings/currencies"))
    body = {"currency_code": "JPY", "currency_format": "1,234,567", "price_precision": 0}
    yen = done(caller.books("POST", "settings/currencies", body), 201).body["currency"]["currency_id"]
    done(caller.books("GET", f"settings/currencies/{yen}"))
    rate = {"effective_date": "2025-01-01", "rate": 0.0051}
    done(caller.books("POST", f"settings/currencies/{yen}/exchangerates", rate), 201)
    done(caller.books("GET", f"settings/currencies/{yen}/exchangerates"))


def contacts(caller: Caller) -> None:
    person = {"first_name": "Ada", "last_name": "Bowman", "email": "ada@bowman.example", "phone": "1"}
    address = {"address": "1 Long Lane", "city": "York", "zip": "YO1 7AB", "country": "U.K"}
    keyed = {"custom_fields": [{"api_name": "cf_ferry_key", "value": "k1"}]}
    full = {"contact_persons": [person], "billing_address": address, "vat_treatment": "uk", **keyed}
    made = caller.contact("Bowman & Co", **full)
    path = f"contacts/{made['contact_id']}"
    done(caller.books("GET", path))
    done(caller.books("PUT", path, {"contact_name": "Bowman Ltd", "contact_type": "customer"}))
    for verb in ("inactive", "active", "paymentreminder/disable", "paymentreminder/enable"):
        done(caller.books("POST", f"{path}/{verb}"))
    done(upsert(caller, "contacts", "k1", {"contact_name": "Bowman & Co"}))
    done(upsert(caller, "contacts", "k2", {"contact_name": "Carter"}))
    caller.wait(5)
    assert caller.listed("contacts", sort_column="created_time", filter_by="Status.All")
    done(caller.books("DELETE", f"contacts/{caller.contact('One')['contact_id']}"))
    done(caller.books("DELETE", "contacts", contact_ids=caller.contact("Two")["contact_id"]))


def upsert(caller: Caller, module: str, key: str, body: Json) -> Said:
    named = {"X-Unique-Identifier-Key": "cf_ferry_key", "X-Unique-Identifier-Value": key}
    return caller.books("PUT", module, body, named | {"X-Upsert": "true"})


def persons(caller: Caller) -> None:
    contact = caller.contact("People")["contact_id"]
    body = {"contact_id": contact, "first_name": "Bo", "email": "bo@people.example"}
    held = done(caller.books("POST", "contacts/contactpersons", body), 201).body["contact_person"]
    number = (held[0] if isinstance(held, list) else held)["contact_person_id"]
    path = f"contacts/contactpersons/{number}"
    done(caller.books("GET", path))
    done(caller.books("PUT", path, {"contact_id": contact, "first_name": "Boris"}))
    done(caller.books("POST", f"{path}/primary"))
    done(caller.books("GET", f"contacts/{contact}/contactpersons"))
    done(caller.books("GET", f"contacts/{contact}/contactpersons/{number}"))
    done(caller.books("DELETE", path))


def invoices(caller: Caller) -> None:
    customer = caller.contact("Invoiced", contact_persons=[{"first_name": "Al", "email": "al@x.example"}])
    number = customer["contact_id"]
    line = {"name": "Work", "rate": 10.5, "quantity": 2, "discount": "10%", "tax_id": caller.tax("TVA 5.5%")}
    made = caller.invoice(number, "W-1", line_items=[line], discount=5, adjustment=-0.01, shipping_charge=3)
    path = f"invoices/{made['invoice_id']}"
    done(caller.books("GET", path))
    done(caller.books("GET", path, accept="pdf"))
    changed = {"customer_id": number, "line_items": [line, line], "reference_number": "r"}
    done(caller.books("PUT", path, changed))
    custom = [{"api_name": "cf_ferry_key", "value": "w1"}]
    done(caller.books("PUT", f"invoice/{made['invoice_id']}/customfields", custom))
    done(upsert(caller, "invoices", "w1", {"customer_id": number, "line_items": [line]}))
    done(upsert(caller, "invoices", "w2", {"customer_id": number, "line_items": [line]}))
    for verb in ("status/sent", "writeoff", "writeoff/cancel", "status/void", "status/draft"):
        done(caller.books("POST", f"{path}/{verb}"))
    two = ",".join(caller.invoice(number, f"W-{n}")["invoice_id"] for n in (3, 4))
    done(caller.books("POST", "invoices/status/sent", invoice_ids=two))
    done(caller.books("POST", "invoices/status/void", invoice_ids=two))
    done(caller.books("DELETE", path))
    done(caller.books("DELETE", "invoices", invoice_ids=two))
    caller.sent(number, "W-5", currency_id="", date="2025-01-10", due_date="2025-02-10")
    caller.wait(5)
    for option in range(5):
        done(caller.books("GET", "invoices", response_option=option, sort_column="date", status="overdue"))


def papers(caller: Caller) -> None:
    invoice = caller.invoice(caller.contact("Papers")["contact_id"])
    path = f"invoices/{invoice['invoice_id']}"
    for name in ("one.pdf", "two.png"):
        attach(caller, path, name)
    done(caller.books("GET", f"{path}/attachment"))
    done(caller.books("PUT", f"{path}/attachment", can_send_in_mail="true"))
    first, last = caller.read(invoice)["documents"]
    done(caller.books("GET", f"{path}/documents/{first['document_id']}"))
    done(caller.books("GET", f"{path}/documents/{first['document_id']}", responseformat="json"))
    done(caller.books("DELETE", f"{path}/attachment"))
    done(caller.books("DELETE", f"{path}/documents/{first['document_id']}"))
    assert last["document_id"] != first["document_id"]


def attach(caller: Caller, path: str, name: str) -> None:
    disposition = f'Content-Disposition: form-data; name="attachment"; filename="{name}"'
    body = f"--edge\r\n{disposition}\r\nContent-Type: application/octet-stream\r\n\r\nbytes\r\n--edge--\r\n"
    headers = {"content-type": "multipart/form-data; boundary=edge"}
    done(caller.books("POST", f"{path}/attachment", body.encode(), headers))


def payments(caller: Caller) -> None:
    customer = caller.contact("Payer")["contact_id"]
    made = [caller.sent(customer, f"P-{n}") for n in (1, 2)]
    paid = done(caller.pay(customer, 150, (made[0], 60), (made[1], 70)), 201).body["payment"]
    path = f"customerpayments/{paid['payment_id']}"
    done(caller.books("GET", path))
    parts = [{"invoice_id": made[0]["invoice_id"], "amount_applied": 50}]
    body = {"customer_id": customer, "payment_mode": "cash", "amount": 50, "invoices": parts}
    done(caller.books("PUT", path, body))
    done(upsert(caller, "customerpayments", "p1", body | {"date": "2025-06-01", "invoices": []}))
    caller.wait(5)
    done(caller.books("GET", "customerpayments", customer_id=customer))
    [applied] = done(caller.books("GET", f"invoices/{made[0]['invoice_id']}/payments")).body["payments"]
    own = f"invoices/{made[0]['invoice_id']}/payments/{applied['invoice_payment_id']}"
    done(caller.books("DELETE", own))
    done(caller.books("DELETE", path))
    other = done(caller.pay(customer, 5), 201).body["payment"]["payment_id"]
    done(caller.books("DELETE", "customerpayments", payment_ids=other, bulk_delete="true"))


def bills(caller: Caller) -> None:
    vendor = caller.contact("Growers", contact_type="vendor")["contact_id"]
    line = {"name": "Seeds", "rate": 10.5, "quantity": 2, "tax_id": caller.tax("TVA 5.5%")}
    body = {"vendor_id": vendor, "bill_number": "B-1", "date": "2025-01-10", "line_items": [line]}
    made = done(caller.books("POST", "bills", body), 201).body["bill"]
    path = f"bills/{made['bill_id']}"
    done(caller.books("GET", path))
    done(caller.books("PUT", path, body | {"reference_number": "r"}))
    assert caller.books("POST", "bills", body | {"bill_number": "b-1 "}).code == 13011
    caller.wait(5)
    assert done(caller.books("GET", "bills")).body["bills"]
    done(caller.books("DELETE", path))


def mail(caller: Caller) -> None:
    person = {"first_name": "Di", "email": "di@x.example"}
    customer = caller.contact("Mailed", contact_persons=[person])["contact_id"]
    number = caller.sent(customer, "M-1")["invoice_id"]
    done(caller.books("POST", f"invoices/{number}/email", {"to_mail_ids": ["di@x.example"]}))
    done(caller.books("POST", "invoices/email", invoice_ids=number))
    for verb in ("paymentreminder", "paymentreminder/disable", "paymentreminder/enable"):
        done(caller.books("POST", f"invoices/{number}/{verb}"))


def refusals(caller: Caller) -> None:
    for method, path, body, status in (
        ("GET", "invoices/1", None, 404),
        ("POST", "contacts", {"contact_name": ""}, 400),
        ("POST", "contacts", {"contact_name": "Payer"}, 400),
        ("POST", "customerpayments", {"amount": "much"}, 400),
        ("PUT", "settings/taxes/1", {}, 404),
    ):
        assert caller.books(method, path, body).status == status, path
    assert caller.call("GET", "/books/v3/contacts").status == 401
