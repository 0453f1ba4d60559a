"""Zoho's products as one login reaches them: the scopes to ask for, and the address of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Final

from ledgerferry.systems.protocol import Organization
from ledgerferry.systems.zoho.centres import CENTRES
from ledgerferry.systems.zoho.fields import Row, ident, member, members


@dataclass(frozen=True, slots=True)
class Sees:
    """How a product shows its organisations, and the header by which each other call names one.

    ``path`` lists them: rows under ``rows``, each with its id under ``id`` and its name under ``name``.
    """

    header: str
    path: str
    rows: tuple[str, ...]
    id: str
    name: str

    def organizations(self, body: Row) -> list[Organization]:
        """The organisations in an answer to ``path``."""
        rows = members(reduce(member, self.rows[:-1], body), self.rows[-1])
        return [self._organization(row) for row in rows]

    def _organization(self, row: Row) -> Organization:
        default = row.get("isDefault") is True
        return Organization(id=ident(row, self.id), name=ident(row, self.name), currency="", default=default)


@dataclass(frozen=True, slots=True)
class Product:
    """One product: the scopes that the ferry asks for, the path of its API, and its host's first word.

    An empty ``host`` is the data centre's API host; others stand beside the accounts server, as
    ``desk.zoho.eu`` beside ``accounts.zoho.eu``. ``roots`` are other ways in which its paths begin, ``sees``
    how it names the organisation that every call is about.
    """

    name: str
    scopes: tuple[str, ...]
    base: str
    host: str = ""
    roots: tuple[str, ...] = ()
    sees: Sees | None = None

    def url(self, accounts_url: str, api_url: str) -> str:
        """Where the product answers; an address that is not the vendor's serves all of them."""
        known = any(centre.accounts_url == accounts_url for centre in CENTRES)
        if not known or not self.host:
            return api_url
        return accounts_url.replace("//accounts.", f"//{self.host}.", 1)

    def path(self, given: str) -> str:
        """A path as a person gives it: whole where it begins as the product's do, else below its base."""
        roots = ("/" + self.base.split("/")[1] + "/", *self.roots)
        path = "/" + given.lstrip("/")
        return path if path.startswith(roots) else self.base + path


# Books and CRM are what the ferry works with (F13, F57); the others are reached by raw calls only.
PRODUCTS: Final[tuple[Product, ...]] = (
    Product("books", ("ZohoBooks.fullaccess.all",), "/books/v3"),
    Product(
        "crm",
        (
            "ZohoCRM.modules.ALL",
            "ZohoCRM.settings.ALL",
            "ZohoCRM.users.READ",
            "ZohoCRM.org.READ",
            "ZohoCRM.coql.READ",
            "ZohoCRM.bulk.ALL",
            "ZohoCRM.notifications.ALL",
            "ZohoCRM.files.CREATE",
            "ZohoCRM.files.READ",
            "ZohoSearch.securesearch.READ",
        ),
        "/crm/v8",
    ),
    Product(
        "desk",
        ("Desk.tickets.ALL", "Desk.contacts.READ", "Desk.basic.READ"),
        "/api/v1",
        "desk",
        sees=Sees("orgId", "/api/v1/organizations", ("data",), "id", "companyName"),
    ),
    Product(
        "people",
        ("ZOHOPEOPLE.forms.ALL", "ZOHOPEOPLE.employee.ALL"),
        "/people/api",
        "people",
        roots=("/api/",),
    ),
    Product(
        "projects",
        ("ZohoProjects.portals.READ", "ZohoProjects.projects.ALL"),
        "/restapi",
        "projectsapi",
        roots=("/api/",),
    ),
    Product(
        "campaigns", ("ZohoCampaigns.contact.ALL", "ZohoCampaigns.campaign.ALL"), "/api/v1.1", "campaigns"
    ),
    Product(
        "analytics",
        ("ZohoAnalytics.metadata.read", "ZohoAnalytics.data.all"),
        "/restapi/v2",
        "analyticsapi",
        sees=Sees("ZANALYTICS-ORGID", "/restapi/v2/orgs", ("data", "orgs"), "orgId", "orgName"),
    ),
)
NAMES: Final = tuple(product.name for product in PRODUCTS)


def product(name: str) -> Product:
    """The product of that name; ``LookupError`` says which there are."""
    found = next((p for p in PRODUCTS if p.name == name), None)
    if found is None:
        raise LookupError(f"{name} is no product that is known; they are {', '.join(NAMES)}")
    return found


def scope_of(names: Iterable[str]) -> str:
    """The scopes of several products in one consent, comma separated (F1)."""
    return ",".join(scope for name in names for scope in product(name).scopes)
