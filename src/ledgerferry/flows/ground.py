"""The ground of a rollback: what the run wrote, what the account holds now, and what hangs on what."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ledgerferry.engine.observe import LISTED, Population
from ledgerferry.model.plan import Operation, Purpose
from ledgerferry.model.record import (
    AnyContent,
    Application,
    FileContent,
    Kind,
    PaymentContent,
    Record,
    Ref,
    Summary,
)
from ledgerferry.store.bindings import Binding

Key = tuple[Kind, str]


@dataclass(frozen=True)
class Written:
    """What the receipts prove: records created, and updates and sends by record, in their order."""

    created: Collection[Key]
    changed: Mapping[Key, Sequence[Operation]]


@dataclass(frozen=True)
class Ground:
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
    def files_of(self) -> dict[str, list[Binding]]:
        """Bound files by their document."""
        return _by(self.live, lambda b: [b.content.document] if isinstance(b.content, FileContent) else [])

    @cached_property
    def naming(self) -> dict[str, list[Binding]]:
        """Bound documents by the customer that they name."""
        return _by(self.live, lambda b: [c] if (c := getattr(b.content, "customer", None)) else [])

    def is_gone(self, binding: Binding) -> bool:
        """Whether a bound record is not listed, and by its id not there either."""
        return binding.ref.kind in LISTED and self.row(binding) is None and self.get(binding.ref) is None

    def row(self, binding: Binding) -> Summary | None:
        """What a list shows of a bound record."""
        return self.population.ids.get(key_of(binding))


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
