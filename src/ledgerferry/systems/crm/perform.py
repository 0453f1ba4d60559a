"""The writes: one call for a batch of one kind and purpose, with a result for each operation."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from ledgerferry.model.ids import Identity
from ledgerferry.model.outcome import Busy, CallError, LoginNeeded, Receipt, Refused, Stale, Unsent
from ledgerferry.model.plan import Operation, Purpose
from ledgerferry.model.ports import Bindings
from ledgerferry.model.record import AccountContent, ContactContent, DealContent, FileContent, Kind, Ref
from ledgerferry.systems.crm import mapping
from ledgerferry.systems.crm.board import board
from ledgerferry.systems.crm.crm import Crm
from ledgerferry.systems.crm.declaration import MODULES
from ledgerferry.systems.crm.keyed import Keyed
from ledgerferry.systems.crm.lock import looked
from ledgerferry.systems.crm.mapping import Groups, Written, files
from ledgerferry.systems.crm.records import Result, Results
from ledgerferry.systems.crm.remedies import explained
from ledgerferry.systems.protocol import Work
from ledgerferry.systems.zoho.attaching import attachment_name, checked

_GONE = "deleted"


@dataclass(frozen=True, slots=True)
class Draft:
    """What one operation writes: a record's fields, those of its content that do not fit, and its id.

    ``groups`` tell which field of the content each of them carries.
    """

    row: dict[str, object]
    dropped: tuple[str, ...] = ()
    id: str = ""
    groups: Groups = field(default_factory=dict)


class Drafts:
    """Makes drafts of operations. Every method raises the ``CallError`` of one that cannot be sent."""

    def __init__(self, crm: Crm) -> None:
        self._crm = crm

    def of(self, operation: Operation, work: Work) -> Draft:
        """What an operation writes."""
        if operation.purpose is Purpose.LINK:
            return self._link(operation, work)
        content = written(operation)
        refs = _refs(operation, work.bindings, content.refers())
        deals = board(self._crm.metadata) if isinstance(content, DealContent) else None
        made = mapping.groups(content, refs, self._crm.settings, deals)
        left = mapping.left_out(content, made)
        if operation.purpose is Purpose.CREATE:
            return Draft(mapping.body(made), left, groups=made)
        kept = [name for name in operation.changed if name not in left]
        dropped = tuple(name for name in left if name in operation.changed)
        return Draft(mapping.body(made, kept), dropped, bound(operation, work))

    def _link(self, operation: Operation, work: Work) -> Draft:
        module = MODULES[operation.kind]
        name = self._crm.settings.linked.get(module)
        if name is None:
            raise Refused(
                f"{module} has no field for the id in the books: run ferry connect crm again, which makes it",
                subject=operation.key,
                code="linked",
            )
        if operation.undoes:
            return Draft({name: None}, (), bound(operation, work))
        content = written(operation)
        other = content.document if isinstance(content, DealContent) else content.customer
        if work.elsewhere is None:
            raise Refused("the run has no other connection to link with", subject=operation.key)
        there = _refs(operation, work.elsewhere, (other,))[other]
        return Draft({name: there}, (), bound(operation, work))


class Performer:
    """Does operations against CRM. Raises only where nothing was done, see ``systems.protocol``."""

    def __init__(self, crm: Crm, connection: str) -> None:
        self._crm = crm
        self._connection = connection
        self._drafts = Drafts(crm)
        self._made: set[str] = set()

    def batch(self, operations: Sequence[Operation], work: Work) -> list[Receipt | CallError]:
        """Do operations of one kind and purpose, in one call for a hundred."""
        first = operations[0]
        if first.kind is Kind.FILE:
            return self._each(operations, work)
        if first.kind not in MODULES:
            why = f"CRM knows no way to {first.purpose} a {first.kind}"
            return [Refused(why, subject=o.key) for o in operations]
        if first.purpose is Purpose.DELETE:
            return self._delete(operations, work)
        if first.purpose is Purpose.CREATE:
            return self._write(operations, work, self._upsert)
        if first.purpose in (Purpose.UPDATE, Purpose.LINK):
            return self._change(operations, work)
        why = f"CRM knows no way to {first.purpose} a {first.kind}"
        return [Refused(why, subject=o.key) for o in operations]

    def _change(self, operations: Sequence[Operation], work: Work) -> list[Receipt | CallError]:
        """Change records, but for those that somebody changed in the same field since the plan."""
        look = looked(self._crm, operations, work)
        sent = [o for o in operations if o.key not in look.stale]

        def send(drafts: Sequence[tuple[Operation, Draft]], work: Work) -> Results:
            rows = [{"id": draft.id, **draft.row} for _, draft in drafts]
            records = self._crm.records(MODULES[drafts[0][0].kind])
            return records.update(rows, unless_since=look.since, journal=work.journal)

        found = dict(zip((o.key for o in sent), self._write(sent, work, send), strict=True))
        return [look.stale.get(o.key) or found[o.key] for o in operations]

    def _write(
        self,
        operations: Sequence[Operation],
        work: Work,
        send: Callable[[Sequence[tuple[Operation, Draft]], Work], Results],
    ) -> list[Receipt | CallError]:
        """Draft all, send those that could be drafted, and put the results in order."""
        found: dict[str, Receipt | CallError] = {}
        drafts: list[tuple[Operation, Draft]] = []
        for operation in operations:
            try:
                drafts.append((operation, self._drafts.of(operation, work)))
            except (Refused, Stale) as error:
                found[operation.key] = error
        results = send(drafts, work) if drafts else []
        for (operation, draft), result in zip(drafts, results, strict=True):
            found[operation.key] = self._told(operation, draft, result)
        return [found[o.key] for o in operations]

    def _told(self, operation: Operation, draft: Draft, result: Result) -> Receipt | CallError:
        if isinstance(result, CallError):
            return explained(result, operation)
        if operation.kind is Kind.DEAL and result.action == "insert":
            self._made.add(result.id)
        return Receipt(
            ref=Ref(connection=self._connection, kind=operation.kind, id=result.id),
            modified=result.modified,
            at=result.at,
            request=result.request or None,
            dropped=draft.dropped,
        )

    def _upsert(self, drafts: Sequence[tuple[Operation, Draft]], work: Work) -> Results:
        keyed = self._crm.keyed(MODULES[drafts[0][0].kind])
        return keyed.upsert([Keyed(o.key, draft.row) for o, draft in drafts], journal=work.journal)

    def _delete(self, operations: Sequence[Operation], work: Work) -> list[Receipt | CallError]:
        """Delete; what is gone already is done: a repeat does no harm."""
        records = self._crm.records(MODULES[operations[0].kind])
        results = records.delete([target(o).id for o in operations], journal=work.journal)
        found: list[Receipt | CallError] = []
        for operation, result in zip(operations, results, strict=True):
            if isinstance(result, CallError) and not isinstance(result, Stale):
                found.append(explained(result, operation))
                continue
            at = self._crm.now() if isinstance(result, Stale) else result.at
            found.append(Receipt(ref=target(operation), status=_GONE, at=at, request=result.request or None))
        return found

    def _each(self, operations: Sequence[Operation], work: Work) -> list[Receipt | CallError]:
        """Files, one call each; ends at the first that tells of more than itself."""
        results: list[Receipt | CallError] = []
        for operation in operations:
            try:
                results.append(self._file(operation, work))
            except (Busy, LoginNeeded, Unsent) as error:
                if not results:
                    raise
                return results + [error] * (len(operations) - len(results))
            except CallError as error:
                results.append(explained(error, operation))
        return results

    def _file(self, operation: Operation, work: Work) -> Receipt:
        if operation.purpose is Purpose.DELETE:
            return self._detach(operation, work)
        if operation.purpose not in (Purpose.ATTACH, Purpose.CREATE):
            raise Refused(f"CRM knows no way to {operation.purpose} a file", subject=operation.key)
        content = document(operation)
        deal = _refs(operation, work.bindings, (content.document,))[content.document]
        path = checked(operation, content, work.folder)
        deals = self._crm.related(MODULES[Kind.DEAL])
        name, media = attachment_name(content, operation.key), files.media(content)
        there = None if deal in self._made else files.held(deals.attachments(deal), content, operation.key)
        made = there or deals.attach(deal, path, name, media, journal=work.journal)
        return Receipt(ref=files.ref(self._connection, deal, made), at=self._crm.now())

    def _detach(self, operation: Operation, work: Work) -> Receipt:
        deal, attachment = files.parts(target(operation).id)
        with suppress(Stale):  # what is gone already is done
            self._crm.related(MODULES[Kind.DEAL]).detach(deal, attachment, journal=work.journal)
        return Receipt(ref=target(operation), status=_GONE, at=self._crm.now())


def written(operation: Operation) -> Written:
    """The content of an operation on an account, contact or deal."""
    if not isinstance(operation.content, AccountContent | ContactContent | DealContent):
        raise TypeError(f"{operation.key}: {type(operation.content).__name__} is nothing that CRM holds")
    return operation.content


def document(operation: Operation) -> FileContent:
    """The content of an operation on a file."""
    if not isinstance(operation.content, FileContent):
        raise TypeError(f"{operation.key}: {type(operation.content).__name__} is no file")
    return operation.content


def target(operation: Operation) -> Ref:
    """The record that an operation takes away."""
    if operation.target is None:
        raise TypeError(f"{operation.key}: nothing can be taken back without its record")
    return operation.target


def bound(operation: Operation, work: Work) -> str:
    """The id of the record that an operation changes; ``Stale`` where none is bound to it."""
    if operation.target is not None:
        return operation.target.id
    return _refs(operation, work.bindings, (operation.identity,))[operation.identity]


def _refs(operation: Operation, bindings: Bindings, identities: Sequence[str]) -> Mapping[str, str]:
    refs = bindings.refs(identities) if identities else {}
    missing = next((i for i in identities if i not in refs), None)
    if missing is not None:
        kind = Identity.parse(missing).kind
        raise Stale(f"the {kind} that it names is bound to nothing", subject=operation.key)
    return refs
