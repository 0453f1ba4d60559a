"""Zoho Analytics: organisations and workspaces, by the addresses under /restapi/v2."""

from ledgerferry_sandbox.exchange import Request, Row
from ledgerferry_sandbox.suite.refusal import Manners, No, Refusal
from ledgerferry_sandbox.suite.route import NOTHING, Call, Product, Reply, Route
from ledgerferry_sandbox.suite.shelf import Shelf, Thing

ROOT = "/restapi/v2/"
ORGANIZATION = "60012345695"
HEADER = "zanalytics-orgid"


def body(no: No, request: Request) -> Row:
    """A refusal as Analytics words it: a failure, its summary, and the error's number and words."""
    summary = str(no.more.get("summary", "FAILURE"))
    data = {"errorCode": no.code, "errorMessage": no.message}
    return {"status": "failure", "summary": summary, "data": data}


def _no(status: int, code: int, summary: str, message: str) -> No:
    return No(status, code, message, {"summary": summary})


MANNERS = Manners(
    body,
    unsigned=_no(400, 8518, "INVALID_TICKET", "Invalid authentication."),
    dead=_no(401, 8535, "INVALID_OAUTHTOKEN", "Invalid oauthtoken."),
    scope=_no(401, 8540, "INVALID_OAUTHSCOPE", "Invalid oauthscope."),
    unknown=_no(404, 8504, "URL_NOT_FOUND", "The address does not exist."),
    method=_no(405, 8504, "METHOD_NOT_ALLOWED", "The method is not allowed for this address."),
    busy=_no(429, 6045, "LIMIT_EXCEEDED", "The limit of requests is exceeded."),
)


def furnish(shelf: Shelf) -> None:
    """No workspace yet."""


def organizations(shelf: Shelf, call: Call) -> Reply:
    """The organisations of the login."""
    counted = {"numberOfWorkspaces": len(shelf.all("workspaces"))}
    row: Row = {"orgId": ORGANIZATION, "orgName": "Sandbox Analytics", "isDefault": True, "role": "Owner"}
    return _done("Get orgs", {"orgs": [row | counted]})


def workspaces(shelf: Shelf, call: Call) -> Reply:
    """The workspaces that the login owns or was let into."""
    owned = [_shown(each) for each in shelf.all("workspaces")]
    return _done("Get all workspaces", {"ownedWorkspaces": owned, "sharedWorkspaces": []})


def workspace(shelf: Shelf, call: Call) -> Reply:
    """One workspace."""
    return _done("Get workspace details", {"workspaces": _shown(_held(shelf, call))})


def new_workspace(shelf: Shelf, call: Call) -> Reply:
    """A new workspace, by the name in `CONFIG`."""
    name, given = _named(shelf, call), call.within("CONFIG")
    made = shelf.make("workspaces", {"name": name, "description": given.get("workspaceDesc", "")})
    return _done("Create workspace", {"workspaceId": made.id})


def rename_workspace(shelf: Shelf, call: Call) -> Reply:
    """A workspace with another name."""
    _check_organization(call)
    held = _held(shelf, call)
    shelf.change("workspaces", held, {"name": _named(shelf, call)})
    return NOTHING


def delete_workspace(shelf: Shelf, call: Call) -> Reply:
    """A workspace deleted."""
    _check_organization(call)
    shelf.drop("workspaces", _held(shelf, call))
    return NOTHING


def _named(shelf: Shelf, call: Call) -> str:
    _check_organization(call)
    given = call.within("CONFIG")
    if "workspaceName" not in given:
        text = "The mentioned attribute workspaceName is not present in the JSON configuration."
        raise Refusal(_no(400, 8079, "MISSING_ATTRIBUTE", text))
    name = str(given["workspaceName"])
    if shelf.find("workspaces", "name", name):
        text = f"Workspace with the name {name} exists already."
        raise Refusal(_no(400, 7101, "WORKSPACE_NAME_ALREADY_EXISTS", text))
    return name


def _check_organization(call: Call) -> None:
    asked = call.request.headers.get(HEADER, "")
    if not asked:
        text = "Organization id is not present in the request header."
        raise Refusal(_no(400, 8083, "MISSING_ORGID", text))
    if asked != ORGANIZATION:
        text = "Workspaces does not belongs to current organization."
        raise Refusal(_no(400, 7387, "ORG_MISMATCH", text))


def _held(shelf: Shelf, call: Call) -> Thing:
    held = shelf.get("workspaces", call.ids[0])
    if held is None:
        raise Refusal(_no(400, 7103, "WORKSPACE_NOT_FOUND", "Workspace does not exist."))
    return held


def _done(summary: str, data: Row) -> Reply:
    return Reply({"status": "success", "summary": summary, "data": data})


def _shown(thing: Thing) -> Row:
    about = {"workspaceName": thing.text("name"), "workspaceDesc": thing.text("description")}
    made = str(int(thing.created * 1_000))
    return {"workspaceId": thing.id, **about, "orgId": ORGANIZATION, "createdTime": made, "isDefault": False}


ONE = f"{ROOT}workspaces/*"
ROUTES = (
    Route("GET", f"{ROOT}orgs", organizations, "ZohoAnalytics.metadata.read"),
    Route("GET", f"{ROOT}workspaces", workspaces, "ZohoAnalytics.metadata.read"),
    Route("POST", f"{ROOT}workspaces", new_workspace, "ZohoAnalytics.modeling.create"),
    Route("GET", ONE, workspace, "ZohoAnalytics.metadata.read"),
    Route("PUT", ONE, rename_workspace, "ZohoAnalytics.modeling.update"),
    Route("DELETE", ONE, delete_workspace, "ZohoAnalytics.modeling.delete"),
)
PRODUCT = Product("analytics", (ROOT,), ROUTES, ("workspaces",), MANNERS, furnish)
