"""The VAT rules of ``ferry.toml``: which lines they are for, and what these bear."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import combinations
from typing import Final

from pydantic import BaseModel, ConfigDict

from ledgerferry.model.document import TaxTreatment
from ledgerferry.model.party import name_key

EVERY: Final = "*"


class VatRule(BaseModel):
    """One rule: the lines that it is for, and what it says of them.

    ``match`` is looked for in a line's description, ``customer`` in the customer's name: words that stand
    there next to each other, whatever their case, accents and punctuation; a regular expression between
    slashes; ``*`` is every line. ``country`` is the customer's, as an ISO code. ``since`` and ``until`` are
    the first and last day of the documents. None asks for nothing.

    ``rate`` is a percentage; ``tax`` and ``account`` are names in the account.
    """

    model_config = ConfigDict(frozen=True)

    match: str | None = None
    customer: str | None = None
    country: str | None = None
    since: date | None = None
    until: date | None = None
    rate: Decimal | None = None
    treatment: TaxTreatment | None = None
    tax: str | None = None
    account: str | None = None

    @property
    def bears(self) -> Decimal | None:
        """The rate that its lines bear: as it says, or nothing where it says which kind of nothing."""
        if self.treatment is TaxTreatment.OUT_OF_SCOPE:
            return None
        return Decimal(0) if self.treatment is not None else self.rate

    @property
    def speaks_of_tax(self) -> bool:
        """Whether it says what its lines bear, not only where they are booked or how the tax is called."""
        return self.rate is not None or self.treatment is not None

    @property
    def name(self) -> str:
        """The rule as a person finds it again."""
        asked = {"match": self.match, "customer": self.customer, "country": self.country}
        return "the [[vat]] rule with " + ", ".join(f'{k} = "{v}"' for k, v in asked.items() if v)

    def fits(self, description: str, customer: str, country: str | None, issued: date) -> bool:
        """Whether it is for a line of this description, on a document of this customer and day."""
        if (self.since and issued < self.since) or (self.until and issued > self.until):
            return False
        if self.country is not None and self.country != country:
            return False
        return _found(self.match, description) and _found(self.customer, customer)

    @property
    def condition(self) -> tuple[str | None, ...]:
        """What it asks for apart from days: equal for rules that are for the same lines."""
        return _plain(self.match), _plain(self.customer), self.country

    @property
    def outcome(self) -> tuple[object, ...]:
        """What it says."""
        return self.rate, self.treatment, self.tax, self.account


def contradiction(rules: Sequence[VatRule]) -> str | None:
    """What is wrong with rules for the same lines and days that say different things; None if nothing."""
    for (first, one), (second, other) in combinations(enumerate(rules, 1), 2):
        if one.condition == other.condition and _overlap(one, other) and one.outcome != other.outcome:
            return (
                f"rules {first} and {second} are for the same lines on the same days and say different "
                "things; end the one with until before the other begins with from, or take one out"
            )
    return None


def wrong(rule: VatRule) -> str | None:
    """What is wrong with one rule by itself; None if nothing."""
    if not any((rule.match, rule.customer, rule.country)):
        return 'it matches nothing: give match, customer or country (match = "*" is every line)'
    if not any(value is not None for value in rule.outcome):
        return "it says nothing: give rate, treatment, tax or account"
    if rule.treatment is not None and rule.rate:
        return f"a line that is {rule.treatment} bears no rate: take out one of the two"
    if rule.since and rule.until and rule.since > rule.until:
        return "from is after until"
    for text in (rule.match, rule.customer):
        if text and (error := _broken(text)):
            return error
    return None


def _overlap(one: VatRule, other: VatRule) -> bool:
    begin = max(one.since or date.min, other.since or date.min)
    return begin <= min(one.until or date.max, other.until or date.max)


def _is_expression(text: str) -> bool:
    return len(text) > 2 and text.startswith("/") and text.endswith("/")


def _plain(text: str | None) -> str | None:
    if text is None or text == EVERY:
        return None
    return text if _is_expression(text) else name_key(text)


def _broken(text: str) -> str | None:
    if text != EVERY and not _is_expression(text) and not name_key(text):
        return f"{text!r} holds neither a letter nor a digit"
    try:
        re.compile(text[1:-1] if _is_expression(text) else "")
    except re.error as error:
        return f"{text} is no regular expression: {error}"
    return None


@cache
def _expression(text: str) -> re.Pattern[str]:
    return re.compile(text[1:-1], re.IGNORECASE)


def _found(wanted: str | None, text: str) -> bool:
    if wanted is None or wanted == EVERY:
        return True
    if _is_expression(wanted):
        return _expression(wanted).search(text) is not None
    return f" {name_key(wanted)} " in f" {name_key(text)} "
