"""Typed values out of rows, which come as numbers, as text, as blanks or not at all (F16)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

Row = Mapping[str, object]


def text(row: Row, name: str) -> str | None:
    """The field as text; None where it is absent or blank."""
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    return str(value).strip() or None


def ident(row: Row, name: str) -> str:
    """An id, always text; empty where it is absent."""
    return text(row, name) or ""


def number(row: Row, name: str) -> Decimal | None:
    """The field as an exact number; None where it is absent, blank or none."""
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    try:
        found = Decimal(value)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def amount(row: Row, name: str) -> Decimal:
    """The field as an exact number, zero where it is absent."""
    found = number(row, name)
    return Decimal(0) if found is None else found


def day(row: Row, name: str) -> date | None:
    """The field as a day."""
    try:
        return date.fromisoformat(text(row, name) or "")
    except ValueError:
        return None


def moment(row: Row, *names: str) -> datetime | None:
    """The first of the fields that is a moment, such as ``2013-11-18T02:02:51-0800`` (F16)."""
    for name in names:
        try:
            found = datetime.fromisoformat(text(row, name) or "")
        except ValueError:
            continue
        if found.tzinfo is not None:
            return found.astimezone(UTC)
    return None


def members(row: Row, name: str) -> list[Row]:
    """The rows of a list within a row."""
    value = row.get(name)
    return [member for member in value if isinstance(member, Mapping)] if isinstance(value, list) else []


def member(row: Row, name: str) -> Row:
    """A row within a row; empty where there is none."""
    value = row.get(name)
    return value if isinstance(value, Mapping) else {}


@dataclass(frozen=True, slots=True)
class Fields(Mapping[str, object]):
    """A record's fields as a system showed them; read as a mapping, or typed by the methods.

    Amounts are ``Decimal``, ids text; a field that is absent, blank or of another kind is None.
    """

    row: Row

    def __getitem__(self, name: str) -> object:
        return self.row[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.row)

    def __len__(self) -> int:
        return len(self.row)

    def text(self, name: str) -> str | None:
        """The field as text."""
        return text(self.row, name)

    def number(self, name: str) -> Decimal | None:
        """The field as an exact number."""
        return number(self.row, name)

    def day(self, name: str) -> date | None:
        """The field as a day."""
        return day(self.row, name)

    def moment(self, *names: str) -> datetime | None:
        """The first of the fields that is a moment, in UTC."""
        return moment(self.row, *names)

    def within(self, name: str) -> "Fields":
        """The fields of the record within a field, such as a lookup's; none where there is none."""
        return Fields(member(self.row, name))

    def several(self, name: str) -> "list[Fields]":
        """The records of a list within a field."""
        return [Fields(row) for row in members(self.row, name)]
