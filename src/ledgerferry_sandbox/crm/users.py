"""The people of the organisation."""

from collections.abc import Callable
from datetime import datetime

from ledgerferry_sandbox.crm import profiles
from ledgerferry_sandbox.crm.answers import each, success
from ledgerferry_sandbox.crm.cabinet import Cabinet, folded
from ledgerferry_sandbox.crm.call import NOTHING, UNCHANGED, Call, Reply
from ledgerferry_sandbox.crm.errors import Refusal, invalid, invalid_id, missing, wrong, wrong_parameter
from ledgerferry_sandbox.crm.models import User
from ledgerferry_sandbox.crm.org_calls import BEGAN
from ledgerferry_sandbox.crm.reading import since
from ledgerferry_sandbox.crm.route import Route
from ledgerferry_sandbox.crm.values import EMAIL
from ledgerferry_sandbox.exchange import Row

TYPES = (
    "AllUsers",
    "ActiveUsers",
    "DeactiveUsers",
    "ConfirmedUsers",
    "NotConfirmedUsers",
    "DeletedUsers",
    "ActiveConfirmedUsers",
    "AdminUsers",
    "ActiveConfirmedAdmins",
    "CurrentUser",
)
STATUSES = {"active": "active", "inactive": "disabled", "disabled": "disabled"}
LONGEST = {"first_name": 50, "last_name": 50, "email": 100}
DETAILS = (
    *("alias", "city", "country", "country_locale", "date_format", "decimal_separator", "dob", "fax"),
    *("language", "locale", "mobile", "name_format__s", "number_separator", "phone", "signature"),
    *("sort_order_preference__s", "state", "street", "time_format", "time_zone", "website", "zip"),
)
SAME_USER: Row = {
    **dict.fromkeys(("state", "fax", "zip", "phone", "dob", "city", "signature", "mobile", "website")),
    **dict.fromkeys(("$current_shift", "$next_shift", "$shift_effective_from")),
    **dict.fromkeys(("status_reason__s", "alias", "street")),
    "language": "en_GB",
    "microsoft": False,
    "country_locale": "en_GB",
    "time_format": "HH:mm",
    "offset": 0,
    "sort_order_preference__s": "First Name,Last Name",
    "category": "regular_user",
    "date_format": "MMM d, yyyy",
    "decimal_separator": "Period",
    "number_separator": "Space",
    "sandboxDeveloper": False,
    "Isonline": True,
    "locale": "en_GB",
    "name_format__s": "Salutation,First Name,Last Name",
    "personal_account": False,
    "type__s": "Regular User",
}


def users(cabinet: Cabinet, call: Call) -> Reply:
    """GET /users?type=."""
    kind = call.get("type") or "AllUsers"
    if kind not in TYPES:
        raise wrong_parameter("type")
    asked = since(call)
    per_page, page = call.count("per_page", 200, 200), call.count("page", 1, 10_000)
    found = [user for user in cabinet.users if _among(user, kind, call.user)]
    if asked:
        found = [user for user in found if datetime.fromisoformat(user.modified_time or BEGAN) > asked]
    part = found[(page - 1) * per_page : page * per_page]
    if not part:
        return UNCHANGED if asked else NOTHING
    info = {
        "per_page": per_page,
        "count": len(part),
        "page": page,
        "more_records": len(found) > page * per_page,
    }
    return Reply({"users": [_user(cabinet, user) for user in part], "info": info})


def user(cabinet: Cabinet, call: Call) -> Reply:
    """GET /users/{id}."""
    held = cabinet.users.get(call.ids[0])
    if held is None:
        raise invalid_id()
    return Reply({"users": [_user(cabinet, held)]})


def count(cabinet: Cabinet, call: Call) -> Reply:
    """GET /users/actions/count?type=."""
    kind = call.get("type") or "AllUsers"
    if kind not in TYPES:
        raise wrong_parameter("type")
    return Reply({"count": sum(_among(user, kind, call.user) for user in cabinet.users)})


def _among(user: User, kind: str, caller: str) -> bool:
    active, admin = user.status == "active", user.profile == "Administrator"
    return {
        "AllUsers": True,
        "ActiveUsers": active,
        "DeactiveUsers": user.status == "disabled",
        "ConfirmedUsers": user.confirm,
        "NotConfirmedUsers": not user.confirm,
        "DeletedUsers": user.status == "deleted",
        "ActiveConfirmedUsers": active and user.confirm,
        "AdminUsers": admin,
        "ActiveConfirmedAdmins": active and user.confirm and admin,
        "CurrentUser": user.id == caller,
    }[kind]


def _user(cabinet: Cabinet, held: User) -> Row:
    first = next(iter(cabinet.users)).id
    maker, changer = (_short(cabinet, number or first) for number in (held.created_by, held.modified_by))
    superior = held.details.get("Reporting_To")
    row: Row = {
        **SAME_USER,
        "country": cabinet.organization.country_code,
        "time_zone": cabinet.organization.time_zone,
        "created_time": held.created_time or BEGAN,
        "Modified_Time": held.modified_time or BEGAN,
        **held.details,
        "id": held.id,
        "profile": {"name": held.profile, "id": profiles.number(cabinet, held.profile)},
        "role": {"name": held.role, "id": profiles.ROLES.get(held.role)},
        "created_by": maker,
        "full_name": held.full_name,
        "zuid": held.id[-9:],
        "status": held.status,
        "confirm": held.confirm,
        "last_name": held.last_name,
        "Currency": cabinet.organization.currency,
        "email": held.email,
        "first_name": held.first_name,
        "Modified_By": {**changer, "first_name": "", "last_name": changer["name"]},
        "theme": _theme(),
    }
    return row | {"Reporting_To": _short(cabinet, superior) if superior else None}


def _short(cabinet: Cabinet, number: str) -> Row:
    user = cabinet.users.get(number) or next(iter(cabinet.users))
    return {"name": user.full_name, "id": user.id}


def _theme() -> Row:
    tab = {"font_color": "#FFFFFF", "background": "#222222"}
    return {
        "normal_tab": tab,
        "selected_tab": tab,
        "new_background": None,
        "background": "#F3F0EB",
        "screen": "fixed",
        "type": "default",
    }


def post(cabinet: Cabinet, call: Call) -> Reply:
    """POST /users: one user, who is active and has not yet confirmed the invitation."""

    def act(row: Row, path: str) -> Row:
        for name in ("last_name", "email", "role", "profile"):
            if row.get(name) in (None, ""):
                raise missing(name, path)
        now = cabinet.now()
        stamps = {"created_time": now, "created_by": call.user, "confirm": False}
        made = User(id=cabinet.new_id(), first_name="", last_name="", email="").model_copy(update=stamps)
        return _kept(cabinet, call, made, row, path, "User added")

    return each("users", call.rows("users", most=1), act, 201)


def put(cabinet: Cabinet, call: Call) -> Reply:
    """PUT /users: every user carries its id."""

    def act(row: Row, path: str) -> Row:
        if "id" not in row:
            raise missing("id", path)
        held = cabinet.users.get(str(row["id"]))
        if held is None or held.status == "deleted":
            raise wrong("id", path, "the id given seems to be invalid")
        return _kept(cabinet, call, held, row, path, "User updated")

    return each("users", call.rows("users"), act)


def put_one(cabinet: Cabinet, call: Call) -> Reply:
    """PUT /users/{id}."""
    held, rows = _there(cabinet, call), call.rows("users", most=1)
    return each("users", rows, lambda row, path: _kept(cabinet, call, held, row, path, "User updated"))


def _there(cabinet: Cabinet, call: Call) -> User:
    held = cabinet.users.get(call.ids[0])
    if held is None or held.status == "deleted":
        raise invalid_id()
    return held


def _kept(cabinet: Cabinet, call: Call, held: User, row: Row, path: str, message: str) -> Row:
    """Keeps a user with what the body says of them."""
    change: Row = {name: _text(row, name, path) for name in ("first_name", "last_name") if name in row}
    if "last_name" in change and not change["last_name"]:
        raise wrong("last_name", path, expected_data_type="string")
    if "email" in row:
        change["email"] = _email(cabinet, held, row, path)
    if "status" in row:
        change["status"] = _status(call, held, row, path)
    for name, known in (("role", profiles.role_name), ("profile", profiles.name)):
        if name in row:
            change[name] = _named(cabinet, row, name, path, known)
    change["details"] = held.details | _details(cabinet, row, path)
    stamps = {"modified_time": cabinet.now(), "modified_by": call.user}
    kept = cabinet.users.put(held.model_copy(update=change | stamps))
    return success(message, {"id": kept.id})


def _text(row: Row, name: str, path: str) -> str:
    value = "" if row[name] is None else row[name]
    if not isinstance(value, str) or len(value) > LONGEST.get(name, 255):
        raise wrong(name, path, expected_data_type="string", maximum_length=LONGEST.get(name, 255))
    return value.strip()


def _email(cabinet: Cabinet, held: User, row: Row, path: str) -> str:
    email = _text(row, "email", path)
    if not EMAIL.fullmatch(email):
        raise wrong("email", path, expected_data_type="email")
    for other in cabinet.users.find("email", folded(email)):
        if other.id != held.id and other.status != "deleted":
            details: Row = {"email": email, "id": other.id}
            raise Refusal("DUPLICATE_DATA", "duplicate data", {"api_name": "email", **details})
    return email


def _status(call: Call, held: User, row: Row, path: str) -> str:
    status = STATUSES.get(str(row["status"]))
    if status is None or (held.id == call.user and status != "active"):
        raise wrong("status", path, supported_values=list(STATUSES))
    return status


def _named(
    cabinet: Cabinet, row: Row, name: str, path: str, known: Callable[[Cabinet, str], str | None]
) -> str:
    """The name of a role or profile that a body names by its id, bare or in an object."""
    given = row[name].get("id") if isinstance(row[name], dict) else row[name]
    found = known(cabinet, str(given))
    if found is None:
        raise wrong(name, path, "the id given seems to be invalid")
    return found


def _details(cabinet: Cabinet, row: Row, path: str) -> Row:
    details: Row = {name: _text(row, name, path) or None for name in DETAILS if name in row}
    if "Reporting_To" in row:
        given = row["Reporting_To"]
        number = given.get("id") if isinstance(given, dict) else given
        if number and cabinet.users.get(str(number)) is None:
            raise wrong("Reporting_To", path, "the id given seems to be invalid")
        details["Reporting_To"] = str(number) if number else None
    return details


def delete(cabinet: Cabinet, call: Call) -> Reply:
    """DELETE /users/{id}: the user is told as deleted; the caller cannot delete themselves."""
    held = _there(cabinet, call)
    if held.id == call.user:
        raise invalid({"resource_path_index": 1}, "Primary Contact cannot be deleted")
    stamps = {"modified_time": cabinet.now(), "modified_by": call.user}
    cabinet.users.put(held.model_copy(update={"status": "deleted", **stamps}))
    return Reply({"users": [success("User deleted", {"id": held.id})]})


def groups(cabinet: Cabinet, call: Call) -> Reply:
    """GET /users/{id}/actions/associated_groups: nobody is in a group, so that it is always empty."""
    if cabinet.users.get(call.ids[0]) is None:
        raise invalid_id()
    return NOTHING


READ, WRITE = "ZohoCRM.users.READ", "ZohoCRM.users.UPDATE"
ROUTES = (
    Route("GET", "v8/users", users, READ),
    Route("POST", "v8/users", post, "ZohoCRM.users.CREATE"),
    Route("PUT", "v8/users", put, WRITE),
    Route("GET", "v8/users/*", user, READ),
    Route("PUT", "v8/users/*", put_one, WRITE),
    Route("DELETE", "v8/users/*", delete, "ZohoCRM.users.DELETE"),
    Route("GET", "v8/users/*/actions/associated_groups", groups, READ),
    Route("GET", "v8/users/actions/count", count, READ, 50),
)
