"""Answers of products that the ferry does not know in detail: what HTTP alone says of them."""

from datetime import datetime, timedelta
from typing import Final

from ledgerferry.model.outcome import Busy, CallError, LoginNeeded, Refused, Stale
from ledgerferry.systems.zoho.fields import ident, member
from ledgerferry.wire.message import Reply

_MINUTE: Final = timedelta(minutes=1)
_WORDS: Final = ("message", "errorMessage", "error_description", "error", "code")


class RawDialect:
    """Implements ``wire.client.Dialect`` by status alone."""

    def verdict(self, reply: Reply, now: datetime) -> CallError | None:
        """The error that an answer is, or None."""
        if reply.ok or reply.status == 304:
            return None
        code = str(reply.status)
        if reply.status == 429:
            waits = reply.headers.get("retry-after", "")
            until = now + (timedelta(seconds=int(waits)) if waits.isdigit() else _MINUTE)
            return Busy("the product says that it is too much", until, code=code)
        told = _told(reply) or f"HTTP {reply.status}"
        if reply.status == 401:
            return LoginNeeded(f"{told} (the token is dead, or the login lacks the scope)", code=code)
        return (Stale if reply.status in (404, 410, 412) else Refused)(told, code=code)


def _told(reply: Reply) -> str:
    try:
        value = reply.json()
    except ValueError:
        return ""
    row = value if isinstance(value, dict) else {}
    inner = member(row, "error")
    return next((ident(part, name) for part in (row, inner) for name in _WORDS if ident(part, name)), "")
