"""A walk over items, credit notes, refunds, approvals and registers of Books."""

from tests.sandbox.caller import Caller, Json, Said

LINE: Json = {"name": "Work", "rate": 100, "quantity": 1}
ADDRESS: Json = {"address": "1 Long Lane", "city": "York", "zip": "YO1 7AB", "country": "U.K"}


def walk(caller: Caller) -> None:
    """Calls everything once or more, with records that exist."""
    items(caller)
    registers(caller)
    currencies(caller)
    credit_notes(caller)
    applications(caller)
    refunds(caller)
    contacts(caller)
    invoices(caller)
    mail(caller)
    approvals(caller)


def done(said: Said, status: int = 200) -> Json:
    """What was said, which was a yes."""
    assert said.status == status, (said.status, said.body)
    body: Json = said.body if isinstance(said.body, dict) else {}
    return body


def upsert(caller: Caller, module: str, key: str, body: Json) -> Said:
    named = {"X-Unique-Identifier-Key": "cf_ferry_key", "X-Unique-Identifier-Value": key}
    return caller.books("PUT", module, body, named | {"X-Upsert": "true"})


def items(caller: Caller) -> None:
    body = {"name": "Plank", "rate": 12.5, "description": "Oak", "tax_id": caller.tax("Standard Rate")}
    made = done(caller.books("POST", "items", body), 201)["item"]["item_id"]
    done(caller.books("GET", f"items/{made}"))
    done(caller.books("PUT", f"items/{made}", {"name": "Plank", "rate": 13}))
    custom = [{"api_name": "cf_ferry_key", "value": "i1"}]
    done(caller.books("PUT", f"item/{made}/customfields", custom))
    done(upsert(caller, "items", "i1", {"name": "Plank", "rate": 14}))
    for verb in ("inactive", "active"):
        done(caller.books("POST", f"items/{made}/{verb}"))
    done(caller.books("GET", "itemdetails", item_ids=made))
    caller.wait(5)
    assert caller.listed("items", name="plank", sort_column="name")
    done(caller.books("DELETE", f"items/{made}"))


def registers(caller: Caller) -> None:
    for path, key, own, body in (
        ("settings/taxauthorities", "tax_authority", "tax_authority_id", {"tax_authority_name": "HMRC"}),
        (
            "settings/taxexemptions",
            "tax_exemption",
            "tax_exemption_id",
            {"tax_exemption_code": "EDU", "type": "customer"},
        ),
        (
            "chartofaccounts",
            "chart_of_account",
            "account_id",
            {"account_name": "Till", "account_type": "cash"},
        ),
        ("users", "user", "user_id", {"name": "Sam", "email": "sam@ashdown.example"}),
        (
            "locations",
            "locations",
            "location_id",
            {"location_name": "York", "country": "U.K", "tax_settings_id": "1"},
        ),
    ):
        said = caller.books("POST", path, body)
        assert said.status in (200, 201), said.body
        number = said.body[key][own]
        done(caller.books("GET", path))
        if path != "locations":
            done(caller.books("GET", f"{path}/{number}"))
        done(caller.books("PUT", f"{path}/{number}", body))
        for verb in ("inactive", "active") if not path.startswith("settings") else ():
            assert caller.books("POST", f"{path}/{number}/{verb}").status in (200, 201)
        done(caller.books("DELETE", f"{path}/{number}"))
    done(caller.books("GET", "users/me"))
    [office] = caller.listed("locations")
    done(caller.books("POST", f"locations/{office['location_id']}/markasprimary"))
    two = ",".join((caller.tax("Standard Rate"), caller.tax("Reduced Rate")))
    body = {"tax_group_name": "Both", "taxes": two}
    group = done(caller.books("POST", "settings/taxgroups", body), 201)["tax_group"]["tax_group_id"]
    done(caller.books("GET", f"settings/taxgroups/{group}"))
    done(caller.books("PUT", f"settings/taxgroups/{group}", body))
    done(caller.books("DELETE", f"settings/taxgroups/{group}"))
    [company] = caller.listed("organizations")
    done(caller.books("PUT", f"organizations/{company['organization_id']}", {"contact_name": "Robin"}))


def currencies(caller: Caller) -> None:
    body = {"currency_code": "CHF", "currency_format": "1,234,567.89", "price_precision": 2}
    made = done(caller.books("POST", "settings/currencies", body), 201)["currency"]["currency_id"]
    path = f"settings/currencies/{made}"
    rate = {"effective_date": "2025-01-01", "rate": 0.9}
    done(caller.books("POST", f"{path}/exchangerates", rate), 201)
    [held] = caller.listed(f"{path}/exchangerates")
    own = f"{path}/exchangerates/{held['exchange_rate_id']}"
    done(caller.books("GET", own))
    done(caller.books("PUT", own, {"rate": 0.91, "effective_date": "2025-01-01"}))
    done(caller.books("DELETE", own))
    done(caller.books("PUT", path, body))
    done(caller.books("DELETE", path))


def note(caller: Caller, customer: str, number: str, **fields: object) -> Json:
    body = {"customer_id": customer, "creditnote_number": number, "date": "2026-01-05", "line_items": [LINE]}
    said = caller.books("POST", "creditnotes", body | fields, ignore_auto_number_generation="true")
    made: Json = done(said, 201)["creditnote"]
    return made


def credit_notes(caller: Caller) -> None:
    customer = caller.contact("Noted")["contact_id"]
    taxed = [LINE | {"tax_id": caller.tax("Standard Rate")}]
    made = note(caller, customer, "C-1", is_draft=True, line_items=taxed)
    path = f"creditnotes/{made['creditnote_id']}"
    done(caller.books("GET", path))
    done(caller.books("GET", path, accept="pdf"))
    body = {
        "customer_id": customer,
        "date": "2026-01-05",
        "creditnote_number": "C-1",
        "line_items": [LINE, LINE],
    }
    done(caller.books("PUT", path, body))
    done(upsert(caller, "creditnotes", "c1", body | {"line_items": taxed}))
    for verb in ("open", "void", "draft"):
        done(caller.books("POST", f"{path}/status/{verb}"))
    for kind in ("billing", "shipping"):
        done(caller.books("PUT", f"{path}/address/{kind}", ADDRESS))
    custom = {"custom_fields": [{"api_name": "cf_ferry_key", "value": "c2"}]}
    done(caller.books("POST", f"{path}/customfields", custom))
    done(caller.books("GET", f"{path}/customfields"))
    [template] = done(caller.books("GET", "creditnotes/templates"))["templates"]
    done(caller.books("PUT", f"{path}/templates/{template['template_id']}"))
    remarks(caller, path)
    attach(caller, path)
    [paper] = done(caller.books("GET", path))["creditnote"]["documents"]
    done(caller.books("GET", f"{path}/documents/{paper['document_id']}", responseformat="json"))
    done(caller.books("DELETE", f"{path}/documents/{paper['document_id']}"))
    done(caller.books("GET", "creditnotes/print", creditnote_ids=made["creditnote_id"]))
    caller.wait(5)
    done(caller.books("GET", "creditnotes", last_modified_time="2026-01-01T00:00:00+0000"))
    done(caller.books("DELETE", path))


def remarks(caller: Caller, path: str) -> None:
    done(caller.books("POST", f"{path}/comments", {"description": "Seen"}))
    body = done(caller.books("GET", f"{path}/comments"))
    rows = body.get("comments") or body["contact_comments"]
    own = f"{path}/comments/{rows[0]['comment_id']}"
    if path.startswith("invoices"):
        done(caller.books("PUT", own, {"description": "Seen twice"}))
    done(caller.books("DELETE", own))


def attach(caller: Caller, path: str) -> None:
    disposition = 'Content-Disposition: form-data; name="attachment"; filename="one.pdf"'
    body = f"--edge\r\n{disposition}\r\nContent-Type: application/octet-stream\r\n\r\nbytes\r\n--edge--\r\n"
    headers = {"content-type": "multipart/form-data; boundary=edge"}
    done(caller.books("POST", f"{path}/attachment", body.encode(), headers))


def applications(caller: Caller) -> None:
    customer = caller.contact("Applied")["contact_id"]
    made, invoice = note(caller, customer, "C-2"), caller.sent(customer, "A-1")
    path = f"creditnotes/{made['creditnote_id']}/invoices"
    part = {"invoice_id": invoice["invoice_id"], "amount_applied": 30}
    done(caller.books("POST", path, {"invoices": [part]}))
    [row] = done(caller.books("GET", path))["invoices_credited"]
    done(caller.books("DELETE", f"{path}/{row['creditnote_invoice_id']}"))
    own = f"invoices/{invoice['invoice_id']}"
    paid = caller.pay(customer, 10).body["payment"]
    body = {
        "apply_creditnotes": [{"creditnote_id": made["creditnote_id"], "amount_applied": 20}],
        "invoice_payments": [{"payment_id": paid["payment_id"], "amount_applied": 10}],
    }
    done(caller.books("POST", f"{own}/credits", body))
    [row] = done(caller.books("GET", f"{own}/creditsapplied"))["credits"]
    done(caller.books("DELETE", f"{own}/creditsapplied/{row['creditnotes_invoice_id']}"))


def refunds(caller: Caller) -> None:
    customer = caller.contact("Refunded")["contact_id"]
    account = caller.listed("chartofaccounts")[0]["account_id"]
    body = {"date": "2026-01-05", "refund_mode": "cash", "amount": 10, "from_account_id": account}
    made = note(caller, customer, "C-3")
    path = f"creditnotes/{made['creditnote_id']}/refunds"
    held = done(caller.books("POST", path, body))["creditnote_refund"]["creditnote_refund_id"]
    done(caller.books("GET", path))
    done(caller.books("GET", "creditnotes/refunds"))
    done(caller.books("GET", f"creditnotes/refunds/{held}"))
    done(caller.books("GET", f"contacts/{customer}/refunds"))
    done(caller.books("GET", f"{path}/{held}"))
    done(caller.books("PUT", f"{path}/{held}", body))
    done(caller.books("DELETE", f"{path}/{held}"))
    paid = caller.pay(customer, 50).body["payment"]["payment_id"]
    path = f"customerpayments/{paid}/refunds"
    [row] = done(caller.books("POST", path, body))["payment_refunds"]
    done(caller.books("GET", path))
    own = f"{path}/{row['payment_refund_id']}"
    done(caller.books("GET", own))
    done(caller.books("PUT", own, body))
    done(caller.books("DELETE", own))
    custom = [{"api_name": "cf_ferry_key", "value": "p9"}]
    done(caller.books("PUT", f"customerpayment/{paid}/customfields", custom))


def contacts(caller: Caller) -> None:
    kept = caller.contact("Kept", zcrm_account_id="crm-1")["contact_id"]
    other = caller.contact("Other", contact_persons=[{"first_name": "Jo"}])["contact_id"]
    path = f"contacts/{kept}"
    remarks(caller, path)
    row = done(caller.books("POST", f"{path}/address", ADDRESS))["address_info"]
    own = f"{path}/address/{row['address_id']}"
    done(caller.books("GET", f"{path}/address"))
    done(caller.books("PUT", own, ADDRESS | {"city": "Leeds"}))
    for verb in ("markasbilling", "markasshipping"):
        done(caller.books("POST", f"{own}/{verb}"))
    done(caller.books("DELETE", own))
    done(caller.books("GET", "contacts/contactpersons"))
    done(caller.books("GET", "contacts/reference/crm-1"))
    done(caller.books("GET", f"{path}/unpaidinvoices"))
    done(caller.books("GET", f"{path}/receivables/unusedcredits"))
    done(caller.books("POST", f"{path}/merge", contact_ids=other))


def invoices(caller: Caller) -> None:
    customer = caller.contact("Papered")["contact_id"]
    made = caller.invoice(customer, "I-1", reference_number="ref-1", line_items=[LINE, LINE])
    path = f"invoices/{made['invoice_id']}"
    remarks(caller, path)
    for kind in ("billing", "shipping"):
        done(caller.books("PUT", f"{path}/address/{kind}", ADDRESS))
    [template] = done(caller.books("GET", "invoices/templates"))["templates"]
    done(caller.books("PUT", f"{path}/templates/{template['template_id']}"))
    done(caller.books("GET", f"{path}/customfields"))
    done(caller.books("DELETE", f"{path}/lineitems/{made['line_items'][0]['line_item_id']}"))
    done(caller.books("PUT", f"{path}/metadata/ferry", {"seen": True}))
    done(caller.books("GET", f"{path}/metadata/ferry"))
    done(caller.books("GET", "invoices/reference/ref-1"))
    for kind in ("pdf", "print"):
        done(caller.books("GET", f"invoices/{kind}", invoice_ids=made["invoice_id"]))


def mail(caller: Caller) -> None:
    person = {"first_name": "Di", "email": "di@noted.example"}
    customer = caller.contact("Written", contact_persons=[person])["contact_id"]
    made, number = note(caller, customer, "C-4"), caller.sent(customer, "I-2")["invoice_id"]
    path = f"creditnotes/{made['creditnote_id']}"
    letter = {"to_mail_ids": ["di@noted.example"], "subject": "Credit", "body": "Dear Di"}
    done(caller.books("GET", f"{path}/email"))
    done(caller.books("POST", f"{path}/email", letter))
    done(caller.books("GET", f"{path}/emailhistory"))
    done(caller.books("GET", f"invoices/{number}/email"))
    done(caller.books("GET", f"invoices/{number}/paymentreminder"))
    done(caller.books("POST", "invoices/paymentreminder", invoice_ids=number), 201)
    done(caller.books("POST", "invoices/writeoff", invoice_ids=number))


def approvals(caller: Caller) -> None:
    turn = {"service": "books", "kind": "organizations", "fields": {"approvals": "final"}}
    caller.control("POST", "edit", turn)
    customer = caller.contact("Approved")["contact_id"]
    made = [caller.invoice(customer, f"V-{n}")["invoice_id"] for n in range(3)]
    notes = [note(caller, customer, f"CV-{n}")["creditnote_id"] for n in range(3)]
    for module, ids in (("invoices", made), ("creditnotes", notes)):
        key = f"{module.removesuffix('s')}_ids"
        for verb in ("submit", "approve"):
            done(caller.books("POST", f"{module}/{ids[0]}/{verb}"))
            done(caller.books("POST", f"{module}/{verb}", **{key: ids[1]}))
        done(caller.books("POST", f"{module}/{ids[0]}/approve/final"))
        done(caller.books("POST", f"{module}/{ids[2]}/submit"))
        done(caller.books("POST", f"{module}/{ids[2]}/reject", reason="no"))
    turn["fields"] = {"approvals": "off"}
    caller.control("POST", "edit", turn)
