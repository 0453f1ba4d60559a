"""Pictures of records and of the organisation."""

from base64 import b64decode, b64encode

from ledgerferry_sandbox.crm.answers import success
from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import NOTHING, Call, Reply
from ledgerferry_sandbox.crm.errors import Refusal, invalid, invalid_id
from ledgerferry_sandbox.crm.models import Photo, Record
from ledgerferry_sandbox.crm.route import CREATE, DELETE, READ, Route
from ledgerferry_sandbox.crm.uploads import MEGABYTE, Upload, uploads
from ledgerferry_sandbox.crm.writing import check_writable

PICTURED = frozenset({"Leads", "Contacts", "Accounts", "Products", "Deals", "Vendors"})
LARGEST = 10 * MEGABYTE
FORMATS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}
FORMATS[b"BM"] = "image/bmp"


def _record(cabinet: Cabinet, call: Call) -> Record:
    module = cabinet.holding(call.ids[0])
    if module.api_name not in PICTURED and module.generated_type != "custom":
        text = "the module is not supported for this API"
        raise Refusal("NOT_SUPPORTED", text, {"resource_path_index": 0})
    record = cabinet.get(module.api_name, call.ids[1])
    if record is None:
        raise invalid_id()
    return record


def _kind(content: bytes) -> str:
    return next((kind for start, kind in FORMATS.items() if content.startswith(start)), "")


def _picture(call: Call) -> Upload:
    file = uploads(call.request, LARGEST)[0]
    if not _kind(file.content):
        raise invalid({}, "The image format is invalid.")
    return file


def _keep(cabinet: Cabinet, number: str, file: Upload) -> None:
    content = b64encode(file.content).decode()
    cabinet.photos.put(Photo(id=number, file_name=file.name, content=content, size=len(file.content)))


def _mark(cabinet: Cabinet, call: Call, record: Record, image: str | None) -> None:
    """Lets the record say that it has a picture, or none."""
    values = {name: value for name, value in record.values.items() if name != "Record_Image"}
    values |= {"Record_Image": image} if image else {}
    values |= {"Modified_Time": cabinet.now(), "Modified_By": call.user}
    triggered = call.get("restrict_triggers") != "workflow"
    cabinet.update(record.model_copy(update={"values": values}), triggered=triggered)


def post(cabinet: Cabinet, call: Call) -> Reply:
    """POST /{module}/{id}/photo: a PNG, JPEG, GIF or BMP of at most 10 MB; it takes a former one's place."""
    record = _record(cabinet, call)
    check_writable(record)
    _keep(cabinet, record.id, _picture(call))
    _mark(cabinet, call, record, cabinet.new_id())
    return Reply(success("photo uploaded successfully"))


def get(cabinet: Cabinet, call: Call) -> Reply:
    """GET /{module}/{id}/photo: the file, or nothing (204)."""
    return _file(cabinet, _record(cabinet, call).id)


def _file(cabinet: Cabinet, number: str, kind: str = "application/x-download") -> Reply:
    held = cabinet.photos.get(number)
    if held is None:
        return NOTHING
    return Reply(file=b64decode(held.content), file_name=held.file_name, file_type=kind)


def delete(cabinet: Cabinet, call: Call) -> Reply:
    """DELETE /{module}/{id}/photo."""
    record = _record(cabinet, call)
    if cabinet.photos.get(record.id) is None:
        return NOTHING
    check_writable(record)
    cabinet.photos.drop(record.id)
    _mark(cabinet, call, record, None)
    return Reply(success("Photo deleted"))


def org_post(cabinet: Cabinet, call: Call) -> Reply:
    """POST /org/photo: the organisation's logo."""
    number = cabinet.organization.id
    _keep(cabinet, number, _picture(call))
    return Reply(success("photo uploaded successfully", {"id": number}))


def org_get(cabinet: Cabinet, call: Call) -> Reply:
    """GET /org/photo: the file, or nothing (204)."""
    held = cabinet.photos.get(cabinet.organization.id)
    return _file(cabinet, held.id, _kind(b64decode(held.content))) if held else NOTHING


def org_delete(cabinet: Cabinet, call: Call) -> Reply:
    """DELETE /org/photo."""
    number = cabinet.organization.id
    if cabinet.photos.get(number) is None:
        return NOTHING
    cabinet.photos.drop(number)
    return Reply(success("photo deleted successfully", {"id": number}))


ROUTES = (
    Route("POST", "v8/*/*/photo", post, CREATE),
    Route("GET", "v8/*/*/photo", get, READ),
    Route("DELETE", "v8/*/*/photo", delete, DELETE),
    Route("POST", "v8/org/photo", org_post, "ZohoCRM.org.CREATE"),
    Route("GET", "v8/org/photo", org_get, "ZohoCRM.org.READ"),
    Route("DELETE", "v8/org/photo", org_delete, "ZohoCRM.org.DELETE"),
)
