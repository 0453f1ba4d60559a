import pytest

from tests.sandbox.caller import Said
from tests.sandbox.crm.asker import Asker

LINE = b"\r\n"


def multipart(*files: tuple[str, bytes]) -> tuple[bytes, dict[str, str]]:
    parts = b"".join(
        b'--cut\r\ncontent-disposition: form-data; name="file"; filename="'
        + name.encode()
        + b'"\r\ncontent-type: application/octet-stream\r\n\r\n'
        + content
        + LINE
        for name, content in files
    )
    return parts + b"--cut--\r\n", {"content-type": "multipart/form-data; boundary=cut"}


def upload(crm: Asker, path: str, *files: tuple[str, bytes]) -> Said:
    body, headers = multipart(*files)
    return crm.crm("POST", f"v8/{path}", body, headers)


def attach(crm: Asker, parent: str, name: str, content: bytes) -> str:
    said = upload(crm, f"Contacts/{parent}/Attachments", (name, content))
    assert said.status == 200, said.body
    number: str = said.body["data"][0]["details"]["id"]
    return number


@pytest.mark.parametrize(
    ("position", "message"),
    [("lower", "attachment uploaded successfully"), ("title", "Attachment uploaded successfully")],
)
def test_f72_an_attachment_goes_up(crm: Asker, position: str, message: str) -> None:
    crm.switch(crm__attachment_message=position)
    said = upload(crm, f"Contacts/{crm.person('Ames')}/Attachments", ("a.pdf", b"%PDF-1.4\r\n\x00\xff"))
    (made,) = said.body["data"]
    assert (said.status, made["code"], made["message"]) == (200, "SUCCESS", message)
    assert set(made["details"]) == {"id", "Modified_Time", "Modified_By", "Created_Time", "Created_By"}


def test_f72_it_is_listed_and_comes_down_as_it_went_up(crm: Asker) -> None:
    person, content = crm.person("Ames"), b"%PDF-1.4\r\n\x00\xff\r\n"
    number = attach(crm, person, "Ärger 1.pdf", content)
    path = f"v8/Contacts/{person}/Attachments"
    assert crm.crm("GET", path).body["code"] == "REQUIRED_PARAM_MISSING"
    (row,) = crm.crm("GET", path, fields="File_Name,Size,Parent_Id").body["data"]
    assert (row["id"], row["File_Name"], row["Size"]) == (number, "Ärger 1.pdf", str(len(content)))
    assert row["Parent_Id"] == {"name": "Ames", "id": person}
    assert "Owner" not in row
    file = crm.crm("GET", f"{path}/{number}")
    assert (file.status, file.answer.body) == (200, content)
    assert file.answer.headers["content-disposition"] == "attachment;filename*=UTF-8''%C3%84rger%201.pdf"


def test_f72_it_is_deleted_singly_and_by_list(crm: Asker) -> None:
    person = crm.person("Ames")
    one, two, three = (attach(crm, person, name, b"x") for name in ("1", "2", "3"))
    path = f"v8/Contacts/{person}/Attachments"
    assert crm.crm("DELETE", f"{path}/{one}").body["data"][0]["details"] == {"id": one}
    assert crm.crm("DELETE", path, ids=f"{two},77").status == 207
    assert [row["id"] for row in crm.crm("GET", path, fields="id").body["data"]] == [three]
    gone = crm.crm("GET", f"{path}/{one}")
    assert (gone.status, gone.body["details"]) == (
        400,
        {"related_status": "invalid", "resource_path_index": 3},
    )
    crm.crm("DELETE", f"{path}/{three}")
    assert crm.crm("GET", path, fields="id").status == 204


def test_f72_more_than_twenty_megabytes_are_refused(crm: Asker) -> None:
    person = crm.person("Ames")
    said = upload(crm, f"Contacts/{person}/Attachments", ("big", b"x" * (20 * 1_048_576 + 1)))
    assert (said.status, said.body["code"]) == (400, "FILE_SIZE_MORE_THAN_ALLOWED_SIZE")


def test_f72_without_a_file(crm: Asker) -> None:
    said = crm.crm("POST", f"v8/Contacts/{crm.person('Ames')}/Attachments", b"")
    assert (said.status, said.body["code"]) == (400, "INVALID_REQUEST")


def test_f72_a_link_is_kept_and_never_fetched(crm: Asker) -> None:
    path = f"v8/Contacts/{crm.person('Ames')}/Attachments"
    made = crm.crm("POST", path, attachmentUrl="https://papers.example/1", title="Paper")
    number = made.body["data"][0]["details"]["id"]
    (row,) = crm.crm("GET", path, fields="File_Name").body["data"]
    assert (row["File_Name"], row["$type"], row["$link_url"]) == (
        "Paper",
        "Link URL",
        "https://papers.example/1",
    )
    assert crm.crm("GET", f"{path}/{number}").status == 204
    assert crm.crm("POST", path, attachmentUrl="file:///etc/passwd").body["code"] == "INVALID_DATA"


def test_f72_files_go_into_file_fields(crm: Asker) -> None:
    made = upload(crm, "files", ("a.txt", b"one"), ("b.txt", b"two"))
    assert [row["details"]["name"] for row in made.body["data"]] == ["a.txt", "b.txt"]
    number = made.body["data"][0]["details"]["id"]
    assert crm.crm("GET", "v8/files", id=number).answer.body == b"one"
    assert crm.crm("GET", "v8/files", id="77").body["code"] == "INVALID_DATA"
    (kept,) = crm.add("Subscriptions", {"Name": "S", "Papers": [{"File_Id__s": number}]})
    (paper,) = crm.crm("GET", f"v8/Subscriptions/{kept}").body["data"][0]["Papers"]
    assert (paper["File_Name__s"], paper["Size__s"]) == ("a.txt", "3")
    said = crm.crm("POST", "v8/Subscriptions", {"data": [{"Name": "S", "Papers": [{"File_Id__s": "77"}]}]})
    assert said.body["data"][0]["details"]["expected_data_type"] == "jsonarray"


def test_the_state_shows_what_is_attached(crm: Asker) -> None:
    person = crm.person("Ames")
    attach(crm, person, "a.pdf", b"x")
    (row,) = crm.control("GET", "state")["crm"]["Attachments"]
    assert (row["File_Name"], row["Parent_Id"]["id"], row["module"]) == ("a.pdf", person, "Contacts")
