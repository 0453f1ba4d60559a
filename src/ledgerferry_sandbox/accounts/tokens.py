"""Issuing, spending and killing tokens."""

from ledgerferry_sandbox.accounts.models import Access, Client, Grant, Refresh
from ledgerferry_sandbox.desk import Desk
from ledgerferry_sandbox.desk.tables import Table

TOKEN_SECONDS = 3_600
WINDOW_SECONDS = 600.0
PER_WINDOW = 10
REFRESH_TOKENS = 20
NEW_REFRESH_TOKENS = {"10_in_600": (10, 600.0), "5_in_60": (5, 60.0)}


class TokenRefused(Exception):
    """The token endpoint says no; the message is the word in `error` (F9)."""


class TooManyTokens(Exception):
    """More access tokens, grant codes or refresh tokens than a window allows (F10, F11)."""


class Tokens:
    """Clients, grant codes, refresh and access tokens of one accounts server."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.clients = Table("clients", Client, lambda client: client.client_id)
        self.grants = Table("grants", Grant, lambda grant: grant.code)
        self.refreshes = Table(
            "refreshes", Refresh, lambda held: held.token, {"client": lambda held: [held.client_id]}
        )
        self.accesses = Table(
            "accesses", Access, lambda held: held.token, {"refresh": lambda held: [held.refresh]}
        )

    def known(self, client_id: str, secret: str) -> Client:
        """The client, if both are right (F9)."""
        client = self.clients.get(client_id)
        if client is None:
            raise TokenRefused("invalid_client")
        if client.client_secret != secret:
            raise TokenRefused("invalid_client_secret")
        return client

    def grant(self, client_id: str, scope: str, redirect_uri: str = "", *, offline: bool = True) -> Grant:
        """A code as the console or the consent page gives it (F5), ten in ten minutes at most (F11)."""
        client = self.clients.get(client_id)
        if client:
            now = self._desk.clock.now()
            self.clients.put(
                client.model_copy(update={"codes": _counted(client.codes, now, PER_WINDOW, WINDOW_SECONDS)})
            )
        expires = self._desk.clock.now() + self._desk.switches.number("grant_code_seconds")
        return self.grants.put(
            Grant(
                code=self._desk.ids.token("grant"),
                client_id=client_id,
                scope=scope,
                redirect_uri=redirect_uri,
                offline=offline,
                expires=expires,
            )
        )

    def consent(self, client_id: str, scope: str, redirect_uri: str, *, offline: bool, forced: bool) -> Grant:
        """A code for what a person has agreed to.

        Agreeing again to the same brings a refresh token only where consent is forced; a switch (F1).
        """
        client = self.clients.get(client_id)
        known = client is not None and scope in client.consents
        if known and not forced and self._desk.switches.at("repeated_consent") == "no_refresh_token":
            offline = False
        grant = self.grant(client_id, scope, redirect_uri, offline=offline)
        agreed = self.clients.get(client_id)
        if agreed and not known:
            self.clients.put(agreed.model_copy(update={"consents": (*agreed.consents, scope)}))
        return grant

    def exchange(self, client: Client, code: str, redirect_uri: str) -> tuple[Access, Refresh | None]:
        """Spends a code. A used, expired or foreign one is refused, and so is another redirect."""
        grant = self.grants.get(code)
        if grant is None or grant.client_id != client.client_id:
            raise TokenRefused("invalid_code")
        self.grants.drop(code)
        if grant.expires <= self._desk.clock.now():
            raise TokenRefused("invalid_code")
        if grant.redirect_uri != redirect_uri:
            raise TokenRefused("invalid_redirect_uri")
        if not grant.offline:
            return self._access(grant.scope, ""), None
        most, seconds = NEW_REFRESH_TOKENS[self._desk.switches.at("new_refresh_tokens")]
        times = _counted(client.refreshes, self._desk.clock.now(), most, seconds)
        self.clients.put(client.model_copy(update={"refreshes": times}))
        held = self.entrust(client.client_id, grant.scope)
        return self._access(held.scope, held.token), held

    def entrust(self, client_id: str, scope: str, token: str = "") -> Refresh:
        """A new refresh token; the twenty-first deletes the first with its access tokens (F11)."""
        held = self.refreshes.find("client", client_id)
        if len(held) >= REFRESH_TOKENS:
            self.revoke(held[0].token)
        token = token or self._desk.ids.token("refresh")
        return self.refreshes.put(Refresh(token=token, client_id=client_id, scope=scope))

    def refresh(self, client: Client, token: str) -> Access:
        """A new access token; the oldest beyond those that may live at once dies silently (F11)."""
        held = self.refreshes.get(token)
        if held is None or held.client_id != client.client_id:
            raise TokenRefused("invalid_code")
        now = self._desk.clock.now()
        if now - held.window >= WINDOW_SECONDS:
            held = held.model_copy(update={"window": now, "issued": 0})
        if held.issued >= PER_WINDOW:
            raise TooManyTokens
        self.refreshes.put(held.model_copy(update={"issued": held.issued + 1}))
        return self._access(held.scope, token)

    def of_client(self, scope: str) -> Access:
        """An access token without a refresh token (F6)."""
        return self._access(scope, "")

    def revoke(self, token: str) -> bool:
        """Kills an access token, or a refresh token and its access tokens (F7); false if it is not known."""
        if self.refreshes.get(token):
            for access in self.accesses.find("refresh", token):
                self.accesses.drop(access.token)
            self.refreshes.drop(token)
            return True
        return self.expire(token)

    def expire(self, token: str) -> bool:
        """Kills an access token before its time; false if it is not known."""
        known = self.accesses.get(token) is not None
        if known:
            self.accesses.drop(token)
        return known

    def access(self, token: str) -> Access | None:
        """The living access token of this text."""
        held = self.accesses.get(token)
        return held if held and not held.evicted and held.expires > self._desk.clock.now() else None

    def was_evicted(self, token: str) -> bool:
        """Whether an access token died because newer ones of its refresh token came (F11, F12)."""
        held = self.accesses.get(token)
        return held is not None and held.evicted

    def _access(self, scope: str, refresh: str) -> Access:
        now = self._desk.clock.now()
        living = self.accesses.find("refresh", refresh) if refresh else []
        for held in living:
            if held.expires <= now:
                self.accesses.drop(held.token)
        active = [held for held in living if held.expires > now and not held.evicted]
        surplus = len(active) + 1 - int(self._desk.switches.number("active_access_tokens"))
        for held in active[: max(surplus, 0)]:
            self.accesses.put(held.model_copy(update={"evicted": True}))
        token = self._desk.ids.token("access")
        return self.accesses.put(
            Access(token=token, scope=scope, refresh=refresh, expires=now + TOKEN_SECONDS)
        )


def _counted(times: tuple[float, ...], now: float, most: int, seconds: float) -> tuple[float, ...]:
    """The times within the window with this one more, unless that were too many."""
    recent = tuple(at for at in times if at > now - seconds)
    if len(recent) >= most:
        raise TooManyTokens
    return (*recent, now)
