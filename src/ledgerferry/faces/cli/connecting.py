"""The verbs about accounts: connect, connections, disconnect, doctor."""

from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledgerferry.faces.cli import options
from ledgerferry.faces.cli.exits import Code, ending
from ledgerferry.faces.cli.opening import opened
from ledgerferry.faces.cli.output import Output

if TYPE_CHECKING:
    from ledgerferry.store.connections import Settings

Name = Annotated[str, typer.Argument(help="What you call this account.", metavar="NAME")]
connecting = typer.Typer(help="Store an account that the ferry may write to.", no_args_is_help=True)


@connecting.command("books")
@ending
def connect_books(
    name: Name,
    client_id: options.ClientId = None,
    client_secret: options.ClientSecret = None,
    refresh_token: options.RefreshToken = None,
    grant_code: options.GrantCode = None,
    client_credentials: options.ClientCredentials = False,
    soid: options.Soid = None,
    browser: options.Browser = False,
    redirect_port: options.RedirectPort = 8914,
    dc: options.DataCentre = None,
    accounts_url: options.AccountsUrl = None,
    api_url: options.ApiUrl = None,
    organization: options.Organization = None,
    plan: options.Plan = None,
    mail_checked: options.MailChecked = False,
    home: options.Home = None,
    config: options.Config = None,
    json: options.Json = False,
) -> int:
    """Connect an organisation of Zoho Books; finds the data centre and the organisation by itself."""
    return _connect(locals(), ("books",))


@connecting.command("crm")
@ending
def connect_crm(
    name: Name,
    client_id: options.ClientId = None,
    client_secret: options.ClientSecret = None,
    refresh_token: options.RefreshToken = None,
    grant_code: options.GrantCode = None,
    client_credentials: options.ClientCredentials = False,
    soid: options.Soid = None,
    browser: options.Browser = False,
    redirect_port: options.RedirectPort = 8914,
    dc: options.DataCentre = None,
    accounts_url: options.AccountsUrl = None,
    api_url: options.ApiUrl = None,
    plan: options.Plan = None,
    home: options.Home = None,
    config: options.Config = None,
    json: options.Json = False,
) -> int:
    """Connect a Zoho CRM; makes the key field Ferry Key in Accounts, Contacts and Deals."""
    return _connect(locals(), ("crm",))


@connecting.command("zoho")
@ending
def connect_zoho(
    name: Name,
    products: options.Products = "books,crm",
    client_id: options.ClientId = None,
    client_secret: options.ClientSecret = None,
    refresh_token: options.RefreshToken = None,
    grant_code: options.GrantCode = None,
    client_credentials: options.ClientCredentials = False,
    soid: options.Soid = None,
    browser: options.Browser = False,
    redirect_port: options.RedirectPort = 8914,
    dc: options.DataCentre = None,
    accounts_url: options.AccountsUrl = None,
    api_url: options.ApiUrl = None,
    organization: options.Organization = None,
    plan: options.Plan = None,
    mail_checked: options.MailChecked = False,
    home: options.Home = None,
    config: options.Config = None,
    json: options.Json = False,
) -> int:
    """Connect several products of Zoho with one consent."""
    wanted = dict.fromkeys(p.strip().lower() for p in products.split(","))
    return _connect(locals(), tuple(p for p in wanted if p))


def _connect(given: dict[str, Any], products: tuple[str, ...]) -> int:
    """Connect with the flags of one of the verbs above, by their names."""
    with opened(given["home"], given["config"]) as house:
        from ledgerferry.faces import connecting as flow

        out, name = Output(json=given["json"]), given["name"]
        login = flow.Login(**{f.name: given[f.name] for f in fields(flow.Login)})
        wishes = flow.Wishes(
            given.get("organization"), given["plan"], given.get("mail_checked", False), products
        )
        account = flow.connect(house, name, login, wishes, out.say)
        rooms = {
            part.partition("/")[2]: known.model_dump(mode="json")
            for part, known in house.connections.all().items()
            if part.startswith(f"{name}/")
        }
        out.document({"name": name} | account.model_dump(mode="json") | ({"rooms": rooms} if rooms else {}))
        _tell(out, name, account)
        return int(Code.DONE)


def _tell(out: Output, name: str, account: "Settings") -> None:
    what = account.organization_name and f"{account.organization_name} ({account.organization}), "
    reached = ", ".join(account.products or (account.product,))
    out.line(
        f"Connected {name} to {reached}: {what}data centre {account.dc} ({account.api_url}).",
        "green",
    )
    if account.product == "crm" or "crm" in account.products:
        out.line("CRM records are written by the field Ferry Key, which a repeated write finds again.")
    if account.product == "books" or "books" in account.products:
        _tell_books(out, account)


def _tell_books(out: Output, account: "Settings") -> None:
    from ledgerferry.faces.words import KEY_FIELD_STEPS

    out.line(f"Books: {account.currency}, plan {account.plan}.")
    if not account.mail_checked:
        out.line(
            "Reminders and thank-yous: Books cannot tell how they stand. Look at Settings, Reminders, and at "
            "Settings, Preferences, Payments Received; then connect again with --mail-checked.",
            "yellow",
        )
    if not account.rungs:
        out.line()
        out.line(KEY_FIELD_STEPS)


@ending
def connections(home: options.Home = None, config: options.Config = None, json: options.Json = False) -> int:
    """List the connected accounts."""
    with opened(home, config) as house:
        from ledgerferry.faces.productsettings import is_account

        known = {name: account for name, account in house.connections.all().items() if is_account(name)}
        logins = {name: house.connections.why_login(name) for name in known}
        out = Output(json=json)
        out.document(
            {
                "connections": [
                    {"name": name, "login_needed": logins[name]} | account.model_dump(mode="json")
                    for name, account in known.items()
                ]
            }
        )
        out.table(
            "Connections",
            ["name", "product", "organisation", "currency", "plan", "data centre", "login"],
            [
                (
                    name,
                    ", ".join(a.products or (a.product,)),
                    f"{a.organization_name} ({a.organization})",
                    a.currency,
                    a.capabilities.get("edition", "") if a.product == "crm" else a.plan,
                    a.dc,
                    logins[name] or "works",
                )
                for name, a in known.items()
            ],
        )
        if not known:
            out.line("None yet. `ferry connect books NAME` makes one.")
        return int(Code.DONE)


@ending
def disconnect(
    name: Name, home: options.Home = None, config: options.Config = None, json: options.Json = False
) -> int:
    """Revoke an account's login and forget it; what was done stays in the ledger."""
    with opened(home, config) as house:
        from ledgerferry.faces import connecting as flow

        parted, out = flow.disconnect(house, name), Output(json=json)
        shared = ", ".join(parted.shared)
        why = f"still in use by {shared}" if shared else parted.why
        out.document({"name": name, "revoked": parted.revoked, "why": why})
        out.line(f"{name} is forgotten.")
        if shared:
            out.line(f"Its login was not revoked: it is also that of {shared}.")
        elif why is not None:
            remedy = "remove it in Zoho under My Account, Sessions, Connected Apps."
            out.line(f"Its login could not be revoked ({why}): {remedy}")
        return int(Code.DONE if parted.why is None else Code.PERSON)


@ending
def doctor(
    probe: options.Probe = False,
    home: options.Home = None,
    config: options.Config = None,
    json: options.Json = False,
) -> int:
    """Check configuration, logins, guards, clocks and quotas; each finding with its remedy."""
    with opened(home, config) as house:
        from ledgerferry.faces.doctor import Level, examine

        out, found = Output(json=json), []
        styles = {Level.FINE: "green", Level.LOOK: "yellow"}
        for check in examine(house, probe=probe):
            found.append(check)
            remedy = f" To do: {check.remedy}." if check.remedy else ""
            out.line(
                f"{check.level:>5}  {check.about}: {check.text}.{remedy}", styles.get(check.level, "red")
            )
        out.document({"checks": [check.model_dump(mode="json") for check in found]})
        codes = {
            Level.LOGIN: Code.LOGIN,
            Level.AWAY: Code.AWAY,
            Level.WRONG: Code.PERSON,
            Level.LOOK: Code.PERSON,
        }
        return int(
            next((code for level, code in codes.items() if any(c.level is level for c in found)), Code.DONE)
        )


VERBS: tuple[Callable[..., None], ...] = (connections, disconnect, doctor)
