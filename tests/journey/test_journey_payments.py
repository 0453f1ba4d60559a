"""Payments by files, a clearing account, an approval and a filed period, as a person meets them."""

from tests.journey import sheets
from tests.journey.conftest import Journey
from tests.journey.sheets import INVOICES

TOML = """
[payments]
account = "{}"
unpaid_sheet = "file"
"""


def configured(journey: Journey, text: str) -> None:
    (journey.ferry.home.parent / "ferry.toml").write_text(text, encoding="utf-8")


def organisation(journey: Journey, **fields: str) -> None:
    journey.box.post("edit", {"service": "books", "kind": "organizations", "fields": fields})
    journey.box.put("clock", {"advance_seconds": 60})


def test_a_receipt_beside_the_workbook_is_a_payment_to_the_named_account(journey: Journey) -> None:
    (journey.folder / "JN-0001 reçu 2024-03-30.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    configured(journey, TOML.format("Undeposited Funds"))
    said = journey.migrate()
    assert said.code == 0, said.told
    books = journey.box.books()
    (account,) = {p["account_id"] for p in books["customerpayments"]}
    names = {a["account_id"]: a["account_name"] for a in books["chartofaccounts"]}
    assert names[account] == "Undeposited Funds"
    assert sorted(p["date"] for p in books["customerpayments"]) == ["2024-03-28", "2024-03-30"]
    (invoice,) = [i for i in books["invoices"] if i["invoice_number"] == INVOICES[0].number]
    assert invoice["balance"] == 0
    attached = [d["file_name"] for d in books["documents"] if d["owner_id"] == invoice["invoice_id"]]
    assert len(attached) == 1
    assert attached[0].startswith("JN-0001")


def test_an_account_that_is_not_there_ends_with_the_names_that_are(journey: Journey) -> None:
    configured(journey, TOML.format("Barclays"))
    said = journey.migrate()
    assert said.code == 2
    assert "Barclays" in said.told
    assert "Undeposited Funds" in said.told
    assert journey.box.books()["invoices"] == []


def test_what_waits_for_approval_is_held_and_a_resume_of_its_run_goes_on(journey: Journey) -> None:
    organisation(journey, approvals="simple")
    said = journey.migrate()
    assert (said.code, said.json["documents"]["held"], said.json["operations"]["dead"]) == (1, 3, 0)
    for invoice in journey.box.books()["invoices"]:
        change = {"service": "books", "kind": "invoices", "id": invoice["invoice_id"], "force": True}
        journey.box.post("edit", change | {"fields": {"status": "approved"}})
    journey.box.put("clock", {"advance_seconds": 60})
    done = journey.ferry.run("resume", said.json["run"], "--mail-checked")
    assert (done.code, done.json["documents"]["loaded"]) == (0, 3), done.told
    assert done.json["verify"]["equal"]


def test_filed_periods_are_held_until_they_are_accepted(journey: Journey) -> None:
    configured(journey, "[periods]\nfiled_until = 2024-12-31\n")
    sheets.write(journey.folder / "late.xlsx", sheets.Invoice("JN-0009"))
    said = journey.migrate()
    assert (said.code, said.json["documents"]["held"]) == (1, 4)
    done = journey.migrate("--accept-filed")
    assert (done.code, done.json["documents"]["loaded"]) == (0, 4), done.told
