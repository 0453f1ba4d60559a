"""The organisation's taxes, currencies and accounts, fetched once and kept."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from threading import Lock
from typing import Final

from ledgerferry.model.document import TaxTreatment
from ledgerferry.model.money import exponent
from ledgerferry.model.outcome import Refused, Stale
from ledgerferry.model.record import Kind
from ledgerferry.model.tax import plain_tax_name
from ledgerferry.systems.books.api import BooksApi
from ledgerferry.systems.books.fields import Row, amount, day, ident, number, text
from ledgerferry.systems.books.treatments import is_standard, told


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


@dataclass(frozen=True, slots=True)
class LedgerAccount:
    """An account of the chart of accounts; ``type`` is Books' word, such as ``income`` or ``bank``."""

    id: str
    name: str
    type: str
    code: str
    active: bool


_BRITISH: Final = frozenset({"gb", "uk", "unitedkingdom", "greatbritain"})
_ISO_LENGTH: Final = 2
# The types of account that a line of a sale can be booked to.
INCOME: Final = frozenset({"income", "other_income"})


class Catalogue:
    """Taxes by rate and name, currencies by code, accounts and exemptions by name.

    Thread-safe; ``forget`` makes it ask again.
    """

    def __init__(self, api: BooksApi) -> None:
        self._api = api
        self._lock = Lock()
        self._taxes: tuple[Tax, ...] | None = None
        self._currencies: Mapping[str, Currency] | None = None
        self._accounts: tuple[LedgerAccount, ...] | None = None
        self._exemptions: Mapping[str, str] | None = None

    def forget(self) -> None:
        """Something was added: the next question goes to Books again."""
        with self._lock:
            self._taxes = self._currencies = self._accounts = self._exemptions = None

    def warm(self) -> None:
        """Ask now for what is not known yet: two calls at most, so that lanes that start together find it."""
        self.taxes()
        self.currencies()

    def made(self, row: Row) -> None:
        """A tax was created: it is known from the answer, without another call."""
        with self._lock:
            if self._taxes is not None:
                self._taxes = (*(t for t in self._taxes if t.id != ident(row, "tax_id")), _tax(row))

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

    def exemptions(self) -> Mapping[str, str]:
        """The ids of the organisation's tax exemptions by their codes; none where its edition has none."""
        held = self._exemptions
        if held is None:
            try:
                rows = self._api.exemptions()
            except (Refused, Stale):
                rows = []
            held = {text(row, "tax_exemption_code") or "": ident(row, "tax_exemption_id") for row in rows}
            with self._lock:
                self._exemptions = held
        return held

    def exemption(self, code: str) -> str:
        """The id of a tax exemption; ``Refused`` where there is none of that code."""
        found = self.exemptions().get(code)
        if found is None:
            raise Refused(f"Books has no tax exemption {code}: add it under Settings > Taxes",
                          subject=f"tax exemption {code}")
        return found

    def tax_named(self, name: str) -> Tax:
        """The tax of a name; ``Refused`` where there is none."""
        found = next((t for t in self.taxes() if t.name.casefold() == name.casefold()), None)
        if found is None:
            raise Refused(f"Books has no tax {name}: create it under Settings > Taxes, or let ferry do it "
                          "with --create-taxes", subject=f"tax {name}")
        return found

    def which(self, rate: Decimal, name: str | None) -> str | None:
        """The tax that a line bears, as far as taxes are known: Books is not asked. Its id, or its name."""
        known = self._taxes or ()
        if name is not None:
            return next((t.id for t in known if t.name == name), name)
        found = _for_rate(rate, known)
        return found.id if found else None

    def is_usual(self, tax: Tax) -> bool:
        """Whether a tax is the one that lines bear which name none, however many have its rate."""
        return _usual([t for t in self.taxes() if t.rate == tax.rate]) == tax

    def tax_id(self, rate: Decimal) -> str:
        """The tax for a rate; ``Refused`` where there is none, or several and none is the usual one."""
        found = _for_rate(rate, self.taxes())
        if found is None:
            names = ", ".join(t.name for t in self.taxes() if t.rate == rate)
            remedy = "create it under Settings > Taxes, or let ferry do it with --create-taxes"
            why = f"no tax of {_plain(rate)} %: {remedy}"
            if names:
                why = f"several taxes of {_plain(rate)} % ({names}): name one under [taxes] in ferry.toml"
            raise Refused(f"Books has {why}", subject=f"tax {_plain(rate)} %")
        return found.id

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

    def accounts(self) -> tuple[LedgerAccount, ...]:
        """The chart of accounts, in Books' order; one call for 200 of them."""
        held = self._accounts
        if held is None:
            held = tuple(map(_account, self._api.accounts()))
            with self._lock:
                self._accounts = held
        return held

    def account(self, name: str) -> LedgerAccount:
        """The account of that name, code or id, in capitals or not; ``Refused`` where there is none."""
        asked = name.strip().casefold()
        same = [a for a in self.accounts() if a.active and asked in (a.name.casefold(), a.code, a.id)]
        if not same:
            raise Refused(f"Books has no active account {name}: correct its name in ferry.toml, or add it "
                          "under Accountant > Chart of Accounts", subject=f"account {name}")
        return next((a for a in same if a.name == name), same[0])

    def income_account(self, name: str) -> str:
        """The id of the active income account of a name; ``Refused`` where there is none."""
        found = next((a for a in self.accounts() if a.name == name and a.active and a.type in INCOME), None)
        if found is None:
            raise Refused(f"Books has no income account {name}: add it under Accountant > Chart of Accounts",
                          subject=f"account {name}")
        return found.id

    def account_name(self, record: str, *, ask: bool) -> str | None:
        """The name of an account by its id; None where that is not known, and Books is not to be asked."""
        known = self.accounts() if ask else self._accounts or ()
        return next((a.name for a in known if a.id == record), None)

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


def _for_rate(rate: Decimal, known: Iterable[Tax]) -> Tax | None:
    """The tax for a rate where none is named: the usual one, else the only one; None where that is none.

    One that says reverse charge is for nothing else, where there are others.
    """
    fitting = [t for t in known if t.rate == rate]
    plain = [t for t in fitting if told(t.name) is not TaxTreatment.REVERSE_CHARGE] or fitting
    return _usual(plain) or (plain[0] if len(plain) == 1 else None)


def _usual(alike: Sequence[Tax]) -> Tax | None:
    """Of taxes of one rate the default one, that made for lines which name none, or that called standard.

    Of those of 0 % the one that says zero-rated goes first.
    """
    zero = [t for t in alike if not t.rate and told(t.name) is TaxTreatment.ZERO_RATED]
    ways = (zero, [t for t in alike if t.default], [t for t in alike if t.name == plain_tax_name(t.rate)],
            [t for t in alike if is_standard(t.name)])
    return next((way[0] for way in ways if len(way) == 1), None)


def _is_single(row: Row) -> bool:
    return (text(row, "tax_type") or "tax") == "tax"


def _tax(row: Row) -> Tax:
    return Tax(ident(row, "tax_id"), text(row, "tax_name") or "", amount(row, "tax_percentage"),
               row.get("is_default_tax") is True)


def country_of(row: Row) -> str | None:
    """An organisation's country as its ISO code, where its row tells it."""
    stated = (text(row, "country_code") or text(row, "country") or "").casefold()
    plain = "".join(c for c in stated if c.isalnum())
    return "GB" if plain in _BRITISH else plain.upper() if len(plain) == _ISO_LENGTH else None


def _account(row: Row) -> LedgerAccount:
    return LedgerAccount(ident(row, "account_id"), text(row, "account_name") or "",
                         text(row, "account_type") or "", (text(row, "account_code") or "").casefold(),
                         row.get("is_active") is not False)


def _currency(row: Row) -> Currency:
    code, stated = text(row, "currency_code") or "", number(row, "price_precision")
    precision = exponent(code) if stated is None else int(stated)
    return Currency(ident(row, "currency_id"), code, row.get("is_base_currency") is True, precision)


def _plain(rate: Decimal) -> str:
    return f"{rate.normalize():f}"
