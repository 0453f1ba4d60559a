"""CRM in front of the real sandbox, in process; the ports kept in memory."""

from typing import Any

from ledgerferry.systems.crm import Crm, CrmDialect, CrmSettings
from ledgerferry.wire.auth import ZohoAuth
from ledgerferry.wire.client import Client
from ledgerferry.wire.oauth import TokenEndpoint
from ledgerferry_sandbox import seeds
from tests.systems.inprocess import URL, Account
from tests.wire.world import MemoryVault

KEYED = ("Accounts", "Contacts", "Deals")


class World(Account):
    """One organisation in the sandbox and ``Crm`` before it."""

    service = "crm"

    def __init__(self, *, keyed: tuple[str, ...] = KEYED, **settings: Any) -> None:
        super().__init__()
        self.crm = self.connect(CrmSettings(organization="1", api_url=URL, keyed=keyed, **settings))
        for module in keyed:
            self.crm.metadata.create_field(module, "Ferry Key", external=True)

    def connect(self, settings: CrmSettings, refresh_token: str = seeds.REFRESH_TOKEN) -> Crm:
        """A process anew: nothing kept in mind."""
        vault = MemoryVault(
            client_id=seeds.CLIENT_ID, client_secret=seeds.CLIENT_SECRET, refresh_token=refresh_token
        )
        exchange = self.exchange()
        auth = ZohoAuth(TokenEndpoint(exchange, URL), vault, self.vendor, self.clock)
        client = Client(exchange, URL, auth, self.quota, CrmDialect(self.unseen.append), clock_base=URL)
        return Crm(client, settings, self.clock, self.unseen.append)

    def person(self, kind: str, record: str, **fields: Any) -> None:
        """A person's change in CRM."""
        self.control("POST", "edit", {"service": "crm", "kind": kind, "id": record, "fields": fields})


def contacts(count: int, name: str = "Bowman") -> list[dict[str, str]]:
    """So many contacts with names and addresses of their own."""
    return [{"Last_Name": f"{name} {n:04}", "Email": f"{name.lower()}{n}@example.com"} for n in range(count)]
