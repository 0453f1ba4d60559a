"""Setting up a product: what a login sees in Books and in CRM, and what is set up there."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, get_args

from ledgerferry.faces.house import House
from ledgerferry.faces.logins import Taken
from ledgerferry.faces.productsettings import crm_settings
from ledgerferry.faces.settings import CrmFields, WrongUsage
from ledgerferry.model.outcome import CallError, Refused
from ledgerferry.store.connections import Plan, Settings
from ledgerferry.systems.crm import EDITIONS, KEY_FIELD, Crm, CrmDialect
from ledgerferry.systems.protocol import Organization
from ledgerferry.systems.zoho.products import Product
from ledgerferry.systems.zoho.rawdialect import RawDialect
from ledgerferry.wire.message import Call

PLANS: Final[tuple[str, ...]] = get_args(Plan)
# The modules whose records the ferry writes by its own key.
KEYED: Final = ("Accounts", "Contacts", "Deals")
_KEY_LABEL: Final = "Ferry Key"
# Settings are tried under a name that nobody can give, so that a failed try leaves a connection as it was.
_TRIAL: Final = "trial/"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the connection shall be. None keeps what is known, or what the account says."""

    organization: str | None = None
    plan: str | None = None
    mail_checked: bool = False
    products: tuple[str, ...] = ("books",)


class Several(WrongUsage):
    """The login sees several organisations and a person must say which."""


@contextmanager
def tried(house: House, name: str, account: Settings, taken: Taken) -> Iterator[str]:
    """A name under which settings and a login can be tried, each product by itself; nothing of it stays."""
    trial = f"{_TRIAL}{account.product}/{name}"
    house.connections.save(trial, account)
    try:
        taken.keep(house.vault(trial))
        yield trial
    finally:
        house.connections.remove(trial)


def books(
    house: House, name: str, before: Settings | None, at: Settings, taken: Taken, wishes: Wishes
) -> Settings:
    """A connection's settings with its organisation of Books in them; ``Several`` where that must be said."""
    with tried(house, name, at, taken) as trial:
        organizations = house.books_at(trial, at).organizations()
    chosen = _chosen(organizations, wishes.organization, before)
    if chosen is None:
        raise Several(_several(name, organizations, kept=before is None))
    return at.model_copy(
        update={
            "organization": chosen.id,
            "organization_name": chosen.name,
            "currency": chosen.currency,
            "plan": _plan(chosen, wishes, before),
            "mail_checked": at.mail_checked or wishes.mail_checked,
        }
    )


def crm(
    house: House,
    name: str,
    before: Settings | None,
    at: Settings,
    taken: Taken,
    wishes: Wishes,
    say: Callable[[str], None],
) -> Settings:
    """A connection's settings with its CRM in them; makes the key fields there that are missing."""
    if wishes.plan is not None and wishes.products == ("crm",) and wishes.plan not in EDITIONS:
        raise WrongUsage(f"--plan {wishes.plan} is no edition of CRM; they are {', '.join(EDITIONS)}.")
    with tried(house, name, at, taken) as trial:
        system = _crm(house, trial, at)
        company = system.metadata.company()
        if before is not None and before.organization not in ("", company.id):
            raise WrongUsage(
                f"This connection belongs to the CRM {before.organization}, and its records are "
                f"bound to it; the login sees {company.id}. Connect it under a name of its own."
            )
        keyed = [module for module in KEYED if _has_key(system, module, say)]
        own = _own_fields(system, house.settings.crm_fields, say)
    edition = wishes.plan if wishes.plan in EDITIONS and wishes.products == ("crm",) else company.edition
    return at.model_copy(
        update={
            "organization": company.id,
            "organization_name": company.name,
            "currency": company.currency,
            "capabilities": at.capabilities
            | {"edition": str(edition), "users": str(company.users), "keyed": " ".join(keyed)}
            | own,
        }
    )


def other(
    house: House,
    name: str,
    at: Settings,
    taken: Taken,
    product: Product,
    say: Callable[[str], None],
) -> Settings:
    """A connection's settings with the organisation that a product wants named in each call, if it does.

    The ferry itself works with none of these products: what cannot be found out is said, and stops nothing.
    """
    sees = product.sees
    if sees is None:
        return at
    try:
        with tried(house, name, at, taken) as trial:
            base = product.url(at.accounts_url, at.api_url)
            out = house.way_out(trial, at, base, RawDialect(product.name))
            body = out.client.read(Call("GET", sees.path)).json()
    except (CallError, ValueError) as error:
        say(f"{product.name}: its organisation could not be asked for ({error}).")
        return at
    seen = sees.organizations(body if isinstance(body, dict) else {})
    chosen = [each for each in seen if each.id == at.organization] or [each for each in seen if each.default]
    chosen = chosen or seen
    if len(chosen) != 1:
        listed = ", ".join(f"{each.id} ({each.name})" for each in seen) or "none"
        say(f"{product.name}: it shows the organisations {listed}; name one with --header {sees.header}=ID.")
        return at
    return at.model_copy(update={"organization": chosen[0].id, "organization_name": chosen[0].name})


def _crm(house: House, trial: str, at: Settings) -> Crm:
    out = house.way_out(trial, at, at.api_url, CrmDialect(_unheard))
    return Crm(out.client, crm_settings(at), house.clock, _unheard)


def _unheard(_: str) -> None:
    """What a trial meets for the first time is met again by what comes after it."""


def _has_key(system: Crm, module: str, say: Callable[[str], None]) -> bool:
    """Whether a module has the key field, once it was made where it was missing."""
    if module not in system.metadata.modules():
        return False
    held = system.metadata.fields(module).get(KEY_FIELD)
    if held is not None:
        if not (held.unique or held.external):
            say(f"{module}: the field {KEY_FIELD} takes a value twice; make it unique, then connect again.")
        return held.unique or held.external
    for external in (True, False):
        try:
            system.metadata.create_field(module, _KEY_LABEL, external=external)
        except Refused as error:
            say(f"{module}: no {'external' if external else 'unique'} field could be made ({error.why}).")
            continue
        if KEY_FIELD in system.metadata.fields(module):
            return True
    return False


def _own_fields(system: Crm, named: CrmFields, say: Callable[[str], None]) -> dict[str, str]:
    """The fields for the books' ids and for VAT numbers that are there, as a connection keeps them."""
    wanted = {"Accounts": named.account, "Contacts": named.contact, "Deals": named.deal}
    linked = [f"{m}:{name}" for m, name in wanted.items() if _has_link(system, m, name, say)]
    vat = named.vat if named.vat in system.metadata.fields("Accounts") else ""
    if named.vat and not vat:
        say(f"Accounts: there is no field {named.vat}; VAT numbers are not written.")
    return {"linked": " ".join(linked), "vat_field": vat or ""}


def _has_link(system: Crm, module: str, name: str, say: Callable[[str], None]) -> bool:
    """Whether a module has the field for the books' ids, once it was made where it was missing."""
    if module not in system.metadata.modules():
        return False
    held = system.metadata.fields(module).get(name)
    if held is not None:
        if held.type != "text":
            say(f"{module}: the field {name} is no single line; ids of the books are not written there.")
        return held.type == "text"
    try:
        system.metadata.create_field(module, name.replace("_", " "), unique=False)
    except Refused as error:
        say(f"{module}: no field {name} could be made ({error.why}); ids of the books are not written there.")
        return False
    return name in system.metadata.fields(module)


def _chosen(seen: Sequence[Organization], wanted: str | None, before: Settings | None) -> Organization | None:
    """The one organisation meant; None where a person must say which."""
    listed = ", ".join(f"{o.id} ({o.name})" for o in seen) or "none"
    bound = before.organization if before else ""
    if wanted and bound and wanted != bound:
        raise WrongUsage(
            f"This connection belongs to the organisation {bound}, and its records are bound to it. "
            "Connect the other under a name of its own."
        )
    wanted = wanted or bound or None
    if wanted is not None:
        found = next((o for o in seen if o.id == wanted), None)
        if found is None:
            raise WrongUsage(f"The login does not see the organisation {wanted}; it sees {listed}.")
        return found
    if not seen:
        raise WrongUsage("The login works, but it sees no organisation of Books: log in as one of its users.")
    return seen[0] if len(seen) == 1 else None


def _several(name: str, seen: Sequence[Organization], *, kept: bool) -> str:
    listed = "; ".join(f"{o.id} {o.name} ({o.currency})" for o in seen)
    again = " The login is kept: no credentials are needed again." if kept else ""
    return (
        f"The login sees several organisations: {listed}. Say which with "
        f"`ferry connect books {name} --organization ID`.{again}"
    )


def _plan(chosen: Organization, wishes: Wishes, before: Settings | None) -> str:
    if wishes.plan is not None:
        return wishes.plan
    if before is not None and before.organization:
        return before.plan
    return next((p for p in reversed(PLANS) if p in chosen.plan), "free")
