import signal
from pathlib import Path
from typing import Any

from tests.sandbox.test_sandbox_server import Client, sandbox


def crm(client: Client, method: str, path: str, body: object = None) -> tuple[int, Any]:
    return client.call(method, f"/crm/v8/{path}", body, authorization=f"Zoho-oauthtoken {client.token}")


def test_a_kill_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    state = str(tmp_path / "state")
    with sandbox("--state", state, "--seed", "demo", end=signal.SIGKILL) as client:
        client.sign_in()
        field = {"field_label": "Ferry Key", "data_type": "text", "unique": {"casesensitive": "false"}}
        assert crm(client, "POST", "settings/fields?module=Accounts", {"fields": [field]})[0] == 201
        rows = [{"Account_Name": name, "Ferry_Key": name} for name in ("one", "two", "three")]
        _, made = crm(client, "POST", "Accounts", {"data": rows})
        one, two, three = (row["details"]["id"] for row in made["data"])
        crm(client, "POST", "Contacts", {"data": [{"Last_Name": "Ames", "Account_Name": one}]})
        crm(client, "PUT", f"Accounts/{two}", {"data": [{"Phone": "2"}]})
        crm(client, "DELETE", f"Accounts/{three}")
    with sandbox("--state", state) as client:
        client.sign_in()
        _, listed = crm(client, "GET", "Accounts?fields=Account_Name,Ferry_Key,Phone")
        assert [(row["id"], row["Phone"]) for row in listed["data"]] == [(two, "2"), (one, None)]
        _, related = crm(client, "GET", f"Accounts/{one}/Contacts?fields=Last_Name")
        assert related["data"][0]["Last_Name"] == "Ames"
        _, gone = crm(client, "GET", "Accounts/deleted?type=all")
        assert [row["id"] for row in gone["data"]] == [three]
        body = {"data": [rows[0], rows[2]], "duplicate_check_fields": ["Ferry_Key"]}
        _, kept = crm(client, "POST", "Accounts/upsert", body)
        assert [row["action"] for row in kept["data"]] == ["update", "insert"]
        assert kept["data"][1]["details"]["id"] not in (one, two, three)


def test_empty_answers_have_no_body_over_http() -> None:
    with sandbox("--seed", "demo") as client:
        client.sign_in()
        assert crm(client, "GET", "Deals?fields=Deal_Name") == (204, None)
        assert crm(client, "GET", "org")[0] == 200
