"""PDFs beside workbooks: whose they are, and what happens to those that are nobody's."""

import os
from pathlib import Path

import pytest

from ledgerferry.flows.files import attach
from ledgerferry.flows.gather import gather
from ledgerferry.flows.policy import Policy
from ledgerferry.model.document import Document
from ledgerferry.model.paths import located
from ledgerferry.model.record import FileContent
from tests.flows.papers import document, held, moved, readings, shaper, spread


def attached(folder: Path, *documents: Document) -> tuple[dict[str, list[str]], list[str]]:
    """The names of the files of each number, and the codes of those rejected."""
    pieces = gather(readings(*documents), shaper(), "here")
    wanted, rejected = attach(pieces, folder, Policy())
    found: dict[str, list[str]] = {}
    for one in wanted:
        assert isinstance(one.content, FileContent)
        found.setdefault(one.content.document.split("|")[2], []).append(one.content.name)
    return found, [r.rejection.code for r in rejected if r.rejection]


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"%PDF-1.4 " + name.encode())


@pytest.mark.parametrize(
    "name",
    [
        "0.pdf",
        "0.PDF",
        "INV-001.pdf",
        "inv-001.pdf",
        "Our INV-001 signed.pdf",
        "25_INV-001_X.pdf",
        "INV - 001.pdf",
    ],
)
def test_a_file_is_found_by_the_workbooks_name_or_the_number(tmp_path: Path, name: str) -> None:
    put(tmp_path, name)
    assert attached(tmp_path, *spread(document("INV-001"))) == ({"INV-001": [name]}, [])


@pytest.mark.parametrize(
    "name", ["INV-0010.pdf", "XINV-001.pdf", "INV-001.txt", "terms.pdf", "sub/INV-001.pdf"]
)
def test_other_files_are_left(tmp_path: Path, name: str) -> None:
    put(tmp_path, name)
    assert attached(tmp_path, *spread(document("INV-001"))) == ({}, [])


def test_names_whose_bytes_are_no_utf8_are_names_like_others(tmp_path: Path) -> None:
    """As an old archive leaves them: the folder, the workbook and the PDF in Windows' code page."""
    folder = tmp_path / os.fsdecode(b"Caf\xe9")
    folder.mkdir()
    (folder / os.fsdecode(b"re\xe7u.pdf")).write_bytes(b"%PDF-1.4")
    one = moved(document("INV-001"), "Caf\\udce9/re\\udce7u.xlsx")
    assert attached(tmp_path, one) == ({"INV-001": ["re\\udce7u.pdf"]}, [])
    [wanted], _ = attach(gather(readings(one), shaper(), "here"), tmp_path, Policy())
    assert isinstance(wanted.content, FileContent)
    assert located(tmp_path, wanted.content.path).read_bytes() == b"%PDF-1.4"


def test_short_numbers_are_not_looked_for_in_names(tmp_path: Path) -> None:
    put(tmp_path, "page 12.pdf")
    assert attached(tmp_path, *spread(document("12"))) == ({}, [])


def test_the_longer_of_two_numbers_counts(tmp_path: Path) -> None:
    put(tmp_path, "INV-1-2.pdf")
    assert attached(tmp_path, *spread(document("INV-1"), document("INV-1-2"))) == (
        {"INV-1-2": ["INV-1-2.pdf"]},
        [],
    )


def test_a_file_that_names_two_documents_is_rejected(tmp_path: Path) -> None:
    put(tmp_path, "INV-001 and INV-002.pdf", "INV-002.pdf")
    found = attached(tmp_path, *spread(document("INV-001"), document("INV-002")))
    assert found == ({"INV-002": ["INV-002.pdf"]}, ["file-of-several"])


def test_a_workbook_of_several_documents_lends_its_name_to_none(tmp_path: Path) -> None:
    put(tmp_path, "one.pdf")
    both = [document("INV-001", at="B7"), document("INV-002", at="B27")]
    assert attached(tmp_path, *both) == ({}, [])


def test_a_held_document_gets_no_file(tmp_path: Path) -> None:
    put(tmp_path, "INV-001.pdf")
    assert attached(tmp_path, held("INV-001")) == ({}, [])


def test_an_unreadable_file_is_rejected_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "INV-001.pdf", "INV-002.pdf")
    read = Path.read_bytes

    def refusing(self: Path) -> bytes:
        if self.name == "INV-001.pdf":
            raise PermissionError(13, "Permission denied")
        return read(self)

    monkeypatch.setattr(Path, "read_bytes", refusing)
    found = attached(tmp_path, *spread(document("INV-001"), document("INV-002")))
    assert found == ({"INV-002": ["INV-002.pdf"]}, ["file-unreadable"])


def test_files_lie_beside_their_workbook(tmp_path: Path) -> None:
    put(tmp_path, "2024/INV-001.pdf", "2025/INV-001.pdf")
    one = moved(document("INV-001"), "2025/a.xlsx")
    pieces = gather(readings(one), shaper(), "here")
    (wanted,) = attach(pieces, tmp_path, Policy())[0]
    assert isinstance(wanted.content, FileContent)
    assert wanted.content.path == "2025/INV-001.pdf"


def test_a_slash_in_a_number_is_any_separator_in_a_name(tmp_path: Path) -> None:
    put(tmp_path, "2025_014.pdf", "copy of 2025-014.pdf")
    assert attached(tmp_path, document("2025/014")) == (
        {"2025/014": ["2025_014.pdf", "copy of 2025-014.pdf"]},
        [],
    )


def test_a_number_within_a_day_is_not_named(tmp_path: Path) -> None:
    put(tmp_path, "2025-03-20 terms.pdf")
    assert attached(tmp_path, document("2025-03")) == ({}, [])


def test_a_held_document_keeps_its_file_from_one_of_a_shorter_number(tmp_path: Path) -> None:
    put(tmp_path, "INV-1-2.pdf", "INV-1.pdf")
    found = attached(tmp_path, *spread(document("INV-1"), held("INV-1-2")))
    assert found == ({"INV-1": ["INV-1.pdf"]}, [])


def test_a_receipt_of_two_invoices_is_attached_to_both(tmp_path: Path) -> None:
    put(tmp_path, "INV-001 INV-002 receipt.pdf")
    name = "INV-001 INV-002 receipt.pdf"
    found = attached(tmp_path, *spread(document("INV-001"), document("INV-002")))
    assert found == ({"INV-001": [name], "INV-002": [name]}, [])
