"""Profiles and roles: what users may do, and where they stand."""

from ledgerferry_sandbox.crm.answers import each, success
from ledgerferry_sandbox.crm.cabinet import Cabinet, folded
from ledgerferry_sandbox.crm.call import NOTHING, Call, Reply
from ledgerferry_sandbox.crm.errors import Refusal, invalid, missing, missing_parameter, taken, wrong
from ledgerferry_sandbox.crm.models import Profile
from ledgerferry_sandbox.crm.route import Route
from ledgerferry_sandbox.crm.standard.catalogue import standard_id
from ledgerferry_sandbox.exchange import Row

STANDARD = tuple(
    Profile(id=standard_id(), name=name, description=f"The profile {name}")
    for name in ("Administrator", "Standard")
)
ROLES = {"CEO": standard_id(), "Manager": standard_id()}
SCOPE = "ZohoCRM.settings.profiles"
GONE = "the id given seems to be invalid or already deleted"
LONGEST = {"name": 50, "description": 250}


def held(cabinet: Cabinet) -> list[Profile]:
    """Every profile, the vendor's first."""
    return [*STANDARD, *cabinet.profiles]


def name(cabinet: Cabinet, number: str) -> str | None:
    """The name of the profile of this id."""
    return next((each.name for each in held(cabinet) if each.id == number), None)


def number(cabinet: Cabinet, name: str) -> str | None:
    """The id of the profile of this name."""
    return next((each.id for each in held(cabinet) if each.name == name), None)


def role_name(cabinet: Cabinet, number: str) -> str | None:
    """The name of the role of this id."""
    return next((name for name, each in ROLES.items() if each == number), None)


def index(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/profiles."""
    return Reply({"profiles": [_shown(cabinet, each) for each in held(cabinet)]})


def get(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/profiles/{id}."""
    found = next((each for each in held(cabinet) if each.id == call.ids[0]), None)
    return Reply({"profiles": [_shown(cabinet, found)]}) if found else NOTHING


def _shown(cabinet: Cabinet, profile: Profile) -> Row:
    return {
        "display_label": profile.name,
        "name": profile.name,
        "id": profile.id,
        "type": "normal_profile",
        "custom": profile.custom,
        "created_time": profile.created_time,
        "modified_time": profile.modified_time,
        "created_by": _author(cabinet, profile.created_by),
        "modified_by": _author(cabinet, profile.modified_by),
        "description": profile.description,
        "default": profile.name == "Standard" and not profile.custom,
        "delete": profile.custom,
        "category": profile.custom,
        "permissions_details": [],
        "sections": [],
    }


def _author(cabinet: Cabinet, number: str) -> Row | None:
    user = cabinet.users.get(number)
    return {"name": user.full_name, "id": user.id} if user else None


def clone(cabinet: Cabinet, call: Call) -> Reply:
    """POST /settings/profiles/{id}/actions/clone: a new profile after this one, under a name of its own."""
    _there(cabinet, call)

    def act(row: Row, path: str) -> Row:
        if "name" not in row:
            raise missing("name", path)
        now = cabinet.now()
        stamps = {"created_time": now, "modified_time": now, "created_by": call.user}
        change = _change(cabinet, row, path, "")
        made = Profile(id=cabinet.new_id(), custom=True, modified_by=call.user, **stamps | change)
        cabinet.profiles.put(made)
        return success("profile created successfully", {"id": made.id})

    return each("profiles", call.rows("profiles", most=1), act, 201)


def _there(cabinet: Cabinet, call: Call) -> Profile:
    found = next((each for each in held(cabinet) if each.id == call.ids[0]), None)
    if found is None:
        raise invalid({"resource_path_index": 2}, GONE)
    return found


def _change(cabinet: Cabinet, row: Row, path: str, own: str) -> Row:
    change: Row = {}
    for key in [key for key in LONGEST if key in row]:
        value = "" if row[key] is None else row[key]
        if not isinstance(value, str) or len(value) > LONGEST[key] or (key == "name" and not value.strip()):
            raise wrong(key, path, maximum_length=LONGEST[key])
        change[key] = value.strip()
    for other in held(cabinet) if "name" in change else ():
        if folded(other.name) == folded(change["name"]) and other.id != own:
            raise taken("name", path, other.id)
    if row.get("permissions_details"):
        raise wrong("permissions_details", path)
    return change


def put(cabinet: Cabinet, call: Call) -> Reply:
    """PUT /settings/profiles/{id}: name and description of a custom one; its users bear the new name."""
    profile = _there(cabinet, call)

    def act(row: Row, path: str) -> Row:
        change = _change(cabinet, row, path, profile.id)
        if change and not profile.custom:
            raise wrong(next(iter(change)), path)
        stamps = {"modified_time": cabinet.now(), "modified_by": call.user}
        if profile.custom:
            kept = cabinet.profiles.put(profile.model_copy(update=change | stamps))
            _move(cabinet, profile.name, kept.name)
        return success("profile updated successfully", {"id": profile.id})

    return each("profiles", call.rows("profiles", most=1), act)


def _move(cabinet: Cabinet, former: str, name: str) -> None:
    for user in [user for user in cabinet.users if user.profile == former]:
        cabinet.users.put(user.model_copy(update={"profile": name}))


def delete(cabinet: Cabinet, call: Call) -> Reply:
    """DELETE /settings/profiles/{id}?transfer_to=: a custom one; its users get that of `transfer_to`."""
    profile, target = _there(cabinet, call), call.get("transfer_to")
    if not target:
        raise missing_parameter("transfer_to")
    heir = name(cabinet, target)
    if heir is None or target == profile.id:
        raise invalid({"param_name": "transfer_to", "param": "transfer_to"}, GONE)
    if not profile.custom:
        raise Refusal("INVALID_DATA", "The action given is invalid", {"resource_path_index": 2})
    _move(cabinet, profile.name, heir)
    cabinet.profiles.drop(profile.id)
    return Reply(success("Profile deleted", {"id": profile.id}))


def roles(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/roles: the two that every organisation has."""
    return Reply({"roles": [_role(name) for name in ROLES]})


def role(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/roles/{id}."""
    found = role_name(cabinet, call.ids[0])
    return Reply({"roles": [_role(found)]}) if found else NOTHING


def _role(name: str) -> Row:
    above = None if name == "CEO" else {"name": "CEO", "id": ROLES["CEO"]}
    return {
        "display_label": name,
        "name": name,
        "id": ROLES[name],
        "reporting_to": above,
        "share_with_peers": name == "CEO",
        "description": None,
        "forecast_manager": None,
        "admin_user": name == "CEO",
    }


ROUTES = (
    Route("GET", "v8/settings/profiles", index, f"{SCOPE}.READ"),
    Route("GET", "v8/settings/profiles/*", get, f"{SCOPE}.READ"),
    Route("PUT", "v8/settings/profiles/*", put, f"{SCOPE}.UPDATE"),
    Route("DELETE", "v8/settings/profiles/*", delete, f"{SCOPE}.DELETE"),
    Route("POST", "v8/settings/profiles/*/actions/clone", clone, f"{SCOPE}.CREATE"),
    Route("GET", "v8/settings/roles", roles, "ZohoCRM.settings.roles.READ"),
    Route("GET", "v8/settings/roles/*", role, "ZohoCRM.settings.roles.READ"),
)
