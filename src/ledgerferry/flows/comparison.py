"""Comparison: a run's documents beside what the books hold, record by record or proved by sums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ledgerferry.engine.apply import Side
from ledgerferry.engine.observe import Population, listed
from ledgerferry.flows.afterwards import dated
from ledgerferry.flows.appliedcredits import credited, parts
from ledgerferry.flows.doubles import doubles
from ledgerferry.flows.migrate import LINK
from ledgerferry.flows.price import pages
from ledgerferry.flows.result import Difference, Method, Verified
from ledgerferry.flows.shape import Shaped
from ledgerferry.flows.shelf import Shelf
from ledgerferry.flows.sumproof import Summed
from ledgerferry.flows.verify import Held, Verifier
from ledgerferry.model.record import Kind, Record, Ref
from ledgerferry.store.bindings import Binding


@dataclass(frozen=True)
class Found:
    """What the books hold, where that is not what the documents say, and how and since when it is known."""

    held: list[Held]
    differences: list[Difference]
    method: Method
    rows_at: datetime | None


class Comparison:
    """A run's loaded documents beside their records in the books."""

    def __init__(
        self, shelf: Shelf, side: Side, bindings: Mapping[str, Binding], loaded: Sequence[Shaped]
    ) -> None:
        self._shelf = shelf
        self._side = side
        self._bindings = dict(bindings)
        self._loaded = loaded
        self._credited = credited(loaded, bindings)

    def all(self, *, details: bool) -> Found:
        """Every document with its list row, or with its record in full."""
        at = self._now()
        rows = listed(self._side.target, self._kinds())
        verifier = self._verifier(rows, details=details)
        held, differences, strange = self._compared(verifier)
        differences += verifier.payments(self._loaded, strange)
        differences += parts(self._loaded, self._bindings, self._get, None if details else strange)
        differences += doubles(self._loaded, self._bindings, rows, self._seen)
        return Found(held, self._dated(differences, rows), Method.DETAILS if details else Method.ROWS, at)

    def sums(self, last: Verified, few: int) -> Found | None:
        """By sums, and by what was modified since ``last`` asked for every row; None: by rows, rather."""
        summed = Summed(self._shelf, self._side, self._bindings, self._loaded, self._credited, last)
        looked = summed.look(few)
        if looked is None:
            return None
        rows = looked.rows
        for kind in self._kinds() - {Kind.INVOICE, Kind.PAYMENT}:
            rows.add(self._side.target.rows(kind))
        verifier = self._verifier(rows, vouched=looked.vouched)
        held, differences, strange = self._compared(verifier)
        suspect = [s for s in self._loaded if s.identity in looked.suspect | strange]
        if len({p.identity for s in suspect for p in s.payments}) > self._pages_of_payments():
            rows.add(self._side.target.rows(Kind.PAYMENT))
        differences += verifier.payments(suspect, strange)
        differences += parts(self._loaded, self._bindings, self._get, strange)
        differences += doubles(self._loaded, self._bindings, rows, self._seen)
        return Found(held, self._dated(differences, rows), Method.SUMS, last.rows_at)

    def _dated(self, differences: Sequence[Difference], rows: Population) -> list[Difference]:
        return dated(differences, rows.ids, self._bindings.values())

    def _verifier(
        self, rows: Population, *, vouched: frozenset[str] = frozenset(), details: bool = False
    ) -> Verifier:
        with self._shelf.rooms.database.read() as conn:
            marked = self._shelf.pairs.among(conn, LINK, [s.identity for s in self._loaded])
        notes = self._credited
        return Verifier(
            rows, self._bindings, self._get, marked=marked, credited=notes, vouched=vouched, details=details
        )

    def _compared(self, verifier: Verifier) -> tuple[list[Held], list[Difference], set[str]]:
        """What is held, where it differs, and of which documents."""
        held: list[Held] = []
        differences: list[Difference] = []
        strange: set[str] = set()
        for shaped in self._loaded:
            there, found = verifier.compare(shaped)
            held += [there] if there is not None else []
            differences += found
            strange |= {shaped.identity} if found else set()
        return held, differences, strange

    def _seen(self) -> set[str]:
        """The ids of what was in the account when a run was planned last."""
        name, sightings = self._side.connection, self._shelf.sightings
        with self._shelf.rooms.database.read() as conn:
            return {row.ref.id for kind in self._kinds() for row in sightings.all(conn, name, kind)}

    def _kinds(self) -> set[Kind]:
        """The kinds whose lists prove these documents."""
        kinds: set[Kind] = {s.document.kind for s in self._loaded}
        return kinds | {Kind.PAYMENT for s in self._loaded if s.payments}

    def _pages_of_payments(self) -> int:
        return pages(sum(b.ref.kind is Kind.PAYMENT for b in self._bindings.values()))

    def _get(self, ref: Ref) -> Record | None:
        return self._side.target.get(ref, self._side.bindings)

    def _now(self) -> datetime:
        """The system's time, asked for where it is not known."""
        try:
            return self._side.vendor.now()
        except LookupError:
            self._side.target.hear()
            return self._side.vendor.now()
