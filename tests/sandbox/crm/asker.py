"""A caller that asks the sandbox's CRM."""

from typing import Any
from urllib.parse import urlencode

from tests.sandbox.caller import Caller, Said

Json = dict[str, Any]


class Asker(Caller):
    """Signed in, with shorthands for records, queries and searches."""

    def crm(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: dict[str, str] | None = None,
        **query: Any,
    ) -> Said:
        if not self.token:
            self.sign_in()
        target = f"/crm/{path}?{urlencode(query)}" if query else f"/crm/{path}"
        signed = {"authorization": f"Zoho-oauthtoken {self.token}", **(headers or {})}
        return self.call(method, target, body, **signed)

    def add(self, module: str, *rows: Json, **body: object) -> list[str]:
        said = self.crm("POST", f"v8/{module}", {"data": list(rows), **body})
        assert said.status == 201, said.body
        return [row["details"]["id"] for row in said.body["data"]]

    def person(self, last_name: str, **fields: object) -> str:
        return self.add("Contacts", {"Last_Name": last_name, **fields})[0]

    def coql(self, query: str) -> Said:
        return self.crm("POST", "v8/coql", {"select_query": query})

    def rows(self, query: str) -> list[Json]:
        said = self.coql(query)
        if said.status == 204:
            assert said.body == b""
            return []
        assert said.status == 200, said.body
        rows: list[Json] = said.body["data"]
        return rows

    def names(self, where: str, more: str = "") -> list[str]:
        return [row["Last_Name"] for row in self.rows(f"select Last_Name from Contacts where {where} {more}")]

    def refused(self, query: str) -> tuple[str, Json]:
        said = self.coql(query)
        assert said.status == 400, said.body
        assert said.body["status"] == "error"
        return said.body["code"], said.body["details"]
