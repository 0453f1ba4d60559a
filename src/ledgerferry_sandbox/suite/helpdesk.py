"""Zoho Desk: organisations, departments, contacts and tickets, by the header orgId."""

from datetime import UTC, datetime

from ledgerferry_sandbox import certainty
from ledgerferry_sandbox.exchange import Request, Row
from ledgerferry_sandbox.suite.refusal import Manners, No, Refusal
from ledgerferry_sandbox.suite.route import NOTHING, Call, Product, Reply, Route
from ledgerferry_sandbox.suite.shelf import Shelf, Thing

ROOT = "/api/v1/"
ORGANIZATION = "60012345680"
DEPARTMENT = "7000000000101"
PAGE, LARGEST_PAGE = 10, 100
PAGING = frozenset({"from", "limit"})
TICKET = (
    *("subject", "departmentId", "contactId", "email", "phone", "description", "status", "priority"),
    *("category", "subCategory", "classification", "channel", "assigneeId", "productId", "dueDate"),
    *("resolution", "language", "cf"),
)
CONTACT = ("lastName", "firstName", "email", "phone", "mobile", "accountId", "title", "description", "cf")


def body(no: No, request: Request) -> Row:
    """A refusal as Desk words it, with `errorCode` for machines."""
    return {"errorCode": no.code, "message": no.message, **no.more}


MANNERS = Manners(
    body,
    unsigned=No(401, "UNAUTHORIZED", "You are not authenticated to perform this operation."),
    dead=No(401, "INVALID_OAUTH", "The OAuth Token you provided is invalid."),
    scope=No(403, "SCOPE_MISMATCH", "The OAuth Token does not have the scope that this operation needs."),
    unknown=No(404, "URL_NOT_FOUND", "The URL you have entered is not found."),
    method=No(405, "METHOD_NOT_ALLOWED", "The requested method is not allowed for this URL."),
    busy=No(429, "THRESHOLD_EXCEEDED", "You have made too many requests; try again after some time."),
)


def furnish(shelf: Shelf) -> None:
    """One department, as every portal has."""
    values: Row = {"name": "Support", "isEnabled": True, "isDefault": True}
    shelf.make("departments", values, DEPARTMENT)


def check(shelf: Shelf, call: Call) -> None:
    """Every address but organizations needs the header orgId."""
    if call.request.path.startswith(f"{ROOT}organizations"):
        return
    asked = call.request.headers.get("orgid", "")
    if not asked:
        raise Refusal(No(422, "UNPROCESSABLE_ENTITY", "The header orgId is missing."))
    if asked != ORGANIZATION:
        text = "The OAuthToken is not valid for specified organization"
        raise Refusal(No(403, "OAUTH_ORG_MISMATCH", text))


def organizations(shelf: Shelf, call: Call) -> Reply:
    """The organisations that the login sees; the one address without orgId."""
    row: Row = {"id": ORGANIZATION, "companyName": "Sandbox Support", "portalName": "sandboxsupport"}
    return Reply({"data": [row | {"isDefault": True, "edition": "ENTERPRISE"}]})


def departments(shelf: Shelf, call: Call) -> Reply:
    """The departments, page by page."""
    return _page(shelf, call, "departments")


def contacts(shelf: Shelf, call: Call) -> Reply:
    """The contacts, page by page; 204 where there are none."""
    return _page(shelf, call, "contacts")


def contact(shelf: Shelf, call: Call) -> Reply:
    """One contact."""
    return Reply(_shown(_held(shelf, "contacts", call)))


def new_contact(shelf: Shelf, call: Call) -> Reply:
    """A new contact; it needs a last name."""
    given = _known(call.json(), CONTACT)
    _need(given, "lastName")
    return Reply(_shown(shelf.make("contacts", given)))


def change_contact(shelf: Shelf, call: Call) -> Reply:
    """Some fields of a contact changed."""
    held = _held(shelf, "contacts", call)
    return Reply(_shown(shelf.change("contacts", held, _known(call.json(), CONTACT))))


def tickets(shelf: Shelf, call: Call) -> Reply:
    """The tickets, page by page; 204 where there are none."""
    return _page(shelf, call, "tickets")


def ticket(shelf: Shelf, call: Call) -> Reply:
    """One ticket."""
    return Reply(_shown(_held(shelf, "tickets", call)))


def new_ticket(shelf: Shelf, call: Call) -> Reply:
    """A new ticket of a contact, who is given by id, or by a contact that is found by e-mail or made."""
    given = call.json()
    person = given.pop("contact", None)
    values = _known(given, TICKET)
    _need(values, "subject", "departmentId")
    if shelf.get("departments", str(values["departmentId"])) is None:
        raise _invalid("departmentId", "invalid")
    if "contactId" not in values and isinstance(person, dict):
        values["contactId"] = _contact_of(shelf, person)
    _need(values, "contactId")
    if shelf.get("contacts", str(values["contactId"])) is None:
        raise _invalid("contactId", "invalid")
    first: Row = {"status": "Open", "channel": "Web", "ticketNumber": str(len(shelf.all("tickets")) + 101)}
    return Reply(_shown(shelf.make("tickets", first | values)))


def change_ticket(shelf: Shelf, call: Call) -> Reply:
    """Some fields of a ticket changed."""
    held = _held(shelf, "tickets", call)
    return Reply(_shown(shelf.change("tickets", held, _known(call.json(), TICKET))))


def trash(shelf: Shelf, call: Call) -> Reply:
    """Tickets moved to the trash."""
    numbers = call.json().get("ticketIds")
    if not isinstance(numbers, list) or not numbers:
        raise _invalid("ticketIds", "missing")
    for number in numbers:
        if held := shelf.get("tickets", str(number)):
            shelf.drop("tickets", held)
    return NOTHING


def _page(shelf: Shelf, call: Call, kind: str) -> Reply:
    for name, _ in call.request.query:
        if name not in PAGING:
            text = f"Extra query parameter '{name}' is present in the input."
            raise Refusal(No(422, "UNPROCESSABLE_ENTITY", text))
    start, limit = call.count("from", 0), call.count("limit", PAGE)
    if not 1 <= limit <= LARGEST_PAGE:
        raise _invalid("limit", "invalid")
    rows = [_shown(each) for each in shelf.all(kind)[max(start - 1, 0) :][:limit]]
    return Reply({"data": rows}) if rows else NOTHING


def _held(shelf: Shelf, kind: str, call: Call) -> Thing:
    held = shelf.get(kind, call.ids[0])
    if held is None:
        raise Refusal(MANNERS.unknown)
    return held


def _known(given: Row, names: tuple[str, ...]) -> Row:
    for name in given:
        if name not in names:
            text = f"Extra parameter '{name}' is present in the input."
            raise Refusal(No(422, "UNPROCESSABLE_ENTITY", text))
    return given


def _need(values: Row, *names: str) -> None:
    for name in names:
        if values.get(name) in (None, ""):
            raise _invalid(name, "missing")


def _invalid(name: str, kind: str) -> Refusal:
    errors = [{"fieldName": f"/{name}", "errorType": kind, "errorMessage": ""}]
    text = "The data is invalid due to validation restrictions"
    return Refusal(No(422, "INVALID_DATA", text, {"errors": errors}))


def _contact_of(shelf: Shelf, person: Row) -> str:
    email = str(person.get("email") or "")
    held = shelf.find("contacts", "email", email) if email else None
    if held is None and not email:
        _need(person, "lastName")
    return (held or shelf.make("contacts", {"lastName": email, **_known(person, CONTACT)})).id


def _shown(thing: Thing) -> Row:
    times = {"createdTime": _time(thing.created), "modifiedTime": _time(thing.changed)}
    return {"id": thing.id, **thing.values, **times}


def _time(at: float) -> str:
    return datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


ROUTES = (
    Route("GET", f"{ROOT}organizations", organizations, "Desk.basic.READ"),
    Route("GET", f"{ROOT}departments", departments, "Desk.basic.READ|Desk.settings.READ"),
    Route("GET", f"{ROOT}contacts", contacts, "Desk.contacts.READ"),
    Route("POST", f"{ROOT}contacts", new_contact, "Desk.contacts.CREATE|Desk.contacts.WRITE"),
    Route("GET", f"{ROOT}contacts/*", contact, "Desk.contacts.READ"),
    Route("PATCH", f"{ROOT}contacts/*", change_contact, "Desk.contacts.UPDATE|Desk.contacts.WRITE"),
    Route("GET", f"{ROOT}tickets", tickets, "Desk.tickets.READ"),
    Route("POST", f"{ROOT}tickets", new_ticket, "Desk.tickets.CREATE|Desk.tickets.WRITE"),
    Route("POST", f"{ROOT}tickets/moveToTrash", trash, "Desk.tickets.DELETE", certainty.UNCONFIRMED),
    Route("GET", f"{ROOT}tickets/*", ticket, "Desk.tickets.READ"),
    Route("PATCH", f"{ROOT}tickets/*", change_ticket, "Desk.tickets.UPDATE|Desk.tickets.WRITE"),
)
PRODUCT = Product("desk", (ROOT,), ROUTES, ("departments", "contacts", "tickets"), MANNERS, furnish, check)
