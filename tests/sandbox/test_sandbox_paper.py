import re
import zlib

import pytest

from ledgerferry_sandbox.books.paper import pdf
from tests.sandbox.caller import Caller


@pytest.fixture
def number(caller: Caller) -> str:
    customer = caller.contact("Acme (York) \\ Söhne")["contact_id"]
    made: str = caller.invoice(customer, "A-1")["invoice_id"]
    return made


def pages(content: bytes) -> int:
    return len(re.findall(rb"/Type /Page ", content))


def test_f38_an_invoice_in_pdf_html_and_json(caller: Caller, number: str) -> None:
    said = caller.books("GET", f"invoices/{number}", accept="pdf")
    assert said.answer.headers["content-type"] == "application/pdf"
    assert said.answer.body.startswith(b"%PDF-1.4\n")
    assert rb"(Acme \(York\) \\ S" + "ö".encode("cp1252") in said.answer.body
    assert b"(INVOICE A-1)" in said.answer.body
    page = caller.books("GET", f"invoices/{number}", accept="html")
    assert page.answer.headers["content-type"].startswith("text/html")
    assert "<p>INVOICE A-1</p>" in page.answer.body.decode()
    assert caller.books("GET", f"invoices/{number}", accept="json").body["code"] == 0


def test_f36_several_invoices_in_one_file_25_at_most(caller: Caller, number: str) -> None:
    customer = caller.contact("Other")["contact_id"]
    ids = [number, *(caller.invoice(customer)["invoice_id"] for _ in range(25))]
    for kind in ("pdf", "print"):
        said = caller.books("GET", f"invoices/{kind}", invoice_ids=",".join(ids[:25]))
        assert pages(said.answer.body) == 25
        assert caller.books("GET", f"invoices/{kind}", invoice_ids=",".join(ids)).code == 15


def test_the_table_of_a_pdf_points_at_its_objects() -> None:
    content = pdf([["one"], ["two"]])
    start = int(content.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    assert content[start:].startswith(b"xref\n0 8\n")
    offsets = [int(line[:10]) for line in content[start:].split(b"\n")[3:10]]
    assert [content[at:].split(b" ", 1)[0] for at in offsets] == [str(n).encode() for n in range(1, 8)]
    assert zlib.crc32(content) == zlib.crc32(pdf([["one"], ["two"]]))
