"""The least calls that a migration can make at each system, counted from what the account holds in the end.

A system is one row of ``ROWS``; its function says what the floor is made of.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal
from math import ceil
from typing import Any, Final

Row = dict[str, Any]
Held = Mapping[str, list[Row]]

_PAGE: Final = 200
# The organisation, its taxes, currencies and their rates, the first pages of an account that is empty.
_FIXED: Final = 12
_MARGIN: Final = Decimal("1.03")
_SPARE: Final = 3
# Records are written, then get the ids of the books; the rest is looked at, and proven.
_CRM_MARGIN: Final = Decimal(2)
_CRM_SPARE: Final = 12


@dataclass(frozen=True)
class Floor:
    """A floor and what it is made of; ``apart`` are calls that it leaves out, such as files."""

    parts: Mapping[str, int]
    apart: int = 0
    margin: Decimal = _MARGIN
    spare: int = _SPARE

    @property
    def calls(self) -> int:
        """The floor."""
        return sum(self.parts.values())

    @property
    def bound(self) -> int:
        """The most calls that are still as promised."""
        return int((self.calls * self.margin + self.spare).to_integral_value(ROUND_FLOOR))


@dataclass(frozen=True)
class Account:
    """What a system holds: before a migration and after it, and how many go into one of its bulk calls."""

    before: Held
    after: Held
    bulk: int = 1

    def new(self, kind: str) -> list[Row]:
        """The records of a kind that the migration made."""
        known = len(self.before.get(kind, []))
        return self.after.get(kind, [])[known:]


def books(account: Account) -> Floor:
    """Customers, invoices, bulk sends, grouped payments, credit notes and their uses, lists."""
    invoices, notes = account.new("invoices"), account.new("creditnotes")
    return Floor(
        {
            "customers": len(account.new("contacts")),
            "invoices": len(invoices),
            f"sent, {account.bulk} a call": ceil(len(invoices) / account.bulk),
            "payments": len(account.new("customerpayments")),
            "credit notes": len(notes),
            "applications": sum(len(note.get("invoices_credited", [])) for note in notes),
            "lists before and after": ceil(2 * len(invoices) / _PAGE),
            "the account itself": _FIXED,
        },
        apart=sum(len(invoice.get("documents", [])) for invoice in invoices),
    )


def crm(account: Account) -> Floor:
    """Accounts, contacts and deals in upserts of a hundred; what is promised is twice that, and 12."""
    modules = ("Accounts", "Contacts", "Deals")
    parts = {name.lower(): ceil(len(account.new(name)) / account.bulk) for name in modules}
    return Floor(parts, len(account.new("Attachments")), _CRM_MARGIN, _CRM_SPARE)


ROWS: Final[Mapping[str, Callable[[Account], Floor]]] = {"books": books, "crm": crm}


@dataclass(frozen=True)
class Measured:
    """One system's row: its calls by class, the floor, and the calls of the one-by-one way."""

    system: str
    classes: Mapping[str, int]
    floor: Floor
    priced: int
    one_by_one: int
    documents: int
    by_step: Mapping[str, int] = field(default_factory=dict)

    @property
    def calls(self) -> int:
        """All calls but those that the floor leaves out."""
        return sum(self.classes.values()) - self.floor.apart

    @property
    def ratio(self) -> float:
        """How many times as many calls the one-by-one way makes."""
        return round(self.one_by_one / self.calls, 2) if self.calls else 0.0

    @property
    def kept(self) -> bool:
        """Whether the calls are within the bound, and as the plan said."""
        total = self.calls + self.floor.apart
        return self.calls <= self.floor.bound and abs(self.priced - total) <= total * Decimal("0.02")
