"""A walk over every address of CRM that the sandbox answers, with records that exist."""

import io
import zipfile
from urllib.parse import urlencode

from tests.sandbox.caller import Caller, Json, Said
from tests.spec.walk_books import done

EDGE = {"content-type": "multipart/form-data; boundary=edge"}


def crm(
    caller: Caller,
    method: str,
    path: str,
    body: object = None,
    headers: dict[str, str] | None = None,
    **query: object,
) -> Said:
    """One signed call; the path is what follows /crm/v8/, or /crm/ for the bulk addresses."""
    token = caller.token or caller.sign_in()
    signed = {"authorization": f"Zoho-oauthtoken {token}", **(headers or {})}
    whole = f"/crm/{path}" if path.startswith("bulk/") else f"/crm/v8/{path}"
    return caller.call(method, f"{whole}?{urlencode(query)}" if query else whole, body, **signed)


def add(caller: Caller, module: str, *rows: Json, **more: object) -> list[str]:
    """New records; their ids."""
    said = done(crm(caller, "POST", module, {"data": list(rows), **more}), 201)
    return [row["details"]["id"] for row in said.body["data"]]


def form(name: str, content: bytes) -> bytes:
    """A multipart body with one file."""
    head = f'--edge\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    return f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + content + b"\r\n--edge--\r\n"


def walk(caller: Caller) -> None:
    """Calls everything once or more, and some of it wrongly, so that refusals are heard too."""
    organization(caller)
    settings(caller)
    fields(caller)
    records(caller)
    externals(caller)
    related(caller)
    files(caller)
    tags(caller)
    leads(caller)
    queries(caller)
    watches(caller)
    bulk_read(caller)
    bulk_write(caller)
    refusals(caller)


def organization(caller: Caller) -> None:
    done(crm(caller, "GET", "org"))
    [first, *_] = done(crm(caller, "GET", "users", type="AllUsers")).body["users"]
    done(crm(caller, "GET", f"users/{first['id']}"))
    done(crm(caller, "GET", "users/actions/count", type="ActiveUsers"))
    later = {"If-Modified-Since": "2030-01-01T00:00:00+00:00"}
    done(crm(caller, "GET", "users", None, later), 304)
    [profile, *_] = done(crm(caller, "GET", "settings/profiles")).body["profiles"]
    done(crm(caller, "GET", f"settings/profiles/{profile['id']}"))


def settings(caller: Caller) -> None:
    modules = done(crm(caller, "GET", "settings/modules")).body["modules"]
    deals = next(each for each in modules if each["api_name"] == "Deals")
    done(crm(caller, "GET", "settings/modules/Deals"))
    done(crm(caller, "GET", f"settings/modules/{deals['id']}"))
    [layout, *_] = done(crm(caller, "GET", "settings/layouts", module="Deals")).body["layouts"]
    done(crm(caller, "GET", f"settings/layouts/{layout['id']}", module="Deals"))
    [listed, *_] = done(crm(caller, "GET", "settings/related_lists", module="Accounts")).body["related_lists"]
    done(crm(caller, "GET", f"settings/related_lists/{listed['id']}", module="Accounts"))
    [view, *_] = done(crm(caller, "GET", "settings/custom_views", module="Deals")).body["custom_views"]
    done(crm(caller, "GET", f"settings/custom_views/{view['id']}", module="Deals"))
    [line, *_] = done(crm(caller, "GET", "settings/pipeline", layout_id=layout["id"])).body["pipeline"]
    done(crm(caller, "GET", f"settings/pipeline/{line['id']}", layout_id=layout["id"]))
    done(crm(caller, "GET", "settings/tags", module="Deals"))


def fields(caller: Caller) -> None:
    for module in ("Accounts", "Contacts", "Deals", "Leads", "Invoices", "Products", "Tasks"):
        done(crm(caller, "GET", "settings/fields", module=module))
    wanted = {"field_label": "Ferry Key", "data_type": "text", "length": 60}
    external = {"external": {"type": "org", "show": False}, "unique": {"casesensitive": "true"}}
    made = crm(caller, "POST", "settings/fields", {"fields": [wanted | external]}, module="Contacts")
    number = done(made, 201).body["fields"][0]["details"]["id"]
    path = f"settings/fields/{number}"
    done(crm(caller, "GET", path, module="Contacts"))
    done(crm(caller, "PATCH", path, {"fields": [{"field_label": "Ferry Key Two"}]}, module="Contacts"))
    more = {"id": number, "field_label": "Ferry Key"}
    done(crm(caller, "PATCH", "settings/fields", {"fields": [more]}, module="Contacts"))
    gone = crm(
        caller, "POST", "settings/fields", {"fields": [wanted | {"field_label": "Gone"}]}, module="Deals"
    )
    spare = done(gone, 201).body["fields"][0]["details"]["id"]
    done(crm(caller, "DELETE", f"settings/fields/{spare}", module="Deals"))


def records(caller: Caller) -> None:
    [account] = add(caller, "Accounts", {"Account_Name": "Bowman & Co", "Phone": "+44 20 7946 0018"})
    people = [
        {"Last_Name": name, "Email": f"{name}@x.example", "Account_Name": {"id": account}} for name in "ABC"
    ]
    first, second, third = add(caller, "Contacts", *people, trigger=[])
    deal = {"Deal_Name": "Orchard", "Stage": "Qualification", "Amount": 1200.5, "Closing_Date": "2026-03-01"}
    [number] = add(caller, "Deals", deal | {"Account_Name": account, "Contact_Name": first})
    done(crm(caller, "PUT", f"Deals/{number}", {"data": [{"Amount": 1300}]}))
    done(crm(caller, "PUT", "Deals", {"data": [{"id": number, "Description": "many"}]}))
    body = {"data": [{"Last_Name": "D", "Email": "A@x.example"}, {"Last_Name": "E", "Email": "e@x.example"}]}
    done(crm(caller, "POST", "Contacts/upsert", body | {"duplicate_check_fields": ["Email"], "trigger": []}))
    done(crm(caller, "POST", "Contacts/upsert", {"data": [{"Last_Name": "H", "Email": "h@x.example"}]}), 201)
    mixed = {"data": [{"Last_Name": "F"}, {"First_Name": "nobody"}, {"Last_Name": "G", "Email": "no mail"}]}
    done(crm(caller, "POST", "Contacts", mixed), 207)
    done(crm(caller, "GET", f"Contacts/{first}"))
    done(crm(caller, "GET", "Contacts", fields="Last_Name,Email,Account_Name", per_page=2))
    done(crm(caller, "GET", "Contacts", fields="Last_Name", sort_by="Modified_Time", sort_order="desc"))
    done(crm(caller, "GET", "Deals", fields="Deal_Name,Amount,Stage,Closing_Date,Owner", ids=number))
    assert crm(caller, "GET", "Vendors", fields="Vendor_Name").status == 204
    done(crm(caller, "GET", "Contacts/actions/count"))
    later = {"If-Modified-Since": "2030-01-01T00:00:00+00:00"}
    done(crm(caller, "GET", "Contacts", None, later, fields="Last_Name"), 304)
    done(crm(caller, "GET", f"Contacts/{first}", None, later), 304)
    stale = {"If-Unmodified-Since": "2020-01-01T00:00:00+00:00"}
    done(crm(caller, "PUT", f"Deals/{number}", {"data": [{"Amount": 1}]}, stale), 412)
    orders(caller, account)
    done(crm(caller, "DELETE", f"Contacts/{second}"))
    done(crm(caller, "DELETE", "Contacts", ids=third))
    done(crm(caller, "GET", "Contacts/deleted", type="all"))
    merged(caller)


def orders(caller: Caller, account: str) -> None:
    [product] = add(caller, "Products", {"Product_Name": "Spade", "Unit_Price": 12.5})
    line = {"Product_Name": {"id": product}, "Quantity": 3, "List_Price": 12.5}
    row: Json = {"Subject": "Tools", "Account_Name": {"id": account}}
    for module, items in (
        ("Quotes", "Quoted_Items"),
        ("Sales_Orders", "Ordered_Items"),
        ("Invoices", "Invoiced_Items"),
    ):
        [number] = add(caller, module, row | {items: [line]})
        done(crm(caller, "GET", f"{module}/{number}"))


def merged(caller: Caller) -> None:
    one, two = add(caller, "Accounts", {"Account_Name": "Once"}, {"Account_Name": "Twice"})
    body = {"merge": [{"data": [{"id": two, "_fields": [{"api_name": "Account_Name"}]}]}]}
    job = done(crm(caller, "POST", f"Accounts/{one}/actions/merge", body)).body["merge"][0]["details"][
        "job_id"
    ]
    done(crm(caller, "GET", f"Accounts/{one}/actions/merge", job_id=job))


def externals(caller: Caller) -> None:
    named = {"X-EXTERNAL": "Contacts.Ferry_Key"}
    add(
        caller,
        "Contacts",
        {"Last_Name": "Keyed", "Ferry_Key": "k1"},
        {"Last_Name": "Other", "Ferry_Key": "k2"},
    )
    done(crm(caller, "GET", "Contacts/k1", None, named))
    done(crm(caller, "PUT", "Contacts/k1", {"data": [{"First_Name": "Al"}]}, named))
    done(crm(caller, "DELETE", "Contacts/k2", None, named))


def related(caller: Caller) -> None:
    [account] = add(caller, "Accounts", {"Account_Name": "Related"})
    [one, two] = add(caller, "Contacts", {"Last_Name": "R1", "Account_Name": account}, {"Last_Name": "R2"})
    path = f"Accounts/{account}/Contacts"
    done(crm(caller, "GET", path, fields="Last_Name"))
    done(crm(caller, "PUT", f"{path}/{two}", {"data": [{}]}))
    done(crm(caller, "PUT", path, {"data": [{"id": two}]}))
    done(crm(caller, "GET", f"{path}/{one}", fields="Last_Name"))
    done(crm(caller, "DELETE", f"{path}/{two}"))
    done(crm(caller, "DELETE", path, ids=one))
    note = {"data": [{"Note_Title": "Seen", "Note_Content": "by hand"}]}
    done(crm(caller, "POST", f"Accounts/{account}/Notes", note), 201)
    done(crm(caller, "GET", f"Accounts/{account}/Notes", fields="Note_Title,Note_Content"))
    done(crm(caller, "DELETE", f"Accounts/{account}"))
    done(crm(caller, "GET", f"Accounts/deleted/{account}/Notes", fields="Note_Title"))
    done(crm(caller, "GET", f"Accounts/deleted/{account}/Deals", fields="Deal_Name"), 204)
    done(crm(caller, "GET", "Vendors/deleted", type="all"), 204)


def files(caller: Caller) -> None:
    [account] = add(caller, "Accounts", {"Account_Name": "Filed"})
    path = f"Accounts/{account}/Attachments"
    made = done(crm(caller, "POST", path, form("one.pdf", b"%PDF-1.4"), EDGE)).body["data"][0]["details"][
        "id"
    ]
    other = done(crm(caller, "POST", path, attachmentUrl="https://x.example/a")).body["data"][0]["details"][
        "id"
    ]
    done(crm(caller, "GET", path, fields="id,File_Name"))
    done(crm(caller, "GET", f"{path}/{made}"))
    done(crm(caller, "DELETE", f"{path}/{made}"))
    done(crm(caller, "DELETE", path, ids=other))
    held = done(crm(caller, "POST", "files", form("two.txt", b"two"), EDGE)).body["data"][0]["details"]["id"]
    done(crm(caller, "GET", "files", id=held))


def tags(caller: Caller) -> None:
    one, two = add(caller, "Leads", {"Last_Name": "T", "Company": "C"}, {"Last_Name": "U", "Company": "C"})
    body = {"tags": [{"name": "warm"}]}
    done(crm(caller, "POST", f"Leads/{one}/actions/add_tags", body))
    done(crm(caller, "POST", "Leads/actions/add_tags", body | {"ids": [one, two]}))
    done(crm(caller, "GET", "settings/tags", module="Leads"))
    done(crm(caller, "POST", f"Leads/{one}/actions/remove_tags", body))
    done(crm(caller, "POST", "Leads/actions/remove_tags", body | {"ids": [one, two]}))


def leads(caller: Caller) -> None:
    [lead] = add(caller, "Leads", {"Last_Name": "Convert", "Company": "Ltd"})
    deal = {"Deal_Name": "From a lead", "Stage": "Qualification", "Closing_Date": "2026-03-01"}
    done(crm(caller, "POST", f"Leads/{lead}/actions/convert", {"data": [{"Deals": deal}]}))


def queries(caller: Caller) -> None:
    caller.wait(30)
    for query in (
        "select Last_Name, Account_Name.Account_Name from Contacts where Last_Name like 'D%' limit 2",
        "select Deal_Name from Deals where Amount > 10 and Stage = 'Qualification' order by Amount desc",
        "select COUNT(id) from Contacts where Last_Name is not null group by Last_Name",
    ):
        done(crm(caller, "POST", "coql", {"select_query": query}))
    nothing = {"select_query": "select Last_Name from Contacts where Last_Name = 'Nobody'"}
    done(crm(caller, "POST", "coql", nothing), 204)
    done(crm(caller, "GET", "Contacts/search", email="nobody@x.example"), 204)
    done(crm(caller, "GET", "Contacts/search", criteria="(Last_Name:equals:D)"))
    done(crm(caller, "GET", "Contacts/search", email="A@x.example"))
    done(crm(caller, "GET", "Accounts/search", word="Bowman"))


def watches(caller: Caller) -> None:
    watch: Json = {
        "channel_id": "1000000068001",
        "events": ["Deals.all"],
        "notify_url": "http://127.0.0.1:9/x",
    }
    full = watch | {
        "channel_expiry": "2026-01-07T10:30:00+00:00",
        "token": "deals.all",
        "return_affected_field_values": True,
    }
    done(crm(caller, "POST", "actions/watch", {"watch": [full]}), 201)
    done(
        crm(caller, "PUT", "actions/watch", {"watch": [full | {"events": ["Deals.all", "Contacts.create"]}]})
    )
    done(crm(caller, "GET", "actions/watch", channel_id=watch["channel_id"]))
    less = {"channel_id": watch["channel_id"], "events": ["Contacts.create"], "_delete_events": True}
    done(crm(caller, "PATCH", "actions/watch", {"watch": [less]}))
    done(crm(caller, "DELETE", "actions/watch", channel_ids=watch["channel_id"]))
    assert crm(caller, "GET", "actions/watch", channel_id="7").status in (204, 400)
    assert crm(caller, "POST", "actions/watch", {"watch": [{"channel_id": "9"}]}).status in (202, 400)


def bulk_read(caller: Caller) -> None:
    query = {"module": {"api_name": "Contacts"}, "fields": ["Last_Name", "Email"]}
    criteria = {
        "group_operator": "and",
        "group": [_criterion("Last_Name", "equal", "A"), _criterion("Email", "not_equal", "${EMPTY}")],
    }
    for asked in (query, query | {"criteria": criteria, "page": 1}):
        made = done(crm(caller, "POST", "bulk/v8/read", {"query": asked}), 201).body["data"][0]["details"][
            "id"
        ]
        done(crm(caller, "GET", f"bulk/v8/read/{made}"))
        caller.wait(120)
        done(crm(caller, "GET", f"bulk/v8/read/{made}"))
        done(crm(caller, "GET", f"bulk/v8/read/{made}/result"))
    assert crm(caller, "GET", "bulk/v8/read/7").status == 404


def _criterion(field: str, comparator: str, value: str) -> Json:
    return {"field": {"api_name": field}, "comparator": comparator, "value": value}


def packed(caller: Caller) -> tuple[str, str]:
    """The organisation's number, and a file of two rows that was uploaded for it."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("contacts.csv", "Last_Name,Email\nBulk,bulk@x.example\n,nobody@x.example\n")
    [org] = done(crm(caller, "GET", "org")).body["org"]
    named = {"feature": "bulk-write", "X-CRM-ORG": org["zgid"], **EDGE}
    said = crm(caller, "POST", "upload", form("contacts.zip", held.getvalue()), named)
    return org["zgid"], done(said).body["details"]["file_id"]


def bulk_write(caller: Caller) -> None:
    _, file = packed(caller)
    columns = [{"api_name": "Last_Name", "index": 0}, {"api_name": "Email", "index": 1}]
    resource = {
        "type": "data",
        "module": {"api_name": "Contacts"},
        "file_id": file,
        "field_mappings": columns,
    }
    body = {"operation": "insert", "resource": [resource]}
    job = done(crm(caller, "POST", "bulk/v8/write", body), 201).body["details"]["id"]
    wrong = body | {"callback": {"url": "nowhere", "method": "post"}}
    done(crm(caller, "POST", "bulk/v8/write", wrong), 400)
    done(crm(caller, "GET", f"bulk/v8/write/{job}"))
    caller.wait(120)
    done(crm(caller, "GET", f"bulk/v8/write/{job}"))


def refusals(caller: Caller) -> None:
    for method, path, body in (
        ("GET", "Nothing", None),
        ("POST", "Contacts", {"data": [{"First_Name": "x"}]}),
        ("POST", "Contacts", {"data": "x"}),
        ("POST", "Contacts/actions/add_tags", {"tags": [{"name": "x"}]}),
        ("POST", "coql", {"select_query": "select from"}),
        ("POST", "coql", {"select_query": "hello"}),
        ("POST", "coql", b"no json"),
        ("PUT", "actions/watch", b"no json"),
        ("PATCH", "actions/watch", b"no json"),
        ("POST", "bulk/v8/write", b"no json"),
        ("GET", "actions/watch?per_page=-1", None),
        ("POST", "Contacts/1/actions/add_tags", b"no json"),
        ("POST", "Contacts/actions/add_tags", b"no json"),
        ("GET", "Nothing/1/Attachments?fields=id", None),
        ("POST", "upload", form("x.zip", b"x")),
        ("GET", "settings/layouts?module=Nothing", None),
        ("GET", "settings/layouts/1?module=Nothing", None),
        ("GET", "settings/fields?module=Nothing", None),
        ("POST", "settings/fields?module=Nothing", {"fields": [{}]}),
        ("PATCH", "settings/fields?module=Nothing", {"fields": [{}]}),
        ("PATCH", "settings/fields/1?module=Nothing", {"fields": [{}]}),
    ):
        done(crm(caller, method, path, body, EDGE if path == "upload" else None), 400)
    assert caller.call("GET", "/crm/v8/org").status == 401
    done(crm(caller, "GET", "settings/profiles/1"), 204)
    done(crm(caller, "DELETE", "org/nothing"), 404)
