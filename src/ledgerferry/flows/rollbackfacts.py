"""The facts of a rollback: what the run wrote, what the account holds now, and what hangs on what."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from ledgerferry.engine.observe import Population
from ledgerferry.model.ids import normal_number
from ledgerferry.model.plan import Operation, Purpose
from ledgerferry.model.record import (
    AnyContent,
    Application,
    CreditContent,
    DealContent,
    FileContent,
    Kind,
    PaymentContent,
    Record,
    Ref,
    RefundContent,
    SalesContent,
    Summary,
    WriteOffContent,
)
from ledgerferry.store.bindings import Binding

Key = tuple[Kind, str]
# What there is of a document beside itself, and is looked at there.
PARTS = (Kind.CREDIT, Kind.REFUND, Kind.WRITE_OFF)
# Times in Books' answers have whole seconds.
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Written:
    """What the receipts prove: records created, and updates and sends by record, in their order."""

    created: Collection[Key]
    changed: Mapping[Key, Sequence[Operation]]


@dataclass(frozen=True)
class RollbackFacts:
    """What a rollback is weighed against.

    ``live`` are all bindings of the link; ``later`` tells the run that wrote to a record afterwards,
    ``unsettled`` whether an identity has a call whose answer is not known; ``deleted`` are records gone
    that lists may still show; ``refused`` the system's words by identity and purpose; ``get`` reads a
    record in full, ``moved`` compares what was agreed with what a record says.
    """

    live: Sequence[Binding]
    population: Population
    written: Written
    deleted: Collection[Key]
    refused: Mapping[tuple[str, Purpose], str]
    later: Callable[[Ref], str | None]
    unsettled: Callable[[str], bool]
    get: Callable[[Ref], Record | None]
    moved: Callable[[AnyContent, AnyContent], tuple[str, ...]]

    @cached_property
    def own(self) -> dict[str, Binding]:
        """What the run created and is still bound, by identity."""
        return {b.identity: b for b in self.live if key_of(b) in self.written.created}

    @cached_property
    def payments_on(self) -> dict[str, list[Binding]]:
        """Bound payments by each invoice that they settle."""
        return _by(self.live, lambda b: [a.invoice for a in applied(b.content)])

    @cached_property
    def parts_on(self) -> dict[str, list[Binding]]:
        """Bound applications and refunds by the credit note, and applications by the invoice too."""
        return _by(self.live, lambda b: b.content.touches() if b.ref.kind in PARTS else [])

    @cached_property
    def bound(self) -> dict[str, Binding]:
        """All that is bound, by identity."""
        return {b.identity: b for b in self.live}

    @cached_property
    def files_of(self) -> dict[str, list[Binding]]:
        """Bound files by their document."""
        return _by(self.live, lambda b: [b.content.document] if isinstance(b.content, FileContent) else [])

    @cached_property
    def naming(self) -> dict[str, list[Binding]]:
        """Bound documents by the customer that they name."""
        return _by(self.live, lambda b: [c] if (c := getattr(b.content, "customer", None)) else [])

    def is_gone(self, binding: Binding) -> bool:
        """Whether a bound record is not listed, and by its id not there either.

        What is applied or paid back is looked at where its credit note moved after our last write.
        """
        if binding.ref.kind in PARTS:
            return self.moved_since(binding) and self.get(binding.ref) is None
        listed = binding.ref.kind in self.population.kinds
        return listed and self.row(binding) is None and self.get(binding.ref) is None

    def moved_since(self, binding: Binding) -> bool:
        """Whether a record moved after our last write, by the list; so it seems where none shows it.

        A change within the second of that write is seen where the row itself shows another value.
        """
        shown = self._shown(binding)
        row, ours = self.row(binding), shown.touched
        if row is None or row.modified is None or ours is None:
            return True
        return row.modified >= ours.replace(microsecond=0) + _SECOND or _says_otherwise(row, shown.content)

    def row(self, binding: Binding) -> Summary | None:
        """What a list shows of a bound record."""
        return self.population.ids.get(key_of(self._shown(binding)))

    def _shown(self, binding: Binding) -> Binding:
        """The binding that a list tells of: of what is applied or paid back, the credit note's."""
        content = binding.content
        if isinstance(content, CreditContent | RefundContent):
            return self.bound.get(content.credit_note, binding)
        if isinstance(content, WriteOffContent):
            return self.bound.get(content.invoice, binding)
        return binding


def _says_otherwise(row: Summary, agreed: AnyContent) -> bool:
    """Whether a row shows another amount, day, number or reference than was agreed."""
    if isinstance(agreed, SalesContent):
        due = getattr(agreed, "due", None)
        return (
            (row.total, row.day) != (agreed.figures.gross, agreed.issued)
            or normal_number(row.name) != normal_number(agreed.number)
            or (row.reference or "") != (agreed.reference or "")
            or (due is not None and row.due is not None and row.due != due)
        )
    if isinstance(agreed, PaymentContent):
        return (row.total, row.day) != (agreed.amount, agreed.paid_on)
    return isinstance(agreed, DealContent) and (row.total, row.status) != (agreed.amount, agreed.stage)


def key_of(binding: Binding) -> Key:
    """The record of a binding."""
    return binding.ref.kind, binding.ref.id


def applied(content: AnyContent) -> Sequence[Application]:
    """What a payment is applied to; nothing for other kinds."""
    return content.applied if isinstance(content, PaymentContent) else ()


def _by(bindings: Sequence[Binding], of: Callable[[Binding], Sequence[str]]) -> dict[str, list[Binding]]:
    found: dict[str, list[Binding]] = {}
    for binding in bindings:
        for identity in of(binding):
            found.setdefault(identity, []).append(binding)
    return found
