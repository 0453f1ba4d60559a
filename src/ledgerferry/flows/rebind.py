"""Rebind: a document whose number or date was corrected is still the same document; in doubt it is held."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from ledgerferry.engine.merge import moved
from ledgerferry.flows.assemble import write_off_identity
from ledgerferry.flows.credits import credit_identity
from ledgerferry.flows.gather import Piece
from ledgerferry.model.ids import Identity, digest
from ledgerferry.model.record import (
    AnyContent,
    CreditContent,
    FileContent,
    PaymentContent,
    RefundContent,
    SalesContent,
    WriteOffContent,
)
from ledgerferry.store.bindings import Binding, BindingTable
from ledgerferry.store.runs import Standing

Reasons = dict[str, tuple[str, str]]
# What may differ between a document and the one that stood in its place, for both to be one.
_CORRECTED = {"number", "issued", "due", "exchange_rate", "sent"}


@dataclass(frozen=True)
class _Found:
    """A document, what it asks for where it is clear, and whose evidence stood in its place before."""

    identity: str
    lineage: str
    document: SalesContent | None
    former: Binding | None


@dataclass(frozen=True)
class Rebound:
    """Documents beside the places of those that were loaded.

    ``moves`` old identities to new ones of one document each; ``places`` where bound documents stand now;
    ``reasons`` to hold those that may be another document instead, by identity.
    """

    moves: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    reasons: Reasons = field(default_factory=dict)


def rebound(conn: Connection, bindings: BindingTable, link: str, pieces: Sequence[Piece]) -> Rebound:
    """Recognise documents that stand, corrected, where their old selves stood.

    Only where the old identity is nowhere in the source any more.
    """
    live = {b.identity: b for b in bindings.live(conn, link) if isinstance(b.content, SalesContent)}
    result = Rebound()
    if not live:
        return result
    present = {p.found.identity for p in pieces if p.found.identity is not None}
    vanished = {i: b for i, b in live.items() if i not in present}
    found = list(_found(conn, bindings, link, pieces))
    for one in found:
        former = vanished.get(one.former.identity) if one.former else None
        if (
            former is not None
            and one.identity not in live
            and one.document
            and _corrected(one.document, former)
        ):
            result.moves[former.identity] = one.identity
            del vanished[former.identity]
    now = {one.identity: one.document for one in found}
    moved_here = set(result.moves.values())
    for one in found:
        if one.identity not in moved_here and one.document is not None:
            doubt = _doubt(one, one.document, live.get(one.identity), vanished, now)
            if doubt is not None:
                result.reasons[one.identity] = doubt
    certain = [one for one in found if one.identity not in result.reasons]
    result.places.update(_places(certain, vanished, live.keys() | moved_here))
    return result


def _places(
    found: Iterable[_Found], vanished: Collection[str], bound: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Where every bound document stands now; who stood there before and is nowhere stands nowhere."""
    for one in found:
        former = one.former.identity if one.former else None
        if one.identity not in bound or former == one.identity:
            continue
        if former in vanished and former is not None:
            yield former, digest("nowhere", former)
        yield one.identity, one.lineage


def _found(conn: Connection, bindings: BindingTable, link: str, pieces: Sequence[Piece]) -> Iterator[_Found]:
    for piece in pieces:
        found = piece.found
        if found.identity is None or found.lineage is None or found.standing is Standing.TWIN:
            continue
        former = bindings.of_lineage(conn, link, found.lineage)
        document = piece.shaped.document if piece.shaped else None
        yield _Found(found.identity, found.lineage, document, former)


def _corrected(invoice: SalesContent, former: Binding) -> bool:
    return set(_moved(invoice, former)) <= _CORRECTED


def _moved(document: SalesContent, former: Binding) -> tuple[str, ...]:
    """The fields in which a document differs from a loaded one; an invoice is never a credit note."""
    return moved(document, former.content) if document.kind is former.content.kind else ("kind",)


def _doubt(
    one: _Found,
    invoice: SalesContent,
    bound: Binding | None,
    vanished: Mapping[str, Binding],
    now: Mapping[str, SalesContent | None],
) -> tuple[str, str] | None:
    """Why a document may be one that was loaded under another number; ``now`` is all that is found."""
    if bound is not None and not _moved(invoice, bound):
        return None
    former = one.former
    if former is not None and former.identity != one.identity and not _itself(former, now):
        if _corrected(invoice, former):
            return _renumbered(former)
        if former.identity in vanished:
            return "replaced", (
                f"It stands where {_named(former)} stood, which is nowhere now, and more than number and "
                "date differ: put the old document back, or keep each in a place of its own."
            )
    if bound is None:
        same = _CORRECTED - {"issued"}
        twin = next((b for b in vanished.values() if set(_moved(invoice, b)) <= same), None)
        return _renumbered(twin) if twin else None
    return None


def _itself(former: Binding, now: Mapping[str, SalesContent | None]) -> bool:
    """Whether a document that stood somewhere is still as it was loaded, elsewhere."""
    invoice = now.get(former.identity)
    return invoice is not None and not _moved(invoice, former)


def _renumbered(former: Binding) -> tuple[str, str]:
    return "renumbered", (
        f"But for its number it is {_named(former)}, which was loaded before: put that document back as it "
        "was if both are real, or correct the number in the account as well."
    )


def _named(binding: Binding) -> str:
    content = binding.content
    return f"{content.number} of {content.issued}" if isinstance(content, SalesContent) else binding.identity


def rename(
    tx: Connection, bindings: BindingTable, binding: Binding, identity: str, content: AnyContent
) -> None:
    """Bind the record of a binding to another identity."""
    bindings.close(tx, binding.link, binding.identity)
    generation = bindings.next_generation(tx, binding.link, identity)
    changes = {"identity": identity, "generation": generation, "content": content}
    bindings.bind(tx, binding.model_copy(update=changes))


def carry(tx: Connection, bindings: BindingTable, link: str, found: Rebound) -> None:
    """Carry bindings over to the documents that were recognised; payments, files and credits follow."""
    for old, new in found.moves.items():
        binding = bindings.find(tx, link, old)
        if binding is not None:
            rename(tx, bindings, binding, new, binding.content)
    for binding in bindings.live(tx, link) if found.moves else ():
        content = binding.content
        if isinstance(content, PaymentContent) and found.moves.keys() & set(content.touches()):
            bindings.bind(tx, binding.model_copy(update={"content": _follow(content, found.moves)}))
        elif isinstance(content, CreditContent | RefundContent):
            _carry_part(tx, bindings, binding, content, found.moves)
        elif isinstance(content, WriteOffContent) and content.invoice in found.moves:
            new = found.moves[content.invoice]
            follower = content.model_copy(update={"invoice": new})
            rename(tx, bindings, binding, write_off_identity(Identity.parse(new)), follower)
        elif isinstance(content, FileContent) and content.document in found.moves:
            new = found.moves[content.document]
            attached = content.model_copy(update={"document": new})
            rename(tx, bindings, binding, _file_identity(binding.identity, new), attached)
    for identity, lineage in found.places.items():
        bindings.lineages(tx, link, identity, lineage)


def _carry_part(
    tx: Connection,
    bindings: BindingTable,
    binding: Binding,
    content: CreditContent | RefundContent,
    moves: Mapping[str, str],
) -> None:
    """What of a credit note is applied or paid back follows it, and the invoice that it is on."""
    note = moves.get(content.credit_note, content.credit_note)
    if isinstance(content, CreditContent):
        invoice = moves.get(content.invoice, content.invoice)
        changed: AnyContent = content.model_copy(update={"credit_note": note, "invoice": invoice})
        identity = credit_identity(note, invoice)
    else:
        changed = content.model_copy(update={"credit_note": note})
        owner, number = Identity.parse(note), Identity.parse(binding.identity).name.rsplit("/", 1)[-1]
        identity = str(Identity(owner.seller, "refund", f"{owner.name}/{number}", owner.year))
    if changed != content:
        rename(tx, bindings, binding, identity, changed)


def _follow(payment: PaymentContent, moves: Mapping[str, str]) -> PaymentContent:
    applied = (a.model_copy(update={"invoice": moves.get(a.invoice, a.invoice)}) for a in payment.applied)
    return payment.model_copy(update={"applied": tuple(sorted(applied, key=lambda a: a.invoice))})


def _file_identity(file: str, document: str) -> str:
    owner, name = Identity.parse(document), Identity.parse(file).name.rsplit("/", 1)[-1]
    return str(Identity(owner.seller, "file", f"{owner.name}/{name}", owner.year))
