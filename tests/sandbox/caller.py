"""A client of the plain function: what every test of the sandbox talks through."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from ledgerferry_sandbox import seeds
from ledgerferry_sandbox.exchange import Answer, Request
from ledgerferry_sandbox.sandbox import Sandbox

Json = dict[str, Any]


@dataclass(frozen=True)
class Said:
    status: int
    body: Any
    answer: Answer

    @property
    def code(self) -> int:
        assert isinstance(self.body["code"], int)
        return self.body["code"]


class Caller:
    def __init__(self, sandbox: Sandbox | None = None) -> None:
        self.sandbox = sandbox or Sandbox()
        self.token = ""

    def request(self, method: str, target: str, body: object = None, **headers: str) -> Request:
        named = [(name.replace("_", "-"), value) for name, value in headers.items()]
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return Request.to(method, target, named, content)

    def call(self, method: str, target: str, body: object = None, **headers: str) -> Said:
        answer = self.sandbox.handle(self.request(method, target, body, **headers))
        in_json = "json" in answer.headers.get("content-type", "") and answer.body
        return Said(answer.status, json.loads(answer.body) if in_json else answer.body, answer)

    def sign_in(self, scope: str = "") -> str:
        refresh = seeds.REFRESH_TOKEN
        if scope:
            edit = {"service": "accounts", "kind": "refreshes", "fields": {"scope": scope}}
            refresh = self.control("POST", "edit", edit)["token"]
        self.token = self.grant(grant_type="refresh_token", refresh_token=refresh).body["access_token"]
        return self.token

    def grant(self, **form: str) -> Said:
        known = {"client_id": seeds.CLIENT_ID, "client_secret": seeds.CLIENT_SECRET}
        return self.call("POST", f"/oauth/v2/token?{urlencode({**known, **form})}")

    def books(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: dict[str, str] | None = None,
        **query: object,
    ) -> Said:
        if not self.token:
            self.sign_in()
        asked = urlencode({"organization_id": seeds.ORGANIZATION_ID, **query})
        signed = {"authorization": f"Zoho-oauthtoken {self.token}", **(headers or {})}
        return self.call(method, f"/books/v3/{path}?{asked}", body, **signed)

    def control(self, method: str, name: str, body: object = None) -> Any:
        said = self.call(method, f"/_sandbox/{name}", body)
        assert said.status == 200, said.body
        return said.body

    def switch(self, **positions: object) -> None:
        self.control("PUT", "switches", {name.replace("__", "."): held for name, held in positions.items()})

    def wait(self, seconds: float) -> None:
        self.control("PUT", "clock", {"advance_seconds": seconds})

    def contact(self, name: str = "Acme", **fields: object) -> Json:
        said = self.books("POST", "contacts", {"contact_name": name, **fields})
        assert said.status == 201, said.body
        made: Json = said.body["contact"]
        return made

    def draft(self, customer_id: str, number: str = "", **fields: object) -> Said:
        line = {"name": "Work", "rate": 100, "quantity": 1}
        body = {"customer_id": customer_id, "line_items": [line], **fields}
        own: Json = {"ignore_auto_number_generation": "true"} if number else {}
        return self.books("POST", "invoices", body | ({"invoice_number": number} if number else {}), **own)

    def invoice(self, customer_id: str, number: str = "", **fields: object) -> Json:
        said = self.draft(customer_id, number, **fields)
        assert said.status == 201, said.body
        made: Json = said.body["invoice"]
        return made

    def sent(self, customer_id: str, number: str = "", **fields: object) -> Json:
        made = self.invoice(customer_id, number, **fields)
        assert self.books("POST", f"invoices/{made['invoice_id']}/status/sent").status == 200
        return made

    def read(self, made: Json) -> Json:
        row: Json = self.books("GET", f"invoices/{made['invoice_id']}").body["invoice"]
        return row

    def pay(self, customer_id: str, amount: float, *parts: tuple[Json, float], **fields: object) -> Said:
        invoices = [{"invoice_id": made["invoice_id"], "amount_applied": part} for made, part in parts]
        body = {"customer_id": customer_id, "amount": amount, "invoices": invoices, **fields}
        return self.books("POST", "customerpayments", body)

    def tax(self, name: str) -> str:
        rows = self.books("GET", "settings/taxes").body["taxes"]
        found: str = next(row["tax_id"] for row in rows if row["tax_name"] == name)
        return found

    def listed(self, path: str, **query: Any) -> list[Json]:
        body = self.books("GET", path, **query).body
        rows: list[Json] = next(value for value in body.values() if isinstance(value, list))
        return rows
