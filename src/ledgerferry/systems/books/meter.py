"""What a plan's operations cost at Books, call by call, as they are added up."""

from collections import Counter
from collections.abc import Callable

from ledgerferry.model.plan import Operation, Purpose
from ledgerferry.model.record import FileContent, Kind, RefundContent, SalesContent

_WRITES = (Purpose.CREATE, Purpose.UPDATE)


class BooksMeter:
    """Implements ``systems.protocol.Meter``: the calls of writes, and of what they read first.

    A document needs the contact persons of its customer: read once, unless this plan writes the customer.
    A file is looked for first on a document that this plan does not create. ``calls`` counts the writes of
    a kind and purpose.
    """

    def __init__(self, calls: Callable[[Kind, Purpose, int], int]) -> None:
        self._calls = calls
        self._groups: Counter[tuple[Kind, Purpose]] = Counter()
        self._written: set[str] = set()
        self._named: set[str] = set()
        self._holding: Counter[str] = Counter()
        self._refunds_from: bool = False

    def add(self, operation: Operation) -> None:
        """One more operation."""
        content = operation.content
        self._groups[operation.kind, operation.purpose] += 1
        if operation.kind is Kind.CUSTOMER and operation.purpose in _WRITES:
            self._written.add(operation.identity)
        elif isinstance(content, SalesContent) and operation.purpose in _WRITES:
            self._named.add(content.customer)
            if operation.purpose is Purpose.CREATE:
                self._written.add(operation.identity)
        elif isinstance(content, FileContent) and operation.purpose in (Purpose.ATTACH, Purpose.CREATE):
            self._holding[content.document] += 1
        elif isinstance(content, RefundContent) and operation.purpose in _WRITES:
            self._refunds_from = True

    @property
    def calls(self) -> int:
        """All calls so far."""
        writes = sum(self._calls(kind, purpose, count) for (kind, purpose), count in self._groups.items())
        looks = sum(count for document, count in self._holding.items() if document not in self._written)
        return writes + len(self._named - self._written) + looks + self._refunds_from

    @property
    def credits(self) -> int:
        """Books counts calls."""
        return 0
