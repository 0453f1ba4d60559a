"""The meter: what a plan's operations cost in CRM, in calls and in credits (F76)."""

from collections import Counter
from math import ceil

from ledgerferry.model.plan import Operation, Purpose
from ledgerferry.model.record import FileContent, Kind
from ledgerferry.systems.crm import prices
from ledgerferry.systems.crm.declaration import MODULES
from ledgerferry.systems.crm.parameters import IN_LIST


class CrmMeter:
    """Adds up operations, a hundred of a kind and purpose a call. Implements ``systems.protocol.Meter``."""

    def __init__(self) -> None:
        self._groups: Counter[tuple[Kind, Purpose]] = Counter()
        self._new: set[str] = set()
        self._looks = 0
        self._watched: Counter[Kind] = Counter()

    def add(self, operation: Operation) -> None:
        """One more operation. A file of a deal that was there before is looked for first.

        So is a record that is updated, with others in one query.
        """
        self._groups[operation.kind, operation.purpose] += 1
        if operation.purpose is Purpose.UPDATE and operation.seen is not None:
            self._watched[operation.kind] += 1
        if operation.kind is Kind.DEAL and operation.purpose is Purpose.CREATE:
            self._new.add(operation.identity)
        content = operation.content
        attaches = operation.purpose in (Purpose.ATTACH, Purpose.CREATE)
        if isinstance(content, FileContent) and attaches and content.document not in self._new:
            self._looks += 1

    @property
    def calls(self) -> int:
        """The calls so far."""
        written = (calls(kind, count) for (kind, _), count in self._groups.items())
        return self._looks + self._queries + sum(written)

    @property
    def credits(self) -> int:
        """The credits so far."""
        taken = (credits_of(kind, purpose, count) for (kind, purpose), count in self._groups.items())
        return self._looks + self._queries + sum(taken)

    @property
    def _queries(self) -> int:
        """The queries for records before their update, a credit each."""
        whole = (divmod(count, prices.PER_CALL) for count in self._watched.values())
        return sum(full * ceil(prices.PER_CALL / IN_LIST) + ceil(rest / IN_LIST) for full, rest in whole)


def calls(kind: Kind, count: int) -> int:
    """How many calls so many operations of one purpose are."""
    return ceil(count / prices.PER_CALL) if kind in MODULES else count


def credits_of(kind: Kind, purpose: Purpose, count: int) -> int:
    """How many credits those calls cost."""
    if kind in MODULES and purpose is not Purpose.DELETE:
        return prices.writes(count)
    return calls(kind, count)
