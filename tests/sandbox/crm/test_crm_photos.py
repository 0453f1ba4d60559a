import pytest

from tests.sandbox.caller import Said
from tests.sandbox.crm.asker import Asker
from tests.sandbox.crm.test_crm_files import multipart

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\xff"
GIF = b"GIF89a\x01"


def upload(crm: Asker, path: str, content: bytes = PNG, **query: str) -> Said:
    body, headers = multipart(("face.png", content))
    return crm.crm("POST", f"v8/{path}", body, headers, **query)


def test_a_record_has_the_picture_that_it_was_given_last(crm: Asker) -> None:
    path = f"Contacts/{crm.person('Ames')}"
    assert crm.crm("GET", f"v8/{path}/photo").status == 204
    said = upload(crm, f"{path}/photo")
    assert (said.status, said.body["message"]) == (200, "photo uploaded successfully")
    assert upload(crm, f"{path}/photo", GIF).status == 200
    file = crm.crm("GET", f"v8/{path}/photo")
    assert (file.answer.body, file.answer.headers["content-type"]) == (GIF, "application/x-download")
    assert crm.crm("GET", f"v8/{path}").body["data"][0]["Record_Image"]
    assert crm.crm("DELETE", f"v8/{path}/photo").body["message"] == "Photo deleted"
    assert crm.crm("GET", f"v8/{path}/photo").status == 204
    assert crm.crm("DELETE", f"v8/{path}/photo").status == 204
    assert crm.crm("GET", f"v8/{path}").body["data"][0]["Record_Image"] is None


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"%PDF-1.4", "INVALID_DATA"), (PNG * 1_200_000, "FILE_SIZE_MORE_THAN_ALLOWED_SIZE")],
)
def test_what_is_no_picture_or_too_large_is_refused(crm: Asker, content: bytes, code: str) -> None:
    path = f"Contacts/{crm.person('Ames')}/photo"
    assert upload(crm, path, content).body["code"] == code
    assert crm.crm("GET", f"v8/{path}").status == 204


def test_tasks_and_strangers_have_no_picture(crm: Asker) -> None:
    (task,) = crm.add("Tasks", {"Subject": "Call"})
    assert upload(crm, f"Tasks/{task}/photo").body["code"] == "NOT_SUPPORTED"
    assert upload(crm, "Contacts/77/photo").body["details"] == {"resource_path_index": 1}


def test_a_picture_is_news_of_its_record_and_no_workflow_where_it_is_restricted(crm: Asker) -> None:
    crm.switch(crm__workflow_mail="on")
    path = f"Contacts/{crm.person('Ames', Email='a@x.example')}"
    before = crm.crm("GET", f"v8/{path}").body["data"][0]["Modified_Time"]
    crm.wait(60)
    mails = len(crm.control("GET", "mail"))
    upload(crm, f"{path}/photo", restrict_triggers="workflow")
    assert len(crm.control("GET", "mail")) == mails
    upload(crm, f"{path}/photo")
    assert len(crm.control("GET", "mail")) == mails + 1
    assert crm.crm("GET", f"v8/{path}").body["data"][0]["Modified_Time"] > before


def test_the_organisation_has_a_logo(crm: Asker) -> None:
    assert crm.crm("GET", "v8/org/photo").status == 204
    assert crm.crm("DELETE", "v8/org/photo").status == 204
    (org,) = crm.crm("GET", "v8/org").body["org"]
    assert org["photo_id"] is None
    assert upload(crm, "org/photo").body["details"] == {"id": org["id"]}
    assert crm.crm("GET", "v8/org").body["org"][0]["photo_id"] == org["id"]
    file = crm.crm("GET", "v8/org/photo")
    assert (file.answer.body, file.answer.headers["content-type"]) == (PNG, "image/png")
    assert crm.crm("DELETE", "v8/org/photo").status == 200
    assert crm.crm("GET", "v8/org/photo").status == 204
    assert upload(crm, "org/photo", b"text").body["code"] == "INVALID_DATA"


def test_pictures_are_part_of_the_state(crm: Asker) -> None:
    path = f"Contacts/{crm.person('Ames')}/photo"
    upload(crm, path)
    state = crm.control("GET", "state")
    crm.control("POST", "reset", {"seed": "demo"})
    crm.control("PUT", "state", state)
    crm.sign_in()
    assert crm.crm("GET", f"v8/{path}").answer.body == PNG
