"""Settings, users and whatever else people set up in CRM, for schemathesis."""

import io
import zipfile

import schemathesis
from hypothesis import strategies

from tests.sandbox.caller import Caller, Json
from tests.spec.seeding import Named, Seeds
from tests.spec.walk_books import done
from tests.spec.walk_crm import EDGE, add, crm, form
from tests.spec.walk_crm_settings import PNG, made

V8 = "/crm/v8"
SETTINGS = f"{V8}/settings"
RECORDS = f"{V8}/{{module_api_name}}"


def settings(caller: Caller, contact: str, other: str) -> Seeds:
    """One of everything that can be set up, and what would change it."""
    return {
        **_tags(caller),
        **_people(caller),
        **_modules(caller),
        **_layouts(caller),
        **_pipelines(caller),
        **_records(caller, contact, other),
    }


def files() -> None:
    """Lets schemathesis send a picture that is a ZIP with one CSV file too, wherever a file goes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("contacts.csv", "Last_Name\nBulk\n")
    schemathesis.openapi.format("binary", strategies.just(PNG + held.getvalue()))


def _tags(caller: Caller) -> Seeds:
    one, two = (made(caller, "settings/tags", "tags", {"name": name}, module="Contacts") for name in "xy")
    change: Json = {"name": "changed"}
    return {
        f"{SETTINGS}/tags": {
            "tags": [[{"name": "brand new"}], [change | {"id": one}]],
            "color_code": ["#57B1FD"],
        },
        f"{SETTINGS}/tags/{{id}}": {"id": [one], "tags": [[change]]},
        f"{SETTINGS}/tags/{{id}}/actions/merge": {"tags": [[{"conflict_id": two}]]},
    }


def _people(caller: Caller) -> Seeds:
    [_, role, *_] = done(crm(caller, "GET", "settings/roles")).body["roles"]
    [first, second, *_] = done(crm(caller, "GET", "settings/profiles")).body["profiles"]
    clone = f"settings/profiles/{second['id']}/actions/clone"
    profile = made(caller, clone, "profiles", {"name": "Seeded"})
    row: Json = {"last_name": "New", "email": "someone@else.example", "first_name": "N"}
    row |= {"role": {"id": role["id"], "name": role["name"]}, "profile": {"id": profile, "name": "Seeded"}}
    user = made(caller, "users", "users", row | {"email": "seeded@user.example"})
    return {
        f"{SETTINGS}/profiles": {
            "id": [profile],
            "profiles": [[{"name": "Another"}]],
            "transfer_to": [first["id"]],
        },
        f"{V8}/users": {"users": [[row], [{"id": user, "city": "York"}]], "user": [user]},
    }


def _modules(caller: Caller) -> Seeds:
    [held, *_] = done(crm(caller, "GET", "settings/modules/Subscriptions")).body["modules"]
    profiles = [{"id": each["id"]} for each in held["profiles"]]
    row: Json = {"plural_label": "Boats", "singular_label": "Boat", "api_name": "Boats", "profiles": profiles}
    change: Json = {"singular_label": "Contract"}
    both = [[row], [change | {"id": held["id"]}]]
    return {
        f"{SETTINGS}/modules": {"modules": both},
        f"{SETTINGS}/modules/{{id}}": {"id": [held["id"]], "modules": [[change]]},
        f"{SETTINGS}/modules/{{api_name}}": {"api_name": ["Subscriptions"], "modules": [[change]]},
    }


def _layouts(caller: Caller) -> Seeds:
    def layout(name: str) -> str:
        fields = {"module": "Contacts", "name": name}
        edit = {"service": "crm", "kind": "layouts", "fields": fields}
        number: str = caller.control("POST", "edit", edit)["id"]
        return number

    one, two = layout("One"), layout("Two")
    [standard, *_] = done(crm(caller, "GET", "settings/layouts", module="Contacts")).body["layouts"]
    transfer = {"module": "Contacts", "transfer_to": standard["id"]}
    done(crm(caller, "DELETE", f"settings/layouts/{two}/actions/activate", **transfer))
    [view, *_] = done(crm(caller, "GET", "settings/custom_views", module="Contacts")).body["custom_views"]
    sort: Json = {"id": view["id"], "sort_by": {"api_name": "Last_Name"}, "sort_order": "asc"}
    return {
        f"{SETTINGS}/layouts": {
            "id": [one],
            "layouts": [[{"id": one, "name": "Renamed"}]],
            "transfer_to": [standard["id"]],
        },
        f"{SETTINGS}/layouts/{{id}}/actions/activate": {"id": [one, two]},
        f"{SETTINGS}/custom_views": {"id": [view["id"]], "custom_views": [[sort]]},
    }


def _pipelines(caller: Caller) -> Seeds:
    [layout, *_] = done(crm(caller, "GET", "settings/layouts", module="Deals")).body["layouts"]
    asked: Json = {"layout_id": layout["id"]}
    [standard, *_] = done(crm(caller, "GET", "settings/pipeline", **asked)).body["pipeline"]
    stage = standard["maps"][0]["id"]
    row: Json = {"display_value": "Seeded", "maps": [{"id": stage}]}
    line = made(caller, "settings/pipeline", "pipeline", row, **asked)
    move = {"pipeline": {"from": line, "to": standard["id"]}, "stages": [{"from": stage, "to": stage}]}
    new, change = row | {"display_value": "New"}, {"id": line, "display_value": "Renamed"}
    gone = {"_delete": {"permanent": True}}
    named: Named = {"layout_id": [layout["id"]], "id": [line]}
    return {
        f"{SETTINGS}/pipeline": {
            **named,
            "pipeline": [[new], [change]],
            "transfer_pipeline": [[move]],
        },
        f"{SETTINGS}/pipeline/{{id}}": {"pipeline": [[change | gone]]},
    }


def _records(caller: Caller, contact: str, other: str) -> Seeds:
    """Pictures, a job, territories, and related records under other systems' ids."""
    north, south = done(crm(caller, "GET", "settings/territories")).body["territories"]
    path, placed = "Contacts/actions/assign_territories", {"id": other, "Territories": [{"id": south["id"]}]}
    done(crm(caller, "POST", path, {"data": [placed]}))
    for where in (f"Contacts/{contact}/photo", f"Contacts/{other}/photo", "org/photo"):
        done(crm(caller, "POST", where, form("face.png", PNG), EDGE))
    [view, *_] = done(crm(caller, "GET", "settings/custom_views", module="Contacts")).body["custom_views"]
    change: Json = {"data": [{"Phone": "1"}]}
    said = crm(caller, "POST", "Contacts/actions/mass_update", change | {"cvid": view["id"]})
    job = done(said).body["data"][0]["details"]["job_id"]
    caller.wait(600)
    territories: Named = {
        "data": [[placed | {"Territories": [{"id": north["id"]}]}], [placed]],
        "id": [other],
    }
    return {
        f"{RECORDS}/actions/mass_update": {"data": [change["data"]], "ids": [[contact]], "job_id": [job]},
        f"{RECORDS}/actions/assign_territories": territories,
        f"{RECORDS}/actions/remove_territories": territories,
        f"{RECORDS}/{{id}}/actions/assign_territories": territories,
        f"{RECORDS}/{{id}}/actions/remove_territories": territories,
        f"{RECORDS}/actions/add_tags": {"ids": [[contact, other]]},
        f"{RECORDS}/actions/remove_tags": {"ids": [[contact, other]]},
        f"{RECORDS}/{{id}}/photo": {"restrict_triggers": ["workflow"]},
        **_external(caller, contact),
    }


def _external(caller: Caller, contact: str) -> Seeds:
    field: Json = {"field_label": "Deal Key", "data_type": "text", "external": {"type": "org", "show": False}}
    made(caller, "settings/fields", "fields", field, module="Deals")
    deal: Json = {"Deal_Name": "Keyed", "Stage": "Qualification", "Closing_Date": "2026-03-01"}
    add(caller, "Deals", deal | {"Deal_Key": "d1", "Contact_Name": contact})
    return {
        f"{RECORDS}/{{external_value}}": {
            "external_value": ["k1"],
            "external_field_value": ["d1"],
            "X-EXTERNAL": ["Contacts.Ferry_Key,Deals.Deal_Key"],
            "ids": ["d1"],
            "data": [[{"Deal_Key": "d1"}]],
        }
    }
