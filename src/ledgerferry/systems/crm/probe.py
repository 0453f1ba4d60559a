"""Probes: after a lost answer, does CRM hold what the operations would have written?"""

from collections.abc import Iterable, Mapping, Sequence

from ledgerferry.model.outcome import Probe, Probed, Receipt, Refused, Stale
from ledgerferry.model.plan import Operation, Purpose
from ledgerferry.model.record import AnyContent, Kind, Ref
from ledgerferry.systems.crm import mapping
from ledgerferry.systems.crm.crm import Crm
from ledgerferry.systems.crm.declaration import MODULES
from ledgerferry.systems.crm.keyed import Keyed, KeyProbe, same
from ledgerferry.systems.crm.mapping import files
from ledgerferry.systems.crm.mapping.names import Names
from ledgerferry.systems.crm.perform import Draft, Drafts, document, target
from ledgerferry.systems.protocol import Work
from ledgerferry.systems.zoho.fields import Fields, ident, moment


class Prober:
    """Answers probes, fifty records a query (F69). A readable answer is never ``unknown``."""

    def __init__(self, crm: Crm, connection: str) -> None:
        self._crm = crm
        self._connection = connection
        self._drafts = Drafts(crm)

    def probe(self, operations: Sequence[Operation], work: Work) -> dict[str, Probed]:
        """An answer for each operation, by key."""
        groups: dict[tuple[Kind, Purpose], list[Operation]] = {}
        for operation in operations:
            groups.setdefault((operation.kind, operation.purpose), []).append(operation)
        found: dict[str, Probed] = {}
        for (kind, purpose), group in groups.items():
            if kind is Kind.FILE:
                found |= {o.key: self._file(o, work) for o in group}
            elif purpose is Purpose.CREATE:
                found |= self._created(kind, group, work)
            elif purpose is Purpose.DELETE:
                found |= self._deleted(kind, group)
            else:
                found |= self._changed(kind, group, work)
        return found

    def _drafted(
        self, operations: Iterable[Operation], work: Work
    ) -> tuple[list[tuple[Operation, Draft]], dict[str, Probed]]:
        """Drafts, and the answers for those that cannot be drafted any more: they cannot be judged."""
        drafts, found = [], {}
        for operation in operations:
            try:
                drafts.append((operation, self._drafts.of(operation, work)))
            except (Refused, Stale) as error:
                found[operation.key] = Probed(probe=Probe.UNKNOWN, why=error.why)
        return drafts, found

    def _created(self, kind: Kind, operations: Sequence[Operation], work: Work) -> dict[str, Probed]:
        drafts, found = self._drafted(operations, work)
        seen = self._crm.keyed(MODULES[kind]).probe([Keyed(o.key, draft.row) for o, draft in drafts])
        for operation, draft in drafts:
            found[operation.key] = self._judged(operation, draft, seen[operation.key], work)
        return found

    def _judged(self, operation: Operation, draft: Draft, seen: KeyProbe, work: Work) -> Probed:
        if seen.probe is not Probe.FOUND or seen.fields is None:
            return Probed(probe=Probe.ABSENT, why="CRM holds no record of its key")
        names = Names(work.bindings, operation.kind, seen.id)
        settings = self._crm.settings
        differs = tuple(n for n, group in draft.groups.items() if set(group) & set(seen.differs))
        held = mapping.content(operation.kind, seen.fields, names, settings, "") if differs else None
        return self._found(operation, seen.fields, (*draft.dropped, *differs), held)

    def _found(
        self, operation: Operation, row: Fields, dropped: tuple[str, ...], held: AnyContent | None = None
    ) -> Probed:
        receipt = Receipt(
            ref=Ref(connection=self._connection, kind=operation.kind, id=ident(row, "id")),
            content=held,
            modified=moment(row, "Modified_Time"),
            at=self._crm.now(),
            dropped=dropped,
        )
        return Probed(probe=Probe.FOUND, receipt=receipt)

    def _changed(self, kind: Kind, operations: Sequence[Operation], work: Work) -> dict[str, Probed]:
        drafts, found = self._drafted(operations, work)
        columns = dict.fromkeys(name for _, draft in drafts for name in draft.row)
        rows = self._rows(kind, ("id", *columns, "Modified_Time"), [draft.id for _, draft in drafts])
        for operation, draft in drafts:
            row = rows.get(draft.id)
            if row is None:
                found[operation.key] = Probed(probe=Probe.ABSENT, why="the record is gone")
                continue
            differs = [name for name, value in draft.row.items() if not same(row.get(name), value)]
            why = f"not written: {', '.join(differs)}"
            found[operation.key] = (
                Probed(probe=Probe.ABSENT, why=why) if differs else self._found(operation, row, draft.dropped)
            )
        return found

    def _deleted(self, kind: Kind, operations: Sequence[Operation]) -> dict[str, Probed]:
        rows = self._rows(kind, ("id",), [target(o).id for o in operations])
        at = self._crm.now()
        return {
            o.key: Probed(probe=Probe.ABSENT, why=f"the {kind} is still there")
            if target(o).id in rows
            else Probed(probe=Probe.FOUND, receipt=Receipt(ref=target(o), status="deleted", at=at))
            for o in operations
        }

    def _rows(self, kind: Kind, columns: Sequence[str], ids: Sequence[str]) -> Mapping[str, Fields]:
        """Rows by id."""
        if not ids:
            return {}
        query = f"select {', '.join(columns)} from {MODULES[kind]} where id in :ids"  # noqa: S608 our own names
        return {ident(row, "id"): row for row in self._crm.query(query, ids=ids)}

    def _file(self, operation: Operation, work: Work) -> Probed:
        deals = self._crm.related(MODULES[Kind.DEAL])
        if operation.purpose is Purpose.DELETE:
            deal, attachment = files.parts(target(operation).id)
            if any(ident(row, "id") == attachment for row in deals.attachments(deal)):
                return Probed(probe=Probe.ABSENT, why="the file is still there")
            receipt = Receipt(ref=target(operation), status="deleted", at=self._crm.now())
            return Probed(probe=Probe.FOUND, receipt=receipt)
        content = document(operation)
        deal = work.bindings.refs([content.document]).get(content.document, "")
        there = files.held(deals.attachments(deal), content, operation.key) if deal else None
        if there is None:
            return Probed(probe=Probe.ABSENT, why="the deal does not list it")
        ref = files.ref(self._connection, deal, there)
        return Probed(probe=Probe.FOUND, receipt=Receipt(ref=ref, at=self._crm.now()))
