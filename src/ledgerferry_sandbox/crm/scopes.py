"""Whether a token may make a call (F59: OAUTH_SCOPE_MISMATCH)."""

from ledgerferry_sandbox.accounts.models import Access
from ledgerferry_sandbox.crm.errors import Refusal


def allows(access: Access, scope: str) -> bool:
    """Whether a token carries a scope such as ZohoCRM.modules.Deals.READ, or one that includes it."""
    *way, action = scope.lower().split(".")
    held = {part.strip().lower() for part in access.scope.split(",")}
    wider = [".".join(way[:length]) for length in range(2, len(way) + 1)]
    enough = {f"{part}.{each}" for part in wider for each in (action, "all")}
    return bool(held & enough)


def demand(access: Access, scopes: str) -> None:
    """Refuses a call whose token lacks one of these scopes; `|` parts alternatives, `&` what is needed."""
    for needed in scopes.split("&"):
        if not any(allows(access, scope) for scope in needed.split("|")):
            raise Refusal("OAUTH_SCOPE_MISMATCH", "invalid oauth scope to access this URL", status=401)
