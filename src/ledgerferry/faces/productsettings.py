"""Product settings: what is known of a connection, as its system takes it, and its limits."""

from collections.abc import Callable
from typing import Final

from ledgerferry.model.record import Kind
from ledgerferry.store.connections import Connections, Settings
from ledgerferry.store.quota import Limits
from ledgerferry.systems.books.declaration import BooksSettings, declare
from ledgerferry.systems.crm import CREDITS_LEFT, CrmSettings
from ledgerferry.systems.protocol import TaxRounding

# Products whose limits are not known get little: what they would not notice.
_UNKNOWN: Final = Limits(30, 5_000, 5)
_NO_TIMEOUT: Final = 0.0
# What the name of a connection's CRM ends with where it has other products too.
PART_CRM: Final = "/crm"
# The capability that keeps which field for a CRM's ids was tried, and the kinds that have it.
CROSSED: Final = "crm_field_seen"


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


def crossed(known: Settings, field: str | None) -> tuple[Kind, ...] | None:
    """The kinds that were seen to keep a CRM's id in this field of the books; None where it was not tried."""
    tried, *kinds = known.capabilities.get(CROSSED, "").split() or [""]
    return tuple(Kind(kind) for kind in kinds) if field is not None and tried == field else None


def learning(connections: Connections, name: str) -> Callable[[TaxRounding], None]:
    """What keeps where a connection's system was seen to round tax."""

    def keep(way: TaxRounding) -> None:
        known = connections.get(name)
        if known is not None:
            seen = known.capabilities | {"tax_rounding": way.value}
            connections.save(name, known.model_copy(update={"capabilities": seen}))

    return keep


def crm_settings(known: Settings) -> CrmSettings:
    """A connection's settings as CRM takes them."""
    keyed = tuple(known.capabilities.get("keyed", "").split())
    linked = dict(pair.split(":", 1) for pair in known.capabilities.get("linked", "").split())
    return CrmSettings.model_validate(
        {
            **known.capabilities,
            "organization": known.organization,
            "api_url": known.api_url,
            "per_day": known.per_day,
            "keyed": keyed,
            "linked": linked,
            "vat_field": known.capabilities.get("vat_field") or None,
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
