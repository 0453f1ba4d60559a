"""What CRM's errors ask for (F12, F58 to F61, F69, F78, F81), of whole calls and of single records."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ledgerferry.model.outcome import Busy, CallError, Duplicate, InDoubt, LoginNeeded, Refused, Stale
from ledgerferry.systems.zoho.fields import Row, ident, member, members, text
from ledgerferry.wire.message import Reply

# Only there once half of the day's credits are used (F79).
CREDITS_LEFT: Final = "x-api-credits-remaining"
SCOPE_MISMATCH: Final = "OAUTH_SCOPE_MISMATCH"


class Taken(Duplicate):
    """A unique field's value belongs to another record; ``record`` is its id, empty where it is not said."""

    record: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """What an error code asks for; the sentence says what a person can do."""

    kind: type[CallError]
    remedy: str


CODES: Final[Mapping[str, Code]] = {
    "INVALID_TOKEN": Code(LoginNeeded, "the token is dead"),
    "INVALID_OAUTHTOKEN": Code(LoginNeeded, "the token is dead"),
    "AUTHENTICATION_FAILURE": Code(LoginNeeded, "the login was not taken; run ferry connect again"),
    SCOPE_MISMATCH: Code(
        LoginNeeded, "the login lacks the scope for this call: connect again and consent to all that is asked"
    ),
    "NO_PERMISSION": Code(
        Refused, "the user's profile does not allow it: Setup, Users and Control, Profiles"
    ),
    "AUTHORIZATION_FAILED": Code(Refused, "the user may not do this; log in as an administrator"),
    "ALREADY_MODIFIED": Code(Stale, "somebody changed the record meanwhile"),
    "DUPLICATE_DATA": Code(Taken, "a unique field's value is taken"),
    "MANDATORY_NOT_FOUND": Code(Refused, "a mandatory field has no value"),
    "INVALID_DATA": Code(Refused, "a value does not fit its field"),
    "DEPENDENT_FIELD_MISSING": Code(Refused, "a field that another one needs has no value"),
    "EXPECTED_FIELD_MISSING": Code(Refused, "one of several fields must have a value"),
    "AMBIGUITY_DURING_PROCESSING": Code(Refused, "two fields say different things"),
    "LIMIT_EXCEEDED": Code(Refused, "more was asked for than one call may"),
    "RECORD_LOCKED": Code(Refused, "the record is locked; unlock it in CRM"),
    "RECORD_IN_BLUEPRINT": Code(Refused, "a blueprint governs the record; move it there"),
    "NOT_APPROVED": Code(Refused, "the record waits for an approval"),
    "INVALID_MODULE": Code(Refused, "there is no such module, or not in this edition"),
    "INVALID_URL_PATTERN": Code(Refused, "CRM does not know this address; its API may have changed"),
    "INVALID_REQUEST_METHOD": Code(Refused, "CRM does not take this method there"),
    "REQUIRED_PARAM_MISSING": Code(Refused, "a parameter is missing"),
    "NOT_SUPPORTED": Code(Refused, "CRM does not support this here"),
    "FEATURE_NOT_SUPPORTED": Code(Refused, "this edition does not have it"),
    "SYNTAX_ERROR": Code(Refused, "the query cannot be read"),
    "INVALID_QUERY": Code(Refused, "the query asks for what there is not"),
    "DUPLICATE_ALIAS": Code(Refused, "two columns of the query have one alias"),
    "INVALID_ALIAS": Code(Refused, "an alias of the query is not allowed"),
    "NOT_SUBSCRIBED": Code(Stale, "there is no such channel"),
    "ID_ALREADY_CONVERTED": Code(Refused, "the lead was converted already"),
    "RESOURCE_NOT_FOUND": Code(Stale, "there is no such record, or no such read or write"),
    "BLOCKED_RECORD": Code(Refused, "the record's person asked to be left alone"),
    "CANNOT_PROCESS": Code(Refused, "CRM cannot process the record"),
    "MODULE_NOT_AVAILABLE": Code(Refused, "there is no such module, or not in this edition"),
    "INVALID_FIELD": Code(Refused, "there is no such field"),
    "MANDATORY_FIELDS_NOT_MAPPED": Code(Refused, "a mandatory field is not in the file"),
    "INVALID_FILE_FORMAT": Code(Refused, "CRM cannot read the file"),
    "FILE_TOO_LARGE": Code(Refused, "the file is larger than CRM takes"),
    "INVALID_REQUEST": Code(Refused, "CRM does not understand the call"),
}
_NOBODYS: Final = "id given seems to be invalid"
_SHORT: Final = timedelta(seconds=2)
_QUARTER: Final = timedelta(minutes=15)
# The remains of the day's credits below which a 429 is theirs and not that of calls at once (F79).
_USED_UP: Final = 500
_RESULTS: Final = ("data", "watch", "fields", "merge")
_TOO_MANY: Final = "TOO_MANY_REQUESTS"
# What CRM says of a record that was written (F58), and of a list's pages (F67).
_TOLD: Final = frozenset({"code", "status", "message", "action", "duplicate_field", "details"})
_INFO: Final = frozenset(
    {
        "per_page",
        "count",
        "page",
        "more_records",
        "next_page_token",
        "sort_by",
        "previous_page_token",
        "page_token_expiry",
        "sort_order",
        "email",
    }
)


class CrmDialect:
    """Implements ``wire.client.Dialect`` for CRM. ``unseen`` is told of codes and fields that are not known.

    An answer that tells of single records, at whatever status, is no error here: ``results`` reads it.
    """

    def __init__(self, unseen: Callable[[str], None]) -> None:
        self._unseen = unseen

    def verdict(self, reply: Reply, now: datetime) -> CallError | None:
        """The error that an answer is, or None."""
        if reply.status == 429:
            return self._busy(reply, now)
        if reply.status in (204, 304) or (
            reply.ok and "json" not in reply.headers.get("content-type", "json")
        ):
            return None
        row = _row(reply)
        if row is None:
            return InDoubt(f"an unreadable answer (HTTP {reply.status})", code=str(reply.status))
        if results(row) or (reply.ok and row.get("status") != "error"):
            self._look_over(row)
            return None
        error = refusal(row, self._unseen)
        if reply.status == 401 and not isinstance(error, LoginNeeded):
            return LoginNeeded(error.why, code=error.code)
        return error

    def _look_over(self, row: Row) -> None:
        """Count what stands around the records of an answer and was never seen there, once an answer."""
        told = {name for result in results(row) for name in result} - _TOLD
        about = set(member(row, "info")) - _INFO if "data" in row else set[str]()
        for name in sorted(told):
            self._unseen(f"field {name} of a record's result")
        for name in sorted(about):
            self._unseen(f"field {name} of a list's info")

    def _busy(self, reply: Reply, now: datetime) -> Busy:
        """One code covers the day's credits and calls at once (F78); the rest of the day tells them apart."""
        code = ident(_row(reply) or {}, "code")
        if code not in (_TOO_MANY, ""):
            self._unseen(f"error code {code} with HTTP 429")
        remaining = reply.headers.get(CREDITS_LEFT, "")
        if remaining.isdigit() and int(remaining) < _USED_UP:
            return Busy("the credits of 24 hours are used up", now + _QUARTER, cap="day", code=code)
        return Busy("too many calls at once, or no credits left", now + _SHORT, cap="in_flight", code=code)


def results(row: Row) -> list[Row]:
    """What a write says of each of its records, in their order; nothing where it tells of none."""
    for name in _RESULTS:
        found = members(row, name)
        if found and all("status" in each and "code" in each for each in found):
            return found
    return []


def refusal(row: Row, unseen: Callable[[str], None] = lambda _: None) -> CallError:
    """The error that a body, or one record's part of it, tells of."""
    code, details = ident(row, "code"), member(row, "details")
    known = CODES.get(code)
    if known is None:
        unseen(f"error code {code}")
    if code == "INVALID_DATA" and _NOBODYS in ident(row, "message"):
        return Stale(_sentence(row, "the record is gone"), code=code)
    kind, remedy = (known.kind, known.remedy) if known else (Refused, "CRM refuses it")
    error = kind(_sentence(row, remedy), code=code)
    if isinstance(error, Taken):
        error.record = ident(details, "id") or ident(member(details, "duplicate_record"), "id")
    return error


def _sentence(row: Row, remedy: str) -> str:
    """CRM's words and the field they are about; never a value."""
    details = member(row, "details")
    where = text(details, "json_path") or text(details, "api_name") or text(details, "param_name") or ""
    expected = text(details, "expected_data_type") or ""
    longest = text(details, "maximum_length")
    place = f"line {ident(details, 'line')}, column {ident(details, 'column')}" if "column" in details else ""
    hints = (where, place, expected and f"expected: {expected}", longest and f"at most {longest} characters")
    told = ident(row, "message").rstrip(". ") or ident(row, "code")
    permissions = details.get("permissions")
    needs = f"needs {', '.join(map(str, permissions))}" if isinstance(permissions, list) else ""
    return "; ".join(part for part in (told, *hints, needs, remedy) if part)


def _row(reply: Reply) -> Row | None:
    try:
        value = reply.json()
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
