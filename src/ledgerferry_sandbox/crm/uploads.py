"""The files in a multipart body."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP

from ledgerferry_sandbox.crm.errors import Refusal
from ledgerferry_sandbox.exchange import Request

MEGABYTE = 1_048_576
LARGEST = 20 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as it came."""

    name: str
    content: bytes


def uploads(request: Request, largest: int = LARGEST) -> list[Upload]:
    """The files of a request; none is INVALID_REQUEST, one over 20 MB (F72), or as given, is refused."""
    found = list(_files(request))
    if not found:
        raise Refusal("INVALID_REQUEST", "unable to process your request", {"expected_type": "multipart"})
    for each in found:
        if len(each.content) > largest:
            details = {"max_size": largest, "file_name": each.name}
            raise Refusal("FILE_SIZE_MORE_THAN_ALLOWED_SIZE", "file size more than allowed size", details)
    return found


def _files(request: Request) -> Iterator[Upload]:
    kind = request.headers.get("content-type", "")
    if not kind.startswith("multipart/"):
        return
    whole = BytesParser(policy=HTTP).parsebytes(f"content-type: {kind}\r\n\r\n".encode() + request.body)
    for part in whole.iter_parts() if whole.is_multipart() else ():
        name = part.get_filename()
        content = part.get_payload(decode=True)
        if name and isinstance(content, bytes):
            yield Upload(name, content)
