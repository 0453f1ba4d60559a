"""The one-by-one way, as scripts do it: search, duplicate check, create, sent, payment; a call for each.

It carries what an account holds into an empty one, so that both ways carry the same documents.
"""

from collections.abc import Mapping
from typing import Any

from ledgerferry_bench.calls.floor import Account
from ledgerferry_bench.journey.stage import Sandbox

Row = dict[str, Any]


class Script:
    """A plain script before one sandbox; ``calls`` is what it has made."""

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self.calls = 0
        form = {key: box.line[key] for key in ("client_id", "client_secret", "refresh_token")}
        answer = box.http.post("/oauth/v2/token", params={**form, "grant_type": "refresh_token"})
        self._head = {"Authorization": f"Zoho-oauthtoken {answer.json()['access_token']}"}
        self._customers: dict[str, str] = {}

    def carry(self, account: Account) -> int:
        """Write all that is new in an account, one by one; how many calls that took."""
        contacts = {row["contact_id"]: row for row in account.after["contacts"]}
        paid: dict[str, list[Row]] = {}
        for payment in account.new("customerpayments"):
            for part in payment["invoices"]:
                paid.setdefault(part["invoice_id"], []).append(payment)
        for invoice in account.new("invoices"):
            payments = len(paid.get(invoice["invoice_id"], []))
            self._document(invoice, contacts[invoice["customer_id"]], payments)
        return self.calls

    def carry_deals(self, account: Account) -> int:
        """The same in CRM: accounts, contacts and deals, searched and made one by one; the calls it took."""
        before, made = self.calls, dict[str, str]()
        people = {_id(row["Account_Name"]): row for row in account.new("Contacts")}
        names = {row["id"]: row["Account_Name"] for row in account.new("Accounts")}
        for deal in account.new("Deals"):
            company = names[_id(deal["Account_Name"])]
            self._crm("GET", "Accounts/search", {"criteria": f"(Account_Name:equals:{company})"})
            if company not in made:
                made[company] = self._insert("Accounts", {"Account_Name": company})
                person = people.get(_id(deal["Account_Name"]))
                if person is not None:
                    self._crm("GET", "Contacts/search", {"word": person["Last_Name"]})
                    self._insert("Contacts", {"Last_Name": person["Last_Name"]})
            fields = {name: deal[name] for name in ("Deal_Name", "Stage", "Amount", "Closing_Date")}
            one = self._insert("Deals", {**fields, "Account_Name": {"id": made[company]}})
            self._crm("PUT", f"Deals/{one}", {}, {"data": [{"Description": "the id of the invoice"}]})
        return self.calls - before

    def _insert(self, module: str, fields: Row) -> str:
        made = self._crm("POST", module, {}, {"data": [fields], "trigger": []})["data"][0]
        return str(made["details"]["id"])

    def _crm(self, method: str, path: str, query: Mapping[str, str], body: Row | None = None) -> Row:
        answer = self._box.http.request(
            method, f"/crm/v8/{path}", params=query, headers=self._head, json=body
        )
        self.calls += 1
        if answer.status_code >= 400:
            raise ValueError(f"{method} {path}: {answer.text}")
        said: Row = answer.json() if answer.content else {}
        return said

    def _document(self, invoice: Row, contact: Row, payments: int) -> None:
        customer = self._customer(contact)
        self._ask("GET", "invoices", {"invoice_number": invoice["invoice_number"]})
        lines = [{"name": x["name"] or "Line", "rate": x["rate"], "quantity": x["quantity"]}
                 for x in invoice["line_items"]]  # fmt: skip
        body = {"customer_id": customer, "invoice_number": invoice["invoice_number"], "date": invoice["date"],
                "line_items": lines}  # fmt: skip
        made = self._ask("POST", "invoices", {"ignore_auto_number_generation": "true"}, body)["invoice"]
        self._ask("POST", f"invoices/{made['invoice_id']}/status/sent")
        for amount in _amounts(made["total"], payments):
            part = {"invoice_id": made["invoice_id"], "amount_applied": amount}
            self._ask("POST", "customerpayments", {}, {
                "customer_id": customer, "payment_mode": "others", "amount": amount,
                "date": invoice["date"], "invoices": [part]})  # fmt: skip

    def _customer(self, contact: Row) -> str:
        """Searched for each document, as scripts do; made where it is not there."""
        name = contact["contact_name"]
        self._ask("GET", "contacts", {"contact_name": name})
        if name not in self._customers:
            body = {"contact_name": name, "currency_code": contact.get("currency_code", "")}
            self._customers[name] = self._ask("POST", "contacts", {}, body)["contact"]["contact_id"]
        return self._customers[name]

    def _ask(
        self, method: str, path: str, query: Mapping[str, str] | None = None, body: Row | None = None
    ) -> Row:
        asked = {"organization_id": self._box.line["organization_id"], **(query or {})}
        address = f"/books/v3/{path}"
        answer = self._box.http.request(method, address, params=asked, headers=self._head, json=body)
        self.calls += 1
        if answer.status_code >= 400:
            raise ValueError(f"{method} {path}: {answer.text}")
        said: Row = answer.json()
        return said


def _id(lookup: Row) -> str:
    return str(lookup["id"])


def _amounts(total: float, payments: int) -> list[float]:
    """A total in so many payments: all but the last are of one cent."""
    if not payments:
        return []
    cents = [0.01] * (payments - 1)
    return [*cents, round(total - sum(cents), 2)]
