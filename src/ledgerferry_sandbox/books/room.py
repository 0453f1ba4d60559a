"""Books as a room: who may call, how often, and the envelope around every answer (F13 to F22)."""

from collections.abc import Iterable
from typing import Any

from ledgerferry_sandbox.accounts.tokens import Tokens
from ledgerferry_sandbox.books import contacts, creditnotes, desk_edits, invoices, items, mailing, payments
from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.call import Call, Reply
from ledgerferry_sandbox.books.errors import Refusal
from ledgerferry_sandbox.books.routes import PREFIX, resolve, scope
from ledgerferry_sandbox.books.webhooks import Hooks
from ledgerferry_sandbox.desk import Desk
from ledgerferry_sandbox.desk.log import Entry
from ledgerferry_sandbox.desk.meter import BLOCK, Breach
from ledgerferry_sandbox.desk.tables import Table
from ledgerferry_sandbox.exchange import Answer, Request, Row
from ledgerferry_sandbox.rooms import Edit

SCHEME = "Zoho-oauthtoken "
BREACHES: dict[str, Breach] = {
    "books_43": "burst",
    "books_44": "minute",
    "books_45": "day",
    "books_1070": "in_flight",
}
BLOCKED = (
    "For security reasons you have been blocked for some time as you have exceeded the maximum number of "
    "requests per minute."
)
TOO_MANY_A_MINUTE = (
    "For security reasons your organization has been blocked as it have exceeded the maximum number of "
    "requests per minute that can originate from an organization."
)
TOO_MANY_A_DAY = "The API call for this {} has exceeded the maximum call rate limit of {}."
BRITISH = frozenset({"GB", "IN"})
"""The countries whose organisations are spelt with an s, and their numbers with a comma (F20)."""
TOO_MANY_AT_ONCE = (
    "You have reached the maximum number of in process requests allowed. Kindly try again after some time."
)
REFUSALS: dict[Breach, tuple[int, str]] = {
    "burst": (43, BLOCKED),
    "minute": (44, TOO_MANY_A_MINUTE),
    "day": (45, TOO_MANY_A_DAY),
    "in_flight": (1070, TOO_MANY_AT_ONCE),
}
UNAUTHENTICATED = "The request could not be authenticated as the authentication value you entered is invalid."


class BooksRoom:
    """One organisation's books behind /books/v3."""

    service = "books"
    modes = frozenset({*BREACHES, "token_expired"})

    def __init__(self, desk: Desk, tokens: Tokens) -> None:
        self._desk = desk
        self._tokens = tokens
        self.book = Book(desk)
        self._hooks = Hooks(self.book)

    def owns(self, path: str) -> bool:
        """All of /books/v3."""
        return path.startswith(PREFIX)

    def answer(self, request: Request, entry: Entry) -> Answer:
        """Checks token, scope, address, organisation and quota, in this order, and does what is asked."""
        try:
            self._admit(request)
            handler, ids = resolve(request.method, request.path)
            self._check_organization(request)
            self._check_trial(request)
            if broken := self._desk.breach(self.service):
                entry.refused = broken
                return self._refused(broken)
            return _answer(handler(self.book, Call(request, ids, self._content(request))))
        except Refusal as refusal:
            message = refusal.worded(bare=self._desk.switches.at("error_texts") == "bare")
            return Answer.of(refusal.status, {"code": refusal.code, "message": message})
        finally:
            self._hooks.fire()

    def fault(self, mode: str, request: Request) -> Answer | None:
        """A 429 of some kind, or the end of the token that the call carries."""
        if mode in BREACHES:
            self._desk.meter(self.service).refused += 1
            return self._refused(BREACHES[mode])
        self._tokens.expire(request.headers.get("authorization", "").removeprefix(SCHEME))
        return None

    def tables(self) -> list[Table[Any]]:
        """Everything that the organisation keeps."""
        return self.book.tables()

    def state(self) -> Row:
        """The records as their details show them."""
        book = self.book
        shown: dict[str, list[Row]] = {
            "contacts": [contacts.shown(book, each) for each in book.contacts],
            "invoices": [invoices.shown(book, each) for each in book.invoices],
            "customerpayments": [payments.shown(book, each) for each in book.payments],
            "creditnotes": [creditnotes.shown(book, each) for each in book.creditnotes],
            "items": [items.shown(book, each) for each in book.items],
        }
        others = {table.name: table.dump() for table in self.tables() if table.name not in shown}
        return {**others, **shown}

    def load(self, row: Row) -> None:
        """Replaces the tables that are named."""
        for table in self.tables():
            if table.name in row:
                table.load(_loadable(table.name, row[table.name]))
        self.settle()

    def settle(self) -> None:
        """Works out what follows from loaded records."""
        self._desk.zone = self.book.organization.zone
        self.book.count_anew()

    def edit(self, change: Edit) -> Row:
        """A person's change in Books."""
        try:
            return desk_edits.edit(self.book, change)
        finally:
            self._hooks.fire()

    def catch_up(self) -> None:
        """Sends the reminders that are due."""
        mailing.remind_late(self.book)

    def _admit(self, request: Request) -> None:
        header = request.headers.get("authorization", "")
        if not header.strip():
            raise Refusal(14, UNAUTHENTICATED, 401)
        access = self._tokens.access(header.removeprefix(SCHEME)) if header.startswith(SCHEME) else None
        if access is None or not access.allows(scope(request.method, request.path)):
            status = int(self._desk.switches.number("unauthorized_status"))
            raise Refusal(57, "You are not authorized to perform this operation", status)

    def _check_organization(self, request: Request) -> None:
        if request.path.removeprefix(PREFIX).startswith("organizations"):
            return
        asked = request.parameter("organization_id")
        if asked is None:
            raise Refusal(2, "Invalid value passed for organization_id")
        if self.book.organizations.get(asked) is None:
            text = f"This user is not associated with the CompanyID/CompanyName:{asked}."
            raise Refusal(6041, text, int(self._desk.switches.number("wrong_organization")))

    def _check_trial(self, request: Request) -> None:
        if self.book.organization.is_trial_over and request.method != "GET":
            text = "Your trial has expired. Please upgrade to continue."
            raise Refusal(103001, text, int(self._desk.switches.number("trial_over_status")))

    def _content(self, request: Request) -> bytes:
        """The body; the older style has it in the form field JSONString (F13)."""
        form = "x-www-form-urlencoded" in request.headers.get("content-type", "")
        if form and self._desk.switches.at("json_string") == "accepted":
            return request.form().get("JSONString", "").encode()
        return request.body

    def _refused(self, broken: Breach) -> Answer:
        code, message = REFUSALS[broken]
        if broken == "day":
            message = self._day_told(message)
        if broken == "minute" and self._desk.switches.at("minute_text") == "account":
            message = message.replace("organization", "account")
        row = {"code": code, "message": message}
        return Answer.of(429, row, {"retry-after": str(int(BLOCK))} if broken == "burst" else {})

    def _day_told(self, message: str) -> str:
        day = self._desk.meter(self.service).limits.day
        most = 1000 if day is None else day
        if self.book.organization.country_code in BRITISH:
            return message.format("organisation", f"{most:,}")
        return message.format("organization", most)


def _answer(reply: Reply) -> Answer:
    if reply.file is not None:
        return Answer(reply.status, {"content-type": reply.file_type}, reply.file)
    return Answer.of(reply.status, {"code": 0, "message": reply.message, **reply.row})


def _loadable(name: str, rows: list[Row]) -> Iterable[Row]:
    """Rows as they were shown, each with the status that a record of its kind carries."""
    if name == "invoices":
        return (_stored(row, invoices.STORED, "sent") for row in rows)
    if name == "creditnotes":
        return (_stored(row, creditnotes.STORED, "open") | _applied(row) for row in rows)
    return rows


def _stored(row: Row, stored: frozenset[str], other: str) -> Row:
    status = row.get("status", "draft")
    return row | {"status": status if status in stored else other}


def _applied(row: Row) -> Row:
    """What is applied of a credit note, as it is kept."""
    if "invoices_credited" not in row:
        return {}
    rows = [each | {"amount_applied": each["credited_amount"]} for each in row["invoices_credited"]]
    return {"invoices": rows}
