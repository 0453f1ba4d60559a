"""Pairing: documents beside what is there. What cannot be written without doubt is held before any plan."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from ledgerferry.engine.merge import Pair, Verdict, decide, moved
from ledgerferry.engine.planning import Wanted
from ledgerferry.flows import payments, writeoffs
from ledgerferry.flows.adopt import Adopter, Known
from ledgerferry.flows.assemble import assemble
from ledgerferry.flows.credits import settle
from ledgerferry.flows.gather import Piece, hold
from ledgerferry.flows.policy import Policy
from ledgerferry.flows.result import Notice
from ledgerferry.model.record import (
    AnyContent,
    CreditNoteContent,
    CustomerContent,
    InvoiceContent,
    Kind,
    Record,
    Ref,
    SalesContent,
)
from ledgerferry.store.bindings import Binding
from ledgerferry.systems.protocol import Profile

Reasons = dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Paired:
    """What is to be planned, and what it was weighed against.

    ``rights`` is what bound records hold now, where both sides may have moved; ``moves`` bindings of
    payments by their new identity; ``conflicts`` how many pairs of a kind both sides changed.
    """

    pieces: list[Piece]
    wanted: list[Wanted]
    rights: dict[str, AnyContent]
    moves: dict[str, Binding]
    conflicts: dict[Kind, int] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)


class Pairing:
    """Weighs one plan's documents against the target, until what is left can all be written."""

    def __init__(
        self,
        known: Known,
        place: tuple[str, str],
        profile: Profile,
        policy: Policy = Policy(),  # noqa: B008 it is frozen
    ) -> None:
        """``place`` is the target's name and the link; ``profile`` the account's."""
        self._policy = policy
        self._known = replace(known, get=once(known.get))
        self._place = place
        self._profile = profile
        self._customers = {
            i: b.content for i, b in known.live.items() if isinstance(b.content, CustomerContent)
        }

    def pair(self, pieces: Sequence[Piece]) -> Paired:
        """Hold what is in doubt, and then what depended on it, until nothing is."""
        conflicts: dict[str, Kind] = {}
        while True:
            paired, reasons = self._weighed(list(pieces), conflicts)
            if not reasons:
                counted = {kind: list(conflicts.values()).count(kind) for kind in conflicts.values()}
                return replace(paired, conflicts=counted)
            pieces = held(pieces, reasons)

    def _weighed(self, pieces: list[Piece], conflicts: dict[str, Kind]) -> tuple[Paired, Reasons]:
        settled = settle(pieces, self._known.live, self._known.population, self._policy)
        pieces = settled.pieces
        asked = assemble(pieces, self._profile, self._customers)
        followed = payments.follow(asked, self._known.live)
        known = replace(self._known, live=_renamed(self._known.live, followed.moves))
        spoken = {p.shaped.identity for p in pieces if p.shaped}
        asked = writeoffs.taken_back(payments.keep(asked, known.live, spoken), known.live, spoken)
        wanted, reasons = Adopter(known, *self._place).adopt(asked)
        reasons |= followed.reasons | settled.reasons | writeoffs.lessened(asked, known.live)
        if reasons:
            # Documents say together what their customer is: it is weighed once those in doubt say nothing.
            return Paired(pieces, wanted, {}, {}), reasons
        rights: dict[str, AnyContent] = {}
        for one in wanted:
            binding = known.live.get(one.identity)
            if binding is None:
                continue
            if self._is_gone(binding):
                text = "It was deleted in the account after it had been loaded."
                reasons[one.identity] = ("deleted-there", text)
                continue
            right = self._right(one, binding)
            if right is not None:
                rights[one.identity] = right
            fields = _conflict(one, right, binding)
            if fields:
                conflicts[one.identity] = one.content.kind
                reasons[one.identity] = ("conflict", f"Changed on both sides: {', '.join(fields)}.")
        moves = {new: self._known.live[old] for new, old in followed.moves.items()}
        return Paired(pieces, wanted, rights, moves, notices=settled.notices), reasons

    def _is_gone(self, binding: Binding) -> bool:
        """Whether a bound record is not listed, and by its id not there either."""
        ref = binding.ref
        if ref.kind not in self._known.population.kinds or (ref.kind, ref.id) in self._known.population.ids:
            return False
        return self._known.get(ref) is None

    def _right(self, one: Wanted, binding: Binding) -> AnyContent | None:
        """What a bound record holds now, read in full where both sides may have moved."""
        if not moved(one.content, binding.content):
            return None
        row = self._known.population.ids.get((binding.ref.kind, binding.ref.id))
        if row is None:
            return None
        touched, modified = binding.touched, row.modified
        if touched is not None and modified is not None and modified <= touched + timedelta(seconds=1):
            return None
        record = self._known.get(binding.ref)
        return _as_agreed(record.content, binding.content) if record is not None else None


def held(pieces: Iterable[Piece], reasons: Reasons) -> list[Piece]:
    """The pieces, those held whose document, customer, payment, credit or refund has a reason."""
    return [_with(p, reasons) for p in pieces]


def _with(piece: Piece, reasons: Reasons) -> Piece:
    if piece.shaped is None:
        return piece
    shaped = piece.shaped
    parts = [p.identity for p in shaped.payments]
    parts += [c.identity for c in shaped.credits] + [r.identity for r in shaped.refunds]
    for identity in (shaped.identity, shaped.customer_identity, *parts):
        if identity in reasons:
            return hold(piece, *reasons[identity])
    return piece


def _conflict(one: Wanted, right: AnyContent | None, binding: Binding) -> tuple[str, ...]:
    agreed = binding.content
    decision = decide(Pair(identity=one.identity, left=one.content, right=right or agreed, agreement=agreed))
    return decision.fields if decision.verdict is Verdict.CONFLICT else ()


def _as_agreed(held: AnyContent, agreed: AnyContent) -> AnyContent:
    """What a record holds, silent on what the agreement left to the account."""
    if isinstance(held, InvoiceContent | CreditNoteContent) and isinstance(agreed, SalesContent):
        return held.silent_like(agreed)
    if isinstance(held, CustomerContent) and isinstance(agreed, CustomerContent) and not agreed.vat_place:
        return held.model_copy(update={"vat_place": None})
    return held


def _renamed(live: Mapping[str, Binding], moves: Mapping[str, str]) -> dict[str, Binding]:
    """The bindings as they will be once payments have followed their documents."""
    old = {former: new for new, former in moves.items()}
    return {old.get(i, i): b.model_copy(update={"identity": old.get(i, i)}) for i, b in live.items()}


def once(
    get: Callable[[Ref], Record | None], seen: dict[Ref, Record | None] | None = None
) -> Callable[[Ref], Record | None]:
    """The same, each record read once; ``seen`` is told of each."""
    seen = {} if seen is None else seen

    def read(ref: Ref) -> Record | None:
        if ref not in seen:
            seen[ref] = get(ref)
        return seen[ref]

    return read
