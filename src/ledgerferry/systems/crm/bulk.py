"""Bulk reads: a whole module as rows, 200,000 for 50 credits, for first loads (F73)."""

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import IO, BinaryIO, Final

from ledgerferry.model.outcome import InDoubt, Refused, Unreachable
from ledgerferry.model.ports import Clock, Journal
from ledgerferry.systems.crm import prices
from ledgerferry.systems.crm.calls import BULK, Calls, fields
from ledgerferry.systems.zoho.fields import Row, ident, member, members, text

# Home seconds between looks at a read under way: soon at first, then seldom.
_LOOK_FIRST: Final = 2.0
_LOOK_LAST: Final = 30.0
_LONGEST: Final = timedelta(hours=2)  # the system's time
# A ZIP says how large it will be; text shrinks to no less than a hundredth.
_RATIO: Final = 200
_LARGEST: Final = 4 * 1024**3


class BulkReads:
    """Whole modules. A read is one order, some looks at how it stands, and one file."""

    def __init__(self, calls: Calls, clock: Clock) -> None:
        self._calls = calls
        self._clock = clock

    def rows(
        self,
        module: str,
        names: Sequence[str],
        *,
        criteria: Row | None = None,
        journal: Journal | None = None,
    ) -> Iterator[Mapping[str, str]]:
        """Every record of a module as texts by field, page by page of 200,000.

        ``criteria`` is CRM's own form of a condition. Raises ``Refused`` where a read fails, ``Unreachable``
        where it does not end within two hours of the system's time.
        """
        token: str | None = None
        page = 1
        while True:
            read = self.order(module, names, criteria=criteria, page=page, token=token, journal=journal)
            result = self.wait(read)
            with tempfile.TemporaryFile() as file:
                self.download(read, file)
                yield from unpacked(file)
            if result.get("more_records") is not True:
                return
            token, page = text(result, "next_page_token"), page + 1

    def order(
        self,
        module: str,
        names: Sequence[str],
        *,
        criteria: Row | None = None,
        page: int = 1,
        token: str | None = None,
        journal: Journal | None = None,
    ) -> str:
        """Ask for one page of a module; the read's id. Costs 50 credits."""
        query: dict[str, object] = {"module": {"api_name": module}, "fields": list(names)}
        query |= {"page_token": token} if token else {"page": page}
        query |= {"criteria": criteria} if criteria else {}
        reply = self._calls.write(
            "POST",
            f"{BULK}/read",
            {"query": query},
            journal,
            price=prices.BULK_READ,
            subject=f"bulk read of {module}",
        )
        return ident(member(self._calls.only(reply, f"bulk read of {module}"), "details"), "id")

    def state(self, read: str) -> Row:
        """How a read stands: ``state`` and, once it is COMPLETED, ``result``."""
        found = members(fields(self._calls.read(f"{BULK}/read/{read}", subject=f"bulk read {read}")), "data")
        if len(found) != 1:
            raise InDoubt(
                "the answer shows no bulk read", system=self._calls.client.system, subject=f"bulk read {read}"
            )
        return found[0]

    def wait(self, read: str) -> Row:
        """The result of a read, once it is there."""
        began: datetime = self._calls.client.now()
        pause = _LOOK_FIRST
        while True:
            row = self.state(read)
            state = ident(row, "state").upper()
            if state == "COMPLETED":
                return member(row, "result")
            if state in ("FAILURE", "FAILED"):
                raise Refused(
                    "CRM could not read the module",
                    system=self._calls.client.system,
                    subject=f"bulk read {read}",
                    code=state,
                )
            if self._calls.client.now() - began > _LONGEST:
                raise Unreachable(
                    "the read does not come to an end",
                    system=self._calls.client.system,
                    subject=f"bulk read {read}",
                )
            self._clock.sleep(pause)
            pause = min(pause * 1.5, _LOOK_LAST)

    def download(self, read: str, sink: BinaryIO) -> None:
        """The read's file, a ZIP of one CSV, written as it comes."""
        self._calls.read(f"{BULK}/read/{read}/result", sink=sink, subject=f"bulk read {read}")


def unpacked(file: IO[bytes]) -> Iterator[Mapping[str, str]]:
    """The rows of the CSV files in a ZIP; ``InDoubt`` where it is none, or swells beyond measure."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            for about in archive.infolist():
                if about.file_size > min(_LARGEST, max(1024**2, about.compress_size * _RATIO)):
                    raise InDoubt("the bulk read's file swells beyond measure", system="crm")
                with (
                    archive.open(about) as packed,
                    io.TextIOWrapper(packed, "utf-8-sig", newline="") as lines,
                ):
                    yield from csv.DictReader(lines)
    except (zipfile.BadZipFile, UnicodeDecodeError, csv.Error) as error:
        raise InDoubt(f"the bulk read's file cannot be read ({type(error).__name__})", system="crm") from None
