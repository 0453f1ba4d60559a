"""Files: attachments of deals, recognised by a name that carries key and size (F72)."""

from collections.abc import Iterable
from mimetypes import guess_type

from ledgerferry.model.record import FileContent, Kind, Ref
from ledgerferry.systems.zoho.attaching import NAMED, attachment_name
from ledgerferry.systems.zoho.fields import Fields, ident, text


def media(content: FileContent) -> str:
    """What kind of file it is, by its name."""
    return guess_type(content.name)[0] or "application/octet-stream"


def ref(connection: str, deal: str, attachment: str) -> Ref:
    """The address of a file: its deal and its own id."""
    return Ref(connection=connection, kind=Kind.FILE, id=f"{deal}/{attachment}")


def parts(address: str) -> tuple[str, str]:
    """The deal and the attachment that an address is made of."""
    deal, _, attachment = address.partition("/")
    return deal, attachment


def held(rows: Iterable[Fields], content: FileContent, key: str) -> str | None:
    """The id of this file among a deal's attachments."""
    wanted = attachment_name(content, key)
    return next((ident(row, "id") for row in rows if text(row, "File_Name") == wanted), None)


def found(rows: Iterable[Fields], attachment: str, document: str) -> FileContent | None:
    """The file of an address among a deal's attachments; neither digest nor path are known there."""
    for row in rows:
        if ident(row, "id") != attachment:
            continue
        name = text(row, "File_Name") or ""
        ours = NAMED.fullmatch(name)
        size = int(ours["size"]) if ours else int(row.number("Size") or 0)
        shown = ours["stem"] + ours["ext"] if ours else name
        return FileContent(document=document, name=shown, size=size, digest="", path="")
    return None
