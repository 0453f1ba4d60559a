"""POST /upload: the file of a bulk writing (F74)."""

import io
import zipfile
from base64 import b64encode

from ledgerferry_sandbox.crm.bulk import jobs
from ledgerferry_sandbox.crm.bulk.jobs import UploadedFile
from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import Call, Reply
from ledgerferry_sandbox.crm.errors import Refusal
from ledgerferry_sandbox.crm.route import Route
from ledgerferry_sandbox.crm.uploads import uploads
from ledgerferry_sandbox.exchange import Row

FEATURE = "bulk-write"
MEGABYTE = 1_048_576
ELSEWHERE = "Please check if the URL trying to access is a correct one"


def upload(cabinet: Cabinet, call: Call) -> Reply:
    """Takes a ZIP with one CSV file and gives the id by which a writing names it.

    At which host it is taken is a switch (F74).
    """
    content = cabinet.switches.at("bulk_upload_host") == "content"
    if content and not call.header("host").startswith("content."):
        raise Refusal("INVALID_URL_PATTERN", ELSEWHERE, status=404)
    if call.header("feature") != FEATURE or call.header("x-crm-org") != cabinet.organization.zgid:
        text = "check if headers [feature, X-CRM-ORG] are present and valid"
        return Reply({"ERROR_CODE": 400, "ERROR_MESSAGE": "Bad Request", "x-error": text}, 400)
    file = uploads(call.request, len(call.request.body))[0]
    if len(file.content) > cabinet.switches.number("bulk_upload_mb") * MEGABYTE:
        raise Refusal("FILE_TOO_LARGE", "File size too large to process")
    if len(_names(file.content)) != 1:
        raise Refusal("INVALID_FILE_FORMAT", "invalid file format. only zip format is supported")
    number = cabinet.new_id()
    kept = UploadedFile(file_id=number, name=file.name, content=b64encode(file.content).decode())
    jobs.uploaded(cabinet).put(kept)
    details: Row = {"file_id": number, "created_time": cabinet.now()}
    done = {"status": "success", "code": "FILE_UPLOAD_SUCCESS", "message": "file uploaded."}
    return Reply({**done, "details": details})


def _names(content: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [name for name in archive.namelist() if name.lower().endswith(".csv")]
    except zipfile.BadZipFile:
        return []


ROUTES = (Route("POST", "v8/upload", upload, "ZohoCRM.bulk.CREATE|ZohoFiles.files.CREATE"),)
