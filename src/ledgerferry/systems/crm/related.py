"""What hangs on a record: related lists, attachments, notes; files; and leads turned into customers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from ledgerferry.model.outcome import Refused
from ledgerferry.model.ports import Journal
from ledgerferry.systems.crm import prices
from ledgerferry.systems.crm.calls import V8, Calls, fields
from ledgerferry.systems.zoho.fields import Fields, Row, ident, member, members, text
from ledgerferry.wire.message import FileBody

_PAGE: Final = 200
_LARGEST: Final = 20_000_000  # F72
_LISTED: Final = ("id", "File_Name", "Size", "Created_Time", "Modified_Time")
_NOTED: Final = ("id", "Note_Title", "Note_Content", "Created_Time", "Modified_Time")


@dataclass(frozen=True, slots=True)
class Converted:
    """What a lead became: ids, None where that was not made."""

    account: str | None
    contact: str | None
    deal: str | None


class Related:
    """What hangs on the records of one module. Uploads and downloads go through no memory but a buffer."""

    def __init__(self, calls: Calls, module: str) -> None:
        self.module = module
        self._calls = calls

    def list(self, record: str, related: str, names: Sequence[str]) -> Iterator[Fields]:
        """The records of a related list, by the list's API name (F71), 200 a call."""
        page = 1
        while True:
            query = {"fields": ",".join(names), "page": str(page), "per_page": str(_PAGE)}
            body = fields(self._calls.read(self._path(record, related), query, subject=self._about(record)))
            yield from (Fields(row) for row in members(body, "data"))
            if member(body, "info").get("more_records") is not True:
                return
            page += 1

    def attachments(self, record: str) -> Iterator[Fields]:
        """The files that hang on a record (F72)."""
        return self.list(record, "Attachments", _LISTED)

    def attach(
        self, record: str, path: Path, name: str, media: str, *, journal: Journal | None = None
    ) -> str:
        """A file hung on a record, streamed from disk; its id."""
        if path.stat().st_size > _LARGEST:
            raise Refused("CRM takes files up to 20 MB", subject=self._about(record))
        reply = self._calls.write(
            "POST",
            self._path(record, "Attachments"),
            FileBody("file", name, media, path),
            journal,
            subject=self._about(record),
        )
        return _id(self._calls.only(reply, self._about(record)))

    def download(self, record: str, attachment: str, sink: BinaryIO) -> None:
        """An attached file's bytes, written as they come."""
        self._calls.read(
            f"{self._path(record, 'Attachments')}/{attachment}", sink=sink, subject=self._about(record)
        )

    def detach(self, record: str, attachment: str, *, journal: Journal | None = None) -> None:
        """An attached file removed."""
        reply = self._calls.write(
            "DELETE",
            f"{self._path(record, 'Attachments')}/{attachment}",
            None,
            journal,
            subject=self._about(record),
        )
        self._calls.only(reply, self._about(record))

    def notes(self, record: str) -> Iterator[Fields]:
        """The notes on a record."""
        return self.list(record, "Notes", _NOTED)

    def note(self, record: str, title: str, content: str, *, journal: Journal | None = None) -> str:
        """A new note on a record; its id."""
        body = {"data": [{"Note_Title": title, "Note_Content": content}]}
        reply = self._calls.write(
            "POST", self._path(record, "Notes"), body, journal, subject=self._about(record)
        )
        return _id(self._calls.only(reply, self._about(record)))

    def merge(self, master: str, others: Sequence[str], *, journal: Journal | None = None) -> None:
        """Other records of the module merged into one, whose values stay; costs 50 credits (F76)."""
        body = {"merge": [{"data": [{"id": other} for other in others]}]}
        self._calls.write(
            "POST",
            self._path(master, "actions/merge"),
            body,
            journal,
            price=prices.MERGE,
            subject=self._about(master),
        )

    def _path(self, record: str, rest: str) -> str:
        return f"{V8}/{self.module}/{record}/{rest}"

    def _about(self, record: str) -> str:
        return f"{self.module} {record}"


def convert(
    calls: Calls,
    lead: str,
    *,
    account: str | None = None,
    contact: str | None = None,
    deal: Mapping[str, object] | None = None,
    journal: Journal | None = None,
) -> Converted:
    """A lead turned into an account and a contact, given or new, and where its values are given a deal.

    Nobody is told of it. Costs five credits (F76).
    """
    given: dict[str, object] = {"notify_lead_owner": False, "notify_new_entity_owner": False}
    given |= {"Accounts": {"id": account}} if account else {}
    given |= {"Contacts": {"id": contact}} if contact else {}
    given |= {"Deals": deal} if deal else {}
    reply = calls.write(
        "POST",
        f"{V8}/Leads/{lead}/actions/convert",
        {"data": [given]},
        journal,
        price=prices.CONVERT,
        subject=f"Leads {lead}",
    )
    details = member(calls.only(reply, f"Leads {lead}"), "details")
    return Converted(*(_named(details, module) for module in ("Accounts", "Contacts", "Deals")))


def upload(calls: Calls, path: Path, name: str, media: str, *, journal: Journal | None = None) -> str:
    """A file put aside for a file field, streamed from disk; the id that the field takes."""
    reply = calls.write("POST", f"{V8}/files", FileBody("file", name, media, path), journal, subject="file")
    return _id(calls.only(reply, "file"))


def fetch(calls: Calls, file: str, sink: BinaryIO) -> None:
    """The bytes of a file that was put aside, written as they come."""
    calls.read(f"{V8}/files", {"id": file}, sink=sink, subject="file")


def _id(result: Row) -> str:
    return ident(member(result, "details"), "id")


def _named(details: Row, module: str) -> str | None:
    return text(member(details, module), "id") or text(details, module)
