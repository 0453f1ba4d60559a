"""Doctor: what may stand in the way, each finding with its remedy."""

import shutil
from collections.abc import Iterator
from typing import Final

from ledgerferry.faces.checks import Check, Level, after_trial, failed
from ledgerferry.faces.crmdoctor import examine_crm
from ledgerferry.faces.house import House
from ledgerferry.faces.productsettings import CROSSED, books_settings
from ledgerferry.faces.words import guard_of
from ledgerferry.model.outcome import CallError
from ledgerferry.model.record import Kind
from ledgerferry.store import unknownfields
from ledgerferry.store.connections import Settings as Account

__all__ = ["Check", "Level", "examine"]
_LEAST_FREE: Final = 500_000_000
_CLOCK_SECONDS: Final = 120
_GUARDED: Final = (Kind.CUSTOMER, Kind.INVOICE, Kind.PAYMENT, Kind.CREDIT_NOTE)


def examine(house: House, *, probe: bool) -> Iterator[Check]:
    """Every check of a home, as it is made; with ``probe`` each account's behaviour is tried out too."""
    yield from _home(house)
    known = house.connections.all()
    if not known:
        yield Check(
            about="connections",
            level=Level.LOOK,
            text="no account is connected",
            remedy="ferry connect books NAME",
        )
    for name, account in known.items():
        try:
            if account.product == "crm":
                yield from examine_crm(house, name, account, probe=probe)
            elif account.product == "books" or "books" in account.products:
                yield from _connection(house, name, account, probe=probe)
        except CallError as error:
            login, _, apart = name.partition("/")
            yield failed(login, "zoho" if apart else account.product, error)
        yield from _unseen(house, name)


def _unseen(house: House, name: str) -> Iterator[Check]:
    with house.database.read() as conn:
        met = unknownfields.all(conn, name)
    if met:
        listed = ", ".join(f"{what} ({times} times)" for what, times in met.items())
        yield Check(
            about=name,
            level=Level.LOOK,
            text=f"it showed what ferry does not know: {listed}",
            remedy="tell us; nothing was guessed from it",
        )


def _home(house: House) -> Iterator[Check]:
    home = house.settings.home
    mode = home.stat().st_mode & 0o777
    if mode & 0o077:
        yield Check(
            about="home",
            level=Level.LOOK,
            text=f"others may look into {home} (mode {mode:o})",
            remedy=f"chmod 700 {home}",
        )
    free = shutil.disk_usage(home).free
    short = free < _LEAST_FREE
    yield Check(
        about="home",
        level=Level.LOOK if short else Level.FINE,
        text=f"{home}, {free // 1_000_000} MB free",
        remedy="free some space" if short else "",
    )
    config = house.settings.config
    yield Check(
        about="configuration", level=Level.FINE, text=str(config) if config else "no ferry.toml; defaults"
    )
    with house.database.read() as conn:
        chain = house.ledger.check(conn)
    if chain.broken_at is None:
        yield Check(about="ledger", level=Level.FINE, text=f"{chain.entries} entries, the chain holds")
    else:
        yield Check(
            about="ledger",
            level=Level.WRONG,
            text=f"the chain is broken at entry {chain.broken_at}",
            remedy="compare with a copy of the home; do not go on before",
        )


def _connection(house: House, name: str, account: Account, *, probe: bool) -> Iterator[Check]:
    why = house.connections.why_login(name)
    side = house.side(name)
    side.target.hear()
    yield from _clocks(name, abs((side.vendor.now() - house.clock.now()).total_seconds()))
    profile = house.books(name).overview()
    if why is not None:
        house.connections.login_needed(name, None)
    rates = ", ".join(f"{rate.normalize():f} %" for rate in profile.tax_rates) or "none"
    yield Check(
        about=name,
        level=Level.FINE,
        text=f"{profile.name} ({profile.organization}) at {account.dc}: login "
        f"works, {profile.currency}, taxes {rates}, currencies {', '.join(profile.currencies)}",
    )
    if probe:
        yield from _probed(house, name, account)
    yield from _guards(name, house.connections.get(name) or account)
    if not account.mail_checked:
        yield Check(
            about=name,
            level=Level.LOOK,
            text="nobody has said that reminders and thank-yous are off",
            remedy=f"look in Books, then ferry connect books {name} --mail-checked",
        )
    used = house.quota_usage(name)
    yield Check(
        about=name,
        level=Level.FINE,
        text=f"plan {account.plan}: {used.day_used} of {used.day_limit} calls "
        f"of the day used, {used.minute_limit} a minute",
    )


def _clocks(name: str, seconds: float) -> Iterator[Check]:
    """Whether the account's clock and this machine's, so many seconds apart, differ too much."""
    if seconds > _CLOCK_SECONDS:
        yield Check(
            about=name,
            level=Level.LOOK,
            text=f"its clock and this machine's differ by {seconds:.0f} s",
            remedy="set this machine's clock (a sandbox with --time-scale differs on purpose)",
        )


def _guards(name: str, account: Account) -> Iterator[Check]:
    settings = books_settings(account)
    for kind in _GUARDED:
        rung = settings.rung(kind).value
        weak = rung in {"c", "d"}
        yield Check(
            about=name,
            level=Level.LOOK if weak else Level.FINE,
            text=f"a second {kind.replace('_', ' ')} is kept out by rung {rung}: {guard_of(kind, rung)}",
            remedy="make the key field (ferry connect says how), then ferry doctor --probe" if weak else "",
        )


def _probed(house: House, name: str, account: Account) -> Iterator[Check]:
    """Try out what the account really does, and keep what was found."""
    found = house.books(name).probe_capabilities(house.clock, house.ids.fresh("p")[-6:])
    applied = found.applied(books_settings(account))
    way, field = applied.tax_rounding, house.settings.policy.crm.books_field
    seen = None if found.crossed is None else " ".join((field or "", *found.crossed))
    house.connections.save(
        name,
        account.model_copy(
            update={
                "rungs": {kind.value: rung.value for kind, rung in found.rungs.items()},
                "capabilities": account.capabilities
                | {
                    "settle_seconds": str(applied.settle_seconds),
                    "bulk_send": str(applied.bulk_send),
                }
                | ({"tax_rounding": way.value} if way else {})
                | ({CROSSED: seen} if seen else {}),
            }
        ),
    )
    yield Check(
        about=name,
        level=Level.FINE,
        text=f"tried out with {found.calls} calls, all undone; tax is rounded "
        f"{f'per {way}' if way else 'in a way that it has no tax to show'}, "
        f"lists settle within {applied.settle_seconds} s",
    )
    yield from after_trial(name, found.notes, found.kept)
