"""Records that exist, under the names that the vendors' specs give their ids, for schemathesis.

Seeds are values by name of parameter or field; those under a path are for the operations that begin with it.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from ledgerferry_sandbox import seeds
from tests.sandbox.caller import Caller, Json
from tests.spec import walk_sales
from tests.spec.walk_books import attach, done

Before = Callable[[Caller, str], None]
Named = Mapping[str, Sequence[object]]
Seeds = Mapping[str, Named]
PERSON: Json = {"first_name": "Al", "email": "al@seeded.example"}


def books(caller: Caller) -> Seeds:
    """Two contacts, an invoice and a credit note in every state, what hangs on them, and the registers."""
    held = caller.contact("Seeded", contact_persons=[PERSON], zcrm_account_id="crm-1")
    free = caller.contact("Free")["contact_id"]
    person = held["contact_persons"][0]["contact_person_id"]
    everywhere: dict[str, Sequence[object]] = {
        **ANY_BOOKS,
        "contact_id": [held["contact_id"], free],
        "contact_ids": [free],
        "customer_id": [held["contact_id"]],
        "contact_person_id": [person],
        "contactperson_id": [person],
    }
    everywhere |= {**_registers(caller), **_invoices(caller, held["contact_id"])}
    credit = walk_sales.note(caller, held["contact_id"], "SC-9")["creditnote_id"]
    everywhere["apply_creditnotes"] = [[{"creditnote_id": credit, "amount_applied": 1}]]
    found = {
        "": everywhere,
        **_hanging(caller, everywhere),
        **_credits(caller, held["contact_id"]),
        **_approvals(caller, held["contact_id"]),
    }
    caller.wait(5)
    return found


def before_books(caller: Caller, path: str) -> None:
    """Approvals are a setting of the organisation: on for the calls that are about them, else off."""
    _turn_approvals(caller, "final" if re.search(r"/(submit|approve|reject)", path) else "off")


def _turn_approvals(caller: Caller, position: str) -> None:
    turn = {"service": "books", "kind": "organizations", "fields": {"approvals": position}}
    caller.control("POST", "edit", turn)


def _approvals(caller: Caller, customer: str) -> Seeds:
    """An invoice and a credit note for each step of an approval."""
    _turn_approvals(caller, "final")
    found: dict[str, Named] = {}
    for module in ("invoices", "creditnotes"):
        name = module.removesuffix("s")
        fresh, sent, passed = (
            caller.invoice(customer, f"SA-{n}")["invoice_id"]
            if module == "invoices"
            else walk_sales.note(caller, customer, f"SA-{n}")["creditnote_id"]
            for n in range(3)
        )
        for number in (sent, passed):
            done(caller.books("POST", f"{module}/{number}/submit"))
        done(caller.books("POST", f"{module}/{passed}/approve"))
        one = f"/{module}/{{{name}_id}}"
        for verb, number in (
            ("submit", fresh),
            ("approve", sent),
            ("reject", sent),
            ("approve/final", passed),
        ):
            found[f"{one}/{verb}"] = {f"{name}_id": [number]}
        found |= {
            f"/{module}/{verb}": {f"{name}_ids": [n]} for verb, n in (("submit", fresh), ("approve", sent))
        }
    _turn_approvals(caller, "off")
    return found


ANY_BOOKS: Named = {
    "organization_id": [seeds.ORGANIZATION_ID],
    "currency_code": ["JPY"],
    "contact_name": ["Of schemathesis"],
    "email": ["someone@seeded.example"],
    "contact_type": ["customer"],
    "contact_persons": [[]],
    "line_items": [[walk_sales.LINE], [walk_sales.LINE, walk_sales.LINE]],
    "custom_fields": [[]],
    "tags": [[]],
    "date": ["2026-01-05"],
    "effective_date": ["2026-01-05"],
    "amount": [1],
    "amount_applied": [1],
    "bulk_delete": [True],
    "metadata_name": ["ferry"],
    "zcrm_account_id": ["crm-1"],
    "tax_name": ["Of schemathesis"],
    "tax_percentage": [7.5],
    "tax_group_name": ["Of schemathesis"],
    "location_name": ["Of schemathesis"],
    "description": ["Of schemathesis"],
    "rate": [2.5],
    "invoice_payments": [[]],
    "X-Unique-Identifier-Key": ["cf_ferry_key"],
    "X-Unique-Identifier-Value": ["schemathesis"],
    "X-Upsert": ["true"],
}


def _registers(caller: Caller) -> Named:
    currencies = caller.listed("settings/currencies")
    foreign = next(row["currency_id"] for row in currencies if not row["is_base_currency"])
    rate = {"effective_date": "2025-01-01", "rate": 0.9}
    made = done(caller.books("POST", f"settings/currencies/{foreign}/exchangerates", rate), 201)
    item = done(caller.books("POST", "items", {"name": "Plank", "rate": 12.5}), 201).body["item"]
    accounts = caller.listed("chartofaccounts")
    two = ",".join((caller.tax("Standard Rate"), caller.tax("Reduced Rate")))
    free = {name: _registered(caller, name, *kind) for name, kind in REGISTERS.items()}
    return {
        "taxes": [two],
        **{name: [number] for name, number in free.items()},
        "tax_group_id": [
            _registered(
                caller, "tax_group_id", "settings/taxgroups", {"tax_group_name": "Both", "taxes": two}
            )
        ],
        "tax_id": [caller.tax("TVA 20%"), caller.tax("Exempt")],
        "currency_id": [foreign],
        "exchange_rate_id": [made.body["exchange_rate"]["exchange_rate_id"]],
        "item_id": [item["item_id"]],
        "item_ids": [item["item_id"]],
        "account_id": [free["account_id"], accounts[0]["account_id"]],
        "account_ids": [free["account_id"]],
        "from_account_id": [accounts[0]["account_id"]],
    }


REGISTERS: Mapping[str, tuple[str, Json]] = {
    "tax_authority_id": ("settings/taxauthorities", {"tax_authority_name": "HMRC"}),
    "tax_exemption_id": ("settings/taxexemptions", {"tax_exemption_code": "EDU", "type": "customer"}),
    "account_id": ("chartofaccounts", {"account_name": "Till", "account_type": "cash"}),
    "user_id": ("users", {"name": "Sam", "email": "sam@seeded.example"}),
    "location_id": (
        "locations",
        {"location_name": "York", "country": "U.K", "tax_settings_id": "1"},
    ),
}


def _registered(caller: Caller, name: str, path: str, body: Json) -> str:
    """The id of a new entry of one of the organisation's registers."""
    said = caller.books("POST", path, body)
    assert said.status in (200, 201), said.body
    [made] = (value for value in said.body.values() if isinstance(value, dict))
    number: str = made[name]
    return number


def _invoices(caller: Caller, customer: str) -> Named:
    draft, sent, paid, void, written = (
        caller.invoice(customer, f"S-{n}", reference_number=f"ref-{n}", line_items=[walk_sales.LINE] * 2)
        for n in range(5)
    )
    ids = [each["invoice_id"] for each in (draft, sent, paid, void, written)]
    for number in ids[1:]:
        done(caller.books("POST", f"invoices/{number}/status/sent"))
    done(caller.books("POST", f"invoices/{ids[3]}/status/void"))
    done(caller.books("POST", f"invoices/{ids[4]}/writeoff"))
    made = done(caller.pay(customer, 120, (paid, 100)), 201).body["payment"]
    excess, spare = (done(caller.pay(customer, 10), 201).body["payment"] for _ in range(2))
    return {
        "invoices": [[{"invoice_id": ids[1], "amount_applied": 1}]],
        "invoice_id": ids,
        "invoice_ids": [ids[0], ids[1], f"{ids[1]},{ids[0]}"],
        "line_item_id": [draft["line_items"][0]["line_item_id"]],
        "payment_id": [made["payment_id"], excess["payment_id"]],
        "customer_payment_id": [excess["payment_id"]],
        "payment_ids": [spare["payment_id"]],
        "invoice_payment_id": [made["invoices"][0]["invoice_payment_id"]],
    }


def _hanging(caller: Caller, held: Named) -> Seeds:
    """Files, comments, addresses and refunds, each under the record that it hangs on."""
    invoice, contact = f"invoices/{held['invoice_id'][0]}", f"contacts/{held['contact_id'][0]}"
    attach(caller, invoice, "seeded.pdf")
    [paper] = done(caller.books("GET", invoice)).body["invoice"]["documents"]
    address = done(caller.books("POST", f"{contact}/address", walk_sales.ADDRESS)).body["address_info"]
    body = {"date": "2026-01-05", "amount": 1, "from_account_id": held["account_id"][0]}
    refund = caller.books("POST", f"customerpayments/{held['customer_payment_id'][0]}/refunds", body)
    [template] = caller.listed("invoices/templates")
    own = {"invoice_id": [held["invoice_id"][0]]}
    return {
        "/invoices/{invoice_id}/documents": own | {"document_id": [paper["document_id"]]},
        "/invoices/{invoice_id}/attachment": own,
        "/invoices/{invoice_id}/comments": own | {"comment_id": [_comment(caller, invoice)]},
        "/invoices/{invoice_id}/templates": {"template_id": [template["template_id"]]},
        "/invoices/{invoice_id}/lineitems": own,
        "/invoices/reference": {"reference_id": ["ref-1"]},
        "/contacts/reference": {"reference_id": ["crm-1"]},
        "/contacts/{contact_id}/comments": {
            "contact_id": [held["contact_id"][0]],
            "comment_id": [_comment(caller, contact)],
        },
        "/contacts/{contact_id}/address": {
            "contact_id": [held["contact_id"][0]],
            "address_id": [address["address_id"]],
        },
        "/customerpayments/{customer_payment_id}/refunds": {
            "refund_id": [done(refund).body["payment_refunds"][0]["payment_refund_id"]]
        },
    }


def _comment(caller: Caller, path: str) -> str:
    done(caller.books("POST", f"{path}/comments", {"description": "Seen"}))
    number: str = caller.listed(f"{path}/comments")[0]["comment_id"]
    return number


def _credits(caller: Caller, customer: str) -> Seeds:
    """A credit note in every state, one of them applied and refunded."""
    fresh, draft, void, used = (
        walk_sales.note(caller, customer, f"SC-{n}", is_draft=n == 1)["creditnote_id"] for n in range(4)
    )
    done(caller.books("POST", f"creditnotes/{void}/status/void"))
    invoice = caller.sent(customer, "S-9")["invoice_id"]
    part = {"invoices": [{"invoice_id": invoice, "amount_applied": 3}]}
    done(caller.books("POST", f"creditnotes/{used}/invoices", part))
    [row] = caller.listed(f"creditnotes/{used}/invoices")
    account = caller.listed("chartofaccounts")[0]["account_id"]
    body = {"date": "2026-01-05", "refund_mode": "cash", "amount": 10, "from_account_id": account}
    refund = done(caller.books("POST", f"creditnotes/{used}/refunds", body)).body["creditnote_refund"]
    attach(caller, f"creditnotes/{fresh}", "seeded.pdf")
    [paper] = done(caller.books("GET", f"creditnotes/{fresh}")).body["creditnote"]["documents"]
    [template] = caller.listed("creditnotes/templates")
    one = "/creditnotes/{creditnote_id}"
    own = next(row for row in caller.listed("settings/currencies") if row["is_base_currency"])
    return {
        "/creditnotes": {
            "creditnote_id": [fresh, draft, void],
            "creditnote_ids": [fresh],
            "refund_id": [refund["creditnote_refund_id"]],
            "invoice_id": [invoice],
            "creditnote_number": ["CN-schemathesis"],
            "currency_id": [own["currency_id"]],
        },
        f"{one}/invoices": {
            "creditnote_id": [used],
            "creditnote_invoice_id": [row["creditnote_invoice_id"]],
        },
        f"{one}/refunds": {
            "creditnote_id": [used],
            "creditnote_refund_id": [refund["creditnote_refund_id"]],
        },
        f"{one}/documents": {"creditnote_id": [fresh], "document_id": [paper["document_id"]]},
        f"{one}/comments": {
            "creditnote_id": [fresh],
            "comment_id": [_comment(caller, f"creditnotes/{fresh}")],
        },
        f"{one}/templates": {"template_id": [template["template_id"]]},
        "/invoices/{invoice_id}/creditsapplied": {
            "invoice_id": [invoice],
            "creditnotes_invoice_id": [row["creditnote_invoice_id"]],
        },
    }
