"""Queries, metadata, bulk reads, files, channels and leads against the sandbox."""

import io
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest

from ledgerferry.model.outcome import InDoubt, Refused, Stale
from ledgerferry.systems.crm import RecordReceipt
from ledgerferry.systems.crm.bulk import unpacked
from ledgerferry.systems.crm.layouts import asked_for
from ledgerferry.systems.crm.watching import LONGEST, read_callback
from tests.systems.crm.world import World, contacts


@pytest.fixture
def world() -> World:
    return World()


def made(world: World, module: str, *rows: dict[str, object]) -> list[str]:
    results = world.crm.records(module).insert(rows)
    assert all(isinstance(r, RecordReceipt) for r in results), results
    return [r.id for r in results if isinstance(r, RecordReceipt)]


def costs(world: World, path: str) -> list[int]:
    return [row["credits"] for row in world.log() if row["path"].endswith(path)]


class TestQueries:
    def test_f69_rows_come_in_pages_of_two_thousand_for_three_credits(self, world: World) -> None:
        world.crm.records("Contacts").insert(contacts(2100))
        world.quota.taken = world.quota.heavy = 0
        rows = list(world.crm.query("select Email from Contacts where Email is not null"))
        assert len({row.text("Email") for row in rows}) == 2100
        assert costs(world, "/coql") == [3, 3]
        assert (world.quota.taken, world.quota.heavy) == (6, 2)

    def test_f69_a_small_limit_costs_little_and_is_kept(self, world: World) -> None:
        world.crm.records("Contacts").insert(contacts(20))
        rows = list(world.crm.query("select Email from Contacts where id is not null limit 5"))
        assert len(rows) == 5
        assert costs(world, "/coql") == [1]
        assert world.crm.queries.credits("select id from Contacts where id is not null limit 500") == 2
        assert world.crm.queries.credits("select id from Contacts where id is not null limit 10, 200") == 1

    def test_values_are_found_as_they_are(self, world: World) -> None:
        made(
            world, "Accounts", {"Account_Name": 'O\'Brien "& Sons"'}, {"Account_Name": "' or id is not null"}
        )
        query = "select Account_Name from Accounts where Account_Name = :name"
        for name in ('O\'Brien "& Sons"', "' or id is not null"):
            assert [row.text("Account_Name") for row in world.crm.query(query, name=name)] == [name]
        assert (
            world.crm.queries.first(query, name="' or Account_Name is not null or Account_Name = '") is None
        )

    def test_lists_of_hundreds_are_asked_in_parts(self, world: World) -> None:
        rows = contacts(120)
        world.crm.records("Contacts").insert(rows)
        found = world.crm.query(
            "select Email from Contacts where Email in :all", all=[r["Email"] for r in rows]
        )
        assert {row.text("Email") for row in found} == {r["Email"] for r in rows}
        assert len(costs(world, "/coql")) == 3

    def test_what_cannot_be_bound_or_read_is_refused(self, world: World) -> None:
        with pytest.raises(Refused, match="backslash"):
            list(world.crm.query("select id from Contacts where Email = :e", e="a\\"))
        with pytest.raises(Refused, match="line 1, column"):
            list(world.crm.query("select id from Contacts where Email == 'a'"))
        with pytest.raises(Refused) as refused:
            list(world.crm.query("select Nothing from Contacts where id is not null"))
        assert refused.value.code == "INVALID_QUERY"


class TestMetadata:
    def test_what_was_asked_once_is_kept_in_mind(self, world: World) -> None:
        world.crm.metadata.forget()
        calls = len(world.log())
        for _ in range(3):
            assert world.crm.metadata.company().edition == "enterprise"
            assert world.crm.metadata.modules()["Deals"].writable
            assert world.crm.metadata.fields("Contacts")["Last_Name"].mandatory
        assert len(world.log()) == calls + 3

    def test_f64_the_key_field_is_external(self, world: World) -> None:
        field = world.crm.metadata.fields("Accounts")["Ferry_Key"]
        assert (field.external, field.custom, field.type) == (True, True, "text")
        assert world.crm.metadata.create_field("Vendors", "Some Key")
        assert world.crm.metadata.fields("Vendors")["Some_Key"].unique

    def test_f66_stages_belong_to_pipelines(self, world: World) -> None:
        (layout, *_) = world.crm.metadata.layouts("Deals")
        (pipeline, *_) = world.crm.metadata.pipelines(layout.text("id") or "")
        assert "Closed Won" in {stage.name for stage in pipeline.stages}
        assert set(world.crm.metadata.fields("Deals")["Stage"].choices) >= {"Qualification", "Closed Lost"}

    def test_people_and_related_lists(self, world: World) -> None:
        assert {user.text("status") for user in world.crm.metadata.users()} == {"active"}
        names = {row.text("api_name") for row in world.crm.metadata.related_lists("Accounts")}
        assert {"Contacts", "Deals", "Attachments", "Notes"} <= names

    def test_field_types_never_seen_are_counted(self, world: World) -> None:
        for module in ("Accounts", "Contacts", "Deals", "Leads", "Invoices", "Products"):
            world.crm.metadata.fields(module)
        assert world.unseen == []


class TestBulk:
    def test_f73_a_module_comes_as_rows_for_fifty_credits(self, world: World) -> None:
        world.crm.records("Contacts").insert(contacts(450))
        rows = list(world.crm.bulk.rows("Contacts", ["Last_Name", "Email"]))
        assert {row["Email"] for row in rows} == {c["Email"] for c in contacts(450)}
        assert costs(world, "/bulk/v8/read") == [50]

    def test_what_is_no_zip_is_in_doubt(self) -> None:
        with pytest.raises(InDoubt, match="cannot be read"):
            list(unpacked(io.BytesIO(b"no zip")))

    def test_a_file_that_swells_is_not_read(self) -> None:
        file = io.BytesIO()
        with ZipFile(file, "w", 8) as archive:
            archive.writestr("a.csv", "x" * 30_000_000)
        with pytest.raises(InDoubt, match="swells"):
            list(unpacked(file))


class TestRelated:
    def test_f72_files_go_up_and_come_down_unchanged(self, world: World, tmp_path: Path) -> None:
        (account,) = made(world, "Accounts", {"Account_Name": "A"})
        path = tmp_path / "scan.pdf"
        path.write_bytes(bytes(range(256)) * 2000)
        related = world.crm.related("Accounts")
        file = related.attach(account, path, "scan ü.pdf", "application/pdf")
        assert [row.text("File_Name") for row in related.attachments(account)] == ["scan ü.pdf"]
        sink = io.BytesIO()
        related.download(account, file, sink)
        assert sink.getvalue() == path.read_bytes()
        related.detach(account, file)
        assert list(related.attachments(account)) == []

    def test_f72_a_file_too_large_is_not_sent(self, world: World, tmp_path: Path) -> None:
        path = tmp_path / "large.pdf"
        with path.open("wb") as file:
            file.truncate(20_000_001)
        with pytest.raises(Refused, match="20 MB"):
            world.crm.related("Accounts").attach("1", path, "large.pdf", "application/pdf")

    def test_files_put_aside(self, world: World, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"
        path.write_text("hello")
        sink = io.BytesIO()
        world.crm.fetch(world.crm.upload(path, "a.txt", "text/plain"), sink)
        assert sink.getvalue() == b"hello"

    def test_f71_contacts_of_an_account_and_notes(self, world: World) -> None:
        (account,) = made(world, "Accounts", {"Account_Name": "A"})
        made(world, "Contacts", {"Last_Name": "One", "Account_Name": {"id": account}}, {"Last_Name": "Two"})
        related = world.crm.related("Accounts")
        assert [r.text("Last_Name") for r in related.list(account, "Contacts", ["Last_Name"])] == ["One"]
        note = related.note(account, "Call", "They pay on Friday")
        assert [(n.text("id"), n.text("Note_Content")) for n in related.notes(account)] == [
            (note, "They pay on Friday")
        ]

    def test_f76_a_lead_becomes_account_contact_and_deal_for_five_credits(self, world: World) -> None:
        (lead,) = made(world, "Leads", {"Last_Name": "Reed", "Company": "Reed Ltd"})
        deal = {"Deal_Name": "First", "Stage": "Qualification", "Closing_Date": "2026-03-01"}
        done = world.crm.convert(lead, deal=deal)
        assert done.account
        assert done.deal
        contact = world.crm.records("Contacts").get(done.contact or "")
        assert contact is not None
        assert contact.within("Account_Name").text("id") == done.account
        assert costs(world, "/actions/convert") == [5]

    def test_f76_merging_costs_fifty(self, world: World) -> None:
        one, two = made(world, "Contacts", {"Last_Name": "One"}, {"Last_Name": "Two"})
        world.crm.related("Contacts").merge(one, [two])
        assert [row["id"] for row in world.state("Contacts")] == [one]
        assert costs(world, "/actions/merge") == [50]


class TestWatching:
    URL = "http://127.0.0.1:9/hook"

    def test_f81_a_channel_lives_a_week_and_is_renewed(self, world: World) -> None:
        watching = world.crm.watching
        (deals,) = watching.enable("1001", ["Deals.all"], self.URL, "secret")
        assert deals.expires is not None
        assert deals.expires - world.vendor.now() > timedelta(days=6, hours=23)
        world.virtual.advance(6 * 86400)
        (again,) = watching.renew("1001", ["Deals.all"], self.URL, "secret")
        assert again.expires is not None
        assert again.expires > deals.expires
        assert [c.id for c in watching.channels()] == ["1001"]
        watching.disable(["1001"])
        assert list(watching.channels()) == []

    def test_f81_more_than_a_week_is_never_asked_for(self, world: World) -> None:
        with pytest.raises(Refused, match="a week"):
            world.crm.watching.enable(
                "1", ["Deals.all"], self.URL, "t", expires=world.vendor.now() + timedelta(days=8)
            )
        assert timedelta(days=7) > LONGEST

    def test_f80_events_are_dropped_one_by_one(self, world: World) -> None:
        watching = world.crm.watching
        watching.enable("7", ["Deals.all", "Contacts.all"], self.URL, "t")
        watching.drop_events("7", ["Deals.all"])
        assert {c.module for c in watching.channels()} == {"Contacts"}

    def test_f81_an_unknown_channel_is_stale(self, world: World) -> None:
        with pytest.raises(Stale):
            world.crm.watching.disable(["4711"])

    def test_f82_a_callback_is_read(self) -> None:
        callback = read_callback(
            {
                "module": "Deals",
                "channel_id": "1001",
                "operation": "update",
                "ids": ["1", "2"],
                "token": "t",
                "affected_fields": [{"1": ["Stage"]}, {"2": ["Amount", "Stage"]}],
            }
        )
        assert (callback.ids, callback.changed["2"]) == (("1", "2"), ("Amount", "Stage"))
        with pytest.raises(ValueError, match="not a callback"):
            read_callback({"module": "Deals"})


def test_the_trial_is_short_and_leaves_nothing(world: World) -> None:
    before = len(world.log())
    found = world.crm.probe_capabilities("t1")
    assert (found.keyed, found.locks, found.kept) == (True, True, ())
    assert len(world.log()) - before == found.calls <= 30
    assert world.state("Accounts") == []
    assert world.control("GET", "mail") == []


@pytest.mark.parametrize("module", ["Accounts", "Contacts"])
def test_what_a_layout_asks_for_beside_what_every_record_bears_is_known(world: World, module: str) -> None:
    metadata = world.crm.metadata
    assert asked_for(metadata, module) == ()
    (layout,) = metadata.layouts(module)
    sections = [
        {"id": part["id"], "fields": [{"id": f["id"], "required": True}]}
        for part in layout.several("sections")
        for f in part.several("fields")
        if f["api_name"] == "Phone"
    ]
    asked = {"layouts": [{"sections": sections}]}
    path = f"/crm/v8/settings/layouts/{layout['id']}"
    metadata._calls.write("PATCH", path, asked, None, query={"module": module})
    metadata.forget()
    assert asked_for(metadata, module) == ("Phone",)
