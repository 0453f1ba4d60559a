"""What a CRM can do and what it costs, by edition and users (F75 to F78)."""

from typing import Final

from pydantic import BaseModel, ConfigDict

from ledgerferry.model.plan import Purpose, Rung
from ledgerferry.model.record import Kind
from ledgerferry.systems.crm import prices
from ledgerferry.systems.protocol import Declaration

_FREE_DAY: Final = 5_000
_BASE_DAY: Final = 50_000
# Credits for each user, and the most that users bring it to (F75; None: no most).
_PER_USER: Final = {"standard": 250, "professional": 500, "enterprise": 1_000, "ultimate": 2_000}
_MOST_A_DAY: Final = {"standard": 100_000, "professional": 3_000_000, "enterprise": 5_000_000}
_AT_ONCE: Final = {"free": 5, "standard": 10, "professional": 15, "enterprise": 20, "ultimate": 25}
_HEAVY_AT_ONCE: Final = 10
# Other names under which the two largest are sold (F75).
_ALIASES: Final = {"one": "enterprise", "zohoone": "enterprise", "plus": "ultimate", "crmplus": "ultimate"}

# The kinds that are written in batches, and the modules that hold them.
MODULES: Final = {Kind.ACCOUNT: "Accounts", Kind.CONTACT: "Contacts", Kind.DEAL: "Deals"}
_BATCHED: Final = (Purpose.CREATE, Purpose.UPDATE, Purpose.LINK, Purpose.DELETE)
# CRM counts no calls a minute: what its calls at once make of one, at about a second each.
_CALLS_A_SLOT: Final = 60

EDITIONS: Final = tuple(_AT_ONCE)
SMALLEST: Final = "free"
KEY_FIELD: Final = "Ferry_Key"


class CrmSettings(BaseModel):
    """One organisation of CRM as ``connect`` found it; what is not known is the smallest there is.

    ``key_field`` is the external field that ``connect`` makes, ``keyed`` the modules that have it.
    ``linked`` names the field for the id that a module's records have in the books, by module, and
    ``vat_field`` that of an account's VAT number: where none is named, none is written.
    ``per_day`` (credits) and ``in_flight`` replace what the edition gives; ``settle_seconds`` is the longest
    that queries lag behind a write (the system's time).
    """

    model_config = ConfigDict(frozen=True)

    organization: str
    api_url: str
    edition: str = "free"
    users: int = 1
    key_field: str = KEY_FIELD
    keyed: tuple[str, ...] = ()
    linked: dict[str, str] = {}
    vat_field: str | None = None
    settle_seconds: int = 30
    per_day: int | None = None
    in_flight: int | None = None

    @property
    def credits(self) -> int:
        """Credits of any 24 hours (F75), add-ons left out."""
        if self.per_day is not None:
            return self.per_day
        if self.edition not in _PER_USER:
            return _FREE_DAY
        whole = _BASE_DAY + _PER_USER[self.edition] * self.users
        return min(whole, _MOST_A_DAY.get(self.edition, whole))

    @property
    def at_once(self) -> int:
        """Calls that may be open at once (F77)."""
        return self.in_flight or _AT_ONCE.get(self.edition, _AT_ONCE["free"])

    @property
    def heavy_at_once(self) -> int:
        """Heavy ones among them (F77)."""
        return min(_HEAVY_AT_ONCE, self.at_once)


def declare(settings: CrmSettings, timeout_seconds: float) -> Declaration:
    """The declaration of one organisation. A kind without our key field stands on the lowest rung."""
    keyed = {k: Rung.KEY if module in settings.keyed else Rung.NONE for k, module in MODULES.items()}
    return Declaration(
        kinds=(*MODULES, Kind.FILE),
        batch={(kind, purpose): prices.PER_CALL for kind in MODULES for purpose in _BATCHED},
        rungs={**keyed, Kind.FILE: Rung.NATURAL},
        settle_seconds=settings.settle_seconds,
        timeout_seconds=round(timeout_seconds),
        in_flight=settings.at_once,
        per_minute=settings.at_once * _CALLS_A_SLOT,
        per_day=settings.credits,
        linked=tuple(kind for kind, module in MODULES.items() if module in settings.linked),
        page=prices.MOST_ROWS,
        page_weight=prices.coql(prices.MOST_ROWS).credits,
    )


def edition_of(told: str) -> str | None:
    """The edition by the vendor's own word for it; None where that is not known."""
    word = "".join(told.casefold().split())
    return word if word in _AT_ONCE else _ALIASES.get(word)
