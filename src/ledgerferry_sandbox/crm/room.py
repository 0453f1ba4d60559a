"""CRM as a room: who may call, what it costs, and the form of every answer (F57 to F79)."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from ledgerferry_sandbox.accounts.models import Access
from ledgerferry_sandbox.accounts.tokens import Tokens
from ledgerferry_sandbox.crm import bulk, desk_edits, mass_updates, state, tags, workflows
from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import Call, Reply
from ledgerferry_sandbox.crm.errors import Refusal
from ledgerferry_sandbox.crm.models import User
from ledgerferry_sandbox.crm.notifications import News
from ledgerferry_sandbox.crm.routes import PREFIX, resolve
from ledgerferry_sandbox.crm.scopes import demand
from ledgerferry_sandbox.desk import Desk
from ledgerferry_sandbox.desk.log import Entry
from ledgerferry_sandbox.desk.meter import DAY, Breach
from ledgerferry_sandbox.desk.tables import Table
from ledgerferry_sandbox.exchange import Answer, Request, Row
from ledgerferry_sandbox.rooms import Edit

SCHEME = "Zoho-oauthtoken "
TOO_MANY = (
    "Number of API requests for the 24 hour period is exceeded or the concurrency limit of the user for the "
    "app is exceeded."
)


TOO_MANY_A_DAY = "Number of API requests for the 24 hour period is exceeded."
TOO_MANY_AT_ONCE = "The concurrency limit of the user for the app is exceeded."


class CrmRoom:
    """One organisation's CRM behind /crm/v8 and /crm/bulk/v8."""

    service = "crm"
    modes = frozenset({"crm_429", "token_expired"})

    def __init__(self, desk: Desk, tokens: Tokens) -> None:
        self._desk = desk
        self._tokens = tokens
        self.cabinet = Cabinet(desk)
        workflows.listen(self.cabinet)
        tags.listen(self.cabinet)
        self.news = News(self.cabinet)
        bulk.furnish(self.cabinet)
        mass_updates.furnish(self.cabinet)

    def owns(self, path: str) -> bool:
        """All of /crm/."""
        return path.startswith(PREFIX)

    def answer(self, request: Request, entry: Entry) -> Answer:
        """Checks token, address, scope, profile and quota, in this order, and does what is asked."""
        try:
            access = self._admit(request)
            route, ids = resolve(request.method, request.path)
            user = next(iter(self.cabinet.users))
            call = Call(request, ids, user.id)
            demand(access, route.demanded(self.cabinet, call))
            self._check_caller(user)
            entry.cost, heavy = route.price(self.cabinet, call), route.weighs(self.cabinet, call)
            self._spend(entry, heavy=heavy)
            self.cabinet.begin_call()
            return self._answer(route.handler(self.cabinet, call), access)
        except Refusal as refusal:
            return Answer.of(refusal.status, refusal.row())
        finally:
            self.news.tell()

    def fault(self, mode: str, request: Request) -> Answer | None:
        """A 429, or the end of the token that the call carries."""
        if mode == "crm_429":
            self._desk.meter(self.service).refused += 1
            return Answer.of(429, self._too_many("day").row())
        self._tokens.expire(request.headers.get("authorization", "").removeprefix(SCHEME))
        return None

    def tables(self) -> list[Table[Any]]:
        """Everything that the organisation keeps."""
        return self.cabinet.tables()

    def state(self) -> Row:
        """The records as a GET of each shows them."""
        return state.shown(self.cabinet)

    def load(self, row: Row) -> None:
        """Replaces the tables that are named."""
        state.load(self.cabinet, row)

    def edit(self, change: Edit) -> Row:
        """A person's change in CRM."""
        self.cabinet.begin_call()
        try:
            return desk_edits.edit(self.cabinet, change)
        finally:
            self.news.tell()

    def catch_up(self) -> None:
        """Does the bulk writings and mass updates that are due, and tells the channels."""
        bulk.work(self.cabinet)
        mass_updates.work(self.cabinet)
        self.news.tell()

    def _admit(self, request: Request) -> Access:
        header = request.headers.get("authorization", "")
        if not header.strip():
            raise Refusal("AUTHENTICATION_FAILURE", "Authentication failed", status=401)
        token = header.removeprefix(SCHEME) if header.startswith(SCHEME) else ""
        access = self._tokens.access(token)
        if access is None:
            told = self._tokens.was_evicted(token) and self._desk.switches.at("evicted_token")
            raise Refusal(told or "INVALID_TOKEN", "invalid oauth token", status=401)
        return access

    def _check_caller(self, user: User) -> None:
        if user.status != "active":
            text = "either the user does not have sufficient privilege or the user is not active"
            raise Refusal("AUTHORIZATION_FAILED", text)
        if self._desk.switches.at("crm.api_access") == "no":
            details: Row = {"permissions": ["Crm_Implied_Api_Access"]}
            raise Refusal("NO_PERMISSION", "permission denied", details, 403)

    def _spend(self, entry: Entry, *, heavy: bool) -> None:
        entry.heavy = heavy
        self._desk.meter(self.service).heavy += heavy
        if broken := self._desk.breach(self.service, entry):
            entry.refused = broken
            raise self._too_many("day" if broken == "day" else "in_flight")

    def _too_many(self, broken: Breach) -> Refusal:
        apart = self._desk.switches.at("crm.limit_message") == "separate"
        message = (TOO_MANY_A_DAY if broken == "day" else TOO_MANY_AT_ONCE) if apart else TOO_MANY
        return Refusal("TOO_MANY_REQUESTS", message, status=429)

    def _answer(self, reply: Reply, access: Access) -> Answer:
        headers = {**self._headers(access), **reply.headers}
        if reply.file is not None:
            name = f"attachment;filename*=UTF-8''{quote(reply.file_name)}"
            headers |= {"content-type": reply.file_type, "content-disposition": name}
            return Answer(reply.status, headers, reply.file)
        if reply.row is None:
            return Answer(reply.status, headers, b"")
        return Answer.of(reply.status, reply.row, headers)

    def _headers(self, access: Access) -> dict[str, str]:
        ends = datetime.fromtimestamp(int(access.expires), self._desk.zone).isoformat()
        headers = {"x-accesstoken-reset": ends}
        day, spent = self._desk.meter(self.service).limits.day, self._desk.spent(self.service)
        if day is not None and spent * 2 >= day:
            headers["x-api-credits-remaining"] = str(max(day - spent, 0))
        if day is not None and self._desk.switches.at("crm.rate_headers") == "yes":
            headers |= {"x-ratelimit-limit": str(day), "x-ratelimit-remaining": str(max(day - spent, 0))}
            headers["x-ratelimit-reset"] = str(int(self._desk.clock.now() + DAY) * 1000)
        return headers
