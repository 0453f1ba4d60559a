"""Suggestions: what a local model proposes for a field, for a person to take up or not."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ledgerferry.model.document import Cell

_MONEY = re.compile(
    r"[€$£¥₹]"
    r"|(?<!\w)[-+]?\d{1,3}(?:[.,' \u00a0\u202f]?\d{3})*[.,]\d{2}(?![\w.,])"
    r"|(?<!\w)(?:EUR|USD|GBP|CHF)(?!\w)"
)
_FRACTION = re.compile(r"\d+[.,]\d{1,2}")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"[+(]?\d[\d\s().\-/]{5,24}\d")
_DAY = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})")
_POSTCODE = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9 \-]{1,9}")
_NUMBER = re.compile(r"(?=.*\d)\S(?:.{0,38}\S)?")


class SuggestedField(StrEnum):
    """Every field that a suggestion can be for. None holds money, a quantity or a company's name."""

    CUSTOMER_KIND = "customer_kind"
    CONTACT = "contact_name"
    EMAIL = "customer_email"
    PHONE = "customer_phone"
    ADDRESS = "customer_address"
    CITY = "customer_city"
    POSTCODE = "customer_postcode"
    COUNTRY = "customer_country"
    SPONSOR = "billing_sponsor"
    NUMBER = "invoice_number"
    ISSUED = "invoice_date"
    DUE = "due_date"
    BLOCK = "customer_block"


class Asked(BaseModel):
    """What asking a model about one sheet took: questions, values that it named and that were not true.

    ``milliseconds`` are the home's; ``tokens`` as its server counts them, None where it does not.
    """

    model_config = ConfigDict(frozen=True)

    model: str
    questions: int
    refused: int = 0
    milliseconds: int = 0
    tokens: int | None = None


class Suggestion(BaseModel):
    """One proposal. ``value`` stands in ``cell`` (dates in ISO form, a block as the lines of its cells).

    ``why`` is the ferry's own sentence, never the model's. A value that is not of its field's shape, or
    that reads like an amount, cannot be made a suggestion (``ValidationError``).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: SuggestedField
    value: Annotated[str, Field(min_length=1, max_length=600)]
    confidence: Annotated[Decimal, Field(ge=0, le=1)]
    cell: Cell
    model: str
    why: str

    @model_validator(mode="after")
    def _shaped(self) -> Self:
        if not _SHAPES[self.field](self.value):
            raise ValueError(f"a value that is no {self.field}")
        return self


def _words(value: str, most: int, digits: int = 0) -> bool:
    """Whether a text is one line of words with few digits and no amount."""
    return (
        len(value) <= most
        and "\n" not in value
        and any(c.isalpha() for c in value)
        and sum(c.isdigit() for c in value) <= digits
        and not _MONEY.search(value)
    )


def _phone(value: str) -> bool:
    digits = sum(c.isdigit() for c in value)
    shaped = _PHONE.fullmatch(value) and not _DAY.fullmatch(value) and not _MONEY.fullmatch(value)
    return bool(shaped) and 7 <= digits <= 15


def _number(value: str) -> bool:
    """Whether a text can be a document's number; what could be an amount with a fraction is none."""
    return bool(_NUMBER.fullmatch(value)) and not _MONEY.search(value) and not _FRACTION.fullmatch(value)


def _day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _lines(value: str) -> bool:
    return any(c.isalpha() for c in value) and not any(_MONEY.search(line) for line in value.splitlines())


_SHAPES: Final[Mapping[SuggestedField, Callable[[str], bool]]] = {
    SuggestedField.CUSTOMER_KIND: lambda value: value in {"person", "business"},
    SuggestedField.CONTACT: lambda value: _words(value, 80),
    SuggestedField.EMAIL: lambda value: bool(_EMAIL.fullmatch(value)),
    SuggestedField.PHONE: _phone,
    SuggestedField.ADDRESS: _lines,
    SuggestedField.CITY: lambda value: _words(value, 60, digits=2),
    SuggestedField.POSTCODE: lambda value: bool(_POSTCODE.fullmatch(value)) and not _MONEY.search(value),
    SuggestedField.COUNTRY: lambda value: _words(value, 60),
    SuggestedField.SPONSOR: lambda value: _words(value, 120, digits=4),
    SuggestedField.NUMBER: _number,
    SuggestedField.ISSUED: _day,
    SuggestedField.DUE: _day,
    SuggestedField.BLOCK: _lines,
}
