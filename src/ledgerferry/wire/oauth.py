"""Zoho's token endpoint (F3 to F11): grants, refreshes, revocations, and errors that come with HTTP 200."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from ledgerferry.model.outcome import Busy, InDoubt, LoginNeeded, Unreachable, Unsent
from ledgerferry.wire.exchange import Exchange
from ledgerferry.wire.message import Call, FormBody, Pairs, Reply

_TRIES: Final = 3
_PAUSE: Final = 0.5
# The rest of ten minutes at most (F11); its end is not said.
_THROTTLED: Final = timedelta(minutes=10)
_REMEDIES: Final[Mapping[str, str]] = {
    "invalid_code": "the refresh token or grant code is used up, expired, revoked or of another data centre; "
                    "run ferry connect again",
    "invalid_client": "the client id is unknown at this data centre; check --client-id and --dc",
    "invalid_client_secret": "the client secret is wrong; check --client-secret",
    "invalid_redirect_uri": "the redirect address is not one of the client's",
    "invalid_scope": "a scope of the login does not exist",
    "missing_org_info": "client credentials need --soid",
}


@dataclass(frozen=True, slots=True)
class Credentials:
    """A client as the vendor's console gave it."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """What the endpoint granted. ``expires`` is the system's time; never trust ``api_domain`` unseen."""

    access_token: str = field(repr=False)
    expires: datetime
    refresh_token: str | None = field(default=None, repr=False)
    api_domain: str | None = None


class TokenEndpoint:
    """The accounts server of one data centre. Its calls count against no quota but its own (F11)."""

    def __init__(self, exchange: Exchange, accounts_url: str) -> None:
        self._exchange = exchange
        self.accounts_url = accounts_url
        self.system = exchange.system

    def refresh(self, client: Credentials, refresh_token: str) -> Grant:
        """A new access token. ``LoginNeeded`` where the login is gone, ``Busy`` where throttled."""
        return self._granted(client, (("grant_type", "refresh_token"), ("refresh_token", refresh_token)))

    def exchange_code(self, client: Credentials, code: str, redirect_uri: str | None = None) -> Grant:
        """The tokens for a grant code, which can be exchanged once; a self client has no redirect (F5)."""
        redirect = (("redirect_uri", redirect_uri),) if redirect_uri else ()
        pairs = (("grant_type", "authorization_code"), ("code", code), *redirect)
        return self._granted(client, pairs, tries=1)

    def client_credentials(self, client: Credentials, scope: str, soid: str) -> Grant:
        """An access token of the client itself (F6); there is no refresh token."""
        return self._granted(client, (("grant_type", "client_credentials"), ("scope", scope), ("soid", soid)))

    def revoke(self, refresh_token: str) -> None:
        """Revoke a refresh token and with it its access tokens (F7)."""
        reply = self._post("/oauth/v2/token/revoke", (("token", refresh_token),), _TRIES)
        self._fields(reply)

    def _granted(self, client: Credentials, pairs: Pairs, tries: int = _TRIES) -> Grant:
        identity = (("client_id", client.client_id), ("client_secret", client.client_secret))
        reply = self._post("/oauth/v2/token", (*pairs, *identity), tries)
        fields = self._fields(reply)
        token = fields.get("access_token")
        if not isinstance(token, str) or not token:
            raise LoginNeeded("the accounts server granted no token", system=self.system)
        lifetime, refresh, domain = (fields.get(n) for n in ("expires_in", "refresh_token", "api_domain"))
        seconds = lifetime if isinstance(lifetime, int) and 0 < lifetime <= 86400 else 3600
        moment = reply.date or self._exchange.vendor.now()
        return Grant(token, moment + timedelta(seconds=seconds), _text(refresh), _text(domain))

    def _post(self, path: str, pairs: Pairs, tries: int) -> Reply:
        call = Call("POST", path, body=FormBody(pairs))
        for attempt in range(1, tries + 1):
            try:
                reply = self._exchange.send(self.accounts_url, call, self._exchange.deadline())
                if reply.status < 500 and not reply.is_html:
                    return reply
                why = f"HTTP {reply.status}"
            except (Unsent, InDoubt) as error:
                why = error.why
            if attempt < tries:
                self._exchange.clock.sleep(_PAUSE * attempt)
        raise Unreachable(f"the accounts server {self.accounts_url} does not answer: {why}",
                          system=self.system)

    def _fields(self, reply: Reply) -> Mapping[str, object]:
        """The answer's fields; an ``error`` in them is one whatever the HTTP status says (F9)."""
        try:
            fields = reply.json() if reply.content else {}
        except ValueError:
            fields = None
        if not isinstance(fields, dict):
            raise Unreachable(f"the accounts server {self.accounts_url} gave an unreadable answer "
                              f"(HTTP {reply.status})", system=self.system)
        error = fields.get("error")
        if reply.status == 429 or error == "Access Denied" or _throttled(fields):
            moment = reply.date or self._exchange.vendor.now()
            raise Busy("too many tokens were asked for; none is given for up to ten minutes",
                       moment + _THROTTLED, cap="token", system=self.system)
        if error is not None or not reply.ok:
            code = str(error or f"HTTP {reply.status}")
            remedy = _REMEDIES.get(code, "run ferry connect again")
            raise LoginNeeded(remedy, system=self.system, request=reply.request, code=code)
        return fields


def _throttled(fields: Mapping[str, object]) -> bool:
    """F10 in every language: a failure that explains itself and names none of the endpoint's errors."""
    return fields.get("status") == "failure" and "error_description" in fields


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
