"""Zoho Projects: one portal and its projects, by the addresses under /restapi."""

from ledgerferry_sandbox.exchange import Request, Row
from ledgerferry_sandbox.suite.refusal import Manners, No, Refusal
from ledgerferry_sandbox.suite.route import NOTHING, Call, Product, Reply, Route
from ledgerferry_sandbox.suite.shelf import Shelf, Thing

ROOT = "/restapi/portal"
PORTAL, PORTAL_NAME, OWNER = "60012345690", "sandboxportal", "60012345691"
PAGE, LARGEST_PAGE = 100, 200
FIELDS = ("name", "description", "start_date", "end_date", "status", "owner")


def body(no: No, request: Request) -> Row:
    """A refusal as Projects words it; a missing scope has a body of its own form."""
    if no.code != "INVALID_OAUTHSCOPE":
        return {"error": {"code": no.code, "message": no.message}}
    kind, details = "FIELDS_VALIDATION_ERROR", [{"message": no.message}]
    error = {"status_code": str(no.status), "title": no.code, "error_type": kind, "details": details}
    return {"error": error}


MANNERS = Manners(
    body,
    unsigned=No(401, 6401, "Unauthorized login user"),
    dead=No(401, 6401, "Unauthorized login user"),
    scope=No(401, "INVALID_OAUTHSCOPE", "Invalid OAuth scope."),
    unknown=No(404, 6404, "Given URL is wrong"),
    method=No(405, 6404, "Given method is wrong for this URL"),
    busy=No(429, 6403, "API rate limit exceeded"),
)


def furnish(shelf: Shelf) -> None:
    """An empty portal."""


def portals(shelf: Shelf, call: Call) -> Reply:
    """The portals of the login."""
    count = {"active": len(shelf.all("projects"))}
    row: Row = {"id": int(PORTAL), "id_string": PORTAL, "name": PORTAL_NAME, "default": True, "role": "admin"}
    return Reply({"login_id": OWNER, "portals": [row | {"plan": "Enterprise", "project_count": count}]})


def projects(shelf: Shelf, call: Call) -> Reply:
    """The projects of a portal, from `index` (1) on, `range` of them; 204 where there are none."""
    _check_portal(call)
    start, most = max(call.count("index", 1) - 1, 0), call.count("range", PAGE)
    rows = [_shown(each) for each in shelf.all("projects")[start:][: min(most, LARGEST_PAGE)]]
    return Reply({"projects": rows}) if rows else NOTHING


def project(shelf: Shelf, call: Call) -> Reply:
    """One project."""
    return Reply({"projects": [_shown(_held(shelf, call))]})


def new_project(shelf: Shelf, call: Call) -> Reply:
    """A new project from a form; it needs a name."""
    _check_portal(call)
    values = _given(call)
    if not values.get("name"):
        raise Refusal(No(400, 6831, "Input Parameter Missing: name"))
    made = shelf.make("projects", {"status": "active", **values})
    return Reply({"projects": [_shown(made)]}, 201)


def change_project(shelf: Shelf, call: Call) -> Reply:
    """A project changed by a form."""
    held = _held(shelf, call)
    return Reply({"projects": [_shown(shelf.change("projects", held, _given(call)))]})


def delete_project(shelf: Shelf, call: Call) -> Reply:
    """A project moved to the trash."""
    shelf.drop("projects", _held(shelf, call))
    return Reply({"response": "Project Trashed successfully"})


def _check_portal(call: Call) -> None:
    if call.ids[0] not in (PORTAL, PORTAL_NAME):
        raise Refusal(No(404, 6404, "The portal is not available"))


def _held(shelf: Shelf, call: Call) -> Thing:
    _check_portal(call)
    held = shelf.get("projects", call.ids[1])
    if held is None:
        raise Refusal(No(404, 6404, "The project is not available"))
    return held


def _given(call: Call) -> Row:
    given = {**call.json(), **call.request.form()}
    return {name: given[name] for name in FIELDS if name in given}


def _shown(thing: Thing) -> Row:
    times = {
        "created_date_long": int(thing.created * 1_000),
        "updated_date_long": int(thing.changed * 1_000),
    }
    return {"id": int(thing.id), "id_string": thing.id, "owner_id": OWNER, **thing.values, **times}


ONE = f"{ROOT}/*/projects/*"
ROUTES = (
    Route("GET", f"{ROOT}s", portals, "ZohoProjects.portals.READ"),
    Route("GET", f"{ROOT}/*/projects", projects, "ZohoProjects.projects.READ"),
    Route("POST", f"{ROOT}/*/projects", new_project, "ZohoProjects.projects.CREATE"),
    Route("GET", ONE, project, "ZohoProjects.projects.READ"),
    Route("POST", ONE, change_project, "ZohoProjects.projects.UPDATE"),
    Route("DELETE", ONE, delete_project, "ZohoProjects.projects.DELETE"),
)
PRODUCT = Product("projects", (ROOT,), ROUTES, ("projects",), MANNERS, furnish)
