"""What is known of a connection, as its system takes it: settings and limits by product."""

from typing import Final

from ledgerferry.store.connections import Settings
from ledgerferry.store.quota import Limits
from ledgerferry.systems.books.declaration import BooksSettings, declare
from ledgerferry.systems.crm import CREDITS_LEFT, CrmSettings

# Products whose limits are not known get little: what they would not notice.
_UNKNOWN: Final = Limits(30, 5_000, 5)
_NO_TIMEOUT: Final = 0.0


def books_settings(known: Settings) -> BooksSettings:
    """A connection's settings as Books takes them."""
    return BooksSettings.model_validate(
        {
            "organization": known.organization,
            "api_url": known.api_url,
            "plan": known.plan,
            "rungs": known.rungs,
            "per_minute": known.per_minute,
            "per_day": known.per_day,
            **known.capabilities,
        }
    )


def crm_settings(known: Settings) -> CrmSettings:
    """A connection's settings as CRM takes them."""
    keyed = tuple(known.capabilities.get("keyed", "").split())
    return CrmSettings.model_validate(
        {
            **known.capabilities,
            "organization": known.organization,
            "api_url": known.api_url,
            "per_day": known.per_day,
            "keyed": keyed,
        }
    )


def limits(known: Settings) -> Limits:
    """The limits of a connection's account."""
    if known.product == "crm":
        crm = crm_settings(known)
        return Limits(None, crm.credits, crm.at_once, heavy_in_flight=crm.heavy_at_once)
    if known.product in ("books", "zoho"):
        books = declare(books_settings(known), _NO_TIMEOUT)
        return Limits(books.per_minute, books.per_day, books.in_flight)
    return _UNKNOWN


def left_header(known: Settings) -> str:
    """The header by which a product says what is left of the day; empty where it has none."""
    return CREDITS_LEFT if known.product == "crm" else ""


def room(name: str, known: Settings, product: str) -> str:
    """The name under which a product of a connection is paced and kept."""
    own = known.product == product or (known.product == "zoho" and product == "books")
    return name if own else f"{name}/{product}"


def is_account(name: str) -> bool:
    """Whether a stored name is an account's, not one product's among several or a trial's."""
    return "/" not in name
