"""The organisation."""

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import Call, Reply
from ledgerferry_sandbox.crm.route import Route
from ledgerferry_sandbox.exchange import Row

BEGAN = "2025-11-03T09:00:00+00:00"
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


ROUTES = (Route("GET", "v8/org", org, "ZohoCRM.org.READ"),)
