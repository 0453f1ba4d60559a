"""Observe: what the target lists, taken in once for a whole plan instead of a search for each record."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ledgerferry.model.ids import normal_number
from ledgerferry.model.party import name_key
from ledgerferry.model.record import Kind, Summary
from ledgerferry.store.database import Database
from ledgerferry.store.sightings import Sightings
from ledgerferry.systems.protocol import Target

LISTED = (Kind.CUSTOMER, Kind.INVOICE, Kind.PAYMENT)


@dataclass
class Population:
    """The rows that the target lists, by what recognises them."""

    keys: dict[str, Summary] = field(default_factory=dict)
    customers: dict[str, Summary] = field(default_factory=dict)
    invoices: dict[str, Summary] = field(default_factory=dict)
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
            elif row.customer is not None:
                self.payments.setdefault(row.customer, []).append(row)


def listed(target: Target) -> Population:
    """What the target lists now."""
    population = Population()
    for kind in LISTED:
        population.add(target.rows(kind))
    return population


def observe(database: Database, sightings: Sightings, connection: str, target: Target) -> Population:
    """The same, written down as sightings."""
    population = Population()
    for kind in LISTED:
        rows = list(target.rows(kind))
        population.add(rows)
        with database.transaction("sightings") as tx:
            sightings.put(tx, connection, rows)
    return population
