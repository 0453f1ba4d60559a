"""Files that hang on records (F72)."""

from base64 import b64decode, b64encode
from mimetypes import guess_type
from urllib.parse import urlsplit

from ledgerferry_sandbox.crm import externals, showing
from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import NOTHING, Call, Reply
from ledgerferry_sandbox.crm.errors import Refusal, invalid, wrong_parameter
from ledgerferry_sandbox.crm.models import Attachment, Record
from ledgerferry_sandbox.crm.reading import PER_PAGE
from ledgerferry_sandbox.crm.route import Route
from ledgerferry_sandbox.crm.uploads import uploads
from ledgerferry_sandbox.exchange import Row

MOST = 100
SCOPES = {
    action: f"ZohoCRM.modules.attachments.{action}|ZohoCRM.modules.{{}}.{action}"
    for action in ("READ", "CREATE", "DELETE")
}


def _parent(cabinet: Cabinet, call: Call) -> Record:
    try:
        module = cabinet.holding(call.ids[0]).api_name
        return externals.record(cabinet, call, module, call.ids[1])
    except Refusal as refusal:
        if "resource_path_index" not in refusal.details:
            raise
        details = {"related_status": "invalid", **refusal.details}
        raise Refusal(refusal.code, refusal.message, details) from None


def _nobody(index: int) -> Refusal:
    details: Row = {"related_status": "invalid", "resource_path_index": index}
    return invalid(details, "the id given seems to be invalid")


def shown(cabinet: Cabinet, held: Attachment) -> Row:
    """An attachment as lists show it."""
    parent = cabinet.get(held.module, held.parent)
    author = showing.person(cabinet, held.created_by)
    return {
        "Owner": author,
        "Modified_By": author,
        "Created_By": author,
        "Parent_Id": {"name": cabinet.name(parent) if parent else "", "id": held.parent},
        "$sharing_permission": "full_access",
        "$attachment_type": 2 if held.link else 1,
        "id": held.id,
        "Modified_Time": held.created_time,
        "Created_Time": held.created_time,
        "File_Name": held.file_name,
        "Size": str(held.size),
        "$editable": True,
        "$file_id": held.id,
        "$type": "Link URL" if held.link else "Attachment",
        "$se_module": held.module,
        "$state": "save",
        "$link_url": held.link or None,
    }


def post(cabinet: Cabinet, call: Call) -> Reply:
    """POST /{module}/{id}/Attachments: multipart `file`, or a link as `attachmentUrl`."""
    parent = _parent(cabinet, call)
    if len(cabinet.attachments.find("parent", parent.id)) >= MOST:
        raise Refusal("LIMIT_EXCEEDED", "attachment limit exceeded", {"limit": MOST})
    if link := call.get("attachmentUrl"):
        if urlsplit(link).scheme not in ("http", "https"):
            raise wrong_parameter("attachmentUrl")
        name = call.get("title") or link
        return Reply({"data": [_keep(cabinet, call, parent, name, b"", link)]})
    return Reply(
        {"data": [_keep(cabinet, call, parent, each.name, each.content) for each in uploads(call.request)]}
    )


def _keep(cabinet: Cabinet, call: Call, parent: Record, name: str, content: bytes, link: str = "") -> Row:
    kept = cabinet.attachments.put(
        Attachment(
            id=cabinet.new_id(),
            module=parent.module,
            parent=parent.id,
            file_name=name,
            content=b64encode(content).decode(),
            size=len(content),
            created_time=cabinet.now(),
            created_by=call.user,
            link=link,
        )
    )
    author = showing.person(cabinet, call.user)
    details: Row = {
        "Modified_Time": kept.created_time,
        "Modified_By": author,
        "Created_Time": kept.created_time,
        "id": kept.id,
        "Created_By": author,
    }
    text = "attachment uploaded successfully"
    message = text.capitalize() if cabinet.switches.at("crm.attachment_message") == "title" else text
    return {"code": "SUCCESS", "details": details, "message": message, "status": "success"}


def index(cabinet: Cabinet, call: Call) -> Reply:
    """GET /{module}/{id}/Attachments?fields=."""
    parent = _parent(cabinet, call)
    names = call.several("fields", most=50)
    per_page, page = call.count("per_page", PER_PAGE, PER_PAGE), call.count("page", 1, 100)
    held = list(reversed(cabinet.attachments.find("parent", parent.id)))
    if call.get("ids"):
        held = [each for each in held if each.id in call.several("ids")]
    part = held[(page - 1) * per_page : page * per_page]
    if not part:
        return NOTHING
    rows = [_chosen(shown(cabinet, each), names) for each in part]
    info = {
        "per_page": per_page,
        "count": len(part),
        "page": page,
        "more_records": len(held) > page * per_page,
    }
    return Reply({"data": rows, "info": info})


def _chosen(row: Row, names: list[str]) -> Row:
    return {
        name: value for name, value in row.items() if name in names or name == "id" or name.startswith("$")
    }


def _asked(cabinet: Cabinet, call: Call) -> Attachment:
    parent = _parent(cabinet, call)
    held = cabinet.attachments.get(call.ids[2])
    if held is None or held.parent != parent.id:
        raise _nobody(3)
    return held


def get(cabinet: Cabinet, call: Call) -> Reply:
    """GET /{module}/{id}/Attachments/{id}: the file itself; a link has none."""
    held = _asked(cabinet, call)
    if held.link:
        return NOTHING
    kind = guess_type(held.file_name)[0] or "application/octet-stream"
    return Reply(file=b64decode(held.content), file_name=held.file_name, file_type=f"{kind};charset=UTF-8")


def delete(cabinet: Cabinet, call: Call) -> Reply:
    """DELETE /{module}/{id}/Attachments/{id}."""
    return Reply({"data": [_drop(cabinet, _asked(cabinet, call))]})


def delete_several(cabinet: Cabinet, call: Call) -> Reply:
    """DELETE /{module}/{id}/Attachments?ids=."""
    parent = _parent(cabinet, call)
    results = []
    for number in call.several("ids"):
        held = cabinet.attachments.get(number)
        known = held is not None and held.parent == parent.id
        results.append(_drop(cabinet, held) if held and known else invalid({"id": number}).row())
    failed = [result for result in results if result["status"] == "error"]
    return Reply({"data": results}, 400 if len(failed) == len(results) else 207 if failed else 200)


def _drop(cabinet: Cabinet, held: Attachment) -> Row:
    cabinet.attachments.drop(held.id)
    return {"code": "SUCCESS", "details": {"id": held.id}, "message": "record deleted", "status": "success"}


ROUTES = (
    Route("POST", "v8/*/*/Attachments", post, SCOPES["CREATE"]),
    Route("GET", "v8/*/*/Attachments", index, SCOPES["READ"]),
    Route("DELETE", "v8/*/*/Attachments", delete_several, SCOPES["DELETE"]),
    Route("GET", "v8/*/*/Attachments/*", get, SCOPES["READ"]),
    Route("DELETE", "v8/*/*/Attachments/*", delete, SCOPES["DELETE"]),
)
