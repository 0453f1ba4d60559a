"""A walk over what changes the settings of CRM: tags and whatever else people set up."""

from tests.sandbox.caller import Caller, Json
from tests.spec.walk_books import done
from tests.spec.walk_crm import EDGE, add, crm, form

PNG = b"\x89PNG\r\n\x1a\n"


def walk(caller: Caller) -> None:
    """Makes, changes and takes away settings, and is refused some of it."""
    tags(caller)
    photos(caller)
    copies(caller)
    mass_updates(caller)
    people(caller)
    territories(caller)
    pipelines(caller)
    views(caller)
    layouts(caller)
    modules(caller)
    externals(caller)


def made(caller: Caller, path: str, key: str, row: Json, **query: object) -> str:
    """The id of something new."""
    said = done(crm(caller, "POST", path, {key: [row]}, None, **query), 201)
    number: str = said.body[key][0]["details"]["id"]
    return number


def tags(caller: Caller) -> None:
    warm = made(
        caller, "settings/tags", "tags", {"name": "warm one", "color_code": "#57B1FD"}, module="Leads"
    )
    cold = made(caller, "settings/tags", "tags", {"name": "cold one"}, module="Leads")
    row: Json = {"Last_Name": "Marked", "Company": "C", "Tag": [{"name": "cold one"}]}
    [lead] = add(caller, "Leads", row)
    done(crm(caller, "GET", f"Leads/{lead}"))
    renamed = {"tags": [{"id": warm, "name": "hot one"}]}
    done(crm(caller, "PUT", "settings/tags", renamed, module="Leads"))
    done(crm(caller, "PUT", f"settings/tags/{warm}", {"tags": [{"name": "red one"}]}, module="Leads"))
    done(crm(caller, "POST", f"settings/tags/{warm}/actions/merge", {"tags": [{"conflict_id": cold}]}))
    done(crm(caller, "GET", f"settings/tags/{warm}/actions/records_count", module="Leads"))
    again = {"tags": [{"name": "red one"}]}
    done(crm(caller, "POST", "settings/tags", again, module="Leads"), 400)
    done(crm(caller, "POST", "settings/tags", {"tags": [{}]}, module="Leads"), 400)
    done(crm(caller, "GET", "settings/tags", module="Leads"))
    done(crm(caller, "DELETE", f"settings/tags/{warm}"))
    done(crm(caller, "DELETE", f"settings/tags/{warm}"), 400)


def photos(caller: Caller) -> None:
    [contact] = add(caller, "Contacts", {"Last_Name": "Pictured"})
    for path in (f"Contacts/{contact}/photo", "org/photo"):
        done(crm(caller, "POST", path, form("face.png", PNG), EDGE))
        done(crm(caller, "GET", path))
        done(crm(caller, "POST", path, form("face.txt", b"text"), EDGE), 400)
        done(crm(caller, "DELETE", path))
        done(crm(caller, "GET", path), 204)


def copies(caller: Caller) -> None:
    [contact] = add(caller, "Contacts", {"Last_Name": "Copied", "Description": "long"})
    done(crm(caller, "POST", f"Contacts/{contact}/actions/clone"), 201)
    done(crm(caller, "POST", "Contacts/7/actions/clone"), 400)
    done(crm(caller, "GET", f"Contacts/{contact}/actions/fetch_full_data", fields="Description"))
    done(crm(caller, "GET", "Contacts/actions/fetch_full_data", ids=contact, fields="Description"))
    done(crm(caller, "GET", "Contacts/actions/fetch_full_data"), 400)


def mass_updates(caller: Caller) -> None:
    [vendor] = add(caller, "Vendors", {"Vendor_Name": "Mass"})
    path = "Vendors/actions/mass_update"
    change: Json = {"data": [{"Phone": "1"}]}
    done(crm(caller, "POST", path, change | {"ids": [vendor]}))
    [view, *_] = done(crm(caller, "GET", "settings/custom_views", module="Vendors")).body["custom_views"]
    said = done(crm(caller, "POST", path, change | {"cvid": view["id"]}))
    job = said.body["data"][0]["details"]["job_id"]
    done(crm(caller, "GET", path, job_id=job))
    done(crm(caller, "POST", path, change | {"cvid": view["id"]}), 400)
    caller.wait(600)
    done(crm(caller, "GET", path, job_id=job))
    done(crm(caller, "POST", path, change), 400)
    done(crm(caller, "GET", path), 400)


def people(caller: Caller) -> None:
    [_, role, *_] = done(crm(caller, "GET", "settings/roles")).body["roles"]
    done(crm(caller, "GET", f"settings/roles/{role['id']}"))
    [first, second, *_] = done(crm(caller, "GET", "settings/profiles")).body["profiles"]
    path = f"settings/profiles/{second['id']}"
    profile = made(caller, f"{path}/actions/clone", "profiles", {"name": "Ferry", "description": "x"})
    done(crm(caller, "POST", f"{path}/actions/clone", {"profiles": [{"name": "Ferry"}]}), 400)
    done(crm(caller, "PUT", f"settings/profiles/{profile}", {"profiles": [{"name": "Ferry Two"}]}))
    done(crm(caller, "PUT", f"settings/profiles/{profile}", {"profiles": [{"name": "x" * 51}]}), 400)
    done(crm(caller, "GET", "settings/profiles"))
    row: Json = {
        "last_name": "Ames",
        "first_name": "Di",
        "email": "dianaames@trees.com.example",
        "city": "York",
    }
    user = made(caller, "users", "users", row | {"role": role["id"], "profile": profile})
    done(crm(caller, "POST", "users", {"users": [row]}), 400)
    done(crm(caller, "GET", f"users/{user}"))
    done(crm(caller, "PUT", f"users/{user}", {"users": [{"city": "Leeds"}]}))
    done(crm(caller, "PUT", "users", {"users": [{"id": user, "Reporting_To": {"id": user}}]}))
    done(crm(caller, "GET", "users"))
    done(crm(caller, "GET", f"users/{user}/actions/associated_groups"), 204)
    done(crm(caller, "DELETE", f"settings/profiles/{profile}", transfer_to=first["id"]))
    done(crm(caller, "DELETE", path, transfer_to=first["id"]), 400)
    done(crm(caller, "DELETE", f"users/{user}"))
    done(crm(caller, "DELETE", f"users/{user}"), 400)


def territories(caller: Caller) -> None:
    held = done(crm(caller, "GET", "settings/territories")).body["territories"]
    done(crm(caller, "GET", f"settings/territories/{held[0]['id']}"))
    [contact] = add(caller, "Contacts", {"Last_Name": "Placed"})
    north, south = ([{"id": each["id"]}] for each in held)
    single, several = f"Contacts/{contact}/actions", "Contacts/actions"
    done(crm(caller, "POST", f"{single}/assign_territories", {"data": [{"Territories": north}]}))
    done(crm(caller, "POST", f"{single}/assign_territories", {"data": [{"Territories": north}]}), 400)
    row: Json = {"id": contact, "Territories": south}
    done(crm(caller, "POST", f"{several}/assign_territories", {"data": [row]}))
    done(crm(caller, "GET", f"Contacts/{contact}"))
    done(crm(caller, "POST", f"{several}/remove_territories", {"data": [row]}))
    done(crm(caller, "POST", f"{single}/remove_territories", {"data": [{"Territories": north}]}))
    done(crm(caller, "POST", f"{single}/remove_territories", {"data": [{}]}), 400)


def pipelines(caller: Caller) -> None:
    [layout, *_] = done(crm(caller, "GET", "settings/layouts", module="Deals")).body["layouts"]
    asked: Json = {"layout_id": layout["id"]}
    path = "settings/pipeline"
    [standard, *_] = done(crm(caller, "GET", path, **asked)).body["pipeline"]
    first, second = standard["maps"][:2]
    maps = [{"id": first["id"], "display_value": first["display_value"], "sequence_number": 1}]
    one = made(caller, path, "pipeline", {"display_value": "One", "maps": maps}, **asked)
    two = made(caller, path, "pipeline", {"display_value": "Two", "maps": maps}, **asked)
    done(
        crm(caller, "POST", path, {"pipeline": [{"display_value": "One", "maps": maps}]}, None, **asked), 400
    )
    done(crm(caller, "POST", path, {"pipeline": [{"maps": maps}]}, None, **asked), 400)
    more = {"maps": [{"id": second["id"], "sequence_number": 2}]}
    done(crm(caller, "PUT", f"{path}/{two}", {"pipeline": [more]}, None, **asked))
    done(crm(caller, "PUT", path, {"pipeline": [{"id": one, "display_value": "First"}]}, None, **asked), 201)
    done(crm(caller, "GET", f"{path}/{one}", None, **asked))
    stages = [{"from": first["id"], "to": second["id"]}]
    moved: Json = {"pipeline": {"from": one, "to": two}, "stages": stages}
    done(crm(caller, "POST", f"{path}/actions/transfer", {"transfer_pipeline": [moved]}, None, **asked))
    done(crm(caller, "POST", f"{path}/actions/transfer", {"transfer_pipeline": [moved]}, None, **asked), 400)
    gone = {"pipeline": [{"_delete": {"permanent": True}}]}
    done(crm(caller, "PATCH", f"{path}/{two}", gone, None, **asked))
    done(crm(caller, "PATCH", f"{path}/{two}", gone, None, **asked), 400)


def views(caller: Caller) -> None:
    [view, *_] = done(crm(caller, "GET", "settings/custom_views", module="Vendors")).body["custom_views"]
    path, row = f"settings/custom_views/{view['id']}", {"sort_by": {"api_name": "Vendor_Name"}}
    done(crm(caller, "PUT", f"{path}/actions/change_sort", {"custom_views": [row]}, module="Vendors"))
    several = {"custom_views": [row | {"id": view["id"], "sort_order": "desc"}]}
    done(crm(caller, "PUT", "settings/custom_views/actions/change_sort", several, module="Vendors"))
    done(crm(caller, "GET", path, module="Vendors"))
    done(crm(caller, "PUT", f"{path}/actions/change_sort", {"custom_views": [{}]}, module="Vendors"), 400)
    done(crm(caller, "GET", "Vendors", fields="Vendor_Name", cvid=view["id"]))


def layouts(caller: Caller) -> None:
    fields = {"module": "Leads", "name": "Export"}
    edit = {"service": "crm", "kind": "layouts", "fields": fields}
    number = caller.control("POST", "edit", edit)["id"]
    [standard, *_] = done(crm(caller, "GET", "settings/layouts", module="Leads")).body["layouts"]
    path = f"settings/layouts/{number}"
    section = {"fields": [{"api_name": "Phone", "required": True}]}
    change: Json = {"name": "Trade", "sections": [section]}
    done(crm(caller, "PATCH", path, {"layouts": [change]}, module="Leads"))
    done(crm(caller, "PATCH", "settings/layouts", {"layouts": [change | {"id": number}]}, module="Leads"))
    done(crm(caller, "PATCH", path, {"layouts": [{"sections": [{"id": "7"}]}]}, module="Leads"), 400)
    done(crm(caller, "GET", path, module="Leads"))
    transfer: Json = {"module": "Leads", "transfer_to": standard["id"]}
    done(crm(caller, "DELETE", f"{path}/actions/activate", **transfer))
    done(crm(caller, "POST", f"{path}/actions/activate", {"layouts": [{"id": number}]}, module="Leads"))
    done(crm(caller, "POST", f"{path}/actions/activate", {"layouts": [{"id": number}]}, module="Leads"), 400)
    done(crm(caller, "DELETE", path, **transfer))
    done(crm(caller, "DELETE", path, **transfer), 400)


def modules(caller: Caller) -> None:
    [profile, *_] = done(crm(caller, "GET", "settings/profiles")).body["profiles"]
    path, held = "settings/modules", [{"id": profile["id"]}]
    row: Json = {"plural_label": "Boats", "singular_label": "Boat", "api_name": "Boats", "profiles": held}
    said = done(crm(caller, "POST", path, {"modules": [row]}))
    number = said.body["modules"][0]["details"]["id"]
    done(crm(caller, "POST", path, {"modules": [row]}), 400)
    done(crm(caller, "POST", path, {"modules": [{}]}), 400)
    done(crm(caller, "PUT", f"{path}/Boats", {"modules": [{"singular_label": "Ship"}]}))
    done(crm(caller, "PUT", f"{path}/{number}", {"modules": [{"plural_label": "Ships"}]}))
    done(crm(caller, "PUT", path, {"modules": [{"id": number, "description": "afloat"}]}))
    done(crm(caller, "PUT", f"{path}/Contacts", {"modules": [{"singular_label": "x"}]}), 400)
    done(crm(caller, "GET", f"{path}/Boats"))
    done(crm(caller, "GET", path))


def externals(caller: Caller) -> None:
    """Related records, both of them named by what they are called in other systems."""
    for module, label in (("Accounts", "Ferry Key"), ("Contacts", "Person Key")):
        field: Json = {"field_label": label, "data_type": "text", "external": {"type": "org", "show": False}}
        made(caller, "settings/fields", "fields", field, module=module)
    add(caller, "Accounts", {"Account_Name": "Of keys", "Ferry_Key": "a1"})
    add(caller, "Contacts", {"Last_Name": "One", "Person_Key": "p1"})
    named, path = {"X-EXTERNAL": "Accounts.Ferry_Key,Contacts.Person_Key"}, "Accounts/a1/Contacts"
    done(crm(caller, "PUT", path, {"data": [{"Person_Key": "p1"}]}, named))
    done(crm(caller, "GET", path, None, named, fields="Last_Name"))
    done(crm(caller, "DELETE", path, None, named, ids="p1"))
    done(crm(caller, "PUT", f"{path}/p1", {"data": [{}]}, named))
    done(crm(caller, "GET", f"{path}/p1", None, named, fields="Last_Name"))
    done(crm(caller, "DELETE", f"{path}/p1", None, named))
