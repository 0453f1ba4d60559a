"""What a file is by its first bytes, and whether it is safe to open: asked before any parser sees it."""

import csv
import hashlib
import os
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO


class Format(StrEnum):
    """The kinds of file that can be read."""

    OOXML = "xlsx"
    BINARY = "xls"
    OPENDOCUMENT = "ods"
    BINARY_OOXML = "xlsb"
    DELIMITED = "csv"


class Refused(Exception):
    """A file that is not read: ``code`` for scripts, the message says what to do about it.

    ``sheet`` and ``cell`` say where, as far as that is known.
    """

    def __init__(self, code: str, text: str, sheet: str | None = None, cell: str | None = None) -> None:
        super().__init__(text)
        self.code, self.sheet, self.cell = code, sheet, cell

    def at(self, sheet: str) -> "Refused":
        """The same refusal, which names the sheet if it did not."""
        return Refused(self.code, str(self), self.sheet or sheet, self.cell)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may cost. Sizes in bytes, time in seconds of wall clock."""

    file_bytes: int = 60_000_000
    unpacked_bytes: int = 250_000_000
    ratio: int = 250
    entries: int = 5_000
    cells: int = 1_000_000
    memory_bytes: int = 1_500_000_000
    seconds: float = 30.0


DEFAULT = Limits()
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_TEXTS = {".csv", ".tsv", ".txt"}
_GLANCE = 8192
_CHUNK = 1 << 20


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A plain file to read from. Raises ``Refused`` for all else: a folder, or a pipe that never answers."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        text = f"it cannot be opened ({why}): check that it is there and may be read"
        raise Refused("unreadable", text) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Refused("not-a-file", "a folder, pipe or device: put the workbooks themselves there")
    with open(descriptor, "rb") as stream:  # noqa: PTH123 - a descriptor has no path
        yield stream


def digest_of(path: Path, limits: Limits) -> str:
    """The SHA-256 of a file. Raises ``Refused`` when it is none, cannot be read or is too large."""
    found, size = hashlib.sha256(), 0
    with opened(path) as stream:
        while chunk := _chunk(stream):
            size += len(chunk)
            if size > limits.file_bytes:
                size = max(size, os.fstat(stream.fileno()).st_size)
                raise _too_large(size, limits)
            found.update(chunk)
    return found.hexdigest()


def _too_large(size: int, limits: Limits) -> Refused:
    text = f"the file has {size:,} bytes, more than {limits.file_bytes:,}: split it into several"
    return Refused("too-large", text)


def _chunk(stream: BinaryIO) -> bytes:
    try:
        return stream.read(_CHUNK)
    except OSError as error:
        text = f"the file cannot be read ({error.strerror}): fetch it again from where it came"
        raise Refused("unreadable", text) from error


def recognise(path: Path, limits: Limits) -> Format:
    """The format by content signature. Raises ``Refused`` for what is unsafe, locked or no workbook."""
    with opened(path) as stream:
        size = os.fstat(stream.fileno()).st_size
        head = stream.read(_GLANCE)
    if not head:
        raise Refused("empty-file", "the file is empty: fetch it again from where it came")
    if size > limits.file_bytes:
        raise _too_large(size, limits)
    if head.startswith(_OLE):
        return _ole(path)
    if head.startswith(b"PK"):
        return _zip(path, limits)
    return _text(path, head)


def _text(path: Path, head: bytes) -> Format:
    """Delimited text, whatever its name says; other programs' texts are refused by what they are."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start or b"opendocument" in start:
        raise Refused(
            "not-a-workbook",
            "a spreadsheet written as plain XML: open it in a spreadsheet program and save it as .xlsx",
        )
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<style", b"<div")):
        raise Refused(
            "not-a-workbook",
            "a web page, whatever its name says: open it in a spreadsheet program and save it as .xlsx",
        )
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if (wide or b"\0" not in head) and (path.suffix.lower() in _TEXTS or _tabular(head)):
        return Format.DELIMITED
    raise Refused(
        "not-a-workbook",
        f"the content is no spreadsheet, whatever its name says ({path.suffix}): export it again",
    )


def decoded(raw: bytes) -> str:
    """Text in UTF-8 or UTF-16 by its mark, else in Windows' Western code page."""
    try:
        return raw.decode("utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _tabular(head: bytes) -> bool:
    """Whether a text's lines fall into the same number of columns: an export's do, a letter's do not."""
    lines = [line for line in decoded(head).splitlines() if line.strip()]
    if len(head) >= _GLANCE:
        lines = lines[:-1]
    for sign in "\t;,|":
        widths = {len(row) for row in csv.reader(lines, delimiter=sign)}
        if len(lines) > 1 and len(widths) == 1 and widths.pop() >= 3:
            return True
    return False


def _ole(path: Path) -> Format:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Refused(
            "password-protected", "the workbook is protected by a password: save a copy without one"
        )
    if not any(name.encode("utf-16-le") in content for name in ("Workbook", "WORKBOOK", "Book", "BOOK")):
        raise Refused("not-a-workbook", "an Office file, but no spreadsheet: export it as .xlsx")
    if _locked_stream(content):
        raise Refused(
            "password-protected", "the workbook is protected by a password: save a copy without one"
        )
    return Format.BINARY


def _locked_stream(content: bytes) -> bool:
    """Whether a BIFF stream begins BOF, FILEPASS (record 0x002F, MS-XLS 2.4.117)."""
    for start in range(0, min(len(content), 1 << 20), 512):
        if content[start : start + 2] == b"\x09\x08" and content[start + 3 : start + 4] == b"\0":
            length = int.from_bytes(content[start + 2 : start + 4], "little")
            following = content[start + 4 + length : start + 6 + length]
            if following == b"\x2f\x00":
                return True
    return False


def _zip(path: Path, limits: Limits) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            kind = (
                archive.read("mimetype")
                if "mimetype" in names and archive.getinfo("mimetype").file_size < 200
                else b""
            )
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Refused(
            "corrupt", "the file is damaged: open it in a spreadsheet program and save it again"
        ) from error
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > limits.entries or unpacked > limits.unpacked_bytes:
        raise Refused(
            "too-large",
            f"the file unpacks to {unpacked:,} bytes in {len(entries)} parts: it may be a trap; "
            "split it into several",
        )
    if any(e.file_size > 1_000_000 and e.file_size > limits.ratio * max(e.compress_size, 1) for e in entries):
        raise Refused(
            "too-large", "the file unpacks to far more than its size: it may be a trap; save it again"
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused(
            "password-protected", "the file is an encrypted archive: save a copy without a password"
        )
    return _kind(names, kind)


def _kind(names: set[str], mimetype: bytes) -> Format:
    if "xl/workbook.xml" in names or (
        "[Content_Types].xml" in names and any(n.startswith("xl/worksheets/") for n in names)
    ):
        return Format.OOXML
    if "xl/workbook.bin" in names:
        return Format.BINARY_OOXML
    if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return Format.OPENDOCUMENT
    raise Refused("not-a-workbook", "an archive, but no spreadsheet: export it as .xlsx")
