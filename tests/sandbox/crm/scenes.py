"""For every switch of CRM a scene in which an answer differs between its positions."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

from ledgerferry_sandbox.desk.outbox import Delivery
from tests.sandbox.caller import Said
from tests.sandbox.crm.asker import Asker, Json

Scene = Callable[[Asker], object]
KEY: Json = {"field_label": "Ferry Key", "data_type": "text", "unique": {"casesensitive": "false"}}
EXTERNAL: Json = {"field_label": "Ferry Key", "data_type": "text", "external": {"type": "org"}}
DEAL: Json = {"Deal_Name": "D", "Stage": "Qualification"}
LATER = "2026-01-20T09:00:00+00:00"


def field(crm: Asker, row: Json, module: str = "Accounts") -> Said:
    return crm.crm("POST", "v8/settings/fields", {"fields": [row]}, module=module)


def written(crm: Asker, module: str, row: Json, **body: object) -> Said:
    return crm.crm("POST", f"v8/{module}", {"data": [row], **body})


def upserted(crm: Asker, module: str, row: Json, *checks: str) -> Json:
    more = {"duplicate_check_fields": list(checks)} if checks else {}
    made: Json = crm.crm("POST", f"v8/{module}/upsert", {"data": [row], **more}).body["data"][0]
    return made


def evicted_token(crm: Asker) -> object:
    crm.switch(active_access_tokens=1)
    first = crm.sign_in()
    crm.sign_in()
    return crm.call("GET", "/crm/v8/org", authorization=f"Zoho-oauthtoken {first}").body["code"]


def edition(crm: Asker) -> object:
    return crm.crm("GET", "v8/Invoices", fields="Subject").status


def paid_type(crm: Asker) -> object:
    return crm.crm("GET", "v8/org").body["org"][0]["license_details"]["paid_type"]


def api_access(crm: Asker) -> object:
    return crm.crm("GET", "v8/org").status


def all_failed_status(crm: Asker) -> object:
    return written(crm, "Accounts", {}).status


def duplicate_key(crm: Asker) -> object:
    field(crm, KEY)
    crm.add("Accounts", {"Account_Name": "A", "Ferry_Key": "k"})
    refused = written(crm, "Accounts", {"Account_Name": "B", "Ferry_Key": "k"})
    return sorted(refused.body["data"][0]["details"])


def default_duplicates(crm: Asker) -> object:
    crm.add("Accounts", {"Account_Name": "Acme"})
    return upserted(crm, "Accounts", {"Account_Name": "Acme"})["action"]


def match_order(crm: Asker) -> object:
    field(crm, KEY)
    crm.add("Accounts", {"Account_Name": "Acme"}, {"Account_Name": "Other", "Ferry_Key": "k"})
    return upserted(crm, "Accounts", {"Account_Name": "Acme", "Ferry_Key": "k"}, "Ferry_Key", "Account_Name")[
        "code"
    ]


def external_header(crm: Asker) -> object:
    field(crm, EXTERNAL)
    crm.add("Accounts", {"Account_Name": "A", "Ferry_Key": "k"})
    return crm.crm("GET", "v8/Accounts/k", headers={"x-external": "Accounts.Ferry_Key"}).status


def external_from(crm: Asker) -> object:
    crm.switch(crm__edition="free")
    return field(crm, EXTERNAL).status


def mandatory(crm: Asker) -> object:
    return written(crm, "Leads", {"Last_Name": "X"}).status


def closing_date(crm: Asker) -> object:
    return written(crm, "Deals", DEAL).status


def picklists(crm: Asker) -> object:
    return written(crm, "Leads", {"Last_Name": "X", "Company": "Y", "Rating": "Superb"}).status


def subform_update(crm: Asker) -> object:
    (spade,) = crm.add("Products", {"Product_Name": "Spade", "Unit_Price": 5})
    lines = [{"Product_Name": spade, "Quantity": 1}, {"Product_Name": spade, "Quantity": 2}]
    (number,) = crm.add("Invoices", {"Subject": "I", "Invoiced_Items": lines})
    held = crm.crm("GET", f"v8/Invoices/{number}").body["data"][0]["Invoiced_Items"]
    change = {"Invoiced_Items": [{"id": held[0]["id"], "Quantity": 3}]}
    crm.crm("PUT", f"v8/Invoices/{number}", {"data": [change]})
    return len(crm.crm("GET", f"v8/Invoices/{number}").body["data"][0]["Invoiced_Items"])


def uploaded(crm: Asker, path: str, name: str, content: bytes, **headers: str) -> Said:
    head = f'content-disposition: form-data; name="file"; filename="{name}"'
    body = f"--cut\r\n{head}\r\n\r\n".encode() + content + b"\r\n--cut--\r\n"
    return crm.crm("POST", path, body, {"content-type": "multipart/form-data; boundary=cut", **headers})


def attachment_message(crm: Asker) -> object:
    said = uploaded(crm, f"v8/Contacts/{crm.person('Ames')}/Attachments", "a.txt", b"x")
    return said.body["data"][0]["message"]


def limit_message(crm: Asker) -> object:
    crm.sign_in()
    crm.control("PUT", "limits", {"crm": {"day": 0}})
    return crm.crm("GET", "v8/org").body["message"]


def rate_headers(crm: Asker) -> object:
    crm.sign_in()
    crm.control("PUT", "limits", {"crm": {"day": 100}})
    return sorted(crm.crm("GET", "v8/org").answer.headers)


def pipelines(crm: Asker) -> object:
    return written(crm, "Deals", DEAL).status


def stages(crm: Asker) -> object:
    return written(crm, "Deals", DEAL).status


def workflow_mail(crm: Asker) -> object:
    crm.person("Ames", Email="ames@b.example")
    return len(crm.control("GET", "mail"))


def coql_people(crm: Asker, where: str) -> object:
    crm.add("Contacts", {"Last_Name": "O'Brien"}, {"Last_Name": "Ames", "Email": "ames@b.example"})
    said = crm.coql(f"select Last_Name from Contacts where {where}")
    return said.status, said.body and [row.get("Last_Name") for row in said.body.get("data", ())]


def coql_in_list(crm: Asker) -> object:
    values = ", ".join(f"'{number}'" for number in range(60))
    return coql_people(crm, f"Last_Name in ({values})")


def coql_joins(crm: Asker) -> object:
    columns = "Account_Name.Phone, Vendor_Name.Phone, Reporting_To.Phone"
    return crm.coql(f"select {columns} from Contacts where id is not null").status


def coql_pairs(crm: Asker) -> object:
    return coql_people(crm, "Last_Name = 'Ames' and First_Name is null and Phone is null")


def searched(crm: Asker, **query: Any) -> object:
    crm.switch(search_lag_seconds=0)
    crm.add("Contacts", {"Last_Name": "Boyle", "Email": "b@x.example"}, {"Last_Name": "Boyleson"})
    said = crm.crm("GET", "v8/Contacts/search", **query)
    return said.status, said.body and sorted(row["Last_Name"] for row in said.body.get("data", ()))


def search_times(crm: Asker) -> object:
    return searched(crm, criteria="(Modified_Time:greater_equal:2026-01-05T00:00:00+00:00)")


def search_ways(crm: Asker) -> object:
    return searched(crm, email="b@x.example", word="boyle")


def search_equals(crm: Asker) -> object:
    return searched(crm, criteria="(Last_Name:equals:boyle)")


def watched(crm: Asker, **fields: object) -> Said:
    channel = {"channel_id": "1068001", "notify_url": "https://x.example/hook", "events": ["Contacts.all"]}
    return crm.crm("POST", "v8/actions/watch", {"watch": [channel | fields]})


def watch_error_status(crm: Asker) -> object:
    return watched(crm, token="x" * 51).status


def watch_fallback(crm: Asker) -> object:
    return watched(crm, channel_expiry=LATER).body["watch"][0]["details"]["events"][0]["channel_expiry"]


def watch_untriggered(crm: Asker) -> object:
    watched(crm)
    crm.add("Contacts", {"Last_Name": "Ames"}, trigger=[])
    return len(delivered(crm, 200))


def watch_retries(crm: Asker) -> object:
    watched(crm)
    crm.person("Ames")
    told = []
    for _ in range(3):
        told += delivered(crm, 500)
        crm.wait(600)
    return len(told)


def delivered(crm: Asker, status: int) -> list[Json]:
    heard: list[Json] = []

    def carrier(delivery: Delivery) -> int:
        heard.append(json.loads(delivery.body))
        return status

    crm.sandbox.desk.outbox.deliver(carrier)
    return heard


def reading(crm: Asker, wait: float = 10) -> tuple[Json, Said]:
    crm.add("Contacts", {"Last_Name": "Ames"}, {"Last_Name": "Boyle"})
    query = {"module": {"api_name": "Contacts"}, "fields": ["Last_Name"]}
    made = crm.crm("POST", "bulk/v8/read", {"query": query}).body["data"][0]["details"]["id"]
    crm.wait(wait)
    row = crm.crm("GET", f"bulk/v8/read/{made}").body["data"][0]
    return row, crm.crm("GET", f"bulk/v8/read/{made}/result")


def bulk_seconds(crm: Asker) -> object:
    return reading(crm)[0]["state"]


def bulk_read_rows(crm: Asker) -> object:
    return reading(crm)[0]["result"]["more_records"]


def bulk_id_column(crm: Asker) -> object:
    with zipfile.ZipFile(io.BytesIO(reading(crm)[1].body)) as archive:
        return archive.read(archive.namelist()[0]).partition(b",")[0]


def packed(rows: int, padding: bytes = b"") -> bytes:
    text, whole = io.StringIO(newline=""), io.BytesIO()
    csv.writer(text).writerows([("Family",), *((f"N{number}",) for number in range(rows))])
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("people.csv", text.getvalue())
        archive.comment = padding
    return whole.getvalue()


def bulk_file(crm: Asker, content: bytes) -> Said:
    zgid = crm.sandbox.crm.cabinet.organization.zgid
    feature = {"feature": "bulk-write", "X-CRM-ORG": zgid, "host": "www.zohoapis.example"}
    return uploaded(crm, "v8/upload", "people.zip", content, **feature)


def bulk_upload_mb(crm: Asker) -> object:
    return bulk_file(crm, packed(1, b"x" * 50_000)).status


def bulk_upload_host(crm: Asker) -> object:
    return bulk_file(crm, packed(1)).status


def bulk_write_rows(crm: Asker) -> object:
    file = bulk_file(crm, packed(3)).body["details"]["file_id"]
    mapping = {"api_name": "Last_Name", "index": 0}
    resource = {"module": {"api_name": "Contacts"}, "file_id": file, "field_mappings": [mapping]}
    body = {"operation": "insert", "resource": [{"type": "data", **resource}]}
    job = crm.crm("POST", "bulk/v8/write", body).body["details"]["id"]
    crm.wait(10)
    return crm.crm("GET", f"bulk/v8/write/{job}").body["status"]


SCENES: dict[str, tuple[str, Scene]] = {
    "evicted_token": ("INVALID_OAUTHTOKEN", evicted_token),
    "crm.edition": ("free", edition),
    "crm.api_access": ("no", api_access),
    "crm.all_failed_status": ("202", all_failed_status),
    "crm.duplicate_key": ("duplicate_record", duplicate_key),
    "crm.default_duplicates": ("leads", default_duplicates),
    "crm.match_order": ("oldest", match_order),
    "crm.external_header": ("bare", external_header),
    "crm.external_from": ("enterprise", external_from),
    "crm.mandatory": ("system", mandatory),
    "crm.picklists": ("open", picklists),
    "crm.subform_update": ("append", subform_update),
    "crm.attachment_message": ("title", attachment_message),
    "crm.limit_message": ("separate", limit_message),
    "crm.rate_headers": ("yes", rate_headers),
    "crm.pipelines": ("on", pipelines),
    "crm.stages": ("own", stages),
    "crm.workflow_mail": ("on", workflow_mail),
    "coql_in_list": ("100", coql_in_list),
    "coql_joins": ("2", coql_joins),
    "coql_pairs": ("free", coql_pairs),
    "coql_text_case": ("exact", lambda crm: coql_people(crm, "Last_Name = 'AMES'")),
    "coql_not_equal_null": ("included", lambda crm: coql_people(crm, "Email != 'ames@b.example'")),
    "coql_backslash": ("escapes", lambda crm: coql_people(crm, r'Last_Name = "O\'Brien"')),
    "search_times": ("refused", search_times),
    "search_ways": ("first", search_ways),
    "search_equals": ("exact", search_equals),
    "watch_error_status": ("400", watch_error_status),
    "watch_fallback": ("day", watch_fallback),
    "watch_untriggered": ("silent", watch_untriggered),
    "watch_retries": ("2", watch_retries),
    "bulk_seconds": ("60", bulk_seconds),
    "bulk_read_rows": ("1", bulk_read_rows),
    "bulk_id_column": ("id", bulk_id_column),
    "bulk_upload_host": ("content", bulk_upload_host),
    "bulk_upload_mb": ("0.01", bulk_upload_mb),
    "bulk_write_rows": ("2", bulk_write_rows),
}
"""For every switch a position that is not its default, and what is to differ there."""
MORE: dict[tuple[str, str], Scene] = {
    ("crm.edition", "professional"): paid_type,
    ("crm.edition", "ultimate"): paid_type,
    ("crm.mandatory", "with_closing_date"): closing_date,
}
"""Scenes of positions that the scene of their switch does not tell from its default."""
