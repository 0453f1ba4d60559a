"""Access tokens: fetched before they end, by one worker at a time, and never in a loop."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, Protocol

from ledgerferry.model.outcome import Busy, CallError, LoginNeeded, Unreachable, Unsent
from ledgerferry.model.ports import Clock, Vault, VendorClock
from ledgerferry.wire.oauth import Credentials, Grant, TokenEndpoint

# Tokens live an hour (F4): a new one is fetched at 55 minutes, and the old one serves until a minute
# before its end where that cannot be done.
_EARLY: Final = timedelta(minutes=5)
_LAST: Final = timedelta(minutes=1)
# Ten access tokens in ten minutes for one refresh token, then nothing for the rest of them (F11).
_WINDOW: Final = timedelta(minutes=10)
_MOST_IN_WINDOW: Final = 10
_GRAIN: Final = timedelta(seconds=2)
# Home seconds that a worker waits, in all and at a time, for the refresh that another has under way.
_PATIENCE: Final = 2.0
_LOOK_AGAIN: Final = 0.05


class Auth(Protocol):
    """How a system's calls are authorised."""

    def token(self) -> str:
        """A token that is good now; ``Busy``, ``LoginNeeded`` or ``Unreachable`` where there is none."""
        ...

    def header(self, token: str) -> tuple[str, str]:
        """The header that carries a token."""
        ...

    def accepted(self, token: str, pattern: str) -> None:
        """A call was let through with this token."""
        ...

    def refused(self, token: str, pattern: str, why: LoginNeeded) -> CallError:
        """A call was turned away with this token: ``Unsent`` to try once more, else ``LoginNeeded``."""
        ...


# New tokens that a kind of call may cost before a person is asked: two where it never was let through,
# which is a missing scope; more where it was, since tokens can die early (F11).
_CHANCES: Final = 2
_CHANCES_ONCE_ACCEPTED: Final = 5
# CRM says it where it is the scope (F59).
_NO_TOKEN_HELPS: Final = frozenset({"OAUTH_SCOPE_MISMATCH"})


@dataclass
class _Standing:
    """What is known of the tokens that one kind of call was made with."""

    accepted: bool = False
    refused: set[str] = field(default_factory=set)

    @property
    def spent(self) -> bool:
        """Whether another token would not help."""
        return len(self.refused) > (_CHANCES_ONCE_ACCEPTED if self.accepted else _CHANCES)


class ZohoAuth:
    """Implements ``Auth`` by a refresh token, or client credentials, kept in the connection's vault.

    The vault's secrets are ``client_id``, ``client_secret`` and either ``refresh_token`` or ``scope`` and
    ``soid``; ``mints`` holds when tokens were fetched lately, for all workers of the home.
    """

    def __init__(self, endpoint: TokenEndpoint, vault: Vault, vendor: VendorClock, clock: Clock) -> None:
        self._endpoint = endpoint
        self._vault = vault
        self._vendor = vendor
        self._clock = clock
        self._lock = Lock()
        self._standings: dict[str, _Standing] = {}

    def header(self, token: str) -> tuple[str, str]:
        """Zoho's own scheme, which is not Bearer (F4)."""
        return "authorization", f"Zoho-oauthtoken {token}"

    def token(self) -> str:
        """The stored token, or a new one where that has less than five minutes to live."""
        kept = self._good(_EARLY)
        if kept is not None:
            return kept
        try:
            return self._renewed()
        except (Busy, Unreachable):
            kept = self._good(_LAST)
            if kept is None:
                raise
            return kept

    def accepted(self, token: str, pattern: str) -> None:
        """This kind of call is within the login's scope: a later refusal means that a token died."""
        del token
        with self._lock:
            standing = self._standings.setdefault(pattern, _Standing())
            standing.accepted = True
            standing.refused.clear()

    def refused(self, token: str, pattern: str, why: LoginNeeded) -> CallError:
        """A new token may help, but not for ever: Books says 57 for a missing scope too (table 2.3)."""
        if why.code in _NO_TOKEN_HELPS:
            return why
        with self._lock:
            standing = self._standings.setdefault(pattern, _Standing())
            standing.refused.add(token)
            spent = standing.spent
            if spent:
                del self._standings[pattern]
        self._forget(token)
        if spent:
            return why
        return Unsent(f"its token is no longer taken ({why.why})", system=why.system, subject=why.subject,
                      request=why.request, code=why.code)

    def _good(self, margin: timedelta) -> str | None:
        held = self._vault.token()
        if held is None or held[1] - margin <= self._vendor.now():
            return None
        return held[0]

    def _forget(self, token: str) -> None:
        held = self._vault.token()
        if held is not None and held[0] == token:
            self._vault.put_token(token, self._vendor.now())

    def _renewed(self) -> str:
        waited = 0.0
        while waited < _PATIENCE:
            with self._vault.refreshing() as mine:
                kept = self._good(_EARLY)
                if kept is not None:
                    return kept
                if mine:
                    return self._mint()
            self._clock.sleep(_LOOK_AGAIN)
            waited += _LOOK_AGAIN
        raise Busy("another worker is fetching a token", self._vendor.now() + timedelta(seconds=1),
                   cap="token", system=self._endpoint.system)

    def _mint(self) -> str:
        credentials = self._credentials()
        mints = self._mints()
        if len(mints) >= _MOST_IN_WINDOW:
            raise Busy("ten tokens were fetched within ten minutes", mints[0] + _WINDOW + _GRAIN, cap="token",
                       system=self._endpoint.system)
        now = self._vendor.now()
        self._vault.put("mints", "\n".join(m.isoformat() for m in (*mints, now)))
        grant = self._grant(credentials)
        self._vault.put_token(grant.access_token, grant.expires)
        return grant.access_token

    def _grant(self, credentials: Credentials) -> Grant:
        refresh_token = self._vault.get("refresh_token")
        if refresh_token:
            return self._endpoint.refresh(credentials, refresh_token)
        scope, soid = self._vault.get("scope"), self._vault.get("soid")
        if not scope or not soid:
            raise LoginNeeded("no login is stored for this connection", system=self._endpoint.system)
        return self._endpoint.client_credentials(credentials, scope, soid)

    def _credentials(self) -> Credentials:
        client_id, secret = self._vault.get("client_id"), self._vault.get("client_secret")
        if client_id is None or secret is None:
            raise LoginNeeded("no client is stored for this connection", system=self._endpoint.system)
        return Credentials(client_id, secret)

    def _mints(self) -> list[datetime]:
        """When tokens were fetched within the window, oldest first, with room for the clock's grain."""
        stored = (self._vault.get("mints") or "").split()
        since = self._vendor.now() - _WINDOW - _GRAIN
        return [moment for moment in map(datetime.fromisoformat, stored) if moment > since]
