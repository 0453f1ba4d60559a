"""What a rollback spends at one system: its first look, every operation, and the look that proves it."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from ledgerferry.engine.apply import Side
from ledgerferry.engine.observe import Population
from ledgerferry.flows.price import SystemPrice
from ledgerferry.flows.spending import Spending
from ledgerferry.model.plan import Operation, Purpose
from ledgerferry.model.record import Kind, Record, Ref

_VOIDED: Final = (Kind.INVOICE, Kind.CREDIT_NOTE)


def cost(
    system: str,
    side: Side,
    spending: Spending,
    planned: Sequence[Operation],
    population: Population,
    read: dict[Ref, Record | None],
) -> SystemPrice:
    """The price where nothing is refused. ``read`` are the records that the look read in full.

    The second look lists what is left, and reads again what was read and stays.
    """
    rows = Counter(kind for kind, _ in population.ids)
    goes: set[Ref | None] = set()
    for operation in planned:
        spending.note(operation)
        if operation.purpose is Purpose.DELETE:
            rows[operation.kind] -= 1
            goes.add(operation.target)
    found = spending.beside(system, side, {kind: rows[kind] for kind in population.kinds})
    again = sum(record is not None and ref not in goes for ref, record in read.items())
    more = {"verify": found.verify + again, "credits": found.credits + (again if found.credits else 0)}
    return found.model_copy(update=more)


def at_most(side: Side, planned: Sequence[Operation], priced: SystemPrice) -> int:
    """The calls where every delete is refused.

    Each record is then tried by itself, documents are voided, and all is looked at once more.
    """
    target = side.target
    groups = Counter((o.kind, o.purpose) for o in planned if o.purpose is Purpose.DELETE)
    alone = sum(n for (kind, purpose), n in groups.items()
                if n > 1 and target.declaration.batch_of(kind, purpose) > 1)  # fmt: skip
    voids = sum(target.calls(kind, Purpose.VOID, n) for (kind, _), n in groups.items() if kind in _VOIDED)
    return priced.calls + alone + voids + (priced.observe if groups else 0)
