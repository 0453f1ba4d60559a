"""Records of CRM that exist, under the names that its files give their ids, for schemathesis."""

from tests.sandbox.caller import Caller, Json
from tests.spec import seeding_crm_settings
from tests.spec.seeding import Named, Seeds
from tests.spec.walk_books import done
from tests.spec.walk_crm import EDGE, add, form, packed
from tests.spec.walk_crm import crm as asked


def crm(caller: Caller) -> Seeds:
    """Contacts with what belongs to them, one of them under another system's id, and the settings' ids."""
    seeding_crm_settings.files()
    field: Json = {"field_label": "Ferry Key", "data_type": "text", "length": 60}
    external: Json = {"external": {"type": "org", "show": False}, "unique": {"casesensitive": "true"}}
    body = {"fields": [field | external]}
    made = done(asked(caller, "POST", "settings/fields", body, module="Contacts"), 201).body["fields"][0]
    row: Json = {"Last_Name": "Seeded", "Email": "s@x.example", "Ferry_Key": "k1"}
    contact, other = add(caller, "Contacts", row, {"Last_Name": "Other"})
    deal: Json = {"Stage": "Qualification", "Closing_Date": "2026-03-01", "Contact_Name": contact}
    [gone] = add(caller, "Contacts", {"Last_Name": "Gone"})
    deals = add(caller, "Deals", deal | {"Deal_Name": "One"}, deal | {"Deal_Name": "Two"})
    done(asked(caller, "DELETE", f"Contacts/{gone}"))
    caller.wait(60)
    everywhere: Named = {
        **ANY_CRM,
        "data": [[{"Last_Name": "New"}], [{"id": contact, "Last_Name": "Renamed"}], [{"id": deals[0]}]],
        "ids": [[contact, other]],
        "fields": [[field | {"field_label": "Of schemathesis"}], [{"id": made["details"]["id"]}]],
        "field": [made["details"]["id"]],
        "resource": [[_resource(packed(caller)[1])]],
    }
    path = "/crm/v8/{module_api_name}"
    return {
        "": everywhere,
        "/crm": {"ids": [f"{contact},{other}", other]},
        path: {"fields": ["Last_Name,Email"]},
        "/crm/v8/{module}": {"fields": ["id,File_Name"]},
        f"{path}/{{id}}": {"id": [contact, other]},
        f"{path}/{{record_id}}": {"record_id": [contact], "related_record_id": deals, "ids": deals},
        f"{path}/{{external_field_value}}": {**EXTERNAL, "external_field_value": ["k1"]},
        f"{path}/deleted/{{record_id}}": {"record_id": [gone]},
        **_settings(caller),
        **_files(caller, contact),
        **_jobs(caller),
        **seeding_crm_settings.settings(caller, contact, other),
    }


EXTERNAL: Named = {"X-EXTERNAL": ["Contacts.Ferry_Key"]}
WATCH: Json = {"channel_id": "1000000068001", "events": ["Deals.all"], "notify_url": "http://127.0.0.1:9/x"}
ANY_CRM: Named = {
    "module": ["Contacts"],
    "module_api_name": ["Contacts"],
    "related_list_api_name": ["Deals"],
    "trigger": [["workflow"], []],
    "operation": ["insert"],
    "page": [1],
    "per_page": [2],
    "If-Modified-Since": ["2020-01-01T00:00:00+00:00"],
    "duplicate_check_fields": [["Email"]],
    "sort_by": ["Modified_Time"],
    "email": ["s@x.example"],
    "tags": [[{"name": "warm"}]],
    "select_query": ["select Last_Name from Contacts where Last_Name is not null"],
    "watch": [[WATCH]],
    "channel_id": [WATCH["channel_id"]],
    "channel_ids": [WATCH["channel_id"]],
    "query": [{"module": {"api_name": "Contacts"}, "fields": ["Last_Name"]}],
    "feature": ["bulk-write"],
}


def _settings(caller: Caller) -> Seeds:
    path = "/crm/v8/settings/related_lists"
    held = done(asked(caller, "GET", "settings/related_lists", module="Contacts")).body["related_lists"]
    return {path: {"id": [held[0]["id"]]}}


def _files(caller: Caller, contact: str) -> Seeds:
    path = f"Contacts/{contact}/Attachments"
    said = asked(caller, "POST", path, form("one.pdf", b"%PDF-1.4"), EDGE)
    number = done(said).body["data"][0]["details"]["id"]
    held: Named = {"record_id": [contact], "id": [number], "ids": [number]}
    return {"/crm/v8/{module}/{record_id}/Attachments": {**held, "attachmentUrl": ["https://x.example/a"]}}


def _resource(file: str) -> Json:
    """What a writing writes."""
    columns = [{"api_name": "Last_Name", "index": 0}]
    return {"type": "data", "module": {"api_name": "Contacts"}, "file_id": file, "field_mappings": columns}


def _jobs(caller: Caller) -> Seeds:
    """A reading and a writing that are done."""
    body = {"query": ANY_CRM["query"][0]}
    read = done(asked(caller, "POST", "bulk/v8/read", body), 201).body["data"][0]["details"]["id"]
    zgid, file = packed(caller)
    body = {"operation": "insert", "resource": [_resource(file)]}
    write = done(asked(caller, "POST", "bulk/v8/write", body), 201).body["details"]["id"]
    caller.wait(600)
    return {
        "/crm/bulk/v8/read": {"job_id": [read]},
        "/crm/bulk/v8/write": {"job_id": [write]},
        "/crm/v8/upload": {"X-CRM-ORG": [zgid]},
    }
