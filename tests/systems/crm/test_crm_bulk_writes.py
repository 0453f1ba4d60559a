"""Bulk writes against the sandbox: one result for each row, whatever fails or is lost."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ledgerferry.model.outcome import Busy, InDoubt, Refused, Stale, Unsent
from ledgerferry.systems.crm import Keyed, RecordReceipt, Taken, bulkfile
from ledgerferry.systems.crm.records import Result
from ledgerferry.systems.zoho.centres import CENTRES, content_url, download_urls
from tests.systems.crm.world import World, contacts
from tests.systems.inprocess import URL

NAMES = ["Last_Name", "Email"]
ORDER = "/crm/bulk/v8/write"


@pytest.fixture
def world() -> World:
    return World()


def kinds(results: list[Result]) -> list[str]:
    return [r.action if isinstance(r, RecordReceipt) else type(r).__name__ for r in results]


def ids(results: list[Result]) -> list[str]:
    return [r.id for r in results if isinstance(r, RecordReceipt)]


def calls(world: World, path: str, method: str = "POST") -> list[dict[str, Any]]:
    return [row for row in world.log() if row["path"] == path and row["method"] == method]


def test_f74_every_row_gets_its_receipt_for_five_hundred_credits(world: World) -> None:
    results = list(world.crm.bulk_writes.insert("Contacts", NAMES, contacts(430), journal=world.journal))
    assert kinds(results) == ["insert"] * 430
    held = {row["id"]: row["Last_Name"] for row in world.state("Contacts")}
    assert [held[number] for number in ids(results)] == [row["Last_Name"] for row in contacts(430)]
    assert [row["credits"] for row in calls(world, ORDER)] == [500]
    assert [path for _, path in world.journal.begun] == ["/crm/v8/upload", ORDER]


def test_f74_values_of_every_kind_arrive_as_they_were_meant(world: World) -> None:
    (account,) = ids(world.crm.records("Accounts").insert([{"Account_Name": 'Orchard, "Sons" & Co'}]))
    rows: list[dict[str, Any]] = [
        {
            "Last_Name": 'O\'Hara, "Jo"\nsecond line',
            "Email_Opt_Out": True,
            "Date_of_Birth": date(1990, 5, 17),
            "Account_Name": {"id": account},
        },
        {"Last_Name": "Ünï", "Email_Opt_Out": False},
    ]
    names = ["Last_Name", "Email_Opt_Out", "Date_of_Birth", "Account_Name"]
    results = list(world.crm.bulk_writes.insert("Contacts", names, rows))
    assert kinds(results) == ["insert", "insert"]
    first, second = (world.crm.records("Contacts").get(number) for number in ids(results))
    assert first is not None
    assert second is not None
    assert (first.text("Last_Name"), first["Email_Opt_Out"]) == (rows[0]["Last_Name"], True)
    assert first.day("Date_of_Birth") == date(1990, 5, 17)
    assert first.within("Account_Name").text("id") == account
    assert (second.text("Last_Name"), second.text("Date_of_Birth")) == ("Ünï", None)
    assert bulkfile.cell(Decimal("1E+3"), "Amount") == "1000"
    assert bulkfile.cell(["a", "b"], "Choices") == "a;b"


def test_f74_each_row_that_fails_says_why_and_stops_no_other(world: World) -> None:
    (first,) = ids(world.crm.records("Accounts").insert([{"Account_Name": "A", "Ferry_Key": "k1"}]))
    rows: list[dict[str, Any]] = [
        {"Account_Name": "B", "Ferry_Key": "k2"},
        {"Account_Name": "C", "Ferry_Key": "k1"},
        {"Ferry_Key": "k3"},
        {"Account_Name": "D", "Ferry_Key": "k4", "Annual_Revenue": "much"},
        {"Account_Name": "E", "Ferry_Key": "k5", "Annual_Revenue": Decimal("12.50")},
    ]
    names = ["Account_Name", "Ferry_Key", "Annual_Revenue"]
    results = list(world.crm.bulk_writes.insert("Accounts", names, rows))
    assert kinds(results) == ["insert", "Taken", "Refused", "Refused", "insert"]
    assert isinstance(results[1], Taken)
    assert "Account_Name" in str(results[2])
    assert "Annual_Revenue" in str(results[3])
    assert "much" not in str(results[3])
    held = {row["id"]: row.get("Ferry_Key") for row in world.state("Accounts")}
    assert held == {first: "k1", ids(results)[0]: "k2", ids(results)[1]: "k5"}
    assert world.unseen == []


def test_f74_an_upsert_by_our_key_changes_what_is_there(world: World) -> None:
    def rows(name: str) -> list[dict[str, Any]]:
        return [{"Account_Name": f"{name} {n}", "Ferry_Key": f"k{n}"} for n in range(3)]

    write = world.crm.bulk_writes.upsert
    made = list(write("Accounts", ["Account_Name", "Ferry_Key"], rows("A"), by="Ferry_Key"))
    again = list(write("Accounts", ["Account_Name", "Ferry_Key"], rows("B"), by="Ferry_Key"))
    assert (kinds(made), kinds(again)) == (["insert"] * 3, ["update"] * 3)
    assert ids(made) == ids(again)
    assert {row["Account_Name"] for row in world.state("Accounts")} == {"B 0", "B 1", "B 2"}


def test_f74_an_update_of_what_is_gone_is_stale_and_empty_cells_change_nothing(world: World) -> None:
    (kept,) = ids(world.crm.records("Contacts").insert([{"Last_Name": "A", "Email": "a@example.com"}]))
    rows = [{"id": kept, "Last_Name": "B"}, {"id": "1", "Last_Name": "C"}]
    results = list(world.crm.bulk_writes.update("Contacts", ["id", "Last_Name", "Email"], rows))
    assert kinds(results) == ["update", "Stale"]
    assert isinstance(results[1], Stale)
    (row,) = world.state("Contacts")
    assert (row["Last_Name"], row["Email"]) == ("B", "a@example.com")
    cleared = world.crm.bulk_writes.update("Contacts", ["id", "Email"], [{"id": kept}], clear=True)
    assert kinds(list(cleared)) == ["update"]
    assert "Email" not in world.state("Contacts")[0]


def test_rows_are_drawn_file_by_file(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulkfile, "MOST_ROWS", 40)
    drawn: list[int] = []

    def rows() -> Iterator[dict[str, str]]:
        for number, row in enumerate(contacts(100)):
            drawn.append(number)
            yield row

    results = world.crm.bulk_writes.insert("Contacts", NAMES, rows())
    assert isinstance(next(results), RecordReceipt)
    assert len(drawn) == 40
    assert kinds(list(results)) == ["insert"] * 99
    assert len(calls(world, ORDER)) == 3
    assert len({row["Email"] for row in world.state("Contacts")}) == 100


def test_a_large_file_is_parted_by_its_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulkfile, "_MOST_BYTES", 1_000)
    rows = iter([{"Last_Name": "x" * 300}] * 10)
    assert [bulkfile.packed(tmp_path / "a.zip", ["Last_Name"], rows) for _ in range(4)] == [4, 4, 2, 0]


class TestDoubt:
    def test_an_order_without_an_answer_is_told_and_never_given_twice(self, world: World) -> None:
        world.fault("lost", "bulk/v8/write$", method="POST")
        rows = [{"Account_Name": f"A {n}", "Ferry_Key": f"k{n}"} for n in range(3)]
        names = ["Account_Name", "Ferry_Key"]
        results = list(world.crm.bulk_writes.upsert("Accounts", names, rows, by="Ferry_Key"))
        assert kinds(results) == ["InDoubt"] * 3
        assert "query by Ferry_Key" in str(results[0])
        assert len(calls(world, ORDER)) == 1
        world.virtual.advance(60)
        wanted = [Keyed(row["Ferry_Key"], row) for row in rows]
        found = world.crm.keyed("Accounts").settle(wanted, results)
        assert {key: probe.probe for key, probe in found.items()} == dict.fromkeys(
            ("k0", "k1", "k2"), "found"
        )

    def test_an_order_that_did_not_arrive_looks_the_same_and_is_proved_absent(self, world: World) -> None:
        world.fault("reset", "bulk/v8/write$", method="POST")
        rows = [{"Account_Name": "A", "Ferry_Key": "k"}]
        results = list(
            world.crm.bulk_writes.upsert("Accounts", ["Account_Name", "Ferry_Key"], rows, by="Ferry_Key")
        )
        assert kinds(results) == ["InDoubt"]
        found = world.crm.keyed("Accounts").settle([Keyed("k", rows[0])], results)
        assert found["k"].probe == "absent"

    def test_one_file_in_doubt_leaves_the_others(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bulkfile, "MOST_ROWS", 2)
        world.fault("lost", "bulk/v8/write$", method="POST")
        results = list(world.crm.bulk_writes.insert("Contacts", NAMES, contacts(5)))
        assert kinds(results) == ["InDoubt"] * 2 + ["insert"] * 3
        assert len(calls(world, ORDER)) == 3

    def test_a_lost_upload_is_sent_again_since_it_writes_nothing(self, world: World) -> None:
        world.fault("lost", "v8/upload", times=2)
        results = list(world.crm.bulk_writes.insert("Contacts", NAMES, contacts(2)))
        assert kinds(results) == ["insert"] * 2
        assert (len(calls(world, "/crm/v8/upload")), len(calls(world, ORDER))) == (3, 1)

    def test_an_upload_that_never_arrives_is_surely_nothing(self, world: World) -> None:
        world.fault("lost", "v8/upload", times=9)
        with pytest.raises(Unsent, match="nothing was written"):
            list(world.crm.bulk_writes.insert("Contacts", NAMES, contacts(2)))
        assert calls(world, ORDER) == []

    def test_a_report_that_cannot_be_had_is_doubt_and_can_be_asked_for_later(self, world: World) -> None:
        world.fault("http_503", "bulk-write/", times=5)
        results = list(world.crm.bulk_writes.insert("Contacts", NAMES, contacts(2)))
        assert kinds(results) == ["InDoubt"] * 2
        write = str(results[0]).partition("lines('")[2].partition("'")[0]
        lines = world.crm.bulk_writes.lines(write)
        assert [line.status for line in lines] == ["ADDED"] * 2
        assert {line.id for line in lines} == {row["id"] for row in world.state("Contacts")}
        assert len(calls(world, ORDER)) == 1

    def test_looks_that_get_no_answer_are_repeated(self, world: World) -> None:
        world.fault("http_503", "bulk/v8/write/", times=2)
        assert kinds(list(world.crm.bulk_writes.insert("Contacts", NAMES, contacts(2)))) == ["insert"] * 2

    def test_a_report_of_other_rows_gives_nobody_a_receipt(self, tmp_path: Path) -> None:
        sent = tmp_path / "a.zip"
        bulkfile.packed(sent, NAMES, iter(contacts(2)))
        whole: list[tuple[str, ...]] = [
            (row["Last_Name"], row["Email"], "ADDED", str(n), "") for n, row in enumerate(contacts(2))
        ]

        def told(rows: list[tuple[str, ...]]) -> list[bulkfile.Line]:
            out = io.StringIO(newline="")
            csv.writer(out).writerows([(*NAMES, "STATUS", "RECORD_ID", "ERRORS"), *rows])
            file = io.BytesIO()
            with zipfile.ZipFile(file, "w") as archive:
                archive.writestr("Contacts-1.csv", out.getvalue())
            return bulkfile.matched(sent, bulkfile.report(file))

        assert [line.id for line in told(whole)] == ["0", "1"]
        for rows in (whole[::-1], whole[:1], [*whole, whole[1]]):
            with pytest.raises(InDoubt, match="part at row"):
                told(rows)


class TestRefused:
    def test_a_field_that_there_is_not_costs_no_order(self, world: World) -> None:
        with pytest.raises(Refused, match="no field Nix"):
            list(world.crm.bulk_writes.insert("Contacts", ["Last_Name", "Nix"], [{"Last_Name": "A"}]))
        with pytest.raises(Refused, match="not among the names"):
            list(world.crm.bulk_writes.upsert("Contacts", NAMES, contacts(1), by="Phone"))
        unfit: list[dict[str, object]] = [{"Last_Name": object()}]
        with pytest.raises(Refused, match="cannot carry"):
            list(world.crm.bulk_writes.insert("Contacts", ["Last_Name"], unfit))
        assert (calls(world, "/crm/v8/upload"), calls(world, ORDER)) == ([], [])

    def test_a_file_that_crm_refuses_writes_none_of_its_rows(self, world: World) -> None:
        world.switch("bulk_write_rows", "1")
        results = list(world.crm.bulk_writes.insert("Contacts", NAMES, contacts(2)))
        assert kinds(results) == ["Refused"] * 2
        assert "LIMIT_EXCEEDED" in str(results[0])
        assert world.state("Contacts") == []

    def test_a_mandatory_field_that_is_not_in_the_file_refuses_the_order(self, world: World) -> None:
        results = list(world.crm.bulk_writes.insert("Contacts", ["Email"], [{"Email": "a@example.com"}]))
        assert kinds(results) == ["Refused"]
        assert world.unseen == []

    def test_no_credits_left_is_busy_and_nothing_was_done(self, world: World) -> None:
        world.fault("crm_429", "bulk/v8/write$")
        with pytest.raises(Busy):
            list(world.crm.bulk_writes.insert("Contacts", NAMES, contacts(2)))
        assert world.state("Contacts") == []

    def test_what_was_not_begun_is_told_for_each_row_left(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(bulkfile, "MOST_ROWS", 2)
        results = world.crm.bulk_writes.insert("Contacts", NAMES, iter(contacts(7)))
        first = [next(results), next(results)]
        world.fault("crm_429", "bulk/v8/write$")
        assert kinds([*first, *results]) == ["insert"] * 2 + ["Busy"] * 5
        assert len(world.state("Contacts")) == 2

    def test_a_report_at_another_host_is_not_fetched(self, world: World) -> None:
        ended = {"status": "COMPLETED", "result": {"download_url": "https://evil.example/x.zip"}}
        with pytest.raises(Refused, match="no host of Zoho's"):
            world.crm.bulk_writes._report("1", ended)
        assert not [row for row in world.log() if "x.zip" in row["path"]]


def test_f74_files_go_to_the_vendors_own_hosts_and_no_others() -> None:
    europe = next(centre for centre in CENTRES if centre.dc == "eu")
    assert content_url(europe.api_url) == "https://content.zohoapis.eu"
    assert download_urls(europe.api_url) == (europe.api_url, "https://download-accl.zoho.eu")
    assert (content_url(URL), download_urls(URL)) == (URL, (URL,))
