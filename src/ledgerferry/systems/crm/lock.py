"""The lock of updates: what somebody changed since the plan is seen before it is written over (F61)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ledgerferry.model.outcome import Stale
from ledgerferry.model.plan import Operation, Purpose
from ledgerferry.model.record import Kind
from ledgerferry.systems.crm import mapping
from ledgerferry.systems.crm.board import currencies
from ledgerferry.systems.crm.crm import Crm
from ledgerferry.systems.crm.declaration import MODULES
from ledgerferry.systems.crm.mapping.names import Names
from ledgerferry.systems.crm.parameters import IN_LIST
from ledgerferry.systems.protocol import Work
from ledgerferry.systems.zoho.fields import Fields, ident, moment


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look before a write came to: the operations that must be planned again, with why.

    ``since`` is the newest time of modification among the others: a record that moves after it is refused
    by CRM itself. None where nothing was to be looked at.
    """

    stale: dict[str, Stale]
    since: datetime | None = None


def looked(crm: Crm, operations: Sequence[Operation], work: Work) -> Looked:
    """Look at the records of one kind that are to be updated, one query for fifty.

    Stale is what holds neither what was agreed nor what shall be written, in a field that is written, and
    was modified after the plan saw it. Another field that a person changed stays as it is.
    """
    watched = {
        o.target.id: o for o in operations if o.purpose is Purpose.UPDATE and o.seen is not None and o.target
    }
    if not watched:
        return Looked({})
    stale: dict[str, Stale] = {}
    times: list[datetime] = []
    for row in _rows(crm, operations[0].kind, list(watched)):
        operation, modified = watched[ident(row, "id")], moment(row, "Modified_Time")
        fields = _changed(crm, operation, row, modified, work)
        if fields:
            why = f"somebody changed {', '.join(fields)} after the plan"
            stale[operation.key] = Stale(why, subject=operation.key)
        elif modified is not None:
            times.append(modified)
    return Looked(stale, max(times, default=None))


def _rows(crm: Crm, kind: Kind, ids: Sequence[str]) -> list[Fields]:
    own = kind is Kind.DEAL and bool(currencies(crm.metadata))
    columns = ", ".join(mapping.columns(kind, crm.settings, own_currency=own))
    query = f"select {columns} from {MODULES[kind]} where id in :ids limit {IN_LIST}"  # noqa: S608 our own
    parts = (list(ids[start : start + IN_LIST]) for start in range(0, len(ids), IN_LIST))
    return [row for part in parts for row in crm.query(query, ids=part)]


def _changed(
    crm: Crm, operation: Operation, row: Fields, modified: datetime | None, work: Work
) -> list[str]:
    """The fields of an update that somebody changed to something else since the plan saw the record."""
    untouched = modified is not None and operation.seen is not None and modified <= operation.seen
    if untouched or operation.former is None:
        return []
    names = Names(work.bindings, operation.kind, ident(row, "id"))
    home = crm.metadata.company().currency if operation.kind is Kind.DEAL else ""
    held = mapping.content(operation.kind, row, names, crm.settings, home)
    there, agreed, wanted = (
        mapping.kept(each, crm.settings) for each in (held, operation.former, operation.content)
    )
    return [f for f in operation.changed if f in there and there[f] not in (agreed.get(f), wanted.get(f))]
