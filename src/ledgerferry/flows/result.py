"""What the verbs print: the JSON of INTERFACE, as models."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from ledgerferry.flows.kept import Kept
from ledgerferry.model.money import exact_sum, text
from ledgerferry.model.plan import Day, Price
from ledgerferry.systems.protocol import TaxRounding

# The systems whose calls are counted; the keys of ``calls``.
SYSTEMS: Final = ("books", "crm", "pipedrive")


class Difference(BaseModel):
    """One field in which source and target do not agree.

    ``changed_at`` is when the record was last changed there (the system's time), where that was after our own
    last write of it: somebody else's doing.
    """

    model_config = ConfigDict(frozen=True)

    kind: str
    left: str
    right: str | None
    field: str
    left_value: str | None
    right_value: str | None
    changed_at: str | None = None


class CurrencySums(BaseModel):
    """Sums of one currency, as decimal strings; the last six are what the target holds."""

    found_total: str
    loaded_total: str
    held_total: str
    rejected_total: str
    target_total: str
    difference: str
    net: str
    tax: dict[str, str]
    gross: str
    paid: str
    balance: str


class Method(StrEnum):
    """How a proof was made: by every record in full, by every list row, or by sums since such a proof."""

    DETAILS = "details"
    ROWS = "rows"
    SUMS = "sums"


class Verified(BaseModel):
    """The proof: every loaded document compared with its record, ``at`` a moment of the home's time.

    ``rows_at`` is the system's time from which on every document was last asked for one by one: of a proof
    by sums, when the one that it builds on did so.
    """

    at: datetime | None = None
    method: Method = Method.ROWS
    rows_at: datetime | None = None
    equal: bool
    compared: int
    differences: list[Difference] = Field(default_factory=list)
    by_currency: dict[str, CurrencySums] = Field(default_factory=dict)
    details: bool = False
    read_in_full: int = 0


class DocumentCounts(BaseModel):
    """found = loaded + held + rejected."""

    found: int = 0
    loaded: int = 0
    held: int = 0
    rejected: int = 0


class OperationCounts(BaseModel):
    """Where a run's operations stand."""

    planned: int = 0
    done: int = 0
    held: int = 0
    dead: int = 0
    in_doubt: int = 0


class Changes(BaseModel):
    """What a plan does to one kind."""

    create: int = 0
    update: int = 0
    unchanged: int = 0
    conflict: int = 0


class Notice(BaseModel):
    """Something about the folder as a whole that a person should know; it holds and merges nothing."""

    model_config = ConfigDict(frozen=True)

    kind: str
    text: str
    places: list[str] = Field(default_factory=list)


class PlanReport(BaseModel):
    """A plan before anything is sent: what it does, what it costs, and how repeats are guarded.

    ``tax_rounding`` is the one that its figures were predicted by; ``moved`` counts records of a CRM that
    had moved before it and that it leaves to a person.
    """

    price: Price
    changes: dict[str, Changes]
    guards: dict[str, str]
    unsettled: int = 0
    moved: int = 0
    notices: list[Notice] = Field(default_factory=list)
    schedule: list[Day] = Field(default_factory=list)
    tax_rounding: TaxRounding | None = None


class Undone(BaseModel):
    """What a rollback does to one kind."""

    delete: int = 0
    void: int = 0
    restore: int = 0


class RollbackResult(BaseModel):
    """What ``rollback`` prints: ``run`` was rolled back, by the run ``rollback``.

    ``undone`` counts records deleted, voided or restored; ``unsettled`` dead letters of the runs whose
    call may have made a record that nobody knows; ``left`` names what should be gone and is
    still there (nothing, unless the account does not keep its word). ``at_most`` are the calls of a plan by
    system where the account refuses every delete.
    """

    run: str
    rollback: str
    runs: tuple[str, ...]
    state: str
    undone: int = 0
    kept: list[Kept] = Field(default_factory=list)
    voided: list[Kept] = Field(default_factory=list)
    left: list[str] = Field(default_factory=list)
    unsettled: int = 0
    calls: dict[str, int]
    waiting_until: str | None = None
    price: Price | None = None
    at_most: dict[str, int] | None = None
    changes: dict[str, Undone] | None = None


class RunResult(BaseModel):
    """What ``migrate``, ``apply`` and ``resume`` print."""

    run: str
    state: str
    documents: DocumentCounts
    operations: OperationCounts
    calls: dict[str, int]
    verify: Verified | None = None
    report: str | None = None
    waiting_until: str | None = None
    price: Price | None = None
    changes: dict[str, Changes] | None = None
    guards: dict[str, str] | None = None
    notices: list[Notice] = Field(default_factory=list)
    schedule: list[Day] | None = None


class Sum:
    """Adds amounts of one currency exactly, and prints them as the JSON wants."""

    def __init__(self, currency: str) -> None:
        self._currency = currency
        self.amount = Decimal(0)

    def add(self, amounts: Iterable[Decimal | None]) -> "Sum":
        """More amounts; None counts as nothing."""
        self.amount = exact_sum((self.amount, *(a for a in amounts if a is not None)))
        return self

    def __str__(self) -> str:
        return text(self.amount, self._currency)
