"""Logins: from what a person gave to a login that a data centre takes."""

import webbrowser
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from ledgerferry.faces.house import House
from ledgerferry.faces.settings import WrongUsage
from ledgerferry.model.outcome import LoginNeeded
from ledgerferry.model.ports import Vault
from ledgerferry.systems import zoho
from ledgerferry.systems.zoho.consent import consent_url, consented
from ledgerferry.wire.callback import Listener
from ledgerferry.wire.oauth import Credentials, Grant, TokenEndpoint
from ledgerferry.wire.pace import PacedClock

REDIRECT_PORT: Final = 8914
# Home seconds that a person has for the consent in the browser.
_CONSENT_SECONDS: Final = 300.0
_ELSEWHERE: Final = "other"


@dataclass(frozen=True, slots=True)
class Login:
    """What a person gave: one of refresh token, grant code, client credentials and the browser.

    None of them means the login already stored. ``soid`` is the organisation of client credentials (F6).
    """

    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    grant_code: str | None = field(default=None, repr=False)
    dc: str | None = None
    accounts_url: str | None = None
    api_url: str | None = None
    client_credentials: bool = False
    soid: str | None = None
    browser: bool = False
    redirect_port: int = REDIRECT_PORT

    @property
    def ways(self) -> int:
        """How many ways to log in were given; one is right, none means the stored login."""
        return sum(
            (
                self.refresh_token is not None,
                self.grant_code is not None,
                self.client_credentials,
                self.browser,
            )
        )


@dataclass(frozen=True, slots=True)
class Taken:
    """A login that was taken: where, and what to sign with from now on."""

    centre: zoho.Centre
    client: Credentials
    grant: Grant
    refresh_token: str = field(default="", repr=False)
    scope: str = ""
    soid: str = ""

    def keep(self, vault: Vault) -> None:
        """Store it; what an earlier login left there signs nothing any more."""
        vault.put("client_id", self.client.client_id)
        vault.put("client_secret", self.client.client_secret)
        vault.put("refresh_token", self.refresh_token)
        vault.put("scope", self.scope)
        vault.put("soid", self.soid)
        vault.put_token(self.grant.access_token, self.grant.expires)


class Logins:
    """Logging in for one home. ``show`` is told the address that the browser goes to."""

    def __init__(
        self, house: House, show: Callable[[str], None], browse: Callable[[str], object] = webbrowser.open
    ) -> None:
        self._house = house
        self._show = show
        self._browse = browse

    def endpoint(self, accounts_url: str) -> TokenEndpoint:
        """The accounts server of a data centre."""
        return TokenEndpoint(self._house.exchange(PacedClock(self._house.clock), "zoho"), accounts_url)

    def taken(self, name: str, login: Login, scope: str) -> Taken:
        """The login once a data centre took it; ``scope`` is what is asked for where that can be asked."""
        if login.ways > 1:
            raise WrongUsage("Give one of --refresh-token, --grant-code, --client-credentials and --browser.")
        if login.ways == 0:
            login = self._kept(name, login)
        if login.client_id is None or login.client_secret is None:
            raise WrongUsage(
                "Give --client-id and --client-secret; the Zoho API console "
                "(api-console.zoho.com) shows them."
            )
        client = Credentials(login.client_id, login.client_secret)
        centres = self.centres(login)
        if login.refresh_token is not None:
            centre, grant = zoho.discover(
                client, login.refresh_token, centres, lambda c: self.endpoint(c.accounts_url)
            )
            return Taken(centre, client, grant, login.refresh_token)
        if login.client_credentials:
            return self._of_client(client, login.soid, scope, centres)
        if login.browser:
            return self._browsed(client, login, scope, centres)
        return self._exchanged(client, login.grant_code or "", centres)

    def centres(self, login: Login) -> Sequence[zoho.Centre]:
        """Where the login is looked for."""
        if (login.accounts_url is None) != (login.api_url is None):
            raise WrongUsage("--accounts-url and --api-url go together.")
        known = self._house.settings.centres()
        named = [c for c in known if login.dc is not None and c.dc == login.dc.lower()]
        if login.dc is not None and not named:
            raise WrongUsage(f"--dc {login.dc} is not known; it is one of {', '.join(c.dc for c in known)}.")
        if login.accounts_url is not None and login.api_url is not None:
            accounts, api = login.accounts_url.rstrip("/"), login.api_url.rstrip("/")
            same = next((c for c in known if c.accounts_url == accounts and c.api_url == api), None)
            return [same or zoho.Centre(_ELSEWHERE, accounts, api)]
        return named or known

    def _kept(self, name: str, login: Login) -> Login:
        """The login that the connection has already."""
        known, vault = self._house.connections.get(name), self._house.vault(name)
        token, soid = vault.get("refresh_token"), vault.get("soid")
        if known is None or not (token or soid):
            raise WrongUsage(
                "Give --client-id and --client-secret with one of --refresh-token, --grant-code, "
                "--client-credentials --soid and --browser. A grant code comes from the Zoho API console: "
                "Self Client, Generate Code; docs/books.md and docs/crm.md name the scopes."
            )
        return replace(
            login,
            client_id=login.client_id or vault.get("client_id"),
            client_secret=login.client_secret or vault.get("client_secret"),
            refresh_token=token or None,
            client_credentials=not token,
            soid=login.soid or soid,
            accounts_url=login.accounts_url or known.accounts_url,
            api_url=login.api_url or known.api_url,
        )

    def _exchanged(
        self, client: Credentials, code: str, centres: Sequence[zoho.Centre], redirect_uri: str | None = None
    ) -> Taken:
        """A grant code turned into a refresh token, at the data centre that takes it."""
        centre, grant = zoho.tried(
            centres,
            lambda c: self.endpoint(c.accounts_url).exchange_code(client, code, redirect_uri),
            "this grant code",
            "it lives a few minutes and works once",
        )
        if grant.refresh_token is None:
            raise LoginNeeded("the code gave no refresh token; make a Self Client's code", system="zoho")
        return Taken(centre, client, grant, grant.refresh_token)

    def _of_client(
        self, client: Credentials, soid: str | None, scope: str, centres: Sequence[zoho.Centre]
    ) -> Taken:
        if not soid:
            raise WrongUsage("--client-credentials needs --soid, such as ZohoCRM.12345678: the organisation.")
        centre, grant = zoho.tried(
            centres,
            lambda c: self.endpoint(c.accounts_url).client_credentials(client, scope, soid),
            "these client credentials",
            "check --soid and the client's scopes",
        )
        return Taken(centre, client, grant, scope=scope, soid=soid)

    def _browsed(
        self, client: Credentials, login: Login, scope: str, centres: Sequence[zoho.Centre]
    ) -> Taken:
        """A consent in the browser, which comes back to this machine (F1, F2)."""
        state = self._house.ids.fresh("consent")
        try:
            listener = Listener(self._house.clock, login.redirect_port)
        except OSError as error:
            raise WrongUsage(
                f"The port {login.redirect_port} cannot be listened on ({error.strerror}). Give "
                "another with --redirect-port, and add its address to the client."
            ) from None
        with listener:
            url = consent_url(centres[0], client.client_id, scope, listener.redirect_uri, state)
            self._show(url)
            self._browse(url)
            fields = listener.wait(_CONSENT_SECONDS)
            redirect = listener.redirect_uri
        if fields is None:
            raise LoginNeeded(
                f"nobody came back within {_CONSENT_SECONDS:.0f} s; the client needs the redirect "
                f"address {redirect}",
                system="zoho",
            )
        code, named = consented(fields, state, [*self._house.settings.centres(), *centres])
        return self._exchanged(client, code, [named or centres[0]], redirect)
