"""Names of files as text, also those whose bytes are not UTF-8: old archives, disks of other systems."""

import os
import re
from pathlib import Path
from typing import Final

# Python has a byte that cannot be decoded as a lone surrogate (PEP 383); as text that is six characters.
_SPELLED: Final = re.compile(r"\\udc([89a-f][0-9a-f])")
_BYTES: Final = re.compile(r"[\udc80-\udcff]+")


def spelled(name: str) -> str:
    """A name as text that can be kept and printed: a byte that is not UTF-8 stands as six characters."""
    return name.encode("utf-8", "backslashreplace").decode()


def located(folder: Path, name: str) -> Path:
    """The file of a ``spelled`` name below a folder."""
    return folder / _unspelled(name)


def resolved(path: Path) -> str:
    """Where a file really lies, ``spelled``. A link to itself is no error, as it is for ``Path.resolve``."""
    return spelled(os.path.realpath(path))


def legible(name: str) -> str:
    """A name as its writer saw it: bytes that are not UTF-8 are read in Windows' Western code page."""
    return _BYTES.sub(lambda found: _western(found[0]), _unspelled(name))


def _unspelled(name: str) -> str:
    return _SPELLED.sub(lambda found: chr(0xDC00 + int(found[1], 16)), name)


def _western(surrogates: str) -> str:
    return surrogates.encode("ascii", "surrogateescape").decode("cp1252", "replace")
