"""Connecting: from a person's credentials to accounts that were seen, checked and stored."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ledgerferry.faces import productsetup
from ledgerferry.faces.house import House
from ledgerferry.faces.logins import Login, Logins, Taken
from ledgerferry.faces.productsetup import PLANS, Several, Wishes
from ledgerferry.faces.settings import WrongUsage
from ledgerferry.model.outcome import LoginNeeded, Unreachable
from ledgerferry.store.connections import Settings as Account
from ledgerferry.systems.zoho.products import NAMES, scope_of
from ledgerferry.systems.zoho.products import product as product_of

__all__ = ["PLANS", "Login", "Parted", "Wishes", "connect", "disconnect"]
Say = Callable[[str], None]


def _silent(_: str) -> None:
    """Nobody listens."""


def connect(
    house: House, name: str, login: Login, wishes: Wishes, say: Say = _silent, logins: Logins | None = None
) -> Account:
    """Check a login, find its data centre and what it sees, and store the connection.

    Raises ``WrongUsage``, ``Region`` or a ``CallError``; an earlier connection of the name then stays as
    it was. ``say`` is told what a person should know, ``logins`` replaces how logins are taken.
    """
    before = house.connections.get(name)
    product = _product(name, login, wishes, before)
    taken = (logins or Logins(house, say)).taken(name, login, scope_of(wishes.products))
    at = _at(taken, before, product, wishes)
    try:
        found = _joined(house, name, at, taken, wishes, say)
    except Several:
        if before is None:
            _store(house, {name: at}, name, taken)
        raise
    _store(house, found, name, taken)
    return found[name]


@dataclass(frozen=True, slots=True)
class Parted:
    """A connection that was forgotten, and its login revoked, unless ``why`` or ``shared`` says otherwise.

    ``why`` it could not be revoked; ``shared`` are the connections that still log in by it.
    """

    why: str | None = None
    shared: tuple[str, ...] = ()

    @property
    def revoked(self) -> bool:
        """Whether the login ends with it."""
        return self.why is None and not self.shared


def disconnect(house: House, name: str) -> Parted:
    """Forget the connection, and revoke its login unless another connection of the home needs it."""
    known = house.connections.get(name)
    if known is None:
        raise WrongUsage(f"There is no connection {name}. `ferry connections` lists them.")
    token, why = house.vault(name).get("refresh_token"), None
    shared = _sharing(house, name, token) if token else ()
    if token and not shared:
        try:
            Logins(house, _silent).endpoint(known.accounts_url).revoke(token)
        except (LoginNeeded, Unreachable) as error:
            why = str(error)
    for part in house.connections.all():
        if part == name or part.startswith(f"{name}/"):
            house.connections.remove(part)
    return Parted(why, shared)


def _sharing(house: House, name: str, token: str) -> tuple[str, ...]:
    """The other connections that log in by the same token: revoked, it would be so for them too."""
    others = (part for part in house.connections.all() if part != name and "/" not in part)
    return tuple(part for part in others if house.vault(part).get("refresh_token") == token)


def _product(name: str, login: Login, wishes: Wishes, before: Account | None) -> str:
    """What kind of connection this becomes, once name, wishes and what was before fit together."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}", name):
        raise WrongUsage(f"{name!r} cannot be a connection's name: letters, digits, - _ . only, 40 at most.")
    unknown = [p for p in wishes.products if p not in NAMES]
    if unknown or not wishes.products:
        raise WrongUsage(f"--products {','.join(unknown)}: give some of {', '.join(NAMES)}.")
    if wishes.plan is not None and "books" in wishes.products and wishes.plan not in PLANS:
        raise WrongUsage(f"--plan {wishes.plan} is not known; it is one of {', '.join(PLANS)}.")
    wanted = wishes.products[0] if len(wishes.products) == 1 else "zoho"
    if before is None or before.product == wanted:
        return wanted
    if wanted == "zoho":
        if before.product in wishes.products:
            return wanted
        raise WrongUsage(f"{name} is connected to {before.product}; name it among the --products too.")
    if before.product == "zoho" and wanted in before.products and login.ways == 0:
        return before.product
    raise WrongUsage(
        f"{name} is connected to {', '.join(before.products or (before.product,))}. Use another "
        f"name, or ferry connect zoho {name} --products with all of them."
    )


def _at(taken: Taken, before: Account | None, product: str, wishes: Wishes) -> Account:
    """The account as far as it is known, at the data centre that took the login."""
    centre = taken.centre
    where = {"dc": centre.dc, "accounts_url": centre.accounts_url, "api_url": centre.api_url}
    account = before.model_copy(update=where) if before else Account(product=product, **where)
    if product != "zoho" or len(wishes.products) < 2:
        return account.model_copy(update={"product": product})
    return account.model_copy(update={"product": product, "products": wishes.products})


def _joined(
    house: House, name: str, at: Account, taken: Taken, wishes: Wishes, say: Say
) -> Mapping[str, Account]:
    """The settings of the account and of each of its products, by the names they are kept under."""
    before = house.connections.get(name)
    found = {name: at}
    for product in wishes.products:
        if product == "books":
            found[name] = productsetup.books(house, name, before, at, taken, wishes)
            continue
        apart = name if at.product == product else f"{name}/{product}"
        known = house.connections.get(apart)
        where = {"dc": at.dc, "accounts_url": at.accounts_url, "api_url": at.api_url}
        own = known.model_copy(update=where) if known else Account(product=product, **where)
        found[apart] = (
            productsetup.crm(house, name, known, own, taken, wishes, say)
            if product == "crm"
            else productsetup.other(house, name, own, taken, product_of(product), say)
        )
    return found


def _store(house: House, found: Mapping[str, Account], name: str, taken: Taken) -> None:
    for part, account in found.items():
        house.connections.save(part, account)
        house.connections.login_needed(part, None)
    taken.keep(house.vault(name))
