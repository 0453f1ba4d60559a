"""Bulk writes: up to 25,000 records by one file for 500 credits, and a result for each of them (F74)."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import repeat
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import urlsplit

from ledgerferry.model.outcome import (
    Busy,
    CallError,
    InDoubt,
    LoginNeeded,
    Refused,
    Stale,
    Unreachable,
    Unsent,
)
from ledgerferry.model.ports import Clock, Journal
from ledgerferry.systems.crm import bulkfile, prices
from ledgerferry.systems.crm.bulkfile import Line
from ledgerferry.systems.crm.calls import BULK, V8, Calls, fields
from ledgerferry.systems.crm.metadata import Metadata
from ledgerferry.systems.crm.records import RecordReceipt, Result
from ledgerferry.systems.zoho.centres import content_url, download_urls
from ledgerferry.systems.zoho.fields import Row, ident, member, members, text
from ledgerferry.wire.message import FileBody, Reply

# Home seconds between looks at a write under way: soon at first, then seldom.
_LOOK_FIRST: Final = 2.0
_LOOK_LAST: Final = 30.0
_LONGEST: Final = timedelta(hours=2)  # the system's time
_UPLOADS: Final = 3
_ACTIONS: Final[Mapping[str, str]] = {"ADDED": "insert", "UPDATED": "update"}
_FORMATS: Final[Mapping[str, str]] = {"date": "yyyy-MM-dd", "datetime": "yyyy-MM-dd'T'HH:mm:ssXXX"}
_ENDED: Final = ("COMPLETED", "FAILED", "FAILURE", "SKIPPED")


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is to be done with a file's rows."""

    operation: str
    module: str
    names: tuple[str, ...]
    by: str | None = None
    clear: bool = False
    journal: Journal | None = None

    @property
    def about(self) -> str:
        return f"bulk write of {self.module}"


class BulkWrites:
    """Records written by files. Each file is one upload, one order, some looks at how it stands, one report.

    Rows are drawn as they are needed and given one result each, in their order: a receipt, or the error that
    ended it. A file whose order got no answer is in doubt with all its rows, and is never ordered again: a
    query by a key tells whether CRM did it. Workflows stay quiet. ``names`` are the fields that the file has.
    """

    def __init__(self, calls: Calls, metadata: Metadata, clock: Clock, api_url: str) -> None:
        self._calls = calls
        self._metadata = metadata
        self._clock = clock
        self._api_url = api_url

    def insert(
        self,
        module: str,
        names: Sequence[str],
        rows: Iterable[Row],
        *,
        journal: Journal | None = None,
    ) -> Iterator[Result]:
        """New records. Without a unique field among the names, a file in doubt cannot be proved."""
        return self._written(_Wish("insert", module, tuple(names), journal=journal), iter(rows))

    def update(
        self,
        module: str,
        names: Sequence[str],
        rows: Iterable[Row],
        *,
        by: str = "id",
        clear: bool = False,
        journal: Journal | None = None,
    ) -> Iterator[Result]:
        """Records changed, found by a unique field; ``clear`` empties fields whose value is None."""
        return self._written(
            _Wish("update", module, tuple(names), by, clear=clear, journal=journal), iter(rows)
        )

    def upsert(
        self,
        module: str,
        names: Sequence[str],
        rows: Iterable[Row],
        *,
        by: str,
        clear: bool = False,
        journal: Journal | None = None,
    ) -> Iterator[Result]:
        """Records new or changed, found by a unique field, such as the key that ``connect`` makes."""
        return self._written(
            _Wish("upsert", module, tuple(names), by, clear=clear, journal=journal), iter(rows)
        )

    def state(self, write: str) -> Row:
        """How a write stands: ``status`` and, once it ended, ``resource`` with counts, and ``result``."""
        return fields(self._calls.read(f"{BULK}/write/{write}", subject=f"bulk write {write}"))

    def wait(self, write: str) -> Row:
        """A write once it ended; ``Unreachable`` where it does not within two hours of the system's time."""
        began, pause = self._calls.client.now(), _LOOK_FIRST
        while True:
            row = self.state(write)
            if ident(row, "status").upper() in _ENDED:
                return row
            if self._calls.client.now() - began > _LONGEST:
                raise self._error(Unreachable, "the write does not come to an end", f"bulk write {write}")
            self._clock.sleep(pause)
            pause = min(pause * 1.5, _LOOK_LAST)

    def lines(self, write: str) -> list[Line]:
        """What became of each row of a write that was ordered before, in the file's order."""
        return self._report(write, self.wait(write))[0]

    def _written(self, wish: _Wish, rows: Iterator[Row]) -> Iterator[Result]:
        mappings = self._mappings(wish)
        done = False
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{wish.module}.zip"
            while count := bulkfile.packed(path, wish.names, rows):
                try:
                    results = self._part(wish, mappings, path, count)
                except (Busy, LoginNeeded, Unsent) as error:
                    if not done:
                        raise
                    yield from repeat(error, count)
                    yield from (error for _ in rows)
                    return
                except CallError as error:
                    results = [error] * count
                yield from results
                done = True

    def _part(self, wish: _Wish, mappings: list[Row], path: Path, count: int) -> list[Result]:
        write = self._order(wish, mappings, self._upload(wish, path), count)
        about = f"bulk write {write}"
        try:
            ended = self.wait(write)
            if not _did(ended):
                return [self._refused(ended, about)] * count
            lines, reply = self._report(write, ended)
            return [self._result(line, reply, about) for line in bulkfile.matched(path, lines)]
        except CallError as error:
            why = f"it was ordered, and its report cannot be had: {error.why}; ask lines({write!r}) later"
            raise self._error(InDoubt, why, about) from None

    def _upload(self, wish: _Wish, path: Path) -> str:
        """The file put aside, where nothing is done with it yet; so it may be sent again."""
        body = FileBody("file", path.name, "application/zip", path)
        headers = (("feature", "bulk-write"), ("X-CRM-ORG", self._metadata.company().id))
        why = ""
        for base in dict.fromkeys((content_url(self._api_url), self._api_url)):
            calls = self._calls.beside(base)
            for _ in range(_UPLOADS):
                try:
                    reply = calls.write(
                        "POST", f"{V8}/upload", body, wish.journal, headers=headers, subject=wish.about
                    )
                except InDoubt as error:
                    why = error.why
                    continue
                except (Stale, Unreachable) as error:
                    why = error.why
                    break
                file = ident(member(fields(reply), "details"), "file_id")
                if file:
                    return file
                why = "the answer names no file"
        raise self._error(Unsent, f"CRM did not take the file ({why}); nothing was written", wish.about)

    def _order(self, wish: _Wish, mappings: list[Row], file: str, count: int) -> str:
        known = self._metadata.modules().get(wish.module)
        resource: dict[str, object] = {
            "type": "data",
            "module": {"api_name": wish.module} | ({"id": known.id} if known else {}),
            "file_id": file,
            "ignore_empty": not wish.clear,
            "field_mappings": mappings,
        }
        resource |= {"find_by": wish.by} if wish.by else {}
        body = {"operation": wish.operation, "resource": [resource]}
        try:
            reply = self._calls.write(
                "POST", f"{BULK}/write", body, wish.journal, price=prices.BULK_WRITE, subject=wish.about
            )
        except InDoubt as error:
            proof = f"a query by {wish.by}" if wish.by else "Setup, Import History"
            why = f"nobody knows whether CRM writes these {count} rows ({error.why}): {proof} shows it"
            raise self._error(InDoubt, why, wish.about) from None
        write = ident(member(fields(reply), "details"), "id")
        if not write:
            raise self._error(InDoubt, "the answer names no bulk write", wish.about)
        return write

    def _mappings(self, wish: _Wish) -> list[Row]:
        """Where each field stands in the file, and how its cells are to be read."""
        held = self._metadata.fields(wish.module)
        unknown = [name for name in wish.names if name not in held and name != "id"]
        if unknown or (wish.by is not None and wish.by not in wish.names):
            why = (
                f"{wish.module} has no field {', '.join(unknown)}"
                if unknown
                else f"{wish.by} is not among the names"
            )
            raise self._error(Refused, why, wish.about)
        found: list[Row] = []
        for index, name in enumerate(wish.names):
            kind = held[name].type if name in held else ""
            how = {"find_by": "id"} if kind == "lookup" else {}
            how |= {"format": _FORMATS[kind]} if kind in _FORMATS else {}
            found.append({"api_name": name, "index": index, **how})
        return found

    def _report(self, write: str, ended: Row) -> tuple[list[Line], Reply]:
        """The lines of a report, and the answer that carried it."""
        url = urlsplit(text(member(ended, "result"), "download_url") or "")
        base = f"{url.scheme}://{url.netloc}" if url.netloc else self._api_url
        if base not in download_urls(self._api_url):
            raise self._error(
                Refused, f"its report lies at {base}, which is no host of Zoho's", f"bulk write {write}"
            )
        with tempfile.TemporaryFile() as file:
            reply = self._download(base, url.path, file, write)
            return list(bulkfile.report(file)), reply

    def _download(self, base: str, path: str, sink: BinaryIO, write: str) -> Reply:
        return self._calls.beside(base).read(path, sink=sink, subject=f"bulk write {write}")

    def _refused(self, ended: Row, about: str) -> CallError:
        """A write that did nothing, and says so."""
        first = next(iter(members(ended, "resource")), {})
        code = ident(first, "code") or ident(ended, "status")
        return self._error(Refused, "CRM could not write the file, and wrote none of its rows", about, code)

    def _result(self, line: Line, reply: Reply, about: str) -> Result:
        action = _ACTIONS.get(line.status.upper())
        if action and line.id:
            at = reply.date or self._calls.client.now()
            return RecordReceipt(id=line.id, action=action, at=at, request=reply.request)
        if line.status.upper() == "UNPROCESSED":
            return self._error(Unsent, "CRM did not come to this row", about)
        if not action and line.status.upper() != "SKIPPED":
            self._calls.strange(f"status {line.status} of a bulk write's row")
        if action or not line.errors:
            return self._error(InDoubt, f"the report says {line.status} without more", about)
        code, _, columns = line.errors.split(":")[0].partition("-")
        told = {"code": code, "message": line.errors, "details": {"api_name": columns}}
        return self._calls.error(told, reply, about)

    def _error(self, kind: type[CallError], why: str, about: str, code: str = "") -> CallError:
        return kind(why, system=self._calls.client.system, subject=about, code=code)


def _did(ended: Row) -> bool:
    """Whether a write that ended may have written something: it completed, counts rows, or has a report."""
    first: Row = next(iter(members(ended, "resource")), {})
    file = member(first, "file")
    counted = any(file.get(name) not in (None, 0) for name in ("added_count", "updated_count"))
    shown = bool(text(member(ended, "result"), "download_url"))
    return ident(ended, "status").upper() == "COMPLETED" or counted or shown
