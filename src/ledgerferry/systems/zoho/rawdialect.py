"""Answers of products that the ferry does not know in detail: what HTTP and their errors say."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from ledgerferry.model.outcome import Busy, CallError, LoginNeeded, Refused, Stale
from ledgerferry.systems.zoho.fields import Row, ident, member, members
from ledgerferry.wire.message import Reply

_MINUTE: Final = timedelta(minutes=1)
_CODES: Final = ("errorCode", "code", "title")
_WORDS: Final = ("message", "errorMessage", "error_description", "error")
# A missing scope by the word of each product; the last two by number, which others may mean otherwise.
_SCOPES: Final[Mapping[str, frozenset[str]]] = {
    "": frozenset({"SCOPE_MISMATCH", "OAUTH_SCOPE_MISMATCH", "INVALID_OAUTHSCOPE"}),
    "analytics": frozenset({"8540"}),
    "people": frozenset({"7218"}),
}
# CRM's word for it, at which no new token is fetched (F59).
_SCOPE: Final = "OAUTH_SCOPE_MISMATCH"
_LACKING: Final = "the login lacks the scope for this call: connect again and consent to it"
_DEAD: Final[Mapping[str, frozenset[str]]] = {
    "analytics": frozenset({"8518", "8535"}),
    "people": frozenset({"7202"}),
}
# Errors by which these two say that a list is empty.
_EMPTY: Final[Mapping[str, frozenset[str]]] = {
    "campaigns": frozenset({"2401"}),
    "people": frozenset({"7024"}),
}


class RawDialect:
    """Implements ``wire.client.Dialect`` by status, and by errors that come under HTTP 200."""

    def __init__(self, product: str = "") -> None:
        self._product = product

    def verdict(self, reply: Reply, now: datetime) -> CallError | None:
        """The error that an answer is, or None."""
        if reply.status == 304:
            return None
        code, told = _told(_row(reply))
        if self._among(_EMPTY, code) or (reply.ok and not _fails(_row(reply))):
            return None
        if reply.status == 429:
            waits = reply.headers.get("retry-after", "")
            until = now + (timedelta(seconds=int(waits)) if waits.isdigit() else _MINUTE)
            return Busy("the product says that it is too much", until, code=code or "429")
        told, code = told or f"HTTP {reply.status}", code or str(reply.status)
        if code in _SCOPES[""] or self._among(_SCOPES, code):
            return LoginNeeded(f"{told.rstrip('. ')} ({_LACKING})", code=_SCOPE)
        if reply.status == 401 or self._among(_DEAD, code):
            return LoginNeeded(f"{told} (the token is dead, or the login lacks the scope)", code=code)
        return (Stale if reply.status in (404, 410, 412) else Refused)(told, code=code)

    def _among(self, codes: Mapping[str, frozenset[str]], code: str) -> bool:
        return code in codes.get(self._product, ())


def _row(reply: Reply) -> Row:
    try:
        value = reply.json()
    except ValueError:
        return {}
    row = value if isinstance(value, Mapping) else {}
    return member(row, "response") or row


def _fails(row: Row) -> bool:
    """Whether a body under HTTP 200 is an error all the same."""
    return ident(row, "status") in ("error", "failure") or "errors" in row


def _told(row: Row) -> tuple[str, str]:
    """The code and the words of an error, wherever the product puts them."""
    parts = list(_parts(row))
    code = next((ident(part, name) for part in parts for name in _CODES if ident(part, name)), "")
    words = next((ident(part, name) for part in parts for name in _WORDS if ident(part, name)), "")
    fields = (f"{ident(e, 'fieldName')} {ident(e, 'errorType')}" for e in members(row, "errors"))
    return code, "; ".join(part for part in (words, *map(str.strip, fields)) if part)


def _parts(row: Row) -> Iterator[Row]:
    error = member(row, "error")
    yield from (member(row, "errors"), *members(row, "errors"))
    yield from (error, *members(error, "details"), member(row, "data"), row)
