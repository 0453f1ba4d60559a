"""Attaching: files that hang on records are recognised by a name that carries key and size (F39, F72)."""

import hashlib
import re
from pathlib import Path, PurePath
from typing import Final

from ledgerferry.model.outcome import Refused
from ledgerferry.model.paths import located
from ledgerferry.model.plan import Operation
from ledgerferry.model.record import FileContent

_STEM: Final = 40
NAMED: Final = re.compile(r"(?P<stem>.*)\.(?P<key>lf[a-z2-7]{26})\.(?P<size>\d+)(?P<ext>\.\w+)")


def attachment_name(content: FileContent, key: str) -> str:
    """The name that a file gets there: its own stem, then key and size."""
    path = PurePath(content.name)
    stem = re.sub(r"[^\w .()-]", "_", path.stem)[:_STEM].strip() or "file"
    return f"{stem}.{key}.{content.size}{path.suffix.lower()}"


def checked(operation: Operation, content: FileContent, folder: Path | None) -> Path:
    """The file on disk; ``Refused`` where it cannot be read, or is no longer the one that was planned."""
    path = located(folder or Path(), content.path)
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Refused(f"the file cannot be read: {error.strerror}", subject=operation.key) from None
    if digest != content.digest:
        raise Refused("the file is no longer the one that was planned; plan again", subject=operation.key)
    return path
