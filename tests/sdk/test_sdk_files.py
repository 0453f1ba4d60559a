"""Attachments, the file store, and bulk reads to a ZIP."""

import csv
import io
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tests.sdk.conftest import Module, Stage
from tests.sdk.vendor import asking, built, choice, kind, operations, plain, refusal, stream, told

CONTENT = bytes(range(256)) * 300


def test_f72_an_attachment_goes_up_and_comes_down_byte_for_byte(accounts: Module, tmp_path: Path) -> None:
    (account,) = accounts.add({"Account_Name": "Papers"})
    path = tmp_path / "scan 1.pdf"
    path.write_bytes(CONTENT)
    area = operations("attachments.Attachments")
    wrapper = stream(path)
    with wrapper.get_stream():
        body = built("attachments.FileBodyWrapper", file=wrapper)
        status, answer = told(area.upload_attachments(account, "Accounts", body))
    (result,) = answer.get_data()
    assert (status, kind(result), plain(result.get_code())) == (200, "attachments.SuccessResponse", "SUCCESS")
    number = int(result.get_details()["id"])
    asked = asking("attachments.GetAttachments", fields="File_Name,Size,Parent_Id,Created_Time")
    status, answer = told(area.get_attachments(account, "Accounts", asked))
    (row,) = answer.get_data()
    assert (status, row.get_id(), row.get_file_name()) == (200, number, "scan 1.pdf")
    assert int(row.get_size()) == len(CONTENT)
    status, answer = told(area.get_attachment(number, account, "Accounts"))
    assert (status, kind(answer)) == (200, "attachments.FileBodyWrapper")
    assert unquote(answer.get_file().get_name()) == "scan 1.pdf"
    assert answer.get_file().get_stream().content == CONTENT
    status, answer = told(area.delete_attachment(number, account, "Accounts"))
    assert (status, plain(answer.get_data()[0].get_status())) == (200, "success")
    assert area.get_attachments(account, "Accounts", asked).get_status_code() == 204


def test_f59_f72_an_attachment_that_there_is_not_is_typed(accounts: Module) -> None:
    (account,) = accounts.add({"Account_Name": "No papers"})
    status, answer = told(operations("attachments.Attachments").get_attachment(1, account, "Accounts"))
    assert (status, kind(answer)) == (400, "attachments.APIException")
    assert refusal(answer)[0] == "INVALID_DATA"


def test_the_file_store_keeps_what_it_is_given(zoho: Stage, tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes(b"kept")
    area = operations("files.Files")
    wrapper = stream(path)
    with wrapper.get_stream():
        status, answer = told(area.upload_files(built("files.BodyWrapper", file=[wrapper])))
    (result,) = answer.get_data()
    assert (status, kind(result)) == (200, "files.SuccessResponse")
    asked = asking("files.GetFile", id=result.get_details()["id"])
    status, answer = told(area.get_file(asked))
    assert (status, answer.get_file().get_name()) == (200, "note.txt")
    assert answer.get_file().get_stream().content == b"kept"


def job(area: Any, **query: Any) -> int:
    module = built("modules.MinifiedModule", api_name="Contacts")
    body = built("bulk_read.BodyWrapper", query=built("bulk_read.Query", module=module, **query))
    status, answer = told(area.create_bulk_read_job(body))
    (result,) = answer.get_data()
    assert (status, kind(result), plain(result.get_code())) == (
        201,
        "bulk_read.SuccessResponse",
        "ADDED_SUCCESSFULLY",
    )
    return int(result.get_details()["id"])


def test_f73_a_bulk_read_ends_in_a_zip_with_a_csv(zoho: Stage, contacts: Module) -> None:
    names = ["Bulk One", "Bulk Two", "Bulk Zwölf"]
    contacts.add(*[{"Last_Name": name} for name in names])
    field = built("fields.MinifiedField", api_name="Last_Name")
    criteria = built("bulk_read.Criteria", field=field, comparator=choice("starts_with"), value="Bulk")
    area = operations("bulk_read.BulkRead")
    number = job(area, fields=["Last_Name"], criteria=criteria)
    zoho.control("PUT", "clock", {"advance_seconds": 30})
    status, answer = told(area.get_bulk_read_job_details(number))
    (details,) = answer.get_data()
    assert (status, plain(details.get_state())) == (200, "COMPLETED")
    result = details.get_result()
    assert (result.get_count(), result.get_more_records()) == (3, False)
    assert details.get_query().get_module().get_api_name() == "Contacts"
    status, answer = told(area.download_result(number))
    assert (status, kind(answer)) == (200, "bulk_read.FileBodyWrapper")
    assert answer.get_file().get_name() == f"{number}.zip"
    with zipfile.ZipFile(io.BytesIO(answer.get_file().get_stream().content)) as archive:
        text = archive.read(f"{number}.csv").decode()
    assert sorted(row["Last_Name"] for row in csv.DictReader(io.StringIO(text))) == names


def test_f59_a_job_that_there_is_not_is_typed(zoho: Stage) -> None:
    status, answer = told(operations("bulk_read.BulkRead").get_bulk_read_job_details(1))
    assert (status // 100, kind(answer)) == (4, "bulk_read.APIException")
