"""What the accounts server remembers."""

from functools import lru_cache
from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class _Kept(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True)


class Client(_Kept):
    """A registered application. `codes` and `refreshes` are when it last got grant codes and refresh tokens.

    `consents` are the scopes that were already agreed to (F1).
    """

    client_id: str
    client_secret: str
    codes: tuple[float, ...] = ()
    refreshes: tuple[float, ...] = ()
    consents: tuple[str, ...] = ()


class Grant(_Kept):
    """A code that can be exchanged once, until `expires` (seconds since 1970). No redirect: a self client."""

    code: str
    client_id: str
    scope: str
    redirect_uri: str = ""
    offline: bool = True
    expires: float


class Refresh(_Kept):
    """A refresh token. `window` and `issued` count the access tokens of its ten minutes (F11)."""

    token: str
    client_id: str
    scope: str
    window: float = 0.0
    issued: int = 0


class Access(_Kept):
    """An access token, valid until `expires` (seconds since 1970); `refresh` is the token it came from.

    An `evicted` one had to make room for newer ones of its refresh token (F11).
    """

    token: str
    scope: str
    refresh: str = ""
    expires: float
    evicted: bool = False

    def allows(self, scope: str) -> bool:
        """Whether the token carries a scope such as ZohoBooks.invoices.CREATE, or a wider one."""
        return _allows(self.scope, scope)


@lru_cache(4_096)
def _allows(granted: str, scope: str) -> bool:
    product, module, _ = scope.lower().split(".")
    held = {part.strip().lower() for part in granted.split(",")}
    return bool(held & {scope.lower(), f"{product}.{module}.all", f"{product}.fullaccess.all"})
