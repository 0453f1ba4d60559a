"""Files apart from records, for the file fields of records (F72)."""

import hashlib
from base64 import b64decode, b64encode

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import Call, Reply
from ledgerferry_sandbox.crm.errors import Refusal, wrong_parameter
from ledgerferry_sandbox.crm.models import StoredFile
from ledgerferry_sandbox.crm.route import Route
from ledgerferry_sandbox.crm.uploads import uploads

MOST = 10


def post(cabinet: Cabinet, call: Call) -> Reply:
    """POST /files: up to ten at once; each gets an id that a file field takes as `File_Id__s`."""
    given = uploads(call.request)
    if len(given) > MOST:
        raise Refusal("LIMIT_EXCEEDED", "only 10 files are allowed", {"limit": MOST})
    rows = []
    for each in given:
        number = hashlib.sha256(f"file/{cabinet.new_id()}".encode()).hexdigest()
        content = b64encode(each.content).decode()
        kept = StoredFile(id=number, file_name=each.name, content=content, size=len(each.content))
        cabinet.files.put(kept)
        details = {"name": kept.file_name, "id": kept.id}
        rows.append(
            {"code": "SUCCESS", "details": details, "message": "FILE_UPLOAD_SUCCESS", "status": "success"}
        )
    return Reply({"data": rows})


def get(cabinet: Cabinet, call: Call) -> Reply:
    """GET /files?id=: the file itself."""
    held = cabinet.files.get(call.needed("id"))
    if held is None:
        raise wrong_parameter("id", "the id given seems to be invalid")
    return Reply(file=b64decode(held.content), file_name=held.file_name)


ROUTES = (
    Route("POST", "v8/files", post, "ZohoCRM.files.CREATE"),
    Route("GET", "v8/files", get, "ZohoCRM.files.READ"),
)
