"""Accounts opened for direct work: any product of a connection, signed by its login, paced by its limits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final

from ledgerferry.faces.house import House, WayOut
from ledgerferry.faces.productsettings import crm_settings, room
from ledgerferry.faces.settings import WrongUsage
from ledgerferry.model.outcome import Outcome
from ledgerferry.model.ports import Journal
from ledgerferry.store.connections import Settings
from ledgerferry.store.quota import Usage, usage
from ledgerferry.systems.books import BooksLibrary
from ledgerferry.systems.crm import Crm, CrmDialect, prices
from ledgerferry.systems.zoho import BooksDialect
from ledgerferry.systems.zoho.products import Product, product
from ledgerferry.systems.zoho.rawdialect import RawDialect
from ledgerferry.wire.client import Dialect
from ledgerferry.wire.message import Body, Call, Pairs, Reply

_READS: Final = ("GET", "HEAD")
# Addresses of Books that name no organisation (F13).
_NOBODYS: Final = "/books/v3/organizations"
_OWN_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Known:
    """A product of a connection: the name it is paced under, its settings, and whose login signs it."""

    name: str
    settings: Settings
    login: str
    product: Product


class OwnCalls(Journal):
    """The journal of a person's own writes: each is an entry in the ledger before it is sent, and after."""

    def __init__(self, house: House, name: str) -> None:
        self._house = house
        self._name = name

    def begin(self, method: str, path: str) -> str:
        """Write down that a call goes out; what is in it is not kept."""
        self._append(f"own call {method}")
        return f"{method} {path}"

    def end(self, attempt: str, outcome: Outcome, status: int | None, request: str | None, why: str) -> None:
        """Write down how it ended."""
        self._append(f"own call {outcome}")

    def _append(self, event: str) -> None:
        with self._house.database.transaction("own-call") as tx:
            self._house.ledger.append(tx, event, run=None, about=self._name)


def known(house: House, name: str, wanted: str) -> Known:
    """A product of a connection; ``WrongUsage`` where there is none."""
    account = house.connections.get(name)
    if account is None:
        raise WrongUsage(f"There is no connection {name}. `ferry connections` lists them.")
    try:
        found = product(wanted)
    except LookupError as error:
        raise WrongUsage(f"{error}.") from None
    paced = room(name, account, wanted)
    here = paced == name and (account.product != "zoho" or wanted in account.products)
    settings = account if here else house.connections.get(paced) if paced != name else None
    if settings is None:
        raise WrongUsage(
            f"{name} is not connected to {wanted}. `ferry connect zoho {name} --products "
            f"{','.join(account.products or (account.product,))},{wanted}` makes it."
        )
    return Known(paced, settings, name, found)


def crm(house: House, name: str) -> Crm:
    """CRM through a connection."""
    there = known(house, name, "crm")
    settings = crm_settings(there.settings)
    noticed = house.noticed(there.name)
    out = _way_out(house, there, settings.api_url, CrmDialect(noticed))
    return Crm(out.client, settings, house.clock, noticed, OwnCalls(house, there.name))


def books(house: House, name: str) -> BooksLibrary:
    """Books through a connection, call by call."""
    there = known(house, name, "books")
    out = _way_out(house, there, there.settings.api_url.rstrip("/") + "/books/v3", _dialect(house, there))
    return BooksLibrary(out.client, there.settings.organization, OwnCalls(house, there.name))


def raw(
    house: House,
    name: str,
    wanted: str,
    method: str,
    path: str,
    query: Mapping[str, str],
    body: Body | None = None,
    sink: BinaryIO | None = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """The answer to any call of any product, as it came; raises as the product's errors ask for.

    A product that wants its organisation named by a header gets the one that ``ferry connect`` found, unless
    ``headers`` names another.
    """
    there = known(house, name, wanted)
    whole = there.product.path(path)
    pairs = dict(query)
    if wanted == "books" and whole.rstrip("/") != _NOBODYS:
        pairs = {"organization_id": there.settings.organization} | pairs
    base = there.product.url(there.settings.accounts_url, there.settings.api_url)
    client = _way_out(house, there, base, _dialect(house, there)).client
    call = Call(method.upper(), whole, tuple(pairs.items()), _headers(there, whole, headers or {}), body)
    price = prices.of(call) if wanted == "crm" else prices.ONE
    if call.method in _READS:
        return client.read(call, weight=price.credits, heavy=price.heavy, sink=sink)
    journal = OwnCalls(house, there.name)
    return client.write(call, journal, weight=price.credits, heavy=price.heavy, tries=_OWN_TRIES)


def _headers(there: Known, path: str, given: Mapping[str, str]) -> Pairs:
    sees = there.product.sees
    if sees is None or path == sees.path or not there.settings.organization:
        return tuple(given.items())
    named = any(name.lower() == sees.header.lower() for name in given)
    return (*given.items(), *(() if named else ((sees.header, there.settings.organization),)))


def used(house: House, name: str, wanted: str) -> Usage:
    """How much of a product's allowance is used, by the home's time."""
    there = known(house, name, wanted)
    with house.database.read() as conn:
        return usage(conn, there.name, house.limits(there.settings), house.clock.now())


def _dialect(house: House, there: Known) -> Dialect:
    noticed: Callable[[str], None] = house.noticed(there.name)
    if there.product.name == "books":
        return BooksDialect(noticed)
    return CrmDialect(noticed) if there.product.name == "crm" else RawDialect(there.product.name)


def _way_out(house: House, there: Known, base: str, dialect: Dialect) -> WayOut:
    return house.way_out(there.name, there.settings, base, dialect, login=there.login)
