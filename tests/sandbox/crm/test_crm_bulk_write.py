import csv
import io
import json
import zipfile
from typing import Any

import pytest

from ledgerferry_sandbox.desk.outbox import Delivery
from tests.sandbox.caller import Said
from tests.sandbox.crm.asker import Asker, Json

BOUNDARY = "ferryboundary"


def packed(
    *rows: tuple[str, ...], encoding: str = "utf-8", names: tuple[str, ...] = ("people.csv",)
) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name in names:
            archive.writestr(name, text.getvalue().encode(encoding))
    return whole.getvalue()


class Writer(Asker):
    """An asker that writes in bulk."""

    def upload(self, content: bytes, **headers: str) -> Said:
        form = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="people.zip"\r\n'
            "Content-Type: application/zip\r\n\r\n"
        ).encode()
        known = {
            "content-type": f"multipart/form-data; boundary={BOUNDARY}",
            "feature": "bulk-write",
            "X-CRM-ORG": self.sandbox.crm.cabinet.organization.zgid,
        }
        body = form + content + f"\r\n--{BOUNDARY}--\r\n".encode()
        return self.crm("POST", "v8/upload", body, known | headers)

    def file(self, *rows: tuple[str, ...], **how: Any) -> str:
        said = self.upload(packed(*rows, **how))
        assert (said.status, said.body["code"]) == (200, "FILE_UPLOAD_SUCCESS"), said.body
        number: str = said.body["details"]["file_id"]
        return number

    def start(self, operation: str, resource: Json, **body: Any) -> Said:
        first = {"type": "data", "module": {"api_name": "Contacts"}, **resource}
        return self.crm("POST", "bulk/v8/write", {"operation": operation, "resource": [first], **body})

    def done(self, operation: str, resource: Json, **body: Any) -> Json:
        said = self.start(operation, resource, **body)
        assert (said.status, said.body["code"]) == (201, "SUCCESS"), said.body
        self.wait(10)
        row: Json = self.crm("GET", f"bulk/v8/write/{said.body['details']['id']}").body
        return row

    def lines(self, job: Json) -> list[list[str]]:
        path = job["result"]["download_url"].partition("/crm/")[2]
        said = self.crm("GET", path)
        assert said.status == 200
        with zipfile.ZipFile(io.BytesIO(said.body)) as archive:
            (name,) = archive.namelist()
            return list(csv.reader(io.StringIO(archive.read(name).decode())))


@pytest.fixture
def writer() -> Writer:
    return Writer()


NAMES = ("Family", "Mail", "Refuses", "Birth")
MAPPED = [
    {"api_name": "Last_Name", "index": 0},
    {"api_name": "Email", "index": 1},
    {"api_name": "Email_Opt_Out", "index": 2},
    {"api_name": "Date_of_Birth", "index": 3},
]


def counts(job: Json) -> tuple[int, int, int, int]:
    file = job["resource"][0]["file"]
    return file["added_count"], file["updated_count"], file["skipped_count"], file["total_count"]


def test_f74_an_insert_makes_records_when_its_time_has_come(writer: Writer) -> None:
    file = writer.file(NAMES, ("Ames", "a@example.com", "true", "1990-05-17"), ("Böyle", "", "false", ""))
    said = writer.start("insert", {"file_id": file, "field_mappings": MAPPED})
    number = said.body["details"]["id"]
    assert writer.crm("GET", f"bulk/v8/write/{number}").body["status"] == "ADDED"
    writer.wait(9)
    early = writer.crm("GET", f"bulk/v8/write/{number}").body
    assert (early["status"], early["resource"][0]["status"], "result" in early) == ("IN PROGRESS",) * 2 + (
        False,
    )
    assert writer.names("id is not null") == []
    writer.wait(1)
    job = writer.crm("GET", f"bulk/v8/write/{number}").body
    assert (job["status"], counts(job)) == ("COMPLETED", (2, 0, 0, 2))
    rows = writer.rows("select Last_Name, Email_Opt_Out, Date_of_Birth from Contacts where id is not null")
    assert [(row["Last_Name"], row["Email_Opt_Out"], row["Date_of_Birth"]) for row in rows] == [
        ("Ames", True, "1990-05-17"),
        ("Böyle", False, None),
    ]


def test_f74_every_row_has_its_outcome_in_the_result(writer: Writer) -> None:
    file = writer.file(
        NAMES, ("Ames", "a@example.com", "", ""), ("", "b@example.com", "", ""), ("C", "no mail", "", "")
    )
    job = writer.done("insert", {"file_id": file, "field_mappings": MAPPED})
    assert counts(job) == (1, 0, 2, 3)
    header, *lines = writer.lines(job)
    assert header == ["Family", "Mail", "Refuses", "STATUS", "RECORD_ID", "ERRORS"]
    number = writer.rows("select id from Contacts where id is not null")[0]["id"]
    assert [line[3:] for line in lines] == [
        ["ADDED", number, ""],
        ["SKIPPED", "", "MANDATORY_NOT_FOUND-Last_Name"],
        ["SKIPPED", "", "INVALID_DATA-Email"],
    ]


def test_f74_update_finds_by_a_field_and_makes_nothing(writer: Writer) -> None:
    writer.person("Ames", Email="a@example.com", Title="CFO")
    rows = (("Mail", "Title"), ("a@example.com", "CEO"), ("nobody@example.com", "COO"))
    mapped = [{"api_name": "Email", "index": 0}, {"api_name": "Title", "index": 1}]
    job = writer.done("update", {"file_id": writer.file(*rows), "field_mappings": mapped, "find_by": "Email"})
    assert counts(job) == (0, 1, 1, 2)
    assert writer.names("Title = 'CEO'") == ["Ames"]
    assert [line[-1] for line in writer.lines(job)[1:]] == ["", "RESOURCE_NOT_FOUND-Email"]


def test_f74_upsert_finds_or_makes(writer: Writer) -> None:
    number = writer.person("Ames")
    rows = (("Id", "Family"), (number, "Amesbury"), ("", "Boyle"))
    mapped = [{"api_name": "id", "index": 0}, {"api_name": "Last_Name", "index": 1}]
    job = writer.done("upsert", {"file_id": writer.file(*rows), "field_mappings": mapped, "find_by": "id"})
    assert counts(job) == (1, 1, 0, 2)
    assert writer.names("id is not null") == ["Amesbury", "Boyle"]


@pytest.mark.parametrize(("ignored", "title"), [(True, "CFO"), (False, None)])
def test_f74_an_empty_cell_is_ignored_or_empties_the_field(
    writer: Writer, ignored: bool, title: str | None
) -> None:
    number = writer.person("Ames", Title="CFO")
    rows = (("Id", "Title"), (number, ""))
    mapped = [{"api_name": "id", "index": 0}, {"api_name": "Title", "index": 1}]
    resource = {
        "file_id": writer.file(*rows),
        "field_mappings": mapped,
        "find_by": "id",
        "ignore_empty": ignored,
    }
    assert counts(writer.done("update", resource)) == (0, 1, 0, 1)
    assert writer.rows("select Title from Contacts where id is not null")[0]["Title"] == title


def test_f74_mappings_bring_defaults_formats_and_lookups_by_name(writer: Writer) -> None:
    (account,) = writer.add("Accounts", {"Account_Name": "Zylker"})
    rows = (("Family", "Birth", "Company"), ("Ames", "17/05/1990", "Zylker"))
    mapped = [
        {"api_name": "Last_Name", "index": 0},
        {"api_name": "Date_of_Birth", "index": 1, "format": "dd/MM/yyyy"},
        {"api_name": "Account_Name", "index": 2, "find_by": "Account_Name"},
        {"api_name": "Title", "default_value": {"value": "CFO"}},
    ]
    assert counts(writer.done("insert", {"file_id": writer.file(*rows), "field_mappings": mapped})) == (
        1,
        0,
        0,
        1,
    )
    (row,) = writer.rows("select Date_of_Birth, Account_Name, Title from Contacts where id is not null")
    assert (row["Date_of_Birth"], row["Account_Name"]["id"], row["Title"]) == ("1990-05-17", account, "CFO")


def test_f74_the_encoding_is_the_one_named(writer: Writer) -> None:
    file = writer.file(("Family",), ("Böyle",), encoding="latin-1")
    resource = {"file_id": file, "field_mappings": MAPPED[:1]}
    assert writer.done("insert", resource)["status"] == "FAILED"
    assert counts(writer.done("insert", resource, character_encoding="ISO-8859-1")) == (1, 0, 0, 1)


def test_f74_switch_a_job_takes_so_many_rows(writer: Writer) -> None:
    writer.switch(bulk_write_rows=2)
    rows = [("Family",), ("A",), ("B",), ("C",)]
    job = writer.done("insert", {"file_id": writer.file(*rows), "field_mappings": MAPPED[:1]})
    assert (job["status"], job["resource"][0]["code"]) == ("FAILED", "LIMIT_EXCEEDED")
    writer.switch(bulk_write_rows=3)
    job = writer.done("insert", {"file_id": writer.file(*rows), "field_mappings": MAPPED[:1]})
    assert counts(job) == (3, 0, 0, 3)


@pytest.mark.parametrize(("megabytes", "status"), [(0.0001, 400), (25, 200)])
def test_f74_switch_a_file_may_be_so_large(writer: Writer, megabytes: float, status: int) -> None:
    writer.switch(bulk_upload_mb=megabytes)
    assert writer.upload(packed(("Family",), ("Ames",))).status == status


@pytest.mark.parametrize(
    ("position", "host", "status"),
    [
        ("any", "www.zohoapis.example", 200),
        ("content", "www.zohoapis.example", 404),
        ("content", "content.zohoapis.example", 200),
    ],
)
def test_f74_switch_where_files_are_taken(writer: Writer, position: str, host: str, status: int) -> None:
    writer.switch(bulk_upload_host=position)
    said = writer.upload(packed(("Family",), ("Ames",)), host=host)
    assert said.status == status
    assert said.body["code"] == ("FILE_UPLOAD_SUCCESS" if status == 200 else "INVALID_URL_PATTERN")
    if status == 200:
        assert said.body["message"] == "file uploaded."


def test_f74_an_upload_needs_its_headers_and_a_zip(writer: Writer) -> None:
    for headers in ({"feature": "bulk-read"}, {"X-CRM-ORG": "7"}):
        said = writer.upload(packed(("Family",)), **headers)
        assert (said.status, said.body["x-error"]) == (
            400,
            "check if headers [feature, X-CRM-ORG] are present and valid",
        )
    assert writer.upload(b"Family\nAmes").body["code"] == "INVALID_FILE_FORMAT"
    assert writer.upload(packed(("Family",), names=("a.csv", "b.csv"))).body["code"] == "INVALID_FILE_FORMAT"
    assert writer.upload(b"x", **{"content-type": "text/plain"}).body["code"] == "INVALID_REQUEST"


@pytest.mark.parametrize(
    ("operation", "resource", "code"),
    [
        ("remove", {}, "INVALID_DATA"),
        ("insert", {"file_id": "7", "field_mappings": MAPPED}, "INVALID_FILE_ID"),
        ("insert", {"module": {"api_name": "Nowhere"}, "field_mappings": MAPPED}, "MODULE_NOT_AVAILABLE"),
        ("insert", {}, "MISSING_REQUIRED_KEY"),
        ("insert", {"field_mappings": "all"}, "INVALID_DATA"),
        ("insert", {"field_mappings": [{"api_name": "Nonsense", "index": 0}]}, "INVALID_FIELD"),
        ("insert", {"field_mappings": [{"api_name": "Last_Name"}]}, "COLUMN_INDEX_NOT_FOUND"),
        ("insert", {"field_mappings": [{"api_name": "Email", "index": 0}]}, "MANDATORY_FIELDS_NOT_MAPPED"),
        ("update", {"field_mappings": MAPPED}, "MISSING_REQUIRED_KEY"),
        ("update", {"field_mappings": MAPPED, "find_by": "Phone"}, "INVALID_FIELD"),
    ],
)
def test_f74_what_cannot_be_written_has_its_code(
    writer: Writer, operation: str, resource: Json, code: str
) -> None:
    file = writer.file(("Family",), ("Ames",))
    said = writer.start(operation, {"file_id": file, **resource})
    assert (said.status, said.body["code"]) == (400, code)


def test_f74_a_body_without_its_keys_is_told_so(writer: Writer) -> None:
    assert writer.crm("POST", "bulk/v8/write", {}).body["code"] == "MISSING_REQUIRED_KEY"
    assert writer.crm("POST", "bulk/v8/write", {"operation": "insert"}).body["code"] == "MISSING_REQUIRED_KEY"
    assert (
        writer.crm("POST", "bulk/v8/write", {"operation": "insert", "resource": []}).body["code"]
        == "INVALID_DATA"
    )
    assert writer.crm("GET", "bulk/v8/write/7").body["code"] == "RESOURCE_NOT_FOUND"
    assert writer.crm("GET", "v8/bulk-write/7.zip").body["code"] == "RESOURCE_NOT_FOUND"


def test_f74_the_callback_tells_the_outcome(writer: Writer) -> None:
    heard: list[Json] = []

    def carrier(delivery: Delivery) -> int:
        heard.append(json.loads(delivery.body))
        return 200

    callback = {"url": "https://ferry.example.com/done", "method": "post"}
    resource = {"file_id": writer.file(("Family",), ("Ames",)), "field_mappings": MAPPED[:1]}
    job = writer.done("insert", resource, callback=callback)
    writer.sandbox.desk.outbox.deliver(carrier)
    assert [(told["job_id"], told["status"], counts(told)) for told in heard] == [
        (job["id"], "COMPLETED", (1, 0, 0, 1))
    ]


def test_f76_a_writing_costs_five_hundred_credits(writer: Writer) -> None:
    writer.start("insert", {"file_id": writer.file(("Family",), ("Ames",)), "field_mappings": MAPPED[:1]})
    assert writer.control("GET", "log")[-1]["credits"] == 500


def test_f74_jobs_survive_a_saved_state(writer: Writer) -> None:
    writer.start("insert", {"file_id": writer.file(("Family",), ("Ames",)), "field_mappings": MAPPED[:1]})
    state = writer.control("GET", "state")
    writer.control("POST", "reset")
    writer.control("PUT", "state", state)
    writer.wait(10)
    writer.sign_in()
    assert writer.names("id is not null") == ["Ames"]
