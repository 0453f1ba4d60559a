"""The Target of CRM: batches of a hundred, lookups by id, links with the books, files, refusals."""

import hashlib
from datetime import timedelta
from decimal import Decimal
from math import ceil
from pathlib import Path

import pytest

from ledgerferry.model.outcome import CallError, InDoubt, Receipt, Refused, Stale
from ledgerferry.model.party import Address
from ledgerferry.model.plan import Operation, Purpose, Rung
from ledgerferry.model.record import ContactContent, FileContent, Kind, Ref
from ledgerferry.systems.crm.errors import Taken
from tests.systems.crm.stage import (
    NAME,
    Stage,
    account,
    again,
    contact,
    deal,
    identity,
    operation,
    trio,
)

LINES = ("1 High Street", "N1 1AA London", "UK")
HOUSE = Address(lines=LINES, city="London", postcode="N1 1AA", country="UK")


@pytest.fixture
def stage() -> Stage:
    return Stage()


def refusal(result: Receipt | CallError) -> str:
    assert isinstance(result, Refused), result
    return result.why


def bind_books(stage: Stage, *pairs: tuple[Kind, str, str]) -> None:
    for kind, name, number in pairs:
        stage.books.bound[identity(kind, name)] = (kind, number)


def test_what_is_written_is_what_is_read_back(stage: Stage) -> None:
    made = [
        operation(account(phone="+44 20 7946 0000", address=HOUSE), "bowman"),
        operation(contact(phone="020 7946 0001"), "bowman"),
        operation(deal(amount=Decimal("1234.56"), stage="Closed Lost"), "INV-1"),
    ]
    for each in made:
        (receipt,) = stage.do(each)
        record = stage.target.get(receipt.ref, stage.bindings)
        assert record is not None
        assert (record.content, record.key) == (each.content, each.key)
        assert stage.target.moved(each.content, record.content) == ()
        (row,) = stage.target.rows(each.kind)
        assert (row.ref, row.key, row.modified) == (receipt.ref, each.key, receipt.modified)


def test_three_hundred_deals_are_three_calls(stage: Stage) -> None:
    trio(stage)
    stage.begin()
    deals = [operation(deal(f"INV-{n:03}"), f"INV-{n:03}") for n in range(2, 302)]
    for start in range(0, 300, 100):
        stage.do(*deals[start : start + 100])
    assert [call for call in stage.calls if "settings" not in call] == ["POST /crm/v8/Deals/upsert"] * 3
    assert len(stage.state("Deals")) == 301
    assert stage.target.calls(Kind.DEAL, Purpose.CREATE, 300) == 3
    meter = stage.target.meter()
    for each in deals:
        meter.add(each)
    assert (meter.calls, meter.credits) == (3, 30)
    assert sum(row["credits"] for row in stage.log() if row["path"].endswith("Deals/upsert")) == 31


def test_deals_name_their_account_and_contact(stage: Stage) -> None:
    trio(stage)
    (row,) = stage.state("Deals")
    refs = stage.bindings.bound
    assert row["Account_Name"]["id"] == refs[identity(Kind.ACCOUNT, "bowman")][1]
    assert row["Contact_Name"]["id"] == refs[identity(Kind.CONTACT, "bowman")][1]
    assert stage.state("Contacts")[0]["Account_Name"]["id"] == row["Account_Name"]["id"]


def test_no_workflow_runs(stage: Stage) -> None:
    stage.switch("crm.workflow_mail", "on")
    made = trio(stage)
    stage.do(*again(made[:1], Purpose.UPDATE, changed=("phone",)))
    stage.do(*again(made[2:], Purpose.DELETE, target=ref(stage, made[2])))
    assert stage.control("GET", "mail") == []


def ref(stage: Stage, of: Operation) -> Ref:
    return Ref(connection=NAME, kind=of.kind, id=stage.bindings.bound[of.identity][1])


def test_each_record_of_a_batch_ends_by_itself(stage: Stage) -> None:
    results = stage.perform(
        operation(account("bowman"), "bowman"),
        operation(account("x" * 198), "long"),
        operation(account("calder"), "calder"),
    )
    assert [type(r) for r in results] == [Receipt, Refused, Receipt]
    assert "at most 200 characters" in refusal(results[1])
    assert "data[1]" not in refusal(results[1])
    assert "`ferry dead retry`" in refusal(results[1])
    assert {row["Account_Name"] for row in stage.state("Accounts")} == {"Bowman & Co", "Calder & Co"}


def test_what_cannot_be_sent_stops_no_other(stage: Stage) -> None:
    trio(stage)
    stage.begin()
    results = stage.perform(
        operation(deal("INV-2", of="nobody"), "INV-2"),
        operation(deal("INV-3", stage="Paid"), "INV-3"),
        operation(deal("INV-4", currency="JPY"), "INV-4"),
        operation(deal("INV-5", currency="EUR"), "INV-5"),
    )
    assert [type(r) for r in results] == [Stale, Refused, Refused, Receipt]
    assert "no stage Paid" in refusal(results[1])
    assert "does not have the currency JPY (it has GBP, EUR, USD)" in refusal(results[2])
    assert stage.state("Deals")[1]["Currency"] == "EUR"


def test_a_value_that_fits_no_field_is_left_out_and_told(stage: Stage) -> None:
    stage.do(operation(account(), "bowman"))
    (receipt,) = stage.do(operation(contact(email="ask at the desk", phone="office: next door"), "bowman"))
    assert receipt.dropped == ("email", "phone")
    (row,) = stage.state("Contacts")
    assert row["Last_Name"] == "Bowman"
    assert "Email" not in row


def test_a_taken_unique_value_names_its_holder_and_is_no_doubt(stage: Stage) -> None:
    stage.crm.metadata.create_field("Accounts", "VAT Number")
    stage.settings = stage.settings.model_copy(update={"vat_field": "VAT_Number"})
    stage.begin()
    (first,) = stage.do(operation(account("bowman", vat_number="GB1"), "bowman"))
    (result,) = stage.perform(operation(account("calder", vat_number="GB1"), "calder"))
    assert not isinstance(result, Taken)
    assert first.ref.id in refusal(result)
    assert "VAT_Number" in refusal(result)


def test_a_layouts_mandatory_field_is_named_before_and_after(stage: Stage) -> None:
    assert stage.target.profile().mandatory == {Kind.DEAL: ()}
    (layout,) = stage.crm.metadata.layouts("Deals")
    sections = [
        {"id": part["id"], "fields": [{"id": f["id"], "required": True}]}
        for part in layout.several("sections")
        for f in part.several("fields")
        if f["api_name"] == "Next_Step"
    ]
    calls = stage.crm.metadata._calls
    calls.write("PATCH", f"/crm/v8/settings/layouts/{layout['id']}", {"layouts": [{"sections": sections}]},
                None, query={"module": "Deals"})  # fmt: skip
    stage.begin()
    assert stage.target.profile().mandatory == {Kind.DEAL: ("Next_Step",)}
    for each in (operation(account(), "bowman"), operation(contact(), "bowman")):
        stage.do(each)
    (result,) = stage.perform(operation(deal(), "INV-1"))
    assert "Next_Step" in refusal(result)
    assert "Layouts" in refusal(result)


@pytest.mark.parametrize(
    ("held", "remedy"),
    [
        ({"Locked__s": True}, "unlock it in CRM"),
        ({"$process_flow": True}, "take the record out of it"),
        ({"$approval_state": "waiting"}, "approve or reject it"),
    ],
)
def test_what_holds_a_record_fast_says_what_to_do(stage: Stage, held: dict[str, object], remedy: str) -> None:
    made = trio(stage)
    deal_id = stage.bindings.bound[made[2].identity][1]
    change = {"service": "crm", "kind": "Deals", "id": deal_id, "fields": held, "force": True}
    stage.control("POST", "edit", change)
    (result,) = stage.perform(*again(made[2:], Purpose.UPDATE, changed=("stage",)))
    assert remedy in refusal(result)


def test_without_a_key_field_nothing_is_created(stage: Stage) -> None:
    bare = Stage(keyed=("Accounts",))
    assert bare.target.declaration.rungs[Kind.ACCOUNT] is Rung.KEY
    assert bare.target.declaration.rungs[Kind.DEAL] is Rung.NONE
    assert bare.target.profile().keyed == (Kind.ACCOUNT,)
    bare.do(operation(account(), "bowman"))
    with pytest.raises(Refused, match="ferry connect crm again"):
        bare.perform(operation(contact(), "bowman"))


@pytest.mark.parametrize("stages", ["default", "own"])
def test_pipelines_stages_and_currencies_are_the_organisations_own(stage: Stage, stages: str) -> None:
    stage.switch("crm.pipelines", "on")
    stage.switch("crm.stages", stages)
    stage.begin()
    profile = stage.target.profile()
    assert [p.name for p in profile.pipelines] == ["Standard (Standard)", "Renewals"]
    assert profile.currencies == ("EUR", "GBP", "USD")
    for each in (operation(account(), "bowman"), operation(contact(), "bowman")):
        stage.do(each)
    stage.do(operation(deal(stage=profile.stages[-1]), "INV-1"))
    (row,) = stage.state("Deals")
    assert (row["Pipeline"], row["Stage"]) == ("Standard (Standard)", profile.stages[-1])
    assert len([call for call in stage.calls if "/settings/" in call or "/org" in call]) == 4


def test_an_update_writes_its_fields_alone_and_can_empty_them(stage: Stage) -> None:
    made = trio(stage)
    stage.person("Contacts", stage.bindings.bound[made[1].identity][1], Title="Chair")
    changed = contact(email=None, last_name="Calder", first_name="Eve")
    update = again(made[1:2], Purpose.UPDATE, content=changed, changed=("email", "last_name"))
    stage.do(*update)
    (row,) = stage.state("Contacts")
    assert (row["First_Name"], row["Last_Name"], row["Title"]) == ("Ada", "Calder", "Chair")
    assert row.get("Email") is None


def test_an_update_of_what_is_gone_is_stale(stage: Stage) -> None:
    made = trio(stage)
    stage.do(*again(made[2:], Purpose.DELETE, target=ref(stage, made[2])))
    lost = Ref(connection=NAME, kind=Kind.DEAL, id="8083523000000099999")
    (result,) = stage.perform(*again(made[2:], Purpose.UPDATE, target=lost, changed=("amount",)))
    assert isinstance(result, Stale)


def test_links_carry_the_ids_of_the_books(stage: Stage) -> None:
    made = trio(stage)
    bind_books(stage, (Kind.CUSTOMER, "bowman", "9001"), (Kind.INVOICE, "INV-1", "9002"))
    stage.begin()
    for link in again(made, Purpose.LINK):
        stage.do(link)
    assert stage.calls == ["PUT /crm/v8/Accounts", "PUT /crm/v8/Contacts", "PUT /crm/v8/Deals"]
    shown = [next(iter(stage.target.rows(o.kind))).reference for o in made]
    assert shown == ["9001", "9001", "9002"]


def test_a_link_without_its_field_or_its_other_side_is_told(stage: Stage) -> None:
    made = trio(stage)
    (result,) = stage.perform(*again(made[:1], Purpose.LINK))
    assert isinstance(result, Stale)
    stage.settings = stage.settings.model_copy(update={"linked": {}})
    stage.begin()
    assert stage.target.profile().linked == ()
    (result,) = stage.perform(*again(made[:1], Purpose.LINK))
    assert "ferry connect crm again" in refusal(result)


def test_deletes_go_together_and_a_repeat_does_no_harm(stage: Stage) -> None:
    accounts = [operation(account(f"a{n}"), f"a{n}") for n in range(120)]
    stage.do(*accounts)
    gone = [d for o in accounts for d in again([o], Purpose.DELETE, target=ref(stage, o))]
    stage.begin()
    assert {r.status for r in stage.do(*gone)} == {"deleted"}
    assert {r.status for r in stage.do(*gone[:3])} == {"deleted"}
    assert len(stage.calls) == 3
    assert stage.state("Accounts") == []
    meter = stage.target.meter()
    for each in gone:
        meter.add(each)
    assert (meter.calls, meter.credits) == (2, 2)


def paper(stage: Stage, folder: Path, number: str = "INV-1") -> Operation:
    data = b"%PDF-1.4 " + number.encode()
    (folder / f"{number}.pdf").write_bytes(data)
    stage.folder = folder
    content = FileContent(
        document=identity(Kind.DEAL, number),
        name=f"{number}.pdf",
        size=len(data),
        digest=hashlib.sha256(data).hexdigest(),
        path=f"{number}.pdf",
    )
    return operation(content, number, Purpose.ATTACH)


def attached(stage: Stage) -> list[str]:
    (row,) = stage.state("Deals")
    return [str(f["File_Name"]) for f in stage.crm.related("Deals").attachments(row["id"])]


def test_a_file_hangs_on_its_deal_once_at_one_call(stage: Stage, tmp_path: Path) -> None:
    trio(stage)
    file = paper(stage, tmp_path)
    before = len(stage.calls)
    (receipt,) = stage.do(file)
    assert stage.calls[before:] == [f"POST /crm/v8/Deals/{receipt.ref.id.split('/')[0]}/Attachments"]
    (name,) = attached(stage)
    assert name.startswith(f"INV-1.{file.key}.")
    stage.begin()
    assert stage.do(file)[0].ref == receipt.ref
    assert len(attached(stage)) == 1
    record = stage.target.get(receipt.ref, stage.bindings)
    assert record is not None
    assert isinstance(file.content, FileContent)
    assert isinstance(record.content, FileContent)
    assert (record.content.name, record.content.size) == (file.content.name, file.content.size)
    assert record.content.document == file.content.document
    gone = again([file], Purpose.DELETE, target=receipt.ref)
    assert [r.status for r in stage.do(*gone)] == ["deleted"]
    assert [r.status for r in stage.do(*gone)] == ["deleted"]
    assert attached(stage) == []


def test_a_file_that_changed_is_not_attached(stage: Stage, tmp_path: Path) -> None:
    trio(stage)
    file = paper(stage, tmp_path)
    (tmp_path / "INV-1.pdf").write_bytes(b"another")
    (result,) = stage.perform(file)
    assert "plan again" in refusal(result)


def test_rows_are_two_thousand_a_call_and_only_what_moved(stage: Stage) -> None:
    accounts = [operation(account(f"a{n}"), f"a{n}") for n in range(2100)]
    stage.do(*accounts)
    stage.virtual.advance(60)
    since = stage.target.crm.now()
    stage.virtual.advance(60)
    stage.do(operation(account("late"), "late"))
    stage.begin()
    assert len(list(stage.target.rows(Kind.ACCOUNT))) == 2101
    assert len(stage.calls) == ceil(2101 / 2000)
    assert [row.name for row in stage.target.rows(Kind.ACCOUNT, since)] == ["Late & Co"]
    assert list(stage.target.rows(Kind.ACCOUNT, since + timedelta(days=1))) == []
    assert list(stage.target.rows(Kind.INVOICE)) == []


def test_a_person_who_moved_a_field_is_seen(stage: Stage) -> None:
    made = trio(stage)
    stage.person("Deals", stage.bindings.bound[made[2].identity][1], Stage="Closed Lost", Amount=99)
    record = stage.target.get(ref(stage, made[2]), stage.bindings)
    assert record is not None
    assert stage.target.moved(made[2].content, record.content) == ("stage", "amount")
    stage.person("Contacts", stage.bindings.bound[made[1].identity][1], Email="eve@bowman.example")
    seen = stage.target.get(ref(stage, made[1]), stage.bindings)
    assert seen is not None
    assert isinstance(seen.content, ContactContent)
    assert stage.target.moved(made[1].content, seen.content) == ("email",)


def test_what_the_books_alone_know_did_not_move(stage: Stage) -> None:
    made = trio(stage, number="CN-7")
    named = made[2].content.model_copy(update={"document": identity(Kind.CREDIT_NOTE, "CN-7")})
    record = stage.target.get(ref(stage, made[2]), stage.bindings)
    assert record is not None
    assert stage.target.moved(named, record.content) == ()


def test_an_unknown_record_is_gone(stage: Stage) -> None:
    for kind in (Kind.ACCOUNT, Kind.CONTACT, Kind.DEAL):
        nobody = Ref(connection=NAME, kind=kind, id="8083523000000099999")
        assert stage.target.get(nobody, stage.bindings) is None
    file = Ref(connection=NAME, kind=Kind.FILE, id="8083523000000099999/1")
    assert stage.target.get(file, stage.bindings) is None


def test_a_connection_of_another_organisation_is_refused(stage: Stage) -> None:
    stage.settings = stage.settings.model_copy(update={"organization": "1234"})
    stage.begin()
    with pytest.raises(Refused, match="belongs to 1234"):
        stage.target.profile()


def test_deals_are_worth_their_amount_to_the_cent(stage: Stage) -> None:
    trio(stage)
    amounts = [Decimal(n) / 100 for n in (1, 10, 1999, 123456789, 10**13 - 1)]
    made = [operation(deal(f"A-{n}", amount=a), f"A-{n}") for n, a in enumerate(amounts)]
    stage.do(*made)
    assert [row.total for row in stage.target.rows(Kind.DEAL)][1:] == amounts
    assert InDoubt not in map(type, stage.perform(*made))
