"""The organisation's taxes and currencies, fetched once and kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from threading import Lock

from ledgerferry.model.money import exponent
from ledgerferry.model.outcome import Refused
from ledgerferry.model.record import Kind
from ledgerferry.systems.books.api import BooksApi
from ledgerferry.systems.books.declaration import BooksSettings
from ledgerferry.systems.books.fields import Row, amount, day, ident, number, text


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax as Books has it; ``rate`` is a percentage."""

    id: str
    name: str
    rate: Decimal
    default: bool


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency that the organisation uses."""

    id: str
    code: str
    base: bool
    precision: int


class Catalogue:
    """Taxes by rate and currencies by code. Thread-safe; ``forget`` makes it ask again."""

    def __init__(self, api: BooksApi, settings: BooksSettings) -> None:
        self._api = api
        self._settings = settings
        self._lock = Lock()
        self._taxes: tuple[Tax, ...] | None = None
        self._currencies: Mapping[str, Currency] | None = None

    def forget(self) -> None:
        """Something was added: the next question goes to Books again."""
        with self._lock:
            self._taxes = self._currencies = None

    def taxes(self) -> tuple[Tax, ...]:
        """Every single tax, in Books' order; groups and compounds are left out."""
        held = self._taxes
        if held is None:
            held = tuple(_tax(row) for row in self._api.rows(Kind.TAX) if _is_single(row))
            with self._lock:
                self._taxes = held
        return held

    def currencies(self) -> Mapping[str, Currency]:
        """Every currency by its code."""
        held = self._currencies
        if held is None:
            held = {c.code: c for c in map(_currency, self._api.currencies())}
            with self._lock:
                self._currencies = held
        return held

    def tax_id(self, rate: Decimal) -> str:
        """The tax for a rate: the one that the settings name, else the default one, else the first."""
        named = next((i for r, i in self._settings.taxes.items() if Decimal(r) == rate), None)
        if named is not None:
            return named
        fitting = sorted((t for t in self.taxes() if t.rate == rate), key=lambda t: not t.default)
        if not fitting:
            raise Refused(f"Books has no tax of {_plain(rate)} %: create it under Settings > Taxes, "
                          "or let ferry do it with --create-taxes", subject=f"tax {_plain(rate)} %")
        return fitting[0].id

    def tax_rate(self, row: Row) -> Decimal | None:
        """The rate of a tax that a document names by id, by percentage or by a name like ``VAT (20%)``."""
        stated = number(row, "tax_percentage")
        if stated is not None:
            return stated
        tax_id, name = ident(row, "tax_id"), text(row, "tax_name") or ""
        for tax in self.taxes():
            if tax_id == tax.id or (not tax_id and name == tax.name):
                return tax.rate
        shown = re.search(r"(\d+(?:\.\d+)?) ?%\)?$", name)
        return Decimal(shown[1]) if shown else None

    def currency(self, code: str) -> Currency:
        """The currency of that code; ``Refused`` where the organisation does not use it."""
        found = self.currencies().get(code)
        if found is None:
            raise Refused(f"the organisation does not use {code}: add it under Settings > Currencies",
                          subject=f"currency {code}")
        return found

    def rates(self) -> tuple[tuple[str, date, Decimal], ...]:
        """The organisation's own rates: currency, first day, base units for one. A call per currency."""
        found = []
        for currency in self.currencies().values():
            for row in () if currency.base else self._api.exchange_rates(currency.id):
                since, rate = day(row, "effective_date"), number(row, "rate")
                if since is not None and rate:
                    found.append((currency.code, since, rate))
        return tuple(sorted(found))

    def precision(self, code: str) -> int:
        """Decimals of amounts in a currency: as Books says where that was asked, else by ISO 4217."""
        found = (self._currencies or {}).get(code)
        return found.precision if found else exponent(code)


def _is_single(row: Row) -> bool:
    return (text(row, "tax_type") or "tax") == "tax"


def _tax(row: Row) -> Tax:
    return Tax(ident(row, "tax_id"), text(row, "tax_name") or "", amount(row, "tax_percentage"),
               row.get("is_default_tax") is True)


def _currency(row: Row) -> Currency:
    code, stated = text(row, "currency_code") or "", number(row, "price_precision")
    precision = exponent(code) if stated is None else int(stated)
    return Currency(ident(row, "currency_id"), code, row.get("is_base_currency") is True, precision)


def _plain(rate: Decimal) -> str:
    return f"{rate.normalize():f}"
