"""The proof by sums: a run proved again by what was modified since an earlier proof, and by sums.

The earlier proof compared every row. What was modified since then is listed and compared as before; count,
total and balance of all days must be the agreed ones; of slices of days that differ every row is listed.
What all this leaves out is vouched for: it needs no call of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from ledgerferry.engine.apply import Side
from ledgerferry.engine.observe import Population
from ledgerferry.flows.bisection import Agreed, differing
from ledgerferry.flows.price import pages
from ledgerferry.flows.result import Verified
from ledgerferry.flows.shape import Shaped
from ledgerferry.flows.shelf import Shelf
from ledgerferry.flows.verify import owed
from ledgerferry.model.record import (
    CreditContent,
    Kind,
    PaymentContent,
    SalesContent,
    Summary,
    WriteOffContent,
)
from ledgerferry.store.bindings import Binding
from ledgerferry.systems.protocol import Slice, Summing, Sums

# Lists of so few pages are paged at once.
FEW_PAGES: Final = 10
# Times in Books' answers have whole seconds.
_SECOND: Final = timedelta(seconds=1)
# An invoice that counts no longer may keep its sums: those there are, are listed.
_UNSENT: Final = ("draft", "void")


class _Standing(NamedTuple):
    """What an invoice adds to the sums of its day."""

    day: date
    total: Decimal
    balance: Decimal


@dataclass(frozen=True)
class Looked:
    """The rows that were asked for, and the identities of the documents that need none.

    ``suspect`` are those of which something speaks for a change, so that their payments are read too.
    """

    rows: Population
    vouched: frozenset[str]
    suspect: frozenset[str]


class Summed:
    """A run's documents before an account that adds up its invoices itself.

    ``last`` is a proof of the same documents, at ``last.rows_at`` of every row; what it found is read again.
    """

    def __init__(
        self,
        shelf: Shelf,
        side: Side,
        bindings: Mapping[str, Binding],
        loaded: Sequence[Shaped],
        credited: Mapping[str, Decimal],
        last: Verified,
    ) -> None:
        self._shelf = shelf
        self._side = side
        self._bindings = bindings
        self._loaded = loaded
        self._last = last
        self._named = {found.left for found in last.differences}
        self._agreed = dict(_agreed(side.connection, bindings, loaded, credited))

    def look(self, few: int = FEW_PAGES) -> Looked | None:
        """Ask for sums and for what they and modification times speak against.

        None where all rows cost no more (``few`` pages or less), where the account tells no sums, or
        where much that is not ours makes them differ.
        """
        target, at = self._side.target, self._last.rows_at
        if at is None or self._last.compared != len(self._loaded) or not isinstance(target, Summing):
            return None
        price = self._price()
        if price <= few or not self._agreed:
            return None
        since = at - timedelta(seconds=target.declaration.settle_seconds) - _SECOND
        moved = list(target.rows(Kind.INVOICE, since))
        known = {row.ref.id: standing for row in moved if (standing := _of_row(row))}
        there = self._others() | self._agreed | known
        parts = self._differing(target, there, max(FEW_PAGES, price // 2))
        if parts is None:
            return None
        rows = Population((Kind.INVOICE,))
        rows.add(moved)
        for part in (*parts, *(self._within(status) for status in _UNSENT)):
            rows.add(target.part(part))
        return self._looked(rows, parts, since)

    def _differing(self, target: Summing, there: Mapping[str, _Standing], most: int) -> list[Slice] | None:
        whole, days = self._within(), dict[date, Sums]()
        for one in there.values():
            if whole.first <= one.day <= whole.last:
                days[one.day] = days.get(one.day, Sums()) + Sums(1, one.total, one.balance)
        for day in (whole.first, whole.last):
            days.setdefault(day, Sums())
        return differing(Agreed(days), target.sums, page=target.declaration.page, most=most)

    def _within(self, status: str | None = None) -> Slice:
        """The days of the agreed invoices."""
        days = [one.day for one in self._agreed.values()]
        return Slice(min(days), max(days), status)

    def _looked(self, rows: Population, parts: Sequence[Slice], since: datetime) -> Looked:
        vouched, suspect = set[str](), set[str]()
        for shaped in self._loaded:
            binding = self._bindings.get(shaped.identity)
            if binding is None or binding.ref.kind is not Kind.INVOICE:
                continue
            row = rows.ids.get((Kind.INVOICE, binding.ref.id))
            lost = row is None and any(p.first <= shaped.document.issued <= p.last for p in parts)
            if lost or self._spoken_of(shaped, binding) or (row and _moved(row, binding, since)):
                suspect.add(shaped.identity)
            elif row is None:
                vouched.add(shaped.identity)
        return Looked(rows, frozenset(vouched), frozenset(suspect))

    def _spoken_of(self, shaped: Shaped, binding: Binding) -> bool:
        """Whether the last proof named it, or a write of ours came after that proof."""
        named = {shaped.document.number, *(p.identity for p in shaped.payments)} & self._named
        ours = binding.touched is not None and binding.touched >= (self._last.rows_at or binding.touched)
        return bool(named) or ours

    def _others(self) -> dict[str, _Standing]:
        """The invoices of other people, as plans saw them; those that moved since then make sums differ."""
        with self._shelf.rooms.database.read() as conn:
            seen = self._shelf.sightings.all(conn, self._side.connection, Kind.INVOICE)
        return {row.ref.id: standing for row in seen if (standing := _of_row(row))}

    def _price(self) -> int:
        """How many pages all rows of invoices and payments take."""
        kinds = [b.ref.kind for b in self._bindings.values() if b.ref.connection == self._side.connection]
        lists = [Kind.INVOICE] + [Kind.PAYMENT] * any(s.payments for s in self._loaded)
        return sum(pages(kinds.count(kind)) for kind in lists)


def _of_row(row: Summary) -> _Standing | None:
    if row.day is None or row.total is None or row.balance is None:
        return None
    return _Standing(row.day, row.total, row.balance)


def _moved(row: Summary, binding: Binding, since: datetime) -> bool:
    """Whether somebody else moved an invoice since then."""
    if row.modified is None:
        return True
    ours = binding.touched is not None and row.modified < binding.touched.replace(microsecond=0) + _SECOND
    return row.modified >= since.replace(microsecond=0) and not ours


def _agreed(
    connection: str,
    bindings: Mapping[str, Binding],
    loaded: Sequence[Shaped],
    credited: Mapping[str, Decimal],
) -> Iterator[tuple[str, _Standing]]:
    """By vendor id every invoice that is bound in a connection, of whichever run."""
    own = {shaped.identity: shaped for shaped in loaded}
    settled = _settled(bindings)
    for identity, binding in bindings.items():
        content = binding.content
        if binding.ref.connection != connection or not isinstance(content, SalesContent):
            continue
        if content.kind is Kind.INVOICE:
            shaped = own.get(identity)
            gross = content.figures.gross
            balance = owed(shaped, credited) if shaped else gross - settled.get(identity, Decimal(0))
            yield binding.ref.id, _Standing(content.issued, gross, balance)


def _settled(bindings: Mapping[str, Binding]) -> dict[str, Decimal]:
    """What is agreed to be taken off each invoice: paid, credited, given up."""
    found: dict[str, Decimal] = {}
    for binding in bindings.values():
        for identity, amount in _taken(binding):
            found[identity] = found.get(identity, Decimal(0)) + amount
    return found


def _taken(binding: Binding) -> list[tuple[str, Decimal]]:
    content = binding.content
    if isinstance(content, PaymentContent):
        return [(a.invoice, a.amount) for a in content.applied]
    if isinstance(content, CreditContent | WriteOffContent):
        return [(content.invoice, content.amount)]
    return []
