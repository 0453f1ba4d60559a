"""Doctor for CRM: login, scopes, clock, key fields, credits, and what a trial of it shows."""

from collections.abc import Iterator
from typing import Final

from ledgerferry.faces import accounts
from ledgerferry.faces.checks import Check, Level, after_trial
from ledgerferry.faces.house import House
from ledgerferry.faces.productsettings import crm_settings
from ledgerferry.faces.productsetup import KEYED
from ledgerferry.store.connections import Settings as Account
from ledgerferry.systems.crm import KEY_FIELD, Crm
from ledgerferry.systems.crm.layouts import asked_for

# From this share of the day's credits on it is worth a look.
_NEARLY_ALL: Final = 0.8


def examine_crm(house: House, name: str, account: Account, *, probe: bool) -> Iterator[Check]:
    """The checks of one CRM; ``name`` is the connection, or a product's of it."""
    login = name.partition("/")[0]
    crm = accounts.crm(house, login)
    crm.hear()
    company = crm.metadata.company()
    if house.connections.why_login(name) is not None:
        house.connections.login_needed(name, None)
    yield Check(
        about=name,
        level=Level.FINE,
        text=f"{company.name} ({company.id}) at {account.dc}: login works, {company.edition} edition, "
        f"{company.users} users, {company.currency}",
    )
    yield from _edition(name, account, company.edition)
    yield from _keys(name, account, crm)
    yield from _links(name, account, crm)
    yield from _probed(house, name, crm) if probe else _mandatory(name, crm)
    yield _credits(house, name, login)


def _edition(name: str, account: Account, found: str) -> Iterator[Check]:
    kept = crm_settings(account).edition
    if kept != found:
        yield Check(
            about=name,
            level=Level.LOOK,
            text=f"it is kept as {kept}, and says that it is {found}: its limits differ",
            remedy=_connecting(name),
        )


def _keys(name: str, account: Account, crm: Crm) -> Iterator[Check]:
    keyed = crm_settings(account).keyed
    for module in KEYED:
        field = crm.metadata.fields(module).get(KEY_FIELD)
        there = module in keyed and field is not None and (field.unique or field.external)
        yield Check(
            about=name,
            level=Level.FINE if there else Level.LOOK,
            text=f"{module}: a repeated write "
            + ("finds its own record by the key field" if there else "is refused: there is no key field"),
            remedy="" if there else f"{_connecting(name)} makes it",
        )


def _links(name: str, account: Account, crm: Crm) -> Iterator[Check]:
    """Whether the fields for the books' ids are still there."""
    linked = crm_settings(account).linked
    for module in KEYED:
        field = linked.get(module)
        there = field is not None and field in crm.metadata.fields(module)
        yield Check(
            about=name,
            level=Level.FINE if there else Level.LOOK,
            text=f"{module}: ids of the books "
            + (f"go into the field {field}" if there else "are not written: there is no field for them"),
            remedy="" if there else f"{_connecting(name)} makes it",
        )


def _mandatory(name: str, crm: Crm) -> Iterator[Check]:
    """Fields that a layout asks for and a migration may lack; a trial has no calls left for this."""
    for module in KEYED:
        if asked := asked_for(crm.metadata, module):
            yield Check(
                about=name,
                level=Level.LOOK,
                text=f"{module}: the layout asks for {', '.join(asked)}; a record without is refused",
                remedy="make that optional in the layout, or give it a default",
            )


def _probed(house: House, name: str, crm: Crm) -> Iterator[Check]:
    """Try out what the CRM really does, and keep what was found."""
    found = crm.probe_capabilities(house.ids.fresh("p")[-6:])
    account = house.connections.get(name)
    if account is not None and found.settle_seconds is not None:
        settle = max(crm.settings.settle_seconds, 2 * found.settle_seconds)
        kept = account.capabilities | {"settle_seconds": str(settle)}
        house.connections.save(name, account.model_copy(update={"capabilities": kept}))
    if found.calls:
        yield Check(
            about=name,
            level=Level.FINE if found.keyed and found.locks else Level.LOOK,
            text=f"tried out with {found.calls} calls, all undone; a repeat by key "
            f"{'finds its record' if found.keyed else 'makes a second'}, a write over a newer record is "
            f"{'refused' if found.locks else 'not refused'}, queries show a write after "
            f"{'?' if found.settle_seconds is None else found.settle_seconds} s",
        )
    yield from after_trial(name, found.notes, found.kept)


def _credits(house: House, name: str, login: str) -> Check:
    used = accounts.used(house, login, "crm")
    full = used.day_used + used.others >= used.day_limit * _NEARLY_ALL
    others = f", {used.others} by others" if used.others else ""
    return Check(
        about=name,
        level=Level.LOOK if full else Level.FINE,
        text=f"{used.day_used} of {used.day_limit} credits of 24 hours used through this home{others}",
        remedy="buy add-on credits, or wait" if full else "",
    )


def _connecting(name: str) -> str:
    """The command that connects again."""
    login, _, apart = name.partition("/")
    return f"ferry connect zoho {login}" if apart else f"ferry connect crm {login}"
