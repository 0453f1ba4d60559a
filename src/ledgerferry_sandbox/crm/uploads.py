"""The files in a multipart body."""

from dataclasses import dataclass

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
    found = [Upload(part.file_name, part.content) for part in request.parts() if part.file_name]
    if not found:
        raise Refusal("INVALID_REQUEST", "unable to process your request", {"expected_type": "multipart"})
    for each in found:
        if len(each.content) > largest:
            details = {"max_size": largest, "file_name": each.name}
            raise Refusal("FILE_SIZE_MORE_THAN_ALLOWED_SIZE", "file size more than allowed size", details)
    return found
