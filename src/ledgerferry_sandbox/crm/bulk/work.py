"""The writings that have fallen due: each row of the file into the module (F74)."""

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ledgerferry_sandbox.crm.bulk import jobs
from ledgerferry_sandbox.crm.bulk.jobs import WriteJob
from ledgerferry_sandbox.crm.bulk.write_calls import row as shown
from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.errors import Refusal
from ledgerferry_sandbox.crm.models import Field, Record
from ledgerferry_sandbox.crm.writing import Writing
from ledgerferry_sandbox.exchange import Row

SHOWN_COLUMNS = 3
OUTCOMES = {"ADDED": "added_count", "UPDATED": "updated_count", "SKIPPED": "skipped_count"}
DATE_SIGNS = (
    ("yyyy", "%Y"),
    ("MM", "%m"),
    ("dd", "%d"),
    ("HH", "%H"),
    ("mm", "%M"),
    ("ss", "%S"),
    ("'T'", "T"),
    ("XXX", "%z"),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row of the file."""

    status: str
    record_id: str = ""
    error: str = ""


def work(cabinet: Cabinet) -> None:
    """Does every writing that is due, and tells its callback."""
    now = cabinet.desk.clock.now()
    due = [job for job in jobs.writes(cabinet) if job.outcome is None and job.done <= now]
    for job in due:
        cabinet.begin_call()
        done = jobs.writes(cabinet).put(_done(cabinet, job))
        jobs.tell(cabinet, done, {"job_id": done.id, **shown(cabinet, done)}, 0.0)


def _done(cabinet: Cabinet, job: WriteJob) -> WriteJob:
    try:
        header, rows = _read(cabinet, job)
    except (ValueError, LookupError) as error:
        failed = {"status": "FAILED", "name": job.resource["file_name"]}
        code = str(error) if str(error) == "LIMIT_EXCEEDED" else "INVALID_FILE_FORMAT"
        return job.model_copy(update={"outcome": {"status": "FAILED", "code": code, "file": failed}})
    outcomes = [_write(cabinet, job, row) for row in rows]
    counts = {key: sum(each.status == status for each in outcomes) for status, key in OUTCOMES.items()}
    name = job.resource["file_name"]
    file: Row = {"status": "COMPLETED", "name": name, **counts, "total_count": len(rows)}
    return job.model_copy(
        update={
            "outcome": {"status": "COMPLETED", "file": file},
            "content": _report(job, header, rows, outcomes),
        }
    )


def _read(cabinet: Cabinet, job: WriteJob) -> tuple[list[str], list[list[str]]]:
    file = jobs.uploaded(cabinet).get(str(job.resource["file_id"]))
    if file is None:
        raise LookupError
    with zipfile.ZipFile(io.BytesIO(jobs.unpacked(file.content))) as archive:
        name = next(each for each in archive.namelist() if each.lower().endswith(".csv"))
        text = archive.read(name).decode(job.character_encoding.lower()).removeprefix("\ufeff")
    header, *rows = list(csv.reader(io.StringIO(text, newline=""))) or [[]]
    if len(rows) > cabinet.switches.number("bulk_write_rows"):
        raise ValueError("LIMIT_EXCEEDED")
    return header, [row for row in rows if row]


def _write(cabinet: Cabinet, job: WriteJob, cells: list[str]) -> Outcome:
    """One row; its refusal is an outcome, and names the field."""
    module = job.resource["module"]["api_name"]
    how = Writing(cabinet, job.created_by, triggered=False)
    try:
        row = _row(cabinet, module, job.resource, cells)
        held = None if job.operation == "insert" else _found(cabinet, module, job.resource["find_by"], row)
        if held is not None:
            return Outcome("UPDATED", how.update(held, row, "$").id)
        if job.operation == "update":
            return Outcome("SKIPPED", "", f"RESOURCE_NOT_FOUND-{job.resource['find_by']}")
        return Outcome("ADDED", how.insert(module, row, "$").id)
    except Refusal as refusal:
        return Outcome("SKIPPED", "", f"{refusal.code}-{refusal.details.get('api_name', '')}")


def _found(cabinet: Cabinet, module: str, name: str, row: Row) -> Record | None:
    value = row.pop("id", None) if name == "id" else row.get(name)
    if value in (None, ""):
        return None
    if name == "id":
        return cabinet.get(module, str(value))
    if name in cabinet.indexed(module):
        return next(iter(cabinet.find(module, name, value)), None)
    return next((each for each in cabinet.records(module) if str(each.get(name)) == str(value)), None)


def _row(cabinet: Cabinet, module: str, resource: Row, cells: list[str]) -> Row:
    fields, row = cabinet.fields(module), dict[str, Any]()
    for mapping in resource["field_mappings"]:
        name, index = mapping["api_name"], mapping.get("index")
        text = cells[index].strip() if isinstance(index, int) and 0 <= index < len(cells) else ""
        default = mapping.get("default_value")
        if not text and isinstance(default, dict):
            row[name] = default.get("value")
        elif text:
            row[name] = text if name == "id" else _value(cabinet, fields[name], mapping, text)
        elif not resource.get("ignore_empty"):
            row[name] = None
    return row


def _value(cabinet: Cabinet, field: Field, mapping: Row, text: str) -> object:
    """The text of a cell as the body of a record would have it."""
    if field.data_type == "boolean":
        return text.lower() == "true" if text.lower() in ("true", "false") else text
    if field.data_type == "multiselectpicklist":
        return text.split(";")
    if field.data_type in ("date", "datetime") and mapping.get("format"):
        return _formatted(text, str(mapping["format"]), days=field.data_type == "date")
    by = mapping.get("find_by")
    if field.data_type == "lookup" and by and by != "id":
        held = cabinet.find(field.lookup, by, text) if by in cabinet.indexed(field.lookup) else []
        return {"id": held[0].id if held else text}
    return text


def _formatted(text: str, pattern: str, *, days: bool) -> str:
    for sign, meaning in DATE_SIGNS:
        pattern = pattern.replace(sign, meaning)
    try:
        held = datetime.strptime(text, pattern)  # noqa: DTZ007 - a zone, if there is one, is in the pattern
    except ValueError:
        return text
    return held.date().isoformat() if days else held.isoformat()


def _report(job: WriteJob, header: list[str], rows: list[list[str]], outcomes: list[Outcome]) -> str:
    """The first three mapped columns of every row, and its status, id and error."""
    mapped = [each["index"] for each in job.resource["field_mappings"] if isinstance(each.get("index"), int)]
    shown_columns = [index for index in mapped if index < len(header)][:SHOWN_COLUMNS]
    cells = ([row[index] if index < len(row) else "" for index in shown_columns] for row in rows)
    ends = ([each.status, each.record_id, each.error] for each in outcomes)
    lines = [first + last for first, last in zip(cells, ends, strict=True)]
    names = [*(header[index] for index in shown_columns), "STATUS", "RECORD_ID", "ERRORS"]
    return jobs.packed(f"{job.resource['module']['api_name']}-{job.id}.csv", names, lines)
