"""Files: attachments of invoices, recognised by a name that carries key and size (F39)."""

import re
from pathlib import PurePath
from typing import Final

from ledgerferry.model.record import FileContent, Kind, Ref
from ledgerferry.systems.books.fields import Row, ident, members, text

MEDIA: Final = {".gif": "image/gif", ".png": "image/png", ".jpeg": "image/jpeg", ".jpg": "image/jpeg",
                ".bmp": "image/bmp", ".pdf": "application/pdf"}
_TAIL: Final = 20
_STEM: Final = 40
_NAMED: Final = re.compile(r"(?P<stem>.*)\.(?P<key>lf[a-z2-7]{26})\.(?P<size>\d+)(?P<ext>\.\w+)")


def attachment_name(content: FileContent, key: str) -> str:
    """The name that a file gets in Books: its own stem, then key and size."""
    path = PurePath(content.name)
    stem = re.sub(r"[^\w .()-]", "_", path.stem)[:_STEM].strip() or "file"
    return f"{stem}.{key}.{content.size}{path.suffix.lower()}"


def ref(connection: str, invoice: str, key: str) -> Ref:
    """The address of a file: its invoice and the end of its key, since an upload's answer names no id."""
    return Ref(connection=connection, kind=Kind.FILE, id=f"{invoice}/{key[-_TAIL:]}")


def held(row: Row, content: FileContent, key: str) -> bool:
    """Whether an invoice's detail lists this file."""
    wanted = attachment_name(content, key)
    listed = members(row, "documents")
    return any(wanted in (text(d, "file_name"), text(d, "attachment_name")) for d in listed)


def found(row: Row, tail: str, document: str) -> FileContent | None:
    """The file of an address on its invoice's detail; neither digest nor path are known there."""
    for listed in members(row, "documents"):
        name = _NAMED.fullmatch(text(listed, "file_name") or text(listed, "attachment_name") or "")
        if name is not None and name["key"].endswith(tail):
            return FileContent(document=document, name=name["stem"] + name["ext"], size=int(name["size"]),
                               digest="", path="")
    return None


def invoice_of(address: str) -> tuple[str, str]:
    """The invoice and the key's end that an address is made of."""
    invoice, _, tail = address.partition("/")
    return invoice, tail


def document_of(row: Row, tail: str) -> str | None:
    """The id of the file of an address on its invoice's detail; None where it is not there."""
    for listed in members(row, "documents"):
        name = _NAMED.fullmatch(text(listed, "file_name") or text(listed, "attachment_name") or "")
        if name is not None and name["key"].endswith(tail):
            return ident(listed, "document_id")
    return None


def document_ids(row: Row) -> tuple[str, ...]:
    """The ids of everything attached to an invoice."""
    return tuple(ident(d, "document_id") for d in members(row, "documents"))
