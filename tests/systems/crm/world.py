"""CRM in front of the real sandbox, in process; the ports kept in memory."""

import json
from typing import Any

from ledgerferry.systems.crm import Crm, CrmDialect, CrmSettings
from ledgerferry.wire.auth import ZohoAuth
from ledgerferry.wire.client import Client
from ledgerferry.wire.exchange import Exchange
from ledgerferry.wire.oauth import TokenEndpoint
from ledgerferry.wire.pace import PacedClock
from ledgerferry_sandbox import seeds
from ledgerferry_sandbox.desk import Desk, VirtualClock
from ledgerferry_sandbox.exchange import Answer, Request
from ledgerferry_sandbox.sandbox import Sandbox
from tests.systems.books.world import URL, InProcess, SharedClock
from tests.wire.world import CountingQuota, ListJournal, ListWatch, MemoryVault

KEYED = ("Accounts", "Contacts", "Deals")


class World:
    """One organisation in the sandbox and ``Crm`` before it."""

    def __init__(self, *, keyed: tuple[str, ...] = KEYED, **settings: Any) -> None:
        self.virtual = VirtualClock()
        self.sandbox = Sandbox(Desk(clock=self.virtual))
        self.clock = SharedClock(self.virtual)
        self.vendor = PacedClock(self.clock)
        self.journal, self.quota = ListJournal(), CountingQuota()
        self.unseen: list[str] = []
        self.crm = self.connect(CrmSettings(organization="1", api_url=URL, keyed=keyed, **settings))
        for module in keyed:
            self.crm.metadata.create_field(module, "Ferry Key", external=True)

    def connect(self, settings: CrmSettings, refresh_token: str = seeds.REFRESH_TOKEN) -> Crm:
        """A process anew: nothing kept in mind."""
        vault = MemoryVault(
            client_id=seeds.CLIENT_ID, client_secret=seeds.CLIENT_SECRET, refresh_token=refresh_token
        )
        exchange = Exchange(
            self.clock, self.vendor, ListWatch(), system="crm", transport=InProcess(self.sandbox)
        )
        auth = ZohoAuth(TokenEndpoint(exchange, URL), vault, self.vendor, self.clock)
        client = Client(exchange, URL, auth, self.quota, CrmDialect(self.unseen.append), clock_base=URL)
        return Crm(client, settings, self.clock, self.unseen.append)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """A word with the sandbox's control plane."""
        content = json.dumps(body, default=str).encode() if body is not None else b""
        answer: Answer = self.sandbox.handle(
            Request(method, f"/_sandbox/{path}", (), {"content-type": "application/json"}, content)
        )
        assert answer.status < 300, answer.body
        return json.loads(answer.body) if answer.body else None

    def fault(self, mode: str, path: str, times: int = 1, **more: Any) -> None:
        self.control("PUT", "faults", [{"mode": mode, "path": path, "times": times, **more}])

    def switch(self, name: str, position: str) -> None:
        self.control("PUT", "switches", {name: position})

    def state(self, module: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.control("GET", "state")["crm"][module]
        return rows

    def log(self) -> list[dict[str, Any]]:
        found = self.control("GET", "log")
        rows: list[dict[str, Any]] = found["calls"] if isinstance(found, dict) else found
        return [row for row in rows if row["service"] == "crm"]

    def person(self, kind: str, record: str, **fields: Any) -> None:
        """A person's change in CRM."""
        self.control("POST", "edit", {"service": "crm", "kind": kind, "id": record, "fields": fields})


def contacts(count: int, name: str = "Bowman") -> list[dict[str, str]]:
    """So many contacts with names and addresses of their own."""
    return [{"Last_Name": f"{name} {n:04}", "Email": f"{name.lower()}{n}@example.com"} for n in range(count)]
