"""Zoho Campaigns: mailing lists and who is on them, always in JSON."""

import hashlib

from ledgerferry_sandbox import certainty
from ledgerferry_sandbox.exchange import Request, Row
from ledgerferry_sandbox.suite.refusal import Manners, No, Refusal
from ledgerferry_sandbox.suite.route import Call, Product, Reply, Route
from ledgerferry_sandbox.suite.shelf import Shelf, Thing

ROOT = "/api/v1.1/"
PAGE, MOST_ADDRESSES = 20, 10
EMAIL = "Contact Email"
CONFIRM = "A confirmation email is sent to the user. User needs to confirm to successfully subscribe."


def body(no: No, request: Request) -> Row:
    """A refusal as Campaigns words it: an error with its number, mostly under HTTP 200."""
    said = {"message": no.message, "status": "error", "code": str(no.code)}
    return {**said, "uri": request.path, "version": "1.1"}


MANNERS = Manners(
    body,
    unsigned=No(401, 1007, "Unauthorized request."),
    dead=No(401, 1007, "Unauthorized request."),
    scope=No(401, "INVALID_OAUTHSCOPE", "Invalid OAuth scope."),
    unknown=No(404, 1004, "Unable to find the resource you're looking for."),
    method=No(405, 1004, "Unable to find the resource you're looking for."),
    busy=No(429, 1010, "Too many requests; try again later."),
)


def furnish(shelf: Shelf) -> None:
    """No list yet."""


def lists(shelf: Shelf, call: Call) -> Reply:
    """The mailing lists, from `fromindex` (1) on, `range` of them; error 2401 where there are none."""
    rows = [_list(shelf, each) for each in _window(call, shelf.all("lists"))]
    if not rows:
        raise _no(2401, "No mailing list has been created. Please create a list.")
    return _said(call, {"list_of_details": rows, "fromindex": str(call.count("fromindex", 1))})


def new_list(shelf: Shelf, call: Call) -> Reply:
    """A new list and up to ten addresses on it."""
    name, addresses = call.get("listname"), _addresses(call)
    if not name or not call.get("signupform") or call.get("mode") != "newlist" or not addresses:
        raise _no(903, "Mandatory fields are missing.")
    if shelf.find("lists", "listname", name):
        raise _no(2205, "Duplicate list name is found.")
    about = {"signupform": call.get("signupform"), "description": call.get("listdescription")}
    made = shelf.make("lists", {"listname": name, "owner": "Sandbox", **about})
    for address in addresses:
        shelf.make("contacts", {"list": made.id, "email": address, "status": "active"})
    return _said(call, {"listkey": _key(made), "message": "List created and contacts added successfully."})


def change_list(shelf: Shelf, call: Call) -> Reply:
    """A list with another name or sign-up form."""
    if not call.get("newlistname") or not call.get("signupform"):
        raise _no(903, "Mandatory fields are missing.")
    held = _held(shelf, call, 2102)
    shelf.change("lists", held, {"listname": call.get("newlistname"), "signupform": call.get("signupform")})
    return _said(call, {"message": "List updated successfully."})


def subscribers(shelf: Shelf, call: Call) -> Reply:
    """Who is on a list, by `status` (active if not given)."""
    held, status = _held(shelf, call, 2501), call.get("status") or "active"
    people = [each for each in _on(shelf, held) if each.text("status") == status]
    rows = [{"contact_email": each.text("email"), **_name(each)} for each in _window(call, people)]
    if not rows:
        raise _no(2502, "Error in displaying contacts details. Please try after sometime.")
    return _said(call, {"list_of_details": rows, "listname": held.text("listname")})


def subscribe(shelf: Shelf, call: Call) -> Reply:
    """Somebody put on a list; they are mailed, and count once they confirm."""
    held, given = _held(shelf, call, 2501), call.within("contactinfo")
    address = str(given.get(EMAIL) or "")
    if "@" not in address:
        raise _no(2004, "Contact email address is invalid.")
    if not any(each.text("email") == address for each in _on(shelf, held)):
        name = {"firstname": given.get("First Name"), "lastname": given.get("Last Name")}
        shelf.make("contacts", {"list": held.id, "email": address, "status": "pending", **name})
    about: Row = {"list": held.text("listname")}
    shelf.desk.mail.send(shelf.desk.clock.now(), "campaigns", "confirmation", [address], about)
    return _said(call, {"message": CONFIRM})


def _said(call: Call, row: Row) -> Reply:
    said = {"status": "success", "code": "0", "uri": call.request.path, "version": "1.1"}
    return Reply({**row, **said})


def _window(call: Call, things: list[Thing]) -> list[Thing]:
    start = max(call.count("fromindex", 1) - 1, 0)
    return things[start : start + call.count("range", PAGE)]


def _addresses(call: Call) -> list[str]:
    return [part.strip() for part in call.get("emailids").split(",") if "@" in part][:MOST_ADDRESSES]


def _key(held: Thing) -> str:
    return hashlib.sha256(held.id.encode()).hexdigest()[:32]


def _on(shelf: Shelf, held: Thing) -> list[Thing]:
    return [each for each in shelf.all("contacts") if each.text("list") == held.id]


def _held(shelf: Shelf, call: Call, code: int) -> Thing:
    key = call.get("listkey")
    held = next((each for each in shelf.all("lists") if _key(each) == key), None)
    if held is None:
        raise _no(code, "Listkey is empty or invalid.")
    return held


def _name(person: Thing) -> Row:
    return {"firstname": person.text("firstname"), "lastname": person.text("lastname")}


def _list(shelf: Shelf, held: Thing) -> Row:
    active = sum(each.text("status") == "active" for each in _on(shelf, held))
    shown = {"listkey": _key(held), "listname": held.text("listname"), "owner": held.text("owner")}
    counted = {"noofcontacts": str(active), "noofunsubcnt": "0", "noofbouncecnt": "0"}
    open_to_all = "true" if held.text("signupform") == "public" else "false"
    times = {"created_date": str(int(held.created * 1_000)), "updated_date": str(int(held.changed * 1_000))}
    return {**shown, **counted, "listunino": held.id, "is_public": open_to_all, **times}


def _no(code: int, message: str) -> Refusal:
    return Refusal(No(200, code, message))


CREATE = "ZohoCampaigns.contact.CREATE|ZohoCampaigns.contact.CREATE-UPDATE|ZohoCampaigns.contact.WRITE"
UPDATE = "ZohoCampaigns.contact.UPDATE|ZohoCampaigns.contact.CREATE-UPDATE|ZohoCampaigns.contact.WRITE"
READ = "ZohoCampaigns.contact.READ"
ROUTES = (
    Route("GET", f"{ROOT}getmailinglists", lists, READ),
    Route("POST", f"{ROOT}addlistandcontacts", new_list, CREATE),
    Route("POST", f"{ROOT}updatelistdetails", change_list, UPDATE),
    Route("GET", f"{ROOT}getlistsubscribers", subscribers, READ),
    Route("POST", f"{ROOT}getlistsubscribers", subscribers, READ),
    Route("POST", f"{ROOT}json/listsubscribe", subscribe, UPDATE, certainty.TOLD),
)
PRODUCT = Product("campaigns", (ROOT,), ROUTES, ("lists", "contacts"), MANNERS, furnish)
