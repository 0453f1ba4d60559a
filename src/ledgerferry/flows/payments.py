"""Payments from one run to the next: followed where they were corrected, and kept where a run is silent."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ledgerferry.engine.planning import Wanted
from ledgerferry.model.money import exact_sum
from ledgerferry.model.record import PaymentContent
from ledgerferry.store.bindings import Binding

Reasons = dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Followed:
    """Payments whose day, customer or mode was corrected: new identity to old; and documents in doubt."""

    moves: dict[str, str] = field(default_factory=dict)
    reasons: Reasons = field(default_factory=dict)


def follow(wanted: Iterable[Wanted], live: Mapping[str, Binding]) -> Followed:
    """Recognise payments that were loaded under another identity by the invoices that they settle."""
    asked = {w.identity: w.content for w in wanted if isinstance(w.content, PaymentContent)}
    lost = {
        identity: set(b.content.touches())
        for identity, b in live.items()
        if isinstance(b.content, PaymentContent) and identity not in asked
    }
    found = Followed()
    for identity, content in asked.items() if lost else ():
        if identity in live:
            continue
        settled = set(content.touches())
        alike = [old for old, invoices in lost.items() if invoices & settled]
        if len(alike) == 1 and lost[alike[0]] == settled and alike[0] not in found.moves.values():
            found.moves[identity] = alike[0]
        elif alike:
            text = (
                "It was paid together with others in the account, and is paid otherwise here: correct the "
                "payment there, or the day here."
            )
            found.reasons.update(dict.fromkeys(settled, ("payment-moved", text)))
    return found


def keep(wanted: Sequence[Wanted], live: Mapping[str, Binding], spoken: Collection[str]) -> list[Wanted]:
    """The wants, where each payment keeps what it settles of invoices that this run does not speak of.

    A document that is held, left out by a limit or gone from the folder takes no money back, and a policy
    that names no account any more moves none.
    """
    return [_kept(one, live, spoken) for one in wanted]


def _kept(one: Wanted, live: Mapping[str, Binding], spoken: Collection[str]) -> Wanted:
    content, binding = one.content, live.get(one.identity)
    if not isinstance(content, PaymentContent) or binding is None:
        return one
    if not isinstance(binding.content, PaymentContent):
        return one
    if content.account is None:
        content = content.model_copy(update={"account": binding.content.account})
        one = replace(one, content=content)
    silent = [a for a in binding.content.applied if a.invoice not in spoken]
    if not silent:
        return one
    applied = tuple(sorted((*content.applied, *silent), key=lambda a: a.invoice))
    amount = exact_sum(a.amount for a in applied)
    return replace(one, content=content.model_copy(update={"applied": applied, "amount": amount}))
