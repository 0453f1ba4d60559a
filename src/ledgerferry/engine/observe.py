"""Observe: what the target lists, taken in once for a whole plan instead of a search for each record."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from ledgerferry.model.ids import normal_number
from ledgerferry.model.party import name_key
from ledgerferry.model.record import Kind, Summary
from ledgerferry.store.database import Database
from ledgerferry.store.sightings import Sightings
from ledgerferry.systems.protocol import Target

# The kinds that systems list, whichever of them have them.
LISTED = (Kind.CUSTOMER, Kind.INVOICE, Kind.PAYMENT, Kind.ACCOUNT, Kind.CONTACT, Kind.DEAL)
# Listed only where somebody has some, since a list costs a call.
_RARE = (Kind.CREDIT_NOTE,)


def lists(target: Target, there: Collection[str] = ()) -> tuple[Kind, ...]:
    """The kinds that a system lists; of those that are rare the ones that are ``there`` or wanted."""
    asked = (*LISTED, *(kind for kind in _RARE if kind in there))
    return tuple(kind for kind in asked if kind in target.declaration.kinds)


@dataclass
class Population:
    """The rows that the target lists, by what recognises them; ``kinds`` are those that were asked for."""

    kinds: tuple[Kind, ...] = LISTED
    keys: dict[str, Summary] = field(default_factory=dict)
    customers: dict[str, Summary] = field(default_factory=dict)
    invoices: dict[str, Summary] = field(default_factory=dict)
    credit_notes: dict[str, Summary] = field(default_factory=dict)
    payments: dict[str, list[Summary]] = field(default_factory=dict)
    ids: dict[tuple[Kind, str], Summary] = field(default_factory=dict)

    def add(self, rows: Iterable[Summary]) -> None:
        """Take rows in."""
        for row in rows:
            self.ids[row.ref.kind, row.ref.id] = row
            if row.key:
                self.keys[row.key] = row
            if row.ref.kind is Kind.CUSTOMER:
                self.customers[name_key(row.name)] = row
            elif row.ref.kind is Kind.INVOICE:
                self.invoices[normal_number(row.name)] = row
            elif row.ref.kind is Kind.CREDIT_NOTE:
                self.credit_notes[normal_number(row.name)] = row
            elif row.ref.kind is Kind.PAYMENT and row.customer is not None:
                self.payments.setdefault(row.customer, []).append(row)


def listed(target: Target, kinds: Collection[Kind] | None = None) -> Population:
    """What the target lists now, of some kinds or of all that it lists."""
    population = Population(tuple(sorted(lists(target) if kinds is None else kinds)))
    for kind in population.kinds:
        population.add(target.rows(kind))
    return population


def observe(
    database: Database,
    sightings: Sightings,
    connection: str,
    target: Target,
    kinds: tuple[Kind, ...] | None = None,
) -> Population:
    """The same, written down as sightings."""
    population = Population(lists(target) if kinds is None else kinds)
    for kind in population.kinds:
        rows = list(target.rows(kind))
        population.add(rows)
        with database.transaction("sightings") as tx:
            sightings.put(tx, connection, rows)
    return population
