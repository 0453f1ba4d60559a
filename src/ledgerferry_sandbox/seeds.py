"""What a sandbox starts with."""

from datetime import date
from decimal import Decimal
from typing import Literal

from ledgerferry_sandbox.accounts.models import Client
from ledgerferry_sandbox.accounts.tokens import Tokens
from ledgerferry_sandbox.books import seed as books_seed
from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.customfields import CustomField
from ledgerferry_sandbox.books.settings import Currency, Organization, Rate, Tax
from ledgerferry_sandbox.crm import seed as crm_seed
from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.suite import products

Seed = Literal["empty", "demo"]
CLIENT_ID = "1000.FERRYSANDBOXCLIENT0000000000000"
CLIENT_SECRET = "ferrysandboxsecret00000000000000000000000"  # noqa: S105 - the sandbox's, known to all
REFRESH_TOKEN = "1000.fe22ysandb0x00000000000000000000.00000000000000000000000000000001"  # noqa: S105
ORGANIZATION_ID = "60012345678"
SCOPES = ",".join(
    [
        "ZohoBooks.fullaccess.all",
        *(f"ZohoCRM.{part}.ALL" for part in ("modules", "settings", "users", "org", "bulk", "notifications")),
        *("ZohoCRM.coql.READ", "ZohoCRM.files.CREATE", "ZohoCRM.files.READ", "ZohoSearch.securesearch.READ"),
        *products.SCOPES,
    ]
)
KEYED = ("contacts", "invoices", "customerpayments", "creditnotes", "items")
DEMO_TAXES = (
    ("Standard Rate", "20"),
    ("Reduced Rate", "5"),
    ("Zero Rate", "0"),
    ("Exempt", "0"),
    ("TVA 20%", "20"),
    ("TVA 10%", "10"),
    ("TVA 5.5%", "5.5"),
)
DEMO_RATES = (("EUR", "€", "0.86"), ("USD", "$", "0.79"))
# The demo's table of rates has one a year.
RATE_YEARS = range(2020, 2027)


def credentials(tokens: Tokens) -> None:
    """The fixed application and its refresh token, the same in every seed."""
    tokens.clients.put(Client(client_id=CLIENT_ID, client_secret=CLIENT_SECRET))
    tokens.entrust(CLIENT_ID, SCOPES, REFRESH_TOKEN)


def books(book: Book, seed: Seed) -> None:
    """The organisation: `demo` in pounds with all it needs, `empty` in dollars with nothing."""
    if seed == "demo":
        _demo(book)
    else:
        _empty(book)
    books_seed.registers(book)
    book.desk.zone = book.organization.zone


def crm(cabinet: Cabinet, seed: Seed) -> None:
    """The same organisation's CRM; both seeds have its standard modules and no records."""
    if seed == "demo":
        crm_seed.demo(cabinet)
    else:
        crm_seed.empty(cabinet)


def _currency(book: Book, code: str, symbol: str, rate: str | None = None) -> Currency:
    rates: tuple[Rate, ...] = ()
    if rate:
        days = (date(year, 1, 1) for year in RATE_YEARS)
        rates = tuple(
            Rate(exchange_rate_id=book.new_id(), effective_date=day, rate=Decimal(rate)) for day in days
        )
    return book.currencies.put(
        Currency(
            currency_id=book.new_id(),
            currency_code=code,
            currency_symbol=symbol,
            is_base_currency=rate is None,
            rates=rates,
        )
    )


def _empty(book: Book) -> None:
    base = _currency(book, "USD", "$")
    book.organizations.put(
        Organization(
            organization_id=ORGANIZATION_ID,
            name="Empty Sandbox Inc",
            time_zone="PST",
            utc_offset_minutes=-480,
            country="U.S.A",
            country_code="US",
            version="us",
            currency_id=base.currency_id,
            currency_code="USD",
            currency_symbol="$",
        )
    )


def _demo(book: Book) -> None:
    base = _currency(book, "GBP", "£")
    for code, symbol, rate in DEMO_RATES:
        _currency(book, code, symbol, rate)
    book.organizations.put(
        Organization(
            organization_id=ORGANIZATION_ID,
            name="Ashdown Orchards & Gardens Ltd",
            country="U.K",
            country_code="GB",
            version="uk",
            currency_id=base.currency_id,
            currency_code="GBP",
            currency_symbol="£",
        )
    )
    for name, percentage in DEMO_TAXES:
        tax = Tax(tax_id=book.new_id(), tax_name=name, tax_percentage=Decimal(percentage))
        book.taxes.put(tax)
    for module in KEYED:
        book.customfields.put(
            CustomField(
                customfield_id=book.new_id(),
                module=module,
                api_name="cf_ferry_key",
                label="Ferry key",
                unique=True,
            )
        )
    book.switches.set({"mail.reminders": "on", "mail.thank_you": "on"})
