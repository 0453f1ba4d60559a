"""What the CRM of each seed starts with: an organisation and its people, no records, no custom fields."""

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.models import Organization, Territory, User
from ledgerferry_sandbox.exchange import Row

NUMBER = 4_876_876
ZGID = "60012345679"
DEMO: Row = {
    "company_name": "Ashdown Orchards & Gardens Ltd",
    "primary_email": "morganreeve@trees.com.example",
    "currency": "GBP",
    "currency_symbol": "£",
    "country": "United Kingdom",
    "country_code": "GB",
    "time_zone": "Europe/London",
}
EMPTY: Row = {
    "company_name": "Empty Sandbox Inc",
    "primary_email": "thesandboxowner@empty.com.example",
    "currency": "USD",
    "currency_symbol": "$",
    "country": "United States",
    "country_code": "US",
    "time_zone": "America/Los_Angeles",
}


def demo(cabinet: Cabinet) -> None:
    """A company in pounds with two people and two territories."""
    _organization(cabinet, DEMO)
    _user(cabinet, 1, "Morgan", "Reeve", DEMO["primary_email"])
    _user(cabinet, 2, "Ines", "Caroline", "inescaroline@trees.com.example", "Manager", "Standard")
    for place, name in enumerate(("North", "South"), 1):
        cabinet.territories.put(Territory(id=f"{NUMBER}{30_000 + place:012d}", name=name))


def empty(cabinet: Cabinet) -> None:
    """A company in dollars with one person."""
    _organization(cabinet, EMPTY)
    _user(cabinet, 1, "Sam", "Owner", EMPTY["primary_email"])


def _organization(cabinet: Cabinet, row: Row) -> None:
    cabinet.organizations.put(
        Organization.model_validate({"id": f"{NUMBER}{20_000:012d}", "zgid": ZGID} | row)
    )


def _user(
    cabinet: Cabinet,
    number: int,
    first: str,
    last: str,
    email: str,
    role: str = "CEO",
    profile: str = "Administrator",
) -> None:
    cabinet.users.put(
        User(
            id=f"{NUMBER}{20_000 + number:012d}",
            first_name=first,
            last_name=last,
            email=email,
            role=role,
            profile=profile,
        )
    )
