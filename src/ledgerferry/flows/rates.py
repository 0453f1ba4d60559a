"""Rates: what a foreign currency was worth on a day, by the sheet or a dated table, never today's."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from ledgerferry.flows.documentchecks import Unclear
from ledgerferry.flows.policy import Policy
from ledgerferry.flows.result import Notice
from ledgerferry.model.counting import counted
from ledgerferry.model.document import Document
from ledgerferry.model.record import SalesContent
from ledgerferry.systems.protocol import Profile

# A rate that is older than this on the day of a document is told of where the policy lets it pass.
_TOLD_DAYS: Final = 31
# How many times as much a rate may be as the dated one that shows which way round it is stated.
_NEAR: Final = Decimal("1.25")


class Rates:
    """The exchange rates of one account under one policy: units of its currency for one of another."""

    def __init__(self, profile: Profile, policy: Policy) -> None:
        self._base = profile.currency
        self._most = policy.rates_max_age_days
        self._table: dict[str, list[tuple[date, int, Decimal]]] = {}
        for name, since, rate in profile.rates:
            self._table.setdefault(name, []).append((since, 0, rate))
        for own in policy.rates:
            self._table.setdefault(own.currency, []).append((own.since, 1, own.rate))
        for known in self._table.values():
            known.sort()

    def of(self, document: Document, currency: str, day: date) -> Decimal | None:
        """The rate of a document: its own, else that of its day; None in the account's currency."""
        if currency == self._base:
            return None
        found = self._newest(currency, day)
        if document.exchange_rate is not None:
            return self._stated(document, _positive(document.exchange_rate), found)
        if found is None:
            raise Unclear(
                "exchange-rate",
                f"No exchange rate of {currency} is known for {day}: add one "
                "under [[rates]] in ferry.toml, or in the account.",
                "issued",
            )
        if self._is_old(found[0], day):
            raise Unclear(
                "exchange-rate",
                f"The newest exchange rate of {currency} known for {day} is of {found[0]}, more than "
                f"{self._most} days older: add one under [[rates]] in ferry.toml, or in the account; "
                "rates_max_age_days allows older ones.",
                "issued",
            )
        return found[1]

    def _stated(self, document: Document, rate: Decimal, known: tuple[date, Decimal] | None) -> Decimal:
        """A rate as the sheet states it; the dated one tells which way round, where the sheet does not."""
        if document.exchange_base is not None and document.exchange_base != self._base:
            text = f"It states a rate in {document.exchange_base}, and the account is kept in {self._base}: "
            raise Unclear("exchange-rate", text + "state the rate in that currency.", "exchange_rate")
        if document.exchange_base is None and document.where("exchange_rate") is not None:
            near = [known is not None and _near(one, known[1]) for one in (rate, 1 / rate)]
            if near != [True, False]:
                text = f"It states a rate of {rate} and not of what in what: write it as "
                way = f"1 {document.currency} = … {self._base}"
                remedy = f"{way}, or add a dated rate that is near it under [[rates]]."
                raise Unclear("exchange-rate", text + remedy, "exchange_rate")
        return rate

    def paid(self, sold: SalesContent, paid_on: date) -> Decimal | None:
        """The rate of the day of a payment; the document's where no dated one came after it, or none fits."""
        if sold.exchange_rate is None:
            return None
        found = self._newest(sold.currency, paid_on, after=sold.issued)
        return sold.exchange_rate if found is None or self._is_old(found[0], paid_on) else found[1]

    def notices(self, sold: Iterable[tuple[Document, SalesContent]]) -> list[Notice]:
        """Rates that are old on the days that they are used for, but not older than the policy allows."""
        old = Counter(
            (content.currency, found[0])
            for document, content in sold
            if document.exchange_rate is None and content.exchange_rate is not None
            if (found := self._newest(content.currency, content.issued)) is not None
            and content.issued - found[0] > timedelta(days=_TOLD_DAYS)
        )
        return [
            Notice(
                kind="rate-old",
                text=f"{counted(count, 'document')} in {currency}: its rate is of {since}, more than "
                f"{_TOLD_DAYS} days older. Add rates under [[rates]], or hold such documents with a lower "
                "rates_max_age_days in ferry.toml.",
            )
            for (currency, since), count in sorted(old.items())
        ]

    def _newest(self, currency: str, day: date, after: date = date.min) -> tuple[date, Decimal] | None:
        """The newest dated rate between two days; of one day, a person's goes before the account's."""
        known = self._table.get(currency, [])
        place = bisect_right(known, day, key=lambda entry: entry[0])
        if not place or known[place - 1][0] <= after:
            return None
        since, _, rate = known[place - 1]
        return since, rate

    def _is_old(self, since: date, day: date) -> bool:
        return day - since > timedelta(days=self._most)


def _near(rate: Decimal, known: Decimal) -> bool:
    return known / _NEAR <= rate <= known * _NEAR


def _positive(rate: Decimal) -> Decimal:
    if rate <= 0:
        raise Unclear("exchange-rate", f"An exchange rate of {rate} cannot be.", "exchange_rate")
    return rate
