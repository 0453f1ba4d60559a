"""What every system offers the engine: the one shape behind which vendors differ."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict

from ledgerferry.model.document import TaxTreatment
from ledgerferry.model.outcome import CallError, Probed, Receipt
from ledgerferry.model.plan import Operation, Purpose, Rung
from ledgerferry.model.ports import Bindings, Journal
from ledgerferry.model.record import AnyContent, Figures, Kind, Record, Ref, SalesContent, Summary


class Declaration(BaseModel):
    """What a system can do and what it costs, as far as this connection has shown it.

    ``batch`` is how many operations of a kind and purpose fit in one call (1 where absent), ``probed`` how
    many in doubt are probed under one claim (as many where absent);
    ``settle_seconds`` (the system's time) how long a write may stay unseen by its lists;
    ``timeout_seconds`` (the home's) the longest that one call may take;
    ``in_flight`` how many calls may be open at once; ``page`` how many rows of a list one call shows, and
    ``page_weight`` what that takes of the day; ``linked`` are the kinds whose records can carry the id that
    they have in another system, ``crossed`` those whose creates were seen to carry it (None: not tried).
    """

    model_config = ConfigDict(frozen=True)

    kinds: tuple[Kind, ...]
    batch: dict[tuple[Kind, Purpose], int]
    probed: dict[tuple[Kind, Purpose], int] = {}
    rungs: dict[Kind, Rung]
    settle_seconds: int
    timeout_seconds: int
    in_flight: int
    per_minute: int
    per_day: int
    linked: tuple[Kind, ...] = ()
    crossed: tuple[Kind, ...] | None = None
    page: int = 200
    page_weight: int = 1

    def batch_of(self, kind: Kind, purpose: Purpose) -> int:
        """How many operations go into one call."""
        return self.batch.get((kind, purpose), 1)

    def probed_of(self, kind: Kind, purpose: Purpose) -> int:
        """How many operations in doubt are probed together."""
        return self.probed.get((kind, purpose), self.batch_of(kind, purpose))


class TaxRounding(StrEnum):
    """Where an account rounds tax: each line's by itself, or once for all lines of a rate."""

    DOCUMENT = "document"
    LINE = "line"


class AccountTax(BaseModel):
    """A tax that the account has; ``treatment`` is the kind of no tax that its name tells, if any.

    ``usual``: of several of its rate, lines that name no tax bear it.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    rate: Decimal
    treatment: TaxTreatment | None = None
    usual: bool = False


class Profile(BaseModel):
    """The account written to, as it says itself: what a plan must fit.

    ``rates`` are the account's own dated exchange rates: (currency, first day, units of the
    account's currency for one of it). ``country`` is its ISO code. ``tax_rounding`` is None until it was
    seen. ``income_accounts`` and ``exemptions`` are empty until ``Target.registers`` has asked for them.
    ``deposit_account`` is the id of the one that the connection's payments go to where they name none.
    """

    model_config = ConfigDict(frozen=True)

    organization: str
    name: str
    currency: str
    currencies: tuple[str, ...]
    tax_rates: tuple[Decimal, ...]
    rates: tuple[tuple[str, date, Decimal], ...] = ()
    price_precision: int = 2
    taxes: tuple[AccountTax, ...] = ()
    country: str | None = None
    tax_rounding: TaxRounding | None = None
    income_accounts: tuple[str, ...] = ()
    exemptions: tuple[str, ...] = ()
    deposit_account: str | None = None

    def taxes_of(self, rate: Decimal) -> tuple[AccountTax, ...]:
        """The account's taxes of a rate; one without a name where their names are not known."""
        named = tuple(t for t in self.taxes if t.rate == rate)
        return named or ((AccountTax(name="", rate=rate),) if rate in self.tax_rates else ())

    def tax_named(self, name: str) -> AccountTax | None:
        """The account's tax of a name, however it is capitalised."""
        return next((t for t in self.taxes if t.name.casefold() == name.casefold()), None)


class Stage(BaseModel):
    """A stage of deals, by its value in records; ``forecast`` is the vendor's word for open, won or lost."""

    model_config = ConfigDict(frozen=True)

    name: str
    forecast: str = ""


class Pipeline(BaseModel):
    """A pipeline of deals and its stages in order."""

    model_config = ConfigDict(frozen=True)

    name: str
    default: bool
    stages: tuple[Stage, ...]


class CrmProfile(Profile):
    """A CRM as it says itself. ``stages`` are the values that a deal's stage may have.

    ``keyed`` are the kinds whose records carry our key, ``linked`` those with a field for the other
    system's id; a kind without either is not created, or not linked. ``mandatory`` are the fields that a
    layout asks for beside those that the ferry writes, by kind: a create without them will be refused.
    """

    keyed: tuple[Kind, ...]
    linked: tuple[Kind, ...]
    stages: tuple[str, ...]
    pipelines: tuple[Pipeline, ...] = ()
    mandatory: dict[Kind, tuple[str, ...]] = {}


class Organization(BaseModel):
    """An organisation that a login sees; ``plan`` is the vendor's own word for it, in lower case."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    currency: str
    plan: str = ""
    default: bool = False


@dataclass(frozen=True, slots=True)
class Slice:
    """Invoices issued from ``first`` to ``last``, both days included; ``status``: only of that one."""

    first: date
    last: date
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """How many invoices there are, and the sums of their totals and balances, whatever their currencies."""

    count: int = 0
    total: Decimal = Decimal(0)
    balance: Decimal = Decimal(0)

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.count + other.count, self.total + other.total, self.balance + other.balance)

    def __sub__(self, other: "Sums") -> "Sums":
        return Sums(self.count - other.count, self.total - other.total, self.balance - other.balance)


@dataclass(frozen=True)
class Work:
    """What an operation is performed with: its attempts' journal, the bindings, the folder of its files.

    ``elsewhere`` are the bindings of the run's other connection, where there is one.
    """

    journal: Journal
    bindings: Bindings
    folder: Path | None = None
    elsewhere: Bindings | None = None


class Target(Protocol):
    """A system that can be written to. All calls go through the connection's quota, clock and auth."""

    @property
    def declaration(self) -> Declaration:
        """Kinds, batches, prices and guards."""
        ...

    def hear(self) -> None:
        """Ask the system for its time; costs no quota."""
        ...

    def predict(self, document: SalesContent, rounding: TaxRounding | None = None) -> Figures:
        """The net, tax per rate and gross that the system will compute for this document.

        By this rounding; by the account's own, as far as it is known, where none is given.
        """
        ...

    def profile(self) -> Profile:
        """The account, its currencies and its taxes; a handful of calls."""
        ...

    def accounts(self) -> tuple[str, ...]:
        """The names of the ledger accounts that money can be booked to; a call for 200 of them."""
        ...

    def registers(self, profile: Profile) -> Profile:
        """The same with the income accounts and tax exemptions that the account has; two calls."""
        ...

    def rows(self, kind: Kind, since: datetime | None = None) -> Iterator[Summary]:
        """Every record of a kind as list rows, 200 a call or more; ``since``: only what moved after it."""
        ...

    def get(self, ref: Ref, bindings: Bindings) -> Record | None:
        """One record in full; None where it is gone."""
        ...

    def perform(self, operations: Sequence[Operation], work: Work) -> list[Receipt | CallError]:
        """Do the operations (one batch): for each, in order, its receipt or the error that ended it.

        Raises ``Busy`` or ``LoginNeeded`` when nothing of it was done, and ``Fenced``.
        """
        ...

    def probe(self, operations: Sequence[Operation], work: Work) -> dict[str, Probed]:
        """For each operation in doubt, by key: does the system hold what it would have written?"""
        ...

    def moved(self, agreed: AnyContent, held: AnyContent) -> tuple[str, ...]:
        """The fields in which a record says something else than was agreed, as the system keeps them."""
        ...

    def elsewhere(self, kind: Kind, ids: Sequence[str]) -> Mapping[str, Mapping[Kind, str]]:
        """By id, the ids of the same things in another system, where this one keeps them itself."""
        ...

    def calls(self, kind: Kind, purpose: Purpose, count: int) -> int:
        """How many calls that many operations cost."""
        ...


class Meter(Protocol):
    """Adds up what a plan's operations cost as they are planned, and keeps none of them."""

    def add(self, operation: Operation) -> None:
        """One more operation."""
        ...

    @property
    def calls(self) -> int:
        """The calls so far: writes, and what must be read for them."""
        ...

    @property
    def credits(self) -> int:
        """The credits (or tokens) so far, where the system counts these; else 0."""
        ...


@runtime_checkable
class Metered(Protocol):
    """A target that knows better than by counts what a plan costs there."""

    def meter(self) -> Meter:
        """A new meter, at nothing."""
        ...


@runtime_checkable
class Warm(Protocol):
    """A target that keeps settings of the account in mind."""

    def warm(self) -> None:
        """Ask now for what the lanes would all ask for when they start together."""
        ...


@runtime_checkable
class Summing(Target, Protocol):
    """A target that adds its invoices up itself, one call for any number of them."""

    def sums(self, part: Slice) -> Sums | None:
        """What a slice comes to, without its rows: one call. None where the answer shows no sums."""
        ...

    def part(self, part: Slice) -> Iterator[Summary]:
        """The list rows of a slice, a page a call."""
        ...
