"""The parts of a zipped workbook, parsed without ever following an entity."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import IO, Any, Final

from lxml import etree

from ledgerferry.systems.workbook.expression import round_15
from ledgerferry.systems.workbook.guards import Refused

FAULTS: Final = (
    zipfile.BadZipFile,
    zlib.error,
    etree.XMLSyntaxError,
    KeyError,
    EOFError,
    ValueError,
    IndexError,
    InvalidOperation,
    OverflowError,
    NotImplementedError,
)
"""What the parts of a damaged workbook raise while they are read."""

_WHOLE = 2_000_000
_SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "remove_comments": True,
    "remove_pis": True,
}
_LARGEST = Decimal("1.7976931348623157E+308")
# ECMA-376 part 1, 22.9.2.19: characters that XML cannot hold are written as _xHHHH_.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


# libxml2, xmlerror.h: XML_ERR_NO_MEMORY; zlib, zlib.h: Z_MEM_ERROR.
_NO_MEMORY = (2, "Error -4")


def damaged(error: Exception, text: str, sheet: str | None = None, cell: str | None = None) -> Exception:
    """What one of ``FAULTS`` means: too little memory where the parsers say so, else ``Refused``."""
    code, sign = _NO_MEMORY
    if (isinstance(error, etree.XMLSyntaxError) and getattr(error, "code", 0) == code) or str(
        error
    ).startswith(sign):
        return MemoryError()
    return Refused("corrupt", text, sheet, cell)


class Parts:
    """The parts of an archive by name, whatever the case and the slashes of the program that wrote it."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {plain_name(n): n for n in archive.namelist()}

    def __contains__(self, name: str) -> bool:
        return plain_name(name) in self._names

    def size(self, name: str) -> int:
        """The bytes of a part. Raises ``KeyError`` where there is none."""
        return self._archive.getinfo(self._names[plain_name(name)]).file_size

    def open(self, name: str) -> IO[bytes]:
        """A part as a stream. Raises ``KeyError`` where there is none."""
        return self._archive.open(self._names[plain_name(name)])

    def tree(self, name: str) -> etree._Element:
        """A whole part. Raises ``KeyError``, ``etree.XMLSyntaxError`` and, for entities, ``Refused``."""
        with self.open(name) as stream:
            return root(stream.read())

    def elements(self, name: str, *tags: str) -> Iterator[etree._Element]:
        """The elements of some tags, each forgotten once the next is asked for. Raises as ``tree`` does."""
        if self.size(name) <= _WHOLE:
            yield from self.tree(name).iter(*tags)
            return
        with self.open(name) as stream:
            for _, element in etree.iterparse(stream, tag=tags, **_SAFE):
                _refuse_entities(element)
                yield element
                element.clear()
                parent = element.getparent()
                while parent is not None and element.getprevious() is not None:
                    del parent[0]


def root(content: bytes) -> etree._Element:
    """The root of an XML text. Raises ``etree.XMLSyntaxError`` and, for entities, ``Refused``."""
    parsed = etree.fromstring(content, etree.XMLParser(**_SAFE))
    _refuse_entities(parsed)
    return parsed


def _refuse_entities(element: etree._Element) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        raise Refused(
            "unsafe",
            "the file declares entities of its own, which no spreadsheet program writes: it may be a trap; "
            "open it in a spreadsheet program and save it again",
        )


def plain_name(name: str) -> str:
    """The name of a part as it is compared."""
    return name.replace("\\", "/").lstrip("/").casefold()


def unescaped(text: str) -> str:
    """The text with escaped characters as they are; control characters and half pairs cannot be kept."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    number = int(found.group(1), 16)
    if 0xD800 <= number <= 0xDFFF or number in (0xFFFE, 0xFFFF):
        return "\ufffd"
    return chr(number) if number >= 32 or number in (9, 10) else ""


@lru_cache(maxsize=65_536)
def number(text: str) -> Decimal | None:
    """The number that a cell holds; ``None`` for one that no spreadsheet can hold, such as ``NaN``."""
    value = Decimal(text.strip())
    if not value.is_finite() or abs(value) > _LARGEST:
        return None
    return round_15(value) if value.adjusted() > -308 else Decimal(0)
