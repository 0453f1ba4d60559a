"""Records: written, read, listed over pages, upserted and deleted."""

from datetime import UTC, date, datetime
from typing import Any

from tests.sdk.conftest import Module
from tests.sdk.vendor import asking, built, choice, heading, kind, operations, plain, told


def one(module: Module, number: int) -> Any:
    status, answer = told(module.operations.get_record(number))
    assert (status, kind(answer)) == (200, "record.ResponseWrapper")
    (record,) = answer.get_data()
    return record


def test_every_kind_of_value_goes_out_and_comes_back(accounts: Module, contacts: Module) -> None:
    (account,) = accounts.add({"Account_Name": "Söhne & Co", "Annual_Revenue": 1250.5, "Employees": 12})
    values = {
        "Last_Name": "Ames",
        "Email": "ames@kinds.example.com",
        "Date_of_Birth": date(1990, 5, 17),
        "Email_Opt_Out": True,
        "Account_Name": built("record.Record", id=account),
        "Lead_Source": choice("Web Download"),
    }
    (number,) = contacts.add(values)
    record = one(contacts, number)
    assert record.get_id() == number
    assert record.get_key_value("Date_of_Birth") == date(1990, 5, 17)
    assert record.get_key_value("Email_Opt_Out") is True
    assert record.get_key_value("Account_Name").get_id() == account
    assert plain(record.get_key_value("Lead_Source")) == "Web Download"
    assert record.get_created_by().get_name() == "Morgan Reeve"
    assert record.get_created_time().tzinfo is not None
    kept = one(accounts, account)
    assert kept.get_key_value("Account_Name") == "Söhne & Co"
    assert (kept.get_key_value("Annual_Revenue"), kept.get_key_value("Employees")) == (1250.5, 12)


def test_records_are_updated_one_and_many(accounts: Module) -> None:
    first, second = accounts.add({"Account_Name": "U1"}, {"Account_Name": "U2"})
    status, answer = told(accounts.operations.update_record(first, accounts.body({"Phone": "1"})))
    (result,) = answer.get_data()
    assert (status, kind(result), plain(result.get_code())) == (200, "record.SuccessResponse", "SUCCESS")
    rows = [built("record.Record", id=number) for number in (first, second)]
    for row in rows:
        row.add_key_value("Phone", "2")
    status, answer = told(accounts.operations.update_records(built("record.BodyWrapper", data=rows)))
    assert status == 200
    assert [int(row.get_details()["id"]) for row in answer.get_data()] == [first, second]
    assert [one(accounts, number).get_key_value("Phone") for number in (first, second)] == ["2", "2"]


def test_f58_f63_an_upsert_says_what_it_did_and_by_which_field(contacts: Module) -> None:
    rows = [{"Last_Name": name, "Email": f"{name}@upsert.example.com"} for name in ("a", "b")]
    contacts.add(rows[0])
    body = contacts.body(*rows, duplicate_check_fields=["Email"])
    status, answer = told(contacts.operations.upsert_records(body))
    results = answer.get_data()
    assert status == 200
    assert [plain(row.get_action()) for row in results] == ["update", "insert"]
    assert results[0].get_duplicate_field() == "Email"


def test_f67_pages_are_walked_by_number_and_by_token(accounts: Module) -> None:
    numbers = accounts.add(*[{"Account_Name": f"Page {number:02}"} for number in range(25)])
    listing = {"fields": "Account_Name", "per_page": 10, "sort_by": "id", "sort_order": "asc"}
    seen: list[int] = []
    more, step = True, 1
    while more:
        asked = asking("record.GetRecords", page=step, **listing)
        status, answer = told(accounts.operations.get_records(asked))
        assert status == 200
        seen += [record.get_id() for record in answer.get_data()]
        info = answer.get_info()
        assert (info.get_page(), info.get_per_page(), info.get_count()) == (step, 10, len(answer.get_data()))
        more, step = info.get_more_records(), step + 1
    assert set(numbers) <= set(seen)
    assert len(seen) == len(set(seen))
    assert _by_token(accounts, listing) == seen


def _by_token(accounts: Module, listing: dict[str, Any]) -> list[int]:
    seen: list[int] = []
    token: dict[str, str] = {}
    while True:
        _, answer = told(accounts.operations.get_records(asking("record.GetRecords", **token, **listing)))
        seen += [record.get_id() for record in answer.get_data()]
        info = answer.get_info()
        if not info.get_more_records():
            return seen
        assert info.get_page_token_expiry().tzinfo is not None
        token = {"page_token": info.get_next_page_token()}


def test_f61_what_has_not_changed_is_a_304(accounts: Module) -> None:
    accounts.add({"Account_Name": "Still"})
    later = heading("record.GetRecords", if_modified_since=datetime(2090, 1, 1, tzinfo=UTC))
    asked = asking("record.GetRecords", fields="Account_Name")
    answer = accounts.operations.get_records(asked, later)
    assert (answer.get_status_code(), answer.get_object()) == (304, None)


def test_f67_an_empty_list_is_a_204(zoho: object) -> None:
    asked = asking("record.GetRecords", fields="Campaign_Name")
    answer = operations("record.Record", "Campaigns").get_records(asked)
    assert (answer.get_status_code(), answer.get_object()) == (204, None)


def test_f70_the_deleted_are_gone_and_listed(accounts: Module) -> None:
    first, second, third = accounts.add(*[{"Account_Name": f"Gone {number}"} for number in range(3)])
    status, answer = told(accounts.operations.delete_record(first))
    assert (status, plain(answer.get_data()[0].get_message())) == (200, "record deleted")
    both = asking("record.DeleteRecords", ids=f"{second},{third}")
    status, answer = told(accounts.operations.delete_records(both))
    assert (status, [kind(row) for row in answer.get_data()]) == (200, ["record.SuccessResponse"] * 2)
    status, answer = told(
        accounts.operations.get_deleted_records(asking("record.GetDeletedRecords", type="recycle"))
    )
    rows = {row.get_id(): row for row in answer.get_data()}
    assert status == 200
    assert {first, second, third} <= set(rows)
    assert rows[first].get_display_name() == "Gone 0"
    assert rows[first].get_deleted_by().get_name() == "Morgan Reeve"
    assert accounts.operations.get_record(first).get_status_code() == 204


def test_records_are_counted_and_found_through_related_lists(accounts: Module, contacts: Module) -> None:
    (account,) = accounts.add({"Account_Name": "Parent"})
    rows = [{"Last_Name": name, "Account_Name": built("record.Record", id=account)} for name in "xyz"]
    numbers = contacts.add(*rows)
    status, answer = told(contacts.operations.record_count())
    assert status == 200
    assert answer.get_count() >= 3
    related = operations("related_records.RelatedRecords", "Contacts", "Accounts")
    asked = asking("related_records.GetRelatedRecords", fields="Last_Name", per_page=2)
    status, answer = told(related.get_related_records(account, asked))
    assert (status, answer.get_info().get_more_records()) == (200, True)
    assert {record.get_id() for record in answer.get_data()} <= set(numbers)


def test_notes_hang_on_their_record(accounts: Module) -> None:
    (account,) = accounts.add({"Account_Name": "Noted"})
    parent = built("notes.ParentId", id=account)
    parent.set_module(built("modules.MinifiedModule", api_name="Accounts"))
    note = built("notes.Note", note_title="First", note_content="Ring back", parent_id=parent)
    status, answer = told(operations("notes.Notes").create_notes(built("notes.BodyWrapper", data=[note])))
    assert (status, kind(answer.get_data()[0])) == (201, "notes.SuccessResponse")
    number = int(answer.get_data()[0].get_details()["id"])
    asked = asking("notes.GetNote", fields="Note_Title,Note_Content,Parent_Id")
    status, answer = told(operations("notes.Notes").get_note(number, asked))
    (kept,) = answer.get_data()
    assert (status, kept.get_note_title(), kept.get_note_content()) == (200, "First", "Ring back")
