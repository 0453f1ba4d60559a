"""Bills, journals and the Indian edition: the three codes of table 2.3 that are not about sales."""

import pytest

from tests.sandbox.caller import Caller, Json, Said


@pytest.fixture
def vendor(caller: Caller) -> str:
    number: str = caller.contact("Growers", contact_type="vendor")["contact_id"]
    return number


def bill(caller: Caller, vendor: str, number: str, **fields: object) -> Said:
    line = {"name": "Seeds", "rate": 10, "quantity": 2}
    body = {"vendor_id": vendor, "bill_number": number, "line_items": [line], **fields}
    return caller.books("POST", "bills", body)


@pytest.mark.parametrize(
    ("number", "status"),
    [("B-7", 400), (" b-7 ", 400), ("B 7", 201), ("B7", 201), ("B-07", 201), ("B–7", 201)],
)
def test_a_bill_number_is_a_vendors_once_13011_but_for_spaces_and_case(
    caller: Caller, vendor: str, number: str, status: int
) -> None:
    assert bill(caller, vendor, "B-7").status == 201
    said = bill(caller, vendor, number)
    assert said.status == status
    if status == 400:
        assert said.code == 13011
    caller.wait(3)
    assert len(caller.listed("bills")) == (1 if status == 400 else 2)


def test_another_vendor_may_use_the_number_and_a_change_may_not_take_it_13011(
    caller: Caller, vendor: str
) -> None:
    other = caller.contact("Makers", contact_type="vendor")["contact_id"]
    assert bill(caller, vendor, "B-7").status == 201
    assert bill(caller, other, "B-7").status == 201
    second = bill(caller, vendor, "B-8").body["bill"]["bill_id"]
    assert caller.books("PUT", f"bills/{second}", {"bill_number": "b-7"}).code == 13011
    assert caller.books("PUT", f"bills/{second}", {"bill_number": " b-8"}).status == 200
    gone = bill(caller, vendor, "B-9").body["bill"]["bill_id"]
    assert caller.books("DELETE", f"bills/{gone}").status == 200
    assert caller.books("GET", f"bills/{gone}").code == 1002
    assert bill(caller, vendor, "B-9").status == 201


def test_f40_the_tax_of_a_bills_line_stands_beside_it(caller: Caller, vendor: str) -> None:
    tax = caller.tax("Standard Rate")
    lines = [{"name": "Seeds", "rate": 10, "quantity": 2, "tax_id": tax}]
    made = bill(caller, vendor, "B-1", line_items=lines).body["bill"]
    shown = caller.books("GET", f"bills/{made['bill_id']}").body["bill"]
    (line,) = shown["line_items"]
    assert line["tax_amount"] is None
    assert [(part["tax_id"], part["tax_amount"]) for part in line["line_item_taxes"]] == [(tax, 4)]
    assert (shown["sub_total"], shown["tax_total"], shown["total"]) == (20, 4, 24)


def test_a_bill_is_a_vendors_and_keeps_its_vendor(caller: Caller, vendor: str) -> None:
    customer = caller.contact("Buyers")["contact_id"]
    assert bill(caller, customer, "B-1").code == 2
    assert bill(caller, "", "B-1").code == 15
    assert bill(caller, vendor, " ").code == 15
    made = bill(caller, vendor, "B-1", due_date="2026-01-05").body["bill"]
    assert (made["status"], made["vendor_name"], made["balance"]) == ("open", "Growers", 20)
    caller.wait(86_400)
    caller.sign_in()
    assert caller.books("GET", f"bills/{made['bill_id']}").body["bill"]["status"] == "overdue"
    assert caller.books("DELETE", f"contacts/{vendor}").status == 400
    changed = caller.books("PUT", f"bills/{made['bill_id']}", {"line_items": [{"name": "Seeds", "rate": 7}]})
    assert changed.body["bill"]["total"] == 7


def entry(caller: Caller, **more: object) -> Json:
    accounts = caller.books("GET", "chartofaccounts").body["chartofaccounts"]
    sides = [
        {"account_id": accounts[0]["account_id"], "debit_or_credit": "debit", "amount": 12.5, **more},
        {"account_id": accounts[1]["account_id"], "debit_or_credit": "credit", "amount": 12.5},
    ]
    return {"journal_date": "2026-01-05", "reference_number": "J", "line_items": sides}


def test_a_journal_takes_no_tax_110942(caller: Caller) -> None:
    said = caller.books("POST", "journals", entry(caller, tax_id=caller.tax("Standard Rate")))
    assert (said.status, said.code) == (400, 110942)
    assert caller.books("GET", "journals").body["journals"] == []


def test_f23_a_journal_drops_the_states_of_a_supply_without_a_word(caller: Caller) -> None:
    supply = {"place_of_supply": "KA", "source_of_supply": "TN"}
    said = caller.books("POST", "journals", entry(caller) | supply)
    assert said.status == 201
    held = caller.books("GET", f"journals/{said.body['journal']['journal_id']}").body["journal"]
    assert not {name for name in held if "supply" in name}
    assert (held["total"], len(held["line_items"])) == (12.5, 2)


def test_debits_and_credits_agree(caller: Caller) -> None:
    uneven = entry(caller)
    uneven["line_items"][0]["amount"] = 13
    assert caller.books("POST", "journals", uneven).status == 400
    assert caller.books("POST", "journals", {"journal_date": "2026-01-05"}).code == 15
    number = caller.books("POST", "journals", entry(caller)).body["journal"]["journal_id"]
    assert caller.books("DELETE", f"journals/{number}").status == 200
    assert caller.books("GET", f"journals/{number}").code == 1002


def tax_of(caller: Caller, kind: str) -> str:
    body = {"tax_name": kind.upper(), "tax_percentage": 9, "tax_specific_type": kind}
    number: str = caller.books("POST", "settings/taxes", body).body["tax"]["tax_id"]
    return number


@pytest.mark.parametrize(
    ("country", "place", "kinds", "code"),
    [
        ("IN", "TN", ("igst",), 3032),
        ("IN", "", ("igst",), 3032),
        ("IN", "KA", ("igst",), 0),
        ("IN", "TN", ("cgst", "sgst"), 0),
        ("IN", "KA", ("cgst", "sgst"), 3032),
        ("GB", "TN", ("igst",), 0),
    ],
)
def test_a_tax_fits_the_place_of_supply_3032(
    caller: Caller, country: str, place: str, kinds: tuple[str, ...], code: int
) -> None:
    fields = {"country_code": country, "state_code": "TN"}
    caller.control("POST", "edit", {"service": "books", "kind": "organizations", "fields": fields})
    taxes = [tax_of(caller, kind) for kind in kinds]
    group = {"tax_group_name": "GST", "taxes": ",".join(taxes)}
    chosen = taxes[0]
    if len(taxes) > 1:
        chosen = caller.books("POST", "settings/taxgroups", group).body["tax_group"]["tax_group_id"]
    line = {"name": "Work", "rate": 100, "tax_id": chosen}
    body = {"customer_id": caller.contact()["contact_id"], "line_items": [line], "place_of_supply": place}
    said = caller.books("POST", "invoices", body)
    assert (said.status, said.code) == ((400, 3032) if code else (201, 0))
    if not code and country == "IN":
        wrong = {"place_of_supply": "KA" if place == "TN" else "TN"}
        number = said.body["invoice"]["invoice_id"]
        assert caller.books("PUT", f"invoices/{number}", wrong).code == 3032
