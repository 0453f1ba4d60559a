"""The files of bulk writes: records as one CSV in a ZIP on disk, and the report that comes back for them."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import IO, Final

from ledgerferry.model.outcome import InDoubt, Refused
from ledgerferry.systems.crm.bulk import unpacked
from ledgerferry.systems.zoho.fields import Row, ident

MOST_ROWS: Final = 25_000  # F74
# Text of a file; a ZIP of it stays below the 25 MB that CRM takes (F74).
_MOST_BYTES: Final = 20_000_000
_OWN: Final = ("STATUS", "RECORD_ID", "ERRORS")


@dataclass(frozen=True, slots=True)
class Line:
    """What CRM says of one row: ADDED, UPDATED, SKIPPED or UNPROCESSED, the record's id, or the errors.

    ``shown`` are the row's first columns as CRM read them.
    """

    status: str
    id: str
    errors: str
    shown: Mapping[str, str]


def packed(path: Path, names: Sequence[str], rows: Iterator[Row]) -> int:
    """Fill a ZIP with as many of the next rows as one write may carry; how many they were.

    Raises ``Refused`` for a value that a cell cannot hold.
    """
    count = 0
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("records.csv", "w") as raw,
        io.TextIOWrapper(raw, "utf-8", newline="") as text,
    ):
        writer = csv.writer(text)
        writer.writerow(names)
        size = 0
        for row in rows:
            cells = [cell(row.get(name), name) for name in names]
            writer.writerow(cells)
            count += 1
            size += sum(len(each.encode()) for each in cells)
            if count >= MOST_ROWS or size >= _MOST_BYTES:
                break
    return count


def cell(value: object, name: str) -> str:
    """A value as a cell of the file has it: lookups by id, several choices parted by semicolons."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping) and ident(value, "id"):
        return ident(value, "id")
    if isinstance(value, Sequence) and all(isinstance(each, str) for each in value):
        return ";".join(value)
    raise Refused(f"{name}: a bulk write cannot carry a {type(value).__name__}", subject=name, code="value")


def report(file: IO[bytes]) -> Iterator[Line]:
    """What CRM says of each row, in the file's order."""
    for row in unpacked(file):
        if any(name not in row for name in _OWN):
            raise InDoubt("the bulk write's report does not say what became of the rows", system="crm")
        shown = {name: value for name, value in row.items() if name and name not in _OWN}
        yield Line(row["STATUS"] or "", row["RECORD_ID"] or "", row["ERRORS"] or "", shown)


def matched(sent: Path, lines: Iterable[Line]) -> list[Line]:
    """The lines of a report, once each was held against the row that was sent in its place.

    Raises ``InDoubt`` where they are not as many, or one shows another row: no record gets another's receipt.
    """
    found: list[Line] = []
    with sent.open("rb") as file:
        for row, line in zip_longest(unpacked(file), lines):
            if row is None or line is None or not _same(row, line):
                raise InDoubt(
                    f"the bulk write's report and the file that was sent part at row {len(found) + 1}",
                    system="crm",
                )
            found.append(line)
    return found


def _same(row: Mapping[str, str], line: Line) -> bool:
    return all(row.get(name, "").strip() == value.strip() for name, value in line.shown.items())
