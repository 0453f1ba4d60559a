"""Accounts, contacts, deals and files: a migration into two connections, before the sandbox."""

from datetime import date
from pathlib import Path

import pytest

from ledgerferry.flows.deals import Misfit
from ledgerferry.flows.policy import CrmPolicy, Period, Policy, RateWay
from ledgerferry.model.party import Party
from ledgerferry.model.plan import State
from tests.flows.both import CRM, Both
from tests.flows.papers import document, paid, spread
from tests.flows.stage import NAME

BOWMAN = Party(name="Bowman & Co", contact="Ada Bowman", email="ada@bowman.example")
OPEN, WON, LOST = "Negotiation/Review", "Closed Won", "Closed Lost"


@pytest.fixture
def both(tmp_path: Path) -> Both:
    """A fresh home before a fresh sandbox, with both connections."""
    return Both(tmp_path)


def test_a_customer_becomes_an_account_with_its_contact_and_every_invoice_a_deal(both: Both) -> None:
    walked = both.migrate(
        *spread(paid("INV-1", customer=BOWMAN), document("INV-2", customer=BOWMAN, due=date(2026, 1, 2)))
    )

    assert walked.verified.differences == []
    (account,), (contact,) = both.records("Accounts"), both.records("Contacts")
    assert account["Account_Name"] == "Bowman & Co"
    assert (contact["First_Name"], contact["Last_Name"]) == ("Ada", "Bowman")
    assert contact["Account_Name"]["id"] == account["id"]
    one, two = both.record("Deals", "INV-1 Bowman & Co"), both.record("Deals", "INV-2 Bowman & Co")
    assert (one["Stage"], one["Closing_Date"], float(one["Amount"])) == (WON, "2025-03-20", 120)
    assert (two["Stage"], two["Closing_Date"]) == (OPEN, "2026-01-02")
    assert one["Account_Name"]["id"] == account["id"]
    assert one["Contact_Name"]["id"] == contact["id"]


@pytest.mark.parametrize(
    ("due", "stage", "closing"),
    [
        (date(2025, 12, 6), OPEN, "2025-12-06"),
        (date(2025, 12, 5), LOST, "2026-01-05"),
        (None, LOST, "2025-04-03"),
    ],
)
def test_unpaid_more_than_thirty_days_after_it_was_due_is_lost(
    both: Both, due: date | None, stage: str, closing: str
) -> None:
    both.migrate(document("INV-1", due=due))

    (deal,) = both.records("Deals")
    assert (deal["Stage"], deal["Closing_Date"]) == (stage, closing)


def test_a_part_paid_invoice_is_judged_by_the_same_days(both: Both) -> None:
    both.migrate(paid("INV-1", "60.00", due=date(2025, 12, 5)))

    (deal,) = both.records("Deals")
    assert deal["Stage"] == LOST


def test_both_sides_carry_each_others_ids(both: Both) -> None:
    both.migrate(paid("INV-1", customer=BOWMAN))

    customer, invoice = both.row("contacts", "Bowman & Co"), both.row("invoices", "INV-1")
    assert both.record("Accounts", "Bowman & Co")["Books_Customer_Id"] == customer["contact_id"]
    assert both.records("Contacts")[0]["Books_Customer_Id"] == customer["contact_id"]
    assert both.records("Deals")[0]["Books_Invoice_Id"] == invoice["invoice_id"]


def test_a_stage_that_the_crm_does_not_have_is_told_with_those_it_has_and_nothing_is_sent(
    tmp_path: Path,
) -> None:
    stages = {"paid": "Closed Won", "lost": "Given up", "open": OPEN}
    both = Both(tmp_path, Policy(crm=CrmPolicy(stages=stages)))
    with pytest.raises(Misfit, match=r"lost = 'Given up'.*Closed Won, Closed Lost"):
        both.plan(document("INV-1"))
    with both.house.database.read() as conn:
        assert both.house.shelf.rooms.operations.listed(conn, list(State)) == []
    assert both.rows("contacts") == []


def test_the_same_again_changes_nothing(both: Both) -> None:
    documents = spread(paid("INV-1", customer=BOWMAN), document("INV-2"))
    both.migrate(*documents)
    again = both.migrate(*documents)

    assert again.changes == {}
    assert again.verified.differences == []
    with both.house.database.read() as conn:
        assert both.house.shelf.rooms.operations.counts(conn, again.run.id).planned == 0


def test_a_payment_that_comes_later_wins_the_deal(both: Both) -> None:
    both.migrate(document("INV-1"))
    again = both.migrate(paid("INV-1"))

    assert again.changes["deal"] == (0, 1)
    (deal,) = both.records("Deals")
    assert (deal["Stage"], deal["Closing_Date"]) == (WON, "2025-03-20")
    assert again.verified.differences == []


def test_a_stage_that_a_person_moved_on_is_kept_and_named(both: Both) -> None:
    both.migrate(document("INV-1"))
    (deal,) = both.records("Deals")
    both.person("Deals", deal["id"], Stage="Qualification")
    again = both.migrate(document("INV-1"))

    assert again.changes == {}
    assert both.records("Deals")[0]["Stage"] == "Qualification"
    assert [(d.kind, d.field, d.left_value, d.right_value) for d in again.verified.differences] == [
        ("deal", "stage", LOST, "Qualification")
    ]


def test_a_stage_that_both_sides_moved_is_a_conflict_and_stays(both: Both) -> None:
    both.migrate(document("INV-1"))
    (deal,) = both.records("Deals")
    both.person("Deals", deal["id"], Stage="Qualification")
    again = both.migrate(paid("INV-1"))

    assert again.report.changes["deal"].conflict == 1
    assert both.records("Deals")[0]["Stage"] == "Qualification"
    assert any("stage" in n.text for n in again.report.notices)
    assert again.account.counts.loaded == 1


def test_records_that_are_there_are_recognised_by_their_one_name(both: Both) -> None:
    account = both.person("Accounts", None, Account_Name="Bowman & Co")
    walked = both.migrate(paid("INV-1", customer=BOWMAN))

    assert [a["id"] for a in both.records("Accounts")] == [account["id"]]
    assert walked.verified.differences == []
    customer = both.row("contacts", "Bowman & Co")["contact_id"]
    assert both.records("Accounts")[0]["Books_Customer_Id"] == customer


def test_of_two_accounts_of_one_name_none_is_chosen_and_the_invoice_is_loaded_all_the_same(
    both: Both,
) -> None:
    for _ in range(2):
        both.person("Accounts", None, Account_Name="Bowman & Co")
    walked = both.migrate(paid("INV-1", customer=BOWMAN))

    assert walked.account.counts.loaded == 1
    assert both.records("Deals") == []
    assert {(d.kind, d.field) for d in walked.verified.differences} == {
        ("account", "record"),
        ("contact", "record"),
        ("deal", "record"),
    }
    assert any("several accounts called Bowman & Co" in n.text for n in walked.report.notices)


def test_an_account_of_the_vendors_own_sync_is_adopted_whatever_its_name(both: Both) -> None:
    account = both.person("Accounts", None, Account_Name="Bowman and Company Limited")
    both.edit("contacts", None, contact_name="Bowman & Co", zcrm_account_id=account["id"])
    walked = both.migrate(paid("INV-1", customer="Bowman & Co"))

    assert [a["Account_Name"] for a in both.records("Accounts")] == ["Bowman and Company Limited"]
    assert walked.verified.differences == []


def test_an_account_and_a_contact_that_were_there_are_never_changed_and_are_no_difference(both: Both) -> None:
    account = both.person("Accounts", None, Account_Name="Bowman and Company Limited", Phone="01 11")
    of = {"id": account["id"]}
    contact = both.person("Contacts", None, Last_Name="Zed", Email="zed@b.example", Account_Name=of)
    native = {"zcrm_account_id": account["id"], "zcrm_contact_id": contact["id"]}
    both.edit("contacts", None, contact_name=BOWMAN.name, **native)
    first = both.migrate(document("INV-1", customer=BOWMAN))
    moved = BOWMAN.model_copy(update={"email": "new@b.example", "phone": "02 22"})
    again = both.migrate(document("INV-1", customer=moved))

    assert (first.verified.differences, again.verified.differences) == ([], [])
    assert both.verify(again.run, details=True).differences == []
    (held,), (person,) = both.records("Accounts"), both.records("Contacts")
    assert (held["Account_Name"], held["Phone"]) == ("Bowman and Company Limited", "01 11")
    assert (person["Full_Name"], person["Email"]) == ("Zed", "zed@b.example")
    assert "account" not in again.changes
    assert "contact" not in again.changes


def test_a_currency_that_the_crm_lacks_holds_the_deal_and_not_the_invoice(both: Both) -> None:
    both.edit("currencies", None, currency_code="CHF", currency_symbol="Fr", exchange_rate="0.9")
    walked = both.migrate(document("INV-1", currency="CHF", exchange_rate="0.9", customer="Kobo"))

    assert walked.account.counts.loaded == 1
    assert [n.text for n in walked.report.notices if n.kind == "crm-held"] != []
    assert both.records("Deals") == []


@pytest.mark.parametrize(
    ("way", "written"), [(None, None), (RateWay.HOME, 0.8), (RateWay.FOREIGN, 1.25)]
)
def test_an_exchange_rate_is_written_as_this_crm_states_rates_once_a_person_has_said_how(
    tmp_path: Path, way: RateWay | None, written: float | None
) -> None:
    both = Both(tmp_path, Policy(crm=CrmPolicy(exchange_rate=way)))
    walked = both.migrate(document("INV-1", currency="EUR", exchange_rate="0.8", customer="Kobo"))

    (deal,) = both.records("Deals")
    assert (deal["Currency"], deal.get("Exchange_Rate")) == ("EUR", written)
    told = [n.text for n in walked.report.notices if n.kind == "crm-rate"]
    assert ["[crm] exchange_rate" in text for text in told] == ([] if way else [True])
    assert walked.verified.differences == []
    assert both.migrate().changes == {}


def test_a_rate_of_another_home_currency_is_not_written(tmp_path: Path) -> None:
    both = Both(tmp_path, Policy(crm=CrmPolicy(exchange_rate=RateWay.HOME)))
    home = both.sandbox.crm.cabinet.organization
    both.sandbox.crm.cabinet.organizations.put(home.model_copy(update={"currency": "USD"}))
    walked = both.migrate(document("INV-1", currency="EUR", exchange_rate="0.8", customer="Kobo"))

    assert both.records("Deals")[0].get("Exchange_Rate") is None
    assert any("its home currency is USD" in n.text for n in walked.report.notices)


def test_a_pdf_hangs_on_the_invoice_and_on_its_deal(both: Both) -> None:
    (both.folder / "INV-1.pdf").write_bytes(b"%PDF-1.4 one")
    walked = both.migrate(document("INV-1"))

    assert walked.changes["file"] == (2, 0)
    (attached,) = both.records("Attachments")
    assert attached["File_Name"].startswith("INV-1")


def test_verify_names_what_differs_in_the_crm(both: Both) -> None:
    walked = both.migrate(document("INV-1", customer=BOWMAN))
    (deal,) = both.records("Deals")
    both.person("Deals", deal["id"], Amount="119.99", Books_Invoice_Id="7")

    found = both.verify(walked.run).differences
    assert [(d.kind, d.left, d.field, d.right_value) for d in found] == [
        ("deal", "INV-1", "amount", "119.99"),
        ("deal", "INV-1", "books id", "7"),
    ]


def test_verify_names_another_contact_a_double_and_with_details_a_file(both: Both) -> None:
    (both.folder / "INV-1.pdf").write_bytes(b"%PDF-1.4 one")
    walked = both.migrate(document("INV-1", customer=BOWMAN))
    (deal,) = both.records("Deals")
    other = both.person("Contacts", None, Last_Name="Other")
    both.person("Deals", deal["id"], Contact_Name={"id": other["id"]})
    copied = {f: deal[f] for f in ("Deal_Name", "Stage", "Closing_Date")}
    both.person("Deals", None, **copied, Account_Name={"id": deal["Account_Name"]["id"]})
    both.person("Deals", None, **copied | {"Deal_Name": "INV-1 of others"})

    found = both.verify(walked.run).differences
    assert [d.field for d in found if d.kind == "deal"] == ["contact", "double"]

    (attached,) = both.records("Attachments")
    both.sandbox.crm.cabinet.attachments.drop(attached["id"])
    detailed = both.verify(walked.run, details=True).differences
    assert ("file", "INV-1.pdf") in {(d.field, d.left_value) for d in detailed}


def test_a_rollback_takes_the_crm_back_too(both: Both) -> None:
    (both.folder / "INV-1.pdf").write_bytes(b"%PDF-1.4 one")
    before = both.person("Accounts", None, Account_Name="Aldous")
    walked = both.migrate(
        *spread(paid("INV-1", customer=BOWMAN), document("INV-2", customer="Aldous"))
    )
    outcome = both.rollback(walked.run.id)

    assert (outcome.kept, outcome.left, outcome.state) == ([], [], "rolled_back")
    assert both.records("Attachments") == []
    assert [a["id"] for a in both.records("Accounts")] == [before["id"]]
    assert both.records("Accounts")[0].get("Books_Customer_Id") in (None, "")
    assert both.records("Deals") == both.records("Contacts") == both.rows("invoices") == []

    again = both.migrate()
    assert again.verified.differences == []
    assert len(both.records("Deals")) == 2


def test_a_deal_that_a_person_changed_is_kept_with_its_account(both: Both) -> None:
    walked = both.migrate(paid("INV-1", customer=BOWMAN))
    (deal,) = both.records("Deals")
    both.person("Deals", deal["id"], Stage="Qualification")
    outcome = both.rollback(walked.run.id)

    assert {(k.kind, k.code) for k in outcome.kept} == {
        ("deal", "edited"),
        ("contact", "hung"),
        ("account", "hung"),
    }
    assert [d["id"] for d in both.records("Deals")] == [deal["id"]]
    assert both.rows("invoices") == []


def test_many_records_take_few_calls(both: Both) -> None:
    documents = spread(*(paid(f"INV-{n}", customer=Party(name=f"Firm {n % 40}", email=f"a{n % 40}@x.example"))
                         for n in range(120)))  # fmt: skip
    before = both.crm_calls()
    both.migrate(*documents)

    most = 2 * (1 + 1 + 2) + 12
    assert both.crm_calls() - before <= most


def test_without_its_key_field_a_crm_is_refused_before_anything_is_sent(both: Both) -> None:
    known = both.house.connections.get(CRM)
    assert known is not None
    bare = known.model_copy(update={"capabilities": known.capabilities | {"keyed": ""}})
    both.house.connections.save(CRM, bare)
    both.house._connected.clear()
    with pytest.raises(Misfit, match="ferry connect crm"):
        both.plan(document("INV-1"))


@pytest.fixture
def crossed(tmp_path: Path) -> Both:
    """Both connections, and a field in Books for CRM's ids."""
    both = Both(tmp_path, Policy(crm=CrmPolicy(books_field="cf_crm_id")))
    for module in ("contacts", "invoices"):
        both.edit("customfields", None, module=module, api_name="cf_crm_id")
    return both


def test_the_crms_ids_go_into_the_field_of_the_books_with_the_create_itself(crossed: Both) -> None:
    walked = crossed.migrate(paid("INV-1", customer=BOWMAN))

    assert walked.verified.differences == []
    contact, invoice = crossed.row("contacts", "Bowman & Co"), crossed.row("invoices", "INV-1")
    assert contact["cf_crm_id"] == crossed.records("Accounts")[0]["id"]
    assert invoice["cf_crm_id"] == crossed.records("Deals")[0]["id"]
    assert crossed.records("Deals")[0]["Books_Invoice_Id"] == invoice["invoice_id"]


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (None, "was not tried"),
        ("cf_other customer invoice", "was not tried"),
        ("cf_crm_id customer invoice", ""),
    ],
)
def test_a_field_of_the_books_that_was_not_tried_is_told_with_the_plan(
    crossed: Both, seen: str | None, told: str
) -> None:
    _seen(crossed, seen)
    _, report = crossed.plan(document("INV-1"))

    notices = [n.text for n in report.notices if n.kind == "books-field"]
    assert [told in n for n in notices] == ([True] if told else [])


def test_a_field_that_the_books_were_seen_to_lack_ends_the_plan(crossed: Both) -> None:
    _seen(crossed, "cf_crm_id customer")
    with pytest.raises(Misfit, match=r"acme: invoices have no field cf_crm_id.*doctor --probe"):
        crossed.plan(document("INV-1"))
    assert crossed.records("Accounts") == crossed.rows("contacts") == []


def _seen(both: Both, found: str | None) -> None:
    """What doctor has found of the field for the CRM's ids."""
    known = both.house.connections.get(NAME)
    assert known is not None
    more = {} if found is None else {"crm_field_seen": found}
    kept = known.model_copy(update={"capabilities": known.capabilities | more})
    both.house.connections.save(NAME, kept)
    both.another_process()


def test_a_crm_that_refuses_a_record_keeps_no_document_from_the_books(crossed: Both) -> None:
    long = Party(name="Aldous", contact="B" * 90)
    walked = crossed.migrate(*spread(paid("INV-1", customer=long), paid("INV-2", customer=BOWMAN)))

    assert walked.account.counts.loaded == 2
    found = {(d.kind, d.field) for d in walked.verified.differences}
    assert found == {("contact", "record"), ("deal", "record")}
    with crossed.house.database.read() as conn:
        dead = crossed.house.shelf.rooms.operations.listed(conn, [State.DEAD])
    assert [o.kind for o, _ in dead] == ["contact"]
    assert crossed.row("invoices", "INV-1").get("cf_crm_id") in (None, "")


def test_an_archived_document_goes_to_the_crm_alone(tmp_path: Path) -> None:
    both = Both(tmp_path, Policy(filed_until=date(2025, 3, 31), filed=Period.ARCHIVE))
    (both.folder / "INV-1.pdf").write_bytes(b"%PDF-1.4 one")
    walked = both.migrate(*spread(paid("INV-1", customer=BOWMAN), document("INV-2", issued=date(2025, 4, 2))))

    assert walked.verified.differences == []
    assert [i["invoice_number"] for i in both.rows("invoices")] == ["INV-2"]
    assert {d["Deal_Name"].split()[0] for d in both.records("Deals")} == {"INV-1", "INV-2"}
    assert len(both.records("Attachments")) == 1
