"""The vendor's data centres, and finding the one that takes a login."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledgerferry.model.outcome import LoginNeeded, Unreachable
from ledgerferry.wire.oauth import Credentials, Grant, TokenEndpoint


@dataclass(frozen=True, slots=True)
class Centre:
    """One data centre: its accounts server and API host, and other names by which it calls that host."""

    dc: str
    accounts_url: str
    api_url: str
    aliases: tuple[str, ...] = ()


# The vendor's table ("Data centres"); no other host is ever sent a token.
CENTRES: Final[tuple[Centre, ...]] = (
    Centre("us", "https://accounts.zoho.com", "https://www.zohoapis.com", ("https://api.zoho.com",)),  # F4
    Centre("eu", "https://accounts.zoho.eu", "https://www.zohoapis.eu"),
    Centre("in", "https://accounts.zoho.in", "https://www.zohoapis.in"),
    Centre("au", "https://accounts.zoho.com.au", "https://www.zohoapis.com.au"),
    Centre("jp", "https://accounts.zoho.jp", "https://www.zohoapis.jp"),
    Centre("ca", "https://accounts.zohocloud.ca", "https://www.zohoapis.ca"),
    Centre("sa", "https://accounts.zoho.sa", "https://www.zohoapis.sa"),
    Centre("uk", "https://accounts.zoho.uk", "https://www.zohoapis.uk"),
    Centre("cn", "https://accounts.zoho.com.cn", "https://www.zohoapis.com.cn"),
)


def content_url(api_url: str) -> str:
    """Where CRM takes files for bulk writes (F74); an address that is not the vendor's serves all."""
    known = any(centre.api_url == api_url for centre in CENTRES)
    return api_url.replace("//www.", "//content.", 1) if known else api_url


def download_urls(api_url: str) -> tuple[str, ...]:
    """Where the report of a bulk write may lie: at the API host, or at the vendor's for downloads."""
    accounts = next((c.accounts_url for c in CENTRES if c.api_url == api_url), None)
    beside = () if accounts is None else (accounts.replace("//accounts.", "//download-accl.", 1),)
    return (api_url.rstrip("/"), *beside)


class Region(Exception):
    """No data centre takes this login; the message says what each of them answered."""


def centres(table: Path | None = None) -> tuple[Centre, ...]:
    """The data centres: the vendor's, or those of a table given instead, which is JSON.

    Each entry is ``dc: url`` where one address serves all, or ``dc: {"accounts": url, "api": url}``.
    Raises ``ValueError`` where the table is something else.
    """
    if table is None:
        return CENTRES
    entries = json.loads(table.read_text(encoding="utf-8"))
    if isinstance(entries, dict):
        return tuple(_entry(table, dc, entry) for dc, entry in entries.items())
    raise ValueError(f"{table}: not a table of data centres")


def _entry(table: Path, dc: str, entry: object) -> Centre:
    urls = {"accounts": entry, "api": entry} if isinstance(entry, str) else entry
    if not isinstance(urls, dict) or not all(isinstance(urls.get(n), str) for n in ("accounts", "api")):
        raise ValueError(f"{table}: {dc} needs an accounts and an api address")
    return Centre(dc, urls["accounts"].rstrip("/"), urls["api"].rstrip("/"))


def discover(
    client: Credentials,
    refresh_token: str,
    choices: Iterable[Centre],
    endpoint: Callable[[Centre], TokenEndpoint],
) -> tuple[Centre, Grant]:
    """The data centre that takes this refresh token, found by asking each in turn, and its token.

    A wrong centre answers ``invalid_client`` or ``invalid_code`` (F9), which costs the login nothing.
    Raises ``Region`` where none takes it, ``Unreachable`` where none answers, ``Busy`` where one throttles.
    """
    return tried(choices, lambda centre: endpoint(centre).refresh(client, refresh_token), "this login")


def tried(
    choices: Iterable[Centre], ask: Callable[[Centre], Grant], what: str, hint: str = ""
) -> tuple[Centre, Grant]:
    """The first data centre that gives a grant when it is asked; raises as ``discover`` does."""
    failed: list[tuple[Centre, LoginNeeded | Unreachable]] = []
    for centre in choices:
        try:
            grant = ask(centre)
        except (LoginNeeded, Unreachable) as error:
            failed.append((centre, error))
            continue
        return trusted(centre, grant), grant
    answers = "; ".join(f"{centre.dc}: {error.code or error.why}" for centre, error in failed)
    if failed and all(isinstance(error, Unreachable) for _, error in failed):
        raise Unreachable(f"no data centre can be reached ({answers})", system="zoho")
    raise Region(f"no data centre takes {what} ({answers})" + (f"; {hint}" if hint else ""))


def trusted(centre: Centre, grant: Grant) -> Centre:
    """The centre, once its grant's ``api_domain`` is held against the table; ``Region`` where it differs."""
    domain = (grant.api_domain or centre.api_url).rstrip("/")
    if domain not in (centre.api_url, *centre.aliases):
        raise Region(
            f"the accounts server of {centre.dc} names the API host {domain}, which is not the one "
            f"of that data centre ({centre.api_url}); give --accounts-url and --api-url to trust it"
        )
    return centre
