"""Bodies in several parts: forms and files as browsers and SDKs send them."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a body: the field's name and its bytes; `file_name` is empty where it is no file."""

    name: str
    file_name: str
    content: bytes

    @property
    def text(self) -> str:
        """The content as text, without the white space around it."""
        return self.content.decode(errors="replace").strip()


def parts(content_type: str, body: bytes) -> Iterator[Part]:
    """The parts of a body; none where the content type is not multipart."""
    if not content_type.startswith("multipart/"):
        return
    whole = BytesParser(policy=HTTP).parsebytes(f"content-type: {content_type}\r\n\r\n".encode() + body)
    for part in whole.iter_parts() if whole.is_multipart() else ():
        name = part.get_param("name", "", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            yield Part(str(name), part.get_filename() or "", content)
