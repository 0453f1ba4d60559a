"""Zoho People: the records of two forms, employee and department."""

from ledgerferry_sandbox import certainty
from ledgerferry_sandbox.exchange import Request, Row
from ledgerferry_sandbox.suite.refusal import Manners, No, Refusal
from ledgerferry_sandbox.suite.route import Call, Product, Reply, Route
from ledgerferry_sandbox.suite.shelf import Shelf, Thing

ROOTS = ("/people/api/", "/api/forms")
LARGEST_PAGE = 200
MILLISECONDS = 1_000
FORMS: dict[str, tuple[str, ...]] = {
    "employee": (
        *("EmployeeID", "FirstName", "LastName", "EmailID", "Mobile", "Department", "Designation"),
        *("Dateofjoining", "Employeestatus", "Work_location"),
    ),
    "department": ("Department", "MailAlias", "Department_Lead"),
}
NEEDED = {"employee": ("EmployeeID", "FirstName", "LastName", "EmailID"), "department": ("Department",)}
SEARCHED = {"EMPLOYEEID": "EmployeeID", "EMPLOYEEMAILALIAS": "EmailID"}


def body(no: No, request: Request) -> Row:
    """A refusal as People words it: status 1 and an error with its number, mostly under HTTP 200."""
    error = {"code": no.code, "message": no.message}
    return {"response": {"message": "Error occurred", "uri": _uri(request), "errors": error, "status": 1}}


MANNERS = Manners(
    body,
    unsigned=No(401, 7202, "The request carries no authentication."),
    dead=No(401, 7202, "The provided OAuth token is invalid."),
    scope=No(401, 7218, "Invalid OAuth scope."),
    unknown=No(404, 7201, "Incorrect URL."),
    method=No(405, 7201, "Incorrect method for this URL."),
    busy=No(429, 7214, "The threshold of requests is exceeded."),
)


def furnish(shelf: Shelf) -> None:
    """Nobody works here yet."""


def forms(shelf: Shelf, call: Call) -> Reply:
    """The forms that there are."""
    rows = [{"formLinkName": name, "displayName": name.capitalize(), "isVisible": True} for name in FORMS]
    return _fetched(call, rows)


def records(shelf: Shelf, call: Call) -> Reply:
    """The records of a form, from `sIndex` (1) on, 200 at most, or those that a search finds."""
    form = _form(call)
    limit = call.count("limit", LARGEST_PAGE)
    if limit > LARGEST_PAGE:
        raise _no(7021, f"Maximum record limit {LARGEST_PAGE} is exceeded")
    since = call.count("modifiedtime", 0)
    found = [each for each in _searched(shelf, call, form) if each.changed * MILLISECONDS >= since]
    start = max(call.count("sIndex", 1) - 1, 0)
    rows = [{each.id: [_shown(form, each)]} for each in found[start : start + limit]]
    if not rows:
        raise _no(7024, "No records found")
    return _fetched(call, rows)


def record(shelf: Shelf, call: Call) -> Reply:
    """One record by its `recordId`."""
    form = _form(call)
    return _fetched(call, [_shown(form, _held(shelf, call, form))])


def insert(shelf: Shelf, call: Call) -> Reply:
    """A new record from the object in `inputData`."""
    form = _form(call)
    values = _given(form, call)
    for name in NEEDED[form]:
        if values.get(name) in (None, ""):
            raise _no(7052, f"Invalid value/mandatory error: {name}")
    return _written(call, shelf.make(form, values), "added")


def update(shelf: Shelf, call: Call) -> Reply:
    """The record `recordId` changed by the object in `inputData`."""
    form = _form(call)
    held = _held(shelf, call, form)
    return _written(call, shelf.change(form, held, _given(form, call)), "updated")


def _searched(shelf: Shelf, call: Call, form: str) -> list[Thing]:
    column = (call.get("searchColumn") or call.get("SearchColumn")).upper()
    if not column:
        return shelf.all(form)
    value = call.get("searchValue") or call.get("SearchValue")
    held = shelf.find(form, SEARCHED.get(column, ""), value)
    if held is None:
        raise _no(7042, f"Specified search value {value} is invalid")
    return [held]


def _form(call: Call) -> str:
    name = call.ids[0]
    if name not in FORMS:
        raise _no(7011, f"Form name '{name}' is invalid")
    return name


def _held(shelf: Shelf, call: Call, form: str) -> Thing:
    held = shelf.get(form, call.get("recordId"))
    if held is None:
        raise _no(7024, "No records found")
    return held


def _given(form: str, call: Call) -> Row:
    values = call.within("inputData")
    if not values:
        raise _no(7052, "Invalid value/mandatory error: inputData")
    for name in values:
        if name not in FORMS[form]:
            raise _no(7013, f"Field name '{name}' is invalid")
    return values


def _no(code: int, message: str) -> Refusal:
    return Refusal(No(200, code, message))


def _fetched(call: Call, result: object) -> Reply:
    said = {"message": "Data fetched successfully", "uri": _uri(call.request), "status": 0}
    return Reply({"response": {"result": result, **said}})


def _written(call: Call, thing: Thing, verb: str) -> Reply:
    result = {"pkId": thing.id, "message": f"Successfully {verb.capitalize()}"}
    said = {"message": f"Data {verb} successfully", "uri": _uri(call.request), "status": 0}
    return Reply({"response": {"result": result, **said}})


def _shown(form: str, thing: Thing) -> Row:
    values = {name: thing.text(name) for name in FORMS[form]}
    times = {"CreatedTime": str(int(thing.created * MILLISECONDS)), "ModifiedTime": _changed(thing)}
    return {"Zoho_ID": thing.id, **values, **times}


def _changed(thing: Thing) -> str:
    return str(int(thing.changed * MILLISECONDS))


def _uri(request: Request) -> str:
    return request.path.removeprefix("/people")


def _routes() -> tuple[Route, ...]:
    """Every address twice: as older pages of the vendor write it, and as newer ones do."""
    read, told = "ZOHOPEOPLE.forms.READ", certainty.TOLD
    shapes = (
        ("GET", "", forms, read, told),
        ("GET", "/*/getRecords", records, read, certainty.DOCUMENTED),
        ("GET", "/*/getRecordByID", record, read, told),
        ("POST", "/json/*/insertRecord", insert, "ZOHOPEOPLE.forms.CREATE", certainty.DOCUMENTED),
        ("POST", "/json/*/updateRecord", update, "ZOHOPEOPLE.forms.UPDATE", certainty.DOCUMENTED),
    )
    return tuple(
        Route(method, base + path, handler, scope, sure)
        for base in ("/people/api/forms", "/api/forms")
        for method, path, handler, scope, sure in shapes
    )


PRODUCT = Product("people", ROOTS, _routes(), tuple(FORMS), MANNERS, furnish)
