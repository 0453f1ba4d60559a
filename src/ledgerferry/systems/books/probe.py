"""Probes: after a lost answer, does Books hold what the operation would have written?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ledgerferry.model.outcome import Probe, Probed, Receipt
from ledgerferry.model.plan import Operation, Purpose, Rung
from ledgerferry.model.record import (
    UNSENT,
    CustomerContent,
    FileContent,
    InvoiceContent,
    Kind,
    PaymentContent,
    Ref,
    SalesContent,
    TaxContent,
)
from ledgerferry.systems.books.api import MODULES, PAGE, BooksApi, Filters, Seen
from ledgerferry.systems.books.catalogue import Catalogue
from ledgerferry.systems.books.credits import PARTS, Credits
from ledgerferry.systems.books.declaration import BooksSettings
from ledgerferry.systems.books.fields import Row, custom_field, ident, moment, number, text
from ledgerferry.systems.books.guard import Guard
from ledgerferry.systems.books.mapping import files, payments
from ledgerferry.systems.books.receipts import FIGURES, Reader, names_for
from ledgerferry.systems.books.revert import Reverter
from ledgerferry.systems.books.writeoffs import WriteOffs
from ledgerferry.systems.protocol import Work

# From so many invoices on, one list of their days is asked instead of each of them.
_WORTH_A_LIST: Final = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a record says of an operation: ours, or whose it is instead."""

    ours: bool
    why: str = ""


class Prober:
    """Answers probes. A readable answer is never ``unknown``; an unreadable one raises its ``CallError``.

    Creates are looked for by documented filters only (F25, F27, F28), and in what comes back by the
    key, by the natural name, and by the bindings of others.
    """

    def __init__(self, api: BooksApi, connection: str, settings: BooksSettings, catalogue: Catalogue,
                 guard: Guard, reader: Reader, applied: Credits) -> None:
        self._api = api
        self._connection = connection
        self._settings = settings
        self._catalogue = catalogue
        self._guard = guard
        self._reader = reader
        self._applied = applied
        self._reverter = Reverter(api, connection, settings, applied)

    def probe(self, operations: Sequence[Operation], work: Work) -> dict[str, Probed]:
        """An answer for each operation, by key."""
        sends = [o for o in operations if o.purpose is Purpose.SEND]
        found = self._sends(sends, work) if sends else {}
        undone = [o for o in operations if o.purpose in (Purpose.DELETE, Purpose.VOID)]
        found |= {o.key: self._reverter.probe(o) for o in undone}
        creates = [o for o in operations if o.purpose is Purpose.CREATE and o.kind in MODULES]
        found |= self._creates(creates, work)
        for operation in operations:
            if operation.key not in found:
                found[operation.key] = self._other(operation, work)
        return found

    def holder(self, operation: Operation, work: Work) -> str | None:
        """Who else has the name or number that a create was refused for; None where nobody is seen."""
        if operation.kind not in (Kind.CUSTOMER, Kind.INVOICE, Kind.CREDIT_NOTE):
            return None
        refs = self._refs(operation, work)
        for row in self._api.rows(operation.kind, _natural(operation)):
            if not self._candidate(operation, row):
                continue
            seen = self._api.get(operation.kind, ident(row, MODULES[operation.kind].id_field))
            verdict = self._judge(operation, seen, work, refs) if seen else Verdict(ours=True)
            if not verdict.ours:
                return verdict.why
        return None

    def _creates(self, operations: Sequence[Operation], work: Work) -> dict[str, Probed]:
        found: dict[str, Probed] = {}
        for filters, group in self._grouped(operations, work):
            waiting = dict.fromkeys(o.key for o in group)
            for row in self._api.rows(group[0].kind, filters):
                for operation in group:
                    if operation.key in waiting and self._candidate(operation, row):
                        probed = self._examined(operation, row, work)
                        found[operation.key] = probed
                        if probed.probe is Probe.FOUND:
                            del waiting[operation.key]
                            break
                if not waiting:
                    break
            for operation in group:
                found.setdefault(operation.key, Probed(probe=Probe.ABSENT, why="Books does not list it"))
        return found

    def _grouped(self, operations: Sequence[Operation], work: Work) -> list[tuple[Filters, list[Operation]]]:
        """Operations that one list shows together: those of one customer, for invoices of their days."""
        groups: dict[str, list[Operation]] = {}
        for operation in operations:
            groups.setdefault(self._shared(operation, work) or operation.key, []).append(operation)
        return [(self._filters(group, customer), group) for customer, group in groups.items()]

    def _shared(self, operation: Operation, work: Work) -> str | None:
        content = operation.content
        if not isinstance(content, SalesContent | PaymentContent):
            return None
        return work.bindings.refs([content.customer]).get(content.customer)

    def _filters(self, group: Sequence[Operation], customer: str) -> Filters:
        first = group[0]
        bills = [o.content for o in group if isinstance(o.content, SalesContent)]
        numbers_hold = self._guard.rung(first.kind) is not Rung.UPSERT
        if first.kind is Kind.CUSTOMER or customer == first.key or (len(bills) == 1 and numbers_hold):
            return _natural(first)
        if first.kind in (Kind.PAYMENT, Kind.CREDIT_NOTE):
            return {"customer_id": customer}
        days = sorted(bill.issued for bill in bills)
        return {"customer_id": customer, "date_start": days[0].isoformat(), "date_end": days[-1].isoformat()}

    def _candidate(self, operation: Operation, row: Row) -> bool:
        """Whether a list row is worth a look at its detail."""
        content = operation.content
        if self._key_in(operation.kind, row) == operation.key:
            return True
        if isinstance(content, CustomerContent):
            return (text(row, "contact_name") or "").casefold() == content.name.strip().casefold()
        if isinstance(content, SalesContent):
            held = text(row, f"{MODULES[operation.kind].one}_number") or ""
            same = held.casefold() == content.number.strip().casefold()
            renumbered = self._guard.rung(operation.kind) is Rung.UPSERT
            return same or (renumbered and number(row, "total") == content.figures.gross)
        if isinstance(content, PaymentContent):
            return payments.alike(row, content)
        if not isinstance(content, TaxContent):
            return False
        return text(row, "tax_name") == content.name and number(row, "tax_percentage") == content.rate

    def _examined(self, operation: Operation, row: Row, work: Work) -> Probed:
        record = ident(row, MODULES[operation.kind].id_field)
        if operation.kind is Kind.TAX:
            return self._found(Receipt(ref=self._ref(Kind.TAX, record), content=operation.content,
                                       at=self._api.client.now()))
        seen = self._api.get(operation.kind, record)
        if seen is None:
            return Probed(probe=Probe.ABSENT, why=f"{operation.kind} {record} is gone")
        refs = self._refs(operation, work)
        verdict = self._judge(operation, seen, work, refs)
        if not verdict.ours:
            return Probed(probe=Probe.ABSENT, why=verdict.why)
        return self._found(self._reader.receipt(operation, seen, names_for(work.bindings, operation, refs)))

    def _judge(self, operation: Operation, seen: Seen, work: Work, refs: dict[str, str]) -> Verdict:
        """Whether a record that has the right name is the one that we meant to write."""
        kind, record = operation.kind, ident(seen.row, MODULES[operation.kind].id_field)
        key = self._key_in(kind, seen.row)
        if key == operation.key:
            return Verdict(ours=True)
        bound = work.bindings.identities(str(kind), [record]).get(record)
        if key is not None or (bound is not None and bound != operation.identity):
            return Verdict(ours=False, why=f"{kind} {record} was written for something else")
        if self._guard.key(operation):
            return Verdict(ours=False, why=f"{kind} {record} was not written by the ferry")
        names = names_for(work.bindings, operation, refs)
        named = getattr(operation.content, "account", None) is not None
        held = self._reader.record(kind, seen.row, names, account=named).content
        differing = self._reader.differing(operation.content, held)
        if differing:
            return Verdict(ours=False, why=f"{kind} {record} differs in {', '.join(differing)}")
        return Verdict(ours=True)

    def _sends(self, operations: Sequence[Operation], work: Work) -> dict[str, Probed]:
        found = {}
        rows = self._listed(operations, work)
        for operation in operations:
            record = self._target(operation, work)
            row = rows.get(record or "")
            if row is None and record is not None:
                seen = self._api.get(Kind.INVOICE, record)
                row = seen.row if seen else None
            found[operation.key] = self._standing(record, row)
        return found

    def _standing(self, record: str | None, row: Row | None) -> Probed:
        if record is None or row is None:
            return Probed(probe=Probe.ABSENT, why="the invoice is gone")
        status = text(row, "status")
        if status in UNSENT:
            return Probed(probe=Probe.ABSENT, why=f"the invoice is {status}")
        return self._found(Receipt(ref=self._ref(Kind.INVOICE, record), status=status,
                                   at=self._api.client.now(), modified=moment(row, "last_modified_time")))

    def _listed(self, operations: Sequence[Operation], work: Work) -> dict[str, Row]:
        """Rows by id from one list over the days of many invoices, given up when it grows too long."""
        wanted = {record for record in (self._target(o, work) for o in operations) if record}
        days = sorted(o.content.issued for o in operations if isinstance(o.content, InvoiceContent))
        if len(wanted) < _WORTH_A_LIST or not days:
            return {}
        filters = {"date_start": days[0].isoformat(), "date_end": days[-1].isoformat()}
        found: dict[str, Row] = {}
        for position, row in enumerate(self._api.rows(Kind.INVOICE, filters)):
            if ident(row, "invoice_id") in wanted:
                found[ident(row, "invoice_id")] = row
            if len(found) == len(wanted) or position >= len(wanted) * PAGE:
                break
        return found

    def _other(self, operation: Operation, work: Work) -> Probed:
        if isinstance(operation.content, FileContent):
            return self._file(operation, operation.content, work)
        if operation.kind in PARTS:
            return self._applied.probe(operation, work)
        if operation.kind is Kind.WRITE_OFF:
            return WriteOffs(self._api, self._connection).probe(operation, work)
        record = self._target(operation, work)
        seen = self._api.get(operation.kind, record) if record else None
        if seen is None:
            return Probed(probe=Probe.ABSENT, why="the record is gone")
        receipt = self._reader.receipt(operation, seen,
                                       names_for(work.bindings, operation, self._refs(operation, work)))
        left_out = [name for name in receipt.dropped if name != FIGURES]
        if left_out:
            return Probed(probe=Probe.ABSENT, why=f"not written: {', '.join(left_out)}")
        return self._found(receipt)

    def _file(self, operation: Operation, content: FileContent, work: Work) -> Probed:
        kind, owner = files.owner_kind(content), work.bindings.refs([content.document]).get(content.document)
        seen = self._api.get(kind, owner) if owner else None
        if owner is None or seen is None or not files.held(seen.row, content, operation.key):
            return Probed(probe=Probe.ABSENT, why=f"the {kind} does not list it")
        ref = files.ref(self._connection, kind, owner, operation.key)
        return self._found(Receipt(ref=ref, at=seen.at, request=seen.request or None))

    def _key_in(self, kind: Kind, row: Row) -> str | None:
        if kind is Kind.PAYMENT:
            return payments.key_of(row, self._settings.key_field)
        return custom_field(row, self._settings.key_field)

    def _refs(self, operation: Operation, work: Work) -> dict[str, str]:
        content = operation.content
        named: Iterable[str] = content.touches()
        if isinstance(content, SalesContent | PaymentContent):
            named = (content.customer, *named)
        return work.bindings.refs(list(named))

    def _target(self, operation: Operation, work: Work) -> str | None:
        if operation.target is not None:
            return operation.target.id
        return work.bindings.refs([operation.identity]).get(operation.identity)

    def _ref(self, kind: Kind, record: str) -> Ref:
        return Ref(connection=self._connection, kind=kind, id=record)

    def _found(self, receipt: Receipt) -> Probed:
        return Probed(probe=Probe.FOUND, receipt=receipt)


def _natural(operation: Operation) -> Filters:
    """The filter by the name that Books keeps unique."""
    content = operation.content
    if isinstance(content, SalesContent):
        return {f"{MODULES[operation.kind].one}_number": content.number}
    if isinstance(content, CustomerContent):
        return {"contact_name": content.name, "filter_by": "Status.All"}
    return {}
