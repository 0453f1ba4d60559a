"""Afterwards: differences of records that somebody changed after our own last write are told apart."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from ledgerferry.flows.result import Difference
from ledgerferry.model.record import Kind, Summary
from ledgerferry.store.bindings import Binding

# Times in the systems' answers have whole seconds.
_SECOND = timedelta(seconds=1)


def dated(
    differences: Sequence[Difference],
    rows: Mapping[tuple[Kind, str], Summary],
    bindings: Iterable[Binding],
) -> list[Difference]:
    """The differences, each with the time at which its record was last changed, where that was not by us."""
    wanted = {(d.kind, d.right) for d in differences}
    touched = {
        (b.ref.kind, b.ref.id): b.touched for b in bindings if (b.ref.kind.value, b.ref.id) in wanted
    }
    return [_dated(d, rows.get((Kind(d.kind), d.right or "")), touched) for d in differences]


def _dated(
    one: Difference, row: Summary | None, touched: Mapping[tuple[Kind, str], datetime | None]
) -> Difference:
    theirs = row.modified if row else None
    ours = touched.get((row.ref.kind, row.ref.id)) if row else None
    if theirs is None or ours is None or theirs < ours.replace(microsecond=0) + _SECOND:
        return one
    return one.model_copy(update={"changed_at": theirs.isoformat()})
