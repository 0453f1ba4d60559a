"""Spending: what a planned migration will cost at Books, the proof afterwards included."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from ledgerferry.engine.apply import Side
from ledgerferry.engine.planning import Wanted
from ledgerferry.flows.adopt import Known
from ledgerferry.flows.price import Allowance, Outlay, SystemPrice, price
from ledgerferry.flows.shape import Shaped
from ledgerferry.model.plan import Operation
from ledgerferry.model.record import Kind
from ledgerferry.store.bindings import Binding

_MARGIN = Decimal("0.95")
_SECOND = timedelta(seconds=1)


class Spending:
    """Follows one plan from its beginning: told of each operation, it says what the run spends at Books."""

    def __init__(self, side: Side, allowance: Callable[[], Allowance]) -> None:
        self._allowance = allowance
        self._before = allowance().made
        self._outlay = Outlay(side.target)
        self._moved: set[str] = set()

    def note(self, operation: Operation) -> None:
        """One more operation, and the records whose modification time it moves."""
        self._outlay.add(operation)
        self._moved.add(operation.identity)
        self._moved.update(operation.content.touches())

    def total(self, known: Known, wanted: Iterable[Wanted], shaped: Sequence[Shaped]) -> SystemPrice:
        """The price. ``shaped`` are the documents that the plan loads, or finds loaded."""
        proven: set[Kind] = {s.document.kind for s in shaped} | {Kind.PAYMENT for s in shaped if s.payments}
        rows = Counter(kind for kind, _ in known.population.ids)
        adopted = {w.identity for w in wanted if w.adopts is not None}
        reread = sum(1 for s in shaped if s.identity not in self._moved and self._is_read(s, known, adopted))
        allowance = self._allowance()
        allowance = allowance.model_copy(update={"made": allowance.made - self._before})
        return price("books", self._outlay, rows, allowance, proven=proven, reread=reread)

    def beside(self, system: str, side: Side, rows: Mapping[Kind, int]) -> SystemPrice:
        """The price of what goes to a system beside; ``rows`` are those that its lists show now, by kind."""
        declared = side.target.declaration
        listed = sum(max(1, -(-(rows[kind] + self._outlay.created(kind)) // declared.page)) for kind in rows)
        allowance = self._allowance()
        allowance = allowance.model_copy(update={"made": allowance.made - self._before})
        found = price(system, self._outlay, {}, allowance, reread=listed)
        more = listed * (declared.page_weight - 1) if found.credits else 0
        return found.model_copy(update={"credits": found.credits + more})

    def _is_read(self, shaped: Shaped, known: Known, adopted: set[str]) -> bool:
        """Whether verify will read a document that this plan does not write: its row alone proves nothing."""
        binding = known.live.get(shaped.identity)
        if binding is None:
            return shaped.identity in adopted
        return _has_moved(binding, known)


def _has_moved(binding: Binding, known: Known) -> bool:
    row = known.population.ids.get((binding.ref.kind, binding.ref.id))
    if row is None or row.modified is None or binding.touched is None:
        return True
    return row.modified >= binding.touched.replace(microsecond=0) + _SECOND


def by_declaration(side: Side, headroom: int) -> Callable[[], Allowance]:
    """The allowance by what a system states, where nobody counts what is used of it."""
    declared = side.target.declaration
    day = max(1, int(declared.per_day * (100 - headroom) // 100 * _MARGIN))
    minute = max(1, int(declared.per_minute * _MARGIN))
    return lambda: Allowance(per_minute=minute, per_day=day, in_flight=declared.in_flight, room=day)
