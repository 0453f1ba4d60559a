"""The small registers of an organisation, all of one anatomy: list, create, read, change, delete (F44)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from ledgerferry_sandbox.books import register_models as models
from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.call import Call, Handler, Reply
from ledgerferry_sandbox.books.errors import Refusal, forbidden, missing
from ledgerferry_sandbox.books.listing import paged
from ledgerferry_sandbox.books.settings import TaxGroup, TaxGroupFields
from ledgerferry_sandbox.books.wire import folded, number
from ledgerferry_sandbox.desk.tables import Table
from ledgerferry_sandbox.exchange import Row

Kept = Any
"""A record of whichever register."""


@dataclass(frozen=True, slots=True)
class Register:
    """One register: how its records are called on the wire, kept, shown and named.

    `fixed` records are the vendor's own and cannot be deleted.
    """

    noun: str
    one: str
    many: str
    key: str
    name: str
    table: Callable[[Book], Table[Kept]]
    model: type[BaseModel]
    fields: type[BaseModel]
    row: Callable[[Book, Kept], Row] = lambda _, kept: kept.model_dump(mode="json")
    fixed: Callable[[Kept], bool] = lambda _: False
    created: int = 201

    def index(self, book: Book, call: Call) -> Reply:
        """The whole register, in pages."""
        shown, context = paged(list(self.table(book)), call, self.noun)
        return Reply({self.many: [self.row(book, each) for each in shown], "page_context": context})

    def get(self, book: Book, call: Call) -> Reply:
        """One record of the register."""
        return self._reply(book, self._of(book, call))

    def post(self, book: Book, call: Call) -> Reply:
        """A new record of the register; its name must not be taken."""
        fields = call.payload(self.fields)
        self._check(book, fields, "")
        now = book.now()
        made = {self.key: book.new_id(), "created_time": now, "last_modified_time": now}
        record = self.table(book).put(self.model.model_validate(fields.model_dump() | made))
        return self._reply(book, record, f"{self.noun} has been created.", self.created)

    def put(self, book: Book, call: Call) -> Reply:
        """Changes a record of the register."""
        held, fields = self._of(book, call), call.payload(self.fields)
        given = {name: getattr(fields, name) for name in fields.model_fields_set}
        changed = held.model_copy(update=given)
        self._check(book, changed, call.ids[0])
        return self._reply(book, self._keep(book, changed), f"{self.noun} has been updated.")

    def delete(self, book: Book, call: Call) -> Reply:
        """Deletes a record of the register, unless it is the vendor's own."""
        held = self._of(book, call)
        if self.fixed(held):
            raise forbidden(f"This {self.noun.lower()} cannot be deleted.")
        self.table(book).drop(call.ids[0])
        return Reply(message=f"{self.noun} has been deleted.")

    def marked(self, message: str, changes: Row, code: int = 200) -> Handler:
        """A handler that marks a record of the register."""

        def handler(book: Book, call: Call) -> Reply:
            self._keep(book, self._of(book, call).model_copy(update=changes))
            return Reply(message=message, status=code)

        handler.__doc__ = message
        return handler

    def _of(self, book: Book, call: Call) -> Kept:
        return book.there(self.table(book), call.ids[0], self.noun)

    def _keep(self, book: Book, record: Kept) -> Kept:
        timed = "last_modified_time" in self.model.model_fields
        changes = {"last_modified_time": book.now()} if timed else {}
        return self.table(book).put(record.model_copy(update=changes))

    def _reply(self, book: Book, record: Kept, message: str = "success", status: int = 200) -> Reply:
        return Reply({self.one: self.row(book, record)}, message, status)

    def _check(self, book: Book, fields: BaseModel, own_id: str) -> None:
        name, table = folded(str(getattr(fields, self.name))), self.table(book)
        if not name:
            raise missing(self.name)
        if any(folded(str(getattr(each, self.name))) == name and table.key(each) != own_id for each in table):
            raise Refusal(11, f"{self.noun} already exists.")
        if isinstance(fields, TaxGroupFields):
            for each in _tax_ids(fields):
                book.tax(each)


def _tax_ids(fields: TaxGroupFields) -> list[str]:
    return [part.strip() for part in fields.taxes.split(",") if part.strip()]


def _group(book: Book, group: TaxGroup) -> Row:
    whole = book.tax_or_group(group.tax_group_id)
    rows = [
        each.model_dump(mode="json", include={"tax_id", "tax_name", "tax_type"})
        | {"tax_percentage": number(book.tax(each.tax_id).tax_percentage)}
        for each in whole.parts
    ]
    return group.model_dump(mode="json") | {
        "tax_group_percentage": number(whole.tax_percentage),
        "taxes": rows,
    }


def _account(book: Book, account: models.Account) -> Row:
    code = book.currencies.get(account.currency_id)
    shown = account.model_dump(mode="json")
    return shown | {"currency_code": code.currency_code if code else book.organization.currency_code}


def _user(_: Book, user: models.User) -> Row:
    emails = [{"email": user.email, "is_selected": True}]
    return user.model_dump(mode="json") | {"email_ids": emails, "photo_url": ""}


ACCOUNTS = Register(
    *("Account", "chart_of_account", "chartofaccounts", "account_id", "account_name"),
    *(lambda book: book.accounts, models.Account, models.AccountFields, _account),
    lambda kept: bool(kept.is_system_account),
)
USERS = Register(
    *("User", "user", "users", "user_id", "name"),
    *(lambda book: book.users, models.User, models.UserFields, _user),
    lambda kept: bool(kept.is_current_user),
    200,
)
LOCATIONS = Register(
    *("Location", "locations", "locations", "location_id", "location_name"),
    *(lambda book: book.locations, models.Location, models.LocationFields),
    fixed=lambda kept: bool(kept.is_primary),
)
TAX_GROUPS = Register(
    *("Tax Group", "tax_group", "tax_groups", "tax_group_id", "tax_group_name"),
    *(lambda book: book.taxgroups, TaxGroup, TaxGroupFields, _group),
)
AUTHORITIES = Register(
    *("Tax Authority", "tax_authority", "tax_authorities", "tax_authority_id", "tax_authority_name"),
    *(lambda book: book.taxauthorities, models.TaxAuthority, models.TaxAuthorityFields),
)
EXEMPTIONS = Register(
    *("Tax Exemption", "tax_exemption", "tax_exemptions", "tax_exemption_id", "tax_exemption_code"),
    *(lambda book: book.taxexemptions, models.Exemption, models.ExemptionFields),
    created=200,
)


def me(book: Book, call: Call) -> Reply:
    """GET /users/me: whose token it is."""
    return Reply({"user": _user(book, next(each for each in book.users if each.is_current_user))})


def primary(book: Book, call: Call) -> Reply:
    """POST /locations/{id}/markasprimary."""
    chosen = book.there(book.locations, call.ids[0], "Location")
    for each in list(book.locations):
        book.locations.put(each.model_copy(update={"is_primary": each is chosen}))
    return Reply(message="The location has been marked as primary.")
