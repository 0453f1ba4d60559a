"""A workbook as Excel 97 wrote it: BIFF8 records in a compound file (MS-XLS, MS-CFB), nothing else in it."""

import re
import struct
from collections.abc import Mapping
from pathlib import Path

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
# A shorter stream would have to lie in the file's mini stream.
_LEAST = 4096


def xls(path: Path, cells: Mapping[str, object]) -> Path:
    """Write one sheet of texts and numbers."""
    stream = _globals(len(_globals(0)))
    stream += _bof(0x10) + b"".join(_cell(*each) for each in cells.items()) + _record(0x0A, b"")
    stream = stream.ljust(max(_LEAST, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    path.write_bytes(_compound(stream))
    return path


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _bof(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def _globals(sheet_at: int) -> bytes:
    return _bof(0x05) + _record(0x85, struct.pack("<IHBB", sheet_at, 0, 3, 0) + b"One") + _record(0x0A, b"")


def _cell(place: str, value: object) -> bytes:
    found = re.fullmatch(r"([A-Z])(\d+)", place)
    assert found is not None
    at = struct.pack("<HHH", int(found[2]) - 1, ord(found[1]) - ord("A"), 0)
    if isinstance(value, int | float):
        return _record(0x0203, at + struct.pack("<d", value))
    text = str(value)
    return _record(0x0204, at + struct.pack("<HB", len(text), 1) + text.encode("utf-16-le"))


def _compound(stream: bytes) -> bytes:
    count = len(stream) // _SECTOR
    head = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16)
    head += struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, _LEAST, _END, 0, _END, 0, 0)
    chain = [_FAT, _END, *range(3, 2 + count), _END]
    table = b"".join(struct.pack("<I", n) for n in chain).ljust(_SECTOR, b"\xff")
    entries = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, 2, len(stream))
    return head.ljust(_SECTOR, b"\xff") + table + entries.ljust(_SECTOR, b"\0") + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return text.ljust(64, b"\0") + struct.pack(
        "<HBBIII16xI8x8xIQ", len(text), kind, 1, _FREE, _FREE, child, 0, start, size
    )
