"""Files: attachments of invoices, recognised by a name that carries key and size (F39)."""

from typing import Final

from ledgerferry.model.ids import Identity
from ledgerferry.model.record import FileContent, Kind, Ref
from ledgerferry.systems.books.fields import Row, ident, members, text
from ledgerferry.systems.zoho.attaching import NAMED, attachment_name

MEDIA: Final = {".gif": "image/gif", ".png": "image/png", ".jpeg": "image/jpeg", ".jpg": "image/jpeg",
                ".bmp": "image/bmp", ".pdf": "application/pdf"}
_TAIL: Final = 20


def ref(connection: str, kind: Kind, document: str, key: str) -> Ref:
    """The address of a file: its document and the end of its key, since an upload's answer names no id."""
    return Ref(connection=connection, kind=Kind.FILE, id=_address(kind, document, key))


def addresses(row: Row, kind: Kind, document: str) -> tuple[str, ...]:
    """The addresses of the ferry's own files that a document's detail lists."""
    listed = (text(d, "file_name") or text(d, "attachment_name") or "" for d in members(row, "documents"))
    names = filter(None, map(NAMED.fullmatch, listed))
    return tuple(_address(kind, document, name["key"]) for name in names)


def _address(kind: Kind, document: str, key: str) -> str:
    address = f"{document}/{key[-_TAIL:]}"
    return address if kind is Kind.INVOICE else f"{address}/{kind}"


def owner_kind(content: FileContent) -> Kind:
    """The kind of document that a file hangs on."""
    return Kind(Identity.parse(content.document).kind)


def held(row: Row, content: FileContent, key: str) -> bool:
    """Whether a document's detail lists this file."""
    wanted = attachment_name(content, key)
    listed = members(row, "documents")
    return any(wanted in (text(d, "file_name"), text(d, "attachment_name")) for d in listed)


def found(row: Row, tail: str, document: str) -> FileContent | None:
    """The file of an address on its document's detail; neither digest nor path are known there."""
    for listed in members(row, "documents"):
        name = NAMED.fullmatch(text(listed, "file_name") or text(listed, "attachment_name") or "")
        if name is not None and name["key"].endswith(tail):
            return FileContent(document=document, name=name["stem"] + name["ext"], size=int(name["size"]),
                               digest="", path="")
    return None


def owner_of(address: str) -> tuple[Kind, str, str]:
    """The document, and the key's end, that an address is made of."""
    document, tail, *kind = address.split("/")
    return Kind(kind[0]) if kind else Kind.INVOICE, document, tail


def document_of(row: Row, tail: str) -> str | None:
    """The id of the file of an address on its document's detail; None where it is not there."""
    for listed in members(row, "documents"):
        name = NAMED.fullmatch(text(listed, "file_name") or text(listed, "attachment_name") or "")
        if name is not None and name["key"].endswith(tail):
            return ident(listed, "document_id")
    return None
