"""Applied credits: what credit notes take off invoices, and each application and refund as it was asked."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal

from ledgerferry.flows.result import Difference
from ledgerferry.flows.shape import Shaped
from ledgerferry.model.money import text
from ledgerferry.model.record import CreditContent, Record, Ref, RefundContent
from ledgerferry.store.bindings import Binding

_Part = CreditContent | RefundContent


def credited(shaped: Sequence[Shaped], bindings: Mapping[str, Binding]) -> dict[str, Decimal]:
    """How much is taken off each invoice: by these credit notes, and by others that were loaded before."""
    spoken = {s.identity for s in shaped}
    contents = [c.content for s in shaped for c in s.credits]
    before = (b.content for b in bindings.values())
    contents += [c for c in before if isinstance(c, CreditContent) and c.credit_note not in spoken]
    found: dict[str, Decimal] = {}
    for content in contents:
        found[content.invoice] = found.get(content.invoice, Decimal(0)) + content.amount
    return found


def parts(
    shaped: Sequence[Shaped],
    bindings: Mapping[str, Binding],
    get: Callable[[Ref], Record | None],
    suspect: Collection[str] | None = None,
) -> Iterator[Difference]:
    """Applications and refunds that are not there, or otherwise.

    Each is read; where ``suspect`` documents are named, only what hangs on one of these.
    """
    for one in shaped:
        asked: list[tuple[str, _Part]] = [(c.identity, c.content) for c in one.credits]
        asked += [(r.identity, r.content) for r in one.refunds]
        for identity, content in asked:
            binding = bindings.get(identity)
            read = suspect is None or one.identity in suspect or any(i in suspect for i in content.touches())
            record = get(binding.ref) if binding and read else None
            held = record.content if record else binding.content if binding and not read else None
            yield from _differing(one, identity, content, binding, held)


def _differing(
    shaped: Shaped, identity: str, asked: _Part, binding: Binding | None, held: object
) -> Iterator[Difference]:
    def differs(field: str, left: str, right: str | None) -> Difference:
        ref = binding.ref.id if binding else None
        return Difference(
            kind=asked.kind, left=identity, right=ref, field=field, left_value=left, right_value=right
        )

    if not isinstance(held, CreditContent | RefundContent):
        yield differs("record", shaped.document.number, None)
        return
    if asked.amount != held.amount:
        money = asked.currency
        yield differs("amount", text(asked.amount, money), text(held.amount, money))
    days = [c.refunded_on for c in (asked, held) if isinstance(c, RefundContent)]
    if len(set(days)) > 1:
        yield differs("date", *map(str, days))
