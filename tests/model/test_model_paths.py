"""Names of files: kept as text, found again, and read as whoever wrote them saw them."""

import os
from pathlib import Path

import pytest

from ledgerferry.model.paths import legible, located, resolved, spelled

NAMES = [b"plain.xlsx", "reçu – 請求書.pdf".encode(), b"pay\xe9.pdf", b"\x92\xff\x80/\xe9\xe8.xls"]


@pytest.mark.parametrize("raw", NAMES)
def test_a_name_is_text_and_found_again(raw: bytes) -> None:
    name = os.fsdecode(raw)
    kept = spelled(name)
    assert kept.encode() != b""
    assert os.fsencode(located(Path("/docs"), kept)) == b"/docs/" + raw
    assert spelled(kept) == kept


def test_a_name_says_what_it_said_where_it_was_written() -> None:
    assert legible(os.fsdecode(b"pay\xe9 \x97 d\xfb")) == "payé — dû"
    assert legible(spelled(os.fsdecode(b"pay\xe9"))) == "payé"
    assert legible("payé") == "payé"


def test_a_link_to_itself_lies_somewhere(tmp_path: Path) -> None:
    (tmp_path / "loop.xlsx").symlink_to("loop.xlsx")
    assert resolved(tmp_path / "loop.xlsx").endswith("loop.xlsx")
