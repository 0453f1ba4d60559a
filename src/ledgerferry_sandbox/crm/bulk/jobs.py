"""Bulk jobs as they are kept, the way they go by the clock, and their callbacks."""

import csv
import io
import json
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.errors import Refusal
from ledgerferry_sandbox.crm.models import Kept
from ledgerferry_sandbox.desk.tables import Table
from ledgerferry_sandbox.exchange import Row

State = Literal["ADDED", "IN PROGRESS", "COMPLETED", "FAILURE"]
READS, WRITES, UPLOADS = "bulk_reads", "bulk_writes", "bulk_uploads"
KEPT_FOR = 86_400.0
FIRST_PART = 0.25


class Job(Kept):
    """What every bulk job is: made at a moment, done at another, by whom, telling which address."""

    id: str
    created: float
    done: float
    created_by: str
    callback: Row | None = None


class ReadJob(Job):
    """A reading: its query as given, and the ZIP it comes to, in base64, unless it fails."""

    query: Row
    result: Row
    content: str
    failed: bool = False


class WriteJob(Job):
    """A writing: what was asked, and, once it is done, how it went and the ZIP with every row's outcome."""

    operation: Literal["insert", "update", "upsert"]
    character_encoding: str = "UTF-8"
    resource: Row
    address: str
    outcome: Row | None = None
    content: str = ""


class UploadedFile(Kept):
    """A ZIP that waits for a writing, in base64."""

    file_id: str
    name: str
    content: str


def furnish(cabinet: Cabinet) -> None:
    """Makes the tables of the jobs."""
    cabinet.shelf(READS, ReadJob, lambda job: job.id)
    cabinet.shelf(WRITES, WriteJob, lambda job: job.id)
    cabinet.shelf(UPLOADS, UploadedFile, lambda file: file.file_id)


def reads(cabinet: Cabinet) -> Table[ReadJob]:
    """The readings."""
    return cabinet.named(READS)


def writes(cabinet: Cabinet) -> Table[WriteJob]:
    """The writings."""
    return cabinet.named(WRITES)


def uploaded(cabinet: Cabinet) -> Table[UploadedFile]:
    """The uploaded files."""
    return cabinet.named(UPLOADS)


def state(cabinet: Cabinet, job: Job) -> State:
    """How far a job is: added, then in progress, then completed, as the clock goes."""
    now = cabinet.desk.clock.now()
    if now >= job.done:
        return "FAILURE" if isinstance(job, ReadJob) and job.failed else "COMPLETED"
    return "ADDED" if now < job.created + (job.done - job.created) * FIRST_PART else "IN PROGRESS"


def lasting(cabinet: Cabinet, job: Job) -> bool:
    """Whether a completed job's file is still kept: for a day."""
    return state(cabinet, job) == "COMPLETED" and job.done <= cabinet.desk.clock.now() < job.done + KEPT_FOR


def who(cabinet: Cabinet, number: str) -> Row:
    """The user who made a job, in short."""
    user = cabinet.users.get(number)
    return {"id": number, "name": user.full_name if user else None}


def moment(cabinet: Cabinet, at: float) -> str:
    """A moment as CRM writes it."""
    return datetime.fromtimestamp(int(at), cabinet.desk.zone).isoformat()


def callback(given: object) -> Row | None:
    """The address to tell, checked."""
    if given is None:
        return None
    row = given if isinstance(given, dict) else {}
    if str(row.get("method", "")).lower() != "post":
        details: Row = {"supported_callback_methods": ["post"]}
        raise Refusal("INVALID_CALLBACK_METHOD", "the given callback method is not supported", details)
    parts = urlsplit(str(row.get("url", "")))
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise Refusal("INVALID_CALLBACK_URL", "the given callback url is invalid", {"url": row.get("url")})
    return row


def tell(cabinet: Cabinet, job: Job, body: Row, after: float) -> None:
    """Posts a job's callback, if it has one."""
    if job.callback:
        text = json.dumps(body, ensure_ascii=False)
        about: Row = {"kind": "bulk", "job_id": job.id}
        headers = {"content-type": "application/json"}
        cabinet.desk.outbox.post("crm", job.callback["url"], text, headers, about=about, after=after)


def packed(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A ZIP with one CSV file, in base64."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), text.getvalue().encode(), zipfile.ZIP_DEFLATED)
    return b64encode(whole.getvalue()).decode()


def unpacked(content: str) -> bytes:
    """The bytes of a file in base64."""
    return b64decode(content)


def nothing_there(resource: str, status: int) -> Refusal:
    """RESOURCE_NOT_FOUND: a job, or its file, that there is not."""
    return Refusal(
        "RESOURCE_NOT_FOUND", "The requested resource doesn't exist.", {"resource": resource}, status
    )


def unavailable(module: str) -> Refusal:
    """MODULE_NOT_AVAILABLE: a module that there is not, or not in this edition."""
    text = f"Requested module '{module}' is not available."
    return Refusal("MODULE_NOT_AVAILABLE", text, {"module": module})
