"""What every system offers the engine: the one shape behind which vendors differ."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from ledgerferry.model.outcome import CallError, Probed, Receipt
from ledgerferry.model.plan import Operation, Purpose, Rung
from ledgerferry.model.ports import Bindings, Journal
from ledgerferry.model.record import AnyContent, Figures, InvoiceContent, Kind, Record, Ref, Summary


class Declaration(BaseModel):
    """What a system can do and what it costs, as far as this connection has shown it.

    ``batch`` is how many operations of a kind and purpose fit in one call (1 where absent);
    ``settle_seconds`` (the system's time) how long a write may stay unseen by its lists;
    ``timeout_seconds`` (the home's) the longest that one call may take;
    ``in_flight`` how many calls may be open at once.
    """

    model_config = ConfigDict(frozen=True)

    kinds: tuple[Kind, ...]
    batch: dict[tuple[Kind, Purpose], int]
    rungs: dict[Kind, Rung]
    settle_seconds: int
    timeout_seconds: int
    in_flight: int
    per_minute: int
    per_day: int

    def batch_of(self, kind: Kind, purpose: Purpose) -> int:
        """How many operations go into one call."""
        return self.batch.get((kind, purpose), 1)


class Profile(BaseModel):
    """The account written to, as it says itself: what a plan must fit.

    ``rates`` are the account's own dated exchange rates: (currency, first day, units of the
    account's currency for one of it).
    """

    model_config = ConfigDict(frozen=True)

    organization: str
    name: str
    currency: str
    currencies: tuple[str, ...]
    tax_rates: tuple[Decimal, ...]
    rates: tuple[tuple[str, date, Decimal], ...] = ()
    price_precision: int = 2


class Organization(BaseModel):
    """An organisation that a login sees; ``plan`` is the vendor's own word for it, in lower case."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    currency: str
    plan: str = ""
    default: bool = False


@dataclass(frozen=True)
class Work:
    """What an operation is performed with: its attempts' journal, the bindings, the folder of its files."""

    journal: Journal
    bindings: Bindings
    folder: Path | None = None


class Target(Protocol):
    """A system that can be written to. All calls go through the connection's quota, clock and auth."""

    @property
    def declaration(self) -> Declaration:
        """Kinds, batches, prices and guards."""
        ...

    def hear(self) -> None:
        """Ask the system for its time; costs no quota."""
        ...

    def predict(self, invoice: InvoiceContent) -> Figures:
        """The net, tax per rate and gross that the system will compute for this invoice."""
        ...

    def profile(self) -> Profile:
        """The account, its currencies and its taxes; a handful of calls."""
        ...

    def rows(self, kind: Kind, since: datetime | None = None) -> Iterator[Summary]:
        """Every record of a kind as list rows, 200 a call; with ``since`` only those modified after it."""
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

    def calls(self, kind: Kind, purpose: Purpose, count: int) -> int:
        """How many calls that many operations cost."""
        ...
