import pytest

from tests.sandbox.caller import Caller, Json, Said

LINE: Json = {"name": "Work", "rate": 100, "quantity": 1}


@pytest.fixture
def customer(caller: Caller) -> str:
    number: str = caller.contact()["contact_id"]
    return number


def ask(caller: Caller, customer: str, number: str = "", **fields: object) -> Said:
    body: Json = {"customer_id": customer, "date": "2026-01-05", "line_items": [LINE], **fields}
    own: Json = {"ignore_auto_number_generation": "true"} if number else {}
    return caller.books(
        "POST", "creditnotes", body | ({"creditnote_number": number} if number else {}), **own
    )


def note(caller: Caller, customer: str, number: str = "", **fields: object) -> Json:
    said = ask(caller, customer, number, **fields)
    assert said.status == 201, said.body
    made: Json = said.body["creditnote"]
    return made


def read(caller: Caller, made: Json) -> Json:
    row: Json = caller.books("GET", f"creditnotes/{made['creditnote_id']}").body["creditnote"]
    return row


def apply(caller: Caller, made: Json, *parts: tuple[Json, float]) -> Said:
    rows = [{"invoice_id": each["invoice_id"], "amount_applied": amount} for each, amount in parts]
    return caller.books("POST", f"creditnotes/{made['creditnote_id']}/invoices", {"invoices": rows})


def move(caller: Caller, made: Json, verb: str) -> int:
    return caller.books("POST", f"creditnotes/{made['creditnote_id']}/{verb}").status


def test_f48_a_credit_note_is_open_and_counted_like_an_invoice(caller: Caller, customer: str) -> None:
    line = LINE | {"tax_id": caller.tax("Standard Rate"), "discount": "10%"}
    made = note(caller, customer, line_items=[line])
    assert (made["status"], made["total"], made["tax_total"], made["balance"]) == ("open", 108, 18, 108)
    assert made["creditnote_number"] == "CN-00001"
    assert made["taxes"][0]["tax_name"] == "Standard Rate"
    assert read(caller, made)["line_items"][0]["line_item_taxes"][0]["tax_amount"] == 18


def test_f48_what_is_missing_is_named(caller: Caller, customer: str) -> None:
    assert caller.books("POST", "creditnotes", {"line_items": [LINE]}).code == 15
    assert ask(caller, customer, line_items=[]).code == 15


def test_f33_f48_the_flag_in_query_or_body_lets_us_choose_the_number(caller: Caller, customer: str) -> None:
    assert note(caller, customer, "MINE-1")["creditnote_number"] == "MINE-1"
    inside = note(caller, customer, creditnote_number="MINE-2", ignore_auto_number_generation=True)
    assert inside["creditnote_number"] == "MINE-2"
    assert note(caller, customer, creditnote_number="LOST")["creditnote_number"] == "CN-00001"
    assert ask(caller, customer, "mine-1").code == 1001


def test_f48_moves_of_a_credit_note(caller: Caller, customer: str) -> None:
    made = note(caller, customer, is_draft=True)
    assert made["status"] == "draft"
    assert move(caller, made, "status/draft") == 400
    assert move(caller, made, "status/open") == 200
    assert move(caller, made, "status/void") == 200
    assert (read(caller, made)["status"], read(caller, made)["balance"]) == ("void", 0)
    path = f"creditnotes/{made['creditnote_id']}"
    assert caller.books("PUT", path, {"notes": "x"}).status == 400
    assert move(caller, made, "status/draft") == 200
    assert read(caller, made)["status"] == "draft"


def test_f48_a_credit_note_tied_to_an_invoice_is_put_on_it(caller: Caller, customer: str) -> None:
    invoice = caller.sent(customer, line_items=[LINE | {"rate": 60}])
    body = {"customer_id": customer, "line_items": [LINE]}
    made = caller.books("POST", "creditnotes", body, invoice_id=invoice["invoice_id"]).body["creditnote"]
    assert (made["balance"], caller.read(invoice)["balance"]) == (40, 0)
    assert made["invoices"] == [
        {"invoice_id": invoice["invoice_id"], "invoice_number": "INV-000001", "amount": 60}
    ]


def test_f48_f49_applied_to_several_invoices_and_closed(caller: Caller, customer: str) -> None:
    made = note(caller, customer)
    first, second = caller.sent(customer), caller.sent(customer)
    assert apply(caller, made, (first, 30), (second, 70)).status == 200
    assert (caller.read(first)["balance"], caller.read(first)["credits_applied"]) == (70, 30)
    assert caller.read(first)["status"] == "partially_paid"
    assert (read(caller, made)["status"], read(caller, made)["balance"]) == ("closed", 0)


def test_f49_unapplied_from_either_side(caller: Caller, customer: str) -> None:
    made = note(caller, customer)
    invoice = caller.sent(customer)
    apply(caller, made, (invoice, 30), (invoice, 20))
    path = f"creditnotes/{made['creditnote_id']}/invoices"
    rows = caller.books("GET", path).body["invoices_credited"]
    assert [row["credited_amount"] for row in rows] == [30, 20]
    assert caller.books("DELETE", f"{path}/{rows[0]['creditnote_invoice_id']}").status == 200
    own = f"invoices/{invoice['invoice_id']}/creditsapplied"
    [left] = caller.books("GET", own).body["credits"]
    assert left["amount_applied"] == 20
    assert caller.books("DELETE", f"{own}/{left['creditnotes_invoice_id']}").status == 200
    assert (caller.read(invoice)["balance"], read(caller, made)["balance"]) == (100, 100)
    assert caller.books("DELETE", f"{path}/{rows[0]['creditnote_invoice_id']}").code == 1002


def test_f49_from_the_side_of_the_invoice(caller: Caller, customer: str) -> None:
    made, invoice = note(caller, customer), caller.sent(customer)
    paid = caller.pay(customer, 50).body["payment"]
    body: Json = {
        "apply_creditnotes": [{"creditnote_id": made["creditnote_id"], "amount_applied": 60}],
        "invoice_payments": [{"payment_id": paid["payment_id"], "amount_applied": 40}],
    }
    path = f"invoices/{invoice['invoice_id']}/credits"
    assert caller.books("POST", path, body).status == 200
    held = caller.read(invoice)
    assert (held["status"], held["payment_made"], held["credits_applied"]) == ("paid", 40, 60)
    again = caller.books("GET", f"customerpayments/{paid['payment_id']}").body["payment"]
    assert again["unused_amount"] == 10
    assert caller.books("POST", path, body).status == 400


def test_f49_what_cannot_be_applied_changes_nothing(caller: Caller, customer: str) -> None:
    made, draft = note(caller, customer), caller.invoice(customer)
    other = caller.sent(caller.contact("Other")["contact_id"])
    euros = caller.listed("settings/currencies")[1]["currency_id"]
    foreign = caller.sent(customer, currency_id=euros)
    sent = caller.sent(customer)
    for parts in ([(draft, 1)], [(other, 1)], [(foreign, 1)], [(sent, 101)], [(sent, 1), (draft, 1)], []):
        assert apply(caller, made, *parts).status == 400
    assert read(caller, made)["balance"] == 100
    drafted = note(caller, customer, is_draft=True)
    assert apply(caller, drafted, (sent, 1)).status == 400


def test_f36_f49_voiding_an_invoice_gives_the_credit_back(caller: Caller, customer: str) -> None:
    made, invoice = note(caller, customer), caller.sent(customer)
    apply(caller, made, (invoice, 60))
    caller.books("POST", f"invoices/{invoice['invoice_id']}/status/void")
    assert (read(caller, made)["balance"], read(caller, made)["invoices"]) == (100, [])
    contact = caller.books("GET", f"contacts/{customer}").body["contact"]
    assert contact["unused_credits_receivable_amount"] == 100


def test_f48_an_applied_credit_note_stays(caller: Caller, customer: str) -> None:
    made, invoice = note(caller, customer), caller.sent(customer)
    apply(caller, made, (invoice, 60))
    assert move(caller, made, "status/void") == 400
    assert caller.books("DELETE", f"creditnotes/{made['creditnote_id']}").status == 400
    caller.switch(applied_creditnote="released")
    assert caller.books("DELETE", f"creditnotes/{made['creditnote_id']}").status == 200
    assert caller.read(invoice)["balance"] == 100
    assert caller.books("GET", f"creditnotes/{made['creditnote_id']}").code == 1002


def test_f26_filters_and_sorting_of_credit_notes(caller: Caller, customer: str) -> None:
    other = caller.contact("Other")["contact_id"]
    keyed = [{"api_name": "cf_ferry_key", "value": "z"}]
    first = note(caller, customer, "A-1", reference_number="R1", custom_fields=keyed)
    caller.wait(10)
    note(caller, other, "B-2", date="2025-06-01", is_draft=True, line_items=[LINE | {"rate": 250}])
    caller.wait(10)

    def numbers(**query: object) -> list[str]:
        return [row["creditnote_number"] for row in caller.listed("creditnotes", **query)]

    assert numbers() == ["B-2", "A-1"]
    assert numbers(creditnote_number="A-1") == numbers(reference_number="R1") == ["A-1"]
    assert numbers(customer_id=other) == numbers(customer_name_contains="the") == ["B-2"]
    assert numbers(status="draft") == numbers(filter_by="Status.Draft") == ["B-2"]
    assert numbers(total_greater_than=100) == numbers(date_before="2025-12-31") == ["B-2"]
    assert numbers(cf_ferry_key="z") == numbers(item_name="work", filter_by="Status.Open") == ["A-1"]
    assert numbers(last_modified_time="2026-01-05T09:00:05+0000") == ["B-2"]
    assert numbers(sort_column="cf_ferry_key", sort_order="D") == ["A-1", "B-2"]
    caller.books("PUT", f"creditnotes/{first['creditnote_id']}", {"notes": "later"})
    caller.wait(3)
    assert numbers(sort_column="last_modified_time") == ["A-1", "B-2"]


def test_f31_a_credit_note_by_its_key(caller: Caller, customer: str) -> None:
    headers = {"X-Unique-Identifier-Key": "cf_ferry_key", "X-Unique-Identifier-Value": "k"}
    body: Json = {"customer_id": customer, "line_items": [LINE], "date": "2026-01-05"}
    assert caller.books("PUT", "creditnotes", body, headers).code == 1002
    keyed = body | {"custom_fields": [{"api_name": "cf_ferry_key", "value": "k"}]}
    made = caller.books("PUT", "creditnotes", keyed, headers | {"X-Upsert": "true"}).body["creditnote"]
    same = caller.books("PUT", "creditnotes", {"notes": "n"}, headers).body["creditnote"]
    assert (same["creditnote_id"], same["notes"]) == (made["creditnote_id"], "n")


def test_f48_a_total_below_what_is_used_is_refused(caller: Caller, customer: str) -> None:
    made, invoice = note(caller, customer), caller.sent(customer)
    apply(caller, made, (invoice, 60))
    path = f"creditnotes/{made['creditnote_id']}"
    assert caller.books("PUT", path, {"line_items": [LINE | {"rate": 50}]}).status == 400
    assert caller.books("PUT", path, {"line_items": [LINE | {"rate": 70}]}).status == 200
    assert read(caller, made)["balance"] == 10


def test_a_credit_note_is_mailed_and_its_mail_remembered(caller: Caller, customer: str) -> None:
    made = note(caller, customer, is_draft=True)
    path = f"creditnotes/{made['creditnote_id']}"
    assert caller.books("POST", f"{path}/email", {}).code == 15
    caller.books("POST", f"{path}/email", {"to_mail_ids": ["a@x.example"], "subject": "s", "body": "b"})
    assert [row["to"] for row in caller.control("GET", "mail")] == [["a@x.example"]]
    assert read(caller, made)["status"] == "open"
    assert len(caller.books("GET", f"{path}/emailhistory").body["email_history"]) == 1


def test_state_of_credit_notes_goes_out_and_comes_back(caller: Caller, customer: str) -> None:
    made, invoice = note(caller, customer), caller.sent(customer)
    apply(caller, made, (invoice, 60))
    state = caller.control("GET", "state")
    other = Caller()
    other.control("PUT", "state", state)
    assert other.control("GET", "state")["books"] == state["books"]
    assert read(other, made)["balance"] == 40


def test_a_person_makes_and_voids_a_credit_note(caller: Caller, customer: str) -> None:
    fields = {"customer_id": customer, "creditnote_number": "H-1", "line_items": [LINE]}
    change: Json = {"service": "books", "kind": "creditnotes", "fields": fields}
    made = caller.control("POST", "edit", change)
    assert (made["creditnote_number"], made["status"]) == ("H-1", "open")
    change = {**change, "id": made["creditnote_id"], "fields": {"status": "void"}}
    assert caller.control("POST", "edit", change)["status"] == "void"
    caller.control("POST", "edit", {**change, "fields": {}, "delete": True})
    assert caller.control("GET", "state")["books"]["creditnotes"] == []
