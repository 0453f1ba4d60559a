"""The organisation and its people."""

from datetime import datetime

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import NOTHING, UNCHANGED, Call, Reply
from ledgerferry_sandbox.crm.errors import invalid_id, wrong_parameter
from ledgerferry_sandbox.crm.models import User
from ledgerferry_sandbox.crm.reading import since
from ledgerferry_sandbox.crm.route import Route
from ledgerferry_sandbox.crm.showing import minified
from ledgerferry_sandbox.crm.standard.catalogue import standard_id
from ledgerferry_sandbox.exchange import Row

BEGAN = "2025-11-03T09:00:00+00:00"
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
PROFILES = {"Administrator": standard_id(), "Standard": standard_id()}
ROLES = {"CEO": standard_id(), "Manager": standard_id()}


SAME_ORG: Row = {
    "hierarchy_preferences": {"type": "Role_Hierarchy", "strictly_reporting": False},
    **dict.fromkeys(("city", "description", "street", "alias", "state", "fax", "zip", "mobile")),
    "mc_status": False,
    "gapps_enabled": False,
    "translation_enabled": True,
    "employee_count": "12",
    "website": "",
    "currency_locale": "en_GB",
    "zia_portal_id": None,
    "deletable_org_account": False,
    "phone": "",
    "privacy_settings": False,
    "hipaa_compliance_enabled": False,
    "lite_users_enabled": False,
    "max_per_page": 200,
    "call_icon": "phonebridge",
    "oauth_presence": True,
    "zia_zgid": None,
    "checkin_preferences": {"restricted_event_types": None},
    "type": "Production",
    "created_time": BEGAN,
}


def org(cabinet: Cabinet, call: Call) -> Reply:
    """GET /org."""
    held = cabinet.organization
    edition = cabinet.switches.at("crm.edition")
    row: Row = {
        **SAME_ORG,
        "country": held.country,
        "domain_name": f"org{held.zgid}",
        "currency": held.currency,
        "id": held.id,
        "photo_id": held.id if cabinet.photos.get(held.id) else None,
        "currency_symbol": held.currency_symbol,
        "primary_zuid": held.zgid,
        "time_zone": held.time_zone,
        "zgid": held.zgid,
        "country_code": held.country_code,
        "license_details": {
            "paid_expiry": "2027-11-03T00:00:00+00:00",
            "users_license_purchased": len(cabinet.users),
            "trial_type": None,
            "trial_expiry": None,
            "paid": edition != "free",
            "paid_type": edition,
            "trial_action": None,
        },
        "company_name": held.company_name,
        "primary_email": held.primary_email,
        "iso_code": held.currency,
        "ezgid": held.zgid,
    }
    return Reply({"org": [row]})


SAME_USER: Row = {
    **dict.fromkeys(("state", "fax", "zip", "phone", "dob", "city", "signature", "mobile", "website")),
    **dict.fromkeys(("$current_shift", "$next_shift", "$shift_effective_from", "Reporting_To")),
    **dict.fromkeys(("status_reason__s", "alias", "street")),
    "language": "en_GB",
    "microsoft": False,
    "country_locale": "en_GB",
    "created_time": BEGAN,
    "time_format": "HH:mm",
    "offset": 0,
    "sort_order_preference__s": "First Name,Last Name",
    "category": "regular_user",
    "date_format": "MMM d, yyyy",
    "decimal_separator": "Period",
    "number_separator": "Space",
    "Modified_Time": BEGAN,
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
    if asked and datetime.fromisoformat(BEGAN) <= asked:
        return UNCHANGED
    per_page, page = call.count("per_page", 200, 200), call.count("page", 1, 10_000)
    found = [user for user in cabinet.users if _among(user, kind, call.user)]
    part = found[(page - 1) * per_page : page * per_page]
    if not part:
        return NOTHING
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
    first = minified(next(iter(cabinet.users)))
    author = {"name": first["name"], "id": first["id"]}
    return {
        **SAME_USER,
        "country": cabinet.organization.country_code,
        "id": held.id,
        "profile": {"name": held.profile, "id": PROFILES.get(held.profile)},
        "role": {"name": held.role, "id": ROLES.get(held.role)},
        "created_by": author,
        "full_name": held.full_name,
        "zuid": held.id[-9:],
        "status": held.status,
        "confirm": held.confirm,
        "time_zone": cabinet.organization.time_zone,
        "last_name": held.last_name,
        "Currency": cabinet.organization.currency,
        "email": held.email,
        "first_name": held.first_name,
        "Modified_By": {**author, "first_name": "", "last_name": first["name"]},
        "theme": _theme(),
    }


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


def profiles(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/profiles."""
    return Reply({"profiles": [_profile(name) for name in PROFILES]})


def profile(cabinet: Cabinet, call: Call) -> Reply:
    """GET /settings/profiles/{id}."""
    name = next((name for name, number in PROFILES.items() if number == call.ids[0]), None)
    if name is None:
        return NOTHING
    return Reply({"profiles": [_profile(name)]})


def _profile(name: str) -> Row:
    return {
        "display_label": name,
        "name": name,
        "id": PROFILES[name],
        "type": "normal_profile",
        "custom": False,
        "created_time": None,
        "modified_time": None,
        "created_by": None,
        "modified_by": None,
        "description": f"The profile {name}",
        "default": name == "Standard",
        "delete": False,
        "category": False,
        "permissions_details": [],
        "sections": [],
    }


ROUTES = (
    Route("GET", "v8/org", org, "ZohoCRM.org.READ"),
    Route("GET", "v8/users", users, "ZohoCRM.users.READ"),
    Route("GET", "v8/users/*", user, "ZohoCRM.users.READ"),
    Route("GET", "v8/users/actions/count", count, "ZohoCRM.users.READ", 50),
    Route("GET", "v8/settings/profiles", profiles, "ZohoCRM.settings.profiles.READ"),
    Route("GET", "v8/settings/profiles/*", profile, "ZohoCRM.settings.profiles.READ"),
)
