import pytest

from tests.sandbox.caller import Caller, Json, Said

BOUNDARY = "edge"


@pytest.fixture
def invoice(caller: Caller) -> Json:
    return caller.invoice(caller.contact()["contact_id"])


def attach(caller: Caller, invoice: Json, name: str, content: bytes, **query: object) -> Said:
    body = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="attachment"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()
    body += content + f"\r\n--{BOUNDARY}--\r\n".encode()
    headers = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
    return caller.books("POST", f"invoices/{invoice['invoice_id']}/attachment", body, headers, **query)


def test_f39_a_file_comes_back_byte_for_byte(caller: Caller, invoice: Json) -> None:
    content = bytes(range(256)) + b"\r\n\r\n--edg\n"
    assert attach(caller, invoice, "k1-260.pdf", content).status == 200
    said = caller.books("GET", f"invoices/{invoice['invoice_id']}/attachment")
    assert (said.answer.body, said.answer.headers["content-type"]) == (content, "application/pdf")


def test_f39_the_detail_lists_documents_with_name_size_and_id(caller: Caller, invoice: Json) -> None:
    attach(caller, invoice, "one.pdf", b"12345")
    attach(caller, invoice, "two.png", b"123", can_send_in_mail="true")
    held = caller.read(invoice)
    shown = [(row["file_name"], row["file_size"], row["can_send_in_mail"]) for row in held["documents"]]
    assert shown == [("one.pdf", 5, False), ("two.png", 3, True)]
    assert (held["has_attachment"], held["attachment_name"]) == (True, "two.png")
    number = held["documents"][0]["document_id"]
    path = f"invoices/{invoice['invoice_id']}/documents/{number}"
    assert caller.books("GET", path).answer.body == b"12345"
    told = caller.books("GET", path, responseformat="json").body["document"]
    assert (told["document_id"], told["file_size"]) == (number, 5)
    assert caller.books("DELETE", path).status == 200
    assert caller.books("GET", path).code == 1002


def test_f39_get_put_and_delete_act_on_the_last(caller: Caller, invoice: Json) -> None:
    attach(caller, invoice, "one.pdf", b"1")
    attach(caller, invoice, "two.pdf", b"2")
    path = f"invoices/{invoice['invoice_id']}/attachment"
    caller.books("PUT", path, can_send_in_mail="true")
    assert [row["can_send_in_mail"] for row in caller.read(invoice)["documents"]] == [False, True]
    caller.books("DELETE", path)
    assert caller.books("GET", path).answer.body == b"1"
    caller.books("DELETE", path)
    assert caller.books("GET", path).code == 1002


@pytest.mark.parametrize("name", ["sheet.xlsx", "noend"])
def test_f39_only_pictures_and_pdf(caller: Caller, invoice: Json, name: str) -> None:
    assert attach(caller, invoice, name, b"1").status == 400
    assert caller.read(invoice)["documents"] == []


@pytest.mark.parametrize("kind", ["gif", "png", "jpeg", "jpg", "bmp", "pdf", "PDF"])
def test_f39_six_kinds_of_files_are_taken(caller: Caller, invoice: Json, kind: str) -> None:
    assert attach(caller, invoice, f"one.{kind}", b"1").status == 200
    assert [each["file_name"] for each in caller.read(invoice)["documents"]] == [f"one.{kind}"]


def test_f39_the_largest_size_is_a_switch(caller: Caller, invoice: Json) -> None:
    caller.switch(attachment_max_mb=1)
    assert attach(caller, invoice, "one.pdf", b"1" * 1_048_577).status == 400
    assert attach(caller, invoice, "one.pdf", b"1" * 1_048_576).status == 200


def test_a_body_without_a_file_is_refused(caller: Caller, invoice: Json) -> None:
    assert caller.books("POST", f"invoices/{invoice['invoice_id']}/attachment", b"x").code == 15
