"""Folders and files that are wrong: a clear word about each, and the rest goes on."""

import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import repeat
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from ledgerferry_bench.journey.stage import Ferry
from tests.journey import sheets
from tests.journey.conftest import Journey

OLE = bytes.fromhex("D0CF11E0A1B11AE1")


def corrupt(path: Path) -> None:
    sheets.write(path, sheets.Invoice("JN-0091"))
    path.write_bytes(path.read_bytes()[:-300])


def locked(path: Path) -> None:
    path.write_bytes(OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(512))


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for chunk in repeat(b" " * 1_000_000, 300):
                part.write(chunk)


def far(path: Path) -> None:
    book = Workbook()
    book.worksheets[0]["XFD1048576"] = "far away"
    book.save(path)
    book.close()


BAD: dict[str, Callable[[Path], None]] = {"corrupt": corrupt, "locked": locked, "bomb": bomb, "far": far}


def reported(path: Path) -> str:
    """All that a report says."""
    book = load_workbook(path, read_only=True)
    rows = [row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]
    book.close()
    return " ".join(str(value) for row in rows for value in row)


def test_bad_workbooks_are_rejected_each_by_name_and_the_good_beside_them_arrive(journey: Journey) -> None:
    for name, make in BAD.items():
        make(journey.folder / f"{name}.xlsx")

    said = journey.migrate()

    assert said.code == 0, said.told
    assert said.json["documents"] == {"found": 7, "loaded": 3, "held": 0, "rejected": 4}
    assert said.json["verify"]["equal"] is True
    shown = reported(Path(said.json["report"]))
    for name in BAD:
        assert f"{name}.xlsx" in shown
    assert "password" in shown
    assert len(journey.box.books()["invoices"]) == 3


@pytest.mark.parametrize("what", ["missing", "empty", "a file"])
def test_a_folder_that_holds_nothing_ends_with_exit_code_2(journey: Journey, what: str) -> None:
    folder = journey.folder.with_name("elsewhere")
    if what == "empty":
        folder.mkdir()
    elif what == "a file":
        folder.write_text("no folder")

    said = journey.ferry.migrate(folder)

    assert said.code == 2, said.told
    assert str(folder) in said.json["error"]["text"]
    assert journey.ferry.run("status").json["runs"] == []
    assert journey.writes() == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "none", str(place)]
    mounted = subprocess.run(mount, capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def filled(disk: Path, left: int) -> Path:
    """A file that leaves so many bytes of a disk free."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        file.write(bytes(shutil.disk_usage(disk).free - left))
    return ballast


@pytest.mark.parametrize("left", [0, 250_000])
def test_a_full_disk_is_said_so_and_loses_nothing(journey: Journey, small_disk: Path, left: int) -> None:
    shutil.copytree(journey.ferry.home, small_disk / "home")
    ferry = Ferry(small_disk / "home")
    ballast = filled(small_disk, left)

    full = ferry.migrate(journey.folder)
    ballast.unlink()
    said = ferry.migrate(journey.folder)

    assert full.code == 2, full.told
    assert "disk" in full.json["error"]["text"]
    assert (said.code, said.json["documents"]["loaded"]) == (0, 3), said.told
    assert said.json["verify"]["equal"] is True
    held = journey.box.books()
    assert (len(held["contacts"]), len(held["invoices"]), len(held["customerpayments"])) == (2, 3, 1)
    assert ferry.run("ledger", "--check").code == 0


def test_a_file_that_may_not_grow_is_said_so_and_loses_nothing(journey: Journey) -> None:
    largest = max(path.stat().st_size for path in journey.ferry.home.iterdir())
    limit = largest // 512 + 40
    stunted = replace(journey.ferry, prefix=("sh", "-c", f'ulimit -f {limit}; exec "$@"', "sh"))

    full = stunted.migrate(journey.folder)
    said = journey.migrate()

    assert full.code == 2, full.told
    assert (said.code, said.json["documents"]["loaded"]) == (0, 3), said.told
    assert len(journey.box.books()["invoices"]) == 3


def test_a_home_that_cannot_be_written_ends_with_exit_code_2(journey: Journey, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    said = journey.ferry.run("status", "--home", str(tmp_path / "file" / "home"))

    assert said.code == 2, said.told
    assert str(tmp_path / "file") in said.json["error"]["text"]
